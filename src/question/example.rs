//! One flow of a request in the words of a question, without what tells nothing.

use crate::decide::Example;
use std::collections::BTreeSet;

/// The phrases of a flow: the word in front, the dimension, and whether it is always said.
const PHRASES: [(&str, &str, bool); 10] = [
    ("", "actor", false),
    ("", "action", true),
    ("", "data", true),
    ("with ", "with", true),
    ("as ", "form", false),
    ("of ", "subject", false),
    ("from ", "source", false),
    ("to ", "recipient", true),
    ("for ", "purpose", true),
    ("in ", "place", false),
];

/// The flow, in the order of a statement's phrases; of the facts and events, those that tell something.
pub fn words(example: &Example, telling: &BTreeSet<&str>) -> String {
    let mut words: Vec<String> = Vec::new();
    for (lead, dimension, always) in PHRASES {
        if let Some(value) = example.flow.get(dimension).filter(|_| always || telling.contains(dimension)) {
            words.push(format!("{lead}{value}"));
        }
    }
    let world = example.world.iter().filter(|(name, _)| telling.contains(name.as_str()));
    let world: Vec<String> = world.map(|(name, value)| format!("{name}: {value}")).collect();
    if !world.is_empty() {
        words.push(format!("({})", world.join(", ")));
    }
    words.join(" ")
}

/// The dimensions, facts and events in which the examples differ.
pub fn telling(examples: &[Example]) -> BTreeSet<&str> {
    let Some((first, others)) = examples.split_first() else { return BTreeSet::new() };
    let mut out = BTreeSet::new();
    for other in others {
        let differs = |d: &&str| first.flow.get(d) != other.flow.get(d);
        out.extend(first.flow.keys().copied().filter(differs));
        let world = first.world.iter().filter(|(name, value)| other.world.get(*name) != Some(value));
        out.extend(world.map(|(name, _)| name.as_str()));
    }
    out
}
