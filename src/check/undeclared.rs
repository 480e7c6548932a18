//! A name that nothing declares. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "undeclared",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/undeclared.md"),
    run: None,
};
