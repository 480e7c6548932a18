//! Which pairs of data and purpose are spoken for.
//!
//! Every clause claims the pairs that it speaks of, so that no other clause meets it by accident:
//! that is how a policy is free of contradictions by construction.

use super::tree::{Id, Tree};
use std::collections::HashSet;

/// The acts that can meet each other.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    Collect,
    Use,
    Share,
    Retain,
    Require,
    Special,
    Right,
}

/// The pairs that are taken, a pair of terms standing for all below both.
#[derive(Default)]
pub struct Claims {
    exact: HashSet<(Family, Id, Id)>,
    data_below: HashSet<(Family, Id, Id)>,
    purpose_below: HashSet<(Family, Id, Id)>,
    both_below: HashSet<(Family, Id, Id)>,
}

impl Claims {
    /// Takes the pair, unless it meets one that is taken.
    pub fn take(&mut self, family: Family, data: (&Tree, Id), purpose: (&Tree, Id)) -> bool {
        let free = self.is_free(family, data, purpose);
        if free {
            let (d, p) = (data.1, purpose.1);
            self.exact.insert((family, d, p));
            for b in purpose.0.upwards(p) {
                self.purpose_below.insert((family, d, b));
                self.both_below.extend(data.0.upwards(d).into_iter().map(|a| (family, a, b)));
            }
            self.data_below.extend(data.0.upwards(d).into_iter().map(|a| (family, a, p)));
        }
        free
    }

    /// Whether nothing that is taken meets the pair.
    pub fn is_free(&self, family: Family, data: (&Tree, Id), purpose: (&Tree, Id)) -> bool {
        let (d, p) = (data.1, purpose.1);
        let above_d = data.0.upwards(d);
        let above_p = purpose.0.upwards(p);
        !self.both_below.contains(&(family, d, p))
            && !above_p.iter().any(|b| self.data_below.contains(&(family, d, *b)))
            && !above_d.iter().any(|a| self.purpose_below.contains(&(family, *a, p)))
            && !above_d.iter().any(|a| above_p.iter().any(|b| self.exact.contains(&(family, *a, *b))))
    }
}
