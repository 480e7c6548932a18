//! Mistakes about what may, must and must not be done: modal verbs, `only`, actions.

use super::{ACTIONS, Failure, error, nearest};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;

/// `may not share X`
pub(super) fn may_not(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    (f.word(at) == "not" && f.before(at) == "may").then(|| {
        error("`may not` can be read as a prohibition and as leave to refrain", f.spans(at - 1, at))
            .help("write `must not` for the prohibition; what nothing permits needs no words")
    })
}

/// `may only use X`
pub(super) fn only_before_action(f: &Failure<'_>) -> Option<Finding> {
    let only = (0..=f.stop).find(|&i| f.word(i) == "only" && f.is_action(i + 1))?;
    let action = f.word(only + 1);
    Some(
        error("`only` cannot stand before an action", f.span(only))
            .note("it says which actor, data or phrase is the only one; before an action it says neither")
            .help(format!(
                "put it before what it limits: `may {action} X only for P`, `may {action} only X`"
            )),
    )
}

/// `must share X only to A`, `only A must share X`
pub(super) fn only_with_must(f: &Failure<'_>) -> Option<Finding> {
    let must = f.find("must").filter(|&i| i <= f.stop)?;
    let only = f.find("only").filter(|&i| i <= f.stop)?;
    let modal = if f.word(must + 1) == "not" { "must not" } else { "must" };
    let help = match modal {
        "must not" => "leave `only` out, or write what is allowed: `may … only …`",
        _ => "leave `only` out; what else is allowed is said with `may … only …`",
    };
    Some(
        error(format!("`only` cannot stand with `{modal}`"), f.span(only))
            .and(f.span(must), "")
            .note("`only` makes a permission, and prohibits the rest")
            .help(help),
    )
}

/// `never share X`
pub(super) fn never_action(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    (f.before(at) == "never" && (f.is_action(at) || f.word(at) == "may")).then(|| {
        let action = if f.is_action(at) { f.word(at) } else { f.word(at + 1) };
        error("`never` takes a condition that cannot hold, not an action", f.span(at - 1))
            .help(format!("write `must not {action} …` for a prohibition"))
    })
}

/// `must never share X`, `may never share X`
pub(super) fn never_behind(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let modal = f.before(at);
    if f.word(at) != "never" || !matches!(modal, "may" | "must") {
        return None;
    }
    let (head, rest) = (f.words(0..at - 1), f.words(at + 1..f.tokens.len()));
    let whole = format!("{head} must not {rest}");
    Some(
        error(format!("`{modal} never` is `must not` here"), f.spans(at - 1, at))
            .help(format!("write `{}`", whole.trim()))
            .fix("write `must not`", f.spans(at - 1, at), "must not"),
    )
}

/// `may collect use X`
pub(super) fn second_action(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let first = at.checked_sub(1).filter(|&i| f.is_action(i))?;
    if !f.is_action(at) || !f.expects(&[Rule::data]) {
        return None;
    }
    let last = (at..f.tokens.len()).take_while(|&i| f.is_action(i)).last()?;
    let actions: Vec<&str> = (first..=last).map(|i| f.word(i)).collect();
    Some(
        error("several actions are parted by commas", f.spans(first, last))
            .help(format!("write `{}`", actions.join(", "))),
    )
}

/// `Clari will share X`
pub(super) fn wrong_modal(f: &Failure<'_>) -> Option<Finding> {
    const MODALS: &[&str] = &[
        "shall", "will", "can", "cannot", "should", "could", "would", "might", "does", "do", "ought", "need",
    ];
    let at = (0..=f.stop).find(|&i| {
        MODALS.contains(&f.word(i).to_ascii_lowercase().as_str())
            && (f.is_action(i + 1) || matches!(f.word(i + 1), "not" | "only" | "never"))
    })?;
    let word = f.word(at);
    let denied = matches!(f.word(at + 1), "not" | "never") || word.eq_ignore_ascii_case("cannot");
    let action = at + 1 + usize::from(matches!(f.word(at + 1), "not" | "never"));
    if denied && f.is_action(action) {
        let (head, rest) = (f.words(0..at), f.words(action..f.tokens.len()));
        // Where no actor is named, the issuer acts.
        let head = if head.eq_ignore_ascii_case("we") { "" } else { &head };
        return Some(
            error(format!("`{}` is `must not` here", f.words(at..action)), f.spans(at, action - 1))
                .help(format!("write `{}`", format!("{head} must not {rest}").trim())),
        );
    }
    Some(
        error(format!("`{word}` promises nothing exact"), f.span(at))
            .note("a reader could take it for leave, for a duty or for a plan")
            .help("write `may`, `must` or `must not`"),
    )
}

