//! Every check has a name that never changes, a page whose examples run, and cases.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::check::{CHECKS, Check};
use std::collections::BTreeSet;

/// All names, sorted. A name is part of what other tools rely on: it is added here once, and when
/// its check goes it moves to `RETIRED` and is never used again.
const NAMES: &str = include_str!("checks.txt");

#[test]
fn the_names_of_checks_are_pinned() {
    let mut names: Vec<&str> = CHECKS.iter().map(|c| c.name).collect();
    names.sort_unstable();
    let pinned: Vec<&str> = NAMES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')).collect();
    assert_eq!(names, pinned, "tests/checks.txt lists the names of all checks, sorted");
    let retired: Vec<&str> = NAMES.lines().filter_map(|l| l.strip_prefix("# retired: ")).collect();
    for name in names {
        assert!(!retired.contains(&name), "`{name}` was the name of another check once");
        assert!(
            name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') && !name.starts_with('-'),
            "`{name}` is not in kebab case"
        );
    }
}

#[test]
fn no_name_is_used_twice() {
    let names: BTreeSet<&str> = CHECKS.iter().map(|c| c.name).collect();
    assert_eq!(names.len(), CHECKS.len());
}

#[test]
fn every_check_has_a_page_that_begins_with_its_name_and_level() {
    let mut wrong = Vec::new();
    for check in CHECKS {
        let mut lines = check.page.lines();
        if lines.next() != Some(&format!("# {}", check.name)) {
            wrong.push(format!("docs/checks/{}.md: the first line is not `# {0}`", check.name));
        }
        let level = format!("Level: {}", caveat::cli::explain::level(check.level));
        if !lines.take(4).any(|l| l.to_lowercase().starts_with(&level.to_lowercase())) {
            wrong.push(format!("docs/checks/{}.md: no line `{level}` below the heading", check.name));
        }
        let file = support::root().join(format!("docs/checks/{}.md", check.name));
        if std::fs::read_to_string(&file).ok().as_deref() != Some(check.page) {
            wrong.push(format!("docs/checks/{}.md is not the page of that check", check.name));
        }
    }
    let known: BTreeSet<String> = CHECKS.iter().map(|c| format!("{}.md", c.name)).collect();
    for page in support::walk(&support::root().join("docs/checks")).iter().filter(|p| p.is_file()) {
        let name = page.file_name().expect("a name").to_string_lossy().into_owned();
        if !known.contains(&name) && name != "README.md" {
            wrong.push(format!("docs/checks/{name}: there is no such check"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_examples_on_the_pages_do_what_they_say() {
    let mut wrong = Vec::new();
    for check in CHECKS {
        let examples = examples(check.page);
        for kind in ["fires", "quiet"] {
            if !examples.iter().any(|(k, _)| *k == kind) {
                wrong.push(format!("{}: no example ```caveat {kind}", check.name));
            }
        }
        for (kind, text) in examples {
            let want = usize::from(kind == "fires");
            let (count, shown) = run_example(check, &text);
            if count != want {
                wrong.push(format!("{}: an example that says `{kind}` has {count}\n{shown}", check.name));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

/// The fenced blocks that are marked ```` ```caveat fires ```` or ```` ```caveat quiet ````.
fn examples(page: &str) -> Vec<(&str, String)> {
    let mut out = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.strip_prefix("```caveat ") else { continue };
        let text: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
        out.push((kind.trim(), text.join("\n") + "\n"));
    }
    out
}

/// How often the check fires, and what is shown. An example of several files names each in a line
/// of its own, `// folder/file.caveat`; what is checked is the folder of the last. A document and a
/// lock are named likewise.
fn run_example(check: &Check, text: &str) -> (usize, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut policy = folder.path().to_owned();
    let mut file = policy.join("example.caveat");
    let mut written = String::new();
    for line in text.lines() {
        let is_name = |n: &&str| {
            [".caveat", ".md", ".lock", ".toml"].iter().any(|e| n.ends_with(e)) && !n.contains(' ')
        };
        let name = line.strip_prefix("// ").filter(is_name);
        if let Some(name) = name {
            file = folder.path().join(name);
            policy = file.parent().expect("a folder").to_owned();
            std::fs::create_dir_all(&policy).expect("a folder");
            written.clear();
        } else {
            written.push_str(line);
            written.push('\n');
            std::fs::write(&file, &written).expect("a file");
        }
    }
    let (loaded, report) = support::check(&policy);
    let shown = caveat::diagnostic::human::render(&report.findings, &loaded.sources, Default::default());
    (report.findings.iter().filter(|f| f.check == check.name).count(), shown)
}

#[test]
fn every_check_has_a_case_that_fires_and_one_that_stays_quiet() {
    let mut wrong = Vec::new();
    let cases = support::cases();
    for check in CHECKS {
        let folder = support::root().join("tests/cases").join(check.name);
        let (mut fires, mut quiet) = (false, false);
        for case in cases.iter().filter(|c| c.starts_with(&folder)) {
            let stated: Vec<_> =
                support::files_of(case).iter().flat_map(|f| support::stated(f).unwrap_or_default()).collect();
            let here = stated.iter().any(|s| s.3 == check.name);
            let named_quiet = case.file_name().is_some_and(|n| n.to_string_lossy().starts_with("quiet"));
            if here && named_quiet {
                wrong.push(format!("{}: is named quiet and states `{}`", support::name_of(case), check.name));
            }
            fires |= here;
            quiet |= !here;
        }
        if !fires {
            wrong.push(format!("{}: no case in tests/cases/{0}/ where it fires", check.name));
        }
        if !quiet {
            wrong.push(format!("{}: no case in tests/cases/{0}/ where it stays quiet", check.name));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_stated_finding_is_of_a_known_check() {
    for case in support::cases() {
        for file in support::files_of(&case) {
            for (file, line, _, check) in support::stated(&file).unwrap_or_default() {
                assert!(caveat::check::find(&check).is_some(), "{file}:{line}: there is no check `{check}`");
            }
        }
    }
}
