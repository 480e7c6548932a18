//! Whether something stands twice in a list: by looking at all pairs where there are few, by a table where there
//! are many. The table's hashes cannot be foreseen, so no bundle can be made to fill one place of it.

use std::collections::HashSet;
use std::hash::Hash;

/// How many things are compared pair by pair.
const FEW: usize = 16;

/// The position of the first thing that stands there already, as far as `by` tells things apart.
pub(super) fn repeated<'i, T, K: Eq + Hash + ?Sized + 'i>(
    items: &'i [T],
    by: impl Fn(&'i T) -> &'i K,
) -> Option<usize> {
    if items.len() <= FEW {
        let earlier = |at: usize, key: &K| items.iter().take(at).any(|item| by(item) == key);
        return items.iter().enumerate().position(|(at, item)| earlier(at, by(item)));
    }
    let mut seen = HashSet::with_capacity(items.len());
    items.iter().position(|item| !seen.insert(by(item)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_stands_twice_is_found_however_many_there_are() {
        for many in [1, FEW, FEW + 1, 500] {
            let mut items: Vec<String> = (0..many).map(|n| n.to_string()).collect();
            assert_eq!(repeated(&items, String::as_str), None);
            items.push((many / 2).to_string());
            items.push("0".to_owned());
            assert_eq!(repeated(&items, String::as_str), Some(many));
        }
    }
}
