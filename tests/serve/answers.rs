//! Every answer is the library's.

use super::bundles::{Bundles, load};
use super::client::Client;
use super::server::Server;
use caveat::bundle::dimension::{ACTIONS, FORMS};
use caveat::bundle::format::Variable;
use caveat::bundle::{Bundle, Dimension};
use caveat::decide::{Decision, json};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % end
    }

    fn of<'t>(&mut self, list: &[&'t str]) -> &'t str {
        list[self.below(list.len())]
    }
}

/// A request in the library's own form, about terms of the bundle and a few that it has not.
fn native(bundle: &Bundle, dice: &mut Dice) -> Value {
    let terms = |dimension: Dimension| -> Vec<&str> {
        bundle.graph(dimension).unwrap().terms.iter().map(|t| t.name.as_str()).collect()
    };
    let mut request = json!({ "action": dice.of(&ACTIONS), "data": dice.of(&terms(Dimension::Data)) });
    let mut name = |dimension: Dimension, chance: usize, names: &[&str], dice: &mut Dice| {
        if dice.below(chance) == 0 {
            let value = match dice.below(4) {
                0 => json!([dice.of(names), dice.of(names)]),
                _ => json!(dice.of(names)),
            };
            request[dimension.name()] = value;
        }
    };
    let mut recipients = terms(Dimension::Recipient);
    recipients.extend(["the subject", "any"]);
    recipients.extend(["Nobody Of Whom We Know"; 4]);
    name(Dimension::Recipient, 2, &recipients, dice);
    name(Dimension::Purpose, 2, &terms(Dimension::Purpose), dice);
    name(Dimension::Form, 4, &FORMS, dice);
    name(Dimension::Subject, 4, &terms(Dimension::Subject), dice);
    name(Dimension::Actor, 6, &terms(Dimension::Actor), dice);
    name(Dimension::Source, 8, &terms(Dimension::Source), dice);
    let (mut facts, mut events) = (Map::new(), Map::new());
    for variable in &bundle.content().variables {
        match variable {
            Variable::Fact { name, values, .. } if dice.below(2) == 0 => {
                let value = &values[dice.below(values.len())];
                let value = match value.as_str() {
                    "true" => json!(true),
                    "false" => json!(false),
                    named => json!(named),
                };
                facts.insert(name.clone(), if dice.below(9) == 0 { Value::Null } else { value });
            }
            Variable::Clock { event, .. } if dice.below(2) == 0 => {
                let times =
                    [json!(null), json!(true), json!("2026-11-01"), json!("2025-01-31T10:00:00+02:00")];
                events.insert(event.clone(), times[dice.below(times.len())].clone());
            }
            _ => {}
        }
    }
    request["facts"] = Value::Object(facts);
    request["events"] = Value::Object(events);
    request["now"] = json!("2026-11-27T09:30:00Z");
    request
}

/// The same as the Authorization API has it, its members in all the places where they may stand. None
/// where it cannot be said: several actors who give to several.
fn evaluation(native: &Value, dice: &mut Dice) -> Option<Value> {
    let mut places: BTreeMap<&str, Map<String, Value>> = BTreeMap::new();
    let mut subject = None;
    let single = |value: &Value| value.is_string();
    for (name, value) in native.as_object().unwrap() {
        match name.as_str() {
            "action" | "data" => {}
            "facts" | "events" | "now" => {
                places.entry("context").or_default().insert(name.clone(), value.clone());
            }
            "actor" | "recipient" if subject.is_none() && single(value) => {
                subject = Some((name.clone(), value.clone()))
            }
            _ => {
                let place = dice.of(&["subject", "action", "resource", "context"]);
                places.entry(place).or_default().insert(name.clone(), value.clone());
            }
        }
    }
    if subject.is_none() && native.get("actor").is_some() {
        return None;
    }
    // Left out, the acting party is the policy's issuer.
    let (of, id) = subject.unwrap_or_else(|| ("actor".to_owned(), json!("Clari")));
    let mut whole = json!({
        "subject": { "type": of, "id": id },
        "action": { "name": native["action"] },
        "resource": { "type": "data", "id": native["data"] },
    });
    for (place, members) in places {
        match place {
            "context" => whole["context"] = Value::Object(members),
            place => whole[place]["properties"] = Value::Object(members),
        }
    }
    Some(whole)
}

/// What the context of an answer must say of a decision.
#[track_caller]
pub fn agrees(answer: &Value, decision: &Decision) {
    let expected = serde_json::to_value(decision).unwrap();
    assert_eq!(answer["decision"], decision.verdict.allows(), "{answer}\n{expected}");
    let context = &answer["context"];
    for (name, value) in expected.as_object().unwrap() {
        let left_out = matches!(name.as_str(), "examples")
            || (context.get(name).is_none() && (value == &json!([]) || value == &json!(true)));
        assert!(left_out || &context[name] == value, "`{name}`:\n{answer}\n{expected}");
    }
    for name in context.as_object().unwrap().keys() {
        assert!(name == "reason" || expected.get(name).is_some(), "`{name}`: {answer}");
    }
}

