//! Statements that overlap and disagree, and prevail over one another in a circle.
//!
//! A circle matters where all of its members speak of one flow: there each is defeated, and nothing
//! decides. Circles of two are all found; longer ones within what is strongly connected.

use super::settled::Sides;
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::Norm;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use crate::policy::precedence::circles;
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::rc::Rc;

/// The check.
pub const CHECK: Check = Check {
    name: "cyclic-precedence",
    level: Level::Error,
    family: Family::Precedence,
    page: include_str!("../../docs/checks/cyclic-precedence.md"),
    run: Some(run),
};

/// How many steps from one statement to the next are looked at in all. A statement can be stepped to
/// along many ways.
const MAX_STEPS: usize = 5_000_000;

/// How many members of a circle are pointed at; the rest are counted.
const SHOWN: usize = 20;

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
    let mut all: Vec<Circle> = Vec::new();
    let mut left = MAX_STEPS;
    for group in groups(analysis.precedence.circles()) {
        let mut steps = Steps::new(analysis, &group);
        let circles = pairs(analysis, &steps);
        circles.iter().for_each(|circle| steps.take(circle));
        all.extend(circles);
        all.extend(longer(analysis, steps, &mut left));
    }
    if left == 0 {
        analysis.space.undecided.set(analysis.space.undecided.get() + 1);
    }
    let lines = Lines::new(analysis, &all);
    // The same lines close a circle for many pairs of statements; that is one mistake.
    let mut by_lines: BTreeMap<Vec<usize>, Vec<Circle>> = BTreeMap::new();
    for circle in all {
        let mut closing: Vec<usize> = circle.steps().filter_map(|step| lines.of(step)).collect();
        closing.sort_unstable();
        closing.dedup();
        by_lines.entry(closing).or_default().push(circle);
    }
    for circles in by_lines.values() {
        if let Some(first) = circles.iter().min_by_key(|c| &c.members) {
            findings.extend(finding(context, &lines, first, circles.len() - 1));
        }
    }
}

/// The members of each number that several statements have. Sorted.
fn groups(numbers: &[u32]) -> Vec<Vec<StatementId>> {
    let mut by_number: Vec<(u32, StatementId)> = numbers.iter().copied().zip(0..).collect();
    by_number.sort_unstable();
    let several = by_number.chunk_by(|a, b| a.0 == b.0).filter(|group| group.len() > 1);
    let mut groups: Vec<Vec<StatementId>> =
        several.map(|group| group.iter().map(|(_, statement)| *statement).collect()).collect();
    groups.sort_unstable();
    groups
}

/// Which statement of a group prevails over which, less the steps of circles that are found: what is
/// left of them is not looked at twice.
struct Steps(BTreeMap<StatementId, BTreeSet<StatementId>>);

impl Steps {
    fn new(analysis: &Analysis<'_>, group: &[StatementId]) -> Steps {
        let mut steps: BTreeMap<StatementId, BTreeSet<StatementId>> =
            group.iter().map(|s| (*s, BTreeSet::new())).collect();
        for loser in group {
            for winner in analysis.precedence.over(*loser) {
                if let Some(over) = steps.get_mut(&(*winner as usize)) {
                    over.insert(*loser);
                }
            }
        }
        Steps(steps)
    }

    fn over(&self, statement: StatementId) -> impl Iterator<Item = StatementId> + '_ {
        self.0.get(&statement).into_iter().flatten().copied()
    }

    fn has(&self, winner: StatementId, loser: StatementId) -> bool {
        self.0.get(&winner).is_some_and(|over| over.contains(&loser))
    }

    /// Takes the steps of a circle out.
    fn take(&mut self, circle: &Circle) {
        for (winner, loser) in circle.steps() {
            if let Some(over) = self.0.get_mut(&winner) {
                over.remove(&loser);
            }
        }
    }

    /// Falls apart into what leads back to itself, without one statement.
    fn split(self, without: Option<StatementId>) -> Vec<Steps> {
        let members: Vec<StatementId> = self.0.keys().copied().filter(|s| Some(*s) != without).collect();
        let number = |s: &StatementId| members.binary_search(s).ok().map(|n| n as u32);
        let forward: Vec<Vec<u32>> =
            members.iter().map(|s| self.over(*s).filter_map(|to| number(&to)).collect()).collect();
        let groups = groups(&circles(&forward));
        let part = |group: Vec<usize>| {
            let statement = |i: &usize| members.get(*i).copied();
            let inside: BTreeSet<StatementId> = group.iter().filter_map(statement).collect();
            let over = |s: &StatementId| self.over(*s).filter(|to| inside.contains(to)).collect();
            Steps(inside.iter().map(|s| (*s, over(s))).collect())
        };
        groups.into_iter().map(part).collect()
    }
}

