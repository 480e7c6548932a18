//! Declarations: every term, fact, event and duty verb gets its number.
//!
//! Nothing is put under anything yet but what stands in its braces; `hierarchy` does the rest.
//! Check: `duplicate`.

use super::names::{Entry, Kind, UNDECLARED, WRONG_KIND};
use super::{Resolver, error};
use crate::diagnostic::Finding;
use crate::flow::expression::Expression;
use crate::policy;
use crate::source::Span;
use crate::syntax::tree::{Declaration, DutyDeclaration, Event, Fact, Item, Name, Term, TermBody, TermKind};
use crate::vocabulary::{self, Graph, Sort, TermId};
use rustc_hash::FxHashMap;

/// A name or a label that is declared twice.
pub const DUPLICATE: &str = "duplicate";

impl<'a> Resolver<'a> {
    /// Declares everything, in all folders that are reached.
    pub(super) fn declare(&mut self) {
        let mut facts = Vec::new();
        for unit in self.units.order.clone() {
            self.unit = unit;
            for item in self.units.files(unit).into_iter().flat_map(|f| &f.items) {
                let Item::Declaration(declaration) = item else { continue };
                match declaration {
                    Declaration::Term { kind, term } => self.declare_tree(kind.node, term),
                    Declaration::Fact(fact) => {
                        self.declare_fact(fact);
                        facts.push((unit, fact));
                    }
                    Declaration::Event(event) => self.declare_event(event),
                    Declaration::Duty(duty) => self.declare_verb(duty),
                }
            }
        }
        for (unit, fact) in facts {
            self.unit = unit;
            self.end_fact(fact);
        }
    }

    /// Gives a name its meaning, unless it has one.
    fn name(&mut self, name: &'a Name, kind: Kind, index: usize) {
        let entry = Entry { kind, index: index as u32, unit: self.unit, span: name.span };
        if let Some(first) = self.names.by_name.get(name.node.as_str()).copied() {
            let finding = self.twice(&name.node, (first.unit, first.span), name.span);
            let finding = match (first.kind.graph(), kind.graph()) {
                (Some(a), Some(b)) if a == b => finding.help(format!(
                    "strike one of them; to put `{0}` under a further term, write `… includes {0};`",
                    name.node
                )),
                _ if first.kind == kind => finding.help("strike one of them, or give it another name"),
                _ => finding.help("a name means one thing: give one of them another name"),
            };
            self.report(finding);
            if self.units.sees(self.unit, first.unit) {
                return;
            }
            // A base's text goes on to mean the base's own.
        }
        self.names.by_name.insert(&name.node, entry);
        self.names.listed.push((&name.node, entry));
    }

    /// A finding about what is declared twice. An extension's text is to blame, not its base's.
    pub(super) fn twice(&self, name: &str, first: (usize, Span), here: Span) -> Finding {
        let blame_first = first.0 != self.unit && self.units.nearer(first.0, self.unit);
        let (primary, other) = if blame_first { (first.1, here) } else { (here, first.1) };
        let message = format!("`{name}` is declared twice");
        error(DUPLICATE, message, primary).at("declared again here").and(other, "first declared here")
    }

    /// A term with all that stands in its braces.
    fn declare_tree(&mut self, kind: TermKind, term: &'a Term) {
        let mut todo = vec![(term, kind, None)];
        while let Some((term, kind, parent)) = todo.pop() {
            let id = self.declare_term(kind, term);
            if let Some(parent) = parent.and_then(|TermId(p)| self.terms.get_mut(p as usize)) {
                parent.children.push(id);
            }
            let TermBody::Children(children) = &term.body else { continue };
            for child in children.iter().rev() {
                todo.push((child, self.child_kind(kind, child), Some(id)));
            }
        }
    }

    /// The kind of a term in braces: that of the outer one, but for parties, where a bare name is one party.
    fn child_kind(&mut self, outer: TermKind, child: &Term) -> TermKind {
        match (outer, child.class) {
            (TermKind::Party | TermKind::Parties, class) => class.unwrap_or(TermKind::Party),
            (_, None) => outer,
            (_, Some(_)) => {
                let finding =
                    error(WRONG_KIND, "a party cannot be a kind of what is no party", child.name.span)
                        .help("leave out `party` or `parties` here, or declare the party on its own");
                self.report(finding);
                outer
            }
        }
    }

    fn declare_term(&mut self, kind: TermKind, term: &'a Term) -> TermId {
        let (graph, sort, named) = match kind {
            TermKind::Data => (Graph::Data, Sort::Plain, Kind::Data),
            TermKind::People => (Graph::Party, Sort::People, Kind::People),
            TermKind::Party => (Graph::Party, Sort::Party, Kind::Party),
            TermKind::Parties => (Graph::Party, Sort::Parties, Kind::Parties),
            TermKind::Purpose => (Graph::Purpose, Sort::Plain, Kind::Purpose),
            TermKind::Place => (Graph::Place, Sort::Plain, Kind::Place),
            TermKind::Channel => (Graph::Channel, Sort::Plain, Kind::Channel),
        };
        let id = self.terms.len();
        self.name(&term.name, named, id);
        for (text, word) in [(&term.bound, "bound by"), (&term.open, "open because")] {
            if let Some(text) = text
                && graph != Graph::Party
            {
                let message =
                    format!("`{}` {}, and only a party can be `{word}`", term.name.node, named.is());
                self.report(error(WRONG_KIND, message, text.span).help(format!("take out `{word} …`")));
            }
        }
        self.terms.push(vocabulary::Term {
            name: term.name.node.to_string(),
            graph,
            sort,
            span: term.name.span,
            description: term.description.as_ref().map(|t| t.node.clone()),
            bound: term.bound.as_ref().map(|t| t.node.clone()),
            open: term.open.as_ref().map(|t| t.node.clone()),
            same: term.same.iter().map(|t| t.node.clone()).collect(),
            children: Vec::new(),
            list: matches!(term.body, TermBody::Equals(_)).then(Default::default),
        });
        TermId(id as u32)
    }

