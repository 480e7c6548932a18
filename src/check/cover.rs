//! Whether prohibitions leave nothing of a permission, and a minimal set of them that does.
//!
//! Most permissions are decided without a search: by a world, or by a value of one dimension, that no
//! prohibition reaches, or by a single prohibition that holds all of it.

use crate::check::conflict::contested;
use crate::check::minimal::minimal;
use crate::flow::boxes::{FlowBox, TELLING};
use crate::flow::cells::CellSet;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId, StatementId};
use crate::policy::rules::{Effect, Origin};

/// Whether the prohibitions, where they stand, cover all of a permission where it stands; none where
/// that is not decided.
pub fn covered(analysis: &Analysis<'_>, permission: RuleId, by: &[RuleId]) -> Option<bool> {
    let Some(rule) = analysis.rules.get(permission) else { return Some(false) };
    let mut all = Some(true);
    for one in contested(analysis, rule).iter() {
        match covered_box(analysis, (permission, rule.statement), one, by) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

fn covered_box(
    analysis: &Analysis<'_>,
    (permission, statement): (RuleId, usize),
    one: &FlowBox,
    by: &[RuleId],
) -> Option<bool> {
    if one.cells.iter().any(|(_, cells)| cells.is_empty()) || !analysis.can_be(one.world, World::ALL) {
        return Some(true);
    }
    let holds = |(rule, b): &Near<'_>| {
        analysis.precedence.over(rule.statement).is_empty()
            && b.holds(one)
            && (b.world == World::ALL || !analysis.can_be(one.world, analysis.space.worlds.not(b.world)))
    };
    // Where thousands say the same, the first of them are enough.
    let first = by.get(..MANY).unwrap_or(by);
    if near(analysis, one, first).iter().any(holds) {
        return Some(true);
    }
    // Where few prohibit, few are to be looked at; what holds all of the box is among them.
    let rarest = analysis.rarest(one, Effect::Prohibit);
    let close = near(analysis, &rarest, by);
    if close.iter().any(holds) {
        return Some(true);
    }
    let stands_everywhere = analysis.precedence.over(statement).is_empty();
    if stands_everywhere
        && (leaves_a_world(analysis, one, close.iter().map(|(_, b)| *b))
            || leaves_something(analysis, one, &near(analysis, one, by)))
    {
        return Some(false);
    }
    let scene = analysis.scene(one, by.iter().copied().chain([permission]));
    let worlds = &analysis.space.worlds;
    let answer = analysis.space.find_sparse(one, &scene.boxes, &mut |live| {
        let speaking = analysis.speaking(&scene, live);
        let mut left = worlds.and(analysis.stands(permission, &speaking), one.world);
        for (r, _) in &speaking {
            if left == World::NONE {
                break;
            }
            if by.binary_search(r).is_ok() {
                left = worlds.minus(left, analysis.stands(*r, &speaking));
            }
        }
        left
    });
    match answer {
        Answer::Found(..) => Some(false),
        Answer::None => Some(true),
        Answer::Undecided => None,
    }
}

/// A rule, and a box of it that meets the one in question.
pub type Near<'a> = (&'a Rule, &'a FlowBox);

/// From how many rules on those that meet a box are looked up rather than tried.
const MANY: usize = 64;

/// The boxes of rules that meet one. The rules are sorted, those of one effect.
pub fn near<'a>(analysis: &'a Analysis<'_>, one: &FlowBox, rules: &[RuleId]) -> Vec<Near<'a>> {
    let rule = |r: RuleId| analysis.rules.get(r);
    match rules.first().and_then(|r| rule(*r)) {
        Some(first) if rules.len() > MANY => {
            let met = analysis.meeting(one, Some(first.effect)).into_iter();
            met.filter(|(r, _)| rules.binary_search(r).is_ok())
                .filter_map(|(r, b)| Some((rule(r)?, b)))
                .collect()
        }
        _ => {
            let boxes =
                rules.iter().filter_map(|r| rule(*r)).flat_map(|x| x.boxes.iter().map(move |b| (x, b)));
            boxes.filter(|(_, b)| b.meets(one)).collect()
        }
    }
}

/// The boxes of all rules of some statements that meet one.
pub fn near_statements<'a>(
    analysis: &'a Analysis<'_>,
    one: &FlowBox,
    statements: impl Iterator<Item = StatementId>,
) -> Vec<Near<'a>> {
    let rules = statements.flat_map(|s| analysis.rules_of(s)).filter_map(|r| analysis.rules.get(r));
    rules.flat_map(|rule| rule.boxes.iter().map(move |b| (rule, b))).filter(|(_, b)| b.meets(one)).collect()
}

