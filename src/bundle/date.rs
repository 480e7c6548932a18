//! Dates and times as most are written, read without a look at all that RFC 3339 allows.
//!
//! `YYYY-MM-DD` and `YYYY-MM-DDTHH:MM:SSZ` are taken apart here; whatever is written otherwise, or is no time,
//! is left to jiff, which would have made the same of these: a test holds it to that.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;

/// A date.
pub(crate) fn date(text: &str) -> Option<Date> {
    plain_date(text.as_bytes()).or_else(|| text.parse().ok())
}

/// A time in UTC, of RFC 3339 with an offset.
pub(crate) fn time(text: &str) -> Option<DateTime> {
    plain_time(text.as_bytes())
        .or_else(|| text.parse::<jiff::Timestamp>().ok().map(|time| Offset::UTC.to_datetime(time)))
}

fn plain_date(text: &[u8]) -> Option<Date> {
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let year = i16::from(two(*y1, *y2)?) * 100 + i16::from(two(*y3, *y4)?);
    Date::new(year, two(*m1, *m2)?, two(*d1, *d2)?).ok()
}

fn plain_time(text: &[u8]) -> Option<DateTime> {
    let (date, [b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z']) = text.split_first_chunk::<10>()? else {
        return None;
    };
    let (hour, minute, second) = (two(*h1, *h2)?, two(*m1, *m2)?, two(*s1, *s2)?);
    // What is out of range, a leap second too, is jiff's to judge.
    (hour < 24 && minute < 60 && second < 60).then_some(())?;
    let date = plain_date(date)?;
    // Not all of the last days are times that jiff has.
    (date.year() < 9999).then(|| date.at(hour, minute, second, 0))
}

/// A number of two digits.
fn two(tens: u8, ones: u8) -> Option<i8> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| (byte - b'0') as i8);
    Some(digit(tens)? * 10 + digit(ones)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each text with each of its characters changed, left out or doubled.
    fn changed(text: &str) -> Vec<String> {
        let mut all = vec![text.to_owned()];
        for at in 0..text.len() {
            let (before, rest) = text.split_at(at);
            let (one, after) = rest.split_at(1);
            for put in ["", "0", "1", "2", "3", "5", "6", "9", "-", "T", "t", "Z", "z", ":", " ", "+", "é"] {
                all.push([before, put, after].concat());
                all.push([before, one, put, after].concat());
            }
        }
        all
    }

    #[test]
    fn what_is_taken_apart_here_is_what_jiff_makes_of_it() {
        let dates = ["2026-11-27", "2024-02-29", "2026-02-28", "0000-01-01", "9999-12-31", "2026-06-31"];
        let (mut taken, mut tried) = (0, 0);
        for text in dates.into_iter().flat_map(changed) {
            assert_eq!(date(&text), text.parse().ok(), "{text}");
            taken += usize::from(plain_date(text.as_bytes()).is_some());
            tried += 1;
        }
        for text in
            dates.into_iter().flat_map(|date| [format!("{date}T00:00:00Z"), format!("{date}T23:59:59Z")])
        {
            for text in changed(&text) {
                let jiff = text.parse::<jiff::Timestamp>().ok().map(|time| Offset::UTC.to_datetime(time));
                assert_eq!(time(&text), jiff, "{text}");
                taken += usize::from(plain_time(text.as_bytes()).is_some());
                tried += 1;
            }
        }
        assert!(taken > tried / 20 && taken < tried / 2, "{taken} of {tried}");
    }
}
