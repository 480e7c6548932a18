//! A lock that does not have the document or its citations as they are, where nobody needs to look again.

use super::cited::lock_command;
use crate::document::lock::FILE;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};

/// The check.
pub const CHECK: Check = Check {
    name: "outdated-lock",
    level: Level::Note,
    family: Family::Documents,
    page: include_str!("../../docs/checks/outdated-lock.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for entry in &context.documents.entries {
        if entry.text.is_err() || context.documents.locks.get(&entry.unit).is_some_and(|l| l.lock.is_err()) {
            continue;
        }
        let command = lock_command(entry, &[]);
        match (&entry.locked, &entry.comparison) {
            (None, _) if !entry.cited.is_empty() => findings.push(
                CHECK
                    .finding(format!("`{FILE}` knows nothing of this document"), entry.span)
                    .at("edits of what is cited go unnoticed")
                    .help(format!("write it: {command}")),
            ),
            (Some(_), Some(now)) if now.changes.is_empty() && now.new + now.gone + now.unknown + now.dropped > 0 => {
                let parts = [
                    (now.new, "sentence is new", "sentences are new"),
                    (now.gone, "that nothing cited is gone", "that nothing cited are gone"),
                    (now.unknown, "citation is new", "citations are new"),
                    (now.dropped, "citation was taken back", "citations were taken back"),
                ];
                let words: Vec<String> = parts
                    .into_iter()
                    .filter(|(n, ..)| *n > 0)
                    .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
                    .collect();
                findings.push(
                    CHECK
                        .finding(format!("`{FILE}` is behind this document: {}", words.join(", ")), entry.span)
                        .help(format!("bring it up to date: {command}")),
                );
            }
            _ => {}
        }
    }
}
