//! A clause or section that is named after a heading which the document does not have.

use super::cited::{citations, heading, heading_span, listed, with_sentences};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::citation::Outcome;
use crate::document::text::Text;
use crate::policy::Policy;
use crate::source::Span;
use std::collections::BTreeMap;

/// The check.
pub const CHECK: Check = Check {
    name: "missing-heading",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/missing-heading.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.analysis.policy;
    // one heading is cited many times, and its absence is one mistake
    let mut missing: BTreeMap<(Span, usize), Missing<'_>> = BTreeMap::new();
    for (entry, text, cited) in citations(context) {
        let Outcome::NoHeading { near, elsewhere } = &cited.outcome else { continue };
        let place = titled(policy, cited.place);
        let one = missing.entry((entry.span, place)).or_insert_with(|| Missing {
            document: &entry.shown,
            text,
            title: cited.citation.heading.as_deref().unwrap_or_default(),
            citation: cited.citation.span,
            near,
            elsewhere: Vec::new(),
            count: 0,
        });
        one.count += 1;
        let room = SHOWN.saturating_sub(one.elsewhere.len());
        one.elsewhere.extend(elsewhere.iter().take(room));
    }
    for ((_, place), one) in missing {
        let place = policy.places.get(place);
        let span = place.map_or(one.citation, |p| p.title_span.unwrap_or(p.span));
        let what = match one.count {
            1 => "1 citation is looked for under it".to_owned(),
            n => format!("{n} citations are looked for under it"),
        };
        let mut finding =
            CHECK.finding(format!("`{}` has no heading `{}`", one.document, one.title), span).at(what);
        if let Some(place) = place {
            finding = finding.about(context.subjects().at(place.span));
        }
        for heading in one.near {
            if let Some(span) = heading_span(one.text, *heading) {
                finding = finding.and(span, "a heading that may be meant");
            }
        }
        if let Some(heading) = one.near.first().and_then(|h| one.text.headings.get(*h)) {
            findings.push(finding.help(format!("call it as the document does: `\"{}\"`", heading.text)));
            continue;
        }
        let words = |text: &Text, at| format!("words that are cited stand here, {}", heading(text, at));
        finding = with_sentences(finding, one.text, &one.elsewhere, words);
        let there = one.elsewhere.first().and_then(|at| one.text.sentences.get(*at));
        findings.push(match there.and_then(|s| one.text.heading(s)) {
            Some(heading) => {
                finding.help(format!("if that is the place, call it as the document does: `\"{heading}\"`"))
            }
            None => with_headings(finding, one.text)
                .help("give it the words of a heading of the document as its title")
                .help("without a title, what it cites is looked for in all of the document"),
        });
    }
}

/// The same finding with the headings that there are.
fn with_headings(finding: Finding, text: &Text) -> Finding {
    let shown: Vec<&str> = text.headings.iter().take(LISTED).map(|h| h.text.as_str()).collect();
    match text.headings.len().saturating_sub(LISTED) {
        _ if shown.is_empty() => finding.note("it has no heading at all"),
        0 => finding.note(format!("it has {}", listed(&shown))),
        more => finding.note(format!("it has `{}`, and {more} more", shown.join("`, `"))),
    }
}

/// How many headings are listed.
const LISTED: usize = 8;

/// How many places of cited words are shown.
const SHOWN: usize = 3;

/// A heading that is not there.
struct Missing<'a> {
    document: &'a str,
    text: &'a Text,
    title: &'a str,
    citation: Span,
    /// Headings that may be meant.
    near: &'a [usize],
    /// Sentences with the words that are cited.
    elsewhere: Vec<usize>,
    count: usize,
}

/// The place whose title a citation in another place is looked for under.
fn titled(policy: &Policy, place: usize) -> usize {
    let mut at = place;
    while let Some(here) = policy.places.get(at).filter(|p| p.title.is_none()) {
        match here.parent {
            Some(parent) => at = parent,
            None => break,
        }
    }
    at
}
