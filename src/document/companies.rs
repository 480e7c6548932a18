//! Companies that a text names as acting: a heuristic, since nothing in a text says what is a company.
//!
//! A name is a run of words with capital letters. It is taken for that of a company where it stands
//!
//! - behind "such as", "like", "including" or "e.g.", after a word for a kind of party (provider, service,
//!   partner, …);
//! - behind "to" or "with", after a verb of giving (share, disclose, transfer, partner, …);
//! - behind "we use", or behind "by", "through", "via" or "on" after a word of doing (processed by,
//!   hosted on, …);
//! - before a verb of handling data (collects, may receive, …);
//! - or has the form of a company behind it (Inc., Ltd., GmbH, …) in a sentence that has such a verb.
//!
//! It is not where its first word occurs without a capital letter in the same document, is part of a term that
//! the document defines in quotes, or names a country, a month or a part of the web; nor where one of its words
//! is that of a law, an authority or an agreement. `docs/document.md` says so too.

use super::text::Text;
use std::collections::BTreeSet;

/// A company that is named as acting.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mention {
    /// The sentence, by number.
    pub sentence: usize,
    /// The name.
    pub name: String,
}

#[rustfmt::skip]
const KINDS: &[&str] = &[
    "provider", "partner", "vendor", "processor", "subprocessor", "sub-processor", "company",
    "companies", "network", "service", "platform", "party", "parties", "supplier", "contractor",
    "subcontractor", "advertiser", "affiliate", "carrier", "courier", "bank", "tool", "agency",
    "agencies", "host", "broker", "recipient", "firm", "business", "businesses", "organization",
    "organisation", "bureau", "bureaus",
];

#[rustfmt::skip]
const GIVING: &[&str] = &[
    "share", "shares", "shared", "sharing", "disclose", "discloses", "disclosed", "provide", "provides",
    "provided", "transfer", "transfers", "transferred", "sell", "sells", "sold", "rent", "send",
    "sends", "sent", "transmit", "transmits", "transmitted", "pass", "passed", "give", "gives", "given",
    "release", "released", "partner", "partners", "partnered", "work", "works", "contract", "contracts",
    "cooperate", "collaborate", "integrate", "forward", "forwarded", "outsource",
];

#[rustfmt::skip]
const DONE_BY: &[&str] = &[
    "processed", "hosted", "operated", "provided", "stored", "run", "powered", "managed", "delivered",
    "handled", "maintained", "collected", "received", "serviced", "kept", "served", "sent",
];

#[rustfmt::skip]
const HANDLING: &[&str] = &[
    "collect", "collects", "receive", "receives", "share", "shares", "process", "processes", "store",
    "stores", "host", "hosts", "use", "uses", "track", "tracks", "serve", "serves", "deliver",
    "delivers", "handle", "handles", "analyze", "analyzes", "analyse", "analyses", "obtain", "obtains",
    "retain", "retains", "keeps", "sells", "provides", "sets", "places",
];

#[rustfmt::skip]
const FORMS: &[&str] = &[
    "inc", "ltd", "llc", "llp", "corp", "gmbh", "plc", "limited", "incorporated", "corporation", "s.a",
    "b.v", "ag",
];

#[rustfmt::skip]
const BEFORE_VERB: &[&str] = &[
    "may", "will", "can", "could", "shall", "must", "does", "do", "also", "then", "not", "currently",
    "might",
];

/// Words that no company's name begins with.
#[rustfmt::skip]
const NO_BEGINNINGS: &[&str] = &[
    // time
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
    "sunday",
    // countries, peoples and states that policies speak of
    "eu", "e.u", "eea", "u.s", "us", "usa", "u.s.a", "uk", "u.k", "europe", "european", "united",
    "states", "kingdom", "california", "californian", "nevada", "virginia", "colorado", "switzerland",
    "swiss", "germany", "german", "france", "french", "ireland", "irish", "canada", "canadian",
    "australia", "australian", "india", "indian", "china", "chinese", "japan", "japanese", "brazil",
    "brazilian", "england", "english", "union", "member",
    // what the web is made of
    "internet", "web", "website", "site", "app", "ip", "url", "api", "pdf", "html", "http", "https",
    "sms", "gps", "id", "faq", "dnt", "dns", "sdk", "tls", "ssl", "cookies", "cookie", "privacy",
    "data", "personal", "information", "service", "services", "account", "settings", "crm", "ceo",
    "dpo", "vat", "it", "hr", "i", "we", "you", "our", "your", "this", "these", "those", "that", "the",
    "if", "in", "an", "a", "any", "all", "each", "other", "such", "they", "it's", "customer",
    "customers", "client", "clients", "user", "users", "third", "parties", "party", "application",
];

