//! A policy without a header, with two, or with one that says too little. Reported in resolving names.

use super::{Check, Family};
use crate::diagnostic::Level;

/// The check.
pub const CHECK: Check = Check {
    name: "policy-header",
    level: Level::Error,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/policy-header.md"),
    run: None,
};
