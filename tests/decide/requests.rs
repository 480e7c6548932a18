//! What requests stand for, and what is said of them.

use crate::fixture::{content, load};
use crate::text::policy;
use caveat::bundle::format::{Condition, Length, MAX_MONTHS, MAX_NUMBER, Variable};
use caveat::bundle::{Bundle, Dimension, Extra};
use caveat::decide::{
    Answer, Builder, EventState, Request, RequestError, Settle, Undecided, Verdict, When, World, decide,
    decide_at, explain, explain_at, json,
};
use jiff::civil::{DateTime, date};
use std::collections::BTreeSet;

fn bundle() -> Bundle {
    load(&content()).unwrap()
}

fn share(bundle: &Bundle) -> Builder<'_> {
    Request::builder(bundle).action("share").data("IpAddress").recipient("Mixpanel").purpose("Analytics")
}

fn verdict(bundle: &Bundle, builder: Builder) -> Verdict {
    decide(bundle, &builder.build().unwrap()).verdict
}

fn at(start: DateTime, now: DateTime) -> EventState {
    EventState::Happened { start, now }
}

fn never(conditions: &[&str]) -> RequestError {
    RequestError::NoWorld { never: conditions.iter().map(|words| (*words).to_owned()).collect() }
}

#[test]
fn a_default_is_taken_where_nothing_is_said() {
    let bundle = bundle();
    assert_eq!(verdict(&bundle, share(&bundle)), Verdict::Permitted);
    assert_eq!(verdict(&bundle, share(&bundle).fact("opted_out", true)), Verdict::Prohibited);
    let unknown = share(&bundle).values(0, vec![(0, 2)]);
    assert_eq!(verdict(&bundle, unknown), Verdict::Undetermined);
}

#[test]
fn share_does_not_stand_for_sell() {
    let bundle = bundle();
    for (verb, expected) in [
        ("share", Verdict::Permitted),
        ("transfer", Verdict::Permitted),
        ("sell", Verdict::Unstated),
        ("publish", Verdict::Unstated),
    ] {
        let asked = Request::builder(&bundle)
            .action(verb)
            .data("IpAddress")
            .recipient("Mixpanel")
            .purpose("Analytics");
        assert_eq!(verdict(&bundle, asked), expected, "{verb}");
    }
}

#[test]
fn a_fact_can_be_changed_later() {
    let mut content = content();
    content.conditions.push(Condition::All(vec![0, 1]));
    content.impossible = Some(3);
    let bundle = load(&content).unwrap();
    let mut request = share(&bundle).build().unwrap();
    let (opted_out, region) = (bundle.variable("opted_out").unwrap(), bundle.variable("region").unwrap());
    request.set(&bundle, opted_out, 1).unwrap();
    assert_eq!(decide(&bundle, &request).verdict, Verdict::Prohibited);
    assert_eq!(request.example().world[..2], [1, 0]);
    assert_eq!(request.set(&bundle, region, 1), Err(never(&["`opted_out` is true and `region` is US"])));
    assert_eq!(request.set(&bundle, opted_out, 2), Err(RequestError::OutOfRange));
    request.set(&bundle, opted_out, 0).unwrap();
    request.set(&bundle, region, 1).unwrap();
    assert_eq!(decide(&bundle, &request).verdict, Verdict::Permitted);
}

#[test]
fn what_is_left_out_is_any_and_the_usual_form_and_actor() {
    let bundle = bundle();
    let no_purpose = Request::builder(&bundle).action("share").data("IpAddress").recipient("Mixpanel");
    assert_eq!(verdict(&bundle, no_purpose), Verdict::Undetermined);
    let form = |name| share(&bundle).term(Dimension::Form, name);
    assert_eq!(verdict(&bundle, form("identified")), Verdict::Permitted);
    assert_eq!(verdict(&bundle, form("anonymized")), Verdict::Unstated);
    let by = |name| share(&bundle).term(Dimension::Actor, name);
    assert_eq!(verdict(&bundle, by("Clari")), Verdict::Permitted);
    assert_eq!(verdict(&bundle, by("Mixpanel")), Verdict::Unstated);
}

