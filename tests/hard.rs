//! Small policies that are hard for a checker: each ends with the right answer, or with the limit that
//! it met, and with a bounded number of words. Time is measured in `benches/scale`, never here.
//!
//! In debug builds the cases are smaller by a factor of 25. The full size:
//!
//! ```sh
//! cargo test --release --test hard
//! ```

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../examples/generate/policy/mod.rs"]
mod policy;
mod support;

use caveat::cli::analyse::Report;
use caveat::cli::load::Loaded;
use caveat::diagnostic::Level;
use caveat::diagnostic::human::{Style, render};
use policy::hard;
use std::collections::BTreeMap;

/// How many times smaller the cases are.
const SMALLER: usize = if cfg!(debug_assertions) { 25 } else { 1 };

/// So many further places one finding shows at most.
const PLACES: usize = 50;

fn checked(text: &str) -> (Loaded, Report) {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hard.caveat");
    std::fs::write(&file, text).expect("it is written");
    let (loaded, report) = support::check(&file);
    for finding in &report.findings {
        assert!(finding.secondary.len() <= PLACES, "{} places in one finding", finding.secondary.len());
    }
    // what is shown of a finding does not grow with the policy
    let shown = render(&report.findings, &loaded.sources, Style::Plain);
    let most = 30_000 * report.findings.len();
    assert!(shown.len() <= most, "{} bytes for {} findings", shown.len(), report.findings.len());
    (loaded, report)
}

/// How often each check finds something, notes aside.
fn wrong(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut out = BTreeMap::new();
    for finding in report.findings.iter().filter(|f| f.level != Level::Note) {
        *out.entry(finding.check).or_default() += 1;
    }
    out
}

#[test]
fn statements_that_all_overlap() {
    // So many that boxes are found by rows of bits, which small policies never need.
    let statements = 10_000 / SMALLER.min(16);
    let (_, report) = checked(&hard::overlapping(statements));
    let crossing = report.findings.iter().filter(|f| f.check == "crossing");
    let mut found = 0;
    for finding in crossing {
        found += 1;
        let all = format!("{} {}", finding.message, finding.notes.join(" ")).replace(',', "");
        assert!(all.contains(&(statements / 2).to_string()), "the true count is missing: {all}");
    }
    assert_eq!(found, statements / 2);
    assert_eq!(wrong(&report).get("void-permission"), None);
}

#[test]
fn statements_that_are_all_the_same() {
    let statements = 10_000 / SMALLER;
    let (_, report) = checked(&hard::identical(statements));
    let redundant = report.findings.iter().filter(|f| f.check == "redundant").count();
    assert_eq!((redundant, wrong(&report)), (statements - 1, BTreeMap::new()));
}

#[test]
fn permissions_and_prohibitions_of_the_same() {
    let statements = 10_000 / SMALLER;
    let (_, report) = checked(&hard::opposite(statements));
    let wrong = wrong(&report);
    // one prohibition is enough to void each of the permissions
    assert_eq!(wrong.get("void-permission"), Some(&(statements / 2)), "{wrong:?}");
    assert_eq!(wrong.get("undecided"), None, "{wrong:?}");
    let redundant = report.findings.iter().filter(|f| f.check == "redundant").count();
    assert_eq!(redundant, statements / 2 - 1, "of what is void nothing else is said");
}

/// Pairs by the thousand million: what the budget allows is found and shown, and the rest is said to be
/// undecided. In debug builds this would take minutes.
#[cfg(not(debug_assertions))]
#[test]
fn more_pairs_than_the_budget_allows() {
    use caveat::flow::search::MAX_STEPS_IN_ALL;
    for (text, found) in
        [(hard::opposite(100_000), "void-permission"), (hard::overlapping(100_000), "crossing")]
    {
        let (_, report) = checked(&text);
        let wrong = wrong(&report);
        assert!(wrong.contains_key(found), "{wrong:?}");
        let undecided = report.findings.iter().find(|f| f.check == "undecided").expect("it is said");
        let limit = MAX_STEPS_IN_ALL.to_string();
        assert!(undecided.notes.iter().any(|n| n.contains(&limit)), "{:?}", undecided.notes);
    }
}

