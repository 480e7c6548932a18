//! Mistakes in questions: words of a statement or of a conversation around what is asked.

use super::{ACTIONS, Failure, VERDICTS, error};
use crate::diagnostic::Finding;
use crate::syntax::scanner::Kind;

/// Words of a conversation that stand before what is asked.
const BEFORE: &[&str] = &[
    "allowed", "am", "are", "can", "could", "do", "does", "i", "is", "it", "may", "must", "not", "ok",
    "okay", "please", "shall", "should", "the", "to", "we", "will", "would", "you",
];

/// The finding for a question that could not be read, where it is one of these mistakes.
pub(in crate::syntax) fn question(f: &Failure<'_>) -> Option<Finding> {
    json(f).or_else(|| around(f)).or_else(|| gerund(f)).or_else(|| expected(f))
}

/// `must share X`, `may we share X`, `is it permitted to share X`
fn around(f: &Failure<'_>) -> Option<Finding> {
    let action = (0..f.tokens.len()).find(|&i| f.is_action(i))?;
    let before = |i: usize| {
        let word = f.word(i).to_lowercase();
        BEFORE.contains(&word.as_str()) || VERDICTS.contains(&word.as_str())
    };
    if action == 0 || !(0..action).all(before) {
        return None;
    }
    Some(
        error("a question begins with what is done", f.spans(0, action - 1))
            .help(format!("leave this out: `{}`", f.words(action..f.tokens.len()))),
    )
}

/// `sharing X with M`
fn gerund(f: &Failure<'_>) -> Option<Finding> {
    let word = f.word(0);
    let stem = word.strip_suffix("ing")?;
    let action = ACTIONS.iter().find(|action| **action == stem || action.strip_suffix('e') == Some(stem))?;
    Some(error(format!("`{word}` is not an action"), f.span(0)).help(format!("write `{action}`")))
}

/// `share X by label`, `share X with duty log`
fn expected(f: &Failure<'_>) -> Option<Finding> {
    let duty = f.before(f.stop) == "with" && f.word(f.stop) == "duty";
    if f.word(f.stop) != "by" && !duty {
        return None;
    }
    Some(
        error("this is expected of an answer, and not asked", f.span(f.stop))
            .help("leave it out: the answer says what decides, and which duties come along"),
    )
}

/// `[]`, `"x"`
fn json(f: &Failure<'_>) -> Option<Finding> {
    let quoted = f.kind(0) == Some(Kind::Text) && f.tokens.len() == 1;
    if quoted {
        let words = f.shown(0).trim_matches('"');
        return Some(error("a question stands without quotes", f.span(0)).help(format!("write `{words}`")));
    }
    None
}
