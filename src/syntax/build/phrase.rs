//! Phrases: sets of terms, forms, times.

use super::Builder;
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::{Pair, Pairs};
use crate::syntax::tree::*;
use smallvec::{SmallVec, smallvec};
use thin_vec::ThinVec;

impl Builder<'_> {
    /// Any of the rules whose body is `set`.
    pub(super) fn set(&mut self, pair: Pair<'_>) -> Option<Set> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        if let (Some(one), None) = (inner.next().filter(|p| p.as_rule() == Rule::name), inner.next()) {
            // Most are one name.
            let include =
                smallvec![TermRef { span: self.span(&one), kind: TermRefKind::Named(self.name(&one)) }];
            return Some(Set { span, include, except: ThinVec::new() });
        }
        let commas = |p: &Pair<'_>| p.as_rule() == Rule::comma;
        let excepts = pair.into_inner().skip_while(|p| p.as_rule() != Rule::except);
        let taken_out = match excepts.clone().next() {
            Some(_) => excepts.filter(commas).count() + 1,
            None => 0,
        };
        let all = pair.into_inner().filter(commas).count() + 1;
        let include = SmallVec::with_capacity(all - taken_out.saturating_sub(1));
        let mut set = Set { span, include, except: ThinVec::with_capacity(taken_out) };
        let mut except = false;
        for p in pair.into_inner() {
            let span = self.span(&p);
            let kind = match p.as_rule() {
                Rule::except => {
                    except = true;
                    continue;
                }
                Rule::kw_any => TermRefKind::Any,
                Rule::name => TermRefKind::Named(self.name(&p)),
                Rule::the_subject => TermRefKind::Subject,
                Rule::other => match p.into_inner().find(|p| p.as_rule() != Rule::kw_other)? {
                    p if p.as_rule() == Rule::name => TermRefKind::Other(self.name(&p)),
                    _ => TermRefKind::OtherAny,
                },
                _ => continue,
            };
            let term = TermRef { span, kind };
            if except { set.except.push(term) } else { set.include.push(term) }
        }
        Some(set)
    }

    fn set_in(&mut self, pair: Pair<'_>) -> Option<Set> {
        let is_set = |p: &Pair<'_>| {
            matches!(p.as_rule(), Rule::data | Rule::people | Rule::party | Rule::purpose | Rule::place)
        };
        let inner = pair.into_inner().find(is_set)?;
        self.set(inner)
    }

    /// `phrase`, `duty_phrase` and `annotation`
    pub(super) fn phrase(&mut self, pair: Pair<'_>, only: Option<Span>) -> Option<Phrase> {
        let inner = pair.into_inner().next()?;
        let span = self.span(&inner);
        let kind = match inner.as_rule() {
            Rule::with_data => PhraseKind::With(self.set_in(inner)?),
            Rule::of_people => PhraseKind::Of(self.set_in(inner)?),
            Rule::from_party => PhraseKind::From(self.set_in(inner)?),
            Rule::to_party => PhraseKind::To(self.set_in(inner)?),
            Rule::for_purpose => PhraseKind::For(self.set_in(inner)?),
            Rule::in_place => PhraseKind::In(self.set_in(inner)?),
            Rule::as_form => self.forms(inner),
            Rule::guard => {
                let (word, condition) = self.guard(inner)?;
                PhraseKind::Guard(word, condition)
            }
            Rule::with_duty => PhraseKind::Duties(self.names(inner)),
            Rule::on_basis => {
                let labels = inner.into_inner().find(|p| p.as_rule() == Rule::labels)?;
                PhraseKind::Basis(self.names(labels))
            }
            _ => PhraseKind::Time(self.time(inner)?),
        };
        Some(Phrase { span, only, kind })
    }

    /// `only_phrase`
    pub(super) fn only_phrase(&mut self, pair: Pair<'_>) -> Option<Phrase> {
        let mut only = None;
        let mut phrase = None;
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::kw_only => only = Some(self.span(&p)),
                Rule::phrase => phrase = self.phrase(p, only),
                _ => {}
            }
        }
        phrase
    }

    fn forms(&mut self, pair: Pair<'_>) -> PhraseKind {
        let (mut include, mut except, mut excepting) = (Vec::new(), Vec::new(), false);
        for p in pair.into_inner() {
            let span = self.span(&p);
            match p.as_rule() {
                Rule::kw_except => excepting = true,
                Rule::kw_any => include.push(Spanned { node: None, span }),
                Rule::form => {
                    let form = match p.as_str() {
                        "identified" => Form::Identified,
                        "pseudonymous" => Form::Pseudonymous,
                        "aggregated" => Form::Aggregated,
                        _ => Form::Anonymized,
                    };
                    if excepting {
                        except.push(Spanned { node: form, span });
                    } else {
                        include.push(Spanned { node: Some(form), span });
                    }
                }
                _ => {}
            }
        }
        PhraseKind::As { include, except }
    }

    fn time(&mut self, pair: Pair<'_>) -> Option<Time> {
        let time = match pair.as_rule() {
            Rule::for_time => {
                let has = |rule| pair.into_inner().any(|p| p.as_rule() == rule);
                let bound = match () {
                    () if has(Rule::kw_least) => Bound::AtLeast,
                    () if has(Rule::kw_most) => Bound::AtMost,
                    () => Bound::Exactly,
                };
                Time::For(bound, self.point_of(pair)?)
            }
            Rule::within => Time::Within(self.point_of(pair)?),
            Rule::until => Time::Until(self.point_of(pair)?),
            Rule::after => Time::After(self.point_of(pair)?),
            Rule::before => Time::Before(self.point_of(pair)?),
            Rule::indefinitely => Time::Indefinitely,
            Rule::promptly => Time::Promptly,
            _ => return None,
        };
        Some(time)
    }

    /// The moment within a pair, a `span` or a `point`.
    pub(super) fn point_of(&mut self, pair: Pair<'_>) -> Option<Moment> {
        let inner = pair.into_inner().find(|p| matches!(p.as_rule(), Rule::span | Rule::point))?;
        self.moment(inner)
    }

    /// `span`, `point`, `anchor` and `moment`
    fn moment(&mut self, pair: Pair<'_>) -> Option<Moment> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let first = inner.next()?;
        let kind = match first.as_rule() {
            Rule::name => MomentKind::Event(self.name(&first)),
            Rule::sum => {
                let length = self.sum(first);
                MomentKind::Length(length, self.anchor(inner))
            }
            Rule::extreme => {
                let later = first.into_inner().any(|p| p.as_rule() == Rule::kw_later);
                let mut moments = Vec::new();
                for p in first.into_inner().filter(|p| p.as_rule() == Rule::moment) {
                    moments.push(self.moment(p)?);
                }
                let anchor = self.anchor(first.into_inner());
                if later { MomentKind::Later(moments, anchor) } else { MomentKind::Earlier(moments, anchor) }
            }
            _ => return None,
        };
        Some(Moment { span, kind })
    }

    fn anchor(&mut self, mut pairs: Pairs<'_>) -> Option<Box<Moment>> {
        let anchor = pairs.find(|p| p.as_rule() == Rule::anchor)?;
        self.moment(anchor).map(Box::new)
    }

    /// `sum`
    pub(super) fn sum(&mut self, pair: Pair<'_>) -> Vec<Duration> {
        let durations = pair.into_inner().filter(|p| p.as_rule() == Rule::duration);
        durations.filter_map(|p| self.duration(p)).collect()
    }

    fn duration(&mut self, pair: Pair<'_>) -> Option<Duration> {
        let span = self.span(&pair);
        let mut inner = pair.into_inner();
        let (count, unit) = (inner.next()?, inner.next()?);
        let digits = count.as_str();
        let count = digits.parse().unwrap_or_else(|_| {
            let place = self.span(&count);
            let help =
                format!("the largest count is {}; say `indefinitely` where no limit is meant", u32::MAX);
            self.error(format!("`{digits}` is too large a count"), place).help.push(help);
            // Any count does; one that is possible raises no second finding.
            2
        });
        let written = unit.as_str();
        let singular = written.strip_suffix('s').unwrap_or(written);
        let right = if count == 1 { singular.to_owned() } else { format!("{singular}s") };
        if written != right {
            let message = format!("`{digits} {written}` is not how it is counted");
            self.error(message, span).help.push(format!("write `{digits} {right}`"));
        }
        let unit = match singular {
            "minute" => Unit::Minute,
            "hour" => Unit::Hour,
            "day" => Unit::Day,
            "week" => Unit::Week,
            "month" => Unit::Month,
            _ => Unit::Year,
        };
        Some(Duration { span, count, unit })
    }
}
