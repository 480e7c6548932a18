//! The file, line by line and block by block.
//!
//! What ends in `;` is a line; what stands before `{` is a head. The text has no mistakes, so braces
//! pair, and nest no deeper than the syntax allows.

use super::super::scanner::{Kind, Token};
use super::lines::{INDENT, Lines};
use super::pieces::{Order, Pieces, Shapes, cut};
use super::words::{Lead, Word, words};
use thin_vec::ThinVec;

/// A line or a block.
enum Node<'a> {
    Line(Pieces<'a>),
    Block { head: Pieces<'a>, inner: Vec<Node<'a>>, close: Word<'a> },
}

/// Prints a text.
pub(super) fn print(text: &str, tokens: &[Token], shapes: &Shapes, order: Order, width: usize) -> String {
    let (words, rest) = words(text, tokens);
    let mut reader = Reader { shapes, order, spilt: ThinVec::new() };
    let (nodes, _) = reader.nodes(&mut words.into_iter());
    let mut printer = Printer { lines: Lines::new(width, text.len() + text.len() / 8) };
    printer.nodes(&nodes, 0, None);
    let spilt: Vec<Lead<'_>> = reader.spilt.into_iter().chain(trimmed(&rest)).collect();
    printer.lines.leads(&spilt, 0);
    printer.lines.end();
    printer.lines.out
}

/// Without a blank line at the end.
fn trimmed<'a>(leads: &[Lead<'a>]) -> Vec<Lead<'a>> {
    let end = leads.iter().rposition(|l| *l != Lead::Blank).map_or(0, |at| at + 1);
    leads.get(..end).unwrap_or_default().to_vec()
}

struct Reader<'a, 's> {
    shapes: &'s Shapes,
    order: Order,
    /// Comments that found no word to stay with, for the next.
    spilt: ThinVec<Lead<'a>>,
}

impl<'a> Reader<'a, '_> {
    /// The nodes up to the brace that closes them, and that brace.
    fn nodes(&mut self, words: &mut std::vec::IntoIter<Word<'a>>) -> (Vec<Node<'a>>, Option<Word<'a>>) {
        let mut nodes = Vec::new();
        let ends = |word: &Word<'_>| matches!(word.kind, Kind::Close | Kind::Semi | Kind::Open);
        while let Some(length) = words.as_slice().iter().position(ends) {
            let mut line = Vec::with_capacity(length + 1);
            line.extend(words.by_ref().take(length));
            let Some(mut end) = words.next() else { break };
            if !self.spilt.is_empty()
                && let Some(next) = line.iter_mut().chain([&mut end]).find(|word| !word.clings())
            {
                let own = std::mem::replace(&mut next.leads, std::mem::take(&mut self.spilt));
                next.leads.extend(own);
            }
            match end.kind {
                Kind::Close => return (nodes, Some(end)),
                Kind::Open => {
                    let head = self.pieces(line, end);
                    let (inner, close) = self.nodes(words);
                    let Some(close) = close else { break };
                    nodes.push(Node::Block { head, inner, close });
                }
                _ => {
                    let pieces = self.pieces(line, end);
                    nodes.push(Node::Line(pieces));
                }
            }
        }
        (nodes, None)
    }

    /// The pieces of a line or a head, with the sign that ends it.
    fn pieces(&mut self, words: Vec<Word<'a>>, end: Word<'a>) -> Pieces<'a> {
        let start = words.first().map_or(u32::MAX, |w| w.start);
        let mut pieces = match self.shapes.get(start) {
            Some(shape) => cut(words, shape, self.order),
            None => by_words(words),
        };
        pieces.push(end);
        self.settle(pieces.words_mut());
        pieces
    }

    /// Moves the comments beside a sign that never begins a line behind that sign; and those for
    /// which there is no place, since one comment ends a line, before the next word.
    fn settle(&mut self, words: &mut [Word<'a>]) {
        let mut before: Option<&mut Word<'a>> = None;
        for word in words {
            let quiet = |word: &Word<'_>| word.leads.is_empty() && word.trails.is_empty();
            if quiet(word) && before.as_deref().is_none_or(quiet) {
                before = Some(word);
                continue;
            }
            if before.is_some() {
                word.leads.retain(|lead| *lead != Lead::Blank);
            }
            let spilt = match &mut before {
                Some(before) if word.clings() => {
                    let mut trails = std::mem::take(&mut before.trails);
                    trails.extend(word.leads.drain(..).filter_map(|lead| lead.comment()));
                    trails.append(&mut word.trails);
                    word.trails = trails;
                    None
                }
                Some(before) => before.trails.get(1..).map(<[_]>::to_vec),
                None => None,
            };
            if let (Some(spilt), Some(before)) = (spilt, &mut before) {
                before.trails.truncate(1);
                let own = std::mem::take(&mut word.leads);
                word.leads = spilt.into_iter().map(Lead::Comment).chain(own).collect();
            }
            before = Some(word);
        }
        if let Some(last) = before {
            self.spilt.extend(last.trails.drain(1.min(last.trails.len())..).map(Lead::Comment));
        }
    }
}

