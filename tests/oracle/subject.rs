//! The code under test: text to a policy, its analysis, its findings, and the bundle that a service
//! would load.

use crate::meaning::World;
use crate::time;
use caveat::bundle::format::Variable;
use caveat::bundle::{Bundle, compile, envelope};
use caveat::flow::expression::Length;
use caveat::policy::Policy;
use caveat::policy::analysis::Analysis;
use caveat::resolve::{Program, Unit, resolve};
use caveat::source::Sources;
use caveat::syntax;
use jiff::civil::Date;

/// Text to a policy; the first message where it is none.
pub fn policy(text: &str) -> Result<(Policy, Sources), String> {
    let mut sources = Sources::default();
    let id = sources.add("policy.caveat", text);
    let (file, mut findings) = syntax::parse(&sources, id);
    let broken = !findings.is_empty();
    let unit = Unit { folder: ".".to_owned(), files: vec![file], imports: Vec::new(), extends: Vec::new() };
    let (policy, found) = resolve(&Program { units: vec![unit], broken }, &sources);
    findings.extend(found);
    match policy {
        Some(policy) => Ok((policy, sources)),
        None => Err(findings.first().map_or_else(
            || "no policy".to_owned(),
            |f| format!("{}: {} ({})", f.check, f.message, sources.text(f.primary.span)),
        )),
    }
}

/// The bundle that a service would load.
pub fn bundle(analysis: &Analysis<'_>) -> Bundle {
    let content = serde_json_canonicalizer::to_vec(&compile::content(analysis)).unwrap();
    Bundle::load(&envelope::write(&content)).unwrap()
}

/// A concrete world in the bundle's own numbers; none where it has no state for a clock.
pub fn world(bundle: &Bundle, policy: &Policy, world: &World) -> Option<Vec<u32>> {
    let variable = |v: &Variable| match v {
        Variable::Fact { name, .. } => {
            let at = policy.facts.iter().position(|f| f.name == *name)?;
            Some(world.facts[at])
        }
        Variable::Clock { event, thresholds, states, .. } => {
            let at = policy.events.iter().position(|e| e.name == *event)?;
            let Some(clock) = world.clocks[at] else { return Some(0) };
            let compare = |t: &caveat::bundle::format::Length| {
                time::compare(clock, Length { months: t.months, minutes: t.minutes }) as i8
            };
            let relation: Vec<i8> = thresholds.iter().map(compare).collect();
            Some(states.iter().position(|s| s.compare == relation)? as u32 + 1)
        }
    };
    bundle.content().variables.iter().map(variable).collect()
}

/// The bundle's numbers as a concrete world: of each clock's state, its example.
pub fn concrete(bundle: &Bundle, policy: &Policy, values: &[u32]) -> World {
    let mut world = World { facts: vec![0; policy.facts.len()], clocks: vec![None; policy.events.len()] };
    for (variable, value) in bundle.content().variables.iter().zip(values) {
        match variable {
            Variable::Fact { name, .. } => {
                let at = policy.facts.iter().position(|f| f.name == *name).unwrap();
                world.facts[at] = *value;
            }
            Variable::Clock { event, states, .. } => {
                let at = policy.events.iter().position(|e| e.name == *event).unwrap();
                world.clocks[at] = value.checked_sub(1).map(|v| {
                    let (start, elapsed) = &states[v as usize].example;
                    let start: Date = start.parse().unwrap();
                    time::Clock { start, elapsed: *elapsed as i64 }
                });
            }
        }
    }
    world
}
