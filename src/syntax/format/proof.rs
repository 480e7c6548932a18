//! Whether two texts say the same.
//!
//! What the grammar makes of a text hangs on its words and on what it can see between them; on nothing
//! else. So texts with the same words in the same order say the same, and nothing is read again: that is
//! looked at first. Otherwise they are held against each other unit by unit: two of the same words
//! say the same, in blocks of one kind; any others are both read, and what comes out is compared,
//! wherever it stands. The comments must be the same in any case. Tests hold all this to
//! reading both texts from end to end.

use super::super::build::Built;
use super::super::reader::Reader;
use super::super::scanner::{Kind, Scan, Token};
use super::super::shapes::{Shapes, gap};
use super::super::structure::Context;
use super::super::units::unit_rule;
use super::super::{MAX_ITEM_BYTES, confusable, scan};
use super::unplaced::Unplaced;
use super::words;
use crate::diagnostic::{Finding, Level};
use crate::source::SourceId;
use std::ops::Range;

/// A text without mistakes.
pub(super) struct Said<'a> {
    text: &'a str,
    scan: &'a Scan,
    /// In the order of their bytes: some may change places.
    comments: Vec<&'a str>,
}

impl<'a> Said<'a> {
    /// A text in which no mistake was found.
    pub fn new(text: &'a str, scan: &'a Scan) -> Said<'a> {
        Said { text, scan, comments: words::comments(text, scan) }
    }

    /// Whether another text is without mistakes too, and says just this.
    pub fn is_what(&self, other: &str, shapes: &mut Shapes) -> bool {
        // Of a longer text a part could be too long; which, only the scanner knows.
        if other.len() <= MAX_ITEM_BYTES && self.has_its_words_in(other) {
            return true;
        }
        let Ok(scan) = scan(SourceId(0), other) else { return false };
        let deceiving = confusable::check(SourceId(0), other, &scan.tokens);
        let there = Said::new(other, &scan);
        !scan.findings.iter().chain(&deceiving).any(is_error)
            && there.comments == self.comments
            && self.units_are_those_of(&there, shapes)
    }

    /// Whether another text has just these words and comments, the words in the same order.
    fn has_its_words_in(&self, other: &str) -> bool {
        let mut comments = Vec::new();
        let mut at = 0;
        let mut before: Option<&Token> = None;
        for token in &self.scan.tokens {
            let Some(start) = behind_space(other, at, &mut comments) else { return false };
            let word = self.word(token);
            let rest = other.as_bytes().get(start..).unwrap_or_default();
            if !rest.starts_with(word.as_bytes())
                || before.is_some_and(|before| {
                    let here = seen(self.text, [before, token], before.end as usize..token.start as usize);
                    here != seen(other, [before, token], at..start)
                })
            {
                return false;
            }
            at = start + word.len();
            before = Some(token);
        }
        let end = behind_space(other, at, &mut comments);
        comments.sort_unstable();
        end == Some(other.len()) && comments == self.comments
    }

    /// Whether the units are the same, in the same blocks and in the same order.
    fn units_are_those_of(&self, there: &Said<'_>, shapes: &mut Shapes) -> bool {
        let (mut units, mut others) = (self.units(), there.units());
        let mut blocks = vec![Context::File];
        loop {
            let (unit, other) = match (units.next(), others.next()) {
                (None, None) => return blocks.len() == 1,
                (Some(unit), Some(other)) => (unit, other),
                _ => return false,
            };
            let Some(context) = blocks.last().copied() else { return false };
            let end = unit.last().map(|t| t.kind);
            let same = self.written(unit) == there.written(other)
                || self.has_the_words_of(unit, there, other)
                || end == other.last().map(|t| t.kind)
                    && self.built(unit, context, shapes).is_some_and(|built| {
                        there.built(other, context, shapes).is_some_and(|other| other == built)
                    });
            if !same {
                return false;
            }
            match end {
                Some(Kind::Open) => blocks.push(self.inside(unit, context)),
                Some(Kind::Close) => drop(blocks.pop()),
                _ => {}
            }
        }
    }

    /// Lines and heads of blocks, each with the sign that ends it.
    fn units(&self) -> impl Iterator<Item = &'a [Token]> {
        self.scan.tokens.split_inclusive(|t| matches!(t.kind, Kind::Semi | Kind::Open | Kind::Close))
    }

    fn word(&self, token: &Token) -> &'a str {
        self.text.get(token.range()).unwrap_or_default()
    }

    /// A unit as it is written.
    fn written(&self, unit: &[Token]) -> &'a str {
        let (start, end) = (unit.first().map_or(0, |t| t.start), unit.last().map_or(0, |t| t.end));
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// What stands in the block that a unit is the head of.
    fn inside(&self, head: &[Token], context: Context) -> Context {
        match head.first().map_or("", |first| self.word(first)) {
            _ if context == Context::Terms => Context::Terms,
            "policy" => Context::Header,
            "section" => Context::Section,
            "clause" => Context::Clause,
            "test" => Context::Test,
            "informative" | "promise" => Context::Cites,
            _ => Context::Terms,
        }
    }

    /// Whether the grammar sees the same in two units.
    fn has_the_words_of(&self, unit: &[Token], there: &Said<'_>, other: &[Token]) -> bool {
        let words = |(a, b): (&Token, &Token)| a.kind == b.kind && self.word(a) == there.word(b);
        unit.len() == other.len()
            && unit.iter().zip(other).all(words)
            && unit.windows(2).zip(other.windows(2)).all(|(a, b)| self.seen(a) == there.seen(b))
    }

    fn seen(&self, pair: &[Token]) -> u16 {
        let [before, after] = pair else { return 0 };
        seen(self.text, [before, after], before.end as usize..after.start as usize)
    }

    /// What the grammar makes of a unit in such a block, wherever it stands; none where it is mistaken.
    fn built(&self, unit: &[Token], context: Context, shapes: &mut Shapes) -> Option<Built> {
        let mut findings = Vec::new();
        let mut reader = Reader::new(SourceId(0), self.text, self.scan, shapes, &mut findings);
        let start = reader.token_at(unit.first()?.start as usize);
        let piece = reader.piece(start..start + unit.len() - 1, "");
        let mut built = reader.read(unit_rule(context), piece).ok()??;
        built.unplace();
        (!findings.iter().any(is_error)).then_some(built)
    }
}

