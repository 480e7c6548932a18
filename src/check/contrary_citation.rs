//! A cited sentence whose own words say otherwise than what is encoded.

use super::cited::changes;
use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::document::compare::Kind;
use crate::document::contrary::{Says, says};
use crate::document::documents::{Cited, Entry};
use crate::document::lock::Role;
use crate::flow::expression::{Expression, Length};
use crate::policy::{Action, Modal, Moment, Policy, Statement};
use crate::source::Span;
use std::collections::{BTreeMap, BTreeSet};

/// The check.
pub const CHECK: Check = Check {
    name: "contrary-citation",
    level: Level::Warning,
    family: Family::Documents,
    page: include_str!("../../docs/checks/contrary-citation.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let policy = context.analysis.policy;
    // One that changed is to be read again, which is a finding of its own; then it is listened to.
    let changed: Vec<(&Entry<'_>, usize)> = changes(context)
        .into_iter()
        .filter_map(|c| if let Kind::Changed(now) = c.change.kind { Some((c.entry, now)) } else { None })
        .collect();
    for entry in &context.documents.entries {
        let Ok(text) = &entry.text else { continue };
        for (at, cited) in by_sentence(entry) {
            let Some(sentence) = text.sentences.get(at) else { continue };
            if changed.iter().any(|(of, now)| std::ptr::eq(*of, entry) && *now == at) {
                continue;
            }
            let encoded: Vec<&&Cited<'_>> = cited.iter().filter(|c| c.role == Role::Encoded).collect();
            let Some(first) = encoded.first() else { continue };
            let places: BTreeSet<usize> = encoded.iter().map(|c| c.place).collect();
            // what a sentence also promises, or reports, is not for its statements to say
            let read_otherwise = cited.iter().any(|c| c.role != Role::Encoded);
            let all = says(&sentence.folded);
            if !read_otherwise {
                findings.extend(other_time(policy, &places, &all).map(|(said, span)| {
                    CHECK
                        .finding(
                            format!("the sentence says `{said}`, and no time that rests on it is that long"),
                            first.citation.span,
                        )
                        .at("cited here")
                        .and(sentence.span, format!("it says `{said}`"))
                        .and(span, "encoded with another time")
                        .help(
                            "encode the time that the sentence says, or cite the sentence that says this one",
                        )
                }));
            }
            for said in all {
                let Some((message, statement)) = contrary(policy, &places, &said, read_otherwise) else {
                    continue;
                };
                findings.push(
                    CHECK
                        .finding(message, first.citation.span)
                        .at("cited here")
                        .and(sentence.span, format!("it says `{}`", said.words()))
                        .and(statement.span, "encoded so")
                        .help("encode what the sentence says, or cite the sentence that says this")
                        .help("if it says both, encode both, each in a clause that cites it"),
                );
            }
        }
    }
}

/// The citations of each sentence.
fn by_sentence<'a>(entry: &'a Entry<'a>) -> BTreeMap<usize, Vec<&'a Cited<'a>>> {
    let mut out: BTreeMap<usize, Vec<&Cited<'_>>> = BTreeMap::new();
    for cited in &entry.cited {
        if let Some(at) = cited.sentence() {
            out.entry(at).or_default().push(cited);
        }
    }
    out
}

/// What is wrong, and the statement that shows it.
fn contrary<'p>(
    policy: &'p Policy,
    places: &BTreeSet<usize>,
    said: &Says,
    read_otherwise: bool,
) -> Option<(String, &'p Statement)> {
    let other_norms = policy.rights.iter().any(|r| places.contains(&r.place))
        || policy.duties.iter().any(|d| places.contains(&d.place));
    let statements: Vec<&Statement> =
        policy.statements.iter().filter(|s| places.contains(&s.place)).collect();
    let first = *statements.first()?;
    match said {
        Says::Not(words) => {
            let plain = statements.iter().all(|s| is_plain_permission(s));
            let wrong = plain && !other_norms && !read_otherwise;
            wrong.then(|| (format!("the sentence says `{words}`, and what rests on it only permits"), first))
        }
        Says::Sell(words) => {
            let speaks = |s: &&Statement| {
                let verbs = &s.actions;
                verbs.iter().any(|a| matches!(a, Action::Sell | Action::Rent))
                    || s.modal == Modal::MustNot && verbs.iter().any(|a| matches!(a, Action::Share))
            };
            let wrong = !statements.iter().any(speaks) && !read_otherwise;
            wrong.then(|| {
                (format!("the sentence says `{words}`, and no statement that rests on it does"), first)
            })
        }
        Says::Time { .. } => None,
    }
}

/// The first time that a sentence says, where those of what rests on it are all others, and the place of
/// one of them.
fn other_time(policy: &Policy, places: &BTreeSet<usize>, said: &[Says]) -> Option<(String, Span)> {
    let lengths = said.iter().filter_map(|s| match s {
        Says::Time { months, minutes, .. } => Some(Length { months: *months, minutes: *minutes }),
        Says::Not(_) | Says::Sell(_) => None,
    });
    let lengths: Vec<Length> = lengths.collect();
    let words = said.iter().find(|s| matches!(s, Says::Time { .. }))?.words();
    let mut other: Option<Span> = None;
    let mut same = false;
    let mut note = |length: Length, span: Span| {
        if length != Length::default() {
            same |= lengths.contains(&length);
            other.get_or_insert(span);
        }
    };
    for s in policy.statements.iter().filter(|s| places.contains(&s.place)) {
        let conditions = s.conditions.iter().map(|(condition, _)| condition);
        for condition in conditions.chain([&s.scope, &s.guard]).chain(&s.only_guard) {
            of_expression(condition, &mut |length| note(length, s.span));
        }
        s.limit.iter().for_each(|limit| of_moment(&limit.moment, &mut |length| note(length, s.span)));
    }
    for duty in policy.duties.iter().filter(|d| places.contains(&d.place)) {
        of_expression(&duty.when, &mut |length| note(length, duty.span));
        duty.within.iter().for_each(|(moment, _)| of_moment(moment, &mut |length| note(length, duty.span)));
    }
    for right in policy.rights.iter().filter(|r| places.contains(&r.place)) {
        of_expression(&right.when, &mut |length| note(length, right.span));
        right.within.iter().for_each(|(length, _)| note(*length, right.span));
    }
    other.filter(|_| !same).map(|span| (words.to_owned(), span))
}

/// The lengths of time that a condition compares with.
fn of_expression(expression: &Expression, seen: &mut dyn FnMut(Length)) {
    expression.visit(&mut |part| {
        if let Expression::Since(_, _, length) = part {
            seen(*length);
        }
    });
}

/// The lengths of time that a moment is counted with. How deep they are nested, the syntax bounds.
fn of_moment(moment: &Moment, seen: &mut dyn FnMut(Length)) {
    match moment {
        Moment::After(_, length) => seen(*length),
        Moment::Later(parts) | Moment::Earlier(parts) => parts.iter().for_each(|part| of_moment(part, seen)),
    }
}

/// A permission without `only`, without a condition: it says no `not` in any way.
fn is_plain_permission(statement: &Statement) -> bool {
    let only = statement.phrases.iter().any(|(_, phrase)| phrase.only.is_some() || !phrase.except.is_empty());
    statement.modal == Modal::May
        && !only
        && statement.only_guard.is_none()
        && statement.conditions.is_empty()
}
