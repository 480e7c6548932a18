//! The checked policy: what every analysis reads.
//!
//! `resolve` makes it from trees; nothing here knows how a file is written. Names have become
//! numbers, phrases sets of cells, conditions expressions. [`rules`] gives statements their
//! meaning as rules over flows, and [`analysis`] lays them out as boxes, with who prevails over whom.

pub mod analysis;
pub mod layout;
pub mod precedence;
pub mod rules;
pub mod scene;

use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension, Universe};
use crate::flow::expression::{Expression, Length};
use crate::source::{SourceId, Span};
use crate::vocabulary::{TermId, Vocabulary};
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;
use thin_vec::ThinVec;

pub use crate::syntax::tree::{Action, Form};

/// A civil date.
pub type Date = jiff::civil::Date;

/// A policy whose names, kinds and phrases are all in order.
#[derive(Clone, Debug)]
pub struct Policy {
    /// Its name, which is a label.
    pub label: String,
    /// Its title, for people.
    pub title: Option<String>,
    /// The place of its name.
    pub span: Span,
    /// Whose policy it is: the actor where a statement names none.
    pub issuer: Vec<TermId>,
    /// The documents that it encodes, then those of its bases.
    pub documents: Vec<Document>,
    /// The date that the document states, then the revisions that it lists.
    pub revised: Vec<Revision>,
    /// The terms.
    pub vocabulary: Vocabulary,
    /// All cells of each dimension (`none` apart).
    pub universe: Universe,
    /// The facts.
    pub facts: Vec<Fact>,
    /// The events; `Collection` is among them where a statement counts from it.
    pub events: Vec<Event>,
    /// The duty verbs.
    pub duty_verbs: Vec<DutyVerb>,
    /// The worlds that cannot occur: `never` lines and `ends at`.
    pub never: Vec<Never>,
    /// Sections, clauses and the policy itself, by number; the policy is 0.
    pub places: Vec<Place>,
    /// The statements about flows, in the order of their writing; a right's fulfilment among them.
    pub statements: Vec<Statement>,
    /// Duties that events start.
    pub duties: Vec<Duty>,
    /// Rights of people.
    pub rights: Vec<Right>,
    /// Commitments about no flow.
    pub promises: Vec<Promise>,
    /// Text that promises nothing.
    pub informative: Vec<Informative>,
    /// Decisions to live with findings.
    pub acceptances: Vec<Acceptance>,
    /// Which norms prevail over which, by name.
    pub precedence: Vec<PrecedenceLine>,
    /// Labels and the norms that they cover, own labels of an extension before its base's. For messages.
    pub labels: BTreeMap<SmolStr, Arc<[Norm]>>,
    /// Every use of a term outside its declaration.
    pub uses: Vec<TermUse>,
    /// `except` terms that take nothing out: where, and what they are.
    pub idle_excepts: Vec<Span>,
    /// The files that hold tests and nothing else: what is compiled does not come from them.
    pub test_files: Vec<SourceId>,
}

/// A norm: whatever can prevail or yield.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Norm {
    /// A statement's position in [`Policy::statements`].
    Statement(usize),
    /// A duty's position in [`Policy::duties`].
    Duty(usize),
    /// A right's position in [`Policy::rights`].
    Right(usize),
}

/// A document.
#[derive(Clone, Debug)]
pub struct Document {
    /// Its label where there are several.
    pub label: Option<String>,
    /// Its path as written.
    pub path: String,
    /// Where that stands.
    pub span: Span,
    /// Which folder names it: 0 is the root policy, others its bases.
    pub unit: usize,
}

/// A date of revision.
#[derive(Clone, Debug)]
pub struct Revision {
    /// The date.
    pub date: Date,
    /// Where it is written.
    pub span: Span,
    /// Where the document says so.
    pub description: Option<String>,
}

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

/// A section, a clause, or the policy itself.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its label.
    pub label: SmolStr,
    /// Its heading.
    pub title: Option<Arc<str>>,
    /// Where that stands.
    pub title_span: Option<Span>,
    /// Where its label stands.
    pub span: Span,
    /// The place around it.
    pub parent: Option<usize>,
    /// The conditions in front of it, and of those around it.
    pub scope: Expression,
    /// What is cited in it, itself.
    pub cites: Vec<Citation>,
}

/// A citation.
#[derive(Clone, Debug)]
pub struct Citation {
    /// Which document, where there are several.
    pub document: Option<String>,
    /// The heading: the nearest section's title.
    pub heading: Option<Arc<str>>,
    /// The fragment.
    pub fragment: String,
    /// Where it is written.
    pub span: Span,
}

/// What a statement says, or what a right makes the issuer do.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Modal {
    May,
    MustNot,
    Must,
    Requires,
}

