//! Data shared with a recipient for a purpose for which the recipient may not use it.
//!
//! Only where the permission names both the recipient and the purpose. The recipient may not use
//! the data for a purpose where every kind of using is prohibited to it, wherever it is done.

use super::parties::Parties;
use super::two_flows::{TwoFlows, replaced};
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, NONE};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId, StatementId};
use crate::policy::rules::{Effect, Origin, action_cell, share_family, use_family};
use crate::policy::{Action, Phrase};
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "recipient-purpose",
    level: Level::Error,
    family: Family::ThirdParties,
    page: include_str!("../../docs/checks/recipient-purpose.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let parties = Parties::new(analysis.policy);
    let mut seen: BTreeSet<StatementId> = BTreeSet::new();
    for (id, rule) in analysis.rules.iter().enumerate() {
        if rule.effect != Effect::Permit || rule.origin != Origin::Said || seen.contains(&rule.statement) {
            continue;
        }
        let Some((recipients, purpose)) = named(analysis, &parties, rule) else { continue };
        let found = rule.boxes.iter().find_map(|one| useless(analysis, id, one, &recipients));
        if let Some((flow, prohibition)) = found {
            seen.insert(rule.statement);
            findings.extend(finding(analysis, rule, purpose, &flow, prohibition));
        }
    }
}

/// The recipients that a permission names, and its purposes, where it names both.
fn named<'a>(analysis: &'a Analysis<'_>, parties: &Parties, rule: &Rule) -> Option<(CellSet, &'a Phrase)> {
    let statement = analysis.policy.statements.get(rule.statement)?;
    let purpose = Some(statement.phrases.get(Dimension::Purpose)).filter(|p| p.span.is_some())?;
    let recipient = statement.phrases.get(Dimension::Recipient);
    let terms = CellSet::union_of(recipient.terms.iter().map(|t| analysis.policy.vocabulary.cells(*t)));
    let cells = terms.intersection(&recipient.cells);
    Some((cells.difference(&parties.issuer), &**purpose)).filter(|(cells, _)| !cells.is_empty())
}

/// A flow at which the sharing is permitted and the recipient may not use the data for the purpose,
/// with a rule that prohibits it.
fn useless(
    analysis: &Analysis<'_>,
    permission: RuleId,
    one: &FlowBox,
    recipients: &CellSet,
) -> Option<(Flow, RuleId)> {
    let none = CellSet::one(NONE);
    let recipients = one.cells.get(Dimension::Recipient).intersection(recipients);
    let sharing = one.cells.get(Dimension::Action).intersection(&share_family());
    let query =
        replaced(one, [(Dimension::Recipient, recipients.clone()), (Dimension::Action, sharing.clone())]);
    let places = analysis.policy.universe.get(Dimension::Place);
    let using = use_family().difference(&CellSet::one(action_cell(Action::Combine)));
    let use_query = replaced(
        &query,
        [
            (Dimension::Actor, recipients),
            (Dimension::Action, using.clone()),
            (Dimension::Recipient, none.clone()),
            (Dimension::Place, places.clone()),
        ],
    );
    // What narrows by its very words says nothing of purposes.
    let restricts = |r: &RuleId| analysis.rules.get(*r).is_some_and(|x| x.origin != Origin::Narrowing);
    let mut barring = analysis.candidates_of(&use_query, Effect::Prohibit);
    barring.retain(restricts);
    if barring.is_empty() {
        return None;
    }
    let against = analysis.candidates_of(&query, Effect::Prohibit);
    let turn = |b: &FlowBox| {
        let speaks = b.cells.get(Dimension::Action).meets(&using);
        speaks.then(|| {
            replaced(
                b,
                [
                    (Dimension::Actor, query.cells.get(Dimension::Actor).clone()),
                    (Dimension::Action, sharing.clone()),
                    (Dimension::Recipient, b.cells.get(Dimension::Actor).clone()),
                    (Dimension::With, none.clone()),
                    (Dimension::Place, query.cells.get(Dimension::Place).clone()),
                ],
            )
        })
    };
    let first = analysis.scene(&query, std::iter::once(permission).chain(against));
    let both = TwoFlows::new(first, analysis.scene(&use_query, barring.iter().copied()), turn);
    let ways = ways(&both, &using, places);
    let worlds = &analysis.space.worlds;
    let mut culprit = None;
    let answer = both.find(analysis, &query, &mut |shared, used| {
        let speaking = analysis.speaking(&both.first, shared);
        let permitted = worlds.minus(
            analysis.stands(permission, &speaking),
            analysis.standing(Effect::Prohibit, &speaking, None),
        );
        let barred = |rules: &[RuleId], way: &(u32, u32)| {
            let here: Vec<u32> = used.iter().copied().filter(|i| holds(&both, *i, *way)).collect();
            let speaking = analysis.speaking(&both.second, &here);
            rules.iter().fold(World::NONE, |w, r| worlds.or(w, analysis.stands(*r, &speaking)))
        };
        let everywhere = ways.iter().fold(permitted, |w, way| match w {
            World::NONE => w,
            _ => worlds.and(w, barred(&barring, way)),
        });
        for r in &barring {
            let by_this = ways.iter().fold(World::NONE, |w, way| worlds.or(w, barred(&[*r], way)));
            let world = worlds.and(everywhere, by_this);
            if analysis.can_be(world, query.world) {
                culprit = Some(*r);
                return world;
            }
        }
        World::NONE
    });
    match (answer, culprit) {
        (Answer::Found(flow, _), Some(rule)) => Some((flow, rule)),
        _ => None,
    }
}

