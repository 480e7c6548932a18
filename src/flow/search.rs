//! The one decision procedure: is there a flow in a box at which some condition over the boxes
//! that hold it can be met?
//!
//! Dimension by dimension the query's cells fall into classes whose cells lie in the same boxes;
//! one cell of each class stands for all. What is left at the end is a set of live boxes, and a
//! question about worlds. Branches that leave the same boxes live are walked once. This is exact:
//! emptiness, containment in a union, redundancy and difference are all questions of this form.
//! It can be exponential in the number of boxes that overlap in many ways; past [`MAX_STEPS`] in one
//! search, or [`MAX_STEPS_IN_ALL`] in all searches of a policy, it answers [`Answer::Undecided`].

use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::flow::world::{World, Worlds};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;

/// How many steps one search may take. A step is one look at one box.
pub const MAX_STEPS: u64 = 20_000_000;

/// How many steps all searches of one policy, and all looks for what meets a box, may take together.
pub const MAX_STEPS_IN_ALL: u64 = 200_000_000;

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
    /// How many steps all searches took so far.
    pub spent: Cell<u64>,
}

/// Which classes of cells a search looks at first.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum First {
    /// Those with good examples, so that the first flow found is one that people know.
    Familiar,
    /// Those in the fewest boxes: where a flow that nothing covers is likely.
    Sparse,
}

struct Walk<'s, 'q> {
    space: &'s Space,
    query: &'q FlowBox,
    boxes: &'q [&'q FlowBox],
    order: &'q [Dimension],
    first: First,
    /// The live boxes from which nothing was found, by how many dimensions were walked.
    failed: Vec<FxHashSet<Vec<u32>>>,
    steps: u64,
    cells: PerDimension<u32>,
}

