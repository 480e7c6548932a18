//! Statements about flows, their phrases and limits, and the lines that say which prevails.

use super::{Action, Norm};
use crate::flow::cells::CellSet;
use crate::flow::dimension::PerDimension;
use crate::flow::expression::{Expression, Length};
use crate::source::Span;
use crate::vocabulary::TermId;
use smallvec::SmallVec;
use smol_str::SmolStr;
use std::sync::Arc;
use thin_vec::ThinVec;

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
