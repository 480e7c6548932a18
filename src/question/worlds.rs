//! A question's condition in the states that a bundle's clocks can tell apart.
//!
//! A bundle knows the constants of its own policy alone. A question with a further one ("40 days",
//! where the policy speaks of 30) is about every state of the bundle in which it can hold: nothing
//! that the policy says distinguishes the moments of one state, so the answer stays exact.

use crate::bundle::Bundle;
use crate::bundle::format::{self, Ranges, Variable};
use crate::bundle::ranges;
use crate::decide::When;
use crate::flow::cells::CellSet;
use crate::flow::clock::Clock;
use crate::flow::expression::{Expression, Length};
use std::collections::{BTreeMap, BTreeSet};

/// So many alternatives are worked out one by one; beyond, the question is read a little wider.
const MOST_ALTERNATIVES: usize = 2_000;

/// The variables that a condition speaks of.
pub(super) fn variables(condition: &Expression) -> BTreeSet<u32> {
    let mut out = BTreeSet::new();
    condition.visit(&mut |part| match part {
        Expression::Fact(n, _) | Expression::Happened(n) | Expression::Since(n, _, _) => drop(out.insert(*n)),
        Expression::All(_) | Expression::Any(_) | Expression::Not(_) => {}
    });
    out
}

/// The condition, over the bundle's variables.
pub(super) fn when(bundle: &Bundle, condition: &Expression) -> When {
    let finer = Finer::new(bundle, condition);
    if finer.clocks.is_empty() {
        return finer.coarsely(condition, false);
    }
    match finer.alternatives(condition, false) {
        Some(alternatives) => When::Any(
            alternatives
                .iter()
                .map(|product| {
                    When::All(
                        product.iter().map(|(v, values)| When::In(*v, finer.project(*v, values))).collect(),
                    )
                })
                .collect(),
        ),
        None => finer.coarsely(condition, false),
    }
}

/// One set of values per variable that is spoken of.
type Product = BTreeMap<u32, CellSet>;

/// The bundle's clocks, with the question's own constants worked in.
struct Finer<'b> {
    bundle: &'b Bundle,
    /// For each clock with further constants: the finer clock, and the bundle's value for each of its values.
    clocks: BTreeMap<u32, (Clock, Vec<Option<u32>>)>,
}

