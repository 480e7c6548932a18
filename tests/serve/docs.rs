//! Holds `docs/server.md` true: its policy is built, its requests are sent, and its answers are those
//! that come.
//!
//! - A `caveat` block is the policy.
//! - Behind an `http` block, which is a request (method, path and body), stands a `json` block: the
//!   answer's body, laid out for people. The bundle's digest and times are written `…` there.
//! - The limits, log fields and metrics that its tables name are those that there are.
//!
//! `CAVEAT_BLESS=1 cargo test --features serve --test serve docs` writes the answers anew.

use super::bundles::Bundles;
use super::server::Server;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

#[test]
fn the_page_shows_what_happens() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/server.md");
    let written = std::fs::read_to_string(&path).expect("docs/server.md");
    let policy = blocks(&written).into_iter().find(|(info, _)| *info == "caveat").expect("a policy").1;
    let bundles = Bundles::new();
    std::fs::write(bundles.path("library.caveat"), policy).unwrap();
    let bundle = bundles.build(&bundles.path("library.caveat"), "library");
    let server = Server::start(&bundle, &["--public-url", "https://pdp.example.com"]);
    let mut actual = String::new();
    let (mut answer, mut pairs) = (None, 0);
    let mut lines = written.lines();
    while let Some(line) = lines.next() {
        actual.push_str(line);
        actual.push('\n');
        let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) else { continue };
        let text: String = lines.by_ref().take_while(|l| *l != "```").flat_map(|l| [l, "\n"]).collect();
        match (info, answer.take()) {
            ("http", _) => answer = Some(asked(&server, &text)),
            ("json", Some(answer)) => {
                pairs += 1;
                actual.push_str(&format!("{answer}```\n"));
                continue;
            }
            _ => {}
        }
        actual.push_str(&text);
        actual.push_str("```\n");
    }
    assert!(pairs >= 8, "{pairs}");
    if std::env::var_os("CAVEAT_BLESS").is_some() {
        std::fs::write(&path, actual).expect("docs/server.md");
        return;
    }
    for (number, (written, actual)) in (1..).zip(written.lines().zip(actual.lines())) {
        assert_eq!(
            written, actual,
            "docs/server.md:{number}: written left, true right; CAVEAT_BLESS=1 mends it"
        );
    }
    assert_eq!(written, actual);
}

/// The fenced blocks, with their info strings.
fn blocks(text: &str) -> Vec<(&str, String)> {
    let mut out = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if let Some(info) = line.strip_prefix("```").filter(|info| !info.is_empty()) {
            out.push((info, lines.by_ref().take_while(|l| *l != "```").flat_map(|l| [l, "\n"]).collect()));
        }
    }
    out
}

/// Sends a request as it is written, and lays its answer out.
fn asked(server: &Server, text: &str) -> String {
    let (head, body) = text.split_once('\n').expect("a line");
    let (method, path) = head.split_once(' ').expect("a method and a path");
    let mut client = server.client();
    let answer = match method {
        "GET" => client.get(path),
        "POST" => client.try_post(path, body.as_bytes()).expect("an answer"),
        other => panic!("{other}"),
    };
    let mut json = answer.json();
    veil(&mut json);
    let mut out = String::new();
    lay_out(&json, 0, &mut out);
    out + "\n"
}

/// Hides what is another every time.
fn veil(json: &mut Value) {
    match json {
        Value::Object(members) => {
            for (name, value) in members {
                if ["bundle", "since", "next_token"].contains(&name.as_str()) && value != "" {
                    *value = "…".into();
                }
                veil(value);
            }
        }
        Value::Array(values) => values.iter_mut().for_each(veil),
        _ => {}
    }
}

/// What fits on a line is put on one.
fn lay_out(json: &Value, depth: usize, out: &mut String) {
    const WIDTH: usize = 96;
    let flat = json.to_string();
    let (open, close, parts): (_, _, Vec<(String, &Value)>) = match json {
        Value::Object(members) if flat.len() + depth > WIDTH => {
            ('{', '}', members.iter().map(|(name, value)| (format!("\"{name}\": "), value)).collect())
        }
        Value::Array(values) if flat.len() + depth > WIDTH => {
            ('[', ']', values.iter().map(|value| (String::new(), value)).collect())
        }
        _ => {
            out.push_str(&flat.replace("\":", "\": ").replace(",\"", ", \"").replace(",{", ", {"));
            return;
        }
    };
    out.push(open);
    for (at, (name, value)) in parts.iter().enumerate() {
        out.push_str(if at > 0 { ",\n" } else { "\n" });
        out.push_str(&" ".repeat(depth + 2));
        out.push_str(name);
        lay_out(value, depth + 2, out);
    }
    out.push('\n');
    out.push_str(&" ".repeat(depth));
    out.push(close);
}

#[test]
fn the_page_names_every_option_metric_and_field() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/server.md");
    let page = std::fs::read_to_string(path).expect("docs/server.md");
    let help = Command::new(env!("CARGO_BIN_EXE_caveat")).args(["serve", "--help"]).output().unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let options = help.split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2);
    // Those of every verb are no matter of this page.
    let own = ["--help", "--version", "--color", "--quiet"];
    let options: Vec<&str> = options
        .map(|word| word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric()))
        .filter(|word| !own.contains(word))
        .collect();
    assert!(options.len() > 15, "{options:?}");
    let bundles = Bundles::new();
    let log = bundles.path("log");
    let server = Server::start(&bundles.shop(), &["--decision-log", log.to_str().unwrap()]);
    let metrics = String::from_utf8(server.client().get("/metrics").body).unwrap();
    let metrics: Vec<&str> =
        metrics.lines().filter_map(|l| l.strip_prefix("# TYPE ")?.split(' ').next()).collect();
    for name in options.iter().chain(&metrics).chain(&super::log::FIELDS) {
        assert!(page.contains(&format!("`{name}`")) || page.contains(&format!("`{name} ")), "{name}");
    }
}
