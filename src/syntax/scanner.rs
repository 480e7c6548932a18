//! The linear scanner: text to tokens, with what can go wrong below the level of words.
//!
//! Takes a text; gives its tokens, its comments, a text of equal length that the grammar can read
//! (typographic quotes made straight, pasted bullets blanked), and the findings. It knows no
//! statement: what the tokens mean is for the structure and the grammar to say.

use std::ops::Range;

use super::confusable;
use super::mistakes::characters;
use super::shapes;
use crate::diagnostic::Finding;
use crate::source::{SourceId, Span};

/// What a token is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    /// A name, a label or a keyword.
    Word,
    /// Digits.
    Number,
    /// `2017-02-28`
    Date,
    /// A string, quotes included.
    Text,
    /// A string that its line ended before it did.
    OpenText,
    /// `{`
    Open,
    /// `}`
    Close,
    /// `;`
    Semi,
    /// `,`
    Comma,
    /// `(`
    LeftParen,
    /// `)`
    RightParen,
    /// `:`
    Colon,
    /// Any other sign of ASCII.
    Sign,
    /// Anything else.
    Odd,
}

/// A token with its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
    /// The indentation of its line, in bytes.
    pub indent: u16,
    /// Of a word, its number as a part of shapes; 0 where it is no name as the grammar has them.
    pub word: u16,
    /// What it is.
    pub kind: Kind,
    /// Whether it is the first on its line.
    pub first: bool,
}

impl Token {
    /// A place that is no token of its own.
    pub fn mark(start: u32, end: u32) -> Token {
        Token { start, end, indent: 0, word: 0, kind: Kind::Odd, first: false }
    }

