//! Points in time in their normal form: anchors and sums worked in, nothing twice.
//!
//! Also what it means that a moment is past, or not yet.

use super::dates::IMPOSSIBLE_DATE;
use super::{Resolver, error};
use crate::flow::expression::{Comparison, Expression, Length};
use crate::policy::Moment;
use crate::source::Span;
use crate::syntax::tree::{self, MomentKind};

/// How many events with their lengths one moment may come down to.
const MANY: usize = 256;

impl Resolver<'_> {
    /// A moment; a length without a start counts from the statement's own front, else from the collection.
    pub(super) fn moment(&mut self, moment: &tree::Moment) -> Option<Moment> {
        let anchor = self.anchor.clone();
        self.anchored(moment, anchor.as_ref())
    }

    fn anchored(&mut self, moment: &tree::Moment, anchor: Option<&Moment>) -> Option<Moment> {
        match &moment.kind {
            MomentKind::Event(name) => self.event(name).map(|e| Moment::After(e, Length::default())),
            MomentKind::Length(sum, after) => {
                let length = self.length(sum);
                let start = match (after, anchor) {
                    (Some(after), _) => self.anchored(after, anchor)?,
                    (None, Some(anchor)) => anchor.clone(),
                    (None, None) => Moment::After(self.collection(moment.span), Length::default()),
                };
                Some(later_by(start, length?))
            }
            MomentKind::Later(parts, after) => {
                self.parts(moment.span, parts, after.as_deref(), anchor).map(|p| joined(p, true))
            }
            MomentKind::Earlier(parts, after) => {
                self.parts(moment.span, parts, after.as_deref(), anchor).map(|p| joined(p, false))
            }
        }
    }

    fn parts(
        &mut self,
        span: Span,
        parts: &[tree::Moment],
        after: Option<&tree::Moment>,
        anchor: Option<&Moment>,
    ) -> Option<Vec<Moment>> {
        let own = match after {
            Some(after) => Some(self.anchored(after, anchor)?),
            None => None,
        };
        let mut resolved = Vec::new();
        let mut whole = true;
        let mut size = 0;
        for part in parts {
            match self.anchored(part, own.as_ref().or(anchor)) {
                Some(moment) => {
                    size += leaves(&moment);
                    resolved.push(moment);
                }
                None => whole = false,
            }
            if size > MANY {
                let message = format!("this moment comes down to more than {MANY} events");
                self.report(error(IMPOSSIBLE_DATE, message, span).help("say it more simply"));
                return None;
            }
        }
        whole.then_some(resolved)
    }
}

fn leaves(moment: &Moment) -> usize {
    match moment {
        Moment::After(..) => 1,
        Moment::Later(parts) | Moment::Earlier(parts) => parts.iter().map(leaves).sum(),
    }
}

/// A length after a moment: after each of its events.
fn later_by(moment: Moment, length: Length) -> Moment {
    let each = |parts: Vec<Moment>| parts.into_iter().map(|p| later_by(p, length)).collect();
    match moment {
        Moment::After(event, first) => Moment::After(
            event,
            Length {
                months: first.months.saturating_add(length.months),
                minutes: first.minutes.saturating_add(length.minutes),
            },
        ),
        Moment::Later(parts) => joined(each(parts), true),
        Moment::Earlier(parts) => joined(each(parts), false),
    }
}

/// The latest of several, where there are any.
pub(super) fn latest(parts: &[Moment]) -> Option<Moment> {
    (!parts.is_empty()).then(|| joined(parts.to_vec(), true))
}

/// The earliest of several events, where there are any.
pub(super) fn earliest(events: &[u32]) -> Option<Moment> {
    let moments = events.iter().map(|e| Moment::After(*e, Length::default())).collect();
    (!events.is_empty()).then(|| joined(moments, false))
}

/// The latest or the earliest of several: sorted, nothing twice, none within another of its sort.
fn joined(parts: Vec<Moment>, later: bool) -> Moment {
    let mut flat = Vec::new();
    for part in parts {
        match part {
            Moment::Later(inner) if later => flat.extend(inner),
            Moment::Earlier(inner) if !later => flat.extend(inner),
            other => flat.push(other),
        }
    }
    flat.sort();
    flat.dedup();
    match (flat.len(), later) {
        (1, _) => flat.swap_remove(0),
        (_, true) => Moment::Later(flat),
        (_, false) => Moment::Earlier(flat),
    }
}

/// Combines what is said of each event: of the later all, of the earlier one.
fn each(moment: &Moment, say: &impl Fn(u32, Length) -> Expression) -> Expression {
    match moment {
        Moment::After(event, length) => say(*event, *length),
        Moment::Later(parts) => Expression::All(parts.iter().map(|p| each(p, say)).collect()),
        Moment::Earlier(parts) => Expression::Any(parts.iter().map(|p| each(p, say)).collect()),
    }
}

/// The moment is past. The day of a deadline itself is not past it.
pub(super) fn past(moment: &Moment) -> Expression {
    each(moment, &|event, length| match length == Length::default() {
        true => Expression::Happened(event),
        false => Expression::Since(event, Comparison::Greater, length),
    })
}

/// The moment is not reached.
pub(super) fn before(moment: &Moment) -> Expression {
    let reached = each(moment, &|event, length| match length == Length::default() {
        true => Expression::Happened(event),
        false => Expression::Since(event, Comparison::AtLeast, length),
    });
    reached.not()
}

/// Up to the moment, from an event on that it counts from: speaks only once one has happened.
pub(super) fn during(moment: &Moment) -> Expression {
    match moment {
        Moment::After(event, length) => Expression::Since(*event, Comparison::AtMost, *length),
        other => {
            let mut events = Vec::new();
            collect_events(other, &mut events);
            events.sort_unstable();
            events.dedup();
            let mut begun: Vec<Expression> = events.into_iter().map(Expression::Happened).collect();
            let begun = if begun.len() == 1 { begun.swap_remove(0) } else { Expression::Any(begun) };
            begun.and(past(other).not())
        }
    }
}

fn collect_events(moment: &Moment, events: &mut Vec<u32>) {
    match moment {
        Moment::After(event, _) => events.push(*event),
        Moment::Later(parts) | Moment::Earlier(parts) => parts.iter().for_each(|p| collect_events(p, events)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(event: u32, days: u64) -> Moment {
        Moment::After(event, Length { months: 0, minutes: days * 1_440 })
    }

    #[test]
    fn lengths_are_worked_into_each_event() {
        let both = joined(vec![days(1, 10), days(0, 5), days(1, 10)], true);
        assert_eq!(
            later_by(both, Length { months: 0, minutes: 1_440 }),
            Moment::Later(vec![days(0, 6), days(1, 11)])
        );
    }

    #[test]
    fn one_of_one_is_itself_and_nested_ones_are_flat() {
        assert_eq!(joined(vec![days(0, 5), days(0, 5)], false), days(0, 5));
        let nested = joined(vec![Moment::Later(vec![days(0, 1), days(1, 1)]), days(2, 1)], true);
        assert_eq!(nested, Moment::Later(vec![days(0, 1), days(1, 1), days(2, 1)]));
    }

    #[test]
    fn the_later_is_past_where_all_are() {
        let later = Moment::Later(vec![days(0, 0), days(1, 1)]);
        let one_day = Length { months: 0, minutes: 1_440 };
        let since = Expression::Since(1, Comparison::Greater, one_day);
        assert_eq!(past(&later), Expression::All(vec![Expression::Happened(0), since]));
    }
}
