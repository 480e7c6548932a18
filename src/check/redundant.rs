//! A statement without which every verdict, duty and deadline would be the same.
//!
//! At every flow where it stands, others that stand must say the same: permit with its duties,
//! prohibit, or oblige with the same limit. And it must defeat nothing that would otherwise stand. Of
//! two that say the same the later one is reported, and does not excuse the earlier.

use super::never_effective::is_always_defeated;
use super::standing::{find, frames, statement};
use super::{Check, Context, Family, witness, wording};
use crate::check::swallowed_condition::swallowed;
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId, Speaking, StatementId};
use crate::policy::rules::Effect;
use crate::policy::{Limit, Modal, Statement};
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "redundant",
    level: Level::Note,
    family: Family::Redundancy,
    page: include_str!("../../docs/checks/redundant.md"),
    run: Some(run),
};

/// How many of the statements that say the same are pointed at; the rest are counted.
const SHOWN: usize = 3;

/// What a search over a statement came to.
enum Outcome {
    Needed,
    Redundant(Flow, Vec<StatementId>),
    Undecided,
}

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let void: BTreeSet<StatementId> = context
        .conflicts
        .voids
        .iter()
        .filter_map(|v| analysis.rules.get(v.permission).map(|r| r.statement))
        .collect();
    let mut losers: Vec<Vec<StatementId>> = vec![Vec::new(); analysis.rules_of.len()];
    for (winner, loser) in analysis.precedence() {
        if let Some(list) = losers.get_mut(winner) {
            list.push(loser);
        }
    }
    let mut gone: BTreeSet<StatementId> = BTreeSet::new();
    for (id, one) in analysis.policy.statements.iter().enumerate().rev() {
        if one.right.is_some() || void.contains(&id) || !one.basis.is_empty() {
            continue;
        }
        if analysis.space.worlds.exhausted() {
            return;
        }
        // A note about style is no reason to refuse a policy: what cannot be decided is said here.
        let before = analysis.space.undecided.get();
        let outcome = judge(analysis, id, losers.get(id).map_or(&[], Vec::as_slice), &gone);
        analysis.space.undecided.set(before);
        match outcome {
            Outcome::Needed => {}
            Outcome::Undecided => findings.push(CHECK.finding(
                "whether this statement changes anything could not be decided",
                wording::span(analysis, id),
            )),
            Outcome::Redundant(flow, others) => {
                if !is_always_defeated(analysis, id)
                    && !analysis.rules_of(id).any(|r| swallowed(analysis, r).is_some())
                {
                    gone.insert(id);
                    findings.push(finding(analysis, id, &flow, &others));
                }
            }
        }
    }
}

fn judge(
    analysis: &Analysis<'_>,
    id: StatementId,
    losers: &[StatementId],
    gone: &BTreeSet<StatementId>,
) -> Outcome {
    let mut others = Vec::new();
    let mut example = None;
    for r in analysis.rules_of(id) {
        let Some(rule) = analysis.rules.get(r) else { continue };
        let alike: Vec<RuleId> = alike(analysis, rule, gone);
        for one in &rule.boxes {
            match uncovered(analysis, (r, one), &alike, gone, &mut others) {
                Answer::Found(..) => return Outcome::Needed,
                Answer::Undecided => return Outcome::Undecided,
                Answer::None => {}
            }
            let stands = |speaking: &Speaking| analysis.stands(r, speaking);
            if example.is_none()
                && let Answer::Found(flow, _) = find(analysis, one, [r], &mut |s| stands(s))
            {
                example = Some(flow);
            }
        }
    }
    match losers.iter().map(|loser| kept_down(analysis, id, *loser, gone)).find(|a| *a != Answer::None) {
        Some(Answer::Undecided) => Outcome::Undecided,
        Some(_) => Outcome::Needed,
        None => example.map_or(Outcome::Needed, |flow| Outcome::Redundant(flow, others)),
    }
}

/// The rules of other statements that can say the same as a rule, where they meet it.
fn alike(analysis: &Analysis<'_>, rule: &Rule, gone: &BTreeSet<StatementId>) -> Vec<RuleId> {
    let Some(own) = statement(analysis, rule.statement) else { return Vec::new() };
    let mut met: Vec<RuleId> = rule.boxes.iter().flat_map(|b| analysis.candidates(b)).collect();
    met.sort_unstable();
    met.dedup();
    met.retain(|r| {
        analysis.rules.get(*r).is_some_and(|other| {
            other.statement != rule.statement
                && other.effect == rule.effect
                && !gone.contains(&other.statement)
                && statement(analysis, other.statement).is_some_and(|s| says_as_much(own, s))
                && !(rule.effect == Effect::Permit && frames(analysis, other.statement, rule.statement))
        })
    });
    met
}

