//! A name of one kind where another kind belongs. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "wrong-kind",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/wrong-kind.md"),
    run: None,
};
