//! Mistakes of order: phrases in front, conditions in the middle, data that stands elsewhere, the passive.

use super::english::DETERMINERS;
use super::{Failure, PARTICIPLES, error};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;

/// The words that begin a phrase of flow, or one of time that cannot stand in front.
const PHRASES: &[&str] = &["to", "for", "from", "of", "in", "as", "with", "within", "until"];

/// The words that begin a condition.
const CONDITIONS: &[&str] = &["when", "unless", "while", "after", "before", "on"];

/// `for Billing, may use X`
pub(super) fn phrase_in_front(f: &Failure<'_>) -> Option<Finding> {
    let modal = f.modal()?;
    if f.stop != 1 || !PHRASES.contains(&f.word(0)) || modal < 2 {
        return None;
    }
    // Behind the comma that ends the phrase, an actor may stand.
    let comma = (1..modal).rev().find(|&i| f.kind(i) == Some(Kind::Comma));
    let (end, rest) = comma.map_or((modal, modal), |comma| (comma, comma + 1));
    let (phrase, rest) = (f.words(0..end), f.words(rest..f.tokens.len()));
    Some(
        error(format!("`{phrase}` stands in front, and belongs behind the data"), f.spans(0, end - 1))
            .note("in front of a statement stand conditions alone: `when …`, `unless …`, `on …`, `after …`")
            .help(format!("write `{rest} {phrase}`")),
    )
}

/// `in case of Breach, must notify User`
pub(super) fn in_case_of(f: &Failure<'_>) -> Option<Finding> {
    let case = f.word(0) == "in" && f.word(1) == "case" && f.word(2) == "of" && f.is_name(3);
    if !case || f.modal().is_none_or(|modal| modal < 4) {
        return None;
    }
    let from = if f.kind(4) == Some(Kind::Comma) { 5 } else { 4 };
    Some(error("`in case of` begins no condition in this language", f.spans(0, 2)).help(format!(
        "write `on {}, {}`",
        f.word(3),
        f.words(from..f.tokens.len())
    )))
}

/// `may use X to send Offers`
pub(super) fn purpose_with_to(f: &Failure<'_>) -> Option<Finding> {
    let to = (f.stop.saturating_sub(2)..f.stop).find(|&i| f.word(i) == "to")?;
    let (verb, what) = (f.word(to + 1), f.word(to + 2));
    let small = |word: &str| word.starts_with(|c: char| c.is_ascii_lowercase());
    let determined = DETERMINERS.contains(&verb);
    if !f.is_name(to + 1) || !f.is_name(to + 2) || !small(verb) || determined {
        return None;
    }
    let finding =
        error(format!("`to {verb}` says no purpose: `to` stands before who receives"), f.spans(to, to + 1));
    Some(match small(what) {
        true => finding.help("declare a purpose, `purpose P \"…\";`, and write `for P`"),
        false => finding.help(format!("a purpose is said with `for`: write `for {what}`")),
    })
}

/// `Shop when consent may use X`
pub(super) fn condition_between(f: &Failure<'_>) -> Option<Finding> {
    let (at, modal) = (f.stop, f.modal()?);
    if !CONDITIONS.contains(&f.word(at)) || modal < at || !f.are_names(0..at) {
        return None;
    }
    let end = if f.kind(modal - 1) == Some(Kind::Comma) { modal - 1 } else { modal };
    let (actor, condition, rest) = (f.words(0..at), f.words(at..end), f.words(modal..f.tokens.len()));
    Some(
        error(format!("no condition stands between `{actor}` and what it {} do", f.word(modal)), f.span(at))
            .help(format!(
                "put it in front, `{condition}, {actor} {rest}`, or at the end, `{actor} {rest} {condition}`"
            )),
    )
}

