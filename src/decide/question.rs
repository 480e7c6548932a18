//! What is asked, in cells and values, and the boxes and classes of cells that matter for it.

use super::known::Bits;
use super::request::Request;
use super::world::{Truth, When, holds_if};
use crate::bundle::Bundle;
use crate::bundle::dimension::{DIMENSIONS, Dimension};
use crate::bundle::format::{Effect, Ranges};
use crate::bundle::ranges::{self, Range};
use rustc_hash::FxHashMap;

/// The dimensions in the order of splitting: those first that leave the fewest boxes.
pub(super) const ORDER: [Dimension; DIMENSIONS] = [
    Dimension::Action,
    Dimension::Recipient,
    Dimension::Data,
    Dimension::Purpose,
    Dimension::Actor,
    Dimension::Subject,
    Dimension::Source,
    Dimension::Place,
    Dimension::Form,
    Dimension::With,
];

/// One concrete flow.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Flow {
    /// A cell per dimension.
    pub cells: [u32; DIMENSIONS],
    /// A value per variable.
    pub world: Vec<u32>,
}

/// A set of flows to decide.
#[derive(Clone, Debug)]
pub(super) struct Question<'a> {
    pub bundle: &'a Bundle,
    pub products: Vec<[Ranges; DIMENSIONS]>,
    pub values: Vec<Ranges>,
    /// One possible world of these values, where one has been found already.
    pub world: Option<&'a [u32]>,
    pub when: Option<&'a When>,
}

impl<'a> Question<'a> {
    pub(super) fn new(bundle: &'a Bundle, request: &'a Request, bits: &Bits) -> Question<'a> {
        Question {
            bundle,
            products: request.products.clone(),
            values: bits.values(bundle),
            world: (bits.words() == request.bits.words()).then_some(request.example().world.as_slice()),
            when: request.when.as_ref(),
        }
    }

    /// The boxes that hold some flow of one of the products, in order of statements.
    pub(super) fn candidates(&self, product: &[Ranges; DIMENSIONS]) -> Vec<Candidate> {
        candidates(self.bundle, product, |when| holds_if(self.bundle, when, self.values.as_slice()))
    }
}

/// A box that holds some of the flows.
pub(super) struct Candidate {
    pub statement: u32,
    pub effect: Effect,
    pub when: Option<u32>,
    pub sets: [u32; DIMENSIONS],
    /// Bit n: it does not hold all cells of dimension `ORDER[n]`.
    pub open: u16,
    /// Whether its condition holds in the question's worlds.
    pub truth: Truth,
}

/// The boxes that hold some flow of a product where their condition may hold, in order of statements.
pub(super) fn candidates(
    bundle: &Bundle,
    product: &[Ranges; DIMENSIONS],
    truth: impl Fn(Option<u32>) -> Truth,
) -> Vec<Candidate> {
    // What each set is to the product, looked at once: false meets in part, true holds all.
    let mut known: [FxHashMap<u32, Option<bool>>; DIMENSIONS] = Default::default();
    let mut found = Vec::new();
    let near = bundle.index().near(product);
    'entries: for entry in near.into_iter().filter_map(|number| bundle.index().entry(number)) {
        let mut open = 0;
        for (bit, dimension) in ORDER.into_iter().enumerate() {
            let number = *dimension.of(&entry.sets);
            let relation = dimension.of_mut(&mut known).entry(number).or_insert_with(|| {
                let (set, cells) = (bundle.set(number), dimension.of(product));
                ranges::meets(cells, set).then(|| ranges::is_subset(cells, set))
            });
            match relation {
                None => continue 'entries,
                Some(false) => open |= 1 << bit,
                Some(true) => {}
            }
        }
        let truth = truth(entry.when);
        if truth != Truth::False {
            let (statement, effect, when, sets) = (entry.statement, entry.effect, entry.when, entry.sets);
            found.push(Candidate { statement, effect, when, sets, open, truth });
        }
    }
    found.sort_by_key(|c| c.statement);
    found
}

/// A cell of each class of the dimension at a position in `ORDER`, with the boxes that hold it.
pub(super) fn parts(
    bundle: &Bundle,
    candidates: &[Candidate],
    product: &[Ranges; DIMENSIONS],
    at: usize,
    live: &[u32],
) -> Vec<(u32, Vec<u32>)> {
    let Some(dimension) = ORDER.get(at).copied() else { return Vec::new() };
    let of = |number: u32| candidates.get(number as usize);
    let mut numbers: FxHashMap<u32, usize> = FxHashMap::default();
    let mut sets: Vec<&[Range]> = Vec::new();
    for candidate in live.iter().filter_map(|n| of(*n)).filter(|c| c.open >> at & 1 == 1) {
        let number = *dimension.of(&candidate.sets);
        numbers.entry(number).or_insert_with(|| {
            sets.push(bundle.set(number));
            sets.len() - 1
        });
    }
    let holds = |number: &u32, bits: &[u64]| {
        of(*number).is_some_and(|c| match numbers.get(dimension.of(&c.sets)) {
            Some(set) if c.open >> at & 1 == 1 => {
                bits.get(set / 64).is_some_and(|word| word >> (set % 64) & 1 == 1)
            }
            _ => true,
        })
    };
    let classes = classes(dimension.set(product), &sets).into_iter();
    let parts = classes.filter_map(|(cells, bits)| {
        let live = live.iter().copied().filter(|n| holds(n, &bits)).collect();
        Some((ranges::first(&cells)?, live))
    });
    parts.collect()
}

/// Cells that the same sets hold, for each such group, with the sets as bits.
pub(super) fn classes(cells: &[Range], sets: &[&[Range]]) -> Vec<(Ranges, Vec<u64>)> {
    let mut changes: Vec<(u32, usize)> = Vec::new();
    for (number, set) in sets.iter().enumerate() {
        for (start, end) in ranges::intersection(cells, set) {
            changes.push((start, number));
            changes.push((end, number));
        }
    }
    changes.sort_unstable();
    let mut changes = changes.into_iter().peekable();
    let mut bits = vec![0_u64; sets.len().div_ceil(64)];
    let mut known: FxHashMap<Vec<u64>, usize> = FxHashMap::default();
    let mut groups: Vec<(Ranges, Vec<u64>)> = Vec::new();
    for &(start, end) in cells {
        let mut at = start;
        while at < end {
            while let Some((_, number)) = changes.next_if(|c| c.0 <= at) {
                if let Some(word) = bits.get_mut(number / 64) {
                    *word ^= 1 << (number % 64);
                }
            }
            let next = changes.peek().map_or(end, |c| c.0.min(end));
            let group = *known.entry(bits.clone()).or_insert_with(|| {
                groups.push((Vec::new(), bits.clone()));
                groups.len() - 1
            });
            if let Some((group, _)) = groups.get_mut(group) {
                group.push((at, next));
            }
            at = next;
        }
    }
    groups
}
