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
use crate::policy::analysis::{Analysis, RuleId, StatementId};
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
    let mut steps = Steps::new(analysis);
    let mut all: Vec<Circle> = Vec::new();
    for circle in pairs(analysis, &steps) {
        steps.take(&circle);
        all.push(circle);
    }
    for group in steps.groups() {
        all.extend(circles(analysis, &mut steps, &group));
    }
    // The same lines close a circle for many pairs of statements; that is one mistake.
    let mut by_lines: BTreeMap<Vec<usize>, Vec<Circle>> = BTreeMap::new();
    for circle in all {
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

/// Which statement prevails over which, less the steps of circles that are found: what is left of
/// them is not looked at twice.
struct Steps {
    losers: Vec<BTreeSet<StatementId>>,
    winners: Vec<BTreeSet<StatementId>>,
}

impl Steps {
    fn new(analysis: &Analysis<'_>) -> Steps {
        let winners: Vec<BTreeSet<StatementId>> =
            analysis.defeaters.iter().map(|list| list.iter().copied().collect()).collect();
        let mut losers = vec![BTreeSet::new(); winners.len()];
        for (loser, list) in winners.iter().enumerate() {
            for winner in list {
                if let Some(over) = losers.get_mut(*winner) {
                    over.insert(loser);
                }
            }
        }
        Steps { losers, winners }
    }

    fn over(&self, statement: StatementId) -> impl Iterator<Item = StatementId> + '_ {
        self.losers.get(statement).into_iter().flatten().copied()
    }

    fn under(&self, statement: StatementId) -> impl Iterator<Item = StatementId> + '_ {
        self.winners.get(statement).into_iter().flatten().copied()
    }

    /// Takes the steps of a circle out.
    fn take(&mut self, circle: &Circle) {
        for (winner, loser) in circle.steps() {
            if let Some(list) = self.losers.get_mut(winner) {
                list.remove(&loser);
            }
            if let Some(list) = self.winners.get_mut(loser) {
                list.remove(&winner);
            }
        }
    }

    /// The statements that lead back to themselves, in groups that lead to one another.
    fn groups(&self) -> Vec<Vec<StatementId>> {
        let count = self.losers.len();
        // Kosaraju's two passes: the order in which walks along the losers end, then walks back.
        let mut seen = vec![false; count];
        let mut order = Vec::new();
        for start in 0..count {
            walk(start, &mut seen, &|s| self.over(s).collect(), &mut order);
        }
        let mut seen = vec![false; count];
        let mut out = Vec::new();
        for start in order.into_iter().rev() {
            let mut group = Vec::new();
            walk(start, &mut seen, &|s| self.under(s).collect(), &mut group);
            if group.len() > 1 {
                group.sort_unstable();
                out.push(group);
            }
        }
        out
    }
}

/// Walks depth first to all that was not seen; each is put down when all behind it is done.
fn walk(
    start: StatementId,
    seen: &mut [bool],
    next: &dyn Fn(StatementId) -> Vec<StatementId>,
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
        todo.extend(next(at).into_iter().map(|n| (n, false)));
    }
}

/// The way from a statement to others that each prevails over, and what all of them speak of.
struct Path {
    members: Vec<StatementId>,
    first: RuleId,
    last: RuleId,
    shared: FlowBox,
}

impl Path {
    /// The paths of one member, that statement.
    fn begin(analysis: &Analysis<'_>, start: StatementId) -> Vec<Path> {
        let rules = analysis.rules_of(start).filter_map(|r| Some((r, analysis.rules.get(r)?)));
        rules
            .flat_map(|(r, rule)| rule.boxes.iter().map(move |one| (r, one)))
            .map(|(r, one)| Path { members: vec![start], first: r, last: r, shared: one.clone() })
            .collect()
    }

    /// The paths on to a statement, where it disagrees with the last member and all meet.
    fn on(&self, analysis: &Analysis<'_>, next: StatementId) -> Vec<Path> {
        let Some(from) = analysis.rules.get(self.last) else { return Vec::new() };
        let mut out = Vec::new();
        for r in analysis.rules_of(next) {
            let Some(to) = analysis.rules.get(r).filter(|to| analysis.disagree(from, to)) else { continue };
            for one in &to.boxes {
                let Some(mut shared) = self.shared.intersection(one) else { continue };
                shared.world = analysis.space.worlds.and(self.shared.world, one.world);
                if analysis.can_be(shared.world, World::ALL) {
                    let members = self.members.iter().copied().chain([next]).collect();
                    out.push(Path { members, first: self.first, last: r, shared });
                }
            }
        }
        out
    }

    /// Whether the last member disagrees with the first.
    fn closes(&self, analysis: &Analysis<'_>) -> bool {
        let ends = analysis.rules.get(self.first).zip(analysis.rules.get(self.last));
        ends.is_some_and(|(first, last)| analysis.disagree(first, last))
    }
}

/// The circles of two.
fn pairs(analysis: &Analysis<'_>, steps: &Steps) -> Vec<Circle> {
    let mut out = Vec::new();
    for a in 0..analysis.defeaters.len() {
        for b in steps.over(a).filter(|b| *b > a && analysis.prevails(*b, a)) {
            let begin = Path::begin(analysis, a);
            out.extend(begin.iter().flat_map(|p| p.on(analysis, b)).find_map(|p| example(analysis, &p)));
        }
    }
    out
}

/// Longer circles within a group, the shortest first.
fn circles(analysis: &Analysis<'_>, steps: &mut Steps, group: &[StatementId]) -> Vec<Circle> {
    let mut out = Vec::new();
    let mut left = MAX_STEPS;
    for start in group {
        while let Some(circle) = shortest(analysis, steps, *start, &mut left) {
            steps.take(&circle);
            out.push(circle);
        }
        if left == 0 {
            analysis.space.undecided.set(analysis.space.undecided.get() + 1);
            break;
        }
    }
    out
}

/// A shortest circle of three or more through a statement and later ones.
fn shortest(analysis: &Analysis<'_>, steps: &Steps, start: StatementId, left: &mut usize) -> Option<Circle> {
    let mut todo = VecDeque::from(Path::begin(analysis, start));
    while let Some(path) = todo.pop_front() {
        let last = *path.members.last()?;
        for next in steps.over(last).filter(|s| *s >= start) {
            *left = left.checked_sub(1)?;
            if next == start && path.members.len() > 2 && path.closes(analysis) {
                return example(analysis, &path);
            }
            if !path.members.contains(&next) {
                todo.extend(path.on(analysis, next));
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
