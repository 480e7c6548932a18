//! `/access/v1/evaluation` and `/access/v1/evaluations`.

use super::decision::Answer;
use super::entities::{ENTITIES, Entities, Wanted, members, text};
use super::fault::Fault;
use crate::decide::explain;
use crate::server::json::{Json, step};
use crate::server::log::Entry;
use crate::server::reply::Reply;
use crate::server::work::{Work, Worked};
use serde::Serialize;

/// One evaluation.
pub fn evaluation(work: &Work, body: &[u8]) -> Worked {
    let read = Json::parse(body).map_err(|why| not_json(&why));
    match read.and_then(|json| single(work, &json)) {
        Ok((answer, entry)) => Worked { reply: Reply::ok(&answer), entries: vec![entry] },
        Err(fault) => work.mistaken(fault.reply(), fault.kind),
    }
}

/// Several evaluations; without any, as one.
pub fn evaluations(work: &Work, body: &[u8]) -> Worked {
    let read = Json::parse(body).map_err(|why| not_json(&why));
    match read.and_then(|json| several(work, &json)) {
        Ok(worked) => worked,
        Err(fault) => work.mistaken(fault.reply(), fault.kind),
    }
}

/// What is wrong with a text that is no JSON.
pub fn not_json(why: &serde_json::Error) -> Fault {
    Fault::new("not-json", "", format!("the request is not JSON as it must be: {why}"))
}

/// When the rest of the evaluations is left.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Semantic {
    ExecuteAll,
    DenyOnFirstDeny,
    PermitOnFirstPermit,
}

impl Semantic {
    const ALL: [(&str, Semantic); 3] = [
        ("execute_all", Semantic::ExecuteAll),
        ("deny_on_first_deny", Semantic::DenyOnFirstDeny),
        ("permit_on_first_permit", Semantic::PermitOnFirstPermit),
    ];

    /// What the options ask for; other options are for others.
    fn of(options: &Json) -> Result<Semantic, Fault> {
        let given = members(options, "/options")?.iter().find(|(name, _)| name == "evaluations_semantic");
        let Some((_, value)) = given else { return Ok(Semantic::ExecuteAll) };
        let pointer = "/options/evaluations_semantic";
        let name = text(value, pointer)?;
        let known = Semantic::ALL.into_iter().find(|(known, _)| *known == name);
        known.map(|(_, semantic)| semantic).ok_or_else(|| {
            let known = Semantic::ALL.map(|(known, _)| known).join("`, `");
            Fault::new("unknown-semantic", pointer, format!("`{name}` is none of `{known}`"))
        })
    }

    fn ends(self, decision: bool) -> bool {
        match self {
            Semantic::ExecuteAll => false,
            Semantic::DenyOnFirstDeny => !decision,
            Semantic::PermitOnFirstPermit => decision,
        }
    }
}

fn single<'j>(work: &Work, json: &'j Json<'j>) -> Result<(Answer, Entry), Fault> {
    decide(work, &entities(json, "")?, "")
}

/// The entities of an object that holds nothing else.
fn entities<'j>(json: &'j Json<'j>, pointer: &str) -> Result<Entities<'j>, Fault> {
    let mut entities = Entities::default();
    for (name, value) in members(json, pointer)? {
        if !entities.take(name, value, pointer) {
            return Err(Fault::unknown(pointer, name, &ENTITIES));
        }
    }
    Ok(entities)
}

fn decide(work: &Work, entities: &Entities, pointer: &str) -> Result<(Answer, Entry), Fault> {
    let (asked, _) = entities.asked(pointer, Wanted::Nothing)?;
    let decision = explain(work.bundle, &asked.request_once(work)?);
    let mut entry = Entry::decided(work.endpoint, work.bundle, &decision);
    work.note_asked(&mut entry, &asked.spoken);
    Ok((Answer::of(decision), entry))
}

fn several<'j>(work: &Work, json: &'j Json<'j>) -> Result<Worked, Fault> {
    let mut defaults = Entities::default();
    let (mut each, mut semantic): (&[Json], _) = (&[], Semantic::ExecuteAll);
    for (name, value) in members(json, "")? {
        match (&**name, value) {
            ("evaluations", Json::List(values)) => each = values,
            ("evaluations", other) => return Err(Fault::wrong("/evaluations", "an array", other)),
            ("options", options) => semantic = Semantic::of(options)?,
            (name, value) => {
                if !defaults.take(name, value, "") {
                    let known = ENTITIES.into_iter().chain(["evaluations", "options"]);
                    return Err(Fault::unknown("", name, &known.collect::<Vec<_>>()));
                }
            }
        }
    }
    if each.is_empty() {
        let (answer, entry) = decide(work, &defaults, "")?;
        return Ok(Worked { reply: Reply::ok(&answer), entries: vec![entry] });
    }
    if each.len() > work.limits.evaluations {
        let message = format!(
            "there are {} evaluations, and no more than {} are answered at once",
            each.len(),
            work.limits.evaluations
        );
        return Err(Fault::new("too-many", "/evaluations", message));
    }
    Ok(all(work, each, &defaults, semantic))
}

fn all<'j>(work: &Work, each: &'j [Json<'j>], defaults: &Entities<'j>, semantic: Semantic) -> Worked {
    #[derive(Serialize)]
    struct Answers {
        evaluations: Vec<Answer>,
    }
    let (mut answers, mut entries) = (Vec::new(), Vec::new());
    for (at, json) in each.iter().enumerate() {
        let pointer = step("/evaluations", &at.to_string());
        let asked = || decide(work, &entities(json, &pointer)?.or(defaults), &pointer);
        let answered = if work.is_late() { Err(Fault::late()) } else { asked() };
        let (answer, entry) = answered.unwrap_or_else(|fault| {
            let entry = Entry::mistaken(work.endpoint, work.bundle, fault.kind);
            (Answer::mistaken(fault), entry)
        });
        let ends = semantic.ends(answer.decision);
        answers.push(answer);
        entries.push(entry);
        if ends {
            break;
        }
    }
    Worked { reply: Reply::ok(&Answers { evaluations: answers }), entries }
}
