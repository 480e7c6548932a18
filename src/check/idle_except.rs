//! An `except` that takes nothing out of its list.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};

/// The check.
pub const CHECK: Check = Check {
    name: "idle-except",
    level: Level::Warning,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/idle-except.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for span in &context.analysis.policy.idle_excepts {
        let words = context.analysis.sources.text(*span);
        findings.push(
            CHECK
                .finding(format!("`except {words}` takes nothing out"), *span)
                .at("not in the list before `except`")
                .help(format!("take out `{words}`, or add to the list what it is to be an exception from")),
        );
    }
}
