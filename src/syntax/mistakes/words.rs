//! Mistakes about words: rights, texts without quotes, keywords where names belong.

use super::{Failure, RESERVED, STARTS, error, nearest};
use crate::diagnostic::Finding;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;

/// `User has right to erasure`, `has right of erasure of X`
pub(super) fn right(f: &Failure<'_>) -> Option<Finding> {
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

/// `for Billing if consent`, `if consent, may use X`, `as long as consent`, `without consent`
pub(super) fn condition_word(f: &Failure<'_>) -> Option<Finding> {
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
