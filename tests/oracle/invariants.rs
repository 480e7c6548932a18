//! What holds between two policies: order changes nothing, and a further prohibition permits nothing.

use crate::compare::{Both, Failure, TODAY, fail, words};
use crate::generate::{self, Draft};
use crate::meaning::{Cells, Verdict, World};
use crate::random::Random;
use crate::subject::{self, Variables};
use caveat::bundle::{Bundle, Dimension};
use caveat::check::{self, Outcome};
use caveat::decide;
use caveat::diagnostic::Finding;
use caveat::policy::Policy;
use caveat::policy::analysis::Analysis;
use caveat::source::Sources;
use std::collections::{BTreeMap, BTreeSet};

/// So many flows are asked of the other policy.
const ASKED: usize = 40;

/// The checks whose every finding has one place that order cannot change. Of the others, one finding
/// can stand for several places, and points at the first; only whether there are any is compared.
const EACH_IN_ITS_PLACE: [&str; 8] = [
    "void-permission",
    "crossing",
    "carve-out",
    "narrowing",
    "never-effective",
    "impossible-condition",
    "idle-condition",
    "no-time-limit",
];

/// Looks at one other policy.
pub fn compare(
    both: &Both<'_>,
    draft: &Draft,
    outcome: &Outcome,
    random: &mut Random,
) -> Result<(), Failure> {
    if both.field.worlds.is_empty() || both.field.spots.is_empty() {
        return Ok(());
    }
    let mut sample = || {
        let (spot, cells) = both.field.somewhere(random);
        let world = random.below(both.field.worlds.len());
        let verdict = both.field.opinion(spot, both.field.class_of[world]).verdict();
        (cells, both.field.concrete(world, |n| random.below(n)), verdict)
    };
    let sample: Vec<_> = (0..ASKED).map(|_| sample()).collect();
    if random.percent(65) {
        order(both, &draft.shuffled(random).text(), &sample, outcome)
    } else {
        let more = draft.with(generate::prohibition(random)).text();
        let Ok((policy, sources)) = subject::policy(&more) else { return Ok(()) };
        let analysis = Analysis::new(&policy, &sources, TODAY);
        let other = Other::new(subject::bundle(&analysis), &policy);
        for (cells, world, before) in &sample {
            if other.ask(both, cells, world) == Some("permitted") && *before != Verdict::Permitted {
                let flow = words(both, cells, world);
                return fail("monotone", format!("{flow}\nis {}, and permitted in\n{more}", before.name()));
            }
        }
        Ok(())
    }
}

/// No verdict and no finding depends on the order of statements, declarations and files.
fn order(
    both: &Both<'_>,
    text: &str,
    sample: &[(Cells, World, Verdict)],
    outcome: &Outcome,
) -> Result<(), Failure> {
    let (policy, sources) = match subject::policy(text) {
        Ok(read) => read,
        Err(why) => return fail("order", format!("in another order it is no policy: {why}\n{text}")),
    };
    let analysis = Analysis::new(&policy, &sources, TODAY);
    let other = Other::new(subject::bundle(&analysis), &policy);
    for (cells, world, before) in sample {
        let verdict = other.ask(both, cells, world);
        if verdict != Some(before.name()) {
            let flow = words(both, cells, world);
            return fail("order", format!("{flow}\nis {}, and {verdict:?} in\n{text}", before.name()));
        }
    }
    let (before, after) = (found(outcome, both.sources), found(&check::run(&analysis), &sources));
    if before != after {
        let (here, there): (Vec<_>, Vec<_>) =
            (before.difference(&after).collect(), after.difference(&before).collect());
        return fail("order of findings", format!("here {here:?}\nin another order {there:?}\n{text}"));
    }
    Ok(())
}

/// Findings by their check and the text that they point at, where they have one place.
type Found = BTreeSet<(&'static str, String)>;

fn found(outcome: &Outcome, sources: &Sources) -> Found {
    let place = |f: &Finding| match EACH_IN_ITS_PLACE.contains(&f.check) {
        true => sources.text(f.primary.span).to_owned(),
        false => String::new(),
    };
    outcome.findings.iter().map(|f| (f.check, place(f))).collect()
}

/// A policy in the same terms, which may number them differently.
struct Other {
    bundle: Bundle,
    variables: Variables,
    cells: Vec<BTreeMap<String, u32>>,
    facts: Vec<(String, Vec<String>)>,
    events: Vec<String>,
}

impl Other {
    fn new(bundle: Bundle, policy: &Policy) -> Other {
        let names = |d: &Dimension| {
            let universe = policy.universe.0[*d as usize].iter();
            universe.map(|c| (decide::cell_name(&bundle, *d, c), c)).collect()
        };
        Other {
            cells: Dimension::ALL.iter().map(names).collect(),
            variables: Variables::new(&bundle, policy),
            facts: policy.facts.iter().map(|f| (f.name.clone(), f.values.clone())).collect(),
            events: policy.events.iter().map(|e| e.name.clone()).collect(),
            bundle,
        }
    }

    /// The verdict on a flow of the first policy, found by its names.
    fn ask(&self, both: &Both<'_>, cells: &Cells, world: &World) -> Option<&'static str> {
        let mut here: Cells = [0; 10];
        for (i, d) in Dimension::ALL.into_iter().enumerate().filter(|(i, _)| cells[*i] != 0) {
            here[i] = *self.cells[i].get(&decide::cell_name(both.bundle, d, cells[i]))?;
        }
        let fact = |(name, values): &(String, Vec<String>)| {
            let at = both.policy.facts.iter().position(|f| f.name == *name)?;
            let value = &both.policy.facts[at].values[world.facts[at] as usize];
            values.iter().position(|v| v == value).map(|v| v as u32)
        };
        let event = |name: &String| {
            let at = both.policy.events.iter().position(|e| e.name == *name);
            at.and_then(|at| world.clocks[at])
        };
        let world = World {
            facts: self.facts.iter().map(fact).collect::<Option<_>>()?,
            clocks: self.events.iter().map(event).collect(),
        };
        let values = self.variables.values(&world)?;
        Some(decide::point(&self.bundle, &here, &values).verdict.name())
    }
}
