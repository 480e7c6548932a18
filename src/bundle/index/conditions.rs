//! Conditions as few tests of bits, and how a world is laid out in bits for them.
//!
//! A world is a row of words in which each variable has a field: a bit for each value that it may
//! have. Most conditions are one test, or all or any of a few; these are written out as tests of
//! fields. What is left are trees, which are evaluated as they stand.

use crate::bundle::core::Core;
use crate::bundle::format::{Condition, Variable};
use crate::bundle::ranges::{self, Range};
use std::collections::BTreeSet;

/// How many tests a condition may be written out as.
const MOST_ATOMS: usize = 16;

/// The size from which on a condition, written out as a tree, is evaluated with a memo.
const HEAVY: u64 = 256;

/// Where a variable stands in a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// The first word.
    pub word: u32,
    /// The first bit of it; 0 where the field has words of its own.
    pub shift: u32,
    /// How many values, and so bits.
    pub values: u32,
}

/// Whether the values that a field may have are among the wanted ones.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Atom {
    /// The word of the world.
    pub word: u32,
    /// The bits of the field in it.
    pub field: u64,
    /// The wanted ones.
    pub wanted: u64,
}

/// A condition.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Test<'a> {
    /// All of these hold.
    All(&'a [Atom]),
    /// One of these holds.
    Any(&'a [Atom]),
    /// The value of one variable is among the wanted ones; the variable has several words.
    Wide(&'a [Atom]),
    /// Evaluate it as it stands.
    Tree,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    All,
    Any,
    Wide,
    Tree,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Conditions {
    fields: Vec<Field>,
    kinds: Vec<Kind>,
    heavy: Vec<bool>,
    /// The fields of the variables that the condition of impossible worlds speaks of.
    bounded: Vec<Field>,
    /// The world of which nothing is known but the defaults.
    unsaid: Vec<u64>,
    /// One past a condition's last atom; its first is where the one before it ends.
    ends: Vec<u32>,
    atoms: Vec<Atom>,
}

impl Conditions {
    pub(super) fn new(core: &Core) -> Conditions {
        let (fields, words) = fields(&core.variables);
        let unsaid = unsaid(&core.variables, &fields, words);
        let spoken = spoken_of(&core.conditions, core.impossible);
        let bounded = spoken.into_iter().filter_map(|v| fields.get(v as usize).copied()).collect();
        let mut all = Conditions { fields, bounded, unsaid, ..Conditions::default() };
        let mut sizes: Vec<u64> = Vec::with_capacity(core.conditions.len());
        for condition in &core.conditions {
            let size = size(condition, &sizes);
            sizes.push(size);
            let (kind, atoms) = match all.flat(condition) {
                Some(Flat::All(atoms)) => (Kind::All, atoms),
                Some(Flat::Any(atoms)) => (Kind::Any, atoms),
                Some(Flat::Wide(atoms)) => (Kind::Wide, atoms),
                None => (Kind::Tree, Vec::new()),
            };
            all.kinds.push(kind);
            all.heavy.push(size > HEAVY);
            all.atoms.extend(atoms);
            all.ends.push(all.atoms.len() as u32);
        }
        all
    }

    /// The words of the world of which nothing is known but the defaults.
    pub(crate) fn unsaid(&self) -> &[u64] {
        &self.unsaid
    }

    /// Where the variables stand that decide whether a world can occur.
    pub(crate) fn bounded(&self) -> &[Field] {
        &self.bounded
    }

    /// Where a variable stands.
    pub(crate) fn field(&self, variable: u32) -> Option<Field> {
        self.fields.get(variable as usize).copied()
    }

    /// Whether a condition shares so many parts that evaluating it as it stands must remember them.
    pub(crate) fn heavy(&self, number: u32) -> bool {
        self.heavy.get(number as usize).copied().unwrap_or(true)
    }

    /// How a condition is tested.
    #[inline]
    pub(crate) fn test(&self, number: u32) -> Test<'_> {
        let at = number as usize;
        let start = at.checked_sub(1).and_then(|before| self.ends.get(before)).map_or(0, |end| *end as usize);
        let end = self.ends.get(at).map_or(0, |end| *end as usize);
        let atoms = self.atoms.get(start..end).unwrap_or_default();
        match self.kinds.get(at) {
            Some(Kind::All) => Test::All(atoms),
            Some(Kind::Any) => Test::Any(atoms),
            Some(Kind::Wide) => Test::Wide(atoms),
            Some(Kind::Tree) | None => Test::Tree,
        }
    }

    fn flat(&self, condition: &Condition) -> Option<Flat> {
        match condition {
            Condition::In(variable, values) => {
                let field = self.field(*variable)?;
                let atoms: Vec<Atom> = (0..field.words()).map(|word| field.atom(word, values)).collect();
                Some(if atoms.len() > 1 { Flat::Wide(atoms) } else { Flat::all(atoms) })
            }
            Condition::Not(part) => self.flat_part(*part)?.not(),
            Condition::All(parts) => {
                let mut atoms = Vec::new();
                for part in parts {
                    match self.flat_part(*part)? {
                        Flat::All(more) => join(&mut atoms, more, |a, b| a & b)?,
                        Flat::Any(none) if none.is_empty() => return Some(Flat::Any(none)),
                        Flat::Any(one) if one.len() == 1 => join(&mut atoms, one, |a, b| a & b)?,
                        Flat::Any(_) | Flat::Wide(_) => return None,
                    }
                }
                Some(Flat::all(atoms))
            }
            Condition::Any(parts) => {
                let mut atoms = Vec::new();
                for part in parts {
                    match self.flat_part(*part)? {
                        Flat::Any(more) => join(&mut atoms, more, |a, b| a | b)?,
                        Flat::All(none) if none.is_empty() => return Some(Flat::All(none)),
                        Flat::All(one) if one.len() == 1 => join(&mut atoms, one, |a, b| a | b)?,
                        Flat::All(_) | Flat::Wide(_) => return None,
                    }
                }
                Some(Flat::any(atoms))
            }
        }
    }

    fn flat_part(&self, part: u32) -> Option<Flat> {
        match self.test(part) {
            Test::All(atoms) => Some(Flat::All(atoms.to_vec())),
            Test::Any(atoms) => Some(Flat::Any(atoms.to_vec())),
            Test::Wide(_) | Test::Tree => None,
        }
    }
}

enum Flat {
    All(Vec<Atom>),
    Any(Vec<Atom>),
    Wide(Vec<Atom>),
}

impl Flat {
    /// Without tests that always hold; never where one never does.
    fn all(mut atoms: Vec<Atom>) -> Flat {
        if atoms.iter().any(|atom| atom.wanted == 0) {
            return Flat::Any(Vec::new());
        }
        atoms.retain(|atom| atom.wanted != atom.field);
        Flat::All(atoms)
    }

    /// Without tests that never hold; always where one always does.
    fn any(mut atoms: Vec<Atom>) -> Flat {
        if atoms.iter().any(|atom| atom.wanted == atom.field) {
            return Flat::All(Vec::new());
        }
        atoms.retain(|atom| atom.wanted != 0);
        Flat::Any(atoms)
    }

    fn not(self) -> Option<Flat> {
        let negate = |atoms: Vec<Atom>| -> Vec<Atom> {
            atoms.into_iter().map(|atom| Atom { wanted: atom.field & !atom.wanted, ..atom }).collect()
        };
        match self {
            Flat::All(atoms) => Some(Flat::any(negate(atoms))),
            Flat::Any(atoms) => Some(Flat::all(negate(atoms))),
            Flat::Wide(_) => None,
        }
    }
}

/// Adds tests; two of one field become one. None where there would be too many.
fn join(atoms: &mut Vec<Atom>, more: Vec<Atom>, both: impl Fn(u64, u64) -> u64) -> Option<()> {
    for atom in more {
        match atoms.iter_mut().find(|a| (a.word, a.field) == (atom.word, atom.field)) {
            Some(known) => known.wanted = both(known.wanted, atom.wanted),
            None => atoms.push(atom),
        }
    }
    (atoms.len() <= MOST_ATOMS).then_some(())
}

impl Field {
    /// How many words it has a part of.
    pub(crate) fn words(self) -> u32 {
        self.values.div_ceil(64)
    }

    /// Whether values are among the wanted ones, as far as one of its words goes.
    pub(crate) fn atom(self, word: u32, wanted: &[Range]) -> Atom {
        let (start, end) = (word * 64, self.values.min(word * 64 + 64));
        let inside = ranges::intersection(wanted, &[(start, end)]);
        let wanted = inside.iter().fold(0, |bits, &(s, e)| bits | ones(s - start, e - start));
        Atom {
            word: self.word + word,
            field: ones(0, end - start) << self.shift,
            wanted: wanted << self.shift,
        }
    }
}

/// The bits from one on and below another; no more than 64.
pub(crate) fn ones(start: u32, end: u32) -> u64 {
    let below = |n: u32| 1_u64.checked_shl(n).map_or(u64::MAX, |bit| bit - 1);
    below(end) & !below(start)
}

/// Fields side by side, none across the border of two words unless it has more bits than one.
fn fields(variables: &[Variable]) -> (Vec<Field>, usize) {
    let (mut word, mut shift) = (0, 0);
    let fields = variables.iter().map(|variable| {
        let values = variable.values();
        if shift + values > 64 && shift > 0 {
            (word, shift) = (word + 1, 0);
        }
        let field = Field { word, shift, values };
        if values > 64 {
            word += values.div_ceil(64);
        } else {
            shift += values;
        }
        field
    });
    let fields = fields.collect();
    (fields, word as usize + usize::from(shift > 0))
}

/// The variables that a condition speaks of. Each condition is looked at once.
fn spoken_of(conditions: &[Condition], condition: Option<u32>) -> BTreeSet<u32> {
    let (mut seen, mut spoken) = (BTreeSet::new(), BTreeSet::new());
    let mut todo: Vec<u32> = condition.into_iter().collect();
    while let Some(number) = todo.pop() {
        if !seen.insert(number) {
            continue;
        }
        match conditions.get(number as usize) {
            Some(Condition::All(parts) | Condition::Any(parts)) => todo.extend(parts),
            Some(Condition::Not(part)) => todo.push(*part),
            Some(Condition::In(variable, _)) => drop(spoken.insert(*variable)),
            None => {}
        }
    }
    spoken
}

/// The values of variables of which nothing is said.
fn unsaid(variables: &[Variable], fields: &[Field], words: usize) -> Vec<u64> {
    let mut unsaid = vec![0; words];
    for (variable, field) in variables.iter().zip(fields) {
        let values = match variable {
            Variable::Fact { default: Some(value), .. } => (*value, value + 1),
            _ => (0, variable.values()),
        };
        for word in 0..field.words() {
            let atom = field.atom(word, &[values]);
            if let Some(bits) = unsaid.get_mut(atom.word as usize) {
                *bits |= atom.wanted;
            }
        }
    }
    unsaid
}

/// The size of a condition's tree, with shared parts counted each time.
fn size(condition: &Condition, sizes: &[u64]) -> u64 {
    let of = |number: &u32| sizes.get(*number as usize).copied().unwrap_or(u64::MAX);
    let parts = match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().map(of).fold(0, u64::saturating_add),
        Condition::Not(part) => of(part),
        Condition::In(..) => 0,
    };
    parts.saturating_add(1)
}
