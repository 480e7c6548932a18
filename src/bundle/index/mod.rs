//! What is worked out once at loading so that a flow's statements are found fast.
//!
//! [`rows`] has, per dimension, the boxes that hold each cell, as rows of bits: the boxes at a flow
//! are the AND of ten rows. Rows too large to be worth their memory are left out, and the boxes' own
//! sets are looked at instead: slower, never different. [`conditions`] has conditions as tests of a
//! few bits.

mod any;
pub(crate) mod conditions;
mod lists;
pub(crate) mod rows;

use super::core::{Core, Terms};
use super::dimension::{DIMENSIONS, Dimension};
use super::format::{Effect, Limit, Ranges};
use super::ranges::{self, Range};
use super::validate::end_of;
use conditions::Conditions;
use lists::Lists;
use rows::{Row, Rows};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The bytes that all rows together may have, however small the content is. Otherwise they may have five
/// quarters of its own, so that a bundle takes no more than about three times its file.
const FEW_ROW_BYTES: usize = 64 << 10;

/// The dimensions in the order in which rows are made, as long as there is room: `with` tells of one
/// action only, and takes as much as all others.
const ROW_ORDER: [Dimension; DIMENSIONS] = [
    Dimension::Actor,
    Dimension::Action,
    Dimension::Data,
    Dimension::Form,
    Dimension::Subject,
    Dimension::Source,
    Dimension::Recipient,
    Dimension::Purpose,
    Dimension::Place,
    Dimension::With,
];

/// A box with its statement.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Entry {
    pub statement: u32,
    pub effect: Effect,
    pub when: Option<u32>,
    pub sets: [u32; DIMENSIONS],
}

/// A statement that prevails over another, and what they disagree about beside their effects.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Defeater {
    pub winner: u32,
    pub limits_differ: bool,
    pub duties_differ: bool,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    rows: [Option<Rows>; DIMENSIONS],
    blocks: usize,
    boxes_of: Lists<u32>,
    mixed: Vec<bool>,
    defeaters_of: Lists<Defeater>,
    conditions: Conditions,
    any: [Ranges; DIMENSIONS],
    issuer: Ranges,
}

/// Which of two effects of one statement counts at a flow. Boxes of different effects share none;
/// a bundle in which they do is read in the stricter way.
pub(crate) fn stricter(a: Effect, b: Effect) -> Effect {
    match (a, b) {
        (Effect::Prohibit, _) | (_, Effect::Prohibit) => Effect::Prohibit,
        (Effect::Permit, _) | (_, Effect::Permit) => Effect::Permit,
        _ => Effect::Silent,
    }
}

impl Defeater {
    /// Whether the two disagree where the winner has one effect and the loser the other.
    pub(crate) fn disagrees(&self, winner: Effect, loser: Effect) -> bool {
        self.limits_differ
            || match (winner, loser) {
                (Effect::Permit, Effect::Permit) => self.duties_differ,
                (Effect::Permit, Effect::Prohibit) | (Effect::Prohibit, Effect::Permit) => true,
                _ => false,
            }
    }
}

impl Index {
    /// The index of a content: of what deciding needs of it, the boxes in the order of statements, and
    /// what statements can disagree about; `bytes` is how long the content is.
    pub(super) fn new(core: &Core, entries: Vec<Entry>, terms: &[Terms], bytes: usize) -> Index {
        let mixed = mixed(&entries, terms.len());
        let entries = arranged(core, entries);
        let mut left = FEW_ROW_BYTES.max(bytes / 4 * 5);
        let mut rows = [const { None }; DIMENSIONS];
        for dimension in ROW_ORDER {
            let made = Rows::new(core, dimension, &entries, left);
            left -= made.as_ref().map_or(0, Rows::bytes).min(left);
            *dimension.of_mut(&mut rows) = made;
        }
        let statements = terms.len();
        let boxes = entries.iter().zip(0..).map(|(entry, number)| (entry.statement, number));
        let numbers = numbers(terms);
        let defeaters = core.precedence.iter().filter_map(|&(winner, loser)| {
            let (w, l) = (numbers.get(winner as usize)?, numbers.get(loser as usize)?);
            let (limits_differ, duties_differ) = (w.limits_differ(l), w.duties != l.duties);
            Some((loser, Defeater { winner, limits_differ, duties_differ }))
        });
        Index {
            boxes_of: Lists::new(statements, boxes),
            defeaters_of: Lists::new(statements, defeaters),
            mixed,
            conditions: Conditions::new(core),
            any: Dimension::ALL.map(|dimension| any::any(core, dimension)),
            issuer: any::issuer(core),
            blocks: entries.len().div_ceil(4096),
            entries,
            rows,
        }
    }

