//! How a permission and a prohibition contradict each other, by their statements as written.
//!
//! Whether they meet is a matter of sets, and is not asked here.

use crate::diagnostic::Relation;
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, NONE, PerDimension};
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId};
use crate::policy::rules::{Effect, Origin};
use crate::policy::{Action, Modal, Phrase};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// How a permission and a prohibition contradict each other. Ordered: the worst is last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// The prohibition reads as an exception.
    CarveOut,
    /// They meet, and neither holds the other.
    Crossing,
    /// The permission lies within prohibitions.
    VoidPermission,
    /// What must be done is prohibited.
    Dilemma,
}

impl Kind {
    /// All of them, in their order.
    pub const ALL: [Kind; 4] = [Kind::CarveOut, Kind::Crossing, Kind::VoidPermission, Kind::Dilemma];
}

/// A rule as its statement writes it.
pub struct Written {
    /// Verbs with all their kinds; everything where `only` made the rule.
    cells: PerDimension<CellSet>,
    /// The dimensions that the statement restricts by a phrase.
    restricts: PerDimension<bool>,
    /// The possible worlds; those of its front alone where `only` stands before the rest.
    world: World,
    /// It writes what data is combined with what.
    combines: bool,
    /// It speaks of giving to somebody.
    gives: bool,
}

impl Written {
    /// Reads a rule's statement.
    pub fn new(analysis: &Analysis<'_>, rule: &Rule) -> Written {
        let keeps = keeps(analysis, rule);
        let with = phrase(analysis, rule, Dimension::With);
        let beyond_none = |b: &CellSet| b.first().is_some_and(|c| c != NONE);
        Written {
            cells: PerDimension::from_fn(|d| cells(analysis, rule, d, keeps)),
            restricts: PerDimension::from_fn(|d| restricts(analysis, rule, d, keeps)),
            world: world(analysis, rule),
            combines: with.is_some_and(|p| p.span.is_some()),
            gives: rule.boxes.iter().any(|b| beyond_none(b.cells.get(Dimension::Recipient))),
        }
    }
}

/// How a set that a prohibition writes lies to one that a permission writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lies {
    Outside,
    Equal,
    Within,
}

impl Lies {
    fn new(prohibition: &CellSet, permission: &CellSet) -> Lies {
        match prohibition.is_subset(permission) {
            false => Lies::Outside,
            true if permission.is_subset(prohibition) => Lies::Equal,
            true => Lies::Within,
        }
    }
}

/// What of a rule as written tells the kinds apart: small, as there can be millions of pairs.
#[derive(Clone, Copy)]
struct Brief {
    /// Its sets, by their numbers.
    sets: PerDimension<u32>,
    restricts: PerDimension<bool>,
    world: World,
}

/// Sets that rules write in one dimension, each once.
#[derive(Default)]
struct Sets {
    numbers: FxHashMap<CellSet, u32>,
    all: Vec<CellSet>,
}

impl Sets {
    fn number(&mut self, set: CellSet) -> u32 {
        let next = self.all.len() as u32;
        *self.numbers.entry(set).or_insert_with_key(|set| {
            self.all.push(set.clone());
            next
        })
    }
}

/// The rules of a policy as written, each read when it is first asked for.
pub struct Kinds {
    briefs: Vec<OnceCell<Brief>>,
    sets: RefCell<PerDimension<Sets>>,
}

impl Kinds {
    /// Nothing is read yet.
    pub fn new(analysis: &Analysis<'_>) -> Kinds {
        Kinds { briefs: analysis.rules.iter().map(|_| OnceCell::new()).collect(), sets: RefCell::default() }
    }

    fn brief(&self, analysis: &Analysis<'_>, id: RuleId) -> Option<&Brief> {
        let rule = analysis.rules.get(id)?;
        let read = || {
            let written = Written::new(analysis, rule);
            let mut sets = self.sets.borrow_mut();
            Brief {
                sets: PerDimension::from_fn(|d| sets.get_mut(d).number(written.cells.get(d).clone())),
                restricts: written.restricts,
                world: written.world,
            }
        };
        Some(self.briefs.get(id)?.get_or_init(read))
    }

    /// A permission, to be compared with prohibitions.
    pub fn of<'k>(&'k self, analysis: &Analysis<'_>, permission: RuleId) -> Option<Permission<'k>> {
        let brief = *self.brief(analysis, permission)?;
        Some(Permission { kinds: self, brief, known: PerDimension::default() })
    }
}

/// A permission that is compared with prohibitions.
pub struct Permission<'k> {
    kinds: &'k Kinds,
    brief: Brief,
    known: PerDimension<FxHashMap<u32, Lies>>,
}

