//! All flows of a small policy, as far as its own words can tell them apart.
//!
//! Cells that every phrase of every statement treats alike are one class, and combinations of classes
//! that lie in the same part of every statement are one spot. Worlds in which every condition comes
//! out alike are one class. The judge is asked of each spot in each class of worlds; the code under
//! test, of whichever members chance picks.

use crate::given::{Bits, Given, bit, number};
use crate::meaning::{
    ACTIONS, Cells, Disagreement, Opinion, PHRASES, Part, Truth, World, changes_form, effect, holds, opinion,
    part, shares, takes, truth, uses,
};
use crate::random::Random;
use crate::time::{self, Relations};
use caveat::flow::dimension::Dimension;
use caveat::flow::expression::{Expression, Length};
use caveat::policy::{Action, LimitSort, Modal, Moment, Policy};
use caveat::vocabulary::Graph;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Combinations of cells in the same part of every statement.
pub struct Spot {
    pub parts: Vec<Part>,
    /// Whether the action is retaining: to keep is what contradicts a deadline.
    pub retains: bool,
    /// Whether the purpose is none that the policy declares.
    pub own_purpose: bool,
    /// Some of its combinations, as positions of classes.
    pub members: Vec<Classes>,
}

/// A combination of classes: a position for each dimension.
pub type Classes = [u8; 10];

/// The classes of a policy.
pub struct Field {
    /// For each dimension, its classes of cells; `none` is not among them.
    pub classes: [Vec<Vec<u32>>; 10],
    /// Actions of which no statement speaks.
    pub unspoken: Vec<u32>,
    pub spots: Vec<Spot>,
    /// For each class of actions, where its combinations start in `spot_of`.
    starts: Vec<usize>,
    spot_of: Vec<u32>,
    /// For each event, what its clock can be in relation to the policy's lengths.
    pub relations: Vec<Relations>,
    /// All possible worlds: the values of facts, then for each event 0, or one more than the position
    /// of its relation.
    pub worlds: Vec<Vec<u32>>,
    /// The class of each world, and the worlds of each class.
    pub class_of: Vec<usize>,
    pub members: Vec<Vec<usize>>,
    /// What holds in each class of worlds, by statement.
    pub truths: Vec<Vec<Truth>>,
    pub disagreement: Disagreement,
    /// What is to be said at each spot in each class of worlds.
    opinions: Vec<Opinion>,
}

/// Why a policy is left out.
#[derive(Debug)]
pub struct TooLarge;

impl Field {
    pub fn new(given: &Given<'_>, most_worlds: usize, most_flows: usize) -> Result<Field, TooLarge> {
        let disagreement = Disagreement::new(given);
        let (classes, unspoken) = classes(given);
        let mut field = Field {
            classes,
            unspoken,
            spots: Vec::new(),
            starts: Vec::new(),
            spot_of: Vec::new(),
            relations: lengths(given.policy).iter().map(time::samples).collect(),
            worlds: Vec::new(),
            class_of: Vec::new(),
            members: Vec::new(),
            truths: Vec::new(),
            disagreement,
            opinions: Vec::new(),
        };
        field.find_worlds(given, most_worlds)?;
        if field.combinations() > most_flows {
            return Err(TooLarge);
        }
        field.find_spots(given);
        if field.spots.len().saturating_mul(field.truths.len()) > most_flows {
            return Err(TooLarge);
        }
        for spot in &field.spots {
            for truths in &field.truths {
                field.opinions.push(judge(given, &field.disagreement, spot, truths, 0));
            }
        }
        Ok(field)
    }

    /// What is to be said at a spot in a class of worlds.
    pub fn opinion(&self, spot: usize, class: usize) -> &Opinion {
        &self.opinions[spot * self.truths.len() + class]
    }

    /// Every spot in every class of worlds.
    pub fn all(&self) -> impl Iterator<Item = (usize, usize, &Opinion)> {
        let count = self.truths.len();
        self.opinions.iter().enumerate().map(move |(i, o)| (i / count, i % count, o))
    }

