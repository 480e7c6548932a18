//! Whether a line of precedence says which of two norms prevails, whether or not they meet.
//!
//! A side of a line can be a whole policy, shared by very many lines, so lines are looked up by the
//! side that names few.

use crate::policy::{Norm, Policy, PrecedenceLine};
use rustc_hash::{FxHashMap, FxHashSet};

/// Up to so many norms are looked through one by one.
const FEW: usize = 16;

/// Sides of lines that name many norms, as sets, by where the list is.
#[derive(Default)]
pub struct Sides(FxHashMap<*const Norm, FxHashSet<Norm>>);

impl Sides {
    /// Those of some lines.
    pub fn new(lines: &[PrecedenceLine]) -> Sides {
        let mut out = Sides::default();
        for side in lines.iter().flat_map(|line| [&line.winners, &line.losers]).filter(|s| s.len() > FEW) {
            out.0.entry(side.as_ptr()).or_insert_with(|| side.iter().copied().collect());
        }
        out
    }

    /// Whether a side names a norm.
    pub fn has(&self, side: &[Norm], norm: Norm) -> bool {
        match self.0.get(&side.as_ptr()) {
            Some(set) => set.contains(&norm),
            None => side.contains(&norm),
        }
    }
}

/// The lines of a policy, looked up by what they name.
pub struct Settled<'a> {
    sides: Sides,
    by_loser: FxHashMap<Norm, Vec<&'a PrecedenceLine>>,
    by_winner: FxHashMap<Norm, Vec<&'a PrecedenceLine>>,
    /// Lines that name many on both sides, each pair of sides once.
    long: Vec<&'a PrecedenceLine>,
}

impl<'a> Settled<'a> {
    /// Reads the lines of a policy.
    pub fn new(policy: &'a Policy) -> Settled<'a> {
        let mut out = Settled {
            sides: Sides::new(&policy.precedence),
            by_loser: FxHashMap::default(),
            by_winner: FxHashMap::default(),
            long: Vec::new(),
        };
        let mut seen = FxHashSet::default();
        for line in &policy.precedence {
            if line.losers.len() <= FEW {
                line.losers.iter().for_each(|norm| out.by_loser.entry(*norm).or_default().push(line));
            } else if line.winners.len() <= FEW {
                line.winners.iter().for_each(|norm| out.by_winner.entry(*norm).or_default().push(line));
            } else if seen.insert((line.winners.as_ptr(), line.losers.as_ptr())) {
                out.long.push(line);
            }
        }
        out
    }

    /// Whether a line says which of the two prevails.
    pub fn between(&self, a: Norm, b: Norm) -> bool {
        self.prevails(a, b) || self.prevails(b, a)
    }

    fn prevails(&self, winner: Norm, loser: Norm) -> bool {
        let named = self.by_loser.get(&loser).into_iter().chain(self.by_winner.get(&winner)).flatten();
        named
            .chain(&self.long)
            .any(|line| self.sides.has(&line.winners, winner) && self.sides.has(&line.losers, loser))
    }
}