impl Permission<'_> {
    /// Whether a prohibition reads as an exception to it: by person or circumstance, or by lying within
    /// it in every phrase that it writes, and in one strictly.
    pub fn is_carved_by(&mut self, analysis: &Analysis<'_>, prohibition: RuleId) -> Option<bool> {
        let by = *self.kinds.brief(analysis, prohibition)?;
        let world = relation_of_worlds(analysis, self.brief.world, by.world);
        if world == Relation::Wider || self.lies(&by, Dimension::Subject) == Lies::Within {
            return Some(true);
        }
        // A condition is a phrase that the prohibition writes; where it writes none, the permission's
        // conditions are not its matter.
        let conditional = by.world != analysis.space.possible;
        if conditional && world != Relation::Equal {
            return Some(false);
        }
        let mut strictly = false;
        for d in Dimension::ALL {
            if matches!(d, Dimension::Actor | Dimension::Action) || !*by.restricts.get(d) {
                continue;
            }
            match self.lies(&by, d) {
                Lies::Outside => return Some(false),
                Lies::Equal => {}
                Lies::Within => strictly = true,
            }
        }
        Some(strictly)
    }

    fn lies(&mut self, by: &Brief, d: Dimension) -> Lies {
        let (own, other) = (*self.brief.sets.get(d), *by.sets.get(d));
        if own == other {
            return Lies::Equal;
        }
        let sets = self.kinds.sets.borrow();
        let all = &sets.get(d).all;
        let look = || match (all.get(other as usize), all.get(own as usize)) {
            (Some(a), Some(b)) => Lies::new(a, b),
            _ => Lies::Outside,
        };
        *self.known.get_mut(d).entry(other).or_insert_with(look)
    }
}

fn phrase<'a>(analysis: &'a Analysis<'_>, rule: &Rule, d: Dimension) -> Option<&'a Phrase> {
    Some(analysis.policy.statements.get(rule.statement)?.phrases.get(d))
}

/// Whether a rule's statement restricts a dimension by a phrase: what `only` stands before is open
/// in the prohibition that it makes.
fn restricts(analysis: &Analysis<'_>, rule: &Rule, d: Dimension, keeps: bool) -> bool {
    phrase(analysis, rule, d).is_some_and(|p| {
        p.span.is_some() && !p.any && !(rule.origin == Origin::Complement && p.only.is_some())
    }) && !(d == Dimension::Purpose && keeps)
}

/// Whether a rule is the bar on erasing that follows from a duty to keep: it holds for any purpose,
/// whatever the data is kept for.
fn keeps(analysis: &Analysis<'_>, rule: &Rule) -> bool {
    rule.effect == Effect::Prohibit && rule.origin == Origin::Said && {
        let statement = analysis.policy.statements.get(rule.statement);
        statement.is_some_and(|s| s.modal == Modal::Must && s.actions.contains(&Action::Retain))
    }
}

/// The cells of a dimension as a rule's statement writes them.
fn cells(analysis: &Analysis<'_>, rule: &Rule, d: Dimension, keeps: bool) -> CellSet {
    let Some(phrase) = phrase(analysis, rule, d) else { return CellSet::empty() };
    if rule.origin == Origin::Complement && phrase.only.is_some() || d == Dimension::Purpose && keeps {
        return analysis.policy.universe.get(d).clone();
    }
    if d == Dimension::Action {
        // A limit speaks of other actions than the one it is written with.
        let spoken = CellSet::union_of(rule.boxes.iter().map(|b| b.cells.get(d)));
        return if spoken.meets(&phrase.cells) { phrase.cells.clone() } else { spoken };
    }
    phrase.cells.clone()
}

/// The possible worlds that a rule's statement writes.
fn world(analysis: &Analysis<'_>, rule: &Rule) -> World {
    let worlds = &analysis.space.worlds;
    let world = match analysis.policy.statements.get(rule.statement) {
        Some(s) if rule.origin == Origin::Complement => worlds.holds(&s.scope),
        _ => rule.boxes.iter().fold(World::NONE, |w, b| worlds.or(w, b.world)),
    };
    worlds.and(world, analysis.space.possible)
}

/// How the permission relates to the prohibition in each dimension, as they are written.
pub fn relations(permission: &Written, prohibition: &Written) -> Vec<(Dimension, Relation)> {
    Dimension::ALL
        .into_iter()
        .filter(|d| match d {
            Dimension::With => permission.combines || prohibition.combines,
            Dimension::Recipient => permission.gives || prohibition.gives,
            _ => true,
        })
        .map(|d| (d, relation(permission.cells.get(d), prohibition.cells.get(d))))
        .collect()
}

/// How the first set relates to the second.
pub fn relation(a: &CellSet, b: &CellSet) -> Relation {
    match (a.is_subset(b), b.is_subset(a)) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Narrower,
        (false, true) => Relation::Wider,
        (false, false) if a.meets(b) => Relation::Overlapping,
        (false, false) => Relation::Disjoint,
    }
}

/// How the permission relates to the prohibition in the world.
pub fn world_relation(analysis: &Analysis<'_>, permission: &Written, prohibition: &Written) -> Relation {
    relation_of_worlds(analysis, permission.world, prohibition.world)
}

fn relation_of_worlds(analysis: &Analysis<'_>, a: World, b: World) -> Relation {
    let worlds = &analysis.space.worlds;
    if a == b {
        return Relation::Equal;
    }
    match (worlds.is_subset(a, b), worlds.is_subset(b, a)) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Narrower,
        (false, true) => Relation::Wider,
        (false, false) if worlds.and(a, b) != World::NONE => Relation::Overlapping,
        (false, false) => Relation::Disjoint,
    }
}
