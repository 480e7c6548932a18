//! The OpenID AuthZEN Authorization API 1.0: its entities to flows, and decisions to its answers.
//!
//! <https://openid.net/specs/authorization-api-1_0.html>. `docs/server.md` has the mapping for people.
//! No header and no connection is looked at here.

mod configuration;
mod decision;
mod entities;
mod evaluation;
mod fault;
mod search;

pub use configuration::configuration;
pub use evaluation::{evaluation, evaluations};
pub use search::{action, resource, subject};
