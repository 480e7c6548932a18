//! Pairs to the tree: what the grammar matched, in the types that the rest of the tool reads.
//!
//! Each function takes the pair of one rule. Since the grammar has matched, what is looked for is
//! there; where it is not, the function gives `None` and its caller reports the unit. Mistakes that
//! the grammar lets through (`30 day`, a phrase that stands twice) are found here.

mod condition;
mod declaration;
mod member;
mod phrase;
mod statement;
mod test;

use smol_str::SmolStr;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::grammar::Rule;
use super::pairs::Pair;
use super::tree::*;
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Span};

/// Builds the tree of one unit.
pub(super) struct Builder<'a> {
    /// The file.
    pub source: SourceId,
    /// Its text as written, where what is read is another.
    pub written: Option<&'a str>,
    /// Where the file's own text ends in it; what is behind was supplied.
    pub end: u32,
    /// What was found.
    pub findings: &'a mut Vec<Finding>,
}

/// What the head of a block says.
#[derive(PartialEq, Debug)]
pub(super) enum Head {
    Policy(Name, Option<Text>),
    Section(Name, Option<Text>, Vec<Front>),
    Clause(Name, Option<Text>, Vec<Front>),
    Test(Name, Option<Text>, Vec<Front>),
    Informative,
    Promise(Option<Text>, Option<Name>),
    Term(Option<Spanned<TermKind>>, Box<Term>),
}

/// A line of a policy's header.
#[derive(PartialEq, Debug)]
pub(super) enum HeaderLine {
    Issuer(Vec<Name>),
    Document(Document),
    Revised(Spanned<Date>, Option<Text>),
    Extends(Text),
}

/// What a unit is.
#[derive(PartialEq, Debug)]
pub(super) enum Built {
    /// What stands before a block.
    Head(Head),
    /// A line of a header.
    Header(HeaderLine),
    /// `import "…";`
    Import(Text),
    /// A declaration without a block.
    Declaration(Box<Declaration>),
    /// A member without a block.
    Member(Member),
    /// A term within braces, without a block.
    Term(Box<Term>),
    /// A line of a test.
    Expectation(Box<Expectation>),
}

