//! Every file below `tests/cases` is a case: it states the findings that it expects, exactly, and
//! has a snapshot of what people are shown.
//!
//! `//~ error[check]` stands on the line where the finding's primary place starts; `//~^` means one
//! line above, `//~^^` two, `//~v` one below. A case that states nothing must be clean. A folder
//! whose name ends in `.case` is one case of several files; its policy is the folder itself, or
//! the sub-folder `policy` where there is one.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::diagnostic::human::{Style, render};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

#[test]
fn every_case_has_exactly_the_findings_that_it_states() {
    // Names in findings are relative to the current folder, which is the crate's in `cargo test`.
    std::env::set_current_dir(support::root()).expect("the crate's folder");
    let cases = support::cases();
    assert!(!cases.is_empty(), "there are no cases");
    let failures: Vec<String> = cases.iter().filter_map(|case| failure(case)).collect();
    assert!(
        failures.is_empty(),
        "{} of {} cases fail\n\n{}",
        failures.len(),
        cases.len(),
        failures.join("\n\n")
    );
}

#[test]
fn every_snapshot_has_a_case() {
    let cases: BTreeSet<PathBuf> = support::cases().iter().map(|case| case.with_extension("snap")).collect();
    for file in support::walk(&support::root().join("tests/cases")) {
        if file.extension().is_some_and(|e| e == "snap") {
            assert!(cases.contains(&file), "{}: the case is gone", support::name_of(&file));
        }
    }
}

/// What is wrong with a case.
fn failure(case: &Path) -> Option<String> {
    let name = support::name_of(case);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let mut wrong = Vec::new();
        let files = support::files_of(case);
        let mut expected = Vec::new();
        for file in &files {
            match support::stated(file) {
                Ok(stated) => expected.extend(stated),
                Err(why) => wrong.push(why),
            }
        }
        let (loaded, report) = support::check(&support::policy_of(case));
        let mut unexpected = support::made(&loaded, &report);
        for one in expected {
            match unexpected.iter().position(|made| *made == one) {
                Some(at) => drop(unexpected.remove(at)),
                None => wrong.push(format!("stated and not found: {}", words(&one))),
            }
        }
        wrong.extend(unexpected.iter().map(|one| format!("found and not stated: {}", words(one))));
        let shown = render(&report.findings, &loaded.sources, Style::Plain);
        if !wrong.is_empty() {
            wrong.push(shown.clone());
        }
        let shown = if shown.is_empty() { "no findings\n".to_owned() } else { shown };
        if let Err(difference) = catch_unwind(AssertUnwindSafe(|| snapshot(case, &files, &shown))) {
            wrong.push(format!("the snapshot differs: {}", reason(difference.as_ref())));
        }
        wrong
    }));
    let wrong = outcome.unwrap_or_else(|panic| vec![format!("panicked: {}", reason(panic.as_ref()))]);
    (!wrong.is_empty()).then(|| format!("{name}\n  {}", wrong.join("\n  ").replace('\n', "\n  ").trim_end()))
}

fn words((file, line, level, check): &support::Stated) -> String {
    format!("{file}:{line}: {level}[{check}]")
}

fn reason(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no reason given").to_owned()
}

/// The source of all files, then what people are shown.
fn snapshot(case: &Path, files: &[PathBuf], shown: &str) {
    let mut text = String::new();
    for file in files {
        let name = file.strip_prefix(case.parent().expect("a folder")).expect("below the case");
        let source =
            std::fs::read_to_string(file).expect("a text").replace('\r', "␍").replace('\u{feff}', "␇");
        text.push_str(&format!("── {}\n{}\n", name.to_string_lossy().replace('\\', "/"), source.trim_end()));
    }
    text.push_str("── findings\n");
    text.push_str(shown.trim_end());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(case.parent().expect("a folder"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        let name = case.file_stem().expect("a name").to_string_lossy().into_owned();
        insta::assert_snapshot!(name, text);
    });
}