    fn size(&self, action: usize, d: Dimension) -> usize {
        match d {
            Dimension::Action => 1,
            d if !takes(self.action(action), d) => 1,
            d => self.classes[d as usize].len(),
        }
    }

    /// The action that stands for a class of actions.
    fn action(&self, class: usize) -> Action {
        ACTIONS[self.classes[Dimension::Action as usize][class][0] as usize - 1]
    }

    fn combinations(&self) -> usize {
        let of = |action| Dimension::ALL.into_iter().map(|d| self.size(action, d)).product::<usize>();
        (0..self.classes[Dimension::Action as usize].len()).map(of).sum()
    }

    /// The spot of a combination.
    pub fn spot(&self, classes: &Classes) -> usize {
        let action = classes[Dimension::Action as usize] as usize;
        let mut at = 0;
        for d in Dimension::ALL.into_iter().filter(|d| *d != Dimension::Action) {
            let size = self.size(action, d);
            at = at * size + if size == 1 { 0 } else { classes[d as usize] as usize };
        }
        self.spot_of[self.starts[action] + at] as usize
    }

    /// Whether the action of a combination takes a dimension.
    pub fn takes(&self, classes: &Classes, d: Dimension) -> bool {
        takes(self.action(classes[Dimension::Action as usize] as usize), d)
    }

    /// The class of actions that an action is in; none where no statement speaks of it.
    pub fn action_class(&self, action: Action) -> Option<u8> {
        let classes = &self.classes[Dimension::Action as usize];
        classes.iter().position(|c| c.contains(&number(action))).map(|c| c as u8)
    }

    fn find_spots(&mut self, given: &Given<'_>) {
        let mut known: HashMap<(Vec<Part>, bool, bool), u32> = HashMap::new();
        let other = given.policy.vocabulary.other_any(Graph::Purpose);
        for action in 0..self.classes[Dimension::Action as usize].len() {
            self.starts.push(self.spot_of.len());
            let mut at: Classes = [0; 10];
            at[Dimension::Action as usize] = action as u8;
            let sizes: Vec<usize> = Dimension::ALL.iter().map(|d| self.size(action, *d)).collect();
            loop {
                let cells = self.first(&at);
                let parts: Vec<Part> = given.statements.iter().map(|s| part(s, &cells)).collect();
                let retains = self.action(action) == Action::Retain;
                let own_purpose = cells[Dimension::Purpose as usize] == other;
                let next = self.spots.len() as u32;
                let spot = *known.entry((parts.clone(), retains, own_purpose)).or_insert(next);
                if spot == next {
                    self.spots.push(Spot { parts, retains, own_purpose, members: Vec::new() });
                }
                let members = &mut self.spots[spot as usize].members;
                // Early ones and late ones.
                if members.len() < 8 {
                    members.push(at);
                } else {
                    members[4 + self.spot_of.len() % 4] = at;
                }
                self.spot_of.push(spot);
                // The next combination; the last dimension runs fastest.
                let mut done = true;
                for d in (0..10).rev().filter(|d| *d != Dimension::Action as usize) {
                    at[d] += 1;
                    if usize::from(at[d]) < sizes[d] {
                        done = false;
                        break;
                    }
                    at[d] = 0;
                }
                if done {
                    break;
                }
            }
        }
    }

    /// The flow of first members.
    pub fn first(&self, classes: &Classes) -> Cells {
        self.choose(classes, |_| 0)
    }

    /// A flow of members picked by chance.
    pub fn any(&self, classes: &Classes, random: &mut Random) -> Cells {
        self.choose(classes, |size| random.below(size))
    }

    fn choose(&self, classes: &Classes, mut pick: impl FnMut(usize) -> usize) -> Cells {
        let action = self.action(classes[Dimension::Action as usize] as usize);
        std::array::from_fn(|i| {
            if !takes(action, Dimension::ALL[i]) {
                return 0;
            }
            let class = &self.classes[i][classes[i] as usize];
            class[pick(class.len())]
        })
    }

