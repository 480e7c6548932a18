//! Units to the tree: each is parsed by itself, and a bad one costs no other.

use super::build::{Builder, Built, Head, HeaderLine};
use super::grammar::{self, Rule};
use super::mistakes::{self, Failure};
use super::scanner::{Scan, Token};
use super::shapes::Shapes;
use super::structure::{Block, Context, Unit};
use super::tree::*;
use crate::diagnostic::Finding;
use crate::source::{SourceId, Span};

/// Reads the units of one file.
pub(super) struct Reader<'a> {
    pub(super) source: SourceId,
    /// The text as the grammar reads it.
    pub(super) text: &'a str,
    /// The text as it is written, where it had to be mended: of the same length, with other signs.
    pub(super) written: Option<&'a str>,
    pub(super) tokens: &'a [Token],
    /// Where the scanner found what makes a unit unreadable, in order.
    pub(super) damage: &'a [u32],
    pub(super) findings: &'a mut Vec<Finding>,
    /// What the grammar has read so far.
    pub(super) shapes: &'a mut Shapes,
    /// Declarations that stand where none belong.
    strays: Vec<Item>,
}

/// A unit as read.
pub(super) enum Part {
    /// What has no block.
    Line(Built),
    /// What has one.
    Block(Option<Head>, Span, Box<Block>),
}

