//! A bundle and a request to a decision.
//!
//! | step | from | to |
//! |---|---|---|
//! | [`Request::builder`] | names, facts, times | a set of flows, in cells of one bundle |
//! | [`decide`] | a request | a verdict; nothing is allocated where every flow is treated alike |
//! | [`decide_at`] | a request and a [`World`] | the verdict for another person or time |
//! | [`explain`], [`explain_at`] | the same | the verdict with its reasons |
//! | [`retention()`] | data, facts and the dates of events | by when it must be erased, and until when kept |
//! | [`json`] | a request as JSON | an answer as JSON |
//! | [`point`] | one flow | the verdict at it, by the definition itself |
//!
//! At a flow, a statement is present where one of its boxes holds the flow. A present statement is
//! defeated if a present one that it disagrees with prevails over it. Of the others, a prohibition
//! prohibits, else a permission permits, else the flow is unstated. A request is permitted if each
//! of its flows is. Nothing here knows the compiler; `bundle` is all it reads.

mod answer;
mod budget;
mod builder;
mod clock;
mod error;
mod explain;
pub mod json;
mod known;
mod lookup;
mod name;
mod nearest;
mod never;
mod plan;
mod point;
mod question;
mod reach;
mod request;
mod retention;
mod settle;
mod split;
mod standing;
mod suggest;
mod verbs;
mod verdict;
mod world;

pub use answer::{decide, decide_all, decide_at};
pub use budget::MAX_STEPS;
pub use builder::{Builder, Value};
pub use clock::EventState;
pub use error::RequestError;
pub use explain::{Basis, Decision, Defeat, Example, Given, Near, explain, explain_at};
pub use known::World;
pub use name::cell_name;
#[cfg(feature = "compiler")]
pub(crate) use name::words as length_words;
pub use point::{PointDecision, point};
pub use question::Flow;
pub use reach::{Deciders, MAX_STEPS_IN_ALL, can_ever_hold, can_hold, reached};
pub use request::Request;
pub use retention::{Bound, MAX_MOMENTS, Period, Retention, retention};
pub use settle::{Settle, Way};
pub use standing::Standing;
pub use verdict::{Answer, Undecided, Verdict};
pub use world::When;
