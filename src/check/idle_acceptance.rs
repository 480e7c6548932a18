//! An acceptance that nothing needs: what it was written for is gone, or it never matched.
//!
//! Run behind all other checks, by [`super::acceptance::report`].

use super::acceptance::{CONTRADICTION, is_of_pairs, refusal};
use super::folders::Folders;
use super::{CHECKS, Check, Context, Family, cited, find, idle_except};
use crate::diagnostic::{Finding, Level};
use crate::policy::analysis::Analysis;
use crate::policy::{Acceptance, Accepted};

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
        if acceptance.until < analysis.today || !folders.is_own(acceptance.span) {
            continue;
        }
        let idle = |with: bool| -> Vec<&Accepted> {
            let names = if with { &acceptance.with } else { &acceptance.of };
            let names = names.iter().enumerate();
            names.filter(|(n, _)| !context.acceptances.is_used(i, with, *n)).map(|(_, name)| name).collect()
        };
        let (of, with) = (idle(false), idle(true));
        if of.len() == acceptance.of.len() {
            findings.push(finding(acceptance));
        } else {
            findings.extend(of.into_iter().chain(with).map(|name| of_name(analysis, acceptance, name)));
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
    if let Some(why) = refusal(kind) {
        let finding = CHECK.finding(format!("`{kind}` cannot be accepted"), acceptance.kind_span);
        return finding.note(why).help("mend what it points at, and take this out");
    }
    let of = listed(&acceptance.of);
    let what = match acceptance.with.as_slice() {
        [] => format!("no `{kind}` of {of} is found"),
        with => format!("no `{kind}` of {of} with {} is found", listed(with)),
    };
    let finding = CHECK.finding("this accepts a finding that is not there", acceptance.span).at(what);
    if is_of_pairs(kind) && acceptance.with.is_empty() {
        let of = acceptance.of.iter().map(|n| n.name.as_str()).collect::<Vec<_>>().join(", ");
        return finding
            .help(format!("a {kind} is between two: name what it is with, `accept {kind} of {of} with …`"));
    }
    let finding = finding.help("take it out; were the finding to come back, it should be looked at anew");
    finding.fix("take the acceptance out", acceptance.span, "")
}

/// A name in a list of which others are needed.
fn of_name(analysis: &Analysis<'_>, acceptance: &Acceptance, name: &Accepted) -> Finding {
    let (kind, label) = (&acceptance.kind, &name.name);
    let finding = CHECK
        .finding(format!("this accepts a `{kind}` of `{label}`, and there is none"), name.span)
        .at("nothing that is accepted here is about it")
        .help(format!("take out `{label}`; were the finding to come back, it should be looked at anew"));
    match idle_except::out(analysis.sources, name.span) {
        Some(span) => finding.fix(format!("take out `{label}`"), span, ""),
        None => finding,
    }
}

/// Names in a sentence.
fn listed(names: &[Accepted]) -> String {
    let names: Vec<&str> = names.iter().map(|n| n.name.as_str()).collect();
    cited::listed(&names)
}

/// The name of a check that somebody may have meant.
fn nearest(kind: &str) -> Option<&'static str> {
    let names = CHECKS.iter().map(|c| c.name).chain([CONTRADICTION]);
    let near = names.map(|n| (strsim::osa_distance(n, kind), n)).min()?;
    (near.0 <= 2.max(kind.len() / 4)).then_some(near.1)
}
