//! The shape of a file: tokens to units, nested as their braces are.
//!
//! A unit is a line up to its `;`, or what stands before a block, with the block. Where braces do
//! not balance, the words that begin lines and the indentation say where one is missing. Reads no
//! statement; a unit may hold anything.

use std::ops::Range;

use super::mistakes::VERDICTS;
use super::scanner::{Kind, Token};
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Span};

/// Where a unit stands, which says what it may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Context {
    /// The outermost level.
    File,
    /// In the header of a policy.
    Header,
    /// In a section.
    Section,
    /// In a clause.
    Clause,
    /// In a test.
    Test,
    /// In `informative` or `promise`.
    Cites,
    /// In the braces of a term.
    Terms,
}

/// A unit.
pub(super) struct Unit {
    /// Its tokens, without what ends it.
    pub tokens: Range<usize>,
    /// What ends it.
    pub end: End,
}

/// What ends a unit.
pub(super) enum End {
    /// A `;`, the next token.
    Semi,
    /// A block.
    Block(Box<Block>),
    /// Nothing: a `}` or the end of the file came first.
    Missing,
}

/// A block.
pub(super) struct Block {
    /// What stands in it.
    pub context: Context,
    /// Its `{`, unless that is missing.
    pub open: Option<usize>,
    /// What it holds.
    pub units: Vec<Unit>,
    /// Its `}`, unless that is missing.
    pub close: Option<usize>,
}

/// The units of a file, and the braces that do not pair.
pub(super) fn structure(source: SourceId, tokens: &[Token], text: &str) -> (Vec<Unit>, Vec<Finding>) {
    let count = |kind| tokens.iter().filter(|t| t.kind == kind).count();
    let (opened, closed) = (count(Kind::Open), count(Kind::Close));
    let mut builder = Builder {
        source,
        tokens,
        text,
        missing_close: opened.saturating_sub(closed),
        missing_open: closed.saturating_sub(opened),
        frames: Vec::new(),
        units: Vec::new(),
        start: 0,
        findings: Vec::new(),
    };
    builder.run();
    (builder.units, builder.findings)
}

/// The words that a head with a label begins with.
const HEADS: &[&str] = &["section", "clause", "policy"];

/// How many tokens of a head or a line are looked at, so that long ones are not looked at again and
/// again.
const HEAD_TOKENS: usize = 200;

/// A block that is not closed yet.
struct Frame {
    context: Context,
    head: Range<usize>,
    open: Option<usize>,
    /// The units of the level outside, to go on with once this is closed.
    outer: Vec<Unit>,
}

struct Builder<'a> {
    source: SourceId,
    tokens: &'a [Token],
    text: &'a str,
    /// How many `}` the file lacks, so far as none was supplied.
    missing_close: usize,
    /// How many `{` the file lacks, so far as none was supplied.
    missing_open: usize,
    frames: Vec<Frame>,
    /// The units of the level at hand.
    units: Vec<Unit>,
    /// The first token of the unit at hand.
    start: usize,
    findings: Vec<Finding>,
}

