//! Per dimension, the boxes that hold each cell, as rows of bits.
//!
//! Cells that the same boxes hold form a class, and each class has a row: a summary with a bit for
//! each word of the row that is not zero, and the words. A row that is zero for the most part keeps
//! the other words alone, so that a dimension with thousands of classes stays small.

use super::Entry;
use super::lists::Lists;
use crate::bundle::core::Core;
use crate::bundle::dimension::Dimension;
use crate::bundle::ranges::{self, Range};
use crate::bundle::validate::end_of;
use rustc_hash::FxHashMap;

/// The changes of single words that making the rows of a dimension may take.
const MAX_FLIPS: usize = 64 << 20;

/// How many rows are compared before a class is taken for a new one. Two classes of equal rows do no
/// harm, and a bundle made for it could have any number of rows that look alike at a glance.
const MAX_COMPARED: usize = 8;

/// The rows of one dimension.
#[derive(Clone, Debug, Default)]
pub(crate) struct Rows {
    /// Runs of cells of one class: where each begins, and the class. Sorted.
    runs: Vec<(u32, u32)>,
    end: u32,
    rows: Vec<Kind>,
    /// Per class and block of 64 words: which words are not zero, and where in `words` they begin.
    summaries: Vec<u64>,
    starts: Vec<u32>,
    words: Vec<u64>,
    blocks: usize,
}

/// What there is to know of a row before it is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    /// How many of its words are not zero.
    weight: u32,
    /// All words are there, zero or not.
    dense: bool,
    /// Every box holds the class, so the row tells nothing.
    full: bool,
}

/// A class's row.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Row<'a> {
    summaries: &'a [u64],
    starts: &'a [u32],
    words: &'a [u64],
    weight: u32,
    dense: bool,
    full: bool,
}

impl<'a> Row<'a> {
    /// How many of its words are not zero: the fewer, the sooner an AND is done.
    pub(crate) fn weight(&self) -> u32 {
        self.weight
    }

    /// Whether every box holds the class.
    pub(crate) fn is_full(&self) -> bool {
        self.full
    }

    /// A bit for each word of a block that is not zero.
    #[inline]
    pub(crate) fn summary(&self, block: usize) -> u64 {
        self.summaries.get(block).copied().unwrap_or(0)
    }

    /// A word that is not zero.
    #[inline]
    pub(crate) fn word(&self, block: usize, bit: u32) -> u64 {
        let Some(&start) = self.starts.get(block) else { return 0 };
        let at = if self.dense { bit } else { (self.summary(block) & ((1 << bit) - 1)).count_ones() };
        self.words.get(start as usize + at as usize).copied().unwrap_or(0)
    }

    /// Whether the box of that number holds the class.
    #[inline]
    pub(crate) fn holds(&self, number: u32) -> bool {
        let (block, bit) = (number as usize / 4096, number / 64 % 64);
        self.summary(block) >> bit & 1 == 1 && self.word(block, bit) >> (number % 64) & 1 == 1
    }
}

impl Rows {
    /// The one class of all these cells.
    pub(crate) fn class_of(&self, cells: &[Range]) -> Option<u32> {
        let (class, _) = self.run(ranges::first(cells)?)?;
        for &(start, end) in cells {
            let mut at = start;
            while at < end {
                let (here, until) = self.run(at)?;
                if here != class {
                    return None;
                }
                at = until;
            }
        }
        Some(class)
    }

    /// The classes of some cells; none where they are so many that looking at them does not pay.
    pub(super) fn classes(&self, cells: &[Range]) -> Option<Vec<u32>> {
        const MANY: usize = 64;
        let mut classes = Vec::new();
        for &(start, end) in cells {
            let mut at = start;
            while at < end {
                let (class, until) = self.run(at)?;
                classes.push(class);
                if classes.len() > MANY {
                    return None;
                }
                at = until;
            }
        }
        classes.sort_unstable();
        classes.dedup();
        Some(classes)
    }

