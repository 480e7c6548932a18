//! Where permissions meet prohibitions: walked once, worded by the four checks of the family.
//!
//! A permission and a prohibition contradict where their effective sets meet: what each says, less
//! the flows at which it is defeated. Whether they meet is a matter of sets; which kind it is, of
//! the statements as written. There can be millions of such pairs, so the walk hands them on one by
//! one and keeps none.

use crate::check::cover::{covered, least_cover, leaves_something, near_statements};
use crate::check::defeated::Defeated;
use crate::check::kind::Kinds;
use crate::check::standing::cut;
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::{Answer, MAX_STEPS_IN_ALL};
use crate::flow::world::World;
use crate::policy::Modal;
use crate::policy::analysis::{Analysis, Rule, RuleId};
use crate::policy::rules::{Effect, Origin};
use crate::vocabulary::Graph;
use std::borrow::Cow;

pub use crate::check::kind::Kind;

/// A conflict, by the numbers of its rules.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Conflict {
    /// A permission and a prohibition both of which stand at some flow.
    Meeting(RuleId, RuleId, Kind),
    /// A permission that lies within prohibitions, and all of them that meet it. Sorted.
    Void(RuleId, Vec<RuleId>),
}

/// Walks all conflicts, permission by permission in their order. Meetings with what narrows by its very
/// words are left out.
pub fn each(analysis: &Analysis<'_>, defeated: &Defeated, seen: &mut dyn FnMut(Conflict)) {
    let kinds = Kinds::new(analysis);
    let plain = Plain::new(analysis, defeated);
    for (id, permission) in analysis.rules.iter().enumerate() {
        if permission.effect != Effect::Permit
            || permission.origin == Origin::Implied
            || defeated.has(permission.statement)
        {
            continue;
        }
        // A quarter of the budget is for those who show what was found.
        if analysis.space.spent.get() > MAX_STEPS_IN_ALL / 4 * 3 {
            analysis.space.undecided.set(analysis.space.undecided.get() + 1);
            continue;
        }
        let met = met(analysis, (defeated, &plain), id, permission);
        if met.is_empty() {
            continue;
        }
        let obliges = obliges(analysis, permission);
        if !obliges && covered(analysis, id, &met) == Some(true) {
            seen(Conflict::Void(id, met));
            continue;
        }
        let Some(mut own) = kinds.of(analysis, id) else { continue };
        for prohibition in met {
            let kind = if obliges {
                Kind::Dilemma
            } else if plain.narrows(prohibition) {
                continue;
            } else {
                match own.is_carved_by(analysis, prohibition) {
                    Some(true) => Kind::CarveOut,
                    Some(false) => Kind::Crossing,
                    None => continue,
                }
            };
            seen(Conflict::Meeting(id, prohibition, kind));
        }
    }
}

/// What there is to know of a rule without a look at its boxes, for those that stand wherever they speak
/// and speak in every world: there can be millions of pairs.
struct Plain(Vec<Outline>);

#[derive(Clone, Copy)]
struct Outline {
    /// Whose it is, where it is plain.
    statement: Option<u32>,
    narrows: bool,
}

impl Plain {
    fn new(analysis: &Analysis<'_>, defeated: &Defeated) -> Plain {
        let outline = |rule: &Rule| {
            let stands = !defeated.has(rule.statement) && analysis.precedence.over(rule.statement).is_empty();
            let plain = stands && rule.boxes.iter().all(|b| b.world == World::ALL);
            Outline {
                statement: plain.then_some(rule.statement as u32),
                narrows: rule.origin == Origin::Narrowing,
            }
        };
        Plain(analysis.rules.iter().map(outline).collect())
    }

    /// Whose a rule is, where it stands wherever it speaks, and speaks in every world.
    fn owner(&self, rule: RuleId) -> Option<u32> {
        self.0.get(rule)?.statement
    }

    fn narrows(&self, rule: RuleId) -> bool {
        self.0.get(rule).is_some_and(|outline| outline.narrows)
    }
}

/// The prohibitions that a permission contradicts. Sorted.
fn met(
    analysis: &Analysis<'_>,
    (defeated, plain): (&Defeated, &Plain),
    id: RuleId,
    permission: &Rule,
) -> Vec<RuleId> {
    let stands = analysis.precedence.over(permission.statement).is_empty();
    let mut out: Vec<RuleId> = Vec::new();
    for one in contested(analysis, permission).iter() {
        let speaks = stands && analysis.can_be(one.world, World::ALL);
        for (r, number) in analysis.meeting_at(one, Some(Effect::Prohibit)) {
            // A rule's boxes come one after the other.
            if out.last() == Some(&r) {
                continue;
            }
            let meets = match plain.owner(r).filter(|_| speaks) {
                Some(owner) => owner as usize != permission.statement,
                None => analysis.rules.get(r).is_some_and(|rule| {
                    rule.statement != permission.statement
                        && !defeated.has(rule.statement)
                        && rule
                            .boxes
                            .get(number)
                            .is_some_and(|other| meets(analysis, (id, permission, one), (r, rule, other)))
                }),
            };
            if meets {
                out.push(r);
            }
        }
    }
    // What each box meets is in order already, so a sort that merges has little to do.
    out.sort();
    out.dedup();
    out
}

