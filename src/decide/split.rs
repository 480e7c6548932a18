//! Decides a set of flows exactly, by splitting it until every part is treated alike.
//!
//! Dimension by dimension, the cells that the same boxes hold go together, and only the boxes that
//! hold them go on; what is left when all dimensions are passed is a question about worlds, which
//! is split by the parts of conditions that are not known yet. What the same boxes reach is worked
//! out once. Past its budget it gives up and says so.

use super::budget::{Budget, Over};
use super::question::{Candidate, Flow, ORDER, Question, parts};
use super::verdict::{Outcome, Outcomes};
use super::world::{Exact, Possible, Truth, halves, holds_if, unknown_part, within};
use crate::bundle::dimension::{DIMENSIONS, NONE};
use crate::bundle::format::{Effect, Ranges};
use crate::bundle::index::stricter;
use crate::bundle::ranges;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The outcomes that a question's flows reach; with `early`, no more than the verdict needs.
pub(super) fn outcomes(question: &Question, early: bool, budget: &mut Budget) -> Result<Outcomes, Over> {
    let mut search = Search::new(question, early, None);
    search.run(budget)?;
    Ok(search.found)
}

/// All that a question's flows reach: outcomes with a flow for each, and who decides.
pub(super) fn everything(question: &Question, budget: &mut Budget) -> (Outcomes, Found, Result<(), Over>) {
    let mut search = Search::new(question, false, Some(Record::default()));
    let done = search.run(budget);
    let record = search.record.unwrap_or_default();
    (search.found, Found { record, examples: search.examples }, done)
}

/// Whether a statement is among those that decide, at some flow of a question.
pub(super) fn decides(question: &Question, statement: u32, budget: &mut Budget) -> Result<bool, Over> {
    let mut search = Search::new(question, false, Some(Record::default()));
    search.wanted = Some(statement);
    search.run(budget)?;
    Ok(search.found_wanted())
}

/// Who decides, and who is defeated, anywhere in a question.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    /// Undefeated statements that decide a flow, with what they decide it to be.
    pub deciding: BTreeSet<(Outcome, u32)>,
    /// Loser and winner.
    pub defeated: BTreeSet<(u32, u32)>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Found {
    pub record: Record,
    /// One flow for each outcome reached, in the order of `Outcome::ALL`.
    pub examples: [Option<Flow>; 3],
}

enum Stop {
    Over,
    /// Nothing further could change the verdict.
    Enough,
}

impl From<Over> for Stop {
    fn from(_: Over) -> Stop {
        Stop::Over
    }
}

struct Search<'q> {
    question: &'q Question<'q>,
    early: bool,
    record: Option<Record>,
    /// The statement of which nothing more than that it decides is asked.
    wanted: Option<u32>,
    found: Outcomes,
    examples: [Option<Flow>; 3],
    /// One possible world of the question.
    world: Vec<u32>,
    /// The question's values, which are narrowed and put back.
    values: Vec<Ranges>,
    product: &'q [Ranges; DIMENSIONS],
    candidates: Vec<Candidate>,
    memo: FxHashMap<(usize, Vec<u32>), Outcomes>,
    /// The cells of the part looked at, as far as they are chosen; else the product's first.
    path: [u32; DIMENSIONS],
}

static NO_CELLS: [Ranges; DIMENSIONS] = [const { Vec::new() }; DIMENSIONS];

