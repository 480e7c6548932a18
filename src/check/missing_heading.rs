//! A clause or section that is named after a heading which the document does not have.

use super::cited::{citations, heading, heading_span, with_sentences};
use crate::document::citation::Outcome;
use crate::document::text::Text;
use crate::policy::Policy;
use std::collections::BTreeSet;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};

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
    let mut seen = BTreeSet::new();
    for (entry, text, cited) in citations(context) {
        let Outcome::NoHeading { near, elsewhere } = &cited.outcome else { continue };
        let place = titled(policy, cited.place);
        if !seen.insert((entry.span, place)) {
            continue;
        }
        let title = cited.citation.heading.as_deref().unwrap_or_default();
        let span = policy.places.get(place).map_or(cited.citation.span, |p| p.span);
        let mut finding = CHECK
            .finding(format!("`{}` has no heading `{title}`", entry.shown), span)
            .at("what is cited here is looked for under that heading");
        for heading in near {
            if let Some(span) = heading_span(text, *heading) {
                finding = finding.and(span, "a heading that may be meant");
            }
        }
        if near.is_empty() {
            let words = |text: &Text, at| format!("the words that are cited stand here, {}", heading(text, at));
            finding = with_sentences(finding, text, elsewhere, words);
        }
        findings.push(match near.first().and_then(|h| text.headings.get(*h)) {
            Some(heading) => finding.help(format!("call it as the document does: `\"{}\"`", heading.text)),
            None => finding.help("give it the words of a heading of the document as its title, or no title"),
        });
    }
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
