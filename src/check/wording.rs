//! Words that several checks share: how a statement is called, and how relations are shown.

use crate::check::contradictions::Pair;
use crate::check::kind::{Written, relations, world_relation};
use crate::diagnostic::{Label, Relation};
use crate::flow::dimension::Dimension;
use crate::flow::expression::Expression;
use crate::policy::analysis::{Analysis, Rule, StatementId};
use crate::policy::rules::Origin;
use crate::policy::{LimitSort, Norm, Statement};
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

/// How many statements a line of precedence names in a help; for more, `…` stands.
const NAMED: usize = 5;

/// How to say that one statement prevails over others, in words to type: with labels that name these
/// statements and no others, or with the request to give them some.
pub fn prevail(analysis: &Analysis<'_>, winner: StatementId, losers: &[StatementId]) -> String {
    let shown = losers.iter().copied().take(NAMED);
    let all: Vec<StatementId> = [winner].into_iter().chain(shown).collect();
    let names: Vec<Option<&str>> = all.iter().map(|statement| name(analysis, *statement)).collect();
    // A letter for each that has no label of its own: A for the winner.
    let letters = ('A'..='Z').map(String::from);
    let called: Vec<String> =
        names.iter().zip(letters).map(|(name, letter)| name.map_or(letter, str::to_owned)).collect();
    let Some((first, rest)) = called.split_first() else { return String::new() };
    let more = if losers.len() > NAMED { ", …" } else { "" };
    let words = format!("`{first} prevails over {}{more} because \"…\";`", rest.join(", "));
    let nameless: Vec<String> = names
        .iter()
        .zip(&called)
        .filter(|(name, _)| name.is_none())
        .map(|(_, letter)| format!("`{letter}: …`"))
        .collect();
    let given = nameless.join(", ");
    match (nameless.len(), names.first(), all.len()) {
        (0, ..) => format!("say so: {words}"),
        (1, Some(None), _) => format!("give it a label of its own ({given}), and say so: {words}"),
        (1, _, 2) => format!("give the other a label of its own ({given}), and say so: {words}"),
        (2, _, 2) => format!("give both a label of their own ({given}), and say so: {words}"),
        (n, ..) if n == all.len() => {
            format!("give each of them a label of its own ({given}), and say so: {words}")
        }
        _ => format!("give each that has none a label of its own ({given}), and say so: {words}"),
    }
}

/// The same where it is open which of them should.
pub fn either(analysis: &Analysis<'_>, one: StatementId, others: &[StatementId]) -> String {
    let words = prevail(analysis, one, others);
    match others.len() {
        0 | 1 => format!("if one should prevail, {words}, or the other way round"),
        _ => {
            format!("if it should prevail over them, {words}; where one of them should, the other way round")
        }
    }
}

/// What may be meant by permissions to keep that contradict a deadline, in words to type: an end, or a
/// rule about the place alone. None where one of them says of its own when it ends.
pub fn until_deadline(
    analysis: &Analysis<'_>,
    permissions: &[StatementId],
    deadline: StatementId,
) -> Vec<String> {
    let of = |s: StatementId| analysis.policy.statements.get(s);
    let kept: Vec<&Statement> = permissions.iter().filter_map(|s| of(*s)).collect();
    let Some((gone, limit)) = of(deadline).and_then(|s| Some((s, s.limit.as_ref()?))) else {
        return Vec::new();
    };
    let timed = |s: &&Statement| {
        let mut conditions = [&s.scope, &s.guard].into_iter().chain(&s.only_guard);
        s.indefinitely.is_some() || s.right.is_some() || conditions.any(counts_time)
    };
    if limit.sort != LimitSort::Deadline || kept.iter().any(timed) {
        return Vec::new();
    }
    let mut out = Vec::new();
    if let [one] = kept.as_slice()
        && let Some(words) = elsewhere(analysis, one)
    {
        out.push(format!(
            "if it is about the place alone, forbid the others, `{words}`, and name the place where you permit it"
        ));
    }
    // What is wider than the deadline would end for all of it.
    let within = |s: &&Statement| {
        let cells = |s: &Statement, d| s.phrases.get(d).cells.clone();
        [Dimension::Data, Dimension::Subject].iter().all(|d| cells(s, *d).is_subset(&cells(gone, *d)))
    };
    let deadline = one_line(analysis.sources.text(limit.span));
    if !kept.iter().all(within) {
        return out;
    }
    if let Some(time) = deadline.strip_prefix("within ").filter(|time| time.contains(" after ")) {
        let it = if kept.len() == 1 { "it" } else { "they" };
        out.push(format!("if {it} should end with the deadline, say so: `until {time}`"));
    }
    out
}

/// What a permission `only in` some places prohibits, as a prohibition of its own.
fn elsewhere(analysis: &Analysis<'_>, kept: &Statement) -> Option<String> {
    let only = kept.phrases.get(Dimension::Place).only?;
    let written = |span| one_line(analysis.sources.text(span));
    let before = written(Span { end: only.start, ..kept.span });
    let behind = written(Span { start: only.end, ..kept.span });
    let ((lead, rest), places) = (before.split_once("may ")?, behind.strip_prefix("in ")?);
    Some(format!("{lead}must not {rest} in any except {places}"))
}

/// Whether a condition speaks of an event.
fn counts_time(condition: &Expression) -> bool {
    let mut found = false;
    condition.visit(&mut |part| found |= matches!(part, Expression::Happened(_) | Expression::Since(..)));
    found
}

/// A text on one line.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