    /// All boxes; their order is the index's own.
    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The box of that number.
    pub(crate) fn entry(&self, number: u32) -> Option<&Entry> {
        self.entries.get(number as usize)
    }

    /// The boxes of a statement.
    pub(crate) fn boxes_of(&self, statement: u32) -> &[u32] {
        self.boxes_of.get(statement)
    }

    /// Whether a statement has rules of different effects.
    pub(crate) fn mixed(&self, statement: u32) -> bool {
        self.mixed.get(statement as usize).copied().unwrap_or(true)
    }

    /// The statements that prevail over a statement.
    pub(crate) fn defeaters_of(&self, statement: u32) -> &[Defeater] {
        self.defeaters_of.get(statement)
    }

    /// The conditions.
    pub(crate) fn conditions(&self) -> &Conditions {
        &self.conditions
    }

    /// All cells of a dimension that a request can name.
    pub(crate) fn any(&self, dimension: Dimension) -> &[Range] {
        dimension.set(&self.any)
    }

    /// The cells of the policy's issuer.
    pub(crate) fn issuer(&self) -> &[Range] {
        &self.issuer
    }

    /// The boxes that may hold a flow of a product: all that do, and few that do not.
    pub(crate) fn near(&self, product: &[Vec<Range>; DIMENSIONS]) -> Vec<u32> {
        let classes = Dimension::ALL.map(|dimension| {
            let rows = self.rows(dimension)?;
            let rows = rows.classes(dimension.set(product))?.into_iter().filter_map(|class| rows.row(class));
            Some(rows.collect::<Vec<Row>>()).filter(|rows| !rows.iter().any(Row::is_full))
        });
        let mut classes: Vec<Vec<Row>> = classes.into_iter().flatten().collect();
        classes.sort_by_key(|rows| rows.iter().map(|row| u64::from(row.weight())).sum::<u64>());
        let mut numbers = Vec::new();
        for block in 0..self.blocks {
            let words = |rows: &[Row]| rows.iter().fold(0, |or, row| or | row.summary(block));
            let mut words = classes.iter().fold(self.all_words(block), |and, rows| and & words(rows));
            while words != 0 {
                let bit = words.trailing_zeros();
                words &= words - 1;
                let word =
                    |row: &Row| if row.summary(block) >> bit & 1 == 1 { row.word(block, bit) } else { 0 };
                let boxes = |rows: &[Row]| rows.iter().fold(0, |or, row| or | word(row));
                let mut boxes =
                    classes.iter().fold(self.all_boxes(block, bit), |and, rows| and & boxes(rows));
                while boxes != 0 {
                    numbers.push(block as u32 * 4096 + bit * 64 + boxes.trailing_zeros());
                    boxes &= boxes - 1;
                }
            }
        }
        numbers
    }

    /// How many blocks of 64 words of 64 boxes there are.
    pub(crate) fn blocks(&self) -> usize {
        self.blocks
    }

    /// A bit for each word of a block.
    pub(crate) fn all_words(&self, block: usize) -> u64 {
        let words = self.entries.len().div_ceil(64).saturating_sub(block * 64);
        conditions::ones(0, words.min(64) as u32)
    }

    /// A bit for each box of a word.
    pub(crate) fn all_boxes(&self, block: usize, word: u32) -> u64 {
        let boxes = self.entries.len().saturating_sub(block * 4096 + word as usize * 64);
        conditions::ones(0, boxes.min(64) as u32)
    }

