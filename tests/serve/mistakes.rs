//! What is wrong with a request is said, with the place where it is wrong.

use super::bundles::Bundles;
use super::server::Server;
use serde_json::{Value, json};

/// A request that is right.
fn right() -> Value {
    json!({
        "subject": { "type": "recipient", "id": "Post" },
        "action": { "name": "share", "properties": { "purpose": "Delivery" } },
        "resource": { "type": "data", "id": "Address", "properties": { "subject": "Customer" } },
        "context": { "facts": { "abroad": false }, "events": { "Complaint": null }, "now": "2026-11-27" },
    })
}

#[test]
fn mistakes_are_pointed_at() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &["--max-evaluations", "3"]);
    let client = &mut server.client();
    assert_eq!(client.post("/access/v1/evaluation", &right()).ok()["decision"], true);
    // Where to put what, and what the answer points at; null takes the member away.
    let cases = [
        ("/subject", json!("none"), "/subject: this must be an object, and is a string"),
        ("/subject/type", json!("user"), "/subject/type: a subject's type is `actor`"),
        ("/subject/type", json!(7), "/subject/type: this must be a string, and is a number"),
        ("/subject/id", json!(["Post"]), "/subject/id: this must be a string, and is an array"),
        ("/subject/colour", json!(1), "/subject/colour: `colour` is none of `type`, `id`, `properties`"),
        (
            "/subject/properties",
            json!({ "ip_address": "::1" }),
            "/subject/properties/ip_address: `ip_address` is none of",
        ),
        ("/action/name", json!("shar"), "/action/name: there is no action `shar`"),
        ("/action/properties", json!([]), "/action/properties: this must be an object"),
        ("/action/properties/purpose", json!([]), "/action/properties/purpose: this array must not be empty"),
        (
            "/action/properties/purpose",
            json!(["Delivery", "Delivry"]),
            "/action/properties/purpose/1: the policy declares no purpose `Delivry`",
        ),
        (
            "/action/properties/recipient",
            json!("Post"),
            "/subject/id: the recipient is said at `/action/properties/recipient` already",
        ),
        ("/resource/type", json!("record"), "/resource/type: a resource's type is `data`"),
        ("/resource/id", json!("Adress"), "/resource/id: the policy declares no data `Adress`"),
        ("/context/facts/abroad", json!(1), "/context/facts/abroad: this must be `true`, `false`, `null`"),
        (
            "/context/facts/abroad",
            json!("maybe"),
            "/context/facts/abroad: the fact `abroad` has no value `maybe`",
        ),
        ("/context/facts/a~1b", json!(true), "/context/facts/a~1b: the policy declares no fact `a/b`"),
        (
            "/context/events/Complaint",
            json!(false),
            "/context/events/Complaint: this must be `null`, `true` or a time",
        ),
        ("/context/events/Complaint", json!("soon"), "/context/events/Complaint: `soon` is no time"),
        (
            "/context/events/Complain",
            json!(true),
            "/context/events/Complain: the policy declares no event `Complain`",
        ),
        ("/context/now", json!("noon"), "/context/now: `noon` is no time"),
        (
            "/context/time",
            json!("2026-11-27T00:00:00Z"),
            "/context/time: `time` is none of `facts`, `events`, `now`",
        ),
        ("/contxt", json!({}), "/contxt: `contxt` is none of `subject`, `action`, `resource`, `context`"),
    ];
    for (place, value, said) in cases {
        let mut asked = right();
        let (parent, member) = place.rsplit_once('/').unwrap();
        let member = member.replace("~1", "/");
        asked.pointer_mut(parent).unwrap()[member] = value;
        let answer = client.post("/access/v1/evaluation", &asked);
        // The order of members is that of the text, so either place may be the second.
        let twice = said.contains(" is said at ");
        let text = answer.json().as_str().expect("a string").to_owned();
        assert_eq!(answer.status, 400, "{asked}");
        assert!(text.starts_with(said) || twice && text.contains(" is said at "), "{text}\n{said}");
    }
    for (gone, said) in [
        ("/subject", "/subject: `subject` must be there"),
        ("/subject/type", "/subject/type: `type` must be there"),
        ("/subject/id", "/subject/id: `id` must be there"),
        ("/action", "/action: `action` must be there"),
        ("/action/name", "/action/name: `name` must be there"),
        ("/resource", "/resource: `resource` must be there"),
        ("/resource/id", "/resource/id: `id` must be there"),
    ] {
        let mut asked = right();
        let (parent, member) = gone.rsplit_once('/').unwrap();
        asked.pointer_mut(parent).unwrap().as_object_mut().unwrap().remove(member);
        let answer = client.post("/access/v1/evaluation", &asked);
        assert_eq!((answer.status, answer.json()), (400, json!(said)));
    }
    let mut several = right();
    for (evaluations, options, said) in [
        (json!({}), json!({}), "/evaluations: this must be an array, and is an object"),
        (json!([{}, {}, {}, {}]), json!({}), "/evaluations: there are 4 evaluations, and no more than 3"),
        (json!([{}]), json!([]), "/options: this must be an object"),
        (
            json!([{}]),
            json!({ "evaluations_semantic": "any" }),
            "/options/evaluations_semantic: `any` is none of `execute_all`",
        ),
    ] {
        several["evaluations"] = evaluations;
        several["options"] = options;
        let answer = client.post("/access/v1/evaluations", &several);
        assert_eq!(answer.status, 400);
        assert!(answer.json().as_str().unwrap().starts_with(said), "{answer:?}");
    }
    let mut search = right();
    search["page"] = json!({ "limit": -1 });
    let answer = client.post("/access/v1/search/subject", &search);
    assert_eq!(answer.json(), json!("/page/limit: this must be a whole number from 0, and is a number"));
    let answer = client.post("/access/v1/search/action", &right());
    assert!(answer.json().as_str().unwrap().starts_with("/action: `action` is none of"));
}

