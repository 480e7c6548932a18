//! What is known of the world: for each fact and event of a bundle, the values that it may have.
//!
//! A service that asks the same about many people keeps one request and gives each person's world
//! beside it. Setting a value and evaluating a condition allocate nothing.

use super::builder::Value;
use super::clock::{self, EventState};
use super::error::RequestError;
use super::world::{Truth, Worlds};
use crate::bundle::Bundle;
use crate::bundle::format::{Condition, Ranges, Variable};
use crate::bundle::index::conditions::{Atom, Test, ones};
use crate::bundle::ranges::Range;

/// How many words a world may have without a piece of memory of its own: some 120 booleans.
const FEW: usize = 4;

/// The conditions below this number are remembered without allocation, where they must be at all.
const REMEMBERED: usize = 1024;

/// What is known of the facts and events of a bundle, at the moment and for the person asked about.
///
/// It begins with facts at their defaults, else unknown, and events unknown; or, from
/// [`Request::world`](super::Request::world), with what the request says. Names can be looked up
/// once, with [`Bundle::variable`], and given as numbers.
#[derive(Clone, Debug)]
pub struct World<'b> {
    bundle: &'b Bundle,
    pub(super) bits: Bits,
}

/// The bits of a world, as the bundle's index lays them out.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    few: [u64; FEW],
    many: Vec<u64>,
}

impl<'b> World<'b> {
    /// The world of which nothing is known but the defaults.
    pub fn new(bundle: &'b Bundle) -> World<'b> {
        World { bundle, bits: Bits::new(bundle) }
    }

    pub(super) fn of(bundle: &'b Bundle, bits: Bits) -> World<'b> {
        World { bundle, bits }
    }

    /// The bundle that it is a world of.
    pub fn bundle(&self) -> &'b Bundle {
        self.bundle
    }

    /// Gives a fact its value.
    ///
    /// # Errors
    /// Where the bundle has no such fact, or the fact no such value.
    pub fn fact<'n>(&mut self, name: &str, value: impl Into<Value<'n>>) -> Result<(), RequestError> {
        let number = self.bundle.variable(name);
        let found = number.and_then(|n| Some((n, self.bundle.variables().get(n as usize)?)));
        let Some((number, Variable::Fact { values, .. })) = found else {
            return Err(RequestError::unknown_fact(self.bundle, name));
        };
        let value = value.into();
        let at = values.iter().zip(0..).find(|(v, _)| *v == value.name());
        let (_, at) = at.ok_or_else(|| RequestError::unknown_value(name, value.name(), values))?;
        self.set(number, at)
    }

    /// Says what is known of an event.
    ///
    /// # Errors
    /// Where the bundle has no such event, or no state of its clock for that time.
    pub fn event(&mut self, name: &str, state: EventState) -> Result<(), RequestError> {
        let found = self.bundle.variable(name).and_then(|number| Some((number, self.clock(number)?)));
        match found {
            Some((number, clock)) => self.set_clock(number, clock, state),
            None => Err(RequestError::unknown_event(self.bundle, name)),
        }
    }

    /// Gives a variable its value, both by number. A boolean fact has 0 for false and 1 for true.
    ///
    /// # Errors
    /// Where the bundle has no such variable, or the variable no such value.
    pub fn set(&mut self, variable: u32, value: u32) -> Result<(), RequestError> {
        let values = self.bundle.variables().get(variable as usize).map_or(0, Variable::values);
        if value >= values {
            return Err(RequestError::OutOfRange);
        }
        self.bits.put(self.bundle, variable, value, value + 1);
        Ok(())
    }

    /// Says what is known of an event, by number.
    ///
    /// # Errors
    /// Where the bundle has no such event, or no state of its clock for that time; the world is as
    /// it was then.
    pub fn set_event(&mut self, variable: u32, state: EventState) -> Result<(), RequestError> {
        let clock = self.clock(variable).ok_or(RequestError::OutOfRange)?;
        self.set_clock(variable, clock, state)
    }

    fn set_clock(
        &mut self,
        variable: u32,
        (thresholds, states): Clock<'b>,
        state: EventState,
    ) -> Result<(), RequestError> {
        let (bundle, bits, mut any) = (self.bundle, &mut self.bits, false);
        clock::each(thresholds, states, state, |start, end| {
            match any {
                false => bits.put(bundle, variable, start, end),
                true => bits.add(bundle, variable, start, end),
            }
            any = true;
        });
        let event = || bundle.variables().get(variable as usize).map(|v| v.name().clone());
        if any { Ok(()) } else { Err(RequestError::NoSuchTime { event: event().unwrap_or_default() }) }
    }