/// Whether a permission and a prohibition both stand at some flow of two boxes of theirs that meet.
/// What ran out of budget is counted where it did, and reported as `undecided`.
fn meets(
    analysis: &Analysis<'_>,
    (a, permission, x): (RuleId, &Rule, &FlowBox),
    (b, prohibition, y): (RuleId, &Rule, &FlowBox),
) -> bool {
    let (first, second) = (permission.statement, prohibition.statement);
    let undefeated = [first, second].iter().all(|s| analysis.precedence.over(*s).is_empty());
    // Wherever both speak, the one that prevails defeats the other.
    analysis.can_be(x.world, y.world)
        && (undefeated
            || !analysis.precedence.decides(first, second)
                && (plainly_stand(analysis, [a, b], (x, y))
                    || matches!(shared(analysis, (a, x), (b, y)), Answer::Found(..))))
}

/// Whether both plainly stand somewhere in what two boxes share: nothing that prevails over either
/// reaches some world of it, or some value.
fn plainly_stand(analysis: &Analysis<'_>, rules: [RuleId; 2], (x, y): (&FlowBox, &FlowBox)) -> bool {
    let over = rules.iter().filter_map(|r| analysis.rules.get(*r));
    let over = over.flat_map(|r| analysis.precedence.over(r.statement)).map(|winner| *winner as usize);
    let winning = over.clone().flat_map(|s| analysis.rules_of(s)).filter_map(|r| analysis.rules.get(r));
    if !winning.flat_map(|rule| &rule.boxes).any(|b| b.meets(x) && b.meets(y)) {
        return true;
    }
    let Some(mut query) = x.intersection(y) else { return false };
    query.world = analysis.space.worlds.and(x.world, y.world);
    let near = near_statements(analysis, &query, over);
    leaves_something(analysis, &query, &near)
}

/// A flow of two boxes at which the rules that they belong to both stand.
fn shared(analysis: &Analysis<'_>, (a, x): (RuleId, &FlowBox), (b, y): (RuleId, &FlowBox)) -> Answer {
    let worlds = &analysis.space.worlds;
    let Some(mut query) = x.intersection(y) else { return Answer::None };
    query.world = worlds.and(x.world, y.world);
    if !analysis.can_be(query.world, World::ALL) {
        return Answer::None;
    }
    let scene = analysis.scene(&query, [a, b]);
    analysis.space.find(&query, &scene.boxes, &mut |live| {
        let speaking = analysis.speaking(&scene, live);
        worlds.and(analysis.stands(a, &speaking), analysis.stands(b, &speaking))
    })
}

/// Whether a permission is one that must be used.
fn obliges(analysis: &Analysis<'_>, rule: &Rule) -> bool {
    analysis.policy.statements.get(rule.statement).is_some_and(|s| s.modal == Modal::Must)
}

/// The boxes in which a rule can contradict another. What fulfils a right is done for the right's sake,
/// under no purpose that the policy declares: that data is never disclosed for advertising does not
/// contradict a right to see it.
pub fn contested<'r>(analysis: &Analysis<'_>, rule: &'r Rule) -> Cow<'r, [FlowBox]> {
    let fulfils = analysis.policy.statements.get(rule.statement).is_some_and(|s| s.right.is_some());
    if !fulfils {
        return Cow::Borrowed(&rule.boxes);
    }
    let own = CellSet::one(analysis.policy.vocabulary.other_any(Graph::Purpose));
    rule.boxes.iter().filter_map(|b| cut(b, Dimension::Purpose, &own)).collect()
}

/// A flow at which both rules stand.
pub fn meeting(analysis: &Analysis<'_>, a: RuleId, b: RuleId) -> Answer {
    let (Some(first), Some(second)) = (analysis.rules.get(a), analysis.rules.get(b)) else {
        return Answer::None;
    };
    let mut undecided = false;
    for x in contested(analysis, first).iter() {
        for y in contested(analysis, second).iter() {
            match shared(analysis, (a, x), (b, y)) {
                Answer::None => {}
                Answer::Undecided => undecided = true,
                found => return found,
            }
        }
    }
    if undecided { Answer::Undecided } else { Answer::None }
}

/// A permission and a prohibition that contradict each other.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// The rule that permits.
    pub permission: RuleId,
    /// The rule that prohibits.
    pub prohibition: RuleId,
    /// A flow at which both stand.
    pub flow: Flow,
    /// How.
    pub kind: Kind,
}

/// A permission that lies within prohibitions.
#[derive(Clone, Debug)]
pub struct Void {
    /// The rule that permits.
    pub permission: RuleId,
    /// A minimal set of prohibitions that cover it.
    pub cover: Vec<Meeting>,
}

/// All contradictions of a policy between permissions and prohibitions, each with a flow that shows it.
#[derive(Clone, Debug, Default)]
pub struct Conflicts {
    /// The permissions that can never be used.
    pub voids: Vec<Void>,
    /// The other meetings.
    pub meetings: Vec<Meeting>,
}

/// Gathers all conflicts: for policies of which one wants every pair.
pub fn conflicts(analysis: &Analysis<'_>) -> Conflicts {
    let mut out = Conflicts::default();
    let shown = |permission, prohibition, kind| match meeting(analysis, permission, prohibition) {
        Answer::Found(flow, _) => Some(Meeting { permission, prohibition, flow, kind }),
        _ => None,
    };
    each(analysis, &Defeated::new(analysis), &mut |conflict| match conflict {
        Conflict::Meeting(p, f, kind) => out.meetings.extend(shown(p, f, kind)),
        Conflict::Void(p, met) => {
            let cover = least_cover(analysis, p, met)
                .into_iter()
                .filter_map(|f| shown(p, f, Kind::VoidPermission))
                .collect();
            out.voids.push(Void { permission: p, cover });
        }
    });
    out
}

/// A box with other cells in one dimension.
pub fn opened(one: &FlowBox, d: Dimension, cells: CellSet) -> FlowBox {
    let mut out = one.clone();
    *out.cells.get_mut(d) = cells;
    out
}
