//! By when data must be erased, and until when it must be kept.

use crate::text::policy;
use caveat::bundle::{Bundle, Dimension};
use caveat::decide::{Bound, Builder, EventState, Request, Retention, Verdict, decide, json, retention};
use jiff::ToSpan;
use jiff::civil::{DateTime, date};

fn day(year: i16, month: i8, day: i8) -> DateTime {
    date(year, month, day).at(0, 0, 0, 0)
}

fn ask<'b>(bundle: &'b Bundle, data: &str) -> Builder<'b> {
    Request::builder(bundle).data(data).fact("hold", false).fact("active", false)
}

fn never_but<'n>(happened: &[(&'n str, DateTime)]) -> Vec<(&'n str, Option<DateTime>)> {
    let all = ["Ordered", "Closed", "Asked"].into_iter();
    let other = all.filter(|name| happened.iter().all(|(n, _)| n != name));
    let never = other.map(|name| (name, None)).collect::<Vec<_>>();
    happened.iter().map(|(n, at)| (*n, Some(*at))).chain(never).collect()
}

fn told(bound: &Option<Bound>) -> (Option<DateTime>, Vec<&str>) {
    let bound = bound.as_ref().expect("there is one");
    (bound.at, bound.by.iter().map(|given| given.label.as_str()).collect())
}

fn of(statements: &str, data: &str, happened: &[(&str, DateTime)]) -> Retention {
    let bundle = policy(statements);
    retention(ask(&bundle, data), never_but(happened)).unwrap()
}

#[test]
fn a_deadline_counts_calendar_months_from_the_event() {
    let clause = "clause gone { must delete Orders within 1 month after Closed; }";
    let start = date(2026, 1, 31).at(9, 30, 0, 0);
    let found = of(clause, "Carts", &[("Closed", start)]);
    assert_eq!(told(&found.erase_by), (Some(date(2026, 2, 28).at(9, 30, 0, 0)), vec!["gone"]));
    assert_eq!(found.keep_until, None);
    assert!(!found.conflict);
    // Nothing has to go before anything has happened, and what is waited for is said.
    let waiting = of(clause, "Carts", &[]);
    assert_eq!((waiting.erase_by, waiting.awaited), (None, vec!["Closed".to_owned()]));
    assert_eq!(of(clause, "Profile", &[("Closed", start)]).erase_by, None);
}

#[test]
fn what_cannot_hold_for_ever_says_until_when_it_can() {
    // Whoever asks today says that nothing holds it back; in 30 days that cannot be so any more.
    let clause = "never not hold and since(Asked) > 30 days;
        clause gone { when hold, must delete Orders within 30 days after Asked; }";
    let bundle = policy(clause);
    let asked = never_but(&[("Asked", day(2026, 1, 1))]);
    let found = retention(ask(&bundle, "Carts").fact("hold", false), asked.clone()).unwrap();
    assert_eq!((found.erase_by, found.undetermined), (None, true));
    assert_eq!(found.holds_until, Some(day(2026, 1, 31)));
    let other = retention(ask(&bundle, "Carts").fact("hold", true), asked).unwrap();
    assert_eq!((told(&other.erase_by).0, other.undetermined), (Some(day(2026, 1, 31)), false));
    assert_eq!(other.holds_until, None);
}

#[test]
fn what_has_happened_is_not_waited_for() {
    let clauses = "clause a { must delete Profile within 30 days after Asked; }
        clause b { must delete Profile within 60 days after Closed; }";
    let (first, second) = (("Asked", day(2026, 1, 1)), ("Closed", day(2026, 3, 1)));
    assert_eq!(of(clauses, "Profile", &[first, second]).awaited, Vec::<String>::new());
    assert_eq!(of(clauses, "Profile", &[second, first]).awaited, Vec::<String>::new());
    assert_eq!(of(clauses, "Profile", &[first]).awaited, ["Closed"]);
    // Of one event the earliest counts.
    let twice = of(clauses, "Profile", &[("Asked", day(2026, 2, 1)), first]);
    assert_eq!(told(&twice.erase_by).0, Some(day(2026, 1, 31)));
}

#[test]
fn a_minimum_bars_erasing_until_it_is_over() {
    let clause = "clause tax { must retain Invoices for at least 7 years after Ordered; }";
    let found = of(clause, "Invoices", &[("Ordered", day(2026, 3, 1))]);
    assert_eq!(told(&found.keep_until), (Some(day(2033, 3, 1)), vec!["tax"]));
    assert_eq!(found.erase_by, None);
    assert_eq!(told(&found.permitted_until).0, Some(day(2033, 2, 28).checked_add(1439.minutes()).unwrap()));
}