    /// Forgets a variable: nothing is known of it, whatever its default is.
    ///
    /// # Errors
    /// Where the bundle has no such variable.
    pub fn forget(&mut self, variable: u32) -> Result<(), RequestError> {
        let values = self.bundle.variables().get(variable as usize).map(Variable::values);
        self.bits.add(self.bundle, variable, 0, values.ok_or(RequestError::OutOfRange)?);
        Ok(())
    }

    /// Takes all values from a variable; it must get some.
    pub(super) fn clear(&mut self, variable: u32) {
        self.bits.clear(self.bundle, variable);
    }

    /// Adds values that a variable may have.
    pub(super) fn add(&mut self, variable: u32, values: Range) {
        self.bits.add(self.bundle, variable, values.0, values.1);
    }

    fn clock(&self, variable: u32) -> Option<Clock<'b>> {
        match self.bundle.variables().get(variable as usize)? {
            Variable::Clock { thresholds, states, .. } => Some((thresholds, states)),
            Variable::Fact { .. } => None,
        }
    }
}

type Clock<'b> = (&'b [crate::bundle::format::Length], &'b [crate::bundle::format::ClockState]);

impl Bits {
    /// The world of which nothing is known but the defaults.
    pub(super) fn new(bundle: &Bundle) -> Bits {
        let unsaid = bundle.index().conditions().unsaid();
        let mut few = [0; FEW];
        match few.get_mut(..unsaid.len()) {
            Some(words) => words.copy_from_slice(unsaid),
            None => return Bits { few, many: unsaid.to_vec() },
        }
        Bits { few, many: Vec::new() }
    }

    #[inline]
    pub(super) fn words(&self) -> &[u64] {
        if self.many.is_empty() { &self.few } else { &self.many }
    }

    fn words_mut(&mut self) -> &mut [u64] {
        if self.many.is_empty() { &mut self.few } else { &mut self.many }
    }

    /// Gives a variable these values, and no others.
    fn put(&mut self, bundle: &Bundle, variable: u32, start: u32, end: u32) {
        match bundle.index().conditions().field(variable) {
            // Mostly all its bits stand in one word.
            Some(field) if field.values <= 64 => {
                if let Some(word) = self.words_mut().get_mut(field.word as usize) {
                    let bits = |start, end| ones(start, end) << field.shift;
                    *word = *word & !bits(0, field.values) | bits(start, end.min(field.values));
                }
            }
            _ => {
                self.clear(bundle, variable);
                self.add(bundle, variable, start, end);
            }
        }
    }

    fn clear(&mut self, bundle: &Bundle, variable: u32) {
        self.change(bundle, variable, 0, u32::MAX, |word, bits| *word &= !bits);
    }

    fn add(&mut self, bundle: &Bundle, variable: u32, start: u32, end: u32) {
        self.change(bundle, variable, start, end, |word, bits| *word |= bits);
    }

    /// Does something with the bits of values in each word that has some.
    fn change(
        &mut self,
        bundle: &Bundle,
        variable: u32,
        start: u32,
        end: u32,
        change: impl Fn(&mut u64, u64),
    ) {
        let Some(field) = bundle.index().conditions().field(variable) else { return };
        let end = end.min(field.values);
        for number in start / 64..end.div_ceil(64) {
            let bits = ones(start.max(number * 64) - number * 64, end.min(number * 64 + 64) - number * 64);
            if let Some(word) = self.words_mut().get_mut((field.word + number) as usize) {
                change(word, bits << field.shift);
            }
        }
    }

    /// Those of the worlds in which each variable that decides whether a world can occur has its first value.
    pub(super) fn first(&self, bundle: &Bundle) -> Bits {
        let mut first = self.clone();
        let words = first.words_mut();
        for field in bundle.index().conditions().bounded() {
            let mut found = false;
            for number in 0..field.words() {
                let bits = ones(0, (field.values - number * 64).min(64)) << field.shift;
                let Some(word) = words.get_mut((field.word + number) as usize) else { continue };
                let open = if found { 0 } else { *word & bits };
                found |= open != 0;
                *word = *word & !bits | open & open.wrapping_neg();
            }
        }
        first
    }

