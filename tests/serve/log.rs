//! What is logged and counted, and above all what is not.

use super::bundles::{Bundles, load};
use super::server::Server;
use serde_json::{Value, json};

/// All that a line of the log can hold.
pub const FIELDS: [&str; 15] = [
    "time",
    "id",
    "number",
    "endpoint",
    "asked",
    "verdict",
    "undecided",
    "error",
    "results",
    "deciding",
    "defeated",
    "duties",
    "policy",
    "bundle",
    "microseconds",
];

/// What must be found nowhere.
const PERSONAL: &str = "alice-4711@example.com";

#[test]
fn decisions_are_logged_and_nothing_personal_is() {
    let bundles = Bundles::new();
    let bundle = bundles.shop();
    let log = bundles.path("log.jsonl");
    let server = Server::start(&bundle, &["--decision-log", log.to_str().unwrap()]);
    let client = &mut server.client();
    let asked = |subject: Value, facts: Value| {
        json!({
            "subject": subject,
            "action": { "name": "share", "properties": { "purpose": "Delivery" } },
            "resource": { "type": "data", "id": "Address", "properties": { "subject": "Customer" } },
            "context": { "facts": facts, "events": { "Complaint": "2026-03-04T05:06:07Z" } },
        })
    };
    let post = json!({ "type": "recipient", "id": "Post" });
    let permitted = client.post("/access/v1/evaluation", &asked(post.clone(), json!({ "abroad": true })));
    assert_eq!(permitted.ok()["decision"], true);
    let personal = [
        asked(json!({ "type": "recipient", "id": PERSONAL }), json!({})),
        asked(json!({ "type": "actor", "id": PERSONAL }), json!({})),
        asked(json!({ "type": PERSONAL, "id": "Post" }), json!({})),
        asked(post.clone(), json!({ PERSONAL: true })),
        asked(post.clone(), json!({ "abroad": PERSONAL })),
        json!({ PERSONAL: 1 }),
    ];
    for asked in &personal {
        let _ = client.post("/access/v1/evaluation", asked);
        let _ = client.post("/access/v1/evaluations", &json!({ "evaluations": [asked] }));
        let _ = client.post("/access/v1/search/subject", asked);
    }
    for native in [
        json!({ "action": "share", "data": "Address", "recipient": PERSONAL }),
        json!({ "action": "share", "data": "Address", "recipient": ["Post", PERSONAL] }),
        json!({ "action": PERSONAL, "data": PERSONAL }),
        json!({ "action": "retain", "data": "Orders", "events": { "Complaint": PERSONAL } }),
    ] {
        let _ = client.post("/v1/decide", &native);
        let _ = client.post("/v1/explain", &native);
    }
    let _ = client.try_post("/v1/decide", PERSONAL.as_bytes());
    let _ = client.get(&format!("/{PERSONAL}"));
    let metrics = String::from_utf8(client.get("/metrics").body).unwrap();
    server.signal("TERM");
    assert_eq!(server.ends().code(), Some(0));
    let text = std::fs::read_to_string(&log).unwrap();
    for (name, text) in [("log", &text), ("standard error", &server.words()), ("metrics", &metrics)] {
        assert!(!text.contains("alice"), "{name}:\n{text}");
        assert!(!text.contains("4711"), "{name}:\n{text}");
    }
    assert!(!text.contains("2026-03-04"), "times of events are not logged");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 1 + 3 * personal.len() + 2 * 4 + 1);
    let first = &lines[0];
    assert_eq!(permitted.header("x-caveat-decision-id"), first["id"].as_str());
    assert_eq!(first["bundle"], load(&bundle).digest());
    assert_eq!((&first["endpoint"], &first["verdict"]), (&json!("evaluation"), &json!("permitted")));
    assert_eq!(
        first["asked"],
        json!({
            "action": ["share"], "data": ["Address"], "purpose": ["Delivery"], "recipient": ["Post"], "subject": ["Customer"],
        })
    );
    assert_eq!(first["deciding"][0]["label"], "delivery");
    assert_eq!(first["defeated"][0]["label"], "nobody");
    assert!(first["deciding"][0]["place"].as_str().unwrap().starts_with("shop.caveat:"));
    assert_eq!(lines[1]["verdict"], "unlisted-third-party");
    assert!(lines[1]["asked"].get("recipient").is_none());
    // No line has a member that the page about it does not name.
    for line in &lines {
        for name in line.as_object().unwrap().keys() {
            assert!(FIELDS.contains(&name.as_str()), "{name}");
        }
    }
}

