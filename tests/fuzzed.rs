//! What fuzzing found, kept: texts on which a fuzz target once failed, and the properties that it
//! asks, asked of all cases.
//!
//! `docs/fuzzing.md` says how the fuzzers are run.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::source::Sources;
use caveat::syntax;

/// The texts of all cases, and those that once failed.
fn texts() -> Vec<(String, String)> {
    let all = support::walk(&support::root().join("tests"));
    let caveat = all.iter().filter(|p| p.is_file() && p.extension().is_some_and(|e| e == "caveat"));
    caveat.map(|p| (support::name_of(p), std::fs::read_to_string(p).expect("a text"))).collect()
}

#[test]
fn every_span_lies_in_the_text_at_the_borders_of_characters() {
    let mut wrong = Vec::new();
    for (name, text) in texts() {
        let mut sources = Sources::default();
        let id = sources.add("policy.caveat", text.clone());
        let (tree, findings) = syntax::parse(&sources, id);
        let (question, mistakes) = syntax::parse_question(&sources, id);
        for (what, said) in [
            ("tree", format!("{tree:?}")),
            ("findings", format!("{findings:?}")),
            ("question", format!("{question:?}")),
            ("mistakes of a question", format!("{mistakes:?}")),
        ] {
            for (start, end) in spans(&said) {
                if text.get(start..end).is_none() {
                    wrong.push(format!("{name}: {what}: {start}..{end}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The spans in a tree or a finding as it is printed: `start: 1, end: 2`.
fn spans(said: &str) -> Vec<(usize, usize)> {
    let number =
        |text: &str| -> Option<usize> { text.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok() };
    let rests = said.split("SourceId(0), start: ").skip(1);
    rests.filter_map(|rest| Some((number(rest)?, number(rest.split_once(", end: ")?.1)?))).collect()
}