impl<'q> Search<'q> {
    fn new(question: &'q Question<'q>, early: bool, record: Option<Record>) -> Search<'q> {
        Search {
            question,
            early,
            record,
            wanted: None,
            found: Outcomes::default(),
            examples: [None, None, None],
            world: Vec::new(),
            values: question.values.clone(),
            product: &NO_CELLS,
            candidates: Vec::new(),
            memo: FxHashMap::default(),
            path: [NONE; DIMENSIONS],
        }
    }

    /// Whether the statement that is asked about was met among those that decide.
    fn found_wanted(&self) -> bool {
        let Some((wanted, record)) = self.wanted.zip(self.record.as_ref()) else { return false };
        Outcome::ALL.iter().any(|outcome| record.deciding.contains(&(*outcome, wanted)))
    }

    fn possible(&self) -> Possible<'q> {
        Possible::new(self.question.bundle, self.question.when)
    }

    fn run(&mut self, budget: &mut Budget) -> Result<(), Over> {
        // Worlds do not hang on cells: if one is possible, it is so for every cell.
        let known = self.question.world.map(<[u32]>::to_vec);
        let possible = self.possible();
        match known.map_or_else(|| possible.find(&mut self.values, budget), |world| Ok(Some(world)))? {
            Some(world) => self.world = world,
            None => return Ok(()),
        }
        for product in &self.question.products {
            if product.iter().any(Vec::is_empty) {
                continue;
            }
            self.product = product;
            self.path = product.each_ref().map(|cells| ranges::first(cells).unwrap_or(NONE));
            self.candidates = self.question.candidates(product);
            self.memo.clear();
            budget.step(1 + self.question.bundle.index().entries().len() / 64)?;
            let live = (0..self.candidates.len() as u32).collect();
            match self.split(0, live, budget) {
                Ok(_) => {}
                Err(Stop::Enough) => return Ok(()),
                Err(Stop::Over) => return Err(Over),
            }
        }
        Ok(())
    }

    fn of(&self, number: u32) -> Option<&Candidate> {
        self.candidates.get(number as usize)
    }

    /// The outcomes of the flows that the live boxes are about, from a position in `ORDER` on.
    fn split(&mut self, at: usize, live: Vec<u32>, budget: &mut Budget) -> Result<Outcomes, Stop> {
        budget.step(1 + live.len() / 32)?;
        let open = live.iter().filter_map(|n| self.of(*n)).fold(0, |open, c| open | c.open);
        let Some((at, dimension)) = ORDER.into_iter().enumerate().skip(at).find(|(i, _)| open >> i & 1 == 1)
        else {
            return self.leaf(live, budget);
        };
        let present = live.iter().map(|n| (*n, self.present(*n, at))).collect::<Vec<_>>();
        if let Some(outcome) = self.settled(&present) {
            return self.note(outcome, None);
        }
        let key = (at, live);
        if let Some(known) = self.memo.get(&key) {
            return Ok(*known);
        }
        let mut reached = Outcomes::default();
        let before = *dimension.of(&self.path);
        let bundle = self.question.bundle;
        for (cell, live) in parts(bundle, &self.candidates, self.product, at, &key.1) {
            *dimension.of_mut(&mut self.path) = cell;
            reached = reached.and(self.split(at + 1, live, budget)?);
        }
        *dimension.of_mut(&mut self.path) = before;
        self.memo.insert(key, reached);
        Ok(reached)
    }

    /// Whether a box holds all flows of the part for sure.
    fn present(&self, number: u32, at: usize) -> Truth {
        match self.of(number) {
            Some(candidate) if candidate.open >> at == 0 => candidate.truth,
            _ => Truth::Unknown,
        }
    }

    /// All dimensions are passed: the live boxes hold the cells, and what is left is the world.
    fn leaf(&mut self, live: Vec<u32>, budget: &mut Budget) -> Result<Outcomes, Stop> {
        let key = (DIMENSIONS, live);
        if let Some(known) = self.memo.get(&key) {
            return Ok(*known);
        }
        let present = key.1.iter().map(|n| (*n, self.of(*n).map_or(Truth::False, |c| c.truth))).collect();
        let mut world = std::mem::take(&mut self.values);
        let reached = self.worlds(present, Truth::Unknown, &mut world, budget);
        self.values = world;
        let reached = reached?;
        self.memo.insert(key, reached);
        Ok(reached)
    }

    /// The outcomes at some worlds. What is known of boxes, and of whether a world can be (`can`), at more worlds than
    /// these holds at these too, and is not looked at again.
    fn worlds(
        &mut self,
        mut present: Vec<(u32, Truth)>,
        can: Truth,
        world: &mut Vec<Ranges>,
        budget: &mut Budget,
    ) -> Result<Outcomes, Stop> {
        budget.step(1 + present.len() / 16)?;
        let known = |truth: Truth| Some(truth).filter(|truth| *truth != Truth::Unknown);
        let can = known(can).unwrap_or_else(|| self.possible().truth(world.as_slice()));
        if can == Truth::False {
            return Ok(Outcomes::default());
        }
        let bundle = self.question.bundle;
        for (number, truth) in &mut present {
            if *truth == Truth::Unknown {
                let when = self.of(*number).map(|c| holds_if(bundle, c.when, world.as_slice()));
                *truth = when.unwrap_or(Truth::False);
            }
        }
        present.retain(|(_, truth)| *truth != Truth::False);
        let unknown = present.iter().find(|(_, truth)| *truth == Truth::Unknown).map(|(n, _)| *n);
        if unknown.is_none() || (self.record.is_none() && self.settled(&present).is_some()) {
            let Some(found) = self.exists(can, world, budget)? else { return Ok(Outcomes::default()) };
            let outcome = match unknown {
                Some(_) => self.settled(&present).unwrap_or(Outcome::Unstated),
                None => self.decide(&present),
            };
            let found = match found {
                None if self.lacks(outcome) => self.possible().find_where(can, world, budget)?,
                found => found,
            };
            return self.note(outcome, found);
        }
        let part = unknown
            .and_then(|n| self.of(n)?.when)
            .and_then(|when| unknown_part(bundle, when, world.as_slice()));
        let Some((variable, values)) = part else { return Err(Stop::Over) };
        let mut reached = Outcomes::default();
        for part in halves(world, variable, values) {
            let present = present.clone();
            let below = within(world, variable, part, budget, |w, b| self.worlds(present, can, w, b))?;
            reached = reached.and(below);
        }
        Ok(reached)
    }

    /// Whether one of these worlds can be, and which, where that had to be found out. Mostly the first one can be,
    /// and which it is to be shown is asked only once for each outcome.
    fn exists(
        &self,
        can: Truth,
        world: &mut Vec<Ranges>,
        budget: &mut Budget,
    ) -> Result<Option<Option<Vec<u32>>>, Over> {
        if can == Truth::Unknown {
            let first: Option<Vec<u32>> = world.iter().map(|values| ranges::first(values)).collect();
            if first.is_none_or(|first| self.possible().truth(&Exact(&first)) != Truth::True) {
                return Ok(self.possible().find_where(can, world, budget)?.map(Some));
            }
        }
        budget.step(1)?;
        Ok(Some(None))
    }

    /// Whether no flow of an outcome is known yet.
    fn lacks(&self, outcome: Outcome) -> bool {
        self.examples.get(outcome as usize).is_some_and(Option::is_none)
    }

    /// The outcome of a part where it is the same at all its flows, as far as a glance tells.
    fn settled(&self, present: &[(u32, Truth)]) -> Option<Outcome> {
        let of = |(n, truth): &(u32, Truth)| Some((self.of(*n)?, *truth));
        let some = |effect: Effect| present.iter().filter_map(of).any(|(c, _)| c.effect == effect);
        let (permits, prohibits) = (some(Effect::Permit), some(Effect::Prohibit));
        if !permits && !prohibits {
            return Some(Outcome::Unstated);
        }
        if self.record.is_some() {
            return None; // who decides is asked for, flow by flow
        }
        let sure = |effect: Effect| {
            let sure = |(c, truth): (&Candidate, Truth)| c.effect == effect && truth == Truth::True;
            present.iter().filter_map(of).any(|c| sure(c) && !self.defeatable(c.0, present))
        };
        if prohibits && sure(Effect::Prohibit) {
            return Some(Outcome::Prohibited);
        }
        (!prohibits && sure(Effect::Permit)).then_some(Outcome::Permitted)
    }

    /// Whether a statement that may be present could defeat this one.
    fn defeatable(&self, loser: &Candidate, present: &[(u32, Truth)]) -> bool {
        let statement = |n: u32| self.of(n).map_or(u32::MAX, |c| c.statement);
        self.question.bundle.index().defeaters_of(loser.statement).iter().any(|defeater| {
            let from = present.partition_point(|(n, _)| statement(*n) < defeater.winner);
            let boxes = present.iter().skip(from).take_while(|(n, _)| statement(*n) == defeater.winner);
            boxes.filter_map(|(n, _)| self.of(*n)).any(|c| defeater.disagrees(c.effect, loser.effect))
        })
    }

    /// The outcome where exactly these boxes hold.
    fn decide(&mut self, present: &[(u32, Truth)]) -> Outcome {
        let mut statements: Vec<(u32, Effect)> = Vec::with_capacity(present.len());
        for candidate in present.iter().filter_map(|(n, _)| self.of(*n)) {
            match statements.last_mut() {
                Some((last, effect)) if *last == candidate.statement => {
                    *effect = stricter(*effect, candidate.effect);
                }
                _ => statements.push((candidate.statement, candidate.effect)),
            }
        }
        let index = self.question.bundle.index();
        let mut undefeated = Vec::new();
        let mut defeated = Vec::new();
        for &(loser, effect) in &statements {
            let before = defeated.len();
            for defeater in index.defeaters_of(loser) {
                let at = statements.binary_search_by_key(&defeater.winner, |s| s.0).ok();
                let winner = at.and_then(|at| statements.get(at));
                if winner.is_some_and(|(_, other)| defeater.disagrees(*other, effect)) {
                    defeated.push((loser, defeater.winner));
                }
            }
            if defeated.len() == before {
                undefeated.push((loser, effect));
            }
        }
        let some = |effect: Effect| undefeated.iter().any(|(_, e)| *e == effect);
        let (outcome, deciding) = if some(Effect::Prohibit) {
            (Outcome::Prohibited, Effect::Prohibit)
        } else if some(Effect::Permit) {
            (Outcome::Permitted, Effect::Permit)
        } else {
            (Outcome::Unstated, Effect::Silent)
        };
        if let Some(record) = &mut self.record {
            if outcome != Outcome::Unstated {
                let deciding = undefeated.iter().filter(|(_, effect)| *effect == deciding);
                record.deciding.extend(deciding.map(|(statement, _)| (outcome, *statement)));
            }
            record.defeated.extend(defeated);
        }
        outcome
    }

    /// Keeps an outcome, with the flow at which it was first met.
    fn note(&mut self, outcome: Outcome, world: Option<Vec<u32>>) -> Result<Outcomes, Stop> {
        self.found = self.found.and(Outcomes::one(outcome));
        if let Some(slot) = self.examples.get_mut(outcome as usize)
            && slot.is_none()
        {
            *slot = Some(Flow { cells: self.path, world: world.unwrap_or_else(|| self.world.clone()) });
        }
        if self.early && self.found.mixed() || self.found_wanted() {
            return Err(Stop::Enough);
        }
        Ok(Outcomes::one(outcome))
    }
}
