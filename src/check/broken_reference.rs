//! A cross-reference in the document to a heading that it does not have.

use super::cited::heading_span;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::references::broken;

/// The check.
pub const CHECK: Check = Check {
    name: "broken-reference",
    level: Level::Warning,
    family: Family::Documents,
    page: include_str!("../../docs/checks/broken-reference.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for entry in &context.documents.entries {
        let Ok(text) = &entry.text else { continue };
        for reference in broken(text) {
            let what = if reference.link { "link" } else { "reference" };
            let message =
                format!("this {what} leads nowhere: the document has no heading `{}`", reference.names);
            let mut finding = CHECK.finding(message, reference.span);
            if let Some(span) = reference.near.and_then(|h| heading_span(text, h)) {
                finding = finding.and(span, "the heading that comes nearest");
            }
            let near = reference.near.and_then(|h| text.headings.get(h));
            findings.push(match near {
                Some(heading) if reference.link => {
                    finding.help(format!("if that is meant, have it lead to `#{}`", heading.slug))
                }
                Some(heading) => finding.help(format!("if that is meant, have it say `{}`", heading.text)),
                None => finding.help("have the document mended: readers are sent to what is not there"),
            });
        }
    }
}
