//! A request: a set of flows in the cells of one bundle. `builder` makes it from names.

use super::budget::Budget;
use super::error::RequestError;
use super::question::Flow;
use super::world::{Possible, Truth, UNKNOWN, When};
use crate::bundle::dimension::{DIMENSIONS, Dimension, NONE};
use crate::bundle::format::{Ranges, Variable};
use crate::bundle::{Bundle, ranges};

/// A set of flows of one bundle: what a service is about to do.
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) stamp: [u8; 32],
    /// Products of cells, one per kind of action; each has a flow.
    pub(super) products: Vec<[Ranges; DIMENSIONS]>,
    /// The possible values of each variable.
    pub(super) values: Vec<Ranges>,
    pub(super) when: Option<When>,
    /// One flow of it.
    pub(super) example: Flow,
    /// Where the index treats all its cells alike: its class in each dimension, and what is known of the world.
    pub(super) alike: Option<Alike>,
    pub(super) unlisted: Option<String>,
}

#[derive(Clone, Debug)]
pub(super) struct Alike {
    pub classes: [u32; DIMENSIONS],
    pub world: Vec<u32>,
}

impl Request {
    /// An unlisted recipient has no cells; without one, a flow must be left.
    pub(super) fn new(
        bundle: &Bundle,
        products: Vec<[Ranges; DIMENSIONS]>,
        mut values: Vec<Ranges>,
        when: Option<When>,
        unlisted: Option<String>,
    ) -> Result<Request, RequestError> {
        let products = if unlisted.is_some() { Vec::new() } else { products };
        let possible = Possible { bundle, when: when.as_ref() };
        let found = possible.find(&mut values, &mut Budget::new()).map_err(|_| RequestError::Budget)?;
        let world = found.ok_or(RequestError::NoFlow)?;
        let cells = match products.first() {
            Some(product) => product.each_ref().map(|cells| ranges::first(cells).unwrap_or(NONE)),
            None if unlisted.is_some() => [NONE; DIMENSIONS],
            None => return Err(RequestError::NoFlow),
        };
        Ok(Request {
            stamp: *bundle.stamp(),
            alike: alike(bundle, &products, &values),
            products,
            values,
            when,
            example: Flow { cells, world },
            unlisted,
        })
    }

    /// One flow of the request.
    pub fn example(&self) -> &Flow {
        &self.example
    }

    /// Changes the value of a variable, by number: for a service that asks the same thing about
    /// many people.
    ///
    /// # Errors
    /// Where the value is not there, or no possible world would be left; the request is then as before.
    pub fn set(&mut self, bundle: &Bundle, variable: u32, value: u32) -> Result<(), RequestError> {
        let number = variable as usize;
        let values = bundle.content().variables.get(number).map_or(0, Variable::values);
        if &self.stamp != bundle.stamp() || value >= values {
            return Err(RequestError::OutOfRange);
        }
        let mut before = vec![(value, value + 1)];
        if let Some(slot) = self.values.get_mut(number) {
            std::mem::swap(slot, &mut before);
        }
        let possible = Possible { bundle, when: self.when.as_ref() };
        let found = match possible.truth(self.values.as_slice()) {
            Truth::True if self.example.world.get(number) == Some(&value) => Ok(None),
            Truth::False => Err(RequestError::NoFlow),
            _ => match possible.find(&mut self.values, &mut Budget::new()) {
                Ok(Some(world)) => Ok(Some(world)),
                Ok(None) => Err(RequestError::NoFlow),
                Err(_) => Err(RequestError::Budget),
            },
        };
        match found {
            Ok(world) => {
                self.example.world = world.unwrap_or_else(|| std::mem::take(&mut self.example.world));
                if let Some(slot) = self.alike.as_mut().and_then(|alike| alike.world.get_mut(number)) {
                    *slot = value;
                }
                Ok(())
            }
            Err(error) => {
                if let Some(slot) = self.values.get_mut(number) {
                    *slot = before;
                }
                Err(error)
            }
        }
    }

    /// The recipient that the bundle has never heard of.
    pub fn unlisted(&self) -> Option<&str> {
        self.unlisted.as_deref()
    }
}

fn alike(bundle: &Bundle, products: &[[Ranges; DIMENSIONS]], values: &[Ranges]) -> Option<Alike> {
    let [product] = products else { return None };
    let mut classes = [NONE; DIMENSIONS];
    for dimension in Dimension::ALL {
        let cells = dimension.of(product);
        let class = match bundle.index().rows(dimension) {
            Some(rows) => {
                let class = rows.class(ranges::first(cells)?)?;
                ranges::each(cells).all(|cell| rows.class(cell) == Some(class)).then_some(class)?
            }
            None => ranges::only(cells)?,
        };
        *dimension.of_mut(&mut classes) = class;
    }
    let world = values.iter().map(|values| ranges::only(values).unwrap_or(UNKNOWN)).collect();
    Some(Alike { classes, world })
}
