//! Generated policies: what was planted in them is found, exactly, and nothing else is wrong.
//!
//! The default run takes policies of 10, 100 and 1,000 statements. Larger ones, or more of them:
//!
//! ```sh
//! CAVEAT_SCALE_STATEMENTS=100000 CAVEAT_SCALE_SEEDS=1..3 cargo test --release --test scale -- --nocapture
//! ```

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[allow(dead_code, missing_docs)] // the bench measures what is shown here
#[path = "../benches/scale/curves.rs"]
mod curves;
#[path = "../examples/generate/policy/mod.rs"]
mod policy;
mod support;

use policy::{Generated, Options, generate};
use std::ops::Range;

/// What is found at or above a warning: check, level, file and line.
type Wrong = (String, String, String, usize);

#[test]
fn what_is_planted_is_found_exactly() {
    let mut failures = Vec::new();
    for (statements, seeds) in sizes() {
        for seed in seeds {
            let wrong = differences(Options::new(statements, seed));
            failures
                .extend(wrong.iter().map(|wrong| format!("{statements} statements, seed {seed}: {wrong}")));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn without_planting_nothing_is_wrong() {
    for (statements, seed) in [(10, 7), (100, 7), (300, 7)] {
        let failure = differences(Options { planted: 0, ..Options::new(statements, seed) });
        assert!(failure.is_empty(), "{statements} statements, seed {seed}:\n{}", failure.join("\n"));
    }
}

#[test]
fn the_same_seed_gives_the_same_policy() {
    let (one, two) = (generate(Options::new(200, 3)), generate(Options::new(200, 3)));
    assert_eq!(one.files, two.files);
    assert_eq!(one.planted, two.planted);
    assert_ne!(one.files, generate(Options::new(200, 4)).files);
}

#[test]
fn the_page_and_the_picture_show_the_figures() {
    let docs = support::root().join("docs");
    let read = |name: &str| std::fs::read_to_string(docs.join(name)).expect("it was published");
    let rows = curves::from_csv(&read("benchmarks.csv"));
    assert!(rows.len() > 30, "figures are missing");
    assert_eq!(curves::csv(&rows), read("benchmarks.csv"));
    assert_eq!(curves::picture(&rows), read("benchmarks.svg"));
    let page = read("benchmarks.md");
    assert_eq!(curves::page(&page, &rows).as_ref(), Some(&page));
}

/// How many statements, and which seeds.
fn sizes() -> Vec<(usize, Range<u64>)> {
    let Ok(statements) = std::env::var("CAVEAT_SCALE_STATEMENTS") else {
        return vec![(10, 0..20), (100, 0..20), (1_000, 0..2)];
    };
    let seeds = std::env::var("CAVEAT_SCALE_SEEDS").unwrap_or_else(|_| "1..2".to_owned());
    let (from, to) = seeds.split_once("..").expect("seeds are written `1..3`");
    let number = |text: &str| text.parse::<u64>().expect("a number");
    vec![(number(&statements) as usize, number(from)..number(to))]
}

/// What is planted and not found, and what is found and not planted.
fn differences(options: Options) -> Vec<String> {
    let Generated { files, planted, statements, .. } = generate(options);
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in &files {
        std::fs::write(folder.path().join(name), text).expect("it is written");
    }
    let (loaded, report) = support::check(folder.path());
    let mut found: Vec<Wrong> = support::made(&loaded, &report)
        .into_iter()
        .filter(|(_, _, level, _)| level != "note")
        .map(|(file, line, level, check)| {
            let file = file.rsplit_once('/').map_or(file.as_str(), |(_, name)| name).to_owned();
            (check, level, file, line)
        })
        .collect();
    let mut out = Vec::new();
    for one in planted {
        let wanted = (one.check.to_owned(), one.level.to_owned(), one.file, one.line);
        match found.iter().position(|f| *f == wanted) {
            Some(at) => drop(found.swap_remove(at)),
            None => out.push(format!("planted and not found: {wanted:?}, {}", one.kind)),
        }
    }
    out.extend(found.iter().map(|one| format!("found and not planted: {one:?}")));
    if report.summary.statements != Some(statements) || statements != options.statements {
        out.push(format!("{statements} written, {:?} counted", report.summary.statements));
    }
    if std::env::var_os("CAVEAT_SCALE_STATEMENTS").is_some() {
        println!("{statements} statements, seed {}: {}", options.seed, report.summary.line());
    }
    out
}