/// `may share to Y X`, `X may share to Y`, `may share;`
pub(super) fn missing_data(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let ends = matches!(f.kind(at), None | Some(Kind::Semi));
    let leads = PHRASES.contains(&f.word(at)) || CONDITIONS.contains(&f.word(at));
    let action = at.checked_sub(1).filter(|&i| f.is_action(i))?;
    if !(ends || leads) || !f.expects(&[Rule::data]) {
        return None;
    }
    let finding = error(format!("the data is missing behind `{}`", f.word(action)), f.span(at));
    let (head, tail) = (f.words(0..at), f.words(at..f.tokens.len()));
    let with = |data: &str, tail: &str| format!("{head} {data} {tail}").trim_end().to_owned();
    // A name that no comma joins to the phrase before it is most likely the data.
    let late = (at + 2..f.tokens.len()).find(|&i| f.is_name(i) && f.is_name(i - 1));
    if let Some(late) = late {
        let names = (late + 1..f.tokens.len()).step_by(2);
        let end = names.take_while(|&i| f.kind(i) == Some(Kind::Comma) && f.is_name(i + 1)).last();
        let end = end.map_or(late + 1, |comma| comma + 2);
        let rest = [f.words(at..late), f.words(end..f.tokens.len())].join(" ");
        return Some(finding.help(format!(
            "it stands before all phrases: `{}`",
            with(&f.words(late..end), rest.trim_end())
        )));
    }
    let named = with("DATA", &tail);
    match f.modal().filter(|&modal| modal > 0 && f.are_names(0..modal)) {
        Some(modal) => {
            let first = f.words(0..modal);
            let turned = format!("{} {first} {tail}", f.words(modal..at));
            Some(finding.help(format!(
                "write `{named}`; if `{first}` is the data, it stands there: `{}`",
                turned.trim_end()
            )))
        }
        None => Some(finding.help(format!("write `{named}`, or `any` in its place"))),
    }
}

/// `may for Billing use X`, `may when consent use X`
pub(super) fn phrase_before_action(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let (word, before) = (f.word(at), f.before(at));
    let leads = PHRASES.contains(&word) || CONDITIONS.contains(&word);
    if !leads || !matches!(before, "may" | "must" | "not") {
        return None;
    }
    let action = (at + 1..f.tokens.len()).find(|&i| f.is_action(i))?;
    let parts = [f.words(0..at), f.words(action..f.tokens.len()), f.words(at..action)];
    Some(
        error(format!("the action stands right behind `{before}`"), f.span(at))
            .help(format!("write `{}`", parts.join(" ").trim_end_matches(','))),
    )
}

/// `section a when consent "Title" {`
pub(super) fn title_behind(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let head = f.word(0);
    if !matches!(head, "section" | "clause" | "test" | "policy") || f.kind(at) != Some(Kind::Text) {
        return None;
    }
    if at == 1 {
        return Some(
            error(format!("the label of this {head} is missing"), f.span(at))
                .help(format!("write a short one before the title: `{head} LABEL {} {{`", f.words(1..2))),
        );
    }
    if (0..at).any(|i| f.kind(i) == Some(Kind::Text)) {
        return None;
    }
    let parts = [f.words(0..2), f.words(at..at + 1), f.words(2..at)];
    Some(
        error("the title stands behind the condition", f.span(at))
            .help(format!("it comes right behind the label: `{} {{`", parts.join(" "))),
    )
}

/// `X may be shared to Y`, `X is never sold`
pub(super) fn passive(f: &Failure<'_>) -> Option<Finding> {
    let is = |i: usize| matches!(f.word(i), "be" | "is" | "are");
    let at = (f.stop.saturating_sub(1)..=f.stop + 1).find(|&i| is(i))?;
    let denied = |i: usize| matches!(f.word(i), "not" | "never");
    let done = at + 1 + usize::from(denied(at + 1));
    let action = PARTICIPLES.iter().find(|(word, _)| *word == f.word(done))?.1;
    let modal = f.modal().filter(|&modal| modal < at);
    let data = f.words(0..modal.unwrap_or(at));
    let modal = match modal.map(|modal| f.words(modal..at)) {
        Some(words) if words == "may not" => "must not".to_owned(),
        Some(words) => words,
        None if denied(at + 1) => "must not".to_owned(),
        None => "may".to_owned(),
    };
    let data = if data.is_empty() && !f.is_name(done + 1) { "DATA".to_owned() } else { data };
    let data = if data.is_empty() { data } else { format!("{data} ") };
    // `X may be used by A for P`: A acts.
    let by = (done + 1..f.tokens.len()).find(|&i| f.word(i) == "by").filter(|&i| f.is_name(i + 1));
    let whole = match by {
        Some(by) => {
            let between = f.words(done + 1..by);
            let rest = [between, f.words(by + 2..f.tokens.len())].join(" ");
            format!("{} {modal} {action} {data}{}", f.word(by + 1), rest.trim())
        }
        None => format!("{modal} {action} {data}{}", f.words(done + 1..f.tokens.len())),
    };
    Some(
        error("a statement says who does something, not what is done", f.spans(at, done))
            .note("where no actor is named, the issuer acts")
            .help(format!("write `{}`", whole.trim_end())),
    )
}
