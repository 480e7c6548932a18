//! `/v1/decide`, `/v1/explain` and `/v1/retention`: requests and answers in the library's own JSON form.

use super::log::Entry;
use super::reply::Reply;
use super::work::{Work, Worked};
use crate::bundle::Bundle;
use crate::decide::json::{self, JsonError, MAX_REQUEST_BYTES, Problem, Spoken};
use crate::decide::{Answer, Decision, Request, decide as decide_request, explain as explain_request};
use axum::http::StatusCode;
use jiff::civil::DateTime;

/// The verdict alone.
pub fn decide(work: &Work, body: &[u8]) -> Worked {
    with_request(work, body, json::build, |request| {
        let answer = decide_request(work.bundle, request);
        let mut written = Vec::new();
        json::write(work.bundle, answer, request.unlisted(), &mut written);
        let Answer { verdict, undecided } = answer;
        let entry = Entry { verdict: Some(verdict), undecided, ..Entry::new(work.endpoint, work.bundle) };
        (Reply { status: StatusCode::OK, body: written }, entry)
    })
}

/// The verdict with all its reasons.
pub fn explain(work: &Work, body: &[u8]) -> Worked {
    with_request(work, body, json::build_once, |request| {
        let decision: Decision = explain_request(work.bundle, request);
        (Reply::ok(&decision), Entry::decided(work.endpoint, work.bundle, &decision))
    })
}

/// By when data must be erased, and until when it must be kept.
pub fn retention(work: &Work, body: &[u8]) -> Worked {
    match json::retention(work.bundle, body) {
        Ok(found) => {
            let mut entry = Entry::new(work.endpoint, work.bundle);
            if let Ok(spoken) = json::spoken(body) {
                work.note_asked(&mut entry, &spoken);
            }
            Worked { reply: Reply::ok(&found), entries: vec![entry] }
        }
        Err(error) => mistaken(work, &error),
    }
}

type Build = fn(&Bundle, &Spoken<'_>, Option<DateTime>) -> Result<Request, JsonError>;

fn with_request(
    work: &Work,
    body: &[u8],
    build: Build,
    answer: impl FnOnce(&Request) -> (Reply, Entry),
) -> Worked {
    match read(work, body, build) {
        Ok((spoken, request)) => {
            let (reply, mut entry) = answer(&request);
            work.note_asked(&mut entry, &spoken);
            Worked { reply, entries: vec![entry] }
        }
        Err(error) => mistaken(work, &error),
    }
}

fn mistaken(work: &Work, error: &JsonError) -> Worked {
    let status = match error.problem {
        Problem::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::BAD_REQUEST,
    };
    work.mistaken(Reply::json(status, error), error.kind())
}

fn read<'b>(work: &Work, body: &'b [u8], build: Build) -> Result<(Spoken<'b>, Request), JsonError> {
    if body.len() > MAX_REQUEST_BYTES {
        let problem = Problem::TooLarge { bytes: body.len(), most: MAX_REQUEST_BYTES };
        return Err(JsonError { place: String::new(), problem });
    }
    let spoken = json::spoken(body)?;
    let request = build(work.bundle, &spoken, Some(work.now))?;
    Ok((spoken, request))
}
