//! The one form of requests and answers as JSON: what the server, the command line and the
//! conformance vectors speak.
//!
//! A request is an object. Only `action` and `data` must be there; what is left out stands for what
//! the table at [`Builder`] says. A member that is none of these is an error, and so
//! is one that stands twice.
//!
//! | member | value |
//! |---|---|
//! | `action`, `data`, `actor`, `with`, `form`, `subject`, `source`, `recipient`, `purpose`, `place` | a name, or a list of one or more names, which add up |
//! | `facts` | an object: for each fact `true`, `false`, a value's name, a list of the values that are possible, or `null` for "not known", whatever its default is |
//! | `events` | an object: for each event `null` where it has not happened, `true` where it has and nobody knows when, or the time of its earliest outstanding occurrence |
//! | `now` | the time of what is asked about; needed where an event has a time, unless the caller gives one |
//!
//! A name is a term's, `other T`, `any` or `the subject`. A time is RFC 3339 with an offset
//! (`2026-11-27T09:30:00Z`), or a date alone (`2026-11-27`), which stands for its first minute in
//! UTC. An event that is left out is unknown.
//!
//! The answer is an object too. Members that a line says "where" of are left out elsewhere; all others are
//! always there, as empty lists too. Readers pass over members that they do not know.
//!
//! | member | value |
//! |---|---|
//! | `verdict` | `permitted`, `prohibited`, `unstated`, `undetermined` or `unlisted-third-party` |
//! | `undecided` | where it is `undetermined`: `mixed`, `budget` or `other-bundle` |
//! | `unlisted` | where it is `unlisted-third-party`: the recipient |
//! | `bundle` | the bundle's digest |
//!
//! An explanation is a [`Decision`], with names in kebab-case: the same members, and the reasons. In it, *a
//! statement* has `statement` (its number), `label`, `text`, `place`, and `citations` where there are some.
//!
//! | member | value |
//! |---|---|
//! | `policy` | the policy's name |
//! | `revised` | where the policy says so: the date of its document |
//! | `deciding` | a list of statements that decide, each with what it decides, `verdict`, among its members |
//! | `defeated` | a list of statements that are defeated, each with those that prevail, `by`, among its members |
//! | `duties` | names; those of a yes |
//! | `settles` | what would settle an undetermined request: a list of objects with `kind`, which is `fact`, `event` or `dimension`; `name`, which is `dimension` where the kind is; and `ways`, a list of what the `verdict` would be if one `of` these held |
//! | `open` | where some are left open: names of facts, events and dimensions |
//! | `examples` | for each outcome a flow: its `verdict`, `flow` (a name for each dimension that it has) and `world` (a word for each fact and event) |
//! | `nearest` | where it is `unstated` and a permission comes near: the statement, with `fails` (names of dimensions, `world`, `precedence`) among its members |
//! | `complete` | whether the reasons are whole |
//!
//! What [`retention`] is asked is answered with a [`Retention`]. A bound has the statements that set it, `by`, and
//! the time `at`, where there is one; times are in UTC, as `2026-03-31T00:00:00Z`.
//!
//! | member | value |
//! |---|---|
//! | `policy`, `bundle` | as above |
//! | `erase-by`, `keep-until`, `permitted-until` | where there is one: a bound |
//! | `conflict`, `undetermined` | `true` or `false` |
//! | `holds-until` | where what was said cannot hold for ever: the last minute in which it can |
//! | `open`, `awaited` | where there are some: names |
//! | `periods` | the time line: objects with `from`, `until`, where it has that end, and `keep`, `erase`, verdicts, where it can come about |
//!
//! What cannot be answered is a [`JsonError`], whose form is
//! `{"error":{"kind":…,"place":…,"message":…,"never":…}}`; `place` is left out where it is about the whole.
//! `never` is there where the kind is `no-flow` since the policy says that what the request says cannot hold
//! together: a list of what can never be, in words, as the message has it.
//!
//! All of these, where a policy says `may profile Loans of Member for Recommendations when asked_for with duty
//! tell` and `must delete Loans of Member within 30 days after CardReturned`:
//!
//! ```
//! use caveat::decide::json;
//! use serde_json::{json, to_value};
//!
//! # // That policy, as `caveat build` writes it, less what nothing here reads.
//! # const CONTENT: &str = r#"
//! # {"acceptances": [], "conditions": [{"in": [0, [[1, 2]]]}, {"all": [0]}, {"in": [1, [[1, 4]]]},
//! # {"all": [2]}, {"in": [1, [[3, 4]]]}, {"all": [2, 4]}, {"not": 4}, {"all": [2, 6]}], "duties": [],
//! # "policy": {"documents": [], "issuer": ["Bluebird"], "name": "library", "sources": []},
//! # "precedence": [], "promises": [], "rights": [], "sets": [[[1, 2]], [[4, 5]], [[0, 1]], [[1, 3]],
//! # [[2, 3]], [[1, 5]], [[16, 17]], [[15, 16]], [[9, 15]], [[2, 3], [4, 9]], [[3, 4]], [[2, 3], [4,
//! # 9], [15, 16]]], "statements": [{"citations": [{"fragment":
//! # "recommendations, if you ask for them", "heading": "Use"}], "duties": ["tell"], "label":
//! # "recommendations", "place": "library.caveat:13", "rules": [{"boxes": [[0, 1, 0, 2, 3, 4, 5, 2, 0,
//! # 0, 1]], "effect": "permit"}], "text":
//! # "may profile Loans of Member for Recommendations when asked_for with duty tell;"}, {"label":
//! # "keeping", "limit": {"moment": {"after": [1, {"minutes": 43200, "months": 0}]}, "sort":
//! # "deadline"}, "obliges": true, "place": "library.caveat:16", "rules": [{"boxes": [[0, 6, 0, 2, 3,
//! # 4, 5, 2, 3, 0, 3]], "effect": "permit"}, {"boxes": [[0, 7, 0, 2, 3, 4, 5, 2, 3, 0, 5]], "effect":
//! # "prohibit"}, {"boxes": [[0, 8, 0, 2, 3, 4, 5, 5, 3, 0, 5], [0, 9, 0, 2, 3, 4, 5, 2, 3, 0, 5], [0,
//! # 10, 0, 3, 3, 4, 5, 2, 3, 0, 5], [0, 10, 3, 0, 3, 4, 5, 2, 3, 0, 5]], "effect": "prohibit"},
//! # {"boxes": [[0, 8, 0, 2, 3, 4, 5, 5, 3, 0, 7], [0, 11, 0, 2, 3, 4, 5, 2, 3, 0, 7], [0, 10, 0, 3,
//! # 3, 4, 5, 2, 3, 0, 7], [0, 10, 3, 0, 3, 4, 5, 2, 3, 0, 7]], "effect": "silent"}], "text":
//! # "must delete Loans of Member within 30 days after CardReturned;"}], "variables": [{"kind":
//! # "fact", "name": "asked_for", "values": ["false", "true"]}, {"event": "CardReturned", "kind":
//! # "clock", "states": [{"compare": [-1], "example": ["2001-01-01", 0]}, {"compare": [0], "example":
//! # ["2001-01-01", 2592000]}, {"compare": [1], "example": ["2001-01-01", 2678400]}], "thresholds":
//! # [{"minutes": 43200, "months": 0}]}], "verbs": [{"name": "tell"}], "vocabulary": {"data": {"any":
//! # [[1, 3]], "other-any": 2, "terms": [{"cells": [[1, 2]], "name": "Loans", "own": 1}]}, "parties":
//! # {"any": [[1, 5]], "other-any": 3, "subject": 4, "terms": [{"cells": [[1, 2]], "name": "Bluebird",
//! # "own": 1}, {"cells": [[2, 3]], "name": "Member", "own": 2}]}, "places": {"any": [[1, 2]],
//! # "other-any": 1, "terms": []}, "purposes": {"any": [[1, 3]], "other-any": 2, "terms": [{"cells":
//! # [[1, 2]], "name": "Recommendations", "own": 1}]}}}
//! # "#;
//! # let file = caveat::bundle::envelope::write(CONTENT.trim().as_bytes());
//! # let bundle = caveat::bundle::Bundle::load(&file)?;
//! let asked = br#"{"action": "profile", "data": "Loans", "subject": "Member", "purpose": "Recommendations",
//!                  "events": {"CardReturned": null}}"#;
//! let mut answer = Vec::new();
//! json::decide(&bundle, asked, None, &mut answer)?;
//! let answer: serde_json::Value = serde_json::from_slice(&answer)?;
//! assert_eq!(
//!     answer,
//!     json!({"verdict": "undetermined", "undecided": "mixed", "bundle": bundle.digest()})
//! );
//!
//! let flow = json!({
//!     "actor": "Bluebird", "action": "profile", "data": "Loans", "form": "identified", "subject": "Member",
//!     "source": "Bluebird", "purpose": "Recommendations", "place": "other any",
//! });
//! assert_eq!(
//!     to_value(json::explain(&bundle, asked, None)?)?,
//!     json!({
//!         "verdict": "undetermined",
//!         "undecided": "mixed",
//!         "policy": "library",
//!         "bundle": bundle.digest(),
//!         "deciding": [{
//!             "verdict": "permitted",
//!             "statement": 0,
//!             "label": "recommendations",
//!             "text": "may profile Loans of Member for Recommendations when asked_for with duty tell;",
//!             "place": "library.caveat:13",
//!             "citations": [{"heading": "Use", "fragment": "recommendations, if you ask for them"}],
//!         }],
//!         "defeated": [],
//!         "duties": [],
//!         "settles": [{
//!             "kind": "fact",
//!             "name": "asked_for",
//!             "ways": [{"verdict": "unstated", "of": ["false"]}, {"verdict": "permitted", "of": ["true"]}],
//!         }],
//!         "open": ["asked_for"],
//!         "examples": [
//!             {
//!                 "verdict": "permitted",
//!                 "flow": flow,
//!                 "world": {"CardReturned": "has not happened", "asked_for": "true"},
//!             },
//!             {
//!                 "verdict": "unstated",
//!                 "flow": flow,
//!                 "world": {"CardReturned": "has not happened", "asked_for": "false"},
//!             },
//!         ],
//!         "complete": true,
//!     })
//! );
//!
//! let asked = br#"{"data": "Loans", "subject": "Member", "events": {"CardReturned": "2026-03-01"}}"#;
//! let keeping = json!({
//!     "statement": 1,
//!     "label": "keeping",
//!     "text": "must delete Loans of Member within 30 days after CardReturned;",
//!     "place": "library.caveat:16",
//! });
//! let (gone, over) = ("2026-03-31T00:00:00Z", "2026-03-31T00:01:00Z");
//! assert_eq!(
//!     to_value(json::retention(&bundle, asked)?)?,
//!     json!({
//!         "policy": "library",
//!         "bundle": bundle.digest(),
//!         "erase-by": {"at": gone, "by": [keeping]},
//!         "conflict": false,
//!         "undetermined": false,
//!         "periods": [
//!             {"from": "2026-03-01T00:00:00Z", "until": over, "keep": "unstated", "erase": "permitted"},
//!             {"from": over, "keep": "prohibited", "erase": "permitted"},
//!         ],
//!     })
//! );
//!
//! let error = json::explain(&bundle, br#"{"action": "profile", "data": "Loan"}"#, None).unwrap_err();
//! let message = "the policy declares no data `Loan`; did you mean `Loans`?";
//! assert_eq!(
//!     to_value(error)?,
//!     json!({"error": {"kind": "unknown-term", "place": "data", "message": message}})
//! );
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod parse;
mod quick;

