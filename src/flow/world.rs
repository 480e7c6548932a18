//! Sets of worlds as decision diagrams: one variable per fact and one per clock.
//!
//! A clock is one variable with a value for each state that its time can be in, not a boolean per
//! constant, which would make up worlds that cannot be. Diagrams are hash-consed, so two
//! conditions are the same where their numbers are. All operations are exact; past
//! [`MAX_NODES`] nodes or [`MAX_OPERATIONS`] they stop and [`Worlds::exhausted`] says so. How large a
//! diagram is depends on the order in which it asks for its variables, and so that order is the caller's.
//! Nothing recurses: a diagram can be as deep as there are variables.

use crate::flow::clock::Clock;
use crate::flow::expression::Expression;
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How many nodes the diagrams of one policy may have.
pub const MAX_NODES: usize = 250_000;

/// How many steps all operations on the diagrams of one policy may take together.
pub const MAX_OPERATIONS: u64 = 20_000_000;

/// How many outcomes of operations are kept; then they are forgotten, and worked out anew.
const KEPT: usize = 1_000_000;

/// A set of worlds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct World(pub u32);

impl World {
    /// No world.
    pub const NONE: World = World(0);
    /// Every world.
    pub const ALL: World = World(1);
}

/// What a variable stands for.
#[derive(Clone, Debug)]
pub enum Variable {
    /// A fact, by its number in the policy, and how many values it has.
    Fact(u32, u32),
    /// The clock of an event, by the event's number.
    Clock(u32, Clock),
}

impl Variable {
    /// How many values it has.
    pub fn size(&self) -> u32 {
        match self {
            Variable::Fact(_, size) => *size,
            Variable::Clock(_, clock) => clock.size(),
        }
    }
}

#[derive(Debug)]
struct Node {
    level: u32,
    children: Rc<[World]>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
    /// Of the first; the second does not matter.
    Not,
    /// The first where the variable of a level has a value; the second does not matter.
    Restrict(u32, u32),
}

/// An operation under way: what was worked out of its children so far.
struct Frame {
    key: (Operation, World, World),
    level: u32,
    children: SmallVec<[World; 16]>,
}

#[derive(Default)]
struct Table {
    nodes: Vec<Node>,
    /// The nodes of each level by their children.
    numbers: Vec<FxHashMap<Rc<[World]>, World>>,
    memo: FxHashMap<(Operation, World, World), World>,
    operations: u64,
}

/// The variables of a policy, and the diagrams over them.
pub struct Worlds {
    variables: Vec<Variable>,
    /// The level at which diagrams ask for each variable, and the variable of each level.
    levels: Vec<u32>,
    at: Vec<u32>,
    facts: FxHashMap<u32, u32>,
    clocks: FxHashMap<u32, u32>,
    table: RefCell<Table>,
    exhausted: Cell<bool>,
}

impl Worlds {
    /// Worlds over these variables. Diagrams ask first for those that are named first; what is not
    /// named comes last.
    pub fn new(variables: Vec<Variable>, first: &[u32]) -> Worlds {
        let mut at: Vec<u32> = Vec::with_capacity(variables.len());
        let mut levels = vec![u32::MAX; variables.len()];
        for variable in first.iter().copied().chain(0..variables.len() as u32) {
            if let Some(level) = levels.get_mut(variable as usize)
                && *level == u32::MAX
            {
                *level = at.len() as u32;
                at.push(variable);
            }
        }
        let (mut facts, mut clocks) = (FxHashMap::default(), FxHashMap::default());
        for (i, variable) in variables.iter().enumerate() {
            match variable {
                Variable::Fact(fact, _) => facts.insert(*fact, i as u32),
                Variable::Clock(event, _) => clocks.insert(*event, i as u32),
            };
        }
        Worlds {
            variables,
            table: RefCell::new(Table {
                numbers: at.iter().map(|_| FxHashMap::default()).collect(),
                ..Table::default()
            }),
            levels,
            at,
            facts,
            clocks,
            exhausted: Cell::new(false),
        }
    }

    /// The variables.
    pub fn variables(&self) -> &[Variable] {
        &self.variables
    }

    /// The variable of a fact.
    pub fn fact(&self, fact: u32) -> Option<u32> {
        self.facts.get(&fact).copied()
    }

    /// The variable of an event's clock.
    pub fn clock(&self, event: u32) -> Option<u32> {
        self.clocks.get(&event).copied()
    }

    /// Whether a limit was reached, so that answers since then are not to be trusted.
    pub fn exhausted(&self) -> bool {
        self.exhausted.get()
    }

    fn size(&self, variable: u32) -> u32 {
        self.variables.get(variable as usize).map_or(2, Variable::size)
    }

