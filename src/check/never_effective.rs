//! A statement that is defeated at every flow that it speaks of.

use super::standing::find;
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use crate::policy::Norm;
use crate::policy::rules::Effect;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "never-effective",
    level: Level::Error,
    family: Family::Redundancy,
    page: include_str!("../../docs/checks/never-effective.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    for (id, defeaters) in analysis.defeaters.iter().enumerate() {
        if defeaters.is_empty() || overruled(analysis, id) {
            continue;
        }
        // A circle is a finding of its own; mending it decides what is left of those in it.
        let mut winners = defeaters.clone();
        winners.retain(|w| !is_above(analysis, id, *w));
        if is_defeated(analysis, id, &winners) {
            findings.extend(finding(analysis, id, &least(analysis, id, winners)));
        }
    }
}

/// Whether an extension says that something prevails over this statement of its base: the published
/// text is not to be edited there, and was overruled on purpose.
fn overruled(analysis: &Analysis<'_>, id: StatementId) -> bool {
    let policy = analysis.policy;
    let unit = policy.statements.get(id).map(|s| s.unit);
    policy.precedence.iter().any(|l| Some(l.unit) != unit && l.losers.contains(&Norm::Statement(id)))
}

/// Whether the first prevails over the second, directly or over one that does.
fn is_above(analysis: &Analysis<'_>, above: StatementId, below: StatementId) -> bool {
    let winners = |s: StatementId| analysis.defeaters.get(s).into_iter().flatten().copied();
    let mut seen: BTreeSet<StatementId> = BTreeSet::new();
    let mut todo: Vec<StatementId> = winners(below).collect();
    while let Some(next) = todo.pop() {
        if next == above {
            return true;
        }
        if seen.insert(next) {
            todo.extend(winners(next));
        }
    }
    false
}

/// What a statement says, where it is not silent.
fn speaking_rules(analysis: &Analysis<'_>, id: StatementId) -> impl Iterator<Item = RuleId> {
    analysis.rules_of(id).filter(|r| analysis.rules.get(*r).is_some_and(|x| x.effect != Effect::Silent))
}

/// Whether a statement speaks of some flow and stands at none.
pub fn is_always_defeated(analysis: &Analysis<'_>, id: StatementId) -> bool {
    is_defeated(analysis, id, analysis.defeaters.get(id).map_or(&[], Vec::as_slice))
}

/// Whether a statement speaks of some flow, and some of these defeat it at each.
fn is_defeated(analysis: &Analysis<'_>, id: StatementId, by: &[StatementId]) -> bool {
    let mut speaks = false;
    for r in speaking_rules(analysis, id) {
        for one in analysis.rules.get(r).into_iter().flat_map(|rule| &rule.boxes) {
            if !analysis.can_be(one.world, World::ALL) {
                continue;
            }
            speaks = true;
            let answer = find(analysis, one, [r], &mut |speaking| {
                let mut left = speaking.clone();
                left.retain(|(other, _)| {
                    let owner = analysis.rules.get(*other).map(|x| x.statement);
                    owner.is_some_and(|s| s == id || by.contains(&s))
                });
                analysis.stands(r, &left)
            });
            if answer != Answer::None {
                return false;
            }
        }
    }
    speaks
}

/// A minimal part of the statements that together leave nothing of one.
fn least(analysis: &Analysis<'_>, id: StatementId, winners: Vec<StatementId>) -> Vec<StatementId> {
    if let Some(one) = winners.iter().find(|w| is_defeated(analysis, id, &[**w])) {
        return vec![*one];
    }
    let mut rest = winners.clone();
    for candidate in winners.iter().rev() {
        let without: Vec<StatementId> = rest.iter().copied().filter(|s| s != candidate).collect();
        if is_defeated(analysis, id, &without) {
            rest = without;
        }
    }
    rest
}

fn finding(analysis: &Analysis<'_>, id: StatementId, winners: &[StatementId]) -> Option<Finding> {
    let is_right = analysis.policy.statements.get(id)?.right.is_some();
    let message = match (is_right, winners.len()) {
        (false, 1) => "this statement never has any effect: another prevails over it everywhere",
        (false, _) => "this statement never has any effect: others prevail over it everywhere",
        (true, 1) => "this right can never be fulfilled: a statement prevails over it everywhere",
        (true, _) => "this right can never be fulfilled: statements prevail over it everywhere",
    };
    let mut finding =
        CHECK.finding(message, wording::span(analysis, id)).at("defeated wherever it speaks");
    let mut boxes = speaking_rules(analysis, id).filter_map(|r| analysis.rules.get(r)).flat_map(|r| &r.boxes);
    let example = boxes.find_map(|one| match find(analysis, one, [], &mut |_| World::ALL) {
        Answer::Found(flow, _) => Some(flow),
        _ => None,
    });
    finding = finding.witness(witness::describe(analysis, &example?));
    for winner in winners {
        finding = finding.and(wording::span(analysis, *winner), "this prevails");
    }
    if winners.len() > 1 {
        finding = finding.note(format!("the {} leave nothing of it together", winners.len()));
    }
    Some(
        finding
            .help("if it should hold somewhere, leave that out of what prevails, or turn the precedence round")
            .help("if it should hold nowhere, strike it"),
    )
}
