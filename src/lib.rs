//! Caveat.
pub mod bundle;
pub mod diagnostic;
pub mod source;
pub mod syntax;
