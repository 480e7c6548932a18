//! What statements mean: each becomes rules, and a rule says one thing of a set of flows.
//!
//! Takes resolved statements; gives boxes of cells with conditions. Defeat is not applied here:
//! these are the flows that a statement speaks of, wherever it stands in the order of precedence.

use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, NONE, PerDimension, Universe};
use crate::flow::expression::{Comparison, Expression, Length};
use crate::policy::{Action, Form, LimitSort, Modal, Moment, Statement};
use std::rc::Rc;

/// What a rule says of its flows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Effect {
    /// They may happen.
    Permit,
    /// They must not happen.
    Prohibit,
    /// Neither: a limit speaks here, and what it says is not due yet or over. It can still replace
    /// another limit, or be replaced.
    Silent,
}

/// How a rule came about, which decides how its meeting with others is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Origin {
    /// The statement says so itself.
    Said,
    /// The complement that `only` prohibits.
    Complement,
    /// It narrows permissions by its very words: `requires`, or what a deadline does to using and
    /// sharing. To be narrowed so is neither a crossing nor a carve-out.
    Narrowing,
    /// It follows from a limit and takes part in no contradiction of its own: the erasing that a
    /// deadline permits at any time.
    Implied,
}

/// A product of cells in some worlds.
#[derive(Clone, PartialEq, Debug)]
pub struct RuleBox {
    /// The cells.
    pub cells: PerDimension<CellSet>,
    /// The worlds.
    pub when: Rc<Expression>,
}

/// One thing that a statement says of a set of flows.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// What.
    pub effect: Effect,
    /// How it came about.
    pub origin: Origin,
    /// Of the union of these. Rules of one statement share no flow unless their effects agree.
    pub boxes: Vec<RuleBox>,
}

/// The cell of an action.
pub const fn action_cell(action: Action) -> u32 {
    action as u32 + 1
}

/// The cell of a form.
pub const fn form_cell(form: Form) -> u32 {
    form as u32 + 1
}

const COMBINE: u32 = action_cell(Action::Combine);

/// The actions that take a recipient.
pub fn share_family() -> CellSet {
    CellSet::range(action_cell(Action::Share), action_cell(Action::Publish) + 1)
}

/// The actions that are kinds of using.
pub fn use_family() -> CellSet {
    CellSet::range(action_cell(Action::Use), action_cell(Action::Pseudonymize) + 1)
}

/// The actions that make data less identifiable.
pub fn form_changing() -> CellSet {
    CellSet::range(action_cell(Action::Aggregate), action_cell(Action::Pseudonymize) + 1)
}

/// The identifiable forms: what a statement speaks of that names none.
pub fn identifiable() -> CellSet {
    CellSet::range(form_cell(Form::Identified), form_cell(Form::Pseudonymous) + 1)
}

/// A verb as prohibitions read it: with all of its kinds.
pub fn wide(action: Action) -> CellSet {
    match action {
        Action::Use => use_family(),
        Action::Share => share_family(),
        other => CellSet::one(action_cell(other)),
    }
}

/// A verb as grants read it: `share` is without selling, renting and publishing, which a
/// permission must name.
pub fn narrow(action: Action) -> CellSet {
    match action {
        Action::Share => CellSet::range(action_cell(Action::Share), action_cell(Action::Transfer) + 1),
        other => wide(other),
    }
}

/// How a box of `use` that writes no `with` reads combining.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Combining {
    /// A grant of using covers combining within its own data only. With anything else it would
    /// permit to use what it does not speak of.
    OwnData,
    /// As the phrase says, or with any.
    AsSaid,
}

