//! The decision server from outside, on the loopback address: what it answers, what it refuses, and
//! what it does when clients, bundles and its own process misbehave.
//!
//! Every decision is compared with the library's own. Each test has a server of its own, on a port
//! that the system picks, and ends it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "serve/answers.rs"]
mod answers;
#[path = "serve/bundles.rs"]
mod bundles;
#[path = "serve/client.rs"]
mod client;
#[path = "serve/clients.rs"]
mod clients;
#[path = "serve/docs.rs"]
mod docs;
#[path = "serve/limits.rs"]
mod limits;
#[path = "serve/log.rs"]
mod log;
#[path = "serve/mistakes.rs"]
mod mistakes;
#[path = "serve/reload.rs"]
mod reload;
#[path = "serve/search.rs"]
mod search;
#[path = "serve/server.rs"]
mod server;
#[path = "serve/stop.rs"]
mod stop;
#[path = "serve/trust.rs"]
mod trust;
