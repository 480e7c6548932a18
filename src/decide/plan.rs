//! What is left to decide of a request once its cells are known: a few conditions.
//!
//! The flows of a request fall into parts that the same boxes hold. In each part, most statements
//! come down to "prohibits if this condition holds" or "permits if that one does"; the others are
//! kept with those that may defeat them. Equal parts are one. A request with too many parts, or one
//! that takes too long to take apart, has no plan and is split when it is asked.

use super::known::truth;
use super::question::{Candidate, ORDER, candidates, parts};
use super::verdict::{Outcome, Outcomes};
use super::world::Truth;
use crate::bundle::Bundle;
use crate::bundle::dimension::DIMENSIONS;
use crate::bundle::format::{Effect, Ranges};
use crate::bundle::index::conditions::Test;
use crate::bundle::index::{Defeater, stricter};
use rustc_hash::FxHashSet;

/// How many different parts a plan may have.
const MAX_PARTS: usize = 64;

/// How many boxes may be looked at to make one.
const MAX_STEPS: usize = 50_000;

/// The parts of a request.
#[derive(Clone, Debug, Default)]
pub(super) struct Plan {
    parts: Vec<Part>,
}

/// Flows that the same boxes hold.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
enum Part {
    /// They come to this whatever holds.
    Settled(Outcome),
    Open(Open),
}

#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
struct Open {
    /// Conditions under which an undefeatable statement prohibits.
    prohibits: Vec<u32>,
    /// Conditions under which an undefeatable statement permits.
    permits: Vec<u32>,
    /// Whether one permits in any case.
    permitted: bool,
    /// The statements that may be defeated, and those that may defeat.
    statements: Vec<Live>,
}

/// A statement with boxes that hold the flows.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Live {
    /// Their effects and conditions.
    boxes: Vec<(Effect, Option<u32>)>,
    /// Those that may defeat it: positions among the part's statements.
    foes: Vec<(u32, Defeater)>,
    /// Whether it is more than a foe of others.
    speaks: bool,
}

impl Plan {
    /// None where it would be too large.
    pub(super) fn new(bundle: &Bundle, products: &[[Ranges; DIMENSIONS]]) -> Option<Plan> {
        let mut made = FxHashSet::default();
        let mut steps = MAX_STEPS;
        for product in products {
            let candidates =
                candidates(bundle, product, |when| when.map_or(Truth::True, |n| fixed(bundle, n)));
            let mut regions =
                Regions { bundle, product, candidates: &candidates, steps, seen: FxHashSet::default(), made };
            regions.split(0, (0..candidates.len() as u32).collect())?;
            (steps, made) = (regions.steps, regions.made);
        }
        let mut parts: Vec<Part> = made.into_iter().collect();
        // Those first that cost nothing.
        parts.sort_by_key(|part| match part {
            Part::Settled(outcome) => (0, *outcome as usize),
            Part::Open(open) => (1 + open.statements.len(), open.prohibits.len() + open.permits.len()),
        });
        Some(Plan { parts })
    }

    /// The outcomes that the flows reach; none where that hangs on what is unknown.
    pub(super) fn outcomes(&self, bundle: &Bundle, world: &[u64]) -> Option<Outcomes> {
        let mut found = Outcomes::default();
        let mut all = true;
        for part in &self.parts {
            let outcome = match part {
                Part::Settled(outcome) => Some(*outcome),
                Part::Open(open) => open.outcome(bundle, world),
            };
            all &= outcome.is_some();
            found = outcome.map_or(found, |outcome| found.and(Outcomes::one(outcome)));
            if found.mixed() {
                return Some(found);
            }
        }
        all.then_some(found)
    }
}

/// Whether a condition holds in all worlds, or in none.
fn fixed(bundle: &Bundle, condition: u32) -> Truth {
    match bundle.index().conditions().test(condition) {
        Test::All([]) => Truth::True,
        Test::Any([]) => Truth::False,
        _ => Truth::Unknown,
    }
}

