//! Whether a line of precedence says which of two norms prevails, whether or not they meet.

use crate::policy::{Norm, Policy};
use rustc_hash::{FxHashMap, FxHashSet};

/// The lines of a policy, looked up by what yields.
pub struct Settled<'a> {
    policy: &'a Policy,
    by_loser: FxHashMap<Norm, Vec<usize>>,
    /// What prevails, for the lines in which that is much: by where the list is.
    winners: FxHashMap<*const Norm, FxHashSet<Norm>>,
}

/// Up to so many norms are looked through one by one.
const FEW: usize = 16;

impl<'a> Settled<'a> {
    /// Reads the lines of a policy.
    pub fn new(policy: &'a Policy) -> Settled<'a> {
        let mut out = Settled { policy, by_loser: FxHashMap::default(), winners: FxHashMap::default() };
        for (number, line) in policy.precedence.iter().enumerate() {
            for loser in &line.losers {
                out.by_loser.entry(*loser).or_default().push(number);
            }
            if line.winners.len() > FEW {
                let winners = out.winners.entry(line.winners.as_ptr());
                winners.or_insert_with(|| line.winners.iter().copied().collect());
            }
        }
        out
    }

    /// Whether a line says which of the two prevails.
    pub fn between(&self, a: Norm, b: Norm) -> bool {
        self.prevails(a, b) || self.prevails(b, a)
    }

    fn prevails(&self, winner: Norm, loser: Norm) -> bool {
        let lines = self.by_loser.get(&loser).into_iter().flatten();
        lines.filter_map(|number| self.policy.precedence.get(*number)).any(|line| {
            match self.winners.get(&line.winners.as_ptr()) {
                Some(winners) => winners.contains(&winner),
                None => line.winners.contains(&winner),
            }
        })
    }
}
