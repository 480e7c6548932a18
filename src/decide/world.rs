//! Conditions at worlds that are known in part: true, false, or not known yet.
//!
//! The parts are taken by Kleene's tables, so "unknown" can be said of what a closer look would
//! find true; whoever needs to know splits a variable's values and asks again.

use super::budget::{Budget, Over};
use super::error::RequestError;
use super::known::{self, Bits, Known};
use super::never::no_world;
use crate::bundle::Bundle;
use crate::bundle::format::{Condition, Ranges};
use crate::bundle::ranges::{self, Range};

/// A condition of a request's own, over the bundle's variables.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum When {
    /// Holds where all hold; `All(vec![])` always.
    All(Vec<When>),
    /// Holds where one holds; `Any(vec![])` never.
    Any(Vec<When>),
    /// Holds where it does not.
    Not(Box<When>),
    /// The variable has one of these values.
    In(u32, Ranges),
}

/// What is known of a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Truth {
    True,
    False,
    Unknown,
}

impl Truth {
    pub(super) fn not(self) -> Truth {
        match self {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        }
    }

    /// `short` if one part is, else unknown if one part is, else the opposite.
    pub(super) fn join(parts: impl Iterator<Item = Truth>, short: Truth) -> Truth {
        let mut joined = short.not();
        for part in parts {
            if part == short {
                return short;
            }
            if part == Truth::Unknown {
                joined = Truth::Unknown;
            }
        }
        joined
    }
}

/// A world, or several.
pub(super) trait Worlds {
    /// Whether the variable has one of the values.
    fn truth(&self, variable: u32, values: &[Range]) -> Truth;
}

/// One value per variable; those that are missing are unknown.
pub(super) struct Exact<'a>(pub &'a [u32]);

impl Worlds for Exact<'_> {
    fn truth(&self, variable: u32, values: &[Range]) -> Truth {
        match self.0.get(variable as usize) {
            None => Truth::Unknown,
            Some(&value) if ranges::contains(values, value) => Truth::True,
            Some(_) => Truth::False,
        }
    }
}

/// A set of values per variable.
pub(super) type Open = [Ranges];

impl Worlds for Open {
    fn truth(&self, variable: u32, values: &[Range]) -> Truth {
        match self.get(variable as usize) {
            None => Truth::Unknown,
            Some(open) if ranges::is_subset(open, values) => Truth::True,
            Some(open) if ranges::meets(open, values) => Truth::Unknown,
            Some(_) => Truth::False,
        }
    }
}

/// Whether a condition of the bundle holds.
pub(super) fn holds<W: Worlds + ?Sized>(bundle: &Bundle, number: u32, world: &W) -> Truth {
    let mut memo = Vec::new();
    if bundle.index().conditions().heavy(number) {
        memo.resize(number as usize + 1, None);
    }
    evaluate(bundle, number, world, &mut memo)
}

/// Whether a box's condition holds; a box without one holds everywhere.
pub(super) fn holds_if<W: Worlds + ?Sized>(bundle: &Bundle, number: Option<u32>, world: &W) -> Truth {
    number.map_or(Truth::True, |n| holds(bundle, n, world))
}

// An empty memo remembers nothing. The depth is bounded by the loader.
fn evaluate<W: Worlds + ?Sized>(
    bundle: &Bundle,
    number: u32,
    world: &W,
    memo: &mut Vec<Option<Truth>>,
) -> Truth {
    if let Some(Some(known)) = memo.get(number as usize) {
        return *known;
    }
    let truth = match bundle.conditions().get(number as usize) {
        None => Truth::Unknown,
        Some(Condition::All(parts)) => {
            Truth::join(parts.iter().map(|p| evaluate(bundle, *p, world, memo)), Truth::False)
        }
        Some(Condition::Any(parts)) => {
            Truth::join(parts.iter().map(|p| evaluate(bundle, *p, world, memo)), Truth::True)
        }
        Some(Condition::Not(part)) => evaluate(bundle, *part, world, memo).not(),
        Some(Condition::In(variable, values)) => world.truth(*variable, values),
    };
    if let Some(slot) = memo.get_mut(number as usize) {
        *slot = Some(truth);
    }
    truth
}

/// Whether a condition of a request holds. The depth is bounded by the request's builder.
pub(super) fn when<W: Worlds + ?Sized>(condition: &When, world: &W) -> Truth {
    match condition {
        When::All(parts) => Truth::join(parts.iter().map(|p| when(p, world)), Truth::False),
        When::Any(parts) => Truth::join(parts.iter().map(|p| when(p, world)), Truth::True),
        When::Not(part) => when(part, world).not(),
        When::In(variable, values) => world.truth(*variable, values),
    }
}

/// A part of an unknown condition that is unknown itself and has no parts.
pub(super) fn unknown_part<'b>(bundle: &'b Bundle, number: u32, world: &Open) -> Option<(u32, &'b [Range])> {
    let mut number = number;
    loop {
        let unknown = |p: &u32| holds(bundle, *p, world) == Truth::Unknown;
        number = match bundle.conditions().get(number as usize)? {
            Condition::All(parts) | Condition::Any(parts) => *parts.iter().find(|p| unknown(p))?,
            Condition::Not(part) => *part,
            Condition::In(variable, values) => return Some((*variable, values)),
        };
    }
}

