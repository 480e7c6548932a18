//! Tests of a policy: what its authors expect it to say of requests.
//!
//! | step | takes | gives |
//! |---|---|---|
//! | `cases` | tests as written, their policy and a bundle | the cases, and what is wrong with their words |
//! | `outcome` | a case and a bundle | what the evaluator says of it, and whether that was expected |
//! | `failure` | an outcome | the finding that tells what is otherwise, and why |
//! | `narrow` | an undetermined request | words that get the verdict that was expected |
//! | [`coverage`] | outcomes | which statements decided, and which conditions were met both ways |
//! | [`report`] | all of that | text, JSON, JUnit and LCOV |
//!
//! Whoever answers is the evaluator that services use. Reads no file; what a base's tests expect of
//! the base says nothing of its extension, so nobody but the caller says which tests there are.

mod cases;
pub mod coverage;
mod failure;
mod narrow;
mod outcome;
pub mod report;

pub use cases::{Case, EMPTY_TEST, cases};
pub use failure::findings;
pub use outcome::{Outcome, Status, Wrong, run};
