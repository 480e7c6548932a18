//! Units read once for each shape: a statement that differs from an earlier one in nothing but its
//! names, numbers and strings matches the same rules at the same tokens, so the grammar is not
//! asked again.
//!
//! The shape of a unit is its tokens, with the words that the grammar knows told apart by the rules
//! that they stand in (so all actions are alike), all other names alike, and white space where the grammar can see it: around `:` and other signs. What
//! cannot be told so (letters beyond ASCII in a name, dates, whatever the scanner has reported) has
//! no shape, and is read each time. Nothing is remembered of what could not be read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::grammar::{self, Match, Rule, Stop};
use super::pairs::{Node, Tree};
use super::scanner::{Kind, Token};

/// The longest unit whose shape is remembered, in tokens.
const MAX_TOKENS: usize = 256;

/// How many nodes are remembered, over all shapes.
const MAX_NODES: usize = 500_000;

/// A word that the grammar does not know, and that is a name as the grammar has them.
pub(super) const NAME: u16 = 1;
/// The number of the first word that the grammar knows.
const FIRST_WORD: u16 = 2;

/// The words that the grammar spells out, with their numbers. Those that stand in the same rules are
/// alike to it, being alternatives there, and have one number.
static WORDS: LazyLock<Words> = LazyLock::new(|| {
    let mut rule = "";
    let mut rules: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for line in grammar::TEXT.lines().map(|line| line.split("//").next().unwrap_or_default()) {
        let name = line.split('=').next().unwrap_or_default().trim_end();
        if line.contains('=') && name.bytes().all(|b| b.is_ascii_alphabetic() || b == b'_') {
            rule = name;
        }
        for word in line.split('"').skip(1).step_by(2) {
            // A single letter is an ending.
            if word.len() > 1 && word.bytes().all(|b| b.is_ascii_lowercase()) {
                rules.entry(word).or_default().push(rule);
            }
        }
    }
    let mut groups: FxHashMap<Vec<&str>, u16> = FxHashMap::default();
    let number = |(word, rules): (&'static str, Vec<&'static str>)| {
        let next = FIRST_WORD + 2 * groups.len() as u16;
        (word, *groups.entry(rules).or_insert(next))
    };
    let mut words = Words { drawers: vec![Vec::new(); DRAWERS * 26] };
    for (word, number) in rules.into_iter().map(number) {
        if let Some(drawer) = Words::drawer(word).and_then(|at| words.drawers.get_mut(at)) {
            drawer.push((word, number));
        }
    }
    words
});

/// How many drawers each letter has.
const DRAWERS: usize = 16;

/// Words with their numbers, in drawers by their first letters and their lengths: few have two words.
struct Words {
    drawers: Vec<Vec<(&'static str, u16)>>,
}

impl Words {
    fn drawer(word: &str) -> Option<usize> {
        let letter = usize::from(word.bytes().next()?.checked_sub(b'a')?);
        Some(letter * DRAWERS + word.len() % DRAWERS)
    }

