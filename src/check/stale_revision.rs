//! A document that states an older date than the newest revision that it lists.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};

/// The check.
pub const CHECK: Check = Check {
    name: "stale-revision",
    level: Level::Error,
    family: Family::Dates,
    page: include_str!("../../docs/checks/stale-revision.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let Some((stated, listed)) = context.analysis.policy.revised.split_first() else { return };
    let Some(newest) = listed.iter().max_by_key(|r| r.date).filter(|r| r.date > stated.date) else { return };
    let said = |description: &Option<String>, otherwise: &str| match description {
        Some(words) => format!("in the document: {words}"),
        None => otherwise.to_owned(),
    };
    findings.push(
        CHECK
            .finding(
                format!(
                    "the document states {} as its date, and lists a revision of {}",
                    stated.date, newest.date
                ),
                stated.span,
            )
            .at(said(&stated.description, "the date that it states"))
            .and(newest.span, said(&newest.description, "the newest revision that it lists"))
            .help("mend the date in the document, then write the new one here first"),
    );
}
