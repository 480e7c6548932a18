//! The bundle: its format, and loading it. Knows nothing of the compiler.

#[cfg(feature = "compiler")]
pub mod compile;
pub mod format;