fn unknown_when<'w>(condition: &'w When, world: &Open) -> Option<(u32, &'w [Range])> {
    let mut condition = condition;
    loop {
        condition = match condition {
            When::All(parts) | When::Any(parts) => parts.iter().find(|p| when(p, world) == Truth::Unknown)?,
            When::Not(part) => part,
            When::In(variable, values) => return Some((*variable, values)),
        };
    }
}

/// Which worlds a request leaves: those that can occur and meet its condition.
#[derive(Clone, Copy)]
pub(super) struct Possible<'a> {
    pub bundle: &'a Bundle,
    pub when: Option<&'a When>,
    pub never: Never<'a>,
}

/// What can never hold.
#[derive(Clone, Copy)]
pub(super) enum Never<'a> {
    /// All that the policy says so of.
    AsThePolicySays,
    /// These conditions, and no others.
    These(&'a [u32]),
}

impl<'a> Possible<'a> {
    /// The worlds that can occur, by the policy, and meet a condition.
    pub(super) fn new(bundle: &'a Bundle, when: Option<&'a When>) -> Possible<'a> {
        Possible { bundle, when, never: Never::AsThePolicySays }
    }

    /// That a world is left among those of these bits.
    pub(super) fn check(&self, bits: &Bits) -> Result<(), RequestError> {
        match self.known(bits) {
            Truth::True => Ok(()),
            Truth::False => Err(no_world(self, bits.values(self.bundle))),
            // Mostly one world is at hand, and then there is nothing to search for.
            Truth::Unknown if self.known(&bits.first(self.bundle)) == Truth::True => Ok(()),
            Truth::Unknown => match self.find(&mut bits.values(self.bundle), &mut Budget::new()) {
                Ok(Some(_)) => Ok(()),
                Ok(None) => Err(no_world(self, bits.values(self.bundle))),
                Err(Over) => Err(RequestError::Budget),
            },
        }
    }

    fn known(&self, bits: &Bits) -> Truth {
        let world = bits.words();
        let impossible = self.bundle.impossible();
        let can = impossible.map_or(Truth::True, |n| known::truth(self.bundle, n, world).not());
        let asked = self.when.map_or(Truth::True, |c| when(c, &Known { bundle: self.bundle, world }));
        Truth::join([can, asked].into_iter(), Truth::False)
    }

    /// Whether the worlds of these values can be.
    pub(super) fn truth<W: Worlds + ?Sized>(&self, world: &W) -> Truth {
        let holds = |number: u32| holds(self.bundle, number, world);
        let can = match self.never {
            Never::AsThePolicySays => self.bundle.impossible().map_or(Truth::True, |n| holds(n).not()),
            Never::These(these) => Truth::join(these.iter().map(|n| holds(*n)), Truth::True).not(),
        };
        let asked = self.when.map_or(Truth::True, |c| when(c, world));
        Truth::join([can, asked].into_iter(), Truth::False)
    }

    /// One possible world among these, where there is one.
    pub(super) fn find(
        &self,
        world: &mut Vec<Ranges>,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u32>>, Over> {
        self.find_where(self.truth(world.as_slice()), world, budget)
    }

    /// As `find`, where it is known already whether the worlds can be.
    pub(super) fn find_where(
        &self,
        can: Truth,
        world: &mut Vec<Ranges>,
        budget: &mut Budget,
    ) -> Result<Option<Vec<u32>>, Over> {
        budget.step(1)?;
        match can {
            Truth::False => return Ok(None),
            Truth::True => return Ok(world.iter().map(|values| ranges::first(values)).collect()),
            Truth::Unknown => {}
        }
        let unknown = |n: u32| holds(self.bundle, n, world.as_slice()) == Truth::Unknown;
        // Without a condition of the request's own, that is what is unknown.
        let impossible = match self.never {
            Never::AsThePolicySays => self.bundle.impossible().filter(|n| self.when.is_none() || unknown(*n)),
            Never::These(these) => these.iter().copied().find(|n| unknown(*n)),
        };
        let part = match impossible {
            Some(number) => unknown_part(self.bundle, number, world),
            None => self.when.and_then(|c| unknown_when(c, world)),
        };
        let Some((variable, values)) = part else { return Ok(None) };
        for part in halves(world, variable, values) {
            let found = within(world, variable, part, budget, |world, budget| self.find(world, budget))?;
            if found.is_some() {
                return Ok(found);
            }
        }
        Ok(None)
    }
}

/// A variable's values that are among the given ones, and the others.
pub(super) fn halves(world: &Open, variable: u32, values: &[Range]) -> [Ranges; 2] {
    let open = world.get(variable as usize).map_or(&[][..], Vec::as_slice);
    [ranges::intersection(open, values), ranges::difference(open, values)]
}

/// Does something with a variable's values narrowed, and puts them back.
pub(super) fn within<T, E: From<Over>>(
    world: &mut Vec<Ranges>,
    variable: u32,
    values: Ranges,
    budget: &mut Budget,
    then: impl FnOnce(&mut Vec<Ranges>, &mut Budget) -> Result<T, E>,
) -> Result<T, E> {
    budget.enter()?;
    let replace = |world: &mut Vec<Ranges>, values| {
        world.get_mut(variable as usize).map(|slot| std::mem::replace(slot, values)).unwrap_or_default()
    };
    let before = replace(world, values);
    let result = then(world, budget);
    replace(world, before);
    budget.leave();
    result
}
