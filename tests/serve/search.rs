//! What a search gives is what evaluations would say yes to, all of it and nothing else.

use super::bundles::{Bundles, load};
use super::client::Client;
use super::server::Server;
use caveat::bundle::Dimension;
use caveat::bundle::dimension::ACTIONS;
use serde_json::{Value, json};

/// All results, page by page.
fn all(client: &mut Client, endpoint: &str, asked: &Value, limit: usize) -> Vec<Value> {
    let (mut results, mut token) = (Vec::new(), String::new());
    loop {
        let mut asked = asked.clone();
        asked["page"] = json!({ "token": token, "limit": limit });
        let answer = client.post(&format!("/access/v1/search/{endpoint}"), &asked).ok();
        let page = answer["results"].as_array().unwrap().clone();
        assert_eq!(answer["page"]["count"], page.len());
        assert!(page.len() <= limit, "{answer}");
        results.extend(page);
        token = answer["page"]["next_token"].as_str().unwrap().to_owned();
        if token.is_empty() {
            return results;
        }
    }
}

/// What evaluations say yes to.
fn evaluated(
    client: &mut Client,
    asked: &Value,
    candidates: &[Value],
    put: impl Fn(&mut Value, &Value),
) -> Vec<Value> {
    let yes = |candidate: &&Value| {
        let mut one = asked.clone();
        put(&mut one, candidate);
        let answer = client.post("/access/v1/evaluation", &one);
        answer.status == 200 && answer.json()["decision"] == true
    };
    candidates.iter().filter(yes).cloned().collect()
}

#[test]
fn searches_give_what_evaluations_permit() {
    let bundles = Bundles::new();
    let path = bundles.clari();
    let bundle = load(&path);
    let server = Server::start(&path, &[]);
    let client = &mut server.client();
    let terms = |dimension: Dimension, of: &str| -> Vec<Value> {
        let graph = bundle.graph(dimension).unwrap();
        let mut names: Vec<&str> = graph.terms.iter().map(|t| t.name.as_str()).collect();
        if of != "data" {
            names.push("the subject");
        }
        names.into_iter().map(|id| json!({ "type": of, "id": id })).collect()
    };
    let before = json!({
        "subject": "SiteVisitor",
        "facts": { "signed_up": true, "opted_out_of_emails": false, "transaction": "Acquisition" },
        "events": { "DeletionRequest": null },
    });
    let with = |purpose: &str| {
        let mut context = before.clone();
        context["purpose"] = json!(purpose);
        context
    };
    let mut found = 0;
    for (verb, data, purpose) in [
        ("share", "IpAddress", "UsageTracking"),
        ("sell", "CrmData", "BusinessTransfer"),
        ("use", "Name", "Newsletters"),
        ("retain", "CookieInformation", "Features"),
    ] {
        for role in ["actor", "recipient"] {
            let mut asked = json!({
                "subject": { "type": role },
                "action": { "name": verb },
                "resource": { "type": "data", "id": data },
                "context": with(purpose),
            });
            if role == "recipient" && ["use", "retain"].contains(&verb) {
                let answer = client.post("/access/v1/search/subject", &asked);
                assert_eq!(answer.status, 400, "what is used goes to nobody");
                continue;
            }
            let dimension = if role == "actor" { Dimension::Actor } else { Dimension::Recipient };
            let candidates = terms(dimension, role);
            let expected = evaluated(client, &asked, &candidates, |one, it| one["subject"] = it.clone());
            assert_eq!(all(client, "subject", &asked, 1_000), expected, "{asked}");
            found += expected.len();
            asked["subject"]["id"] = json!("this is passed over");
            assert_eq!(all(client, "subject", &asked, 2), expected, "{asked}");
        }
        let mut asked = json!({
            "subject": { "type": "actor", "id": "Clari" },
            "action": { "name": verb },
            "resource": { "type": "data" },
            "context": with(purpose),
        });
        match verb {
            "share" => asked["context"]["recipient"] = json!("Mixpanel"),
            "sell" => asked["context"]["recipient"] = json!("Acquirer"),
            _ => {}
        }
        let data = terms(Dimension::Data, "data");
        let expected = evaluated(client, &asked, &data, |one, it| one["resource"] = it.clone());
        assert!(!expected.is_empty(), "{asked}");
        assert_eq!(all(client, "resource", &asked, 3), expected, "{asked}");
        found += expected.len();
    }
    let verbs: Vec<Value> = ACTIONS.iter().map(|verb| json!({ "name": verb })).collect();
    for (role, party, purpose) in [
        ("actor", "Clari", "Features"),
        ("recipient", "Mixpanel", "UsageTracking"),
        ("recipient", "Acquirer", "BusinessTransfer"),
    ] {
        let asked = json!({
            "subject": { "type": role, "id": party },
            "resource": { "type": "data", "id": "IpAddress" },
            "context": with(purpose),
        });
        let expected = evaluated(client, &asked, &verbs, |one, it| one["action"] = it.clone());
        assert_eq!(all(client, "action", &asked, 1), expected, "{asked}");
        found += expected.len();
    }
    assert!(found > 20, "{found}");
}

#[test]
fn a_token_is_for_the_search_that_gave_it() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &["--max-page", "1"]);
    let client = &mut server.client();
    let mut asked = json!({
        "subject": { "type": "recipient" },
        "action": { "name": "share", "properties": { "purpose": "Delivery" } },
        "resource": { "type": "data", "id": "Address", "properties": { "subject": "Customer" } },
        "page": { "limit": 50 },
    });
    let first = client.post("/access/v1/search/subject", &asked).ok();
    assert_eq!(
        first["results"],
        json!([{ "type": "recipient", "id": "Carrier" }]),
        "the server has a limit of its own"
    );
    let token = first["page"]["next_token"].clone();
    asked["page"] = json!({ "token": token, "limit": 0 });
    let none = client.post("/access/v1/search/subject", &asked).ok();
    assert_eq!((none["results"].clone(), &none["page"]["next_token"]), (json!([]), &token));
    asked["page"] = json!({ "token": token });
    assert_eq!(client.post("/access/v1/search/subject", &asked).ok()["results"][0]["id"], "Courier");
    asked["resource"]["id"] = json!("Orders");
    let other = client.post("/access/v1/search/subject", &asked);
    assert_eq!(other.status, 400);
    assert!(other.json().as_str().unwrap().starts_with("/page/token: the token is of another search"));
    for wrong in ["nonsense", "1", "zz.0011223344556677", "-1.0011223344556677", "."] {
        asked["page"]["token"] = json!(wrong);
        assert_eq!(client.post("/access/v1/search/subject", &asked).status, 400, "{wrong}");
    }
}
