//! The grammar at work, and the only module that names pest: a slice of text to the rules that
//! match in it, or to the place where reading stopped and what was expected there.
//!
//! Builds no tree and words no finding.

use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pairs;
use pest::{Parser as _, Token};

/// The grammar as it is written.
pub(super) const TEXT: &str = include_str!("../../grammar/caveat.pest");

/// A rule that matched in a slice.
pub(super) struct Match {
    pub rule: Rule,
    /// Its first byte.
    pub start: u32,
    /// The byte behind its last, white space and comments at its end left out.
    pub end: u32,
    /// The match behind the last of those within it.
    pub behind: u32,
}

// The derive generates items that cannot be documented.
#[allow(missing_docs)]
mod derived {
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/caveat.pest"]
    pub struct Grammar;
}
pub(super) use derived::Rule;

/// Where reading stopped.
pub(super) struct Stop {
    /// The byte in the slice.
    pub at: usize,
    /// The rules that could have gone on there.
    pub expected: Vec<Rule>,
}

/// Reads a whole slice as one rule: what matched, each rule before those within it.
pub(super) fn read(rule: Rule, slice: &str) -> Result<Vec<Match>, Stop> {
    match derived::Grammar::parse(rule, slice) {
        Ok(pairs) => Ok(matches(pairs, slice)),
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) => at,
                InputLocation::Span((at, _)) => at,
            };
            let expected = match error.variant {
                ErrorVariant::ParsingError { positives, .. } => positives,
                ErrorVariant::CustomError { .. } => Vec::new(),
            };
            Err(Stop { at, expected })
        }
    }
}

/// A rule that ends in something optional takes the white space and the comments behind with it;
/// they are left out.
fn matches(pairs: Pairs<'_, Rule>, slice: &str) -> Vec<Match> {
    let mut matches: Vec<Match> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    for token in pairs.tokens() {
        match token {
            Token::Start { rule: Rule::EOI, .. } | Token::End { rule: Rule::EOI, .. } => {}
            Token::Start { rule, pos } => {
                open.push(matches.len());
                let start = pos.pos() as u32;
                matches.push(Match { rule, start, end: start, behind: 0 });
            }
            Token::End { pos, .. } => {
                let behind = matches.len() as u32;
                let Some(one) = open.pop().and_then(|at| matches.get_mut(at)) else { continue };
                let text = slice.get(one.start as usize..pos.pos()).unwrap_or_default();
                one.end = one.start + solid(text) as u32;
                one.behind = behind;
            }
        }
    }
    matches
}

/// How much of a text is left without the white space and the comments at its end.
fn solid(text: &str) -> usize {
    if !text.ends_with(|c: char| c.is_whitespace()) {
        return text.len();
    }
    let (mut end, mut at, mut in_string) = (0, 0, false);
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'/' if !in_string && bytes.get(at + 1) == Some(&b'/') => {
                let rest = bytes.get(at..).unwrap_or_default();
                at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
                continue;
            }
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            _ => {}
        }
        at += 1;
        // Within a character nothing ends.
        let Some(before) = text.get(..at) else { continue };
        if in_string || !before.ends_with(|c: char| c.is_whitespace()) {
            end = at;
        }
    }
    end.min(text.len())
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::mistakes::{ACTIONS, RESERVED, VERDICTS};

    const LONG: &str = include_str!("../../tests/syntax/every-construct.caveat");

    /// The words that a rule of the grammar lists.
    fn listed(rule_name: &str) -> Vec<&'static str> {
        let from = TEXT.find(&format!("\n{rule_name} = @{{")).expect(rule_name);
        let body = TEXT[from..].split("~ !ident_char").next().expect("a list");
        let mut words: Vec<&str> = body.split('"').skip(1).step_by(2).collect();
        words.sort_unstable();
        words
    }

    #[test]
    fn the_lists_of_words_are_those_of_the_grammar() {
        let sorted = |words: &[&'static str]| {
            let mut words = words.to_vec();
            words.sort_unstable();
            words
        };
        assert_eq!(listed("reserved"), sorted(RESERVED));
        assert_eq!(listed("action"), sorted(ACTIONS));
        assert_eq!(listed("verdict"), sorted(VERDICTS));
    }

    /// A choice is ordered, so a word must not stand before one that begins with it.
    #[test]
    fn no_word_hides_a_longer_one() {
        for rule in ["reserved", "action", "form", "unit"] {
            let from = TEXT.lines().position(|l| l.starts_with(&format!("{rule} "))).expect(rule);
            let body: String = TEXT.lines().skip(from).take_while(|l| *l != "}").collect();
            let body = body.split("~ !ident_char").next().expect("a list");
            let words: Vec<&str> = body.split('"').skip(1).step_by(2).filter(|w| w.len() > 1).collect();
            assert!(words.len() >= 4, "{rule}");
            for (at, word) in words.iter().enumerate() {
                let hidden = words[at + 1..].iter().find(|later| later.starts_with(word));
                assert_eq!(hidden, None, "`{word}` stands before");
            }
        }
    }

    /// What is read in units is what the grammar says of whole files.
    #[test]
    fn units_and_files_agree() {
        let tokens = crate::syntax::scanner::scan(crate::source::SourceId(0), LONG).tokens;
        for deleted in tokens.iter().map(|t| t.range()).chain(std::iter::once(0..0)) {
            let text = format!("{}{}", &LONG[..deleted.start], &LONG[deleted.end..]);
            let whole = read(Rule::file, &text).is_ok();
            let mut sources = Sources::default();
            let id = sources.add("p", text.as_str());
            let (_, mut findings) = crate::syntax::parse(&sources, id);
            // What only the tree shows.
            findings.retain(|f| {
                !["twice", "not how it is counted", "of its own"].iter().any(|w| f.message.contains(w))
            });
            let around = deleted.start.saturating_sub(30)..(deleted.end + 40).min(LONG.len());
            assert_eq!(
                whole,
                findings.is_empty(),
                "without `{}` in `{}`: {findings:?}",
                &LONG[deleted],
                LONG.get(around).unwrap_or_default()
            );
        }
    }
}
