//! A policy laid out for analysis: its rules as boxes, its conditions as diagrams, and who prevails
//! over whom.
//!
//! [`crate::policy::layout`] makes the boxes, [`crate::policy::precedence`] says who prevails, and
//! [`crate::policy::scene`] answers what stands at a flow. Here is what they share: which rules meet
//! a box, and which of them disagree.

use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::expression::Expression;
use crate::flow::index::Index;
use crate::flow::join::Join;
use crate::flow::rarity::Rarity;
use crate::flow::search::Space;
use crate::flow::world::World;
use crate::policy::layout::{Layout, lay};
use crate::policy::precedence::Precedence;
use crate::policy::rules::{Effect, Origin};
use crate::policy::{Date, Policy, Statement};
use crate::source::Sources;
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

pub use crate::policy::scene::{Scene, Speaking};

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
    /// Who prevails over whom.
    pub precedence: Precedence,
    /// The statement with whose conditions the diagrams of worlds became too large, if one did.
    pub entangled: Option<StatementId>,
    /// The rule and the place in it of every box.
    boxes: Vec<(u32, u32)>,
    /// The boxes of the rules of each effect.
    by_effect: [OfEffect; 3],
    expressions: FxHashMap<World, Rc<Expression>>,
    /// What was answered of flows so far: many findings can have one witness.
    pub verdicts: RefCell<FxHashMap<Flow, Said>>,
}

/// What the policy says of a flow, and the variables on which what speaks of it depends.
pub type Said = (&'static str, BTreeSet<u32>);

/// A rule, and a box of it.
pub type RuleBox<'a> = (RuleId, &'a FlowBox);

/// From how many boxes that may meet a query on they are found by rows of bits, and from which part of
/// all. A row takes a look at every box, so rows are for what many queries meet.
const MANY: usize = 256;
const DENSE: usize = 8;

/// The boxes of the rules of one effect, and two ways to find those that meet a query.
struct OfEffect {
    effect: Effect,
    index: Index,
    join: Join,
    rarity: Rarity,
    /// The positions of its boxes.
    positions: Vec<u32>,
}

