//! Sets of worlds as decision diagrams: one variable per fact and one per clock.
//!
//! A clock is one variable with a value for each state that its time can be in, not a boolean per
//! constant, which would make up worlds that cannot be. Diagrams are hash-consed, so two
//! conditions are the same where their numbers are. All operations are exact; past
//! [`MAX_NODES`] nodes they stop and [`Worlds::exhausted`] says so.

use crate::flow::clock::Clock;
use crate::flow::expression::Expression;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::{Cell, RefCell};

/// How many nodes the diagrams of one policy may have.
pub const MAX_NODES: usize = 250_000;

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

#[derive(Clone, PartialEq, Eq, Hash, Debug)]
struct Node {
    variable: u32,
    children: Box<[World]>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Operation {
    And,
    Or,
}

#[derive(Default)]
struct Table {
    nodes: Vec<Node>,
    numbers: FxHashMap<Node, World>,
    memo: FxHashMap<(Operation, World, World), World>,
    negations: FxHashMap<World, World>,
}

/// The variables of a policy, and the diagrams over them.
pub struct Worlds {
    variables: Vec<Variable>,
    facts: FxHashMap<u32, u32>,
    clocks: FxHashMap<u32, u32>,
    table: RefCell<Table>,
    exhausted: Cell<bool>,
    limit: usize,
}

impl Worlds {
    /// Worlds over these variables, in this order.
    pub fn new(variables: Vec<Variable>) -> Worlds {
        Worlds::with_limit(variables, MAX_NODES)
    }

    /// The same with a limit of nodes of one's own.
    pub fn with_limit(variables: Vec<Variable>, limit: usize) -> Worlds {
        let (mut facts, mut clocks) = (FxHashMap::default(), FxHashMap::default());
        for (i, variable) in variables.iter().enumerate() {
            match variable {
                Variable::Fact(fact, _) => facts.insert(*fact, i as u32),
                Variable::Clock(event, _) => clocks.insert(*event, i as u32),
            };
        }
        Worlds { variables, facts, clocks, table: RefCell::default(), exhausted: Cell::new(false), limit }
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

    /// Whether the limit of nodes was reached, so that answers since then are not to be trusted.
    pub fn exhausted(&self) -> bool {
        self.exhausted.get()
    }

    fn size(&self, variable: u32) -> u32 {
        self.variables.get(variable as usize).map_or(2, Variable::size)
    }

    /// The worlds in which a variable has one of these values.
    pub fn values(&self, variable: u32, values: &[u32]) -> World {
        let children: Box<[World]> = (0..self.size(variable))
            .map(|v| if values.contains(&v) { World::ALL } else { World::NONE })
            .collect();
        self.node(&mut self.table.borrow_mut(), variable, children)
    }

    /// The worlds in which an expression holds. Expressions nest no deeper than the syntax allows.
    pub fn holds(&self, expression: &Expression) -> World {
        match expression {
            Expression::All(parts) => parts.iter().fold(World::ALL, |w, p| self.and(w, self.holds(p))),
            Expression::Any(parts) => parts.iter().fold(World::NONE, |w, p| self.or(w, self.holds(p))),
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

    /// Both.
    pub fn and(&self, a: World, b: World) -> World {
        self.apply(&mut self.table.borrow_mut(), Operation::And, a, b)
    }

    /// Either.
    pub fn or(&self, a: World, b: World) -> World {
        self.apply(&mut self.table.borrow_mut(), Operation::Or, a, b)
    }

    /// The others.
    pub fn not(&self, a: World) -> World {
        self.negate(&mut self.table.borrow_mut(), a)
    }

    /// The first without the second.
    pub fn minus(&self, a: World, b: World) -> World {
        self.and(a, self.not(b))
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
            let value = values.get(node.variable as usize).copied().unwrap_or(0);
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
                variables.push(node.variable);
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
        // A diagram in which the variable has that value, then forgotten: the union over its values
        // of what remains. Variables are few, so a memo by node is enough.
        let mut memo = FxHashMap::default();
        self.cofactor(&mut self.table.borrow_mut(), world, variable, value, &mut memo)
    }

    fn cofactor(
        &self,
        table: &mut Table,
        world: World,
        variable: u32,
        value: u32,
        memo: &mut FxHashMap<World, World>,
    ) -> World {
        let Some(node) = table.get(world).cloned() else { return world };
        if node.variable > variable {
            return world;
        }
        if node.variable == variable {
            return node.children.get(value as usize).copied().unwrap_or(World::NONE);
        }
        if let Some(&known) = memo.get(&world) {
            return known;
        }
        let children =
            node.children.iter().map(|c| self.cofactor(table, *c, variable, value, memo)).collect();
        let result = self.node(table, node.variable, children);
        memo.insert(world, result);
        result
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
            let liked = values.get(node.variable as usize).copied().unwrap_or(0);
            let fits = |v: u32| node.children.get(v as usize).is_some_and(|c| *c != World::NONE);
            let value =
                if fits(liked) { liked } else { (0..node.children.len() as u32).find(|v| fits(*v))? };
            if let Some(slot) = values.get_mut(node.variable as usize) {
                *slot = value;
            }
            at = *node.children.get(value as usize)?;
        }
        Some(values)
    }

    fn node(&self, table: &mut Table, variable: u32, children: Box<[World]>) -> World {
        if let Some(first) = children.first()
            && children.iter().all(|c| c == first)
        {
            return *first;
        }
        let node = Node { variable, children };
        if let Some(&known) = table.numbers.get(&node) {
            return known;
        }
        if table.nodes.len() >= self.limit {
            self.exhausted.set(true);
            return World::NONE;
        }
        let number = World(table.nodes.len() as u32 + 2);
        table.nodes.push(node.clone());
        table.numbers.insert(node, number);
        number
    }

    fn apply(&self, table: &mut Table, operation: Operation, a: World, b: World) -> World {
        let (neutral, absorbing) = match operation {
            Operation::And => (World::ALL, World::NONE),
            Operation::Or => (World::NONE, World::ALL),
        };
        if a == b || b == neutral || a == absorbing {
            return a;
        }
        if a == neutral || b == absorbing {
            return b;
        }
        if self.exhausted.get() {
            return World::NONE;
        }
        let key = (operation, a.min(b), a.max(b));
        if let Some(&known) = table.memo.get(&key) {
            return known;
        }
        let (Some(x), Some(y)) = (table.get(a).cloned(), table.get(b).cloned()) else { return World::NONE };
        let variable = x.variable.min(y.variable);
        let children = (0..self.size(variable) as usize)
            .map(|v| {
                let below = |node: &Node, whole: World| {
                    if node.variable == variable {
                        node.children.get(v).copied().unwrap_or(World::NONE)
                    } else {
                        whole
                    }
                };
                self.apply(table, operation, below(&x, a), below(&y, b))
            })
            .collect();
        let result = self.node(table, variable, children);
        table.memo.insert(key, result);
        result
    }

    fn negate(&self, table: &mut Table, a: World) -> World {
        match a {
            World::NONE => return World::ALL,
            World::ALL => return World::NONE,
            _ => {}
        }
        if let Some(&known) = table.negations.get(&a) {
            return known;
        }
        let Some(node) = table.get(a).cloned() else { return World::NONE };
        let children = node.children.iter().map(|c| self.negate(table, *c)).collect();
        let result = self.node(table, node.variable, children);
        table.negations.insert(a, result);
        result
    }
}

impl Table {
    fn get(&self, world: World) -> Option<&Node> {
        self.nodes.get((world.0 as usize).checked_sub(2)?)
    }
}
