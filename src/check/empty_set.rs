//! A list from which everything is taken out. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "empty-set",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/empty-set.md"),
    run: None,
};
