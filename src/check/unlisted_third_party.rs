//! A class of organisations that acts, gives or receives, and of which nobody is named.
//!
//! A prohibition makes nobody act or receive, so what it says of a class asks for no names.

use super::parties::{Parties, Places};
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::dimension::Dimension;
use crate::policy::{Modal, Phrase, Policy};
use crate::source::Span;
use crate::vocabulary::{ListMember, Sort, TermId, Vocabulary};
use std::collections::BTreeMap;

/// The check.
pub const CHECK: Check = Check {
    name: "unlisted-third-party",
    level: Level::Error,
    family: Family::ThirdParties,
    page: include_str!("../../docs/checks/unlisted-third-party.md"),
    run: Some(run),
};

/// The dimensions in which a party has a part.
const PARTS: [(Dimension, &str); 3] = [
    (Dimension::Actor, "acts here"),
    (Dimension::Source, "gives here"),
    (Dimension::Recipient, "receives here"),
];

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.analysis.policy;
    let vocabulary = &policy.vocabulary;
    let parties = Parties::new(policy);
    for (id, (span, part)) in first_uses(policy, context.places()) {
        let Some((term, own)) = vocabulary.term(id).zip(vocabulary.own(id)) else { continue };
        let listed = vocabulary.cells(id).meets(&parties.named);
        if term.sort != Sort::Parties || listed || parties.open.contains(own) || parties.issuer.contains(own)
        {
            continue;
        }
        let name = &term.name;
        findings.push(
            CHECK
                .finding(format!("third party `{name}` is not listed: nobody in it is named"), span)
                .at(part)
                .about([context.subjects().declared(name, span)])
                .and(term.span, "a class without a named member")
                .help(format!("name who is in it, in its braces: `parties {name} {{ NAME; }}`"))
                .help(format!("if they cannot be named, say why: `parties {name} open because \"…\"`")),
        );
    }
}

/// Where each class first acts, gives or receives.
fn first_uses(policy: &Policy, places: &Places) -> BTreeMap<TermId, (Span, &'static str)> {
    let mut first: BTreeMap<TermId, (Span, &'static str)> = BTreeMap::new();
    let mut note = |phrase: &Phrase, part: &'static str| {
        let Some(place) = phrase.span else { return };
        for written in &phrase.terms {
            let span = places.within(*written, place);
            for term in unfolded(&policy.vocabulary, *written) {
                let known = first.entry(term).or_insert((span, part));
                if span < known.0 {
                    *known = (span, part);
                }
            }
        }
    };
    for statement in policy.statements.iter().filter(|s| s.modal != Modal::MustNot && s.right.is_none()) {
        PARTS.iter().for_each(|(d, part)| note(statement.phrases.get(*d), part));
    }
    for right in &policy.rights {
        for (dimension, phrase) in &right.phrases {
            if let Some((_, part)) = PARTS.iter().find(|(d, _)| d == dimension) {
                note(phrase, part);
            }
        }
    }
    first
}

/// A term itself, or the members of the list that it is a name for.
fn unfolded(vocabulary: &Vocabulary, term: TermId) -> Vec<TermId> {
    let mut out = Vec::new();
    let mut todo = vec![term];
    while let Some(next) = todo.pop() {
        match vocabulary.term(next).map(|t| &t.list) {
            Some(Some((include, _))) => todo.extend(include.iter().filter_map(|m| match m {
                ListMember::Term(t) => Some(*t),
                _ => None,
            })),
            _ => out.push(next),
        }
    }
    out
}
