//! From a request's bytes to an answer and what is logged of it: what the endpoints have in common.

use super::endpoint::Endpoint;
use super::limits::Limits;
use super::log::Entry;
use super::reply::Reply;
use crate::bundle::{Bundle, Dimension};
use crate::decide::json::Spoken;
use jiff::civil::DateTime;
use std::time::Instant;

/// What an endpoint works with.
#[derive(Debug)]
pub struct Work<'a> {
    /// Which endpoint it is.
    pub endpoint: Endpoint,
    /// The bundle, the same from beginning to end.
    pub bundle: &'a Bundle,
    /// The limits.
    pub limits: &'a Limits,
    /// The time of the server, in UTC, for requests that say none.
    pub now: DateTime,
    /// When long work stops.
    pub deadline: Instant,
}

/// What an endpoint gives.
#[derive(Debug)]
pub struct Worked {
    /// The answer.
    pub reply: Reply,
    /// What is logged and counted: an entry for each decision.
    pub entries: Vec<Entry>,
}

impl Work<'_> {
    /// Of a request that could not be asked.
    pub fn mistaken(&self, reply: Reply, kind: &'static str) -> Worked {
        Worked { reply, entries: vec![Entry::mistaken(self.endpoint, self.bundle, kind)] }
    }

    /// Whether long work must stop.
    pub fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }

    /// Adds the names that a request spoke, as far as the bundle has them.
    pub fn note_asked(&self, entry: &mut Entry, spoken: &Spoken<'_>) {
        for (dimension, names) in Dimension::ALL.into_iter().zip(&spoken.names) {
            entry.asked(self.bundle, dimension, names.as_slice().iter().map(|name| &**name));
        }
    }
}
