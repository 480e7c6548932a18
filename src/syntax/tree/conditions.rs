//! Conditions, in front of a statement or behind it.

use super::{Duration, Moment, Name};
use crate::source::Span;

/// The words before a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum GuardWord {
    When,
    Unless,
    While,
}

/// A condition in front: the scope of what follows.
#[derive(Clone, PartialEq, Debug)]
pub struct Front {
    /// The whole of it.
    pub span: Span,
    /// What it says.
    pub kind: FrontKind,
}

/// What stands in front.
#[derive(Clone, PartialEq, Debug)]
pub enum FrontKind {
    /// `when C,`
    Guard(GuardWord, Condition),
    /// `after M,`
    After(Moment),
    /// `before M,`
    Before(Moment),
    /// `on E or F,`
    On(Vec<Name>),
}

/// A condition.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// The whole of it.
    pub span: Span,
    /// What it says.
    pub kind: ConditionKind,
}

/// What a condition says.
#[derive(Clone, PartialEq, Debug)]
pub enum ConditionKind {
    /// `A and B`
    And(Vec<Condition>),
    /// `A or B`
    Or(Vec<Condition>),
    /// `not A`
    Not(Box<Condition>),
    /// `since(E) <= 30 days`
    Since {
        /// The event.
        event: Name,
        /// How it compares.
        comparison: Comparison,
        /// With what: a sum.
        length: Vec<Duration>,
    },
    /// `after M`
    After(Moment),
    /// `before M`
    Before(Moment),
    /// `consent`
    Fact(Name),
    /// `region is (EU, Switzerland)`, `region is not EU`
    Is {
        /// The fact.
        fact: Name,
        /// `is not`
        negated: bool,
        /// The values.
        values: Vec<Name>,
    },
}

/// How two lengths compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Comparison {
    Less,
    AtMost,
    Equal,
    NotEqual,
    AtLeast,
    Greater,
}
