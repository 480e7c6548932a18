//! Precedence over, or by, a label that nothing has or that covers nothing. Reported in resolving
//! names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "dangling-precedence",
    level: Level::Error,
    family: Family::Precedence,
    page: include_str!("../../docs/checks/dangling-precedence.md"),
    run: None,
};
