//! From a citation to the one sentence that it rests on.
//!
//! A fragment is looked for under the heading that its clause or section is named after, and under the
//! sub-headings of that. Where it is not there, what a person would look at next is found: the heading
//! that was meant, the place where the words do stand, the sentences that come nearest.

use super::fold::{fold, words};
use super::text::{Text, plain_heading};
use std::collections::BTreeSet;
use std::ops::Range;

/// How many candidates are shown.
const MOST_SHOWN: usize = 3;

/// A heading is near where this much of it is the same, after Jaro and Winkler.
const NEAR_HEADING: f64 = 0.8;

/// What became of a citation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// The document is not at hand, or it is not clear which one is meant.
    Unverified,
    /// The sentence; any others say the same in the same place.
    Found(Vec<usize>),
    /// Several sentences say different things.
    Several(Vec<usize>),
    /// The document has no such heading.
    NoHeading {
        /// Headings that may be meant.
        near: Vec<usize>,
        /// Sentences with the fragment, anywhere.
        elsewhere: Vec<usize>,
    },
    /// The fragment is there, under another heading.
    Elsewhere(Vec<usize>),
    /// The fragment is nowhere.
    Nowhere {
        /// The nearest sentences.
        near: Vec<usize>,
    },
}

/// Finds the sentence. `heading` is the title of the clause or section; without one the whole document
/// is searched.
pub fn find(text: &Text, heading: Option<&str>, fragment: &str) -> Outcome {
    let fragment = fold(fragment);
    let everywhere = 0..text.sentences.len();
    let Some(title) = heading else {
        let found = holding(text, everywhere.clone(), &fragment);
        return judge(text, found).unwrap_or_else(|| nowhere(text, everywhere, &fragment));
    };
    let wanted = plain_heading(title);
    let is_meant = |i: &usize| text.headings.get(*i).is_some_and(|h| h.plain == wanted);
    let headings: Vec<usize> = (0..text.headings.len()).filter(is_meant).collect();
    let mut found: Vec<usize> =
        headings.iter().flat_map(|h| holding(text, text.under(*h), &fragment)).collect();
    found.sort_unstable();
    found.dedup();
    if let Some(outcome) = judge(text, found) {
        return outcome;
    }
    let elsewhere = holding(text, everywhere.clone(), &fragment);
    match headings.first() {
        None => Outcome::NoHeading { near: near_headings(text, &wanted), elsewhere: first(elsewhere) },
        Some(_) if !elsewhere.is_empty() => Outcome::Elsewhere(first(elsewhere)),
        Some(heading) => match nowhere(text, text.under(*heading), &fragment) {
            Outcome::Nowhere { near } if near.is_empty() => nowhere(text, everywhere, &fragment),
            outcome => outcome,
        },
    }
}

fn first(mut found: Vec<usize>) -> Vec<usize> {
    found.truncate(MOST_SHOWN);
    found
}

/// The sentences of a range that hold a fragment.
fn holding(text: &Text, range: Range<usize>, fragment: &str) -> Vec<usize> {
    let holds = |i: &usize| text.sentences.get(*i).is_some_and(|s| s.folded.contains(fragment));
    if fragment.is_empty() { Vec::new() } else { range.filter(holds).collect() }
}

/// One sentence, or several that say the same under the same heading, are an answer; none is none.
fn judge(text: &Text, found: Vec<usize>) -> Option<Outcome> {
    let says = |i: &usize| text.sentences.get(*i).map(|s| (s.heading, s.digest.as_str()));
    let one = says(found.first()?);
    let alike = found.iter().all(|i| says(i) == one);
    Some(if alike { Outcome::Found(found) } else { Outcome::Several(found) })
}

/// The sentences of a range that share most words with a fragment.
fn nowhere(text: &Text, range: Range<usize>, fragment: &str) -> Outcome {
    let wanted = words(fragment);
    let mut ranked: Vec<(usize, usize)> = Vec::new();
    for at in range {
        let Some(sentence) = text.sentences.get(at) else { continue };
        let have: BTreeSet<String> = words(&sentence.folded).into_iter().collect();
        let shared = wanted.iter().filter(|w| have.contains(*w)).count();
        if shared * 2 > wanted.len() {
            ranked.push((wanted.len() - shared, at));
        }
    }
    ranked.sort_unstable();
    Outcome::Nowhere { near: first(ranked.into_iter().map(|(_, at)| at).collect()) }
}

/// The headings that a title may mean, the nearest first.
fn near_headings(text: &Text, wanted: &str) -> Vec<usize> {
    let mut ranked: Vec<(f64, usize)> = text
        .headings
        .iter()
        .enumerate()
        .map(|(i, h)| {
            let part = h.plain.len() > 3 && wanted.contains(&h.plain)
                || wanted.len() > 3 && h.plain.contains(wanted);
            (if part { 1.0 } else { strsim::jaro_winkler(&h.plain, wanted) }, i)
        })
        .filter(|(score, _)| *score >= NEAR_HEADING)
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    first(ranked.into_iter().map(|(_, i)| i).collect())
}

#[cfg(test)]
#[allow(clippy::indexing_slicing)]
mod tests {
    use super::*;

    const PAGE: &str = "Before any heading.\n\n# Shop\n\n## What We Share?\n\nWe *never* sell “your data”. \
        We share it with\ncouriers.\n\n### Couriers\n\n- They bring parcels.\n- They bring parcels.\n\n\
        ## Rights\n\nYou may ask us. You may tell us.\n";

    fn found(heading: Option<&str>, fragment: &str) -> Outcome {
        find(&Text::of_page(PAGE), heading, fragment)
    }

    #[test]
    fn typography_emphasis_and_line_ends_are_no_obstacle() {
        assert_eq!(found(Some("What we share"), "never sell \"your data\""), Outcome::Found(vec![1]));
        assert_eq!(found(Some("What We Share?"), "with couriers"), Outcome::Found(vec![2]));
        assert_eq!(found(None, "Before any"), Outcome::Found(vec![0]));
    }

    #[test]
    fn sub_headings_belong_to_their_heading_and_twins_are_one() {
        assert_eq!(found(Some("What we share"), "bring parcels"), Outcome::Found(vec![3, 4]));
        assert_eq!(found(Some("Shop"), "You may ask"), Outcome::Found(vec![5]));
    }

    #[test]
    fn what_is_not_there_is_looked_for() {
        assert_eq!(found(Some("Rights"), "You may"), Outcome::Several(vec![5, 6]));
        assert_eq!(found(Some("Rights"), "never sell"), Outcome::Elsewhere(vec![1]));
        assert_eq!(found(Some("Couriers"), "We share your parcels"), Outcome::Nowhere { near: vec![] });
        assert_eq!(found(Some("Rights"), "you may sue us"), Outcome::Nowhere { near: vec![5, 6] });
        let near = Outcome::NoHeading { near: vec![3], elsewhere: vec![5] };
        assert_eq!(found(Some("Right"), "You may ask"), near);
        assert_eq!(found(Some("Rights"), ""), Outcome::Nowhere { near: vec![] });
    }
}
