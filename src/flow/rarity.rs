//! In how many boxes each cell lies, dimension by dimension: where a box is likely to be alone.
//!
//! Most boxes have a cell that few others have. To ask who else is there is far cheaper than to
//! look at all that meet the box anywhere.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use rustc_hash::FxHashMap;
use std::cell::RefCell;

/// How many cells share one least count.
const WIDE: usize = 64;

/// The counts of some boxes.
#[derive(Default)]
pub struct Rarity {
    counts: PerDimension<Counts>,
    /// What was asked: thousands of boxes are made of a few hundred sets.
    known: PerDimension<RefCell<FxHashMap<CellSet, u32>>>,
}

/// The counts of one dimension.
#[derive(Default)]
struct Counts {
    /// By cell. Past its end no box has any.
    cells: Vec<u32>,
    /// The least of each stretch of [`WIDE`].
    least: Vec<u32>,
}

impl Rarity {
    /// Counts the cells of some boxes.
    pub fn new<'b>(boxes: impl Iterator<Item = &'b FlowBox>) -> Rarity {
        let mut changes: PerDimension<Vec<i32>> = PerDimension::from_fn(|_| Vec::new());
        for one in boxes {
            for (d, set) in one.cells.iter() {
                set.ranges().iter().for_each(|r| count(changes.get_mut(d), *r));
            }
        }
        let counts = PerDimension::from_fn(|d| Counts::new(changes.get(d)));
        Rarity { counts, known: PerDimension::default() }
    }

    /// One flow's cells of a box, in each dimension the first of those that the fewest boxes have; the
    /// world is the box's. A dimension without cells stays as it is.
    pub fn rarest(&self, one: &FlowBox) -> FlowBox {
        let cells = PerDimension::from_fn(|d| {
            let own = one.cells.get(d);
            if own.len() <= 1 { own.clone() } else { CellSet::one(self.of(d, own)) }
        });
        FlowBox { cells, world: one.world }
    }

    fn of(&self, d: Dimension, set: &CellSet) -> u32 {
        let mut known = self.known.get(d).borrow_mut();
        if let Some(cell) = known.get(set) {
            return *cell;
        }
        let cell = self.counts.get(d).rarest(set).unwrap_or_default();
        known.insert(set.clone(), cell);
        cell
    }
}

impl Counts {
    fn new(changes: &[i32]) -> Counts {
        let mut depth = 0_i32;
        let summed = changes.iter().map(|c| {
            depth += c;
            depth.unsigned_abs()
        });
        let cells: Vec<u32> = summed.collect();
        let least = cells.chunks(WIDE).map(|c| c.iter().copied().min().unwrap_or(0)).collect();
        Counts { cells, least }
    }

    /// The first of a set's cells that the fewest boxes have.
    fn rarest(&self, set: &CellSet) -> Option<u32> {
        let mut best: Option<(u32, u32)> = None;
        for (start, end) in set.ranges() {
            let mut at = *start;
            while at < *end {
                if best.is_some_and(|(count, _)| count == 0) {
                    break;
                }
                let stretch = at as usize / WIDE;
                let next = (stretch as u32 + 1).saturating_mul(WIDE as u32).min(*end);
                let least = self.least.get(stretch).copied().unwrap_or(0);
                if best.is_none_or(|(count, _)| least < count) {
                    for cell in at..next {
                        let count = self.cells.get(cell as usize).copied().unwrap_or(0);
                        if best.is_none_or(|b| count < b.0) {
                            best = Some((count, cell));
                        }
                    }
                }
                at = next;
            }
        }
        best.map(|(_, cell)| cell)
    }
}

/// Notes a range: by how many more boxes, or fewer, each cell has than the one before it.
fn count(changes: &mut Vec<i32>, (start, end): (u32, u32)) {
    if changes.len() <= end as usize {
        changes.resize(end as usize + 1, 0);
    }
    changes.get_mut(start as usize).into_iter().for_each(|c| *c += 1);
    changes.get_mut(end as usize).into_iter().for_each(|c| *c -= 1);
}

#[cfg(test)]
mod tests {
    use super::{Counts, count};
    use crate::flow::cells::CellSet;

    #[test]
    fn the_rarest_is_what_counting_finds() {
        let mut at = 7_u32;
        let mut next = |below: u32| {
            at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (at >> 8) % below
        };
        let mut some = |many: u32| {
            let ranges = (0..1 + next(many)).map(|_| {
                let start = next(500);
                (start, start + 1 + next(90))
            });
            CellSet::from_ranges(ranges.collect())
        };
        let sets: Vec<CellSet> = (0..200).map(|_| some(3)).collect();
        let mut changes = Vec::new();
        sets.iter().flat_map(CellSet::ranges).for_each(|r| count(&mut changes, *r));
        let counts = Counts::new(&changes);
        let having = |cell: u32| sets.iter().filter(|s| s.contains(cell)).count();
        for _ in 0..300 {
            let query = some(4);
            assert_eq!(counts.rarest(&query), query.iter().min_by_key(|cell| having(*cell)));
        }
        assert_eq!(counts.rarest(&CellSet::empty()), None);
        assert_eq!(counts.rarest(&CellSet::range(10_000, 10_070)), Some(10_000), "where nobody is");
        assert_eq!(Counts::new(&[]).rarest(&CellSet::one(3)), Some(3));
    }
}
