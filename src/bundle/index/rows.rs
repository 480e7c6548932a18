//! Per dimension, the boxes that hold each cell, as rows of bits.
//!
//! Cells that the same boxes hold form a class, and each class has a row: a summary with a bit for
//! each word of the row that is not zero, and the words. A row that is zero for the most part keeps
//! the other words alone, so that a dimension with thousands of classes stays small.

use super::Entry;
use super::lists::Lists;
use crate::bundle::dimension::Dimension;
use crate::bundle::format::Content;
use crate::bundle::ranges::{self, Range};
use crate::bundle::validate::end_of;
use rustc_hash::FxHashMap;

/// The changes of single bits that making the rows of a dimension may take.
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
        content: &Content,
        dimension: Dimension,
        entries: &[Entry],
        most_bytes: usize,
    ) -> Option<Rows> {
        let (changes, boxes) = changes(content, dimension, entries)?;
        let mut making = Making::new(entries.len(), end_of(content, dimension));
        let mut changes = changes.iter().peekable();
        let mut at = 0;
        while at < making.rows.end {
            while let Some((_, set)) = changes.next_if(|change| change.0 <= at) {
                boxes.get(*set).iter().for_each(|number| making.flip(*number));
            }
            let class = making.class();
            making.rows.runs.push((at, class));
            if making.rows.bytes() > most_bytes {
                return None;
            }
            at = changes.peek().map_or(making.rows.end, |change| change.0);
        }
        let mut rows = making.rows;
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
    known: FxHashMap<u64, Vec<u32>>,
}

impl Making {
    fn new(boxes: usize, end: u32) -> Making {
        let words = boxes.div_ceil(64);
        let blocks = words.div_ceil(64);
        Making {
            rows: Rows { end, blocks, ..Rows::default() },
            row: vec![0; words],
            summaries: vec![0; blocks],
            boxes,
            holding: 0,
            mark: 0,
            known: FxHashMap::default(),
        }
    }

    fn flip(&mut self, number: u32) {
        let (at, bit) = (number as usize / 64, number % 64);
        let (Some(word), Some(summary)) = (self.row.get_mut(at), self.summaries.get_mut(at / 64)) else {
            return;
        };
        *word ^= 1 << bit;
        match *word >> bit & 1 {
            1 => self.holding += 1,
            _ => self.holding -= 1,
        }
        *summary = *summary & !(1 << (at % 64)) | u64::from(*word != 0) << (at % 64);
        self.mark ^= scatter(number);
    }

    /// The class of the row at hand.
    fn class(&mut self) -> u32 {
        let alike = self.known.get(&self.mark).into_iter().flatten().take(MAX_COMPARED);
        if let Some(class) = alike.copied().find(|class| self.is(*class)) {
            return class;
        }
        let class = self.rows.rows.len() as u32;
        self.known.entry(self.mark).or_default().push(class);
        let weight: u32 = self.summaries.iter().map(|summary| summary.count_ones()).sum();
        let dense = weight as usize * 2 > self.row.len();
        for (block, summary) in self.row.chunks(64).zip(&self.summaries) {
            self.rows.summaries.push(*summary);
            self.rows.starts.push(self.rows.words.len() as u32);
            self.rows.words.extend(block.iter().filter(|word| dense || **word != 0));
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

/// A number that looks like chance (the finaliser of SplitMix64).
fn scatter(number: u32) -> u64 {
    let x = u64::from(number).wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A cell, and a set that begins or ends to hold there.
type Change = (u32, u32);

/// Where each set begins or ends to hold, in order of cells, and the boxes with each set; none where
/// there are too many.
fn changes(content: &Content, dimension: Dimension, entries: &[Entry]) -> Option<(Vec<Change>, Lists<u32>)> {
    let of = |entry: &Entry| *dimension.of(&entry.sets);
    let boxes: Vec<(u32, u32)> = entries.iter().zip(0..).map(|(entry, number)| (of(entry), number)).collect();
    let boxes = Lists::new(content.sets.len(), &boxes);
    let used = || content.sets.iter().zip(0..).filter(|(_, number)| !boxes.get(*number).is_empty());
    let flips: usize = used().map(|(set, number)| set.len() * 2 * boxes.get(number).len()).sum();
    if flips > MAX_FLIPS {
        return None;
    }
    let mut changes = Vec::new();
    for (set, number) in used() {
        for &(start, end) in set {
            changes.push((start, number));
            changes.push((end, number));
        }
    }
    changes.sort_unstable();
    Some((changes, boxes))
}