    /// The worlds in which a variable has one of these values.
    pub fn values(&self, variable: u32, values: &[u32]) -> World {
        let Some(level) = self.levels.get(variable as usize) else { return World::NONE };
        let children: SmallVec<[World; 16]> = (0..self.size(variable))
            .map(|v| if values.contains(&v) { World::ALL } else { World::NONE })
            .collect();
        self.node(&mut self.table.borrow_mut(), *level, &children)
    }

    /// The worlds in which an expression holds. Expressions nest no deeper than the syntax allows.
    pub fn holds(&self, expression: &Expression) -> World {
        match expression {
            Expression::All(parts) => self.parts(parts).fold(World::ALL, |w, p| self.and(w, p)),
            Expression::Any(parts) => self.parts(parts).fold(World::NONE, |w, p| self.or(w, p)),
            Expression::Not(inner) => self.not(self.holds(inner)),
            Expression::Fact(fact, values) => {
                self.fact(*fact).map_or(World::NONE, |v| self.values(v, values))
            }
            Expression::Happened(event) => self.clock(*event).map_or(World::NONE, |v| {
                let started: Vec<u32> = (1..self.size(v)).collect();
                self.values(v, &started)
            }),
            Expression::Since(event, comparison, length) => {
                let Some(v) = self.clock(*event) else { return World::NONE };
                match self.variables.get(v as usize) {
                    Some(Variable::Clock(_, clock)) => self.values(v, &clock.values(*comparison, *length)),
                    _ => World::NONE,
                }
            }
        }
    }

    /// What each part says. Those that are asked last come first: put together in that order, a long
    /// list takes few steps.
    fn parts(&self, parts: &[Expression]) -> impl Iterator<Item = World> + use<> {
        let mut worlds: SmallVec<[World; 8]> = parts.iter().map(|p| self.holds(p)).collect();
        if worlds.len() < 2 {
            return worlds.into_iter();
        }
        let table = self.table.borrow();
        worlds.sort_by_key(|w| std::cmp::Reverse(table.get(*w).map(|node| node.level)));
        worlds.into_iter()
    }

    /// Both.
    #[inline]
    pub fn and(&self, a: World, b: World) -> World {
        plain(Operation::And, a, b).unwrap_or_else(|| self.work_out(Operation::And, a, b))
    }

    /// Either.
    #[inline]
    pub fn or(&self, a: World, b: World) -> World {
        plain(Operation::Or, a, b).unwrap_or_else(|| self.work_out(Operation::Or, a, b))
    }

    /// The others.
    #[inline]
    pub fn not(&self, a: World) -> World {
        let none = World::NONE;
        plain(Operation::Not, a, none).unwrap_or_else(|| self.work_out(Operation::Not, a, none))
    }

    /// The first without the second.
    #[inline]
    pub fn minus(&self, a: World, b: World) -> World {
        if a == World::NONE || a == b { World::NONE } else { self.and(a, self.not(b)) }
    }

    /// Whether the first lies within the second.
    pub fn is_subset(&self, a: World, b: World) -> bool {
        self.minus(a, b) == World::NONE
    }

    /// Whether a set holds the world with these values.
    pub fn contains(&self, world: World, values: &[u32]) -> bool {
        let table = self.table.borrow();
        let mut at = world;
        while let Some(node) = table.get(at) {
            let variable = self.at.get(node.level as usize);
            let value = variable.and_then(|v| values.get(*v as usize)).copied().unwrap_or(0);
            at = node.children.get(value as usize).copied().unwrap_or(World::NONE);
        }
        at == World::ALL
    }

    /// The variables that it depends on, sorted.
    pub fn support(&self, world: World) -> Vec<u32> {
        let table = self.table.borrow();
        let mut seen = FxHashSet::default();
        let mut variables = Vec::new();
        let mut todo = vec![world];
        while let Some(next) = todo.pop() {
            if let Some(node) = table.get(next)
                && seen.insert(next)
            {
                variables.extend(self.at.get(node.level as usize));
                todo.extend(node.children.iter());
            }
        }
        variables.sort_unstable();
        variables.dedup();
        variables
    }

    /// Whether it depends on a variable.
    pub fn depends_on(&self, world: World, variable: u32) -> bool {
        self.support(world).binary_search(&variable).is_ok()
    }

    /// The worlds that remain where a variable has a value, whatever it had.
    pub fn restrict(&self, world: World, variable: u32, value: u32) -> World {
        let Some(level) = self.levels.get(variable as usize) else { return world };
        self.work_out(Operation::Restrict(*level, value), world, World::NONE)
    }

