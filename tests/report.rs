//! The formats of `check` for other tools: each holds all findings, and is what it says it is.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::cli::report::{Checked, Format, Reports};
use caveat::cli::{Color, load, output::Output};
use caveat::diagnostic::{Finding, Level};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every case of the suite, each as a run of its own.
fn runs() -> impl Iterator<Item = (String, Reports)> {
    support::cases().into_iter().map(|case| {
        let (loaded, report) = support::check(&support::policy_of(&case));
        let checked = vec![Checked { loaded, report, fail: Some(Level::Error) }];
        (case.display().to_string(), Reports { checked, failures: Vec::new(), most: None })
    })
}

fn rendered(reports: &Reports, format: Format) -> String {
    reports.render(format, &Output::new(Color::Never, false)).expect("it is written")
}

fn findings(reports: &Reports) -> &[Finding] {
    &reports.checked[0].report.findings
}

#[test]
fn sarif_of_every_case_is_valid_and_complete() {
    let mut schema: Value =
        serde_json::from_str(include_str!("report/sarif-schema-2.1.0.json")).expect("the schema is JSON");
    // The published pattern of a language's code is no regular expression; nothing here has a language.
    for holder in ["run", "toolComponent"] {
        let language = &mut schema["definitions"][holder]["properties"]["language"];
        language.as_object_mut().expect("it is there").remove("pattern").expect("it is there");
    }
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    assert!(
        !validator.is_valid(&serde_json::json!({"version": "2.1.0"})),
        "the schema tells wrong from right"
    );
    let (mut results, mut related) = (0, 0);
    for (name, reports) in runs() {
        let log: Value = serde_json::from_str(&rendered(&reports, Format::Sarif)).expect("it is JSON");
        if let Err(error) = validator.validate(&log) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        let all = run["results"].as_array().expect("results");
        assert_eq!(all.len(), findings(&reports).len(), "{name}");
        for (result, finding) in all.iter().zip(findings(&reports)) {
            let rule = result["ruleIndex"].as_u64().expect("every finding has a rule") as usize;
            assert_eq!(rules[rule]["id"], finding.check, "{name}");
            let others = result["relatedLocations"].as_array().map_or(0, Vec::len);
            assert_eq!(others, finding.secondary.len(), "{name}");
            related += others;
        }
        results += all.len();
    }
    assert!(results > 100 && related > 50, "{results} results, {related} related locations");
}

#[test]
fn what_could_not_be_read_is_in_every_format() {
    let failures = vec!["`nowhere <&> \"here\"`: no such file".to_owned()];
    let reports = Reports { checked: Vec::new(), failures, most: None };
    for format in [Format::Json, Format::Sarif, Format::Github, Format::Junit] {
        assert!(rendered(&reports, format).contains("nowhere"), "{format:?}");
    }
    let log: Value = serde_json::from_str(&rendered(&reports, Format::Sarif)).expect("it is JSON");
    assert_eq!(log["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn junit_of_every_case_is_xml_in_which_the_errors_fail() {
    for (name, reports) in runs() {
        let xml = rendered(&reports, Format::Junit);
        let document = roxmltree::Document::parse(&xml).unwrap_or_else(|e| panic!("{name}: {e}\n{xml}"));
        let failing: BTreeSet<&str> = document
            .descendants()
            .filter(|n| n.has_tag_name("failure"))
            .filter_map(|n| n.attribute("type"))
            .collect();
        let bad: BTreeSet<&str> =
            findings(&reports).iter().filter(|f| f.level == Level::Error).map(|f| f.check).collect();
        assert_eq!(failing, bad, "{name}");
        let root = document.root_element();
        assert_eq!(root.attribute("failures"), Some(bad.len().to_string().as_str()), "{name}");
        let text: String = document.descendants().filter_map(|n| n.text()).collect();
        for finding in findings(&reports) {
            assert!(text.contains(&format!("[{}]", finding.check)), "{name}: {} is not told", finding.check);
        }
    }
}

#[test]
fn github_has_one_line_for_each_finding() {
    for (name, reports) in runs() {
        let text = rendered(&reports, Format::Github);
        let commands = text.lines().filter(|l| l.starts_with("::")).count();
        assert_eq!(commands, findings(&reports).len(), "{name}\n{text}");
    }
}

#[test]
fn fingerprints_survive_line_moves_and_tell_findings_apart() {
    let text = "policy shop { issuer Shop; }\nparty Shop;\ndata A;\npurpose P;\n\
                clause a { may use A for P; may use A for Q; }\nclause b { may use B for P; may use B for P; }\n";
    let prints = |text: &str| -> Vec<String> {
        let loaded = load::load_text(text.to_owned()).expect("it loads");
        let report = caveat::cli::analyse::analyse(&loaded, support::TODAY.parse().expect("a date"));
        let checked = vec![Checked { loaded, report, fail: Some(Level::Error) }];
        let reports = Reports { checked, failures: Vec::new(), most: None };
        let log: Value = serde_json::from_str(&rendered(&reports, Format::Sarif)).expect("it is JSON");
        let results = log["runs"][0]["results"].as_array().expect("results").clone();
        let print =
            |r: &Value| r["partialFingerprints"]["caveatFinding/v1"].as_str().expect("one").to_owned();
        results.iter().map(print).collect()
    };
    let before = prints(text);
    assert!(before.len() >= 2, "{before:?}");
    assert_eq!(before, prints(&format!("// moved\n\n\n{}", text.replace("may use", "may  use"))));
    let apart: BTreeSet<&String> = before.iter().collect();
    assert_eq!(apart.len(), before.len(), "{before:?}");
}

#[test]
fn cutting_off_counts_what_is_cut() {
    let (loaded, report) = support::check(&support::root().join("policies/clari"));
    let all = report.findings.len();
    let reports = Reports {
        checked: vec![Checked { loaded, report, fail: Some(Level::Error) }],
        failures: Vec::new(),
        most: Some(2),
    };
    let text = rendered(&reports, Format::Human);
    assert!(text.contains(&format!("… and {} more, which --max-findings leaves out", all - 2)), "{text}");
    let json: Value = serde_json::from_str(&rendered(&reports, Format::Json)).expect("it is JSON");
    assert_eq!(json["findings"].as_array().map(Vec::len), Some(2));
    let counted = ["errors", "warnings", "notes"].map(|l| json["summary"][l].as_u64().unwrap() as usize);
    assert_eq!(counted.iter().sum::<usize>(), all);
}
