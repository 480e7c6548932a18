//! Where permissions meet prohibitions: worked out once, worded by the four checks of the family.
//!
//! A permission and a prohibition contradict where their effective sets meet: what each says, less
//! the flows at which it is defeated. Whether they meet is a matter of sets; which kind it is, of
//! the statements as written.

use crate::diagnostic::Relation;
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId};
use crate::policy::rules::{Effect, Origin};
use crate::policy::{Action, Modal, Phrase};
use crate::vocabulary::Graph;

/// How a permission and a prohibition contradict each other. Ordered: the worst is last.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// The prohibition reads as an exception.
    CarveOut,
    /// They meet, and neither holds the other.
    Crossing,
    /// The permission lies within prohibitions.
    VoidPermission,
    /// What must be done is prohibited.
    Dilemma,
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
    /// A minimal set of prohibitions that cover it: without any one of them, some of it is left.
    pub cover: Vec<Meeting>,
}

/// All contradictions of a policy between permissions and prohibitions.
#[derive(Clone, Debug, Default)]
pub struct Conflicts {
    /// The permissions that can never be used.
    pub voids: Vec<Void>,
    /// The other meetings, those with what narrows by its very words left out.
    pub meetings: Vec<Meeting>,
}

/// Finds all conflicts.
pub fn conflicts(analysis: &Analysis<'_>) -> Conflicts {
    let mut out = Conflicts::default();
    for (id, permission) in analysis.rules.iter().enumerate() {
        if permission.effect != Effect::Permit || permission.origin == Origin::Implied {
            continue;
        }
        let mut met = Vec::new();
        for prohibition in prohibitions(analysis, permission) {
            match meeting(analysis, id, prohibition) {
                Answer::Found(flow, _) => met.push((prohibition, flow)),
                // What ran out of budget is counted where it did, and reported as `undecided`.
                Answer::None | Answer::Undecided => {}
            }
        }
        if met.is_empty() {
            continue;
        }
        let obliges = obliges(analysis, permission);
        if !obliges && covered(analysis, id, &met) == Some(true) {
            let cover = least_cover(analysis, id, met);
            let as_meeting = |(prohibition, flow)| Meeting {
                permission: id,
                prohibition,
                flow,
                kind: Kind::VoidPermission,
            };
            out.voids.push(Void { permission: id, cover: cover.into_iter().map(as_meeting).collect() });
            continue;
        }
        for (prohibition, flow) in met {
            let Some(rule) = analysis.rules.get(prohibition) else { continue };
            let kind = if obliges {
                Kind::Dilemma
            } else if rule.origin == Origin::Narrowing {
                continue;
            } else if carves_out(analysis, rule, permission) {
                Kind::CarveOut
            } else {
                Kind::Crossing
            };
            out.meetings.push(Meeting { permission: id, prohibition, flow, kind });
        }
    }
    out
}

/// Whether a permission is one that must be used.
fn obliges(analysis: &Analysis<'_>, rule: &Rule) -> bool {
    analysis.policy.statements.get(rule.statement).is_some_and(|s| s.modal == Modal::Must)
}

/// The rules that prohibit flows of a permission's boxes, whoever prevails.
fn prohibitions(analysis: &Analysis<'_>, permission: &Rule) -> Vec<RuleId> {
    let mut out = Vec::new();
    for one in &permission.boxes {
        out.extend(analysis.candidates(one).into_iter().filter(|r| {
            analysis.rules.get(*r).is_some_and(|rule| {
                rule.effect == Effect::Prohibit
                    && rule.statement != permission.statement
                    && rule.boxes.iter().any(|b| b.meets(one) && analysis.can_be(b.world, one.world))
            })
        }));
    }
    out.sort_unstable();
    out.dedup();
    out
}

/// The boxes in which a rule can contradict another. What fulfils a right is done for the right's sake,
/// under no purpose that the policy declares: that data is never disclosed for advertising does not
/// contradict a right to see it.
fn contested(analysis: &Analysis<'_>, rule: &Rule) -> Vec<FlowBox> {
    let fulfils = analysis.policy.statements.get(rule.statement).is_some_and(|s| s.right.is_some());
    if !fulfils {
        return rule.boxes.clone();
    }
    let own = CellSet::one(analysis.policy.vocabulary.other_any(Graph::Purpose));
    rule.boxes.iter().map(|b| opened(b, Dimension::Purpose, own.clone())).collect()
}

