//! What one caller may cost: sizes, times and numbers, each with its default.

use std::time::Duration;

/// How deep a request's JSON may be nested: serde_json's own limit, which it checks while it reads.
pub const MAX_DEPTH: usize = 128;

/// The bytes that a connection buffers; the head of a request, with its headers, must fit in.
pub const MAX_HEAD_BYTES: usize = 32 << 10;

/// The headers that a request may have.
pub const MAX_HEADERS: usize = 64;

/// The limits that whoever runs the server can set.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Evaluations in one request.
    pub evaluations: usize,
    /// Results on one page of a search.
    pub page: usize,
    /// Connections at once; further ones wait to be accepted.
    pub connections: usize,
    /// Requests under way at once, those for upkeep apart; further ones are answered with 503.
    pub requests: usize,
    /// From the first byte of a request's head to its last; also from connecting to the first head.
    pub head_time: Duration,
    /// How long a connection may stay without a request.
    pub idle_time: Duration,
    /// From the end of the head to the end of the body.
    pub body_time: Duration,
    /// How long many evaluations or a search may be worked on.
    pub work_time: Duration,
    /// How long a client may take no byte of an answer.
    pub write_time: Duration,
    /// How long requests under way are waited for when the server is told to stop.
    pub grace_time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            body_bytes: 256 << 10,
            evaluations: 1_000,
            page: 100,
            connections: 1_024,
            requests: 256,
            head_time: Duration::from_secs(5),
            idle_time: Duration::from_secs(60),
            body_time: Duration::from_secs(5),
            work_time: Duration::from_secs(2),
            write_time: Duration::from_secs(10),
            grace_time: Duration::from_secs(10),
        }
    }
}