/// The way from a statement to another, each prevailing over the next, and what all of them speak of.
struct Path {
    member: StatementId,
    length: usize,
    before: Option<Rc<Path>>,
    first: RuleId,
    last: RuleId,
    shared: FlowBox,
}

impl Path {
    /// The paths of one member, that statement.
    fn begin(analysis: &Analysis<'_>, start: StatementId) -> Vec<Rc<Path>> {
        let rules = analysis.rules_of(start).filter_map(|r| Some((r, analysis.rules.get(r)?)));
        let boxes = rules.flat_map(|(r, rule)| rule.boxes.iter().map(move |one| (r, one)));
        let path = |(r, one): (RuleId, &FlowBox)| {
            let shared = one.clone();
            Rc::new(Path { member: start, length: 1, before: None, first: r, last: r, shared })
        };
        boxes.map(path).collect()
    }

    /// The paths on to a statement, where it disagrees with the last member and all meet.
    fn on(self: &Rc<Path>, analysis: &Analysis<'_>, next: StatementId) -> Vec<Rc<Path>> {
        let Some(from) = analysis.rules.get(self.last) else { return Vec::new() };
        let mut out = Vec::new();
        for r in analysis.rules_of(next) {
            let Some(to) = analysis.rules.get(r).filter(|to| analysis.disagree(from, to)) else { continue };
            for one in &to.boxes {
                let Some(mut shared) = self.shared.intersection(one) else { continue };
                shared.world = analysis.space.worlds.and(self.shared.world, one.world);
                if analysis.can_be(shared.world, World::ALL) {
                    let (before, length) = (Some(Rc::clone(self)), self.length + 1);
                    out.push(Rc::new(Path {
                        member: next,
                        length,
                        before,
                        first: self.first,
                        last: r,
                        shared,
                    }));
                }
            }
        }
        out
    }

    /// The members, the last first.
    fn back(&self) -> impl Iterator<Item = StatementId> + '_ {
        std::iter::successors(Some(self), |path| path.before.as_deref()).map(|path| path.member)
    }

    /// Whether the last member disagrees with the first.
    fn closes(&self, analysis: &Analysis<'_>) -> bool {
        let ends = analysis.rules.get(self.first).zip(analysis.rules.get(self.last));
        ends.is_some_and(|(first, last)| analysis.disagree(first, last))
    }
}

impl Drop for Path {
    /// Long ways are let go of step by step, not one inside the other.
    fn drop(&mut self) {
        let mut before = self.before.take();
        while let Some(mut path) = before.and_then(Rc::into_inner) {
            before = path.before.take();
        }
    }
}

/// The circles of two.
fn pairs(analysis: &Analysis<'_>, steps: &Steps) -> Vec<Circle> {
    let mut out = Vec::new();
    for (a, over) in &steps.0 {
        for b in over.iter().filter(|b| *b > a && steps.has(**b, *a)) {
            let begin = Path::begin(analysis, *a);
            out.extend(begin.iter().flat_map(|p| p.on(analysis, *b)).find_map(|p| example(analysis, &p)));
        }
    }
    out
}

/// Longer circles within a group, the shortest first. What falls apart once a circle is taken out, or
/// its first statement done with, is looked at part by part.
fn longer(analysis: &Analysis<'_>, steps: Steps, left: &mut usize) -> Vec<Circle> {
    let mut out = Vec::new();
    let mut todo = steps.split(None);
    while let Some(mut steps) = todo.pop() {
        let Some(start) = steps.0.keys().next().copied() else { continue };
        let count: usize = steps.0.values().map(BTreeSet::len).sum();
        *left = left.saturating_sub(count);
        let circle = shortest(analysis, &steps, start, left);
        if *left == 0 {
            break;
        }
        match circle {
            Some(circle) => {
                steps.take(&circle);
                todo.extend(steps.split(None));
                out.push(circle);
            }
            None => todo.extend(steps.split(Some(start))),
        }
    }
    out
}