    /// A combination by chance, as its spot and a flow.
    pub fn somewhere(&self, random: &mut Random) -> (usize, Cells) {
        let action = random.below(self.classes[Dimension::Action as usize].len());
        let mut classes: Classes = [0; 10];
        classes[Dimension::Action as usize] = action as u8;
        for d in Dimension::ALL.into_iter().filter(|d| *d != Dimension::Action) {
            classes[d as usize] = random.below(self.size(action, d)) as u8;
        }
        (self.spot(&classes), self.any(&classes, random))
    }

    /// A world as it can be, each clock somewhere in its relation.
    pub fn concrete(&self, world: usize, mut pick: impl FnMut(usize) -> usize) -> World {
        let values = &self.worlds[world];
        let (facts, clocks) = values.split_at(values.len() - self.relations.len());
        let clock = |(relations, at): (&Relations, &u32)| {
            let moments = &relations[at.checked_sub(1)? as usize];
            Some(moments[pick(moments.len())])
        };
        World { facts: facts.to_vec(), clocks: self.relations.iter().zip(clocks).map(clock).collect() }
    }

    fn find_worlds(&mut self, given: &Given<'_>, most: usize) -> Result<(), TooLarge> {
        let policy = given.policy;
        let clocks = self.relations.iter().map(|r| r.len() + 1);
        let sizes: Vec<usize> = policy.facts.iter().map(|f| f.values.len()).chain(clocks).collect();
        if sizes.iter().fold(1usize, |n, size| n.saturating_mul(*size)) > most {
            return Err(TooLarge);
        }
        let mut classes: HashMap<Vec<Truth>, usize> = HashMap::new();
        let mut at = vec![0u32; sizes.len()];
        loop {
            self.worlds.push(at.clone());
            let world = self.concrete(self.worlds.len() - 1, |_| 0);
            if policy.never.iter().any(|n| holds(&n.condition, &world)) {
                self.worlds.pop();
            } else {
                let truths: Vec<Truth> = given.statements.iter().map(|s| truth(s, &world)).collect();
                let next = self.truths.len();
                let class = *classes.entry(truths.clone()).or_insert(next);
                if class == next {
                    self.truths.push(truths);
                    self.members.push(Vec::new());
                }
                self.members[class].push(self.worlds.len() - 1);
                self.class_of.push(class);
            }
            let mut done = true;
            for (value, size) in at.iter_mut().zip(&sizes) {
                *value += 1;
                if (*value as usize) < *size {
                    done = false;
                    break;
                }
                *value = 0;
            }
            if done {
                return Ok(());
            }
        }
    }
}

/// What is to be said at a spot in a world, as if some statements were not there.
pub fn judge(
    given: &Given<'_>,
    disagreement: &Disagreement,
    spot: &Spot,
    truths: &[Truth],
    absent: Bits,
) -> Opinion {
    let said = given.statements.iter().enumerate().filter_map(|(s, statement)| match spot.parts[s] {
        Part::None => None,
        _ if absent & bit(s) != 0 => None,
        part => Some((s, effect(statement, part, &truths[s])?)),
    });
    opinion(given, disagreement, said)
}

fn classes(given: &Given<'_>) -> ([Vec<Vec<u32>>; 10], Vec<u32>) {
    let mut unspoken = Vec::new();
    let classes = std::array::from_fn(|i| {
        let d = Dimension::ALL[i];
        let mut classes: BTreeMap<Vec<Bits>, Vec<u32>> = BTreeMap::new();
        // The first of a class stands for it: the purpose that nothing declares, where it is in one.
        let mut cells: Vec<u32> = crate::given::bits(given.universe[i]).map(|c| c as u32).collect();
        if d == Dimension::Purpose {
            cells.reverse();
        }
        for cell in cells {
            match d {
                Dimension::Action => match action_marks(given, cell) {
                    Some(marks) => classes.entry(marks).or_default().push(cell),
                    None => unspoken.push(cell),
                },
                d => classes.entry(marks(given, d, cell)).or_default().push(cell),
            }
        }
        classes.into_values().collect()
    });
    (classes, unspoken)
}