pub use error::{JsonError, Problem};
pub(crate) use parse::{Event, Fact, Names, Spoken};

use super::builder::{Builder, Value};
use super::clock::EventState;
use super::explain::{Decision, explain as explain_request};
use super::request::Request;
use super::retention::{Retention, retention as retention_of};
use super::verdict::Answer;
use crate::bundle::{Bundle, Dimension, date};
use jiff::civil::DateTime;

/// The size in bytes that a request may have.
pub const MAX_REQUEST_BYTES: usize = 64 << 10;

/// Decides a request and writes the answer behind what stands in `out`.
///
/// `now` (UTC) is the time where the request does not say one.
///
/// # Errors
/// Where the text is not a request, or not one to this bundle; nothing is written then.
pub fn decide(
    bundle: &Bundle,
    request: &[u8],
    now: Option<DateTime>,
    out: &mut Vec<u8>,
) -> Result<Answer, JsonError> {
    let mut builder = Request::builder(bundle);
    said(&mut builder, &bounded(request)?, now)?;
    let answer = builder.decide_now().map_err(|error| JsonError::whole(Problem::Request(error)))?;
    write(bundle, answer, builder.unlisted(), out);
    Ok(answer)
}

/// Decides a request and says why.
///
/// # Errors
/// As [`decide`] has them.
pub fn explain(bundle: &Bundle, request: &[u8], now: Option<DateTime>) -> Result<Decision, JsonError> {
    Ok(explain_request(bundle, &build_once(bundle, &bounded(request)?, now)?))
}

