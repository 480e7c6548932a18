//! What a service knows of an event, as the values that the event's clock can have.
//!
//! Time counts in whole minutes since the start; months are added to the start's date and clamped
//! to the month's end, as in the policy.

use crate::bundle::format::{ClockState, Length, Ranges};
use crate::bundle::ranges;
use jiff::Span;
use jiff::civil::DateTime;

/// What is known of an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum EventState {
    /// Nothing: every state is possible.
    #[default]
    Unknown,
    /// It has not happened.
    Never,
    /// It has happened; when, it is not known.
    AtSomeTime,
    /// It happened at `start` (UTC), and it is `now`. A start that is still to come counts as never.
    Happened {
        /// The earliest outstanding occurrence.
        start: DateTime,
        /// The time of the thing asked about.
        now: DateTime,
    },
    /// It happened so many minutes ago. What that is in months is known within a few days only, so
    /// near a threshold in months the states on both sides are possible.
    Elapsed {
        /// Minutes since the start.
        minutes: u64,
    },
}

/// The values of a clock with these thresholds and states. None where the time falls into no state.
pub(super) fn values(thresholds: &[Length], states: &[ClockState], known: EventState) -> Option<Ranges> {
    let all = states.len() as u32 + 1;
    let possible: Vec<[bool; 3]> = match known {
        EventState::Unknown => return Some(vec![(0, all)]),
        EventState::Never => return Some(vec![(0, 1)]),
        EventState::AtSomeTime => return Some(vec![(1, all)]),
        EventState::Happened { start, now } if now < start => return Some(vec![(0, 1)]),
        EventState::Happened { start, now } => {
            let elapsed = minutes_between(start, now);
            let each = thresholds.iter().map(|t| compare(elapsed, minutes_of(start, *t)));
            each.map(|(low, high)| [low < 0, low <= 0 && high >= 0, high > 0]).collect()
        }
        EventState::Elapsed { minutes } => {
            let each = thresholds.iter().map(|t| {
                let (least, most) = bounds(*t);
                [minutes < most, least <= minutes && minutes <= most, minutes > least]
            });
            each.collect()
        }
    };
    let fits = |state: &ClockState| {
        state.compare.iter().zip(&possible).all(|(compare, can)| {
            let at = usize::try_from(i16::from(*compare) + 1).ok();
            at.and_then(|i| can.get(i)).copied().unwrap_or(false)
        })
    };
    let values = states.iter().zip(1..).filter(|(state, _)| fits(state)).map(|(_, value)| (value, value + 1));
    Some(ranges::union(values.collect())).filter(|values| !values.is_empty())
}

fn compare(elapsed: u64, threshold: u64) -> (i8, i8) {
    let order = elapsed.cmp(&threshold) as i8;
    (order, order)
}

fn minutes_between(start: DateTime, end: DateTime) -> u64 {
    u64::try_from(end.duration_since(start).as_secs() / 60).unwrap_or(0)
}

/// A length from a start, in minutes. What lies beyond the calendar's end is never reached.
fn minutes_of(start: DateTime, length: Length) -> u64 {
    let months: Result<Span, _> = Span::new().try_months(length.months);
    let moved = months.and_then(|months| start.checked_add(months));
    moved.map_or(u64::MAX, |moved| minutes_between(start, moved).saturating_add(length.minutes))
}

/// The fewest and the most minutes that a length can have.
fn bounds(length: Length) -> (u64, u64) {
    const DAY: u64 = 24 * 60;
    let months = u64::from(length.months);
    if months == 0 {
        return (length.minutes, length.minutes);
    }
    // A month has 30.436875 days on average; no run of months is three days off.
    let days = months * 30_436_875 / 1_000_000;
    let least = days.saturating_sub(3) * DAY;
    (least.saturating_add(length.minutes), ((days + 4) * DAY).saturating_add(length.minutes))
}
