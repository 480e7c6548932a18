//! The bundle: its format, the envelope around it, and loading it.
//!
//! Takes a file's bytes; gives a [`Bundle`] whose every number is in range. Knows nothing of the
//! compiler, and answers nothing: that is `decide`'s part. [`trust`] has what a service needs that
//! loads signed bundles alone.

#[cfg(feature = "compiler")]
pub mod compile;
mod core;
pub(crate) mod date;
pub mod dimension;
mod duplicates;
pub mod envelope;
mod error;
mod extra;
mod flow_box;
pub mod format;
pub(crate) mod index;
pub mod jws;
pub mod key;
mod live;
pub mod load;
mod locate;
mod names;
mod quick;
pub mod ranges;
pub(crate) mod reader;
mod repeated;
#[cfg(feature = "schema")]
pub mod schema;
mod shrink;
#[cfg(feature = "compiler")]
pub mod sign;
mod texts;
pub mod trust;
mod validate;

pub(crate) use core::Shown;
pub use dimension::Dimension;
pub use error::LoadError;
pub use extra::Extra;
pub use live::{Live, Offer, Refusal, Refused, Status};
pub use load::{Bundle, MAX_BYTES};
