//! The rights of people.

use super::{Front, Name, Phrase, Set, Tail, Text};
use crate::source::Span;
use thin_vec::ThinVec;

/// `User has right of erasure over X …;`
#[derive(Clone, PartialEq, Debug)]
pub struct Right {
    /// From the first word to the `;`.
    pub span: Span,
    /// Its label.
    pub label: Option<Name>,
    /// The scope.
    pub front: ThinVec<Front>,
    /// Who has it.
    pub holder: Set,
    /// `erasure, access`: names of rights, as written.
    pub names: Vec<Name>,
    /// Over what data.
    pub over: Set,
    /// Phrases of flow, guards and `within`.
    pub phrases: Vec<Phrase>,
    /// `only` before `through`: its place.
    pub only_through: Option<Span>,
    /// The channels: strings, or the names of declared channels.
    pub through: Vec<Through>,
    /// `starts E`
    pub starts: Vec<Name>,
    /// `sets F`, `sets not F`, `sets F is V`
    pub sets: Vec<Sets>,
    /// Precedence.
    pub tails: ThinVec<Tail>,
}

/// A way to exercise a right.
#[derive(Clone, PartialEq, Debug)]
pub enum Through {
    /// An address.
    Address(Text),
    /// A declared channel.
    Channel(Name),
}

/// What exercising a right makes of a fact.
#[derive(Clone, PartialEq, Debug)]
pub struct Sets {
    /// The whole of it.
    pub span: Span,
    /// The fact.
    pub fact: Name,
    /// `not`
    pub negated: bool,
    /// `is V`
    pub value: Option<Name>,
}
