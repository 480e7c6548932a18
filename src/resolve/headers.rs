//! Policy headers: whose policy it is, which documents it encodes, when they were revised.
//!
//! What an extension's header leaves out is its base's. Check: `policy-header`.

use super::declare::DUPLICATE;
use super::names::{UNDECLARED, Wanted};
use super::{Resolver, error};
use crate::policy::{self, Citation, Revision, TermUse};
use crate::source::{SourceId, Span};
use crate::syntax::tree::{Cites, Item, PolicyHeader};
use crate::vocabulary::TermId;

/// A policy without a header, with several, or with one that says too little.
pub const POLICY_HEADER: &str = "policy-header";

/// A header, with what it has from its bases.
pub(super) struct Header<'a> {
    pub tree: Option<&'a PolicyHeader>,
    pub issuer: Vec<TermId>,
    pub documents: Vec<policy::Document>,
    pub revised: Vec<Revision>,
}

impl<'a> Resolver<'a> {
    /// Reads the headers of the policy and of its bases.
    pub(super) fn read_headers(&mut self) {
        for unit in self.units.bases(0) {
            self.unit = unit;
            let tree = self.header_of(unit);
            let header = Header {
                tree,
                issuer: tree.map(|t| self.issuer(t)).unwrap_or_default(),
                documents: tree.map(|t| self.documents(t)).unwrap_or_default(),
                revised: tree.map(|t| self.revised(t)).unwrap_or_default(),
            };
            self.headers.insert(unit, header);
        }
        self.inherit();
        if let Some(Header { tree: Some(tree), issuer, .. }) = self.headers.get(&0)
            && issuer.is_empty()
            && tree.issuer.is_empty()
            && !self.program.broken
        {
            let finding = error(POLICY_HEADER, "the header does not say whose policy it is", tree.label.span)
                .help("add `issuer NAME;`, with the name of a declared party");
            self.report(finding);
        }
    }

    /// The one header of a folder.
    fn header_of(&mut self, unit: usize) -> Option<&'a PolicyHeader> {
        let files = self.units.files(unit);
        let headers: Vec<&PolicyHeader> = files
            .iter()
            .flat_map(|f| &f.items)
            .filter_map(|item| match item {
                Item::Policy(header) => Some(header),
                _ => None,
            })
            .collect();
        let (first, others) = match headers.split_first() {
            Some(split) => split,
            None if self.program.broken => return None,
            None => {
                let source = files.first().map_or(SourceId(0), |f| f.source);
                let folder = self.program.units.get(unit).map_or("", |u| u.folder.as_str());
                let finding = error(POLICY_HEADER, format!("`{folder}` has no policy header"), Span { source, start: 0, end: 0 })
                    .help("begin with `policy LABEL \"title\" { issuer NAME; document \"path\"; revised YYYY-MM-DD; }`");
                self.report(finding);
                return None;
            }
        };
        for other in others {
            let finding = error(
                POLICY_HEADER,
                "a folder is one policy, and this one has a second header",
                other.label.span,
            )
            .and(first.label.span, "the first header")
            .help("take one of them out, or move one policy to a folder of its own")
            .help("to check one file alone, name it: `caveat check FILE.caveat`");
            self.report(finding);
            self.several_headers = true;
        }
        Some(first)
    }

    /// Fills in from the nearest base what a header leaves out.
    fn inherit(&mut self) {
        for unit in self.units.bases(0) {
            let bases = self.units.bases(unit);
            let issuer = bases
                .iter()
                .filter_map(|b| self.headers.get(b))
                .map(|h| &h.issuer)
                .find(|i| !i.is_empty())
                .cloned();
            let documents = bases
                .iter()
                .filter_map(|b| self.headers.get(b))
                .map(|h| &h.documents)
                .find(|i| !i.is_empty())
                .cloned();
            let revised = bases
                .iter()
                .filter_map(|b| self.headers.get(b))
                .map(|h| &h.revised)
                .find(|i| !i.is_empty())
                .cloned();
            if let Some(header) = self.headers.get_mut(&unit) {
                header.issuer = issuer.unwrap_or_default();
                header.documents = documents.unwrap_or_default();
                header.revised = revised.unwrap_or_default();
            }
        }
    }

    fn issuer(&mut self, header: &'a PolicyHeader) -> Vec<TermId> {
        let mut issuer = Vec::new();
        for name in &header.issuer {
            let Some(term) = self.term(name, Wanted::Party) else { continue };
            self.uses.push(TermUse { term, span: name.span, dimension: None });
            issuer.push(term);
        }
        issuer
    }

    fn documents(&mut self, header: &'a PolicyHeader) -> Vec<policy::Document> {
        let mut documents: Vec<policy::Document> = Vec::new();
        for document in &header.documents {
            let label = document.label.as_ref().map(|l| l.node.to_string());
            if let Some(first) = documents.iter().find(|d| d.label == label) {
                let message = match &label {
                    Some(label) => format!("two documents are `{label}`"),
                    None => "two documents have no label".to_owned(),
                };
                let finding = error(DUPLICATE, message, document.path.span)
                    .and(first.span, "the first one")
                    .help("give each a label of its own: `document ccpa \"…\";`, then `cites ccpa \"…\";`");
                self.report(finding);
            }
            documents.push(policy::Document {
                label,
                path: document.path.node.clone(),
                span: document.path.span,
                unit: self.unit,
            });
        }
        documents
    }

    /// The documents of the policy, its own or inherited, then those that its bases name.
    pub(super) fn all_documents(&self) -> Vec<policy::Document> {
        let mut documents: Vec<policy::Document> = Vec::new();
        for unit in self.units.bases(0) {
            for document in self.headers.get(&unit).into_iter().flat_map(|h| &h.documents) {
                if documents.iter().all(|d| d.span != document.span) {
                    documents.push(document.clone());
                }
            }
        }
        documents
    }

    fn revised(&mut self, header: &'a PolicyHeader) -> Vec<Revision> {
        let mut revised = Vec::new();
        for (date, description) in &header.revised {
            let Some(day) = self.date(date) else { continue };
            let description = description.as_ref().map(|d| d.node.clone());
            revised.push(Revision { date: day, span: date.span, description });
        }
        revised
    }

    /// A citation, under the nearest heading around it.
    pub(super) fn citation(&mut self, cites: &Cites, place: usize) -> Citation {
        if let Some(label) = &cites.document {
            self.document_label(label);
        }
        let mut heading = None;
        let mut around = self.places.get(place);
        while let Some(place) = around {
            // The outermost place is the policy: its title is no heading of the document.
            let Some(parent) = place.parent else { break };
            if place.title.is_some() {
                heading = place.title.clone();
                break;
            }
            around = self.places.get(parent);
        }
        Citation {
            document: cites.document.as_ref().map(|d| d.node.to_string()),
            heading,
            fragment: cites.fragment.node.clone(),
            span: cites.span,
        }
    }

    fn document_label(&mut self, label: &crate::syntax::tree::Name) {
        let Some(header) = self.headers.get(&self.unit) else { return };
        let labels: Vec<&str> = header.documents.iter().filter_map(|d| d.label.as_deref()).collect();
        if labels.contains(&label.node.as_str()) || (self.program.broken && header.tree.is_none()) {
            return;
        }
        let near = self.suggestions.nearest(&label.node, labels.iter().copied());
        let finding = error(UNDECLARED, format!("no document is `{}`", label.node), label.span);
        let finding = finding.help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("name it in the header: `document {} \"…\";`", label.node),
        });
        self.report(finding);
    }
}