/// Answers by when data must be erased, and until when it must be kept: a request without `action`
/// and `now`, whose events have the times of their earliest outstanding occurrence or `null`.
///
/// # Errors
/// As [`decide`] has them.
pub fn retention(bundle: &Bundle, request: &[u8]) -> Result<Retention, JsonError> {
    let spoken = bounded(request)?;
    if spoken.now.is_some() || !Dimension::Action.of(&spoken.names).as_slice().is_empty() {
        return Err(JsonError::whole(Problem::Form {
            reason: "keeping and erasing are asked of without `action` and `now`".to_owned(),
        }));
    }
    let mut events = Vec::new();
    for (name, event) in &spoken.events {
        let place = || format!("events.{name}");
        let at = match event {
            Event::Never => None,
            Event::At(text) => Some(time(text, place)?),
            Event::AtSomeTime => {
                let reason = "by when something must be done hangs on the time, so `true` is not enough";
                return Err(JsonError::at(place(), Problem::Form { reason: reason.to_owned() }));
            }
        };
        events.push((&**name, at));
    }
    let mut builder = Request::builder(bundle);
    named(&mut builder, &spoken)?;
    let found = retention_of(builder, events);
    found.map_err(|error| JsonError::whole(Problem::Request(error)))
}

/// Reads a request.
///
/// # Errors
/// As [`decide`] has them.
pub fn read(bundle: &Bundle, request: &[u8], now: Option<DateTime>) -> Result<Request, JsonError> {
    build(bundle, &bounded(request)?, now)
}

