//! What a policy means, read off its resolved statements sentence by sentence.
//!
//! A second opinion: nothing here is shared with the code under test but the resolved statements
//! themselves. No boxes, no diagrams, no index: one flow at a time, one statement at a time.

use crate::time::{self, Clock};
use caveat::flow::dimension::Dimension;
use caveat::flow::expression::{Comparison, Expression, Length};
use caveat::policy::{Action, Form, LimitSort, Modal, Moment, Norm, Policy, Statement};
use caveat::source::Sources;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// The actions in the order of their cells, which count from 1.
pub const ACTIONS: [Action; 16] = [
    Action::Collect,
    Action::Use,
    Action::Combine,
    Action::Profile,
    Action::Derive,
    Action::Aggregate,
    Action::Anonymize,
    Action::Pseudonymize,
    Action::Share,
    Action::Disclose,
    Action::Transfer,
    Action::Sell,
    Action::Rent,
    Action::Publish,
    Action::Retain,
    Action::Erase,
];

/// One cell for each dimension.
pub type Cells = [u32; 10];

/// A concrete world: a value for each fact, and for each event whether and how its clock runs.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct World {
    pub facts: Vec<u32>,
    pub clocks: Vec<Option<Clock>>,
}

/// What a statement says of a flow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Effect {
    Permit,
    Prohibit,
    /// It speaks, and says neither: a limit before it is due or after it is over.
    Silent,
}

/// What holds in a world, as far as one statement asks.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Truth {
    pub scope: bool,
    pub guard: bool,
    pub only_guard: bool,
    pub required: bool,
    pub started: bool,
    pub past: bool,
    pub reached: bool,
}

/// What the policy says of a flow.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Verdict {
    Permitted,
    Prohibited,
    Unstated,
}

impl Verdict {
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Permitted => "permitted",
            Verdict::Prohibited => "prohibited",
            Verdict::Unstated => "unstated",
        }
    }
}

/// The whole of section 4 at one flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opinion {
    /// The statements that speak of it.
    pub present: Vec<(usize, Effect)>,
    /// The statements that are not defeated.
    pub standing: Vec<(usize, Effect)>,
    /// The defeated ones, with what defeats them.
    pub defeated: Vec<(usize, Vec<usize>)>,
    pub verdict: Verdict,
    /// The statements that make it so.
    pub deciding: Vec<usize>,
}

/// The reader.
pub struct Reading<'a> {
    pub policy: &'a Policy,
    prevails: BTreeSet<(usize, usize)>,
    /// For each statement, the forms that a permission of it covers.
    granted_forms: Vec<[bool; 5]>,
}

/// A grant names a verb and what it covers, but of sharing only the plain kinds.
pub fn narrow(verb: Action) -> Vec<Action> {
    match verb {
        Action::Share => vec![Action::Share, Action::Disclose, Action::Transfer],
        other => wide(other),
    }
}

/// A prohibition names a verb and all of its kinds.
pub fn wide(verb: Action) -> Vec<Action> {
    use Action::*;
    match verb {
        Use => vec![Use, Combine, Profile, Derive, Aggregate, Anonymize, Pseudonymize],
        Share => vec![Share, Disclose, Transfer, Sell, Rent, Publish],
        other => vec![other],
    }
}

/// Whether an action is one of using, as a deadline means it.
fn uses(action: Action) -> bool {
    wide(Action::Use).contains(&action)
}

/// Whether an action takes a recipient.
pub fn shares(action: Action) -> bool {
    wide(Action::Share).contains(&action)
}

/// Whether an action changes the form; its own form is that of what goes in.
pub fn changes_form(action: Action) -> bool {
    matches!(action, Action::Aggregate | Action::Anonymize | Action::Pseudonymize)
}

/// The action of a cell.
pub fn action_of(cells: &Cells) -> Action {
    ACTIONS[cells[Dimension::Action as usize] as usize - 1]
}

