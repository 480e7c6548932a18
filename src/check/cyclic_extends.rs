//! Policies that extend one another. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "cyclic-extends",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/cyclic-extends.md"),
    run: None,
};
