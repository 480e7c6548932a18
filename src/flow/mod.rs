//! Sets of flows: the algebra, nothing about syntax.
//!
//! A set of flows is a list of boxes: one set of cells per dimension and one condition on the
//! world. What has holes (exceptions, precedence) is boxes less boxes; questions about it are
//! decided by [`search`], which gives one concrete flow as its answer.

pub mod boxes;
pub mod cells;
pub mod clock;
pub mod dimension;
pub mod expression;
pub mod index;
pub mod join;
pub mod rarity;
pub mod search;
pub mod world;
