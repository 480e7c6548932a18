//! Two duties that the same event starts, or two rights of the same name, with different limits of
//! time.
//!
//! Duties and rights are about no flow, so there is no witness; the circumstances in which both hold
//! are named where they are not the usual ones.

use super::contest;
use super::settled::Settled;
use super::{Check, Context, Family, witness};
use crate::diagnostic::{Finding, Level};
use crate::flow::expression::Expression;
use crate::flow::world::World;
use crate::policy::analysis::Analysis;
use crate::policy::{Duty, Moment, Norm, Right};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub const CHECK: Check = Check {
    name: "conflicting-deadlines",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/conflicting-deadlines.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let policy = analysis.policy;
    let settled = Settled::new(policy);
    let mut duties: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, duty) in policy.duties.iter().enumerate().filter(|(_, d)| d.within.is_some()) {
        duties.entry(duty.verb).or_default().push(i);
    }
    for (later, earlier) in duties.values().flat_map(|group| pairs(group)) {
        let (Some(a), Some(b)) = (policy.duties.get(later), policy.duties.get(earlier)) else { continue };
        if let Some(where_both) = both_start(analysis, a, b)
            && !settled.between(Norm::Duty(later), Norm::Duty(earlier))
        {
            let spans = a.within.as_ref().map(|w| w.1).zip(b.within.as_ref().map(|w| w.1));
            let verb = policy.duty_verbs.get(a.verb).map_or("", |v| v.name.as_str());
            let message = format!("two duties to `{verb}` begin together and have different limits of time");
            findings.extend(spans.map(|s| {
                finding(analysis, message, s, (Norm::Duty(later), Norm::Duty(earlier)), where_both)
            }));
        }
    }
    let mut rights: BTreeMap<_, Vec<usize>> = BTreeMap::new();
    for (i, right) in policy.rights.iter().enumerate().filter(|(_, r)| r.within.is_some()) {
        for name in &right.names {
            rights.entry(*name).or_default().push(i);
        }
    }
    let seen: BTreeSet<(usize, usize)> = rights.values().flat_map(|group| pairs(group)).collect();
    for (later, earlier) in seen {
        let (Some(a), Some(b)) = (policy.rights.get(later), policy.rights.get(earlier)) else { continue };
        if differ(a, b)
            && contest::rights(analysis, a, b)
            && !settled.between(Norm::Right(later), Norm::Right(earlier))
        {
            let worlds = &analysis.space.worlds;
            let both = worlds.and(worlds.holds(&a.when), worlds.holds(&b.when));
            let spans = a.within.map(|w| w.1).zip(b.within.map(|w| w.1));
            let message = "two rights of the same name have different limits of time".to_owned();
            findings
                .extend(spans.map(|s| {
                    finding(analysis, message, s, (Norm::Right(later), Norm::Right(earlier)), both)
                }));
        }
    }
}

/// Every pair of a group, the later one first.
fn pairs(group: &[usize]) -> impl Iterator<Item = (usize, usize)> {
    group.iter().enumerate().flat_map(|(at, later)| group.iter().take(at).map(|earlier| (*later, *earlier)))
}

/// The worlds in which two duties have begun, where one event starts both, or none starts either,
/// and their limits differ.
fn both_start(analysis: &Analysis<'_>, a: &Duty, b: &Duty) -> Option<World> {
    if !contest::duties(analysis, a, b) {
        return None;
    }
    let worlds = &analysis.space.worlds;
    let when = worlds.and(worlds.holds(&a.when), worlds.holds(&b.when));
    let (x, y) = (&a.within.as_ref()?.0, &b.within.as_ref()?.0);
    let shared = events(a).intersection(&events(b)).copied().collect::<Vec<u32>>();
    let differing = shared.iter().filter(|e| counted_from(x, **e) != counted_from(y, **e));
    let mut found = differing.map(|e| worlds.and(when, worlds.holds(&Expression::Happened(*e))));
    found.find(|world| analysis.can_be(*world, when))
}

/// The events that start a duty, or that its limit counts from.
fn events(duty: &Duty) -> BTreeSet<u32> {
    fn collect(moment: &Moment, into: &mut BTreeSet<u32>) {
        match moment {
            Moment::After(event, _) => drop(into.insert(*event)),
            Moment::Later(parts) | Moment::Earlier(parts) => parts.iter().for_each(|p| collect(p, into)),
        }
    }
    let mut all: BTreeSet<u32> = duty.on.iter().copied().collect();
    duty.within.iter().for_each(|(moment, _)| collect(moment, &mut all));
    all
}

/// The part of a limit that counts from an event: `on A or B, … within 30 days` and `on A, … within
/// 30 days` agree about A.
fn counted_from(moment: &Moment, event: u32) -> Option<Moment> {
    let parts =
        |parts: &[Moment]| -> Vec<Moment> { parts.iter().filter_map(|p| counted_from(p, event)).collect() };
    let whole = |mut left: Vec<Moment>, make: fn(Vec<Moment>) -> Moment| match left.len() {
        0 => None,
        1 => left.pop(),
        _ => Some(make(left)),
    };
    match moment {
        Moment::After(e, _) => (*e == event).then(|| moment.clone()),
        Moment::Later(all) => whole(parts(all), Moment::Later),
        Moment::Earlier(all) => whole(parts(all), Moment::Earlier),
    }
}

fn differ(a: &Right, b: &Right) -> bool {
    a.within.map(|w| w.0) != b.within.map(|w| w.0)
}

fn finding(
    analysis: &Analysis<'_>,
    message: String,
    (here, there): (Span, Span),
    (later, earlier): (Norm, Norm),
    both: World,
) -> Finding {
    let (a, b) = (analysis.policy.label_of(later), analysis.policy.label_of(earlier));
    let finding = CHECK.finding(message, here).at("one limit").and(there, "another");
    let finding = match witness::circumstances(analysis, both) {
        Some(words) => finding.note(format!("both hold, for example, in these circumstances: {words}")),
        None => finding,
    };
    finding.help(if a == b {
        format!("keep one of them, or give one a label of its own (`NAME: …`) and say `NAME prevails over {b} because \"…\";`")
    } else {
        format!("keep one of them, or say which holds: `{a} prevails over {b} because \"…\";`")
    })
}
