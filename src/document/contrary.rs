//! What the words of a sentence say so plainly that an encoding cannot say otherwise.
//!
//! Three things are listened for: that something is *not* done with data ("never", "will not", "neither …
//! nor", before a verb of handling data, unless it is "you" who do not), that something is *sold* or
//! *rented* (unless it is assets, products or the like), and *times* ("within 30 days", "for thirty (30)
//! days", unless they are somebody's age, or days of business). `docs/document.md` has the lists.

use super::fold::words;
use crate::numerals::count;

/// What a sentence says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Says {
    /// That something is not done: in these words.
    Not(String),
    /// That something is sold or rented: in these words.
    Sell(String),
    /// A time, in calendar months or in minutes: in these words.
    Time {
        /// The words.
        words: String,
        /// The months.
        months: u32,
        /// The minutes.
        minutes: u64,
    },
}

impl Says {
    /// The words that say it.
    pub fn words(&self) -> &str {
        match self {
            Says::Not(words) | Says::Sell(words) | Says::Time { words, .. } => words,
        }
    }
}

/// What denies.
#[rustfmt::skip]
const DENYING: &[&str] = &[
    "never", "not", "cannot", "can't", "won't", "don't", "doesn't", "neither", "shan't", "mustn't",
];

/// What is done with data, in the forms that stand behind a denial.
#[rustfmt::skip]
const HANDLING: &[&str] = &[
    "collect", "collected", "use", "used", "share", "shared", "sell", "sold", "rent", "rented",
    "disclose", "disclosed", "transfer", "transferred", "provide", "provided", "release", "released",
    "retain", "retained", "keep", "kept", "store", "stored", "process", "processed", "combine",
    "combined", "link", "linked", "track", "tracked", "access", "accessed", "read", "record",
    "recorded", "publish", "published", "trade", "traded",
];

/// Words that may stand between a denial and its verb.
#[rustfmt::skip]
const BETWEEN: &[&str] = &[
    "be", "been", "knowingly", "otherwise", "ever", "intentionally", "to", "also", "we", "in", "any",
    "way",
];

/// Whose denial is no promise of the policy's issuer.
#[rustfmt::skip]
const READERS: &[&str] = &[
    "you", "user", "users", "customer", "customers", "member", "members", "visitors",
];

/// What is sold and rented beside data.
#[rustfmt::skip]
const GOODS: &[&str] = &[
    "asset", "assets", "product", "products", "goods", "business", "businesses", "company", "companies",
    "shares", "stock", "item", "items", "service", "services", "books", "tickets", "merchandise",
    "division",
];

/// What data is called that could be rented out.
#[rustfmt::skip]
const DATA: &[&str] = &[
    "data", "information", "details", "address", "addresses", "list", "lists", "name", "names", "contact",
    "contacts", "record", "records", "profile", "profiles", "personal", "it", "them",
];

/// How far from the verb it is named.
const NEAR: usize = 8;

/// What the words of a sentence say.
pub fn says(text: &str) -> Vec<Says> {
    let words = words(text);
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let mut out = Vec::new();
    if let Some((from, to)) = (0..words.len()).find_map(|at| denial(&words, at)) {
        out.push(Says::Not(words.get(from..=to).unwrap_or_default().join(" ")));
    }
    for at in 0..words.len() {
        let trade = matches!(
            word(at),
            "sell" | "sells" | "sold" | "selling" | "rent" | "rents" | "rented" | "renting"
        );
        let goods = (at..at + 6).any(|i| GOODS.contains(&word(i)));
        // What is rented out may be bicycles; data is named behind the verb, or before it in the passive.
        let from = if word(at) == "rented" { at.saturating_sub(NEAR) } else { at };
        let other = word(at).starts_with("rent") && !(from..at + NEAR).any(|i| DATA.contains(&word(i)));
        let reader = at > 0 && (at.saturating_sub(3)..at).any(|i| READERS.contains(&word(i)));
        if trade && !goods && !other && !reader {
            out.push(Says::Sell(word(at).to_owned()));
            break;
        }
    }
    out.extend((0..words.len()).filter_map(|at| time(&words, at)));
    out
}

