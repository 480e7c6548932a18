//! What a service knows of an event, as the values that the event's clock can have.
//!
//! Time counts in whole minutes since the start; months are added to the start's date and clamped
//! to the month's end, as in the policy.

use crate::bundle::format::{ClockState, Length};
use jiff::Span;
use jiff::civil::DateTime;
use std::cmp::Ordering;

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
    /// It happened at `start` (UTC), and it is `now`. A start that is still to come, by less than a minute
    /// too, counts as never.
    ///
    /// What has passed between the two counts in whole minutes, rounded down: of 30 days and 59 seconds, 30
    /// days have passed and no more. The seconds of the times themselves are not rounded.
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

/// How many thresholds of a clock are compared without allocation.
const FEW: usize = 32;

/// How the time elapsed may compare with a threshold: a bit each for before, at and after.
type Compared = u8;

const BEFORE: Compared = 1;
const AT: Compared = 2;
const AFTER: Compared = 4;

/// Gives the values that a clock with these thresholds and states may have, as ranges; gives none
/// where the time falls into no state.
pub(super) fn each(
    thresholds: &[Length],
    states: &[ClockState],
    known: EventState,
    mut give: impl FnMut(u32, u32),
) {
    let all = states.len() as u32 + 1;
    let compared = |threshold: &Length| match known {
        EventState::Happened { start, now } => {
            match minutes_between(start, now).cmp(&minutes_of(start, *threshold)) {
                Ordering::Less => BEFORE,
                Ordering::Equal => AT,
                Ordering::Greater => AFTER,
            }
        }
        EventState::Elapsed { minutes } => {
            let (least, most) = bounds(*threshold);
            let may = |can: bool, bit: Compared| if can { bit } else { 0 };
            may(minutes < most, BEFORE)
                | may(least <= minutes && minutes <= most, AT)
                | may(minutes > least, AFTER)
        }
        EventState::Unknown | EventState::Never | EventState::AtSomeTime => BEFORE | AT | AFTER,
    };
    match known {
        EventState::Unknown => return give(0, all),
        EventState::Never => return give(0, 1),
        EventState::AtSomeTime => return give(1, all),
        EventState::Happened { start, now } if now < start => return give(0, 1),
        EventState::Happened { .. } | EventState::Elapsed { .. } => {}
    }
    let mut few = [0; FEW];
    let many: Vec<Compared>;
    let possible: &[Compared] = match few.get_mut(..thresholds.len()) {
        Some(few) => {
            few.iter_mut().zip(thresholds).for_each(|(slot, threshold)| *slot = compared(threshold));
            few
        }
        None => {
            many = thresholds.iter().map(compared).collect();
            &many
        }
    };
    let fits = |state: &ClockState| {
        state.compare.iter().zip(possible).all(|(compare, possible)| {
            let bit = match compare {
                ..0 => BEFORE,
                0 => AT,
                1.. => AFTER,
            };
            possible & bit != 0
        })
    };
    states.iter().zip(1..).filter(|(state, _)| fits(state)).for_each(|(_, value)| give(value, value + 1));
}

fn minutes_between(start: DateTime, end: DateTime) -> u64 {
    u64::try_from(end.duration_since(start).as_secs() / 60).unwrap_or(0)
}

/// The moment a length after a start; none beyond the calendar's end.
pub(super) fn after(start: DateTime, length: Length) -> Option<DateTime> {
    let months = Span::new().try_months(length.months).ok()?;
    let minutes = Span::new().try_minutes(i64::try_from(length.minutes).ok()?).ok()?;
    start.checked_add(months).ok()?.checked_add(minutes).ok()
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
