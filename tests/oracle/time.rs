//! Calendar arithmetic of the judge, and the moments at which a clock is looked at.

use caveat::flow::expression::Length;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

/// A clock that runs: the date at whose midnight it started, and the seconds elapsed since.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Clock {
    pub start: Date,
    pub elapsed: i64,
}

/// The seconds from a date's midnight to a length later: months by the calendar, clamped to the
/// month's end, then minutes; a day is 24 hours.
pub fn length_from(start: Date, length: Length) -> i64 {
    let (year, month, day) = (i64::from(start.year()), i64::from(start.month()), i64::from(start.day()));
    let months = year * 12 + month - 1 + i64::from(length.months);
    let (to_year, to_month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
    let end = day_number(to_year, to_month, day.min(days_in(to_year, to_month)));
    (end - day_number(year, month, day)) * 86_400 + length.minutes as i64 * 60
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// The number of a day, counted from one that does not matter.
fn day_number(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leaps = before / 4 - before / 100 + before / 400;
    before * 365 + leaps + (1..month).map(|m| days_in(year, m)).sum::<i64>() + day
}

/// How the time elapsed compares with a length.
pub fn compare(clock: Clock, length: Length) -> Ordering {
    clock.elapsed.cmp(&length_from(clock.start, length))
}

/// The start dates that are always tried.
const USUAL: [Date; 5] =
    [date(2001, 1, 1), date(2001, 1, 31), date(2000, 2, 29), date(2001, 2, 28), date(2001, 3, 31)];

/// For each relation to some lengths, moments in it.
pub type Relations = Rc<Vec<Vec<Clock>>>;

thread_local! {
    static STARTS: Vec<Date> =
        USUAL.into_iter().chain(date(2000, 1, 1).series(1.day()).take_while(|d| d.year() < 2005)).collect();
    static KNOWN: RefCell<HashMap<BTreeSet<Length>, Relations>> = RefCell::default();
}

/// Moments in every relation to the lengths that some start date makes possible: for each such
/// relation, a few.
pub fn samples(lengths: &BTreeSet<Length>) -> Relations {
    if let Some(known) = KNOWN.with_borrow(|known| known.get(lengths).cloned()) {
        return known;
    }
    let found = Rc::new(STARTS.with(|starts| look(starts, lengths)));
    KNOWN.with_borrow_mut(|known| known.insert(lengths.clone(), Rc::clone(&found)));
    found
}

fn look(starts: &[Date], lengths: &BTreeSet<Length>) -> Vec<Vec<Clock>> {
    let calendar = lengths.iter().any(|l| l.months > 0);
    let mut orders: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut found: BTreeMap<Vec<Ordering>, Vec<Clock>> = BTreeMap::new();
    for (i, start) in starts.iter().enumerate() {
        if i >= USUAL.len() && (!calendar || lengths.len() < 2) {
            break;
        }
        let ends: Vec<i64> = lengths.iter().map(|l| length_from(*start, *l)).collect();
        let rank = |end: i64| ends.iter().filter(|e| **e < end).count();
        let seen = orders.entry(ends.iter().map(|e| rank(*e)).collect()).or_insert(0);
        *seen += 1;
        if *seen > 3 {
            continue;
        }
        let mut moments = BTreeSet::from([0, 60]);
        for end in &ends {
            moments.extend([end - 60, end - 30, *end, end + 30, end + 60, end + 86_400]);
        }
        for elapsed in moments.into_iter().filter(|m| *m >= 0) {
            let clock = Clock { start: *start, elapsed };
            let known = found.entry(ends.iter().map(|e| elapsed.cmp(e)).collect()).or_default();
            if known.len() < 6 && !known.contains(&clock) {
                known.push(clock);
            }
        }
    }
    found.into_values().collect()
}

#[test]
fn months_are_clamped_to_their_end() {
    let days = |start, months| length_from(start, Length { months, minutes: 0 }) / 86_400;
    assert_eq!(days(date(2001, 1, 31), 1), 28);
    assert_eq!(days(date(2000, 1, 31), 1), 29);
    assert_eq!(days(date(2000, 2, 29), 12), 365);
    assert_eq!(days(date(2001, 3, 31), 1), 30);
    // The arithmetic agrees with a library's.
    for start in date(1999, 12, 1).series(1.day()).take(900) {
        for months in 0..27_i32 {
            let end = start.checked_add(months.months()).unwrap();
            let library = start.until((jiff::Unit::Day, end)).unwrap().get_days();
            assert_eq!(days(start, months as u32), i64::from(library), "{start} and {months} months");
        }
    }
}
