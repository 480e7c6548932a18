//! The mistakes that authors make, each with a message of its own and a way out.

pub(super) mod characters;
