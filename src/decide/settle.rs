//! What would settle an undetermined request: the facts, events and narrower terms that its
//! verdict hangs on, each looked at alone.

use super::budget::{Budget, Over};
use super::name::{names, value};
use super::question::{Question, classes};
use super::split::outcomes;
use super::verdict::{Outcomes, Verdict};
use crate::bundle::dimension::{Dimension, NONE};
use crate::bundle::format::{Condition, Ranges, Variable};
use crate::bundle::ranges::{self, Range};
use rustc_hash::FxHashSet;
use serde::Serialize;

/// Something that the verdict hangs on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Settle {
    /// A fact.
    Fact {
        /// Its name.
        name: String,
        /// Its values, by where they lead.
        ways: Vec<Way>,
    },
    /// An event: whether it has happened, and how long ago.
    Event {
        /// Its name.
        name: String,
        /// The states of its clock, by where they lead.
        ways: Vec<Way>,
    },
    /// A dimension that narrower terms could be named in.
    Dimension {
        /// Which.
        dimension: Dimension,
        /// Narrower terms, by where they lead.
        ways: Vec<Way>,
    },
}

/// Values or terms that lead to the same verdict.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Way {
    /// The verdict, if one of these holds and nothing else is said.
    pub verdict: Verdict,
    /// The values or terms.
    pub of: Vec<String>,
}

impl Settle {
    /// Whether one of its ways leads out of "undetermined".
    pub fn settles(&self) -> bool {
        self.ways().iter().any(|way| way.verdict != Verdict::Undetermined)
    }

    /// Whether one of its ways leads to a yes.
    pub fn permits(&self) -> bool {
        self.ways().iter().any(|way| way.verdict.allows())
    }

    fn ways(&self) -> &[Way] {
        let (Settle::Fact { ways, .. } | Settle::Event { ways, .. } | Settle::Dimension { ways, .. }) = self;
        ways
    }
}

/// The names of the facts, events and dimensions that a question leaves open and a statement tells
/// apart: an example that does not say them is not the flow that it is of.
pub(super) fn open(question: &Question) -> Vec<String> {
    let told_apart = variables(question).into_iter().filter(|(_, parts)| parts.len() > 1);
    let names = told_apart.filter_map(|(v, _)| Some(question.bundle.variables().get(v as usize)?.name()));
    let mut out: Vec<String> = names.cloned().collect();
    let dimensions = Dimension::ALL.into_iter().filter(|d| parts(question, *d).len() > 1);
    out.extend(dimensions.map(|d| d.name().to_owned()));
    out.sort_unstable();
    out
}

/// What a question's verdict hangs on, those first that settle it alone; and whether all was looked at.
pub(super) fn settles(question: &Question) -> (Vec<Settle>, bool) {
    let mut found = Vec::new();
    let mut budget = Budget::new();
    let complete = look(question, &mut budget, &mut found).is_ok();
    found.sort_by_key(|settle| !settle.settles());
    (found, complete)
}

fn look(question: &Question, budget: &mut Budget, found: &mut Vec<Settle>) -> Result<(), Over> {
    for (variable, parts) in variables(question) {
        let ways = ways(parts, budget, |part, budget| {
            let mut narrower = Question { world: None, ..question.clone() };
            if let Some(slot) = narrower.values.get_mut(variable as usize) {
                *slot = part.clone();
            }
            outcomes(&narrower, false, budget)
        })?;
        let Some(named) = question.bundle.variables().get(variable as usize) else { continue };
        let Some(ways) = telling(ways, |part| ranges::each(part).map(|v| value(named, v)).collect()) else {
            continue;
        };
        let name = named.name().clone();
        found.push(match named {
            Variable::Fact { .. } => Settle::Fact { name, ways },
            Variable::Clock { .. } => Settle::Event { name, ways },
        });
    }
    for dimension in Dimension::ALL {
        let ways = ways(parts(question, dimension), budget, |part, budget| {
            outcomes(&narrowed(question, dimension, part), false, budget)
        })?;
        if let Some(ways) = telling(ways, |part| names(question.bundle, dimension, part)) {
            let settle = Settle::Dimension { dimension, ways };
            // Nearly every dimension makes some difference; those that settle nothing are noise.
            found.extend(Some(settle).filter(Settle::settles));
        }
    }
    Ok(())
}

