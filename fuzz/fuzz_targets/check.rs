//! Any text, from parsing to findings: no step panics, all is the same the second time, and the
//! evaluator that services use answers each witness as its finding says.
//!
//! A text that does not begin with `policy` gets a small vocabulary in front, so that there is
//! something to speak of.

#![no_main]

use caveat::check::{self, proof};
use caveat::diagnostic::human::{Style, render};
use caveat::diagnostic::json;
use caveat::policy::analysis::Analysis;
use caveat::resolve::{Program, Unit, resolve};
use caveat::source::Sources;
use caveat::syntax;
use jiff::civil::{Date, date};
use libfuzzer_sys::fuzz_target;

const TODAY: Date = date(2026, 11, 23);

const VOCABULARY: &str = r#"policy p "P" { issuer Us; document "p.md"; revised 2026-01-15; }
people User { Child; } party Us; parties Them bound by "b" { T1; T2; } parties Court open because "c";
data A { B { C; } D; } data G = B, D; purpose P { Q; R; } place L { M; } event E; event F;
fact f; fact g default false; fact h ends at E; fact r: X, Y, Z; duty log; duty notify(recipient);
"#;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let text = if text.starts_with("policy") { text.to_owned() } else { format!("{VOCABULARY}{text}") };
    assert_eq!(shown(&text), shown(&text), "the same text gives other findings");
});

/// All that is found, as people and as programs are told it.
fn shown(text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("policy.caveat", text);
    let (file, mut findings) = syntax::parse(&sources, id);
    let broken = !findings.is_empty();
    let unit = Unit { folder: ".".to_owned(), files: vec![file], imports: Vec::new(), extends: Vec::new() };
    let (policy, found) = resolve(&Program { units: vec![unit], broken }, &sources);
    findings.extend(found);
    if let Some(policy) = &policy {
        let analysis = Analysis::new(policy, &sources, TODAY);
        let outcome = check::run(&analysis);
        let disproved = proof::disproved(&analysis, &outcome.findings);
        assert!(disproved.is_empty(), "the evaluator disagrees: {disproved:#?}");
        findings.extend(outcome.findings);
    }
    let machine = serde_json::to_string(&json::findings(&findings, &sources)).expect("it is JSON");
    render(&findings, &sources, Style::Plain) + &machine
}