impl Open {
    fn outcome(&self, bundle: &Bundle, world: &[u64]) -> Option<Outcome> {
        let mut prohibited = Truth::False;
        let mut permitted = if self.permitted { Truth::True } else { Truth::False };
        for condition in &self.prohibits {
            match truth(bundle, *condition, world) {
                Truth::True => return Some(Outcome::Prohibited),
                Truth::Unknown => prohibited = Truth::Unknown,
                Truth::False => {}
            }
        }
        for live in self.statements.iter().filter(|live| live.speaks) {
            match self.speaks(bundle, live, world) {
                (Effect::Prohibit, Truth::True) => return Some(Outcome::Prohibited),
                (Effect::Permit, Truth::True) => permitted = Truth::True,
                // What it would say is not known either.
                (_, Truth::Unknown) => {
                    if live.may(Effect::Prohibit) {
                        prohibited = Truth::Unknown;
                    }
                    if live.may(Effect::Permit) && permitted == Truth::False {
                        permitted = Truth::Unknown;
                    }
                }
                _ => {}
            }
        }
        if permitted != Truth::True {
            for condition in &self.permits {
                match truth(bundle, *condition, world) {
                    Truth::True => {
                        permitted = Truth::True;
                        break;
                    }
                    Truth::Unknown => permitted = Truth::Unknown,
                    Truth::False => {}
                }
            }
        }
        Outcome::of(prohibited, permitted)
    }

    /// What a statement says, and whether it does so undefeated.
    fn speaks(&self, bundle: &Bundle, live: &Live, world: &[u64]) -> (Effect, Truth) {
        let (effect, open) = live.effect(bundle, world);
        let mut truth = if open { Truth::Unknown } else { Truth::True };
        let effect = match (effect, open) {
            (None, false) => return (Effect::Silent, Truth::False),
            (None, true) => return (Effect::Silent, Truth::Unknown),
            (Some(effect), _) => effect,
        };
        for (foe, defeater) in &live.foes {
            let Some(foe) = self.statements.get(*foe as usize) else { continue };
            match foe.effect(bundle, world) {
                (_, true) => truth = Truth::Unknown,
                (Some(other), false) if defeater.disagrees(other, effect) => {
                    if !open {
                        return (effect, Truth::False);
                    }
                    truth = Truth::Unknown;
                }
                _ => {}
            }
        }
        (effect, truth)
    }
}

impl Live {
    fn may(&self, effect: Effect) -> bool {
        self.boxes.iter().any(|(e, _)| *e == effect)
    }

    /// What the statement says for sure, and whether it might say something else.
    fn effect(&self, bundle: &Bundle, world: &[u64]) -> (Option<Effect>, bool) {
        let (mut effect, mut open) = (None, false);
        for (own, when) in &self.boxes {
            match when.map_or(Truth::True, |when| truth(bundle, when, world)) {
                Truth::True => effect = Some(effect.map_or(*own, |e| stricter(e, *own))),
                Truth::Unknown => open = true,
                Truth::False => {}
            }
        }
        (effect, open)
    }
}

/// Takes a product apart.
struct Regions<'a> {
    bundle: &'a Bundle,
    product: &'a [Ranges; DIMENSIONS],
    candidates: &'a [Candidate],
    steps: usize,
    seen: FxHashSet<(usize, Vec<u32>)>,
    made: FxHashSet<Part>,
}

