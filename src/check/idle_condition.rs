//! A condition that always holds, and so is none.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::expression::Expression;
use crate::flow::world::World;
use crate::policy::analysis::Analysis;
use crate::source::Span;

/// The check.
pub const CHECK: Check = Check {
    name: "idle-condition",
    level: Level::Warning,
    family: Family::Redundancy,
    page: include_str!("../../docs/checks/idle-condition.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let policy = analysis.policy;
    if analysis.space.possible == World::NONE {
        return;
    }
    let of_flows = policy.statements.iter().filter(|s| s.right.is_none()).flat_map(|s| &s.conditions);
    let mut all: Vec<(&Expression, Span)> = of_flows.map(|(c, span)| (c, *span)).collect();
    let always = Expression::always();
    all.extend(policy.duties.iter().map(|d| (&d.when, d.span)).filter(|(c, _)| **c != always));
    all.extend(policy.rights.iter().map(|r| (&r.when, r.span)).filter(|(c, _)| **c != always));
    let idle: Vec<Span> = all.into_iter().filter(|(c, _)| is_idle(analysis, c)).map(|(_, span)| span).collect();
    // Past the limit of nodes, what holds where is not known.
    if !analysis.space.worlds.exhausted() {
        findings.extend(idle.into_iter().map(finding));
    }
}

fn is_idle(analysis: &Analysis<'_>, condition: &Expression) -> bool {
    let worlds = &analysis.space.worlds;
    worlds.is_subset(analysis.space.possible, worlds.holds(condition))
}

fn finding(span: Span) -> Finding {
    CHECK
        .finding("this condition always holds", span)
        .at("true in every possible case")
        .help("strike it, or write the condition that was meant")
}
