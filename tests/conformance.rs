//! The conformance vectors against this implementation, and against the small one in Python that was
//! written from `docs/bundle-format.md` alone.
//!
//! The vectors stand still: an answer that changes is a change of the format. `CAVEAT_BLESS=1` writes
//! the answers to new requests, and of no request that has one.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use caveat::bundle::key::PublicKey;
use caveat::bundle::trust::{Trust, TrustError};
use caveat::bundle::{Bundle, Dimension};
use caveat::decide::{Decision, Request, Settle, json, retention};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

fn read(name: &str) -> Vec<u8> {
    std::fs::read(root().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn read_json(name: &str) -> Value {
    serde_json::from_slice(&read(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn names(folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(folder)).unwrap();
    let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names.into_iter().map(|name| format!("{folder}/{name}")).collect()
}

/// An explanation in the form of the vectors.
fn answer(decision: &Decision) -> Value {
    let mut answer = Map::new();
    answer.insert("verdict".into(), decision.verdict.name().into());
    assert!(decision.complete && decision.undecided.is_none_or(|why| json!(why) == "mixed"));
    let mut deciding: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    for basis in &decision.deciding {
        deciding.entry(basis.verdict.name()).or_default().insert(basis.given.statement);
    }
    let defeated: BTreeSet<(u32, u32)> = decision
        .defeated
        .iter()
        .flat_map(|d| d.by.iter().map(|by| (d.given.statement, by.statement)))
        .collect();
    let mut settles: BTreeMap<&String, BTreeMap<&String, &str>> = BTreeMap::new();
    for settle in &decision.settles {
        if let Settle::Fact { name, ways } = settle
            && ways.len() > 1
        {
            let values = ways.iter().flat_map(|way| way.of.iter().map(|value| (value, way.verdict.name())));
            settles.insert(name, values.collect());
        }
    }
    let parts = [
        ("deciding", json!(deciding)),
        ("defeated", json!(defeated)),
        ("duties", json!(decision.duties)),
        ("settles", json!(settles)),
    ];
    for (name, part) in parts {
        if part.as_array().is_some_and(|a| !a.is_empty()) || part.as_object().is_some_and(|o| !o.is_empty()) {
            answer.insert(name.into(), part);
        }
    }
    answer.into()
}

#[test]
fn decisions_are_as_expected() {
    let mut seen = BTreeSet::new();
    for name in names("vectors") {
        let mut vectors = read_json(&name);
        let bundle = Bundle::load(&read(vectors["bundle"].as_str().unwrap())).unwrap();
        let mut lines = Vec::new();
        for case in vectors["cases"].as_array_mut().unwrap() {
            let request = case["request"].to_string();
            let (part, found) = match json::explain(&bundle, request.as_bytes(), None) {
                Ok(decision) => ("answer", answer(&decision)),
                Err(error) => ("error", error.kind().into()),
            };
            seen.insert(found.get("verdict").unwrap_or(&found).as_str().unwrap().to_owned());
            let known = case.get("answer").is_some() || case.get("error").is_some();
            if known || std::env::var_os("CAVEAT_BLESS").is_none() {
                assert_eq!(case.get(part), Some(&found), "{name}: {}", case["name"]);
            }
            // The fast way and the JSON way say the same.
            if part == "answer" {
                let mut out = Vec::new();
                let quick = json::decide(&bundle, request.as_bytes(), None, &mut out).unwrap();
                assert_eq!(found["verdict"], quick.verdict.name(), "{name}: {}", case["name"]);
            }
            let (title, request) = (&case["name"], &case["request"]);
            lines.push(format!("{{\"name\":{title},\"request\":{request},\"{part}\":{found}}}"));
        }
        if std::env::var_os("CAVEAT_BLESS").is_some() {
            let text =
                format!("{{\"bundle\":{},\"cases\":[\n{}\n]}}\n", vectors["bundle"], lines.join(",\n"));
            std::fs::write(root().join(&name), text).unwrap();
        }
    }
    let expected = [
        "permitted",
        "prohibited",
        "unstated",
        "undetermined",
        "unlisted-third-party",
        "missing",
        "no-flow",
        "no-such-time",
        "not-taken",
        "unknown-event",
        "unknown-fact",
        "unknown-term",
        "unknown-value",
        "wrong-kind",
    ];
    assert_eq!(seen, expected.map(str::to_owned).into(), "every verdict and every error has a vector");
}

/// A question of retention in the form of the vectors.
fn retained(bundle: &Bundle, question: &Value) -> Value {
    let mut builder = Request::builder(bundle);
    for dimension in Dimension::ALL {
        match &question[dimension.name()] {
            Value::String(name) => builder = builder.term(dimension, name),
            Value::Array(names) => {
                builder = builder.terms(dimension, names.iter().map(|n| n.as_str().unwrap()))
            }
            _ => {}
        }
    }
    for (name, value) in question["facts"].as_object().into_iter().flatten() {
        builder = match value {
            Value::Bool(value) => builder.fact(name, *value),
            value => builder.fact(name, value.as_str().unwrap()),
        };
    }
    let events = question["events"].as_object().unwrap().iter().map(|(name, time)| {
        (name.as_str(), time.as_str().map(|time| time.trim_end_matches('Z').parse().unwrap()))
    });
    let found = json!(retention(builder, events).unwrap());
    let mut answer = Map::new();
    for part in ["conflict", "periods"] {
        answer.insert(part.into(), found[part].clone());
    }
    for part in ["erase-by", "keep-until", "permitted-until"] {
        let Some(bound) = found.get(part) else { continue };
        let by: BTreeSet<u64> = bound["by"]
            .as_array()
            .unwrap()
            .iter()
            .map(|given| given["statement"].as_u64().unwrap())
            .collect();
        let mut written = json!({ "by": by });
        if let Some(at) = bound.get("at") {
            written["at"] = at.clone();
        }
        answer.insert(part.into(), written);
    }
    answer.into()
}

#[test]
fn retention_is_as_expected() {
    let mut vectors = read_json("retention.json");
    let mut lines = Vec::new();
    for case in vectors["cases"].as_array_mut().unwrap() {
        let bundle = Bundle::load(&read(case["bundle"].as_str().unwrap())).unwrap();
        let found = retained(&bundle, &case["question"]);
        if case.get("answer").is_some() || std::env::var_os("CAVEAT_BLESS").is_none() {
            assert_eq!(case.get("answer"), Some(&found), "{}", case["name"]);
        }
        let (name, bundle, question) = (&case["name"], &case["bundle"], &case["question"]);
        lines.push(format!(
            "{{\"name\":{name},\"bundle\":{bundle},\"question\":{question},\"answer\":{found}}}"
        ));
    }
    if std::env::var_os("CAVEAT_BLESS").is_some() {
        let text = format!("{{\"cases\":[\n{}\n]}}\n", lines.join(",\n"));
        std::fs::write(root().join("retention.json"), text).unwrap();
    }
}

#[test]
fn what_must_be_refused_is_refused() {
    let listed: BTreeSet<String> = read_json("refused.json")["cases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|case| {
            let (file, kind) = (case["file"].as_str().unwrap(), case["kind"].as_str().unwrap());
            let error = Bundle::load(&read(file)).expect_err(file);
            assert_eq!(error.kind(), kind, "{file}: {error}");
            file.to_owned()
        })
        .collect();
    assert_eq!(listed, names("refused").into_iter().collect(), "every file is listed");
}

#[test]
fn signatures_hold_and_fail_as_expected() {
    let vectors = read_json("signatures.json");
    let mut seen = BTreeSet::new();
    for case in vectors["cases"].as_array().unwrap() {
        let keys = case["trust"].as_array().unwrap().iter().flat_map(|name| {
            let jwk = vectors["keys"][name.as_str().unwrap()].to_string();
            PublicKey::read(jwk.as_bytes())
        });
        let mut trust = Trust::new(keys.flatten()).unwrap();
        if let Some(least) = case["at-least"].as_u64() {
            trust = trust.at_least(least);
        }
        let file = read(case["bundle"].as_str().unwrap());
        let signatures = case["signatures"].as_str().unwrap().as_bytes();
        let now = format!("{}T12:00:00Z", case["today"].as_str().unwrap()).parse().unwrap();
        match Bundle::load_trusted(&file, signatures, &trust, now) {
            Ok(bundle) => assert_eq!(json!(bundle.signers()), case["signers"], "{}", case["name"]),
            Err(error) => {
                assert_eq!(error.kind(), case["error"], "{}: {error}", case["name"]);
                seen.insert(error.kind());
                assert!(!matches!(error, TrustError::Bundle(_)) || error.to_string().contains("digest"));
            }
        }
    }
    let all = [
        "algorithm",
        "bad-signature",
        "bundle",
        "critical",
        "expired",
        "malformed",
        "not-yet-valid",
        "older-revision",
        "unsigned",
        "untrusted",
    ];
    assert_eq!(seen, all.into(), "every way to fail has a vector");
}

/// The second implementation: the specification is enough, and every part of the format has a vector.
#[test]
fn an_implementation_from_the_specification_alone_agrees() {
    let Some(python) = python() else { return };
    let run = Command::new(python).arg(root().join("evaluate.py")).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{out}{err}");
    println!("{out}");
}

/// By the schema alone, judged by a validator that shares nothing with the one that made it.
#[test]
fn what_is_built_is_a_bundle_by_the_schema() {
    let Some(python) = python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("clari.json");
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/clari-resolved");
    let built = Command::new(env!("CARGO_BIN_EXE_caveat"))
        .args(["build", "--today", "2026-11-27", "--revision", "3", "-o"])
        .args([&file, &policy])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    let validate = |file: &Path| {
        let run =
            Command::new(python).arg(root().join("evaluate.py")).arg("--schema").arg(file).output().unwrap();
        (run.status.success(), String::from_utf8_lossy(&run.stdout).into_owned())
    };
    let (valid, words) = validate(&file);
    assert!(valid, "{words}");
    let broken = String::from_utf8(std::fs::read(&file).unwrap()).unwrap().replace("\"permit\"", "\"allow\"");
    std::fs::write(&file, broken).unwrap();
    assert!(!validate(&file).0);
}

/// Python 3.9 or later; says so where there is none, since a test that did not run has shown nothing.
fn python() -> Option<&'static str> {
    let fits = |name: &&str| {
        let check = "import sys; sys.exit(sys.version_info < (3, 9))";
        Command::new(name).args(["-c", check]).output().is_ok_and(|o| o.status.success())
    };
    let found = ["python3", "python"].into_iter().find(fits);
    if found.is_none() {
        eprintln!("not run: there is no Python 3.9 here to check the conformance vectors with");
    }
    found
}
