//! A term, fact, event or duty that is declared and never used.
//!
//! A term counts as used where it, one above it or one below it is. Parties by name are another
//! check's, and so is the vocabulary of a folder that many policies share.

use super::folders::Folders;
use super::{Check, Context, Family, spoken};
use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::policy::Policy;
use crate::source::Span;
use crate::vocabulary::{Graph, Sort, Term, TermId};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "unused-term",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/unused-term.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.analysis.policy;
    let folders = Folders::new(context.analysis);
    for (term, below) in unused_terms(policy) {
        let more = match below {
            0 => String::new(),
            1 => ", nor is the term below it".to_owned(),
            n => format!(", nor are the {n} terms below it"),
        };
        findings.push(finding(format!("`{}` is declared and never used{more}", term.name), term.span));
    }
    let world = spoken::World::new(policy);
    let named = |name: &str, what: &str, span| {
        finding(format!("the {what} `{name}` is declared and never used"), span)
    };
    let facts = policy.facts.iter().enumerate().filter(|(i, _)| !world.facts.contains(&(*i as u32)));
    findings.extend(facts.map(|(_, f)| named(&f.name, "fact", f.span)));
    let events = policy.events.iter().enumerate();
    let events = events.filter(|(i, e)| !e.built_in && !world.events.contains(&(*i as u32)));
    findings
        .extend(events.filter(|(_, e)| e.name != "Collection").map(|(_, e)| named(&e.name, "event", e.span)));
    let owed: BTreeSet<usize> = policy
        .duties
        .iter()
        .map(|d| d.verb)
        .chain(policy.statements.iter().flat_map(|s| s.duties.iter().copied()))
        .collect();
    let verbs = policy.duty_verbs.iter().enumerate().filter(|(i, _)| !owed.contains(i));
    findings.extend(verbs.map(|(_, v)| named(&v.name, "duty", v.span)));
    // A vocabulary that many policies share holds more than each of them speaks of.
    findings.retain(|f| f.check != CHECK.name || folders.is_of_a_policy(f.primary.span));
}

fn finding(message: String, span: Span) -> Finding {
    CHECK.finding(message, span).at("declared here").help("use it, or take it out")
}

/// The topmost terms that are not used, each with the number of terms below it.
fn unused_terms(policy: &Policy) -> Vec<(&Term, usize)> {
    let vocabulary = &policy.vocabulary;
    let spoken = spoken::terms(policy);
    let mut ranges: FxHashMap<Graph, Vec<(u32, u32)>> = FxHashMap::default();
    for (id, term) in spoken.iter().filter_map(|id| Some((*id, vocabulary.term(*id)?))) {
        ranges.entry(term.graph).or_default().extend_from_slice(vocabulary.cells(id).ranges());
    }
    let used: FxHashMap<Graph, CellSet> =
        ranges.into_iter().map(|(g, r)| (g, CellSet::from_ranges(r))).collect();
    let unused = |id: TermId, term: &Term| {
        // A list is but a name: its members have uses of their own.
        let by_cells =
            term.list.is_none() && used.get(&term.graph).is_some_and(|u| vocabulary.cells(id).meets(u));
        !by_cells && !spoken.contains(&id) && !is_of_parties(policy, id, term)
    };
    let unused: BTreeSet<TermId> =
        vocabulary.terms().filter(|(id, t)| unused(*id, t)).map(|(id, _)| id).collect();
    let top = |id: &TermId| !vocabulary.parents(*id).iter().any(|p| unused.contains(p));
    unused
        .iter()
        .filter(|id| top(id))
        .filter_map(|id| {
            let below = vocabulary.cells(*id).len().saturating_sub(1) as usize;
            vocabulary.term(*id).map(|t| (t, if t.list.is_some() { 0 } else { below }))
        })
        .collect()
}

/// Whether a term is a party, or a class of which a party is a member: a party that appears nowhere
/// has a finding of its own.
fn is_of_parties(policy: &Policy, id: TermId, term: &Term) -> bool {
    let vocabulary = &policy.vocabulary;
    let of_party = |cell| {
        vocabulary
            .at(Graph::Party, cell)
            .and_then(|t| vocabulary.term(t))
            .is_some_and(|t| t.sort == Sort::Party)
    };
    term.graph == Graph::Party && vocabulary.cells(id).iter().any(of_party)
}
