//! A right to end or limit something, whose exercise ends no permission and starts no duty or
//! deadline.
//!
//! Exercising a right starts events and sets facts. It has an effect if some permission over the same
//! data holds before and not after, or if a prohibition, a duty or a deadline begins.

use super::parties::Parties;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule};
use crate::policy::rules::Effect;
use crate::policy::{Modal, Right, RightName, Statement};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "right-without-effect",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/right-without-effect.md"),
    run: Some(run),
};

/// The rights that are there to end or limit something.
const LIMITING: [RightName; 5] = [
    RightName::Erasure,
    RightName::Restriction,
    RightName::Objection,
    RightName::OptOut,
    RightName::Withdrawal,
];

/// What exercising a right does to one variable of the world: the values before, and after.
struct Change {
    variable: u32,
    before: Vec<u32>,
    after: Vec<u32>,
}

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let parties = Parties::new(analysis.policy);
    let depending = Depending::new(analysis);
    let nevers = analysis.policy.never.iter().map(|n| analysis.space.worlds.holds(&n.condition));
    let nevers: Vec<Vec<u32>> = nevers.map(|never| analysis.space.worlds.support(never)).collect();
    for right in &analysis.policy.rights {
        let limiting: Vec<&str> = RightName::ALL
            .iter()
            .filter(|(n, _)| LIMITING.contains(n) && right.names.contains(n))
            .map(|(_, w)| *w)
            .collect();
        // `within` is a deadline for the answer.
        let Some(name) = limiting.first() else { continue };
        if right.within.is_some() || has_effect(analysis, (&parties, &depending, &nevers), right) {
            continue;
        }
        let finding = CHECK
            .finding(format!("exercising this right of {name} changes nothing"), right.span)
            .at("no permission ends by it, and no duty or deadline begins");
        findings.push(if right.starts.is_empty() && right.sets.is_empty() {
            finding.note("it starts no event and sets no fact").help(way_out(name))
        } else {
            finding
                .note("nothing about this data depends on what it starts or sets")
                .help("let a permission, a prohibition, a duty or a deadline depend on it")
        });
    }
}

fn way_out(name: &str) -> &'static str {
    if name == "erasure" {
        "let it start an event that a deadline counts from: `starts EVENT`, and `must delete … within 30 days after EVENT;`"
    } else {
        "let it set a fact that permissions depend on: `sets FACT`, and `may use … unless FACT;`"
    }
}

fn has_effect(
    analysis: &Analysis<'_>,
    (parties, depending, nevers): (&Parties, &Depending<'_>, &[Vec<u32>]),
    right: &Right,
) -> bool {
    let changes = changes(analysis, right);
    if changes.is_empty() {
        return false;
    }
    let worlds = &analysis.space.worlds;
    let entailed = entailed(nevers, &changes);
    let follows = |world: World| entailed.iter().any(|v| worlds.depends_on(world, *v));
    let duties = analysis.policy.duties.iter().any(|duty| {
        let when = worlds.holds(&duty.when);
        duty.on.iter().any(|e| right.starts.contains(e))
            || changes.iter().any(|c| begins(analysis, when, c))
            || follows(when)
    });
    if duties {
        return true;
    }
    let reach = reach(parties, right);
    let concerned = changes.iter().map(|c| c.variable).chain(entailed.iter().copied());
    concerned.flat_map(|variable| depending.on(variable)).any(|(rule, one)| {
        // What fulfils a right is no effect of exercising it.
        let statement = analysis.policy.statements.get(rule.statement);
        statement.is_some_and(|s| s.right.is_none() && is_about(s, &right.over.cells))
            && one.meets(&reach)
            && (changes.iter().any(|c| changed(analysis, rule, one.world, c)) || follows(one.world))
    })
}

/// The boxes whose worlds depend on each variable.
struct Depending<'a>(FxHashMap<u32, Vec<(&'a Rule, &'a FlowBox)>>);

impl<'a> Depending<'a> {
    fn new(analysis: &'a Analysis<'_>) -> Depending<'a> {
        let mut out = Depending(FxHashMap::default());
        if analysis.policy.rights.is_empty() {
            return out;
        }
        let mut supports: FxHashMap<World, Vec<u32>> = FxHashMap::default();
        for rule in &analysis.rules {
            for one in rule.boxes.iter().filter(|b| b.world != World::ALL) {
                let support =
                    supports.entry(one.world).or_insert_with(|| analysis.space.worlds.support(one.world));
                for variable in support {
                    out.0.entry(*variable).or_default().push((rule, one));
                }
            }
        }
        out
    }

    fn on(&self, variable: u32) -> &[(&'a Rule, &'a FlowBox)] {
        self.0.get(&variable).map_or(&[], Vec::as_slice)
    }
}

