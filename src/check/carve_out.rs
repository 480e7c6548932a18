//! A prohibition that reads as an exception to a permission, and is not written as one.

use super::{Check, Context, Family};
use crate::check::conflict::Kind;
use crate::check::grouped::by_prohibition;
use crate::diagnostic::{Finding, Level};

/// The check.
pub const CHECK: Check = Check {
    name: "carve-out",
    level: Level::Warning,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/carve-out.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    by_prohibition(context, &CHECK, Kind::CarveOut, findings, |noun, permissions| match permissions {
        1 => format!("{noun} reads as an exception to a permission, and is not written as one"),
        n => format!("{noun} reads as an exception to {n} permissions, and is not written as one"),
    });
}