/// The boxes of a product. The share family alone has recipients, `combine` alone has `with`; each
/// has the cell `none` elsewhere. Combining is symmetric: its box comes with the mirrored one.
fn boxes(cells: &PerDimension<CellSet>, combining: Combining, when: &Rc<Expression>) -> Vec<RuleBox> {
    // An empty dimension leaves no flow, whatever the family; what an action does not take is not asked.
    let none = CellSet::one(NONE);
    let product = |actions: CellSet, own: &[(Dimension, &CellSet)]| {
        let replaced = |d: Dimension| own.iter().find(|(other, _)| *other == d).map(|(_, set)| *set);
        let set = |d: Dimension| {
            if d == Dimension::Action { &actions } else { replaced(d).unwrap_or(cells.get(d)) }
        };
        let is_empty = Dimension::ALL.into_iter().any(|d| set(d).is_empty());
        (!is_empty)
            .then(|| RuleBox { cells: PerDimension::from_fn(|d| set(d).clone()), when: Rc::clone(when) })
    };
    let actions = cells.get(Dimension::Action);
    let combine = CellSet::one(COMBINE);
    let combines = actions.contains(COMBINE);
    let share = actions.intersection(&share_family());
    let mut others = actions.difference(&share_family());
    if combines {
        others = others.difference(&combine);
    }
    let mut out = Vec::new();
    out.extend(product(share, &[(Dimension::With, &none)]));
    out.extend(product(others, &[(Dimension::With, &none), (Dimension::Recipient, &none)]));
    if combines {
        let data = cells.get(Dimension::Data);
        let with = match combining {
            Combining::OwnData => data,
            Combining::AsSaid => cells.get(Dimension::With),
        };
        let mut combine = |data: &CellSet, with: &CellSet| {
            let own = [(Dimension::Recipient, &none), (Dimension::Data, data), (Dimension::With, with)];
            out.extend(product(combine.clone(), &own));
        };
        combine(data, with);
        if data != with {
            combine(with, data);
        }
    }
    out
}

/// The boxes of `from` without those of `taken`, which agree with them in every dimension but the
/// data and what it is combined with. Only combining needs this: its mirror can reach back into
/// what an `only` permits.
fn without(from: Vec<RuleBox>, taken: &[RuleBox]) -> Vec<RuleBox> {
    let mut rest = from;
    for take in taken.iter().filter(|b| b.cells.get(Dimension::Action).contains(COMBINE)) {
        rest = rest
            .into_iter()
            .flat_map(|b| {
                let apart = Dimension::ALL.into_iter().any(|d| {
                    !matches!(d, Dimension::Data | Dimension::With)
                        && !b.cells.get(d).meets(take.cells.get(d))
                });
                let (data, with) = (b.cells.get(Dimension::Data), b.cells.get(Dimension::With));
                let (take_data, take_with) =
                    (take.cells.get(Dimension::Data), take.cells.get(Dimension::With));
                if apart || !data.meets(take_data) || !with.meets(take_with) {
                    return vec![b];
                }
                let outside = b.cells.clone().with(Dimension::Data, data.difference(take_data));
                let beside = b
                    .cells
                    .clone()
                    .with(Dimension::Data, data.intersection(take_data))
                    .with(Dimension::With, with.difference(take_with));
                [outside, beside]
                    .into_iter()
                    .filter(|cells| cells.iter().all(|(_, set)| !set.is_empty()))
                    .map(|cells| RuleBox { cells, when: Rc::clone(&b.when) })
                    .collect()
            })
            .collect();
    }
    rest
}

/// Whether a moment is past: a deadline of 30 days is past from the 30th day's end on.
pub fn past(moment: &Moment) -> Expression {
    at(moment, &|event, length| {
        if length == Length::default() {
            Expression::Happened(event)
        } else {
            Expression::Since(event, Comparison::Greater, length)
        }
    })
}

/// Whether a moment is reached: a minimum of 30 days is over as soon as they have elapsed.
pub fn reached(moment: &Moment) -> Expression {
    at(moment, &|event, length| {
        if length == Length::default() {
            Expression::Happened(event)
        } else {
            Expression::Since(event, Comparison::AtLeast, length)
        }
    })
}

/// Whether the clocks that a moment counts from are running, so that it can be known.
pub fn started(moment: &Moment) -> Expression {
    at(moment, &|event, _| Expression::Happened(event))
}

fn at(moment: &Moment, one: &dyn Fn(u32, Length) -> Expression) -> Expression {
    match moment {
        Moment::After(event, length) => one(*event, *length),
        Moment::Later(parts) => Expression::All(parts.iter().map(|p| at(p, one)).collect()),
        Moment::Earlier(parts) => Expression::Any(parts.iter().map(|p| at(p, one)).collect()),
    }
}

