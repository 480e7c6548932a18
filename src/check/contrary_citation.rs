//! A cited sentence whose own words say otherwise than what is encoded.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::contrary::{Says, says};
use crate::document::documents::{Cited, Entry};
use crate::document::lock::Role;
use crate::policy::{Action, Modal, Policy, Statement};
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub const CHECK: Check = Check {
    name: "contrary-citation",
    level: Level::Warning,
    family: Family::Documents,
    page: include_str!("../../docs/checks/contrary-citation.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.analysis.policy;
    for entry in &context.documents.entries {
        let Ok(text) = &entry.text else { continue };
        for (at, cited) in by_sentence(entry) {
            let Some(sentence) = text.sentences.get(at) else { continue };
            let encoded: Vec<&&Cited<'_>> = cited.iter().filter(|c| c.role == Role::Encoded).collect();
            let Some(first) = encoded.first() else { continue };
            let places: BTreeSet<usize> = encoded.iter().map(|c| c.place).collect();
            // what a sentence also promises, or reports, is not for its statements to say
            let read_otherwise = cited.iter().any(|c| c.role != Role::Encoded);
            for said in says(&sentence.folded) {
                let Some((message, statement)) = contrary(policy, &places, &said, read_otherwise) else { continue };
                findings.push(
                    CHECK
                        .finding(message, first.citation.span)
                        .at("cited here")
                        .and(sentence.span, format!("it says `{}`", said.words()))
                        .and(statement.span, "encoded so")
                        .help("encode what the sentence says, or cite the sentence that says this")
                        .help("if it says both, encode both, each in a clause that cites it"),
                );
            }
        }
    }
}

/// The citations of each sentence.
fn by_sentence<'a>(entry: &'a Entry<'a>) -> BTreeMap<usize, Vec<&'a Cited<'a>>> {
    let mut out: BTreeMap<usize, Vec<&Cited<'_>>> = BTreeMap::new();
    for cited in &entry.cited {
        if let Some(at) = cited.sentence() {
            out.entry(at).or_default().push(cited);
        }
    }
    out
}

/// What is wrong, and the statement that shows it.
fn contrary<'p>(
    policy: &'p Policy,
    places: &BTreeSet<usize>,
    said: &Says,
    read_otherwise: bool,
) -> Option<(String, &'p Statement)> {
    let other_norms = policy.rights.iter().any(|r| places.contains(&r.place))
        || policy.duties.iter().any(|d| places.contains(&d.place));
    let statements: Vec<&Statement> = policy.statements.iter().filter(|s| places.contains(&s.place)).collect();
    let first = *statements.first()?;
    match said {
        Says::Not(words) => {
            let plain = statements.iter().all(|s| is_plain_permission(s));
            let wrong = plain && !other_norms && !read_otherwise;
            wrong.then(|| (format!("the sentence says `{words}`, and what rests on it only permits"), first))
        }
        Says::Sell(words) => {
            let speaks = |s: &&Statement| {
                let verbs = &s.actions;
                verbs.iter().any(|a| matches!(a, Action::Sell | Action::Rent))
                    || s.modal == Modal::MustNot && verbs.iter().any(|a| matches!(a, Action::Share))
            };
            let wrong = !statements.iter().any(speaks) && !read_otherwise;
            wrong.then(|| (format!("the sentence says `{words}`, and no statement that rests on it does"), first))
        }
    }
}

/// A permission without `only`, without a condition: it says no `not` in any way.
fn is_plain_permission(statement: &Statement) -> bool {
    let only = statement.phrases.iter().any(|(_, phrase)| phrase.only.is_some() || !phrase.except.is_empty());
    statement.modal == Modal::May && !only && statement.only_guard.is_none() && statement.conditions.is_empty()
}