/// `on Breach, inform User`
pub(super) fn missing(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let front = matches!(f.word(0), "on" | "when" | "unless" | "while" | "after" | "before");
    let verb = at.checked_sub(1).filter(|&i| f.is_name(i))?;
    if !front || f.modal().is_some() || !f.is_name(at) || f.condition_word(at).is_some() {
        return None;
    }
    let (head, rest) = (f.words(0..verb), f.words(verb..f.tokens.len()));
    Some(
        error("`may`, `must` or `must not` is missing", f.span(verb))
            .help(format!("write it before what is done: `{head} must {rest}`")),
    )
}

/// `must delete X on Closed`
pub(super) fn on_behind(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let on = at.checked_sub(1).filter(|&i| f.word(i) == "on" && f.expects(&[Rule::kw_basis]))?;
    if !f.is_name(at) {
        return None;
    }
    let (statement, event) = (f.words(0..on), f.word(at));
    Some(
        error("`on` an event stands in front", f.spans(on, at))
            .help(format!("write `on {event}, {statement}`, or `after {event}` behind it")),
    )
}

/// `Clari collects X`, `Mixpanel sends X`
pub(super) fn third_person(f: &Failure<'_>) -> Option<Finding> {
    let action = |word: &str| ACTIONS.iter().copied().find(|a| *a == word).or_else(|| synonym(word));
    let stem = |word: &str| -> Option<&'static str> {
        let stem = word.strip_suffix('s')?;
        action(stem).or_else(|| action(stem.strip_suffix('e')?))
    };
    let at = f.stop.saturating_sub(1)..=f.stop;
    let (at, action) = at.into_iter().find_map(|i| Some((i, stem(f.word(i))?)))?;
    Some(
        error(format!("`{}` states a fact, and a policy gives leave or forbids", f.word(at)), f.span(at))
            .help(format!("write `may {action}`, `must {action}` or `must not {action}`")),
    )
}

/// `May share X`, `MUST NOT share X`
pub(super) fn capital(f: &Failure<'_>) -> Option<Finding> {
    const WORDS: &[&str] =
        &["may", "must", "not", "only", "any", "except", "when", "unless", "while", "requires", "cites"];
    let (at, keyword) = (0..=f.stop).find_map(|i| {
        let lower = f.word(i).to_ascii_lowercase();
        let keyword = WORDS.iter().copied().find(|k| *k == lower && *k != f.word(i))?;
        Some((i, keyword))
    })?;
    Some(
        error(format!("`{}` is not a word of the language", f.word(at)), f.span(at))
            .note("the words of the language are in lower case")
            .help(format!("write `{keyword}`")),
    )
}

/// `may shaer X`, `may store X`
pub(super) fn unknown_action(f: &Failure<'_>) -> Option<Finding> {
    let verb = match f.find("must") {
        Some(must) if must < f.stop && f.is_name(must + 1) && meant(f.word(must + 1)).is_some() => must + 1,
        _ if f.expects(&[Rule::action, Rule::actions]) && f.is_name(f.stop) => f.stop,
        _ => return None,
    };
    // At the beginning of a statement a name is an actor, and no action was missed.
    let after_modal = matches!(f.before(verb), "may" | "must" | "not") || f.shown(verb - verb.min(1)) == ",";
    if !after_modal {
        return None;
    }
    let word = f.word(verb);
    let finding = error(format!("`{word}` is not an action"), f.span(verb));
    Some(match meant(word) {
        Some(action) => finding.help(format!("write `{action}`")),
        None => finding.help(format!("the actions are {}", listed())),
    })
}

/// The action that a word stands for, by its meaning or its spelling.
pub(in crate::syntax) fn meant(word: &str) -> Option<&'static str> {
    synonym(word).or_else(|| nearest(word, ACTIONS))
}

/// The action that another verb means.
fn synonym(word: &str) -> Option<&'static str> {
    Some(match word {
        "store" | "keep" | "hold" | "preserve" | "save" | "archive" => "retain",
        "process" | "analyze" | "analyse" => "use",
        "gather" | "obtain" | "receive" | "record" | "track" | "capture" => "collect",
        "remove" | "destroy" | "purge" => "delete",
        "give" | "provide" | "send" | "make-available" => "share",
        "lease" => "rent",
        "anonymise" | "de-identify" => "anonymize",
        "pseudonymise" => "pseudonymize",
        "merge" | "link" | "join" => "combine",
        "infer" => "derive",
        _ => return None,
    })
}

fn listed() -> String {
    let all: Vec<String> = ACTIONS.iter().map(|a| format!("`{a}`")).collect();
    all.join(", ")
}
