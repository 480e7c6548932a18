//! Data that may be kept at any time, for any purpose, whatever happens.

use super::parties::Parties;
use super::standing::{cut, names, permissions};
use super::two_flows::{TwoFlows, replaced};
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, RuleId};
use crate::policy::rules::{Effect, action_cell, identifiable};
use crate::policy::{Action, Modal};
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "unlimited-retention",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/unlimited-retention.md"),
    run: Some(run),
};

const RETAIN: u32 = action_cell(Action::Retain);
const ERASE: u32 = action_cell(Action::Erase);

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let organisations = Parties::new(analysis.policy).organisations;
    let mut seen = BTreeSet::new();
    for (id, rule, statement) in permissions(analysis) {
        let people_keep_it = !statement.phrases.get(Dimension::Actor).cells.meets(&organisations);
        if statement.modal != Modal::May
            || names(statement.phrases.get(Dimension::Purpose))
            || people_keep_it
            || seen.contains(&rule.statement)
        {
            continue;
        }
        let kept = rule.boxes.iter().filter_map(|b| {
            cut(&cut(b, Dimension::Action, &CellSet::one(RETAIN))?, Dimension::Form, &identifiable())
        });
        let Some(flow) = kept.into_iter().find_map(|one| unlimited(analysis, id, &one)) else { continue };
        seen.insert(rule.statement);
        let message = "this may be kept for as long as one likes, for any purpose";
        findings.push(
            CHECK
                .finding(message, wording::span(analysis, rule.statement))
                .at("no purpose, no limit of time, no condition")
                .note("and nothing says that it must be erased")
                .witness(witness::describe(analysis, &flow))
                .help("say for how long (`until …`, `for …`, `while …`) or what for (`for PURPOSE`)")
                .help("or say when it must go: `must delete … within 30 days after EVENT;`"),
        );
    }
}

/// The rules by which some of this must be erased, with or without a limit.
fn erasing(analysis: &Analysis<'_>, gone: &FlowBox) -> Vec<RuleId> {
    let mut rules = analysis.candidates_of(gone, Effect::Permit);
    rules.retain(|r| {
        let statement =
            analysis.rules.get(*r).and_then(|rule| analysis.policy.statements.get(rule.statement));
        statement.is_some_and(|s| s.modal == Modal::Must)
    });
    rules
}

/// A flow of a box that is permitted in every world, and of which nothing says that it must end.
fn unlimited(analysis: &Analysis<'_>, permission: RuleId, one: &FlowBox) -> Option<Flow> {
    let worlds = &analysis.space.worlds;
    // All boxes of a permission hold in the same worlds.
    if !worlds.is_subset(analysis.space.possible, one.world) {
        return None;
    }
    let purposes = analysis.policy.universe.get(Dimension::Purpose).clone();
    let keeping = |b: &FlowBox| {
        let verbs = (Dimension::Action, CellSet::one(RETAIN));
        cut(b, Dimension::Action, &CellSet::one(ERASE))
            .map(|b| replaced(&b, [verbs, (Dimension::Purpose, purposes.clone())]))
    };
    let gone =
        replaced(one, [(Dimension::Action, CellSet::one(ERASE)), (Dimension::Purpose, purposes.clone())]);
    let near = erasing(analysis, &gone);
    let first =
        analysis.scene(one, analysis.candidates_of(one, Effect::Prohibit).into_iter().chain([permission]));
    let both = TwoFlows::new(first, analysis.scene(&gone, near.clone()), keeping);
    let answer = both.find(analysis, one, &mut |keep, erase| {
        let kept = analysis.speaking(&both.first, keep);
        let gone = analysis.speaking(&both.second, erase);
        let always = worlds.is_subset(analysis.space.possible, analysis.stands(permission, &kept));
        let barred = analysis.can_be(analysis.standing(Effect::Prohibit, &kept, None), World::ALL);
        let erased = near.iter().any(|r| analysis.can_be(analysis.stands(*r, &gone), World::ALL));
        if always && !barred && !erased { World::ALL } else { World::NONE }
    });
    if let Answer::Found(flow, _) = answer { Some(flow) } else { None }
}
