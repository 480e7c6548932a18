//! Which boxes can meet a box: an index over the dimensions that tell statements apart.
//!
//! Boxes with the same set of actions, and that are open in the same dimensions, stand together: an
//! open dimension tells nothing apart, and of boxes that differ in this no one dimension would tell
//! enough. Within such a group the ranges of each of some
//! other dimensions are sorted by their starts, and blocks of them, and blocks of blocks, know their greatest end, so
//! that those which overlap a range are found without a look at most others. A question is answered
//! by the dimension that leaves least to look at. Worlds are left to the caller.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::ops::Range;

/// The dimensions that a group is searched by: the first, unless it leaves many to look at.
const SEARCHED: [Dimension; 4] = [Dimension::Data, Dimension::With, Dimension::Recipient, Dimension::Purpose];

/// A set of more than this part of the greatest one in its dimension is open.
const OPEN: u32 = 2;

/// How many ranges stand in a block, and blocks in a block of blocks, and so on.
const WIDE: usize = 8;

/// From how many hits on another dimension may be worth a try.
const MANY: usize = 32;

/// An index over boxes by their positions.
#[derive(Default)]
pub struct Index {
    groups: Vec<Group>,
}

struct Group {
    actions: Actions,
    dimensions: [Intervals; SEARCHED.len()],
}

/// Actions, of which there are few, by a bit for each; two that share a bit may be the same.
#[derive(Clone, Copy)]
struct Actions(u64);

impl Actions {
    fn new(set: &CellSet) -> Actions {
        if set.len() >= u64::BITS {
            return Actions(u64::MAX);
        }
        Actions(set.iter().fold(0, |bits, cell| bits | 1 << (cell % u64::BITS)))
    }

    fn meets(self, other: Actions) -> bool {
        self.0 & other.0 != 0
    }
}

/// From the first to past the last cell of a box, in each dimension that is searched by.
type Reach = [(u32, u32); SEARCHED.len()];

/// A range of a box.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    start: u32,
    end: u32,
    position: u32,
    reach: Reach,
}

/// Ranges with the positions of their boxes.
#[derive(Default)]
struct Intervals {
    /// Sorted.
    entries: Vec<Entry>,
    /// The ends, sorted.
    ends: Vec<u32>,
    /// The greatest end of each block; then of each block of blocks, and so on up to a few.
    levels: Vec<Vec<u32>>,
}

impl Index {
    /// Indexes boxes by the positions given with them.
    pub fn new<'b>(boxes: impl Iterator<Item = (u32, &'b FlowBox)>) -> Index {
        let boxes: Vec<(u32, &FlowBox)> = boxes.collect();
        let greatest = SEARCHED.map(|d| boxes.iter().map(|(_, b)| b.cells.get(d).len()).max().unwrap_or(0));
        let mut numbers: FxHashMap<(CellSet, [bool; SEARCHED.len()]), usize> = FxHashMap::default();
        let mut groups: Vec<Group> = Vec::new();
        for (position, one) in boxes {
            let actions = one.cells.get(Dimension::Action);
            let mut greatest = greatest.iter();
            let open = SEARCHED.map(|d| greatest.next().is_some_and(|g| one.cells.get(d).len() > g / OPEN));
            let at = *numbers.entry((actions.clone(), open)).or_insert_with(|| {
                groups.push(Group { actions: Actions::new(actions), dimensions: Default::default() });
                groups.len() - 1
            });
            let Some(group) = groups.get_mut(at) else { continue };
            let reach = reach(one);
            for (intervals, d) in group.dimensions.iter_mut().zip(SEARCHED) {
                let ranges = one.cells.get(d).ranges().iter();
                intervals.entries.extend(ranges.map(|r| Entry { start: r.0, end: r.1, position, reach }));
            }
        }
        groups.iter_mut().flat_map(|g| &mut g.dimensions).for_each(Intervals::finish);
        Index { groups }
    }

    /// Where to look for boxes that may meet the query: of each group that has any, the dimension that
    /// leaves least to look at.
    pub fn plan<'i>(&'i self, query: &'i FlowBox) -> Plan<'i> {
        let actions = Actions::new(query.cells.get(Dimension::Action));
        let mut plan = Plan { visits: 0, reach: reach(query), parts: SmallVec::new() };
        for group in self.groups.iter().filter(|g| g.actions.meets(actions)) {
            let mut best: Option<(usize, &Intervals, &CellSet)> = None;
            for (intervals, d) in group.dimensions.iter().zip(SEARCHED) {
                let set = query.cells.get(d);
                let count = intervals.count(set);
                if best.is_none_or(|b| count < b.0) {
                    best = Some((count, intervals, set));
                }
                if count < MANY {
                    break;
                }
            }
            if let Some((visits @ 1.., intervals, set)) = best {
                plan.visits += visits;
                plan.parts.push((intervals, set));
            }
        }
        plan
    }
}

