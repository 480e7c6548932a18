//! Words that make a sentence sound like a promise, a permission or a limit.
//!
//! They order what is still to be read, and judge nothing. `docs/document.md` lists them.

use super::fold::words;

/// What to look for, in lower case, and in each form in which it occurs.
#[rustfmt::skip]
pub const PROMISING: &[&str] = &[
    // modal verbs
    "may", "might", "can", "could", "cannot", "can't", "will", "won't", "would", "shall", "must",
    "should",
    // limits
    "never", "not", "don't", "doesn't", "only", "solely", "unless", "except", "limited", "always",
    "without", "until", "longer", "days", "months", "years", "indefinitely",
    // what is done with data
    "collect", "collects", "collected", "use", "uses", "used", "share", "shares", "shared", "sharing",
    "sell", "sells", "sold", "rent", "rents", "rented", "disclose", "discloses", "disclosed",
    "transfer", "transfers", "transferred", "provide", "provides", "provided", "release", "released",
    "retain", "retains", "retained", "keep", "keeps", "kept", "store", "stores", "stored", "delete",
    "deletes", "deleted", "erase", "erased", "process", "processes", "processed", "combine", "combined",
    "link", "linked", "track", "tracks", "tracked", "receive", "receives", "received", "access",
    "accessed",
    // what is undertaken
    "notify", "notified", "inform", "informed", "protect", "protects", "protected", "encrypt",
    "encrypted", "ensure", "agree", "agrees", "consent", "comply", "complies", "responsible", "right",
    "rights", "entitled", "opt", "request", "withdraw", "object",
];

/// The promising words of a text, in the order of the list.
pub fn promising(text: &str) -> Vec<&'static str> {
    let words = words(text);
    PROMISING.iter().copied().filter(|wanted| words.iter().any(|word| word == wanted)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_promise_is_heard_and_a_greeting_is_not() {
        assert_eq!(promising("We’ll never sell it, and you CAN object."), ["can", "never", "sell", "object"]);
        assert!(promising("Thank you for your interest in our products.").is_empty());
    }
}