/// A flow at which both rules stand.
pub fn meeting(analysis: &Analysis<'_>, a: RuleId, b: RuleId) -> Answer {
    let scene = analysis.scene([a, b]);
    let (Some(first), Some(second)) = (analysis.rules.get(a), analysis.rules.get(b)) else {
        return Answer::None;
    };
    let mut undecided = false;
    for x in &contested(analysis, first) {
        for y in &contested(analysis, second) {
            let Some(mut query) = x.intersection(y) else { continue };
            query.world = analysis.space.worlds.and(x.world, y.world);
            if !analysis.can_be(query.world, World::ALL) {
                continue;
            }
            let answer = analysis.space.find(&query, &scene.boxes, &mut |live| {
                let speaking = analysis.speaking(&scene, live);
                analysis.space.worlds.and(analysis.stands(a, &speaking), analysis.stands(b, &speaking))
            });
            match answer {
                Answer::Found(..) => return answer,
                Answer::Undecided => undecided = true,
                Answer::None => {}
            }
        }
    }
    if undecided { Answer::Undecided } else { Answer::None }
}

/// Whether the prohibitions, where they stand, cover all of a permission where it stands.
fn covered(analysis: &Analysis<'_>, permission: RuleId, by: &[(RuleId, Flow)]) -> Option<bool> {
    let scene = analysis.scene(std::iter::once(permission).chain(by.iter().map(|m| m.0)));
    let Some(rule) = analysis.rules.get(permission) else { return Some(false) };
    let worlds = &analysis.space.worlds;
    for one in &contested(analysis, rule) {
        let answer = analysis.space.find(one, &scene.boxes, &mut |live| {
            let speaking = analysis.speaking(&scene, live);
            let permitted = analysis.stands(permission, &speaking);
            by.iter().fold(permitted, |w, (r, _)| worlds.minus(w, analysis.stands(*r, &speaking)))
        });
        match answer {
            Answer::Found(..) => return Some(false),
            Answer::None => {}
            Answer::Undecided => return None,
        }
    }
    Some(true)
}

/// A minimal part of a cover. What narrows goes first, and later statements before earlier ones, so
/// that what is left is what a reader would blame.
fn least_cover(
    analysis: &Analysis<'_>,
    permission: RuleId,
    cover: Vec<(RuleId, Flow)>,
) -> Vec<(RuleId, Flow)> {
    let alone = cover.iter().find(|one| {
        let said = analysis.rules.get(one.0).is_some_and(|r| r.origin != Origin::Narrowing);
        said && covered(analysis, permission, std::slice::from_ref(one)) == Some(true)
    });
    if let Some(one) = alone {
        return vec![one.clone()];
    }
    let mut rest = cover;
    let mut order: Vec<RuleId> = rest.iter().map(|m| m.0).collect();
    order.sort_by_key(|r| {
        let narrowing = analysis.rules.get(*r).is_some_and(|x| x.origin == Origin::Narrowing);
        (!narrowing, std::cmp::Reverse(*r))
    });
    for candidate in order {
        let without: Vec<_> = rest.iter().filter(|m| m.0 != candidate).cloned().collect();
        if !without.is_empty() && covered(analysis, permission, &without) == Some(true) {
            rest = without;
        }
    }
    rest
}

/// How the permission relates to the prohibition in each dimension, as they are written.
pub fn relations(
    analysis: &Analysis<'_>,
    permission: &Rule,
    prohibition: &Rule,
) -> Vec<(Dimension, Relation)> {
    let with_combine = |r: &Rule| phrase(analysis, r, Dimension::With).is_some_and(|p| p.span.is_some());
    Dimension::ALL
        .into_iter()
        .filter(|d| match d {
            Dimension::With => with_combine(permission) || with_combine(prohibition),
            Dimension::Recipient => [permission, prohibition].iter().any(|r| takes(r, Dimension::Recipient)),
            _ => true,
        })
        .map(|d| (d, relation(&written(analysis, permission, d), &written(analysis, prohibition, d))))
        .collect()
}

fn takes(rule: &Rule, dimension: Dimension) -> bool {
    rule.boxes.iter().any(|b| b.cells.get(dimension).first().is_some_and(|c| c != 0))
}

fn phrase<'a>(analysis: &'a Analysis<'_>, rule: &Rule, d: Dimension) -> Option<&'a Phrase> {
    Some(analysis.policy.statements.get(rule.statement)?.phrases.get(d))
}

/// Whether a rule's statement restricts a dimension by a phrase: what `only` stands before is open
/// in the prohibition that it makes.
fn restricts(analysis: &Analysis<'_>, rule: &Rule, d: Dimension) -> bool {
    phrase(analysis, rule, d).is_some_and(|p| {
        p.span.is_some() && !p.any && !(rule.origin == Origin::Complement && p.only.is_some())
    }) && !(d == Dimension::Purpose && keeps(analysis, rule))
}

