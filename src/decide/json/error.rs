//! Why a request in JSON could not be answered, in words and as JSON.

use crate::decide::RequestError;
use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};
use std::error::Error;
use std::fmt;

/// Why a request in JSON could not be answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct JsonError {
    /// The member that it is about (`data[1]`, `facts.consent`); empty for the request as a whole.
    pub place: String,
    /// What is wrong.
    pub problem: Problem,
}

/// What is wrong with a request in JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Problem {
    /// It is larger than a request may be.
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The size that a request may have.
        most: usize,
    },
    /// It is no JSON.
    NotJson {
        /// Where and why, in the reader's words.
        reason: String,
    },
    /// It is JSON, and has not the form of a request.
    Form {
        /// Where and why, in the reader's words.
        reason: String,
    },
    /// It is no time.
    NoTime {
        /// What stands there.
        text: String,
    },
    /// An event has a time, and nobody says what time it is now.
    NoNow,
    /// The bundle cannot be asked this.
    Request(RequestError),
}

impl JsonError {
    pub(super) fn whole(problem: Problem) -> JsonError {
        JsonError { place: String::new(), problem }
    }

    pub(super) fn at(place: String, problem: Problem) -> JsonError {
        JsonError { place, problem }
    }

    pub(super) fn of(place: String, error: RequestError) -> JsonError {
        JsonError { place, problem: Problem::Request(error) }
    }

    /// What sort of error it is, as one word that does not change between versions.
    pub fn kind(&self) -> &'static str {
        match &self.problem {
            Problem::TooLarge { .. } => "too-large",
            Problem::NotJson { .. } => "not-json",
            Problem::Form { .. } => "form",
            Problem::NoTime { .. } => "no-time",
            Problem::NoNow => "no-now",
            Problem::Request(error) => error.kind(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::TooLarge { bytes, most } => {
                write!(f, "the request has {bytes} bytes, and no more than {most} are read")
            }
            Problem::NotJson { reason } => write!(f, "the request is not JSON: {reason}"),
            Problem::Form { reason } => write!(f, "the request has not the form of one: {reason}"),
            Problem::NoTime { text } => write!(
                f,
                "`{text}` is no time; write a date (`2026-11-27`), or RFC 3339 with an offset \
                 (`2026-11-27T09:30:00Z`)"
            ),
            Problem::NoNow => {
                f.write_str("an event has a time here, so the request must say what time `now` is")
            }
            Problem::Request(error) => error.fmt(f),
        }
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.place.is_empty() {
            write!(f, "`{}`: ", self.place)?;
        }
        self.problem.fmt(f)
    }
}

impl Error for JsonError {}

impl Serialize for JsonError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Inner<'a>(&'a JsonError);
        impl Serialize for Inner<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let placed = !self.0.place.is_empty();
                let never = match &self.0.problem {
                    Problem::Request(RequestError::NoWorld { never }) => never.as_slice(),
                    _ => &[],
                };
                let members = 2 + usize::from(placed) + usize::from(!never.is_empty());
                let mut inner = serializer.serialize_struct("error", members)?;
                inner.serialize_field("kind", self.0.kind())?;
                if placed {
                    inner.serialize_field("place", &self.0.place)?;
                }
                inner.serialize_field("message", &self.0.problem.to_string())?;
                if !never.is_empty() {
                    inner.serialize_field("never", never)?;
                }
                inner.end()
            }
        }
        let mut outer = serializer.serialize_struct("JsonError", 1)?;
        outer.serialize_field("error", &Inner(self))?;
        outer.end()
    }
}
