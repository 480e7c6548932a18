//! Words: the tokens of a text with the comments and blank lines that belong to them.
//!
//! A comment behind a word on its line is that word's; one on a line of its own belongs to the word
//! that follows. Knows nothing of statements.

use super::super::scanner::{Kind, Scan, Token};
use thin_vec::ThinVec;

/// What stands on lines of its own before a word.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lead<'a> {
    /// A comment, from its `//` on.
    Comment(&'a str),
    /// A blank line, or several.
    Blank,
}

impl<'a> Lead<'a> {
    /// The comment, if it is one.
    pub fn comment(&self) -> Option<&'a str> {
        match self {
            Lead::Comment(comment) => Some(comment),
            Lead::Blank => None,
        }
    }
}

/// A token with what belongs to it.
#[derive(Clone, Debug)]
pub(super) struct Word<'a> {
    /// What is printed.
    pub text: &'a str,
    /// How many characters that are.
    pub width: u32,
    /// What it is.
    pub kind: Kind,
    /// Where it stands in the text; nowhere for a word that the style supplies.
    pub start: u32,
    /// Whether it follows the word before without a space.
    pub tight: bool,
    /// What stands on the lines before it.
    pub leads: ThinVec<Lead<'a>>,
    /// The comments behind it: one, until others are moved here.
    pub trails: ThinVec<&'a str>,
}

impl<'a> Word<'a> {
    /// A sign that the style supplies.
    pub fn supplied(text: &'a str, kind: Kind) -> Word<'a> {
        let (width, leads, trails) = (length(text) as u32, ThinVec::new(), ThinVec::new());
        Word { text, width, kind, start: u32::MAX, tight: true, leads, trails }
    }

    /// Whether it never begins a line: its comments move to its neighbours.
    pub fn clings(&self) -> bool {
        matches!(self.kind, Kind::Semi | Kind::Comma | Kind::RightParen | Kind::Colon | Kind::Open)
    }
}

/// The words of a text, and what stands behind the last of them.
pub(super) fn words<'a>(text: &'a str, tokens: &[Token]) -> (Vec<Word<'a>>, ThinVec<Lead<'a>>) {
    let mut words: Vec<Word<'a>> = Vec::with_capacity(tokens.len());
    let ascii = text.is_ascii();
    let mut end = 0;
    // Behind `same as` stand names such as `dpv:EmailAddress`, of several tokens.
    let mut same = false;
    for token in tokens {
        let (trail, leads) = match text.get(end..token.start as usize).unwrap_or_default() {
            "" | " " if end > 0 => (None, ThinVec::new()),
            between => gap(between, words.is_empty()),
        };
        let touches = end == token.start as usize;
        let tight = match words.last_mut() {
            Some(before) => {
                if let Some(trail) = trail {
                    before.trails.push(trail);
                }
                same = match before.kind {
                    Kind::Semi | Kind::Open => false,
                    _ => same || (before.text == "same" && text.get(token.range()) == Some("as")),
                };
                tight(before, token.kind, touches) || (same && touches && before.kind != Kind::Comma)
            }
            None => false,
        };
        let word = text.get(token.range()).unwrap_or_default();
        // `duty notify(recipient)`
        let parameter = token.kind == Kind::LeftParen
            && words.len().checked_sub(2).and_then(|at| words.get(at)).is_some_and(|w| w.text == "duty");
        let tight = tight || parameter;
        words.push(Word {
            text: word,
            width: if ascii { word.len() } else { length(word) } as u32,
            kind: token.kind,
            start: token.start,
            tight,
            leads,
            trails: ThinVec::new(),
        });
        end = token.end as usize;
    }
    let (trail, rest) = gap(text.get(end..).unwrap_or_default(), words.is_empty());
    if let Some(last) = words.last_mut() {
        last.trails.extend(trail);
    }
    (words, rest)
}

/// Whether a token follows a word without a space.
fn tight(before: &Word<'_>, kind: Kind, touches: bool) -> bool {
    match kind {
        Kind::Comma | Kind::Semi | Kind::RightParen | Kind::Colon => true,
        _ if before.kind == Kind::LeftParen => true,
        Kind::LeftParen => before.text == "since",
        // `<=` is two signs
        Kind::Sign => touches && before.kind == Kind::Sign,
        _ => false,
    }
}

/// What stands between two tokens: the comment on the first one's line, and the lines after it.
fn gap(gap: &str, first: bool) -> (Option<&str>, ThinVec<Lead<'_>>) {
    let mut leads = ThinVec::new();
    let mut trail = None;
    let (lines, slash) = gap
        .bytes()
        .fold((0, false), |(lines, slash), b| (lines + usize::from(b == b'\n'), slash || b == b'/'));
    if !slash && lines < 2 && !first {
        return (trail, leads);
    }
    for (number, line) in gap.split('\n').enumerate() {
        // The rest of the line on which the token before stands is no line of its own, and neither
        // is the indentation of the token behind.
        let whole = (number > 0 || first) && number < lines;
        match comment(line) {
            Some(comment) if number == 0 && !first => trail = Some(comment),
            Some(comment) => leads.push(Lead::Comment(comment)),
            None if whole && leads.last() != Some(&Lead::Blank) => leads.push(Lead::Blank),
            None => {}
        }
    }
    (trail, leads)
}

/// The comment in a line between tokens, without white space behind.
fn comment(line: &str) -> Option<&str> {
    let at = line.find('/')?;
    line.get(at..).map(str::trim_end)
}

/// All comments of a text, in the order of their bytes: some may have changed places.
pub(super) fn comments<'a>(text: &'a str, scan: &Scan) -> Vec<&'a str> {
    let written = |&(start, end): &(u32, u32)| text.get(start as usize..end as usize).map(str::trim_end);
    let mut comments: Vec<&str> = scan.comments.iter().filter_map(written).collect();
    comments.sort_unstable();
    comments
}

/// How many characters a text has on a line.
pub(super) fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().count() }
}
