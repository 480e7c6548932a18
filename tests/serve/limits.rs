//! Those who take too much, or take too long, are told so or cut off; others are served meanwhile.

use super::bundles::Bundles;
use super::client::Client;
use super::server::Server;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn right() -> Value {
    json!({ "action": "sell", "data": "Address", "recipient": "Post" })
}

#[test]
fn bodies_that_are_too_large_are_refused() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &["--max-body-bytes", "1000"]);
    // By what the head says, before the body is sent.
    let mut client = server.client();
    client.send(Client::head("/v1/decide", 1 << 40).as_bytes()).unwrap();
    assert_eq!(client.response().expect("an answer").status, 413);
    // By what comes, where the head does not say.
    let mut client = server.client();
    client
        .send(b"POST /v1/decide HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n")
        .unwrap();
    let chunk = format!("100\r\n{}\r\n", " ".repeat(256));
    for _ in 0..8 {
        // The server may have had enough already.
        let _ = client.send(chunk.as_bytes());
    }
    assert_eq!(client.response().expect("an answer").status, 413);
    // And up to the limit they are read.
    let mut client = server.client();
    let mut padded = right().to_string();
    padded.push_str(&" ".repeat(1000 - padded.len()));
    assert_eq!(client.try_post("/v1/decide", padded.as_bytes()).unwrap().status, 200);
    padded.push(' ');
    assert_eq!(client.try_post("/v1/decide", padded.as_bytes()).unwrap().status, 413);
    // So is a head.
    let mut client = server.client();
    let long = format!("GET /healthz HTTP/1.1\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    let _ = client.send(long.as_bytes());
    let said = client.closed();
    assert!(said.is_empty() || said.starts_with(b"HTTP/1.1 431"), "{}", String::from_utf8_lossy(&said));
    assert_eq!(server.metric("caveat_http_requests_total{endpoint=\"decide\",status=\"413\"}"), 3.0);
}

#[test]
fn slow_clients_are_cut_off() {
    let bundles = Bundles::new();
    let options = ["--head-timeout", "400ms", "--body-timeout", "400ms", "--idle-timeout", "900ms"];
    let server = Server::start(&bundles.shop(), &options);
    let started = Instant::now();
    let took_at_least = |least: u64| {
        assert!(started.elapsed() >= Duration::from_millis(least), "{:?}", started.elapsed());
    };
    std::thread::scope(|scope| {
        // One says nothing.
        scope.spawn(|| {
            assert!(server.client().closed().is_empty());
            took_at_least(400);
        });
        // One sends its head byte by byte, each in time, and never ends it.
        scope.spawn(|| {
            let mut client = server.client();
            let head = "GET /healthz HTTP/1.1\r\nX-Slow: ".to_owned() + &"y".repeat(200);
            let mut sent = 0;
            while client.send(&head.as_bytes()[sent..=sent]).is_ok() && sent + 1 < head.len() {
                sent += 1;
                std::thread::sleep(Duration::from_millis(50));
            }
            assert!(sent + 1 < head.len(), "the whole head could be sent");
            took_at_least(400);
        });
        // So does one with its second request.
        scope.spawn(|| {
            let mut client = server.client();
            assert_eq!(client.get("/healthz").status, 200);
            client.send(b"GET /healthz HTTP/1.1\r\nX-Slow: ").unwrap();
            assert!(client.closed().is_empty());
            took_at_least(400);
        });
        // One sends half a body.
        scope.spawn(|| {
            let mut client = server.client();
            client.send((Client::head("/v1/decide", 100) + "{").as_bytes()).unwrap();
            let answer = client.response().expect("an answer");
            assert_eq!(answer.status, 408);
            answer.json();
            took_at_least(400);
        });
        // One has nothing more to ask.
        scope.spawn(|| {
            let mut client = server.client();
            assert_eq!(client.post("/v1/decide", &right()).status, 200);
            assert!(client.closed().is_empty());
            took_at_least(900);
        });
        // Whoever is not slow is served all the while.
        scope.spawn(|| {
            let mut client = server.client();
            while started.elapsed() < Duration::from_millis(1500) {
                assert_eq!(client.post("/v1/decide", &right()).ok()["verdict"], "prohibited");
                std::thread::sleep(Duration::from_millis(20));
            }
        });
    });
}

