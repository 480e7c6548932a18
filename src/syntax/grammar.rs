//! The grammar at work, and the only module that names pest: a slice of text to pairs, or to the
//! place where reading stopped and what was expected there.
//!
//! Builds no tree and words no finding.

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

/// A rule that matched, with its text and its children.
pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;
/// The children of a pair.
pub(super) type Pairs<'i> = pest::iterators::Pairs<'i, Rule>;

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

/// Reads a whole slice as one rule.
pub(super) fn read(rule: Rule, slice: &str) -> Result<Pair<'_>, Stop> {
    match derived::Grammar::parse(rule, slice) {
        Ok(mut pairs) => pairs.next().ok_or(Stop { at: 0, expected: Vec::new() }),
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

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use crate::syntax::mistakes::{ACTIONS, RESERVED};

    const GRAMMAR: &str = include_str!("../../grammar/caveat.pest");
    const LONG: &str = include_str!("../../tests/syntax/every-construct.caveat");

    /// The words that a rule of the grammar lists.
    fn listed(rule_name: &str) -> Vec<&'static str> {
        let from = GRAMMAR.find(&format!("\n{rule_name} = @{{")).expect(rule_name);
        let body = GRAMMAR[from..].split("~ !ident_char").next().unwrap();
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
    }

    /// A choice is ordered, so a word must not stand before one that begins with it.
    #[test]
    fn no_reserved_word_hides_a_longer_one() {
        let from = GRAMMAR.find("\nreserved = @{").unwrap();
        let words: Vec<&str> =
            GRAMMAR[from..].split("~ !ident_char").next().unwrap().split('"').skip(1).step_by(2).collect();
        for (at, word) in words.iter().enumerate() {
            let hidden = words[at + 1..].iter().find(|later| later.starts_with(word));
            assert_eq!(hidden, None, "`{word}` stands before");
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