/// Words that make a name one of a law, an authority or a text.
#[rustfmt::skip]
const NO_COMPANIES: &[&str] = &[
    "act", "code", "law", "laws", "regulation", "regulations", "directive", "article", "section",
    "gdpr", "ccpa", "cpra", "coppa", "hipaa", "glba", "ferpa", "shield", "framework", "principles",
    "clauses", "commission", "commissioner", "department", "authority", "authorities", "court",
    "courts", "police", "government", "ministry", "officer", "board", "parliament", "federal",
    "supervisory", "attorney", "policy", "policies", "notice", "agreement", "agreements", "terms",
    "statement", "annex", "schedule", "appendix", "addendum", "guidelines", "residents", "countries",
];

/// One word of a sentence.
struct Word<'a> {
    /// Without the marks around it and a possessive `'s`.
    text: &'a str,
    lower: String,
    /// Whether a full stop stands right behind it.
    stop: bool,
    /// Whether a mark ends a phrase behind it.
    ends: bool,
    /// Whether a bracket or mark stands before it.
    starts: bool,
}

fn words(folded: &str) -> Vec<Word<'_>> {
    let parts = folded.split(|c: char| c.is_whitespace() || c == '/').filter(|p| !p.is_empty());
    parts
        .map(|part| {
            let edge = |c: char| !c.is_alphanumeric();
            let text = part.trim_matches(edge);
            let text = text.strip_suffix("'s").unwrap_or(text);
            Word {
                text,
                lower: text.to_lowercase(),
                stop: part
                    .trim_start_matches(edge)
                    .strip_prefix(text)
                    .is_some_and(|rest| rest.starts_with('.')),
                ends: part.ends_with([',', ';', ':', ')', '.', '"', '!', '?']) || part == "-",
                starts: part.starts_with(['(', '"', '[']),
            }
        })
        .filter(|w| !w.text.is_empty())
        .collect()
}

/// The companies that a document names as acting, each once, in the order of the text.
pub fn mentions(text: &Text) -> Vec<Mention> {
    let common = Common::new(text);
    let mut seen = BTreeSet::new();
    let mut out = Vec::new();
    for (sentence, found) in text.sentences.iter().enumerate() {
        let words = words(&found.folded);
        let mut at = 0;
        while at < words.len() {
            let length = common.name(&words, at);
            if length > 0 && acts(&words, at, length, &common) {
                let part = words.get(at..at + length).unwrap_or_default();
                let mut name = part.iter().map(|w| w.text).collect::<Vec<_>>().join(" ");
                // `Inc.` and `Ltd.` are written with their stop; another name has it from its sentence.
                if part.last().is_some_and(|w| w.stop && FORMS.contains(&w.lower.as_str())) {
                    name.push('.');
                }
                if seen.insert(name.to_lowercase()) {
                    out.push(Mention { sentence, name });
                }
            }
            at += length.max(1);
        }
    }
    out
}

/// What the document itself shows to be no name.
struct Common {
    /// Words that occur without a capital letter.
    lower: BTreeSet<String>,
    /// Words that have a capital letter within a sentence somewhere.
    inner: BTreeSet<String>,
    /// Words of terms that are defined in quotes.
    defined: BTreeSet<String>,
}

impl Common {
    fn new(text: &Text) -> Common {
        let mut common = Common { lower: BTreeSet::new(), inner: BTreeSet::new(), defined: BTreeSet::new() };
        for sentence in &text.sentences {
            for (at, word) in words(&sentence.folded).iter().enumerate() {
                if word.text.starts_with(char::is_lowercase) {
                    common.lower.insert(word.lower.clone());
                } else if at > 0 {
                    common.inner.insert(word.lower.clone());
                }
            }
            for quoted in sentence.folded.split('"').skip(1).step_by(2) {
                common.defined.extend(words(quoted).into_iter().map(|w| w.lower));
            }
        }
        common
    }