impl Builder<'_> {
    /// The unit that one of the `…_unit` rules matched.
    pub fn unit(&mut self, pair: Pair<'_>) -> Option<Built> {
        let pair = pair.into_inner().next()?;
        let built = match pair.as_rule() {
            Rule::policy_head | Rule::section_head | Rule::clause_head | Rule::test_head => {
                Built::Head(self.block_head(pair)?)
            }
            Rule::informative_head => Built::Head(Head::Informative),
            Rule::promise_head => Built::Head(self.promise_head(pair)),
            Rule::issuer | Rule::document | Rule::revised | Rule::extends => {
                Built::Header(self.header_line(pair)?)
            }
            Rule::import => Built::Import(self.first_text(pair)?),
            Rule::fact => declared(Declaration::Fact(self.fact(pair)?)),
            Rule::event => declared(Declaration::Event(self.event(pair)?)),
            Rule::duty_declaration => declared(Declaration::Duty(self.duty_declaration(pair)?)),
            Rule::top_term | Rule::inner_term => self.term(pair)?,
            Rule::cites => Built::Member(Member::Cites(self.cites(pair)?)),
            Rule::accept => Built::Member(Member::Accept(Box::new(self.accept(pair)?))),
            Rule::never => Built::Member(self.never(pair)?),
            Rule::prevails => Built::Member(self.prevails(pair)?),
            Rule::includes => Built::Member(self.includes(pair)?),
            Rule::statement => Built::Member(self.member(pair)?),
            Rule::expectation => Built::Expectation(Box::new(self.expectation(pair)?)),
            _ => return None,
        };
        Some(built)
    }

    /// The place of a pair.
    fn span(&self, pair: &Pair<'_>) -> Span {
        let (start, end) = pair.place();
        let end = end.min(self.end);
        let Some(written) = self.written else { return Span { source: self.source, start, end } };
        // a sign that was read as another may be longer than that
        let border = |at: &u32| written.len() <= *at as usize || written.is_char_boundary(*at as usize);
        let start = (0..=start).rev().find(border).unwrap_or(start);
        let end = (end..).find(border).unwrap_or(end);
        Span { source: self.source, start, end }
    }

    fn error(&mut self, message: impl Into<String>, span: Span) -> &mut Finding {
        self.findings.push(Finding::new("syntax", Level::Error, message, span));
        let last = self.findings.len() - 1;
        #[allow(clippy::indexing_slicing, reason = "it was pushed just above")]
        &mut self.findings[last]
    }

    fn name(&self, pair: &Pair<'_>) -> Name {
        let text = pair.as_str();
        let normal = text.is_ascii() || is_nfc_quick(text.chars()) == IsNormalized::Yes;
        let node = if normal { SmolStr::new(text) } else { text.nfc().collect() };
        Spanned { node, span: self.span(pair) }
    }

    /// The names or labels directly within a pair.
    fn names(&self, pair: Pair<'_>) -> Vec<Name> {
        let is_name = |p: &Pair<'_>| matches!(p.as_rule(), Rule::name | Rule::label | Rule::right_name);
        let mut names = Vec::with_capacity(pair.into_inner().filter(is_name).count());
        names.extend(pair.into_inner().filter(is_name).map(|p| self.name(&p)));
        names
    }

    fn first_text(&mut self, pair: Pair<'_>) -> Option<Text> {
        pair.into_inner().find(|p| p.as_rule() == Rule::string).map(|p| self.text(&p))
    }

    /// A string, its escapes undone.
    fn text(&mut self, pair: &Pair<'_>) -> Text {
        let span = self.span(pair);
        let inside = pair.as_str().strip_prefix('"').and_then(|s| s.strip_suffix('"')).unwrap_or_default();
        if !inside.contains('\\') {
            return Spanned { node: inside.to_owned(), span };
        }
        let mut node = String::with_capacity(inside.len());
        let mut rest = inside;
        while let Some(at) = rest.find('\\') {
            let (plain, escape) = rest.split_at(at);
            node.push_str(plain);
            let (c, length) = unescape(escape);
            match c {
                Some(c) => node.push(c),
                None => {
                    let start = span.start + 1 + (inside.len() - escape.len()) as u32;
                    let written = escape.get(..length).unwrap_or_default().to_owned();
                    self.error(
                        format!("`{written}` is no escape"),
                        Span { start, end: start + length as u32, ..span },
                    )
                    .help
                    .push(
                        "the escapes are `\\\"`, `\\\\`, `\\n` and `\\u{…}`; a backslash is written `\\\\`"
                            .into(),
                    );
                }
            }
            rest = escape.get(length..).unwrap_or_default();
        }
        node.push_str(rest);
        Spanned { node, span }
    }

    /// A date, as written; digits only, so only their ranges are to be kept.
    fn date(&self, pair: &Pair<'_>) -> Option<Spanned<Date>> {
        let mut parts = pair.as_str().split('-');
        let year = parts.next()?.parse().ok()?;
        let month = parts.next()?.parse().ok()?;
        let day = parts.next()?.parse().ok()?;
        Some(Spanned { node: Date { year, month, day }, span: self.span(pair) })
    }
}

/// Declarations are large, and few.
fn declared(declaration: Declaration) -> Built {
    Built::Declaration(Box::new(declaration))
}

/// The character that an escape stands for, if any, and how long it is written.
fn unescape(escape: &str) -> (Option<char>, usize) {
    let mut chars = escape.chars().skip(1);
    match chars.next() {
        Some('"') => (Some('"'), 2),
        Some('\\') => (Some('\\'), 2),
        Some('n') => (Some('\n'), 2),
        Some('u') => {
            let digits = escape.get(2..).and_then(|s| s.strip_prefix('{')).and_then(|s| s.split_once('}'));
            match digits {
                Some((digits, _)) if digits.len() <= 6 => {
                    let c = u32::from_str_radix(digits, 16).ok().and_then(char::from_u32);
                    (c, digits.len() + 4)
                }
                _ => (None, 2),
            }
        }
        Some(c) => (None, 1 + c.len_utf8()),
        None => (None, 1),
    }
}