/// A time that begins at a word: `30 days`, `thirty days`, `thirty 30 days`, `90 day`.
fn time(words: &[String], at: usize) -> Option<Says> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let number = |at: usize| word(at).parse::<u32>().ok().or_else(|| count(word(at)));
    let before = at.checked_sub(1).map_or("", word);
    let amount = match count(before) {
        // `forty-five days`
        Some(tens) if tens >= 20 && count(word(at)).is_some_and(|ones| ones < 10) => tens + number(at)?,
        _ => number(at)?,
    };
    // `1,000 days`, `2.5 years`
    if amount == 0 || before.parse::<u32>().is_ok() {
        return None;
    }
    let length = u64::from(amount);
    let unit = word(at + 1);
    let (months, minutes) = match unit.strip_suffix('s').unwrap_or(unit) {
        "minute" => (0, length),
        "hour" => (0, length.checked_mul(60)?),
        "day" => (0, length.checked_mul(1_440)?),
        "week" => (0, length.checked_mul(10_080)?),
        "month" => (amount, 0),
        "year" => (amount.checked_mul(12)?, 0),
        _ => return None,
    };
    // `13 years of age`, `18 years old`
    let age = word(at + 2) == "old" || word(at + 2) == "of" && word(at + 3) == "age";
    (!age).then(|| Says::Time { words: format!("{} {unit}", word(at)), months, minutes })
}

/// A denial that begins at a word: its first and last word.
fn denial(words: &[String], at: usize) -> Option<(usize, usize)> {
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    if !DENYING.contains(&word(at)) || word(at + 1) == "only" {
        return None;
    }
    // `you may not`, `users will never`
    if (at.saturating_sub(3)..at).any(|i| READERS.contains(&word(i))) {
        return None;
    }
    let mut verb = at + 1;
    while BETWEEN.contains(&word(verb)) {
        verb += 1;
    }
    HANDLING.contains(&word(verb)).then_some((at, verb))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> Vec<String> {
        says(text).iter().map(|s| s.words().to_owned()).collect()
    }

    fn times(text: &str) -> Vec<(u32, u64)> {
        let all = says(text).into_iter();
        all.filter_map(|s| {
            if let Says::Time { months, minutes, .. } = s { Some((months, minutes)) } else { None }
        })
        .collect()
    }

    #[test]
    fn denials_and_sales_are_heard() {
        assert_eq!(said("We will never share it."), ["never share"]);
        assert_eq!(said("Such information is not to be disclosed."), ["not to be disclosed"]);
        assert_eq!(said("We neither rent nor sell it."), ["neither rent", "rent"]);
        assert_eq!(said("We may sell your data."), ["sell"]);
        assert_eq!(said("We rent our mailing list, and your details may be rented."), ["rent"]);
    }

    #[test]
    fn times_are_heard() {
        assert_eq!(said("We delete it within 30 days."), ["30 days"]);
        assert_eq!(said("within thirty (30) days, or a 90-day period"), ["30 days", "90 day"]);
        assert_eq!(said("after two years"), ["two years"]);
        assert_eq!(times("forty-five days"), [(0, 45 * 1_440)]);
        assert_eq!(times("1,000 days, 2.5 years, 1 year, 3 weeks"), [(12, 0), (0, 21 * 1_440)]);
        assert_eq!(said("Children under 13 years of age, or 16 years old"), Vec::<String>::new());
        assert_eq!(said("within 10 business days, 24/7, for 4294967295 years"), Vec::<String>::new());
    }

    #[test]
    fn what_readers_do_and_what_is_no_data_is_left_alone() {
        for text in [
            "You may not share your password.",
            "We buy or sell assets.",
            "We use your account details to rent bicycles to you.",
            "The flats are rented by the month.",
            "It is not only used here.",
            "This is not normally available.",
            "We are not responsible.",
        ] {
            assert_eq!(said(text), Vec::<String>::new(), "{text}");
        }
    }
}
