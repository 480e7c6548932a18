//! Mistakes about names: articles before them, two words for one, several terms in one declaration.

use super::{ACTIONS, Failure, RESERVED, error, nearest};
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;
use crate::syntax::structure::Context;

/// Words that stand before names in English, and never here.
const DETERMINERS: &[&str] = &[
    "a", "an", "all", "any", "certain", "each", "every", "her", "his", "its", "my", "no", "our", "some",
    "such", "that", "the", "their", "these", "this", "those", "your",
];

/// The words that declare terms.
const KINDS: &[&str] =
    &["data", "people", "party", "parties", "purpose", "place", "channel", "fact", "event", "duty"];

/// Words that begin phrases in English, and none here.
const NO_PHRASES: &[&str] = &[
    "about",
    "against",
    "among",
    "between",
    "concerning",
    "during",
    "including",
    "into",
    "like",
    "per",
    "regarding",
    "such",
    "that",
    "under",
    "upon",
    "using",
    "via",
    "which",
    "who",
    "whose",
];

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

/// `in the EU`, `may use our Contact`, `The Shop may use X`
pub(super) fn article(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let article = at.checked_sub(1)?;
    let word = f.word(article);
    // `the latest of` is meant for a time.
    let time = f.expects(&[Rule::kw_later, Rule::kw_earlier])
        && nearest(f.word(at), &["later", "earlier"]).is_some();
    if !DETERMINERS.contains(&word.to_lowercase().as_str()) || time || f.condition_word(at).is_some() {
        return None;
    }
    let finding = error(format!("`{word}` is too much before a name"), f.span(article));
    let next = f.word(at);
    if matches!(next, "purpose" | "purposes") && f.word(at + 1) == "of" {
        let whole = Span { end: f.span(at + 2).start, ..f.span(article) };
        return Some(
            error(format!("`{word} {next} of` is too much before a name"), f.spans(article, at + 1))
                .help(format!("leave it out: `{}`", f.word(at + 2)))
                .fix("leave it out", whole, ""),
        );
    }
    if word == "no" {
        return Some(
            error(format!("`no {next}` names nobody and nothing"), f.spans(article, at))
                .help("what is not to be is said with `must not … any`"),
        );
    }
    if word == "any" && next.starts_with(char::is_lowercase) {
        return Some(error("`any` stands alone", f.spans(article, at)).help(format!("leave `{next}` out")));
    }
    if next == "data" && f.word(at + 1) == "subject" {
        return Some(finding.help("the person whom the data is about is `the subject`"));
    }
    if matches!(next, "data" | "people" | "parties" | "purpose" | "place") {
        let finding = error(format!("`{word} {next}` names no term"), f.spans(article, at));
        return Some(finding.help("name what is meant, or write `any` alone"));
    }
    let whole = Span { end: f.span(at).start, ..f.span(article) };
    f.is_name(at).then(|| {
        let finding = match word {
            "all" | "any" | "each" | "every" => finding.note("a name stands for all that is of its kind"),
            _ => finding,
        };
        finding.help(format!("leave it out: `{next}`")).fix("leave it out", whole, "")
    })
}

/// `for X forever`, `to A under contract`, `with third parties`
pub(super) fn english(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let word = f.word(at);
    if !f.is_name(at.checked_sub(1)?) || f.condition_word(at).is_some() {
        return None;
    }
    if f.before(at) == "third" && matches!(word, "parties" | "party") {
        return Some(
            error("`third parties` names nobody", f.spans(at - 1, at))
                .help("name who they are, or write `any`; the register is `parties CLASS { NAME; }`"),
        );
    }
    let instead = match word {
        "forever" | "permanently" | "always" => "indefinitely",
        "immediately" | "directly" | "quickly" | "soon" | "asap" => "promptly",
        _ if NO_PHRASES.contains(&word) => {
            return Some(error(format!("`{word}` begins no phrase"), f.span(at)).help(
                "a phrase begins with `to`, `for`, `from`, `of`, `in`, `as` or `with`; a condition with `when` \
                 or `unless`",
            ));
        }
        _ => return None,
    };
    Some(
        error(format!("`{word}` is not a word of the language"), f.span(at))
            .help(format!("write `{instead}`")),
    )
}

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
