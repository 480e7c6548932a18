//! A commitment in the name of an organisation that is neither the issuer nor bound by it.
//!
//! `must`, `must not`, a duty and a promise commit; so does an `only`, by what it prohibits. What
//! people undertake is a covenant, and fine.

use super::parties::Parties;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::policy::analysis::{Analysis, StatementId};
use crate::policy::rules::Origin;
use crate::policy::{Modal, Phrase};
use crate::source::Span;
use crate::vocabulary::TermId;

/// The check.
pub const CHECK: Check = Check {
    name: "foreign-commitment",
    level: Level::Error,
    family: Family::ThirdParties,
    page: include_str!("../../docs/checks/foreign-commitment.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let policy = analysis.policy;
    let parties = Parties::new(policy);
    let places = context.places();
    for (id, statement) in policy.statements.iter().enumerate() {
        let actor = statement.phrases.get(Dimension::Actor);
        let Some((span, committed)) = actor.span.zip(committed(analysis, id)) else { continue };
        if let Some(term) = spoken_for(analysis, &parties, actor, &committed) {
            let finding = finding(analysis, term, places.within(term, span));
            findings.push(match only(analysis, id) {
                Some(only) => finding.and(only, "this commits it to nothing else"),
                None => finding,
            });
        }
    }
    for duty in &policy.duties {
        if let Some(span) = duty.actor.span
            && let Some(term) = spoken_for(analysis, &parties, &duty.actor, &duty.actor.cells)
        {
            findings.push(finding(analysis, term, places.within(term, span)));
        }
    }
    for (term, span) in policy.promises.iter().filter_map(|p| p.by) {
        if !parties.foreign(policy.vocabulary.cells(term)).is_empty() {
            findings.push(finding(analysis, term, span));
        }
    }
}

/// Whom a statement commits: none where it only permits.
fn committed(analysis: &Analysis<'_>, id: StatementId) -> Option<CellSet> {
    let statement = analysis.policy.statements.get(id)?;
    match statement.modal {
        Modal::Must | Modal::MustNot => Some(statement.phrases.get(Dimension::Actor).cells.clone()),
        Modal::May => {
            let rules = analysis.rules_of(id).filter_map(|r| analysis.rules.get(r));
            let boxes = rules.filter(|r| r.origin == Origin::Complement).flat_map(|r| &r.boxes);
            let actors = CellSet::union_of(boxes.map(|b| b.cells.get(Dimension::Actor)));
            Some(actors).filter(|c| !c.is_empty())
        }
        Modal::Requires => None,
    }
}

/// The first term named for which the issuer cannot speak. `any` names nobody.
fn spoken_for(
    analysis: &Analysis<'_>,
    parties: &Parties,
    actor: &Phrase,
    committed: &CellSet,
) -> Option<TermId> {
    let here = parties.foreign(&actor.cells.intersection(committed));
    actor.terms.iter().copied().find(|t| analysis.policy.vocabulary.cells(*t).meets(&here))
}

/// Where a permission's `only` stands.
fn only(analysis: &Analysis<'_>, id: StatementId) -> Option<Span> {
    let statement = analysis.policy.statements.get(id).filter(|s| s.modal == Modal::May)?;
    statement.phrases.iter().find_map(|(_, p)| p.only)
}

fn finding(analysis: &Analysis<'_>, term: TermId, span: Span) -> Finding {
    let term = analysis.policy.vocabulary.term(term);
    let name = term.map_or("", |t| t.name.as_str());
    let message = format!("this commits `{name}`, for which the policy cannot speak");
    let finding = CHECK
        .finding(message, span)
        .at("neither the issuer nor bound by it")
        .help(format!("if a contract binds `{name}`, say so where it is declared: `bound by \"…\"`"))
        .help("if the text only reports what others say, cite it in `informative { … }`");
    match term {
        Some(term) => finding.and(term.span, "declared without `bound by`"),
        None => finding,
    }
}
