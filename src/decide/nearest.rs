//! Why not: the permission that comes nearest to a request that nothing permits.

use super::question::Question;
use super::world::{Truth, holds_if};
use crate::bundle::dimension::{DIMENSIONS, Dimension};
use crate::bundle::format::{Effect, Ranges};
use crate::bundle::index::Entry;
use crate::bundle::ranges;

/// The permission that fails in the fewest dimensions.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Nearest {
    /// The statement: a position in the bundle.
    pub statement: u32,
    /// Where the request is not within what the statement permits.
    pub fails: Vec<Dimension>,
    /// Whether the statement's condition does not hold for sure.
    pub world_fails: bool,
}

/// The nearest permission; of several, one that is about the same action, recipient and data.
pub(super) fn nearest(question: &Question) -> Option<Nearest> {
    let permits = question.bundle.index().entries().iter().filter(|entry| entry.effect == Effect::Permit);
    let near = permits.flat_map(|entry| question.products.iter().map(move |product| (entry, product)));
    let rank = |nearest: &Nearest| {
        let key = [Dimension::Action, Dimension::Data, Dimension::Recipient];
        let far = nearest.fails.iter().filter(|d| key.contains(d)).count();
        (nearest.fails.len() + usize::from(nearest.world_fails), far, nearest.statement)
    };
    near.map(|(entry, product)| compare(question, entry, product)).min_by_key(rank)
}

fn compare(question: &Question, entry: &Entry, product: &[Ranges; DIMENSIONS]) -> Nearest {
    let sets = question.bundle.sets(&entry.sets);
    let mut fails: Vec<Dimension> = Vec::new();
    for dimension in Dimension::ALL {
        if !ranges::is_subset(dimension.set(product), dimension.set(&sets)) {
            fails.push(dimension);
        }
    }
    // Where the action takes another kind of phrase, the phrase is no difference of its own.
    if fails.contains(&Dimension::Action) {
        fails.retain(|d| !matches!(d, Dimension::Recipient | Dimension::With));
    }
    let truth = holds_if(question.bundle, entry.when, question.values.as_slice());
    Nearest { statement: entry.statement, fails, world_fails: truth != Truth::True }
}
