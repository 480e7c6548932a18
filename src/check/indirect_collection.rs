//! A third party that collects from people what the issuer must not share with it.
//!
//! The promise not to share is kept to the letter, and the third party has the data all the same.

use super::parties::Parties;
use super::two_flows::{TwoFlows, replaced};
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, NONE};
use crate::flow::search::Answer;
use crate::policy::Action;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use crate::policy::rules::{Effect, Origin, action_cell};
use std::collections::BTreeMap;

/// The check.
pub const CHECK: Check = Check {
    name: "indirect-collection",
    level: Level::Error,
    family: Family::ThirdParties,
    page: include_str!("../../docs/checks/indirect-collection.md"),
    run: Some(run),
};

/// A permission, and a flow of its collecting that the prohibition bars as sharing.
type Way = (StatementId, Flow);

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let policy = analysis.policy;
    let parties = Parties::new(policy);
    let from_people = parties.people.union(policy.vocabulary.channels());
    let issuers: Vec<u32> = policy.issuer.iter().filter_map(|t| policy.vocabulary.own(*t)).collect();
    let mut found: BTreeMap<StatementId, (RuleId, u32, Vec<Way>)> = BTreeMap::new();
    for (id, rule) in analysis.rules.iter().enumerate() {
        if rule.effect != Effect::Permit || rule.origin != Origin::Said {
            continue;
        }
        for one in &rule.boxes {
            let action = only(one.cells.get(Dimension::Action), Action::Collect);
            if action.is_empty() {
                continue;
            }
            let query = replaced(
                one,
                [
                    (Dimension::Actor, parties.foreign(one.cells.get(Dimension::Actor))),
                    (Dimension::Source, one.cells.get(Dimension::Source).intersection(&from_people)),
                    (Dimension::Action, action),
                ],
            );
            if query.cells.iter().any(|(_, cells)| cells.is_empty()) {
                continue;
            }
            for issuer in &issuers {
                for (prohibition, flow) in barred(analysis, id, &query, *issuer) {
                    let Some(against) = analysis.rules.get(prohibition) else { continue };
                    let entry = found.entry(against.statement);
                    let (_, _, ways) = entry.or_insert_with(|| (prohibition, *issuer, Vec::new()));
                    if !ways.iter().any(|(s, _)| *s == rule.statement) {
                        ways.push((rule.statement, flow));
                    }
                }
            }
        }
    }
    for (prohibition, issuer, ways) in found.values() {
        findings.extend(finding(analysis, *prohibition, *issuer, ways));
    }
}

fn only(cells: &CellSet, action: Action) -> CellSet {
    cells.intersection(&CellSet::one(action_cell(action)))
}

/// The prohibitions for the issuer to share with the collecting party what it may collect here.
fn barred(analysis: &Analysis<'_>, permission: RuleId, query: &FlowBox, issuer: u32) -> Vec<(RuleId, Flow)> {
    let (none, share) = (CellSet::one(NONE), CellSet::one(action_cell(Action::Share)));
    let sharing = replaced(
        query,
        [
            (Dimension::Actor, CellSet::one(issuer)),
            (Dimension::Action, share.clone()),
            (Dimension::Recipient, query.cells.get(Dimension::Actor).clone()),
        ],
    );
    let keeps = |r: &RuleId| analysis.rules.get(*r).is_some_and(|x| x.origin != Origin::Narrowing);
    let turn = |b: &FlowBox| {
        let speaks =
            b.cells.get(Dimension::Actor).contains(issuer) && b.cells.get(Dimension::Action).meets(&share);
        speaks.then(|| {
            replaced(
                b,
                [
                    (Dimension::Actor, b.cells.get(Dimension::Recipient).clone()),
                    (Dimension::Action, query.cells.get(Dimension::Action).clone()),
                    (Dimension::Recipient, none.clone()),
                ],
            )
        })
    };
    let against = analysis.candidates_of(query, Effect::Prohibit);
    let mut out = Vec::new();
    for prohibition in analysis.candidates_of(&sharing, Effect::Prohibit).into_iter().filter(keeps) {
        let first = analysis.scene(query, std::iter::once(permission).chain(against.iter().copied()));
        let both = TwoFlows::new(first, analysis.scene(&sharing, [prohibition]), turn);
        let worlds = &analysis.space.worlds;
        let answer = both.find(analysis, query, &mut |collected, shared| {
            let speaking = analysis.speaking(&both.first, collected);
            let may = worlds.minus(
                analysis.stands(permission, &speaking),
                analysis.standing(Effect::Prohibit, &speaking, None),
            );
            worlds.and(may, analysis.stands(prohibition, &analysis.speaking(&both.second, shared)))
        });
        if let Answer::Found(flow, _) = answer {
            out.push((prohibition, flow));
        }
    }
    out
}

fn finding(analysis: &Analysis<'_>, prohibition: RuleId, issuer: u32, ways: &[Way]) -> Option<Finding> {
    let rule = analysis.rules.get(prohibition)?;
    let (_, flow) = ways.first()?;
    let mut sharing = flow.clone();
    *sharing.cells.get_mut(Dimension::Recipient) = *flow.cells.get(Dimension::Actor);
    *sharing.cells.get_mut(Dimension::Actor) = issuer;
    *sharing.cells.get_mut(Dimension::Action) = action_cell(Action::Share);
    let (flow, sharing) = (witness::describe(analysis, flow), witness::describe(analysis, &sharing));
    debug_assert_eq!((flow.verdict, sharing.verdict), ("permitted", "prohibited"));
    let label = wording::label(analysis, rule.statement);
    let mut finding = CHECK
        .finding(
            "a third party may collect from people what this keeps from it",
            wording::span(analysis, rule.statement),
        )
        .at(wording::prohibited(analysis, rule))
        .witness(flow)
        .note(format!("and this is prohibited: {}", sharing.words));
    for (statement, _) in ways {
        finding = finding.and(wording::span(analysis, *statement), "collected here");
    }
    Some(
        finding
            .help(format!("if `{label}` is to keep the data from them, prohibit their collecting too"))
            .help("if they are to have it, permit sharing it with them, and say which of the two prevails"),
    )
}
