//! Sets of cells: sorted, disjoint, half-open ranges of numbers.
//!
//! A term's cells are numbered depth first, so a term of a tree is one range and a set of terms a
//! few. Nothing here knows what a cell stands for.

use std::borrow::Borrow;
use std::cmp::Ordering;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// A set of cells of one dimension. Cheap to copy: most sets are one range, and longer ones are shared.
#[derive(Clone, Default)]
pub struct CellSet(Ranges);

#[derive(Clone, Default)]
enum Ranges {
    #[default]
    None,
    One((u32, u32)),
    Many(Arc<Vec<(u32, u32)>>),
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
        CellSet(if start < end { Ranges::One((start, end)) } else { Ranges::None })
    }

    /// The union of ranges in any order.
    pub fn from_ranges(mut ranges: Vec<(u32, u32)>) -> CellSet {
        ranges.retain(|(s, e)| s < e);
        if ranges.len() > 1 {
            ranges.sort_unstable();
        }
        let mut out: Vec<(u32, u32)> = Vec::with_capacity(ranges.len());
        for (start, end) in ranges {
            match out.last_mut() {
                Some(last) if start <= last.1 => last.1 = last.1.max(end),
                _ => out.push((start, end)),
            }
        }
        CellSet::sorted(out)
    }

    /// Ranges that are sorted and disjoint already, none touching the next.
    fn sorted(ranges: Vec<(u32, u32)>) -> CellSet {
        CellSet(match ranges.as_slice() {
            [] => Ranges::None,
            [one] => Ranges::One(*one),
            _ => Ranges::Many(Arc::new(ranges)),
        })
    }

    /// The union of cells in any order.
    pub fn from_cells(cells: impl IntoIterator<Item = u32>) -> CellSet {
        CellSet::from_ranges(cells.into_iter().map(|c| (c, c + 1)).collect())
    }

    /// The union of sets.
    pub fn union_of<S: Borrow<CellSet>>(sets: impl IntoIterator<Item = S>) -> CellSet {
        let mut sets = sets.into_iter();
        let Some(first) = sets.next() else { return CellSet::empty() };
        let Some(second) = sets.next() else { return first.borrow().clone() };
        let mut ranges = first.borrow().ranges().to_vec();
        ranges.extend_from_slice(second.borrow().ranges());
        sets.for_each(|set| ranges.extend_from_slice(set.borrow().ranges()));
        CellSet::from_ranges(ranges)
    }

    /// The ranges, sorted and disjoint, none touching the next.
    pub fn ranges(&self) -> &[(u32, u32)] {
        match &self.0 {
            Ranges::None => &[],
            Ranges::One(range) => std::slice::from_ref(range),
            Ranges::Many(ranges) => ranges,
        }
    }

    /// Whether it holds nothing.
    pub fn is_empty(&self) -> bool {
        matches!(self.0, Ranges::None)
    }

    /// How many cells it holds.
    pub fn len(&self) -> u32 {
        self.ranges().iter().map(|(s, e)| e - s).sum()
    }

    /// The least cell.
    pub fn first(&self) -> Option<u32> {
        self.ranges().first().map(|r| r.0)
    }

    /// The least of its cells from `start` up to but without `end`.
    pub fn first_within(&self, start: u32, end: u32) -> Option<u32> {
        let ranges = self.ranges();
        let next = ranges.get(ranges.partition_point(|r| r.1 <= start))?;
        Some(next.0.max(start)).filter(|cell| *cell < end)
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.ranges().iter().flat_map(|&(s, e)| s..e)
    }

    /// Whether it holds the cell.
    pub fn contains(&self, cell: u32) -> bool {
        self.ranges()
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
        if other.is_empty() || self.same(other) {
            return self.clone();
        }
        if self.is_empty() {
            return other.clone();
        }
        CellSet::from_ranges(self.ranges().iter().chain(other.ranges().iter()).copied().collect())
    }

    /// What both hold.
    pub fn intersection(&self, other: &CellSet) -> CellSet {
        match (&self.0, &other.0) {
            (Ranges::One(a), Ranges::One(b)) => return CellSet::range(a.0.max(b.0), a.1.min(b.1)),
            (Ranges::One(range), Ranges::Many(many)) | (Ranges::Many(many), Ranges::One(range)) => {
                return CellSet::within(many, *range);
            }
            _ if self.same(other) => return self.clone(),
            _ => {}
        }
        let mut out = Vec::new();
        let (mut a, mut b) = (self.ranges().iter().peekable(), other.ranges().iter().peekable());
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
        CellSet::sorted(out)
    }

    /// The part of sorted ranges that lies in one range.
    fn within(ranges: &[(u32, u32)], (start, end): (u32, u32)) -> CellSet {
        let first = ranges.partition_point(|r| r.1 <= start);
        let inside = ranges.iter().skip(first).take_while(|r| r.0 < end);
        let mut inside = inside.map(|r| (r.0.max(start), r.1.min(end)));
        match (inside.next(), inside.next()) {
            (None, _) => CellSet::empty(),
            (Some(one), None) => CellSet(Ranges::One(one)),
            (Some(first), Some(second)) => {
                CellSet::sorted([first, second].into_iter().chain(inside).collect())
            }
        }
    }

    /// What `self` holds and `other` does not.
    pub fn difference(&self, other: &CellSet) -> CellSet {
        if !self.meets(other) {
            return self.clone();
        }
        let mut out = Vec::new();
        let mut others = other.ranges().iter().peekable();
        for &(start, end) in self.ranges().iter() {
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
        CellSet::sorted(out)
    }

    /// Whether they share a cell.
    #[inline]
    pub fn meets(&self, other: &CellSet) -> bool {
        match (&self.0, &other.0) {
            (Ranges::One(a), Ranges::One(b)) => a.0 < b.1 && b.0 < a.1,
            _ => self.meets_many(other),
        }
    }

    fn meets_many(&self, other: &CellSet) -> bool {
        match (&self.0, &other.0) {
            (Ranges::One((start, end)), Ranges::Many(_)) => {
                return other.first_within(*start, *end).is_some();
            }
            (Ranges::Many(_), Ranges::One((start, end))) => return self.first_within(*start, *end).is_some(),
            _ => {}
        }
        let by_length = self.ranges().len() < other.ranges().len();
        let (few, many) = if by_length { (self, other) } else { (other, self) };
        if few.ranges().len() * 8 < many.ranges().len() {
            return few.ranges().iter().any(|r| many.first_within(r.0, r.1).is_some());
        }
        let (mut a, mut b) = (self.ranges(), other.ranges());
        while let ([x, after_x @ ..], [y, after_y @ ..]) = (a, b) {
            if x.0 < y.1 && y.0 < x.1 {
                return true;
            }
            if x.1 <= y.1 {
                a = after_x;
            } else {
                b = after_y;
            }
        }
        false
    }

    /// Whether `other` holds all of `self`.
    pub fn is_subset(&self, other: &CellSet) -> bool {
        match (&self.0, &other.0) {
            (Ranges::One(a), Ranges::One(b)) => return b.0 <= a.0 && a.1 <= b.1,
            (Ranges::One(a), Ranges::Many(many)) => {
                let next = many.get(many.partition_point(|r| r.1 <= a.0));
                return next.is_some_and(|r| r.0 <= a.0 && a.1 <= r.1);
            }
            _ if self.same(other) => return true,
            _ => {}
        }
        let mut others = other.ranges();
        self.ranges().iter().all(|&(start, end)| {
            while let [first, rest @ ..] = others
                && first.1 <= start
            {
                others = rest;
            }
            others.first().is_some_and(|r| r.0 <= start && end <= r.1)
        })
    }

    /// Whether they are plainly the same, without a look at long lists.
    fn same(&self, other: &CellSet) -> bool {
        match (&self.0, &other.0) {
            (Ranges::None, Ranges::None) => true,
            (Ranges::One(a), Ranges::One(b)) => a == b,
            (Ranges::Many(a), Ranges::Many(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl PartialEq for CellSet {
    fn eq(&self, other: &CellSet) -> bool {
        self.same(other) || self.ranges() == other.ranges()
    }
}

impl Eq for CellSet {}

impl Hash for CellSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        // A range is one number, so that the sets of a box are ten.
        let ranges = self.ranges();
        if ranges.len() != 1 {
            state.write_usize(ranges.len());
        }
        ranges.iter().for_each(|(start, end)| state.write_u64(u64::from(*start) << 32 | u64::from(*end)));
    }
}

impl PartialOrd for CellSet {
    fn partial_cmp(&self, other: &CellSet) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for CellSet {
    fn cmp(&self, other: &CellSet) -> Ordering {
        self.ranges().cmp(other.ranges())
    }
}

impl std::fmt::Debug for CellSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.ranges()).finish()
    }
}
