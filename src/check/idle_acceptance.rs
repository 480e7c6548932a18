//! An acceptance that nothing needs: what it was written for is gone, or it never matched.
//!
//! Run behind all other checks, by [`super::acceptance::report`].

use super::acceptance::CONTRADICTION;
use super::folders::Folders;
use super::{CHECKS, Check, Context, Family, find};
use crate::diagnostic::{Finding, Level};
use crate::policy::Acceptance;

/// The check.
pub const CHECK: Check = Check {
    name: "idle-acceptance",
    level: Level::Error,
    family: Family::Dates,
    page: include_str!("../../docs/checks/idle-acceptance.md"),
    run: None,
};

/// The acceptances that hold today and cover nothing. Those of a policy that this one extends are
/// not its author's to change, and what they covered may be settled here.
pub(super) fn report(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    if analysis.space.undecided.get() > 0 || analysis.space.worlds.exhausted() {
        return; // what an acceptance covers may be what could not be decided
    }
    let folders = Folders::new(analysis);
    for (i, acceptance) in analysis.policy.acceptances.iter().enumerate() {
        let holds = analysis.today <= acceptance.until;
        if holds && !context.acceptances.is_used(i) && folders.is_own(acceptance.span) {
            findings.push(finding(acceptance));
        }
    }
}

fn finding(acceptance: &Acceptance) -> Finding {
    let kind = &acceptance.kind;
    if kind != CONTRADICTION && find(kind).is_none() {
        let finding = CHECK.finding(format!("no check is called `{kind}`"), acceptance.kind_span);
        return finding.help(match nearest(kind) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`accept` is followed by the name that a finding shows, or by `contradiction`".to_owned(),
        });
    }
    let finding = CHECK.finding("this accepts a finding that is not there", acceptance.span).at(
        match &acceptance.with {
            Some((with, _)) => format!("no `{kind}` of `{}` with `{with}` is found", acceptance.of.0),
            None => format!("no `{kind}` of `{}` is found", acceptance.of.0),
        },
    );
    if kind == CONTRADICTION && acceptance.with.is_none() {
        return finding.help("a contradiction is accepted by pairs: `accept contradiction of A with B …`");
    }
    let finding = finding.help("take it out; were the finding to come back, it should be looked at anew");
    finding.fix("take the acceptance out", acceptance.span, "")
}

/// The name of a check that somebody may have meant.
fn nearest(kind: &str) -> Option<&'static str> {
    let names = CHECKS.iter().map(|c| c.name).chain([CONTRADICTION]);
    let near = names.map(|n| (strsim::osa_distance(n, kind), n)).min()?;
    (near.0 <= 2.max(kind.len() / 4)).then_some(near.1)
}
