//! Mistakes about labels, and about what stands where one could: numbers of lists, heads without a block.

use super::names::KINDS;
use super::{Failure, STARTS, error, nearest};
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::syntax::scanner::Kind;
use crate::syntax::structure::Context;

/// No number of a list has more letters or digits: `viii`.
const LONGEST_NUMBER: usize = 4;

/// `gone-all when consent, may use X`, `gone all must delete X`
pub(super) fn without_colon(f: &Failure<'_>) -> Option<Finding> {
    let modal = f.modal()?;
    if f.stop != 1 || !small(f.word(0)) || !f.is_name(0) || nearest(f.word(0), STARTS).is_some() {
        return None;
    }
    let fronts = ["when", "unless", "while", "on", "after", "before", "only"];
    let words = (1..modal).take_while(|&i| f.is_name(i) && small(f.word(i))).count() + 1;
    // Two names in a row, or a name before a condition: the first names what follows.
    if words == 1 && !fronts.contains(&f.word(1)) && !f.is_name(1) {
        return None;
    }
    let label = joined(f, words);
    let rest = f.words(words..f.tokens.len());
    let message = format!("a label needs `:` behind it: `{label}`");
    Some(error(message, f.spans(0, words - 1)).help(format!("write `{label}: {rest}`")))
}

/// `gone all: must delete X`
pub(super) fn of_several_words(f: &Failure<'_>) -> Option<Finding> {
    let colon = (1..=f.stop + 1).find(|&i| f.kind(i) == Some(Kind::Colon)).filter(|&c| c > 1)?;
    let words = (0..colon).all(|i| !f.word(i).is_empty());
    let begins = |i| matches!(f.word(i), "may" | "must" | "only" | "when" | "unless" | "while" | "on");
    let head = matches!(f.word(0), "section" | "clause" | "test");
    if !words || head || !(begins(colon + 1) || f.modal().is_some_and(|modal| modal > colon)) {
        return None;
    }
    let label = joined(f, colon);
    Some(
        error("a label is one word", f.spans(0, colon - 1))
            .help(format!("write `{label}: {}`", f.words(colon + 1..f.tokens.len()))),
    )
}

/// `party: Acme;`
pub(super) fn declaration_with_colon(f: &Failure<'_>) -> Option<Finding> {
    let kind = f.word(0);
    if !KINDS.contains(&kind) || f.kind(1) != Some(Kind::Colon) || f.modal().is_some() || f.stop > 3 {
        return None;
    }
    let name = f.words(2..f.tokens.len());
    let finding = error(format!("no `:` stands behind `{kind}`"), f.span(1));
    Some(finding.help(format!("write `{kind} {name};`")).fix("delete the `:`", f.span(1), ""))
}

/// `clause no sale {`, `section Data Sharing "Title" {`
pub(super) fn head_of_several_words(f: &Failure<'_>) -> Option<Finding> {
    const FRONTS: &[&str] = &["when", "unless", "while", "on", "after", "before"];
    let head = f.word(0);
    if !matches!(head, "section" | "clause" | "test" | "promise") || f.stop > 2 {
        return None;
    }
    let word = |i: &usize| !f.word(*i).is_empty() && !FRONTS.contains(&f.word(*i));
    let last = (1..f.tokens.len()).take_while(word).last().filter(|last| *last > 1)?;
    if !matches!(f.kind(last + 1), None | Some(Kind::Open | Kind::Text)) {
        return None;
    }
    let words = f.words(1..last + 1);
    let label = words.to_lowercase().replace(' ', "-");
    let title = match f.kind(last + 1) {
        Some(Kind::Text) => f.words(last + 1..last + 2),
        _ => format!("\"{words}\""),
    };
    Some(
        error(format!("the label of a {head} is one word"), f.spans(1, last))
            .help(format!("write `{head} {label} {title} {{`: what people call it is its title, in quotes")),
    )
}

/// `clause parcels: may share X`
pub(super) fn head_with_colon(f: &Failure<'_>) -> Option<Finding> {
    let (head, label) = (f.word(0), f.word(1));
    if f.stop != 2 || !matches!(head, "section" | "clause") || f.kind(2) != Some(Kind::Colon) {
        return None;
    }
    Some(error(format!("a {head} has a block, and no `:`"), f.span(2)).help(format!(
        "write `{head} {label} {{ … }}`; the label of one statement stands alone: `{label}: …`"
    )))
}

/// `1. may use X`, `(a) may use X`, `b) may use X`
pub(super) fn number_of_a_list(f: &Failure<'_>) -> Option<Finding> {
    let number = |i: usize| {
        let short = f.shown(i).len() <= LONGEST_NUMBER;
        short && (matches!(f.kind(i), Some(Kind::Number)) || !f.word(i).is_empty())
    };
    let last = match f.kind(0)? {
        Kind::LeftParen if number(1) && f.kind(2) == Some(Kind::RightParen) => 2,
        _ if number(0) && (f.kind(1) == Some(Kind::RightParen) || f.shown(1) == ".") => 1,
        _ => return None,
    };
    if f.stop > last || f.context == Context::Terms && f.tokens.len() <= last + 1 {
        return None;
    }
    let shown = f.words(0..last + 1);
    let whole = Span { end: f.span(last + 1).start, ..f.span(0) };
    Some(
        error(format!("`{shown}` is the number of a list, as pasted from a document"), f.spans(0, last))
            .help("delete it; a label for precedence is a word with `:` behind it")
            .fix("delete the number", whole, ""),
    )
}

/// Whether a word begins with a small letter, as labels do and terms do not.
fn small(word: &str) -> bool {
    word.starts_with(char::is_lowercase)
}

/// The first words as one label.
fn joined(f: &Failure<'_>, words: usize) -> String {
    let words: Vec<String> = (0..words).map(|i| f.word(i).to_lowercase()).collect();
    words.join("-")
}