    /// One world of the set: a value for each variable, the preferred one wherever it will do.
    pub fn example(&self, world: World, preferred: &dyn Fn(u32) -> u32) -> Option<Vec<u32>> {
        if world == World::NONE {
            return None;
        }
        let table = self.table.borrow();
        let mut values: Vec<u32> = (0..self.variables.len() as u32).map(preferred).collect();
        let mut at = world;
        while let Some(node) = table.get(at) {
            let variable = *self.at.get(node.level as usize)? as usize;
            let liked = values.get(variable).copied().unwrap_or(0);
            let fits = |v: u32| node.children.get(v as usize).is_some_and(|c| *c != World::NONE);
            let value =
                if fits(liked) { liked } else { (0..node.children.len() as u32).find(|v| fits(*v))? };
            if let Some(slot) = values.get_mut(variable) {
                *slot = value;
            }
            at = *node.children.get(value as usize)?;
        }
        Some(values)
    }

    fn node(&self, table: &mut Table, level: u32, children: &[World]) -> World {
        if let Some(first) = children.first()
            && children.iter().all(|c| c == first)
        {
            return *first;
        }
        let Some(numbers) = table.numbers.get_mut(level as usize) else { return World::NONE };
        if let Some(&known) = numbers.get(children) {
            return known;
        }
        if table.nodes.len() >= MAX_NODES {
            self.exhausted.set(true);
            return World::NONE;
        }
        let number = World(table.nodes.len() as u32 + 2);
        let children: Rc<[World]> = children.into();
        numbers.insert(Rc::clone(&children), number);
        table.nodes.push(Node { level, children });
        number
    }

    fn work_out(&self, operation: Operation, a: World, b: World) -> World {
        self.apply(&mut self.table.borrow_mut(), operation, a, b)
    }

    /// Works an operation out, child by child.
    fn apply(&self, table: &mut Table, operation: Operation, a: World, b: World) -> World {
        let mut frames: Vec<Frame> = Vec::new();
        let mut next = (operation, a, b);
        loop {
            let mut result = match self.begin(table, next) {
                Ok(known) => known,
                Err(frame) => {
                    next = self.child(table, &frame);
                    frames.push(frame);
                    continue;
                }
            };
            loop {
                let Some(frame) = frames.last_mut() else { return result };
                frame.children.push(result);
                if frame.children.len() < self.size_at(frame.level) {
                    next = self.child(table, frame);
                    break;
                }
                result = self.node(table, frame.level, &frame.children);
                table.remember(frame.key, result);
                frames.pop();
            }
        }
    }

    /// What an operation comes to where that is plain or known; else how it begins.
    fn begin(&self, table: &Table, (operation, a, b): (Operation, World, World)) -> Result<World, Frame> {
        if let Some(plain) = plain(operation, a, b) {
            return Ok(plain);
        }
        let (a, b) = match operation {
            Operation::And | Operation::Or => (a.min(b), a.max(b)),
            Operation::Not => (a, b),
            Operation::Restrict(level, value) => match table.get(a) {
                Some(node) if node.level == level => {
                    return Ok(node.children.get(value as usize).copied().unwrap_or(World::NONE));
                }
                Some(node) if node.level < level => (a, b),
                _ => return Ok(a),
            },
        };
        if self.exhausted.get() || table.operations >= MAX_OPERATIONS {
            self.exhausted.set(true);
            return Ok(World::NONE);
        }
        let key = (operation, a, b);
        if let Some(&known) = table.memo.get(&key) {
            return Ok(known);
        }
        let level = [a, b].into_iter().filter_map(|w| table.get(w)).map(|node| node.level).min();
        Err(Frame { key, level: level.unwrap_or(u32::MAX), children: SmallVec::new() })
    }

    /// The operation of the next child.
    fn child(&self, table: &Table, frame: &Frame) -> (Operation, World, World) {
        let (operation, a, b) = frame.key;
        let value = frame.children.len();
        let below = |whole: World| match table.get(whole) {
            Some(node) if node.level == frame.level => {
                node.children.get(value).copied().unwrap_or(World::NONE)
            }
            _ => whole,
        };
        (operation, below(a), below(b))
    }

    fn size_at(&self, level: u32) -> usize {
        self.at.get(level as usize).map_or(0, |v| self.size(*v) as usize)
    }
}

/// What an operation comes to where that is plain from the two numbers.
#[inline]
fn plain(operation: Operation, a: World, b: World) -> Option<World> {
    let (neutral, absorbing) = match operation {
        Operation::And => (World::ALL, World::NONE),
        Operation::Or => (World::NONE, World::ALL),
        Operation::Not => {
            return match a {
                World::NONE => Some(World::ALL),
                World::ALL => Some(World::NONE),
                _ => None,
            };
        }
        Operation::Restrict(..) => return None,
    };
    if a == b || b == neutral || a == absorbing {
        return Some(a);
    }
    (a == neutral || b == absorbing).then_some(b)
}

impl Table {
    fn remember(&mut self, key: (Operation, World, World), result: World) {
        self.operations += 1;
        if self.memo.len() >= KEPT {
            self.memo.clear();
        }
        self.memo.insert(key, result);
    }

    fn get(&self, world: World) -> Option<&Node> {
        self.nodes.get((world.0 as usize).checked_sub(2)?)
    }
}