    /// The rows of a dimension, where they are worth their memory.
    pub(crate) fn rows(&self, dimension: Dimension) -> Option<&Rows> {
        dimension.of(&self.rows).as_ref()
    }
}

/// Boxes that hold alike stand side by side, so that summaries leave out much.
fn arranged(core: &Core, mut entries: Vec<Entry>) -> Vec<Entry> {
    let first = |number: u32| core.sets.get(number as usize).and_then(|set| ranges::first(set)).unwrap_or(0);
    let bits = |most: usize| usize::BITS - most.leading_zeros();
    // A number for each box, which ends with its place: what stands in front are the first cells of data,
    // recipient, action and purpose, as far as there is room. Their order means nothing, so that two boxes that
    // are cut to one do no harm.
    let place = bits(entries.len());
    let mut room = u64::BITS - place;
    let parts =
        [Dimension::Data, Dimension::Recipient, Dimension::Action, Dimension::Purpose].map(|dimension| {
            let needs = bits(end_of(&core.vocabulary, dimension) as usize);
            let has = needs.min(room);
            room -= has;
            (dimension, needs - has, has)
        });
    let key = |entry: &Entry| {
        parts.iter().fold(0, |key: u64, (dimension, cut, has)| {
            key.checked_shl(*has).unwrap_or(0) | u64::from(first(*dimension.of(&entry.sets)) >> cut)
        })
    };
    let mut order: Vec<u64> = entries.iter().zip(0..).map(|(entry, at)| key(entry) << place | at).collect();
    order.sort_unstable();
    // Each is changed with the one that stands where it has to go, which has to be looked for where that has been
    // changed itself: so there is no second list of them.
    for at in 0..order.len() {
        let from = |at: usize| order.get(at).map_or(at, |key| (key & ((1 << place) - 1)) as usize);
        let mut comes = from(at);
        while comes < at {
            comes = from(comes);
        }
        if let Some(slot) = order.get_mut(at) {
            *slot = comes as u64;
        }
        entries.swap(at, comes);
    }
    entries.shrink_to_fit();
    entries
}

/// Whether each statement has rules of different effects. The entries are in the order of statements.
fn mixed(entries: &[Entry], statements: usize) -> Vec<bool> {
    let mut mixed = vec![false; statements];
    for (entry, next) in entries.iter().zip(entries.iter().skip(1)) {
        if entry.statement == next.statement
            && entry.effect != next.effect
            && let Some(mixed) = mixed.get_mut(entry.statement as usize)
        {
            *mixed = true;
        }
    }
    mixed
}

/// A statement's limit and duties as numbers, so that comparing two costs the same however long they are.
#[derive(Clone, Copy)]
struct Numbers {
    deadline: Option<usize>,
    minimum: Option<usize>,
    duties: usize,
}

fn numbers(terms: &[Terms]) -> Vec<Numbers> {
    let mut limits: FxHashMap<&Limit, usize> = FxHashMap::default();
    let mut duties: FxHashMap<BTreeSet<&str>, usize> = FxHashMap::default();
    let numbers = terms.iter().map(|terms| {
        let next = limits.len();
        let limit = terms.limit.as_ref().map(|limit| (limit, *limits.entry(limit).or_insert(next)));
        let next = duties.len() + 1;
        Numbers {
            deadline: limit.filter(|l| matches!(l.0, Limit::Deadline(_))).map(|l| l.1),
            minimum: limit.filter(|l| matches!(l.0, Limit::Minimum(_) | Limit::Until(_))).map(|l| l.1),
            duties: match terms.duties.is_empty() {
                true => 0,
                false => *duties.entry(terms.duties.iter().map(String::as_str).collect()).or_insert(next),
            },
        }
    });
    numbers.collect()
}

impl Numbers {
    fn limits_differ(&self, other: &Numbers) -> bool {
        let differ = |a: Option<usize>, b: Option<usize>| a.zip(b).is_some_and(|(a, b)| a != b);
        differ(self.deadline, other.deadline) || differ(self.minimum, other.minimum)
    }
}
