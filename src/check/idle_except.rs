//! An `except` that takes nothing out of its list.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::source::{Sources, Span};

/// The check.
pub const CHECK: Check = Check {
    name: "idle-except",
    level: Level::Warning,
    family: Family::NamesAndTypes,
    page: include_str!("../../docs/checks/idle-except.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let sources = context.analysis.sources;
    for span in &context.analysis.policy.idle_excepts {
        let words = sources.text(*span);
        let finding = CHECK
            .finding(format!("`except {words}` takes nothing out"), *span)
            .at("not in the list before `except`")
            .help(format!("take out `{words}`, or add to the list what it is to be an exception from"));
        findings.push(match out(sources, *span) {
            Some(span) => finding.fix(format!("take out `{words}`"), span, ""),
            None => finding,
        });
    }
}

/// What goes with the term: the comma before it; else the one behind; else the word `except`. Where
/// a comment stands between them, that is for people.
pub(super) fn out(sources: &Sources, term: Span) -> Option<Span> {
    let text = sources.get(term.source)?.text.as_str();
    let (before, behind) = (text.get(..term.start as usize)?, text.get(term.end as usize..)?);
    let (front, rest) = (before.trim_end(), behind.trim_start());
    if let Some(front) = front.strip_suffix(',') {
        return Some(Span { start: front.len() as u32, ..term });
    }
    if let Some(rest) = rest.strip_prefix(',') {
        return Some(Span { end: (text.len() - rest.trim_start().len()) as u32, ..term });
    }
    let front = front.strip_suffix("except")?.trim_end();
    Some(Span { start: front.len() as u32, ..term })
}
