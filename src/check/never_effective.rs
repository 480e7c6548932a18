//! A statement that is defeated at every flow that it speaks of.

use super::minimal::minimal;
use super::standing::find;
use super::{Check, Context, Family, witness, wording};
use crate::check::defeated::{is_defeated, speaking_rules};
use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::Norm;
use crate::policy::analysis::{Analysis, StatementId};
use rustc_hash::FxHashSet;
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
    let circles = analysis.precedence.circles();
    let overruled = overruled(analysis);
    for id in 0..analysis.rules_of.len() {
        let over = analysis.precedence.over(id);
        if over.is_empty() || overruled.contains(&id) {
            continue;
        }
        // A circle is a finding of its own; mending it decides what is left of those in it.
        let winners: Vec<StatementId> =
            over.iter().map(|w| *w as usize).filter(|w| circles.get(*w) != circles.get(id)).collect();
        if is_defeated(analysis, id, &winners) {
            findings.extend(finding(analysis, id, &least(analysis, id, winners)));
        }
    }
}

/// The statements of a base over which an extension says that something prevails: the published text
/// is not to be edited there, and was overruled on purpose.
fn overruled(analysis: &Analysis<'_>) -> BTreeSet<StatementId> {
    let policy = analysis.policy;
    let unit = |id: StatementId| policy.statements.get(id).map(|s| s.unit);
    // Many lines share one long list.
    let mut seen = FxHashSet::default();
    let lines = policy.precedence.iter().filter(|l| seen.insert((l.unit, l.losers.as_ptr())));
    let losers = lines.flat_map(|l| l.losers.iter().map(move |norm| (l.unit, norm)));
    let overruled = losers.filter_map(|(line, norm)| match norm {
        Norm::Statement(id) if unit(*id) != Some(line) => Some(*id),
        _ => None,
    });
    overruled.collect()
}

/// A minimal part of the statements that together leave nothing of one.
fn least(analysis: &Analysis<'_>, id: StatementId, winners: Vec<StatementId>) -> Vec<StatementId> {
    let alone = winners.iter().find(|w| reaches_all(analysis, **w, id) && is_defeated(analysis, id, &[**w]));
    if let Some(one) = alone {
        return vec![*one];
    }
    let order: Vec<StatementId> = winners.iter().rev().copied().collect();
    minimal(winners, &order, |rest| is_defeated(analysis, id, rest))
}

/// Whether one statement speaks of all cells of another, dimension by dimension: what could defeat it
/// everywhere.
fn reaches_all(analysis: &Analysis<'_>, winner: StatementId, loser: StatementId) -> bool {
    let boxes =
        |s: StatementId| analysis.rules_of(s).filter_map(|r| analysis.rules.get(r)).flat_map(|r| &r.boxes);
    Dimension::ALL.into_iter().all(|d| {
        let reach = CellSet::union_of(boxes(winner).map(|b| b.cells.get(d)));
        boxes(loser)
            .filter(|b| analysis.can_be(b.world, World::ALL))
            .all(|b| b.cells.get(d).is_subset(&reach))
    })
}

fn finding(analysis: &Analysis<'_>, id: StatementId, winners: &[StatementId]) -> Option<Finding> {
    let is_right = analysis.policy.statements.get(id)?.right.is_some();
    let message = match (is_right, winners.len()) {
        (false, 1) => "this statement never has any effect: another prevails over it everywhere",
        (false, _) => "this statement never has any effect: others prevail over it everywhere",
        (true, 1) => "this right can never be fulfilled: a statement prevails over it everywhere",
        (true, _) => "this right can never be fulfilled: statements prevail over it everywhere",
    };
    let mut finding = CHECK.finding(message, wording::span(analysis, id)).at("defeated wherever it speaks");
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
            .help(
                "if it should hold somewhere, leave that out of what prevails, or turn the precedence round",
            )
            .help("if it should hold nowhere, strike it"),
    )
}
