//! An acceptance whose last day has passed. It covers nothing any more.

use super::folders::Folders;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};

/// The check.
pub const CHECK: Check = Check {
    name: "expired-acceptance",
    level: Level::Error,
    family: Family::Dates,
    page: include_str!("../../docs/checks/expired-acceptance.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let folders = Folders::new(analysis);
    for acceptance in analysis.policy.acceptances.iter().filter(|a| a.until < analysis.today) {
        if folders.is_own(acceptance.span) {
            findings.push(
                CHECK
                    .finding(
                        format!("this acceptance ended on {} and covers nothing any more", acceptance.until),
                        acceptance.until_span,
                    )
                    .at(format!("today is {}", analysis.today))
                    .help("mend what it covered, or decide again and write a later date"),
            );
        }
    }
}
