//! The one decision procedure: is there a flow in a box at which some condition over the boxes
//! that hold it can be met?
//!
//! Dimension by dimension the query's cells fall into classes whose cells lie in the same boxes;
//! one cell of each class stands for all. What is left at the end is a set of live boxes, and a
//! question about worlds. Branches that leave the same boxes live are walked once. This is exact:
//! emptiness, containment in a union, redundancy and difference are all questions of this form.
//! It can be exponential in the number of boxes that overlap in many ways; past [`MAX_STEPS`] it
//! answers [`Answer::Undecided`].

use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::flow::world::{World, Worlds};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;

/// How many classes of cells one search may walk.
pub const MAX_STEPS: u64 = 2_000_000;

/// What a search found.
#[derive(Clone, PartialEq, Debug)]
pub enum Answer {
    /// A flow, and the boxes that hold its cells.
    Found(Flow, Vec<u32>),
    /// There is none.
    None,
    /// The budget ran out.
    Undecided,
}

/// What searches need to know of the policy.
pub struct Space {
    /// The worlds.
    pub worlds: Worlds,
    /// The worlds that can occur.
    pub possible: World,
    /// The cells that make good examples (terms with nothing below them), by dimension.
    pub exemplary: PerDimension<CellSet>,
    /// All cells, and the one that is taken where a question leaves them all open, and so is not
    /// worth a word.
    pub unrestricted: PerDimension<Option<(CellSet, u32)>>,
    /// The value that makes a good example, by variable.
    pub usual: Vec<u32>,
    /// How many searches ran out of budget.
    pub undecided: Cell<u64>,
}

struct Walk<'s, 'q> {
    space: &'s Space,
    query: &'q FlowBox,
    boxes: &'q [&'q FlowBox],
    order: &'q [Dimension],
    failed: FxHashSet<(usize, Vec<u32>)>,
    steps: u64,
    cells: PerDimension<u32>,
}

impl Space {
    /// A flow of `query` such that `wanted`, given the positions of the `boxes` that hold its
    /// cells (in whatever world), names worlds of which one is possible and in the query.
    pub fn find(
        &self,
        query: &FlowBox,
        boxes: &[&FlowBox],
        wanted: &mut dyn FnMut(&[u32]) -> World,
    ) -> Answer {
        self.find_in(query, boxes, &Dimension::ALL, wanted)
    }

    /// The same over some dimensions only: the others are not told apart, and the flow found has
    /// some cell of the query there.
    pub fn find_in(
        &self,
        query: &FlowBox,
        boxes: &[&FlowBox],
        order: &[Dimension],
        wanted: &mut dyn FnMut(&[u32]) -> World,
    ) -> Answer {
        if query.cells.iter().any(|(_, set)| set.is_empty()) {
            return Answer::None;
        }
        let cells = PerDimension::from_fn(|d| {
            let set = query.cells.get(d);
            let plain = self.unrestricted.get(d).as_ref().filter(|(all, _)| all == set).map(|(_, c)| *c);
            plain.or_else(|| self.best(d, set)).unwrap_or_default()
        });
        let mut walk =
            Walk { space: self, query, boxes, order, failed: FxHashSet::default(), steps: 0, cells };
        let live: Vec<u32> = (0..boxes.len() as u32).filter(|i| walk.touches(*i)).collect();
        let answer = walk.descend(0, live, wanted);
        if answer == Answer::Undecided {
            self.undecided.set(self.undecided.get() + 1);
        }
        answer
    }

    fn best(&self, dimension: Dimension, cells: &CellSet) -> Option<u32> {
        cells.intersection(self.exemplary.get(dimension)).first().or_else(|| cells.first())
    }

    /// One world of a set, as usual as can be.
    pub fn example(&self, world: World) -> Option<Vec<u32>> {
        let usual = |v: u32| self.usual.get(v as usize).copied().unwrap_or(0);
        self.worlds.example(self.worlds.and(world, self.possible), &usual)
    }
}

impl Walk<'_, '_> {
    fn touches(&self, i: u32) -> bool {
        self.boxes
            .get(i as usize)
            .is_some_and(|b| self.order.iter().all(|d| b.cells.get(*d).meets(self.query.cells.get(*d))))
    }

    fn descend(&mut self, depth: usize, live: Vec<u32>, wanted: &mut dyn FnMut(&[u32]) -> World) -> Answer {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.space.worlds.exhausted() {
            return Answer::Undecided;
        }
        let Some(&dimension) = self.order.get(depth) else {
            let world = self.space.worlds.and(wanted(&live), self.query.world);
            return match self.space.example(world) {
                Some(world) => Answer::Found(Flow { cells: self.cells, world }, live),
                None => Answer::None,
            };
        };
        if self.failed.contains(&(depth, live.clone())) {
            return Answer::None;
        }
        let before = *self.cells.get(dimension);
        for (cell, still) in self.classes(dimension, &live) {
            *self.cells.get_mut(dimension) = cell;
            match self.descend(depth + 1, still, wanted) {
                Answer::None => {}
                other => return other,
            }
        }
        *self.cells.get_mut(dimension) = before;
        self.failed.insert((depth, live));
        Answer::None
    }

    /// The classes of the query's cells in one dimension: an example, and the boxes that hold it.
    fn classes(&self, dimension: Dimension, live: &[u32]) -> Vec<(u32, Vec<u32>)> {
        let query = self.query.cells.get(dimension);
        let sets: Vec<(u32, &CellSet)> = live
            .iter()
            .filter_map(|i| Some((*i, self.boxes.get(*i as usize)?.cells.get(dimension))))
            .collect();
        let usual = *self.cells.get(dimension);
        if sets.iter().all(|(_, set)| query.is_subset(set)) {
            return vec![(usual, live.to_vec())];
        }
        // Segments between the ends of any range are uniform: all their cells lie in the same sets.
        let mut ends: Vec<u32> = query.ranges().iter().flat_map(|r| [r.0, r.1]).collect();
        for (_, set) in &sets {
            ends.extend(set.ranges().iter().flat_map(|r| [r.0, r.1]));
        }
        ends.sort_unstable();
        ends.dedup();
        let mut numbers: FxHashMap<Vec<u32>, usize> = FxHashMap::default();
        let mut classes: Vec<(u32, bool, Vec<u32>)> = Vec::new();
        for pair in ends.windows(2) {
            let &[start, end] = pair else { continue };
            if !query.contains(start) {
                continue;
            }
            let inside: Vec<u32> = sets.iter().filter(|(_, s)| s.contains(start)).map(|(i, _)| *i).collect();
            let segment = CellSet::range(start, end);
            let exemplary = segment.meets(self.space.exemplary.get(dimension));
            let cell = self.space.best(dimension, &segment).unwrap_or(start);
            match numbers.get(&inside).copied() {
                Some(at) => {
                    if let Some(class) = classes.get_mut(at)
                        && exemplary
                        && !class.1
                    {
                        (class.0, class.1) = (cell, exemplary);
                    }
                }
                None => {
                    numbers.insert(inside.clone(), classes.len());
                    classes.push((cell, exemplary, inside));
                }
            }
        }
        // Good examples first, so that the first flow found is one that people know.
        classes.sort_by_key(|c| (!c.1, c.0));
        classes.into_iter().map(|(cell, _, inside)| (cell, inside)).collect()
    }
}