    fn get(&self, word: &str) -> Option<u16> {
        let drawer = self.drawers.get(Words::drawer(word)?)?;
        drawer.iter().find(|(one, _)| *one == word).map(|(_, number)| *number)
    }
}

/// The number of a word of small letters: its own where the grammar knows it, alone or with an `s`
/// behind it (as in the units of time); else [`NAME`].
pub(super) fn number(word: &str) -> u16 {
    let words = &*WORDS;
    let own = words.get(word);
    own.unwrap_or_else(|| word.strip_suffix('s').and_then(|one| words.get(one)).map_or(NAME, |n| n + 1))
}

/// The shapes that were met.
#[derive(Default)]
pub(super) struct Shapes {
    known: FxHashMap<Box<[u16]>, u32>,
    trees: Vec<Box<[Node]>>,
    nodes: usize,
    /// The key of the unit at hand.
    key: Vec<u16>,
    /// The nodes and marks of a unit without a shape.
    own: (Vec<Node>, Vec<Token>),
    /// Whether nothing is to be remembered.
    #[cfg(test)]
    pub off: bool,
}

impl Shapes {
    /// Reads a unit as one rule: a text that begins at a byte of its file, and its tokens, unless
    /// it is read otherwise than it stands there. `matches` asks the grammar.
    pub fn read<'p>(
        &'p mut self,
        wanted: Rule,
        text: &'p str,
        base: u32,
        tokens: Option<&'p [Token]>,
        matches: impl FnOnce() -> Result<Vec<Match>, Stop>,
    ) -> Result<Tree<'p>, Stop> {
        let marks = tokens.filter(|t| t.len() <= MAX_TOKENS && self.shape(wanted, text, base, t));
        if let Some(marks) = marks {
            if let Some(nodes) = self.known.get(self.key.as_slice()) {
                let nodes = self.trees.get(*nodes as usize).map_or(&[][..], |t| t);
                return Ok(Tree { nodes, marks, text, base });
            }
            let matches = matches()?;
            if let Some(nodes) =
                on_tokens(&matches, base, marks).filter(|n| self.nodes + n.len() <= MAX_NODES)
            {
                self.nodes += nodes.len();
                self.known.insert(self.key.as_slice().into(), self.trees.len() as u32);
                self.trees.push(nodes.into());
                let nodes = self.trees.last().map_or(&[][..], |t| t);
                return Ok(Tree { nodes, marks, text, base });
            }
            return Ok(self.by_itself(&matches, text, base));
        }
        Ok(self.by_itself(&matches()?, text, base))
    }

    /// The tree of a unit that has no shape: each node with two marks of its own.
    fn by_itself<'p>(&'p mut self, matches: &[Match], text: &'p str, base: u32) -> Tree<'p> {
        let (nodes, marks) = &mut self.own;
        nodes.clear();
        marks.clear();
        for one in matches {
            let mark = marks.len() as u32;
            nodes.push(Node { rule: one.rule, first: mark, last: mark, behind: one.behind });
            marks.push(Token::mark(base + one.start, base + one.end));
        }
        Tree { nodes, marks, text, base }
    }

    /// Works out the key of a unit; says whether it has one.
    fn shape(&mut self, wanted: Rule, text: &str, base: u32, tokens: &[Token]) -> bool {
        #[cfg(test)]
        if self.off {
            return false;
        }
        self.key.clear();
        self.key.push(wanted as u16);
        let mut before: Option<&Token> = None;
        let mut sign = false;
        for token in tokens {
            let is_sign = matches!(token.kind, Kind::Sign | Kind::Colon);
            if is_sign || sign {
                let from = before.map_or(token.start, |t| t.end);
                self.key.push(gap(text, base, from, token.start));
            }
            let code = match token.kind {
                Kind::Word if token.word != 0 => token.word,
                Kind::Number => 0x8000,
                Kind::Text => 0x8001,
                Kind::Open | Kind::Close | Kind::Semi | Kind::Comma | Kind::LeftParen | Kind::RightParen => {
                    0x8010 + token.kind as u16
                }
                Kind::Sign | Kind::Colon => {
                    let at = token.start.saturating_sub(base) as usize;
                    0x8100 + text.as_bytes().get(at).copied().map_or(0, u16::from)
                }
                Kind::Word | Kind::Date | Kind::OpenText | Kind::Odd => return false,
            };
            self.key.push(code);
            (before, sign) = (Some(token), is_sign);
        }
        true
    }
}

/// What stands between two tokens: nothing, blanks on one line, or more.
pub(super) fn gap(text: &str, base: u32, from: u32, to: u32) -> u16 {
    let within = |byte: u32| byte.saturating_sub(base) as usize;
    let between = text.as_bytes().get(within(from)..within(to)).unwrap_or_default();
    match between {
        [] => 0x8002,
        blanks if blanks.iter().all(|b| matches!(b, b' ' | b'\t')) => 0x8003,
        _ => 0x8004,
    }
}

