//! Mistakes about rights: what people may do about data on them.

use super::{Failure, error};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;

/// What people do by a right, with the right.
const RIGHTS: &[(&str, &str)] = &[
    ("access", "access"),
    ("ask", "access"),
    ("complain", "objection"),
    ("correct", "rectification"),
    ("object", "objection"),
    ("opt", "opt-out"),
    ("request", "access"),
    ("unsubscribe", "opt-out"),
    ("withdraw", "withdrawal"),
];

/// `User has right to erasure`, `has right of erasure of X`
pub(super) fn form(f: &Failure<'_>) -> Option<Finding> {
    let has = (0..=f.stop).find(|&i| matches!(f.word(i), "has" | "have"))?;
    let at = f.stop;
    let pattern = "a right reads `User has right of erasure over X`";
    if at == has {
        return Some(
            error("whose right it is, is missing", f.span(at)).note(pattern).help("write who has it first"),
        );
    }
    if at == has + 1 && matches!(f.word(at), "a" | "the") {
        let finding = error(format!("`{}` is too much here", f.word(at)), f.span(at)).note(pattern);
        let (of, over) = (f.word(at + 2), f.word(at + 4));
        let whole =
            f.word(at + 1) == "right" && matches!(of, "to" | "of") && matches!(over, "over" | "of" | "to");
        return Some(if whole {
            let (who, name) = (f.words(0..at), f.word(at + 3));
            let data = f.words(at + 5..f.tokens.len());
            finding.help(format!("write `{who} right of {name} over {data}`"))
        } else {
            finding.help("leave it out")
        });
    }
    if f.expects(&[Rule::kw_right]) && at == has + 1 {
        return Some(
            error("`right of` is missing", f.span(at))
                .note(pattern)
                .help("write `right of` before the right's name"),
        );
    }
    if f.expects(&[Rule::kw_of]) && f.before(at) == "right" {
        let finding = error("`of` is missing behind `right`", f.span(at)).note(pattern);
        return Some(match (f.word(at), f.word(at + 1)) {
            ("to", name) if !name.is_empty() => finding.help(format!("write `right of {name}`")),
            (name, _) if !name.is_empty() => finding.help(format!("write `right of {name}`")),
            _ => finding.help("write `right of` and the right's name"),
        });
    }
    if f.expects(&[Rule::through, Rule::kw_through, Rule::right_part])
        && matches!(f.word(at), "by" | "via" | "using" | "at")
    {
        let way = f.words(at + 1..f.tokens.len());
        let way = if way.starts_with('"') { way } else { format!("\"{way}\"") };
        return Some(
            error(format!("`{}` says no way to a right", f.word(at)), f.span(at))
                .help(format!("write `through {way}`")),
        );
    }
    if f.expects(&[Rule::kw_over]) && f.kind_before(at) != Some(Kind::Comma) {
        let finding = error("`over` is missing: over what data is the right?", f.span(at)).note(pattern);
        return Some(match f.word(at) {
            "of" | "to" | "on" | "for" => finding.help(format!("write `over {}`", f.word(at + 1))),
            _ if f.is_name(at) => finding.help(format!("write `over {}`", f.word(at))),
            _ => finding.help("write `over` and the data, or `over any`"),
        });
    }
    None
}

/// `User can access X`, `User may opt out of X`
pub(super) fn in_english(f: &Failure<'_>) -> Option<Finding> {
    let of = |i: usize| RIGHTS.iter().find(|(verb, _)| *verb == f.word(i)).map(|(_, right)| *right);
    let modal = |i: usize| matches!(f.word(i), "may" | "must" | "can" | "could" | "will" | "shall");
    let (at, right) = (1..=f.stop).find_map(|i| of(i + 1).filter(|_| modal(i)).map(|right| (i, right)))?;
    let who = if f.are_names(0..at) { f.words(0..at) } else { "User".to_owned() };
    // What stands right behind is the data, if it begins as terms do.
    let data = f.word(at + 2);
    let data = if data.starts_with(char::is_uppercase) { data } else { "X" };
    Some(error(format!("`{}` is not an action", f.word(at + 1)), f.spans(at, at + 1)).help(format!(
        "what people may do about data on them is a right: `{who} has right of {right} over {data}`"
    )))
}