/// A shortest circle of three or more through a statement.
fn shortest(analysis: &Analysis<'_>, steps: &Steps, start: StatementId, left: &mut usize) -> Option<Circle> {
    let mut todo = VecDeque::from(Path::begin(analysis, start));
    while let Some(path) = todo.pop_front() {
        for next in steps.over(path.member) {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return None;
            }
            if next == start && path.length > 2 && path.closes(analysis) {
                return example(analysis, &path);
            }
            if !path.back().any(|member| member == next) {
                todo.extend(path.on(analysis, next));
            }
        }
    }
    None
}

fn example(analysis: &Analysis<'_>, path: &Path) -> Option<Circle> {
    let mut members: Vec<StatementId> = path.back().collect();
    members.reverse();
    match analysis.space.find(&path.shared, &[], &mut |_| World::ALL) {
        Answer::Found(flow, _) => Some(Circle { members, flow }),
        Answer::None | Answer::Undecided => None,
    }
}

/// The first line of precedence for each step of some circles.
struct Lines(FxHashMap<(StatementId, StatementId), usize>);

impl Lines {
    fn new(analysis: &Analysis<'_>, circles: &[Circle]) -> Lines {
        let mut over: FxHashMap<StatementId, BTreeSet<StatementId>> = FxHashMap::default();
        for (winner, loser) in circles.iter().flat_map(Circle::steps) {
            over.entry(loser).or_default().insert(winner);
        }
        let mut first = FxHashMap::default();
        if over.is_empty() {
            return Lines(first);
        }
        let lines = &analysis.policy.precedence;
        let sides = Sides::new(lines);
        for (number, line) in lines.iter().enumerate() {
            let mut note = |loser: StatementId, winners: &BTreeSet<StatementId>| {
                for winner in winners.iter().filter(|w| sides.has(&line.winners, Norm::Statement(**w))) {
                    first.entry((*winner, loser)).or_insert(number);
                }
            };
            if line.losers.len() <= over.len() {
                for norm in line.losers.iter() {
                    let Norm::Statement(loser) = norm else { continue };
                    over.get(loser).into_iter().for_each(|winners| note(*loser, winners));
                }
            } else {
                let named = over.iter().filter(|(s, _)| sides.has(&line.losers, Norm::Statement(**s)));
                named.for_each(|(loser, winners)| note(*loser, winners));
            }
        }
        Lines(first)
    }

    fn of(&self, step: (StatementId, StatementId)) -> Option<usize> {
        self.0.get(&step).copied()
    }
}

fn finding(context: &Context<'_>, lines: &Lines, circle: &Circle, more: usize) -> Option<Finding> {
    let analysis = context.analysis;
    let label = |s: StatementId| wording::label(analysis, s);
    let mut steps: Vec<(Span, String)> = circle
        .steps()
        .filter_map(|(winner, loser)| {
            let line = analysis.policy.precedence.get(lines.of((winner, loser))?)?;
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
    let members = circle.members.iter().map(|s| wording::span(analysis, *s));
    let mut finding = CHECK
        .finding(message, last)
        .at(closes)
        .about(members.flat_map(|span| context.subjects().at(span)))
        .witness(witness::describe(analysis, &circle.flow));
    for (span, text) in steps.iter().take(SHOWN) {
        finding = finding.and(*span, text);
    }
    let tail = |s: &Span| {
        let inside = |line: &Span| s.source == line.source && s.start <= line.start && line.end <= s.end;
        inside(&last) || steps.iter().any(|(line, _)| inside(line))
    };
    let members = circle.members.iter().take(SHOWN).map(|s| wording::span(analysis, *s));
    finding = members.filter(|s| !tail(s)).fold(finding, |f, s| f.and(s, "in the circle"));
    if let hidden @ 1.. = circle.members.len().saturating_sub(SHOWN) {
        finding = finding.note(format!("{hidden} more of the circle are not shown"));
    }
    finding = match more {
        0 => finding,
        1 => finding.note("the same lines close one more circle"),
        n => finding.note(format!("the same lines close {n} more circles")),
    };
    Some(finding.help("take one of the lines out, or name in it only the statement that is meant"))
}