#[test]
fn terms_stand_for_all_below_and_other_terms_for_the_rest() {
    let bundle = bundle();
    let of = |name| {
        Request::builder(&bundle).action("share").data(name).recipient("Mixpanel").purpose("Analytics")
    };
    assert_eq!(verdict(&bundle, of("Tracking")), Verdict::Permitted);
    assert_eq!(verdict(&bundle, of("other Tracking")), Verdict::Permitted);
    assert_eq!(verdict(&bundle, of("Information")), Verdict::Undetermined);
    assert_eq!(verdict(&bundle, of("other Information")), Verdict::Unstated);
    assert_eq!(verdict(&bundle, of("other any")), Verdict::Unstated);
    let two = share(&bundle).terms(Dimension::Recipient, ["the subject"]);
    assert_eq!(verdict(&bundle, two), Verdict::Undetermined);
}

#[test]
fn an_unlisted_recipient_is_a_verdict() {
    let bundle = bundle();
    let request =
        Request::builder(&bundle).action("share").data("IpAddress").recipient("Criteo").build().unwrap();
    assert_eq!(decide(&bundle, &request).verdict, Verdict::UnlistedThirdParty);
    let decision = explain(&bundle, &request);
    assert_eq!(
        (decision.verdict, decision.unlisted.as_deref()),
        (Verdict::UnlistedThirdParty, Some("Criteo"))
    );
    // A purpose where a party belongs is a slip, not a third party; so is nothing at all.
    for slip in ["Analytics", ""] {
        let error =
            Request::builder(&bundle).action("share").data("IpAddress").recipient(slip).build().unwrap_err();
        assert!(
            matches!(error, RequestError::WrongKind { dimension: Dimension::Recipient, .. }),
            "{slip}: {error}"
        );
    }
    let with_a_known = share(&bundle).recipient("Criteo").build().unwrap();
    assert!(!decide(&bundle, &with_a_known).verdict.allows());
}

#[test]
fn errors_say_what_is_wrong() {
    let bundle = bundle();
    let words = |builder: Builder| builder.build().unwrap_err().to_string();
    let new = || Request::builder(&bundle);
    assert_eq!(words(new().action("peddle").data("Crm")), "there is no action `peddle`");
    assert_eq!(words(share(&bundle).data("Crm2")), "the policy declares no data `Crm2`; did you mean `Crm`?");
    assert_eq!(words(new().data("Crm")), "the request names no action");
    assert_eq!(words(new().action("use")), "the request names no data");
    assert_eq!(words(share(&bundle).fact("opted", true)), "the policy declares no fact `opted`");
    assert_eq!(
        words(share(&bundle).fact("region", "Mars")),
        "the fact `region` has no value `Mars`; it has `EU`, `US`"
    );
    assert_eq!(
        words(share(&bundle).event("region", EventState::Never)),
        "the policy declares no event `region`"
    );
    assert_eq!(words(share(&bundle).recipient("Site")), "`Site` cannot be the recipient of a flow");
    let subject = share(&bundle).term(Dimension::Subject, "the subject");
    assert_eq!(words(subject), "`the subject` cannot be the subject of a flow");
    assert_eq!(
        words(new().action("use").data("Crm").recipient("Mixpanel")),
        "none of the actions takes a recipient; name one of the `share` family, or leave it out"
    );
    assert_eq!(
        words(new().action("use").data("Crm").term(Dimension::With, "IpAddress")),
        "only `combine` takes `with`; name it, or leave the phrase out"
    );
    assert_eq!(share(&bundle).when(When::Any(vec![])).build().unwrap_err(), RequestError::NoFlow);
    assert_eq!(
        share(&bundle).cells(Dimension::Place, vec![(1, 9)]).build().unwrap_err(),
        RequestError::OutOfRange
    );
    let deep = (0..1000).fold(When::All(vec![]), |inner, _| When::Not(Box::new(inner)));
    assert_eq!(share(&bundle).when(deep).build().unwrap_err(), RequestError::TooDeep);
}

#[test]
fn impossible_facts_are_an_error() {
    let mut content = content();
    content.conditions.push(Condition::All(vec![0, 1]));
    content.impossible = Some(3);
    let bundle = load(&content).unwrap();
    let both = share(&bundle).fact("opted_out", true).fact("region", "US");
    let broken = never(&["`opted_out` is true and `region` is US"]);
    assert_eq!(both.clone().build().unwrap_err(), broken);
    assert_eq!(both.decide().unwrap_err(), broken);
    let one = share(&bundle).fact("opted_out", true);
    assert_eq!(verdict(&bundle, one), Verdict::Prohibited);
}