/// The rules of a statement.
pub fn rules(statement: &Statement, universe: &Universe) -> Vec<Rule> {
    let mut rules = match (&statement.limit, statement.modal) {
        (Some(limit), Modal::Must) => match limit.sort {
            LimitSort::Deadline => deadline(statement, universe, &limit.moment),
            LimitSort::Minimum => minimum(statement, universe, &limit.moment, limit.open_start),
        },
        (_, Modal::May) => grant(statement, universe),
        (_, Modal::Must) => obligation(statement, universe),
        (_, Modal::MustNot) => vec![rule(
            Effect::Prohibit,
            Origin::Said,
            boxes(&widely(statement), Combining::AsSaid, &Rc::new(whole(statement))),
        )],
        (_, Modal::Requires) => {
            let required = statement.requires.clone().unwrap_or_else(Expression::always);
            let when = Rc::new(whole(statement).and(required.not()));
            vec![rule(
                Effect::Prohibit,
                Origin::Narrowing,
                boxes(&widely(statement), Combining::AsSaid, &when),
            )]
        }
    };
    rules.retain(|r| !r.boxes.is_empty());
    rules
}

fn rule(effect: Effect, origin: Origin, boxes: Vec<RuleBox>) -> Rule {
    Rule { effect, origin, boxes }
}

/// All conditions of a statement together.
fn whole(statement: &Statement) -> Expression {
    let behind = statement.only_guard.clone().unwrap_or_else(Expression::always);
    statement.scope.clone().and(statement.guard.clone()).and(behind)
}

/// The cells as prohibitions read them.
fn widely(statement: &Statement) -> PerDimension<CellSet> {
    let verbs = CellSet::union_of(statement.actions.iter().map(|a| wide(*a)));
    PerDimension::from_fn(|d| match d {
        Dimension::Action => verbs.clone(),
        _ => statement.phrases.get(d).cells.clone(),
    })
}

/// The cells as grants read them: verbs narrowly, and a written form with every less identifiable one.
fn narrowly(statement: &Statement) -> PerDimension<CellSet> {
    let verbs = CellSet::union_of(statement.actions.iter().map(|a| narrow(*a)));
    let mut cells = widely(statement).with(Dimension::Action, verbs);
    let form = statement.phrases.get(Dimension::Form);
    if form.span.is_some()
        && let Some(first) = form.cells.first()
    {
        let closed = CellSet::range(first, form_cell(Form::Anonymized) + 1);
        *cells.get_mut(Dimension::Form) = closed.difference(&form.except);
    }
    cells
}

fn combining(statement: &Statement) -> Combining {
    let written = statement.phrases.get(Dimension::With).span.is_some();
    if written || statement.actions.contains(&Action::Combine) {
        Combining::AsSaid
    } else {
        Combining::OwnData
    }
}

/// A permission, and where `only` stands in it the prohibition of the rest.
fn grant(statement: &Statement, universe: &Universe) -> Vec<Rule> {
    let cells = narrowly(statement);
    let permitted = boxes(&cells, combining(statement), &Rc::new(whole(statement)));
    let prohibited = complement(statement, &cells, universe, &permitted);
    vec![
        rule(Effect::Permit, Origin::Said, permitted),
        rule(Effect::Prohibit, Origin::Complement, prohibited),
    ]
}

/// What `only` prohibits: the complement of the product of all the dimensions that it stands
/// before, within the statement's scope. Conditions behind that have no `only` do not bind it.
fn complement(
    statement: &Statement,
    cells: &PerDimension<CellSet>,
    universe: &Universe,
    permitted: &[RuleBox],
) -> Vec<RuleBox> {
    let restricted: Vec<Dimension> =
        Dimension::ALL.into_iter().filter(|d| statement.phrases.get(*d).only.is_some()).collect();
    if restricted.is_empty() && statement.only_guard.is_none() {
        return Vec::new();
    }
    // Aggregating and the like are how a form is reached, and their own form is that of what goes in:
    // `only as aggregated` does not forbid them, though the other restrictions do.
    let reaching = cells.get(Dimension::Action).intersection(&form_changing());
    let others = cells.get(Dimension::Action).difference(&form_changing());
    let scope = Rc::new(statement.scope.clone());
    let mut outside = Vec::new();
    let mut within = Vec::new();
    for (actions, spared) in [(others, None), (reaching, Some(Dimension::Form))] {
        let mut base = cells.clone().with(Dimension::Action, actions);
        for d in &restricted {
            *base.get_mut(*d) = universe.get(*d).clone();
        }
        // Disjoint pieces: within the restrictions passed so far, outside the next.
        for d in restricted.iter().filter(|d| Some(**d) != spared) {
            let piece = base.clone().with(*d, universe.get(*d).difference(cells.get(*d)));
            outside.extend(boxes(&piece, Combining::AsSaid, &scope));
            *base.get_mut(*d) = cells.get(*d).clone();
        }
        if let Some(guard) = &statement.only_guard {
            let when = Rc::new(statement.scope.clone().and(guard.clone().not()));
            within.extend(boxes(&base, Combining::AsSaid, &when));
        }
    }
    // What is told apart by the world alone cannot reach into what is permitted.
    let mut out = without(outside, permitted);
    out.extend(within);
    out
}