/// How the boxes that may meet a query are looked for.
pub struct Plan<'i> {
    /// How many boxes will be visited, those that lie in several ranges counted for each.
    pub visits: usize,
    reach: Reach,
    parts: SmallVec<[(&'i Intervals, &'i CellSet); 16]>,
}

impl Plan<'_> {
    /// Visits the positions of all boxes that may meet the query; one may be visited several times.
    pub fn visit(&self, seen: &mut impl FnMut(u32)) {
        let mut within_reach = |entry: &Entry| {
            // The last tell most apart of what one of the first has found.
            let mut both = entry.reach.iter().zip(&self.reach).rev();
            if both.all(|(a, b)| a.0 < b.1 && b.0 < a.1) {
                seen(entry.position);
            }
        };
        for (intervals, set) in &self.parts {
            set.ranges().iter().for_each(|r| intervals.overlapping(*r, &mut within_reach));
        }
    }
}

/// How far a box reaches.
fn reach(one: &FlowBox) -> Reach {
    SEARCHED.map(|d| {
        let ranges = one.cells.get(d).ranges();
        ranges.first().zip(ranges.last()).map_or((0, 0), |(first, last)| (first.0, last.1))
    })
}

impl Intervals {
    fn finish(&mut self) {
        self.entries.sort_unstable();
        self.entries.shrink_to_fit();
        self.ends = self.entries.iter().map(|e| e.end).collect();
        self.ends.sort_unstable();
        let greatest = |ends: &[u32]| ends.iter().copied().max().unwrap_or(0);
        let ends: Vec<u32> = self.entries.iter().map(|e| e.end).collect();
        let mut below = ends.as_slice();
        while below.len() > WIDE {
            self.levels.push(below.chunks(WIDE).map(greatest).collect());
            below = self.levels.last().map_or(&[], Vec::as_slice);
        }
    }

    /// How many entries overlap the set's ranges, those of several ranges counted for each.
    fn count(&self, set: &CellSet) -> usize {
        let of = |(start, end): (u32, u32)| {
            let begun = self.entries.partition_point(|e| e.start < end);
            begun.saturating_sub(self.ends.partition_point(|e| *e <= start))
        };
        set.ranges().iter().map(|r| of(*r)).sum()
    }

    fn overlapping(&self, range: (u32, u32), seen: &mut impl FnMut(&Entry)) {
        self.within(self.levels.len(), 0..self.entries.len(), range, seen);
    }

    /// Looks at the blocks of a level in which some entries lie, and below. The levels are few: each is an
    /// eighth of the one below.
    fn within(&self, level: usize, entries: Range<usize>, range: (u32, u32), seen: &mut impl FnMut(&Entry)) {
        let (start, end) = range;
        let Some(level) = level.checked_sub(1) else {
            let block = self.entries.get(entries).unwrap_or_default();
            block.iter().take_while(|e| e.start < end).filter(|e| e.end > start).for_each(seen);
            return;
        };
        let width = WIDE.pow(level as u32 + 1);
        let blocks =
            self.levels.get(level).and_then(|l| l.get(entries.start / width..entries.end.div_ceil(width)));
        for (number, greatest) in (entries.start / width..).zip(blocks.unwrap_or_default()) {
            let first = number * width;
            if self.entries.get(first).is_none_or(|e| e.start >= end) {
                return;
            }
            if *greatest > start {
                self.within(level, first..entries.end.min(first + width), range, seen);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::flow::dimension::PerDimension;
    use crate::flow::world::World;

    /// A small generator, so that the boxes are the same on every run.
    fn numbers(mut seed: u64) -> impl FnMut(u32) -> u32 {
        move |below| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((seed >> 33) % u64::from(below)) as u32
        }
    }

    fn some_box(next: &mut impl FnMut(u32) -> u32) -> FlowBox {
        let cells = PerDimension::from_fn(|_| {
            let ranges = (0..=next(2)).map(|_| {
                let (start, long) = (next(60), next(8) == 0);
                (start, start + 1 + next(if long { 60 } else { 4 }))
            });
            CellSet::from_ranges(ranges.collect())
        });
        FlowBox { cells, world: World::ALL }
    }

    #[test]
    fn no_box_that_meets_a_query_is_missed() {
        let mut next = numbers(7);
        let boxes: Vec<FlowBox> = (0..5_000).map(|_| some_box(&mut next)).collect();
        let index = Index::new((0..).zip(&boxes));
        for _ in 0..300 {
            let query = some_box(&mut next);
            let mut found = Vec::new();
            index.plan(&query).visit(&mut |i| found.push(i));
            found.sort_unstable();
            let meeting = (0..).zip(&boxes).filter(|(_, b)| b.meets(&query)).map(|(i, _)| i);
            for i in meeting {
                assert!(found.binary_search(&i).is_ok(), "{i} meets {query:?}");
            }
        }
    }

    #[test]
    fn an_empty_index_has_nothing() {
        let query = some_box(&mut numbers(1));
        let mut found = Vec::new();
        Index::default().plan(&query).visit(&mut |i| found.push(i));
        assert!(found.is_empty());
    }
}
