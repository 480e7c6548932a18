//! What a file may not exceed, checked on its tokens before anything recursive sees it.

use super::scanner::{Kind, Token};
use super::shapes;
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Span};

/// The most bytes of a file: 16 MiB.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// The deepest nesting: braces, parentheses and `not`s around one place, together; and the most
/// `the later of` and `the earlier of` in one statement. The parser and the tree recurse so deep.
pub const MAX_NESTING: usize = 200;

/// The most statements, declarations and blocks in a file.
pub const MAX_ITEMS: usize = 1_000_000;

/// The most bytes between two ends of statements (`;`, `{`, `}`).
pub const MAX_ITEM_BYTES: usize = 1024 * 1024;

/// The most findings about the syntax of one file; one more says that there are more.
pub const MAX_FINDINGS: usize = 1_000;

fn limit(message: String, span: Span) -> Finding {
    Finding::new("limit", Level::Error, message, span)
}

/// Whether the file is too long to be scanned.
pub(super) fn file_bytes(source: SourceId, text: &str) -> Option<Finding> {
    (text.len() > MAX_FILE_BYTES).then(|| {
        let message = format!("the file has {} bytes, more than the {MAX_FILE_BYTES} allowed", text.len());
        limit(message, Span { source, start: 0, end: 0 })
            .help("split it: all files of a folder are one policy")
    })
}

/// The first excess in a file, if any.
pub(super) fn excess(source: SourceId, tokens: &[Token]) -> Option<Finding> {
    let mut depth = Depth::new();
    let mut items = 0_usize;
    let mut item_start = 0;
    for token in tokens {
        let span = Span { source, start: token.start, end: token.end };
        if depth.step(token) > MAX_NESTING {
            let message = format!("this is nested more than {MAX_NESTING} deep");
            return Some(limit(message, span).help("name its parts, or split it into several statements"));
        }
        if matches!(token.kind, Kind::Semi | Kind::Open | Kind::Close) {
            item_start = token.end;
            items += 1;
            if items > MAX_ITEMS {
                let message = format!("the file has more than {MAX_ITEMS} statements and blocks");
                return Some(limit(message, span).help("split it: all files of a folder are one policy"));
            }
        }
        if (token.end - item_start) as usize > MAX_ITEM_BYTES && token.kind != Kind::Close {
            let message = format!("this statement is longer than {MAX_ITEM_BYTES} bytes");
            return Some(limit(message, span).help("end it with `;`, or split it"));
        }
    }
    None
}

/// How deep a place is.
struct Depth {
    braces: usize,
    /// For each open parenthesis, the `not`s directly before it.
    parentheses: Vec<usize>,
    /// The sum of them.
    before: usize,
    /// The `not`s directly before this place.
    run: usize,
    /// The `later`s and `earlier`s of this statement.
    extremes: usize,
    /// The numbers of `not`, `later` and `earlier`.
    words: [u16; 3],
}

impl Depth {
    fn new() -> Depth {
        let words = ["not", "later", "earlier"].map(shapes::number);
        Depth { braces: 0, parentheses: Vec::new(), before: 0, run: 0, extremes: 0, words }
    }

    /// How deep a token is; 0 where it is no deeper than what stands before it.
    fn step(&mut self, token: &Token) -> usize {
        let [not, later, earlier] = self.words;
        match token.kind {
            Kind::LeftParen => {
                self.parentheses.push(self.run);
                self.before += self.run;
                self.run = 0;
            }
            Kind::RightParen => {
                self.before -= self.parentheses.pop().unwrap_or_default();
                self.run = 0;
            }
            Kind::Open | Kind::Close | Kind::Semi => {
                match token.kind {
                    Kind::Open => self.braces += 1,
                    Kind::Close => self.braces = self.braces.saturating_sub(1),
                    _ => {}
                }
                self.parentheses.clear();
                (self.before, self.run, self.extremes) = (0, 0, 0);
            }
            Kind::Word if token.word == not => self.run += 1,
            Kind::Word if token.word == later || token.word == earlier => {
                self.run = 0;
                self.extremes += 1;
            }
            _ => {
                self.run = 0;
                return 0;
            }
        }
        (self.braces + self.parentheses.len() + self.before + self.run).max(self.extremes)
    }
}
