//! A test that expects nothing. Reported where tests are read.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "empty-test",
    level: Level::Warning,
    family: Family::Redundancy,
    page: include_str!("../../docs/checks/empty-test.md"),
    run: None,
};
