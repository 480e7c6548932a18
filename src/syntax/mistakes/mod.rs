//! The mistakes that authors make, each with a message of its own and a way out.
//!
//! Takes a unit that the grammar could not read and the place where reading stopped; gives the one
//! finding that says best what is wrong. Parses nothing.

pub(super) mod characters;
mod conditions;
mod english;
mod labels;
mod lexicon;
mod lists;
mod modals;
mod names;
mod order;
mod places;
mod questions;
mod rights;
mod tests;
mod times;
mod words;

use super::expected;
use super::grammar::Rule;
use super::scanner::{Kind, Token};
use super::structure::Context;
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Span};
use std::ops::Range;

pub(crate) use lexicon::ACTIONS;
use lexicon::{PARTICIPLES, STARTS, nearest};
pub(super) use lexicon::{RESERVED, VERDICTS};
pub(super) use places::{empty_unit, misplaced, missing_semi, two_terms};
pub(super) use questions::question;

/// A unit that could not be read.
pub(super) struct Failure<'a> {
    pub source: SourceId,
    pub text: &'a str,
    /// Its tokens, and what ends it.
    pub tokens: &'a [Token],
    /// The token at which reading stopped; as many as there are tokens where it was their end.
    pub stop: usize,
    /// What was expected there.
    pub expected: &'a [Rule],
    pub context: Context,
}

/// How many characters of the author's own words a help repeats.
const MOST_WORDS: usize = 80;