    /// Its bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// What the scanner gives.
#[derive(Default)]
pub(super) struct Scan {
    /// The tokens, in order.
    pub tokens: Vec<Token>,
    /// Where the comments begin and end, in order.
    pub comments: Vec<(u32, u32)>,
    /// What the grammar reads: as long as the text, byte for byte; absent where nothing was patched.
    pub patched: Option<String>,
    /// What was found.
    pub findings: Vec<Finding>,
    /// Where something was found that the grammar cannot read over, in order.
    pub damage: Vec<u32>,
}

/// A range that the grammar is to read as one sign of ASCII, the rest of it blank.
pub(super) struct Patch {
    /// The bytes.
    pub range: Range<usize>,
    /// The sign.
    pub sign: u8,
    /// Whether the sign is the last of the bytes and not the first.
    pub last: bool,
}

/// The text with its patches, as long as before; absent where there are none.
fn apply(text: &str, patches: &[Patch]) -> Option<String> {
    if patches.is_empty() {
        return None;
    }
    let mut bytes = text.as_bytes().to_vec();
    for patch in patches {
        let Some(place) = bytes.get_mut(patch.range.clone()) else { continue };
        place.fill(b' ');
        let sign = if patch.last { place.last_mut() } else { place.first_mut() };
        if let Some(sign) = sign {
            *sign = patch.sign;
        }
    }
    String::from_utf8(bytes).ok()
}

/// What each byte is in a word; 0 where it is none of its bytes.
static IN_WORD: [u8; 256] = in_word();
const SMALL: u8 = 1;
const HYPHEN: u8 = 2;
const OTHER: u8 = 4;

const fn in_word() -> [u8; 256] {
    let mut table = [0; 256];
    let mut byte = 0_u8;
    loop {
        #[allow(clippy::indexing_slicing, reason = "the table has a place for every byte")]
        let place = &mut table[byte as usize];
        *place = match byte {
            b'a'..=b'z' => SMALL,
            b'-' => HYPHEN,
            b'A'..=b'Z' | b'0'..=b'9' | b'_' => OTHER,
            _ => 0,
        };
        if byte == u8::MAX {
            return table;
        }
        byte += 1;
    }
}

/// How far a text in quotes that are not straight ones is looked for, so that a line of such quotes
/// is not searched once for each.
const QUOTED: usize = 2_000;

/// Scans a text.
pub(super) fn scan(source: SourceId, text: &str) -> Scan {
    let mut scanner = Scanner {
        source,
        text,
        bytes: text.as_bytes(),
        at: 0,
        line_start: 0,
        line_end: 0,
        no_comment_end: false,
        indent: 0,
        first: true,
        tokens: Vec::with_capacity(text.len() / 5),
        comments: Vec::new(),
        patches: Vec::new(),
        findings: Vec::new(),
        damage: Vec::new(),
    };
    scanner.run();
    let patched = apply(text, &scanner.patches);
    let Scanner { tokens, comments, findings, damage, .. } = scanner;
    Scan { tokens, comments, patched, findings, damage }
}

struct Scanner<'a> {
    source: SourceId,
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line_start: usize,
    line_end: usize,
    no_comment_end: bool,
    indent: u16,
    first: bool,
    tokens: Vec<Token>,
    comments: Vec<(u32, u32)>,
    patches: Vec<Patch>,
    findings: Vec<Finding>,
    damage: Vec<u32>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.peek(0) {
            match byte {
                b'\n' => {
                    self.at += 1;
                    self.line_start = self.at;
                    self.first = true;
                }
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'/' if self.peek(1) == Some(b'/') => self.comment(),
                b'/' if self.peek(1) == Some(b'*') => self.block_comment(),
                b'#' if self.first => self.hash_comment(),
                b'"' => self.string(),
                b'\'' => self.single_quoted(),
                b'*' | b'-' if self.first && self.bullet(1) => {}
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => self.word(),
                b'0'..=b'9' => self.number(),
                b'{' => self.push(1, Kind::Open),
                b'}' => self.push(1, Kind::Close),
                b';' => self.push(1, Kind::Semi),
                b',' => self.push(1, Kind::Comma),
                b'(' => self.push(1, Kind::LeftParen),
                b')' => self.push(1, Kind::RightParen),
                b':' => self.push(1, Kind::Colon),
                0..=0x7F => self.push(1, Kind::Sign),
                _ => self.beyond_ascii(),
            }
        }
    }

    fn peek(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    fn span(&self, range: Range<usize>) -> Span {
        Span { source: self.source, start: range.start as u32, end: range.end as u32 }
    }

    fn patch(&mut self, range: Range<usize>, sign: u8, last: bool) {
        self.patches.push(Patch { range, sign, last });
    }

    /// Where this line ends; looked for once.
    fn line_end(&mut self) -> usize {
        if self.line_end < self.at || self.line_end == 0 {
            let rest = self.bytes.get(self.at..).unwrap_or_default();
            self.line_end = self.at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
        }
        self.line_end
    }

    /// A token of so many bytes from here.
    fn push(&mut self, length: usize, kind: Kind) {
        self.push_word(length, kind, 0);
    }

    fn push_word(&mut self, length: usize, kind: Kind, word: u16) {
        if self.first {
            self.indent = u16::try_from(self.at - self.line_start).unwrap_or(u16::MAX);
        }
        let (start, end) = (self.at as u32, (self.at + length) as u32);
        self.tokens.push(Token { start, end, indent: self.indent, word, kind, first: self.first });
        self.first = false;
        self.at += length;
    }

    /// Words as the grammar reads them, or longer: whether they are names is for the grammar.
    fn word(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let (mut length, mut classes) = (0, 0);
        for byte in rest {
            let class = IN_WORD.get(usize::from(*byte)).copied().unwrap_or_default();
            if class == 0 {
                if !byte.is_ascii() {
                    return self.word_beyond_ascii(length);
                }
                break;
            }
            classes |= class;
            length += 1;
        }
        let word = rest.get(..length).unwrap_or_default();
        // Hyphens are single and inner.
        let regular = classes & HYPHEN == 0
            || (word.last() != Some(&b'-') && !word.windows(2).any(|pair| pair == b"--"));
        let number = match (classes, self.text.get(self.at..self.at + length)) {
            (SMALL, Some(word)) => shapes::number(word),
            _ if regular => shapes::NAME,
            _ => 0,
        };
        self.push_word(length, Kind::Word, number);
    }

    /// A word of which so many bytes are known.
    fn word_beyond_ascii(&mut self, known: usize) {
        let rest = self.text.get(self.at + known..).unwrap_or_default();
        let inside = |c: &char| match c {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '_' | '-' => true,
            '\0'..='\u{7F}' => false,
            _ => characters::in_word(*c),
        };
        let length: usize = rest.chars().take_while(inside).map(char::len_utf8).sum();
        self.push((known + length).max(1), Kind::Word);
    }

    fn number(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let length =
            rest.iter().take_while(|b| b.is_ascii_alphanumeric() || **b == b'-' || **b == b'_').count();
        let number = rest.get(..length).unwrap_or_default();
        let kind = match number {
            [_, _, _, _, b'-', _, _, b'-', _, _]
                if number.iter().all(|b| b.is_ascii_digit() || *b == b'-') =>
            {
                Kind::Date
            }
            _ if number.iter().all(u8::is_ascii_digit) => Kind::Number,
            _ => Kind::Odd,
        };
        self.push(length, kind);
    }

    /// A string ends with its line. Where the line ends first, what looks like the end of the
    /// statement (`;`, `{`, `}`) is left outside, so that the file keeps its shape.
    fn string(&mut self) {
        let line_end = self.line_end();
        let line = self.bytes.get(self.at..line_end).unwrap_or_default();
        let mut length = 1;
        while let Some(ahead) = memchr::memchr2(b'"', b'\\', line.get(length..).unwrap_or_default()) {
            length += ahead;
            if line.get(length) == Some(&b'"') {
                return self.push(length + 1, Kind::Text);
            }
            length = (length + 2).min(line.len());
        }
        // What looks like a comment at the end of the line most likely is one.
        let comment = |at: &usize| {
            line.get(*at..*at + 2) == Some(b"//")
                && matches!(line.get(at - 1), Some(b' ' | b'\t' | b';' | b'{' | b'}'))
        };
        let line = line.get(..(1..line.len()).find(comment).unwrap_or(line.len())).unwrap_or_default();
        let inside = line.iter().rposition(|b| !matches!(b, b';' | b'{' | b'}' | b' ' | b'\t' | b'\r'));
        let mut length = inside.map_or(1, |last| last + 1);
        // A block that is inside altogether takes its `}` with it.
        let swallowed = line.get(..length).unwrap_or_default();
        let count = |sign: u8| swallowed.iter().filter(|b| **b == sign).count();
        for _ in count(b'}')..count(b'{') {
            let rest = line.get(length..).unwrap_or_default();
            length += rest.iter().position(|b| *b == b'}').map_or(0, |at| at + 1);
        }
        let span = self.span(self.at..self.at + length);
        self.findings.push(characters::unterminated(span, self.tokens_of_line(), self.text));
        self.damage.push(self.at as u32);
        self.push(length, Kind::OpenText);
    }

    /// The tokens of the line so far.
    fn tokens_of_line(&self) -> &[Token] {
        let from = self.tokens.partition_point(|t| (t.start as usize) < self.line_start);
        self.tokens.get(from..).unwrap_or_default()
    }

    /// `'text'`: where it is closed on its line and holds no `"`, it is read as a string.
    fn single_quoted(&mut self) {
        if self.behind_word() {
            return self.push(1, Kind::Odd);
        }
        let line_end = self.line_end().min(self.at + QUOTED);
        let line = self.bytes.get(self.at..line_end).unwrap_or_default();
        match line.iter().skip(1).position(|&b| b == b'\'') {
            Some(inner) if !line.get(1..=inner).unwrap_or_default().contains(&b'"') => {
                let range = self.at..self.at + inner + 2;
                let words = self.text.get(range.start + 1..range.end - 1).unwrap_or_default();
                self.damage.push(range.start as u32);
                self.findings.push(characters::single_quotes(self.span(range.clone()), words));
                self.patch(range.start..range.start + 1, b'"', true);
                self.patch(range.end - 1..range.end, b'"', false);
                self.push(inner + 2, Kind::Text);
            }
            _ => self.push(1, Kind::Odd),
        }
    }

    /// Whether a word ends right here: then a quote is an apostrophe.
    fn behind_word(&self) -> bool {
        self.tokens.last().is_some_and(|t| t.end as usize == self.at && t.kind == Kind::Word)
    }

    fn comment(&mut self) {
        let end = self.line_end();
        self.comments.push((self.at as u32, end as u32));
        self.at = end;
    }

    fn block_comment(&mut self) {
        let rest = self.text.get(self.at + 2..).unwrap_or_default();
        let found = if self.no_comment_end { None } else { rest.find("*/") };
        self.no_comment_end = found.is_none();
        let line_end = self.line_end();
        let end = found.map_or(line_end, |i| self.at + i + 4);
        let first_line = self.at..end.min(line_end);
        self.findings.push(characters::block_comment(self.span(first_line)));
        self.blank(end);
    }

    fn hash_comment(&mut self) {
        self.findings.push(characters::hash_comment(self.span(self.at..self.at + 1)));
        let end = self.line_end();
        self.blank(end);
    }

    /// Reads over the text up to there, and has the grammar do so too.
    fn blank(&mut self, end: usize) {
        self.patch(self.at..end, b' ', true);
        let passed = self.bytes.get(self.at..end).unwrap_or_default();
        if let Some(last) = passed.iter().rposition(|&b| b == b'\n') {
            self.line_start = self.at + last + 1;
            self.first = true;
        }
        self.at = end;
    }

    /// A bullet at the start of a line, of so many bytes: reported and read over.
    fn bullet(&mut self, length: usize) -> bool {
        let after = self.text.get(self.at + length..).and_then(|t| t.chars().next());
        if !after.is_some_and(char::is_whitespace) {
            return false;
        }
        let range = self.at..self.at + length;
        let sign = self.text.get(range.clone()).unwrap_or_default();
        let rest = self.text.get(range.end..).unwrap_or_default();
        let space = rest.len() - rest.trim_start_matches([' ', '\t', '\u{a0}']).len();
        let with_space = self.span(range.start..range.end + space);
        self.findings.push(characters::bullet(self.span(range.clone()), sign, with_space));
        self.patch(range.clone(), b' ', true);
        self.at = range.end;
        true
    }

    fn beyond_ascii(&mut self) {
        let Some(c) = self.char() else { return };
        let length = c.len_utf8();
        if characters::is_invisible(c) && self.at > 0 {
            self.findings.extend(confusable::invisible(self.span(self.at..self.at + length), c));
            self.damage.push(self.at as u32);
            self.at += length;
        } else if c.is_whitespace() || c == '\u{FEFF}' {
            self.at += length;
        } else if let Some(closers) = characters::closing_quotes(c).filter(|_| !self.behind_word()) {
            self.typographic(length, closers);
        } else if self.first && characters::is_bullet(c) && self.bullet(length) {
        } else if let Some((ascii, kind)) = characters::wide(c) {
            let span = self.span(self.at..self.at + length);
            self.findings.push(characters::wide_sign(span, c, ascii));
            self.patch(self.at..self.at + length, ascii, false);
            self.push(length, kind);
        } else if characters::in_word(c) {
            self.word();
        } else {
            self.push(length, Kind::Odd);
        }
    }

    /// `“text”`: where it is closed on its line, it is read as a string.
    fn typographic(&mut self, length: usize, closers: &[char]) {
        let line_end = self.line_end();
        let line = self.text.get(self.at + length..line_end).unwrap_or_default();
        let closer = line.char_indices().take(QUOTED).find(|(_, c)| closers.contains(c) || *c == '"');
        match closer {
            Some((inner, c)) => {
                let start = self.at;
                let whole = length + inner + c.len_utf8();
                let words = line.get(..inner).unwrap_or_default();
                self.damage.push(start as u32);
                let (quote, string) = (self.span(start..start + length), self.span(start..start + whole));
                self.findings.push(characters::typographic_quotes(quote, string, words));
                self.patch(start..start + length, b'"', true);
                self.patch(start + length + inner..start + whole, b'"', false);
                self.push(whole, Kind::Text);
            }
            None => self.push(length, Kind::Odd),
        }
    }
}
