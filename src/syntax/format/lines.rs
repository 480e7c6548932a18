//! Words in pieces to lines of a width.
//!
//! What fits stands on one line. Else a line is broken before a piece, and a piece that is too long
//! for a line of its own behind commas and before `and`, `or` and `except`. A comment inside breaks
//! its line.

use super::super::scanner::Kind;
use super::pieces::Pieces;
use super::words::{Lead, Word, length};

/// How many spaces a level of indentation has.
pub(super) const INDENT: usize = 2;

/// Lines in the making.
pub(super) struct Lines {
    /// What is printed.
    pub out: String,
    width: usize,
    /// The characters on the current line.
    column: usize,
    /// How many lines have ended.
    ended: usize,
    /// Whether nothing but indentation stands on the current line.
    fresh: bool,
    /// Whether a comment stands on the current line, so that nothing can follow.
    sealed: bool,
}

impl Lines {
    pub fn new(width: usize, capacity: usize) -> Lines {
        let out = String::with_capacity(capacity);
        Lines { out, width, column: 0, ended: 0, fresh: true, sealed: false }
    }

    /// Ends the line, if one has begun.
    pub fn end(&mut self) {
        if self.column > 0 {
            self.out.push('\n');
            (self.column, self.sealed) = (0, false);
            self.ended += 1;
        }
    }

    /// Leaves a line blank, but not at the beginning.
    pub fn blank(&mut self) {
        self.end();
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// Begins a line so far in.
    fn begin(&mut self, indent: usize) {
        self.end();
        self.out.extend(std::iter::repeat_n(' ', indent));
        (self.column, self.fresh) = (indent, true);
    }

    fn put(&mut self, text: &str, width: usize) {
        self.out.push_str(text);
        self.column += width;
        self.fresh = false;
    }

    fn space(&mut self) {
        self.out.push(' ');
        self.column += 1;
    }

    /// A word, and the comment behind it, which ends the line.
    fn word(&mut self, word: &Word<'_>) {
        self.put(word.text, word.width as usize);
        if let Some(trail) = word.trails.first() {
            self.space();
            self.put(trail, length(trail));
            self.sealed = true;
        }
    }

    /// The comments and blank lines before something, on lines of their own.
    pub fn leads(&mut self, leads: &[Lead<'_>], indent: usize) {
        for lead in leads {
            match lead {
                Lead::Comment(comment) => {
                    self.begin(indent);
                    self.put(comment, length(comment));
                    self.end();
                }
                Lead::Blank => self.blank(),
            }
        }
    }

    /// Whether pieces fit on a line that begins so far in.
    pub fn fits(&self, pieces: &Pieces<'_>, indent: usize) -> bool {
        let spaces = pieces.len().saturating_sub(1);
        indent + spaces + pieces.iter().map(|p| unbroken(p, |_, _| false)).sum::<usize>() <= self.width
    }

    /// Pieces on as many lines as they need; the last line is left open. What leads the first word
    /// is for the caller to print.
    pub fn lay(&mut self, pieces: &Pieces<'_>, indent: usize) {
        self.begin(indent);
        if self.fits(pieces, indent) && !commented_inside(pieces.words()) {
            return self.whole(pieces);
        }
        let mut broken = false;
        for (number, piece) in pieces.iter().enumerate() {
            let began = self.ended;
            let (own, deeper) = match number {
                0 => (indent, indent + INDENT),
                _ => (indent + INDENT, indent + 2 * INDENT),
            };
            if number > 0 && piece.first().is_some_and(|w| w.leads.is_empty()) {
                let fits = self.column + 1 + unbroken(piece, |_, _| false) <= self.width;
                if fits && !broken && !self.sealed {
                    self.space();
                    self.fresh = true;
                } else {
                    self.begin(own);
                }
            }
            self.piece(piece, number == 0, own, deeper);
            broken = self.ended > began + usize::from(number > 0);
        }
    }

    /// Pieces side by side on this line.
    fn whole(&mut self, pieces: &Pieces<'_>) {
        for piece in pieces.iter() {
            for (at, word) in piece.iter().enumerate() {
                if !self.fresh && (at == 0 || !word.tight) {
                    self.space();
                }
                self.word(word);
            }
        }
    }

    /// A line whose second word begins so many characters behind the indentation.
    pub fn aligned(&mut self, pieces: &Pieces<'_>, indent: usize, column: usize) {
        let mut rest = pieces.iter();
        let Some(first) = rest.next().and_then(<[_]>::split_first) else { return };
        self.begin(indent);
        self.piece(std::slice::from_ref(first.0), true, indent, indent);
        if !self.sealed {
            let gap = (indent + column).saturating_sub(self.column + 1);
            self.out.extend(std::iter::repeat_n(' ', gap));
            self.column += gap;
        }
        for piece in std::iter::once(first.1).chain(rest) {
            self.piece(piece, false, indent + column, indent + column);
        }
    }

    fn piece(&mut self, piece: &[Word<'_>], first: bool, own: usize, deeper: usize) {
        for (at, word) in piece.iter().enumerate() {
            let indent = if at == 0 { own } else { deeper };
            let begins_item = first && at == 0;
            if !word.leads.is_empty() && !begins_item {
                self.leads(&word.leads, indent);
                self.begin(indent);
            } else if self.sealed {
                self.begin(indent);
            } else if !self.fresh && !word.tight {
                let rest = piece.get(at..).unwrap_or_default();
                let before = at.checked_sub(1).and_then(|at| piece.get(at));
                let fits = self.column + 1 + unbroken(rest, soft) <= self.width;
                if !fits && before.is_some_and(|before| soft(before, word)) {
                    self.begin(deeper);
                } else {
                    self.space();
                }
            }
            self.word(word);
        }
    }
}

/// Whether a comment stands between the first and the last word.
fn commented_inside(words: &[Word<'_>]) -> bool {
    let mut words = words.iter().peekable();
    let mut first = true;
    while let Some(word) = words.next() {
        if (!first && !word.leads.is_empty()) || (!word.trails.is_empty() && words.peek().is_some()) {
            return true;
        }
        first = false;
    }
    false
}

/// The characters of words up to where the line can be broken, as `soft` says.
fn unbroken(words: &[Word<'_>], soft: impl Fn(&Word<'_>, &Word<'_>) -> bool) -> usize {
    let mut sum = 0;
    let mut before: Option<&Word<'_>> = None;
    for word in words {
        if before.is_some_and(|before| soft(before, word)) {
            break;
        }
        sum += word.width as usize + usize::from(before.is_some() && !word.tight);
        before = Some(word);
    }
    sum
}

/// Whether a line may be broken between two words.
fn soft(before: &Word<'_>, word: &Word<'_>) -> bool {
    before.kind == Kind::Comma || (word.kind == Kind::Word && matches!(word.text, "and" | "or" | "except"))
}
