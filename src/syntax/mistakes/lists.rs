//! Mistakes about lists: `and`, commas, `except`, and conditions that need parentheses.

use super::{ACTIONS, Failure, error};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;

/// `A except B except C`
pub(super) fn second_except(f: &Failure<'_>) -> Option<Finding> {
    let second = f.stop;
    if f.word(second) != "except" {
        return None;
    }
    let first = (0..second).rev().find(|&i| f.word(i) == "except")?;
    Some(
        error("a list has one `except`, which binds all of it", f.span(second))
            .and(f.span(first), "it stands here already")
            .help("put all that is excepted behind the first: `A, B except C, D`"),
    )
}

/// `when region is EU, Switzerland`
pub(super) fn values_without_parentheses(f: &Failure<'_>) -> Option<Finding> {
    let comma = (0..f.stop).rev().find(|&i| f.kind(i) == Some(Kind::Comma) && f.is_name(i + 1))?;
    let is = (0..comma).rev().find(|&i| f.word(i) == "is")?;
    let between = is + 1..comma;
    let values =
        between.clone().all(|i| f.is_name(i) || f.kind(i) == Some(Kind::Comma) || f.word(i) == "not");
    if !values || between.is_empty() {
        return None;
    }
    let first = if f.word(is + 1) == "not" { is + 2 } else { is + 1 };
    let names: Vec<&str> = (first..=comma + 1).map(|i| f.word(i)).filter(|w| !w.is_empty()).collect();
    Some(
        error("a comma ends the condition", f.span(comma))
            .help(format!("several values take parentheses: `({})`", names.join(", "))),
    )
}

/// `a and b or c`
pub(super) fn mixed_conditions(f: &Failure<'_>) -> Option<Finding> {
    let (word, other) = match f.word(f.stop) {
        "and" => ("and", "or"),
        "or" => ("or", "and"),
        _ => return None,
    };
    f.condition_word(f.stop)?;
    let first = (0..f.stop).rev().find(|&i| f.word(i) == other)?;
    Some(
        error("`and` and `or` are mixed without parentheses", f.span(f.stop)).and(f.span(first), "").help(
            format!("say which belongs together: `(A {other} B) {word} C` or `A {other} (B {word} C)`"),
        ),
    )
}

/// `A and B`
pub(super) fn word_in_list(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let word = f.word(at);
    if !matches!(word, "and" | "or") || f.condition_word(at).is_some() {
        return None;
    }
    let finding = error(format!("`{word}` does not join a list"), f.span(at));
    Some(if f.kind_before(at) == Some(Kind::Comma) {
        finding.help(format!("leave `{word}` out: the comma is enough"))
    } else if let Some(modal) = f.modal().filter(|&modal| modal < at)
        && f.is_action(at + 1)
        && !ACTIONS.contains(&f.before(at))
    {
        let modal = if f.word(modal + 1) == "not" { "must not" } else { f.word(modal) };
        finding.help(format!(
            "end the statement with `;`, and begin another: `{modal} {}`",
            f.words(at + 1..f.tokens.len())
        ))
    } else if f.is_name(at + 1) || f.is_action(at + 1) {
        finding.help(format!("write a comma: `{}, {}`", f.before(at), f.word(at + 1)))
    } else {
        finding.help("write a comma")
    })
}

/// `A, ;` and `A, to B`
pub(super) fn trailing_comma(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let comma = at.checked_sub(1).filter(|&i| f.kind(i) == Some(Kind::Comma))?;
    let ends = matches!(f.kind(at), None | Some(Kind::Semi | Kind::Open | Kind::RightParen | Kind::Comma));
    if ends {
        let finding = error("nothing stands behind this comma", f.span(comma));
        let finding = finding.help("delete it, or add what was to follow");
        return Some(finding.fix("delete the comma", f.span(comma), ""));
    }
    let phrase = matches!(
        f.word(at),
        "to" | "for"
            | "from"
            | "of"
            | "in"
            | "as"
            | "with"
            | "when"
            | "unless"
            | "while"
            | "within"
            | "until"
            | "after"
            | "before"
            | "only"
            | "on"
            | "indefinitely"
            | "promptly"
            | "except"
            | "may"
            | "must"
            | "requires"
            | "prevails"
            | "over"
            | "because"
    );
    phrase.then(|| {
        let message = format!("no comma stands before `{}`", f.word(at));
        error(message, f.span(comma)).help("delete the comma; it only separates the parts of a list").fix(
            "delete the comma",
            f.span(comma),
            "",
        )
    })
}

/// `(a or b;`
pub(super) fn unclosed_parenthesis(f: &Failure<'_>) -> Option<Finding> {
    if !f.expects(&[Rule::right_paren]) || f.kind(f.stop) == Some(Kind::RightParen) {
        return None;
    }
    let mut closed = 0_usize;
    let opener = (0..f.stop).rev().find(|&i| match f.kind(i) {
        Some(Kind::RightParen) => {
            closed += 1;
            false
        }
        Some(Kind::LeftParen) if closed > 0 => {
            closed -= 1;
            false
        }
        kind => kind == Some(Kind::LeftParen),
    })?;
    Some(
        error("this `(` is not closed", f.span(opener))
            .and(f.span(f.stop), "a `)` is missing before this")
            .help("close it with `)`"),
    )
}
