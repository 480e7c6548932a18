//! A condition that holds in no possible world.

use super::{Check, Context, Family, contest};
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

const CONDITION: &str = "this condition can never hold";
const DUTY: &str = "what starts this duty can never be";
const RIGHT: &str = "the condition of this right can never hold";

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
        let mut places = BTreeSet::new();
        for statement in policy.statements.iter().filter(|s| s.right.is_none()) {
            of_statement(analysis, statement, &mut places, &mut found);
        }
        let duties = policy.duties.iter().map(|d| (contest::started(analysis, d), DUTY, d.span));
        let rights = policy.rights.iter().map(|r| (analysis.space.worlds.holds(&r.when), RIGHT, r.span));
        let never = duties.chain(rights).filter(|(world, ..)| !analysis.can_be(*world, World::ALL));
        found.extend(never.map(|(world, message, span)| impossible(analysis, world, message, span)));
    }
    // Past the limit of nodes, what holds where is not known.
    if !analysis.space.worlds.exhausted() {
        findings.extend(found);
    }
}

fn of_statement(
    analysis: &Analysis<'_>,
    statement: &Statement,
    places: &mut BTreeSet<usize>,
    found: &mut Vec<Finding>,
) {
    let before = found.len();
    for (condition, span) in &statement.conditions {
        let world = analysis.space.worlds.holds(condition);
        if analysis.can_be(world, World::ALL) {
            continue;
        }
        let finding = impossible(analysis, world, CONDITION, *span);
        found.push(match &statement.requires {
            Some(required) if required == condition => finding
                .note("as it stands, the statement prohibits all that it speaks of")
                .help("if it should, write `must not`"),
            _ => finding,
        });
    }
    let behind = statement.only_guard.clone().unwrap_or_else(Expression::always);
    let whole = statement.scope.clone().and(statement.guard.clone()).and(behind);
    let world = analysis.space.worlds.holds(&whole);
    if found.len() > before || analysis.can_be(world, World::ALL) {
        return;
    }
    if let Some(((_, span), rest)) = statement.conditions.split_last() {
        let finding = CHECK
            .finding("this condition can never hold together with the others here", *span)
            .at("excluded by the others, or by what stands in front of the clause or section");
        let finding = rest.iter().fold(finding, |f, (_, other)| f.and(*other, "one of the others"));
        found.push(excluded(analysis, finding, world, "this excludes it").help("correct one of them"));
    } else {
        // The outermost place that is impossible is at fault, whichever statement comes first.
        let place = outermost(analysis, statement.place);
        if places.insert(place) {
            let span = analysis.policy.places.get(place).map_or(statement.span, |p| p.span);
            found.push(
                CHECK
                    .finding("what stands in front of this can never hold", span)
                    .at("so nothing in it ever applies")
                    .help("correct the condition"),
            );
        }
    }
}

/// The outermost place around and including this one whose scope can never hold.
fn outermost(analysis: &Analysis<'_>, place: usize) -> usize {
    let around = |p: &usize| analysis.policy.places.get(*p)?.parent;
    let impossible = |p: &usize| {
        let scope = analysis.policy.places.get(*p).map(|p| analysis.space.worlds.holds(&p.scope));
        scope.is_some_and(|world| !analysis.can_be(world, World::ALL))
    };
    // The policy holds sections, and sections hold clauses, so the way up is short.
    std::iter::successors(Some(place), around).filter(impossible).last().unwrap_or(place)
}

fn impossible(analysis: &Analysis<'_>, world: World, message: &str, span: Span) -> Finding {
    let finding = CHECK.finding(message, span).at("true in no possible case");
    let finding = excluded(analysis, finding, world, "this excludes it");
    if finding.secondary.is_empty() {
        finding.help("correct it, or strike what depends on it")
    } else {
        finding.help("correct it, or take back what excludes it")
    }
}

/// Points at what excludes these worlds: `never` lines, and facts that end at an event. One that
/// excludes them all is enough to be shown.
pub fn excluded(analysis: &Analysis<'_>, mut finding: Finding, world: World, text: &str) -> Finding {
    let worlds = &analysis.space.worlds;
    let never = analysis.policy.never.iter();
    let lines: Vec<_> = never.map(|n| (worlds.holds(&n.condition), n.span, n.ends)).collect();
    let alone = lines.iter().find(|(n, ..)| worlds.is_subset(world, *n));
    let mut left = world;
    for (never, span, ends) in alone.map_or(lines.as_slice(), std::slice::from_ref) {
        let rest = worlds.minus(left, *never);
        if rest != left {
            finding = finding.and(*span, if *ends { "it ends here" } else { text });
            left = rest;
        }
    }
    finding
}
