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

/// How many of the statements that prevail are pointed at; the rest are counted.
const SHOWN: usize = 3;

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    for (id, statement) in analysis.policy.statements.iter().enumerate() {
        let defeaters = analysis.defeaters.get(id).map_or(&[][..], Vec::as_slice);
        if statement.right.is_none()
            && !defeaters.is_empty()
            && !overruled(analysis, id)
            && is_always_defeated(analysis, id)
            && !in_a_circle(analysis, id)
        {
            findings.extend(finding(analysis, id, defeaters));
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

/// Whether what prevails over a statement yields to it in the end, which is a finding of its own.
fn in_a_circle(analysis: &Analysis<'_>, id: StatementId) -> bool {
    let above = |s: StatementId| analysis.defeaters.get(s).into_iter().flatten().copied();
    let mut seen: BTreeSet<StatementId> = BTreeSet::new();
    let mut todo: Vec<StatementId> = above(id).collect();
    while let Some(next) = todo.pop() {
        if next == id {
            return true;
        }
        if seen.insert(next) {
            todo.extend(above(next));
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
    let mut speaks = false;
    for r in speaking_rules(analysis, id) {
        for one in analysis.rules.get(r).into_iter().flat_map(|rule| &rule.boxes) {
            if !analysis.can_be(one.world, World::ALL) {
                continue;
            }
            speaks = true;
            if find(analysis, one, [r], &mut |speaking| analysis.stands(r, speaking)) != Answer::None {
                return false;
            }
        }
    }
    speaks
}

fn finding(analysis: &Analysis<'_>, id: StatementId, defeaters: &[StatementId]) -> Option<Finding> {
    let mut finding = CHECK
        .finding("this statement never has any effect: others prevail over it everywhere", wording::span(analysis, id))
        .at("defeated wherever it speaks");
    let mut boxes = speaking_rules(analysis, id).filter_map(|r| analysis.rules.get(r)).flat_map(|r| &r.boxes);
    let example = boxes.find_map(|one| match find(analysis, one, [], &mut |_| World::ALL) {
        Answer::Found(flow, _) => Some(flow),
        _ => None,
    });
    finding = finding.witness(witness::describe(analysis, &example?));
    for winner in defeaters.iter().take(SHOWN) {
        finding = finding.and(wording::span(analysis, *winner), "this prevails");
    }
    if let more @ 1.. = defeaters.len().saturating_sub(SHOWN) {
        finding = finding.note(format!("and {more} more"));
    }
    Some(finding.help("strike it, or say less in what prevails over it"))
}
