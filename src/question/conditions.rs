//! Conditions and times in a question, over the numbers of a bundle's facts and clocks.

use super::names::{nearest, with_near};
use super::{Reader, error};
use crate::flow::expression::{Comparison, Expression, Length};
use crate::source::Span;
use crate::syntax::tree::{self, ConditionKind, FrontKind, GuardWord, MomentKind, Name, Time};

/// The event that a length counts from where nothing else is said: the data at hand was collected.
const COLLECTION: &str = "Collection";

impl Reader<'_> {
    pub(super) fn guard(&mut self, word: GuardWord, condition: &tree::Condition) {
        if let Some(expression) = self.condition(condition) {
            self.conditions.push(match word {
                GuardWord::Unless => expression.not(),
                GuardWord::When | GuardWord::While => expression,
            });
        }
    }

    pub(super) fn front(&mut self, front: &tree::Front) {
        let expression = match &front.kind {
            FrontKind::Guard(word, condition) => return self.guard(*word, condition),
            FrontKind::After(moment) => self.past(moment),
            FrontKind::Before(moment) => self.before(moment),
            FrontKind::On(events) => {
                let happened: Option<Vec<Expression>> =
                    events.iter().map(|e| self.event(e).map(Expression::Happened)).collect();
                happened.map(Expression::Any)
            }
        };
        self.conditions.extend(expression);
    }

    pub(super) fn time(&mut self, time: &Time, span: Span) {
        let expression = match time {
            Time::Until(moment) => self.past(moment).map(Expression::not),
            Time::After(moment) => self.past(moment),
            Time::Before(moment) => self.before(moment),
            Time::Indefinitely => Some(Expression::always()),
            Time::For(..) | Time::Within(_) | Time::Promptly => {
                let message = "a question is about one moment, which has no length";
                let help = "say how long ago the event is: `when since(Collection) > 30 days`";
                self.findings.push(error("phrase-not-taken", message, span).help(help));
                None
            }
        };
        self.conditions.extend(expression);
    }

    fn condition(&mut self, condition: &tree::Condition) -> Option<Expression> {
        match &condition.kind {
            ConditionKind::And(parts) => self.all(parts).map(Expression::All),
            ConditionKind::Or(parts) => self.all(parts).map(Expression::Any),
            ConditionKind::Not(inner) => Some(self.condition(inner)?.not()),
            ConditionKind::Since { event, comparison, length: sum } => {
                let event = self.event(event)?;
                Some(Expression::Since(event, compare(*comparison), length(sum)))
            }
            ConditionKind::After(moment) => self.past(moment),
            ConditionKind::Before(moment) => self.before(moment),
            ConditionKind::Fact(name) => self.boolean(name),
            ConditionKind::Is { fact, negated, values } => self.is(fact, *negated, values),
        }
    }

    /// All parts, so that a mistake in one hides none in the next.
    fn all(&mut self, parts: &[tree::Condition]) -> Option<Vec<Expression>> {
        let read: Vec<Option<Expression>> = parts.iter().map(|p| self.condition(p)).collect();
        read.into_iter().collect()
    }

    fn boolean(&mut self, name: &Name) -> Option<Expression> {
        let (number, values) = self.fact(name)?;
        if values == ["false", "true"] {
            return Some(Expression::Fact(number, vec![1]));
        }
        let message = format!("`{}` has values, and is not true or false", name.node);
        let first = values.first().cloned().unwrap_or_default();
        let help = format!("say which: `{} is {first}`", name.node);
        self.findings.push(error("wrong-kind", message, name.span).help(help));
        None
    }

    fn is(&mut self, fact: &Name, negated: bool, named: &[Name]) -> Option<Expression> {
        let (number, values) = self.fact(fact)?;
        let mut chosen = Vec::new();
        let before = self.findings.len();
        for name in named {
            match values.iter().zip(0..).find(|(value, _)| **value == name.node) {
                Some((_, at)) => chosen.push(at),
                None => {
                    let message = format!("`{}` is no value of `{}`", name.node, fact.node);
                    let finding = error("undeclared", message, name.span);
                    let near = nearest(&name.node, values.iter().map(String::as_str)).map(str::to_owned);
                    let finding = with_near(finding, near);
                    self.findings.push(match values.as_slice() {
                        [no, yes] if no == "false" && yes == "true" => {
                            finding.help(format!("it is true or false: write `{0}` or `not {0}`", fact.node))
                        }
                        _ => finding.note(format!("its values are {}", values.join(", "))),
                    });
                }
            }
        }
        let expression = Expression::Fact(number, chosen);
        (before == self.findings.len()).then(|| if negated { expression.not() } else { expression })
    }

    /// The moment has passed.
    fn past(&mut self, moment: &tree::Moment) -> Option<Expression> {
        self.moment(moment, Length::default(), Comparison::Greater)
    }

    /// The moment is not there yet.
    fn before(&mut self, moment: &tree::Moment) -> Option<Expression> {
        Some(self.moment(moment, Length::default(), Comparison::AtLeast)?.not())
    }

    /// So much later than the moment: the time since each event, compared.
    fn moment(&mut self, moment: &tree::Moment, later: Length, comparison: Comparison) -> Option<Expression> {
        let at = |event: u32, length: Length| {
            if length == Length::default() {
                Expression::Happened(event)
            } else {
                Expression::Since(event, comparison, length)
            }
        };
        match &moment.kind {
            MomentKind::Event(name) => Some(at(self.event(name)?, later)),
            MomentKind::Length(sum, anchor) => {
                let later = add(later, length(sum));
                match anchor {
                    Some(anchor) => self.moment(anchor, later, comparison),
                    None => match self.bundle.variable(COLLECTION) {
                        Some(event) => Some(at(event, later)),
                        None => {
                            let message = "it is not said what this counts from";
                            let help = "name the event: `30 days after E`";
                            self.findings.push(error("undeclared", message, moment.span).help(help));
                            None
                        }
                    },
                }
            }
            MomentKind::Later(parts, anchor) | MomentKind::Earlier(parts, anchor) => {
                let read: Vec<Option<Expression>> = parts
                    .iter()
                    .map(|part| self.anchored(part, anchor.as_deref(), later, comparison))
                    .collect();
                let parts = read.into_iter().collect::<Option<Vec<_>>>()?;
                let latest = matches!(moment.kind, MomentKind::Later(..));
                Some(if latest { Expression::All(parts) } else { Expression::Any(parts) })
            }
        }
    }

    /// A part of `the later of (…) after A`: a length without a start of its own counts from `A`.
    fn anchored(
        &mut self,
        part: &tree::Moment,
        anchor: Option<&tree::Moment>,
        later: Length,
        comparison: Comparison,
    ) -> Option<Expression> {
        match (&part.kind, anchor) {
            (MomentKind::Length(sum, None), Some(anchor)) => {
                self.moment(anchor, add(later, length(sum)), comparison)
            }
            _ => self.moment(part, later, comparison),
        }
    }
}

