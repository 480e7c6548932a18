//! A text that does not follow the grammar. Reported in reading a file.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "syntax",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/syntax.md"),
    run: None,
};
