//! A permission that lies within prohibitions: nothing of it is left.

use super::{Check, Context, Family};
use crate::check::conflict::{Kind, Void};
use crate::check::{witness, wording};
use crate::diagnostic::{Finding, Level, Relation};

/// The check.
pub const CHECK: Check = Check {
    name: "void-permission",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/void-permission.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for void in &context.conflicts.voids {
        findings.extend(finding(context, void));
    }
}

fn finding(context: &Context<'_>, void: &Void) -> Option<Finding> {
    let analysis = context.analysis;
    let permission = analysis.rules.get(void.permission)?;
    let first = void.cover.first()?;
    let accepted = void.cover.iter().all(|m| {
        analysis.rules.get(m.prohibition).is_some_and(|f| {
            context.acceptances.pair(analysis, Kind::VoidPermission, permission.statement, f.statement)
        })
    });
    if accepted {
        context.acceptances.left_out();
        return None;
    }
    let mut finding = CHECK
        .finding("this permission can never be used", wording::span(analysis, permission.statement))
        .at("permitted here")
        .witness(witness::describe(analysis, &first.flow));
    for meeting in &void.cover {
        let rule = analysis.rules.get(meeting.prohibition)?;
        finding = finding.and(wording::span(analysis, rule.statement), wording::prohibited(analysis, rule));
    }
    let prohibition = analysis.rules.get(first.prohibition)?;
    if void.cover.len() > 1 {
        finding = finding.note(format!(
            "the {} prohibitions cover all of the permission together, and none of them can be spared",
            void.cover.len()
        ));
    } else {
        let differences = wording::differences(analysis, permission, prohibition);
        finding.primary.relations = differences
            .into_iter()
            .filter(|(_, r)| matches!(r, Relation::Narrower | Relation::Overlapping | Relation::Wider))
            .collect();
        let noun = wording::noun(analysis, prohibition);
        finding = finding.note(format!("{noun} covers all of the permission"));
    }
    let prevails = match wording::name(analysis, prohibition.statement) {
        Some(label) => format!("if the permission should prevail, say so at its end: `notwithstanding {label}`"),
        None => format!(
            "if the permission should prevail, {}",
            wording::prevail(analysis, permission.statement, prohibition.statement)
        ),
    };
    Some(finding.help(prevails).help("if the prohibition should, strike the permission"))
}
