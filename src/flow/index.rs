//! Which boxes can meet a box: an index over the sets of cells of each dimension.
//!
//! For a query's set the boxes whose set meets it are a bitmap, worked out once for each distinct
//! set; the answer is the conjunction over the dimensions. Worlds are left to the caller.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

type Bitmap = Rc<[u64]>;

/// The dimensions that the index tells boxes apart by; the others are left to the caller's own test.
const INDEXED: [Dimension; 5] =
    [Dimension::Action, Dimension::Data, Dimension::Recipient, Dimension::Purpose, Dimension::Actor];

#[derive(Default)]
struct Postings {
    sets: Vec<(CellSet, Vec<u32>)>,
    meeting: RefCell<FxHashMap<CellSet, Bitmap>>,
}

/// An index over boxes by their positions.
pub struct Index {
    words: usize,
    postings: PerDimension<Postings>,
}

impl Index {
    /// Indexes boxes by their positions.
    pub fn new<'b>(boxes: impl ExactSizeIterator<Item = &'b FlowBox>) -> Index {
        let words = boxes.len().div_ceil(64);
        let mut numbers: PerDimension<FxHashMap<CellSet, usize>> = PerDimension::default();
        let mut postings: PerDimension<Postings> = PerDimension::default();
        for (i, one) in boxes.enumerate() {
            for d in INDEXED {
                let sets = &mut postings.get_mut(d).sets;
                let at = *numbers.get_mut(d).entry(one.cells.get(d).clone()).or_insert_with(|| {
                    sets.push((one.cells.get(d).clone(), Vec::new()));
                    sets.len() - 1
                });
                if let Some((_, list)) = sets.get_mut(at) {
                    list.push(i as u32);
                }
            }
        }
        Index { words, postings }
    }

    fn bitmap(&self, dimension: Dimension, set: &CellSet) -> Bitmap {
        let postings = self.postings.get(dimension);
        if let Some(known) = postings.meeting.borrow().get(set) {
            return Rc::clone(known);
        }
        let mut words = vec![0u64; self.words];
        for (_, list) in postings.sets.iter().filter(|(s, _)| s.meets(set)) {
            for i in list {
                if let Some(word) = words.get_mut(*i as usize / 64) {
                    *word |= 1 << (i % 64);
                }
            }
        }
        let bitmap: Bitmap = words.into();
        postings.meeting.borrow_mut().insert(set.clone(), Rc::clone(&bitmap));
        bitmap
    }

    /// The positions of the boxes that may meet the query, in order: none that does is missing.
    pub fn candidates(&self, query: &FlowBox) -> Vec<u32> {
        let maps = INDEXED.map(|d| self.bitmap(d, query.cells.get(d)));
        let mut out = Vec::new();
        for word in 0..self.words {
            let mut bits = maps.iter().fold(u64::MAX, |b, m| b & m.get(word).copied().unwrap_or(0));
            while bits != 0 {
                out.push((word * 64) as u32 + bits.trailing_zeros());
                bits &= bits - 1;
            }
        }
        out
    }
}
