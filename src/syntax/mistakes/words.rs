//! Mistakes about words: rights, texts without quotes, keywords where names belong.

use super::{Failure, RESERVED, STARTS, error, nearest};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;

/// `may use X for P.`
pub(super) fn full_stop(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let ends = f.tokens.get(at + 1).is_none_or(|t| t.first || t.kind == Kind::Semi);
    if f.shown(at) != "." || !ends || !f.expects(&[Rule::semi]) {
        return None;
    }
    let semi = f.kind(at + 1) == Some(Kind::Semi);
    let finding = error("a statement ends with `;`, and has no full stop", f.span(at));
    Some(match semi {
        true => finding.help("delete the `.`").fix("delete the `.`", f.span(at), ""),
        false => finding.help("write `;`").fix("write `;`", f.span(at), ";"),
    })
}

/// `because of the law`, `cites we share`
pub(super) fn missing_text(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    if f.expects(&[Rule::kw_by]) && f.before(at) == "bound" {
        return Some(error("`by` is missing behind `bound`", f.span(at)).help("write `bound by \"…\"`"));
    }
    if !f.expects(&[Rule::string]) || matches!(f.kind(at), Some(Kind::Text | Kind::OpenText)) {
        return None;
    }
    if matches!(f.word(0), "document" | "import" | "extends") && at > 1 {
        let path = f.words(1..f.tokens.len());
        return Some(
            error("a path stands in quotes", f.spans(1, at))
                .help(format!("write `{} \"{path}\";`", f.word(0))),
        );
    }
    let before = f.before(at);
    let (message, help) = match before {
        "because" => ("`because` needs its reason, in quotes", "write `because \"…\"`"),
        "cites" => ("`cites` needs a few words of the document, in quotes", "write `cites \"…\"`"),
        "by" => ("`bound by` needs what binds, in quotes", "write `bound by \"…\"`"),
        "import" | "extends" => ("the folder is missing, in quotes", "write `\"../folder\"`"),
        "document" => ("the document's path is missing, in quotes", "write `document \"policy.md\";`"),
        "through" => ("`through` needs an address in quotes, or a channel", "write `through \"…\"`"),
        _ if at >= 2 && f.word(at - 2) == "cites" => {
            ("`cites` needs a few words of the document, in quotes", "write `cites \"…\"`")
        }
        _ => return None,
    };
    Some(error(message, f.span(at)).help(help))
}

/// `A prevails B`, `accept crossing of A with B because "…"`, `fact region = EU, US`
pub(super) fn missing_word(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    if f.expects(&[Rule::kw_over]) && f.before(at) == "prevails" {
        let help = format!("write `{} over {}`", f.words(0..at), f.words(at..f.tokens.len()));
        return Some(
            error("`over` is missing behind `prevails`", f.span(at)).help(help.trim_end().to_owned()),
        );
    }
    if f.word(0) == "accept" && f.expects(&[Rule::kw_because]) && f.word(at) == "until" {
        let (head, tail) = (f.words(0..at), f.words(at..f.tokens.len()));
        return Some(
            error("an acceptance says why its finding can be lived with", f.span(at))
                .help(format!("write the reason before its end: `{head} because \"…\" {tail}`")),
        );
    }
    if f.word(0) == "accept" && f.expects(&[Rule::kw_until]) {
        return Some(
            error("an acceptance has an end", f.span(at))
                .help(format!("write the last day: `{} until YYYY-MM-DD`", f.words(0..at))),
        );
    }
    if f.word(0) == "fact" && f.shown(at) == "=" {
        let (head, values) = (f.words(0..at), f.words(at + 1..f.tokens.len()));
        return Some(
            error("the values of a fact stand behind `:`", f.span(at))
                .help(format!("write `{head}: {values}`")),
        );
    }
    None
}

/// `fact consent yes/no;`, `fact consent boolean;`
pub(super) fn yes_or_no(f: &Failure<'_>) -> Option<Finding> {
    const ANSWERS: &[&str] = &["yes", "no", "true", "false", "boolean", "bool", "or"];
    if f.word(0) != "fact" || !f.is_name(1) || f.stop < 2 {
        return None;
    }
    let behind = 2..f.tokens.len();
    let last = behind.take_while(|&i| !matches!(f.kind(i), Some(Kind::Semi | Kind::Close))).last()?;
    let answers = |i: usize| ANSWERS.contains(&f.word(i).to_lowercase().as_str());
    let signs = |i: usize| f.word(i).is_empty() && f.kind(i) != Some(Kind::Text);
    if !(2..=last).all(|i| answers(i) || signs(i)) || !(2..=last).any(answers) {
        return None;
    }
    let name = f.word(1);
    Some(
        error("a fact is true or false without saying so", f.spans(2, last))
            .help(format!("write `fact {name};`; other values have names: `fact {name}: A, B`")),
    )
}

