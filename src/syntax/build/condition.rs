//! Conditions, and the guards and fronts that hold them.

use super::Builder;
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::Pair;
use crate::syntax::tree::*;

impl Builder<'_> {
    /// `condition`
    pub(super) fn condition(&mut self, pair: Pair<'_>) -> Option<Condition> {
        let span = self.span(&pair);
        let mut operands = Vec::new();
        let mut any = false;
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::operand => operands.push(self.operand(p)?),
                Rule::kw_or => any = true,
                _ => {}
            }
        }
        match operands.len() {
            1 => operands.pop(),
            _ if any => Some(Condition { span, kind: ConditionKind::Or(operands) }),
            _ => Some(Condition { span, kind: ConditionKind::And(operands) }),
        }
    }

    fn operand(&mut self, pair: Pair<'_>) -> Option<Condition> {
        let whole = self.span(&pair);
        let mut negations = Vec::new();
        let mut atom = None;
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::kw_not => negations.push(self.span(&p)),
                _ => atom = Some(self.atom(p)?),
            }
        }
        let negate = |inner, not: &Span| Condition {
            span: Span { start: not.start, ..whole },
            kind: ConditionKind::Not(Box::new(inner)),
        };
        Some(negations.iter().rev().fold(atom?, negate))
    }

    fn atom(&mut self, pair: Pair<'_>) -> Option<Condition> {
        let span = self.span(&pair);
        let kind = match pair.as_rule() {
            Rule::group => {
                let inner = pair.into_inner().find(|p| p.as_rule() == Rule::condition)?;
                return Some(Condition { span, ..self.condition(inner)? });
            }
            Rule::since => self.since(pair)?,
            Rule::after => ConditionKind::After(self.point_of(pair)?),
            Rule::before => ConditionKind::Before(self.point_of(pair)?),
            Rule::fact_test => self.fact_test(pair)?,
            _ => return None,
        };
        Some(Condition { span, kind })
    }

    fn since(&mut self, pair: Pair<'_>) -> Option<ConditionKind> {
        let (mut event, mut comparison, mut length) = (None, None, Vec::new());
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::name => event = Some(self.name(&p)),
                Rule::comparison => {
                    comparison = Some(match p.as_str() {
                        "<" => Comparison::Less,
                        "<=" => Comparison::AtMost,
                        "=" => Comparison::Equal,
                        "!=" => Comparison::NotEqual,
                        ">=" => Comparison::AtLeast,
                        _ => Comparison::Greater,
                    });
                }
                Rule::sum => length = self.sum(p),
                _ => {}
            }
        }
        Some(ConditionKind::Since { event: event?, comparison: comparison?, length })
    }

    fn fact_test(&mut self, pair: Pair<'_>) -> Option<ConditionKind> {
        let (mut fact, mut is, mut negated, mut values) = (None, false, false, Vec::new());
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::name => fact = Some(self.name(&p)),
                Rule::kw_is => is = true,
                Rule::kw_not => negated = true,
                Rule::value => values.push(self.name(&p)),
                _ => {}
            }
        }
        let fact = fact?;
        if !is {
            return Some(ConditionKind::Fact(fact));
        }
        match values.as_slice() {
            [value] if matches!(value.node.as_str(), "true" | "false") => {
                let not = if (value.node == "true") == negated { "not " } else { "" };
                let span = value.span;
                let help = format!("write `{not}{}`", fact.node);
                self.error(format!("a fact is not compared with `{}`", value.node), span).help.push(help);
                Some(ConditionKind::Fact(fact))
            }
            _ => Some(ConditionKind::Is { fact, negated, values }),
        }
    }

    /// `guard`, and `front_guard`: a word and a condition.
    pub(super) fn guard(&mut self, pair: Pair<'_>) -> Option<(GuardWord, Condition)> {
        let (mut word, mut condition) = (None, None);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::guard_word => {
                    word = Some(match p.as_str() {
                        "unless" => GuardWord::Unless,
                        "while" => GuardWord::While,
                        _ => GuardWord::When,
                    });
                }
                Rule::condition => condition = self.condition(p),
                _ => {}
            }
        }
        Some((word?, condition?))
    }

    /// `front`
    pub(super) fn front(&mut self, pair: Pair<'_>) -> Option<Front> {
        let pair = pair.into_inner().next()?;
        let mut span = self.span(&pair);
        let comma = pair.into_inner().find(|p| p.as_rule() == Rule::comma);
        let kind = match pair.as_rule() {
            Rule::front_guard => {
                let (word, condition) = self.guard(pair)?;
                FrontKind::Guard(word, condition)
            }
            Rule::front_after => FrontKind::After(self.point_of(pair)?),
            Rule::front_before => FrontKind::Before(self.point_of(pair)?),
            Rule::front_on => FrontKind::On(self.names(pair)),
            _ => return None,
        };
        // The comma is no part of what is said; the last word is where it ends.
        if comma.is_some() {
            span = match &kind {
                FrontKind::Guard(_, condition) => span_to(span, condition.span),
                FrontKind::After(moment) | FrontKind::Before(moment) => span_to(span, moment.span),
                FrontKind::On(names) => names.last().map_or(span, |n| span_to(span, n.span)),
            };
        }
        Some(Front { span, kind })
    }
}

fn span_to(whole: Span, last: Span) -> Span {
    Span { end: last.end, ..whole }
}
