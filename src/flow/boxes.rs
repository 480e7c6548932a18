//! Boxes: products of one set of cells per dimension and one set of worlds; and single flows.

use crate::flow::cells::CellSet;
use crate::flow::dimension::{DIMENSIONS, Dimension, PerDimension};
use crate::flow::world::World;

/// A product of sets of cells, in a set of worlds.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct FlowBox {
    /// The cells of each dimension.
    pub cells: PerDimension<CellSet>,
    /// The worlds.
    pub world: World,
}

/// The dimensions by how well they tell boxes apart: the action most pairs, the data most of the rest.
pub const TELLING: [Dimension; DIMENSIONS] = [
    Dimension::Action,
    Dimension::Data,
    Dimension::Recipient,
    Dimension::Purpose,
    Dimension::Actor,
    Dimension::Form,
    Dimension::Source,
    Dimension::Subject,
    Dimension::Place,
    Dimension::With,
];

impl FlowBox {
    /// Whether they share a combination of cells, whatever the world.
    pub fn meets(&self, other: &FlowBox) -> bool {
        TELLING.into_iter().all(|d| self.cells.get(d).meets(other.cells.get(d)))
    }

    /// Whether all combinations of the other's cells are in it, whatever the world.
    pub fn holds(&self, other: &FlowBox) -> bool {
        TELLING.into_iter().all(|d| other.cells.get(d).is_subset(self.cells.get(d)))
    }

    /// What they share, cell by cell; the world is the first's and is for the caller to narrow.
    pub fn intersection(&self, other: &FlowBox) -> Option<FlowBox> {
        self.meets(other).then(|| FlowBox {
            cells: PerDimension::from_fn(|d| self.cells.get(d).intersection(other.cells.get(d))),
            world: self.world,
        })
    }
}

/// One concrete flow: a cell for each dimension and a value for each variable of the world.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Flow {
    /// The cells.
    pub cells: PerDimension<u32>,
    /// The values.
    pub world: Vec<u32>,
}
