//! An acceptance that ends within 30 days: what it covers is an error again soon.

use super::folders::Folders;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};

/// The check.
pub const CHECK: Check = Check {
    name: "ending-acceptance",
    level: Level::Warning,
    family: Family::Dates,
    page: include_str!("../../docs/checks/ending-acceptance.md"),
    run: Some(run),
};

/// How many days before its end an acceptance is announced.
const DAYS: i32 = 30;

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let folders = Folders::new(analysis);
    for acceptance in analysis.policy.acceptances.iter().filter(|a| folders.is_own(a.span)) {
        let Ok(left) = analysis.today.until(acceptance.until) else { continue };
        let days = left.get_days();
        if !(0..=DAYS).contains(&days) {
            continue;
        }
        let when = match days {
            0 => "today".to_owned(),
            1 => "tomorrow".to_owned(),
            n => format!("in {n} days"),
        };
        findings.push(
            CHECK
                .finding(format!("this acceptance ends {when}"), acceptance.until_span)
                .at("the last day on which it holds")
                .help("mend what it covers, or decide again and write a later date"),
        );
    }
}
