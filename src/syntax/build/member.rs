//! Headers, heads of blocks, and the members that are no statements.

use super::{Builder, Head, HeaderLine};
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::Pair;
use crate::syntax::tree::*;

impl Builder<'_> {
    /// `policy_head`, `section_head`, `clause_head`
    pub(super) fn block_head(&mut self, pair: Pair<'_>) -> Option<Head> {
        let rule = pair.as_rule();
        let (mut label, mut title, mut front) = (None, None, Vec::new());
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::label => label = Some(self.name(&p)),
                Rule::string => title = Some(self.text(&p)),
                Rule::front => front.extend(self.front(p)),
                _ => {}
            }
        }
        let label = label?;
        Some(match rule {
            Rule::policy_head => Head::Policy(label, title),
            Rule::section_head => Head::Section(label, title, front),
            Rule::test_head => Head::Test(label, title, front),
            _ => Head::Clause(label, title, front),
        })
    }

    /// `promise_head`
    pub(super) fn promise_head(&mut self, pair: Pair<'_>) -> Head {
        let (mut text, mut by) = (None, None);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::string => text = Some(self.text(&p)),
                Rule::name => by = Some(self.name(&p)),
                _ => {}
            }
        }
        Head::Promise(text, by)
    }

    /// `header_line`
    pub(super) fn header_line(&mut self, pair: Pair<'_>) -> Option<HeaderLine> {
        let rule = pair.as_rule();
        let (mut names, mut text, mut date) = (Vec::new(), None, None);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::name | Rule::label => names.push(self.name(&p)),
                Rule::string => text = Some(self.text(&p)),
                Rule::date => date = self.date(&p),
                _ => {}
            }
        }
        Some(match rule {
            Rule::issuer => HeaderLine::Issuer(names),
            Rule::document => HeaderLine::Document(Document { label: names.pop(), path: text? }),
            Rule::revised => HeaderLine::Revised(date?, text),
            _ => HeaderLine::Extends(text?),
        })
    }

    /// `cites`
    pub(super) fn cites(&mut self, pair: Pair<'_>) -> Option<Cites> {
        let span = self.span(&pair);
        let (mut document, mut fragment) = (None, None);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::label => document = Some(self.name(&p)),
                Rule::string => fragment = Some(self.text(&p)),
                _ => {}
            }
        }
        Some(Cites { span, document, fragment: fragment? })
    }

    /// `accept`
    pub(super) fn accept(&mut self, pair: Pair<'_>) -> Option<Accept> {
        let span = self.span(&pair);
        let kind = self.names(pair).into_iter().next()?;
        let mut sides = pair.into_inner().filter(|p| p.as_rule() == Rule::labels);
        let of = self.names(sides.next()?);
        let with = sides.next().map(|p| self.names(p)).unwrap_or_default();
        let until = pair.into_inner().find(|p| p.as_rule() == Rule::date);
        let until = until.and_then(|p| self.date(&p))?;
        let because = self.first_text(pair)?;
        if !because.node.contains(char::is_alphanumeric) {
            let finding = self.error("an acceptance says why its finding can be lived with", because.span);
            finding.help.push("write the reason in a few words: `because \"…\"`".to_owned());
        }
        Some(Accept { span, kind, of, with, because, until })
    }

    /// `never`
    pub(super) fn never(&mut self, pair: Pair<'_>) -> Option<Member> {
        let span = self.span(&pair);
        let condition = pair.into_inner().find(|p| p.as_rule() == Rule::condition)?;
        Some(Member::Never { span, condition: self.condition(condition)? })
    }

    /// `prevails`
    pub(super) fn prevails(&mut self, pair: Pair<'_>) -> Option<Member> {
        let span = self.span(&pair);
        let mut sides = pair.into_inner().filter(|p| p.as_rule() == Rule::labels);
        let (winners, losers) = (self.names(sides.next()?), self.names(sides.next()?));
        Some(Member::Prevails { span, winners, losers, because: self.first_text(pair) })
    }

    /// `includes`
    pub(super) fn includes(&mut self, pair: Pair<'_>) -> Option<Member> {
        let span = self.span(&pair);
        let mut names = self.names(pair).into_iter();
        Some(Member::Includes { span, parent: names.next()?, children: names.collect() })
    }
}
