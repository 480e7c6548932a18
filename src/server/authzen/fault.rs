//! What is wrong with a request, and where: a JSON pointer (RFC 6901) into it.

use crate::decide::RequestError;
use crate::decide::json::{JsonError, Problem};
use crate::server::json::{Json, step};
use crate::server::reply::Reply;
use axum::http::StatusCode;
use serde::Serialize;

/// What is wrong with a request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Fault {
    /// What an answer would say by its status.
    pub status: u16,
    /// What sort of mistake it is, as one word.
    pub kind: &'static str,
    /// The member that it is about; empty for the request as a whole.
    pub pointer: String,
    /// What is wrong, for people.
    pub message: String,
}

impl Fault {
    /// A mistake of the caller.
    pub fn new(kind: &'static str, pointer: impl Into<String>, message: impl Into<String>) -> Fault {
        Fault { status: 400, kind, pointer: pointer.into(), message: message.into() }
    }

    /// A member that must be there.
    pub fn missing(pointer: &str, member: &str) -> Fault {
        Fault::new("missing", step(pointer, member), format!("`{member}` must be there"))
    }

    /// A member of the wrong sort.
    pub fn wrong(pointer: &str, expected: &str, found: &Json) -> Fault {
        Fault::new("form", pointer, format!("this must be {expected}, and is {}", found.sort()))
    }

    /// A member that is none. It is not passed over: misspelt, it would be a fact that does not count.
    pub fn unknown(pointer: &str, member: &str, known: &[&str]) -> Fault {
        let known = known.join("`, `");
        Fault::new("unknown-member", step(pointer, member), format!("`{member}` is none of `{known}`"))
    }

    /// There is no time left to answer this part.
    pub fn late() -> Fault {
        let message = "the time that one request may take is over; ask for less at once";
        Fault { status: 503, kind: "late", pointer: String::new(), message: message.to_owned() }
    }

    /// What the library says of a request. `pointer` finds the member of a place.
    pub fn of(error: &JsonError, pointer: impl Fn(&str) -> String) -> Fault {
        let place = match &error.problem {
            Problem::Request(RequestError::NotTaken(dimension)) => dimension.name(),
            _ => error.place.as_str(),
        };
        Fault::new(error.kind(), pointer(place), error.problem.to_string())
    }

    /// The answer to the whole request: by the specification, a message that is a string.
    pub fn reply(&self) -> Reply {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::BAD_REQUEST);
        match self.pointer.as_str() {
            "" => Reply::error(status, &self.message),
            pointer => Reply::error(status, &format!("{pointer}: {}", self.message)),
        }
    }
}
