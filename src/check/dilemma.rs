//! No lawful act is left: what must be done is prohibited, or keeping and erasing the same data are.

use super::{Check, Context, Family};
use crate::check::conflict::{Kind, opened};
use crate::check::contradictions::{Group, Pair};
use crate::check::{witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::Action;
use crate::policy::analysis::{Analysis, RuleId, Scene, Speaking, StatementId};
use crate::policy::rules::{Effect, action_cell};
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub const CHECK: Check = Check {
    name: "dilemma",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/dilemma.md"),
    run: Some(run),
};

const RETAIN: u32 = action_cell(Action::Retain);
const ERASE: u32 = action_cell(Action::Erase);

/// How many of those that prohibit erasing are pointed at; the rest are counted.
const SHOWN: usize = 50;

/// A dilemma tells data, people and places apart, not why something is kept or erased: as long as
/// one purpose is left for which it may be, there is a lawful act.
const APART: [Dimension; 6] = [
    Dimension::Actor,
    Dimension::Data,
    Dimension::Form,
    Dimension::Subject,
    Dimension::Source,
    Dimension::Place,
];

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let mut told: BTreeSet<(StatementId, StatementId)> = BTreeSet::new();
    for (owed, group) in context.contradictions.of(Kind::Dilemma) {
        told.extend(group.shown.iter().filter_map(|p| pair(analysis, p.permission, p.prohibition)));
        findings.extend(owed_and_prohibited(analysis, owed, group));
    }
    for (keeping, erasing) in kept_and_erased(analysis) {
        findings.extend(neither(context, keeping, &erasing, &told));
    }
}

/// The statements of two rules, in order.
fn pair(analysis: &Analysis<'_>, a: RuleId, b: RuleId) -> Option<(StatementId, StatementId)> {
    let (a, b) = (analysis.rules.get(a)?.statement, analysis.rules.get(b)?.statement);
    Some((a.min(b), a.max(b)))
}

fn owed_and_prohibited(analysis: &Analysis<'_>, owed: StatementId, group: &Group) -> Option<Finding> {
    let first = *group.shown.first()?;
    let (doing, barred) = (analysis.rules.get(first.permission)?, analysis.rules.get(first.prohibition)?);
    let of = |pair: &Pair| analysis.rules.get(pair.prohibition).map(|rule| rule.statement);
    let all: Vec<StatementId> = group.shown.iter().filter_map(of).collect();
    let mut finding = CHECK
        .finding("what must be done here is also prohibited", wording::span(analysis, owed))
        .at("to be done here")
        .witness(witness::meeting(analysis, first)?)
        .help(wording::either(analysis, owed, &all));
    for pair in &group.shown {
        let rule = analysis.rules.get(pair.prohibition)?;
        finding = finding.and(wording::span(analysis, rule.statement), wording::prohibited(analysis, rule));
    }
    if let [_] = group.shown.as_slice() {
        finding.primary.relations = wording::differences(analysis, doing, barred);
    }
    Some(group.hidden().into_iter().fold(finding, Finding::note))
}

/// One finding for a prohibition to keep, with all that prohibit erasing the same, less the pairs that
/// somebody accepted or that are told already.
fn neither(
    context: &Context<'_>,
    keeping: StatementId,
    erasing: &BTreeMap<StatementId, Flow>,
    told: &BTreeSet<(StatementId, StatementId)>,
) -> Option<Finding> {
    let analysis = context.analysis;
    let mut left: Vec<(StatementId, &Flow)> = erasing.iter().map(|(e, flow)| (*e, flow)).collect();
    left.retain(|(e, _)| !told.contains(&(keeping.min(*e), keeping.max(*e))));
    if left.is_empty() {
        return None;
    }
    left.retain(|(e, _)| !context.acceptances.pair(Kind::Dilemma, keeping, *e));
    let Some((_, flow)) = left.first() else {
        context.acceptances.left_out();
        return None;
    };
    let witness = witness::describe(analysis, flow);
    let own = left.iter().any(|(e, _)| *e == keeping);
    left.retain(|(e, _)| *e != keeping);
    let mut finding = CHECK
        .finding("neither keeping nor erasing this data is allowed", wording::span(analysis, keeping))
        .at(if own { "keeping and erasing are prohibited here" } else { "keeping is prohibited here" })
        .witness(witness);
    if own {
        finding.beside = context.subjects().at(wording::span(analysis, keeping));
    }
    for (other, _) in left.iter().take(SHOWN) {
        finding = finding.and(wording::span(analysis, *other), "erasing is prohibited here");
    }
    if let more @ 1.. = left.len().saturating_sub(SHOWN) {
        finding = finding.note(format!("and {more} more"));
    }
    let others: Vec<StatementId> = left.iter().map(|(other, _)| *other).collect();
    Some(if others.is_empty() { finding } else { finding.help(wording::either(analysis, keeping, &others)) })
}

