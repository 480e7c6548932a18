//! A permission with a condition, all of which another permission gives without it, or under a weaker
//! one.

use super::standing::{find, frames, permissions, permitted, statement};
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::Modal;
use crate::policy::analysis::{Analysis, Rule, RuleId, StatementId};
use crate::policy::rules::{Effect, Origin};
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "swallowed-condition",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/swallowed-condition.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let void: BTreeSet<RuleId> = context.contradictions.void().collect();
    for (id, rule, _) in permissions(analysis) {
        // Of a permission that can never be used, that is the fault, and is said.
        if void.contains(&id) {
            continue;
        }
        let Some((other, flow)) = swallowed(analysis, id) else { continue };
        let message = "the condition of this permission has no effect: another permission does without it";
        let label = wording::label(analysis, other);
        findings.push(
            CHECK
                .finding(message, wording::span(analysis, rule.statement))
                .at("permitted here under a condition")
                .and(wording::span(analysis, other), "and here without it, or under a weaker one")
                .witness(witness::describe(analysis, &flow))
                .help(format!(
                    "if the condition should bind, take what is permitted here out of `{label}` (`… except …`), or \
                     strike this statement and put the condition there"
                ))
                .help(format!("if it should not, strike this statement: `{label}` permits all of it")),
        );
    }
}

/// The statement that swallows a permission's condition, with a flow that the condition leaves out
/// and that statement permits.
pub fn swallowed(analysis: &Analysis<'_>, permission: RuleId) -> Option<(StatementId, Flow)> {
    let rule = analysis.rules.get(permission)?;
    let own = statement(analysis, rule.statement)?;
    let world = worlds_of(analysis, rule);
    // With `only` before it, the condition prohibits all else; with duties, the yes says more.
    if own.modal != Modal::May
        || own.only_guard.is_some()
        || !own.duties.is_empty()
        || world == analysis.space.possible
    {
        return None;
    }
    // What holds all of a box is there too where few are.
    let rarest = analysis.rarest(rule.boxes.first()?, Effect::Permit);
    analysis.candidates_of(&rarest, Effect::Permit).into_iter().find_map(|other| {
        let wider = analysis.rules.get(other)?;
        let said = statement(analysis, wider.statement)?;
        let fits = wider.statement != rule.statement
            && wider.origin == Origin::Said
            && said.right.is_none()
            && !frames(analysis, wider.statement, rule.statement)
            && weaker(analysis, world, worlds_of(analysis, wider))
            && rule.boxes.iter().all(|b| wider.boxes.iter().any(|w| w.holds(b)));
        let flow = fits.then(|| left_out(analysis, (permission, rule, world), other)).flatten()?;
        Some((wider.statement, flow))
    })
}

/// The possible worlds in which a rule speaks.
fn worlds_of(analysis: &Analysis<'_>, rule: &Rule) -> World {
    let worlds = &analysis.space.worlds;
    let all = rule.boxes.iter().fold(World::NONE, |w, b| worlds.or(w, b.world));
    worlds.and(all, analysis.space.possible)
}

fn weaker(analysis: &Analysis<'_>, strict: World, loose: World) -> bool {
    strict != World::NONE && strict != loose && analysis.space.worlds.is_subset(strict, loose)
}

/// Provided that the other permission stands wherever this one does: a flow that only the condition
/// leaves out, and that is permitted by the other.
fn left_out(
    analysis: &Analysis<'_>,
    (id, rule, world): (RuleId, &Rule, World),
    other: RuleId,
) -> Option<Flow> {
    let worlds = &analysis.space.worlds;
    for one in &rule.boxes {
        let beyond = find(analysis, one, [id, other], &mut |speaking| {
            worlds.minus(analysis.stands(id, speaking), analysis.stands(other, speaking))
        });
        if beyond != Answer::None {
            return None;
        }
    }
    rule.boxes.iter().find_map(|one| {
        let query = FlowBox { cells: one.cells.clone(), world: worlds.not(world) };
        let answer = find(analysis, &query, analysis.candidates(&query), &mut |speaking| {
            worlds.and(analysis.stands(other, speaking), permitted(analysis, speaking))
        });
        if let Answer::Found(flow, _) = answer { Some(flow) } else { None }
    })
}