/// `data use { … }`, `fact when;`
pub(super) fn keyword_as_name(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let names = [
        Rule::name,
        Rule::label,
        Rule::labels,
        Rule::actor,
        Rule::whom,
        Rule::data,
        Rule::people,
        Rule::party,
        Rule::purpose,
        Rule::place,
        Rule::term_set,
        Rule::set_term,
        Rule::other,
        Rule::anchor,
        Rule::point,
        Rule::operand,
        Rule::fact_test,
        Rule::value,
        Rule::term_words,
        Rule::inner_term,
    ];
    if !f.is_keyword(at) || !f.expects(&names) {
        return None;
    }
    // A word that begins a phrase more likely follows something that was left out.
    let word = f.word(at);
    let declares = matches!(
        f.before(at),
        "data"
            | "people"
            | "party"
            | "parties"
            | "purpose"
            | "place"
            | "channel"
            | "fact"
            | "event"
            | "duty"
            | "includes"
    );
    let nameable = super::ACTIONS.contains(&word)
        || matches!(
            word,
            "data"
                | "people"
                | "party"
                | "parties"
                | "purpose"
                | "place"
                | "fact"
                | "event"
                | "policy"
                | "right"
                | "duty"
                | "channel"
                | "section"
                | "clause"
                | "promise"
                | "subject"
        );
    if !declares && !nameable {
        return None;
    }
    let mut capital = word.to_owned();
    if let Some(first) = capital.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    let finding = error(format!("`{word}` is a word of the language and cannot be a name"), f.span(at));
    Some(finding.help(format!("choose another name; `{capital}` is free")))
}

/// `User’s data`
pub(super) fn apostrophe(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    matches!(f.shown(at), "'" | "’" | "‘" | "´" | "`").then(|| {
        let finding = error(format!("`{}` cannot stand in a name", f.shown(at)), f.span(at));
        finding
            .note("names are of letters, digits, `_` and single inner hyphens")
            .help("leave it out; whose data it is, is said with `of`: `ContactData of User`")
    })
}

/// `a--b`, `3rd`, `-x`
pub(super) fn not_a_name(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let shown = f.shown(at);
    let odd = match f.kind(at)? {
        Kind::Odd => shown.starts_with(|c: char| c.is_ascii_digit()),
        Kind::Word => shown.contains("--") || shown.ends_with('-'),
        Kind::Sign => shown == "-",
        _ => false,
    };
    if !odd || !f.expects(&[Rule::name, Rule::label, Rule::labels, Rule::term_words, Rule::inner_term]) {
        return None;
    }
    let finding = error(format!("a name cannot begin or go on with `{shown}`"), f.span(at));
    let finding = if shown == "-" {
        finding
    } else {
        Finding { message: format!("`{shown}` is not a name"), ..finding }
    };
    Some(finding.help("names begin with a letter; letters, digits, `_` and single inner hyphens follow"))
}

/// `ctes "words"`, `claus b {`, `mya use X`
pub(super) fn misspelt_start(f: &Failure<'_>) -> Option<Finding> {
    let first = f.word(0);
    if !f.is_name(0) || !first.starts_with(|c: char| c.is_ascii_lowercase()) {
        return None;
    }
    let meant = nearest(first, STARTS)?;
    let modal = matches!(meant, "may" | "must");
    if modal && !f.is_action(1) || !modal && f.stop != 1 {
        return None;
    }
    Some(
        error(format!("`{first}` is not a word of the language"), f.span(0))
            .help(format!("did you mean `{meant}`?")),
    )
}

/// The words of the language that a misspelt word could have been meant to be.
pub(super) fn similar_keywords(f: &Failure<'_>) -> Vec<&'static str> {
    let word = f.word(f.stop);
    let lower = word.to_ascii_lowercase();
    if word.is_empty() || f.is_keyword(f.stop) {
        return Vec::new();
    }
    let words = match () {
        () if f.expects(&[Rule::form]) => FORMS,
        () if f.expects(&[Rule::unit]) => UNITS,
        () => RESERVED,
    };
    if words.contains(&lower.as_str()) {
        return words.iter().copied().filter(|k| *k == lower).collect();
    }
    let distance = |k: &str| strsim::osa_distance(&lower, k);
    match nearest(&lower, words).filter(|_| word.len() > 2).map(distance) {
        Some(best) => words.iter().copied().filter(|k| distance(k) == best).collect(),
        None => Vec::new(),
    }
}

const FORMS: &[&str] = &["identified", "pseudonymous", "aggregated", "anonymized", "any"];
const UNITS: &[&str] = &["minutes", "hours", "days", "weeks", "months", "years"];