impl<'a> Reading<'a> {
    pub fn new(policy: &'a Policy, sources: &Sources) -> Reading<'a> {
        // Each winner of a line prevails over each loser of it that is not itself.
        let mut prevails = BTreeSet::new();
        for line in &policy.precedence {
            for winner in line.winners.iter() {
                for loser in line.losers.iter() {
                    if let (Norm::Statement(w), Norm::Statement(l)) = (winner, loser)
                        && w != l
                    {
                        prevails.insert((*w, *l));
                    }
                }
            }
        }
        let granted_forms = policy.statements.iter().map(|s| granted_forms(s, sources)).collect();
        Reading { policy, prevails, granted_forms }
    }

    pub fn statements(&self) -> usize {
        self.policy.statements.len()
    }

    fn statement(&self, s: usize) -> &Statement {
        &self.policy.statements[s]
    }

    /// Whether the world can occur.
    pub fn possible(&self, world: &World) -> bool {
        !self.policy.never.iter().any(|n| holds(&n.condition, world))
    }

    /// What holds in a world, for one statement.
    pub fn truth(&self, s: usize, world: &World) -> Truth {
        let s = self.statement(s);
        let moment = s.limit.as_ref().map(|l| &l.moment);
        Truth {
            scope: holds(&s.scope, world),
            guard: holds(&s.guard, world),
            only_guard: s.only_guard.as_ref().is_none_or(|c| holds(c, world)),
            required: s.requires.as_ref().is_none_or(|c| holds(c, world)),
            started: moment.is_none_or(|m| started(m, world)),
            past: moment.is_some_and(|m| past(m, world)),
            reached: moment.is_some_and(|m| reached(m, world)),
        }
    }

    /// Whether a cell is in a phrase; `grant` reads a form as permissions do.
    pub fn in_phrase(&self, s: usize, d: Dimension, cell: u32, grant: bool) -> bool {
        if d == Dimension::Form && grant {
            return self.granted_forms[s][cell as usize];
        }
        self.statement(s).phrases.get(d).cells.contains(cell)
    }

    /// What a statement says of a flow; none where it does not speak of it.
    pub fn says(&self, s: usize, cells: &Cells, truth: &Truth) -> Option<Effect> {
        let statement = self.statement(s);
        let action = action_of(cells);
        if !truth.scope {
            return None;
        }
        let behind = truth.guard && truth.only_guard;
        match (statement.modal, statement.limit.as_ref().map(|l| l.sort)) {
            (Modal::May, _) => self.grant(s, cells, truth),
            (Modal::MustNot, _) => {
                let of_it = behind && verbs(statement, wide, action) && self.barred(s, cells);
                of_it.then_some(Effect::Prohibit)
            }
            (Modal::Requires, _) => {
                let of_it = behind && verbs(statement, wide, action) && self.barred(s, cells);
                (of_it && !truth.required).then_some(Effect::Prohibit)
            }
            (Modal::Must, None) => {
                if !behind {
                    None
                } else if verbs(statement, narrow, action) && self.granted(s, cells) {
                    Some(Effect::Permit)
                } else if statement.actions.contains(&Action::Retain)
                    && action == Action::Erase
                    && self.keeps(s, cells)
                {
                    // What must be kept must not be erased.
                    Some(Effect::Prohibit)
                } else {
                    None
                }
            }
            (Modal::Must, Some(LimitSort::Deadline)) => {
                if !(behind && truth.started) {
                    None
                } else if action == Action::Erase {
                    self.granted(s, cells).then_some(Effect::Permit)
                } else if (action == Action::Retain || uses(action) || shares(action))
                    && self.barred(s, cells)
                {
                    Some(if truth.past { Effect::Prohibit } else { Effect::Silent })
                } else {
                    None
                }
            }
            (Modal::Must, Some(LimitSort::Minimum)) => {
                let open = statement.limit.as_ref().is_some_and(|l| l.open_start);
                if !(behind && (open || truth.started)) {
                    return None;
                }
                let effect = match action {
                    Action::Retain if self.granted(s, cells) => Effect::Permit,
                    Action::Erase if self.keeps(s, cells) => Effect::Prohibit,
                    _ => return None,
                };
                Some(if truth.reached { Effect::Silent } else { effect })
            }
        }
    }

    /// `may`, with the prohibition that each `only` in it makes.
    fn grant(&self, s: usize, cells: &Cells, truth: &Truth) -> Option<Effect> {
        let statement = self.statement(s);
        if !verbs(statement, narrow, action_of(cells)) {
            return None;
        }
        if self.granted(s, cells) {
            // A condition behind without `only` belongs to the permission alone.
            return match (truth.only_guard, truth.guard) {
                (false, _) => Some(Effect::Prohibit),
                (true, true) => Some(Effect::Permit),
                (true, false) => None,
            };
        }
        let outside = orientations(cells).iter().any(|cells| {
            let within = |d: Dimension| taken(cells, d).is_none_or(|cell| self.in_phrase(s, d, cell, true));
            let only = |d: Dimension| statement.phrases.get(d).only.is_some();
            // Aggregating and the like are how a form is reached; `only as` does not forbid them.
            let spared = |d: Dimension| d == Dimension::Form && changes_form(action_of(cells));
            PHRASES.into_iter().all(|d| only(d) || within(d))
                && (!truth.only_guard || PHRASES.into_iter().any(|d| only(d) && !within(d) && !spared(d)))
        });
        outside.then_some(Effect::Prohibit)
    }

    /// Whether a flow's cells are those that a permission names. Combining is symmetric; a grant of
    /// using that names neither `combine` nor `with` covers combining within its own data only.
    fn granted(&self, s: usize, cells: &Cells) -> bool {
        let statement = self.statement(s);
        let own_data = action_of(cells) == Action::Combine
            && !statement.actions.contains(&Action::Combine)
            && statement.phrases.get(Dimension::With).span.is_none();
        orientations(cells).iter().any(|cells| {
            PHRASES.into_iter().all(|d| match (d, taken(cells, d)) {
                (_, None) => true,
                (Dimension::With, Some(cell)) if own_data => self.in_phrase(s, Dimension::Data, cell, true),
                (d, Some(cell)) => self.in_phrase(s, d, cell, true),
            })
        })
    }

    /// Whether a flow's cells are those that a prohibition names.
    fn barred(&self, s: usize, cells: &Cells) -> bool {
        orientations(cells).iter().any(|cells| {
            PHRASES.into_iter().all(|d| taken(cells, d).is_none_or(|cell| self.in_phrase(s, d, cell, false)))
        })
    }

    /// Whether a duty to keep speaks of erasing this, for whatever purpose that is done.
    fn keeps(&self, s: usize, cells: &Cells) -> bool {
        let spoken = |d: &Dimension| *d != Dimension::Purpose;
        PHRASES
            .into_iter()
            .filter(spoken)
            .all(|d| taken(cells, d).is_none_or(|cell| self.in_phrase(s, d, cell, false)))
    }

    /// Whether two statements disagree at a flow of which they say this.
    pub fn disagree(&self, a: (usize, Effect), b: (usize, Effect)) -> bool {
        let (s, t) = (self.statement(a.0), self.statement(b.0));
        let limits = match (&s.limit, &t.limit) {
            (Some(x), Some(y)) => x.sort == y.sort && (x.moment != y.moment || x.open_start != y.open_start),
            _ => false,
        };
        let duties = s.duties.iter().collect::<BTreeSet<_>>() != t.duties.iter().collect::<BTreeSet<_>>();
        match (a.1, b.1) {
            (Effect::Permit, Effect::Prohibit) | (Effect::Prohibit, Effect::Permit) => true,
            (Effect::Permit, Effect::Permit) => limits || duties,
            _ => limits,
        }
    }

    /// What the policy says of a flow; `truths` are those of its world, by statement.
    pub fn opinion(&self, cells: &Cells, truths: &[Truth]) -> Opinion {
        self.opinion_without(cells, truths, &BTreeSet::new())
    }

    /// The same as if some statements were not there.
    pub fn opinion_without(&self, cells: &Cells, truths: &[Truth], absent: &BTreeSet<usize>) -> Opinion {
        let mut present = Vec::new();
        for (s, truth) in truths.iter().enumerate() {
            if !absent.contains(&s)
                && let Some(effect) = self.says(s, cells, truth)
            {
                present.push((s, effect));
            }
        }
        let (mut standing, mut defeated) = (Vec::new(), Vec::new());
        for &loser in &present {
            let mut by = Vec::new();
            for &winner in &present {
                if self.prevails.contains(&(winner.0, loser.0)) && self.disagree(winner, loser) {
                    by.push(winner.0);
                }
            }
            if by.is_empty() {
                standing.push(loser);
            } else {
                defeated.push((loser.0, by));
            }
        }
        let with = |effect| -> Vec<usize> {
            standing.iter().filter(|(_, e)| *e == effect).map(|(s, _)| *s).collect()
        };
        let (bars, permits) = (with(Effect::Prohibit), with(Effect::Permit));
        let (verdict, deciding) = match (bars.is_empty(), permits.is_empty()) {
            (false, _) => (Verdict::Prohibited, bars),
            (true, false) => (Verdict::Permitted, permits),
            (true, true) => (Verdict::Unstated, Vec::new()),
        };
        Opinion { present, standing, defeated, verdict, deciding }
    }

    /// Whether the first prevails over the second by some line.
    pub fn prevails(&self, winner: usize, loser: usize) -> bool {
        self.prevails.contains(&(winner, loser))
    }

    /// What comes with an opinion: the duties of a yes, and the obligations with their limits.
    pub fn burden(&self, opinion: &Opinion) -> (BTreeSet<usize>, BTreeSet<String>) {
        let (mut duties, mut owed) = (BTreeSet::new(), BTreeSet::new());
        for (s, effect) in &opinion.standing {
            let statement = self.statement(*s);
            if opinion.verdict == Verdict::Permitted && *effect == Effect::Permit {
                duties.extend(statement.duties.iter().copied());
            }
            if statement.modal == Modal::Must && *effect == Effect::Permit {
                let limit = statement.limit.as_ref().map(|l| (l.sort, l.moment.clone(), l.open_start));
                owed.insert(format!("{limit:?}"));
            }
        }
        (duties, owed)
    }

    /// Whether what a statement prohibits of an action narrows permissions by its very words.
    pub fn narrows(&self, s: usize, action: Action) -> bool {
        let statement = self.statement(s);
        let deadline = statement.limit.as_ref().is_some_and(|l| l.sort == LimitSort::Deadline);
        statement.modal == Modal::Requires || deadline && action != Action::Retain
    }

    /// Whether a permission is one that must be used.
    pub fn obliges(&self, s: usize) -> bool {
        self.statement(s).modal == Modal::Must
    }

    /// A deadline lets erase at any time, which contradicts nothing by itself.
    pub fn is_deadline(&self, s: usize) -> bool {
        self.statement(s).limit.as_ref().is_some_and(|l| l.sort == LimitSort::Deadline)
    }

    /// Whether a statement writes its permission in this world.
    pub fn permits_in(&self, truth: &Truth) -> bool {
        truth.scope && truth.guard && truth.only_guard
    }

    /// Whether a statement writes its prohibition in this world; `only` leaves the world open but
    /// for what stands in front.
    pub fn prohibits_in(&self, s: usize, truth: &Truth) -> bool {
        let statement = self.statement(s);
        let whole = self.permits_in(truth);
        match (statement.modal, statement.limit.as_ref().map(|l| (l.sort, l.open_start))) {
            (Modal::May, _) => truth.scope,
            (Modal::MustNot, _) | (Modal::Must, None) => whole,
            (Modal::Requires, _) => whole && !truth.required,
            (Modal::Must, Some((LimitSort::Deadline, _))) => whole && truth.started && truth.past,
            (Modal::Must, Some((LimitSort::Minimum, open))) => {
                whole && (open || truth.started) && !truth.reached
            }
        }
    }
}

/// The dimensions that phrases speak of.
pub const PHRASES: [Dimension; 9] = [
    Dimension::Actor,
    Dimension::Data,
    Dimension::With,
    Dimension::Form,
    Dimension::Subject,
    Dimension::Source,
    Dimension::Recipient,
    Dimension::Purpose,
    Dimension::Place,
];

/// A permission whose `as` is written holds for every less identifiable form too; what it excepts
/// stays out.
fn granted_forms(s: &Statement, sources: &Sources) -> [bool; 5] {
    let phrase = s.phrases.get(Dimension::Form);
    let named = |cell: u32| phrase.cells.contains(cell);
    let Some(span) = phrase.span else { return std::array::from_fn(|i| named(i as u32)) };
    let text = sources.text(span);
    let excepted = text.split_once(" except ").map_or("", |(_, e)| e);
    let forms = [
        (Form::Identified, "identified"),
        (Form::Pseudonymous, "pseudonymous"),
        (Form::Aggregated, "aggregated"),
        (Form::Anonymized, "anonymized"),
    ];
    std::array::from_fn(|i| {
        let Some((_, word)) = i.checked_sub(1).map(|f| forms[f]) else { return false };
        (1..=i as u32).any(named) && !excepted.contains(word)
    })
}

/// Whether an action is among those that the verbs cover.
fn verbs(s: &Statement, covers: fn(Action) -> Vec<Action>, action: Action) -> bool {
    s.actions.iter().any(|verb| covers(*verb).contains(&action))
}

/// A flow as it can be said: combining X with Y is combining Y with X.
fn orientations(cells: &Cells) -> Vec<Cells> {
    let mut other = *cells;
    other.swap(Dimension::Data as usize, Dimension::With as usize);
    if action_of(cells) == Action::Combine { vec![*cells, other] } else { vec![*cells] }
}

/// The cell of a dimension, where the action takes it.
fn taken(cells: &Cells, d: Dimension) -> Option<u32> {
    let takes = match d {
        Dimension::With => action_of(cells) == Action::Combine,
        Dimension::Recipient => shares(action_of(cells)),
        _ => true,
    };
    takes.then_some(cells[d as usize])
}

/// Whether a condition holds.
pub fn holds(condition: &Expression, world: &World) -> bool {
    match condition {
        Expression::All(parts) => parts.iter().all(|p| holds(p, world)),
        Expression::Any(parts) => parts.iter().any(|p| holds(p, world)),
        Expression::Not(inner) => !holds(inner, world),
        Expression::Fact(fact, values) => values.contains(&world.facts[*fact as usize]),
        Expression::Happened(event) => world.clocks[*event as usize].is_some(),
        Expression::Since(event, comparison, length) => {
            // A comparison is false before the event.
            let Some(clock) = world.clocks[*event as usize] else { return false };
            let order = time::compare(clock, *length);
            match comparison {
                Comparison::Less => order == Ordering::Less,
                Comparison::AtMost => order != Ordering::Greater,
                Comparison::Equal => order == Ordering::Equal,
                Comparison::NotEqual => order != Ordering::Equal,
                Comparison::AtLeast => order != Ordering::Less,
                Comparison::Greater => order == Ordering::Greater,
            }
        }
    }
}

/// Of the later of several all must be so, of the earlier one.
fn at(moment: &Moment, world: &World, so: fn(Clock, Length) -> bool) -> bool {
    match moment {
        Moment::After(event, length) => world.clocks[*event as usize].is_some_and(|c| so(c, *length)),
        Moment::Later(parts) => parts.iter().all(|p| at(p, world, so)),
        Moment::Earlier(parts) => parts.iter().any(|p| at(p, world, so)),
    }
}

/// The day of a deadline itself is not past it; an event is past once it has happened.
fn past(moment: &Moment, world: &World) -> bool {
    at(moment, world, |c, l| l == Length::default() || time::compare(c, l) == Ordering::Greater)
}

/// A minimum is over as soon as its time has elapsed.
fn reached(moment: &Moment, world: &World) -> bool {
    at(moment, world, |c, l| l == Length::default() || time::compare(c, l) != Ordering::Less)
}

/// The event that the moment counts from has happened.
fn started(moment: &Moment, world: &World) -> bool {
    at(moment, world, |_, _| true)
}
