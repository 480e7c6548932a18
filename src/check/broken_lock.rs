//! A lock that cannot be read, so that nothing is known of what was reviewed.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::lock::FILE;
use crate::source::Span;

/// The check.
pub const CHECK: Check = Check {
    name: "broken-lock",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/broken-lock.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let documents = context.documents;
    for (unit, read) in &documents.locks {
        let Err(broken) = &read.lock else { continue };
        let entry = documents.entries.iter().find(|e| e.unit == *unit);
        let text = read.source.and_then(|s| context.analysis.sources.get(s).map(|text| (s, text)));
        let line = text.and_then(|(source, text)| {
            let range = text.line_range(broken.line.saturating_sub(1))?;
            Some(Span { source, start: range.start as u32, end: range.end as u32 })
        });
        let Some(entry) = entry else { continue };
        let message = match &broken.of {
            Some(of) => {
                format!("`{FILE}` is of a policy `{of}`, and this one is `{}`", context.analysis.policy.label)
            }
            None => format!("`{FILE}` cannot be read: {}", broken.message),
        };
        let finding = CHECK.finding(message, entry.span).at("the lock of this document");
        let finding = match line {
            Some(line) => finding.and(line, if broken.of.is_some() { "named here" } else { "up to here" }),
            None => finding,
        };
        let finding = finding.note("what it remembers of the document is not compared with the text");
        findings.push(if broken.of.is_some() {
            finding.help("if the policy got another name, look at all citations again and write it anew: `caveat lock --accept-all`")
        } else {
            finding.help("bring back the last good one from its history, or look at all citations again and write it anew: `caveat lock --accept-all`")
        });
    }
}