#[test]
fn a_hundred_exceptions_to_one_statement() {
    let (_, report) = checked(&hard::exceptions(100));
    assert_eq!(wrong(&report), BTreeMap::new());
}

#[test]
fn conditions_whose_diagram_is_exponential() {
    // The two conditions exclude each other, so nothing is wrong; or the diagram is too large, which
    // is said.
    for facts in [8, 16, 24, 32, 40] {
        let (_, report) = checked(&hard::facts(facts));
        let wrong = wrong(&report);
        let said = wrong.contains_key("undecided") || report.findings.iter().any(|f| f.check == "undecided");
        let wrong_otherwise: Vec<_> = wrong.keys().filter(|check| **check != "undecided").collect();
        assert!(said || wrong_otherwise.is_empty(), "{facts} facts: {wrong:?}");
        assert!(facts > 16 || !said, "{facts} facts are few");
    }
}

#[test]
fn conditions_at_the_threshold_of_satisfiability() {
    for (facts, seed) in [(10, 1), (20, 2), (40, 3), (40, 4)] {
        let (_, report) = checked(&hard::satisfiability(facts, seed));
        let wrong = wrong(&report);
        let decided =
            ["carve-out", "impossible-condition"].iter().filter(|c| wrong.contains_key(**c)).count();
        let undecided = report.findings.iter().any(|f| f.check == "undecided");
        assert!(decided == 1 || undecided, "{facts} facts, seed {seed}: {wrong:?}");
        if facts <= 20 {
            let satisfiable = satisfiable(&hard::satisfiability(facts, seed), facts);
            let expected = if satisfiable { "carve-out" } else { "impossible-condition" };
            assert!(wrong.contains_key(expected), "{facts} facts, seed {seed}: {wrong:?}");
        }
    }
}

/// Whether the condition of the prohibition can hold, by trying all worlds.
fn satisfiable(text: &str, facts: usize) -> bool {
    let line = text.lines().find(|l| l.starts_with("must not")).expect("the prohibition");
    let condition = line.split_once(" when ").expect("its condition").1.trim_end_matches(';');
    let clauses: Vec<Vec<(usize, bool)>> = condition
        .split(" and ")
        .map(|clause| {
            let literals = clause.trim_matches(['(', ')']).split(" or ");
            literals
                .map(|l| match l.strip_prefix("not f") {
                    Some(fact) => (fact.parse().expect("a number"), false),
                    None => (l[1..].parse().expect("a number"), true),
                })
                .collect()
        })
        .collect();
    (0..1_u64 << facts)
        .any(|world| clauses.iter().all(|c| c.iter().any(|(f, yes)| (world >> f & 1 == 1) == *yes)))
}

#[test]
fn a_chain_of_precedence() {
    let length = 5_000 / SMALLER;
    let (_, report) = checked(&hard::chain(length));
    // each but the last is defeated wherever it speaks, and none contradicts another
    let wrong = wrong(&report);
    assert_eq!(wrong.get("never-effective"), Some(&(length - 1)), "{wrong:?}");
    for contradiction in ["void-permission", "crossing", "carve-out", "dilemma", "cyclic-precedence"] {
        assert_eq!(wrong.get(contradiction), None, "{wrong:?}");
    }
}

#[test]
fn deep_wide_and_entangled_vocabularies() {
    for (name, text) in [
        ("deep", hard::deep(10_000 / SMALLER)),
        ("wide", hard::wide(100_000 / SMALLER)),
        ("diamonds", hard::diamonds(500 / SMALLER)),
    ] {
        let (_, report) = checked(&text);
        assert_eq!(wrong(&report), BTreeMap::from([("carve-out", 1)]), "{name}");
    }
}

#[test]
fn a_policy_of_the_size_of_published_benchmarks() {
    let (_, report) = checked(&hard::research(1));
    assert_eq!(report.summary.statements, Some(80));
    assert!(report.findings.iter().any(|f| f.check == "void-permission"));
}