impl Builder<'_> {
    fn run(&mut self) {
        let mut supply = None;
        for (at, token) in self.tokens.iter().enumerate() {
            if at == self.start {
                self.close_before(at);
                supply = self.missing_brace(at);
            }
            if supply == Some(at) && token.kind != Kind::Open {
                self.supply_open(at);
                self.close_before(at);
                supply = self.missing_brace(at);
            }
            match token.kind {
                Kind::Semi => self.unit(at, End::Semi, at + 1),
                Kind::Open => self.open(at, Some(at), at + 1),
                Kind::Close => self.close(at),
                _ => {}
            }
        }
        self.flush(self.tokens.len());
        while !self.frames.is_empty() {
            self.unclosed(self.tokens.len());
        }
    }

    fn token(&self, at: usize) -> Option<Token> {
        self.tokens.get(at).copied()
    }

    fn kind(&self, at: usize) -> Option<Kind> {
        self.token(at).map(|t| t.kind)
    }

    fn word(&self, at: usize) -> &str {
        self.token(at)
            .filter(|t| t.kind == Kind::Word)
            .and_then(|t| self.text.get(t.range()))
            .unwrap_or_default()
    }

    fn span(&self, at: usize) -> Span {
        match self.token(at).or_else(|| self.tokens.last().copied()) {
            Some(t) => Span { source: self.source, start: t.start, end: t.end },
            None => Span { source: self.source, start: 0, end: 0 },
        }
    }

    fn context(&self) -> Context {
        self.frames.last().map_or(Context::File, |f| f.context)
    }

    fn unit(&mut self, until: usize, end: End, next: usize) {
        self.units.push(Unit { tokens: self.start..until, end });
        self.start = next;
    }

    fn flush(&mut self, at: usize) {
        if self.start < at {
            self.unit(at, End::Missing, at);
        }
    }

    fn open(&mut self, at: usize, open: Option<usize>, next: usize) {
        let context = self.inner_context(at);
        let head = self.start..at;
        self.frames.push(Frame { context, head, open, outer: std::mem::take(&mut self.units) });
        self.start = next;
    }

    fn pop(&mut self, close: Option<usize>) {
        let Some(frame) = self.frames.pop() else { return };
        let units = std::mem::replace(&mut self.units, frame.outer);
        let block = Box::new(Block { context: frame.context, open: frame.open, units, close });
        self.units.push(Unit { tokens: frame.head, end: End::Block(block) });
    }

    fn close(&mut self, at: usize) {
        self.flush(at);
        self.close_by_indent(at);
        if self.frames.is_empty() && self.on_broken_line(at) {
            // The string that is left open has its finding.
        } else if self.frames.is_empty() {
            let finding = Finding::new("syntax", Level::Error, "this `}` closes nothing", self.span(at));
            self.findings.push(finding.help("delete it, or give the block that it was to close its `{`"));
        } else {
            self.pop(Some(at));
        }
        self.start = at + 1;
    }

    /// What stands in the block that the unit at hand is the head of.
    fn inner_context(&self, at: usize) -> Context {
        match (self.context(), self.word(self.head_start(at))) {
            (Context::File, "policy") => Context::Header,
            (_, "section") => Context::Section,
            (_, "clause") => Context::Clause,
            (Context::File, "test") => Context::Test,
            (_, "test") if self.kind(self.head_start(at) + 1) == Some(Kind::Word) => Context::Test,
            (_, "informative" | "promise") => Context::Cites,
            (_, "data" | "people" | "party" | "parties" | "purpose" | "place" | "channel") => Context::Terms,
            (Context::Terms, _) => Context::Terms,
            (context, "") => context,
            (Context::File, word) if strsim::osa_distance(word, "section") < 3 => Context::Section,
            (Context::File, word) if strsim::osa_distance(word, "policy") < 3 => Context::Header,
            (Context::File, _) if self.kind(self.start + 1) != Some(Kind::Word) => Context::Terms,
            _ => Context::Clause,
        }
    }

    /// The word that begins the head before a `{`; not the unit's first where a `;` is missing.
    fn head_start(&self, brace: usize) -> usize {
        let begins = |&at: &usize| {
            let name = self.kind(at + 1) == Some(Kind::Word);
            match self.word(at) {
                "section" | "clause" | "policy" => name && !HEADS.contains(&self.word(at - 1)),
                "data" | "people" | "purpose" | "place" | "parties" | "test" => {
                    name && self.token(at).is_some_and(|t| t.first)
                }
                "informative" => at + 1 == brace,
                "promise" => name || self.kind(at + 1) == Some(Kind::Text) || at + 1 == brace,
                _ => false,
            }
        };
        (self.start + 1..brace).rev().take(HEAD_TOKENS).find(begins).unwrap_or(self.start)
    }

    /// Whether a string is left open on the line of a token: then its braces are not to be trusted.
    fn on_broken_line(&self, at: usize) -> bool {
        let open = |t: &&Token| t.kind == Kind::OpenText;
        let before = self.tokens.get(..=at).unwrap_or_default().iter().rev().take(HEAD_TOKENS);
        let mut line = true;
        let mut before = before.take_while(|t| std::mem::replace(&mut line, !t.first));
        let after = self.tokens.get(at + 1..).unwrap_or_default().iter().take(HEAD_TOKENS);
        before.any(|t| open(&t)) || after.take_while(|t| !t.first).any(|t| open(&t))
    }

    // ---- Where a `}` is missing ----

    /// Closes, before the first word of a unit, what the word cannot stand in.
    fn close_before(&mut self, at: usize) {
        while self.missing_close > 0 && !self.frames.is_empty() && self.cannot_stand_here(at) {
            self.unclosed(at);
        }
    }

    fn cannot_stand_here(&self, at: usize) -> bool {
        let next = self.kind(at + 1);
        let block = next == Some(Kind::Open) && matches!(self.word(at), "informative" | "promise");
        let text = matches!(next, Some(Kind::Word | Kind::Text | Kind::OpenText));
        if !block && !text || self.word(at + 1) == "prevails" {
            return false;
        }
        let context = self.context();
        match self.word(at) {
            "" => false,
            "test" => matches!(self.kind(at + 2), Some(Kind::Open | Kind::Text | Kind::OpenText)),
            "party" | "parties" if context == Context::Terms => {
                self.frames.len() > 1 && self.token(at).is_some_and(|t| t.first && t.indent == 0)
            }
            "section" | "policy" | "import" | "data" | "people" | "purpose" | "place" | "channel"
            | "fact" | "event" | "duty" | "party" | "parties" => true,
            "clause" => context != Context::Section,
            "extends" => context != Context::Header,
            "cites" | "accept" | "never" | "informative" | "promise" => {
                matches!(context, Context::Terms | Context::Header | Context::Test)
                    || context == Context::Cites && self.word(at) != "cites"
            }
            _ => context == Context::Cites,
        }
    }

    /// A `}` that begins its line further left than its block does, and just where an outer block
    /// does, closes that one.
    fn close_by_indent(&mut self, at: usize) {
        let Some(brace) = self.token(at).filter(|t| t.first) else { return };
        let indent = |f: &Frame| self.token(f.head.start).map_or(0, |t| t.indent);
        let Some(owner) = self.frames.iter().rposition(|f| indent(f) <= brace.indent) else { return };
        let inner = self.frames.len() - 1 - owner;
        let exact = self.frames.get(owner).is_some_and(|f| indent(f) == brace.indent);
        if exact && inner <= self.missing_close {
            for _ in 0..inner {
                self.unclosed(at);
            }
        }
    }

    /// Closes the innermost block, whose `}` is missing before that token.
    fn unclosed(&mut self, at: usize) {
        self.flush(at);
        let Some(frame) = self.frames.last() else { return };
        let (Some(open), head) = (frame.open, frame.head.clone()) else { return self.pop(None) };
        self.missing_close = self.missing_close.saturating_sub(1);
        let what = self.describe(head);
        let last = self.span(at.saturating_sub(1));
        let place = Span { start: last.end, ..last };
        let message = format!("the block of {what} is not closed");
        self.findings.push(
            Finding::new("syntax", Level::Error, message, place)
                .at("a `}` is missing here")
                .and(self.span(open), "opened here")
                .help("close it with `}`"),
        );
        self.pop(None);
    }

    fn describe(&self, head: Range<usize>) -> String {
        let words: Vec<&str> = head.take(2).map(|i| self.word(i)).filter(|w| !w.is_empty()).collect();
        if words.is_empty() { "this".into() } else { format!("`{}`", words.join(" ")) }
    }

    // ---- Where a `{` is missing ----

    /// The token before which the unit that begins there lacks its `{`, if the file lacks one.
    fn missing_brace(&self, at: usize) -> Option<usize> {
        if self.missing_open == 0 {
            return None;
        }
        let context = self.context();
        let text = |i: usize| usize::from(matches!(self.kind(i), Some(Kind::Text | Kind::OpenText)));
        let (end, term) = match self.word(at) {
            "policy" if context == Context::File => (at + 2 + text(at + 2), false),
            "section" | "clause"
                if self.kind(at + 1) == Some(Kind::Word) && self.word(at + 1) != "prevails" =>
            {
                let behind = at + 2 + text(at + 2);
                let front =
                    matches!(self.word(behind), "when" | "unless" | "while" | "on" | "after" | "before");
                (if front { self.next_line(behind) } else { behind }, false)
            }
            "test" if context == Context::File && self.kind(at + 1) == Some(Kind::Word) => {
                let behind = at + 2 + text(at + 2);
                if !VERDICTS.contains(&self.word(behind)) {
                    return None;
                }
                (behind, false)
            }
            "informative" if context != Context::Header => (at + 1, false),
            "promise" if context != Context::Header => {
                let behind = at + 1 + text(at + 1);
                (if self.word(behind) == "by" { behind + 2 } else { behind }, false)
            }
            "data" | "people" | "purpose" | "place" | "parties" if context == Context::File => {
                (self.term_end(at + 2), true)
            }
            "party" | "parties" | "people" if context == Context::Terms => (self.term_end(at + 2), true),
            "" => return None,
            _ if context == Context::Terms => (self.term_end(at + 1), true),
            _ => return None,
        };
        let (head, behind) = (self.token(at)?, self.token(end)?);
        if behind.kind != Kind::Word {
            return None;
        }
        // A term without its block is a leaf, so a word behind it could also follow a missing `;`.
        let leaf = term && behind.first && behind.indent <= head.indent;
        let list = term && matches!(self.word(end), "includes" | "same" | "bound" | "open");
        (!leaf && !list).then_some(end)
    }

    fn next_line(&self, at: usize) -> usize {
        let rest = self.tokens.get(at..).unwrap_or_default();
        at + rest
            .iter()
            .position(|t| t.first || matches!(t.kind, Kind::Open | Kind::Semi | Kind::Close))
            .unwrap_or(rest.len())
    }

    /// Behind a term's description and modifiers.
    fn term_end(&self, mut at: usize) -> usize {
        loop {
            at = match (self.kind(at), self.word(at)) {
                (Some(Kind::Text | Kind::OpenText), _) => at + 1,
                (_, "bound" | "open") if self.kind(at + 2) == Some(Kind::Text) => at + 3,
                (_, "same") if self.word(at + 1) == "as" => self.list_end(at + 2),
                (_, "includes") => self.list_end(at + 1),
                _ => return at,
            };
        }
    }

    /// Behind a list of names, strings and terms elsewhere.
    fn list_end(&self, mut at: usize) -> usize {
        loop {
            at += 1;
            while self.kind(at) == Some(Kind::Colon) || self.kind(at) == Some(Kind::Sign) {
                at += 2;
            }
            if self.kind(at) != Some(Kind::Comma) {
                return at;
            }
            at += 1;
        }
    }

    fn supply_open(&mut self, at: usize) {
        self.missing_open -= 1;
        if self.on_broken_line(at - 1) {
            return self.open(at, None, at);
        }
        let what = self.describe(self.start..at);
        let last = self.span(at.saturating_sub(1));
        let message = format!("{what} has a block, and its `{{` is missing");
        self.findings.push(
            Finding::new("syntax", Level::Error, message, Span { start: last.end, ..last })
                .at("a `{` is missing here")
                .help("open the block with `{`"),
        );
        self.open(at, None, at);
    }
}
