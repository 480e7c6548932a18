//! Mistakes about names: two words for one, several terms in one declaration, quotes and brackets.

use super::{ACTIONS, Failure, RESERVED, error, nearest};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;
use crate::syntax::structure::Context;

/// The words that declare terms.
pub(super) const KINDS: &[&str] =
    &["data", "people", "party", "parties", "purpose", "place", "channel", "fact", "event", "duty"];

/// The words that can follow a name in a statement.
const BEHIND_NAMES: &[&str] = &[
    "after",
    "as",
    "before",
    "except",
    "for",
    "from",
    "has",
    "have",
    "indefinitely",
    "may",
    "must",
    "notwithstanding",
    "on",
    "only",
    "promptly",
    "requires",
    "sets",
    "starts",
    "subject",
    "through",
    "unless",
    "until",
    "when",
    "while",
    "with",
    "within",
];

/// `purpose Gym Security;`, `for Gym Security`, `Town University may use X`
pub(super) fn two_words(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let same_line = f.tokens.get(at).is_some_and(|t| !t.first);
    if !f.is_name(at) || !same_line || f.condition_word(at).is_some() {
        return None;
    }
    let first = (0..at).rev().take_while(|&i| f.is_name(i)).last()?;
    let last = (at..f.tokens.len()).take_while(|&i| f.is_name(i)).last()?;
    let words = f.words(first..last + 1);
    // Facts are written in small letters, terms and events are not.
    let one = match f.word(0) {
        "fact" | "duty" => words.to_lowercase().replace(' ', "_"),
        _ => f.joined(first..last + 1),
    };
    let span = f.spans(first, last);
    // `To` and `FOR` are words of the language in the wrong case.
    if (first..last + 1).any(|i| RESERVED.contains(&f.word(i).to_lowercase().as_str())) {
        return None;
    }
    let declares = KINDS.contains(&f.word(0)) && first <= 2 || f.context == Context::Terms;
    if declares {
        let rest = f.words(0..first);
        let declaration = [rest.as_str(), one.as_str()].join(" ");
        return Some(error("a name is one word", span).help(format!(
            "write `{}`; what people call it goes behind it, in quotes: `{one} \"{}\"`",
            declaration.trim_start(),
            words.to_lowercase()
        )));
    }
    if first.checked_sub(1).is_some_and(|i| f.word(i) == "duty") {
        let verb = f.word(first);
        return Some(
            error("`with duty` names a verb, and nothing behind it", span)
                .help(format!("write `with duty {verb}`")),
        );
    }
    // A word of the language could have been meant.
    let lower = f.word(at).starts_with(|c: char| c.is_ascii_lowercase());
    if lower && (nearest(f.word(at), BEHIND_NAMES).is_some() || nearest(f.word(at), ACTIONS).is_some()) {
        return None;
    }
    let comma = f.expects(&[Rule::comma]);
    comma.then(|| {
        let list: Vec<&str> = (first..last + 1).map(|i| f.word(i)).collect();
        error(format!("`{words}` is not one name"), span).help(format!(
            "one name is one word, `{one}`; several are parted by commas: `{}`",
            list.join(", ")
        ))
    })
}

/// `data Contact { Name, Email; }`, `purpose Billing, Support;`
pub(super) fn comma_between_terms(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let behind_name =
        f.kind(at) == Some(Kind::Comma) && matches!(f.kind_before(at), Some(Kind::Word | Kind::Text));
    let inside = f.context == Context::Terms && f.is_name(0);
    let declares = KINDS.contains(&f.word(0)) && f.is_name(1);
    if !behind_name || !(inside || declares) || !f.expects(&[Rule::semi]) {
        return None;
    }
    let kind = if inside { "" } else { f.word(0) };
    let names: Vec<String> = (0..f.tokens.len())
        .filter(|&i| f.is_name(i) && (i <= 1 || f.kind_before(i) == Some(Kind::Comma)))
        .map(|i| format!("{kind} {};", f.word(i)).trim_start().to_owned())
        .collect();
    let names = names.join(" ");
    let help = if inside { format!("write `{names}`") } else { format!("write one for each: `{names}`") };
    let message =
        if inside { "terms in braces end with `;` each" } else { "a declaration declares one term" };
    let finding = error(message, f.span(at)).help(help);
    Some(if inside { finding.fix("write `;`", f.span(at), ";") } else { finding })
}

/// `may use "Contact"`, `may use Data (Contact and Device)`
pub(super) fn quoted_or_bracketed(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let names =
        [Rule::data, Rule::party, Rule::people, Rule::purpose, Rule::place, Rule::set_term, Rule::name];
    if f.kind(at) == Some(Kind::Text) && f.expects(&names) {
        let name = f.shown(at).trim_matches('"');
        let plain =
            name.starts_with(char::is_alphabetic) && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let finding = error("names stand without quotes", f.span(at));
        return Some(match plain {
            true => finding.help(format!("write `{name}`")).fix(format!("write `{name}`"), f.span(at), name),
            false => finding.help("declare a name of one word, and write that"),
        });
    }
    let behind_name = f.kind(at) == Some(Kind::LeftParen) && at.checked_sub(1).is_some_and(|i| f.is_name(i));
    (behind_name && f.expects(&[Rule::comma]) && f.modal().is_some_and(|modal| modal < at)).then(|| {
        error("a list stands without parentheses", f.span(at)).help(format!(
            "what belongs to `{}` is said where it is declared; here write it alone, or a list: `A, B`",
            f.before(at)
        ))
    })
}

/// `except for Billing`
pub(super) fn except_phrase(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let word = f.word(at);
    let phrase = matches!(word, "to" | "for" | "from" | "of" | "in" | "as" | "with");
    (f.before(at) == "except" && phrase).then(|| {
        let example = format!("{word} any except {}", if f.is_name(at + 1) { f.word(at + 1) } else { "A" });
        error("`except` stands in a list, and begins no phrase", f.spans(at - 1, at))
            .help(format!("write `{example}`"))
    })
}
