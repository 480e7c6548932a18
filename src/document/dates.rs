//! The dates that a document states of itself: the one at its top, and those of its revision history.
//!
//! Dates are read where the month is a word, or the form is `YYYY-MM-DD`; what can be read in two ways,
//! as `02/03/2026`, is left alone.

use super::fold::fold;
use super::text::Text;
use crate::policy::Date;
use crate::source::Span;

/// What a document says of when it was revised.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Dates {
    /// The date that it gives itself, and the sentence that does.
    pub stated: Option<(Date, Span)>,
    /// The entries of its revision history, in the order of the text.
    pub history: Vec<(Date, Span)>,
}

/// How many sentences from the top are looked through for the date.
const TOP: usize = 12;

/// What stands before the date at the top.
#[rustfmt::skip]
const STATES: &[&str] = &[
    "updated", "last updated", "last modified", "last revised", "last changed", "revised", "effective",
    "effective date", "effective as of", "in effect since", "date", "version of", "as of", "dated",
    "date of last revision", "last update", "modified", "last reviewed",
];

/// How headings of a revision history begin.
#[rustfmt::skip]
const HISTORIES: &[&str] = &[
    "revision history", "revisions", "change log", "changelog", "version history", "history", "document
    history", "history of changes",
];

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// Reads the dates.
pub fn dates(text: &Text) -> Dates {
    let mut out = Dates::default();
    for (number, sentence) in text.sentences.iter().enumerate() {
        let heading = sentence.heading.and_then(|h| text.headings.get(h));
        if heading.is_some_and(|h| HISTORIES.contains(&h.plain.as_str())) {
            // an entry begins with its date
            if let Some((before, date)) = first_date(&sentence.folded)
                && before.split_whitespace().count() <= 3
            {
                out.history.push((date, sentence.span));
            }
        } else if number < TOP
            && out.stated.is_none()
            && let Some((before, date)) = first_date(&sentence.folded)
            && states(&before)
        {
            out.stated = Some((date, sentence.span));
        }
    }
    out
}

/// Whether words announce the date of the document.
fn states(before: &str) -> bool {
    let lower = before.to_lowercase();
    let words = lower.trim_end_matches([':', ' ', '-', '(', ',']);
    let words = words.strip_suffix(" on").unwrap_or(words);
    STATES
        .iter()
        .any(|s| words == *s || words.ends_with(&format!(" {s}")) && words.split_whitespace().count() <= 8)
}

/// The first date in a text, and what stands before it.
fn first_date(text: &str) -> Option<(String, Date)> {
    let folded = fold(text);
    let words: Vec<&str> = folded.split(' ').collect();
    for at in 0..words.len() {
        let rest = words.get(at..)?;
        let date = iso(rest).or_else(|| month_first(rest)).or_else(|| day_first(rest));
        if let Some(date) = date {
            return Some((words.get(..at)?.join(" "), date));
        }
    }
    None
}

fn bare(word: &str) -> &str {
    word.trim_matches(|c: char| !c.is_alphanumeric())
}

/// `2026-02-28`
fn iso(words: &[&str]) -> Option<Date> {
    let word = bare(words.first()?);
    if word.len() == 10 && word.is_ascii() { word.parse().ok() } else { None }
}

/// `February 28, 2026`, `Feb. 28th 2026`
fn month_first(words: &[&str]) -> Option<Date> {
    let [first, second, third, ..] = words else { return None };
    date(third, month(first)?, second)
}

/// `28 February 2026`
fn day_first(words: &[&str]) -> Option<Date> {
    let [first, second, third, ..] = words else { return None };
    date(third, month(second)?, first)
}

fn date(year: &str, month: i8, day: &str) -> Option<Date> {
    let year: i16 = bare(year).get(..4)?.parse().ok().filter(|y| (1970..=2200).contains(y))?;
    let day = bare(day).trim_end_matches(|c: char| c.is_alphabetic());
    Date::new(year, month, day.parse().ok()?).ok()
}

fn month(word: &str) -> Option<i8> {
    let word = bare(word).to_lowercase();
    let is = |month: &str| month == word || word.len() >= 3 && word.len() <= 4 && month.starts_with(&word);
    MONTHS.iter().position(|m| is(m)).and_then(|i| i8::try_from(i + 1).ok())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn read(page: &str) -> (Option<String>, Vec<String>) {
        let dates = dates(&Text::of_page(page));
        let words = |(date, _): (Date, Span)| date.to_string();
        (dates.stated.map(words), dates.history.into_iter().map(words).collect())
    }

    #[test]
    fn the_date_at_the_top_and_the_history_are_read() {
        let page = "# Shop\n\n**Last updated: Feb. 28, 2026**\n\n## Revision history\n\n\
            - 27 March 2026: more\n- 2025-01-02: less\n- nothing on May 3, 2024\n\n## Rest\n\nWe began on May 1, 2020.\n";
        let history = vec!["2026-03-27".to_owned(), "2025-01-02".to_owned(), "2024-05-03".to_owned()];
        assert_eq!(read(page), (Some("2026-02-28".to_owned()), history));
    }

    #[test]
    fn other_dates_are_left_alone() {
        let page =
            "# Shop\n\nFounded on May 1, 2020.\n\nUpdated: 02/03/2026\n\nThe law of May 3, 2019 applies.\n";
        assert_eq!(read(page), (None, vec![]));
        assert_eq!(read("This policy is effective as of 1 May 2026.\n").0.as_deref(), Some("2026-05-01"));
        assert_eq!(read("Updated: February 31, 2026\n").0, None);
    }
}
