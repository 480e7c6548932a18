//! The formats of `check` for other tools: each holds all findings, and is what it says it is.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::cli::analyse::analyse_accepted;
use caveat::cli::report::{Checked, Format, Reports};
use caveat::cli::{Color, load, output::Output};
use caveat::diagnostic::{Finding, Level};
use serde_json::Value;
use std::collections::BTreeSet;

/// Every case of the suite, each as a run of its own.
fn runs() -> impl Iterator<Item = (String, Reports)> {
    support::cases().into_iter().map(|case| {
        let loaded = load::load(&support::policy_of(&case)).expect("it loads");
        let report = analyse_accepted(&loaded, support::TODAY.parse().expect("a date"));
        let checked = vec![Checked { loaded, report, fail: Some(Level::Error), accepted: true }];
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
    let (mut results, mut related, mut suppressed) = (0, 0, 0);
    for (name, reports) in runs() {
        let log: Value = serde_json::from_str(&rendered(&reports, Format::Sarif)).expect("it is JSON");
        if let Err(error) = validator.validate(&log) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
        let run = &log["runs"][0];
        let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
        let all = run["results"].as_array().expect("results");
        let accepted = &reports.checked[0].report.accepted;
        assert_eq!(all.len(), findings(&reports).len() + accepted.len(), "{name}");
        let (open, lived_with) = all.split_at(findings(&reports).len());
        // SARIF has it that all results say whether they are suppressed, or none does.
        assert!(open.iter().all(|result| result["suppressions"] == serde_json::json!([])), "{name}");
        for (result, one) in lived_with.iter().zip(accepted) {
            assert_eq!(result["ruleId"], one.finding.check, "{name}");
            let by = result["suppressions"].as_array().expect("who accepts it");
            assert_eq!(by.len(), one.by.len(), "{name}");
            for (by, line) in by.iter().zip(&one.by) {
                assert_eq!((&by["kind"], &by["status"]), (&"inSource".into(), &"accepted".into()), "{name}");
                assert_eq!(by["justification"], format!("{} (until {})", line.because, line.until), "{name}");
            }
            suppressed += 1;
        }
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
    assert!(suppressed > 5, "{suppressed} suppressed");
}

/// With what counsel accepted, a policy has the findings of the same policy without the lines that accept.
#[test]
fn what_is_accepted_is_what_the_lines_that_accept_take_away() {
    let mut seen = 0;
    for case in support::cases().into_iter().filter(|c| c.is_file()) {
        let text = std::fs::read_to_string(&case).expect("a file");
        // The lines give way to as much white space, so that places stay what they are.
        let mut bare = String::new();
        let mut accepting = false;
        for line in text.split_inclusive('\n') {
            accepting |= line.trim_start().starts_with("accept ");
            let gone = line.chars().map(|c| if c == '\n' { c } else { ' ' });
            if accepting {
                bare.extend(gone)
            } else {
                bare.push_str(line)
            }
            accepting &= !line.split("//").next().unwrap_or_default().trim_end().ends_with(';');
        }
        if bare == text {
            continue;
        }
        let check = |text: String| {
            let loaded = load::load_text(text).expect("it loads");
            analyse_accepted(&loaded, support::TODAY.parse().expect("a date"))
        };
        let (with, without) = (check(text), check(bare));
        if with.policy.is_none() || without.policy.is_none() {
            continue;
        }
        assert!(without.accepted.is_empty());
        let key = |f: &Finding| (f.check, f.primary.span.start);
        let all: BTreeSet<_> = without.findings.iter().map(key).collect();
        for one in &with.accepted {
            assert!(all.contains(&key(&one.finding)), "{}: {:?}", case.display(), one.finding);
            seen += 1;
        }
        let of_acceptances = |f: &&Finding| f.check.ends_with("-acceptance");
        let left = with.findings.iter().filter(|f| !of_acceptances(f)).map(key);
        let told: BTreeSet<_> = left.chain(with.accepted.iter().map(|one| key(&one.finding))).collect();
        assert_eq!(told, all, "{}", case.display());
    }
    assert!(seen > 5, "{seen}");
}

#[test]
fn what_is_accepted_is_written_where_it_is_asked_for() {
    let loaded = load::load(&support::root().join("policies/clari-resolved")).expect("it loads");
    let report = analyse_accepted(&loaded, support::TODAY.parse().expect("a date"));
    assert_eq!(report.accepted.len(), report.summary.accepted);
    let mut reports = Reports {
        checked: vec![Checked { loaded, report, fail: Some(Level::Error), accepted: true }],
        failures: Vec::new(),
        most: None,
    };
    let count = reports.checked[0].report.accepted.len();
    let json: Value = serde_json::from_str(&rendered(&reports, Format::Json)).expect("it is JSON");
    assert_eq!(json["accepted"].as_array().map(Vec::len), Some(count));
    assert!(json["accepted"][0]["accepted"][0]["because"].as_str().is_some_and(|why| !why.is_empty()));
    let text = rendered(&reports, Format::Human);
    assert_eq!(text.matches(": accepted: ").count(), count, "{text}");
    reports.checked[0].accepted = false;
    let json: Value = serde_json::from_str(&rendered(&reports, Format::Json)).expect("it is JSON");
    assert!(json["accepted"].is_null());
    assert!(!rendered(&reports, Format::Sarif).contains("\"suppressions\""));
    assert!(!rendered(&reports, Format::Human).contains(": accepted: "));
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
        let checked = vec![Checked { loaded, report, fail: Some(Level::Error), accepted: false }];
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
        checked: vec![Checked { loaded, report, fail: Some(Level::Error), accepted: false }],
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
