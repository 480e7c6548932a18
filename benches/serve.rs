//! Requests per second and latency of the decision server, over connections that are kept alive, on the
//! loopback address.
//!
//! `cargo bench --features serve --bench serve` asks a server with the bundle of
//! `policies/clari-resolved` for two seconds with each number of connections. Client and server share
//! the machine. Every answer is looked at: one that is not the right one ends the run. With `-- --publish`
//! behind it, the table is put into `docs/server.md`.

#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long each row takes.
const TIME: Duration = Duration::from_secs(2);

/// What is asked: endpoint, question, and what the answer holds.
const QUESTIONS: [(&str, &str, &str, &str); 3] = [
    (
        "evaluation, permitted",
        "/access/v1/evaluation",
        r#"{"subject":{"type":"recipient","id":"Mixpanel"},"action":{"name":"share"},"resource":{"type":"data","id":"IpAddress","properties":{"subject":"SiteVisitor"}},"context":{"purpose":"UsageTracking","events":{"DeletionRequest":null}}}"#,
        "{\"decision\":true,",
    ),
    (
        "evaluation, unlisted",
        "/access/v1/evaluation",
        r#"{"subject":{"type":"recipient","id":"Nobody"},"action":{"name":"share"},"resource":{"type":"data","id":"IpAddress"}}"#,
        "unlisted-third-party",
    ),
    (
        "decide, permitted",
        "/v1/decide",
        r#"{"action":"share","data":"IpAddress","subject":"SiteVisitor","recipient":"Mixpanel","purpose":"UsageTracking","events":{"DeletionRequest":null}}"#,
        "{\"verdict\":\"permitted\"",
    ),
];

fn main() {
    // `cargo test --benches` only wants to know that it runs.
    let (time, counts): (_, &[usize]) = match std::env::args().any(|argument| argument == "--bench") {
        true => (TIME, &[1, 8, 64]),
        false => (Duration::from_millis(50), &[2]),
    };
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("clari.json");
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/clari-resolved");
    let built = Command::new(env!("CARGO_BIN_EXE_caveat"))
        .arg("build")
        .arg(policy)
        .args(["--today", "2026-11-23", "-o"])
        .arg(&bundle)
        .stderr(Stdio::null())
        .status();
    assert!(built.expect("the tool runs").success());
    let (server, address) = Server::start(&bundle);
    let busy = busy();
    let mut table = String::from(
        "| | connections | answers a second | p50 | p99 | longest |\n|---|---:|---:|---:|---:|---:|\n",
    );
    for (name, path, question, expected) in QUESTIONS {
        for &connections in counts {
            let started = Instant::now();
            let mut times: Vec<Duration> = std::thread::scope(|scope| {
                let each: Vec<_> = (0..connections)
                    .map(|_| scope.spawn(|| ask(&address, path, question, expected, started + time)))
                    .collect();
                each.into_iter().flat_map(|thread| thread.join().expect("answers")).collect()
            });
            let per_second = times.len() as f64 / started.elapsed().as_secs_f64();
            times.sort_unstable();
            let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize].as_micros();
            let (p50, p99, max) = (at(0.5), at(0.99), at(1.0));
            table +=
                &format!("| {name} | {connections} | {per_second:.0} | {p50} µs | {p99} µs | {max} µs |\n");
        }
    }
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    table += &format!("\nClients and server shared {cores} cores.{busy}\n");
    print!("{table}");
    if std::env::args().any(|argument| argument == "--publish") {
        publish(&table);
    }
    drop(server);
}

/// How busy the machine is before anything is measured, where the system says.
fn busy() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split_whitespace().next().map_or(String::new(), |load| {
        format!(" Before the run, {load} processes wanted to run on average (`/proc/loadavg`).")
    })
}

/// Puts the table between the page's marks.
fn publish(table: &str) {
    const BEGIN: &str = "<!-- figures -->\n";
    const END: &str = "<!-- end of figures -->\n";
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/server.md");
    let page = std::fs::read_to_string(&path).expect("docs/server.md");
    let (before, rest) = page.split_once(BEGIN).expect("the page has its marks");
    let (_, after) = rest.split_once(END).expect("the page has its marks");
    std::fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}")).expect("docs/server.md");
}

/// Asks one thing after the other on one connection; how long each answer took.
fn ask(address: &str, path: &str, question: &str, expected: &str, end: Instant) -> Vec<Duration> {
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.set_nodelay(true).expect("no delay");
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{question}",
        question.len()
    );
    let mut times = Vec::new();
    let mut buffer = vec![0; 64 << 10];
    while Instant::now() < end {
        let started = Instant::now();
        stream.write_all(request.as_bytes()).expect("sent");
        let mut length = 0;
        let whole = loop {
            let read = stream.read(&mut buffer[length..]).expect("an answer");
            assert!(read > 0, "the server closed");
            length += read;
            let text = String::from_utf8_lossy(&buffer[..length]);
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let stated = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
            if stated.and_then(|stated| stated.parse().ok()) == Some(body.len()) {
                break text.into_owned();
            }
        };
        times.push(started.elapsed());
        assert!(whole.starts_with("HTTP/1.1 200") && whole.contains(expected), "{whole}");
    }
    times
}

/// Ended with the run.
struct Server(Child);

impl Server {
    fn start(bundle: &Path) -> (Server, String) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(["serve", "--listen", "127.0.0.1:0", "--bundle"])
            .arg(bundle)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server runs");
        let mut lines = BufReader::new(child.stderr.take().expect("its words")).lines();
        let address = lines.find_map(|line| line.ok()?.split_once("http://").map(|(_, at)| at.to_owned()));
        (Server(child), address.expect("an address"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
