//! A listed party that appears in no statement, right, duty or promise.

use super::folders::Folders;
use super::parties::Parties;
use super::spoken;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::policy::Policy;
use crate::vocabulary::{Graph, Sort};

/// The check.
pub const CHECK: Check = Check {
    name: "absent-party",
    level: Level::Warning,
    family: Family::ThirdParties,
    page: include_str!("../../docs/checks/absent-party.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.analysis.policy;
    let issuer = Parties::new(policy).issuer;
    let present = present(policy);
    let folders = Folders::new(context.analysis);
    for (id, term) in policy.vocabulary.terms() {
        let cells = policy.vocabulary.cells(id);
        let listed = term.graph == Graph::Party && term.sort == Sort::Party && term.list.is_none();
        // A vocabulary that many policies share lists parties that only some of them speak of.
        if !listed || cells.meets(&present) || cells.meets(&issuer) || !folders.is_of_a_policy(term.span) {
            continue;
        }
        findings.push(
            CHECK
                .finding(format!("`{}` is listed and appears nowhere", term.name), term.span)
                .at("listed here")
                .note("no statement, right, duty or promise speaks of it or of a class that it is in")
                .help("say what it does or receives, or take it out"),
        );
    }
}

/// Everybody of whom a norm speaks, by name or by class. To be taken out of a list that is used is to
/// be spoken of.
fn present(policy: &Policy) -> CellSet {
    let parties = spoken::terms(policy)
        .into_iter()
        .filter(|id| policy.vocabulary.term(*id).is_some_and(|t| t.graph == Graph::Party));
    CellSet::union_of(parties.map(|id| policy.vocabulary.cells(id)))
}