/// Writes an answer behind what stands in `out`.
pub fn write(bundle: &Bundle, answer: Answer, unlisted: Option<&str>, out: &mut Vec<u8>) {
    let Answer { verdict, undecided } = answer;
    // These words, and a digest, stand for themselves in JSON.
    let words =
        |out: &mut Vec<u8>, words: [&str; 3]| words.iter().for_each(|w| out.extend_from_slice(w.as_bytes()));
    words(out, ["{\"verdict\":\"", verdict.name(), "\""]);
    if let Some(undecided) = undecided {
        words(out, [",\"undecided\":\"", undecided.name(), "\""]);
    }
    if let Some(unlisted) = unlisted {
        out.extend_from_slice(b",\"unlisted\":");
        // Text into memory: there is nothing here that could fail.
        let _ = serde_json::to_writer(&mut *out, unlisted);
    }
    words(out, [",\"bundle\":\"", bundle.digest(), "\"}"]);
}

/// What a text says: read the short way where that can be, else the long way.
pub(crate) fn spoken(request: &[u8]) -> Result<Spoken<'_>, JsonError> {
    quick::spoken(request).map_or_else(|| parse::spoken(request), Ok)
}

/// What a text of no more than the size that is read says.
fn bounded(request: &[u8]) -> Result<Spoken<'_>, JsonError> {
    if request.len() > MAX_REQUEST_BYTES {
        return Err(JsonError::whole(Problem::TooLarge { bytes: request.len(), most: MAX_REQUEST_BYTES }));
    }
    spoken(request)
}

