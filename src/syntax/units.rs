//! One unit to its parts: a parse, or where that fails, what `recovery` makes of it.
//!
//! A unit that lacks what closes it is parsed from a copy of its text, so the file stays as it is.

use std::borrow::Cow;
use std::ops::Range;

use super::build::{Builder, Built};
use super::grammar::{self, Match, Rule, Stop};
use super::mistakes;
use super::reader::{Part, Reader};
use super::scanner::{Kind, Token};
use super::structure::{Context, End, Unit};
use crate::diagnostic::{Finding, Level};
use crate::source::Span;

/// How much of a long unit is read at first, in bytes.
const WINDOW: usize = 512;

/// The rule that reads the units of a context.
pub(super) fn unit_rule(context: Context) -> Rule {
    match context {
        Context::File => Rule::file_unit,
        Context::Header => Rule::header_unit,
        Context::Section => Rule::section_unit,
        Context::Clause => Rule::clause_unit,
        Context::Test => Rule::test_unit,
        Context::Cites => Rule::cites_unit,
        Context::Terms => Rule::term_unit,
    }
}

impl<'a> Reader<'a> {
    /// The token that begins at or behind a byte.
    pub(super) fn token_at(&self, byte: usize) -> usize {
        self.tokens.partition_point(|t| (t.start as usize) < byte)
    }

    pub(super) fn span_of(&self, token: usize) -> Span {
        let (start, end) = self.tokens.get(token).map_or((0, 0), |t| (t.start, t.end));
        Span { source: self.source, start, end }
    }

    pub(super) fn word(&self, token: usize) -> &'a str {
        let word = self.tokens.get(token).filter(|t| t.kind == Kind::Word);
        word.and_then(|t| self.text.get(t.range())).unwrap_or_default()
    }

    /// The parts of a unit: one, unless a `;` is missing in it.
    pub(super) fn unit(&mut self, unit: Unit, context: Context, parts: &mut Vec<Part>) {
        let Unit { tokens: Range { mut start, end }, end: terminator } = unit;
        let closing = match &terminator {
            End::Semi => "",
            End::Block(block) if block.open.is_some() => "",
            End::Block(_) => "{",
            End::Missing => ";",
        };
        if start == end {
            self.empty(end);
        }
        let piece = self.piece(start..end, closing);
        let mut built = None;
        while start < end {
            match self.read(unit_rule(context), piece.from(start)) {
                Ok(whole) => {
                    if matches!(terminator, End::Missing) && !self.damaged(start..end) {
                        let last = self.span_of(end - 1);
                        self.findings.push(mistakes::missing_semi(last, None));
                    }
                    built = whole;
                    break;
                }
                Err(stop) => {
                    if let Some((part, next)) = self.missing_semi(context, start..end, &piece, &stop) {
                        parts.extend(part.map(Part::Line));
                        start = next;
                        continue;
                    }
                    built = self.bad(context, start..end, &piece, &stop);
                    break;
                }
            }
        }
        match (terminator, built) {
            (End::Block(block), Some(Built::Head(head))) => {
                parts.push(Part::Block(Some(head), self.span_of(start), block));
            }
            (End::Block(block), _) => parts.push(Part::Block(None, self.span_of(start), block)),
            (_, Some(Built::Head(_)) | None) => {}
            (_, Some(built)) => parts.push(Part::Line(built)),
        }
    }

    /// A `;` or a `{` with nothing before it.
    fn empty(&mut self, at: usize) {
        let behind = at.checked_sub(1).and_then(|t| self.tokens.get(t)).map(|t| t.kind);
        if let Some(kind) = self.tokens.get(at).map(|t| t.kind) {
            let finding = mistakes::empty_unit(self.span_of(at), kind, behind == Some(Kind::Close));
            self.findings.push(finding);
        }
    }

    /// Parses a piece of text and builds what it is.
    pub(super) fn read(&mut self, wanted: Rule, piece: Piece<'_>) -> Result<Option<Built>, Stop> {
        // A verdict looks like a name to the shapes, and tests are few.
        let tokens = piece.plain().filter(|_| wanted != Rule::test_unit);
        let tree =
            self.shapes.read(wanted, &piece.text, piece.base as u32, tokens, || piece.parse(wanted))?;
        let (source, written) = (self.source, self.written);
        let mut builder = Builder { source, written, end: piece.end, findings: self.findings };
        let built = tree.root().and_then(|pair| builder.unit(pair));
        if built.is_none() {
            let (start, end) = (piece.base as u32, (piece.base + piece.text.len()) as u32);
            let span = Span { source: self.source, start, end: end.min(piece.end) };
            self.findings.push(Finding::new("syntax", Level::Error, "this cannot be read", span));
        }
        Ok(built)
    }

    /// The text of some tokens, and what closes them: the next token, or what is supplied for it.
    /// Strings that are not closed are closed.
    pub(super) fn piece(&self, tokens: Range<usize>, supply: &str) -> Piece<'a> {
        let until = if supply.is_empty() { tokens.end } else { tokens.end.saturating_sub(1) };
        let span = self.span_of(tokens.start).to(self.span_of(until));
        let base = span.start as usize;
        let slice = self.text.get(span.range()).unwrap_or_default();
        let end = if supply.is_empty() { self.text.len() as u32 } else { span.end };
        let broken = self.damaged(tokens.clone());
        if supply.is_empty() && !broken {
            let plain = Some(tokens.start..tokens.end + 1);
            return Piece {
                text: Cow::Borrowed(slice),
                base,
                end,
                supplied: false,
                tokens: self.tokens,
                plain,
            };
        }
        let tokens = if broken { self.tokens.get(tokens).unwrap_or_default() } else { &[] };
        // A closing quote takes the place of the white space behind. Where there is none, it is put
        // in before what closes, so that all places before stay right.
        let mut text = String::with_capacity(slice.len() + 2);
        let mut done = 0;
        for token in tokens.iter().filter(|t| t.kind == Kind::OpenText) {
            let at = token.end as usize - base;
            text.push_str(slice.get(done..at).unwrap_or_default());
            text.push('"');
            done = match slice.as_bytes().get(at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => at + 1,
                _ => at,
            };
        }
        text.push_str(slice.get(done..).unwrap_or_default());
        text.push_str(supply);
        let supplied = !supply.is_empty();
        Piece { text: Cow::Owned(text), base, end, supplied, tokens: self.tokens, plain: None }
    }
}

