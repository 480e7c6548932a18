//! A permission that lies within prohibitions: nothing of it is left.

use super::{Check, Context, Family};
use crate::check::contradictions::{Pair, SHOWN, hidden};
use crate::check::{witness, wording};
use crate::diagnostic::{Finding, Level, Relation};
use crate::policy::analysis::{RuleId, StatementId};

/// The check.
pub const CHECK: Check = Check {
    name: "void-permission",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/void-permission.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    for (permission, cover) in &context.contradictions.voids {
        findings.extend(finding(context, *permission, cover));
    }
}

fn finding(context: &Context<'_>, id: RuleId, cover: &[RuleId]) -> Option<Finding> {
    let analysis = context.analysis;
    let permission = analysis.rules.get(id)?;
    // A statement that prohibits in several ways is one prohibition to a reader.
    let mut cover = cover.to_vec();
    cover.dedup_by_key(|r| analysis.rules.get(*r).map(|rule| rule.statement));
    let first = *cover.first()?;
    let mut finding = CHECK
        .finding("this permission can never be used", wording::span(analysis, permission.statement))
        .at("permitted here")
        .witness(witness::meeting(analysis, Pair { permission: id, prohibition: first })?);
    for prohibition in cover.iter().take(SHOWN) {
        let rule = analysis.rules.get(*prohibition)?;
        finding = finding.and(wording::span(analysis, rule.statement), wording::prohibited(analysis, rule));
    }
    let prohibition = analysis.rules.get(first)?;
    if cover.len() > 1 {
        finding = hidden(cover.len()).into_iter().fold(finding, Finding::note);
        finding = finding.note(format!(
            "the {} prohibitions cover all of the permission together, and none of them can be spared",
            cover.len()
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
    let of = |r: &RuleId| analysis.rules.get(*r).map(|rule| rule.statement);
    let over: Vec<StatementId> = cover.iter().filter_map(of).collect();
    let labels: Option<Vec<&str>> = over.iter().map(|s| wording::name(analysis, *s)).collect();
    let prevails = match labels {
        Some(labels) => {
            format!(
                "if the permission should prevail, say so at its end: `notwithstanding {}`",
                labels.join(", ")
            )
        }
        None => format!(
            "if the permission should prevail, {}",
            wording::prevail(analysis, permission.statement, &over)
        ),
    };
    let strike = match over.len() {
        1 => "if the prohibition should, strike the permission",
        _ => "if the prohibitions should, strike the permission",
    };
    Some(finding.help(prevails).help(strike))
}
