//! Calendar arithmetic of the judge, and the moments at which a clock is looked at.

use caveat::flow::expression::Length;
use jiff::civil::{Date, date};
use jiff::{Span, ToSpan, Unit};
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
    let end = start.checked_add(Span::new().months(i64::from(length.months))).unwrap();
    let days = start.until((Unit::Day, end)).unwrap().get_days();
    i64::from(days) * 86_400 + length.minutes as i64 * 60
}

/// How the time elapsed compares with a length.
pub fn compare(clock: Clock, length: Length) -> Ordering {
    clock.elapsed.cmp(&length_from(clock.start, length))
}

/// The start dates that are always tried.
const USUAL: [Date; 5] =
    [date(2001, 1, 1), date(2001, 1, 31), date(2000, 2, 29), date(2001, 2, 28), date(2001, 3, 31)];

thread_local! {
    static STARTS: Vec<Date> =
        USUAL.into_iter().chain(date(2000, 1, 1).series(1.day()).take_while(|d| d.year() < 2005)).collect();
    static ENDS: RefCell<HashMap<Length, Rc<Vec<i64>>>> = RefCell::default();
}

fn ends(length: Length) -> Rc<Vec<i64>> {
    ENDS.with_borrow_mut(|all| {
        let make = || Rc::new(STARTS.with(|s| s.iter().map(|d| length_from(*d, length)).collect()));
        Rc::clone(all.entry(length).or_insert_with(make))
    })
}

/// Moments in every relation to the lengths that some start date makes possible: for each such
/// relation, a few.
pub fn samples(lengths: &BTreeSet<Length>) -> Vec<Vec<Clock>> {
    let lengths: Vec<Length> = lengths.iter().copied().collect();
    let ends: Vec<Rc<Vec<i64>>> = lengths.iter().map(|l| ends(*l)).collect();
    let calendar = lengths.iter().any(|l| l.months > 0);
    let mut orders: BTreeMap<Vec<usize>, usize> = BTreeMap::new();
    let mut found: BTreeMap<Vec<Ordering>, Vec<Clock>> = BTreeMap::new();
    let starts = STARTS.with(Vec::clone);
    for (i, start) in starts.iter().enumerate() {
        if i >= USUAL.len() && (!calendar || lengths.len() < 2) {
            break;
        }
        let at: Vec<i64> = ends.iter().map(|e| e[i]).collect();
        let rank = |end: i64| at.iter().filter(|e| **e < end).count();
        let seen = orders.entry(at.iter().map(|e| rank(*e)).collect()).or_insert(0);
        *seen += 1;
        if *seen > 3 {
            continue;
        }
        let mut moments = BTreeSet::from([0, 60]);
        for end in &at {
            moments.extend([end - 60, end - 30, *end, end + 30, end + 60, end + 86_400]);
        }
        for elapsed in moments.into_iter().filter(|m| *m >= 0) {
            let clock = Clock { start: *start, elapsed };
            let relation = at.iter().map(|e| elapsed.cmp(e)).collect();
            let known = found.entry(relation).or_default();
            if known.len() < 4 && !known.contains(&clock) {
                known.push(clock);
            }
        }
    }
    found.into_values().collect()
}
