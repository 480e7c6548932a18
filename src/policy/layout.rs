//! From statements to rules over boxes, to the worlds that their conditions tell apart, and to the
//! examples that witnesses are made of.
//!
//! Takes a policy; gives its rules laid out and the space in which they lie. Who prevails over whom
//! is not looked at here.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::clock::Clock;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::flow::expression::{Expression, Length};
use crate::flow::search::Space;
use crate::flow::world::{Variable, World, Worlds};
use crate::policy::Policy;
use crate::policy::analysis::{Rule, RuleId};
use crate::policy::rules::{self, RuleBox, rules};
use crate::vocabulary::{Graph, Sort, Term};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

/// A policy's rules in their space.
pub struct Layout {
    /// The worlds, and what makes a good example.
    pub space: Space,
    /// The rules of all statements, by statement.
    pub rules: Vec<Rule>,
    /// The numbers of each statement's rules.
    pub rules_of: Vec<Range<RuleId>>,
    /// How sets of worlds were written.
    pub expressions: FxHashMap<World, Rc<Expression>>,
    /// The statement with whose conditions the diagrams became too large.
    pub entangled: Option<usize>,
}

/// Lays all statements of a policy out.
pub fn lay(policy: &Policy) -> Layout {
    let written: Vec<Vec<rules::Rule>> =
        policy.statements.iter().map(|s| rules(s, &policy.universe)).collect();
    let variables = variables(policy, &written);
    let first = entangled(policy, &written, &variables);
    let worlds = Worlds::new(variables, &first);
    let mut conditions = Conditions::default();
    let mut shared = Shared::default();
    let mut laid = Vec::with_capacity(written.iter().map(Vec::len).sum());
    let mut rules_of = Vec::with_capacity(written.len());
    let mut entangled = None;
    for (statement, list) in written.into_iter().enumerate() {
        let first = laid.len();
        for rule in list {
            let boxes: Vec<FlowBox> = rule
                .boxes
                .into_iter()
                .map(|b| FlowBox { world: conditions.world(&worlds, &b), cells: b.cells })
                .filter(|b| b.world != World::NONE)
                .map(|mut b| {
                    b.cells.0.iter_mut().for_each(|set| shared.share(set));
                    b
                })
                .collect();
            if !boxes.is_empty() {
                laid.push(Rule { statement, effect: rule.effect, origin: rule.origin, boxes });
            }
        }
        rules_of.push(first..laid.len());
        if entangled.is_none() && worlds.exhausted() {
            entangled = Some(statement);
        }
    }
    let impossible = policy.never.iter().fold(World::NONE, |w, n| worlds.or(w, worlds.holds(&n.condition)));
    let possible = worlds.not(impossible);
    let usual = usual(policy, &worlds);
    let space = Space {
        worlds,
        possible,
        exemplary: exemplary(policy),
        unrestricted: unrestricted(policy),
        usual,
        undecided: Cell::new(0),
        spent: Cell::new(0),
    };
    Layout { space, rules: laid, rules_of, expressions: conditions.expressions(), entangled }
}

/// The sets of several ranges seen so far. Equal ones become one, so that to compare them is to look where
/// they are.
#[derive(Default)]
struct Shared {
    sets: FxHashSet<CellSet>,
    /// Where those are.
    places: FxHashSet<*const (u32, u32)>,
}

impl Shared {
    fn share(&mut self, set: &mut CellSet) {
        if set.ranges().len() < 2 || self.places.contains(&set.ranges().as_ptr()) {
            return;
        }
        match self.sets.get(set) {
            Some(known) => *set = known.clone(),
            None => {
                self.places.insert(set.ranges().as_ptr());
                self.sets.insert(set.clone());
            }
        }
    }
}

/// The conditions seen so far, each worked out once.
#[derive(Default)]
struct Conditions {
    known: FxHashMap<Rc<Expression>, World>,
    last: Option<(Rc<Expression>, World)>,
}

impl Conditions {
    fn world(&mut self, worlds: &Worlds, one: &RuleBox) -> World {
        // The boxes of one statement share their condition.
        if let Some((when, world)) = &self.last
            && Rc::ptr_eq(when, &one.when)
        {
            return *world;
        }
        let world = match self.known.get(&one.when) {
            Some(known) => *known,
            None => {
                let world = worlds.holds(&one.when);
                self.known.insert(Rc::clone(&one.when), world);
                world
            }
        };
        self.last = Some((Rc::clone(&one.when), world));
        world
    }

    /// Of several ways to say the same, the shortest, so that the choice is always the same.
    fn expressions(self) -> FxHashMap<World, Rc<Expression>> {
        let mut all: Vec<(World, Rc<Expression>)> = self.known.into_iter().map(|(e, w)| (w, e)).collect();
        all.sort_by_cached_key(|(w, e)| (*w, std::cmp::Reverse((size(e), Rc::clone(e)))));
        all.into_iter().collect()
    }
}

/// How many parts an expression has.
fn size(expression: &Expression) -> usize {
    let mut count = 0;
    expression.visit(&mut |_| count += 1);
    count
}