/// Whether the words of one statement weigh as much as those of another, flows aside.
fn says_as_much(own: &Statement, other: &Statement) -> bool {
    let limit = |l: &Option<Limit>| l.as_ref().map(|l| (l.sort, l.moment.clone(), l.open_start));
    other.right.is_none()
        && own.duties.iter().all(|d| other.duties.contains(d))
        && (own.modal != Modal::Must
            || other.modal == Modal::Must && limit(&own.limit) == limit(&other.limit))
}

/// A flow of a box at which a rule stands and none of the others does. Notes whose words stand for it.
fn uncovered(
    analysis: &Analysis<'_>,
    (rule, one): (RuleId, &FlowBox),
    alike: &[RuleId],
    gone: &BTreeSet<StatementId>,
    others: &mut Vec<StatementId>,
) -> Answer {
    let worlds = &analysis.space.worlds;
    let meets = |r: &RuleId| analysis.rules.get(*r).is_some_and(|x| x.boxes.iter().any(|b| b.meets(one)));
    let near: Vec<RuleId> = alike.iter().copied().filter(meets).collect();
    find(analysis, one, near.iter().copied().chain([rule]), &mut |speaking| {
        let speaking = &remaining(analysis, speaking, gone);
        let own = worlds.and(worlds.and(analysis.stands(rule, speaking), one.world), analysis.space.possible);
        let mut saying: Vec<(StatementId, World)> = speaking
            .iter()
            .filter(|(r, _)| near.binary_search(r).is_ok())
            .filter_map(|(r, _)| Some((analysis.rules.get(*r)?.statement, analysis.stands(*r, speaking))))
            .collect();
        let uncovered = saying.iter().fold(own, |left, (_, world)| worlds.minus(left, *world));
        if uncovered != World::NONE {
            return uncovered;
        }
        // Those that are known to stand for some of it come first, and among them those that need no
        // other beside them, so that few are named.
        saying.sort_by_cached_key(|(s, world)| (!worlds.is_subset(own, *world), !others.contains(s)));
        let mut left = own;
        for (owner, world) in saying {
            let rest = worlds.minus(left, world);
            if rest != left && !others.contains(&owner) {
                others.push(owner);
            }
            left = rest;
        }
        World::NONE
    })
}

/// What speaks without those that are to go: they neither say anything nor defeat anything.
fn remaining(analysis: &Analysis<'_>, speaking: &Speaking, gone: &BTreeSet<StatementId>) -> Speaking {
    let mut left = speaking.clone();
    left.retain(|(r, _)| analysis.rules.get(*r).is_some_and(|x| !gone.contains(&x.statement)));
    left
}

/// A flow at which a rule of the loser would stand if the winner were not there.
fn kept_down(
    analysis: &Analysis<'_>,
    winner: StatementId,
    loser: StatementId,
    gone: &BTreeSet<StatementId>,
) -> Answer {
    let worlds = &analysis.space.worlds;
    let mut undecided = false;
    for r in analysis.rules_of(loser) {
        for one in analysis.rules.get(r).into_iter().flat_map(|rule| &rule.boxes) {
            let answer = find(analysis, one, [r], &mut |speaking| {
                let speaking = &remaining(analysis, speaking, gone);
                worlds.minus(analysis.stands_without(r, speaking, Some(winner)), analysis.stands(r, speaking))
            });
            match answer {
                Answer::Found(..) => return answer,
                Answer::Undecided => undecided = true,
                Answer::None => {}
            }
        }
    }
    if undecided { Answer::Undecided } else { Answer::None }
}

fn finding(analysis: &Analysis<'_>, id: StatementId, flow: &Flow, others: &[StatementId]) -> Finding {
    let mut finding = CHECK
        .finding("without this statement nothing would change", wording::span(analysis, id))
        .witness(witness::describe(analysis, flow));
    for other in others.iter().take(SHOWN) {
        finding = finding.and(wording::span(analysis, *other), "this says it already");
    }
    if let more @ 1.. = others.len().saturating_sub(SHOWN) {
        finding = finding.note(format!("and {more} more"));
    }
    finding.help("keep it if it helps the reader; else strike it")
}
