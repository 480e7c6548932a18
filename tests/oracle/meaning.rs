//! What a policy means, statement by statement and flow by flow.
//!
//! A second opinion: nothing here is shared with the code under test. No boxes, no diagrams, no
//! index. What a statement says of a flow is told in two steps: which part of it the flow's cells are
//! in ([`Part`]), and what that part says in the flow's world.

use crate::given::{Bits, Given, Statement, bit, bits};
use crate::time::{self, Clock};
use caveat::flow::dimension::Dimension;
use caveat::flow::expression::{Comparison, Expression, Length};
use caveat::policy::{Action, LimitSort, Modal, Moment};
use std::cmp::Ordering;

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

/// Which part of a statement the cells of a flow are in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// It does not speak of them.
    None,
    /// What `may` permits.
    Granted,
    /// What an `only` rules out.
    Outside,
    /// What only an `only when` can rule out.
    OutsideWorlds,
    /// What `must not` prohibits.
    Barred,
    /// Of what `requires` speaks.
    Required,
    /// What `must` obliges to.
    Owed,
    /// Erasing what `must retain` keeps.
    Kept,
    /// Erasing what a deadline wants erased.
    DeadlineErasing,
    /// Keeping, using or sharing it.
    DeadlineKeeping,
    /// Keeping what a minimum keeps.
    MinimumKeeping,
    /// Erasing it.
    MinimumErasing,
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
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
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

/// The whole of section 4 at one flow, as sets of statements.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Opinion {
    pub permits: Bits,
    pub prohibits: Bits,
    pub silent: Bits,
    pub defeated: Bits,
}

impl Opinion {
    pub fn present(&self) -> Bits {
        self.permits | self.prohibits | self.silent
    }

    /// The permissions and prohibitions that are not defeated.
    pub fn permitting(&self) -> Bits {
        self.permits & !self.defeated
    }

    pub fn prohibiting(&self) -> Bits {
        self.prohibits & !self.defeated
    }

    /// Any prohibition, then prohibited; else any permission, then permitted; else unstated.
    pub fn verdict(&self) -> Verdict {
        match (self.prohibiting(), self.permitting()) {
            (0, 0) => Verdict::Unstated,
            (0, _) => Verdict::Permitted,
            _ => Verdict::Prohibited,
        }
    }

