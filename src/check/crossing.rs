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
    by_prohibition(context, &CHECK, Kind::Crossing, findings, |permissions| match permissions {
        1 => "a permission crosses this prohibition: nobody can say which holds where they meet".to_owned(),
        n => format!("{n} permissions cross this prohibition: nobody can say which holds where they meet"),
    });
}