    /// How many words from a place on make a name; 0 where there is none.
    fn name(&self, words: &[Word<'_>], at: usize) -> usize {
        let mut length = 0;
        for (offset, word) in words.iter().enumerate().skip(at) {
            let capital = word.text.starts_with(char::is_uppercase);
            if !capital || offset > at && word.starts || length == 4 {
                break;
            }
            length += 1;
            if word.ends {
                break;
            }
        }
        let part = words.get(at..at + length).unwrap_or_default();
        let Some(first) = part.first() else { return 0 };
        let is = |list: &[&str], w: &Word<'_>| list.contains(&w.lower.as_str());
        let no_beginning = is(NO_BEGINNINGS, first)
            || is(FORMS, first)
            || self.lower.contains(&first.lower)
            || self.defined.contains(&first.lower);
        // one word at the start of a sentence has its capital letter for that
        let inner =
            |w: &Word<'_>| self.inner.contains(&w.lower) || w.text.chars().skip(1).any(char::is_uppercase);
        let lone_start = at == 0 && length == 1 && !inner(first);
        let other = part.iter().any(|w| is(NO_COMPANIES, w));
        if no_beginning || lone_start || other { 0 } else { length }
    }
}

/// Whether what stands around a name makes it one of a company that acts.
fn acts(words: &[Word<'_>], at: usize, length: usize, common: &Common) -> bool {
    let lower = |i: usize| words.get(i).map_or("", |w| w.lower.as_str());
    let before = |back: usize| at.checked_sub(back).map_or("", lower);
    let any = |list: &[&str], from: usize, to: usize| (from..to).any(|i| list.contains(&lower(i)));
    let has_form = (at..=at + length).any(|i| FORMS.contains(&lower(i)));
    if has_form
        && (any(GIVING, 0, words.len()) || any(HANDLING, 0, words.len()) || any(DONE_BY, 0, words.len()))
    {
        return true;
    }
    if let Some(marker) = list_start(words, at, common) {
        let singular =
            |w: &str| KINDS.contains(&w) || w.strip_suffix('s').is_some_and(|w| KINDS.contains(&w));
        if (marker.saturating_sub(5)..marker).any(|i| singular(lower(i))) {
            return true;
        }
    }
    if matches!(before(1), "to" | "with") && any(GIVING, at.saturating_sub(10), at) {
        return true;
    }
    if matches!(before(1), "by" | "through" | "via" | "on" | "with" | "at")
        && any(DONE_BY, at.saturating_sub(3), at)
    {
        return true;
    }
    let we_use = matches!(before(1), "use" | "using" | "engage" | "employ")
        && any(&["we", "us"], at.saturating_sub(4), at);
    let mut next = at + length;
    while BEFORE_VERB.contains(&lower(next)) {
        next += 1;
    }
    let stops = words.get(at + length - 1).is_some_and(|w| w.ends);
    we_use || !stops && HANDLING.contains(&lower(next))
}

/// Where the list that a name stands in is announced: the first word of "such as" and the like.
fn list_start(words: &[Word<'_>], at: usize, common: &Common) -> Option<usize> {
    let lower = |i: usize| words.get(i).map_or("", |w| w.lower.as_str());
    let mut here = at;
    loop {
        let last = here.checked_sub(1)?;
        match lower(last) {
            "as" if last > 0 && lower(last - 1) == "such" => return Some(last - 1),
            "example" | "instance" if last > 0 && lower(last - 1) == "for" => return Some(last - 1),
            "like" | "including" | "e.g" | "namely" | "i.e" => return Some(last),
            "and" | "or" | "the" => here = last,
            _ if words.get(last).is_some_and(|w| w.text.starts_with(char::is_uppercase))
                && !common.lower.contains(lower(last)) =>
            {
                here = last
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn names(page: &str) -> Vec<String> {
        mentions(&Text::of_page(page)).into_iter().map(|m| m.name).collect()
    }

    #[test]
    fn companies_that_act_are_found() {
        assert_eq!(
            names("We use providers such as Mixpanel, SumoLogic or Amazon Web Hosting (AWH)."),
            ["Mixpanel", "SumoLogic", "Amazon Web Hosting", "AWH"]
        );
        assert_eq!(names("We share your address with FastParcel."), ["FastParcel"]);
        assert_eq!(
            names("Payments are processed by Stripe. We use Google Analytics to count."),
            ["Stripe", "Google Analytics"]
        );
        assert_eq!(names("Our partner Acme Ltd. receives your name."), ["Acme Ltd."]);
        assert_eq!(names("Fast Parcel may collect your address."), ["Fast Parcel"]);
    }

    #[test]
    fn what_is_no_company_is_left_alone() {
        for page in [
            "Members may share pictures. We tell members.",
            "You share the \"Widget\" with the Widget.",
            "We disclose it to California residents, and to the Federal Trade Commission.",
            "Various browsers, including Firefox and Safari, send a signal.",
            "See the Master Agreement. By using Bluebird you agree.",
            "Under the GDPR we provide data to the European Union.",
        ] {
            assert_eq!(names(page), Vec::<String>::new(), "{page}");
        }
    }
}
