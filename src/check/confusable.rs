//! A character that looks like another, or that turns the direction of the text. Reported in reading a file.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "confusable",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/confusable.md"),
    run: None,
};
