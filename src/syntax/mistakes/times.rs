//! Mistakes about time: dates, business days, lengths without their event.

use super::{Failure, error};
use crate::diagnostic::Finding;
use crate::numerals::count;
use crate::syntax::grammar::Rule;
use crate::syntax::scanner::Kind;
use crate::syntax::structure::Context;

const UNITS: &[&str] = &["minute", "hour", "day", "week", "month", "year"];

fn unit(word: &str) -> Option<&'static str> {
    let word = word.strip_suffix('s').unwrap_or(word);
    UNITS.iter().copied().find(|u| *u == word)
}

fn plural(count: &str, unit: &str) -> String {
    if count == "1" { unit.to_owned() } else { format!("{unit}s") }
}

/// The months, by the letters that tell them apart.
const MONTHS: [&str; 12] =
    ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// `revised 1 September 2026`, `until March 1, 2027`
pub(super) fn written_date(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    if !f.expects(&[Rule::date]) || !(f.kind(at) == Some(Kind::Number) || f.is_name(at)) {
        return None;
    }
    let parts: Vec<usize> =
        (at..f.tokens.len().min(at + 4)).filter(|&i| f.kind(i) != Some(Kind::Comma)).collect();
    let month = |i: &usize| MONTHS.iter().position(|m| f.word(*i).to_lowercase().starts_with(m));
    let (place, month) = parts.iter().find_map(|i| Some((*i, month(i)? + 1)))?;
    let numbers: Vec<&str> =
        parts.iter().filter(|i| f.kind(**i) == Some(Kind::Number)).map(|i| f.shown(*i)).collect();
    let year = numbers.iter().find(|n| n.len() == 4)?;
    let day: u8 = numbers.iter().find(|n| n.len() < 3).and_then(|n| n.parse().ok()).unwrap_or(1);
    let last = parts.iter().rfind(|i| **i == place || f.kind(**i) == Some(Kind::Number))?;
    let date = format!("{year}-{month:02}-{day:02}");
    Some(
        error("a date is written with numbers, the year first", f.spans(at, *last))
            .help(format!("write `{date}`")),
    )
}

/// `revised 27.11.2026`, `revised 11/27/2026`
pub(super) fn dotted_date(f: &Failure<'_>) -> Option<Finding> {
    let first = f.stop;
    let parts = [first, first + 2, first + 4];
    let sign = f.shown(first + 1);
    let apart = matches!(sign, "." | "/") && f.shown(first + 3) == sign;
    if !apart || !parts.iter().all(|i| f.kind(*i) == Some(Kind::Number)) {
        return None;
    }
    let [a, b, c] = parts.map(|i| f.shown(i));
    let finding = error("a date is written with hyphens, the year first", f.spans(first, first + 4));
    let date = |year: &str, month: &str, day: &str| -> Option<String> {
        let (month, day): (u8, u8) = (month.parse().ok()?, day.parse().ok()?);
        let real = year.len() == 4 && (1..=12).contains(&month) && (1..=31).contains(&day);
        real.then(|| format!("{year}-{month:02}-{day:02}"))
    };
    // Day and month stand either way round, by country.
    let mut read: Vec<String> = [date(a, b, c), date(c, b, a), date(c, a, b)].into_iter().flatten().collect();
    read.dedup();
    Some(match read.as_slice() {
        [one] => finding.help(format!("write `{one}`")),
        [one, other, ..] => finding.help(format!("write `{one}` or `{other}`, whichever is meant")),
        [] => finding.help("write it as `YYYY-MM-DD`"),
    })
}

/// `within thirty days`, `within thirty (30) days`
pub(super) fn count_in_words(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let number = count(&f.word(at).to_lowercase())?;
    let again = f.kind(at + 1) == Some(Kind::LeftParen) && f.kind(at + 3) == Some(Kind::RightParen);
    let last = if again { at + 3 } else { at };
    let unit = unit(&f.word(last + 1).to_lowercase())?;
    let length = format!("{number} {}", plural(&number.to_string(), unit));
    Some(
        error("a time is written with a number", f.spans(at, last + 1))
            .help(format!("write `{length}`"))
            .fix(format!("write `{length}`"), f.spans(at, last + 1), length.clone()),
    )
}