#[test]
fn before_the_event_an_until_has_no_end_in_sight() {
    let clause = "clause while-open { must retain Profile until 30 days after Closed; }";
    let open = of(clause, "Profile", &[]);
    assert_eq!(told(&open.keep_until), (None, vec!["while-open"]));
    assert_eq!(open.awaited, ["Closed"]);
    let closed = of(clause, "Profile", &[("Closed", day(2026, 5, 1))]);
    assert_eq!(told(&closed.keep_until).0, Some(day(2026, 5, 31)));
}

#[test]
fn a_deadline_that_prevails_replaces_the_other() {
    let clauses = "clause usual { must delete Profile within 30 days after Asked; }
        clause longer { when hold, must delete Profile within 90 days after Asked, notwithstanding usual; }";
    let bundle = policy(clauses);
    let asked = never_but(&[("Asked", day(2026, 1, 1))]);
    let without = retention(ask(&bundle, "Profile"), asked.clone()).unwrap();
    assert_eq!(told(&without.erase_by), (Some(day(2026, 1, 31)), vec!["usual"]));
    let with = retention(ask(&bundle, "Profile").fact("hold", true), asked.clone()).unwrap();
    assert_eq!(told(&with.erase_by), (Some(day(2026, 4, 1)), vec!["longer"]));
    // Who does not know keeps to the shorter one, and is told what it hangs on.
    let unknown = retention(ask(&bundle, "Profile").fact_unknown("hold"), asked).unwrap();
    assert_eq!(unknown.open, ["hold"]);
    assert_eq!(told(&unknown.erase_by).0, Some(day(2026, 1, 31)));
}

#[test]
fn the_later_and_the_earlier_of_two_moments() {
    let two = [("Closed", day(2026, 1, 1)), ("Asked", day(2026, 1, 20))];
    let later =
        "clause l { must delete Profile within the later of (30 days after Closed, 14 days after Asked); }";
    assert_eq!(told(&of(later, "Profile", &two).erase_by).0, Some(day(2026, 2, 3)));
    let earlier =
        "clause e { must delete Profile within the earlier of (30 days after Closed, 14 days after Asked); }";
    assert_eq!(told(&of(earlier, "Profile", &two).erase_by).0, Some(day(2026, 1, 31)));
    assert_eq!(told(&of(earlier, "Profile", &two[..1]).erase_by).0, Some(day(2026, 1, 31)));
}

#[test]
fn what_must_be_kept_longer_than_it_may_be_is_a_conflict() {
    let clauses = "clause tax { must retain Invoices for at least 7 years after Ordered; }
        clause gone { must delete Orders within 30 days after Asked; }";
    let both = [("Ordered", day(2026, 1, 1)), ("Asked", day(2026, 6, 1))];
    let found = of(clauses, "Invoices", &both);
    assert!(found.conflict);
    assert_eq!(told(&found.erase_by), (Some(day(2026, 7, 1)), vec!["gone"]));
    assert_eq!(told(&found.keep_until), (Some(day(2033, 1, 1)), vec!["tax"]));
    assert!(!of(clauses, "Carts", &both).conflict);
    let resolved = format!("{clauses}\n tax prevails over gone because \"the law says so\";");
    assert!(!of(&resolved, "Invoices", &both).conflict);
}

/// Whether the account is closed is not said, so the deadline prohibits a part all the time; that nothing is
/// promised any more is the doing of the permission, whose time it is.
#[test]
fn the_statement_that_is_named_is_the_one_whose_time_it_is() {
    let clauses = "clause kept { may retain Profile until 60 days after Asked; }
        clause gone { must delete Profile within 30 days after Closed; }";
    let bundle = policy(clauses);
    let found =
        retention(ask(&bundle, "Profile"), [("Asked", Some(day(2026, 1, 1))), ("Ordered", None)]).unwrap();
    assert_eq!(told(&found.erase_by), (Some(day(2026, 3, 2)), vec!["kept"]));
    assert_eq!(found.open, ["Closed"]);
    // Once it is said, the deadline's time comes first.
    let both = [("Asked", day(2026, 1, 1)), ("Closed", day(2026, 1, 5))];
    assert_eq!(told(&of(clauses, "Profile", &both).erase_by), (Some(day(2026, 2, 4)), vec!["gone"]));
    // Without an end in sight, it is the one that bars to the last.
    let clauses = "clause tax { must retain Invoices for at least 60 days after Asked; }
        clause bar { must retain Invoices for at least 30 days after Closed; }";
    let bundle = policy(clauses);
    let found =
        retention(ask(&bundle, "Invoices"), [("Asked", Some(day(2026, 1, 1))), ("Ordered", None)]).unwrap();
    assert_eq!(told(&found.keep_until), (None, vec!["bar"]));
    let closed_never = of(clauses, "Invoices", &[("Asked", day(2026, 1, 1))]);
    assert_eq!(told(&closed_never.keep_until), (Some(day(2026, 3, 2)), vec!["tax"]));
    let both = [("Asked", day(2026, 1, 1)), ("Closed", day(2026, 1, 5))];
    assert_eq!(told(&of(clauses, "Invoices", &both).keep_until), (Some(day(2026, 3, 2)), vec!["tax"]));
}

