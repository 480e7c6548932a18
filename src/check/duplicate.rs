//! A name or a label that is declared twice. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "duplicate",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/duplicate.md"),
    run: None,
};
