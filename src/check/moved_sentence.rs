//! A cited sentence that stands under another heading than it did.

use super::cited::{Changed, changes, heading, listed, lock_command};
use crate::document::compare::Kind;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub const CHECK: Check = Check {
    name: "moved-sentence",
    level: Level::Error,
    family: Family::Documents,
    page: include_str!("../../docs/checks/moved-sentence.md"),
    run: Some(run),
};

/// In which document, from under which headings to under which.
type Move<'a> = (Span, &'a str, &'a str);

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    // a heading that was renamed moves all that stands under it, and is one change
    let mut groups: BTreeMap<Move<'_>, Vec<(Changed<'_>, usize)>> = BTreeMap::new();
    let all = changes(context);
    for change in all {
        let Kind::Moved(now) = change.change.kind else { continue };
        let Some(sentence) = change.text.sentences.get(now) else { continue };
        // a citation that does not find it under its own heading has said so
        let found = |c: &usize| change.entry.cited.get(*c).is_some_and(|c| c.sentence().is_some());
        if change.change.cited.is_empty() || change.change.cited.iter().any(found) {
            let (old, new) = differing(&change.line.under, change.text.path(sentence));
            groups.entry((change.entry.span, old, new)).or_default().push((change, now));
        }
    }
    for ((_, old, _), group) in groups {
        let Some((first, now)) = group.first() else { continue };
        let Some(sentence) = first.text.sentences.get(*now) else { continue };
        let labels: BTreeSet<&str> = group.iter().flat_map(|(c, _)| c.labels()).collect();
        let labels: Vec<&str> = labels.into_iter().collect();
        let message = match group.len() {
            1 => format!("the sentence that {} rests on was moved since it was locked", listed(&labels)),
            n => format!("{n} sentences that {} rest on were moved since they were locked", listed(&labels)),
        };
        let stood = if old.is_empty() { "above the first heading".to_owned() } else { format!("under `{old}`") };
        findings.push(
            first
                .finding(context, &CHECK, message)
                .about(group.iter().flat_map(|(c, _)| c.subjects(context)))
                .and(sentence.span, format!("it now stands {}", heading(first.text, *now)))
                .note(format!("it stood {stood}"))
                .help("see whether it means the same there: a heading can widen or narrow what is under it")
                .help(format!("then accept it: {}", lock_command(first.entry, &labels))),
        );
    }
}

/// Two paths without the headings at their ends that are the same.
fn differing<'a>(mut old: &'a str, mut new: &'a str) -> (&'a str, &'a str) {
    while let (Some((above, last)), Some((now_above, now_last))) = (old.rsplit_once('/'), new.rsplit_once('/')) {
        if last != now_last {
            break;
        }
        (old, new) = (above, now_above);
    }
    (old, new)
}
