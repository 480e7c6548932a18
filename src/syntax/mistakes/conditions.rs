//! Mistakes about conditions: the words that begin them, and the signs of programs in them.

use super::{Failure, error};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;

/// `for Billing if consent`, `if consent, may use X`, `as long as consent`, `without consent`
pub(super) fn other_word(f: &Failure<'_>) -> Option<Finding> {
    const WORDS: &[&str] = &["if", "provided", "whenever", "where", "without"];
    let lower = |i: usize| f.word(i).to_lowercase();
    let at = f.stop;
    // A unit that begins with such a word is read as far as the next.
    let at = if at == 1 && WORDS.contains(&lower(0).as_str()) { 0 } else { at };
    let (words, last) = match (f.before(at), lower(at).as_str()) {
        ("as", "long") => ("as long as".to_owned(), at + 1),
        (_, "provided") if f.word(at + 1) == "that" => ("provided that".to_owned(), at + 1),
        (_, word) if WORDS.contains(&word) => (f.word(at).to_owned(), at),
        _ => return None,
    };
    let finding = error(format!("`{words}` begins no condition in this language"), f.span(at));
    let meant = if lower(at) == "without" { "unless" } else { "when" };
    let ends = |i: &usize| f.kind(*i) == Some(Kind::Comma) || matches!(f.word(*i), "may" | "must");
    let end = (last + 1..f.tokens.len()).find(ends).unwrap_or(f.tokens.len());
    let condition = f.words(last + 1..end);
    Some(match (condition.as_str(), meant) {
        ("", _) => finding.help("write `when` and the condition, or `unless` and what takes it away"),
        (condition, "unless") => {
            finding.help(format!("write `unless {condition}`, or `when not {condition}`"))
        }
        (condition, _) => {
            finding.help(format!("write `when {condition}`; what takes it away is said with `unless`"))
        }
    })
}

/// `when region EU`
pub(super) fn missing_is(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    if !f.expects(&[Rule::kw_is]) || !f.is_name(at) || f.condition_word(at).is_none() {
        return None;
    }
    let fact = f.before(at);
    if fact.is_empty() || f.tokens.get(at).is_some_and(|t| t.first) {
        return None;
    }
    if fact == "no" {
        let name = f.word(at);
        return Some(
            error(format!("`no {name}` is `not {name}` here"), f.spans(at - 1, at))
                .help(format!("write `not {name}`")),
        );
    }
    let finding = error(format!("`{fact}` and `{}` are not joined", f.word(at)), f.span(at));
    Some(
        finding.help(format!(
            "write `{fact} is {}` to compare, or join two facts with `and` or `or`",
            f.word(at)
        )),
    )
}

/// `region == EU`, `a && b`
pub(super) fn operator(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    if f.kind(at) != Some(Kind::Sign) {
        return None;
    }
    let next = f.tokens.get(at + 1).filter(|n| f.tokens.get(at).is_some_and(|t| t.end == n.start));
    let pair = next.map_or("", |_| f.shown(at + 1));
    let since = f.shown(at.saturating_sub(1)) == ")";
    let (written, right) = match (f.shown(at), pair) {
        ("&", "&") => ("&&", "and"),
        ("&", _) => ("&", "and"),
        ("|", "|") => ("||", "or"),
        ("!", "=") => ("!=", "is not"),
        ("!", _) => ("!", "not"),
        ("=", "=") if since => ("==", "="),
        ("=", "=") => ("==", "is"),
        ("=", _) if !since => ("=", "is"),
        _ => return None,
    };
    f.condition_word(at).or((written == "!").then_some(""))?;
    let last = if written.len() == 2 { at + 1 } else { at };
    Some(
        error(format!("`{written}` is not a word of the language"), f.spans(at, last))
            .help(format!("write `{right}`")),
    )
}
