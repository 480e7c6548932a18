//! Lists of terms to sets of cells.
//!
//! Takes `A, B except C` and the dimension that it stands in; gives cells and the terms named.
//! Check: `empty-set`; an `except` that takes nothing out is only kept for a later check.

use super::names::{WRONG_KIND, Wanted};
use super::{Resolver, error};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::policy::rules::form_cell;
use crate::policy::{Phrase, TermUse};
use crate::source::Span;
use crate::syntax::tree::{Form, Name, Set, Spanned, TermRef, TermRefKind};
use crate::vocabulary::{Graph, TermId};
use smallvec::SmallVec;

/// A phrase from which everything is taken out.
pub const EMPTY_SET: &str = "empty-set";

/// What a list stands for.
struct Members {
    cells: Vec<CellSet>,
    terms: SmallVec<[TermId; 4]>,
    /// Whether every name was in order.
    whole: bool,
}

impl Members {
    fn union(&self) -> CellSet {
        CellSet::union_of(&self.cells)
    }
}

/// The graph whose terms stand in a dimension.
pub(super) fn graph(dimension: Dimension) -> Graph {
    match dimension {
        Dimension::Actor | Dimension::Subject | Dimension::Source | Dimension::Recipient => Graph::Party,
        Dimension::Data | Dimension::With | Dimension::Action | Dimension::Form => Graph::Data,
        Dimension::Purpose => Graph::Purpose,
        Dimension::Place => Graph::Place,
    }
}

/// What belongs in a dimension.
pub(super) fn wanted(dimension: Dimension) -> Wanted {
    match dimension {
        Dimension::Source => Wanted::Source,
        Dimension::Subject => Wanted::Subject,
        other => Wanted::of(graph(other)),
    }
}

impl Resolver<'_> {
    /// A phrase of terms. `counts` is whether it is part of a statement about flows, so that its
    /// terms are used in that dimension.
    pub(super) fn set(
        &mut self,
        set: &Set,
        dimension: Dimension,
        only: Option<Span>,
        counts: bool,
    ) -> Phrase {
        if let ([one], []) = (set.include.as_slice(), set.except.as_slice()) {
            return self.one(one, set.span, dimension, only, counts);
        }
        let include = self.members(&set.include, dimension, counts);
        let except = self.members(&set.except, dimension, counts);
        let all = include.union();
        for (cells, written) in except.cells.iter().zip(&set.except) {
            if except.whole && include.whole && !cells.meets(&all) {
                self.idle_excepts.push(written.span);
            }
        }
        let cells = all.difference(&except.union());
        if cells.is_empty() && include.whole && except.whole {
            self.nothing_left(set.span, !set.except.is_empty());
        }
        let any = set.except.is_empty() && set.include.iter().any(|r| r.kind == TermRefKind::Any);
        Phrase { cells, except: CellSet::empty(), terms: include.terms, span: Some(set.span), any, only }
    }

    /// A phrase of one term, as most are.
    fn one(
        &mut self,
        r: &TermRef,
        span: Span,
        dimension: Dimension,
        only: Option<Span>,
        counts: bool,
    ) -> Phrase {
        let member = self.member(r, dimension, counts);
        if member.as_ref().is_some_and(|(cells, _)| cells.is_empty()) {
            self.nothing_left(span, false);
        }
        let (cells, term) = member.unwrap_or_default();
        let any = r.kind == TermRefKind::Any;
        let terms = term.into_iter().collect();
        Phrase { cells, except: CellSet::empty(), terms, span: Some(span), any, only }
    }

    fn nothing_left(&mut self, span: Span, except: bool) {
        let finding = error(EMPTY_SET, "this stands for nothing", span);
        self.report(match except {
            true => {
                finding.at("`except` takes everything out").help("take out less, or leave out the statement")
            }
            false => finding
                .at("a name for a list has no part of its own")
                .help("write the list's name alone, or `other` before one of its members"),
        });
    }

    fn members(&mut self, refs: &[TermRef], dimension: Dimension, counts: bool) -> Members {
        let cells = Vec::with_capacity(refs.len());
        let mut members = Members { cells, terms: SmallVec::new(), whole: true };
        for r in refs {
            match self.member(r, dimension, counts) {
                Some((cells, term)) => {
                    members.cells.push(cells);
                    members.terms.extend(term);
                }
                None => members.whole = false,
            }
        }
        members
    }

    fn member(
        &mut self,
        r: &TermRef,
        dimension: Dimension,
        counts: bool,
    ) -> Option<(CellSet, Option<TermId>)> {
        match &r.kind {
            TermRefKind::Any => Some((self.universe.get(dimension).clone(), None)),
            TermRefKind::OtherAny => {
                let cell = self.vocabulary.other_any(graph(dimension));
                Some((CellSet::one(cell), None))
            }
            TermRefKind::Subject => {
                let cell = CellSet::one(self.vocabulary.subject());
                if cell.is_subset(self.universe.get(dimension)) && graph(dimension) == Graph::Party {
                    return Some((cell, None));
                }
                self.misplaced_subject(r.span, dimension);
                None
            }
            TermRefKind::Named(name) => {
                let term = self.use_term(name, dimension, counts)?;
                Some((self.vocabulary.cells(term).clone(), Some(term)))
            }
            TermRefKind::Other(name) => {
                let term = self.use_term(name, dimension, counts)?;
                let own = self.vocabulary.own(term).map_or_else(CellSet::empty, CellSet::one);
                Some((own, Some(term)))
            }
        }
    }

    fn use_term(&mut self, name: &Name, dimension: Dimension, counts: bool) -> Option<TermId> {
        let term = self.term(name, wanted(dimension))?;
        self.uses.push(TermUse { term, span: name.span, dimension: counts.then_some(dimension) });
        Some(term)
    }

    fn misplaced_subject(&mut self, span: Span, dimension: Dimension) {
        let finding = if dimension == Dimension::Subject {
            error(WRONG_KIND, "`the subject` is whomever the data is about, and names nobody here", span)
                .help("name the people whom the data is about, or leave the phrase out")
        } else {
            let message =
                format!("`the subject` is a person, and {} belongs here", wanted(dimension).words());
            error(WRONG_KIND, message, span).help("write it as the actor, or behind `from` or `to`")
        };
        self.report(finding);
    }

    /// A phrase of forms.
    pub(super) fn forms(
        &mut self,
        span: Span,
        include: &[Spanned<Option<Form>>],
        except: &[Spanned<Form>],
        only: Option<Span>,
    ) -> Phrase {
        let all = include.iter().fold(CellSet::empty(), |all, form| match form.node {
            Some(form) => all.union(&CellSet::one(form_cell(form))),
            None => all.union(self.universe.get(Dimension::Form)),
        });
        for form in except {
            if !all.contains(form_cell(form.node)) {
                self.idle_excepts.push(form.span);
            }
        }
        let any = except.is_empty() && include.iter().any(|f| f.node.is_none());
        let except = CellSet::from_cells(except.iter().map(|f| form_cell(f.node)));
        let cells = all.difference(&except);
        if cells.is_empty() {
            self.nothing_left(span, true);
        }
        Phrase { cells, except, terms: SmallVec::new(), span: Some(span), any, only }
    }
}
