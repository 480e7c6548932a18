//! All flows of a small policy, as far as its own words can tell them apart.
//!
//! Cells that every phrase of every statement treats alike are one class, and worlds in which every
//! condition comes out alike are one class. The judge is asked of one of each; the code under test,
//! of whichever member chance picks.

use crate::meaning::{ACTIONS, Cells, PHRASES, Reading, Truth, World, changes_form, narrow, shares, wide};
use crate::random::Random;
use crate::time::{self, Clock};
use caveat::flow::dimension::Dimension;
use caveat::flow::expression::{Expression, Length};
use caveat::policy::{Action, LimitSort, Modal, Moment, Policy};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The classes of a policy.
pub struct Field {
    /// For each dimension, its classes of cells; `none` is not among them.
    pub classes: [Vec<Vec<u32>>; 10],
    /// Actions of which no statement speaks.
    pub unspoken: Vec<u32>,
    /// All possible worlds that were tried.
    pub worlds: Vec<World>,
    /// What holds in each class of worlds, by statement.
    pub truths: Vec<Vec<Truth>>,
    /// The worlds of each class.
    pub members: Vec<Vec<usize>>,
    /// The class of each world.
    pub class_of: Vec<usize>,
}

/// Why a policy is left out.
#[derive(Debug)]
pub struct TooLarge;

impl Field {
    pub fn new(reading: &Reading<'_>, most_worlds: usize, most_flows: usize) -> Result<Field, TooLarge> {
        let policy = reading.policy;
        let (worlds, class_of, truths, members) = worlds(reading, most_worlds)?;
        let mut unspoken = Vec::new();
        let classes: [Vec<Vec<u32>>; 10] = std::array::from_fn(|d| {
            let d = Dimension::ALL[d];
            let mut classes: BTreeMap<Vec<bool>, Vec<u32>> = BTreeMap::new();
            // The first of a class stands for it: the purpose that nothing declares, where it is in one.
            let mut cells: Vec<u32> = policy.universe.get(d).iter().collect();
            if d == Dimension::Purpose {
                cells.reverse();
            }
            for cell in cells {
                let marks =
                    if d == Dimension::Action { action_marks(policy, cell) } else { marks(reading, d, cell) };
                if d == Dimension::Action && marks.is_empty() {
                    unspoken.push(cell);
                } else {
                    classes.entry(marks).or_default().push(cell);
                }
            }
            classes.into_values().collect()
        });
        let field = Field { classes, unspoken, worlds, truths, members, class_of };
        if field.combinations().saturating_mul(field.truths.len()) > most_flows {
            return Err(TooLarge);
        }
        Ok(field)
    }

    /// How many combinations of classes of cells there are.
    fn combinations(&self) -> usize {
        let size = |d: Dimension| self.classes[d as usize].len();
        let rest: usize = PHRASES
            .into_iter()
            .filter(|d| !matches!(d, Dimension::With | Dimension::Recipient))
            .map(size)
            .product();
        let of = |action: &Vec<u32>| match ACTIONS[action[0] as usize - 1] {
            Action::Combine => size(Dimension::With),
            a if shares(a) => size(Dimension::Recipient),
            _ => 1,
        };
        rest * self.classes[Dimension::Action as usize].iter().map(of).sum::<usize>()
    }

    /// Calls back for each combination of classes of cells, as the classes' positions.
    pub fn each(&self, mut visit: impl FnMut(&Classes)) {
        for action in 0..self.classes[Dimension::Action as usize].len() {
            let taken: Vec<usize> = (0..10)
                .map(|d| match Dimension::ALL[d] {
                    Dimension::Action => 1,
                    d if !self.takes(action, d) => 1,
                    _ => self.classes[d].len(),
                })
                .collect();
            let mut at = [0; 10];
            'next: loop {
                at[Dimension::Action as usize] = action;
                visit(&Classes(at));
                at[Dimension::Action as usize] = 0;
                for d in 0..10 {
                    at[d] += 1;
                    if at[d] < taken[d] {
                        continue 'next;
                    }
                    at[d] = 0;
                }
                break;
            }
        }
    }

    fn takes(&self, action: usize, d: Dimension) -> bool {
        let action = ACTIONS[self.classes[Dimension::Action as usize][action][0] as usize - 1];
        match d {
            Dimension::With => action == Action::Combine,
            Dimension::Recipient => shares(action),
            _ => true,
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
        std::array::from_fn(|i| {
            let d = Dimension::ALL[i];
            if !self.takes(classes.0[Dimension::Action as usize], d) {
                return 0;
            }
            let class = &self.classes[i][classes.0[i]];
            class[pick(class.len())]
        })
    }
}

