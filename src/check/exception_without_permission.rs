//! `must not X unless C`, and nothing permits X where C holds: the exception leads nowhere.

use super::parties::Parties;
use super::standing::find;
use super::{Check, Context, Family, witness};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::dimension::Dimension;
use crate::flow::expression::Expression;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use crate::policy::rules::Effect;
use crate::policy::{Modal, Statement};
use crate::source::Span;

/// The check.
pub const CHECK: Check = Check {
    name: "exception-without-permission",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/exception-without-permission.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    // A policy says what its issuer may do; what others may, it need not say.
    let issuer = Parties::new(analysis.policy).issuer;
    for (id, statement) in analysis.policy.statements.iter().enumerate() {
        let ours = statement.phrases.get(Dimension::Actor).cells.meets(&issuer);
        if statement.modal != Modal::MustNot || !ours {
            continue;
        }
        for (world, span) in exceptions(analysis, statement) {
            if let Some(flow) = unpermitted(analysis, id, world) {
                findings.push(
                    CHECK
                        .finding("nothing permits this where the exception applies, so it is never permitted", span)
                        .at("the exception")
                        .witness(witness::describe(analysis, &flow))
                        .help("if it may be done then, say so with a `may` of its own; if not, strike the exception"),
                );
            }
        }
    }
}

/// The worlds that each exception of a prohibition leaves out, with its place: its own conditions
/// that say where it does not hold, while all its others do.
fn exceptions(analysis: &Analysis<'_>, statement: &Statement) -> Vec<(World, Span)> {
    let worlds = &analysis.space.worlds;
    let mut parts = Vec::new();
    conjuncts(&statement.scope, &mut parts);
    conjuncts(&statement.guard, &mut parts);
    // `unless not C` is written as an exception too, and says C.
    let excepting = statement.conditions.iter().filter(|(condition, span)| {
        matches!(condition, Expression::Not(_)) || analysis.sources.text(*span).starts_with("unless")
    });
    let excepted = excepting.map(|(condition, span)| {
        let mut own = Vec::new();
        conjuncts(condition, &mut own);
        let others = parts.iter().filter(|p| !own.contains(*p));
        let excepted = worlds.not(worlds.holds(condition));
        (others.fold(excepted, |w, p| worlds.and(w, worlds.holds(p))), *span)
    });
    excepted.filter(|(world, _)| analysis.can_be(*world, World::ALL)).collect()
}

fn conjuncts<'e>(expression: &'e Expression, into: &mut Vec<&'e Expression>) {
    match expression {
        Expression::All(parts) => parts.iter().for_each(|p| conjuncts(p, into)),
        other => into.push(other),
    }
}

/// A flow of a prohibition's cells in those worlds, where no permission stands at any.
fn unpermitted(analysis: &Analysis<'_>, id: StatementId, world: World) -> Option<Flow> {
    let boxes: Vec<FlowBox> = analysis
        .rules_of(id)
        .filter_map(|r| analysis.rules.get(r))
        .flat_map(|rule| rule.boxes.iter().map(|b| FlowBox { cells: b.cells.clone(), world }))
        .collect();
    for query in &boxes {
        let permitting = analysis.candidates_of(query, Effect::Permit);
        if permitting.iter().any(|r| permits(analysis, *r, query)) {
            return None;
        }
        let answer = find(analysis, query, permitting, &mut |speaking| {
            analysis.standing(Effect::Permit, speaking, None)
        });
        if answer != Answer::None {
            return None;
        }
    }
    let query = boxes.first()?;
    match find(analysis, query, [], &mut |_| World::ALL) {
        Answer::Found(flow, _) => Some(flow),
        _ => None,
    }
}

/// Whether a rule that nothing prevails over speaks of some flow of the query.
fn permits(analysis: &Analysis<'_>, r: RuleId, query: &FlowBox) -> bool {
    analysis.rules.get(r).is_some_and(|rule| {
        analysis.precedence.over(rule.statement).is_empty()
            && rule.boxes.iter().any(|b| b.meets(query) && analysis.can_be(b.world, query.world))
    })
}
