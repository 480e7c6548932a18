//! What is about no flow: duties, rights and promises; and the acceptances of findings.

use super::{Citation, Date, Moment, Norm, Phrase};
use crate::flow::dimension::Dimension;
use crate::flow::expression::{Expression, Length};
use crate::source::Span;
use crate::vocabulary::TermId;
use smol_str::SmolStr;

/// A duty verb.
#[derive(Clone, Debug)]
pub struct DutyVerb {
    /// The verb.
    pub name: String,
    /// Where it is declared.
    pub span: Span,
    /// `recipient`, where it has one.
    pub parameter: Option<String>,
    /// What it means.
    pub description: Option<String>,
}

/// A duty that events start: it is about no flow.
#[derive(Clone, Debug)]
pub struct Duty {
    /// From its first word to its `;`.
    pub span: Span,
    /// Its own label.
    pub own_label: Option<SmolStr>,
    /// The place that it stands in.
    pub place: usize,
    /// Which folder it comes from.
    pub unit: usize,
    /// The events that start it (`on E or F`); empty where only conditions stand in front.
    pub on: Vec<u32>,
    /// The conditions in front and behind.
    pub when: Expression,
    /// Who has it.
    pub actor: Phrase,
    /// The verb.
    pub verb: usize,
    /// Towards whom.
    pub whom: Option<Phrase>,
    /// The phrases of flow that it has, by dimension.
    pub phrases: Vec<(Dimension, Phrase)>,
    /// Within what time.
    pub within: Option<(Moment, Span)>,
    /// `promptly`: where.
    pub promptly: Option<Span>,
}

/// A right of people.
#[derive(Clone, Debug)]
pub struct Right {
    /// From its first word to its `;`.
    pub span: Span,
    /// Its own label.
    pub own_label: Option<SmolStr>,
    /// The place that it stands in.
    pub place: usize,
    /// Which folder it comes from.
    pub unit: usize,
    /// Who has it.
    pub holder: Phrase,
    /// Which rights.
    pub names: Vec<RightName>,
    /// Over what data.
    pub over: Phrase,
    /// The phrases of flow that it has (`for P`), by dimension.
    pub phrases: Vec<(Dimension, Phrase)>,
    /// The conditions in front and behind.
    pub when: Expression,
    /// Within what time it must be answered.
    pub within: Option<(Length, Span)>,
    /// `only` before `through`: where.
    pub only_through: Option<Span>,
    /// The channels, by address or name.
    pub through: Vec<(String, Span)>,
    /// The events that its exercise starts.
    pub starts: Vec<u32>,
    /// The facts that it sets, to which value.
    pub sets: Vec<(u32, u32)>,
    /// The statements in [`Policy::statements`](super::Policy::statements) that permit its fulfilment.
    pub fulfilment: Vec<usize>,
}

/// The rights, by the names of the GDPR (articles 13 to 22) and of consumer laws.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum RightName {
    Information,
    Access,
    Rectification,
    Erasure,
    Restriction,
    Portability,
    Objection,
    OptOut,
    Withdrawal,
}

impl RightName {
    /// All of them, with the words that stand for them.
    pub const ALL: [(RightName, &'static str); 9] = [
        (RightName::Information, "information"),
        (RightName::Access, "access"),
        (RightName::Rectification, "rectification"),
        (RightName::Erasure, "erasure"),
        (RightName::Restriction, "restriction"),
        (RightName::Portability, "portability"),
        (RightName::Objection, "objection"),
        (RightName::OptOut, "opt-out"),
        (RightName::Withdrawal, "withdrawal"),
    ];
}

/// A commitment about no flow.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The whole of it.
    pub span: Span,
    /// The place that it stands in.
    pub place: usize,
    /// What is promised.
    pub text: Option<String>,
    /// In whose name, where not the issuer's.
    pub by: Option<(TermId, Span)>,
    /// What it cites.
    pub cites: Vec<Citation>,
}

/// Text that promises nothing.
#[derive(Clone, Debug)]
pub struct Informative {
    /// The whole of it.
    pub span: Span,
    /// The place that it stands in.
    pub place: usize,
    /// What it cites.
    pub cites: Vec<Citation>,
}

/// A decision to live with a finding.
#[derive(Clone, Debug)]
pub struct Acceptance {
    /// The whole of it.
    pub span: Span,
    /// The check's name, or `contradiction`.
    pub kind: String,
    /// Where that stands.
    pub kind_span: Span,
    /// What it is about.
    pub of: Vec<Accepted>,
    /// The other side; empty where none is named.
    pub with: Vec<Accepted>,
    /// Why.
    pub because: String,
    /// The last day on which it holds.
    pub until: Date,
    /// Where that is written.
    pub until_span: Span,
}

/// A name in an acceptance.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The name: a label, or that of a term, a fact, an event, a duty or a document.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// The norms that it covers, where it is a label.
    pub norms: Vec<Norm>,
}
