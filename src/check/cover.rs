//! Whether prohibitions leave nothing of a permission, and a minimal set of them that does.
//!
//! Most permissions are decided without a search: by a world, or by a value of one dimension, that no
//! prohibition reaches, or by a single prohibition that holds all of it.

use crate::check::conflict::contested;
use crate::check::minimal::minimal;
use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId};
use crate::policy::rules::Origin;

/// Whether the prohibitions, where they stand, cover all of a permission where it stands; none where
/// that is not decided.
pub fn covered(analysis: &Analysis<'_>, permission: RuleId, by: &[RuleId]) -> Option<bool> {
    let Some(rule) = analysis.rules.get(permission) else { return Some(false) };
    let mut all = Some(true);
    for one in &contested(analysis, rule) {
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
    let stands_everywhere = analysis.precedence.over(statement).is_empty();
    let near = near(analysis, one, by);
    if stands_everywhere && (leaves_a_world(analysis, one, &near) || leaves_a_cell(one, &near)) {
        return Some(false);
    }
    let holds = near.iter().any(|(rule, b)| {
        analysis.precedence.over(rule.statement).is_empty()
            && one.cells.iter().all(|(d, cells)| cells.is_subset(b.cells.get(d)))
            && (b.world == World::ALL || !analysis.can_be(one.world, analysis.space.worlds.not(b.world)))
    });
    if holds {
        return Some(true);
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

/// The boxes of rules that meet one.
pub fn near<'a>(analysis: &'a Analysis<'_>, one: &FlowBox, rules: &[RuleId]) -> Vec<Near<'a>> {
    let rules = rules.iter().filter_map(|r| analysis.rules.get(*r));
    rules.flat_map(|rule| rule.boxes.iter().map(move |b| (rule, b))).filter(|(_, b)| b.meets(one)).collect()
}

/// Whether there is a possible world of the box in which none of the others speaks.
pub fn leaves_a_world(analysis: &Analysis<'_>, one: &FlowBox, near: &[Near<'_>]) -> bool {
    let worlds = &analysis.space.worlds;
    let mut left = worlds.and(one.world, analysis.space.possible);
    let mut last = World::NONE;
    for (_, b) in near {
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

/// Whether there is a cell of the box, in some dimension, that none of the others holds.
pub fn leaves_a_cell(one: &FlowBox, near: &[Near<'_>]) -> bool {
    Dimension::ALL.into_iter().any(|d| {
        let cells = one.cells.get(d);
        if near.iter().any(|(_, b)| cells.is_subset(b.cells.get(d))) {
            return false;
        }
        let ranges = near.iter().flat_map(|(_, b)| b.cells.get(d).ranges()).copied();
        !cells.is_subset(&CellSet::from_ranges(ranges.collect()))
    })
}

/// A minimal part of a cover. What narrows goes first, and later statements before earlier ones, so
/// that what is left is what a reader would blame. Sorted.
pub fn least_cover(analysis: &Analysis<'_>, permission: RuleId, cover: Vec<RuleId>) -> Vec<RuleId> {
    let narrows = |r: &RuleId| analysis.rules.get(*r).is_some_and(|x| x.origin == Origin::Narrowing);
    let alone = cover
        .iter()
        .find(|r| !narrows(r) && covered(analysis, permission, std::slice::from_ref(*r)) == Some(true));
    if let Some(one) = alone {
        return vec![*one];
    }
    let mut order = cover.clone();
    order.sort_by_key(|r| (!narrows(r), std::cmp::Reverse(*r)));
    minimal(cover, &order, |rest| covered(analysis, permission, rest) == Some(true))
}
