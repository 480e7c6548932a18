//! What the worlds are made of: facts, events, and what can never be.

use crate::flow::expression::Expression;
use crate::source::Span;

/// A fact.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its name.
    pub name: String,
    /// Where that stands.
    pub span: Span,
    /// What it means.
    pub description: Option<String>,
    /// Its values; `false`, `true` for a boolean.
    pub values: Vec<String>,
    /// Whether it is a boolean.
    pub boolean: bool,
    /// The value when a service does not say.
    pub default: Option<u32>,
    /// What it is called elsewhere.
    pub same: Vec<String>,
}

/// An event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its name.
    pub name: String,
    /// Where it is declared; the first use of the built-in `Collection`.
    pub span: Span,
    /// What it means.
    pub description: Option<String>,
    /// Whether it is the built-in one and not declared.
    pub built_in: bool,
}

/// Worlds that cannot occur.
#[derive(Clone, Debug)]
pub struct Never {
    /// Which.
    pub condition: Expression,
    /// Where it is written: a `never` line, or a fact's `ends at`.
    pub span: Span,
    /// Whether it is an `ends at`.
    pub ends: bool,
}
