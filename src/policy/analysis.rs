//! A policy laid out for analysis: its rules as boxes, its conditions as diagrams, and who prevails
//! over whom.
//!
//! Every question about what stands at a flow goes through [`Analysis::speaking`] and
//! [`Analysis::stands`]: the first says in which worlds each rule speaks of some cells, the second
//! takes out those in which it is defeated.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::clock::Clock;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::flow::expression::{Expression, Length};
use crate::flow::index::Index;
use crate::flow::search::Space;
use crate::flow::world::{Variable, World, Worlds};
use crate::policy::rules::{Effect, Origin, rules};
use crate::policy::{Date, Norm, Policy};
use crate::source::Sources;
use crate::vocabulary::{Graph, Sort, Term};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::Cell;

/// The number of a rule in [`Analysis::rules`].
pub type RuleId = usize;
/// The position of a statement in its policy.
pub type StatementId = usize;

/// A rule laid out.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Whose it is.
    pub statement: StatementId,
    /// What it says.
    pub effect: Effect,
    /// How it came about.
    pub origin: Origin,
    /// Of which flows.
    pub boxes: Vec<FlowBox>,
}

/// A policy, laid out.
pub struct Analysis<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its texts.
    pub sources: &'a Sources,
    /// The day for which dates are judged.
    pub today: Date,
    /// The worlds, and what makes a good example.
    pub space: Space,
    /// The rules of all statements, by statement.
    pub rules: Vec<Rule>,
    /// The numbers of a statement's rules.
    pub rules_of: Vec<std::ops::Range<RuleId>>,
    /// For each statement those that prevail over it, where they can meet and disagree. Sorted.
    pub defeaters: Vec<Vec<StatementId>>,
    /// For each line of precedence, whether it decides anything.
    pub lines_used: Vec<bool>,
    /// Lines of a base that a line of an extension turned round: (base's, extension's).
    pub replaced: Vec<(usize, usize)>,
    prevails: FxHashSet<(StatementId, StatementId)>,
    boxes: Vec<(RuleId, usize)>,
    index: Index,
    expressions: FxHashMap<World, Expression>,
}

/// The rules that a question looks at, as boxes in one row.
pub struct Scene<'s> {
    /// The boxes.
    pub boxes: Vec<&'s FlowBox>,
    owners: Vec<RuleId>,
}

/// In which worlds each rule speaks, sorted by rule.
pub type Speaking = Vec<(RuleId, World)>;