/// What the grammar sees between two tokens: nothing beside a bracket, a comma or a string, which no
/// word goes over into; else whether there is anything; beside another sign, also of what kind.
fn seen(text: &str, tokens: [&Token; 2], between: Range<usize>) -> u16 {
    use Kind::{Close, Comma, Date, LeftParen, Number, Open, RightParen, Semi, Text, Word};
    let apart = |kind| matches!(kind, Text | Open | Close | Semi | Comma | LeftParen | RightParen);
    let word = |kind| matches!(kind, Word | Number | Date);
    let [before, after] = tokens.map(|token| token.kind);
    if apart(before) || apart(after) {
        0
    } else if word(before) && word(after) {
        u16::from(!between.is_empty())
    } else {
        gap(text, 0, between.start as u32, between.end as u32)
    }
}

/// The first byte behind white space and comments, of which the latter are kept; none where there is
/// other white space than the formatter's own.
fn behind_space<'a>(text: &'a str, from: usize, comments: &mut Vec<&'a str>) -> Option<usize> {
    let mut at = from;
    loop {
        match text.as_bytes().get(at..).unwrap_or_default() {
            [b' ' | b'\n', ..] => at += 1,
            [b'/', b'/', ..] => {
                let comment = text.get(at..)?.split('\n').next()?;
                comments.push(comment.trim_end());
                at += comment.len();
            }
            _ => return Some(at),
        }
    }
}

fn is_error(finding: &Finding) -> bool {
    finding.level == Level::Error
}

#[cfg(test)]
mod tests {
    //! The judge of the proof reads both texts whole, and compares their trees.
    #![allow(clippy::expect_used, clippy::indexing_slicing)]

    use super::super::{WIDTH, format};
    use super::*;
    use crate::source::Sources;
    use crate::syntax::tree::*;
    use crate::syntax::{Reading, read, scanner};
    use std::path::{Path, PathBuf};

    /// What a text without mistakes says: its tree without places, and its comments.
    fn said(text: &str) -> Option<(Vec<Item>, Vec<&str>)> {
        let Reading { mut file, findings, scan } = read(&mut Shapes::default(), SourceId(0), text);
        file.items.unplace();
        let sound = findings.iter().all(|f| f.level != Level::Error);
        sound.then(|| (file.items, words::comments(text, &scan)))
    }

    /// Whether two texts of which the first is without mistakes say the same; the proof and the judge must
    /// agree. None where the first has mistakes.
    fn agree(text: &str, other: &str) -> Option<bool> {
        let said = said(text)?;
        let judged = self::said(other).is_some_and(|other| other == said);
        let mut shapes = Shapes::default();
        let Reading { scan, .. } = read(&mut shapes, SourceId(0), text);
        let proved = Said::new(text, &scan).is_what(other, &mut shapes);
        assert_eq!(proved, judged, "{text}\nagainst\n{other}");
        Some(judged)
    }

