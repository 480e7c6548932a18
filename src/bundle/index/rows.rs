//! Per dimension, the boxes that hold each cell, as rows of bits.
//!
//! Cells that the same boxes hold form a class, and each class has a row: a summary with a bit for
//! each word of the row that is not zero, and the words. A row that is zero for the most part keeps
//! the other words alone, so that a dimension with thousands of classes stays small.

use super::Entry;
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
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    rows: &'a Rows,
    /// Where its blocks begin.
    start: usize,
    kind: Kind,
}

/// The rows of no dimension.
static EMPTY: Rows = Rows {
    runs: Vec::new(),
    end: 0,
    rows: Vec::new(),
    summaries: Vec::new(),
    starts: Vec::new(),
    words: Vec::new(),
    blocks: 0,
};

impl Default for Row<'_> {
    /// A row of no boxes.
    fn default() -> Self {
        Row { rows: &EMPTY, start: 0, kind: Kind { weight: 0, dense: false, full: false } }
    }
}

impl Row<'_> {
    /// How many of its words are not zero: the fewer, the sooner an AND is done.
    #[inline]
    pub(crate) fn weight(&self) -> u32 {
        self.kind.weight
    }

    /// Whether every box holds the class.
    pub(crate) fn is_full(&self) -> bool {
        self.kind.full
    }

    /// A bit for each word of a block that is not zero.
    #[inline]
    pub(crate) fn summary(&self, block: usize) -> u64 {
        self.rows.summaries.get(self.start + block).copied().unwrap_or(0)
    }

    /// A word that is not zero.
    #[inline]
    pub(crate) fn word(&self, block: usize, bit: u32) -> u64 {
        let Some(&start) = self.rows.starts.get(self.start + block) else { return 0 };
        let at = if self.kind.dense { bit } else { (self.summary(block) & ((1 << bit) - 1)).count_ones() };
        self.rows.words.get(start as usize + at as usize).copied().unwrap_or(0)
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
        let kind = *self.rows.get(class as usize)?;
        Some(Row { rows: self, start: class as usize * self.blocks, kind })
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
        most_bytes: usize,
    ) -> Option<Rows> {
        let holders = Holders::new(core, dimension, entries)?;
        let mut making =
            Making::new(entries.len(), end_of(&core.vocabulary, dimension), holders.changes.len());
        let mut changes = holders.changes.iter().peekable();
        let mut at = 0;
        while at < making.rows.end {
            while let Some(change) = changes.next_if(|change| change.cell() <= at) {
                making.change(holders.of(change.set()), change.begins());
            }
            let class = making.class();
            making.rows.runs.push((at, class));
            if making.rows.bytes() > most_bytes {
                return None;
            }
            at = changes.peek().map_or(making.rows.end, |change| change.cell());
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
    /// The sum of the marks of the words of boxes that hold the cell: finds rows that may be equal.
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
        if begins {
            self.mark = self.mark.wrapping_add(holder.mark);
            self.holding += holder.boxes as usize;
        } else {
            self.mark = self.mark.wrapping_sub(holder.mark);
            self.holding -= holder.boxes as usize;
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

/// A number for some boxes of a word, by which rows that may be equal are found. That of all boxes of a row is
/// the sum of those of any parts that share none: in each half of a word, boxes are the bits of a number, which
/// is multiplied with one that looks like chance.
fn mark(word: u32, bits: u64) -> u64 {
    let by = scatter(word);
    let half = |bits: u64, by: u64| (bits & u64::from(u32::MAX)).wrapping_mul(by);
    half(bits, by).wrapping_add(half(bits >> 32, by.rotate_left(29)))
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
    /// The boxes of each set as words of a row: where each stands, and its bits.
    words: Vec<(u32, u64)>,
    /// In order.
    changes: Vec<Change>,
}

/// A cell, a set, and whether that begins to hold there, in one number: these are sorted fast.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Change(u64);

impl Change {
    /// There are fewer sets than 2³¹: a file has not so many bytes.
    fn new(cell: u32, set: u32, begins: bool) -> Change {
        Change(u64::from(cell) << 32 | u64::from(set) << 1 | u64::from(begins))
    }

    fn cell(self) -> u32 {
        (self.0 >> 32) as u32
    }

    fn set(self) -> u32 {
        self.0 as u32 >> 1
    }

    fn begins(self) -> bool {
        self.0 & 1 == 1
    }
}

/// What there is to know of a set's boxes.
#[derive(Clone, Copy, Default)]
struct Owner {
    /// How many there are.
    boxes: u32,
    /// The sum of the marks of their words.
    mark: u64,
    /// Where its words begin among all, and how many there are.
    first: u32,
    words: u32,
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
    fn new(core: &Core, dimension: Dimension, entries: &[Entry]) -> Option<Holders> {
        let Words { mut owners, used, words } = Words::new(core.sets.len(), dimension, entries);
        let ranges = |set: u32| core.sets.get(set as usize).map_or(&[][..], Vec::as_slice);
        let (mut first, mut flips, mut count) = (0, 0, 0);
        for set in &used {
            let Some(owner) = owners.get_mut(*set as usize) else { continue };
            owner.first = first;
            first += owner.words;
            count += ranges(*set).len();
            flips += ranges(*set).len() * 2 * owner.words as usize;
            // Counted again when they are put there.
            owner.words = 0;
        }
        if flips > MAX_FLIPS {
            return None;
        }
        let mut changes = Vec::with_capacity(count * 2);
        for set in used {
            for &(start, end) in ranges(set) {
                changes.push(Change::new(start, set, true));
                changes.push(Change::new(end, set, false));
            }
        }
        changes.sort_unstable();
        // Each word to the others of its set.
        let mut by_set = vec![(0, 0); words.len()];
        for (set, at, bits) in words {
            let Some(owner) = owners.get_mut(set as usize) else { continue };
            if let Some(slot) = by_set.get_mut((owner.first + owner.words) as usize) {
                *slot = (at, bits);
            }
            owner.words += 1;
        }
        Some(Holders { owners, words: by_set, changes })
    }

    fn of(&self, set: u32) -> Holder<'_> {
        let owner = self.owners.get(set as usize).copied().unwrap_or_default();
        let words = self.words.get(owner.first as usize..(owner.first + owner.words) as usize);
        Holder { boxes: owner.boxes, mark: owner.mark, words: words.unwrap_or_default() }
    }
}

/// The boxes of a dimension as words of rows, in the order of rows.
struct Words {
    owners: Vec<Owner>,
    /// The sets that have some.
    used: Vec<u32>,
    /// Of which set each is, where it stands, and its bits.
    words: Vec<(u32, u32, u64)>,
}

impl Words {
    fn new(sets: usize, dimension: Dimension, entries: &[Entry]) -> Words {
        let mut owners = vec![Owner::default(); sets];
        let (mut used, mut words) = (Vec::new(), Vec::with_capacity(entries.len() / 4));
        // The word at hand of each set, and the sets that have one.
        let mut at_hand = vec![0_u64; sets];
        let mut met = [0_u32; 64];
        for (boxes, at) in entries.chunks(64).zip(0_u32..) {
            let mut count = 0;
            for (entry, bit) in boxes.iter().zip(0_u32..) {
                let set = *dimension.of(&entry.sets);
                let Some(bits) = at_hand.get_mut(set as usize) else { continue };
                // No branch hangs on what stands there: it could not be foreseen.
                if let Some(slot) = met.get_mut(count) {
                    *slot = set;
                }
                count += usize::from(*bits == 0);
                *bits |= 1 << bit;
            }
            for set in met.iter().take(count) {
                let number = *set as usize;
                let (Some(bits), Some(owner)) = (at_hand.get_mut(number), owners.get_mut(number)) else {
                    continue;
                };
                let bits = std::mem::take(bits);
                owner.boxes += bits.count_ones();
                owner.mark = owner.mark.wrapping_add(mark(at, bits));
                if owner.words == 0 {
                    used.push(*set);
                }
                owner.words += 1;
                words.push((*set, at, bits));
            }
        }
        Words { owners, used, words }
    }
}