/// The error names what the request breaks, and nothing that it does not.
#[test]
fn the_never_that_a_request_breaks_is_named() {
    let bundle = policy(
        "never hold and active;
         never active and since(Asked) > 30 days;
         never hold and not active and after Ordered;
         clause a { may retain Orders for Billing; }",
    );
    let ask = || Request::builder(&bundle).action("retain").data("Orders").purpose("Billing");
    let error = |builder: Builder| {
        let error = builder.clone().build().unwrap_err();
        assert_eq!(builder.decide().unwrap_err(), error);
        error
    };
    let both = "`hold` is true and `active` is true";
    assert_eq!(error(ask().fact("hold", true).fact("active", true)), never(&[both]));
    // A fact that ends at an event.
    let closed = ask().fact("active", true).event("Closed", EventState::AtSomeTime);
    assert_eq!(error(closed), never(&["`active` is true and `Closed` has happened"]));
    let late = EventState::Elapsed { minutes: 31 * 24 * 60 };
    let asked = ask().fact("active", true).event("Asked", late);
    assert_eq!(error(asked), never(&["`active` is true and `Asked` was more than 30 days ago"]));
    // One of several that the request breaks is enough.
    let twice = ask().fact("hold", true).fact("active", true).event("Asked", late);
    assert!(matches!(error(twice), RequestError::NoWorld { never } if never.len() == 1));
    // Whatever `active` is, one of two is broken.
    let open = ask().fact("hold", true).fact_unknown("active").event("Ordered", EventState::AtSomeTime);
    let neither = "`hold` is true and `active` is false and `Ordered` has happened";
    assert_eq!(error(open.clone()), never(&[both, neither]));
    assert_eq!(
        error(open).to_string(),
        format!(
            "the request stands for no flow: the policy says that none of these can ever be, and one of them \
             would be so: {both}; {neither}"
        )
    );
    // Where the request's own condition breaks it, and where that cannot hold whatever the policy says.
    let variable = |name| bundle.variable(name).unwrap();
    let is_true = |name| When::In(variable(name), vec![(1, 2)]);
    let own = When::All(vec![is_true("hold"), is_true("active")]);
    let unknown = || ask().fact_unknown("hold").fact_unknown("active");
    assert_eq!(error(unknown().when(own)), never(&[both]));
    let contrary = When::All(vec![is_true("hold"), When::Not(Box::new(is_true("hold")))]);
    assert_eq!(error(unknown().when(contrary)), RequestError::NoFlow);

    // At another world, and as JSON.
    let request = unknown().build().unwrap();
    let mut world = request.world(&bundle).unwrap();
    world.fact("hold", true).unwrap();
    world.fact("active", true).unwrap();
    assert_eq!(decide_at(&request, &world), Err(never(&[both])));
    assert_eq!(explain_at(&request, &world), Err(never(&[both])));
    let text = br#"{"action": "retain", "data": "Orders", "facts": {"hold": true, "active": true}}"#;
    let error = json::explain(&bundle, text, None).unwrap_err();
    let message = "the request stands for no flow: the policy says that it can never be that `hold` is true and \
                   `active` is true";
    assert_eq!(
        serde_json::to_value(error).unwrap(),
        serde_json::json!({"error": {"kind": "no-flow", "message": message, "never": [both]}})
    );
}

