//! A line of precedence, or a tail of a statement, that decides nothing.
//!
//! Whether a duty yields to a statement about flows is for people to weigh, so a line between a
//! duty or a right and a statement is left alone.

use super::{Check, Context, Family, beyond_purpose, contest};
use crate::diagnostic::{Finding, Level};
use crate::policy::analysis::Analysis;
use crate::policy::{Norm, Policy, PrecedenceLine};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

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
    let replaced: BTreeSet<usize> = analysis.precedence.replaced.iter().map(|(base, _)| *base).collect();
    let collects = analysis.policy.statements.iter().any(beyond_purpose::is_collection);
    let mut idle: BTreeMap<Span, Vec<Span>> = BTreeMap::new();
    for (i, (line, used)) in
        analysis.policy.precedence.iter().zip(&analysis.precedence.lines_used).enumerate()
    {
        let decides = || {
            replaced.contains(&i)
                || beyond_flows(analysis, line)
                || collects && beyond_purpose::decides(analysis, line)
        };
        if !used && !decides() {
            idle.entry(around(analysis.policy, line)).or_default().push(line.span);
        }
    }
    for (norm, mut spans) in idle {
        spans.sort_unstable();
        let Some((first, rest)) = spans.split_first() else { continue };
        let finding = if *first == norm {
            CHECK.finding("this line of precedence decides nothing", norm)
        } else {
            CHECK.finding("this part of the statement decides nothing", *first)
        };
        let finding = finding
            .at("nothing meets the other side and disagrees")
            .help("take it out, or name the statement that it was meant for");
        findings.push(rest.iter().fold(finding, |f, span| f.and(*span, "nor here")));
    }
}

/// The statement, duty or right whose tail a line is; the line itself where it stands alone.
fn around(policy: &Policy, line: &PrecedenceLine) -> Span {
    // A tail's own side is one statement, or one right with all that fulfils it.
    let firsts = [line.winners.first(), line.losers.first()].into_iter().flatten();
    let spans = firsts.filter_map(|norm| match norm {
        Norm::Statement(i) => policy.statements.get(*i).map(|s| s.span),
        Norm::Duty(i) => policy.duties.get(*i).map(|d| d.span),
        Norm::Right(i) => policy.rights.get(*i).map(|r| r.span),
    });
    let mut holding = spans
        .filter(|s| s.source == line.span.source && s.start <= line.span.start && line.span.end <= s.end);
    holding.next().unwrap_or(line.span)
}

/// Whether a line is about duties or rights, and decides something between them or something that
/// cannot be told.
fn beyond_flows(analysis: &Analysis<'_>, line: &PrecedenceLine) -> bool {
    let (duties, rights) = (&analysis.policy.duties, &analysis.policy.rights);
    let duties_of = |norms: &[Norm]| -> Vec<usize> {
        norms.iter().filter_map(|n| if let Norm::Duty(i) = n { Some(*i) } else { None }).collect()
    };
    let rights_of = |norms: &[Norm]| -> Vec<usize> {
        norms.iter().filter_map(|n| if let Norm::Right(i) = n { Some(*i) } else { None }).collect()
    };
    // Sides can be whole policies, and few of their norms are duties or rights.
    let pairs = |of: &dyn Fn(&[Norm]) -> Vec<usize>| -> Vec<(usize, usize)> {
        let losers = of(&line.losers);
        let winners = if losers.is_empty() { Vec::new() } else { of(&line.winners) };
        winners.iter().flat_map(|w| losers.iter().map(move |l| (*w, *l))).collect()
    };
    incomparable(&line.winners, &line.losers)
        || pairs(&duties_of)
            .into_iter()
            .filter_map(|(w, l)| duties.get(w).zip(duties.get(l)))
            .any(|(w, l)| contest::duties(analysis, w, l))
        || pairs(&rights_of)
            .into_iter()
            .filter_map(|(w, l)| rights.get(w).zip(rights.get(l)))
            .any(|(w, l)| contest::rights(analysis, w, l))
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