/// `until 2027-01-01`
pub(super) fn date(f: &Failure<'_>) -> Option<Finding> {
    let expected = f.expects(&[Rule::date]) || f.word(0) == "accept" || f.context == Context::Header;
    if f.kind(f.stop) != Some(Kind::Date) || expected {
        return None;
    }
    Some(
        error("a date cannot stand in a statement", f.span(f.stop))
            .note("time is counted from events, which happen to each person on a day of their own")
            .help("declare an event, `event X \"…\";`, and write `after X` or `until X`"),
    )
}

/// `30 business days`
pub(super) fn business_days(f: &Failure<'_>) -> Option<Finding> {
    let at = (0..=f.stop).find(|&i| {
        matches!(f.word(i), "business" | "working" | "calendar" | "bank" | "consecutive")
            && f.kind_before(i) == Some(Kind::Number)
            && unit(f.word(i + 1)).is_some()
    })?;
    let (count, unit) = (f.shown(at - 1), unit(f.word(at + 1))?);
    let right = plural(count, unit);
    let finding = error(format!("`{}` is not a unit of time", f.word(at)), f.span(at));
    Some(if matches!(f.word(at), "calendar" | "consecutive") {
        finding.help(format!("every {unit} counts: write `{count} {right}`"))
    } else {
        finding
            .note("which days are business days depends on the place and the year")
            .help("write the longest time that they can take, such as `14 days` for ten of them")
    })
}

/// `30 days before E`
pub(super) fn days_before(f: &Failure<'_>) -> Option<Finding> {
    let at = (2..=f.stop + 1).find(|&i| {
        f.word(i) == "before" && unit(f.before(i)).is_some() && f.kind_before(i - 1) == Some(Kind::Number)
    })?;
    Some(
        error("a time cannot be counted back from an event", f.spans(at - 2, at))
            .note("before it has happened, nobody knows when an event will be")
            .help("declare the earlier event and count from it: `30 days after E`"),
    )
}

/// `30days`, `1.5 years`
pub(super) fn glued_unit(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let text = f.shown(at);
    if f.kind(at) == Some(Kind::Odd) && text.starts_with(|c: char| c.is_ascii_digit()) {
        let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
        let unit = unit(text.get(digits.len()..)?.trim_start_matches('-'))?;
        let finding = error(format!("`{text}` needs a space"), f.span(at));
        return Some(finding.help(format!("write `{digits} {}`", plural(digits, unit))));
    }
    let fraction =
        f.kind(at) == Some(Kind::Number) && f.shown(at + 1) == "." && f.kind(at + 2) == Some(Kind::Number);
    fraction.then(|| {
        let finding = error("a time is counted in whole numbers", f.spans(at, at + 2));
        finding.help("write it in a smaller unit, such as `18 months` for a year and a half")
    })
}

/// `until 30 days`
pub(super) fn until_length(f: &Failure<'_>) -> Option<Finding> {
    let word = (0..f.stop).rev().find(|&i| matches!(f.word(i), "until" | "after" | "before"))?;
    let sum = word + 1..f.stop;
    let is_sum = |i| f.kind(i) == Some(Kind::Number) || unit(f.word(i)).is_some() || f.shown(i) == "+";
    if sum.is_empty() || !sum.clone().all(is_sum) || !f.expects(&[Rule::kw_after]) {
        return None;
    }
    let (word_text, length) = (f.word(word), f.words(sum));
    let finding = error(
        format!("`{word_text} {length}` does not say from when it is counted"),
        f.spans(word, f.stop.saturating_sub(1)),
    );
    if matches!(f.word(f.stop), "from" | "of" | "following" | "since" | "past" | "upon" | "on")
        && f.is_name(f.stop + 1)
    {
        return Some(finding.help(format!("write `{word_text} {length} after {}`", f.word(f.stop + 1))));
    }
    let deletes =
        f.modal().is_some_and(|m| f.word(m) == "must" && matches!(f.word(m + 1), "delete" | "erase"));
    if deletes && word_text != "until" {
        return Some(
            finding.help(format!("a deadline is said with `within`: write `within {length} after E`")),
        );
    }
    let help = format!("write `{word_text} {length} after E`");
    Some(if word_text == "until" {
        finding.help(format!("{help}, or `for {length}`"))
    } else {
        finding.help(help)
    })
}

