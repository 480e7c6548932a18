//! A lock that does not have the document or its citations as they are, where nobody needs to look again.

use super::cited::{lock_command, with_sentences};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::lock::FILE;

/// The check.
pub const CHECK: Check = Check {
    name: "outdated-lock",
    level: Level::Note,
    family: Family::Documents,
    page: include_str!("../../docs/checks/outdated-lock.md"),
    run: Some(run),
};

/// How many new sentences are pointed at; the rest are counted.
const SHOWN: usize = 3;

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
            (Some(_), Some(now))
                if now.changes.is_empty() && now.new.len() + now.gone + now.unknown + now.dropped > 0 =>
            {
                let parts = [
                    (now.new.len(), "sentence is new", "sentences are new"),
                    (now.gone, "that nothing cited is gone", "that nothing cited are gone"),
                    (now.unknown, "citation is new", "citations are new"),
                    (now.dropped, "citation was taken back", "citations were taken back"),
                ];
                let words: Vec<String> = parts
                    .into_iter()
                    .filter(|(n, ..)| *n > 0)
                    .map(|(n, one, many)| format!("{n} {}", if n == 1 { one } else { many }))
                    .collect();
                let finding = CHECK
                    .finding(format!("`{FILE}` is behind this document: {}", words.join(", ")), entry.span);
                let shown = now.new.get(..SHOWN).unwrap_or(&now.new);
                let finding = match &entry.text {
                    Ok(text) => with_sentences(finding, text, shown, |_, _| "new".to_owned()),
                    Err(_) => finding,
                };
                let finding = match now.new.len().saturating_sub(SHOWN) {
                    0 => finding,
                    more => finding.note(format!("{more} more that are new are not shown")),
                };
                findings.push(finding.help(format!("bring it up to date: {command}")));
            }
            _ => {}
        }
    }
}