#[test]
fn every_answer_is_the_librarys() {
    let bundles = Bundles::new();
    let path = bundles.clari();
    let bundle = load(&path);
    let server = Server::start(&path, &[]);
    let mut client = server.client();
    let mut dice = Dice(7);
    let mut verdicts: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..400 {
        let native = native(&bundle, &mut dice);
        let text = native.to_string();
        let mut written = Vec::new();
        let expected = json::decide(&bundle, text.as_bytes(), None, &mut written);
        let decided = client.post("/v1/decide", &native);
        let explained = client.post("/v1/explain", &native);
        match &expected {
            Ok(answer) => {
                *verdicts.entry(answer.verdict.name()).or_default() += 1;
                assert_eq!(decided.body, written, "{text}");
                let decision = json::explain(&bundle, text.as_bytes(), None).unwrap();
                assert_eq!(explained.body, serde_json::to_vec(&decision).unwrap(), "{text}");
            }
            Err(error) => {
                *verdicts.entry(error.kind()).or_default() += 1;
                assert_eq!((decided.status, explained.status), (400, 400), "{text}");
                assert_eq!(decided.json(), serde_json::to_value(error).unwrap(), "{text}");
            }
        }
        let Some(evaluation) = evaluation(&native, &mut dice) else { continue };
        let evaluated = client.post("/access/v1/evaluation", &evaluation);
        match json::explain(&bundle, text.as_bytes(), None) {
            Ok(decision) => agrees(&evaluated.ok(), &decision),
            Err(_) => assert_eq!(evaluated.status, 400, "{text}"),
        }
    }
    for verdict in
        ["permitted", "prohibited", "unstated", "undetermined", "unlisted-third-party", "not-taken"]
    {
        assert!(verdicts.get(verdict).is_some_and(|n| *n >= 3), "{verdicts:?}");
    }
}

#[test]
fn the_servers_clock_counts_where_no_now_is_said() {
    let bundles = Bundles::new();
    let path = bundles.shop();
    let bundle = load(&path);
    let server = Server::start(&path, &[]);
    let mut client = server.client();
    for (complaint, verdict) in [("2020-01-01", "unstated"), ("2999-01-01", "permitted")] {
        let asked = json!({ "action": "retain", "data": "Orders", "events": { "Complaint": complaint } });
        let now = "2026-11-27T00:00:00".parse().ok();
        let mut written = Vec::new();
        let expected = json::decide(&bundle, asked.to_string().as_bytes(), now, &mut written).unwrap();
        assert_eq!(expected.verdict.name(), verdict);
        assert_eq!(client.post("/v1/decide", &asked).body, written);
        let asked = json!({
            "subject": { "type": "actor", "id": "Shop" },
            "action": { "name": "retain" },
            "resource": { "type": "data", "id": "Orders" },
            "context": { "events": { "Complaint": complaint } },
        });
        assert_eq!(client.post("/access/v1/evaluation", &asked).ok()["context"]["verdict"], verdict);
    }
}

#[test]
fn what_is_kept_until_when_is_the_librarys() {
    let bundles = Bundles::new();
    let path = bundles.shop();
    let bundle = load(&path);
    let server = Server::start(&path, &[]);
    let mut client = server.client();
    for events in [json!({}), json!({ "Complaint": null }), json!({ "Complaint": "2026-01-31" })] {
        let asked = json!({ "data": "Orders", "events": events });
        let expected = json::retention(&bundle, asked.to_string().as_bytes()).unwrap();
        let answer = client.post("/v1/retention", &asked);
        assert_eq!((answer.status, answer.body), (200, serde_json::to_vec(&expected).unwrap()));
    }
    for wrong in [json!({ "data": "Ordrs" }), json!({ "data": "Orders", "events": { "Complaint": true } })] {
        let expected = json::retention(&bundle, wrong.to_string().as_bytes()).unwrap_err();
        let answer = client.post("/v1/retention", &wrong);
        assert_eq!((answer.status, answer.json()), (400, serde_json::to_value(expected).unwrap()));
    }
}

fn to(recipient: &str) -> Value {
    json!({ "subject": { "type": "recipient", "id": recipient } })
}

/// Address shared for delivery, with these evaluations.
fn several(evaluations: Value, semantic: Option<&str>) -> Value {
    let mut whole = json!({
        "subject": { "type": "recipient", "id": "Post" },
        "action": { "name": "share", "properties": { "purpose": "Delivery" } },
        "resource": { "type": "data", "id": "Address", "properties": { "subject": "Customer" } },
        "context": { "facts": { "abroad": true } },
        "evaluations": evaluations,
    });
    if let Some(semantic) = semantic {
        whole["options"] = json!({ "evaluations_semantic": semantic, "another_option": "value" });
    }
    whole
}