/// Whether some flow of a box plainly lies in none of the others: there is a possible world in which
/// none speaks, at all or at cells that fewest of them hold. What this finds is so; it does not find
/// all that there is. All others meet the box.
pub fn leaves_something(analysis: &Analysis<'_>, one: &FlowBox, near: &[Near<'_>]) -> bool {
    let mut left: Vec<&FlowBox> = near.iter().map(|(_, b)| *b).collect();
    if leaves_a_world(analysis, one, left.iter().copied()) {
        return true;
    }
    for d in TELLING {
        let own = one.cells.get(d);
        if left.iter().all(|b| own.is_subset(b.cells.get(d))) {
            continue;
        }
        let Some(cell) = sparsest(own, left.iter().map(|b| b.cells.get(d))) else { return false };
        left.retain(|b| b.cells.get(d).contains(cell));
        if left.is_empty() {
            return true;
        }
    }
    left.len() < near.len() && leaves_a_world(analysis, one, left.into_iter())
}

/// Whether there is a possible world of the box in which none of the others speaks.
fn leaves_a_world<'b>(
    analysis: &Analysis<'_>,
    one: &FlowBox,
    others: impl Iterator<Item = &'b FlowBox>,
) -> bool {
    let worlds = &analysis.space.worlds;
    let mut left = worlds.and(one.world, analysis.space.possible);
    let mut last = World::NONE;
    for b in others {
        if left == World::NONE {
            return false;
        }
        if b.world != last {
            left = worlds.minus(left, b.world);
            last = b.world;
        }
    }
    left != World::NONE
}

/// A cell of a set that fewest of some others hold, the least of them.
fn sparsest<'s>(own: &CellSet, others: impl Iterator<Item = &'s CellSet>) -> Option<u32> {
    let hull = (own.first()?, own.ranges().last()?.1);
    let inside = |cell: u32| cell.clamp(hull.0, hull.1);
    let mut events: Vec<(u32, i32)> = Vec::new();
    for other in others {
        let ranges = other.ranges();
        let from = ranges.partition_point(|r| r.1 <= hull.0);
        for (start, end) in ranges.iter().skip(from).take_while(|r| r.0 < hull.1) {
            events.extend([(inside(*start), 1), (inside(*end), -1)]);
        }
    }
    events.sort_unstable();
    let (mut best, mut depth, mut at) = (None, 0, hull.0);
    let mut stretch = |from: u32, to: u32, depth: i32| {
        if let Some(cell) = own.first_within(from, to)
            && best.is_none_or(|(least, _)| depth < least)
        {
            best = Some((depth, cell));
        }
    };
    for (place, change) in events {
        if place > at {
            stretch(at, place, depth);
            at = place;
        }
        depth += change;
    }
    stretch(at, hull.1, depth);
    best.map(|(_, cell)| cell)
}

/// The rules of a minimal part of the statements that cover a permission. What narrows goes first, and
/// later statements before earlier ones, so that what is left is what a reader would blame. Sorted.
pub fn least_cover(analysis: &Analysis<'_>, permission: RuleId, cover: Vec<RuleId>) -> Vec<RuleId> {
    let statement = |r: &RuleId| analysis.rules.get(*r).map(|x| x.statement);
    // The rules of one statement come one after the other.
    let statements: Vec<&[RuleId]> = cover.chunk_by(|a, b| statement(a) == statement(b)).collect();
    let narrows = |rules: &[RuleId]| {
        rules.iter().all(|r| analysis.rules.get(*r).is_some_and(|x| x.origin == Origin::Narrowing))
    };
    let covers = |by: &[RuleId]| covered(analysis, permission, by) == Some(true);
    if let Some(alone) = statements.iter().find(|rules| !narrows(rules) && covers(rules)) {
        return alone.to_vec();
    }
    let rules = |of: &[usize]| -> Vec<RuleId> {
        of.iter().filter_map(|at| statements.get(*at)).flat_map(|rules| rules.iter().copied()).collect()
    };
    let all: Vec<usize> = (0..statements.len()).collect();
    let mut order = all.clone();
    order
        .sort_by_key(|at| (!statements.get(*at).is_some_and(|rules| narrows(rules)), std::cmp::Reverse(*at)));
    rules(&minimal(all, &order, |rest| covers(&rules(rest))))
}
