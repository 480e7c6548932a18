//! A text that is larger, longer or more deeply nested than is read. Reported in reading a file.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "limit",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/limit.md"),
    run: None,
};