impl<'a> Reader<'a> {
    /// A reader of a text whose tokens are known.
    pub fn new(
        source: SourceId,
        text: &'a str,
        scan: &'a Scan,
        shapes: &'a mut Shapes,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        let (written, text) = match scan.patched.as_deref() {
            Some(patched) => (Some(text), patched),
            None => (None, text),
        };
        let (tokens, damage) = (&scan.tokens, &scan.damage);
        Reader { source, text, written, tokens, damage, findings, shapes, strays: Vec::new() }
    }

    /// The items of a file.
    pub fn file(&mut self, units: Vec<Unit>) -> Vec<Item> {
        let mut items = Vec::with_capacity(units.len());
        self.parts(units, Context::File, |this, part| {
            this.item(part, &mut items);
            items.append(&mut this.strays);
        });
        items
    }

    /// The question that the whole text is.
    pub fn question(&mut self) -> Option<Statement> {
        let matches = || grammar::read(Rule::question, self.text);
        let stop = match self.shapes.read(Rule::question, self.text, 0, None, matches) {
            Ok(tree) => {
                let (source, written) = (self.source, self.written);
                let mut builder = Builder { source, written, end: u32::MAX, findings: self.findings };
                return tree.root().and_then(|pair| builder.question(pair));
            }
            Err(stop) => stop,
        };
        let failure = Failure {
            source: self.source,
            text: self.text,
            tokens: self.tokens,
            stop: self.token_at(stop.at),
            expected: &stop.expected,
            context: Context::Clause,
        };
        if !self.damaged(0..self.tokens.len()) {
            let finding = mistakes::question(&failure).unwrap_or_else(|| mistakes::explain(&failure));
            self.findings.push(finding);
        }
        None
    }

    /// Reads units one after the other, and hands on their parts.
    fn parts(&mut self, units: Vec<Unit>, context: Context, mut take: impl FnMut(&mut Self, Part)) {
        let mut parts = Vec::new();
        for unit in units {
            self.unit(unit, context, &mut parts);
            for part in parts.drain(..) {
                take(self, part);
            }
        }
    }

    fn item(&mut self, part: Part, items: &mut Vec<Item>) {
        match part {
            Part::Line(Built::Header(HeaderLine::Extends(text))) => items.push(Item::Extends(text)),
            Part::Line(Built::Import(text)) => items.push(Item::Import(text)),
            Part::Line(Built::Declaration(declaration)) => items.push(Item::Declaration(*declaration)),
            Part::Line(Built::Member(member)) => items.push(Item::Member(member)),
            Part::Line(Built::Term(_) | Built::Head(_) | Built::Header(_) | Built::Expectation(_)) => {}
            Part::Block(head, span, block) => self.block_item(head, span, block, items),
        }
    }

    fn end(&self, span: Span, block: &Block) -> Span {
        let end = block.close.and_then(|c| self.tokens.get(c)).map_or(span.end, |t| t.end);
        Span { end, ..span }
    }

    fn block_item(&mut self, head: Option<Head>, span: Span, block: Box<Block>, items: &mut Vec<Item>) {
        let span = self.end(span, &block);
        match head {
            Some(Head::Policy(label, title)) => {
                items.push(Item::Policy(self.header(span, label, title, block.units)));
            }
            Some(Head::Section(label, title, front)) => {
                let inner = self.section_items(block.units, Context::Section);
                items.push(Item::Section(Section { span, label, title, front, items: inner }));
            }
            Some(Head::Term(kind, term)) => {
                let Some(kind) = kind else {
                    // The kind is missing, and said; what is wrong with its terms is still to be said.
                    if term.name.node != "test" {
                        self.children(block.units);
                    }
                    return;
                };
                let class = term.class.filter(|c| matches!(c, TermKind::Party | TermKind::Parties));
                let children = self.children(block.units);
                let term = Term { span, class, body: TermBody::Children(children), ..*term };
                items.push(Item::Declaration(Declaration::Term { kind, term }));
            }
            Some(Head::Clause(label, title, front)) => {
                let members = self.members(block.units, Context::Clause);
                items.push(Item::Clause(Clause { span, label, title, front, members }));
            }
            Some(Head::Test(name, title, front)) => {
                let expectations = self.expectations(block.units);
                items.push(Item::Test(Test { span, name, title, front, expectations }));
            }
            Some(Head::Informative) => {
                items.push(Item::Member(Member::Informative { span, cites: self.cites(block.units) }));
            }
            Some(Head::Promise(text, by)) => {
                let cites = self.cites(block.units);
                items.push(Item::Member(Member::Promise { span, text, by, cites }));
            }
            None => {
                self.parts(block.units, block.context, |this, part| this.item(part, items));
            }
        }
    }

    fn header(&mut self, span: Span, label: Name, title: Option<Text>, units: Vec<Unit>) -> PolicyHeader {
        let mut header = PolicyHeader {
            span,
            label,
            title,
            issuer: Vec::new(),
            documents: Vec::new(),
            revised: Vec::new(),
            extends: Vec::new(),
        };
        self.parts(units, Context::Header, |_, part| {
            let Part::Line(Built::Header(line)) = part else { return };
            match line {
                HeaderLine::Issuer(names) => header.issuer.extend(names),
                HeaderLine::Document(document) => header.documents.push(document),
                HeaderLine::Revised(date, text) => header.revised.push((date, text)),
                HeaderLine::Extends(text) => header.extends.push(text),
            }
        });
        header
    }

    fn section_items(&mut self, units: Vec<Unit>, context: Context) -> Vec<SectionItem> {
        let mut all = Vec::new();
        let mut items = Vec::new();
        self.parts(units, context, |this, part| {
            this.item(part, &mut items);
            for item in items.drain(..) {
                match item {
                    Item::Clause(clause) => all.push(SectionItem::Clause(clause)),
                    Item::Member(member) => all.push(SectionItem::Member(member)),
                    item => this.strays.push(item),
                }
            }
        });
        all.shrink_to_fit();
        all
    }

    fn members(&mut self, units: Vec<Unit>, context: Context) -> Vec<Member> {
        let mut members = Vec::with_capacity(units.len());
        let mut items = Vec::new();
        self.parts(units, context, |this, part| {
            let part = match part {
                Part::Line(Built::Member(member)) => return members.push(member),
                part => part,
            };
            this.item(part, &mut items);
            for item in items.drain(..) {
                match item {
                    Item::Member(member) => members.push(member),
                    item => this.strays.push(item),
                }
            }
        });
        members
    }

    fn cites(&mut self, units: Vec<Unit>) -> Vec<Cites> {
        let mut all = Vec::new();
        for member in self.members(units, Context::Cites) {
            if let Member::Cites(cites) = member {
                all.push(cites);
            }
        }
        all
    }

    /// The lines of a test; what else stands there goes where it belongs.
    fn expectations(&mut self, units: Vec<Unit>) -> Vec<Expectation> {
        let mut all = Vec::with_capacity(units.len());
        self.parts(units, Context::Test, |this, part| match part {
            Part::Line(Built::Expectation(expectation)) => all.push(*expectation),
            part => {
                let mut items = Vec::new();
                this.item(part, &mut items);
                this.strays.append(&mut items);
            }
        });
        all
    }

    /// The terms in the braces of another.
    fn children(&mut self, units: Vec<Unit>) -> Vec<Term> {
        let mut terms = Vec::new();
        self.parts(units, Context::Terms, |this, part| match part {
            Part::Line(Built::Term(term)) => terms.push(*term),
            Part::Line(Built::Declaration(declaration)) => {
                if let Declaration::Term { term, .. } = *declaration {
                    terms.push(term);
                }
            }
            Part::Block(Some(Head::Term(_, term)), span, block) => {
                let span = this.end(span, &block);
                let body = TermBody::Children(this.children(block.units));
                terms.push(Term { span, body, ..*term });
            }
            _ => {}
        });
        terms
    }
}
