//! A phrase that stands twice in one statement. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "repeated-phrase",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/repeated-phrase.md"),
    run: None,
};
