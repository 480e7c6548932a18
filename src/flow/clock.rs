//! The states that the time elapsed since an event can be in, as far as a policy's own constants
//! can tell them apart.
//!
//! A state says of each constant whether it is not yet reached, reached just now, or passed. With
//! fixed units the states are the points and the gaps between them. Calendar months differ in
//! length, so 30 days can lie before or after one month, depending on the start: then the states
//! are collected over every start date that can make a difference, and only those that some start
//! date really has are kept.

use crate::flow::expression::{Comparison, Length};
use jiff::Span;
use jiff::civil::{Date, date};
use rustc_hash::FxHashSet;

/// The seconds of a minute and of a day.
const MINUTE: i64 = 60;
const DAY: i64 = 86_400;

/// How far, in days, a number of months can lie from its mean length (30.436875 days a month).
const CALENDAR_SLACK: i64 = 5;

/// Beyond so many years the whole 400-year cycle of the calendar is walked.
const LONG_YEARS: i64 = 90;

/// One state of a running clock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// For each constant: -1 not reached, 0 reached just now, 1 passed.
    pub compare: Vec<i8>,
    /// The start date of a concrete case.
    pub start: Date,
    /// The seconds elapsed in it since the start date's midnight.
    pub elapsed: i64,
}

/// The clock of one event: value 0 is "has not happened", value n is `states[n - 1]`.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Clock {
    /// The constants, sorted, each once.
    pub thresholds: Vec<Length>,
    /// The states, in order of time where there is one.
    pub states: Vec<State>,
}

impl Clock {
    /// The clock that tells these constants apart.
    pub fn new(mut thresholds: Vec<Length>) -> Clock {
        thresholds.sort_unstable_by_key(|t| (approximate_days(*t), *t));
        thresholds.dedup();
        let mut months: Vec<u32> = thresholds.iter().map(|t| t.months).collect();
        months.sort_unstable();
        months.dedup();
        let mut states = Vec::new();
        let (mut seen, mut calendars) = (FxHashSet::default(), FxHashSet::default());
        for start in starts(&thresholds) {
            // Starts from which all months are as long have the same states.
            let lengths: Vec<i64> = months.iter().map(|m| days_after(start, *m)).collect();
            if !calendars.insert(lengths.clone()) {
                continue;
            }
            let days = |m: u32| months.binary_search(&m).ok().and_then(|at| lengths.get(at)).copied();
            let ends: Vec<i64> =
                thresholds.iter().map(|t| seconds(days(t.months).unwrap_or(0), *t)).collect();
            for elapsed in moments(&ends) {
                let compare: Vec<i8> = ends.iter().map(|e| elapsed.cmp(e) as i8).collect();
                if !seen.contains(&compare) {
                    seen.insert(compare.clone());
                    states.push(State { compare, start, elapsed });
                }
            }
        }
        Clock { thresholds, states }
    }

    /// How many values it has: "has not happened", and the states.
    pub fn size(&self) -> u32 {
        self.states.len() as u32 + 1
    }

    /// The values at which the time elapsed compares so with one of the constants.
    pub fn values(&self, comparison: Comparison, length: Length) -> Vec<u32> {
        let Some(at) = self.thresholds.iter().position(|t| *t == length) else { return Vec::new() };
        let holds = |sign: i8| match comparison {
            Comparison::Less => sign < 0,
            Comparison::AtMost => sign <= 0,
            Comparison::Equal => sign == 0,
            Comparison::NotEqual => sign != 0,
            Comparison::AtLeast => sign >= 0,
            Comparison::Greater => sign > 0,
        };
        let hits = self.states.iter().enumerate();
        hits.filter(|(_, s)| s.compare.get(at).is_some_and(|c| holds(*c)))
            .map(|(i, _)| i as u32 + 1)
            .collect()
    }
}

/// The mean length in days.
fn approximate_days(length: Length) -> i64 {
    i64::from(length.months) * 30_436_875 / 1_000_000 + (length.minutes / 1_440) as i64
}

/// The days from a date to the same day so many months later, or to that month's last day where it
/// has no such day; as long as months can be at the calendar's end.
fn days_after(start: Date, months: u32) -> i64 {
    let months = i64::from(months);
    Span::new()
        .try_months(months)
        .and_then(|span| start.checked_add(span))
        .map_or(months * 31, |end| start.duration_until(end).as_secs() / DAY)
}

