//! A document that is there and cannot be read, or is larger than is read.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::documents::Missing;

/// The check.
pub const CHECK: Check = Check {
    name: "unreadable-document",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/unreadable-document.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for entry in &context.documents.entries {
        let Err(Missing::Refused(why, place)) = &entry.text else { continue };
        let message = format!("the document `{}` is not read: {why}", entry.written);
        let finding = CHECK.finding(message, entry.span).at(format!("`{}`", entry.shown));
        findings.push(match place {
            Some(span) => finding.and(*span, "up to here"),
            None => finding,
        });
    }
}
