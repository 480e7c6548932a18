//! A request: a set of flows in the cells of one bundle. `builder` makes it from names.

use super::budget::Budget;
use super::error::RequestError;
use super::known::{Bits, World};
use super::never::no_world;
use super::plan::Plan;
use super::question::Flow;
use super::world::{Possible, When};
use crate::bundle::dimension::{DIMENSIONS, NONE};
use crate::bundle::format::{Ranges, Variable};
use crate::bundle::{Bundle, ranges};

/// A set of flows of one bundle: what a service is about to do.
///
/// It belongs to the content that it was made for, not to the [`Bundle`] in memory: another load of the
/// same bytes answers it, and what has another [digest](Bundle::digest) does not
/// ([`Undecided::OtherBundle`](super::Undecided::OtherBundle), [`RequestError::OtherBundle`]).
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) stamp: [u8; 32],
    /// Products of cells, one per kind of action; each has a flow.
    pub(super) products: Vec<[Ranges; DIMENSIONS]>,
    /// The possible values of each variable.
    pub(super) bits: Bits,
    pub(super) when: Option<When>,
    /// One flow of it.
    example: Flow,
    /// What is left to decide once its cells are known; none where that is too much, or was not worked out.
    pub(super) plan: Option<Plan>,
    pub(super) unlisted: Option<String>,
}

impl Request {
    /// A request that is not prepared. An unlisted recipient has no cells; without one, a flow must be left.
    pub(super) fn new(
        bundle: &Bundle,
        products: Vec<[Ranges; DIMENSIONS]>,
        bits: Bits,
        when: Option<When>,
        unlisted: Option<String>,
    ) -> Result<Request, RequestError> {
        let products = if unlisted.is_some() { Vec::new() } else { products };
        let possible = Possible::new(bundle, when.as_ref());
        let found = possible.find(&mut bits.values(bundle), &mut Budget::new());
        let world = found.map_err(|_| RequestError::Budget)?;
        let world = world.ok_or_else(|| no_world(&possible, bits.values(bundle)))?;
        let cells = match products.first() {
            Some(product) => product.each_ref().map(|cells| ranges::first(cells).unwrap_or(NONE)),
            None if unlisted.is_some() => [NONE; DIMENSIONS],
            None => return Err(RequestError::NoFlow),
        };
        Ok(Request {
            stamp: *bundle.stamp(),
            plan: None,
            products,
            bits,
            when,
            example: Flow { cells, world },
            unlisted,
        })
    }

    /// The same, with what is left to decide worked out.
    pub(super) fn prepared(self, bundle: &Bundle) -> Request {
        Request { plan: Plan::new(bundle, &self.products), ..self }
    }

    /// One flow of the request.
    pub fn example(&self) -> &Flow {
        &self.example
    }

    /// What the request says of the world: where to begin for one that is to be decided at others,
    /// with [`decide_at`](super::decide_at).
    ///
    /// # Errors
    /// Where it is a request of another bundle.
    pub fn world<'b>(&self, bundle: &'b Bundle) -> Result<World<'b>, RequestError> {
        if &self.stamp != bundle.stamp() {
            return Err(RequestError::OtherBundle);
        }
        Ok(World::of(bundle, self.bits.clone()))
    }

    /// Changes the value of a variable, by number: for a service that asks the same thing about
    /// one person after the other.
    ///
    /// # Errors
    /// Where the value is not there, or no possible world would be left; the request is then as before.
    pub fn set(&mut self, bundle: &Bundle, variable: u32, value: u32) -> Result<(), RequestError> {
        let number = variable as usize;
        let values = bundle.variables().get(number).map_or(0, Variable::values);
        if &self.stamp != bundle.stamp() || value >= values {
            return Err(RequestError::OutOfRange);
        }
        let mut world = World::of(bundle, self.bits.clone());
        world.set(variable, value)?;
        let possible = Possible::new(bundle, self.when.as_ref());
        let found = possible.find(&mut world.bits.values(bundle), &mut Budget::new());
        let found = found.map_err(|_| RequestError::Budget)?;
        self.example.world = found.ok_or_else(|| no_world(&possible, world.bits.values(bundle)))?;
        self.bits = world.bits;
        Ok(())
    }

    /// The recipient that the bundle has never heard of.
    pub fn unlisted(&self) -> Option<&str> {
        self.unlisted.as_deref()
    }
}
