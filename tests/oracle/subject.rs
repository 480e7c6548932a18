//! The code under test: text to a policy, its analysis, its findings, and the bundle that a service
//! would load.

use crate::meaning::World;
use crate::time::{self, Clock};
use caveat::bundle::format::Variable;
use caveat::bundle::{Bundle, compile, envelope};
use caveat::flow::expression::Length;
use caveat::policy::Policy;
use caveat::policy::analysis::Analysis;
use caveat::resolve::{Link, Program, Unit, resolve};
use caveat::source::Sources;
use caveat::syntax::{self, tree};
use jiff::civil::Date;

/// A line that begins the next file of a policy.
pub const FILE: &str = "//// the next file";
/// A line that begins the policy that what stands before it extends.
pub const BASE: &str = "//// the base";

/// Text to a policy; the first message where it is none.
pub fn policy(text: &str) -> Result<(Policy, Sources), String> {
    let mut sources = Sources::default();
    let mut findings = Vec::new();
    let mut units: Vec<Unit> = Vec::new();
    for unit in text.split(BASE) {
        let folder = format!("policy{}", units.len());
        let mut files = Vec::new();
        for (i, file) in unit.split(FILE).enumerate() {
            let id = sources.add(format!("{folder}/{i}.caveat"), file);
            let (file, found) = syntax::parse(&sources, id);
            findings.extend(found);
            files.push(file);
        }
        units.push(Unit { folder, files, imports: Vec::new(), extends: Vec::new() });
    }
    for at in 1..units.len() {
        let below = &mut units[at - 1];
        let written = below.files.iter().flat_map(|f| &f.items).find_map(|item| match item {
            tree::Item::Policy(header) => header.extends.first().cloned(),
            _ => None,
        });
        below.extends.extend(written.map(|written| Link { written, unit: at }));
    }
    let broken = !findings.is_empty();
    let (policy, found) = resolve(&Program { units, broken }, &sources);
    findings.extend(found);
    match policy {
        Some(policy) => Ok((policy, sources)),
        None => Err(findings.first().map_or_else(
            || "no policy".to_owned(),
            |f| format!("{}: {} ({})", f.check, f.message, sources.text(f.primary.span)),
        )),
    }
}

/// The bundle that a service would load: its bytes, read again.
pub fn bundle(analysis: &Analysis<'_>) -> Bundle {
    let content = serde_json_canonicalizer::to_vec(&compile::content(analysis)).unwrap();
    Bundle::load(&envelope::write(&content)).unwrap()
}

/// The worlds of a policy in a bundle's own numbers.
pub struct Variables {
    all: Vec<Told>,
    facts: usize,
    events: usize,
}

enum Told {
    Fact(usize),
    Clock { event: usize, thresholds: Vec<Length>, states: Vec<Vec<i8>>, examples: Vec<Clock> },
}

impl Variables {
    pub fn new(bundle: &Bundle, policy: &Policy) -> Variables {
        let told = |v: &Variable| match v {
            Variable::Fact { name, .. } => {
                Told::Fact(policy.facts.iter().position(|f| f.name == *name).unwrap())
            }
            Variable::Clock { event, thresholds, states, .. } => Told::Clock {
                event: policy.events.iter().position(|e| e.name == *event).unwrap(),
                thresholds: thresholds
                    .iter()
                    .map(|t| Length { months: t.months, minutes: t.minutes })
                    .collect(),
                states: states.iter().map(|s| s.compare.clone()).collect(),
                examples: states
                    .iter()
                    .map(|s| {
                        let start: Date = s.example.0.parse().unwrap();
                        Clock { start, elapsed: s.example.1 as i64 }
                    })
                    .collect(),
            },
        };
        let all = bundle.content().variables.iter().map(told).collect();
        Variables { all, facts: policy.facts.len(), events: policy.events.len() }
    }

    /// Whether the example of each state of a clock is in that state, by the judge's calendar.
    pub fn examples_are_in_their_states(&self) -> bool {
        self.all.iter().all(|told| match told {
            Told::Fact(_) => true,
            Told::Clock { thresholds, states, examples, .. } => {
                let relation = |clock: &Clock| -> Vec<i8> {
                    thresholds.iter().map(|t| time::compare(*clock, *t) as i8).collect()
                };
                states.iter().zip(examples).all(|(state, example)| *state == relation(example))
            }
        })
    }

    /// A concrete world in the bundle's own numbers; none where it has no state for a clock.
    pub fn values(&self, world: &World) -> Option<Vec<u32>> {
        let value = |told: &Told| match told {
            Told::Fact(at) => Some(world.facts[*at]),
            Told::Clock { event, thresholds, states, .. } => {
                let Some(clock) = world.clocks[*event] else { return Some(0) };
                let relation: Vec<i8> = thresholds.iter().map(|t| time::compare(clock, *t) as i8).collect();
                Some(states.iter().position(|s| *s == relation)? as u32 + 1)
            }
        };
        self.all.iter().map(value).collect()
    }

    /// The bundle's numbers as a concrete world: of each clock's state, its example.
    pub fn concrete(&self, values: &[u32]) -> World {
        let mut world = World { facts: vec![0; self.facts], clocks: vec![None; self.events] };
        for (told, value) in self.all.iter().zip(values) {
            match told {
                Told::Fact(at) => world.facts[*at] = *value,
                Told::Clock { event, examples, .. } => {
                    world.clocks[*event] = value.checked_sub(1).map(|v| examples[v as usize]);
                }
            }
        }
        world
    }
}
