//! Statements that overlap and disagree, and prevail over one another in a circle.
//!
//! A circle matters where all of its members speak of one flow: there each is defeated, and nothing
//! decides. Circles of two are all found; longer ones within what is strongly connected.

use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::Norm;
use crate::policy::analysis::{Analysis, StatementId};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// The check.
pub const CHECK: Check = Check {
    name: "cyclic-precedence",
    level: Level::Error,
    family: Family::Precedence,
    page: include_str!("../../docs/checks/cyclic-precedence.md"),
    run: Some(run),
};

/// How many ways through a group of statements are walked.
const MAX_STEPS: usize = 200_000;

/// The members of a circle, each prevailing over the next and the last over the first, and a flow
/// of which all speak.
struct Circle {
    members: Vec<StatementId>,
    flow: Flow,
}

impl Circle {
    /// Each member with the one that it prevails over.
    fn steps(&self) -> impl Iterator<Item = (StatementId, StatementId)> + '_ {
        self.members.iter().copied().zip(self.members.iter().copied().cycle().skip(1))
    }
}

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    // The same lines close a circle for many pairs of statements; that is one mistake.
    let mut by_lines: BTreeMap<Vec<usize>, Vec<Circle>> = BTreeMap::new();
    for circle in groups(analysis).iter().flat_map(|group| circles(analysis, group)) {
        let mut lines: Vec<usize> = circle.steps().filter_map(|step| line(analysis, step)).collect();
        lines.sort_unstable();
        lines.dedup();
        by_lines.entry(lines).or_default().push(circle);
    }
    for circles in by_lines.values() {
        if let Some(first) = circles.iter().min_by_key(|c| &c.members) {
            findings.extend(finding(analysis, first, circles.len() - 1));
        }
    }
}

/// The statements that lead back to themselves by way of those that they prevail over, in groups
/// that lead to one another.
fn groups(analysis: &Analysis<'_>) -> Vec<Vec<StatementId>> {
    let count = analysis.defeaters.len();
    let winners = |s: StatementId| analysis.defeaters.get(s).map_or(&[][..], Vec::as_slice);
    let mut losers: Vec<Vec<StatementId>> = vec![Vec::new(); count];
    for loser in 0..count {
        for winner in winners(loser) {
            if let Some(list) = losers.get_mut(*winner) {
                list.push(loser);
            }
        }
    }
    // Kosaraju's two passes: the order in which walks along the losers end, then walks back.
    let below = |s: StatementId| losers.get(s).map_or(&[][..], Vec::as_slice);
    let mut seen = vec![false; count];
    let mut order = Vec::new();
    for start in 0..count {
        walk(start, &mut seen, &below, &mut order);
    }
    let mut seen = vec![false; count];
    let mut out = Vec::new();
    for start in order.into_iter().rev() {
        let mut group = Vec::new();
        walk(start, &mut seen, &winners, &mut group);
        if group.len() > 1 {
            group.sort_unstable();
            out.push(group);
        }
    }
    out
}

/// Walks depth first to all that was not seen; each is put down when all behind it is done.
fn walk<'a>(
    start: StatementId,
    seen: &mut [bool],
    next: &impl Fn(StatementId) -> &'a [StatementId],
    done: &mut Vec<StatementId>,
) {
    let mut todo = vec![(start, false)];
    while let Some((at, ready)) = todo.pop() {
        if ready {
            done.push(at);
            continue;
        }
        match seen.get_mut(at) {
            Some(known) if !*known => *known = true,
            _ => continue,
        }
        todo.push((at, true));
        todo.extend(next(at).iter().map(|n| (*n, false)));
    }
}

/// Circles within a group, the shortest first; no step from one member to another is in two.
fn circles(analysis: &Analysis<'_>, group: &[StatementId]) -> Vec<Circle> {
    let mut used: BTreeSet<(StatementId, StatementId)> = BTreeSet::new();
    let mut out = Vec::new();
    let mut steps = MAX_STEPS;
    for start in group {
        while let Some(circle) = shortest(analysis, group, *start, &used, &mut steps) {
            used.extend(circle.steps());
            out.push(circle);
        }
    }
    out
}

/// The way from a statement to others that each prevails over, and what all of them speak of.
struct Path {
    members: Vec<StatementId>,
    rule: usize,
    first: usize,
    shared: FlowBox,
}

