//! A permission and a prohibition that meet, where neither holds the other.

use super::{Check, Context, Family};
use crate::check::conflict::Kind;
use crate::check::grouped::by_prohibition;
use crate::diagnostic::{Finding, Level};

/// The check.
pub const CHECK: Check = Check {
    name: "crossing",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/crossing.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    by_prohibition(context, &CHECK, Kind::Crossing, findings, |noun, permissions| match permissions {
        1 => format!("a permission crosses {noun}: nobody can say which holds where they meet"),
        n => format!("{n} permissions cross {noun}: nobody can say which holds where they meet"),
    });
}