/// Every way to use the data that the rules tell apart: an action, and one place for each class of
/// places that lie in the same boxes.
fn ways(both: &TwoFlows<'_>, using: &CellSet, places: &CellSet) -> Vec<(u32, u32)> {
    let mut ends: Vec<u32> = places.ranges().iter().map(|r| r.0).collect();
    for one in &both.second.boxes {
        ends.extend(one.cells.get(Dimension::Place).ranges().iter().flat_map(|r| [r.0, r.1]));
    }
    ends.sort_unstable();
    ends.dedup();
    let mut seen = BTreeSet::new();
    let classes: Vec<u32> = ends
        .into_iter()
        .filter(|p| places.contains(*p))
        .filter(|p| {
            let boxes = both.second.boxes.iter();
            seen.insert(boxes.map(|b| b.cells.get(Dimension::Place).contains(*p)).collect::<Vec<_>>())
        })
        .collect();
    using.iter().flat_map(|action| classes.iter().map(move |place| (action, *place))).collect()
}

/// Whether a box of the second scene speaks of an action at a place.
fn holds(both: &TwoFlows<'_>, i: u32, (action, place): (u32, u32)) -> bool {
    both.second.boxes.get(i as usize).is_some_and(|b| {
        b.cells.get(Dimension::Action).contains(action) && b.cells.get(Dimension::Place).contains(place)
    })
}

fn finding(
    analysis: &Analysis<'_>,
    rule: &Rule,
    purpose: &Phrase,
    flow: &Flow,
    prohibition: RuleId,
) -> Option<Finding> {
    let against = analysis.rules.get(prohibition)?;
    let mut using = flow.clone();
    *using.cells.get_mut(Dimension::Actor) = *flow.cells.get(Dimension::Recipient);
    *using.cells.get_mut(Dimension::Action) = action_cell(Action::Use);
    *using.cells.get_mut(Dimension::Recipient) = NONE;
    let (flow, using) = (witness::describe(analysis, flow), witness::describe(analysis, &using));
    debug_assert_eq!((flow.verdict, using.verdict), ("permitted", "prohibited"));
    let label = wording::label(analysis, against.statement);
    let message = "this shares data for a purpose that the recipient may not use it for";
    Some(
        CHECK
            .finding(message, purpose.span.unwrap_or_else(|| wording::span(analysis, rule.statement)))
            .at("shared for this")
            .and(wording::span(analysis, against.statement), wording::prohibited(analysis, against))
            .witness(flow)
            .note(format!("and this is prohibited: {}", using.words))
            .help(format!("share it only for what `{label}` leaves to the recipient, or let the recipient use it for this too")),
    )
}