#[test]
fn times_are_compared_with_the_policys_own() {
    // Prohibited from more than a month after, a month from 31 January being 28 days.
    let bundle = bundle();
    let asked = |state| {
        Request::builder(&bundle)
            .action("profile")
            .data("IpAddress")
            .fact("region", "US")
            .event("Deletion", state)
    };
    let start = date(2017, 1, 31).at(12, 0, 0, 0);
    let month = date(2017, 2, 28).at(12, 0, 0, 0);
    assert_eq!(verdict(&bundle, asked(EventState::Never)), Verdict::Permitted);
    assert_eq!(verdict(&bundle, asked(at(month, start))), Verdict::Permitted);
    assert_eq!(verdict(&bundle, asked(at(start, start))), Verdict::Permitted);
    assert_eq!(verdict(&bundle, asked(at(start, month))), Verdict::Permitted);
    assert_eq!(verdict(&bundle, asked(at(start, date(2017, 2, 28).at(12, 1, 0, 0)))), Verdict::Prohibited);
    assert_eq!(verdict(&bundle, asked(at(start, date(2018, 2, 28).at(12, 1, 0, 0)))), Verdict::Prohibited);
    assert_eq!(verdict(&bundle, asked(EventState::Unknown)), Verdict::Undetermined);
    assert_eq!(verdict(&bundle, asked(EventState::AtSomeTime)), Verdict::Undetermined);
    let days = |days: u64| EventState::Elapsed { minutes: days * 1440 };
    assert_eq!(verdict(&bundle, asked(days(20))), Verdict::Permitted);
    assert_eq!(verdict(&bundle, asked(days(30))), Verdict::Undetermined);
    assert_eq!(verdict(&bundle, asked(days(45))), Verdict::Prohibited);
    // The statement that prevails is about one category alone.
    let crm = Request::builder(&bundle).action("profile").data("Crm").event("Deletion", days(60));
    assert_eq!(verdict(&bundle, crm), Verdict::Permitted);
}

#[test]
fn the_calendar_ends_and_nothing_breaks() {
    let mut content = content();
    let far = Length { months: MAX_MONTHS, minutes: MAX_NUMBER };
    if let Variable::Clock { thresholds, .. } = &mut content.variables[2] {
        thresholds[1] = far;
    }
    let bundle = load(&content).unwrap();
    let state = at(DateTime::MIN, DateTime::MAX);
    assert_eq!(verdict(&bundle, share(&bundle).event("Deletion", state)), Verdict::Permitted);
}

#[test]
fn use_combines_within_its_own_data() {
    let bundle = bundle();
    let request = Request::builder(&bundle).action("use").data("Crm").build().unwrap();
    // Nothing permits combining in this policy, so a use of which combining is part is not all permitted.
    assert_eq!(decide(&bundle, &request).undecided, Some(Undecided::Mixed));
    let decision = explain(&bundle, &request);
    let combined: Vec<_> = decision.examples.iter().filter_map(|e| e.flow.get("with")).collect();
    assert_eq!(combined, ["Crm"]);
}

#[test]
fn a_request_for_another_bundle_is_never_answered() {
    let mut other = content();
    other.policy.name = "other".into();
    let (bundle, other) = (bundle(), load(&other).unwrap());
    let request = share(&other).build().unwrap();
    assert_eq!(decide(&bundle, &request).undecided, Some(Undecided::OtherBundle));
    assert_eq!(explain(&bundle, &request).undecided, Some(Undecided::OtherBundle));
}

fn told(bundle: &Bundle, request: &Request) -> String {
    let decision = serde_json::to_string_pretty(&explain(bundle, request)).unwrap();
    decision.replace(bundle.digest(), "[digest]")
}

#[test]
fn a_decision_names_its_reasons() {
    let bundle = bundle();
    let request = share(&bundle).build().unwrap();
    insta::assert_snapshot!("permitted", told(&bundle, &request));
    let open = Request::builder(&bundle).action("use").action("share").data("Information").build().unwrap();
    insta::assert_snapshot!("undetermined", told(&bundle, &open));
    let unstated =
        Request::builder(&bundle).action("share").data("IpAddress").recipient("User").build().unwrap();
    insta::assert_snapshot!("unstated", told(&bundle, &unstated));
    let late = EventState::Elapsed { minutes: 60 * 1440 };
    let kept =
        Request::builder(&bundle).action("profile").data("Crm").event("Deletion", late).build().unwrap();
    insta::assert_snapshot!("defeated", told(&bundle, &kept));
}