/// A recogniser of one mistake.
type Mistake = fn(&Failure<'_>) -> Option<Finding>;

/// In the order of trying: the surest first.
const MISTAKES: &[Mistake] = &[
    tests::outside,
    tests::other_word,
    tests::no_verdict,
    tests::no_action,
    times::written_date,
    times::date,
    times::dotted_date,
    times::count_in_words,
    times::business_days,
    times::days_before,
    times::glued_unit,
    times::until_length,
    times::behind_event,
    times::bound_in_english,
    times::bare_length,
    times::one_moment,
    labels::number_of_a_list,
    labels::declaration_with_colon,
    labels::head_of_several_words,
    labels::of_several_words,
    labels::head_with_colon,
    order::title_behind,
    order::passive,
    modals::may_not,
    modals::only_before_action,
    modals::only_with_must,
    modals::never_action,
    modals::never_behind,
    modals::second_action,
    modals::on_behind,
    rights::in_english,
    modals::wrong_modal,
    modals::third_person,
    modals::capital,
    order::in_case_of,
    order::phrase_in_front,
    order::phrase_before_action,
    order::missing_data,
    order::purpose_with_to,
    english::article,
    words::yes_or_no,
    names::comma_between_terms,
    names::except_phrase,
    lists::second_except,
    lists::values_without_parentheses,
    lists::mixed_conditions,
    lists::word_in_list,
    lists::trailing_comma,
    conditions::other_word,
    rights::form,
    words::missing_text,
    words::missing_word,
    conditions::missing_is,
    conditions::operator,
    modals::unknown_action,
    words::keyword_as_name,
    words::not_a_name,
    words::misspelt_start,
    words::full_stop,
    labels::without_colon,
    order::condition_between,
    modals::missing,
    english::other_word,
    names::quoted_or_bracketed,
    names::two_words,
    lists::unclosed_parenthesis,
    words::apostrophe,
    places::block_without_braces,
];

/// The finding for a unit that could not be read.
pub(super) fn explain(failure: &Failure<'_>) -> Finding {
    MISTAKES.iter().find_map(|m| m(failure)).unwrap_or_else(|| plain(failure))
}

/// What was expected, and what was found.
fn plain(failure: &Failure<'_>) -> Finding {
    let stop = failure.stop;
    let found = match failure.kind(stop) {
        None => "the end".to_owned(),
        Some(Kind::Text | Kind::OpenText) => "a text in quotes".to_owned(),
        Some(_) => format!("`{}`", failure.shown(stop)),
    };
    // Any word can be a label that prevails; behind a keyword that is hardly ever meant.
    let label = failure.stop == 1 && failure.is_keyword(0) && !failure.is_action(0);
    let hidden = |r: &Rule| label && matches!(r, Rule::comma | Rule::kw_prevails);
    let wanted: Vec<Rule> = failure.expected.iter().copied().filter(|r| !hidden(r)).collect();
    let wanted = expected::words(&wanted);
    let message = match wanted.as_str() {
        "" => format!("{found} cannot stand here"),
        wanted => format!("expected {wanted}, found {found}"),
    };
    let finding = error(message, failure.span(stop));
    let similar = words::similar_keywords(failure);
    match similar.as_slice() {
        [one] => finding.help(format!("did you mean `{one}`?")),
        [one, other, ..] => finding.help(format!("did you mean `{one}` or `{other}`?")),
        [] if failure.is_keyword(stop) => {
            finding.note(format!("`{}` is a word of the language", failure.word(stop)))
        }
        [] => finding,
    }
}

fn error(message: impl Into<String>, span: Span) -> Finding {
    Finding::new("syntax", Level::Error, message, span)
}

impl Failure<'_> {
    fn kind(&self, at: usize) -> Option<Kind> {
        self.tokens.get(at).map(|t| t.kind)
    }

    /// The text of a token; empty behind the last.
    fn shown(&self, at: usize) -> &str {
        self.tokens.get(at).and_then(|t| self.text.get(t.range())).unwrap_or_default()
    }

    /// The text of a token that is a word; empty for any other.
    fn word(&self, at: usize) -> &str {
        if self.kind(at) == Some(Kind::Word) { self.shown(at) } else { "" }
    }

    fn before(&self, at: usize) -> &str {
        at.checked_sub(1).map_or("", |i| self.word(i))
    }

    fn kind_before(&self, at: usize) -> Option<Kind> {
        at.checked_sub(1).and_then(|i| self.kind(i))
    }

    fn is_keyword(&self, at: usize) -> bool {
        RESERVED.contains(&self.word(at))
    }

    fn is_action(&self, at: usize) -> bool {
        ACTIONS.contains(&self.word(at))
    }

    /// A word that is none of the language's.
    fn is_name(&self, at: usize) -> bool {
        !self.word(at).is_empty() && !self.is_keyword(at)
    }

    fn expects(&self, rules: &[Rule]) -> bool {
        self.expected.iter().any(|r| rules.contains(r))
    }

    fn find(&self, word: &str) -> Option<usize> {
        (0..self.tokens.len()).find(|&i| self.word(i) == word)
    }

    /// The first `may` or `must`.
    fn modal(&self) -> Option<usize> {
        (0..self.tokens.len()).find(|&i| matches!(self.word(i), "may" | "must"))
    }

    /// Whether these are names alone, in a list.
    fn are_names(&self, range: Range<usize>) -> bool {
        !range.is_empty() && range.into_iter().all(|i| self.is_name(i) || self.kind(i) == Some(Kind::Comma))
    }

    /// Some tokens as they are written, on one line and without comments; no more than a help can hold.
    /// What ends the unit is left out.
    fn words(&self, range: Range<usize>) -> String {
        let mut out = String::new();
        let mut end = None;
        for token in self.tokens.get(range).unwrap_or_default() {
            if matches!(token.kind, Kind::Semi | Kind::Open | Kind::Close) {
                break;
            }
            let word = self.text.get(token.range()).unwrap_or_default();
            if out.chars().count() + word.chars().count() > MOST_WORDS {
                out.push_str(" …");
                break;
            }
            if end.is_some_and(|end| end != token.start) {
                out.push(' ');
            }
            out.push_str(word);
            end = Some(token.end);
        }
        out
    }

    /// Words as one name: `gym security` is `GymSecurity`.
    fn joined(&self, range: Range<usize>) -> String {
        let mut out = String::new();
        for word in range.map(|i| self.word(i)) {
            let mut letters = word.chars();
            out.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            out.push_str(letters.as_str());
        }
        out
    }

    /// The place of a token; just behind the last where there is none.
    fn span(&self, at: usize) -> Span {
        match (self.tokens.get(at), self.tokens.last()) {
            (Some(t), _) => Span { source: self.source, start: t.start, end: t.end },
            (None, Some(t)) => Span { source: self.source, start: t.end, end: t.end },
            (None, None) => Span { source: self.source, start: 0, end: 0 },
        }
    }

    /// The place of several tokens, both ends included.
    fn spans(&self, first: usize, last: usize) -> Span {
        self.span(first).to(self.span(last))
    }

    /// The word that the condition at a token belongs to, if it stands in one.
    fn condition_word(&self, at: usize) -> Option<&str> {
        let mut depth = 0_usize;
        for i in (0..at).rev() {
            match (self.kind(i), self.word(i)) {
                (Some(Kind::RightParen), _) => depth += 1,
                (Some(Kind::LeftParen), _) => depth = depth.saturating_sub(1),
                (Some(Kind::Comma), _) if depth == 0 => return None,
                (_, word @ ("when" | "unless" | "while" | "requires" | "never")) => return Some(word),
                (_, "to" | "from" | "of" | "for" | "in" | "as" | "with" | "may" | "must") if depth == 0 => {
                    return None;
                }
                _ => {}
            }
        }
        None
    }
}
