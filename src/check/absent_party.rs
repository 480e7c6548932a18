//! A listed party that appears in no statement, right, duty or promise.

use super::folders::Folders;
use super::parties::Parties;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::policy::Policy;
use crate::source::Span;
use crate::vocabulary::{Graph, ListMember, Sort, TermId};
use std::collections::BTreeSet;

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

/// Everybody of whom a norm speaks, by name or by class.
fn present(policy: &Policy) -> CellSet {
    let mut norms: Vec<Span> = policy.rights.iter().map(|r| r.span).collect();
    norms.extend(policy.duties.iter().map(|d| d.span));
    norms.extend(policy.promises.iter().map(|p| p.span));
    norms.sort_unstable();
    let in_a_norm = |span: Span| {
        let before = norms.partition_point(|n| (n.source, n.start) <= (span.source, span.start));
        let nearest = before.checked_sub(1).and_then(|i| norms.get(i));
        nearest.is_some_and(|n| n.source == span.source && span.end <= n.end)
    };
    let used = policy.uses.iter().filter(|u| u.dimension.is_some() || in_a_norm(u.span));
    let mut todo: Vec<TermId> = used.map(|u| u.term).collect();
    let mut seen: BTreeSet<TermId> = BTreeSet::new();
    let mut ranges = Vec::new();
    while let Some(id) = todo.pop() {
        let Some(term) = policy.vocabulary.term(id).filter(|t| t.graph == Graph::Party) else { continue };
        if !seen.insert(id) {
            continue;
        }
        ranges.extend_from_slice(policy.vocabulary.cells(id).ranges());
        // To be taken out of a list that is used is to be spoken of.
        let members = term.list.iter().flat_map(|(include, except)| include.iter().chain(except));
        todo.extend(members.filter_map(|m| match m {
            ListMember::Term(t) | ListMember::Other(t) => Some(*t),
            _ => None,
        }));
    }
    CellSet::from_ranges(ranges)
}
