//! Words that several checks share: how a statement is called, and how relations are shown.

use crate::check::conflict::{Meeting, relations, world_relation};
use crate::diagnostic::{Label, Relation};
use crate::policy::Norm;
use crate::policy::analysis::{Analysis, Rule, StatementId};
use crate::policy::rules::Origin;
use crate::source::Span;

/// The label by which a statement is best called.
pub fn label<'a>(analysis: &'a Analysis<'_>, statement: StatementId) -> &'a str {
    analysis.policy.label_of(Norm::Statement(statement))
}

/// Where a statement stands.
pub fn span(analysis: &Analysis<'_>, statement: StatementId) -> Span {
    analysis.policy.statements.get(statement).map_or(analysis.policy.span, |s| s.span)
}

/// What is to be seen at a prohibition.
pub fn prohibited(rule: &Rule) -> &'static str {
    match rule.origin {
        Origin::Complement => "`only` prohibits all else here",
        Origin::Narrowing => "narrowed here",
        Origin::Said | Origin::Implied => "prohibited here",
    }
}

/// The label at a permission, with how it relates to a prohibition in each dimension in which they
/// differ.
pub fn permitted(analysis: &Analysis<'_>, meeting: &Meeting) -> Option<Label> {
    let permission = analysis.rules.get(meeting.permission)?;
    let prohibition = analysis.rules.get(meeting.prohibition)?;
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
    let cells = relations(analysis, permission, prohibition).into_iter().map(|(d, r)| (d.name(), r));
    let world = ("world", world_relation(analysis, permission, prohibition));
    cells.chain([world]).filter(|(_, r)| *r != Relation::Equal).collect()
}

/// How to say that one statement prevails, in words to type; where both have the same label, what
/// to do first.
pub fn prevail(analysis: &Analysis<'_>, winner: StatementId, loser: StatementId) -> String {
    let (a, b) = (label(analysis, winner), label(analysis, loser));
    if a == b {
        return format!(
            "if one should prevail, give it a label of its own (`NAME: …`) and say so: `NAME prevails over {b} because \"…\";`"
        );
    }
    format!("if one should prevail, say so: `{a} prevails over {b} because \"…\";`, or the other way round")
}
