//! A right that is exercised through a channel, against another that says `only through`.

use super::contest;
use super::settled::Settled;
use super::{Check, Context, Family, witness};
use crate::diagnostic::{Finding, Level};
use crate::policy::{Norm, Right};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub const CHECK: Check = Check {
    name: "conflicting-channels",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/conflicting-channels.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let rights = &analysis.policy.rights;
    let settled = Settled::new(analysis.policy);
    let mut strict: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (i, right) in rights.iter().enumerate().filter(|(_, r)| r.only_through.is_some()) {
        right.names.iter().for_each(|name| strict.entry(*name).or_default().push(i));
    }
    let mut seen: BTreeSet<(usize, usize)> = BTreeSet::new();
    for (i, right) in rights.iter().enumerate().filter(|(_, r)| !r.through.is_empty()) {
        for only in right.names.iter().filter_map(|n| strict.get(n)).flatten().copied() {
            let Some(other) = rights.get(only) else { continue };
            if only != i
                && seen.insert((i.min(only), i.max(only)))
                && contest::rights(analysis, right, other)
                && !settled.between(Norm::Right(i), Norm::Right(only))
            {
                findings.extend(finding(context, (i, right), (only, other)));
            }
        }
    }
}

fn finding(context: &Context<'_>, one: (usize, &Right), two: (usize, &Right)) -> Option<Finding> {
    let analysis = context.analysis;
    let ((i, right), (only, other)) = match foreign(one.1, two.1) {
        Some(_) => (one, two),
        // Where both say `only`, either may have the channel that the other does not.
        None if one.1.only_through.is_some() => (two, one),
        None => return None,
    };
    let (channel, span) = foreign(right, other)?;
    let worlds = &analysis.space.worlds;
    let both = worlds.and(worlds.holds(&right.when), worlds.holds(&other.when));
    let (a, b) = (analysis.policy.label_of(Norm::Right(i)), analysis.policy.label_of(Norm::Right(only)));
    let finding = CHECK
        .finding(
            format!(
                "this right goes through `{channel}`, and another of its name only through other channels"
            ),
            span,
        )
        .at("through this")
        .and(other.through.iter().map(|t| t.1).fold(other.only_through?, Span::to), "only through this");
    let finding = match witness::circumstances(analysis, both) {
        Some(words) => finding.note(format!("both hold, for example, in these circumstances: {words}")),
        None => finding,
    };
    let finding = finding.help("name the channel in both, or strike it here");
    Some(if a == b {
        finding
    } else {
        finding.help(format!(
            "if one should prevail, say so: `{a} prevails over {b} because \"…\";`, or the other way round"
        ))
    })
}

/// A channel of one right that another does not allow.
fn foreign<'a>(right: &'a Right, only: &Right) -> Option<(&'a str, Span)> {
    only.only_through?;
    let same = |x: &str, y: &str| x.trim().to_lowercase() == y.trim().to_lowercase();
    let (channel, span) =
        right.through.iter().find(|(c, _)| !only.through.iter().any(|(o, _)| same(c, o)))?;
    Some((channel.as_str(), *span))
}
