//! Remedies: each leaves a file without the finding that it remedies, and with no mistake more.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::cli::analyse::{Report, analyse};
use caveat::cli::load::{self, Loaded};
use caveat::diagnostic::{Finding, Level, fix};
use std::collections::BTreeMap;

fn check(text: &str) -> (Loaded, Report) {
    let loaded = load::load_text(text.to_owned()).expect("it loads");
    let report = analyse(&loaded, support::TODAY.parse().expect("a date"));
    (loaded, report)
}

fn errors(report: &Report, check: &str) -> usize {
    report.findings.iter().filter(|f| f.check == check && f.level == Level::Error).count()
}

fn of(report: &Report, finding: &Finding) -> usize {
    report.findings.iter().filter(|f| f.check == finding.check && f.message == finding.message).count()
}

#[test]
fn every_remedy_of_every_case_remedies() {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for case in support::cases().iter().filter(|c| c.is_file()) {
        let text = std::fs::read_to_string(case).expect("a file");
        let (loaded, report) = check(&text);
        let source = loaded.program.units[0].files[0].source;
        for finding in report.findings.iter().filter(|f| f.fix.is_some()) {
            let one = std::slice::from_ref(finding);
            let fixed = fix::apply(one, &loaded.sources, &[source]);
            let fixed = &fixed.get(&source).expect("it is put in").text;
            let after = check(fixed).1;
            let name = case.display();
            assert!(of(&after, finding) < of(&report, finding), "{name}: {}\n{fixed}", finding.message);
            assert!(errors(&after, "syntax") <= errors(&report, "syntax"), "{name}\n{fixed}");
            *seen.entry(finding.check).or_default() += 1;
        }
    }
    for check in ["syntax", "idle-except", "idle-acceptance"] {
        assert!(seen.get(check).is_some_and(|n| *n > 0), "{seen:?}");
    }
}
