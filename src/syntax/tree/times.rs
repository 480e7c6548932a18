//! Times, and the moments that they are counted from.

use super::Name;
use crate::source::Span;

/// A phrase of time.
#[derive(Clone, PartialEq, Debug)]
pub enum Time {
    /// `for [at least | at most] D [after M]`
    For(Bound, Moment),
    /// `within D [after M]`
    Within(Moment),
    /// `until M`
    Until(Moment),
    /// `after M`
    After(Moment),
    /// `before M`
    Before(Moment),
    /// `indefinitely`
    Indefinitely,
    /// `promptly`
    Promptly,
}

/// The bound of a `for`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Bound {
    Exactly,
    AtLeast,
    AtMost,
}

/// A point in time, or a length with its start left out.
#[derive(Clone, PartialEq, Debug)]
pub struct Moment {
    /// The whole of it.
    pub span: Span,
    /// What it says.
    pub kind: MomentKind,
}

/// What a moment says.
#[derive(Clone, PartialEq, Debug)]
pub enum MomentKind {
    /// `E`
    Event(Name),
    /// `25 days + 30 days [after M]`
    Length(Vec<Duration>, Option<Box<Moment>>),
    /// `the later of (…) [after M]`
    Later(Vec<Moment>, Option<Box<Moment>>),
    /// `the earlier of (…) [after M]`
    Earlier(Vec<Moment>, Option<Box<Moment>>),
}

/// A length of time, as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duration {
    /// The whole of it.
    pub span: Span,
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// The units of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}
