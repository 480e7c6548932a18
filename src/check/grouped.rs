//! One finding per prohibition: the permissions that it meets are its further places.

use super::{Check, Context};
use crate::check::conflict::Kind;
use crate::check::{witness, wording};
use crate::diagnostic::Finding;
use crate::policy::analysis::StatementId;

/// Adds a finding for each prohibition that has meetings of that kind nobody accepted.
pub fn by_prohibition(
    context: &Context<'_>,
    check: &Check,
    kind: Kind,
    findings: &mut Vec<Finding>,
    message: impl Fn(&str, usize) -> String,
) {
    let analysis = context.analysis;
    for (prohibition, group) in context.contradictions.of(kind) {
        let Some(first) = group.shown.first() else { continue };
        let Some(rule) = analysis.rules.get(first.prohibition) else { continue };
        let Some(permission) = analysis.rules.get(first.permission).map(|r| r.statement) else { continue };
        let Some(witness) = witness::meeting(analysis, *first) else { continue };
        let mut finding = check
            .finding(
                message(wording::noun(analysis, rule), group.count),
                wording::span(analysis, prohibition),
            )
            .at(wording::prohibited(analysis, rule))
            .witness(witness);
        finding.secondary.extend(group.shown.iter().filter_map(|pair| wording::permitted(analysis, *pair)));
        finding = group.named(analysis).into_iter().chain(group.hidden()).fold(finding, Finding::note);
        let is_right = |s: StatementId| analysis.policy.statements.get(s).is_some_and(|s| s.right.is_some());
        let met = group.statements(analysis);
        let until = wording::until_deadline(analysis, &met, prohibition);
        finding = until.into_iter().fold(finding, Finding::help);
        let help = if kind == Kind::CarveOut && !is_right(permission) {
            // The wider one prevailing would leave nothing of the exception; that a right should yield goes
            // less without saying.
            format!("if it is one, {}", wording::prevail(analysis, prohibition, &met))
        } else {
            wording::either(analysis, prohibition, &met)
        };
        findings.push(finding.help(help));
    }
}