#[test]
fn a_period_may_be_one_that_cannot_come_about() {
    let bundle = policy("clause a { may retain Profile while active; }");
    let active = ask(&bundle, "Profile").fact("active", true);
    let found = retention(active, never_but(&[("Closed", day(2026, 1, 1))])).unwrap();
    // The account ends when it is closed, so nobody can keep anything while it is still active.
    let last = found.periods.last().unwrap();
    assert_eq!((last.from, last.keep), (Some(day(2026, 1, 1)), None));
}

/// The time line against asking at every minute that could make a difference.
#[test]
fn each_period_is_what_asking_in_it_says() {
    let bundle = policy(
        "clause a { may retain Orders for Billing until 90 days after Ordered; }
         clause b { must retain Invoices for at least 1 month after Ordered; }
         clause c { must delete Orders within 45 days after Closed; }
         clause d { must delete Invoices within 60 days after Closed, notwithstanding c; }
         b prevails over c because \"tax\"; b prevails over d because \"tax\";",
    );
    let (ordered, closed) = (date(2026, 1, 31).at(12, 0, 0, 0), date(2026, 1, 10).at(8, 0, 0, 0));
    for data in ["Invoices", "Carts", "Orders"] {
        let happened = never_but(&[("Ordered", ordered), ("Closed", closed)]);
        let found = retention(ask(&bundle, data).purpose("Billing"), happened).unwrap();
        let mut checked = 0;
        for period in &found.periods {
            let from = period.from.unwrap();
            let end = period.until.unwrap_or_else(|| from.checked_add(400.days()).unwrap());
            let last = end.checked_sub(1.minute()).unwrap();
            let middle = from.checked_add((from.until(end).unwrap().get_days() / 2).days()).unwrap();
            for now in [from, middle.min(last), last] {
                let ask = |action: &str| {
                    let state = |start| EventState::Happened { start, now };
                    let asked = ask(&bundle, data).purpose("Billing").action(action);
                    let asked = asked.event("Ordered", state(ordered)).event("Closed", state(closed));
                    decide(&bundle, &asked.event("Asked", EventState::Never).build().unwrap()).verdict
                };
                assert_eq!((period.keep, period.erase), (Some(ask("retain")), Some(ask("erase"))), "{now}");
                checked += 1;
            }
        }
        assert!(checked > 3, "{data}: {:#?}", found.periods);
    }
}