    impl Unplaced for Item {
        fn unplace(&mut self) {
            match self {
                Item::Policy(PolicyHeader { span, label, title, issuer, documents, revised, extends }) => {
                    span.unplace();
                    label.unplace();
                    title.unplace();
                    issuer.unplace();
                    documents.unplace();
                    revised.unplace();
                    extends.unplace();
                }
                Item::Import(text) | Item::Extends(text) => text.unplace(),
                Item::Section(Section { span, label, title, front, items }) => {
                    span.unplace();
                    label.unplace();
                    title.unplace();
                    front.unplace();
                    items.unplace();
                }
                Item::Clause(clause) => clause.unplace(),
                Item::Test(Test { span, name, title, front, expectations }) => {
                    span.unplace();
                    name.unplace();
                    title.unplace();
                    front.unplace();
                    expectations.unplace();
                }
                Item::Declaration(declaration) => declaration.unplace(),
                Item::Member(member) => member.unplace(),
            }
        }
    }

    impl Unplaced for SectionItem {
        fn unplace(&mut self) {
            match self {
                SectionItem::Clause(clause) => clause.unplace(),
                SectionItem::Member(member) => member.unplace(),
            }
        }
    }

    impl Unplaced for Clause {
        fn unplace(&mut self) {
            self.span.unplace();
            self.label.unplace();
            self.title.unplace();
            self.front.unplace();
            self.members.unplace();
        }
    }

    /// All sources of the project, one construct of the grammar after the other first.
    fn texts() -> Vec<String> {
        fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
            for path in
                std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("a file").path())
            {
                if path.is_dir() {
                    walk(&path, out);
                } else if path.extension().is_some_and(|e| e == "caveat") {
                    out.push(path);
                }
            }
        }
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let mut files = vec![root.join("tests/syntax/every-construct.caveat")];
        walk(&root.join("policies"), &mut files);
        walk(&root.join("tests/cases"), &mut files);
        files.iter().map(|file| std::fs::read_to_string(file).expect("a text")).collect()
    }

    /// The outermost items of a text that is laid out as people do it.
    fn items(text: &str) -> Vec<String> {
        let mut items = vec![String::new()];
        for line in text.lines() {
            if let Some(item) = items.last_mut() {
                item.push_str(line);
                item.push('\n');
            }
            if !line.starts_with(' ') && line.ends_with(['}', ';']) {
                items.push(String::new());
            }
        }
        items
    }

    #[test]
    fn what_is_formatted_says_the_same_to_both() {
        let (mut compared, mut moved) = (0, 0);
        for (text, width) in texts().iter().zip([WIDTH, 40].into_iter().cycle()) {
            let mut sources = Sources::default();
            let id = sources.add("case.caveat", text.as_str());
            let Ok(out) = format(&sources, id, width) else { continue };
            assert_eq!(agree(text, &out), Some(true));
            assert_eq!(agree(&out, text), Some(true));
            compared += 1;
            moved += usize::from(text.split_whitespace().ne(out.split_whitespace()));
        }
        assert!(compared > 100 && moved > 10, "{compared}, {moved}");
    }

    /// Every token of every construct in turn taken out, doubled, changed with the one behind, replaced by
    /// another, set on a line of its own, put together with its neighbours, or given a comment.
    #[test]
    fn the_proof_and_the_judge_agree_on_what_has_been_changed() {
        let texts = texts();
        let all: Vec<String> = texts.iter().take(4).flat_map(|text| items(text)).collect();
        let (mut same, mut other) = (0, 0);
        for item in &all {
            let tokens = scanner::scan(SourceId(0), item).tokens;
            for (at, token) in tokens.iter().enumerate() {
                let word = &item[token.range()];
                let (before, after) = (&item[..token.start as usize], &item[token.end as usize..]);
                let next = tokens.get(at + 1).map_or(token.range(), |next| next.range());
                let (between, behind) = (item.get(token.end as usize..next.start), &item[next.end..]);
                let exchanged = &item[tokens[(at + 1) * 31 % tokens.len()].range()];
                let changed = [
                    format!("{before}{after}"),
                    format!("{before}{word} {word}{after}"),
                    format!("{before}{}{}{word}{behind}", &item[next], between.unwrap_or_default()),
                    format!("{before}{exchanged}{after}"),
                    format!("{before}\n{word}\n{after}"),
                    format!("{} {word} {}", before.trim_end(), after.trim_start()),
                    format!("{}{word}{}", before.trim_end(), after.trim_start()),
                    format!("{before}\n// why\n{word}{after}"),
                ];
                // Two of them at each token: together they meet every kind of neighbour.
                for number in [at % changed.len(), (at / 2 + 5) % changed.len()] {
                    for verdict in [agree(item, &changed[number]), agree(&changed[number], item)] {
                        match verdict {
                            Some(true) => same += 1,
                            Some(false) => other += 1,
                            None => {}
                        }
                    }
                }
            }
        }
        assert!(same > 1_000 && other > 1_500, "{same} and {other}");
    }
}
