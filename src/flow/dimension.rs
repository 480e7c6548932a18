//! The ten dimensions of a flow whose values are cells; the world is the eleventh and stands in `world`.

use crate::flow::cells::CellSet;

/// A dimension of flows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dimension {
    /// The party that acts.
    Actor,
    /// What is done.
    Action,
    /// The category of data.
    Data,
    /// The data that it is combined with.
    With,
    /// How identifiable the data is.
    Form,
    /// The people whom the data is about.
    Subject,
    /// Whom the data came from.
    Source,
    /// Whom it goes to.
    Recipient,
    /// Why.
    Purpose,
    /// Where it is kept or processed.
    Place,
}

/// How many dimensions have cells.
pub const DIMENSIONS: usize = 10;

impl Dimension {
    /// All of them, in the order of [`PerDimension`].
    pub const ALL: [Dimension; DIMENSIONS] = [
        Dimension::Actor,
        Dimension::Action,
        Dimension::Data,
        Dimension::With,
        Dimension::Form,
        Dimension::Subject,
        Dimension::Source,
        Dimension::Recipient,
        Dimension::Purpose,
        Dimension::Place,
    ];

    /// Its name, for people and for JSON.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Actor => "actor",
            Dimension::Action => "action",
            Dimension::Data => "data",
            Dimension::With => "with",
            Dimension::Form => "form",
            Dimension::Subject => "subject",
            Dimension::Source => "source",
            Dimension::Recipient => "recipient",
            Dimension::Purpose => "purpose",
            Dimension::Place => "place",
        }
    }
}

/// The cell that a dimension has where the action does not take it.
pub const NONE: u32 = 0;

/// One value for each dimension.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct PerDimension<T>(pub [T; DIMENSIONS]);

impl<T> PerDimension<T> {
    /// Made from a function of the dimension.
    pub fn from_fn(mut make: impl FnMut(Dimension) -> T) -> PerDimension<T> {
        PerDimension(Dimension::ALL.map(&mut make))
    }

    /// The value of a dimension.
    #[inline]
    #[allow(clippy::indexing_slicing)] // a Dimension is always below DIMENSIONS
    pub fn get(&self, dimension: Dimension) -> &T {
        &self.0[dimension as usize]
    }

    /// The value of a dimension, to change.
    #[allow(clippy::indexing_slicing)] // a Dimension is always below DIMENSIONS
    pub fn get_mut(&mut self, dimension: Dimension) -> &mut T {
        &mut self.0[dimension as usize]
    }

    /// The same with one value replaced.
    pub fn with(mut self, dimension: Dimension, value: T) -> PerDimension<T> {
        *self.get_mut(dimension) = value;
        self
    }

    /// All values with their dimensions.
    pub fn iter(&self) -> impl Iterator<Item = (Dimension, &T)> {
        Dimension::ALL.into_iter().zip(self.0.iter())
    }
}

/// All cells of each dimension, `none` left out except where nothing else is.
pub type Universe = PerDimension<CellSet>;