    /// A cell's class, and where the run of it ends.
    #[inline]
    fn run(&self, cell: u32) -> Option<(u32, u32)> {
        let after = self.runs.partition_point(|run| run.0 <= cell);
        let (_, class) = self.runs.get(after.checked_sub(1)?)?;
        let until = self.runs.get(after).map_or(self.end, |run| run.0);
        (cell < self.end).then_some((*class, until))
    }

    /// A class's row.
    #[inline]
    pub(crate) fn row(&self, class: u32) -> Option<Row<'_>> {
        let kind = self.rows.get(class as usize)?;
        let start = class as usize * self.blocks;
        Some(Row {
            summaries: self.summaries.get(start..start + self.blocks)?,
            starts: self.starts.get(start..start + self.blocks)?,
            words: &self.words,
            weight: kind.weight,
            dense: kind.dense,
            full: kind.full,
        })
    }

    /// The bytes that it takes.
    pub(super) fn bytes(&self) -> usize {
        let per_row = size_of::<Kind>();
        self.runs.len() * 8 + self.rows.len() * per_row + self.summaries.len() * 12 + self.words.len() * 8
    }

    /// None where it would take more than so many bytes.
    pub(super) fn new(
        core: &Core,
        dimension: Dimension,
        entries: &[Entry],
        marks: &[u64],
        most_bytes: usize,
    ) -> Option<Rows> {
        let holders = Holders::new(core, dimension, entries, marks)?;
        let mut making =
            Making::new(entries.len(), end_of(&core.vocabulary, dimension), holders.changes.len());
        let mut changes = holders.changes.iter().peekable();
        let mut at = 0;
        while at < making.rows.end {
            while let Some((_, set, begins)) = changes.next_if(|change| change.0 <= at) {
                making.change(holders.of(*set), *begins);
            }
            let class = making.class();
            making.rows.runs.push((at, class));
            if making.rows.bytes() > most_bytes {
                return None;
            }
            at = changes.peek().map_or(making.rows.end, |change| change.0);
        }
        let mut rows = making.rows;
        rows.runs.shrink_to_fit();
        rows.rows.shrink_to_fit();
        rows.words.shrink_to_fit();
        rows.summaries.shrink_to_fit();
        rows.starts.shrink_to_fit();
        Some(rows)
    }
}

/// Rows in the making: the row at hand, which changes from cell to cell.
struct Making {
    rows: Rows,
    row: Vec<u64>,
    summaries: Vec<u64>,
    boxes: usize,
    holding: usize,
    /// The exclusive or of a number for each box that holds the cell: finds rows that may be equal.
    mark: u64,
    /// The last class of a mark, and by class the one before it that has the same mark.
    known: FxHashMap<u64, u32>,
    before: Vec<Option<u32>>,
}

impl Making {
    fn new(boxes: usize, end: u32, changes: usize) -> Making {
        let words = boxes.div_ceil(64);
        let blocks = words.div_ceil(64);
        Making {
            rows: Rows { end, blocks, ..Rows::default() },
            row: vec![0; words],
            summaries: vec![0; blocks],
            boxes,
            holding: 0,
            mark: 0,
            known: FxHashMap::with_capacity_and_hasher(changes.min(end as usize), Default::default()),
            before: Vec::new(),
        }
    }

    /// A set begins or ends to hold: so do its boxes.
    fn change(&mut self, holder: Holder, begins: bool) {
        self.mark ^= holder.mark;
        match begins {
            true => self.holding += holder.boxes as usize,
            false => self.holding -= holder.boxes as usize,
        }
        for (at, bits) in holder.words {
            let at = *at as usize;
            let (Some(word), Some(summary)) = (self.row.get_mut(at), self.summaries.get_mut(at / 64)) else {
                continue;
            };
            *word ^= bits;
            *summary = *summary & !(1 << (at % 64)) | u64::from(*word != 0) << (at % 64);
        }
    }

