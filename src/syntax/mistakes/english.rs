//! Words of English around names: articles, adverbs, prepositions that begin no phrase.

use super::{Failure, error, nearest};
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::syntax::grammar::Rule;

/// Words that stand before names in English, and never here.
pub(super) const DETERMINERS: &[&str] = &[
    "a", "an", "all", "any", "certain", "each", "every", "her", "his", "its", "my", "no", "our", "some",
    "such", "that", "the", "their", "these", "this", "those", "your",
];

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
pub(super) fn other_word(f: &Failure<'_>) -> Option<Finding> {
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
