//! The walk over sections, clauses and their members.
//!
//! Gives each place its number and hands every member on to what resolves it.

use super::Resolver;
use super::conditions::all;
use super::labels::At;
use super::names::Wanted;
use super::precedence::Line;
use crate::flow::expression::Expression;
use crate::policy::{self, Informative, Promise, TermUse};
use crate::source::{SourceId, Span};
use crate::syntax::tree::{Cites, Clause, Front, Item, Member, Name, Section, SectionItem, Text};

impl<'a> Resolver<'a> {
    /// Reads everything but declarations: of the policy and its bases all, of the rest the worlds
    /// that cannot occur.
    pub(super) fn read_members(&mut self) {
        let whole = self.units.bases(0);
        let roots: Vec<usize> = whole.iter().map(|unit| self.root(*unit)).collect();
        for (unit, root) in whole.iter().zip(roots) {
            self.unit = *unit;
            let at = At { place: root, scope: Expression::always() };
            for item in self.units.files(*unit).into_iter().flat_map(|f| &f.items) {
                match item {
                    Item::Section(section) => self.section(section, root),
                    Item::Clause(clause) => self.clause(clause, &at),
                    Item::Member(member) => self.read(member, &at),
                    Item::Policy(_)
                    | Item::Import(_)
                    | Item::Extends(_)
                    | Item::Declaration(_)
                    | Item::Test(_) => {}
                }
            }
        }
        for unit in self.units.order.clone() {
            if !whole.contains(&unit) {
                self.unit = unit;
                self.imported(unit);
            }
        }
    }

    /// The place that a whole policy is.
    fn root(&mut self, unit: usize) -> usize {
        self.unit = unit;
        let place = self.places.len();
        let header = self.headers.get(&unit).and_then(|h| h.tree);
        let nowhere = Span { source: SourceId(0), start: 0, end: 0 };
        self.places.push(policy::Place {
            label: header.map(|h| h.label.node.clone()).unwrap_or_default(),
            title: header.and_then(|h| h.title.as_ref()).map(|t| t.node.as_str().into()),
            title_span: header.and_then(|h| h.title.as_ref()).map(|t| t.span),
            span: header.map_or(nowhere, |h| h.label.span),
            parent: None,
            scope: Expression::always(),
            cites: Vec::new(),
        });
        if let Some(header) = header {
            self.place_label(&header.label, place);
        }
        place
    }

    fn place(&mut self, label: &'a Name, title: Option<&Text>, parent: usize) -> usize {
        self.places.push(policy::Place {
            label: label.node.clone(),
            title: title.map(|t| t.node.as_str().into()),
            title_span: title.map(|t| t.span),
            span: label.span,
            parent: Some(parent),
            scope: Expression::always(),
            cites: Vec::new(),
        });
        let place = self.places.len() - 1;
        self.place_label(label, place);
        place
    }

    /// The conditions in front of a place, and those around it.
    fn scope(&mut self, around: &Expression, front: &[Front]) -> Expression {
        let fronts = self.fronts(front);
        self.anchor = None;
        all([around.clone()].into_iter().chain(fronts.into_iter().map(|(e, _)| e)))
    }

    /// Where the members of a place stand: its conditions are kept with it, since it may hold no
    /// statement that has them.
    fn at(&mut self, place: usize, around: &Expression, front: &[Front]) -> At {
        let scope = self.scope(around, front);
        if let Some(place) = self.places.get_mut(place) {
            place.scope = scope.clone();
        }
        At { place, scope }
    }

    fn section(&mut self, section: &'a Section, root: usize) {
        let place = self.place(&section.label, section.title.as_ref(), root);
        let at = self.at(place, &Expression::always(), &section.front);
        for item in &section.items {
            match item {
                SectionItem::Clause(clause) => self.clause(clause, &at),
                SectionItem::Member(member) => self.read(member, &at),
            }
        }
    }

    fn clause(&mut self, clause: &'a Clause, around: &At) {
        let place = self.place(&clause.label, clause.title.as_ref(), around.place);
        let at = self.at(place, &around.scope, &clause.front);
        for member in &clause.members {
            self.read(member, &at);
        }
    }

    fn read(&mut self, member: &'a Member, at: &At) {
        match member {
            Member::Cites(cites) => {
                let citation = self.citation(cites, at.place);
                if let Some(place) = self.places.get_mut(at.place) {
                    place.cites.push(citation);
                }
            }
            Member::Informative { span, cites } => {
                let cites = self.citations(cites, at.place);
                self.informative.push(Informative { span: *span, place: at.place, cites });
            }
            Member::Promise { span, text, by, cites } => {
                let by = by.as_ref().and_then(|name| {
                    let term = self.term(name, Wanted::Party)?;
                    self.uses.push(TermUse { term, span: name.span, dimension: None });
                    Some((term, name.span))
                });
                let cites = self.citations(cites, at.place);
                let text = text.as_ref().map(|t| t.node.clone());
                self.promises.push(Promise { span: *span, place: at.place, text, by, cites });
            }
            Member::Accept(accept) => self.pending.accepts.push((self.unit, accept)),
            Member::Never { span, condition } => {
                let condition = all([at.scope.clone(), self.condition(condition)]);
                self.never.push(policy::Never { condition, span: *span, ends: false });
            }
            Member::Prevails { span, winners, losers, because } => {
                let because = because.as_ref().map(|b| b.node.clone());
                self.pending.lines.push((self.unit, Line { span: *span, winners, losers, because }));
            }
            Member::Includes { .. } => {} // read before, with the terms
            Member::Right(right) => self.right(right, at),
            Member::Duty(duty) => self.duty(duty, at),
            Member::Statement(statement) => self.statement(statement, at),
        }
    }

    fn citations(&mut self, cites: &[Cites], place: usize) -> Vec<policy::Citation> {
        cites.iter().map(|c| self.citation(c, place)).collect()
    }

    /// The worlds that cannot occur by the vocabulary of a folder.
    fn imported(&mut self, unit: usize) {
        for item in self.units.files(unit).into_iter().flat_map(|f| &f.items) {
            match item {
                Item::Member(member) => self.imported_never(member, &[]),
                Item::Clause(clause) => {
                    clause.members.iter().for_each(|m| self.imported_never(m, &[&clause.front]))
                }
                Item::Section(section) => {
                    for item in &section.items {
                        match item {
                            SectionItem::Member(m) => self.imported_never(m, &[&section.front]),
                            SectionItem::Clause(c) => {
                                c.members
                                    .iter()
                                    .for_each(|m| self.imported_never(m, &[&section.front, &c.front]));
                            }
                        }
                    }
                }
                Item::Policy(_)
                | Item::Import(_)
                | Item::Extends(_)
                | Item::Declaration(_)
                | Item::Test(_) => {}
            }
        }
    }

    fn imported_never(&mut self, member: &'a Member, fronts: &[&[Front]]) {
        let Member::Never { span, condition } = member else { return };
        let scope = fronts.iter().fold(Expression::always(), |scope, front| self.scope(&scope, front));
        let condition = all([scope, self.condition(condition)]);
        self.never.push(policy::Never { condition, span: *span, ends: false });
    }
}