/// Whether a rule is the bar on erasing that follows from a duty to keep: it holds for any purpose,
/// whatever the data is kept for.
fn keeps(analysis: &Analysis<'_>, rule: &Rule) -> bool {
    rule.effect == Effect::Prohibit && rule.origin == Origin::Said && {
        let statement = analysis.policy.statements.get(rule.statement);
        statement.is_some_and(|s| s.modal == Modal::Must && s.actions.contains(&Action::Retain))
    }
}

/// The cells of a dimension as a rule's statement writes them: verbs with all their kinds, and
/// everything where `only` made the rule.
fn written(analysis: &Analysis<'_>, rule: &Rule, d: Dimension) -> CellSet {
    let Some(phrase) = phrase(analysis, rule, d) else { return CellSet::empty() };
    if rule.origin == Origin::Complement && phrase.only.is_some() {
        return analysis.policy.universe.get(d).clone();
    }
    if d == Dimension::Purpose && keeps(analysis, rule) {
        return analysis.policy.universe.get(d).clone();
    }
    if d == Dimension::Action {
        // A limit speaks of other actions than the one it is written with.
        let spoken: Vec<(u32, u32)> =
            rule.boxes.iter().flat_map(|b| b.cells.get(d).ranges().to_vec()).collect();
        let spoken = CellSet::from_ranges(spoken);
        return if spoken.meets(&phrase.cells) { phrase.cells.clone() } else { spoken };
    }
    phrase.cells.clone()
}

/// How the first set relates to the second.
pub fn relation(a: &CellSet, b: &CellSet) -> Relation {
    match (a.is_subset(b), b.is_subset(a)) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Narrower,
        (false, true) => Relation::Wider,
        (false, false) if a.meets(b) => Relation::Overlapping,
        (false, false) => Relation::Disjoint,
    }
}

/// The worlds that a rule's statement writes; its front alone where `only` stands before the rest.
fn written_world(analysis: &Analysis<'_>, rule: &Rule) -> World {
    let worlds = &analysis.space.worlds;
    let scope_alone = rule.origin == Origin::Complement;
    let statement = analysis.policy.statements.get(rule.statement);
    let world = match statement {
        Some(s) if scope_alone => worlds.holds(&s.scope),
        _ => rule.boxes.iter().fold(World::NONE, |w, b| worlds.or(w, b.world)),
    };
    worlds.and(world, analysis.space.possible)
}

/// How the permission relates to the prohibition in the world.
pub fn world_relation(analysis: &Analysis<'_>, permission: &Rule, prohibition: &Rule) -> Relation {
    let worlds = &analysis.space.worlds;
    let (a, b) = (written_world(analysis, permission), written_world(analysis, prohibition));
    match (worlds.is_subset(a, b), worlds.is_subset(b, a)) {
        (true, true) => Relation::Equal,
        (true, false) => Relation::Narrower,
        (false, true) => Relation::Wider,
        (false, false) if worlds.and(a, b) != World::NONE => Relation::Overlapping,
        (false, false) => Relation::Disjoint,
    }
}

/// Whether a prohibition reads as an exception to a permission: by person or circumstance, or by
/// lying within it in every phrase that it writes, and in one strictly.
fn carves_out(analysis: &Analysis<'_>, prohibition: &Rule, permission: &Rule) -> bool {
    let seen = |d: Dimension| relation(&written(analysis, prohibition, d), &written(analysis, permission, d));
    let world = world_relation(analysis, permission, prohibition);
    if world == Relation::Wider || seen(Dimension::Subject) == Relation::Narrower {
        return true;
    }
    // A condition is a phrase that the prohibition writes; where it writes none, the permission's
    // conditions are not its matter.
    let conditional = written_world(analysis, prohibition) != analysis.space.possible;
    if conditional && world != Relation::Equal {
        return false;
    }
    let phrases = Dimension::ALL.into_iter().filter(|d| {
        !matches!(d, Dimension::Actor | Dimension::Action) && restricts(analysis, prohibition, *d)
    });
    let mut strictly = false;
    for d in phrases {
        match seen(d) {
            Relation::Equal => {}
            Relation::Narrower => strictly = true,
            _ => return false,
        }
    }
    strictly
}

/// A box with other cells in one dimension.
pub fn opened(one: &FlowBox, d: Dimension, cells: CellSet) -> FlowBox {
    let mut out = one.clone();
    *out.cells.get_mut(d) = cells;
    out
}
