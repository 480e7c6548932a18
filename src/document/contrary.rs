//! What the words of a sentence say so plainly that an encoding cannot say otherwise.
//!
//! Two things are listened for: that something is *not* done with data ("never", "will not", "neither …
//! nor", before a verb of handling data, unless it is "you" who do not), and that something is *sold* or
//! *rented* (unless it is assets, products or the like). `docs/document.md` has the lists.

use super::fold::words;

/// What a sentence says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Says {
    /// That something is not done: in these words.
    Not(String),
    /// That something is sold or rented: in these words.
    Sell(String),
}

impl Says {
    /// The words that say it.
    pub fn words(&self) -> &str {
        match self {
            Says::Not(words) | Says::Sell(words) => words,
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
        let reader = at > 0 && (at.saturating_sub(3)..at).any(|i| READERS.contains(&word(i)));
        if trade && !goods && !reader {
            out.push(Says::Sell(word(at).to_owned()));
            break;
        }
    }
    out
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

    #[test]
    fn denials_and_sales_are_heard() {
        assert_eq!(said("We will never share it."), ["never share"]);
        assert_eq!(said("Such information is not to be disclosed."), ["not to be disclosed"]);
        assert_eq!(said("We neither rent nor sell it."), ["neither rent", "rent"]);
        assert_eq!(said("We may sell your data."), ["sell"]);
    }

    #[test]
    fn what_readers_do_and_what_is_no_data_is_left_alone() {
        for text in [
            "You may not share your password.",
            "We buy or sell assets.",
            "It is not only used here.",
            "This is not normally available.",
            "We are not responsible.",
        ] {
            assert_eq!(said(text), Vec::<String>::new(), "{text}");
        }
    }
}
