//! The document that a policy encodes: its headings and sentences, what cites them, and its lock.
//!
//! Takes Markdown and a checked policy; gives which sentence each citation rests on ([`citation`]),
//! what a lock remembers of them ([`lock`], [`compare`]), how much of the text has been read
//! ([`coverage`]), and what the text says of itself that a check can hold against the policy
//! ([`references`], [`dates`], [`companies`], [`contrary`]). Reads no files, and judges nothing:
//! findings are worded in `check`.

pub mod citation;
pub mod companies;
pub mod compare;
pub mod contrary;
pub mod coverage;
pub mod dates;
pub mod documents;
pub mod fold;
pub mod lock;
pub mod markdown;
pub mod references;
pub mod sentences;
pub mod sketch;
pub mod text;
pub mod words;
