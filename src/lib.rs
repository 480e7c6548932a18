//! Caveat.
pub mod bundle;
pub mod decide;
pub mod diagnostic;
pub mod source;
pub mod syntax;
