//! Why a request could not be made, in words.

use crate::bundle::Dimension;
use std::error::Error;
use std::fmt;

/// Why a request could not be made.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum RequestError {
    /// The bundle declares no such term; its `graph` lists those that it does.
    UnknownTerm {
        /// Where it was named.
        dimension: Dimension,
        /// The name.
        name: String,
    },
    /// A channel is no party, and people are not the subject of themselves.
    WrongKind {
        /// Where it was named.
        dimension: Dimension,
        /// The name.
        name: String,
    },
    /// The bundle declares no such fact.
    UnknownFact {
        /// The name.
        name: String,
    },
    /// The fact has no such value.
    UnknownValue {
        /// The fact.
        fact: String,
        /// The value.
        value: String,
    },
    /// The bundle declares no such event.
    UnknownEvent {
        /// The name.
        name: String,
    },
    /// The bundle has no state of the event's clock for that time.
    NoSuchTime {
        /// The event.
        event: String,
    },
    /// A cell or a value that the bundle does not have.
    OutOfRange,
    /// What the request must name.
    Missing(Dimension),
    /// None of the actions takes it.
    NotTaken(Dimension),
    /// The request's condition is nested too deep.
    TooDeep,
    /// No flow is left: a set is empty, or the facts cannot hold together.
    NoFlow,
    /// Whether a possible world is left was not found within the steps that a decision may take.
    Budget,
}

impl RequestError {
    /// What sort of error it is, as one word that does not change between versions.
    pub fn kind(&self) -> &'static str {
        match self {
            RequestError::UnknownTerm { .. } => "unknown-term",
            RequestError::WrongKind { .. } => "wrong-kind",
            RequestError::UnknownFact { .. } => "unknown-fact",
            RequestError::UnknownValue { .. } => "unknown-value",
            RequestError::UnknownEvent { .. } => "unknown-event",
            RequestError::NoSuchTime { .. } => "no-such-time",
            RequestError::OutOfRange => "out-of-range",
            RequestError::Missing(_) => "missing",
            RequestError::NotTaken(_) => "not-taken",
            RequestError::TooDeep => "too-deep",
            RequestError::NoFlow => "no-flow",
            RequestError::Budget => "budget",
        }
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::UnknownTerm { dimension: Dimension::Action, name } => {
                write!(f, "there is no action `{name}`")
            }
            RequestError::UnknownTerm { dimension, name } => {
                write!(f, "the policy declares no {} `{name}`", dimension.name())
            }
            RequestError::WrongKind { dimension, name } => {
                write!(f, "`{name}` cannot be the {} of a flow", dimension.name())
            }
            RequestError::UnknownFact { name } => write!(f, "the policy declares no fact `{name}`"),
            RequestError::UnknownValue { fact, value } => {
                write!(f, "the fact `{fact}` has no value `{value}`")
            }
            RequestError::UnknownEvent { name } => write!(f, "the policy declares no event `{name}`"),
            RequestError::NoSuchTime { event } => {
                write!(f, "the bundle has no state of `{event}` for that time; build it again")
            }
            RequestError::OutOfRange => f.write_str("the bundle has no such cell or value"),
            RequestError::Missing(dimension) => write!(f, "the request names no {}", dimension.name()),
            RequestError::NotTaken(Dimension::With) => {
                f.write_str("only `combine` takes `with`; name it, or leave the phrase out")
            }
            RequestError::NotTaken(_) => f.write_str(
                "none of the actions takes a recipient; name one of the `share` family, or leave it out",
            ),
            RequestError::TooDeep => f.write_str("the request's condition is nested too deep"),
            RequestError::NoFlow => f.write_str(
                "the request stands for no flow: the facts and times that it gives cannot hold together, \
                 or a set in it is empty",
            ),
            RequestError::Budget => {
                f.write_str("the facts are too entangled to say whether they can hold together")
            }
        }
    }
}

impl Error for RequestError {}