/// Parts by the outcomes that they reach; parts that reach none are left out.
fn ways(
    parts: Vec<Ranges>,
    budget: &mut Budget,
    reach: impl Fn(&Ranges, &mut Budget) -> Result<Outcomes, Over>,
) -> Result<Vec<(Outcomes, Ranges)>, Over> {
    let mut ways: Vec<(Outcomes, Ranges)> = Vec::new();
    if parts.len() < 2 {
        return Ok(ways);
    }
    for part in parts {
        let reached = reach(&part, budget)?;
        match ways.iter_mut().find(|way| way.0 == reached) {
            _ if reached.is_empty() => {}
            Some(way) => way.1.extend(part),
            None => ways.push((reached, part)),
        }
    }
    Ok(ways)
}

/// The ways in words, where they differ.
fn telling(ways: Vec<(Outcomes, Ranges)>, words: impl Fn(&[Range]) -> Vec<String>) -> Option<Vec<Way>> {
    if ways.len() < 2 {
        return None;
    }
    let mut told: Vec<(Verdict, Ranges)> = Vec::new();
    for (reached, part) in ways {
        let verdict = reached.answer().verdict;
        match told.iter_mut().find(|way| way.0 == verdict) {
            Some(way) => way.1.extend(part),
            None => told.push((verdict, part)),
        }
    }
    let ways = told.into_iter().map(|(verdict, part)| Way { verdict, of: words(&ranges::union(part)) });
    Some(ways.collect())
}

/// The variables that the question leaves open and a condition of a candidate speaks of, each with
/// its values in parts that no condition tells apart.
pub(super) fn variables(question: &Question) -> Vec<(u32, Vec<Ranges>)> {
    let conditions = &question.bundle.conditions();
    let candidates = question.products.iter().flat_map(|product| question.candidates(product));
    let mut todo: Vec<u32> = candidates.filter_map(|c| c.when).collect();
    todo.extend(question.bundle.impossible());
    let mut seen: FxHashSet<u32> = todo.iter().copied().collect();
    let mut spoken: Vec<(u32, &[Range])> = Vec::new();
    while let Some(number) = todo.pop() {
        match conditions.get(number as usize) {
            Some(Condition::All(parts) | Condition::Any(parts)) => {
                todo.extend(parts.iter().copied().filter(|part| seen.insert(*part)));
            }
            Some(Condition::Not(part)) => todo.extend(Some(*part).filter(|part| seen.insert(*part))),
            Some(Condition::In(variable, values)) => spoken.push((*variable, values)),
            None => {}
        }
    }
    let mut variables: Vec<u32> = spoken.iter().map(|(variable, _)| *variable).collect();
    variables.sort_unstable();
    variables.dedup();
    let parts = variables.into_iter().filter_map(|variable| {
        let open = question.values.get(variable as usize)?;
        let sets: Vec<&[Range]> = spoken.iter().filter(|s| s.0 == variable).map(|s| s.1).collect();
        let parts = classes(open, &sets).into_iter().map(|(part, _)| ranges::union(part));
        Some((variable, parts.collect()))
    });
    parts.collect()
}

/// A dimension's cells in parts that no candidate tells apart.
fn parts(question: &Question, dimension: Dimension) -> Vec<Ranges> {
    let taken = question.products.iter().map(|product| dimension.of(product)).filter(|cells| takes(cells));
    let cells = ranges::union(taken.flatten().copied().collect());
    let candidates = question.products.iter().flat_map(|product| question.candidates(product));
    let sets: FxHashSet<u32> = candidates.map(|c| *dimension.of(&c.sets)).collect();
    let sets: Vec<&[Range]> = sets.into_iter().map(|number| question.bundle.set(number)).collect();
    classes(&cells, &sets).into_iter().map(|(part, _)| ranges::union(part)).collect()
}

fn takes(cells: &[Range]) -> bool {
    cells != [(NONE, NONE + 1)]
}

/// The question with a dimension narrowed, in the products that take it.
fn narrowed<'a>(question: &Question<'a>, dimension: Dimension, part: &[Range]) -> Question<'a> {
    let mut narrower = question.clone();
    for product in &mut narrower.products {
        let cells = dimension.of_mut(product);
        if takes(cells) {
            *cells = ranges::intersection(cells, part);
        }
    }
    narrower
}
