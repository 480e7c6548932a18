//! `/access/v1/search/subject`, `…/resource` and `…/action`: who may, with which data, what may be done.
//!
//! Every term of the bundle that could stand where something is searched for is decided, one after
//! the other in the bundle's order: what is given would be a yes as an evaluation, and nothing that
//! would be is left out. A class is given where all of it may, and so are its members.
//!
//! A page ends where it is full, or where its time is over; its token then says where to go on.

use super::entities::{Entities, Wanted, members, text};
use super::evaluation::not_json;
use super::fault::Fault;
use crate::bundle::dimension::ACTIONS;
use crate::bundle::{Bundle, Dimension, ranges};
use crate::decide::decide;
use crate::server::json::{Json, step};
use crate::server::log::Entry;
use crate::server::reply::Reply;
use crate::server::work::{Work, Worked};
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// Who may act or receive.
pub fn subject(work: &Work, body: &[u8]) -> Worked {
    search(work, body, Wanted::Subject)
}

/// With which data.
pub fn resource(work: &Work, body: &[u8]) -> Worked {
    search(work, body, Wanted::Resource)
}

/// What may be done.
pub fn action(work: &Work, body: &[u8]) -> Worked {
    search(work, body, Wanted::Action)
}

fn search(work: &Work, body: &[u8], wanted: Wanted) -> Worked {
    let read = Json::parse(body).map_err(|why| not_json(&why));
    match read.and_then(|json| found(work, &json, wanted)) {
        Ok(worked) => worked,
        Err(fault) => work.mistaken(fault.reply(), fault.kind),
    }
}

#[derive(Serialize)]
struct Found {
    results: Vec<Value>,
    page: Page,
}

#[derive(Serialize)]
struct Page {
    next_token: String,
    count: usize,
}

fn found<'j>(work: &Work, json: &'j Json<'j>, wanted: Wanted) -> Result<Worked, Fault> {
    let (mut entities, mut page) = (Entities::default(), None);
    for (name, value) in members(json, "")? {
        if name == "page" {
            page = Some(value);
        } else if (wanted == Wanted::Action && name == "action") || !entities.take(name, value, "") {
            let action = (wanted != Wanted::Action).then_some("action");
            let known: Vec<&str> =
                ["subject", "resource", "context", "page"].into_iter().chain(action).collect();
            return Err(Fault::unknown("", name, &known));
        }
    }
    let query = fingerprint(json, work.bundle, wanted);
    let (start, limit) = paging(page, &query, work.limits.page)?;
    let (asked, role) = entities.asked("", wanted)?;
    let dimension = match wanted {
        Wanted::Subject => role,
        Wanted::Resource => Dimension::Data,
        Wanted::Action | Wanted::Nothing => Dimension::Action,
    };
    let candidates = candidates(work.bundle, dimension);
    let mut entry = Entry::new(work.endpoint, work.bundle);
    work.note_asked(&mut entry, &asked.spoken);
    let (names, next) = scan(work, asked, dimension, &candidates, (start, limit))?;
    entry.results = Some(names.len());
    let results: Vec<Value> = names.iter().map(|name| result(dimension, name)).collect();
    let next_token = next.map_or_else(String::new, |next| format!("{next:x}.{query}"));
    let page = Page { next_token, count: results.len() };
    Ok(Worked { reply: Reply::ok(&Found { results, page }), entries: vec![entry] })
}

fn result(dimension: Dimension, name: &str) -> Value {
    match dimension {
        Dimension::Action => json!({ "name": name }),
        _ => json!({ "type": dimension.name(), "id": name }),
    }
}

/// The terms that could stand there.
fn candidates(bundle: &Bundle, dimension: Dimension) -> Vec<&str> {
    let Some(graph) = bundle.graph(dimension) else { return ACTIONS.to_vec() };
    let terms = graph.terms.iter().filter(|term| !ranges::meets(&term.cells, &graph.channels));
    let mut names: Vec<&str> = terms.map(|term| term.name.as_str()).collect();
    if graph.subject.is_some() {
        names.push("the subject");
    }
    names
}

/// The candidates that may, from a position on, and where to go on.
fn scan<'c>(
    work: &Work,
    mut asked: super::entities::Asked<'c>,
    dimension: Dimension,
    candidates: &[&'c str],
    (start, limit): (usize, usize),
) -> Result<(Vec<&'c str>, Option<usize>), Fault> {
    let mut names = Vec::new();
    let (mut askable, mut mistake) = (start > 0, None);
    for (at, name) in candidates.iter().enumerate().skip(start) {
        // One candidate at least, so that every page goes on.
        if at > start && work.is_late() {
            return Ok((names, Some(at)));
        }
        asked.set(dimension, name);
        match asked.request(work) {
            Ok(request) => {
                askable = true;
                if decide(work.bundle, &request).verdict.allows() {
                    if names.len() == limit {
                        return Ok((names, Some(at)));
                    }
                    names.push(*name);
                }
            }
            // Of this candidate there is no such flow, as of one that receives what only is used.
            Err(fault) if ["not-taken", "no-flow", "wrong-kind"].contains(&fault.kind) => {
                mistake.get_or_insert(fault);
            }
            Err(fault) => return Err(fault),
        }
    }
    match mistake {
        Some(fault) if !askable => Err(fault),
        _ => Ok((names, None)),
    }
}

/// Where a page starts, and how long it may be.
fn paging(page: Option<&Json>, query: &str, most: usize) -> Result<(usize, usize), Fault> {
    let (mut start, mut limit) = (0, most);
    let Some(page) = page else { return Ok((start, limit)) };
    for (name, value) in members(page, "/page")? {
        let pointer = step("/page", name);
        match (&**name, value) {
            ("token", token) => start = position(text(token, &pointer)?, query, &pointer)?,
            ("limit", Json::Number(number)) if number.as_u64().is_some() => {
                limit = number.as_u64().map_or(most, |n| usize::try_from(n).unwrap_or(most)).min(most);
            }
            ("limit", other) => return Err(Fault::wrong(&pointer, "a whole number from 0", other)),
            ("properties", value) => {
                members(value, &pointer)?;
            }
            _ => return Err(Fault::unknown("/page", name, &["token", "limit", "properties"])),
        }
    }
    Ok((start, limit))
}

/// The position in a token that was given to this very search.
fn position(token: &str, query: &str, pointer: &str) -> Result<usize, Fault> {
    if token.is_empty() {
        return Ok(0);
    }
    let (position, of) = token.split_once('.').unwrap_or((token, ""));
    match usize::from_str_radix(position, 16) {
        Ok(position) if of == query => Ok(position),
        Ok(_) if of.len() == query.len() => Err(Fault::new(
            "stale-token",
            pointer,
            "the token is of another search, or the policy has changed since; begin at the first page",
        )),
        _ => Err(Fault::new("form", pointer, "this is no token of a search")),
    }
}

/// What a search is told apart by: what it asks, and of which bundle.
fn fingerprint(json: &Json, bundle: &Bundle, wanted: Wanted) -> String {
    let mut whole = serde_json::to_value(json).unwrap_or_default();
    if let Value::Object(members) = &mut whole {
        members.remove("page");
    }
    let mut hash = Sha256::new();
    hash.update(format!("{wanted:?} {} {whole}", bundle.digest()));
    hash.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
