//! The declared name that an author most likely meant.

/// Finds near names, until so many comparisons that a long list of mistakes would take seconds.
pub(super) struct Suggestions {
    left: usize,
}

impl Default for Suggestions {
    fn default() -> Suggestions {
        Suggestions { left: 1_000_000 }
    }
}

impl Suggestions {
    /// The nearest of some names, if it is near: a letter or two away, or another case.
    pub fn nearest<'n>(&mut self, name: &str, candidates: impl Iterator<Item = &'n str>) -> Option<&'n str> {
        let lower = name.to_lowercase();
        let length = lower.chars().count();
        let limit = (length / 3).clamp(1, 3);
        let mut best: Option<(usize, &str)> = None;
        for candidate in candidates {
            if self.left == 0 {
                break;
            }
            self.left -= 1;
            if candidate.len() > name.len() + 4 * limit || name.len() > candidate.len() + 4 * limit {
                continue;
            }
            let other = candidate.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &other);
            // A name of one or two letters is near to every other one.
            let near = distance == 0 || (distance <= limit && length > 2);
            if near && best.is_none_or(|b| (distance, candidate) < b) {
                best = Some((distance, candidate));
            }
        }
        best.map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let mut s = Suggestions::default();
        assert_eq!(s.nearest("Mixpnel", ["AWS", "Mixpanel"].into_iter()), Some("Mixpanel"));
        assert_eq!(s.nearest("mixpanel", ["AWS", "Mixpanel"].into_iter()), Some("Mixpanel"));
        assert_eq!(s.nearest("IpAddress", ["AWS", "Mixpanel"].into_iter()), None);
        assert_eq!(s.nearest("EU", ["UK", "US"].into_iter()), None);
    }
}
