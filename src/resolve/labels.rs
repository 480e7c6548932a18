//! Labels: which norms each covers.
//!
//! A label is a statement's, a clause's, a section's or the policy's own, and stands for one of
//! them in all folders of the policy. Labels that are declared twice are `duplicate`.

use super::Resolver;
use crate::flow::expression::Expression;
use crate::policy::Norm;
use crate::source::Span;
use crate::syntax::tree::{Name, Tail};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Where a member stands, and under which conditions in front.
pub(super) struct At {
    pub place: usize,
    pub scope: Expression,
}

/// A label.
pub(super) struct Entry {
    pub unit: usize,
    pub span: Span,
    /// Empty until the labels are settled.
    pub norms: Arc<[Norm]>,
    gathered: Vec<Norm>,
}

/// All labels.
#[derive(Default)]
pub(super) struct Labels<'a> {
    by_name: FxHashMap<&'a str, usize>,
    entries: Vec<(&'a SmolStr, Entry)>,
    /// For each place its label, which gathers its norms.
    places: Vec<Option<usize>>,
}

impl<'a> Labels<'a> {
    pub fn get(&self, name: &str) -> Option<&Entry> {
        self.by_name.get(name).and_then(|&i| self.entries.get(i)).map(|(_, e)| e)
    }

    fn gather(&mut self, label: usize, norms: &[Norm]) {
        if let Some((_, entry)) = self.entries.get_mut(label) {
            entry.gathered.extend(norms);
        }
    }

    /// All norms have come under their labels.
    pub fn settle(&mut self) {
        for (_, entry) in &mut self.entries {
            entry.norms = std::mem::take(&mut entry.gathered).into();
        }
    }

    /// All labels, in the order of their writing.
    pub fn iter(&self) -> impl Iterator<Item = (&'a str, &Entry)> {
        self.entries.iter().map(|(n, e)| (n.as_str(), e))
    }

    /// Each label with the norms that it covers.
    pub fn covered(self) -> BTreeMap<SmolStr, Arc<[Norm]>> {
        self.entries.into_iter().map(|(name, entry)| (name.clone(), entry.norms)).collect()
    }
}

impl<'a> Resolver<'a> {
    /// A label comes into being; reported where it is one already.
    fn label(&mut self, name: &'a Name) -> usize {
        let first = self.labels.get(&name.node).map(|e| (e.unit, e.span));
        if let Some(first) = first {
            let finding = self
                .twice(&name.node, first, name.span)
                .note("sections, clauses, statements and the policy itself share their labels")
                .help("give one of them another label");
            self.report(finding);
        }
        // A base's text goes on to mean the base's own.
        if first.is_none_or(|(unit, _)| !self.units.extends(self.unit, unit)) {
            self.labels.by_name.insert(&name.node, self.labels.entries.len());
        }
        let entry = Entry { unit: self.unit, span: name.span, norms: Arc::new([]), gathered: Vec::new() };
        self.labels.entries.push((&name.node, entry));
        self.labels.entries.len() - 1
    }

    /// The label of a place.
    pub(super) fn place_label(&mut self, name: &'a Name, place: usize) {
        let label = self.label(name);
        let places = &mut self.labels.places;
        places.resize(places.len().max(place + 1), None);
        if let Some(place) = places.get_mut(place) {
            *place = Some(label);
        }
    }

    /// Norms come under their own label and those of the places around them, and their tails wait.
    pub(super) fn covered(&mut self, place: usize, own: Option<&'a Name>, norms: &[Norm], tails: &'a [Tail]) {
        if let Some(name) = own {
            let label = self.label(name);
            self.labels.gather(label, norms);
        }
        let mut around = Some(place);
        while let Some(place) = around {
            if let Some(&Some(label)) = self.labels.places.get(place) {
                self.labels.gather(label, norms);
            }
            around = self.places.get(place).and_then(|p| p.parent);
        }
        self.pending.tails.extend(tails.iter().map(|t| (self.unit, norms.to_vec(), t)));
    }
}
