//! Something to be done with no time by which: `promptly`, or `must erase` without a limit.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::policy::{Action, Modal};

/// The check.
pub const CHECK: Check = Check {
    name: "no-time-limit",
    level: Level::Note,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/no-time-limit.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.analysis.policy;
    for statement in policy.statements.iter().filter(|s| s.modal == Modal::Must && s.limit.is_none()) {
        if let Some(span) = statement.promptly {
            findings.push(promptly(span));
        } else if statement.actions.contains(&Action::Erase) {
            findings.push(
                CHECK
                    .finding("this must be erased, and nothing says by when", statement.span)
                    .at("no limit of time")
                    .note("without a limit, nobody can tell when the promise is broken")
                    .help("say by when: `within 30 days after EVENT`"),
            );
        }
    }
    let duties = policy.duties.iter().filter(|d| d.within.is_none());
    findings.extend(duties.filter_map(|d| d.promptly).map(promptly));
}

fn promptly(span: crate::source::Span) -> Finding {
    CHECK
        .finding("`promptly` is no limit of time that anybody can check", span)
        .at("by when?")
        .note("without a limit, nobody can tell when the promise is broken")
        .help("if there is a limit, name it: `within 30 days`")
}
