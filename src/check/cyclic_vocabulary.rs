//! A term that lies under itself. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "cyclic-vocabulary",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/cyclic-vocabulary.md"),
    run: None,
};