impl<'a> Analysis<'a> {
    /// Lays a policy out.
    pub fn new(policy: &'a Policy, sources: &'a Sources, today: Date) -> Analysis<'a> {
        let Layout { space, rules, rules_of, expressions, entangled } = lay(policy);
        let numbered = rules
            .iter()
            .enumerate()
            .flat_map(|(r, rule)| (0..rule.boxes.len()).map(move |b| (r as u32, b as u32)));
        let boxes: Vec<(u32, u32)> = numbered.collect();
        let by_effect = [Effect::Permit, Effect::Prohibit, Effect::Silent].map(|effect| {
            let all = rules.iter().flat_map(|r| r.boxes.iter().map(move |b| (r.effect, b))).zip(0u32..);
            let own: Vec<(u32, &FlowBox)> =
                all.filter(|((e, _), _)| *e == effect).map(|((_, b), i)| (i, b)).collect();
            let positions = own.iter().map(|(i, _)| *i).collect();
            let rarity = Rarity::new(own.iter().map(|(_, b)| *b));
            OfEffect { effect, index: Index::new(own.into_iter()), join: Join::default(), rarity, positions }
        });
        let mut analysis = Analysis {
            policy,
            sources,
            today,
            space,
            rules,
            rules_of,
            precedence: Precedence::default(),
            entangled,
            boxes,
            by_effect,
            expressions,
            verdicts: RefCell::default(),
        };
        analysis.precedence = Precedence::new(&analysis);
        analysis
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
        match (a.effect, b.effect) {
            (Effect::Permit, Effect::Prohibit) | (Effect::Prohibit, Effect::Permit) => true,
            (Effect::Permit, Effect::Permit) => other_limits(s, t) || other_duties(s, t),
            _ => other_limits(s, t),
        }
    }

    /// Whether the first statement prevails over the second where they disagree.
    pub fn prevails(&self, winner: StatementId, loser: StatementId) -> bool {
        self.precedence.prevails(winner, loser)
    }

    /// All pairs in which the first prevails over the second. Sorted.
    pub fn precedence(&self) -> Vec<(StatementId, StatementId)> {
        self.precedence.pairs()
    }

    /// How the worlds of some rule's box were written.
    pub fn expression_of(&self, world: World) -> Option<&Expression> {
        self.expressions.get(&world).map(Rc::as_ref)
    }

    /// The rules of which some box meets this one, whatever the world. Sorted.
    pub fn candidates(&self, query: &FlowBox) -> Vec<RuleId> {
        owners(self.meeting(query, None))
    }

    /// Those of one effect.
    pub fn candidates_of(&self, query: &FlowBox, effect: Effect) -> Vec<RuleId> {
        owners(self.meeting(query, Some(effect)))
    }

    /// The boxes that meet this one, whatever the world, with their rules; of one effect, or of all.
    /// In the order of the rules.
    pub fn meeting(&self, query: &FlowBox, effect: Option<Effect>) -> Vec<RuleBox<'_>> {
        let place = |(rule, number): (RuleId, usize)| Some((rule, self.rules.get(rule)?.boxes.get(number)?));
        self.meeting_at(query, effect).filter_map(place).collect()
    }

    /// The same, each box by its number in its rule. Each counts as a step of the budget.
    pub fn meeting_at(
        &self,
        query: &FlowBox,
        effect: Option<Effect>,
    ) -> impl Iterator<Item = (RuleId, usize)> + '_ {
        let mut found: Vec<u32> = Vec::new();
        for of in self.by_effect.iter().filter(|of| effect.is_none_or(|e| e == of.effect)) {
            self.add_meeting(of, query, &mut found);
        }
        if !found.is_sorted() {
            found.sort_unstable();
        }
        found.dedup();
        self.space.spend(found.len() as u64);
        let at = |position| self.boxes.get(position as usize).map(|(r, b)| (*r as usize, *b as usize));
        found.into_iter().filter_map(at)
    }

    /// A box cut down to cells that few rules of an effect speak of: where it is likely to be alone.
    pub fn rarest(&self, one: &FlowBox, effect: Effect) -> FlowBox {
        let of = self.by_effect.iter().find(|of| of.effect == effect);
        of.map_or_else(|| one.clone(), |of| of.rarity.rarest(one))
    }

    /// The box of a position, with its rule.
    fn placed(&self, position: u32) -> Option<RuleBox<'_>> {
        let (rule, number) = *self.boxes.get(position as usize)?;
        let one = self.rules.get(rule as usize)?.boxes.get(number as usize)?;
        Some((rule as usize, one))
    }

    fn add_meeting(&self, of: &OfEffect, query: &FlowBox, found: &mut Vec<u32>) {
        let plan = of.index.plan(query);
        if plan.visits > MANY && plan.visits > of.positions.len() / DENSE {
            let at = |place: usize| Some(self.placed(*of.positions.get(place)?)?.1);
            if let Some(places) = of.join.meeting(query, of.positions.len(), &at) {
                found.extend(places.into_iter().filter_map(|place| of.positions.get(place)));
                return;
            }
        }
        plan.visit(&mut |position| {
            if self.placed(position).is_some_and(|(_, b)| b.meets(query)) {
                found.push(position);
            }
        });
    }
}

/// The rules of boxes that are in the order of rules, each once.
fn owners(boxes: Vec<RuleBox<'_>>) -> Vec<RuleId> {
    let mut out: Vec<RuleId> = boxes.into_iter().map(|(rule, _)| rule).collect();
    out.dedup();
    out
}

/// Whether two statements set different limits of one sort.
fn other_limits(s: &Statement, t: &Statement) -> bool {
    matches!((&s.limit, &t.limit), (Some(x), Some(y))
        if x.sort == y.sort && (&x.moment, x.open_start) != (&y.moment, y.open_start))
}

/// Whether different duties come with the yes of two statements.
fn other_duties(s: &Statement, t: &Statement) -> bool {
    let within = |a: &[usize], b: &[usize]| a.iter().all(|d| b.contains(d));
    !(within(&s.duties, &t.duties) && within(&t.duties, &s.duties))
}