/// A combination of classes: a position for each dimension.
#[derive(Clone, Copy, Debug)]
pub struct Classes(pub [usize; 10]);

/// Which phrases a cell is in.
fn marks(reading: &Reading<'_>, d: Dimension, cell: u32) -> Vec<bool> {
    // What is combined can stand on either side.
    let dimensions = match d {
        Dimension::Data | Dimension::With => vec![Dimension::Data, Dimension::With],
        d => vec![d],
    };
    let mut marks = Vec::new();
    for s in 0..reading.statements() {
        for d in &dimensions {
            marks.extend([reading.in_phrase(s, *d, cell, false), reading.in_phrase(s, *d, cell, true)]);
        }
    }
    marks
}

/// Which verbs cover an action, and what it is; nothing where no statement speaks of it.
fn action_marks(policy: &Policy, cell: u32) -> Vec<bool> {
    use Action::*;
    let action = ACTIONS[cell as usize - 1];
    let among = |actions: &[Action]| actions.contains(&action);
    let mut marks = Vec::new();
    for s in &policy.statements {
        let covers = |by: fn(Action) -> Vec<Action>| s.actions.iter().any(|v| by(*v).contains(&action));
        marks.extend([covers(narrow), covers(wide)]);
        let sort = s.limit.as_ref().map(|l| l.sort);
        marks.push(match (s.modal, sort) {
            (Modal::Must, Some(LimitSort::Deadline)) => !among(&[Collect, Erase]),
            (Modal::Must, _) => action == Erase && s.actions.contains(&Retain),
            _ => false,
        });
    }
    if marks.iter().all(|m| !m) {
        return Vec::new();
    }
    marks.extend([
        shares(action),
        among(&[Combine]),
        among(&[Retain]),
        among(&[Erase]),
        changes_form(action),
    ]);
    marks.push(wide(Use).contains(&action));
    marks
}

type Worlds = (Vec<World>, Vec<usize>, Vec<Vec<Truth>>, Vec<Vec<usize>>);

fn worlds(reading: &Reading<'_>, most: usize) -> Result<Worlds, TooLarge> {
    let policy = reading.policy;
    let clocks: Vec<Vec<Option<Clock>>> = lengths(policy)
        .iter()
        .map(|lengths| {
            let running = time::samples(lengths).into_iter().flatten().map(Some);
            std::iter::once(None).chain(running).collect()
        })
        .collect();
    let mut count: usize = 1;
    for size in policy.facts.iter().map(|f| f.values.len()).chain(clocks.iter().map(Vec::len)) {
        count = count.saturating_mul(size);
    }
    if count > most {
        return Err(TooLarge);
    }
    let mut all = vec![World { facts: Vec::new(), clocks: Vec::new() }];
    for fact in &policy.facts {
        let with = |world: &World, value: usize| {
            let mut world = world.clone();
            world.facts.push(value as u32);
            world
        };
        all =
            all.iter().flat_map(|w| (0..fact.values.len()).map(|v| with(w, v)).collect::<Vec<_>>()).collect();
    }
    for states in &clocks {
        let with = |world: &World, clock: &Option<Clock>| {
            let mut world = world.clone();
            world.clocks.push(*clock);
            world
        };
        all = all.iter().flat_map(|w| states.iter().map(|c| with(w, c)).collect::<Vec<_>>()).collect();
    }
    all.retain(|w| reading.possible(w));
    let mut classes: HashMap<Vec<Truth>, usize> = HashMap::new();
    let (mut class_of, mut truths, mut members) = (Vec::new(), Vec::new(), Vec::<Vec<usize>>::new());
    for (i, world) in all.iter().enumerate() {
        let truth: Vec<Truth> = (0..reading.statements()).map(|s| reading.truth(s, world)).collect();
        let class = *classes.entry(truth.clone()).or_insert_with(|| {
            truths.push(truth);
            members.push(Vec::new());
            members.len() - 1
        });
        members[class].push(i);
        class_of.push(class);
    }
    Ok((all, class_of, truths, members))
}

/// For each event, the lengths that the policy compares its clock with.
pub fn lengths(policy: &Policy) -> Vec<BTreeSet<Length>> {
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
