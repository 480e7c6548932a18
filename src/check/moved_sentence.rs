//! A cited sentence that stands under another heading than it did.

use super::cited::{Changed, changes, heading, listed, lock_command, whole};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::compare::Kind;
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

/// How many further sentences are pointed at.
const SHOWN: usize = 4;

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
        let (rest, stands) = match (group.len(), labels.len()) {
            (1, 1) => ("the sentence that {} rests on", "stands"),
            (1, _) => ("the sentence that {} rest on", "stands"),
            (_, 1) => ("sentences that {} rests on", "stand"),
            (_, _) => ("sentences that {} rest on", "stand"),
        };
        let rest = rest.replace("{}", &listed(&labels));
        let count = if group.len() == 1 { String::new() } else { format!("{} ", group.len()) };
        let message = format!("{count}{rest} now {stands} under another heading");
        let mut finding = first
            .finding(context, &CHECK, message)
            .about(group.iter().flat_map(|(c, _)| c.subjects(context)))
            .and(sentence.span, whole(sentence, &format!("it now stands {}", heading(first.text, *now))));
        for (other, at) in group.iter().skip(1).take(SHOWN) {
            if let Some(sentence) = other.text.sentences.get(*at) {
                finding = finding.and(sentence.span, "and this");
            }
        }
        let slug = old.rsplit('/').next().unwrap_or_default();
        let renamed = !old.is_empty() && first.text.headings.iter().all(|h| h.slug != slug);
        finding = finding.note(format!(
            "{} stood {}{}",
            if group.len() == 1 { "it" } else { "they" },
            first.stood(),
            if renamed { ", which is not there any more: it may have been renamed" } else { "" }
        ));
        findings.push(
            finding
                .help("see whether it means the same there: a heading can widen or narrow what is under it")
                .help(format!("then accept it: {}", lock_command(first.entry, &labels))),
        );
    }
}

/// Two paths without the headings at their ends that are the same.
fn differing<'a>(mut old: &'a str, mut new: &'a str) -> (&'a str, &'a str) {
    while let (Some((above, last)), Some((now_above, now_last))) =
        (old.rsplit_once('/'), new.rsplit_once('/'))
    {
        if last != now_last {
            break;
        }
        (old, new) = (above, now_above);
    }
    (old, new)
}
