//! What a request reaches, and what a statement can: for counting what tests have looked at.
//!
//! Nothing here is asked by a service that decides.

use super::budget::{Budget, MAX_STEPS};
use super::question::{Question, candidates};
use super::request::Request;
use super::split::decides;
use super::world::{Possible, Truth, When};
use crate::bundle::Bundle;
use crate::bundle::format::{Effect, Ranges};

/// The statements of which a box holds some cells of the request, whatever their conditions say; by
/// position in the bundle, sorted. None for a request of another bundle.
pub fn reached(bundle: &Bundle, request: &Request) -> Vec<u32> {
    if &request.stamp != bundle.stamp() {
        return Vec::new();
    }
    let products = request.products.iter();
    let found = products.flat_map(|product| candidates(bundle, product, |_| Truth::Unknown));
    let mut statements: Vec<u32> = found.map(|candidate| candidate.statement).collect();
    statements.sort_unstable();
    statements.dedup();
    statements
}

/// Whether a further condition holds in some of the request's worlds; none where that is not found
/// out within the steps that a decision may take, or the request is another bundle's.
pub fn can_hold(bundle: &Bundle, request: &Request, condition: &When) -> Option<bool> {
    if &request.stamp != bundle.stamp() {
        return None;
    }
    let both = When::All(request.when.iter().chain(Some(condition)).cloned().collect());
    some_world(bundle, &mut request.bits.values(bundle), &both)
}

/// Whether a condition holds in some world that can occur; none where that is not found out.
pub fn can_ever_hold(bundle: &Bundle, condition: &When) -> Option<bool> {
    some_world(bundle, &mut all_values(bundle), condition)
}

fn some_world(bundle: &Bundle, values: &mut Vec<Ranges>, condition: &When) -> Option<bool> {
    let possible = Possible::new(bundle, Some(condition));
    possible.find(values, &mut Budget::new()).ok().map(|world| world.is_some())
}

/// The steps in which it may be found out which statements of a policy can decide; each of them has
/// those of one decision.
pub const MAX_STEPS_IN_ALL: u64 = 100_000_000;

/// Which statements of a bundle can decide.
#[derive(Debug)]
pub struct Deciders<'b> {
    bundle: &'b Bundle,
    left: u64,
}

impl<'b> Deciders<'b> {
    /// Those of a bundle, with all steps still to be taken.
    pub fn new(bundle: &'b Bundle) -> Deciders<'b> {
        Deciders { bundle, left: MAX_STEPS_IN_ALL }
    }

    /// Whether a statement is among those that decide, at some flow that can occur; none where that is
    /// not found out within the steps.
    pub fn has(&mut self, statement: u32) -> Option<bool> {
        let steps = self.left.min(MAX_STEPS);
        let mut budget = Budget::of(steps);
        let can = can_decide(self.bundle, statement, &mut budget);
        self.left -= steps - budget.left().min(steps);
        can
    }
}

fn can_decide(bundle: &Bundle, statement: u32, budget: &mut Budget) -> Option<bool> {
    let Some(given) = bundle.content().statements.get(statement as usize) else { return Some(false) };
    let speaking = given.rules.iter().filter(|rule| rule.effect != Effect::Silent);
    let boxes = speaking.flat_map(|rule| &rule.boxes);
    let products = boxes.map(|one| one.sets().map(|set| bundle.set(set).to_vec()));
    let question = Question {
        bundle,
        products: products.collect(),
        values: all_values(bundle),
        world: None,
        when: None,
    };
    decides(&question, statement, budget).ok()
}

fn all_values(bundle: &Bundle) -> Vec<Ranges> {
    bundle.content().variables.iter().map(|variable| vec![(0, variable.values())]).collect()
}
