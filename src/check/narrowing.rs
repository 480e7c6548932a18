//! What a `requires` narrows: how many permissions hold only where its condition does.

use super::standing::statement;
use super::{Check, Context, Family, witness, wording};
use crate::check::conflict::meeting;
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::Flow;
use crate::flow::search::Answer;
use crate::policy::Modal;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use crate::policy::rules::{Effect, Origin};
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "narrowing",
    level: Level::Note,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/narrowing.md"),
    run: Some(run),
};

/// How many permissions are pointed at; the rest are counted.
const SHOWN: usize = 3;

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    for (id, requirement) in analysis.policy.statements.iter().enumerate() {
        if requirement.modal != Modal::Requires {
            continue;
        }
        let mut narrowed: BTreeSet<StatementId> = BTreeSet::new();
        let mut example: Option<Flow> = None;
        // One that never prohibits has no rule: its condition always holds, which is said elsewhere.
        let Some(rule) = analysis.rules_of(id).next() else { continue };
        for permission in permissions_met(analysis, rule) {
            let Some(owner) = analysis.rules.get(permission).map(|r| r.statement) else { continue };
            if !narrowed.contains(&owner)
                && let Answer::Found(flow, _) = meeting(analysis, permission, rule)
            {
                narrowed.insert(owner);
                example.get_or_insert(flow);
            }
        }
        findings.push(finding(analysis, id, &narrowed, example.as_ref()));
    }
}

fn permissions_met(analysis: &Analysis<'_>, requirement: RuleId) -> Vec<RuleId> {
    let boxes = analysis.rules.get(requirement).into_iter().flat_map(|r| &r.boxes);
    let mut met: Vec<RuleId> = boxes.flat_map(|b| analysis.candidates_of(b, Effect::Permit)).collect();
    met.sort_unstable();
    met.dedup();
    met.retain(|r| {
        analysis.rules.get(*r).is_some_and(|rule| {
            rule.origin == Origin::Said
                && statement(analysis, rule.statement).is_some_and(|s| s.right.is_none())
        })
    });
    met
}

fn finding(
    analysis: &Analysis<'_>,
    id: StatementId,
    narrowed: &BTreeSet<StatementId>,
    example: Option<&Flow>,
) -> Finding {
    let span = wording::span(analysis, id);
    let Some(flow) = example else {
        return CHECK
            .finding("this requirement narrows no permission", span)
            .note("what it speaks of is permitted nowhere, or only where the condition holds already")
            .help("write the permission that it was meant for, or take it out");
    };
    let message = match narrowed.len() {
        1 => "this requirement narrows a permission".to_owned(),
        n => format!("this requirement narrows {n} permissions"),
    };
    let mut finding = CHECK.finding(message, span).witness(witness::describe(analysis, flow));
    for one in narrowed.iter().take(SHOWN) {
        finding = finding.and(wording::span(analysis, *one), "holds only where the requirement is met");
    }
    match narrowed.len().saturating_sub(SHOWN) {
        0 => finding,
        more => finding.note(format!("and {more} more")),
    }
}