impl<'b> Finer<'b> {
    fn new(bundle: &'b Bundle, condition: &Expression) -> Finer<'b> {
        let mut further: BTreeMap<u32, Vec<Length>> = BTreeMap::new();
        condition.visit(&mut |part| {
            if let Expression::Since(n, _, length) = part
                && let Some(Variable::Clock { thresholds, .. }) = bundle.variables().get(*n as usize)
                && !thresholds.iter().any(|t| same(t, *length))
            {
                further.entry(*n).or_default().push(*length);
            }
        });
        let clocks = further.into_iter().filter_map(|(n, mut lengths)| {
            let Some(Variable::Clock { thresholds, states, .. }) = bundle.variables().get(n as usize) else {
                return None;
            };
            lengths.extend(thresholds.iter().map(|t| Length { months: t.months, minutes: t.minutes }));
            let clock = Clock::new(lengths);
            let at: Vec<Option<usize>> =
                thresholds.iter().map(|t| clock.thresholds.iter().position(|c| same(t, *c))).collect();
            let coarse = clock.states.iter().map(|state| {
                let seen: Option<Vec<i8>> = at.iter().map(|i| state.compare.get((*i)?).copied()).collect();
                let seen = seen?;
                states.iter().zip(1..).find(|(s, _)| s.compare == seen).map(|(_, value)| value)
            });
            let values = std::iter::once(Some(0)).chain(coarse).collect();
            Some((n, (clock, values)))
        });
        Finer { bundle, clocks: clocks.collect() }
    }

    /// How many values a variable has here.
    fn size(&self, variable: u32) -> u32 {
        match self.clocks.get(&variable) {
            Some((clock, _)) => clock.size(),
            None => self.bundle.variables().get(variable as usize).map_or(0, Variable::values),
        }
    }

    /// The values at which a part without parts holds.
    fn holds(&self, part: &Expression) -> Option<(u32, CellSet)> {
        match part {
            Expression::Fact(n, values) => Some((*n, CellSet::from_cells(values.iter().copied()))),
            Expression::Happened(n) => Some((*n, CellSet::range(1, self.size(*n)))),
            Expression::Since(n, comparison, length) => {
                let values = match (self.clocks.get(n), self.bundle.variables().get(*n as usize)) {
                    (Some((clock, _)), _) => clock.values(*comparison, *length),
                    (None, Some(Variable::Clock { thresholds, states, .. })) => {
                        let thresholds = thresholds
                            .iter()
                            .map(|t| Length { months: t.months, minutes: t.minutes })
                            .collect();
                        let states = states.iter().map(|s| crate::flow::clock::State {
                            compare: s.compare.clone(),
                            start: Default::default(),
                            elapsed: 0,
                        });
                        Clock { thresholds, states: states.collect() }.values(*comparison, *length)
                    }
                    (None, _) => Vec::new(),
                };
                Some((*n, CellSet::from_cells(values)))
            }
            Expression::All(_) | Expression::Any(_) | Expression::Not(_) => None,
        }
    }

    /// The bundle's values that hold one of these.
    fn project(&self, variable: u32, values: &CellSet) -> Ranges {
        match self.clocks.get(&variable) {
            None => values.ranges().to_vec(),
            Some((_, coarse)) => {
                let hit = values.iter().filter_map(|v| coarse.get(v as usize).copied().flatten());
                ranges::union(hit.map(|v| (v, v + 1)).collect())
            }
        }
    }

    /// Part by part: exact where no clock is finer than the bundle's, and never too narrow.
    fn coarsely(&self, condition: &Expression, negated: bool) -> When {
        match condition {
            Expression::Not(inner) => self.coarsely(inner, !negated),
            Expression::All(parts) | Expression::Any(parts) => {
                let all = matches!(condition, Expression::All(_)) != negated;
                let parts = parts.iter().map(|p| self.coarsely(p, negated)).collect();
                if all { When::All(parts) } else { When::Any(parts) }
            }
            _ => match self.holds(condition) {
                Some((n, values)) => When::In(n, self.project(n, &self.sign(n, values, negated))),
                None => When::All(Vec::new()),
            },
        }
    }

    fn sign(&self, variable: u32, values: CellSet, negated: bool) -> CellSet {
        if negated { CellSet::range(0, self.size(variable)).difference(&values) } else { values }
    }

    /// The condition as alternatives, each a product of sets; none where there are too many.
    fn alternatives(&self, condition: &Expression, negated: bool) -> Option<Vec<Product>> {
        match condition {
            Expression::Not(inner) => self.alternatives(inner, !negated),
            Expression::All(parts) | Expression::Any(parts) => {
                let all = matches!(condition, Expression::All(_)) != negated;
                let mut out: Vec<Product> = if all { vec![Product::new()] } else { Vec::new() };
                for part in parts {
                    let further = self.alternatives(part, negated)?;
                    out = if all { products(&out, &further) } else { [out, further].concat() };
                    if out.len() > MOST_ALTERNATIVES {
                        return None;
                    }
                }
                Some(out)
            }
            _ => {
                let (n, values) = self.holds(condition)?;
                let values = self.sign(n, values, negated);
                Some(if values.is_empty() { Vec::new() } else { vec![Product::from([(n, values)])] })
            }
        }
    }
}

/// What is in one of the first and one of the second.
fn products(first: &[Product], second: &[Product]) -> Vec<Product> {
    let mut out = Vec::new();
    for a in first {
        for b in second {
            let mut both = a.clone();
            for (n, values) in b {
                let narrowed = both.get(n).map_or_else(|| values.clone(), |v| v.intersection(values));
                both.insert(*n, narrowed);
            }
            if both.values().all(|v| !v.is_empty()) {
                out.push(both);
            }
        }
    }
    out
}

fn same(a: &format::Length, b: Length) -> bool {
    (a.months, a.minutes) == (b.months, b.minutes)
}