/// `until Closed + 30 days`, `until Closed plus 30 days`
pub(super) fn behind_event(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    let event = at.checked_sub(1).filter(|&i| f.is_name(i))?;
    let plus = f.shown(at) == "+" || f.word(at) == "plus";
    if !plus || f.kind(at + 1) != Some(Kind::Number) {
        return None;
    }
    let sum = |&i: &usize| f.kind(i) == Some(Kind::Number) || unit(f.word(i)).is_some() || f.shown(i) == "+";
    let last = (at + 1..f.tokens.len()).take_while(sum).last()?;
    let lead = event.checked_sub(1).map_or("until", |i| f.word(i));
    let (event_word, length) = (f.word(event), f.words(at + 1..last + 1));
    Some(
        error("a time is counted from an event, and stands before it", f.spans(event, last))
            .help(format!("write `{lead} {length} after {event_word}`")),
    )
}

/// `up to 60 days after Closed`, `no longer than 30 days`, `at least 7 years`
pub(super) fn bound_in_english(f: &Failure<'_>) -> Option<Finding> {
    let is = |at: usize, words: &[&str]| words.iter().enumerate().all(|(i, word)| f.word(at + i) == *word);
    const MOST: &[&[&str]] =
        &[&["up", "to"], &["no", "longer", "than"], &["not", "longer", "than"], &["at", "most"]];
    const LEAST: &[&[&str]] = &[&["at", "least"], &["no", "less", "than"]];
    let (at, words, least) = (f.stop.saturating_sub(2)..=f.stop).find_map(|at| {
        let of = |all: &[&'static [&'static str]]| all.iter().copied().find(|words| is(at, words));
        of(MOST).map(|w| (at, w, false)).or_else(|| of(LEAST).map(|w| (at, w, true)))
    })?;
    // `for at least 7 years` is how it is written.
    if least && f.before(at) == "for" {
        return None;
    }
    let number = at + words.len();
    if f.kind(number) != Some(Kind::Number) || unit(f.word(number + 1)).is_none() {
        return None;
    }
    let modal = f.modal().filter(|&modal| modal < at)?;
    let (lead, length) = (f.words(modal..at), f.words(number..f.tokens.len()));
    let lead = lead.strip_suffix(" for").unwrap_or(&lead);
    let erases = matches!(f.word(modal + 1), "delete" | "erase");
    let finding = error(format!("`{}` begins no time", f.words(at..number)), f.spans(at, number - 1));
    Some(match (least, f.word(modal), erases) {
        (true, ..) => {
            finding.help(format!("what must be kept is said with `must retain … for at least {length}`"))
        }
        (false, "must", true) => finding.help(format!("write `{lead} within {length}`")),
        _ if length.contains(" after ") => finding.help(format!("write `{lead} until {length}`")),
        _ => finding.help(format!("write `{lead} until {length} after E`")),
    })
}

/// `must delete X 30 days after Closed`, `must delete X in 30 days`
pub(super) fn bare_length(f: &Failure<'_>) -> Option<Finding> {
    let at = f.stop;
    if f.kind(at) != Some(Kind::Number) || unit(f.word(at + 1)).is_none() {
        return None;
    }
    let lead = f.before(at);
    let wrong = matches!(lead, "in" | "by" | "at");
    let modal = f.modal().filter(|&modal| modal < at)?;
    if !wrong && !f.is_name(at - 1) && f.kind_before(at) != Some(Kind::Comma) {
        return None;
    }
    let length = f.words(at..f.tokens.len());
    let finding = match wrong {
        true => error(format!("`{lead}` begins no time"), f.span(at - 1)),
        false => error("a time begins with a word that says how it binds", f.spans(at, at + 1)),
    };
    Some(match f.word(modal) {
        "must" if f.word(modal + 1) != "not" => {
            finding.help(format!("write `within {length}` for a deadline"))
        }
        _ if length.contains(" after ") => finding.help(format!(
            "write `until {length}`, or `for {length}`, which speaks only once it has happened"
        )),
        _ => finding.help(format!("write `for {length}`, or `until {length} after E`")),
    })
}

/// `the later of (A)`
pub(super) fn one_moment(f: &Failure<'_>) -> Option<Finding> {
    if f.kind(f.stop) != Some(Kind::RightParen) || !f.expects(&[Rule::comma]) {
        return None;
    }
    let open = (0..f.stop).rev().find(|&i| f.kind(i) == Some(Kind::LeftParen))?;
    let word = open.checked_sub(2).map(|i| f.word(i)).filter(|w| matches!(*w, "later" | "earlier"))?;
    let finding = error(format!("`the {word} of` compares at least two times"), f.spans(open, f.stop));
    Some(finding.help(format!("add another, `(A, B)`, or leave `the {word} of` out")))
}