/// The seconds of so many days, which are a length's months, and of the rest of it; saturates.
fn seconds(days: i64, length: Length) -> i64 {
    days.saturating_mul(DAY).saturating_add((length.minutes as i64).saturating_mul(MINUTE))
}

/// The start dates that can make a difference to the order of the constants.
fn starts(thresholds: &[Length]) -> Vec<Date> {
    let usual = date(2001, 1, 1);
    let ambiguous = thresholds.iter().enumerate().any(|(i, a)| {
        let rest = thresholds.iter().skip(i + 1);
        rest.clone().any(|b| {
            a.months != b.months && (approximate_days(*a) - approximate_days(*b)).abs() <= 2 * CALENDAR_SLACK
        })
    });
    if !ambiguous {
        return vec![usual];
    }
    let years = thresholds.iter().map(|t| approximate_days(*t) / 365 + 2).max().unwrap_or(1);
    // A window of a few years is settled by its place between leap days: four years of starts, and
    // those whose window holds a year such as 2100, which has none.
    let spans = if years > LONG_YEARS {
        vec![(date(2000, 1, 1), date(2400, 1, 1))]
    } else {
        vec![(date(2001, 1, 1), date(2005, 1, 1)), (date(2100 - years as i16, 1, 1), date(2101, 1, 1))]
    };
    let mut all = Vec::new();
    for (from, to) in spans {
        let days = from.series(Span::new().days(1)).take_while(|d| *d < to);
        // Every month has the same days up to the 28th, so from the first of them it is as long.
        all.extend(days.filter(|d| d.day() == 1 || d.day() > 28));
    }
    all
}

/// One moment in each gap between the ends, and each end, in order of time.
fn moments(ends: &[i64]) -> Vec<i64> {
    let mut points: Vec<i64> = ends.to_vec();
    points.sort_unstable();
    points.dedup();
    let mut out = Vec::with_capacity(points.len() * 2 + 1);
    let mut previous: Option<i64> = None;
    for point in points {
        match previous {
            None if point > 0 => out.push(0),
            Some(before) => out.push(between(before, point)),
            None => {}
        }
        out.push(point);
        previous = Some(point);
    }
    out.push(previous.map_or(0, |last| (last / DAY + 1) * DAY));
    out
}

/// A moment strictly between two: on a whole day where there is one.
fn between(before: i64, after: i64) -> i64 {
    let day = (before / DAY + 1) * DAY;
    if day < after { day } else { before + (after - before) / 2 }
}

#[cfg(test)]
mod tests {
    use super::{Clock, days_after};
    use crate::flow::expression::Length;
    use jiff::civil::date;

    #[test]
    fn months_end_no_later_than_the_month_does() {
        for (start, months, days) in [
            (date(2001, 1, 31), 1, 28),
            (date(2004, 1, 31), 1, 29),
            (date(2001, 1, 28), 1, 31),
            (date(2001, 3, 31), 1, 30),
            (date(2001, 3, 30), 1, 31),
            (date(2004, 2, 29), 12, 365),
            (date(2001, 12, 31), 2, 59),
            (date(2001, 5, 17), 0, 0),
        ] {
            assert_eq!(days_after(start, months), days, "{months} months after {start}");
        }
    }

    #[test]
    fn only_orders_that_some_start_has_are_states() {
        // A month is shorter than 30 days, as long, or longer; it is never shorter than 28.
        let days = |d: u64| Length { months: 0, minutes: d * 1_440 };
        let clock = Clock::new(vec![Length { months: 1, minutes: 0 }, days(30), days(27)]);
        // The constants are sorted by their mean length.
        assert_eq!(clock.thresholds, [days(27), days(30), Length { months: 1, minutes: 0 }]);
        let (early, thirty, month) = (0, 1, 2);
        let has = |a: usize, x: i8, b: usize, y: i8| {
            clock.states.iter().any(|s| s.compare.get(a) == Some(&x) && s.compare.get(b) == Some(&y))
        };
        assert!(has(month, 1, thirty, -1) && has(month, -1, thirty, 1) && has(month, 0, thirty, 0));
        assert!(!has(month, 0, early, 0) && !has(month, 1, early, -1) && has(month, -1, early, 1));
    }
}
