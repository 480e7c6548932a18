//! The verdict of a request that is asked once: a few ANDs over the index's rows.
//!
//! Dimensions whose cells the index treats alike are looked up in rows; the boxes that are left are
//! held against the cells of the others. What it cannot tell, because a fact that matters is
//! unknown or the flows are not treated alike, it leaves to `split`.

use super::budget::Budget;
use super::known::{Bits, truth};
use super::question::Question;
use super::split::outcomes;
use super::verdict::{Answer, Outcome, Outcomes, Undecided};
use super::world::{Truth, When};
use crate::bundle::Bundle;
use crate::bundle::dimension::{DIMENSIONS, Dimension};
use crate::bundle::format::Effect;
use crate::bundle::index::rows::{Row, Rows};
use crate::bundle::index::{Entry, Index, stricter};
use crate::bundle::ranges::{self, Range};

/// Decides products of cells at the worlds of some bits. One of them must be possible.
pub(super) fn decide_once<S: AsRef<[Range]>>(
    bundle: &Bundle,
    products: Vec<[S; DIMENSIONS]>,
    bits: &Bits,
    when: Option<&When>,
) -> Answer {
    let mut found = Some(Outcomes::default());
    for product in &products {
        let outcome = Lookup::new(bundle, product, bits.words()).outcome();
        found = found.zip(outcome).map(|(found, outcome)| found.and(Outcomes::one(outcome)));
    }
    if let Some(found) = found {
        return found.answer();
    }
    let products = products.iter().map(|product| product.each_ref().map(|cells| cells.as_ref().to_vec()));
    let question =
        Question { bundle, products: products.collect(), values: bits.values(bundle), world: None, when };
    answer(&question)
}

/// Decides by splitting.
pub(super) fn answer(question: &Question) -> Answer {
    match outcomes(question, true, &mut Budget::new()) {
        Ok(found) => found.answer(),
        Err(_) => Undecided::Budget.into(),
    }
}

struct Lookup<'a, S> {
    bundle: &'a Bundle,
    index: &'a Index,
    product: &'a [S; DIMENSIONS],
    world: &'a [u64],
    /// A bit for each dimension that has no one row for all its cells.
    open: u16,
    /// The rows of the others that exclude some box, the emptiest first.
    order: [Row<'a>; DIMENSIONS],
    ordered: usize,
}

impl<'a, S: AsRef<[Range]>> Lookup<'a, S> {
    fn new(bundle: &'a Bundle, product: &'a [S; DIMENSIONS], world: &'a [u64]) -> Lookup<'a, S> {
        let index = bundle.index();
        let mut open = 0;
        let mut order = [Row::default(); DIMENSIONS];
        let mut ordered = 0;
        for dimension in Dimension::ALL {
            let row = |rows: &'a Rows| rows.row(rows.class_of(dimension.set(product))?);
            match index.rows(dimension).and_then(row) {
                None => open |= 1 << dimension as u16,
                Some(row) if row.is_full() => {}
                Some(row) => {
                    if let Some(slot) = order.get_mut(ordered) {
                        *slot = row;
                        ordered += 1;
                    }
                }
            }
        }
        if let Some(order) = order.get_mut(..ordered) {
            order.sort_unstable_by_key(Row::weight);
        }
        Lookup { bundle, index, product, world, open, order, ordered }
    }

    /// None where it hangs on what is unknown, or not all flows come to the same.
    fn outcome(&self) -> Option<Outcome> {
        let mut permitted = Truth::False;
        let mut prohibited = Truth::False;
        let order = self.order.get(..self.ordered).unwrap_or_default();
        for block in 0..self.index.blocks() {
            let mut words = self.index.all_words(block);
            for row in order {
                words &= row.summary(block);
            }
            while words != 0 {
                let word = words.trailing_zeros();
                words &= words - 1;
                let mut boxes = self.index.all_boxes(block, word);
                for row in order {
                    boxes &= row.word(block, word);
                    if boxes == 0 {
                        break;
                    }
                }
                while boxes != 0 {
                    let number = block as u32 * 4096 + word * 64 + boxes.trailing_zeros();
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
        Outcome::of(prohibited, permitted)
    }

    /// The effect of a box that holds the cells which have rows, and whether its statement is
    /// present and undefeated.
    fn speaks(&self, number: u32, permitted: Truth) -> (Effect, Truth) {
        let Some(entry) = self.index.entry(number) else { return (Effect::Silent, Truth::False) };
        let mut effect = entry.effect;
        if effect == Effect::Silent || (effect == Effect::Permit && permitted == Truth::True) {
            return (effect, Truth::False);
        }
        let mut truth = self.present(entry);
        if truth == Truth::False {
            return (effect, truth);
        }
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

    /// What a statement says of the flows for sure, and whether it might say something else of one.
    fn effect(&self, statement: u32) -> (Option<Effect>, bool) {
        let (mut effect, mut open) = (None, false);
        let order = self.order.get(..self.ordered).unwrap_or_default();
        for &number in self.index.boxes_of(statement) {
            let inside = order.iter().all(|row| row.holds(number));
            let Some(entry) = self.index.entry(number).filter(|_| inside) else { continue };
            match self.present(entry) {
                Truth::True => effect = Some(effect.map_or(entry.effect, |e| stricter(e, entry.effect))),
                Truth::Unknown => open = true,
                Truth::False => {}
            }
        }
        (effect, open)
    }

    /// Whether a box that holds the cells which have rows holds all of the flows, some, or none.
    fn present(&self, entry: &Entry) -> Truth {
        let mut present = entry.when.map_or(Truth::True, |when| truth(self.bundle, when, self.world));
        for dimension in Dimension::ALL.into_iter().filter(|d| self.open >> *d as u16 & 1 == 1) {
            if present == Truth::False {
                break;
            }
            let (cells, set) = (dimension.set(self.product), self.bundle.set(*dimension.of(&entry.sets)));
            if !ranges::is_subset(cells, set) {
                present = if ranges::meets(cells, set) { Truth::Unknown } else { Truth::False };
            }
        }
        present
    }
}