#[test]
fn what_is_no_json_is_refused() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &[]);
    let client = &mut server.client();
    let deep = |open: &str, close: &str| open.repeat(30_000) + "1" + &close.repeat(30_000);
    let twice = right().to_string().replacen("\"subject\"", "\"action\":{},\"subject\"", 1);
    let bodies: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"{".to_vec(),
        b"null".to_vec(),
        b"[]".to_vec(),
        b"{}{}".to_vec(),
        b"{\"subject\":\xff}".to_vec(),
        b"{\"a\":NaN}".to_vec(),
        b"{\"a\":1e999}".to_vec(),
        b"{\"a\":\"\\ud800\"}".to_vec(),
        format!("{{\"context\":{}}}", deep("[", "]")).into_bytes(),
        format!("{{\"context\":{}}}", deep("{\"a\":", "}")).into_bytes(),
        twice.into_bytes(),
    ];
    let endpoints = [
        "/access/v1/evaluation",
        "/access/v1/evaluations",
        "/access/v1/search/subject",
        "/v1/decide",
        "/v1/explain",
    ];
    for body in &bodies {
        for endpoint in endpoints {
            let answer = client.try_post(endpoint, body).expect("an answer");
            let shown = String::from_utf8_lossy(&body[..body.len().min(60)]);
            // A body may be larger than a request in the library's own form can be.
            let expected = if endpoint.starts_with("/v1") && body.len() > 64 << 10 { 413 } else { 400 };
            assert_eq!(answer.status, expected, "{endpoint} {shown}");
            answer.json();
        }
    }
    assert_eq!(server.client().post("/access/v1/evaluation", &right()).ok()["decision"], true);
}

#[test]
fn what_is_not_for_here_is_said_by_its_status() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &[]);
    let body = right().to_string();
    let ask = |method: &str, path: &str, headers: &str| {
        let mut client = server.client();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: x\r\n{headers}X-Request-ID: my id\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        client.send(head.as_bytes()).unwrap();
        let answer = client.response().expect("an answer");
        assert_eq!(answer.header("x-request-id"), Some("my id"), "{answer:?}");
        answer
    };
    let json = "Content-Type: application/json\r\n";
    let path = "/access/v1/evaluation";
    assert_eq!(ask("POST", path, json).status, 200);
    assert_eq!(ask("POST", path, "Content-Type: Application/JSON; charset=utf-8\r\n").status, 200);
    assert_eq!(ask("POST", path, "").status, 415);
    assert_eq!(ask("POST", path, "Content-Type: text/plain\r\n").status, 415);
    assert_eq!(ask("POST", path, "Content-Type: application/jsonx\r\n").status, 415);
    for method in ["GET", "PUT", "DELETE", "PATCH"] {
        let answer = ask(method, path, json);
        assert_eq!((answer.status, answer.header("allow")), (405, Some("POST")), "{method}");
        answer.json();
    }
    let answer = ask("POST", "/metrics", json);
    assert_eq!((answer.status, answer.header("allow")), (405, Some("GET,HEAD")));
    for nowhere in
        ["/", "/access/v1/evaluation/", "/access/v2/evaluation", "/../etc/passwd", "/access/v1/search"]
    {
        let answer = ask("POST", nowhere, json);
        assert_eq!(answer.status, 404, "{nowhere}");
        answer.json();
    }
    // What is no HTTP is answered with 400 or not at all, and the server goes on.
    for nonsense in [
        "\r\n\r\n\r\n",
        "GET\r\n\r\n",
        "\u{0}\u{1}\u{2}\r\n\r\n",
        "POST / HTTP/9.9\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
    ] {
        let mut client = server.client();
        client.send(nonsense.as_bytes()).unwrap();
        let mut stream = client;
        let _ = stream.send(b"\r\n\r\n");
        let said = String::from_utf8_lossy(&stream.closed()).into_owned();
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{nonsense:?}: {said}");
    }
    assert_eq!(ask("POST", path, json).status, 200);
}