#[test]
fn the_log_is_opened_anew_when_it_was_moved_away() {
    let bundles = Bundles::new();
    let log = bundles.path("log.jsonl");
    let server = Server::start(&bundles.shop(), &["--decision-log", log.to_str().unwrap()]);
    let asked = json!({ "action": "sell", "data": "Address", "recipient": "Post" });
    let lines = |path: &std::path::Path| std::fs::read_to_string(path).map_or(0, |text| text.lines().count());
    server.client().post("/v1/decide", &asked).ok();
    server.wait_for("a line", |_| (lines(&log) == 1).then_some(()));
    let moved = bundles.path("log.1");
    std::fs::rename(&log, &moved).unwrap();
    server.client().post("/v1/decide", &asked).ok();
    server.wait_for("a line", |_| (lines(&moved) == 2).then_some(()));
    server.signal("HUP");
    server.wait_for("a file", |_| log.exists().then_some(()));
    server.client().post("/v1/decide", &asked).ok();
    server.wait_for("a line", |_| (lines(&log) == 1).then_some(()));
    assert_eq!(lines(&moved), 2);
}

#[test]
fn what_happened_is_counted() {
    let bundles = Bundles::new();
    let bundle = bundles.shop();
    let server = Server::start(&bundle, &[]);
    let client = &mut server.client();
    let share = |to: &str| {
        json!({
            "action": "share", "data": "Address", "subject": "Customer", "recipient": to, "purpose": "Delivery",
        })
    };
    for (asked, times) in [(share("Post"), 3), (share("Printer"), 2), (share("Nobody"), 1), (share(""), 4)] {
        for _ in 0..times {
            client.post("/v1/decide", &asked);
        }
    }
    let is = |name: &str, value: f64| assert_eq!(server.metric(name), value, "{name}");
    is("caveat_decisions_total{endpoint=\"decide\",verdict=\"undetermined\"}", 0.0);
    is("caveat_decisions_total{endpoint=\"decide\",verdict=\"permitted\"}", 3.0);
    is("caveat_decisions_total{endpoint=\"decide\",verdict=\"prohibited\"}", 2.0);
    is("caveat_decisions_total{endpoint=\"decide\",verdict=\"unlisted-third-party\"}", 1.0);
    is("caveat_decisions_total{endpoint=\"decide\",verdict=\"error\"}", 4.0);
    is("caveat_http_requests_total{endpoint=\"decide\",status=\"200\"}", 6.0);
    is("caveat_http_requests_total{endpoint=\"decide\",status=\"400\"}", 4.0);
    is("caveat_http_request_duration_seconds_count{endpoint=\"decide\"}", 10.0);
    let digest = load(&bundle).digest().to_owned();
    is(
        &format!(
            "caveat_bundle_info{{policy=\"shop\",revised=\"2026-01-01\",revision=\"\",sha256=\"{digest}\"}}"
        ),
        1.0,
    );
    let answer = client.get("/metrics");
    assert_eq!(answer.header("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    // Every sample belongs to a metric that was introduced, as the format demands.
    let text = String::from_utf8(answer.body).unwrap();
    let mut introduced = Vec::new();
    for line in text.lines() {
        if let Some(rest) = line.strip_prefix("# TYPE ") {
            introduced.push(rest.split(' ').next().unwrap().to_owned());
        } else if !line.starts_with('#') {
            let name = line.split(['{', ' ']).next().unwrap();
            let last = introduced.last().unwrap();
            assert!(
                name.strip_prefix(last.as_str())
                    .is_some_and(|rest| ["", "_bucket", "_sum", "_count"].contains(&rest)),
                "{line}"
            );
            assert!(line.rsplit_once(' ').unwrap().1.parse::<f64>().is_ok(), "{line}");
        }
    }
}
