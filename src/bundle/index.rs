//! What is worked out once at loading so that a flow's statements are found fast.
//!
//! Per dimension, cells that every box treats alike form a class, and each class has a row of bits:
//! the boxes that hold it. The boxes at a flow are the AND of ten rows; a summary bit per word of a
//! row lets the AND skip what is empty. A row set too large to be worth its memory is left out, and
//! the boxes' own sets are looked at instead: slower, never different.

use super::dimension::{DIMENSIONS, Dimension};
use super::format::{Condition, Content, Effect, Limit, Statement};
use super::ranges::{self, Range};
use super::validate::end_of;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The bytes that the rows of one dimension may have, and the changes that making them may take.
const MAX_ROW_BYTES: usize = 64 << 20;
const MAX_CHANGES: usize = 64 << 20;

/// The size from which on a condition, written out as a tree, is evaluated with a memo.
const HEAVY: u64 = 256;

/// A box with its statement.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub statement: u32,
    pub effect: Effect,
    pub when: Option<u32>,
    pub sets: [u32; DIMENSIONS],
}

/// A statement that prevails over another, and what they disagree about beside their effects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Defeater {
    pub winner: u32,
    pub limits_differ: bool,
    pub duties_differ: bool,
}

/// The rows of one dimension.
#[derive(Clone, Debug)]
pub(crate) struct Rows {
    /// The class of each cell.
    class: Vec<u32>,
    /// Per class: the summary, then the row.
    bits: Vec<u64>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    entries: Vec<Entry>,
    rows: [Option<Rows>; DIMENSIONS],
    words: usize,
    summary: usize,
    boxes_of: Lists<u32>,
    mixed: Vec<bool>,
    defeaters_of: Lists<Defeater>,
    heavy: Vec<bool>,
}

