//! Cross-references within a document, and the headings that they lead to.
//!
//! A reference is a link to an anchor, or a phrase that names a heading: a text in quotes beside the word
//! "section" or behind "see", and "Section 4" where the headings are numbered. A phrase that may mean
//! another document (a law, other terms) is left alone.

use super::fold::fold;
use super::text::{Text, plain_heading};
use crate::source::Span;

/// A reference that leads nowhere.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reference {
    /// The link, or the sentence with the phrase.
    pub span: Span,
    /// What it names.
    pub names: String,
    /// Whether it is a link.
    pub link: bool,
    /// The heading that comes nearest.
    pub near: Option<usize>,
}

/// A heading is near where this much of it is the same, after Jaro and Winkler.
const NEAR: f64 = 0.85;

/// Words that show that a section of something else is meant.
#[rustfmt::skip]
const OF_ANOTHER: &[&str] = &[
    "act", "code", "law", "regulation", "gdpr", "ccpa", "directive", "agreement", "terms", "contract",
    "statute", "u.s.c", "cfr", "c.f.r",
];

/// The references of a document that lead nowhere, in order.
pub fn broken(text: &Text) -> Vec<Reference> {
    let mut out: Vec<Reference> = Vec::new();
    for (span, anchor) in &text.links {
        let wanted = anchor.to_lowercase();
        // browsers take these for the top of the page
        let known = wanted == "top" || text.anchors.iter().any(|a| a.to_lowercase() == wanted);
        if !known {
            let near = nearest(text, &wanted.replace(['-', '_'], " "));
            out.push(Reference { span: *span, names: format!("#{anchor}"), link: true, near });
        }
    }
    for sentence in &text.sentences {
        for name in quoted(&sentence.folded).into_iter().chain(numbered(text, &sentence.folded)) {
            out.push(Reference {
                span: sentence.span,
                near: nearest(text, &plain_heading(&name)),
                names: name,
                link: false,
            });
        }
    }
    out.retain(|r| r.link || !leads(text, &r.names));
    out.sort_by_key(|r| r.span);
    out
}

/// Whether a heading has this name, or this number.
fn leads(text: &Text, name: &str) -> bool {
    let wanted = plain_heading(name);
    let number = |heading: &str| heading_number(heading).is_some_and(|n| n == name.trim_end_matches('.'));
    text.headings.iter().any(|h| h.plain == wanted || number(&h.text))
}

fn nearest(text: &Text, wanted: &str) -> Option<usize> {
    let scored = text.headings.iter().enumerate().map(|(i, h)| (strsim::jaro_winkler(&h.plain, wanted), i));
    scored.filter(|(score, _)| *score >= NEAR).max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, i)| i)
}

/// The headings that a sentence names in quotes.
fn quoted(folded: &str) -> Vec<String> {
    let parts: Vec<&str> = folded.split('"').collect();
    let mut out = Vec::new();
    // what stands between the first and second mark, the third and fourth, …
    for triple in parts.windows(3).step_by(2) {
        let [before, name, after] = triple else { continue };
        let before = before.trim_end().to_lowercase();
        let after = after.trim_start().to_lowercase();
        let behind: Vec<&str> = after.split_whitespace().take(4).collect();
        let section = |w: &str| {
            matches!(w.trim_matches(|c: char| !c.is_alphanumeric()), "section" | "sections" | "heading")
        };
        let named = behind.first().is_some_and(|w| section(w))
            || before.rsplit(' ').next().is_some_and(section)
            || (before.ends_with("section titled") || before.ends_with("section called"))
            || (is_see(&before) || before.ends_with("refer to"))
                && (behind.is_empty() || is_placed(behind.first()));
        let foreign = behind.iter().any(|w| is_foreign(w));
        // a name has a few words and starts with a capital letter
        let is_name =
            name.split_whitespace().count() <= 14 && name.trim().starts_with(|c: char| c.is_uppercase());
        if named && !foreign && is_name {
            out.push(name.trim().trim_end_matches([',', '.']).to_owned());
        }
    }
    out
}

/// Whether a text ends in the word `see`, be it in brackets.
fn is_see(before: &str) -> bool {
    before.rsplit(' ').next().is_some_and(|w| w.trim_matches(|c: char| !c.is_alphanumeric()) == "see")
}

fn is_placed(word: Option<&&str>) -> bool {
    let word = word.map(|w| w.trim_matches(|c: char| !c.is_alphanumeric()));
    matches!(word, None | Some("" | "below" | "above" | "for"))
}

fn is_foreign(word: &str) -> bool {
    OF_ANOTHER.contains(&word.trim_matches(|c: char| matches!(c, ',' | ')' | '(' | ';' | ':' | '.')))
}

/// `Section 4` and `Section 4.2`, where headings are numbered.
fn numbered(text: &Text, folded: &str) -> Vec<String> {
    if !text.headings.iter().any(|h| heading_number(&h.text).is_some()) {
        return Vec::new();
    }
    let words: Vec<&str> = folded.split_whitespace().collect();
    let mut out = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let Some(next) = words.get(at + 1) else { continue };
        let number = next.trim_matches(|c: char| !c.is_ascii_digit());
        let is_number =
            number.chars().all(|c| c.is_ascii_digit() || c == '.') && !number.is_empty() && number.len() <= 5;
        let whole = next.trim_end_matches([',', '.', ')', ';', ':']) == number;
        let around = words.get(at.saturating_sub(3)..(at + 7).min(words.len())).unwrap_or_default();
        let section = matches!(word.trim_start_matches('(').to_lowercase().as_str(), "section" | "sections");
        if section && is_number && whole && !around.iter().any(|w| is_foreign(&w.to_lowercase())) {
            out.push(number.to_owned());
        }
    }
    out
}

/// The number in front of a heading.
fn heading_number(heading: &str) -> Option<String> {
    let folded = fold(heading);
    let first = folded.split(' ').next()?.trim_matches(|c: char| matches!(c, '.' | ')' | '§'));
    let numeric = !first.is_empty() && first.chars().all(|c| c.is_ascii_digit() || c == '.');
    numeric.then(|| first.to_owned())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn names(page: &str) -> Vec<String> {
        broken(&Text::of_page(page)).into_iter().map(|r| r.names).collect()
    }

    #[test]
    fn links_lead_to_headings_and_to_names_in_html() {
        let page =
            "# What we do?\n\n<a id=\"old\"></a>[a](#what-we-do) [b](#old) [c](#top) [d](#gone) [e](x#f)\n";
        assert_eq!(names(page), ["#gone"]);
    }

    #[test]
    fn phrases_name_headings_in_quotes() {
        let page = "## Your Rights\n\nSee the \"Your rights\" section below. See \"Our Duties\" below. \
            As the section \"Choices\" says. The \"Widget\" is ours. See \"Remedies\" section of the Code.\n";
        assert_eq!(names(page), ["Our Duties", "Choices"]);
    }

    #[test]
    fn numbers_count_where_headings_have_them() {
        let page = "## 1. Data\n\n### 1.2 More\n\nSee Section 1.2, Section 4 and Section 9 of the Act.\n";
        assert_eq!(names(page), ["4"]);
        assert!(names("## Data\n\nSee Section 4.\n").is_empty());
    }
}
