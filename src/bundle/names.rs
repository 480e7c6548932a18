//! Finding things by name: a table of positions, which holds no copy of the names.

use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// How many names may stand in the way of one. A bundle could be made for it so that they are many;
/// then they are found by their order.
const MOST_STEPS: usize = 64;

/// Positions of named things.
#[derive(Clone, Debug)]
pub(super) enum Names {
    /// A position and one more at a place that hangs on the name, else behind it; 0 is empty. The
    /// number of places is a power of two.
    Table(Vec<u32>),
    /// In order of names.
    Sorted(Vec<u32>),
}

impl Names {
    /// The names of things; an error is the position of a thing whose name another has already.
    pub(super) fn new<T>(items: &[T], name: impl Fn(&T) -> &String) -> Result<Names, usize> {
        let mut places = vec![0; (items.len() * 2).next_power_of_two().max(1)];
        for (at, item) in items.iter().enumerate() {
            let Some(place) = empty_place(&places, items, name(item), &name)? else {
                return sorted(items, name);
            };
            if let Some(place) = places.get_mut(place) {
                *place = at as u32 + 1;
            }
        }
        Ok(Names::Table(places))
    }

    /// The position of a name.
    pub(super) fn find<T>(&self, items: &[T], name: &str, of: impl Fn(&T) -> &String) -> Option<u32> {
        let name_at = |at: u32| items.get(at as usize).map_or("", |item| of(item).as_str());
        match self {
            Names::Table(places) => {
                for place in steps(places.len(), name) {
                    let at = places.get(place)?.checked_sub(1)?;
                    if same(name_at(at), name) {
                        return Some(at);
                    }
                }
                None
            }
            Names::Sorted(order) => {
                let place = order.binary_search_by(|at| name_at(*at).cmp(name)).ok()?;
                order.get(place).copied()
            }
        }
    }
}

/// Whether two names are the same. Most have 8 to 32 bytes, and are compared as their beginnings and their ends,
/// which meet in the middle: as numbers, without a call.
#[inline]
fn same(a: &str, b: &str) -> bool {
    fn ends<const N: usize>(a: &[u8], b: &[u8]) -> bool {
        a.first_chunk::<N>() == b.first_chunk::<N>() && a.last_chunk::<N>() == b.last_chunk::<N>()
    }
    let (a, b) = (a.as_bytes(), b.as_bytes());
    a.len() == b.len()
        && match a.len() {
            8..=16 => ends::<8>(a, b),
            17..=32 => ends::<16>(a, b),
            _ => a == b,
        }
}

/// The places at which a name may stand, in the order of looking.
fn steps(places: usize, name: &str) -> impl Iterator<Item = usize> {
    let mut hasher = FxHasher::default();
    name.hash(&mut hasher);
    let first = hasher.finish() as usize;
    (0..MOST_STEPS).map(move |step| first.wrapping_add(step) & places.wrapping_sub(1))
}

/// Where a name goes; none where too many stand in its way. An error where it stands already.
fn empty_place<T>(
    places: &[u32],
    items: &[T],
    name: &str,
    of: impl Fn(&T) -> &String,
) -> Result<Option<usize>, usize> {
    for place in steps(places.len(), name) {
        match places.get(place).and_then(|at| at.checked_sub(1)) {
            None => return Ok(Some(place)),
            Some(at) => {
                let same = |item: &&T| of(item) == name;
                if items.get(at as usize).filter(same).is_some() {
                    let again = items.iter().enumerate().skip(at as usize + 1).find(|(_, item)| same(item));
                    return Err(again.map_or(at as usize, |(again, _)| again));
                }
            }
        }
    }
    Ok(None)
}

fn sorted<T>(items: &[T], name: impl Fn(&T) -> &String) -> Result<Names, usize> {
    let mut named: Vec<(&String, u32)> = items.iter().zip(0..).map(|(item, at)| (name(item), at)).collect();
    named.sort_unstable();
    let twice = named.iter().zip(named.iter().skip(1)).find(|(a, b)| a.0 == b.0);
    match twice {
        Some((_, (_, position))) => Err(*position as usize),
        None => Ok(Names::Sorted(named.into_iter().map(|(_, at)| at).collect())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_same_where_all_their_bytes_are() {
        let long = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOP";
        for length in 0..long.len() {
            let (name, _) = long.split_at(length);
            assert!(same(name, name) && !same(name, long));
            for at in 0..length {
                let (before, rest) = name.split_at(at);
                let other = format!("{before}_{}", rest.get(1..).unwrap_or_default());
                assert!(!same(name, &other) && !same(&other, name), "{name} {other}");
            }
        }
    }

    #[test]
    fn names_are_found_however_they_are_kept() {
        let items: Vec<String> = (0..1000).map(|n| format!("Term{n}")).collect();
        for names in [Names::new(&items, |t| t), sorted(&items, |t| t)] {
            let names = names.unwrap_or_else(|at| Names::Sorted(vec![at as u32]));
            for (at, item) in items.iter().enumerate() {
                assert_eq!(names.find(&items, item, |t| t), Some(at as u32));
            }
            assert_eq!(names.find(&items, "Term", |t| t), None);
        }
        let twice = ["A", "B", "C", "B"].map(str::to_owned);
        assert_eq!(Names::new(&twice, |t| t).err(), Some(3));
        assert_eq!(sorted(&twice, |t| t).err(), Some(3));
        let none: [String; 0] = [];
        assert!(Names::new(&none, |t| t).is_ok_and(|names| names.find(&none, "A", |t| t).is_none()));
    }
}