/// What settles a question in its dimensions can be asked as it is named, and then the answer is as said.
#[test]
fn what_settles_a_question_can_be_asked() {
    let bundle = bundle();
    let mut asked = 0;
    let asking = || Request::builder(&bundle).action("use").action("share").data("Information");
    for settle in explain(&bundle, &asking().build().unwrap()).settles {
        let Settle::Dimension { dimension: Dimension::Action, ways } = settle else { continue };
        for way in ways {
            let named = Request::builder(&bundle).data("Information");
            let request = way.of.iter().fold(named, |builder, verb| builder.action(verb)).build().unwrap();
            assert_eq!(decide(&bundle, &request).verdict, way.verdict, "{:?}", way.of);
            asked += way.of.len();
        }
    }
    assert!(asked > 3, "{asked} are too few to tell");
    for verb in ["other sell", "other", "other  use", "other other use"] {
        assert!(Request::builder(&bundle).action(verb).data("Information").build().is_err(), "{verb}");
    }
}

/// Every world of the small policy, and each with something left open: at a world, the verdict is that of
/// `decide_at`, and all else what is said of a request that was made for it.
#[test]
fn an_explanation_at_a_world_is_of_its_decision() {
    let mut content = content();
    // Who is in the US never opts out.
    content.conditions.push(Condition::All(vec![0, 1]));
    content.impossible = Some(3);
    let bundle = load(&content).unwrap();
    let asked = [
        share(&bundle),
        share(&bundle).when(When::In(1, vec![(1, 2)])),
        share(&bundle).recipient("Criteo"),
        Request::builder(&bundle).action("sell").data("IpAddress"),
        Request::builder(&bundle).action("use").data("Information"),
        Request::builder(&bundle).action("profile").data("Crm"),
    ];
    let (mut seen, mut none) = (BTreeSet::new(), 0);
    for builder in asked {
        let request = builder.clone().build().unwrap();
        // A value beyond the last stands for "unknown".
        let worlds = (0..=2).flat_map(|i| (0..=2).flat_map(move |j| (0..=6).map(move |k| [i, j, k])));
        for values in worlds {
            let (mut world, mut made) = (World::new(&bundle), builder.clone());
            for ((number, value), variable) in (0..).zip(values).zip(bundle.variables()) {
                let open = value == variable.values();
                if open { world.forget(number) } else { world.set(number, value) }.unwrap();
                made =
                    made.values(number, vec![if open { (0, variable.values()) } else { (value, value + 1) }]);
            }
            let explained = explain_at(&request, &world);
            assert_eq!(explained, made.build().map(|made| explain(&bundle, &made)), "{values:?}");
            let told = explained.map(|told| Answer { verdict: told.verdict, undecided: told.undecided });
            let answer = decide_at(&request, &world);
            assert_eq!(told, answer, "{values:?}");
            match answer {
                Ok(answer) => _ = seen.insert(answer.verdict.name()),
                Err(error) => none += usize::from(error.kind() == "no-flow"),
            }
        }
    }
    assert_eq!((seen.len(), none > 0), (5, true), "{seen:?}");
    let request = share(&bundle).build().unwrap();
    let other = self::bundle();
    assert_eq!(explain_at(&request, &World::new(&other)), Err(RequestError::OtherBundle));
}

/// Splitting goes down one level per fact; it must give up before the stack does, and not say yes.
#[test]
fn too_many_open_facts_are_undetermined_and_no_overflow() {
    let mut content = content();
    let first = content.variables.len() as u32;
    let facts = first..first + 3_000;
    for number in facts.clone() {
        content.variables.push(Variable::Fact {
            name: format!("fact{number}"),
            values: vec!["false".into(), "true".into()],
            default: None,
            description: None,
            same_as: Vec::new(),
            extra: Extra::default(),
        });
        content.conditions.push(Condition::In(number, vec![(0, 1)]));
    }
    // Permitted in every world but one, and that one is found last.
    let end = content.conditions.len() as u32;
    content.conditions.push(Condition::Any((3..end).collect()));
    content.statements[0].rules[0].boxes[0].when = Some(end);
    let bundle = load(&content).unwrap();
    let request = share(&bundle).build().unwrap();
    assert_eq!(decide(&bundle, &request).undecided, Some(Undecided::Budget));
    assert_eq!(explain(&bundle, &request).undecided, Some(Undecided::Budget));
    let mut known = share(&bundle);
    for number in facts {
        known = known.values(number, vec![(1, 2)]);
    }
    assert_eq!(verdict(&bundle, known.clone()), Verdict::Unstated);
    assert_eq!(verdict(&bundle, known.values(first, vec![(0, 1)])), Verdict::Permitted);
}
