//! A document that is cited and is not there, so that no citation was verified.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::documents::Missing;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "absent-document",
    level: Level::Note,
    family: Family::Documents,
    page: include_str!("../../docs/checks/absent-document.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let documents = context.documents;
    findings.extend(unnamed(context));
    for entry in &documents.entries {
        let Err(Missing::Absent(why)) = &entry.text else { continue };
        let count = entry.cited.len();
        if count == 0 && !documents.required {
            continue;
        }
        let message = match count {
            1 => format!("the document `{}` is not at hand, so 1 citation was not verified", entry.written),
            n => {
                format!("the document `{}` is not at hand, so {n} citations were not verified", entry.written)
            }
        };
        let mut finding = CHECK.finding(message, entry.span).at(format!("`{}`: {why}", entry.shown));
        if documents.required {
            finding.level = Level::Error;
        }
        if let Some(locked) = &entry.locked {
            let known: BTreeSet<(&str, &str)> = locked
                .sentences
                .iter()
                .flat_map(|l| &l.cites)
                .map(|c| (c.by.as_str(), c.fragment.as_str()))
                .collect();
            let met = entry.cited.iter().filter(|c| known.contains(&(c.label, c.fragment.as_str()))).count();
            finding = finding.note(format!(
                "the lock was written with the document at hand, and has {met} of these {count} citations"
            ));
        }
        let option = entry.label.map_or(String::new(), |label| format!("{label}="));
        findings.push(finding.help(format!("say where it is: `--document {option}PATH`")));
    }
}

/// The policy cites a document, and its header names none.
fn unnamed(context: &Context<'_>) -> Option<Finding> {
    let (policy, astray) = (context.analysis.policy, &context.documents.astray);
    let (first, rest) = astray.split_first()?;
    let citations = match rest.len() {
        0 => "1 citation was".to_owned(),
        more => format!("{} citations were", more + 1),
    };
    let message = match policy.documents.as_slice() {
        [] => format!("the header names no document, so {citations} not verified"),
        _ => format!("no document that the header names is meant, so {citations} not verified"),
    };
    let mut finding =
        CHECK.finding(message, policy.span).at("the policy").and(first.span, "the first of them");
    if context.documents.required {
        finding.level = Level::Error;
    }
    Some(finding.help("name the document in the header: `document \"PATH\";`"))
}