/// The variables of the worlds: the facts, then a clock for each event with every constant that the
/// policy compares it with.
fn variables(policy: &Policy, written: &[Vec<rules::Rule>]) -> Vec<Variable> {
    let mut thresholds: Vec<Vec<Length>> = vec![Vec::new(); policy.events.len()];
    let mut collect = |expression: &Expression| {
        expression.visit(&mut |part| {
            if let Expression::Since(event, _, length) = part
                && let Some(list) = thresholds.get_mut(*event as usize)
                && !list.contains(length)
            {
                list.push(*length);
            }
        });
    };
    let mut seen: FxHashSet<*const Expression> = FxHashSet::default();
    for when in written.iter().flatten().flat_map(|r| &r.boxes).map(|b| &b.when) {
        if **when != Expression::All(Vec::new()) && seen.insert(Rc::as_ptr(when)) {
            collect(when);
        }
    }
    policy.never.iter().for_each(|n| collect(&n.condition));
    policy.duties.iter().for_each(|d| collect(&d.when));
    policy.rights.iter().for_each(|r| collect(&r.when));
    for statement in &policy.statements {
        statement.conditions.iter().for_each(|(c, _)| collect(c));
        statement.requires.iter().for_each(&mut collect);
    }
    let facts = policy.facts.iter().enumerate().map(|(i, f)| Variable::Fact(i as u32, f.values.len() as u32));
    let clocks = thresholds.into_iter().enumerate().map(|(i, t)| Variable::Clock(i as u32, Clock::new(t)));
    facts.chain(clocks).collect()
}

/// How many variables a condition has at least, for their order to be worth a thought.
const MANY: usize = 9;

/// The variables of the conditions that name many, those of the greatest first, as they come: what a
/// condition names close together is best asked close together. Ordinary policies have none, and keep
/// the order of declaration.
fn entangled(policy: &Policy, written: &[Vec<rules::Rule>], variables: &[Variable]) -> Vec<u32> {
    let numbers: FxHashMap<(bool, u32), u32> = (0..)
        .zip(variables)
        .map(|(number, variable)| match variable {
            Variable::Fact(fact, _) => ((true, *fact), number),
            Variable::Clock(event, _) => ((false, *event), number),
        })
        .collect();
    let of_rules = written.iter().flatten().flat_map(|r| &r.boxes).map(|b| b.when.as_ref());
    let others = policy.never.iter().map(|n| &n.condition).chain(policy.duties.iter().map(|d| &d.when));
    let all = of_rules.chain(others).chain(policy.rights.iter().map(|r| &r.when));
    let mut seen: FxHashSet<*const Expression> = FxHashSet::default();
    let mut large: Vec<Vec<u32>> = Vec::new();
    for condition in all.filter(|c| **c != Expression::All(Vec::new()) && seen.insert(*c)) {
        let mut named: Vec<u32> = Vec::new();
        condition.visit(&mut |part| {
            let key = match part {
                Expression::Fact(fact, _) => (true, *fact),
                Expression::Happened(event) | Expression::Since(event, ..) => (false, *event),
                _ => return,
            };
            named.extend(numbers.get(&key));
        });
        if named.len() >= MANY {
            let mut once = FxHashSet::default();
            named.retain(|v| once.insert(*v));
            if named.len() >= MANY {
                large.push(named);
            }
        }
    }
    large.sort_by_key(|named| std::cmp::Reverse(named.len()));
    large.concat()
}

fn usual(policy: &Policy, worlds: &Worlds) -> Vec<u32> {
    let value = |v: &Variable| match v {
        Variable::Fact(fact, _) => policy.facts.get(*fact as usize).and_then(|f| f.default).unwrap_or(0),
        Variable::Clock(..) => 0,
    };
    worlds.variables().iter().map(value).collect()
}

/// The terms that make good examples, per dimension: those with nothing below them; the issuer among
/// actors, people among subjects, other organizations among recipients.
fn exemplary(policy: &Policy) -> PerDimension<CellSet> {
    let vocabulary = &policy.vocabulary;
    let issuer = CellSet::from_cells(policy.issuer.iter().filter_map(|t| vocabulary.own(*t)));
    let leaves = |fits: &dyn Fn(&Term) -> bool| {
        let terms = vocabulary.terms().filter(|(_, t)| t.children.is_empty() && fits(t));
        CellSet::from_cells(terms.filter_map(|(id, _)| vocabulary.own(id)))
    };
    PerDimension::from_fn(|d| match d {
        Dimension::Actor => issuer.clone(),
        Dimension::Action => CellSet::range(0, 17),
        Dimension::Data | Dimension::With => leaves(&|t| t.graph == Graph::Data),
        Dimension::Form => CellSet::one(1),
        Dimension::Subject => leaves(&|t| t.sort == Sort::People),
        Dimension::Source => leaves(&|t| t.graph == Graph::Party).difference(&issuer),
        Dimension::Recipient => {
            // Where nobody else is listed, somebody who is not.
            let others = leaves(&|t| t.sort == Sort::Party).difference(&issuer);
            others.union(&CellSet::one(vocabulary.other_any(Graph::Party)))
        }
        Dimension::Purpose => leaves(&|t| t.graph == Graph::Purpose),
        Dimension::Place => leaves(&|t| t.graph == Graph::Place),
    })
}

/// The cells for dimensions that a question leaves open, where a witness can do without a word.
fn unrestricted(policy: &Policy) -> PerDimension<Option<(CellSet, u32)>> {
    let vocabulary = &policy.vocabulary;
    PerDimension::from_fn(|d| {
        let graph = match d {
            Dimension::Source => Graph::Party,
            Dimension::Purpose => Graph::Purpose,
            Dimension::Place => Graph::Place,
            _ => return None,
        };
        Some((policy.universe.get(d).clone(), vocabulary.other_any(graph)))
    })
}
