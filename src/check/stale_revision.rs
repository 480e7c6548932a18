//! A document that states an older date than the newest revision that it lists, by the header's word or its
//! own.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::dates::{Dates, dates};
use crate::policy::Revision;

/// The check.
pub const CHECK: Check = Check {
    name: "stale-revision",
    level: Level::Error,
    family: Family::Dates,
    page: include_str!("../../docs/checks/stale-revision.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let revised = &context.analysis.policy.revised;
    let texts = context.documents.entries.iter().filter_map(|e| e.text.as_ref().ok());
    let documents: Vec<Dates> = texts.map(dates).collect();
    // the header's dates are those of its only document
    let only = match documents.as_slice() {
        [one] if context.documents.entries.len() == 1 => one.clone(),
        _ => Dates::default(),
    };
    if let Some(finding) = by_header(revised, &only) {
        findings.push(finding);
        return;
    }
    for document in &documents {
        let Some((stated, span)) = document.stated else { continue };
        let newest = document.history.iter().max_by_key(|(date, _)| *date).filter(|(date, _)| *date > stated);
        if let Some((newest, listed)) = newest {
            findings.push(
                CHECK
                    .finding(
                        format!("the document states {stated} as its date, and lists a revision of {newest}"),
                        span,
                    )
                    .at("the date that it states")
                    .and(*listed, "the newest revision that it lists")
                    .help("have the date in the document mended"),
            );
        }
    }
    let (Some((stated, span)), true) = (only.stated, findings.iter().all(|f| f.check != CHECK.name)) else {
        return;
    };
    let newest = revised.iter().max_by_key(|r| r.date);
    if let Some(newest) = newest.filter(|r| r.date > stated) {
        findings.push(
            CHECK
                .finding(
                    format!("the document states {stated} as its date, and was revised on {}", newest.date),
                    span,
                )
                .at("the date that it states")
                .and(newest.span, "the newest revision by the header")
                .help("have the date in the document mended, or mend the header"),
        );
    } else if let Some(first) = revised.first().filter(|first| first.date < stated) {
        findings.push(
            CHECK
                .finding(
                    format!("the document states {stated} as its date, and the header {}", first.date),
                    first.span,
                )
                .at("older than what the document states")
                .and(span, "the date that the document states")
                .help(format!("see what was revised, then write it here: `revised {stated};`")),
        );
    }
}

/// The finding that the header itself gives reason for, with the places in the document that it speaks of.
fn by_header(revised: &[Revision], document: &Dates) -> Option<Finding> {
    let (stated, listed) = revised.split_first()?;
    let newest = listed.iter().max_by_key(|r| r.date).filter(|r| r.date > stated.date)?;
    let said = |description: &Option<String>, otherwise: &str| match description {
        Some(words) => format!("in the document: {words}"),
        None => otherwise.to_owned(),
    };
    let mut finding = CHECK
        .finding(
            format!(
                "the document states {} as its date, and lists a revision of {}",
                stated.date, newest.date
            ),
            stated.span,
        )
        .at(said(&stated.description, "the date that it states"))
        .and(newest.span, said(&newest.description, "the newest revision that it lists"));
    if let Some((_, span)) = document.stated.filter(|(date, _)| *date == stated.date) {
        finding = finding.and(span, "stated here");
    }
    if let Some((_, span)) = document.history.iter().find(|(date, _)| *date == newest.date) {
        finding = finding.and(*span, "listed here");
    }
    Some(finding.help("mend the date in the document, then write the new one here first"))
}
