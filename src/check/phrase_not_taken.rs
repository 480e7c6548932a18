//! A phrase that the action does not take. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "phrase-not-taken",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/phrase-not-taken.md"),
    run: None,
};
