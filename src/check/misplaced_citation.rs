//! A citation whose words stand under another heading than its clause is named after.

use super::cited::{citations, heading, with_sentences};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::citation::Outcome;
use crate::document::text::Text;

/// The check.
pub const CHECK: Check = Check {
    name: "misplaced-citation",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/misplaced-citation.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (_, text, cited) in citations(context) {
        let Outcome::Elsewhere(found) = &cited.outcome else { continue };
        let title = cited.citation.heading.as_deref().unwrap_or_default();
        let finding = CHECK
            .finding(format!("these words do not stand under `{title}`"), cited.citation.span)
            .at("looked for under that heading and its sub-headings");
        let words = |text: &Text, at| format!("they stand here, {}", heading(text, at));
        let finding = with_sentences(finding, text, found, words);
        let there = found.first().and_then(|at| text.sentences.get(*at)).and_then(|s| text.heading(s));
        findings.push(match there {
            Some(there) => finding.help(format!(
                "move the citation to a clause of that heading, or put the heading behind this label: `{} \"{there}\" {{`",
                cited.label
            )),
            None => finding.help("cite it in a section without a title, since no heading stands above it"),
        });
    }
}