/// The words that begin a piece of what is no statement.
const BEGIN: [&str; 8] = ["because", "bound", "default", "ends", "includes", "open", "same", "until"];

/// The pieces of what is no statement: each of these words begins one.
fn by_words(words: Vec<Word<'_>>) -> Pieces<'_> {
    let mut pieces = Pieces::with_capacity(words.len() + 1);
    for word in words {
        let last = pieces.last();
        let open = matches!(last, [open] if open.text == "open");
        let begins = word.kind == Kind::Word && BEGIN.contains(&word.text) && !open;
        // The values of a fact.
        let values = last.last().is_some_and(|w| w.kind == Kind::Colon)
            && last.first().is_some_and(|w| w.text == "fact");
        if begins || values {
            pieces.begin();
        }
        pieces.push(word);
    }
    pieces
}

struct Printer {
    lines: Lines,
}

impl Printer {
    /// Nodes one below the other; in a policy's header, what its lines say begins at one column.
    fn nodes(&mut self, nodes: &[Node<'_>], indent: usize, column: Option<usize>) {
        let mut apart = false;
        for (number, node) in nodes.iter().enumerate() {
            let leads = node.leads();
            let stands_apart = node.stands_apart();
            if number > 0 && (apart || stands_apart || leads.first() == Some(&Lead::Blank)) {
                self.lines.blank();
            }
            apart = stands_apart;
            let leads = match leads.split_first() {
                Some((Lead::Blank, rest)) => rest,
                _ => leads,
            };
            self.lines.leads(leads, indent);
            self.node(node, indent, column);
        }
    }

    fn node(&mut self, node: &Node<'_>, indent: usize, column: Option<usize>) {
        match node {
            Node::Line(pieces) => match column {
                Some(column) => self.lines.aligned(pieces, indent, column),
                None => self.lines.lay(pieces, indent),
            },
            Node::Block { head, inner, close } => {
                if let Some(line) = self.inline(head, inner, close, indent) {
                    self.lines.lay(&line, indent);
                } else if inner.is_empty() && !close.leads.iter().any(|l| l.comment().is_some()) {
                    let mut pieces = head.clone();
                    let mut close = close.clone();
                    (close.tight, close.leads) = (true, ThinVec::new());
                    pieces.push(close);
                    self.lines.lay(&pieces, indent);
                } else {
                    self.lines.lay(head, indent);
                    self.lines.end();
                    let column = inner.iter().map(|line| line.word().len() + 1).max();
                    self.nodes(inner, indent + INDENT, column.filter(|_| node.word() == "policy"));
                    let leads = match close.leads.split_first() {
                        Some((Lead::Blank, rest)) if inner.is_empty() => rest,
                        _ => &close.leads,
                    };
                    self.lines.leads(&trimmed(leads), indent + INDENT);
                    let close = Word { leads: ThinVec::new(), ..close.clone() };
                    self.lines.lay(&Pieces::one(vec![close]), indent);
                }
            }
        }
        self.lines.end();
    }

    /// A block on one line: terms without further ones, or citations, without comments.
    fn inline<'a>(
        &self,
        head: &Pieces<'a>,
        inner: &[Node<'a>],
        close: &Word<'a>,
        indent: usize,
    ) -> Option<Pieces<'a>> {
        let word = head.words().first()?.text;
        if inner.is_empty() || matches!(word, "policy" | "section" | "clause") || is_test(head) {
            return None;
        }
        let mut line: Vec<Word<'a>> = head.words().to_vec();
        for node in inner {
            let Node::Line(pieces) = node else { return None };
            let mut pieces = pieces.words().iter().cloned();
            let mut first = pieces.next()?;
            first.leads.retain(|lead| *lead != Lead::Blank);
            line.push(first);
            line.extend(pieces);
        }
        let mut close = close.clone();
        close.leads.retain(|lead| *lead != Lead::Blank);
        line.push(close);
        let last = line.len() - 1;
        let quiet = |(at, w): (usize, &Word<'_>)| {
            (at == 0 || w.leads.is_empty()) && (at == last || w.trails.is_empty())
        };
        let line = Pieces::one(line);
        (self.lines.fits(&line, indent) && line.words().iter().enumerate().all(quiet)).then_some(line)
    }
}

impl<'a> Node<'a> {
    fn first(&self) -> Option<&Word<'a>> {
        let (Node::Line(pieces) | Node::Block { head: pieces, .. }) = self;
        pieces.words().first()
    }

    fn word(&self) -> &'a str {
        self.first().map_or("", |w| w.text)
    }

    fn leads(&self) -> &[Lead<'a>] {
        self.first().map_or(&[], |w| &w.leads)
    }

    /// Whether a blank line parts it from its neighbours.
    fn stands_apart(&self) -> bool {
        let Node::Block { head, .. } = self else { return false };
        matches!(self.word(), "policy" | "section" | "clause") || is_test(head)
    }
}

/// Whether a head is a test's, and not that of a term with that name.
fn is_test(head: &Pieces<'_>) -> bool {
    let mut words = head.words().iter();
    words.next().is_some_and(|w| w.text == "test") && words.next().is_some_and(|w| w.kind == Kind::Word)
}
