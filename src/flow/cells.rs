//! Sets of cells: sorted, disjoint, half-open ranges of numbers.
//!
//! A term's cells are numbered depth first, so a term of a tree is one range and a set of terms a
//! few. Nothing here knows what a cell stands for.

use std::cmp::Ordering;
use std::sync::Arc;

/// A set of cells of one dimension.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct CellSet {
    // Shared: most sets are those of a term or of a whole dimension.
    ranges: Arc<[(u32, u32)]>,
}

impl CellSet {
    /// No cell.
    pub fn empty() -> CellSet {
        CellSet::default()
    }

    /// One cell.
    pub fn one(cell: u32) -> CellSet {
        CellSet::range(cell, cell + 1)
    }

    /// The cells from `start` up to but without `end`.
    pub fn range(start: u32, end: u32) -> CellSet {
        CellSet { ranges: if start < end { Arc::new([(start, end)]) } else { Arc::default() } }
    }

    /// The union of ranges in any order.
    pub fn from_ranges(mut ranges: Vec<(u32, u32)>) -> CellSet {
        ranges.retain(|(s, e)| s < e);
        ranges.sort_unstable();
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            match out.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => out.push((start, end)),
            }
        }
        CellSet { ranges: out.into() }
    }

    /// The union of cells in any order.
    pub fn from_cells(cells: impl IntoIterator<Item = u32>) -> CellSet {
        CellSet::from_ranges(cells.into_iter().map(|c| (c, c + 1)).collect())
    }

    /// The ranges, sorted and disjoint, none touching the next.
    pub fn ranges(&self) -> &[(u32, u32)] {
        &self.ranges
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        self.ranges.is_empty()
    }

    /// How many cells it holds.
    pub fn len(&self) -> u32 {
        self.ranges.iter().map(|(s, e)| e - s).sum()
    }

    /// The least cell.
    pub fn first(&self) -> Option<u32> {
        self.ranges.first().map(|r| r.0)
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges.iter().flat_map(|&(s, e)| s..e)
    }

    /// Whether it holds the cell.
    pub fn contains(&self, cell: u32) -> bool {
        self.ranges
            .binary_search_by(|&(s, e)| {
                if e <= cell {
                    Ordering::Less
                } else if s > cell {
                    Ordering::Greater
                } else {
                    Ordering::Equal
                }
            })
            .is_ok()
    }

    /// What either holds.
    pub fn union(&self, other: &CellSet) -> CellSet {
        if other.is_empty() || self == other {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        CellSet::from_ranges(self.ranges.iter().chain(other.ranges.iter()).copied().collect())
    }

    /// What both hold.
    pub fn intersection(&self, other: &CellSet) -> CellSet {
        let mut out = Vec::new();
        let (mut a, mut b) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        while let (Some(&&(s1, e1)), Some(&&(s2, e2))) = (a.peek(), b.peek()) {
            let (start, end) = (s1.max(s2), e1.min(e2));
            if start < end {
                out.push((start, end));
            }
            if e1 <= e2 {
                a.next();
            } else {
                b.next();
            }
        }
        CellSet { ranges: out.into() }
    }

    /// What `self` holds and `other` does not.
    pub fn difference(&self, other: &CellSet) -> CellSet {
        if other.is_empty() {
            return self.clone();
        }
        let mut out = Vec::new();
        let mut others = other.ranges.iter().peekable();
        for &(start, end) in self.ranges.iter() {
            let mut at = start;
            while let Some(&&(s, e)) = others.peek() {
                if e <= at {
                    others.next();
                    continue;
                }
                if s >= end {
                    break;
                }
                if s > at {
                    out.push((at, s));
                }
                at = e;
                if e >= end {
                    break;
                }
                others.next();
            }
            if at < end {
                out.push((at, end));
            }
        }
        CellSet { ranges: out.into() }
    }

    /// Whether they share a cell.
    pub fn meets(&self, other: &CellSet) -> bool {
        let (few, many) = if self.ranges.len() < other.ranges.len() { (self, other) } else { (other, self) };
        if few.ranges.len() * 8 < many.ranges.len() {
            return few.ranges.iter().any(|&(start, end)| {
                let at = many.ranges.partition_point(|r| r.1 <= start);
                many.ranges.get(at).is_some_and(|r| r.0 < end)
            });
        }
        let (mut a, mut b) = (self.ranges.iter().peekable(), other.ranges.iter().peekable());
        while let (Some(&&(s1, e1)), Some(&&(s2, e2))) = (a.peek(), b.peek()) {
            if s1 < e2 && s2 < e1 {
                return true;
            }
            if e1 <= e2 {
                a.next();
            } else {
                b.next();
            }
        }
        false
    }

    /// Whether `other` holds all of `self`.
    pub fn is_subset(&self, other: &CellSet) -> bool {
        let mut others = other.ranges.iter().peekable();
        self.ranges.iter().all(|&(start, end)| {
            while others.next_if(|r| r.1 <= start).is_some() {}
            others.peek().is_some_and(|r| r.0 <= start && end <= r.1)
        })
    }
}