    /// The statements that make it so.
    pub fn deciding(&self) -> Bits {
        match self.verdict() {
            Verdict::Prohibited => self.prohibiting(),
            Verdict::Permitted => self.permitting(),
            Verdict::Unstated => 0,
        }
    }
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
pub fn uses(action: Action) -> bool {
    use Action::*;
    matches!(action, Use | Combine | Profile | Derive | Aggregate | Anonymize | Pseudonymize)
}

/// Whether an action takes a recipient.
pub fn shares(action: Action) -> bool {
    use Action::*;
    matches!(action, Share | Disclose | Transfer | Sell | Rent | Publish)
}

/// Whether an action changes the form; its own form is that of what goes in.
pub fn changes_form(action: Action) -> bool {
    matches!(action, Action::Aggregate | Action::Anonymize | Action::Pseudonymize)
}

/// The action of a flow.
pub fn action_of(cells: &Cells) -> Action {
    ACTIONS[cells[Dimension::Action as usize] as usize - 1]
}

/// Whether an action takes a dimension.
pub fn takes(action: Action, d: Dimension) -> bool {
    match d {
        Dimension::With => action == Action::Combine,
        Dimension::Recipient => shares(action),
        _ => true,
    }
}

/// A flow as it can be said: combining X with Y is combining Y with X.
fn orientations(cells: &Cells) -> [Option<Cells>; 2] {
    if action_of(cells) != Action::Combine {
        return [Some(*cells), None];
    }
    let mut other = *cells;
    other.swap(Dimension::Data as usize, Dimension::With as usize);
    [Some(*cells), Some(other)]
}

/// Which part of a statement a flow's cells are in.
pub fn part(s: &Statement<'_>, cells: &Cells) -> Part {
    let action = action_of(cells);
    let verbs = |set: Bits| set & bit(cells[Dimension::Action as usize] as usize) != 0;
    let limit = s.given.limit.as_ref().map(|l| l.sort);
    let either = |holds: bool, part: Part| if holds { part } else { Part::None };
    match (s.given.modal, limit) {
        (Modal::May, _) => grant(s, cells),
        (Modal::MustNot, _) => either(verbs(s.wide) && barred(s, cells), Part::Barred),
        (Modal::Requires, _) => either(verbs(s.wide) && barred(s, cells), Part::Required),
        (Modal::Must, None) if verbs(s.narrow) && granted(s, cells) => Part::Owed,
        // What must be kept must not be erased.
        (Modal::Must, None) => {
            let keeps = s.given.actions.contains(&Action::Retain) && action == Action::Erase;
            either(keeps && kept(s, cells), Part::Kept)
        }
        (Modal::Must, Some(LimitSort::Deadline)) => match action {
            Action::Erase => either(granted(s, cells), Part::DeadlineErasing),
            a if a == Action::Retain || uses(a) || shares(a) => {
                either(barred(s, cells), Part::DeadlineKeeping)
            }
            _ => Part::None,
        },
        (Modal::Must, Some(LimitSort::Minimum)) => match action {
            Action::Retain => either(granted(s, cells), Part::MinimumKeeping),
            Action::Erase => either(kept(s, cells), Part::MinimumErasing),
            _ => Part::None,
        },
    }
}

/// What a part says in a world; none where it does not speak there.
pub fn effect(s: &Statement<'_>, part: Part, truth: &Truth) -> Option<Effect> {
    let whole = truth.scope && truth.guard && truth.only_guard;
    let when = |holds: bool, effect: Effect| holds.then_some(effect);
    let open = s.given.limit.as_ref().is_some_and(|l| l.open_start);
    let runs = whole && (open || truth.started);
    let unless = |over: bool, effect: Effect| Some(if over { Effect::Silent } else { effect });
    match part {
        Part::None => None,
        // A condition behind without `only` belongs to the permission alone.
        Part::Granted if truth.scope && !truth.only_guard => Some(Effect::Prohibit),
        Part::Granted => when(whole, Effect::Permit),
        Part::Outside => when(truth.scope, Effect::Prohibit),
        Part::OutsideWorlds => when(truth.scope && !truth.only_guard, Effect::Prohibit),
        Part::Barred | Part::Kept => when(whole, Effect::Prohibit),
        Part::Required => when(whole && !truth.required, Effect::Prohibit),
        Part::Owed => when(whole, Effect::Permit),
        // A deadline speaks from its event on.
        Part::DeadlineErasing => when(whole && truth.started, Effect::Permit),
        Part::DeadlineKeeping if whole && truth.started => unless(!truth.past, Effect::Prohibit),
        Part::MinimumKeeping if runs => unless(truth.reached, Effect::Permit),
        Part::MinimumErasing if runs => unless(truth.reached, Effect::Prohibit),
        Part::DeadlineKeeping | Part::MinimumKeeping | Part::MinimumErasing => None,
    }
}

/// `may`, with the prohibition that each `only` in it makes: of the complement of their product.
fn grant(s: &Statement<'_>, cells: &Cells) -> Part {
    if s.narrow & bit(cells[Dimension::Action as usize] as usize) == 0 {
        return Part::None;
    }
    if granted(s, cells) {
        return Part::Granted;
    }
    let action = action_of(cells);
    let only = |d: Dimension| s.phrases[d as usize].only;
    let mut found = Part::None;
    for cells in orientations(cells).into_iter().flatten() {
        let within = |d: Dimension| {
            !takes(action, d) || s.phrases[d as usize].granted & bit(cells[d as usize] as usize) != 0
        };
        if !PHRASES.into_iter().all(|d| only(d) || within(d)) {
            continue;
        }
        // Aggregating and the like are how a form is reached; `only as` does not forbid them.
        let spared = |d: Dimension| d == Dimension::Form && changes_form(action);
        if PHRASES.into_iter().any(|d| only(d) && !within(d) && !spared(d)) {
            return Part::Outside;
        }
        found = Part::OutsideWorlds;
    }
    found
}

/// Whether a flow's cells are those that a permission names. Combining is symmetric; a grant of
/// using that names neither `combine` nor `with` covers combining within its own data only.
fn granted(s: &Statement<'_>, cells: &Cells) -> bool {
    let action = action_of(cells);
    let own_data = action == Action::Combine
        && !s.given.actions.contains(&Action::Combine)
        && !s.phrases[Dimension::With as usize].written;
    orientations(cells).into_iter().flatten().any(|cells| {
        PHRASES.into_iter().all(|d| {
            let phrase = if d == Dimension::With && own_data { Dimension::Data } else { d };
            !takes(action, d) || s.phrases[phrase as usize].granted & bit(cells[d as usize] as usize) != 0
        })
    })
}

/// Whether a flow's cells are those that a prohibition names.
fn barred(s: &Statement<'_>, cells: &Cells) -> bool {
    let action = action_of(cells);
    orientations(cells).into_iter().flatten().any(|cells| {
        let in_phrase = |d: Dimension| s.phrases[d as usize].cells & bit(cells[d as usize] as usize) != 0;
        PHRASES.into_iter().all(|d| !takes(action, d) || in_phrase(d))
    })
}

/// Whether a duty to keep speaks of erasing this: for whatever purpose that is done, since what is
/// erased is kept for none.
fn kept(s: &Statement<'_>, cells: &Cells) -> bool {
    let spoken = PHRASES
        .into_iter()
        .filter(|d| !matches!(d, Dimension::Purpose | Dimension::With | Dimension::Recipient));
    spoken.into_iter().all(|d| s.phrases[d as usize].cells & bit(cells[d as usize] as usize) != 0)
}

/// What holds in a world, for one statement.
pub fn truth(s: &Statement<'_>, world: &World) -> Truth {
    let s = s.given;
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

/// Who disagrees with whom beyond permitting against prohibiting: their deadlines or minimums
/// differ, or the duties that come with their yes.
pub struct Disagreement {
    pub limits: Vec<Bits>,
    pub duties: Vec<Bits>,
}

impl Disagreement {
    pub fn new(given: &Given<'_>) -> Disagreement {
        let all = &given.statements;
        let with = |differ: &dyn Fn(&Statement<'_>, &Statement<'_>) -> bool| -> Vec<Bits> {
            let of = |a| all.iter().enumerate().filter(move |(_, b)| differ(a, b));
            all.iter().map(|a| of(a).fold(0, |set, (b, _)| set | bit(b))).collect()
        };
        Disagreement {
            limits: with(&|a, b| match (&a.given.limit, &b.given.limit) {
                (Some(x), Some(y)) => {
                    x.sort == y.sort && (x.moment != y.moment || x.open_start != y.open_start)
                }
                _ => false,
            }),
            duties: with(&|a, b| a.duties != b.duties),
        }
    }

    /// Those of whom it is known what they say that disagree with one that says this.
    pub fn against(&self, s: usize, effect: Effect, said: &Opinion) -> Bits {
        let limits = said.present() & self.limits[s];
        match effect {
            Effect::Permit => said.prohibits | limits | said.permits & self.duties[s],
            Effect::Prohibit => said.permits | limits,
            Effect::Silent => limits,
        }
    }
}

/// Section 4 at one flow: who says what there, and who is defeated. A statement is defeated if one
/// that is present and disagrees with it prevails over it, directly.
pub fn opinion(
    given: &Given<'_>,
    disagreement: &Disagreement,
    said: impl Iterator<Item = (usize, Effect)>,
) -> Opinion {
    let mut opinion = Opinion { permits: 0, prohibits: 0, silent: 0, defeated: 0 };
    for (s, effect) in said {
        match effect {
            Effect::Permit => opinion.permits |= bit(s),
            Effect::Prohibit => opinion.prohibits |= bit(s),
            Effect::Silent => opinion.silent |= bit(s),
        }
    }
    for s in bits(opinion.present()) {
        if defeaters(given, disagreement, &opinion, s) != 0 {
            opinion.defeated |= bit(s);
        }
    }
    opinion
}

/// What one of those present says.
pub fn effect_in(opinion: &Opinion, s: usize) -> Effect {
    match (opinion.permits & bit(s) != 0, opinion.prohibits & bit(s) != 0) {
        (true, _) => Effect::Permit,
        (_, true) => Effect::Prohibit,
        _ => Effect::Silent,
    }
}

/// Who defeats one of those present.
pub fn defeaters(given: &Given<'_>, disagreement: &Disagreement, opinion: &Opinion, s: usize) -> Bits {
    match given.winners[s] & opinion.present() {
        0 => 0,
        winners => winners & disagreement.against(s, effect_in(opinion, s), opinion),
    }
}

/// Whether what a statement prohibits of an action narrows permissions by its very words.
pub fn narrows(s: &Statement<'_>, action: Action) -> bool {
    s.given.modal == Modal::Requires || s.deadline && action != Action::Retain
}

/// Whether a statement writes its permission in this world.
pub fn permits_in(truth: &Truth) -> bool {
    truth.scope && truth.guard && truth.only_guard
}

/// Whether a statement writes its prohibition in this world; `only` leaves the world open but for
/// what stands in front.
pub fn prohibits_in(s: &Statement<'_>, truth: &Truth) -> bool {
    let whole = permits_in(truth);
    match (s.given.modal, s.given.limit.as_ref().map(|l| (l.sort, l.open_start))) {
        (Modal::May, _) => truth.scope,
        (Modal::MustNot, _) | (Modal::Must, None) => whole,
        (Modal::Requires, _) => whole && !truth.required,
        (Modal::Must, Some((LimitSort::Deadline, _))) => whole && truth.started && truth.past,
        (Modal::Must, Some((LimitSort::Minimum, open))) => whole && (open || truth.started) && !truth.reached,
    }
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