/// The request that was spoken of.
pub(crate) fn build(
    bundle: &Bundle,
    spoken: &Spoken<'_>,
    now: Option<DateTime>,
) -> Result<Request, JsonError> {
    let mut builder = Request::builder(bundle);
    said(&mut builder, spoken, now)?;
    let built = builder.build();
    built.map_err(|error| JsonError::whole(Problem::Request(error)))
}

/// As `build`, for what is only explained: it is not prepared for being decided.
pub(crate) fn build_once(
    bundle: &Bundle,
    spoken: &Spoken<'_>,
    now: Option<DateTime>,
) -> Result<Request, JsonError> {
    let mut builder = Request::builder(bundle);
    said(&mut builder, spoken, now)?;
    let built = builder.build_once().map(|(_, request)| request);
    built.map_err(|error| JsonError::whole(Problem::Request(error)))
}

/// Says what was spoken of, with its names looked up.
fn said(builder: &mut Builder<'_>, spoken: &Spoken<'_>, now: Option<DateTime>) -> Result<(), JsonError> {
    named(builder, spoken)?;
    let now = spoken.now.as_deref().map(|text| time(text, || "now".to_owned())).transpose()?.or(now);
    for (name, event) in &spoken.events {
        let place = || format!("events.{name}");
        let state = match event {
            Event::Never => EventState::Never,
            Event::AtSomeTime => EventState::AtSomeTime,
            Event::At(text) => {
                let start = time(text, place)?;
                let now = now.ok_or_else(|| JsonError::at(place(), Problem::NoNow))?;
                EventState::Happened { start, now }
            }
        };
        builder.say_event(name, state);
        if let Some(error) = builder.error() {
            return Err(JsonError::of(place(), error.clone()));
        }
    }
    Ok(())
}

/// Says the terms and facts that were spoken of.
fn named(builder: &mut Builder<'_>, spoken: &Spoken<'_>) -> Result<(), JsonError> {
    for (dimension, names) in Dimension::ALL.into_iter().zip(&spoken.names) {
        for (at, name) in names.as_slice().iter().enumerate() {
            builder.say(dimension, name);
            if let Some(error) = builder.error() {
                let at = if matches!(names, Names::Many(_)) { format!("[{at}]") } else { String::new() };
                return Err(JsonError::of(format!("{}{at}", dimension.name()), error.clone()));
            }
        }
    }
    for (name, fact) in &spoken.facts {
        match fact {
            Fact::Is(value) => builder.say_fact(name, [Value::Is(*value).name()]),
            Fact::Named(value) => builder.say_fact(name, [&**value]),
            Fact::Unknown => builder.say_unknown(name),
            Fact::Several(values) => builder.say_fact(name, values.iter().map(|value| &**value)),
        }
        if let Some(error) = builder.error() {
            return Err(JsonError::of(format!("facts.{name}"), error.clone()));
        }
    }
    Ok(())
}

/// A time in UTC.
fn time(text: &str, place: impl FnOnce() -> String) -> Result<DateTime, JsonError> {
    let read = match text.len() {
        10 => date::date(text).map(|date| date.at(0, 0, 0, 0)),
        _ => date::time(text),
    };
    read.ok_or_else(|| JsonError::at(place(), Problem::NoTime { text: text.to_owned() }))
}
