//! Requests and answers as JSON: what each member means, and what is wrong with bad ones.

use crate::fixture::{content, load};
use caveat::bundle::Bundle;
use caveat::decide::json;
use jiff::civil::date;

fn bundle() -> Bundle {
    load(&content()).unwrap()
}

/// The answer to a request, as JSON, or the error's.
fn answer(bundle: &Bundle, request: &str) -> String {
    let now = None;
    let mut out = Vec::new();
    match json::decide(bundle, request.as_bytes(), now, &mut out) {
        Ok(_) => String::from_utf8(out).unwrap().replace(bundle.digest(), "[digest]"),
        Err(error) => {
            assert!(out.is_empty(), "nothing is written beside an error");
            serde_json::to_string(&error).unwrap()
        }
    }
}

fn verdict(bundle: &Bundle, request: &str) -> String {
    let answer: serde_json::Value = serde_json::from_str(&answer(bundle, request)).unwrap();
    answer["verdict"].as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

#[test]
fn an_answer_is_the_verdict_and_the_bundle() {
    let bundle = bundle();
    let share = r#"{"action":"share","data":"IpAddress","recipient":"Mixpanel","purpose":"Analytics"}"#;
    assert_eq!(answer(&bundle, share), r#"{"verdict":"permitted","bundle":"[digest]"}"#);
    let mixed = r#"{"action":["share","use"],"data":["Information"]}"#;
    assert_eq!(
        answer(&bundle, mixed),
        r#"{"verdict":"undetermined","undecided":"mixed","bundle":"[digest]"}"#
    );
    let unlisted = r#"{"action":"share","data":"IpAddress","recipient":"Crit\u0065o"}"#;
    assert_eq!(
        answer(&bundle, unlisted),
        r#"{"verdict":"unlisted-third-party","unlisted":"Criteo","bundle":"[digest]"}"#
    );
}

#[test]
fn all_dimensions_can_be_said() {
    let bundle = bundle();
    let whole = r#"{
        "actor": "Clari", "action": "combine", "data": ["IpAddress", "other Tracking"], "with": "Crm",
        "form": ["identified"], "subject": "User", "source": "Site", "purpose": "any", "place": "EU"
    }"#;
    assert_eq!(verdict(&bundle, whole), "unstated");
    let request = json::read(&bundle, whole.as_bytes(), None).unwrap();
    assert_eq!(request.example().cells, [1, 3, 2, 5, 1, 3, 6, 0, 1, 1]);
}

#[test]
fn facts_are_said_left_open_or_narrowed() {
    let bundle = bundle();
    let with = |facts: &str| {
        let share = r#""action":"share","data":"IpAddress","recipient":"Mixpanel","purpose":"Analytics""#;
        verdict(&bundle, &format!(r#"{{{share},"facts":{{{facts}}}}}"#))
    };
    assert_eq!(with(r#""opted_out":false"#), "permitted");
    assert_eq!(with(r#""opted_out":true"#), "prohibited");
    assert_eq!(with(r#""opted_out":"true""#), "prohibited");
    assert_eq!(with(""), "permitted");
    assert_eq!(with(r#""opted_out":null"#), "undetermined");
    let used = |facts: &str| {
        let used = r#""action":"profile","data":"IpAddress","events":{"Deletion":null}"#;
        verdict(&bundle, &format!(r#"{{{used},"facts":{{{facts}}}}}"#))
    };
    assert_eq!(used(r#""region":"US""#), "permitted");
    assert_eq!(used(r#""region":["US"]"#), "permitted");
    assert_eq!(used(r#""region":["US","EU"]"#), "undetermined");
    assert_eq!(used(r#""region":"EU""#), "unstated");
}

#[test]
fn events_have_not_happened_or_have_at_a_time() {
    // Prohibited from more than a month after.
    let bundle = bundle();
    let at = |event: &str, now: &str| {
        let used = r#""action":"profile","data":"IpAddress","facts":{"region":"US"}"#;
        verdict(&bundle, &format!(r#"{{{used},"events":{{"Deletion":{event}}}{now}}}"#))
    };
    assert_eq!(at("null", ""), "permitted");
    assert_eq!(at("true", ""), "undetermined");
    assert_eq!(at(r#""2017-01-31""#, r#","now":"2017-02-28""#), "permitted");
    assert_eq!(at(r#""2017-01-31""#, r#","now":"2017-02-28T00:01:00Z""#), "prohibited");
    assert_eq!(at(r#""2017-01-31T12:00:00Z""#, r#","now":"2017-02-28T12:00:00Z""#), "permitted");
    assert_eq!(at(r#""2017-01-31T12:00:00Z""#, r#","now":"2017-02-28T14:01:00+02:00""#), "prohibited");
    // What is still to come has not happened.
    assert_eq!(at(r#""2017-03-01""#, r#","now":"2017-02-28""#), "permitted");
    let request = br#"{"action":"profile","data":"Crm","events":{"Deletion":"2017-01-31"}}"#;
    let now = Some(date(2020, 1, 1).at(0, 0, 0, 0));
    assert!(json::decide(&bundle, request, now, &mut Vec::new()).unwrap().verdict.allows());
}

#[test]
fn bad_requests_are_refused_with_a_place_and_a_reason() {
    let bundle = bundle();
    let share = |more: &str| format!(r#"{{"action":"share","data":"IpAddress"{more}}}"#);
    let requests = [
        String::new(),
        "[]".into(),
        "{\"action\":\"share\"".into(),
        share("} {"),
        share(r#","when":"always""#),
        share(r#","data":"Crm""#),
        share(r#","purpose":[]"#),
        share(r#","purpose":null"#),
        share(r#","purpose":7"#),
        share(r#","purpose":{"of":["it"]}"#),
        share(r#","purpose":["Analytics",["Marketing"]]"#),
        share(r#","purpose":["Analytics","Marketting"]"#),
        share(r#","recipient":"Site""#),
        share(r#","with":"Crm""#),
        share(r#","facts":{"opted":true}"#),
        share(r#","facts":{"region":"Mars"}"#),
        share(r#","facts":{"region":["EU","Mars"]}"#),
        share(r#","facts":{"region":1}"#),
        share(r#","facts":{"region":"EU","region":"US"}"#),
        share(r#","facts":null"#),
        share(r#","events":{"Deletion":"2017-02-30"},"now":"2017-03-01""#),
        share(r#","events":{"Deletion":"2017-02-28T10:00:00"},"now":"2017-03-01""#),
        share(r#","events":{"Deletion":"2017-02-28"}"#),
        share(r#","events":{"Deletion":false}"#),
        share(r#","events":{"Erasure":null}"#),
        share(r#","events":{"opted_out":null}"#),
        share(r#","now":"soon""#),
        r#"{"action":"share"}"#.into(),
        r#"{"data":"Crm"}"#.into(),
        format!(r#"{{"data":{}"#, "[".repeat(10_000)),
        format!(r#"{{"data":"{}"}}"#, "x".repeat(json::MAX_REQUEST_BYTES)),
    ];
    let told = requests.iter().map(|request| {
        let shown: String = request.chars().take(100).collect();
        format!("{shown}\n    {}\n", answer(&bundle, request))
    });
    insta::assert_snapshot!("bad-requests", told.collect::<String>());
}

#[test]
fn an_explanation_has_the_answers_members_and_the_reasons() {
    let bundle = bundle();
    let share = br#"{"action":"share","data":"IpAddress","recipient":"Mixpanel","purpose":"Analytics"}"#;
    let decision = json::explain(&bundle, share, None).unwrap();
    assert_eq!(decision.duties, ["Notify"]);
    let told = serde_json::to_value(&decision).unwrap();
    assert_eq!(
        (told["verdict"].as_str(), told["bundle"].as_str()),
        (Some("permitted"), Some(bundle.digest()))
    );
}