fn decisions(client: &mut Client, asked: &Value) -> Vec<bool> {
    let answer = client.post("/access/v1/evaluations", asked).ok();
    assert_eq!(answer.as_object().unwrap().len(), 1, "{answer}");
    answer["evaluations"].as_array().unwrap().iter().map(|e| e["decision"].as_bool().unwrap()).collect()
}

#[test]
fn evaluations_have_defaults_and_three_semantics() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &[]);
    let client = &mut server.client();
    let at_home = json!({ "subject": { "type": "recipient", "id": "Courier" }, "context": {} });
    let mixed = json!([{}, to("Courier"), at_home, to("Printer"), to("Nobody"), to("Post")]);
    let all = [true, false, true, false, false, true];
    assert_eq!(decisions(client, &several(mixed.clone(), None)), all);
    assert_eq!(decisions(client, &several(mixed.clone(), Some("execute_all"))), all);
    assert_eq!(decisions(client, &several(mixed.clone(), Some("deny_on_first_deny"))), all[..2]);
    assert_eq!(decisions(client, &several(mixed, Some("permit_on_first_permit"))), all[..1]);
    let denied_first = json!([to("Courier"), to("Printer"), to("Post"), to("Post")]);
    assert_eq!(
        decisions(client, &several(denied_first, Some("permit_on_first_permit"))),
        [false, false, true]
    );
    // One that cannot be asked is a denial of its own, and says why.
    let mistaken = json!([{}, { "resource": { "type": "data", "id": "Adress" } }, 7, {}]);
    assert_eq!(decisions(client, &several(mistaken.clone(), None)), [true, false, false, true]);
    assert_eq!(decisions(client, &several(mistaken.clone(), Some("deny_on_first_deny"))), [true, false]);
    let answer = client.post("/access/v1/evaluations", &several(mistaken, None)).ok();
    let error = &answer["evaluations"][1]["context"]["error"];
    assert_eq!((error["status"].as_u64(), error["kind"].as_str()), (Some(400), Some("unknown-term")));
    assert_eq!(error["pointer"], "/evaluations/1/resource/id");
    assert_eq!(answer["evaluations"][2]["context"]["error"]["pointer"], "/evaluations/2");
    // Without evaluations it is one.
    for none in [several(json!([]), None), {
        let mut whole = several(json!([]), None);
        whole.as_object_mut().unwrap().remove("evaluations");
        whole
    }] {
        assert_eq!(client.post("/access/v1/evaluations", &none).ok()["decision"], true);
    }
}

#[test]
fn a_yes_comes_with_its_duties_and_citations() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &[]);
    let client = &mut server.client();
    let asked = json!({
        "subject": { "type": "actor", "id": "Shop" },
        "action": { "name": "use", "properties": { "purpose": "Marketing" } },
        "resource": { "type": "data", "id": "Address" },
        "context": { "facts": { "opted_in": true } },
    });
    let answer = client.post("/access/v1/evaluation", &asked).ok();
    assert_eq!(answer["decision"], true, "{answer}");
    assert_eq!(answer["context"]["duties"], json!(["Notify"]));
    assert_eq!(answer["context"]["reason"], "permitted by `letters`");
    let mut unknown = asked;
    unknown.as_object_mut().unwrap().remove("context");
    let answer = client.post("/access/v1/evaluation", &unknown).ok();
    assert_eq!((&answer["decision"], &answer["context"]["verdict"]), (&json!(false), &json!("undetermined")));
    assert_eq!(answer["context"]["settles"][0]["name"], "opted_in");
    let shared = several(json!([]), None);
    let answer = client.post("/access/v1/evaluation", &{
        let mut one = shared;
        one.as_object_mut().unwrap().remove("evaluations");
        one
    });
    let answer = answer.ok();
    assert_eq!(
        answer["context"]["deciding"][0]["citations"][0]["fragment"],
        "we give your address to the carrier"
    );
    assert_eq!(answer["context"]["defeated"][0]["label"], "nobody");
}

#[test]
fn it_describes_itself() {
    let bundles = Bundles::new();
    let path = bundles.shop();
    let server = Server::start(&path, &[]);
    let address = server.address;
    let here = server.client().get("/.well-known/authzen-configuration").ok();
    assert_eq!(here["policy_decision_point"], format!("http://{address}"));
    for (member, path) in [
        ("access_evaluation_endpoint", "evaluation"),
        ("access_evaluations_endpoint", "evaluations"),
        ("search_subject_endpoint", "search/subject"),
        ("search_resource_endpoint", "search/resource"),
        ("search_action_endpoint", "search/action"),
    ] {
        assert_eq!(here[member], format!("http://{address}/access/v1/{path}"));
    }
    let server = Server::start(&path, &["--public-url", "https://pdp.example.com/shop/"]);
    let there = server.client().get("/.well-known/authzen-configuration/shop").ok();
    assert_eq!(there["policy_decision_point"], "https://pdp.example.com/shop");
    assert_eq!(there["search_action_endpoint"], "https://pdp.example.com/shop/access/v1/search/action");
    assert_eq!(server.client().get("/healthz").ok(), json!({ "status": "ok" }));
}
