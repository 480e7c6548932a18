//! What a dimension holds where no phrase speaks of it, and the phrases of flow that may.

use super::Resolver;
use super::takes::MISPLACED_ONLY;
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::policy::Phrase;
use crate::policy::rules::identifiable;
use crate::syntax::tree::{self, PhraseKind};
use smallvec::SmallVec;
use std::sync::Arc;

impl Resolver<'_> {
    /// The phrase of a dimension that is left out: the issuer, the identifiable forms, everything.
    pub(super) fn left_out(&self, dimension: Dimension) -> Phrase {
        let (cells, any) = match dimension {
            Dimension::Actor => (self.issuer_cells(), false),
            Dimension::Form => (identifiable(), false),
            other => (self.universe.get(other).clone(), true),
        };
        Phrase { cells, except: CellSet::empty(), terms: SmallVec::new(), span: None, any, only: None }
    }

    fn issuer_cells(&self) -> CellSet {
        let issuer = self.headers.get(&self.unit).map(|h| h.issuer.as_slice()).unwrap_or_default();
        issuer.iter().fold(CellSet::empty(), |all, t| all.union(self.vocabulary.cells(*t)))
    }

    /// All phrases, left out; the same ones for all statements of a folder.
    pub(super) fn all_left_out(&mut self) -> PerDimension<Arc<Phrase>> {
        let phrases = match &self.left_out {
            Some((unit, phrases)) if *unit == self.unit => return phrases.clone(),
            _ => PerDimension::from_fn(|d| Arc::new(self.left_out(d))),
        };
        self.left_out = Some((self.unit, phrases.clone()));
        phrases
    }

    /// A phrase of flow with its dimension; none for guards, times and annotations.
    ///
    /// The place of a phrase is that of its word and its list.
    pub(super) fn flow(&mut self, phrase: &tree::Phrase, counts: bool) -> Option<(Dimension, Phrase)> {
        let (dimension, set) = match &phrase.kind {
            PhraseKind::As { include, except } => {
                return Some((Dimension::Form, self.forms(phrase.span, include, except, phrase.only)));
            }
            other => set_of(other)?,
        };
        let mut resolved = self.set(set, dimension, phrase.only, counts);
        resolved.span = Some(phrase.span);
        Some((dimension, resolved))
    }

    /// Phrases of rights and duties stand without `only`.
    pub(super) fn without_only(&mut self, phrases: &[tree::Phrase], of: &str) {
        for only in phrases.iter().filter_map(|p| p.only) {
            let message = format!("`only` has no meaning in a {of}");
            self.report(super::error(MISPLACED_ONLY, message, only).help("leave it out"));
        }
    }
}

/// The dimension that a phrase speaks of, and its list.
pub(super) fn set_of(phrase: &PhraseKind) -> Option<(Dimension, &tree::Set)> {
    match phrase {
        PhraseKind::With(set) => Some((Dimension::With, set)),
        PhraseKind::Of(set) => Some((Dimension::Subject, set)),
        PhraseKind::From(set) => Some((Dimension::Source, set)),
        PhraseKind::To(set) => Some((Dimension::Recipient, set)),
        PhraseKind::For(set) => Some((Dimension::Purpose, set)),
        PhraseKind::In(set) => Some((Dimension::Place, set)),
        PhraseKind::As { .. }
        | PhraseKind::Guard(..)
        | PhraseKind::Time(_)
        | PhraseKind::Duties(_)
        | PhraseKind::Basis(_) => None,
    }
}