impl Regions<'_> {
    fn of(&self, number: u32) -> Option<&Candidate> {
        self.candidates.get(number as usize)
    }

    /// The parts of the flows that the live boxes are about, from a position in `ORDER` on.
    fn split(&mut self, at: usize, live: Vec<u32>) -> Option<()> {
        self.steps = self.steps.checked_sub(1 + live.len())?;
        let open = live.iter().filter_map(|n| self.of(*n)).fold(0, |open, c| open | c.open);
        let next = ORDER.into_iter().enumerate().skip(at).find(|(i, _)| open >> i & 1 == 1);
        let settled = self.settled(&live, at);
        let Some((at, _)) = next.filter(|_| settled.is_none()) else {
            self.made.insert(settled.map_or_else(|| self.part(&live), Part::Settled));
            return (self.made.len() <= MAX_PARTS).then_some(());
        };
        let key = (at, live);
        if self.seen.contains(&key) {
            return Some(());
        }
        for (_, live) in parts(self.bundle, self.candidates, self.product, at, &key.1) {
            self.split(at + 1, live)?;
        }
        self.seen.insert(key);
        Some(())
    }

    /// The outcome, where a glance at the boxes that hold everything from a position on tells it.
    fn settled(&self, live: &[u32], at: usize) -> Option<Outcome> {
        let boxes = || live.iter().filter_map(|n| self.of(*n));
        let some = |effect: Effect| boxes().any(|c| c.effect == effect);
        let sure = |effect: Effect| {
            let sure = |c: &Candidate| c.effect == effect && c.open >> at == 0 && c.truth == Truth::True;
            boxes().filter(|c| sure(c)).any(|c| self.foes(c.statement, live).is_empty())
        };
        match (some(Effect::Prohibit), some(Effect::Permit)) {
            (false, false) => Some(Outcome::Unstated),
            (true, _) if sure(Effect::Prohibit) => Some(Outcome::Prohibited),
            (false, true) if sure(Effect::Permit) => Some(Outcome::Permitted),
            _ => None,
        }
    }

    /// The statements among the live boxes that may defeat a statement.
    fn foes(&self, statement: u32, live: &[u32]) -> Vec<Defeater> {
        let effects = |statement: u32| {
            let of = |n: &u32| self.of(*n).map_or(u32::MAX, |c| c.statement);
            let from = live.partition_point(|n| of(n) < statement);
            let boxes = live.iter().skip(from).take_while(move |n| of(n) == statement);
            boxes.filter_map(|n| self.of(*n)).map(|c| c.effect)
        };
        let disagree = |defeater: &&Defeater| {
            effects(defeater.winner).any(|w| effects(statement).any(|l| defeater.disagrees(w, l)))
        };
        self.bundle.index().defeaters_of(statement).iter().filter(disagree).copied().collect()
    }

    /// The part that exactly these boxes hold.
    fn part(&self, live: &[u32]) -> Part {
        let mut open = Open::default();
        let mut statements: Vec<(u32, Live)> = Vec::new();
        let boxes: Vec<&Candidate> = live.iter().filter_map(|n| self.of(*n)).collect();
        for boxes in boxes.chunk_by(|a, b| a.statement == b.statement) {
            let Some(first) = boxes.first() else { continue };
            let boxes = boxes.iter().map(|c| (c.effect, c.when.filter(|_| c.truth != Truth::True)));
            let live = Live { boxes: boxes.collect(), foes: Vec::new(), speaks: true };
            statements.push((first.statement, live));
        }
        let numbers: Vec<u32> = statements.iter().map(|s| s.0).collect();
        for (number, own) in &mut statements {
            let foes = self.foes(*number, live).into_iter();
            let at = |foe: &Defeater| numbers.binary_search(&foe.winner).ok().map(|at| at as u32);
            own.foes = foes.filter_map(|foe| Some((at(&foe)?, foe))).collect();
        }
        for (_, live) in &mut statements {
            live.speaks = !simple(live, &mut open);
        }
        open.prohibits.sort_unstable();
        open.prohibits.dedup();
        open.permits.sort_unstable();
        open.permits.dedup();
        if open.permitted {
            open.permits.clear();
        }
        open.statements = needed(statements.into_iter().map(|s| s.1).collect());
        Part::Open(open)
    }
}

/// Takes a statement that nothing can defeat and that has one effect as mere conditions.
fn simple(live: &Live, open: &mut Open) -> bool {
    let Some((effect, _)) = live.boxes.first() else { return true };
    if !live.boxes.iter().any(|(e, _)| *e != Effect::Silent) {
        return true;
    }
    if !live.foes.is_empty() || live.boxes.iter().any(|(e, _)| e != effect) {
        return false;
    }
    for (_, when) in &live.boxes {
        match (effect, when) {
            (Effect::Permit, Some(when)) => open.permits.push(*when),
            (Effect::Permit, None) => open.permitted = true,
            // Without a condition the part would have been settled.
            (_, Some(when)) => open.prohibits.push(*when),
            (_, None) => return false,
        }
    }
    true
}

/// The statements that speak, and their foes.
fn needed(statements: Vec<Live>) -> Vec<Live> {
    let mut used: Vec<bool> = statements.iter().map(|live| live.speaks).collect();
    for live in statements.iter().filter(|live| live.speaks) {
        for (foe, _) in &live.foes {
            if let Some(used) = used.get_mut(*foe as usize) {
                *used = true;
            }
        }
    }
    let mut next = 0;
    let places: Vec<u32> = used
        .iter()
        .map(|used| {
            next += u32::from(*used);
            next.saturating_sub(1)
        })
        .collect();
    let kept = statements.into_iter().zip(used).filter(|(_, used)| *used).map(|(mut live, _)| {
        if !live.speaks {
            live.foes.clear(); // whether a foe is defeated itself does not matter
        }
        for (foe, _) in &mut live.foes {
            *foe = places.get(*foe as usize).copied().unwrap_or(u32::MAX);
        }
        live
    });
    kept.collect()
}
