//! One finding per prohibition: the permissions that it meets are its further places.

use super::{Check, Context};
use crate::check::conflict::{Kind, Meeting};
use crate::check::{witness, wording};
use crate::diagnostic::Finding;
use crate::policy::analysis::StatementId;
use std::collections::{BTreeMap, BTreeSet};

/// How many permissions are named in words; the rest are counted.
const NAMED: usize = 3;

/// Adds a finding for each prohibition that has meetings of that kind nobody accepted.
pub fn by_prohibition(
    context: &Context<'_>,
    check: &Check,
    kind: Kind,
    findings: &mut Vec<Finding>,
    message: impl Fn(&str, usize) -> String,
) {
    let analysis = context.analysis;
    let mut groups: BTreeMap<StatementId, Vec<(StatementId, &Meeting)>> = BTreeMap::new();
    let mut accepted: BTreeSet<StatementId> = BTreeSet::new();
    for meeting in context.conflicts.meetings.iter().filter(|m| m.kind == kind) {
        let (Some(permission), Some(prohibition)) =
            (analysis.rules.get(meeting.permission), analysis.rules.get(meeting.prohibition))
        else {
            continue;
        };
        if context.acceptances.pair(analysis, kind, permission.statement, prohibition.statement) {
            accepted.insert(prohibition.statement);
            continue;
        }
        let group = groups.entry(prohibition.statement).or_default();
        if !group.iter().any(|(s, _)| *s == permission.statement) {
            group.push((permission.statement, meeting));
        }
    }
    accepted.iter().filter(|s| !groups.contains_key(s)).for_each(|_| context.acceptances.left_out());
    for (prohibition, meetings) in &groups {
        let Some((permission, first)) = meetings.first() else { continue };
        let Some(rule) = analysis.rules.get(first.prohibition) else { continue };
        let mut finding = check
            .finding(
                message(wording::noun(analysis, rule), meetings.len()),
                wording::span(analysis, *prohibition),
            )
            .at(wording::prohibited(analysis, rule))
            .witness(witness::describe(analysis, &first.flow));
        finding.secondary.extend(meetings.iter().filter_map(|(_, m)| wording::permitted(analysis, m)));
        let mut labels: Vec<&str> = meetings.iter().map(|(s, _)| wording::label(analysis, *s)).collect();
        labels.dedup();
        if labels.len() > 1 {
            let shown: Vec<String> = labels.iter().take(NAMED).map(|l| format!("`{l}`")).collect();
            let rest = labels.len().saturating_sub(NAMED);
            let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
            finding = finding.note(format!("it meets {}{more}", shown.join(", ")));
        }
        let help = if kind == Kind::CarveOut {
            // The wider one prevailing would leave nothing of the exception.
            format!("if it is one, {}", wording::prevail(analysis, *prohibition, *permission))
        } else {
            wording::either(analysis, *prohibition, *permission)
        };
        findings.push(finding.help(help));
    }
}
