//! A citation whose words several sentences have.

use super::cited::{citations, with_sentences};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::citation::Outcome;

/// The check.
pub const CHECK: Check = Check {
    name: "ambiguous-citation",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/ambiguous-citation.md"),
    run: Some(run),
};

/// How many of the sentences are shown.
const MOST_SHOWN: usize = 4;

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (entry, text, cited) in citations(context) {
        let Outcome::Several(found) = &cited.outcome else { continue };
        let message = match cited.citation.heading {
            Some(_) => {
                format!("{} sentences under this heading of `{}` have these words", found.len(), entry.shown)
            }
            None => format!("{} sentences of `{}` have these words", found.len(), entry.shown),
        };
        let finding = CHECK.finding(message, cited.citation.span).at("a citation is of one sentence");
        let shown = found.get(..found.len().min(MOST_SHOWN)).unwrap_or_default();
        findings.push(
            with_sentences(finding, text, shown, |_, _| "here".to_owned())
                .help("cite more words, as many as only one of them has")
                .help(
                    "if they stand under different headings, give the clause the nearer heading as its title",
                ),
        );
    }
}
