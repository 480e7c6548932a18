//! The checks: one file each, listed once here.
//!
//! Takes a whole policy; gives findings. A check that a stage before reports (a syntax error, an
//! undeclared name) is listed here too, with its page, so that every name that a finding can bear
//! is in one list.

use crate::diagnostic::{Finding, Level};
use crate::policy::analysis::Analysis;

/// What a check is about; the order is that of the documentation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Family {
    NamesAndTypes,
    Contradictions,
    Precedence,
    ThirdParties,
    Completeness,
    Redundancy,
    Dates,
}

/// One check.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its name, which is never reused.
    pub name: &'static str,
    /// Its level.
    pub level: Level,
    /// What it is about.
    pub family: Family,
    /// Its documentation page, in Markdown.
    pub page: &'static str,
    /// How it is run; none where a stage before reports it.
    pub run: Option<fn(&Analysis<'_>, &mut Vec<Finding>)>,
}

/// All checks, by family and then as the documentation lists them.
pub const CHECKS: &[Check] = &[];

/// The check of that name.
pub fn find(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|c| c.name == name)
}