    fn declare_fact(&mut self, fact: &'a Fact) {
        self.name(&fact.name, Kind::Fact, self.facts.len());
        let boolean = fact.values.is_empty();
        let mut values: Vec<String> = Vec::new();
        let mut written: FxHashMap<&str, Span> = FxHashMap::default();
        for value in &fact.values {
            if let Some(&first) = written.get(value.node.as_str()) {
                let message =
                    format!("`{}` stands twice among the values of `{}`", value.node, fact.name.node);
                let finding = error(DUPLICATE, message, value.span)
                    .help("take one of them out")
                    .and(first, "first written here");
                self.report(finding);
            } else {
                written.insert(&value.node, value.span);
                values.push(value.node.to_string());
            }
        }
        if boolean {
            values = vec!["false".to_owned(), "true".to_owned()];
        }
        let fact = policy::Fact {
            name: fact.name.node.to_string(),
            span: fact.name.span,
            description: fact.description.as_ref().map(|t| t.node.clone()),
            default: None,
            boolean,
            values,
            same: fact.same.iter().map(|t| t.node.clone()).collect(),
        };
        self.facts.push(fact);
    }

    /// What of a fact speaks of values and events, once all of them are known.
    fn end_fact(&mut self, fact: &'a Fact) {
        let Some(entry) = self.names.by_name.get(fact.name.node.as_str()).copied() else { return };
        if entry.span != fact.name.span {
            return; // declared twice, and reported
        }
        if let Some(default) = &fact.default {
            let value = self.value(entry.index, default);
            if let Some(fact) = self.facts.get_mut(entry.index as usize) {
                fact.default = value;
            }
        }
        for name in &fact.ends_at {
            let Some(event) = self.event(name) else { continue };
            if fact.values.is_empty() {
                let holds = Expression::Fact(entry.index, vec![1]);
                let condition = holds.and(Expression::Happened(event));
                self.never.push(policy::Never { condition, span: name.span, ends: true });
            } else {
                let message =
                    format!("`{}` has several values, and only what is true can end", fact.name.node);
                self.report(error(WRONG_KIND, message, name.span).help(format!(
                    "write what cannot be: `never {} is … and after {};`",
                    fact.name.node, name.node
                )));
            }
        }
    }

    fn declare_event(&mut self, event: &'a Event) {
        self.name(&event.name, Kind::Event, self.events.len());
        self.events.push(policy::Event {
            name: event.name.node.to_string(),
            span: event.name.span,
            description: event.description.as_ref().map(|t| t.node.clone()),
            built_in: false,
        });
    }

    fn declare_verb(&mut self, duty: &'a DutyDeclaration) {
        if let Some(parameter) = &duty.parameter
            && parameter.node != "recipient"
        {
            let message = format!("a duty verb takes a `recipient`, not a `{}`", parameter.node);
            self.report(
                error(UNDECLARED, message, parameter.span)
                    .help(format!("write `duty {}(recipient);`", duty.name.node)),
            );
        }
        if let Some(&(_, unit, span)) = self.names.verbs.get(duty.name.node.as_str()) {
            let finding =
                self.twice(&duty.name.node, (unit, span), duty.name.span).help("take one of them out");
            self.report(finding);
            return;
        }
        self.names.verbs.insert(&duty.name.node, (self.duty_verbs.len(), self.unit, duty.name.span));
        self.duty_verbs.push(policy::DutyVerb {
            name: duty.name.node.to_string(),
            span: duty.name.span,
            parameter: duty.parameter.as_ref().map(|p| p.node.to_string()),
            description: duty.description.as_ref().map(|t| t.node.clone()),
        });
    }

    /// The number of a fact's value; reported where it has no such value.
    pub(super) fn value(&mut self, fact: u32, value: &Name) -> Option<u32> {
        let fact = self.facts.get(fact as usize)?;
        if let Some(at) = fact.values.iter().position(|v| *v == value.node) {
            return Some(at as u32);
        }
        let message = format!("`{}` is not a value of `{}`", value.node, fact.name);
        let values: Vec<String> = fact.values.iter().take(8).map(|v| format!("`{v}`")).collect();
        let near = self.suggestions.nearest(&value.node, fact.values.iter().map(String::as_str));
        let finding =
            error(WRONG_KIND, message, value.span).and(fact.span, "declared here").help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its values are {}", values.join(", ")),
            });
        self.report(finding);
        None
    }
}
