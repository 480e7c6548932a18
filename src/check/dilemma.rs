//! No lawful act is left: what must be done is prohibited, or keeping and erasing the same data are.

use super::{Check, Context, Family};
use crate::check::conflict::{Kind, opened};
use crate::check::contradictions::Group;
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
use std::collections::BTreeSet;

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
    let mut seen: BTreeSet<(StatementId, StatementId)> = BTreeSet::new();
    for (owed, group) in context.contradictions.of(Kind::Dilemma) {
        seen.extend(group.shown.iter().filter_map(|p| pair(analysis, p.permission, p.prohibition)));
        findings.extend(owed_and_prohibited(analysis, owed, group));
    }
    for (retain, erase, flow) in kept_and_erased(analysis) {
        if let Some(pair) = pair(analysis, retain, erase)
            && seen.insert(pair)
        {
            findings.extend(neither(context, retain, erase, &flow, pair));
        }
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
    let mut finding = CHECK
        .finding("what must be done here is also prohibited", wording::span(analysis, owed))
        .at("to be done here")
        .witness(witness::meeting(analysis, first)?)
        .help(wording::either(analysis, owed, barred.statement));
    for pair in &group.shown {
        let rule = analysis.rules.get(pair.prohibition)?;
        finding = finding.and(wording::span(analysis, rule.statement), wording::prohibited(analysis, rule));
    }
    if let [_] = group.shown.as_slice() {
        finding.primary.relations = wording::differences(analysis, doing, barred);
    }
    Some(group.hidden().into_iter().fold(finding, Finding::note))
}

fn neither(
    context: &Context<'_>,
    retain: RuleId,
    erase: RuleId,
    flow: &Flow,
    pair: (StatementId, StatementId),
) -> Option<Finding> {
    let analysis = context.analysis;
    if context.acceptances.pair(Kind::Dilemma, pair.0, pair.1) {
        context.acceptances.left_out();
        return None;
    }
    let (keeping, erasing) = (analysis.rules.get(retain)?.statement, analysis.rules.get(erase)?.statement);
    let message = "neither keeping nor erasing this data is allowed";
    let finding = CHECK
        .finding(message, wording::span(analysis, keeping))
        .at("keeping is prohibited here")
        .witness(witness::describe(analysis, flow));
    Some(if keeping == erasing {
        finding
    } else {
        finding
            .and(wording::span(analysis, erasing), "erasing is prohibited here")
            .help(wording::either(analysis, keeping, erasing))
    })
}

/// Pairs of rules between which data can neither be kept nor erased, whatever the purpose.
fn kept_and_erased(analysis: &Analysis<'_>) -> Vec<(RuleId, RuleId, Flow)> {
    let mut out = Vec::new();
    for (retain, rule) in analysis.rules.iter().enumerate().filter(|(_, r)| r.effect == Effect::Prohibit) {
        for one in rule.boxes.iter().filter(|b| b.cells.get(Dimension::Action).contains(RETAIN)) {
            if let Some((erase, flow)) = stuck(analysis, retain, one) {
                out.push((retain, erase, flow));
                break;
            }
        }
    }
    out
}

/// Data in a box of a prohibition to keep at which erasing is prohibited too, both for every purpose.
fn stuck(
    analysis: &Analysis<'_>,
    retain: RuleId,
    one: &FlowBox,
) -> Option<(RuleId, Flow)> {
    let purposes = analysis.policy.universe.get(Dimension::Purpose);
    let open = opened(one, Dimension::Purpose, purposes.clone());
    let as_action = |action| opened(&open, Dimension::Action, CellSet::one(action));
    let (keep, erase) = (as_action(RETAIN), as_action(ERASE));
    let erasing = analysis.candidates_of(&erase, Effect::Prohibit);
    if erasing.is_empty() {
        return None;
    }
    let both = opened(&open, Dimension::Action, CellSet::from_cells([RETAIN, ERASE]));
    let scene = analysis.scene(&both, analysis.candidates_of(&both, Effect::Prohibit));
    let classes = purpose_classes(purposes, &scene);
    let mut culprit = None;
    let answer = analysis.space.find_in(&keep, &scene.boxes, &APART, &mut |live| {
        let world = |action: u32, rule: Option<RuleId>| {
            let everywhere = if rule.is_some() { World::NONE } else { World::ALL };
            classes.iter().fold(everywhere, |w, purpose| {
                let speaking = speaking_at(analysis, &scene, live, action, *purpose);
                match rule {
                    Some(r) => analysis.space.worlds.or(w, analysis.stands(r, &speaking)),
                    None => analysis
                        .space
                        .worlds
                        .and(w, analysis.standing(Effect::Prohibit, &speaking, None)),
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
    match (answer, culprit) {
        (Answer::Found(flow, _), Some(erase)) => Some((erase, flow)),
        _ => None,
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