/// The matches as nodes that are marked by the unit's tokens; none where one begins or ends within
/// a token.
fn on_tokens(matches: &[Match], base: u32, tokens: &[Token]) -> Option<Vec<Node>> {
    let nodes = matches.iter().map(|one| {
        let (start, end) = (base + one.start, base + one.end);
        let first = tokens.binary_search_by_key(&start, |t| t.start).ok()? as u32;
        let last = tokens.binary_search_by_key(&end, |t| t.end).ok()? as u32;
        Some(Node { rule: one.rule, first, last, behind: one.behind })
    });
    nodes.collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::{read, scanner};

    const LONG: &str = include_str!("../../tests/syntax/every-construct.caveat");

    /// What is read with shapes met before, and without any.
    fn agree(shapes: &mut Shapes, text: &str) {
        let by_itself = read(&mut Shapes { off: true, ..Shapes::default() }, SourceId(0), text);
        let with = read(shapes, SourceId(0), text);
        assert_eq!((with.file, with.findings), (by_itself.file, by_itself.findings), "{text}");
    }

    /// Every token of every construct in turn taken out, doubled, set apart from its neighbours, put
    /// together with them, replaced by another, or made to be no name.
    #[test]
    fn shapes_change_nothing_of_damaged_texts() {
        let mut shapes = Shapes::default();
        let mut item = String::new();
        for line in LONG.lines() {
            item.push_str(line);
            item.push('\n');
            if !line.starts_with(' ') && line.ends_with(['}', ';']) {
                damage(&mut shapes, &std::mem::take(&mut item));
            }
        }
        assert!(item.is_empty());
        assert!(shapes.trees.len() > 100);
    }

    fn damage(shapes: &mut Shapes, item: &str) {
        let tokens = scanner::scan(SourceId(0), item).tokens;
        for (at, token) in tokens.iter().enumerate() {
            let word = &item[token.range()];
            let (before, after) = (&item[..token.start as usize], &item[token.end as usize..]);
            let other = &item[tokens[(at + 1) * 31 % tokens.len()].range()];
            agree(shapes, &format!("{before}{after}"));
            // One of these at each token: together they meet every kind of neighbour.
            let text = match at % 5 {
                0 => format!("{before}{word} {word}{after}"),
                1 => format!("{before}\n{word}\n// a remark\n{after}"),
                2 => format!("{}{word}{}", before.trim_end(), after.trim_start()),
                3 => format!("{before}{other}{after}"),
                _ => format!("{before}é{word}{after}"),
            };
            agree(shapes, &text);
        }
    }

    #[test]
    fn statements_of_one_shape_are_read_once() {
        let mut shapes = Shapes::default();
        agree(
            &mut shapes,
            "may use A, B for C; may use TheOne , other_two\n for opted-in; may use days for C;",
        );
        assert_eq!(shapes.trees.len(), 2);
        agree(&mut shapes, "a: may use A; b : may use A; c\n: may use A;");
        assert_eq!(shapes.trees.len(), 4);
    }

    #[test]
    fn the_words_of_the_grammar_are_told_apart() {
        let numbers = ["use", "uses", "day", "days", "issuer", "identified", "may", "of"].map(number);
        assert!(numbers.iter().all(|&n| n >= FIRST_WORD));
        assert!(numbers.iter().enumerate().all(|(i, n)| !numbers[..i].contains(n)));
        assert_eq!(number("share"), number("use"));
        // `limits` counts these, and nothing else.
        for word in ["not", "later", "earlier"] {
            let alike = WORDS.drawers.iter().flatten().filter(|(_, n)| *n == number(word));
            assert_eq!(alike.map(|(one, _)| *one).collect::<Vec<_>>(), [word]);
        }
        assert_eq!(number("s"), NAME);
        assert_eq!(number("consent"), NAME);
        assert_eq!(number("information"), NAME);
    }
}