/// A text to parse, and where it stands.
pub(super) struct Piece<'p> {
    text: Cow<'p, str>,
    base: usize,
    /// Where the file's own text ends in it; what is behind was supplied, or closes a string.
    end: u32,
    /// Whether what closes it was supplied.
    supplied: bool,
    /// The tokens of the file.
    tokens: &'p [Token],
    /// Which of them it is, where its text is just the file's.
    plain: Option<Range<usize>>,
}

impl<'p> Piece<'p> {
    /// The piece from a token on.
    pub fn from(&self, token: usize) -> Piece<'_> {
        let base = self.tokens.get(token).map_or(0, |t| t.start as usize);
        let text = base.checked_sub(self.base).and_then(|at| self.text.get(at..)).unwrap_or_default();
        let plain = self.plain.clone().map(|all| token..all.end);
        Piece { text: Cow::Borrowed(text), base, plain, ..*self }
    }

    /// Its tokens, where its text is just the file's.
    fn plain(&self) -> Option<&'p [Token]> {
        self.tokens.get(self.plain.clone()?)
    }

    /// Where reading it as one rule stops; nowhere if it can be read.
    pub fn stop(&self, wanted: Rule) -> Option<Stop> {
        self.parse(wanted).err()
    }

    /// Reads it as one rule. An error of pest's costs time in proportion to the whole text, so a long
    /// one is read from its beginning in growing windows: what stops within one stops for good.
    fn parse(&self, wanted: Rule) -> Result<Vec<Match>, Stop> {
        let mut window = WINDOW;
        while window < self.text.len() {
            let behind = self.tokens.partition_point(|t| (t.start as usize) < self.base + window);
            let last = behind.checked_sub(1).and_then(|t| self.tokens.get(t));
            let start = last.map_or(0, |t| (t.start as usize).saturating_sub(self.base));
            let slice = self.text.get(..start).unwrap_or_default();
            match grammar::read(wanted, slice) {
                Err(stop) if stop.at < slice.trim_end().len() => return Err(stop),
                _ => window *= 4,
            }
        }
        grammar::read(wanted, &self.text)
    }

    /// Whether what closes it was supplied.
    pub fn is_supplied(&self) -> bool {
        self.supplied
    }
}
