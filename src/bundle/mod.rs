//! The bundle: its format, and loading it. Knows nothing of the compiler.

pub mod format;