/// What has passed counts in whole minutes, rounded down; the times themselves are not rounded. So a limit is
/// passed when a whole minute more has passed, and a minimum is over with its last second.
#[test]
fn seconds_that_have_passed_are_rounded_down() {
    let bundle = policy(
        "clause gone { must delete Orders within 30 days after Closed; }
         clause month { must delete Profile within 1 month after Closed; }
         clause tax { must retain Invoices for at least 30 days after Ordered; }",
    );
    let asked = |action: &str, data: &str, event: &str, start: &str, now: &str| {
        let request = format!(
            r#"{{"action": "{action}", "data": "{data}", "now": "{now}", "facts": {{"hold": false, "active": false}},
                 "events": {{"Closed": null, "Ordered": null, "Asked": null}}}}"#
        );
        let request = request.replace(&format!(r#""{event}": null"#), &format!(r#""{event}": "{start}""#));
        let mut answer = Vec::new();
        let json = json::decide(&bundle, request.as_bytes(), None, &mut answer).unwrap();
        // The library's own form says the same.
        let time = |text: &str| jiff::tz::Offset::UTC.to_datetime(text.parse().unwrap());
        let others = ["Closed", "Ordered", "Asked"].into_iter().filter(|other| *other != event);
        let happened = EventState::Happened { start: time(start), now: time(now) };
        let builder = ask(&bundle, data).action(action).event(event, happened);
        let builder = others.fold(builder, |builder, other| builder.event(other, EventState::Never));
        assert_eq!(decide(&bundle, &builder.build().unwrap()), json);
        json.verdict
    };
    let over = |data, start, now| asked("retain", data, "Closed", start, now) == Verdict::Prohibited;
    for (data, start, last, first) in [
        // 30 days and 59 seconds are 30 days; those and a minute are more.
        ("Carts", "2026-01-01T00:00:00Z", "2026-01-31T00:00:59Z", "2026-01-31T00:01:00Z"),
        ("Carts", "2026-01-01T00:00:45Z", "2026-01-31T00:01:44Z", "2026-01-31T00:01:45Z"),
        ("Carts", "2026-01-01T00:00:00.9Z", "2026-01-31T00:01:00.8Z", "2026-01-31T00:01:00.9Z"),
        ("Carts", "2026-01-01T02:00:45+02:00", "2026-01-30T21:01:44-03:00", "2026-01-31T05:46:45+05:45"),
        // A month is counted on the calendar, from the same second of the day.
        ("Profile", "2026-01-31T09:30:45Z", "2026-02-28T09:31:44Z", "2026-02-28T09:31:45Z"),
    ] {
        assert!(!over(data, start, last), "{start} {last}");
        assert!(over(data, start, first), "{start} {first}");
    }
    // A minimum holds to its last second, and no longer.
    let start = "2026-01-01T00:00:45Z";
    let erase = |now| asked("erase", "Invoices", "Ordered", start, now);
    assert_eq!(erase("2026-01-31T00:00:44Z"), Verdict::Prohibited);
    assert_eq!(erase("2026-01-31T00:00:44.999Z"), Verdict::Prohibited);
    assert_eq!(erase("2026-01-31T00:00:45Z"), Verdict::Unstated);
    // What is still to come, by a second too, has not happened.
    assert_eq!(erase("2026-01-01T00:00:44Z"), Verdict::Unstated);
    assert_eq!(erase("2026-01-01T00:00:45Z"), Verdict::Prohibited);
    // The time line counts alike: what it says is to be erased by a time may still be there in its last second.
    let found = of(
        "clause gone { must delete Orders within 30 days after Closed; }",
        "Carts",
        &[("Closed", date(2026, 1, 1).at(0, 0, 45, 0))],
    );
    assert_eq!(told(&found.erase_by).0, Some(date(2026, 1, 31).at(0, 0, 45, 0)));
}

#[test]
fn mistakes_are_told() {
    let bundle = policy("clause a { may retain Profile while active; }");
    let words =
        |builder, events: Vec<(&str, Option<DateTime>)>| retention(builder, events).unwrap_err().to_string();
    assert_eq!(
        words(ask(&bundle, "Profil"), vec![]),
        "the policy declares no data `Profil`; did you mean `Profile`?"
    );
    assert_eq!(
        words(ask(&bundle, "Profile"), vec![("Close", None)]),
        "the policy declares no event `Close`; did you mean `Closed`?"
    );
}

#[test]
fn what_hangs_on_what_is_not_said_is_not_taken_for_no_limit() {
    let clauses = "clause gone { must delete Orders within 30 days after Closed; }\n\
                   clause held when hold { must retain Orders for at least 60 days after Closed; }";
    let bundle = policy(clauses);
    let closed = never_but(&[("Closed", day(2026, 1, 1))]);
    let about = |hold: Option<bool>| {
        let builder = Request::builder(&bundle).data("Carts").fact("active", false);
        let builder = match hold {
            Some(hold) => builder.fact("hold", hold),
            None => builder,
        };
        retention(builder, closed.clone()).unwrap()
    };
    let (known, unknown) = (about(Some(false)), about(None));
    assert!(!known.undetermined && known.open.is_empty(), "{known:?}");
    assert!(unknown.undetermined, "{unknown:?}");
    assert_eq!(unknown.open, ["hold"]);
}

#[test]
fn a_subject_that_is_not_said_is_named_where_it_decides() {
    let bundle = policy("clause keeping { may retain Carts of Customer until 30 days after Closed; }");
    let closed = never_but(&[("Closed", day(2026, 1, 1))]);
    let found = retention(ask(&bundle, "Carts"), closed.clone()).unwrap();
    assert!(found.undetermined && found.permitted_until.is_none(), "{found:?}");
    assert_eq!(found.open, ["subject"]);
    let found = retention(ask(&bundle, "Carts").term(Dimension::Subject, "Customer"), closed).unwrap();
    assert!(!found.undetermined, "{found:?}");
    assert_eq!(told(&found.permitted_until).1, ["keeping"]);
}