/// Whether a statement is about some of this data. Not every statement is that reaches it: what says
/// nothing of combining can still bar combining its data with any other.
fn is_about(statement: &Statement, data: &CellSet) -> bool {
    let (own, with) = (statement.phrases.get(Dimension::Data), statement.phrases.get(Dimension::With));
    own.cells.meets(data) || with.span.is_some() && with.cells.meets(data)
}

/// What a right's exercise does to the world.
fn changes(analysis: &Analysis<'_>, right: &Right) -> Vec<Change> {
    let worlds = &analysis.space.worlds;
    let size = |v: u32| worlds.variables().get(v as usize).map_or(0, |x| x.size());
    let starts = right.starts.iter().filter_map(|e| worlds.clock(*e));
    let started = starts.map(|v| Change { variable: v, before: vec![0], after: (1..size(v)).collect() });
    let set = right.sets.iter().filter_map(|(fact, value)| {
        let variable = worlds.fact(*fact)?;
        let before = (0..size(variable)).filter(|v| v != value).collect();
        Some(Change { variable, before, after: vec![*value] })
    });
    started.chain(set).collect()
}

/// The variables that may have to change too, for the sake of what cannot be: an account that ends
/// with the request, say.
/// Each `never` is given by the variables that it depends on.
fn entailed(nevers: &[Vec<u32>], changes: &[Change]) -> BTreeSet<u32> {
    let ties = |never: &&Vec<u32>| changes.iter().any(|c| never.binary_search(&c.variable).is_ok());
    let tied = nevers.iter().filter(ties).flatten().copied();
    tied.filter(|v| changes.iter().all(|c| c.variable != *v)).collect()
}

/// The flows that a right is about.
fn reach(parties: &Parties, right: &Right) -> FlowBox {
    let mut cells = PerDimension::from_fn(|_| CellSet::range(0, u32::MAX))
        .with(Dimension::Data, right.over.cells.clone());
    // People have rights over data about themselves, unless it is said about whom.
    if right.holder.cells.is_subset(&parties.people) {
        *cells.get_mut(Dimension::Subject) = right.holder.cells.clone();
    }
    for (d, phrase) in &right.phrases {
        *cells.get_mut(*d) = phrase.cells.clone();
    }
    FlowBox { cells, world: World::ALL }
}

/// Whether a rule that speaks in some worlds ends or begins by a change, as its effect has it.
fn changed(analysis: &Analysis<'_>, rule: &Rule, world: World, change: &Change) -> bool {
    let owed = analysis.policy.statements.get(rule.statement).is_some_and(|s| s.modal == Modal::Must);
    match rule.effect {
        Effect::Permit if owed => begins(analysis, world, change),
        Effect::Permit => ends(analysis, world, change),
        Effect::Prohibit | Effect::Silent => begins(analysis, world, change),
    }
}

fn begins(analysis: &Analysis<'_>, world: World, change: &Change) -> bool {
    moves(analysis, world, change, &change.after, &change.before)
}

fn ends(analysis: &Analysis<'_>, world: World, change: &Change) -> bool {
    moves(analysis, world, change, &change.before, &change.after)
}

/// Whether there is a world of the set with a value of `from` that is not of the set with one of `to`.
fn moves(analysis: &Analysis<'_>, world: World, change: &Change, from: &[u32], to: &[u32]) -> bool {
    let worlds = &analysis.space.worlds;
    if !worlds.depends_on(world, change.variable) {
        return false;
    }
    let possible = worlds.and(world, analysis.space.possible);
    from.iter().any(|f| {
        let here = worlds.restrict(possible, change.variable, *f);
        to.iter().any(|t| !worlds.is_subset(here, worlds.restrict(world, change.variable, *t)))
    })
}
