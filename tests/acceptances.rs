//! Whoever can live with a finding says so in the policy, with the line that the finding gives; there is
//! no other way to silence an error.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::check::{CHECKS, acceptance};
use caveat::cli::analyse::{Report, analyse};
use caveat::cli::load;
use caveat::diagnostic::{Finding, Level};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A copy of a case that can be written to, and its policy's place.
fn copy(case: &Path) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let target = folder.path().join("case");
    if case.is_file() {
        std::fs::create_dir(&target).expect("a folder");
        std::fs::copy(case, target.join("case.caveat")).expect("a copy");
        return (folder, target);
    }
    for path in support::walk(case) {
        let to = target.join(path.strip_prefix(case).expect("below the case"));
        if path.is_dir() {
            std::fs::create_dir_all(to).expect("a folder");
        } else {
            std::fs::copy(&path, to).expect("a copy");
        }
    }
    let policy = support::policy_of(&target);
    (folder, policy)
}

/// The findings, each with its words and where it points, less what stands in the file of acceptances.
fn told(folder: &Path) -> (BTreeMap<String, usize>, Report) {
    let (loaded, report) = support::check(folder);
    let mut all = BTreeMap::new();
    for finding in &report.findings {
        let source = loaded.sources.get(finding.primary.span.source).expect("a source");
        let place = source.position(finding.primary.span.start as usize);
        let words = format!(
            "{}:{}:{}: {}: {}",
            source.name, place.line, place.column, finding.check, finding.message
        );
        *all.entry(words).or_insert(0) += 1;
    }
    (all, report)
}

/// The finding's own line, with a reason and an end.
fn decided(line: &str) -> String {
    line.replace('…', "so decided for now").replace("YYYY-MM-DD", "2027-12-31")
}

