//! Tables of questions and verdicts over the real policies, answered from the bundle.
//!
//! A line of `tests/questions/POLICY.txt` is `verdict | question | label`: the question has that
//! verdict, and the statement of that label is among those that decide it.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::bundle::Bundle;
use caveat::cli::build;
use caveat::decide::explain;
use caveat::question;
use std::fmt::Write;

fn bundle(name: &str) -> Bundle {
    let (loaded, report) = support::check(&support::root().join("policies").join(name));
    let policy = report.policy.expect("its names and types are in order");
    let bytes =
        build::compile(&loaded, &policy, support::TODAY.parse().expect("a date")).expect("it compiles");
    Bundle::load(&bytes).expect("it loads")
}

fn wrong(bundle: &Bundle, table: &str) -> (usize, String) {
    let (mut count, mut wrong) = (0, String::new());
    for line in table.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let parts: Vec<&str> = line.split('|').map(str::trim).collect();
        let [verdict, text, label] = parts[..] else { panic!("three parts: {line}") };
        let Ok(asked) = question::read(bundle, text) else {
            writeln!(wrong, "{text}: not a question that can be asked").unwrap();
            continue;
        };
        let decision = explain(bundle, &asked.request);
        let labels: Vec<&str> = decision.deciding.iter().map(|b| b.given.label.as_str()).collect();
        if decision.verdict.name() != verdict || !label.is_empty() && !labels.contains(&label) {
            let got = decision.verdict.name();
            writeln!(wrong, "{text}: {verdict} by {label} expected, {got} by {labels:?}").unwrap();
        }
        count += 1;
    }
    (count, wrong)
}

fn holds(name: &str) {
    let path = support::root().join("tests/questions").join(format!("{name}.txt"));
    let table = std::fs::read_to_string(path).expect("a table");
    let (count, wrong) = wrong(&bundle(name), &table);
    assert!(wrong.is_empty(), "{name}:\n{wrong}");
    assert!(count > 20, "{name}: only {count} questions");
}

#[test]
fn the_published_policy_answers_as_it_reads() {
    holds("clari");
}

#[test]
fn the_resolved_policy_answers_as_counsel_decided() {
    holds("clari-resolved");
}