fn add(a: Length, b: Length) -> Length {
    Length { months: a.months.saturating_add(b.months), minutes: a.minutes.saturating_add(b.minutes) }
}

fn length(sum: &[tree::Duration]) -> Length {
    sum.iter().fold(Length::default(), |total, part| {
        let count = u64::from(part.count);
        let months = |n: u32| Length { months: part.count.saturating_mul(n), minutes: 0 };
        let minutes = |n: u64| Length { months: 0, minutes: count * n };
        add(
            total,
            match part.unit {
                tree::Unit::Minute => minutes(1),
                tree::Unit::Hour => minutes(60),
                tree::Unit::Day => minutes(1_440),
                tree::Unit::Week => minutes(10_080),
                tree::Unit::Month => months(1),
                tree::Unit::Year => months(12),
            },
        )
    })
}

fn compare(comparison: tree::Comparison) -> Comparison {
    match comparison {
        tree::Comparison::Less => Comparison::Less,
        tree::Comparison::AtMost => Comparison::AtMost,
        tree::Comparison::Equal => Comparison::Equal,
        tree::Comparison::NotEqual => Comparison::NotEqual,
        tree::Comparison::AtLeast => Comparison::AtLeast,
        tree::Comparison::Greater => Comparison::Greater,
    }
}
