//! Statements about flows and duties: who does what with which data, and the phrases that narrow it.

use super::{Condition, Front, GuardWord, Name, Spanned, Time};
use crate::source::Span;
use smallvec::SmallVec;
use thin_vec::ThinVec;

/// A statement about flows; also the body of a question (`modal` is then `May`).
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// From the first word to the `;`.
    pub span: Span,
    /// `no-brokers:`
    pub label: Option<Name>,
    /// The scope.
    pub front: ThinVec<Front>,
    /// `only` before the actor: its place.
    pub only_actor: Option<Span>,
    /// The actor.
    pub actor: Option<Set>,
    /// What it says.
    pub modal: Spanned<Modal>,
    /// What is done.
    pub actions: SmallVec<[Spanned<Action>; 1]>,
    /// `only` before the data: its place.
    pub only_data: Option<Span>,
    /// The data.
    pub data: Set,
    /// The phrases behind, in the order of their writing. For `requires`, those before the word
    /// are phrases of flow and those behind are guards.
    pub phrases: Vec<Phrase>,
    /// What a `requires` requires.
    pub requires: Option<Condition>,
    /// `subject to L`, `notwithstanding L`
    pub tails: ThinVec<Tail>,
}

/// Terms, less terms.
#[derive(Clone, PartialEq, Debug)]
pub struct Set {
    /// The whole phrase.
    pub span: Span,
    /// What it holds: mostly one term.
    pub include: SmallVec<[TermRef; 1]>,
    /// What it does not.
    pub except: ThinVec<TermRef>,
}

/// A use of a term.
#[derive(Clone, PartialEq, Debug)]
pub struct TermRef {
    /// The whole of it, `other` and `the` included.
    pub span: Span,
    /// What is meant.
    pub kind: TermRefKind,
}

/// What a use of a term means.
#[derive(Clone, PartialEq, Debug)]
pub enum TermRefKind {
    /// `any`
    Any,
    /// `other any`
    OtherAny,
    /// `the subject`
    Subject,
    /// `T`
    Named(Name),
    /// `other T`
    Other(Name),
}

/// The actions, adapted from W3C DPV's processing operations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Action {
    Collect,
    Use,
    Combine,
    Profile,
    Derive,
    Aggregate,
    Anonymize,
    Pseudonymize,
    Share,
    Disclose,
    Transfer,
    Sell,
    Rent,
    Publish,
    Retain,
    Erase,
}

/// The forms of data, from identified to anonymized.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Form {
    Identified,
    Pseudonymous,
    Aggregated,
    Anonymized,
}

/// What a statement says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Modal {
    /// `may`
    May,
    /// `must not`
    MustNot,
    /// `must`
    Must,
    /// `… requires CONDITION`
    Requires,
}

/// A phrase of a statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Phrase {
    /// The whole phrase.
    pub span: Span,
    /// `only` in front of it: its place.
    pub only: Option<Span>,
    /// What it says.
    pub kind: PhraseKind,
}

/// What a phrase says.
#[derive(Clone, PartialEq, Debug)]
pub enum PhraseKind {
    /// `with DATA`
    With(Set),
    /// `of PEOPLE`
    Of(Set),
    /// `from PARTY`
    From(Set),
    /// `to PARTY`
    To(Set),
    /// `for PURPOSE`
    For(Set),
    /// `in PLACE`
    In(Set),
    /// `as FORM`
    As {
        /// The forms; `None` is `any`.
        include: Vec<Spanned<Option<Form>>>,
        /// Less these.
        except: Vec<Spanned<Form>>,
    },
    /// `when`, `unless`, `while`
    Guard(GuardWord, Condition),
    /// A phrase of time.
    Time(Time),
    /// `with duty notify, log`
    Duties(Vec<Name>),
    /// `on basis consent`
    Basis(Vec<Name>),
}

/// Precedence behind a statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Tail {
    /// The whole of it.
    pub span: Span,
    /// `notwithstanding` prevails, `subject to` yields.
    pub prevails: bool,
    /// Over or to these labels.
    pub labels: Vec<Name>,
}

/// `[L:] on E, [WHO] must VERB [WHOM] …;`
#[derive(Clone, PartialEq, Debug)]
pub struct Duty {
    /// From the first word to the `;`.
    pub span: Span,
    /// Its label.
    pub label: Option<Name>,
    /// When it arises.
    pub front: ThinVec<Front>,
    /// Who has it.
    pub actor: Option<Set>,
    /// The verb.
    pub verb: Name,
    /// Towards whom.
    pub whom: Option<Set>,
    /// Phrases of flow, guards, `within`, `promptly`.
    pub phrases: Vec<Phrase>,
    /// Precedence.
    pub tails: ThinVec<Tail>,
}
