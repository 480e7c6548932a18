//! The verdict of a request whose flows the index treats alike: a few ANDs, no allocation.
//!
//! What it cannot tell, because a fact that matters is unknown, it leaves to `split`.

use super::budget::Budget;
use super::question::Question;
use super::request::{Alike, Request};
use super::split::outcomes;
use super::verdict::{Answer, Outcome, Undecided, Verdict};
use super::world::{Exact, Truth, holds_if};
use crate::bundle::Bundle;
use crate::bundle::dimension::{DIMENSIONS, Dimension};
use crate::bundle::format::Effect;
use crate::bundle::index::{Entry, Index, stricter};
use crate::bundle::ranges;

/// Decides a request.
///
/// Exact: permitted means that every flow of the request is. A request made for another bundle,
/// and one that takes too many steps, is undetermined.
pub fn decide(bundle: &Bundle, request: &Request) -> Answer {
    if request.unlisted.is_some() {
        return Verdict::UnlistedThirdParty.into();
    }
    if &request.stamp != bundle.stamp() {
        return Undecided::OtherBundle.into();
    }
    if let Some(outcome) = request.alike.as_ref().and_then(|alike| Lookup::new(bundle, alike).outcome()) {
        return outcome.verdict().into();
    }
    match outcomes(&Question::new(bundle, request), true, &mut Budget::new()) {
        Ok(found) => found.answer(),
        Err(_) => Undecided::Budget.into(),
    }
}

struct Lookup<'a> {
    bundle: &'a Bundle,
    index: &'a Index,
    alike: &'a Alike,
    summaries: [&'a [u64]; DIMENSIONS],
    rows: [&'a [u64]; DIMENSIONS],
    /// Whether some dimension has no rows.
    partial: bool,
}

impl<'a> Lookup<'a> {
    fn new(bundle: &'a Bundle, alike: &'a Alike) -> Lookup<'a> {
        let index = bundle.index();
        let mut lookup =
            Lookup { bundle, index, alike, summaries: [&[]; 10], rows: [&[]; 10], partial: false };
        for dimension in Dimension::ALL {
            match index.row(dimension, *dimension.of(&alike.classes)) {
                Some((summary, row)) => {
                    *dimension.of_mut(&mut lookup.summaries) = summary;
                    *dimension.of_mut(&mut lookup.rows) = row;
                }
                None => lookup.partial = true,
            }
        }
        lookup
    }

    /// None where it hangs on what is unknown.
    fn outcome(&self) -> Option<Outcome> {
        let mut permitted = Truth::False;
        let mut prohibited = Truth::False;
        for block in 0..self.index.summary() {
            let mut words = self.and(&self.summaries, block);
            while words != 0 {
                let word = block * 64 + words.trailing_zeros() as usize;
                words &= words - 1;
                let mut boxes = self.and(&self.rows, word);
                while boxes != 0 {
                    let number = word as u32 * 64 + boxes.trailing_zeros();
                    boxes &= boxes - 1;
                    match self.speaks(number, permitted) {
                        (Effect::Prohibit, Truth::True) => return Some(Outcome::Prohibited),
                        (Effect::Prohibit, Truth::Unknown) => prohibited = Truth::Unknown,
                        (Effect::Permit, Truth::True) => permitted = Truth::True,
                        (Effect::Permit, Truth::Unknown) => permitted = Truth::Unknown,
                        _ => {}
                    }
                }
            }
        }
        match (prohibited, permitted) {
            (Truth::Unknown, _) | (_, Truth::Unknown) => None,
            (_, Truth::True) => Some(Outcome::Permitted),
            _ => Some(Outcome::Unstated),
        }
    }

    #[inline]
    fn and(&self, rows: &[&[u64]; DIMENSIONS], at: usize) -> u64 {
        let ones = u64::MAX;
        // A dimension without rows excludes nothing here; `inside` looks at its sets.
        let word = |row: &&[u64]| row.get(at).copied().unwrap_or(if self.partial { ones } else { 0 });
        rows.iter().fold(ones, |and, row| and & word(row))
    }

    /// The effect of a box whose bit is set, and whether its statement is present and undefeated.
    fn speaks(&self, number: u32, permitted: Truth) -> (Effect, Truth) {
        let Some(entry) = self.index.entry(number) else { return (Effect::Silent, Truth::False) };
        let mut effect = entry.effect;
        if effect == Effect::Silent || (effect == Effect::Permit && permitted == Truth::True) {
            return (effect, Truth::False);
        }
        if self.partial && !self.inside(number, entry) {
            return (effect, Truth::False);
        }
        let present = holds_if(self.bundle, entry.when, &Exact(&self.alike.world));
        if present == Truth::False {
            return (effect, present);
        }
        let mut truth = present;
        if self.index.mixed(entry.statement) {
            let (stricter, open) = self.effect(entry.statement);
            effect = stricter.unwrap_or(effect);
            if open {
                truth = Truth::Unknown;
            }
        }
        match self.defeated(entry.statement, effect) {
            Truth::True if truth == Truth::True => (effect, Truth::False),
            Truth::False => (effect, truth),
            _ => (effect, Truth::Unknown),
        }
    }

    fn defeated(&self, statement: u32, effect: Effect) -> Truth {
        let mut defeated = Truth::False;
        for defeater in self.index.defeaters_of(statement) {
            let (other, open) = self.effect(defeater.winner);
            if open {
                defeated = Truth::Unknown;
            } else if other.is_some_and(|other| defeater.disagrees(other, effect)) {
                return Truth::True;
            }
        }
        defeated
    }

    /// What a statement says of the flow for sure, and whether it might say something else.
    fn effect(&self, statement: u32) -> (Option<Effect>, bool) {
        let (mut effect, mut open) = (None, false);
        for &number in self.index.boxes_of(statement) {
            let Some(entry) = self.index.entry(number) else { continue };
            if !self.inside(number, entry) {
                continue;
            }
            match holds_if(self.bundle, entry.when, &Exact(&self.alike.world)) {
                Truth::True => effect = Some(effect.map_or(entry.effect, |e| stricter(e, entry.effect))),
                Truth::Unknown => open = true,
                Truth::False => {}
            }
        }
        (effect, open)
    }

    /// Whether a box holds the cells.
    fn inside(&self, number: u32, entry: &Entry) -> bool {
        let (word, bit) = (number as usize / 64, number % 64);
        Dimension::ALL.into_iter().all(|dimension| match dimension.of(&self.rows).get(word) {
            Some(bits) => bits >> bit & 1 == 1,
            None => {
                let set = self.bundle.set(*dimension.of(&entry.sets));
                ranges::contains(set, *dimension.of(&self.alike.classes))
            }
        })
    }
}
