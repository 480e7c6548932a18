//! A citation whose words the document does not have.

use super::cited::{citations, with_former, with_sentences};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::citation::Outcome;
use crate::document::compare::Kind;
use crate::document::fold::fold;
use crate::document::text::Text;

/// The check.
pub const CHECK: Check = Check {
    name: "citation-not-found",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/citation-not-found.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (entry, text, cited) in citations(context) {
        let Outcome::Nowhere { near } = &cited.outcome else { continue };
        let message = format!("no sentence of `{}` has the words that `{}` cites", entry.shown, cited.label);
        let mut finding = CHECK.finding(message, cited.citation.span).at("these words are not there");
        let unresolved = entry.comparison.iter().flat_map(|c| &c.changes).find(|change| {
            let number = entry.cited.iter().position(|c| std::ptr::eq(c, cited));
            matches!(change.kind, Kind::Unresolved(_)) && number.is_some_and(|n| change.cited.contains(&n))
        });
        let fragment = fold(&cited.citation.fragment);
        if let Some((span, what)) = text.no_sentence(&fragment).filter(|_| !fragment.is_empty()) {
            findings.push(
                finding
                    .and(span, format!("the words of {what}, which is no sentence"))
                    .help(format!("strike the citation: {what} promises nothing, and is not counted")),
            );
            continue;
        }
        if let Some(Kind::Unresolved(Some(at))) = unresolved.map(|u| u.kind) {
            let words = |_: &Text, _| "most like the sentence that was locked".to_owned();
            finding = with_sentences(finding, text, &[at], words);
        } else {
            finding =
                with_sentences(finding, text, near, |_, _| "a sentence with most of these words".to_owned());
        }
        if let Some(change) = unresolved {
            finding = finding
                .note("the sentence was there when the lock was written, and was changed or struck since");
            let line = entry.locked.as_ref().and_then(|locked| locked.sentences.get(change.line));
            finding = line.into_iter().fold(finding, |finding, line| with_former(finding, entry, line));
        }
        findings.push(
            finding
                .help("cite a few words as they stand in the document, within one sentence")
                .help("if the sentence was struck, strike the clause that rests on it"),
        );
    }
}
