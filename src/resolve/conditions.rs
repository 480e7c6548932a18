//! Conditions to expressions.
//!
//! Takes what stands behind `when`, `unless` and `while`, or in front of a statement.

use super::moments::{before, earliest, latest, past};
use super::names::{WRONG_KIND, Wanted};
use super::{Resolver, error};
use crate::flow::expression::{self, Expression};
use crate::source::Span;
use crate::syntax::tree::{Comparison, Condition, ConditionKind, Front, FrontKind, GuardWord, Name};

impl Resolver<'_> {
    /// What a condition says; where a name in it is wrong, something that always holds stands for its part.
    pub(super) fn condition(&mut self, condition: &Condition) -> Expression {
        match &condition.kind {
            ConditionKind::And(parts) => Expression::All(parts.iter().map(|p| self.condition(p)).collect()),
            ConditionKind::Or(parts) => Expression::Any(parts.iter().map(|p| self.condition(p)).collect()),
            ConditionKind::Not(inner) => self.condition(inner).not(),
            ConditionKind::Since { event, comparison, length } => {
                let (event, length) = (self.event(event), self.length(length));
                match (event, length) {
                    (Some(event), Some(length)) => Expression::Since(event, compared(*comparison), length),
                    _ => Expression::always(),
                }
            }
            ConditionKind::After(moment) => self.moment(moment).map_or_else(Expression::always, |m| past(&m)),
            ConditionKind::Before(moment) => {
                self.moment(moment).map_or_else(Expression::always, |m| before(&m))
            }
            ConditionKind::Fact(name) => self.holds(name),
            ConditionKind::Is { fact, negated, values } => {
                let is = self.is(fact, values);
                if *negated { is.not() } else { is }
            }
        }
    }

    /// A fact alone: it must be true or false.
    fn holds(&mut self, name: &Name) -> Expression {
        let Some(entry) = self.find(name, Wanted::Fact) else { return Expression::always() };
        if let Some(fact) = self.facts.get(entry.index as usize)
            && !fact.boolean
        {
            let value = fact.values.first().map_or("…", String::as_str);
            let finding = error(
                WRONG_KIND,
                format!("`{}` has several values, and none is named", name.node),
                name.span,
            )
            .and(fact.span, "declared here")
            .help(format!("say which, for example `{} is {value}`", name.node));
            self.report(finding);
        }
        Expression::Fact(entry.index, vec![1])
    }

    /// A fact with its values.
    fn is(&mut self, name: &Name, values: &[Name]) -> Expression {
        let Some(entry) = self.find(name, Wanted::Fact) else { return Expression::always() };
        if let Some(fact) = self.facts.get(entry.index as usize)
            && fact.boolean
        {
            let span = values.iter().map(|v| v.span).reduce(Span::to).unwrap_or(name.span);
            let finding =
                error(WRONG_KIND, format!("`{}` is true or false, and has no names for it", name.node), span)
                    .and(fact.span, "declared here")
                    .help(format!("write `{0}` or `not {0}`", name.node));
            self.report(finding);
            return Expression::always();
        }
        let mut numbers: Vec<u32> = values.iter().filter_map(|v| self.value(entry.index, v)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        Expression::Fact(entry.index, numbers)
    }

    /// A condition with the word before it.
    pub(super) fn guard(&mut self, word: GuardWord, condition: &Condition) -> Expression {
        let holds = self.condition(condition);
        match word {
            GuardWord::When | GuardWord::While => holds,
            GuardWord::Unless => holds.not(),
        }
    }

    /// What stands in front, each with its place. Lengths behind that have no start count from what
    /// stands here: `on E` or `after E`.
    pub(super) fn fronts(&mut self, fronts: &[Front]) -> Vec<(Expression, Span)> {
        self.anchor = None;
        let mut starts = Vec::new();
        let mut on = Vec::new();
        for front in fronts {
            let FrontKind::On(names) = &front.kind else { continue };
            let events: Vec<u32> = names.iter().filter_map(|n| self.event(n)).collect();
            starts.extend(earliest(&events));
            on.push(happened(&events));
        }
        self.anchor = latest(&starts);
        let mut on = on.into_iter();
        let mut all = Vec::new();
        for front in fronts {
            let says = match &front.kind {
                FrontKind::Guard(word, condition) => self.guard(*word, condition),
                FrontKind::After(moment) => {
                    let moment = self.moment(moment);
                    starts.extend(moment.clone());
                    moment.map_or_else(Expression::always, |m| past(&m))
                }
                FrontKind::Before(moment) => {
                    self.moment(moment).map_or_else(Expression::always, |m| before(&m))
                }
                FrontKind::On(_) => on.next().unwrap_or_else(Expression::always),
            };
            all.push((says, front.span));
        }
        self.anchor = latest(&starts);
        all
    }
}

/// One of several events has happened.
fn happened(events: &[u32]) -> Expression {
    let mut happened: Vec<Expression> = events.iter().copied().map(Expression::Happened).collect();
    match happened.len() {
        0 => Expression::always(),
        1 => happened.swap_remove(0),
        _ => Expression::Any(happened),
    }
}

/// All of several conditions.
pub(super) fn all(conditions: impl IntoIterator<Item = Expression>) -> Expression {
    conditions.into_iter().fold(Expression::always(), |all, next| match next {
        Expression::All(parts) if parts.is_empty() => all,
        // One condition alone is itself, not a list of one.
        next if all == Expression::always() => next,
        next => all.and(next),
    })
}

fn compared(comparison: Comparison) -> expression::Comparison {
    match comparison {
        Comparison::Less => expression::Comparison::Less,
        Comparison::AtMost => expression::Comparison::AtMost,
        Comparison::Equal => expression::Comparison::Equal,
        Comparison::NotEqual => expression::Comparison::NotEqual,
        Comparison::AtLeast => expression::Comparison::AtLeast,
        Comparison::Greater => expression::Comparison::Greater,
    }
}