/// Lists of one owner each, side by side.
#[derive(Clone, Debug)]
struct Lists<T> {
    starts: Vec<u32>,
    items: Vec<T>,
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
    pub(super) fn new(content: &Content) -> Index {
        let entries = entries(content);
        let words = entries.len().div_ceil(64);
        let summary = words.div_ceil(64);
        let rows = Dimension::ALL.map(|d| Rows::new(content, d, &entries, words, summary));
        let statements = content.statements.len();
        let terms = terms(&content.statements);
        let boxes = entries.iter().zip(0..).map(|(entry, i)| (entry.statement, i)).collect();
        let defeaters = content.precedence.iter().filter_map(|&(winner, loser)| {
            let (w, l) = (terms.get(winner as usize)?, terms.get(loser as usize)?);
            let (limits_differ, duties_differ) = (w.limits_differ(l), w.duties != l.duties);
            Some((loser, Defeater { winner, limits_differ, duties_differ }))
        });
        Index {
            boxes_of: Lists::new(statements, boxes),
            defeaters_of: Lists::new(statements, defeaters.collect()),
            mixed: content.statements.iter().map(mixed).collect(),
            heavy: heavy(&content.conditions),
            entries,
            rows,
            words,
            summary,
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

    /// Whether a condition shares so many parts that evaluation must remember them.
    pub(crate) fn heavy(&self, condition: u32) -> bool {
        self.heavy.get(condition as usize).copied().unwrap_or(true)
    }

    /// The boxes that may hold a flow of a product: all that do, and few that do not.
    pub(crate) fn near(&self, product: &[Vec<Range>; DIMENSIONS]) -> Vec<u32> {
        let mut near = vec![u64::MAX; self.words];
        for dimension in Dimension::ALL {
            let classes = self.rows(dimension).and_then(|rows| rows.classes(dimension.set(product)));
            let Some(classes) = classes else { continue };
            let mut either = vec![0; self.words];
            for (_, row) in classes.into_iter().filter_map(|class| self.row(dimension, class)) {
                either.iter_mut().zip(row).for_each(|(word, bits)| *word |= bits);
            }
            near.iter_mut().zip(&either).for_each(|(word, bits)| *word &= bits);
        }
        let mut numbers = Vec::new();
        for (word, start) in near.into_iter().zip((0..).step_by(64)) {
            let mut word = word;
            while word != 0 {
                numbers.push(start + word.trailing_zeros());
                word &= word - 1;
            }
        }
        numbers
    }

    /// The length of a summary.
    pub(crate) fn summary(&self) -> usize {
        self.summary
    }

    pub(crate) fn rows(&self, dimension: Dimension) -> Option<&Rows> {
        dimension.of(&self.rows).as_ref()
    }

    /// A class's summary and row.
    pub(crate) fn row(&self, dimension: Dimension, class: u32) -> Option<(&[u64], &[u64])> {
        let length = self.summary + self.words;
        let start = (class as usize).checked_mul(length)?;
        let row = self.rows(dimension)?.bits.get(start..start.checked_add(length)?)?;
        row.split_at_checked(self.summary)
    }
}

impl Rows {
    /// The class of a cell; none for a cell that the dimension does not have.
    pub(crate) fn class(&self, cell: u32) -> Option<u32> {
        self.class.get(cell as usize).copied()
    }

    /// The classes of some cells; none where they are so many that looking at them does not pay.
    fn classes(&self, cells: &[Range]) -> Option<Vec<u32>> {
        const MANY: u64 = 64;
        if ranges::size(cells) > MANY {
            return None;
        }
        let mut classes: Vec<u32> = ranges::each(cells).filter_map(|cell| self.class(cell)).collect();
        classes.sort_unstable();
        classes.dedup();
        Some(classes)
    }

    /// None where it would be too large.
    fn new(
        content: &Content,
        dimension: Dimension,
        entries: &[Entry],
        words: usize,
        summary: usize,
    ) -> Option<Rows> {
        let end = end_of(content, dimension);
        let changes = changes(content, dimension, entries)?;
        let mut rows = Rows { class: Vec::with_capacity(end as usize), bits: Vec::new() };
        let mut known: FxHashMap<Vec<u64>, u32> = FxHashMap::default();
        let mut row = vec![0_u64; words];
        let mut at = 0;
        let mut from = 0;
        while at < end {
            let here = changes.get(from..).unwrap_or_default().iter().take_while(|c| c.0 == at);
            for &(_, number) in here {
                from += 1;
                if let Some(word) = row.get_mut(number as usize / 64) {
                    *word ^= 1 << (number % 64);
                }
            }
            let next = changes.get(from).map_or(end, |c| c.0.min(end));
            let class = match known.get(&row) {
                Some(&class) => class,
                None => {
                    let class = known.len() as u32;
                    if (rows.bits.len() + words + summary) * 8 > MAX_ROW_BYTES {
                        return None;
                    }
                    let block = |words: &[u64]| {
                        words.iter().zip(0..).fold(0, |sum, (w, i)| sum | (u64::from(*w != 0) << i))
                    };
                    rows.bits.extend(row.chunks(64).map(block));
                    rows.bits.extend_from_slice(&row);
                    known.insert(row.clone(), class);
                    class
                }
            };
            rows.class.resize(next as usize, class);
            at = next;
        }
        Some(rows)
    }
}

/// Where each box begins or ends to hold, in order of cells; none where there are too many.
fn changes(content: &Content, dimension: Dimension, entries: &[Entry]) -> Option<Vec<(u32, u32)>> {
    let sets = || entries.iter().map(|e| content.sets.get(*dimension.of(&e.sets) as usize));
    let count: usize = sets().flatten().map(|set| set.len() * 2).sum();
    if count > MAX_CHANGES {
        return None;
    }
    let mut changes = Vec::with_capacity(count);
    for (set, number) in sets().zip(0..) {
        for &(start, end) in set.map_or(&[][..], Vec::as_slice) {
            changes.push((start, number));
            changes.push((end, number));
        }
    }
    changes.sort_unstable();
    Some(changes)
}

/// Boxes that hold alike stand side by side, so that summaries leave out much.
fn entries(content: &Content) -> Vec<Entry> {
    let mut entries = Vec::new();
    for (statement, number) in content.statements.iter().zip(0..) {
        for rule in &statement.rules {
            entries.extend(rule.boxes.iter().map(|flows| Entry {
                statement: number,
                effect: rule.effect,
                when: flows.when,
                sets: flows.sets(),
            }));
        }
    }
    let first = |number: u32| content.sets.get(number as usize).and_then(|set| ranges::first(set));
    entries.sort_by_cached_key(|e| {
        let key = |d: Dimension| first(*d.of(&e.sets));
        let key = [
            key(Dimension::Action),
            key(Dimension::Recipient),
            key(Dimension::Data),
            key(Dimension::Purpose),
        ];
        (key, e.statement)
    });
    entries
}

fn mixed(statement: &Statement) -> bool {
    let mut effects = statement.rules.iter().map(|rule| rule.effect);
    effects.next().is_some_and(|first| effects.any(|effect| effect != first))
}

/// A statement's limit and duties as numbers, so that comparing two costs the same however long they are.
struct Terms {
    deadline: Option<usize>,
    minimum: Option<usize>,
    duties: usize,
}

fn terms(statements: &[Statement]) -> Vec<Terms> {
    let mut limits: FxHashMap<&Limit, usize> = FxHashMap::default();
    let mut duties: FxHashMap<BTreeSet<&str>, usize> = FxHashMap::default();
    let terms = statements.iter().map(|statement| {
        let next = limits.len();
        let limit = statement.limit.as_ref().map(|limit| (limit, *limits.entry(limit).or_insert(next)));
        let next = duties.len();
        Terms {
            deadline: limit.filter(|l| matches!(l.0, Limit::Deadline(_))).map(|l| l.1),
            minimum: limit.filter(|l| matches!(l.0, Limit::Minimum(_) | Limit::Until(_))).map(|l| l.1),
            duties: *duties.entry(statement.duties.iter().map(String::as_str).collect()).or_insert(next),
        }
    });
    terms.collect()
}

impl Terms {
    fn limits_differ(&self, other: &Terms) -> bool {
        let differ = |a: Option<usize>, b: Option<usize>| a.zip(b).is_some_and(|(a, b)| a != b);
        differ(self.deadline, other.deadline) || differ(self.minimum, other.minimum)
    }
}

/// Whether a condition's tree, with shared parts counted each time, is large.
fn heavy(conditions: &[Condition]) -> Vec<bool> {
    let mut sizes: Vec<u64> = Vec::with_capacity(conditions.len());
    for condition in conditions {
        let size = |n: &u32| sizes.get(*n as usize).copied().unwrap_or(u64::MAX);
        let parts = match condition {
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().map(size).fold(0, u64::saturating_add)
            }
            Condition::Not(part) => size(part),
            Condition::In(..) => 0,
        };
        sizes.push(parts.saturating_add(1));
    }
    sizes.into_iter().map(|size| size > HEAVY).collect()
}

impl<T> Default for Lists<T> {
    fn default() -> Lists<T> {
        Lists { starts: Vec::new(), items: Vec::new() }
    }
}

impl<T> Lists<T> {
    fn new(owners: usize, mut pairs: Vec<(u32, T)>) -> Lists<T> {
        pairs.sort_by_key(|p| p.0);
        let mut starts = vec![0; owners + 1];
        for (owner, _) in &pairs {
            if let Some(end) = starts.get_mut(*owner as usize + 1) {
                *end += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        Lists { starts, items: pairs.into_iter().map(|p| p.1).collect() }
    }

    fn get(&self, owner: u32) -> &[T] {
        let at = |i: usize| self.starts.get(i).map(|&s| s as usize);
        let range = at(owner as usize).zip(at(owner as usize + 1));
        range.and_then(|(start, end)| self.items.get(start..end)).unwrap_or_default()
    }
}
