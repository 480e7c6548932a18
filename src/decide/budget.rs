//! The steps that a decision may take. Past them it is undetermined: never a guess.

/// The steps that one decision may take; past them it is undetermined.
pub const MAX_STEPS: u64 = 1_000_000;

/// How many splits of worlds may stand inside each other.
const MAX_DEPTH: u32 = 1_000;

/// The steps that are left.
#[derive(Debug)]
pub(super) struct Budget {
    steps: u64,
    depth: u32,
}

/// The budget is used up.
#[derive(Clone, Copy, Debug)]
pub(super) struct Over;

impl Budget {
    pub(super) fn new() -> Budget {
        Budget { steps: MAX_STEPS, depth: MAX_DEPTH }
    }

    /// So many steps and no more.
    pub(super) fn of(steps: u64) -> Budget {
        Budget { steps, depth: MAX_DEPTH }
    }

    /// The steps that are left.
    pub(super) fn left(&self) -> u64 {
        self.steps
    }

    pub(super) fn step(&mut self, cost: usize) -> Result<(), Over> {
        self.steps = self.steps.checked_sub(cost as u64).ok_or(Over)?;
        Ok(())
    }

    pub(super) fn enter(&mut self) -> Result<(), Over> {
        self.depth = self.depth.checked_sub(1).ok_or(Over)?;
        Ok(())
    }

    pub(super) fn leave(&mut self) {
        self.depth += 1;
    }
}
