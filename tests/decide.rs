//! Loading and deciding, as a service does it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "decide/bad.rs"]
mod bad;
#[path = "decide/fixture.rs"]
mod fixture;
#[path = "decide/json.rs"]
mod json;
#[path = "decide/live.rs"]
mod live;
#[path = "decide/load.rs"]
mod load;
#[path = "decide/random.rs"]
mod random;
#[path = "decide/requests.rs"]
mod requests;
#[path = "decide/retention.rs"]
mod retention;
#[path = "decide/text.rs"]
mod text;