#[test]
fn every_finding_can_be_accepted_by_its_own_line() {
    let mut wrong = Vec::new();
    let mut accepted: BTreeMap<&str, usize> = BTreeMap::new();
    for case in support::cases() {
        let name = support::name_of(&case);
        let (_folder, policy) = copy(&case);
        let (before, report) = told(&policy);
        if report.policy.is_none() {
            continue;
        }
        for finding in &report.findings {
            let Some(line) = acceptance::line(finding) else {
                if acceptance::refusal(finding.check).is_none() {
                    wrong.push(format!("{name}: no line accepts {}: {}", finding.check, finding.message));
                }
                continue;
            };
            let file = policy.join("zz-accepted.caveat");
            std::fs::write(&file, decided(&line) + "\n").expect("a file");
            let (after, report) = told(&policy);
            std::fs::remove_file(&file).expect("gone");
            let new: Vec<&String> = after.keys().filter(|k| !before.contains_key(*k)).collect();
            let left = after
                .iter()
                .filter(|(k, n)| k.contains(&format!(": {}: ", finding.check)) && before.get(*k) == Some(*n));
            let left = left.map(|(k, _)| k).filter(|k| k.ends_with(&finding.message)).count();
            let same = before.keys().filter(|k| k.ends_with(&finding.message)).count();
            if report.policy.is_none() || !new.is_empty() || report.summary.accepted == 0 || left >= same {
                wrong.push(format!("{name}: `{line}` does not do: {new:?}, {left} of {same} left"));
            }
            *accepted.entry(finding.check).or_default() += 1;
        }
    }
    // What reading a policy finds, and what is about acceptances or budgets, is never accepted.
    for check in CHECKS.iter().filter(|c| acceptance::refusal(c.name).is_none()) {
        if !accepted.contains_key(check.name) {
            wrong.push(format!("{}: no case was accepted", check.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

const SHOP: &str = r#"
policy shop "Shop" { issuer Shop; }
party Shop "the shop";
party Buyer "buys lists of addresses";
people Customer "who buys";
data Address "where the customer lives";
purpose Delivery "bringing the parcel";
purpose Mailing "sending catalogues";

clause parcels { may collect, use Address of Customer for Delivery; }
clause lists { may sell Address of Customer to Buyer for Mailing; }
clause catalogues { may sell Address of Customer to Buyer for Delivery; }
clause no-sale { must not sell Address of Customer to any; }
"#;

/// What is found in the shop with some lines more, on a day.
fn shop(lines: &str, today: &str) -> Report {
    let loaded = load::load_text(format!("{SHOP}{lines}")).expect("a policy");
    analyse(&loaded, today.parse().expect("a date"))
}

fn checks(report: &Report) -> Vec<(&'static str, Level)> {
    report.findings.iter().map(|f| (f.check, f.level)).collect()
}

const BOTH: &str = r#"accept void-permission of lists, catalogues with no-sale because "the contract runs out" until 2027-03-31;"#;

#[test]
fn an_acceptance_of_several_labels_covers_each() {
    let voids = |report: &Report| report.findings.iter().filter(|f| f.check == "void-permission").count();
    assert_eq!(voids(&shop("", "2026-11-23")), 2);
    let report = shop(BOTH, "2026-11-23");
    assert_eq!((checks(&report), report.summary.accepted), (vec![], 2));
    let one = BOTH.replace("lists, catalogues", "lists");
    assert_eq!(checks(&shop(&one, "2026-11-23")), [("void-permission", Level::Error)]);
}

#[test]
fn it_warns_thirty_days_before_its_end_and_fails_after() {
    let ending = ("ending-acceptance", Level::Warning);
    assert_eq!(checks(&shop(BOTH, "2027-02-28")), []);
    assert_eq!(checks(&shop(BOTH, "2027-03-01")), [ending]);
    assert_eq!(checks(&shop(BOTH, "2027-03-31")), [ending]);
    let after = checks(&shop(BOTH, "2027-04-01"));
    let (void, expired) = (("void-permission", Level::Error), ("expired-acceptance", Level::Error));
    assert_eq!(after, [void, void, expired]);
}

#[test]
fn a_name_that_nothing_needs_is_an_error_that_names_it() {
    let idle = |lines: &str| {
        let report = shop(lines, "2026-11-23");
        let of_check = report.findings.into_iter().filter(|f| f.check == "idle-acceptance");
        of_check.collect::<Vec<Finding>>()
    };
    let spare = BOTH.replace("lists, catalogues", "lists, parcels, catalogues");
    let found = idle(&spare);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].level, Level::Error);
    assert!(found[0].message.contains("`parcels`"), "{}", found[0].message);
    let mut mended = format!("{SHOP}{spare}");
    let edit = &found[0].fix.as_ref().expect("a remedy").edits[0];
    mended.replace_range(edit.span.start as usize..edit.span.end as usize, &edit.replacement);
    assert_eq!(mended, format!("{SHOP}{BOTH}"));
    let gone = idle(&BOTH.replace("lists, catalogues", "parcels"));
    assert_eq!(gone.len(), 1);
    assert_eq!(gone[0].message, "this accepts a finding that is not there");
}

#[test]
fn what_is_no_matter_of_decision_cannot_be_accepted() {
    for check in CHECKS.iter().filter(|c| acceptance::refusal(c.name).is_some()) {
        let report =
            shop(&format!("accept {} of shop because \"so\" until 2027-12-31;", check.name), "2026-11-23");
        let found = report.findings.iter().find(|f| f.check == "idle-acceptance");
        let found = found.unwrap_or_else(|| panic!("{}: nothing is said", check.name));
        assert_eq!(found.message, format!("`{}` cannot be accepted", check.name));
        assert!(!found.notes.is_empty() && !found.help.is_empty());
    }
}

#[test]
fn every_check_that_reading_reports_is_refused_and_no_other_of_them() {
    for check in CHECKS {
        // What runs on the policy is about the policy; what does not ended its reading, three aside.
        let other = ["undecided", "idle-acceptance", "empty-test"].contains(&check.name);
        let by_reading = check.run.is_none() && !other;
        assert_eq!(caveat::diagnostic::ends_reading(check.name), by_reading, "{}", check.name);
    }
}

#[test]
fn it_is_listed_in_the_summary_and_in_the_bundle() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("shop.caveat");
    std::fs::write(&file, format!("{SHOP}{BOTH}\n")).expect("a file");
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(arguments)
            .current_dir(folder.path())
            .output()
            .expect("the tool runs");
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).expect("a text")
    };
    let line = "  accepted until 2027-03-31: void-permission of lists, catalogues with no-sale: the contract runs out\n";
    let check = ["check", "shop.caveat", "--today", "2026-11-23"];
    assert!(run(&check).ends_with(line));
    assert!(!run(&[&check[..], &["--quiet"]].concat()).contains("accepted"));
    let json: serde_json::Value =
        serde_json::from_str(&run(&[&check[..], &["--format", "json"]].concat())).expect("JSON");
    let summary = &json["summary"]["policies"][0]["acceptances"][0];
    assert_eq!(summary["of"], serde_json::json!(["lists", "catalogues"]));
    assert_eq!(summary["until"], "2027-03-31");
    run(&["build", "shop.caveat", "-o", "shop.json", "--today", "2026-11-23"]);
    let bundle: serde_json::Value =
        serde_json::from_slice(&std::fs::read(folder.path().join("shop.json")).expect("a bundle"))
            .expect("JSON");
    let listed = bundle["content"]["acceptances"].as_array().expect("a list");
    let of: Vec<&str> = listed.iter().map(|a| a["of"].as_str().expect("a label")).collect();
    assert_eq!(of, ["lists", "catalogues"]);
    for one in listed {
        assert_eq!(
            (&one["kind"], &one["with"], &one["because"], &one["until"]),
            (
                &"void-permission".into(),
                &"no-sale".into(),
                &"the contract runs out".into(),
                &"2027-03-31".into()
            )
        );
    }
}

#[test]
fn the_configuration_silences_no_error() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("shop.caveat"), SHOP).expect("a file");
    for check in CHECKS.iter().filter(|c| c.level == Level::Error) {
        for level in ["warning", "note"] {
            std::fs::write(
                folder.path().join("caveat.toml"),
                format!("[levels]\n{} = \"{level}\"\n", check.name),
            )
            .expect("a file");
            let (_, report) = support::check(folder.path());
            let refused = report.findings.iter().find(|f| f.check == "configuration");
            let refused = refused.unwrap_or_else(|| panic!("{} became a {level}", check.name));
            let points_to_accept = refused.help.iter().any(|h| h.contains("accept "));
            assert_eq!(points_to_accept, acceptance::refusal(check.name).is_none(), "{}", check.name);
        }
    }
}