/// For each statement that prohibits keeping: those that prohibit erasing the same, whatever the
/// purpose, each with a flow.
fn kept_and_erased(analysis: &Analysis<'_>) -> BTreeMap<StatementId, BTreeMap<StatementId, Flow>> {
    let mut out: BTreeMap<StatementId, BTreeMap<StatementId, Flow>> = BTreeMap::new();
    for (retain, rule) in analysis.rules.iter().enumerate().filter(|(_, r)| r.effect == Effect::Prohibit) {
        for one in rule.boxes.iter().filter(|b| b.cells.get(Dimension::Action).contains(RETAIN)) {
            let known = out.entry(rule.statement).or_default();
            stuck(analysis, retain, one, known);
            if known.is_empty() {
                out.remove(&rule.statement);
            }
        }
    }
    out
}

/// Adds the statements that prohibit erasing data in a box of a prohibition to keep it, both for every
/// purpose. The search goes on until no further one is found, so that which are found does not depend
/// on where it begins.
fn stuck(analysis: &Analysis<'_>, retain: RuleId, one: &FlowBox, known: &mut BTreeMap<StatementId, Flow>) {
    let purposes = analysis.policy.universe.get(Dimension::Purpose);
    let open = opened(one, Dimension::Purpose, purposes.clone());
    let as_action = |action| opened(&open, Dimension::Action, CellSet::one(action));
    let (keep, erase) = (as_action(RETAIN), as_action(ERASE));
    let mut erasing = analysis.candidates_of(&erase, Effect::Prohibit);
    if erasing.is_empty() {
        return;
    }
    let both = opened(&open, Dimension::Action, CellSet::from_cells([RETAIN, ERASE]));
    let scene = analysis.scene(&both, analysis.candidates_of(&both, Effect::Prohibit));
    let classes = purpose_classes(purposes, &scene);
    loop {
        let owner = |r: &RuleId| analysis.rules.get(*r).map(|rule| rule.statement);
        erasing.retain(|r| owner(r).is_some_and(|s| !known.contains_key(&s)));
        let mut culprit = None;
        let answer = analysis.space.find_in(&keep, &scene.boxes, &APART, &mut |live| {
            let world = |action: u32, rule: Option<RuleId>| {
                let everywhere = if rule.is_some() { World::NONE } else { World::ALL };
                classes.iter().fold(everywhere, |w, purpose| {
                    let speaking = speaking_at(analysis, &scene, live, action, *purpose);
                    let worlds = &analysis.space.worlds;
                    match rule {
                        Some(r) => worlds.or(w, analysis.stands(r, &speaking)),
                        None => worlds.and(w, analysis.standing(Effect::Prohibit, &speaking, None)),
                    }
                })
            };
            let both = analysis.space.worlds.and(world(RETAIN, None), world(ERASE, None));
            let both = analysis.space.worlds.and(both, world(RETAIN, Some(retain)));
            for r in &erasing {
                let with = analysis.space.worlds.and(both, world(ERASE, Some(*r)));
                if analysis.can_be(with, one.world) {
                    culprit = Some(*r);
                    return with;
                }
            }
            World::NONE
        });
        match (answer, culprit.as_ref().and_then(owner)) {
            (Answer::Found(flow, _), Some(statement)) => known.insert(statement, flow),
            _ => return,
        };
    }
}

/// One purpose for each class of purposes that lie in the same boxes.
fn purpose_classes(purposes: &CellSet, scene: &Scene<'_>) -> Vec<u32> {
    let mut ends: Vec<u32> = purposes.ranges().iter().flat_map(|r| [r.0, r.1]).collect();
    for one in &scene.boxes {
        ends.extend(one.cells.get(Dimension::Purpose).ranges().iter().flat_map(|r| [r.0, r.1]));
    }
    ends.sort_unstable();
    ends.dedup();
    let mut seen = BTreeSet::new();
    ends.into_iter()
        .filter(|c| purposes.contains(*c))
        .filter(|c| {
            let inside: Vec<bool> =
                scene.boxes.iter().map(|b| b.cells.get(Dimension::Purpose).contains(*c)).collect();
            seen.insert(inside)
        })
        .collect()
}

/// What speaks of one action for one purpose, among the live boxes.
fn speaking_at(
    analysis: &Analysis<'_>,
    scene: &Scene<'_>,
    live: &[u32],
    action: u32,
    purpose: u32,
) -> Speaking {
    let here: Vec<u32> = live
        .iter()
        .copied()
        .filter(|i| {
            scene.boxes.get(*i as usize).is_some_and(|b| {
                b.cells.get(Dimension::Action).contains(action)
                    && b.cells.get(Dimension::Purpose).contains(purpose)
            })
        })
        .collect();
    analysis.speaking(scene, &here)
}
