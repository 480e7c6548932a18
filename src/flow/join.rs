//! Which boxes meet a query, where they are many: one row of bits for each set that was asked for in a
//! dimension, and a query is the rows of its sets put together.
//!
//! The interval index finds few among many by one dimension. Where a query meets thousands in every
//! dimension, looking at each box takes far longer than putting ten rows together. Rows are kept up to
//! [`MAX_WORDS`]; past that, or for a new set, nothing is kept and the caller looks at each.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How many words of 64 bits are kept in all.
pub const MAX_WORDS: usize = 4_000_000;

/// The bits of one word.
const BITS: usize = 64;

/// A row: a bit for each box that meets a set in a dimension.
type Row = Rc<[u64]>;

/// Rows of bits over some boxes.
#[derive(Default)]
pub struct Join {
    rows: RefCell<FxHashMap<(Dimension, CellSet), Row>>,
    words: Cell<usize>,
}

impl Join {
    /// The places of the boxes that meet the query, in order. None where too many rows are kept already.
    /// The boxes, so many and each by its place, must be the same each time.
    pub fn meeting<'b>(
        &self,
        query: &FlowBox,
        count: usize,
        at: &dyn Fn(usize) -> Option<&'b FlowBox>,
    ) -> Option<Vec<usize>> {
        let mut all: Option<Vec<u64>> = None;
        for (d, set) in query.cells.iter() {
            let row = self.row((d, set), count, at)?;
            match &mut all {
                None => all = Some(row.to_vec()),
                Some(all) => all.iter_mut().zip(row.iter()).for_each(|(a, b)| *a &= b),
            }
        }
        let words = all.unwrap_or_default().into_iter().enumerate();
        Some(words.flat_map(|(at, word)| ones(word).map(move |bit| at * BITS + bit)).collect())
    }

    fn row<'b>(
        &self,
        (d, set): (Dimension, &CellSet),
        count: usize,
        at: &dyn Fn(usize) -> Option<&'b FlowBox>,
    ) -> Option<Row> {
        let key = (d, set.clone());
        if let Some(row) = self.rows.borrow().get(&key) {
            return Some(Rc::clone(row));
        }
        let length = count.div_ceil(BITS);
        if self.words.get() + length > MAX_WORDS {
            return None;
        }
        self.words.set(self.words.get() + length);
        let meets = |place: usize| at(place).is_some_and(|b| b.cells.get(d).meets(set));
        let word = |start: usize| {
            let places = start..count.min(start + BITS);
            places.filter(|place| meets(*place)).fold(0, |word, place| word | 1_u64 << (place - start))
        };
        let row: Row = (0..count).step_by(BITS).map(word).collect();
        self.rows.borrow_mut().insert(key, Rc::clone(&row));
        Some(row)
    }
}

/// The places of a word's ones.
fn ones(mut word: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let next = (word != 0).then(|| word.trailing_zeros() as usize)?;
        word &= word - 1;
        Some(next)
    })
}

#[cfg(test)]
mod tests {
    use super::Join;
    use crate::flow::boxes::FlowBox;
    use crate::flow::cells::CellSet;
    use crate::flow::dimension::PerDimension;
    use crate::flow::world::World;

    #[test]
    fn a_join_is_what_looking_at_each_finds() {
        let some = |seed: u32| {
            let mut at = seed;
            let cells = PerDimension::from_fn(|_| {
                at = at.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let (start, length) = (at >> 8 & 15, at >> 16 & 15);
                CellSet::from_ranges(vec![(start, start + 4 + length), (40, 40 + (at >> 20 & 1))])
            });
            FlowBox { cells, world: World::ALL }
        };
        let boxes: Vec<FlowBox> = (0..500).map(some).collect();
        let join = Join::default();
        let mut found = 0;
        for query in (1_000..1_200).map(some) {
            let each: Vec<usize> =
                boxes.iter().enumerate().filter(|(_, b)| b.meets(&query)).map(|(i, _)| i).collect();
            found += each.len();
            assert_eq!(join.meeting(&query, boxes.len(), &|i| boxes.get(i)), Some(each));
        }
        assert!(found > 1_000, "{found} are too few to tell");
    }
}
