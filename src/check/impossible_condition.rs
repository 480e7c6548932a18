//! A condition that holds in no possible world.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::expression::Expression;
use crate::flow::world::World;
use crate::policy::Statement;
use crate::policy::analysis::Analysis;
use crate::source::Span;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "impossible-condition",
    level: Level::Error,
    family: Family::Redundancy,
    page: include_str!("../../docs/checks/impossible-condition.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let policy = analysis.policy;
    let mut found = Vec::new();
    if analysis.space.possible == World::NONE {
        let span = policy.never.last().map_or(policy.span, |n| n.span);
        found.push(
            CHECK
                .finding("nothing is possible any more: the `never` lines together exclude every case", span)
                .at("the last of them")
                .help("take back the one that excludes too much"),
        );
    } else {
        let mut scopes = BTreeSet::new();
        for statement in policy.statements.iter().filter(|s| s.right.is_none()) {
            of_statement(analysis, statement, &mut scopes, &mut found);
        }
        let norms = policy.duties.iter().map(|d| (&d.when, d.span));
        let norms = norms.chain(policy.rights.iter().map(|r| (&r.when, r.span)));
        found.extend(norms.filter(|(when, _)| is_impossible(analysis, when)).map(|(_, span)| impossible(span)));
    }
    // Past the limit of nodes, what holds where is not known.
    if !analysis.space.worlds.exhausted() {
        findings.extend(found);
    }
}

fn of_statement<'a>(
    analysis: &Analysis<'a>,
    statement: &'a Statement,
    scopes: &mut BTreeSet<&'a Expression>,
    found: &mut Vec<Finding>,
) {
    let before = found.len();
    let alone = statement.conditions.iter().filter(|(c, _)| is_impossible(analysis, c));
    found.extend(alone.map(|(_, span)| impossible(*span)));
    let behind = statement.only_guard.clone().unwrap_or_else(Expression::always);
    let whole = statement.scope.clone().and(statement.guard.clone()).and(behind);
    if found.len() > before || !is_impossible(analysis, &whole) {
        return;
    }
    if let Some((_, span)) = statement.conditions.last() {
        found.push(
            CHECK
                .finding("this condition can never hold together with the others here", *span)
                .at("excluded by the others, or by what stands in front of the clause or section")
                .help("correct one of them"),
        );
    } else if scopes.insert(&statement.scope) {
        let place = analysis.policy.places.get(statement.place);
        found.push(
            CHECK
                .finding("what stands in front of this can never hold", place.map_or(statement.span, |p| p.span))
                .at("so nothing in it ever applies")
                .help("correct the condition"),
        );
    }
}

fn is_impossible(analysis: &Analysis<'_>, condition: &Expression) -> bool {
    !analysis.can_be(analysis.space.worlds.holds(condition), World::ALL)
}

fn impossible(span: Span) -> Finding {
    CHECK
        .finding("this condition can never hold", span)
        .at("true in no possible case")
        .help("correct it; if it should be possible, look at what `never` and `ends at` exclude")
}
