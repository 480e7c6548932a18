//! Something in `caveat.toml` that nothing understands. Reported in reading that file.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "configuration",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/configuration.md"),
    run: None,
};
