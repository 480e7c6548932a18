//! An `only` where it says nothing, or where it cannot be told what it says. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "misplaced-only",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/misplaced-only.md"),
    run: None,
};