/// Cells of one dimension that lie in the same boxes: an example, and those of the boxes that do not
/// hold all of the query's cells.
struct Class {
    cell: u32,
    exemplary: bool,
    inside: Vec<u32>,
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
        self.search(query, boxes, &Dimension::ALL, First::Familiar, wanted)
    }

    /// The same for questions whose answer is likely where few boxes are.
    pub fn find_sparse(
        &self,
        query: &FlowBox,
        boxes: &[&FlowBox],
        wanted: &mut dyn FnMut(&[u32]) -> World,
    ) -> Answer {
        self.search(query, boxes, &Dimension::ALL, First::Sparse, wanted)
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
        self.search(query, boxes, order, First::Familiar, wanted)
    }

    fn search(
        &self,
        query: &FlowBox,
        boxes: &[&FlowBox],
        order: &[Dimension],
        first: First,
        wanted: &mut dyn FnMut(&[u32]) -> World,
    ) -> Answer {
        if query.cells.iter().any(|(_, set)| set.is_empty()) {
            return Answer::None;
        }
        let mut walk = Walk {
            space: self,
            query,
            boxes,
            order,
            first,
            failed: vec![FxHashSet::default(); order.len() + 1],
            steps: 0,
            cells: self.plain(query),
        };
        let live: Vec<u32> = (0..boxes.len() as u32).filter(|i| walk.touches(*i)).collect();
        let answer = walk.descend(0, live, wanted);
        self.spend(walk.steps);
        if answer == Answer::Undecided {
            self.undecided.set(self.undecided.get() + 1);
        }
        answer
    }

    /// So many steps more.
    pub fn spend(&self, steps: u64) {
        self.spent.set(self.spent.get().saturating_add(steps));
    }

    /// Whether the budget for all of a policy is spent.
    pub fn is_spent(&self) -> bool {
        self.spent.get() >= MAX_STEPS_IN_ALL
    }

    /// Whether a question need not even be looked at, as the budget is spent: one more that is undecided.
    pub fn refuses(&self) -> bool {
        let spent = self.is_spent();
        if spent {
            self.undecided.set(self.undecided.get() + 1);
        }
        spent
    }

    /// The cells of a query that make the best example, where nothing tells them apart.
    pub fn plain(&self, query: &FlowBox) -> PerDimension<u32> {
        PerDimension::from_fn(|d| {
            let set = query.cells.get(d);
            let plain = self.unrestricted.get(d).as_ref().filter(|(all, _)| all == set).map(|(_, c)| *c);
            plain.or_else(|| self.best(d, set)).unwrap_or_default()
        })
    }

    fn best(&self, dimension: Dimension, cells: &CellSet) -> Option<u32> {
        let exemplary = self.exemplary.get(dimension);
        let known = cells.ranges().iter().find_map(|(start, end)| exemplary.first_within(*start, *end));
        known.or_else(|| cells.first())
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

    /// One more look at so many boxes; false where the budget does not allow it.
    fn step(&mut self, boxes: usize) -> bool {
        self.steps += 1 + boxes as u64;
        self.steps <= MAX_STEPS
            && self.space.spent.get().saturating_add(self.steps) <= MAX_STEPS_IN_ALL
            && !self.space.worlds.exhausted()
    }

    fn descend(&mut self, depth: usize, live: Vec<u32>, wanted: &mut dyn FnMut(&[u32]) -> World) -> Answer {
        if !self.step(live.len()) {
            return Answer::Undecided;
        }
        if self.failed.get(depth).is_some_and(|f| f.contains(live.as_slice())) {
            return Answer::None;
        }
        let answer = match self.order.get(depth) {
            Some(dimension) => self.branch(depth, *dimension, &live, wanted),
            None => {
                let world = self.space.worlds.and(wanted(&live), self.query.world);
                match self.space.example(world) {
                    Some(world) => return Answer::Found(Flow { cells: self.cells, world }, live),
                    None => Answer::None,
                }
            }
        };
        if answer == Answer::None
            && let Some(failed) = self.failed.get_mut(depth)
        {
            failed.insert(live);
        }
        answer
    }

    /// Walks the classes of one dimension.
    fn branch(
        &mut self,
        depth: usize,
        dimension: Dimension,
        live: &[u32],
        wanted: &mut dyn FnMut(&[u32]) -> World,
    ) -> Answer {
        let query = self.query.cells.get(dimension);
        let holds_all =
            |i: &u32| self.boxes.get(*i as usize).is_some_and(|b| query.is_subset(b.cells.get(dimension)));
        let (all, some): (Vec<u32>, Vec<u32>) = live.iter().copied().partition(holds_all);
        if some.is_empty() {
            return self.descend(depth + 1, all, wanted);
        }
        let Some(classes) = self.classes(dimension, &some) else { return Answer::Undecided };
        let before = *self.cells.get(dimension);
        for class in classes {
            *self.cells.get_mut(dimension) = class.cell;
            match self.descend(depth + 1, merged(&all, &class.inside), wanted) {
                Answer::None => {}
                other => return other,
            }
        }
        *self.cells.get_mut(dimension) = before;
        Answer::None
    }

    /// The classes of the query's cells in one dimension, by which of these boxes hold them. None where
    /// the budget ran out.
    fn classes(&mut self, dimension: Dimension, some: &[u32]) -> Option<Vec<Class>> {
        let mut events = self.events(dimension, some);
        events.sort_unstable();
        // Between two events all cells lie in the same boxes.
        let mut numbers: FxHashMap<Vec<u32>, usize> = FxHashMap::default();
        let mut classes: Vec<Class> = Vec::new();
        let mut inside: Vec<u32> = Vec::new();
        let mut queried = false;
        let mut events = events.into_iter().peekable();
        while let Some((at, begins, who)) = events.next() {
            match (who, inside.binary_search(&who)) {
                (QUERY, _) => queried = begins,
                (_, Ok(place)) => drop(inside.remove(place)),
                (_, Err(place)) => inside.insert(place, who),
            }
            let Some((next, ..)) = events.peek().filter(|e| queried && e.0 > at) else { continue };
            if !self.step(inside.len()) {
                return None;
            }
            let known = self.space.exemplary.get(dimension).first_within(at, *next);
            let (cell, exemplary) = (known.unwrap_or(at), known.is_some());
            match numbers.get(inside.as_slice()).and_then(|i| classes.get_mut(*i)) {
                Some(class) if exemplary && !class.exemplary => (class.cell, class.exemplary) = (cell, true),
                Some(_) => {}
                None => {
                    numbers.insert(inside.clone(), classes.len());
                    classes.push(Class { cell, exemplary, inside: inside.clone() });
                }
            }
        }
        let sparse = self.first == First::Sparse;
        classes.sort_by_key(|c| (if sparse { c.inside.len() } else { 0 }, !c.exemplary, c.cell));
        Some(classes)
    }

    /// Where the query's ranges and those of these boxes begin and end: at a cell, whether it begins,
    /// and what. What ends comes before what begins at the same cell.
    fn events(&self, dimension: Dimension, some: &[u32]) -> Vec<(u32, bool, u32)> {
        let query = self.query.cells.get(dimension).ranges();
        let (Some(first), Some(last)) = (query.first(), query.last()) else { return Vec::new() };
        let mut events: Vec<(u32, bool, u32)> =
            query.iter().flat_map(|r| [(r.0, true, QUERY), (r.1, false, QUERY)]).collect();
        for i in some {
            let Some(one) = self.boxes.get(*i as usize) else { continue };
            let ranges = one.cells.get(dimension).ranges();
            let from = ranges.partition_point(|r| r.1 <= first.0);
            for (start, end) in ranges.iter().skip(from).take_while(|r| r.0 < last.1) {
                events.extend([((*start).max(first.0), true, *i), ((*end).min(last.1), false, *i)]);
            }
        }
        events
    }
}

/// The query itself among the boxes.
const QUERY: u32 = u32::MAX;

/// Two sorted lists as one.
fn merged(a: &[u32], b: &[u32]) -> Vec<u32> {
    let mut out = Vec::with_capacity(a.len() + b.len());
    let (mut a, mut b) = (a.iter().copied().peekable(), b.iter().copied().peekable());
    while let (Some(x), Some(y)) = (a.peek(), b.peek()) {
        out.extend(if x < y { a.next() } else { b.next() });
    }
    out.extend(a.chain(b));
    out
}
