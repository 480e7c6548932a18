//! Why a request could not be made, in words.

use super::suggest::nearest;
use crate::bundle::dimension::{ACTIONS, FORMS};
use crate::bundle::format::Variable;
use crate::bundle::{Bundle, Dimension};
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
        /// The name that was probably meant.
        suggestion: Option<String>,
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
        /// The name that was probably meant.
        suggestion: Option<String>,
    },
    /// The fact has no such value.
    UnknownValue {
        /// The fact.
        fact: String,
        /// The value.
        value: String,
        /// The values that it has.
        values: Vec<String>,
        /// The one that was probably meant.
        suggestion: Option<String>,
    },
    /// The bundle declares no such event.
    UnknownEvent {
        /// The name.
        name: String,
        /// The name that was probably meant.
        suggestion: Option<String>,
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
    /// It belongs to another bundle.
    OtherBundle,
    /// No flow is left: a set is empty, or the request's own condition cannot hold.
    NoFlow,
    /// No flow is left, since by the policy (`never`, `ends at`) what the request says cannot hold together.
    NoWorld {
        /// What can never be, in words; where there are several, one of them is so whatever the request leaves open.
        never: Vec<String>,
    },
    /// Whether a possible world is left was not found within the steps that a decision may take.
    Budget,
}

impl RequestError {
    pub(super) fn unknown_term(bundle: &Bundle, dimension: Dimension, name: &str) -> RequestError {
        let known = bundle.graph(dimension).map_or(&[][..], |graph| &graph.terms);
        let suggestion = match dimension {
            Dimension::Action => nearest(name, ACTIONS.into_iter()),
            Dimension::Form => nearest(name, FORMS.into_iter()),
            _ => nearest(name, known.iter().map(|term| term.name.as_str())),
        };
        RequestError::UnknownTerm { dimension, name: name.to_owned(), suggestion }
    }

    pub(super) fn unknown_fact(bundle: &Bundle, name: &str) -> RequestError {
        let facts = bundle.variables().iter().filter_map(|variable| match variable {
            Variable::Fact { name, .. } => Some(name.as_str()),
            Variable::Clock { .. } => None,
        });
        RequestError::UnknownFact { name: name.to_owned(), suggestion: nearest(name, facts) }
    }

    pub(super) fn unknown_value(fact: &str, value: &str, values: &[String]) -> RequestError {
        let suggestion = nearest(value, values.iter().map(String::as_str));
        let (fact, value) = (fact.to_owned(), value.to_owned());
        RequestError::UnknownValue { fact, value, values: values.to_vec(), suggestion }
    }

    pub(super) fn unknown_event(bundle: &Bundle, name: &str) -> RequestError {
        let events = bundle.variables().iter().filter_map(|variable| match variable {
            Variable::Clock { event, .. } => Some(event.as_str()),
            Variable::Fact { .. } => None,
        });
        RequestError::UnknownEvent { name: name.to_owned(), suggestion: nearest(name, events) }
    }

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
            RequestError::OtherBundle => "other-bundle",
            RequestError::NoFlow | RequestError::NoWorld { .. } => "no-flow",
            RequestError::Budget => "budget",
        }
    }
}

/// The end of a message that guesses.
struct Meant<'a>(&'a Option<String>);

impl fmt::Display for Meant<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.as_ref().map_or(Ok(()), |name| write!(f, "; did you mean `{name}`?"))
    }
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RequestError::UnknownTerm { dimension: Dimension::Action, name, suggestion } => {
                write!(f, "there is no action `{name}`{}", Meant(suggestion))
            }
            RequestError::UnknownTerm { dimension, name, suggestion } => {
                write!(f, "the policy declares no {} `{name}`{}", dimension.name(), Meant(suggestion))
            }
            RequestError::WrongKind { dimension, name } => {
                write!(f, "`{name}` cannot be the {} of a flow", dimension.name())
            }
            RequestError::UnknownFact { name, suggestion } => {
                write!(f, "the policy declares no fact `{name}`{}", Meant(suggestion))
            }
            RequestError::UnknownValue { fact, value, values, suggestion } => {
                write!(f, "the fact `{fact}` has no value `{value}`{}", Meant(suggestion))?;
                match suggestion {
                    Some(_) => Ok(()),
                    None => write!(f, "; it has `{}`", values.join("`, `")),
                }
            }
            RequestError::UnknownEvent { name, suggestion } => {
                write!(f, "the policy declares no event `{name}`{}", Meant(suggestion))
            }
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
            RequestError::OtherBundle => f.write_str("the request was made for another bundle"),
            RequestError::NoFlow => f.write_str(
                "the request stands for no flow: the facts and times that it gives cannot hold together, \
                 or a set in it is empty",
            ),
            RequestError::NoWorld { never } => {
                f.write_str("the request stands for no flow: ")?;
                match never.as_slice() {
                    [one] => write!(f, "the policy says that it can never be that {one}"),
                    several => write!(
                        f,
                        "the policy says that none of these can ever be, and one of them would be so: {}",
                        several.join("; ")
                    ),
                }
            }
            RequestError::Budget => {
                f.write_str("the facts are too entangled to say whether they can hold together")
            }
        }
    }
}

impl Error for RequestError {}
