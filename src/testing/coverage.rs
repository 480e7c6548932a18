//! What tests have looked at: the statements that decided some request, and the conditions that were
//! met both ways.
//!
//! | of | is covered when | is not counted when |
//! |---|---|---|
//! | a statement | it is among those that decide some flow of some request | it can never decide |
//! | a condition | a request that its statement speaks of was asked where it holds for sure, and one where it fails for sure | it cannot come out so |
//!
//! A request that leaves a condition open has seen neither side of it: nothing was expected of
//! either alone.

use super::Outcome;
use crate::bundle::Bundle;
use crate::bundle::dimension::ACTIONS;
use crate::decide::{Deciders, Request, When, can_ever_hold, can_hold, reached};
use crate::flow::expression::Expression;
use crate::policy::rules::{past, reached as is_reached};
use crate::policy::{LimitSort, Norm, Policy, Statement};
use crate::question;
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// What the tests of a policy have looked at.
#[derive(Debug)]
pub struct Coverage {
    /// The statements, in the order of the policy.
    pub statements: Vec<Covered>,
    /// The conditions of those that can decide, and of the places around them; in the order of the sources.
    pub conditions: Vec<Condition>,
}

/// How often a statement decided.
#[derive(Clone, PartialEq, Debug)]
pub struct Covered {
    /// Where it stands.
    pub span: Span,
    /// The label by which people call it.
    pub label: String,
    /// How many lines of tests have a flow that it decides.
    pub hits: usize,
    /// Whether it can decide anything at all; none where that was not found out.
    pub can: Option<bool>,
}

/// How often a condition was met, and how it came out.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// Where it stands: the phrase, or the label of the section or clause that it is in front of.
    pub span: Span,
    /// The statement that it belongs to; of a place, the first in it.
    pub of: Span,
    /// The label by which people call the statement or the place.
    pub label: String,
    /// How it came out.
    pub holds: Side,
    /// And the other way.
    pub fails: Side,
}

/// One side of a condition.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Side {
    /// How many lines of tests have seen it.
    pub hits: usize,
    /// Whether it can come out so.
    pub can: bool,
}

/// So many of so many.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Share {
    /// How many are covered.
    pub covered: usize,
    /// How many there are.
    pub of: usize,
}

impl Share {
    /// In hundredths of a percent, rounded down; all where there is nothing to cover.
    pub fn hundredths(self) -> u64 {
        match self.of {
            0 => 10_000,
            of => self.covered as u64 * 10_000 / of as u64,
        }
    }
}

impl Covered {
    /// Whether it is to be counted: a statement that can never decide is not.
    pub fn counts(&self) -> bool {
        self.can != Some(false)
    }
}

impl Coverage {
    /// How many of the statements that can decide did.
    pub fn of_statements(&self) -> Share {
        let counted = || self.statements.iter().filter(|s| s.counts());
        Share { covered: counted().filter(|s| s.hits > 0).count(), of: counted().count() }
    }

    /// How many of the sides on which conditions can come out were seen.
    pub fn of_conditions(&self) -> Share {
        let sides = || self.conditions.iter().flat_map(|c| [c.holds, c.fails]).filter(|side| side.can);
        Share { covered: sides().filter(|side| side.hits > 0).count(), of: sides().count() }
    }
}