impl<'a> Analysis<'a> {
    /// Lays a policy out.
    pub fn new(policy: &'a Policy, sources: &'a Sources, today: Date) -> Analysis<'a> {
        let written: Vec<Vec<_>> = policy.statements.iter().map(|s| rules(s, &policy.universe)).collect();
        let worlds = Worlds::new(variables(policy, &written));
        let mut memo: FxHashMap<Expression, World> = FxHashMap::default();
        let mut laid = Vec::new();
        let mut rules_of = Vec::new();
        for (statement, list) in written.into_iter().enumerate() {
            let first = laid.len();
            for rule in list {
                let boxes = rule.boxes.into_iter().map(|b| {
                    let world = *memo.entry(b.when).or_insert_with_key(|when| worlds.holds(when));
                    FlowBox { cells: b.cells, world }
                });
                let boxes: Vec<FlowBox> = boxes.filter(|b| b.world != World::NONE).collect();
                if !boxes.is_empty() {
                    laid.push(Rule { statement, effect: rule.effect, origin: rule.origin, boxes });
                }
            }
            rules_of.push(first..laid.len());
        }
        let mut expressions: Vec<(World, Expression)> = memo.into_iter().map(|(e, w)| (w, e)).collect();
        // Of several ways to say the same, the shortest, so that the choice is always the same.
        expressions.sort_by_cached_key(|(w, e)| (*w, std::cmp::Reverse((size(e), e.clone()))));
        let impossible =
            policy.never.iter().fold(World::NONE, |w, n| worlds.or(w, worlds.holds(&n.condition)));
        let possible = worlds.not(impossible);
        let usual = usual(policy, &worlds);
        let space = Space {
            worlds,
            possible,
            exemplary: exemplary(policy),
            unrestricted: unrestricted(policy),
            usual,
            undecided: Cell::new(0),
        };
        let boxes: Vec<(RuleId, usize)> = laid
            .iter()
            .enumerate()
            .flat_map(|(r, rule)| (0..rule.boxes.len()).map(move |b| (r, b)))
            .collect();
        let flat: Vec<&FlowBox> = laid.iter().flat_map(|r| r.boxes.iter()).collect();
        let index = Index::new(flat.into_iter());
        let mut analysis = Analysis {
            policy,
            sources,
            today,
            space,
            rules: laid,
            defeaters: vec![Vec::new(); rules_of.len()],
            rules_of,
            lines_used: vec![false; policy.precedence.len()],
            replaced: Vec::new(),
            prevails: FxHashSet::default(),
            boxes,
            index,
            expressions: expressions.into_iter().collect(),
        };
        analysis.lay_precedence();
        analysis
    }

    /// Which statements prevail over which: by the lines that name them, where they can meet and
    /// disagree. For a pair, a line of an extension replaces its base's opposite one.
    fn lay_precedence(&mut self) {
        let policy = self.policy;
        let mut by_pair: FxHashMap<(StatementId, StatementId), Vec<usize>> = FxHashMap::default();
        let mut disagreeing: FxHashMap<StatementId, Vec<StatementId>> = FxHashMap::default();
        for (number, line) in policy.precedence.iter().enumerate() {
            let losers: FxHashSet<StatementId> = line.losers.iter().filter_map(statement).collect();
            for winner in line.winners.iter().filter_map(statement) {
                let against = disagreeing.entry(winner).or_insert_with(|| self.disagreeing(winner));
                for loser in against.iter().filter(|s| losers.contains(*s)) {
                    by_pair.entry((winner, *loser)).or_default().push(number);
                }
            }
        }
        let unit =
            |lines: &[usize]| lines.iter().filter_map(|l| policy.precedence.get(*l).map(|p| p.unit)).min();
        let mut pairs: Vec<_> = by_pair.iter().collect();
        pairs.sort_unstable();
        for (&(winner, loser), lines) in pairs {
            if let Some(opposite) = by_pair.get(&(loser, winner))
                && unit(opposite) < unit(lines)
            {
                if let (Some(base), Some(extension)) = (lines.first(), opposite.first()) {
                    self.replaced.push((*base, *extension));
                }
                continue;
            }
            self.prevails.insert((winner, loser));
            if let Some(list) = self.defeaters.get_mut(loser) {
                list.push(winner);
            }
            for line in lines {
                if let Some(used) = self.lines_used.get_mut(*line) {
                    *used = true;
                }
            }
        }
        self.replaced.sort_unstable();
        self.replaced.dedup();
        self.defeaters.iter_mut().for_each(|list| list.sort_unstable());
    }

    /// The statements that share a flow with this one and disagree with it there, precedence aside.
    fn disagreeing(&self, statement: StatementId) -> Vec<StatementId> {
        let mut out = FxHashSet::default();
        for r in self.rules_of(statement) {
            let Some(rule) = self.rules.get(r) else { continue };
            for one in &rule.boxes {
                for other in self.candidates(one) {
                    let Some(against) = self.rules.get(other) else { continue };
                    if against.statement != statement
                        && !out.contains(&against.statement)
                        && self.disagree(rule, against)
                        && against.boxes.iter().any(|b| b.meets(one) && self.can_be(one.world, b.world))
                    {
                        out.insert(against.statement);
                    }
                }
            }
        }
        let mut out: Vec<_> = out.into_iter().collect();
        out.sort_unstable();
        out
    }

    /// Whether some possible world is in both.
    pub fn can_be(&self, a: World, b: World) -> bool {
        let worlds = &self.space.worlds;
        worlds.and(worlds.and(a, b), self.space.possible) != World::NONE
    }

    /// The numbers of a statement's rules.
    pub fn rules_of(&self, statement: StatementId) -> std::ops::Range<RuleId> {
        self.rules_of.get(statement).cloned().unwrap_or(0..0)
    }

    /// Whether two rules of different statements disagree at a flow that both speak of: one permits
    /// and the other prohibits, or they set different limits of one sort, or different duties come
    /// with their yes.
    pub fn disagree(&self, a: &Rule, b: &Rule) -> bool {
        let (Some(s), Some(t)) =
            (self.policy.statements.get(a.statement), self.policy.statements.get(b.statement))
        else {
            return false;
        };
        if matches!(
            (a.effect, b.effect),
            (Effect::Permit, Effect::Prohibit) | (Effect::Prohibit, Effect::Permit)
        ) {
            return true;
        }
        if let (Some(x), Some(y)) = (&s.limit, &t.limit)
            && x.sort == y.sort
            && (&x.moment, x.open_start) != (&y.moment, y.open_start)
        {
            return true;
        }
        a.effect == Effect::Permit && b.effect == Effect::Permit && {
            let set = |d: &[usize]| d.iter().copied().collect::<std::collections::BTreeSet<_>>();
            set(&s.duties) != set(&t.duties)
        }
    }

    /// Whether the first statement prevails over the second where they disagree.
    pub fn prevails(&self, winner: StatementId, loser: StatementId) -> bool {
        self.prevails.contains(&(winner, loser))
    }

    /// All pairs in which the first prevails over the second. Sorted.
    pub fn precedence(&self) -> Vec<(StatementId, StatementId)> {
        let mut pairs: Vec<_> = self.prevails.iter().copied().collect();
        pairs.sort_unstable();
        pairs
    }

    /// How the worlds of some rule's box were written.
    pub fn expression_of(&self, world: World) -> Option<&Expression> {
        self.expressions.get(&world)
    }

    /// The rules of which some box may meet this one. Sorted.
    pub fn candidates(&self, query: &FlowBox) -> Vec<RuleId> {
        let mut out: Vec<RuleId> = self
            .index
            .candidates(query)
            .into_iter()
            .filter_map(|i| self.boxes.get(i as usize))
            .filter(|(r, b)| {
                self.rules.get(*r).and_then(|rule| rule.boxes.get(*b)).is_some_and(|one| one.meets(query))
            })
            .map(|(r, _)| *r)
            .collect();
        out.dedup();
        out
    }

    /// The rules named, and all rules of statements that prevail over theirs.
    pub fn scene(&self, rules: impl IntoIterator<Item = RuleId>) -> Scene<'_> {
        let mut wanted: Vec<RuleId> = Vec::new();
        for r in rules {
            wanted.push(r);
            let defeaters = self.rules.get(r).and_then(|rule| self.defeaters.get(rule.statement));
            for winner in defeaters.into_iter().flatten() {
                wanted.extend(self.rules_of(*winner));
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut scene = Scene { boxes: Vec::new(), owners: Vec::new() };
        for r in wanted {
            for one in self.rules.get(r).into_iter().flat_map(|rule| &rule.boxes) {
                scene.boxes.push(one);
                scene.owners.push(r);
            }
        }
        scene
    }

    /// In which worlds the rules of a scene speak, where these of its boxes hold the cells.
    pub fn speaking(&self, scene: &Scene<'_>, live: &[u32]) -> Speaking {
        let mut out: Speaking = Vec::new();
        for i in live {
            let (Some(one), Some(owner)) = (scene.boxes.get(*i as usize), scene.owners.get(*i as usize))
            else {
                continue;
            };
            match out.last_mut() {
                Some((r, world)) if r == owner => *world = self.space.worlds.or(*world, one.world),
                _ => out.push((*owner, one.world)),
            }
        }
        out
    }

    /// In which worlds a rule stands, undefeated. The scene must hold the rules of all that prevail
    /// over its statement.
    pub fn stands(&self, rule: RuleId, speaking: &Speaking) -> World {
        self.stands_without(rule, speaking, None)
    }

    /// The same as if one statement were not there.
    pub fn stands_without(&self, rule: RuleId, speaking: &Speaking, absent: Option<StatementId>) -> World {
        let Some(&(_, mut world)) = speaking.iter().find(|(r, _)| *r == rule) else { return World::NONE };
        let Some(own) = self.rules.get(rule) else { return World::NONE };
        if Some(own.statement) == absent {
            return World::NONE;
        }
        for (other, speaks) in speaking {
            if let Some(against) = self.rules.get(*other)
                && Some(against.statement) != absent
                && self.prevails(against.statement, own.statement)
                && self.disagree(own, against)
            {
                world = self.space.worlds.minus(world, *speaks);
            }
        }
        world
    }

    /// In which worlds some rule of that effect stands.
    pub fn standing(&self, effect: Effect, speaking: &Speaking, absent: Option<StatementId>) -> World {
        let of_effect =
            speaking.iter().filter(|(r, _)| self.rules.get(*r).is_some_and(|x| x.effect == effect));
        of_effect
            .fold(World::NONE, |w, (r, _)| self.space.worlds.or(w, self.stands_without(*r, speaking, absent)))
    }
}

/// How many parts an expression has.
fn size(expression: &Expression) -> usize {
    let mut count = 0;
    expression.visit(&mut |_| count += 1);
    count
}

fn statement(norm: &Norm) -> Option<StatementId> {
    match norm {
        Norm::Statement(i) => Some(*i),
        Norm::Duty(_) | Norm::Right(_) => None,
    }
}

/// The variables of the worlds: the facts, then a clock for each event with every constant that the
/// policy compares it with.
fn variables(policy: &Policy, written: &[Vec<crate::policy::rules::Rule>]) -> Vec<Variable> {
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
    let mut seen: FxHashSet<&Expression> = FxHashSet::default();
    for when in written.iter().flatten().flat_map(|r| &r.boxes).map(|b| &b.when) {
        if seen.insert(when) {
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
