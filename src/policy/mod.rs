//! The checked policy: what every analysis reads.
//!
//! `resolve` makes it from trees; nothing here knows how a file is written. Names have become
//! numbers, phrases sets of cells, conditions expressions. [`rules`] gives statements their
//! meaning as rules over flows, and [`analysis`] lays them out as boxes, with who prevails over whom.

pub mod analysis;
pub mod layout;
mod norms;
pub mod precedence;
pub mod rules;
pub mod scene;
mod statements;
mod worlds;

use crate::flow::dimension::{Dimension, Universe};
use crate::flow::expression::Expression;
use crate::source::{SourceId, Span};
use crate::vocabulary::{TermId, Vocabulary};
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use crate::syntax::tree::{Action, Form};
pub use norms::{Acceptance, Accepted, Duty, DutyVerb, Informative, Promise, Right, RightName};
pub use statements::{Limit, LimitSort, Modal, Moment, Phrase, PrecedenceLine, Statement};
pub use worlds::{Event, Fact, Never};

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
