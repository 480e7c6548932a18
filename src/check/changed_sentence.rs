//! A cited sentence with other words than those that the clause was written for.

use super::cited::{changes, listed, lock_command, whole};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::compare::Kind;

/// The check.
pub const CHECK: Check = Check {
    name: "changed-sentence",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/changed-sentence.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for change in changes(context) {
        let Kind::Changed(now) = change.change.kind else { continue };
        let Some(sentence) = change.text.sentences.get(now) else { continue };
        let labels = change.labels();
        let message =
            format!("the sentence that {} rests on has changed since it was locked", listed(&labels));
        let finding = change
            .finding(context, &CHECK, message)
            .and(sentence.span, whole(sentence, "the sentence as it reads now"));
        let before = change.entry.read_before(change.line).map(|(_, s)| s.folded.as_str());
        let finding = if before == Some(sentence.folded.as_str()) {
            finding.note("its words are the same: a link in it leads elsewhere")
        } else {
            finding
        };
        findings.push(
            change
                .with_former(finding)
                .help("read it again, and mend what rests on it where it now says something else")
                .help(format!("then accept it: {}", lock_command(change.entry, &labels))),
        );
    }
}