/// Which phrases a cell is in.
fn marks(given: &Given<'_>, d: Dimension, cell: u32) -> Vec<Bits> {
    // What is combined can stand on either side.
    let dimensions: &[Dimension] = match d {
        Dimension::Data | Dimension::With => &[Dimension::Data, Dimension::With],
        _ => &[d],
    };
    let mut marks = Vec::new();
    for d in dimensions {
        let inside = |granted: bool| {
            let of = |p: &crate::given::Phrase| if granted { p.granted } else { p.cells };
            let holding = given.statements.iter().enumerate();
            holding
                .filter(|(_, s)| of(&s.phrases[*d as usize]) & bit(cell as usize) != 0)
                .fold(0, |all, (s, _)| all | bit(s))
        };
        marks.extend([inside(false), inside(true)]);
    }
    // What fulfils a right is done for no purpose that is declared.
    if d == Dimension::Purpose && given.statements.iter().any(|s| s.given.right.is_some()) {
        marks.push(Bits::from(cell == given.policy.vocabulary.other_any(Graph::Purpose)));
    }
    marks
}

/// Which verbs cover an action, and what it is; nothing where no statement speaks of it.
fn action_marks(given: &Given<'_>, cell: u32) -> Option<Vec<Bits>> {
    let action = ACTIONS[cell as usize - 1];
    let this = bit(cell as usize);
    let mut marks = [0, 0, 0];
    for (s, statement) in given.statements.iter().enumerate() {
        let sort = statement.given.limit.as_ref().map(|l| l.sort);
        let implied = match (statement.given.modal, sort) {
            (Modal::Must, Some(LimitSort::Deadline)) => !matches!(action, Action::Collect | Action::Erase),
            (Modal::Must, _) => action == Action::Erase && statement.given.actions.contains(&Action::Retain),
            _ => false,
        };
        let told = [statement.narrow & this != 0, statement.wide & this != 0, implied];
        for (mark, told) in marks.iter_mut().zip(told) {
            *mark |= if told { bit(s) } else { 0 };
        }
    }
    if marks == [0, 0, 0] {
        return None;
    }
    let sorts = [
        shares(action),
        action == Action::Combine,
        action == Action::Retain,
        action == Action::Erase,
        changes_form(action),
        uses(action),
    ];
    Some(marks.into_iter().chain(sorts.into_iter().map(Bits::from)).collect())
}

/// For each event, the lengths that the policy compares its clock with.
fn lengths(policy: &Policy) -> Vec<BTreeSet<Length>> {
    let mut out = vec![BTreeSet::new(); policy.events.len()];
    for s in &policy.statements {
        in_condition(&s.scope, &mut out);
        in_condition(&s.guard, &mut out);
        s.only_guard.iter().for_each(|c| in_condition(c, &mut out));
        s.requires.iter().for_each(|c| in_condition(c, &mut out));
        s.limit.iter().for_each(|l| in_moment(&l.moment, &mut out));
    }
    policy.never.iter().for_each(|n| in_condition(&n.condition, &mut out));
    out
}

fn in_condition(condition: &Expression, out: &mut [BTreeSet<Length>]) {
    match condition {
        Expression::All(parts) | Expression::Any(parts) => parts.iter().for_each(|p| in_condition(p, out)),
        Expression::Not(inner) => in_condition(inner, out),
        Expression::Since(event, _, length) => {
            out[*event as usize].insert(*length);
        }
        Expression::Fact(..) | Expression::Happened(_) => {}
    }
}

fn in_moment(moment: &Moment, out: &mut [BTreeSet<Length>]) {
    match moment {
        Moment::After(_, length) if *length == Length::default() => {}
        Moment::After(event, length) => {
            out[*event as usize].insert(*length);
        }
        Moment::Later(parts) | Moment::Earlier(parts) => parts.iter().for_each(|p| in_moment(p, out)),
    }
}

/// The dimensions of an action that can be told apart, with `none` for those it does not take.
pub fn dimensions(action: Action) -> impl Iterator<Item = Dimension> {
    PHRASES.into_iter().filter(move |d| takes(action, *d))
}