/// Works out what the outcomes have looked at.
pub fn coverage(policy: &Policy, bundle: &Bundle, outcomes: &[Outcome<'_>]) -> Coverage {
    let hits = hits(outcomes);
    let mut deciders = Deciders::new(bundle);
    let covered = |(statement, number): (&Statement, u32)| {
        let hits = hits.get(&number).copied().unwrap_or(0);
        let can = if hits > 0 { Some(true) } else { deciders.has(number) };
        Covered { span: statement.span, label: label(policy, number, statement), hits, can }
    };
    let statements: Vec<Covered> = policy.statements.iter().zip(0..).map(covered).collect();
    let mut conditions = owned(policy, bundle, &statements);
    let mut of: FxHashMap<u32, Vec<usize>> = FxHashMap::default();
    for (number, owned) in conditions.iter().enumerate() {
        owned.statements.iter().for_each(|statement| of.entry(*statement).or_default().push(number));
    }
    for request in outcomes.iter().filter_map(|o| o.decision.as_ref().and(o.case.request.as_ref())) {
        let met = reached(bundle, request).into_iter().filter_map(|statement| of.get(&statement)).flatten();
        for number in met.copied().collect::<BTreeSet<usize>>() {
            if let Some(owned) = conditions.get_mut(number) {
                owned.see(bundle, request);
            }
        }
    }
    let mut conditions: Vec<Condition> = conditions.into_iter().map(|owned| owned.condition).collect();
    conditions.sort_by_key(|c| c.span);
    Coverage { statements, conditions }
}

/// In how many outcomes each statement is among those that decide.
fn hits(outcomes: &[Outcome<'_>]) -> FxHashMap<u32, usize> {
    let mut hits = FxHashMap::default();
    for decision in outcomes.iter().filter_map(|outcome| outcome.decision.as_ref()) {
        let deciding: BTreeSet<u32> = decision.deciding.iter().map(|basis| basis.given.statement).collect();
        deciding.into_iter().for_each(|statement| *hits.entry(statement).or_default() += 1);
    }
    hits
}

/// The label of a statement. What a right permits can be several statements, so their verb goes along.
fn label(policy: &Policy, number: u32, statement: &Statement) -> String {
    let label = policy.label_of(Norm::Statement(number as usize));
    let verb = statement.actions.first().and_then(|action| ACTIONS.get(*action as usize));
    match (statement.right, verb) {
        (Some(_), Some(verb)) => format!("{label} ({verb})"),
        _ => label.to_owned(),
    }
}

/// A condition with what is needed to see how it comes out.
struct Owned {
    condition: Condition,
    /// The statements that it binds, sorted.
    statements: Vec<u32>,
    when: When,
    otherwise: When,
}

impl Owned {
    fn new(
        bundle: &Bundle,
        says: &Expression,
        (span, of, label): (Span, Span, String),
        statements: Vec<u32>,
    ) -> Owned {
        let when = question::condition(bundle, says);
        let otherwise = When::Not(Box::new(when.clone()));
        let can = |when: &When| Side { hits: 0, can: can_ever_hold(bundle, when) != Some(false) };
        let condition = Condition { span, of, label, holds: can(&when), fails: can(&otherwise) };
        Owned { condition, statements, when, otherwise }
    }

    fn see(&mut self, bundle: &Bundle, request: &Request) {
        let holds = can_hold(bundle, request, &self.when);
        let fails = can_hold(bundle, request, &self.otherwise);
        match (holds, fails) {
            (Some(true), Some(false)) => self.condition.holds.hits += 1,
            (Some(false), Some(true)) => self.condition.fails.hits += 1,
            _ => {}
        }
    }
}

/// The conditions of the statements that can decide, and those in front of the places around them.
fn owned(policy: &Policy, bundle: &Bundle, statements: &[Covered]) -> Vec<Owned> {
    let mut out = Vec::new();
    let counted = || policy.statements.iter().zip(statements).zip(0u32..).filter(|((_, c), _)| c.counts());
    for ((statement, covered), number) in counted() {
        let limit = statement.limit.as_ref().map(|limit| {
            let over = match limit.sort {
                LimitSort::Deadline => past(&limit.moment),
                LimitSort::Minimum => is_reached(&limit.moment),
            };
            (over, limit.span)
        });
        for (says, span) in statement.conditions.iter().cloned().chain(limit) {
            let place = (span, covered.span, covered.label.clone());
            let numbered = in_bundle(policy, bundle, &says);
            out.extend(numbered.map(|says| Owned::new(bundle, &says, place, vec![number])));
        }
    }
    let mut inside: BTreeMap<usize, (Span, Vec<u32>)> = BTreeMap::new();
    for ((statement, _), number) in counted() {
        let mut at = Some(statement.place);
        while let Some((place, outer)) = at.and_then(|at| Some((at, policy.places.get(at)?))) {
            let around = outer.parent.and_then(|p| policy.places.get(p)).map(|p| &p.scope);
            if outer.scope != Expression::always() && around != Some(&outer.scope) {
                inside.entry(place).or_insert_with(|| (statement.span, Vec::new())).1.push(number);
            }
            at = outer.parent;
        }
    }
    for (place, (first, bound)) in inside {
        let Some(place) = policy.places.get(place) else { continue };
        let at = (place.span, first, place.label.to_string());
        let numbered = in_bundle(policy, bundle, &place.scope);
        out.extend(numbered.map(|says| Owned::new(bundle, &says, at, bound)));
    }
    out
}

/// A condition of the policy in the numbers of the bundle's variables; none where one is missing.
fn in_bundle(policy: &Policy, bundle: &Bundle, says: &Expression) -> Option<Expression> {
    let fact = |number: &u32| bundle.variable(&policy.facts.get(*number as usize)?.name);
    let event = |number: &u32| bundle.variable(&policy.events.get(*number as usize)?.name);
    let all = |parts: &[Expression]| {
        parts.iter().map(|p| in_bundle(policy, bundle, p)).collect::<Option<Vec<Expression>>>()
    };
    Some(match says {
        Expression::All(parts) => Expression::All(all(parts)?),
        Expression::Any(parts) => Expression::Any(all(parts)?),
        Expression::Not(inner) => Expression::Not(Box::new(in_bundle(policy, bundle, inner)?)),
        Expression::Fact(number, values) => Expression::Fact(fact(number)?, values.clone()),
        Expression::Happened(number) => Expression::Happened(event(number)?),
        Expression::Since(number, comparison, length) => {
            Expression::Since(event(number)?, *comparison, *length)
        }
    })
}