/// A shortest circle through a statement and later ones.
fn shortest(
    analysis: &Analysis<'_>,
    group: &[StatementId],
    start: StatementId,
    used: &BTreeSet<(StatementId, StatementId)>,
    steps: &mut usize,
) -> Option<Circle> {
    let undecided = &analysis.space.undecided;
    let mut todo: VecDeque<Path> = VecDeque::new();
    for r in analysis.rules_of(start) {
        for one in analysis.rules.get(r).into_iter().flat_map(|rule| &rule.boxes) {
            todo.push_back(Path { members: vec![start], rule: r, first: r, shared: one.clone() });
        }
    }
    while let Some(path) = todo.pop_front() {
        let last = *path.members.last()?;
        for next in group.iter().copied().filter(|s| *s >= start) {
            let closes = next == start && path.members.len() > 1;
            let free = closes || !path.members.contains(&next);
            if !free || !analysis.prevails(last, next) || used.contains(&(last, next)) {
                continue;
            }
            for r in analysis.rules_of(next).filter(|r| !closes || *r == path.first) {
                let (Some(from), Some(to)) = (analysis.rules.get(path.rule), analysis.rules.get(r)) else {
                    continue;
                };
                if !analysis.disagree(from, to) {
                    continue;
                }
                if closes {
                    return example(analysis, &path);
                }
                for one in &to.boxes {
                    let Some(left) = steps.checked_sub(1) else {
                        undecided.set(undecided.get() + 1);
                        return None;
                    };
                    *steps = left;
                    let Some(mut shared) = path.shared.intersection(one) else { continue };
                    shared.world = analysis.space.worlds.and(path.shared.world, one.world);
                    if analysis.can_be(shared.world, World::ALL) {
                        let members = path.members.iter().copied().chain([next]).collect();
                        todo.push_back(Path { members, rule: r, first: path.first, shared });
                    }
                }
            }
        }
    }
    None
}

fn example(analysis: &Analysis<'_>, path: &Path) -> Option<Circle> {
    match analysis.space.find(&path.shared, &[], &mut |_| World::ALL) {
        Answer::Found(flow, _) => Some(Circle { members: path.members.clone(), flow }),
        Answer::None | Answer::Undecided => None,
    }
}

/// The line of precedence that makes one statement prevail over another.
fn line(analysis: &Analysis<'_>, (winner, loser): (StatementId, StatementId)) -> Option<usize> {
    analysis.policy.precedence.iter().position(|line| {
        line.winners.contains(&Norm::Statement(winner)) && line.losers.contains(&Norm::Statement(loser))
    })
}

fn finding(analysis: &Analysis<'_>, circle: &Circle, more: usize) -> Option<Finding> {
    let label = |s: StatementId| wording::label(analysis, s);
    let mut steps: Vec<(Span, String)> = circle
        .steps()
        .filter_map(|(winner, loser)| {
            let line = analysis.policy.precedence.get(line(analysis, (winner, loser))?)?;
            Some((line.span, format!("puts `{}` over `{}`", label(winner), label(loser))))
        })
        .collect();
    steps.sort();
    let (last, closes) = steps.pop()?;
    let message = match circle.members.as_slice() {
        [a, b] if label(*a) != label(*b) => format!(
            "`{}` and `{}` prevail over each other where they meet, so neither decides",
            label(*a.min(b)),
            label(*a.max(b))
        ),
        members => format!(
            "{} statements prevail over one another in a circle where they meet, so none decides",
            members.len()
        ),
    };
    let mut finding =
        CHECK.finding(message, last).at(closes).witness(witness::describe(analysis, &circle.flow));
    for (span, text) in &steps {
        finding = finding.and(*span, text);
    }
    let tail = |s: &Span| {
        let inside = |line: &Span| s.source == line.source && s.start <= line.start && line.end <= s.end;
        inside(&last) || steps.iter().any(|(line, _)| inside(line))
    };
    let members = circle.members.iter().map(|s| wording::span(analysis, *s));
    finding = members.filter(|s| !tail(s)).fold(finding, |f, s| f.and(s, "in the circle"));
    finding = match more {
        0 => finding,
        1 => finding.note("the same lines close one more circle"),
        n => finding.note(format!("the same lines close {n} more circles")),
    };
    Some(finding.help("take one of the lines out, or name in it only the statement that is meant"))
}
