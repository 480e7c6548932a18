//! Policies for proptest: drawn by the generator from one of its random numbers, and made smaller by
//! the structure of the draft, not of the numbers.

use crate::generate::{self, Draft};
use crate::random::Random;
use proptest::prelude::Rng;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;

/// A draft, and the seed of all that is asked of it.
#[derive(Clone, Debug)]
pub struct Sample {
    pub draft: Draft,
    pub seed: u64,
}

/// All small policies.
#[derive(Debug)]
pub struct Policies;

impl Strategy for Policies {
    type Tree = Shrinking;
    type Value = Sample;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let seed = runner.rng().next_u64();
        let draft = generate::draft(&mut Random::new(seed, u64::MAX));
        Ok(Shrinking::of(Sample { draft, seed }))
    }
}

/// The smallest sample that is known to fail, and simpler ones that were not tried yet.
pub struct Shrinking {
    smallest: Sample,
    current: Sample,
    simpler: std::vec::IntoIter<Draft>,
    started: bool,
}

impl Shrinking {
    fn of(sample: Sample) -> Shrinking {
        Shrinking {
            smallest: sample.clone(),
            current: sample,
            simpler: Vec::new().into_iter(),
            started: false,
        }
    }

    /// Takes up the next simpler one; back to the smallest where there is none.
    fn next(&mut self) -> bool {
        let next = self.simpler.next();
        let found = next.is_some();
        self.current = match next {
            Some(draft) => Sample { draft, seed: self.smallest.seed },
            None => self.smallest.clone(),
        };
        found
    }
}

impl ValueTree for Shrinking {
    type Value = Sample;

    fn current(&self) -> Sample {
        self.current.clone()
    }

    /// Called when the current one fails.
    fn simplify(&mut self) -> bool {
        self.started = true;
        self.smallest = self.current.clone();
        self.simpler = self.smallest.draft.simpler().into_iter();
        self.next()
    }

    /// Called when it does not.
    fn complicate(&mut self) -> bool {
        self.started && self.next()
    }
}
