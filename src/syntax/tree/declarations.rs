//! Declarations: terms, facts, events and duties.

use super::{Name, Set, Spanned, Text};
use crate::source::Span;

/// A declaration.
#[derive(Clone, PartialEq, Debug)]
pub enum Declaration {
    /// `data`, `people`, `party`, `parties`, `purpose`, `place`, `channel`, with their tree.
    Term {
        /// The kind word.
        kind: Spanned<TermKind>,
        /// The outermost term.
        term: Term,
    },
    /// `fact …;`
    Fact(Fact),
    /// `event E "…";`
    Event(Event),
    /// `duty notify(recipient);`
    Duty(DutyDeclaration),
}

/// The kinds of terms that form a graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TermKind {
    /// Categories of data.
    Data,
    /// People.
    People,
    /// One party.
    Party,
    /// A class of parties.
    Parties,
    /// Purposes.
    Purpose,
    /// Places.
    Place,
    /// A way in.
    Channel,
}

/// A term as declared.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// The whole declaration of this term, children included.
    pub span: Span,
    /// `party` or `parties` in front of a member inside braces; `Parties` makes it a class.
    pub class: Option<TermKind>,
    /// Its name.
    pub name: Name,
    /// What it means, for people.
    pub description: Option<Text>,
    /// `bound by "service agreement"`
    pub bound: Option<Text>,
    /// `open because "…"`
    pub open: Option<Text>,
    /// `same as dpv:EmailAddress, "…"`
    pub same: Vec<Text>,
    /// `includes A, B`: existing terms under this one, beside its own children.
    pub includes: Vec<Name>,
    /// What stands behind.
    pub body: TermBody,
}

/// What stands behind a term's name.
#[derive(Clone, PartialEq, Debug)]
pub enum TermBody {
    /// `;`
    Leaf,
    /// `{ … }`: new terms, kinds of this one.
    Children(Vec<Term>),
    /// `= A, B;`: a name for a list.
    Equals(Set),
}

/// A fact.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// The whole declaration.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// What it means.
    pub description: Option<Text>,
    /// Its named values; none for a boolean.
    pub values: Vec<Name>,
    /// `default true`, `default EU`
    pub default: Option<Name>,
    /// `ends at E or F`
    pub ends_at: Vec<Name>,
    /// `same as …`
    pub same: Vec<Text>,
}

/// An event.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The whole declaration.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// What it means.
    pub description: Option<Text>,
    /// `same as …`
    pub same: Vec<Text>,
}

/// A duty verb.
#[derive(Clone, PartialEq, Debug)]
pub struct DutyDeclaration {
    /// The whole declaration.
    pub span: Span,
    /// The verb.
    pub name: Name,
    /// `(recipient)`
    pub parameter: Option<Name>,
    /// What it means.
    pub description: Option<Text>,
}
