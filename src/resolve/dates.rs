//! Dates and lengths of time that exist.
//!
//! Check: `impossible-date`.

use super::{Resolver, error};
use crate::flow::expression::Length;
use crate::policy::Date;
use crate::source::Span;
use crate::syntax::tree::{self, Duration, Spanned, Unit};

/// A date that no calendar has, or a length that is no length.
pub const IMPOSSIBLE_DATE: &str = "impossible-date";

/// The longest time that the calendar can hold.
const YEARS: u64 = 9_999;

impl Resolver<'_> {
    /// A date of the calendar.
    pub(super) fn date(&mut self, date: &Spanned<tree::Date>) -> Option<Date> {
        let tree::Date { year, month, day } = date.node;
        if let (Ok(m), Ok(d)) = (i8::try_from(month), i8::try_from(day))
            && let Ok(date) = Date::new(year, m, d)
        {
            return Some(date);
        }
        let first = i8::try_from(month).ok().and_then(|m| Date::new(year, m, 1).ok());
        let finding = error(IMPOSSIBLE_DATE, format!("`{}` is no date", self.written(date.span)), date.span);
        self.report(match first {
            Some(first) => finding.help(format!("the last day of that month is {}", first.last_of_month())),
            None => finding.help("a date is year-month-day, with months from 01 to 12"),
        });
        None
    }

    /// The sum of lengths.
    pub(super) fn length(&mut self, sum: &[Duration]) -> Option<Length> {
        let mut length = Length::default();
        let mut months = 0u64;
        for part in sum {
            if part.count == 0 {
                let finding = error(IMPOSSIBLE_DATE, "a length of time cannot be zero", part.span);
                self.report(
                    finding.help("for no time at all, say what must not happen, or name the event alone"),
                );
                return None;
            }
            let count = u64::from(part.count);
            match part.unit {
                Unit::Minute => length.minutes += count,
                Unit::Hour => length.minutes += count * 60,
                Unit::Day => length.minutes += count * 24 * 60,
                Unit::Week => length.minutes += count * 7 * 24 * 60,
                Unit::Month => months += count,
                Unit::Year => months += count * 12,
            }
        }
        let too_long = months > YEARS * 12 || length.minutes > YEARS * 366 * 24 * 60;
        match u32::try_from(months) {
            Ok(months) if !too_long => Some(Length { months, ..length }),
            _ => {
                let span = sum.iter().map(|d| d.span).reduce(Span::to)?;
                let message = format!("`{}` is longer than {YEARS} years", self.written(span));
                self.report(
                    error(IMPOSSIBLE_DATE, message, span).help("for any time at all, write `indefinitely`"),
                );
                None
            }
        }
    }
}