/// A phrase of a statement, resolved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Phrase {
    /// The cells as written: for actions the verbs' wide sets, for forms those named (before a
    /// permission's extension to less identifiable ones). Where left out: the default of the
    /// dimension (the issuer, the identifiable forms, everything).
    pub cells: CellSet,
    /// The forms that an `except` takes out; of other dimensions nothing is kept here.
    pub except: CellSet,
    /// The terms named, in order, for messages.
    pub terms: SmallVec<[TermId; 4]>,
    /// Where it is written; none where it is left out.
    pub span: Option<Span>,
    /// Left out, or `any` without `except`.
    pub any: bool,
    /// `only` stands before it: where.
    pub only: Option<Span>,
}

/// A statement about flows, resolved.
#[derive(Clone, Debug)]
pub struct Statement {
    /// From its first word to its `;`.
    pub span: Span,
    /// Its own label.
    pub own_label: Option<SmolStr>,
    /// The place that it stands in.
    pub place: usize,
    /// Which folder it comes from: 0 is the root policy, others its bases.
    pub unit: usize,
    /// The right whose fulfilment it is.
    pub right: Option<usize>,
    /// What it says.
    pub modal: Modal,
    /// The verbs, as written.
    pub actions: SmallVec<[Action; 8]>,
    /// The phrases; `action` holds the wide sets of the verbs. What is left out is shared.
    pub phrases: PerDimension<Arc<Phrase>>,
    /// The conditions in front: of the statement, its clause and its section.
    pub scope: Expression,
    /// The conditions behind that no `only` stands before, times among them (not a [`Limit`]).
    pub guard: Expression,
    /// The conditions behind an `only`.
    pub only_guard: Option<Expression>,
    /// Where each condition of its own stands, with what it says, for the checks of conditions.
    pub conditions: ThinVec<(Expression, Span)>,
    /// What a `requires` requires.
    pub requires: Option<Expression>,
    /// A deadline or a minimum.
    pub limit: Option<Limit>,
    /// `promptly`: where.
    pub promptly: Option<Span>,
    /// `indefinitely`: where.
    pub indefinitely: Option<Span>,
    /// `with duty`: the verbs.
    pub duties: ThinVec<usize>,
    /// `on basis`: the bases, as written.
    pub basis: ThinVec<String>,
}

/// A deadline or a minimum: it replaces another of its sort that it prevails over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limit {
    /// Which.
    pub sort: LimitSort,
    /// By or until when.
    pub moment: Moment,
    /// `until`: it speaks before the event too.
    pub open_start: bool,
    /// Where it is written.
    pub span: Span,
}

/// Which way a limit binds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LimitSort {
    /// `must delete X within D after E`
    Deadline,
    /// `must retain X for at least D after E`
    Minimum,
}

/// A point in time, in normal form: sums and anchors are worked in.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Moment {
    /// A length after an event. A zero length is the event itself.
    After(u32, Length),
    /// The latest of several, sorted and without repetition.
    Later(Vec<Moment>),
    /// The earliest of several, sorted and without repetition.
    Earlier(Vec<Moment>),
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
    /// The statements in [`Policy::statements`] that permit its fulfilment.
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

/// One line of precedence: each winner prevails over each loser that is not itself.
#[derive(Clone, Debug)]
pub struct PrecedenceLine {
    /// Where it is written: the line, or the tail of a statement.
    pub span: Span,
    /// What prevails. Shared, since all that is subject to one label has the same winners.
    pub winners: Arc<[Norm]>,
    /// What yields (for `subject to L`, those of L that say `subject to L` themselves are already left out of the winners).
    /// Shared as well: many may prevail over one label.
    pub losers: Arc<[Norm]>,
    /// Why.
    pub because: Option<String>,
    /// Which folder it is written in: a line of an extension replaces its base's opposite one.
    pub unit: usize,
}

/// A use of a term.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TermUse {
    /// Which term.
    pub term: TermId,
    /// Where.
    pub span: Span,
    /// In which dimension; none in rights, duties, lists and promises.
    pub dimension: Option<Dimension>,
}

impl Policy {
    /// The label by which a norm is best named: its own, else that of its clause or section.
    pub fn label_of(&self, norm: Norm) -> &str {
        let (own, place) = match norm {
            Norm::Statement(i) => self.statements.get(i).map(|s| (&s.own_label, s.place)),
            Norm::Duty(i) => self.duties.get(i).map(|s| (&s.own_label, s.place)),
            Norm::Right(i) => self.rights.get(i).map(|s| (&s.own_label, s.place)),
        }
        .unwrap_or((&None, 0));
        match own {
            Some(label) => label,
            None => self.places.get(place).map_or(self.label.as_str(), |p| p.label.as_str()),
        }
    }
}
