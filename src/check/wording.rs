//! Words that several checks share: how a statement is called, and how relations are shown.

use crate::check::contradictions::Pair;
use crate::check::kind::{Written, relations, world_relation};
use crate::diagnostic::{Label, Relation};
use crate::policy::analysis::{Analysis, Rule, StatementId};
use crate::policy::rules::Origin;
use crate::policy::{LimitSort, Norm};
use crate::source::Span;

/// The label by which a statement is best called.
pub fn label<'a>(analysis: &'a Analysis<'_>, statement: StatementId) -> &'a str {
    analysis.policy.label_of(Norm::Statement(statement))
}

/// Where a statement stands.
pub fn span(analysis: &Analysis<'_>, statement: StatementId) -> Span {
    analysis.policy.statements.get(statement).map_or(analysis.policy.span, |s| s.span)
}

/// The label that names a statement and nothing beside it: its own, or that of a clause in which it
/// stands alone. To let a wider label prevail would settle more than was meant.
pub fn name<'a>(analysis: &'a Analysis<'_>, statement: StatementId) -> Option<&'a str> {
    let policy = analysis.policy;
    let found = policy.statements.get(statement)?;
    if let Some(own) = &found.own_label {
        return Some(own);
    }
    let place = policy.places.get(found.place)?;
    place.parent?;
    let alone = policy.labels.get(&place.label)?.iter().all(|norm| match norm {
        Norm::Statement(i) => {
            *i == statement
                || found.right.is_some() && policy.statements.get(*i).is_some_and(|s| s.right == found.right)
        }
        Norm::Right(i) => found.right == Some(*i),
        Norm::Duty(_) => false,
    });
    alone.then_some(place.label.as_str())
}

/// What is to be seen at a prohibition.
pub fn prohibited(analysis: &Analysis<'_>, rule: &Rule) -> &'static str {
    match (rule.origin, limit(analysis, rule)) {
        (_, Some(LimitSort::Deadline)) => "prohibited past this deadline",
        (_, Some(LimitSort::Minimum)) => "erasing is prohibited for so long",
        (Origin::Complement, _) => "`only` prohibits all else here",
        (Origin::Narrowing, _) => "narrowed here",
        (Origin::Said | Origin::Implied, _) => "prohibited here",
    }
}

/// What a prohibition is called.
pub fn noun(analysis: &Analysis<'_>, rule: &Rule) -> &'static str {
    match (rule.origin, limit(analysis, rule)) {
        (_, Some(LimitSort::Deadline)) => "this deadline",
        (_, Some(LimitSort::Minimum)) => "this minimum",
        (Origin::Complement, _) => "what `only` prohibits here",
        _ => "this prohibition",
    }
}

fn limit(analysis: &Analysis<'_>, rule: &Rule) -> Option<LimitSort> {
    analysis.policy.statements.get(rule.statement)?.limit.as_ref().map(|l| l.sort)
}

/// The label at a permission, with how it relates to a prohibition in each dimension in which they
/// differ.
pub fn permitted(analysis: &Analysis<'_>, pair: Pair) -> Option<Label> {
    let permission = analysis.rules.get(pair.permission)?;
    let prohibition = analysis.rules.get(pair.prohibition)?;
    Some(Label {
        span: span(analysis, permission.statement),
        text: "permitted here".to_owned(),
        relations: differences(analysis, permission, prohibition),
    })
}

/// How a permission relates to a prohibition in each dimension in which they differ.
pub fn differences(
    analysis: &Analysis<'_>,
    permission: &Rule,
    prohibition: &Rule,
) -> Vec<(&'static str, Relation)> {
    let (permission, prohibition) = (Written::new(analysis, permission), Written::new(analysis, prohibition));
    let cells = relations(&permission, &prohibition).into_iter().map(|(d, r)| (d.name(), r));
    let world = ("world", world_relation(analysis, &permission, &prohibition));
    cells.chain([world]).filter(|(_, r)| *r != Relation::Equal).collect()
}

/// How to say that one statement prevails, in words to type: with labels that name these statements
/// and no others, or with the request to give them some.
pub fn prevail(analysis: &Analysis<'_>, winner: StatementId, loser: StatementId) -> String {
    let (a, b) = (name(analysis, winner), name(analysis, loser));
    let words = format!("`{} prevails over {} because \"…\";`", a.unwrap_or("A"), b.unwrap_or("B"));
    match (a, b) {
        (Some(_), Some(_)) => format!("say so: {words}"),
        (None, Some(_)) => format!("give it a label of its own (`A: …`), and say so: {words}"),
        (Some(_), None) => format!("give the other a label of its own (`B: …`), and say so: {words}"),
        (None, None) => format!("give both a label of their own (`A: …`, `B: …`), and say so: {words}"),
    }
}

/// The same where it is open which of the two should.
pub fn either(analysis: &Analysis<'_>, one: StatementId, other: StatementId) -> String {
    format!("if one should prevail, {}, or the other way round", prevail(analysis, one, other))
}