/// `must` without a limit: a permission that obliges. Keeping what must be kept also bars erasing it.
fn obligation(statement: &Statement, universe: &Universe) -> Vec<Rule> {
    let when = Rc::new(whole(statement));
    let mut rules =
        vec![rule(Effect::Permit, Origin::Said, boxes(&narrowly(statement), combining(statement), &when))];
    if statement.actions.contains(&Action::Retain) {
        let erase = erasing(statement, universe);
        rules.push(rule(Effect::Prohibit, Origin::Said, boxes(&erase, Combining::AsSaid, &when)));
    }
    rules
}

/// What keeping bars: erasing, and for whatever purpose, since what is erased is kept for none.
fn erasing(statement: &Statement, universe: &Universe) -> PerDimension<CellSet> {
    with_actions(statement, CellSet::one(action_cell(Action::Erase)), universe)
        .with(Dimension::Purpose, universe.get(Dimension::Purpose).clone())
}

/// The statement's cells with other actions: their recipients and `with` are open.
fn with_actions(statement: &Statement, actions: CellSet, universe: &Universe) -> PerDimension<CellSet> {
    widely(statement)
        .with(Dimension::Action, actions)
        .with(Dimension::Recipient, universe.get(Dimension::Recipient).clone())
        .with(Dimension::With, universe.get(Dimension::With).clone())
}

/// `must erase X within D after E`. It speaks from E on: erasing is permitted at any time; keeping,
/// using and sharing are prohibited past the deadline and left alone before it.
fn deadline(statement: &Statement, universe: &Universe, moment: &Moment) -> Vec<Rule> {
    let running = whole(statement).and(started(moment));
    let over = Rc::new(running.clone().and(past(moment)));
    let before = Rc::new(running.clone().and(past(moment).not()));
    let running = Rc::new(running);
    let retain = with_actions(statement, CellSet::one(action_cell(Action::Retain)), universe);
    let process = with_actions(statement, use_family().union(&share_family()), universe);
    let everything = with_actions(
        statement,
        use_family().union(&share_family()).union(&CellSet::one(action_cell(Action::Retain))),
        universe,
    );
    vec![
        rule(Effect::Permit, Origin::Implied, boxes(&narrowly(statement), Combining::AsSaid, &running)),
        rule(Effect::Prohibit, Origin::Said, boxes(&retain, Combining::AsSaid, &over)),
        rule(Effect::Prohibit, Origin::Narrowing, boxes(&process, Combining::AsSaid, &over)),
        rule(Effect::Silent, Origin::Said, boxes(&everything, Combining::AsSaid, &before)),
    ]
}

/// `must retain X for at least D after E`: within [0, D) keeping is permitted and owed, and erasing
/// is prohibited. With an open start (`until`), the time before E counts too.
fn minimum(statement: &Statement, universe: &Universe, moment: &Moment, open_start: bool) -> Vec<Rule> {
    let speaks = if open_start { whole(statement) } else { whole(statement).and(started(moment)) };
    let owed = Rc::new(speaks.clone().and(reached(moment).not()));
    let over = Rc::new(speaks.and(reached(moment)));
    let erase = erasing(statement, universe);
    // Over, it is still present wherever it spoke.
    let mut silent = boxes(&narrowly(statement), combining(statement), &over);
    silent.extend(boxes(&erase, Combining::AsSaid, &over));
    vec![
        rule(Effect::Permit, Origin::Said, boxes(&narrowly(statement), combining(statement), &owed)),
        rule(Effect::Prohibit, Origin::Said, boxes(&erase, Combining::AsSaid, &owed)),
        rule(Effect::Silent, Origin::Said, silent),
    ]
}
