//! How a server ends, and how the next one begins.

use super::bundles::Bundles;
use super::client::Client;
use super::server::Server;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};

fn right() -> Value {
    json!({ "action": "sell", "data": "Address", "recipient": "Post" })
}

#[test]
fn requests_under_way_are_answered_before_it_stops() {
    let bundles = Bundles::new();
    let log = bundles.path("log.jsonl");
    let server = Server::start(&bundles.shop(), &["--decision-log", log.to_str().unwrap()]);
    let body = right().to_string();
    let mut begun: Vec<Client> = (0..4)
        .map(|_| {
            let mut client = server.client();
            client.send((Client::head("/v1/decide", body.len()) + &body[..10]).as_bytes()).unwrap();
            client
        })
        .collect();
    server.wait_for("four under way", |server| {
        (server.metric("caveat_http_requests_under_way") == 4.0).then_some(())
    });
    let answered = AtomicUsize::new(0);
    let address = server.address;
    std::thread::scope(|scope| {
        for _ in 0..3 {
            // These ask one thing after the other. When the server stops, a connection that waits for
            // a question is closed; an answer that was begun is never cut off.
            scope.spawn(|| {
                let mut client = Client::tcp(address);
                while let Ok(answer) = client.try_post("/v1/decide", right().to_string().as_bytes()) {
                    assert_eq!(answer.ok()["verdict"], "prohibited");
                    answered.fetch_add(1, Ordering::SeqCst);
                    if answer.header("connection") == Some("close") {
                        break;
                    }
                }
            });
        }
        while answered.load(Ordering::SeqCst) < 50 {
            std::thread::yield_now();
        }
        server.signal("TERM");
        server.hears("stopping");
        for client in &mut begun {
            client.send(&body.as_bytes()[10..]).unwrap();
            let answer = client.response().expect("an answer");
            assert_eq!(answer.ok()["verdict"], "prohibited");
            assert_eq!(answer.header("connection"), Some("close"));
            answered.fetch_add(1, Ordering::SeqCst);
        }
    });
    assert_eq!(server.ends().code(), Some(0));
    assert!(server.words().ends_with("stopped"), "{}", server.words());
    let lines = std::fs::read_to_string(log).unwrap();
    // What was answered was logged. A client that the closing met may not have seen its answer.
    let (logged, answered) = (lines.lines().count(), answered.load(Ordering::SeqCst));
    assert!((answered..=answered + 3).contains(&logged), "{logged} {answered}");
    assert!(lines.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()));
    assert!(Client::try_tcp(address).is_err(), "nobody listens any more");
}

#[test]
fn who_never_ends_a_request_does_not_keep_it() {
    let bundles = Bundles::new();
    let options = ["--grace-time", "300ms", "--body-timeout", "1h"];
    let server = Server::start(&bundles.shop(), &options);
    let mut client = server.client();
    client.send((Client::head("/v1/decide", 100) + "{").as_bytes()).unwrap();
    let _idle = server.client();
    server.wait_for("one under way", |server| {
        (server.metric("caveat_http_requests_under_way") == 1.0).then_some(())
    });
    server.signal("INT");
    assert_eq!(server.ends().code(), Some(0));
    assert!(server.words().contains("some connections were cut off"), "{}", server.words());
    assert!(client.closed().is_empty());
}

#[test]
fn a_killed_server_starts_again() {
    let bundles = Bundles::new();
    let bundle = bundles.shop();
    let socket = bundles.path("socket");
    let unix = ["--unix", socket.to_str().unwrap()];
    let mut server = Server::start(&bundle, &unix);
    let address = server.address.to_string();
    for _ in 0..3 {
        server.hears("listening at unix:");
        let (mut tcp, mut local) = (server.client(), Client::unix(&socket));
        let answer = tcp.post("/v1/explain", &right());
        assert_eq!(answer.ok()["verdict"], "prohibited");
        assert_eq!(local.post("/v1/explain", &right()).body, answer.body);
        server.signal("KILL");
        assert_eq!(server.ends().code(), None);
        assert!(socket.exists(), "a killed server clears nothing away");
        server = Server::start_at(&bundle, &address, &unix);
    }
    server.hears("listening at unix:");
    // A socket that somebody listens at is not taken away, and neither is a file.
    for (place, kept) in [(&socket, true), (&bundle, true)] {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(["serve", "--bundle"])
            .arg(&bundle)
            .arg("--unix")
            .arg(place)
            .output()
            .unwrap();
        assert_eq!((ran.status.code(), place.exists()), (Some(2), kept));
    }
    assert_eq!(Client::unix(&socket).post("/v1/decide", &right()).status, 200);
    server.signal("TERM");
    assert_eq!(server.ends().code(), Some(0));
    assert!(!socket.exists());
}
