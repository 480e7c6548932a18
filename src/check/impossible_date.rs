//! A date that no calendar has, or a length of time that is none. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "impossible-date",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/impossible-date.md"),
    run: None,
};
