//! A line of precedence, or a tail of a statement, that decides nothing.
//!
//! Whether a duty yields to a statement about flows is for people to weigh, so a line between a
//! duty or a right and a statement is left alone.

use super::{Check, Context, Family, contest};
use crate::diagnostic::{Finding, Level};
use crate::policy::analysis::Analysis;
use crate::policy::{Norm, PrecedenceLine};
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "idle-precedence",
    level: Level::Note,
    family: Family::Precedence,
    page: include_str!("../../docs/checks/idle-precedence.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    // A line that an extension turned round decides nothing here, and that is listed elsewhere.
    let replaced: BTreeSet<usize> = analysis.replaced.iter().map(|(base, _)| *base).collect();
    for (i, (line, used)) in analysis.policy.precedence.iter().zip(&analysis.lines_used).enumerate() {
        if *used || replaced.contains(&i) || beyond_flows(analysis, line) {
            continue;
        }
        findings.push(
            CHECK
                .finding("this decides nothing", line.span)
                .note("where the two meet they agree, or they never meet")
                .help("take it out, or name what it was meant for"),
        );
    }
}

/// Whether a line is about duties or rights, and decides something between them or something that
/// cannot be told.
fn beyond_flows(analysis: &Analysis<'_>, line: &PrecedenceLine) -> bool {
    let policy = analysis.policy;
    let contested = line.winners.iter().any(|w| {
        line.losers.iter().filter(|l| *l != w).any(|l| match (w, l) {
            (Norm::Duty(a), Norm::Duty(b)) => {
                policy.duties.get(*a).zip(policy.duties.get(*b)).is_some_and(|(a, b)| contest::duties(analysis, a, b))
            }
            (Norm::Right(a), Norm::Right(b)) => {
                policy.rights.get(*a).zip(policy.rights.get(*b)).is_some_and(|(a, b)| contest::rights(analysis, a, b))
            }
            _ => false,
        })
    });
    contested || incomparable(&line.winners, &line.losers)
}

/// Whether one side is all duties, or all rights, and nothing on the other side is of that sort.
fn incomparable(winners: &[Norm], losers: &[Norm]) -> bool {
    let sort = |norm: &Norm| match norm {
        Norm::Statement(_) => 0,
        Norm::Duty(_) => 1,
        Norm::Right(_) => 2,
    };
    let alone = |norms: &[Norm], other: &[Norm]| {
        norms.first().is_some_and(|first| {
            sort(first) != 0
                && norms.iter().all(|n| sort(n) == sort(first))
                && other.iter().any(|n| sort(n) != sort(first))
        })
    };
    alone(winners, losers) || alone(losers, winners)
}
