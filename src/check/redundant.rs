//! A statement without which every verdict, duty and deadline would be the same.
//!
//! At every flow where it stands, others that stand must say the same: permit with its duties,
//! prohibit, or oblige with the same limit. And it must defeat nothing that would otherwise stand. Of
//! two that say the same the later one is reported, and does not excuse the earlier.

use super::never_effective::is_always_defeated;
use super::standing::{find, frames, statement};
use super::{Check, Context, Family, undecided, witness, wording};
use crate::check::cover::{leaves_a_cell, leaves_a_world, near};
use crate::check::swallowed_condition::swallowed;
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId, Speaking, StatementId};
use crate::policy::rules::Effect;
use crate::policy::{LimitSort, Modal, Moment, Statement};

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
    let statements = &analysis.policy.statements;
    let mut void = vec![false; statements.len()];
    for (permission, _) in &context.contradictions.voids {
        let owner = analysis.rules.get(*permission).and_then(|r| void.get_mut(r.statement));
        owner.into_iter().for_each(|v| *v = true);
    }
    let under = analysis.precedence.under();
    let mut gone = Gone(vec![false; statements.len()]);
    let mut open = Vec::new();
    for (id, one) in statements.iter().enumerate().rev() {
        if one.right.is_some() || void.get(id) == Some(&true) || !one.basis.is_empty() {
            continue;
        }
        if analysis.space.worlds.exhausted() {
            return;
        }
        // What cannot be decided is counted here, and is no reason to refuse a policy.
        let before = analysis.space.undecided.get();
        let outcome = judge(analysis, id, under.get(id).map_or(&[], Vec::as_slice), &gone);
        analysis.space.undecided.set(before);
        match outcome {
            Outcome::Needed => {}
            Outcome::Undecided => open.push(id),
            Outcome::Redundant(flow, others) => {
                if !is_always_defeated(analysis, id)
                    && !analysis.rules_of(id).any(|r| swallowed(analysis, r).is_some())
                {
                    gone.add(id);
                    findings.push(finding(analysis, id, &flow, &others));
                }
            }
        }
    }
    findings.extend(undecided::about_redundancy(analysis, &open));
}

/// The statements that were found to be redundant: they neither say anything nor defeat anything.
struct Gone(Vec<bool>);

impl Gone {
    fn add(&mut self, id: StatementId) {
        self.0.get_mut(id).into_iter().for_each(|gone| *gone = true);
    }

    fn has(&self, id: StatementId) -> bool {
        self.0.get(id) == Some(&true)
    }
}

fn judge(analysis: &Analysis<'_>, id: StatementId, under: &[u32], gone: &Gone) -> Outcome {
    let undefeated = analysis.precedence.over(id).is_empty();
    let mut covered = Vec::new();
    for (r, rule) in analysis.rules_of(id).filter_map(|r| Some((r, analysis.rules.get(r)?))) {
        for one in rule.boxes.iter().filter(|b| analysis.can_be(b.world, World::ALL)) {
            let alike = alike(analysis, rule, one, gone);
            let near = near(analysis, one, &alike);
            // Most statements are told apart from all others by a world or a value.
            if undefeated && (leaves_a_world(analysis, one, &near) || leaves_a_cell(one, &near)) {
                return Outcome::Needed;
            }
            covered.push((r, one, alike));
        }
    }
    let mut others = Vec::new();
    for (r, one, alike) in &covered {
        match uncovered(analysis, (*r, one), alike, gone, &mut others) {
            Answer::Found(..) => return Outcome::Needed,
            Answer::Undecided => return Outcome::Undecided,
            Answer::None => {}
        }
    }
    for loser in under {
        match kept_down(analysis, id, *loser as usize, gone) {
            Answer::Found(..) => return Outcome::Needed,
            Answer::Undecided => return Outcome::Undecided,
            Answer::None => {}
        }
    }
    let example = covered.iter().find_map(|(r, one, _)| {
        match find(analysis, one, [*r], &mut |speaking| analysis.stands(*r, speaking)) {
            Answer::Found(flow, _) => Some(flow),
            Answer::None | Answer::Undecided => None,
        }
    });
    example.map_or(Outcome::Needed, |flow| Outcome::Redundant(flow, others))
}

/// The rules of other statements that can say the same as a rule, where they meet a box of it.
fn alike(analysis: &Analysis<'_>, rule: &Rule, one: &FlowBox, gone: &Gone) -> Vec<RuleId> {
    let Some(own) = statement(analysis, rule.statement) else { return Vec::new() };
    let mut met = analysis.candidates_of(one, rule.effect);
    met.retain(|r| {
        analysis.rules.get(*r).is_some_and(|other| {
            other.statement != rule.statement
                && !gone.has(other.statement)
                && statement(analysis, other.statement).is_some_and(|s| says_as_much(own, s))
                && !(rule.effect == Effect::Permit && frames(analysis, other.statement, rule.statement))
        })
    });
    met
}

/// Whether the words of one statement weigh as much as those of another, flows aside.
fn says_as_much(own: &Statement, other: &Statement) -> bool {
    fn limit(s: &Statement) -> Option<(LimitSort, &Moment, bool)> {
        s.limit.as_ref().map(|l| (l.sort, &l.moment, l.open_start))
    }
    other.right.is_none()
        && own.duties.iter().all(|d| other.duties.contains(d))
        && (own.modal != Modal::Must || other.modal == Modal::Must && limit(own) == limit(other))
}

/// A flow of a box at which a rule stands and none of the others does. Notes whose words stand for it.
fn uncovered(
    analysis: &Analysis<'_>,
    (rule, one): (RuleId, &FlowBox),
    near: &[RuleId],
    gone: &Gone,
    others: &mut Vec<StatementId>,
) -> Answer {
    let worlds = &analysis.space.worlds;
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

/// What speaks without those that are to go.
fn remaining(analysis: &Analysis<'_>, speaking: &Speaking, gone: &Gone) -> Speaking {
    let mut left = speaking.clone();
    left.retain(|(r, _)| analysis.rules.get(*r).is_some_and(|x| !gone.has(x.statement)));
    left
}

/// A flow at which a rule of the loser would stand if the winner were not there.
fn kept_down(analysis: &Analysis<'_>, winner: StatementId, loser: StatementId, gone: &Gone) -> Answer {
    let worlds = &analysis.space.worlds;
    let rules = |s: StatementId| analysis.rules_of(s).filter_map(|r| Some((r, analysis.rules.get(r)?)));
    let mut undecided = false;
    for (r, rule) in rules(loser) {
        // It makes a difference only where the winner speaks.
        let above = rules(winner).filter(|(_, x)| analysis.disagree(rule, x)).flat_map(|(_, x)| &x.boxes);
        for (one, other) in above.flat_map(|b| rule.boxes.iter().map(move |one| (one, b))) {
            let Some(mut query) = one.intersection(other) else { continue };
            query.world = worlds.and(one.world, other.world);
            let answer = find(analysis, &query, [r], &mut |speaking| {
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