    /// The values that each variable may have.
    pub(super) fn values(&self, bundle: &Bundle) -> Vec<Ranges> {
        let variables = 0..bundle.variables().len() as u32;
        variables.map(|variable| self.values_of(bundle, variable)).collect()
    }

    fn values_of(&self, bundle: &Bundle, variable: u32) -> Ranges {
        let Some(field) = bundle.index().conditions().field(variable) else { return Vec::new() };
        let mut values: Ranges = Vec::new();
        for value in 0..field.values {
            let bit = field.shift + value % 64;
            let word = self.words().get((field.word + value / 64) as usize).copied().unwrap_or(0);
            if word >> bit & 1 == 0 {
                continue;
            }
            match values.last_mut() {
                Some(last) if last.1 == value => last.1 = value + 1,
                _ => values.push((value, value + 1)),
            }
        }
        values
    }
}

/// A world of these bits, for conditions that are not the bundle's.
pub(super) struct Known<'a> {
    pub bundle: &'a Bundle,
    pub world: &'a [u64],
}

impl Worlds for Known<'_> {
    fn truth(&self, variable: u32, values: &[Range]) -> Truth {
        let Some(field) = self.bundle.index().conditions().field(variable) else { return Truth::Unknown };
        within((0..field.words()).map(|word| field.atom(word, values)), self.world)
    }
}

/// Whether a condition of the bundle holds in a world of these bits.
#[inline]
pub(super) fn truth(bundle: &Bundle, number: u32, world: &[u64]) -> Truth {
    match bundle.index().conditions().test(number) {
        Test::All(atoms) => Truth::join(atoms.iter().map(|a| atom(a, world)), Truth::False),
        Test::Any(atoms) => Truth::join(atoms.iter().map(|a| atom(a, world)), Truth::True),
        Test::Wide(atoms) => within(atoms.iter().copied(), world),
        Test::Tree if !bundle.index().conditions().heavy(number) => tree(bundle, number, world, &mut []),
        Test::Tree if (number as usize) < REMEMBERED => tree(bundle, number, world, &mut [None; REMEMBERED]),
        Test::Tree => tree(bundle, number, world, &mut vec![None; number as usize + 1]),
    }
}

#[inline]
fn atom(atom: &Atom, world: &[u64]) -> Truth {
    let bits = world.get(atom.word as usize).copied().unwrap_or(0) & atom.field;
    if bits & !atom.wanted == 0 {
        Truth::True
    } else if bits & atom.wanted == 0 {
        Truth::False
    } else {
        Truth::Unknown
    }
}

/// Whether the values that a field of several words may have are among the wanted ones.
fn within(atoms: impl Iterator<Item = Atom>, world: &[u64]) -> Truth {
    let (mut inside, mut outside) = (false, false);
    for atom in atoms {
        let bits = world.get(atom.word as usize).copied().unwrap_or(0) & atom.field;
        inside |= bits & atom.wanted != 0;
        outside |= bits & !atom.wanted != 0;
    }
    match (inside, outside) {
        (true, true) => Truth::Unknown,
        (false, true) => Truth::False,
        (_, false) => Truth::True,
    }
}

// An empty memo remembers nothing. The depth is bounded by the loader.
fn tree(bundle: &Bundle, number: u32, world: &[u64], memo: &mut [Option<Truth>]) -> Truth {
    if let Some(Some(known)) = memo.get(number as usize) {
        return *known;
    }
    let mut part = |part: &u32| match bundle.index().conditions().test(*part) {
        Test::Tree => tree(bundle, *part, world, memo),
        _ => truth(bundle, *part, world),
    };
    let truth = match bundle.conditions().get(number as usize) {
        Some(Condition::All(parts)) => Truth::join(parts.iter().map(part), Truth::False),
        Some(Condition::Any(parts)) => Truth::join(parts.iter().map(part), Truth::True),
        Some(Condition::Not(inner)) => part(inner).not(),
        // One variable is a test of bits already, and the loader has seen to the numbers.
        Some(Condition::In(..)) | None => Truth::Unknown,
    };
    if let Some(slot) = memo.get_mut(number as usize) {
        *slot = Some(truth);
    }
    truth
}
