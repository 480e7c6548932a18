//! A sentence that was cited, and is neither in the document nor cited any more.

use super::cited::{changes, listed, lock_command, with_sentences};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::compare::Kind;

/// The check.
pub const CHECK: Check = Check {
    name: "vanished-sentence",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/vanished-sentence.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for change in changes(context) {
        let Kind::Vanished(near) = change.change.kind else { continue };
        let labels = change.labels();
        let message = format!("a sentence that {} rested on is gone from the document", listed(&labels));
        let finding = change.finding(context, &CHECK, message);
        let near: Vec<usize> = near.into_iter().collect();
        let finding = with_sentences(finding, change.text, &near, |_, _| "most like it now".to_owned());
        findings.push(
            change
                .with_former(finding)
                .note(format!("it stood {}", change.stood()))
                .help("strike or mend what rested on it")
                .help(format!("then let the lock forget it: {}", lock_command(change.entry, &labels))),
        );
    }
}