#[test]
fn who_does_not_take_the_answers_is_cut_off() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &["--write-timeout", "500ms", "--max-connections", "1"]);
    let mut client = server.client();
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    // Answers far larger than the questions fill the way back, until the server cannot write.
    let mut sent = 0;
    const MANY: usize = 400_000;
    while sent < MANY && client.send(request.as_bytes()).is_ok() {
        sent += 1;
    }
    assert!(sent < MANY, "the server read on, and kept what nobody took");
    // The one connection that there may be is free again.
    server.wait_for("a place", |server| {
        let mut next = Client::try_tcp(server.address).ok()?;
        next.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").ok()?;
        next.response().ok()
    });
}

#[test]
fn no_more_requests_are_under_way_than_may_be() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &["--max-requests", "2", "--body-timeout", "20s"]);
    let body = right().to_string();
    let begin = || {
        let mut client = server.client();
        client.send(Client::head("/v1/decide", body.len()).as_bytes()).unwrap();
        client
    };
    let mut begun = [begin(), begin()];
    server.wait_for("two under way", |server| {
        (server.metric("caveat_http_requests_under_way") == 2.0).then_some(())
    });
    let turned_away = server.client().post("/v1/decide", &right());
    assert_eq!((turned_away.status, turned_away.header("retry-after")), (503, Some("1")));
    turned_away.json();
    assert_eq!(server.client().get("/healthz").status, 200, "upkeep goes on");
    assert_eq!(server.ready()["ready"], true);
    assert_eq!(server.metric("caveat_http_requests_refused_total"), 1.0);
    for client in &mut begun {
        client.send(body.as_bytes()).unwrap();
        assert_eq!(client.response().unwrap().ok()["verdict"], "prohibited");
    }
    assert_eq!(server.client().post("/v1/decide", &right()).status, 200);
    // Who goes away leaves its place.
    drop([begin(), begin()]);
    server.wait_for("places", |server| {
        (server.client().post("/v1/decide", &right()).status == 200).then_some(())
    });
}

#[test]
fn further_connections_wait() {
    let bundles = Bundles::new();
    let server = Server::start(&bundles.shop(), &["--max-connections", "1"]);
    let mut first = server.client();
    assert_eq!(first.get("/healthz").status, 200);
    let mut second = server.client();
    second.send(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert_eq!(first.get("/metrics").status, 200);
    let waits = std::thread::spawn(move || second.response().unwrap().status);
    std::thread::sleep(Duration::from_millis(200));
    assert!(!waits.is_finished(), "the second connection was served beside the first");
    drop(first);
    assert_eq!(waits.join().unwrap(), 200);
}

#[test]
fn work_that_takes_too_long_is_left() {
    let bundles = Bundles::new();
    let options = ["--work-timeout", "1ms", "--max-body-bytes", "1000000"];
    let server = Server::start(&bundles.clari(), &options);
    let asked = json!({
        "subject": { "type": "actor", "id": "Clari" },
        "action": { "name": "share" },
        "resource": { "type": "data", "id": "PersonalInformation" },
        "evaluations": vec![json!({}); 1000],
    });
    let answer = server.client().post("/access/v1/evaluations", &asked).ok();
    let answers = answer["evaluations"].as_array().unwrap();
    assert_eq!(answers.len(), 1000);
    assert!(answers.iter().all(|a| a["decision"] == false));
    assert_eq!(answers[999]["context"]["error"]["kind"], "late");
    // A search ends its page there, and goes on with the next.
    let mut asked = json!({
        "subject": { "type": "actor", "id": "Clari" }, "action": { "name": "use" }, "resource": { "type": "data" },
    });
    let mut pages = 0;
    loop {
        let answer = server.client().post("/access/v1/search/resource", &asked).ok();
        pages += 1;
        if answer["page"]["next_token"] == "" {
            break;
        }
        asked["page"] = json!({ "token": answer["page"]["next_token"] });
    }
    assert!(pages > 1);
}