    /// The class of the row at hand.
    fn class(&mut self) -> u32 {
        let last = self.known.get(&self.mark).copied();
        let mut alike = last;
        for _ in 0..MAX_COMPARED {
            let Some(class) = alike else { break };
            if self.is(class) {
                return class;
            }
            alike = self.before.get(class as usize).copied().flatten();
        }
        let class = self.rows.rows.len() as u32;
        self.known.insert(self.mark, class);
        self.before.push(last);
        let weight: u32 = self.summaries.iter().map(|summary| summary.count_ones()).sum();
        let dense = weight as usize * 2 > self.row.len();
        for (block, summary) in self.row.chunks(64).zip(&self.summaries) {
            self.rows.summaries.push(*summary);
            self.rows.starts.push(self.rows.words.len() as u32);
            if dense {
                self.rows.words.extend_from_slice(block);
            } else {
                let mut left = *summary;
                while left != 0 {
                    self.rows.words.extend(block.get(left.trailing_zeros() as usize));
                    left &= left - 1;
                }
            }
        }
        self.rows.rows.push(Kind { weight, dense, full: self.holding == self.boxes });
        class
    }

    /// Whether a class has the row at hand.
    fn is(&self, class: u32) -> bool {
        self.rows.row(class).is_some_and(|row| {
            self.row.iter().enumerate().all(|(at, word)| {
                let (block, bit) = (at / 64, at as u32 % 64);
                let there = if row.summary(block) >> bit & 1 == 1 { row.word(block, bit) } else { 0 };
                there == *word
            })
        })
    }
}

/// A number for each box, by which rows that may be equal are found.
pub(super) fn marks(boxes: usize) -> Vec<u64> {
    (0..boxes as u32).map(scatter).collect()
}

/// A number that looks like chance (the finaliser of SplitMix64).
fn scatter(number: u32) -> u64 {
    let x = u64::from(number).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// The boxes of one dimension by their set, and where each set begins and ends to hold.
struct Holders {
    owners: Vec<Owner>,
    /// The boxes of a set as words of a row: where each stands, and its bits.
    words: Lists<(u32, u64)>,
    /// In order: a cell, a set, and whether that begins to hold there.
    changes: Vec<(u32, u32, bool)>,
}

/// What there is to know of a set's boxes beside which they are.
#[derive(Clone, Copy, Default)]
struct Owner {
    boxes: u32,
    /// The exclusive or of a number for each of them.
    mark: u64,
    /// Where its last word stands, while the words are made.
    last: u32,
}

/// The boxes of one set.
#[derive(Clone, Copy)]
struct Holder<'a> {
    boxes: u32,
    mark: u64,
    words: &'a [(u32, u64)],
}

impl Holders {
    /// None where there is too much to change.
    fn new(core: &Core, dimension: Dimension, entries: &[Entry], marks: &[u64]) -> Option<Holders> {
        let mut owners = vec![Owner::default(); core.sets.len()];
        let mut words: Vec<(u32, (u32, u64))> = Vec::with_capacity(entries.len());
        for ((entry, mark), number) in entries.iter().zip(marks).zip(0_u32..) {
            let set = *dimension.of(&entry.sets);
            let Some(owner) = owners.get_mut(set as usize) else { continue };
            owner.boxes += 1;
            owner.mark ^= mark;
            let (word, bit) = (number / 64, 1 << (number % 64));
            match words.get_mut(owner.last as usize) {
                Some((known, (at, bits))) if (*known, *at) == (set, word) => *bits |= bit,
                _ => {
                    owner.last = words.len() as u32;
                    words.push((set, (word, bit)));
                }
            }
        }
        let words = Lists::new(owners.len(), &words);
        let mut changes = Vec::new();
        let mut flips = 0;
        for (set, number) in core.sets.iter().zip(0_u32..) {
            let changed = words.get(number).len();
            if changed == 0 {
                continue;
            }
            flips += set.len() * 2 * changed;
            if flips > MAX_FLIPS {
                return None;
            }
            for &(start, end) in set {
                changes.push((start, number, true));
                changes.push((end, number, false));
            }
        }
        changes.sort_unstable();
        Some(Holders { owners, words, changes })
    }

    fn of(&self, set: u32) -> Holder<'_> {
        let owner = self.owners.get(set as usize).copied().unwrap_or_default();
        Holder { boxes: owner.boxes, mark: owner.mark, words: self.words.get(set) }
    }
}
