//! An `import` or `extends` that leads nowhere. Reported in reading a policy's folders.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "missing-import",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/missing-import.md"),
    run: None,
};
