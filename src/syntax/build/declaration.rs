//! Declarations: terms without their children, facts, events and duties.

use super::{Builder, Built, Head, declared};
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::Pair;
use crate::syntax::tree::*;

impl Builder<'_> {
    /// `top_term` and `inner_term`: a leaf, or the head of a block whose children are added later.
    pub(super) fn term(&mut self, pair: Pair<'_>) -> Option<Built> {
        let span = self.span(&pair);
        let (mut kind, mut name, mut description) = (None, None, None);
        let (mut bound, mut open, mut same) = (None, None, Vec::new());
        let (mut includes, mut body, mut block) = (Vec::new(), TermBody::Leaf, false);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::term_kind | Rule::term_class => kind = Some(self.term_kind(p)?),
                Rule::name => name = Some(self.name(&p)),
                Rule::string => description = Some(self.text(&p)),
                Rule::term_modifier => {
                    let modifier = p.into_inner().next()?;
                    match modifier.as_rule() {
                        Rule::same => same.extend(self.same(modifier)),
                        Rule::bound => self.once(&mut bound, modifier, "bound by")?,
                        _ => self.once(&mut open, modifier, "open because")?,
                    }
                }
                Rule::term_includes => includes = self.names(p),
                Rule::term_equals => {
                    let set = p.into_inner().find(|p| p.as_rule() == Rule::term_set)?;
                    body = TermBody::Equals(self.set(set)?);
                }
                Rule::open => block = true,
                _ => {}
            }
        }
        if let (TermBody::Equals(set), true) = (&body, block) {
            let place = set.span;
            let help = "declare the terms elsewhere and name them in the list, or leave the list out";
            self.error("a list has no kinds of its own", place).help.push(help.into());
        }
        let class = kind.as_ref().map(|k: &Spanned<TermKind>| k.node);
        let term = Term { span, class, name: name?, description, bound, open, same, includes, body };
        Some(match (kind, block) {
            (kind, true) => Built::Head(Head::Term(kind, Box::new(term))),
            (Some(kind), false) if matches!(kind.node, TermKind::Party | TermKind::Parties) => {
                declared(Declaration::Term { kind, term })
            }
            (Some(kind), false) => declared(Declaration::Term { kind, term: Term { class: None, ..term } }),
            (None, false) => Built::Term(Box::new(term)),
        })
    }

    fn term_kind(&mut self, pair: Pair<'_>) -> Option<Spanned<TermKind>> {
        let span = self.span(&pair);
        let node = match pair.into_inner().next()?.as_rule() {
            Rule::kw_data => TermKind::Data,
            Rule::kw_people => TermKind::People,
            Rule::kw_party => TermKind::Party,
            Rule::kw_parties => TermKind::Parties,
            Rule::kw_purpose => TermKind::Purpose,
            Rule::kw_place => TermKind::Place,
            _ => TermKind::Channel,
        };
        Some(Spanned { node, span })
    }

    /// A modifier that a term has once.
    fn once(&mut self, slot: &mut Option<Text>, pair: Pair<'_>, words: &str) -> Option<()> {
        let span = self.span(&pair);
        let text = self.first_text(pair)?;
        match slot {
            None => *slot = Some(text),
            Some(first) => {
                let place = first.span;
                let finding = self.error(format!("`{words}` stands twice"), span);
                *finding = finding.clone().and(place, "it stands here already").help("keep one of the two");
            }
        }
        Some(())
    }

    /// `same`
    fn same(&mut self, pair: Pair<'_>) -> Vec<Text> {
        let mut all = Vec::new();
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::string => all.push(self.text(&p)),
                Rule::curie => all.push(Spanned { node: p.as_str().to_owned(), span: self.span(&p) }),
                _ => {}
            }
        }
        all
    }

    /// `fact`
    pub(super) fn fact(&mut self, pair: Pair<'_>) -> Option<Fact> {
        let span = self.span(&pair);
        let (mut name, mut description, mut values) = (None, None, Vec::new());
        let (mut default, mut ends_at, mut same) = (None, Vec::new(), Vec::new());
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::name => name = Some(self.name(&p)),
                Rule::string => description = Some(self.text(&p)),
                Rule::fact_values => values = self.names(p),
                Rule::fact_modifier => {
                    let modifier = p.into_inner().next()?;
                    match modifier.as_rule() {
                        Rule::same => same.extend(self.same(modifier)),
                        Rule::fact_ends => ends_at.extend(self.names(modifier)),
                        _ => {
                            let place = self.span(&modifier);
                            let value = modifier.into_inner().find(|p| p.as_rule() == Rule::value)?;
                            if default.replace(self.name(&value)).is_some() {
                                let help = "a fact has one default, or none".into();
                                self.error("`default` stands twice", place).help.push(help);
                            }
                        }
                    }
                }
                _ => {}
            }
        }
        Some(Fact { span, name: name?, description, values, default, ends_at, same })
    }

    /// `event`
    pub(super) fn event(&mut self, pair: Pair<'_>) -> Option<Event> {
        let span = self.span(&pair);
        let (mut name, mut description, mut same) = (None, None, Vec::new());
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::name => name = Some(self.name(&p)),
                Rule::string => description = Some(self.text(&p)),
                Rule::same => same.extend(self.same(p)),
                _ => {}
            }
        }
        Some(Event { span, name: name?, description, same })
    }

    /// `duty_declaration`
    pub(super) fn duty_declaration(&mut self, pair: Pair<'_>) -> Option<DutyDeclaration> {
        let span = self.span(&pair);
        let description = self.first_text(pair);
        let mut names = self.names(pair).into_iter();
        Some(DutyDeclaration { span, name: names.next()?, parameter: names.next(), description })
    }
}
