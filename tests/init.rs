//! What `caveat init` writes works at once, whatever the company is called, and it writes over nothing.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn caveat(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_caveat"))
        .args(arguments)
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", "1795737600") // 2026-11-27
        .output()
        .expect("the tool runs")
}

fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = caveat(folder, arguments);
    let both = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("a text"));
    assert!(output.status.success(), "{arguments:?}\n{}", both.concat());
    both.concat()
}

/// All files below a folder, by their names from there, with what they hold.
fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let all = support::walk(folder).into_iter().filter(|p| p.is_file());
    let name = |p: &PathBuf| p.strip_prefix(folder).expect("below").to_string_lossy().replace('\\', "/");
    all.map(|p| (name(&p), std::fs::read(&p).expect("a file"))).collect()
}

fn names(folder: &Path) -> Vec<String> {
    files(folder).into_iter().map(|(name, _)| name).collect()
}

/// The commands of the workflow's steps, as a shell is given them.
fn steps(workflow: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(workflow).expect("a workflow");
    let runs = text.lines().filter_map(|l| l.trim().strip_prefix("- run: "));
    runs.map(
        |run| {
            if run.starts_with('"') { serde_json::from_str(run).expect("a string") } else { run.to_owned() }
        },
    )
    .collect()
}

const COMPANIES: [&str; 18] = [
    "Meadow Books",
    "Foo, Inc.",
    "A.B.C. Ltd.",
    "Ärzte & Söhne GmbH",
    "\"Quotes\" and \\slashes\\",
    "*Star* _under_ `tick` [link](x) <b>",
    "1st Bank",
    "Newsletter",
    "Collection",
    "Customer Data",
    "subject",
    "no sale",
    "O'Neill",
    "Yes! Shop? Really.",
    "株式会社例",
    "---",
    "We Never Sell Your Data",
    "The Extraordinarily Long Name of a Company That Wanted to Be First in Every Directory of the World",
];

#[test]
fn what_it_writes_passes_at_once_for_every_name() {
    for company in COMPANIES {
        let folder = tempfile::tempdir().expect("a folder");
        succeeds(folder.path(), &["init", "shop", &format!("--company={company}")]);
        let check = succeeds(folder.path(), &["check", "shop", "--fail-level", "note", "--require-document"]);
        assert!(check.contains("nothing found"), "{company}: {check}");
        succeeds(folder.path(), &["fmt", "--check", "shop"]);
        assert!(
            succeeds(folder.path(), &["test", "shop", "--fail-under", "100"])
                .contains("12 of 12 expectations")
        );
        assert!(succeeds(folder.path(), &["coverage", "shop", "--fail-under", "100"]).contains("100.00 %"));
        succeeds(folder.path(), &["build", "shop", "-o", "bundle.json"]);
        let document = std::fs::read_to_string(folder.path().join("shop/privacy.md")).expect("a document");
        assert!(document.contains("Last updated: 2026-11-27"), "{document}");
        let again = succeeds(folder.path(), &["lock", "shop"]);
        assert!(again.contains("unchanged"), "{company}: {again}");
    }
}

/// Runs the workflow's own steps in a shell, with the tool in place of the one that it installs.
#[cfg(unix)]
#[test]
fn the_workflow_holds_where_it_stands() {
    for (folder, argument) in [("", ""), ("policies/shop", " policies/shop"), ("it's: a #1 'shop'", "")] {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root.path().join(".git")).expect("a repository");
        let shop = root.path().join(folder);
        std::fs::create_dir_all(&shop).expect("a folder");
        succeeds(&shop, &["init"]);
        let workflow = root.path().join(".github/workflows/caveat.yml");
        let all = steps(&workflow);
        let of_tool: Vec<&String> = all.iter().filter(|s| s.starts_with("caveat ")).collect();
        assert_eq!(all.len(), of_tool.len() + 1, "{all:?}");
        assert!(all.iter().any(|s| s == "cargo install --locked caveat"));
        for verb in ["fmt --check", "check", "test", "coverage", "build"] {
            let begins = format!("caveat {verb}");
            assert!(
                of_tool.iter().any(|s| s.starts_with(&begins) && s.contains(argument)),
                "{verb}: {all:?}"
            );
        }
        let tool = Path::new(env!("CARGO_BIN_EXE_caveat")).parent().expect("a folder");
        for step in &of_tool {
            let path = format!("{}:{}", tool.display(), std::env::var("PATH").unwrap_or_default());
            let shell =
                Command::new("sh").args(["-ec", step]).current_dir(root.path()).env("PATH", path).output();
            let output = shell.expect("a shell");
            assert!(output.status.success(), "{folder}: {step}\n{}", String::from_utf8_lossy(&output.stderr));
        }
        let built = root.path().join("caveat-bundle.json");
        caveat::bundle::Bundle::load(&std::fs::read(built).expect("a bundle")).expect("a bundle that loads");
        // an edit that nobody encoded makes the pipeline fail
        let text = shop.join("privacy.md");
        let edited = std::fs::read_to_string(&text).expect("a text").replace("never sell", "sometimes sell");
        std::fs::write(&text, edited).expect("a text");
        let check = of_tool.iter().find(|s| s.starts_with("caveat check")).expect("a check");
        let path = format!("{}:{}", tool.display(), std::env::var("PATH").unwrap_or_default());
        let shell =
            Command::new("sh").args(["-ec", check]).current_dir(root.path()).env("PATH", path).output();
        assert_eq!(shell.expect("a shell").status.code(), Some(1));
    }
}

#[test]
fn it_writes_over_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir_all(folder.path().join("shop/.github/workflows")).expect("a folder");
    for name in ["privacy.md", "caveat.lock", "other.caveat", ".github/workflows/caveat.yml"] {
        std::fs::write(folder.path().join("shop").join(name), "mine").expect("a file");
    }
    let before = files(folder.path());
    let output = caveat(folder.path(), &["init", "shop"]);
    let said = String::from_utf8(output.stderr).expect("a text");
    assert_eq!(output.status.code(), Some(2));
    for name in ["privacy.md", "caveat.lock", "other.caveat", ".github/workflows/caveat.yml"] {
        assert!(said.contains(&format!("\n  shop/{name}")), "{said}");
    }
    assert!(!said.contains("caveat.toml"), "{said}");
    assert_eq!(files(folder.path()), before);
    // what has nothing to do with it may stay
    let other = folder.path().join("other");
    std::fs::create_dir(&other).expect("a folder");
    std::fs::write(other.join("README.md"), "mine").expect("a file");
    succeeds(folder.path(), &["init", "other", "--no-workflow"]);
    let written = ["README.md", "caveat.lock", "caveat.toml", "policy.caveat", "privacy.md", "tests.caveat"];
    assert_eq!(names(&other), written);
    assert_eq!(std::fs::read(other.join("README.md")).expect("a file"), b"mine");
    let again = caveat(folder.path(), &["init", "other"]);
    assert_eq!(again.status.code(), Some(2));
}

#[test]
fn a_workflow_in_the_way_can_be_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(".git")).expect("a repository");
    succeeds(folder.path(), &["init", "one"]);
    let output = caveat(folder.path(), &["init", "two"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).expect("a text");
    assert!(said.contains("--no-workflow") && said.contains("\n  .github/workflows/caveat.yml"), "{said}");
    assert!(!folder.path().join("two").exists());
    succeeds(folder.path(), &["init", "two", "--no-workflow"]);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_whole_is_not_written() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().expect("a folder");
    let shop = folder.path().join("shop");
    std::fs::create_dir(&shop).expect("a folder");
    // `.github` leads into nothing, so the workflow, which is written last, cannot be
    symlink("/proc/nowhere", shop.join(".github")).expect("a link");
    let output = caveat(folder.path(), &["init", "shop"]);
    assert_eq!(output.status.code(), Some(2), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stderr).contains("nothing was written"));
    let left: Vec<_> =
        std::fs::read_dir(&shop).expect("a folder").map(|e| e.expect("an entry").file_name()).collect();
    assert_eq!(left, [".github"]);
    std::fs::write(folder.path().join("file"), "").expect("a file");
    let output = caveat(folder.path(), &["init", "file"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no folder"));
}

#[test]
fn names_that_cannot_be_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    for (arguments, words) in [
        (["--company", "two\nlines"], "one line"),
        (["--company", "  "], "1 to 100 characters"),
        (["--policy", "two words"], "cannot be the label"),
        (["--policy", "newsletter"], "cannot be the label"),
        (["--policy", "-x"], "cannot be the label"),
        (["--policy", "a--b"], "cannot be the label"),
        (["--company", "Evil \u{202e}Corp"], "no policy can be written with these names"),
    ] {
        let [option, value] = arguments;
        let output = caveat(folder.path(), &["init", "shop", &format!("{option}={value}")]);
        let said = String::from_utf8(output.stderr).expect("a text");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
        assert!(said.contains(words), "{arguments:?}: {said}");
    }
    assert!(names(folder.path()).is_empty());
    succeeds(folder.path(), &["init", "shop", "--policy", "our_privacy-2"]);
    let policy = std::fs::read_to_string(folder.path().join("shop/policy.caveat")).expect("a policy");
    assert!(policy.contains("\npolicy our_privacy-2 \"Meadow Books privacy policy\" {"), "{policy}");
}

#[test]
fn it_says_what_to_do_next_and_that_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let said = succeeds(folder.path(), &["init", "our shop"]);
    let next = said.split_once("\nnext:\n").expect("what to do next").1;
    let commands: Vec<&str> = next
        .lines()
        .take_while(|l| l.starts_with("  caveat "))
        .map(|l| l.trim().split("  ").next().expect("words"))
        .collect();
    assert_eq!(commands.len(), 5, "{said}");
    for command in commands {
        let quoted = command.replace("'our shop'", "our\u{0}shop").replace('"', "");
        let mut words: Vec<String> = quoted.split(' ').skip(1).map(|w| w.replace('\u{0}', " ")).collect();
        if words[0] == "ask" {
            words = vec!["ask".to_owned(), "bundle.json".to_owned(), words[2..].join(" ")];
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let code = caveat(folder.path(), &words).status.code();
        assert_eq!(code, Some(i32::from(words[0] == "ask")), "{command}");
    }
}

#[test]
fn a_new_title_moves_no_sentence() {
    let folder = tempfile::tempdir().expect("a folder");
    succeeds(folder.path(), &["init", "shop"]);
    let path = folder.path().join("shop/privacy.md");
    let text = std::fs::read_to_string(&path).expect("a text");
    std::fs::write(&path, text.replace("# Meadow Books privacy policy", "# What we know about you"))
        .expect("a text");
    succeeds(folder.path(), &["check", "shop", "--fail-level", "note"]);
    std::fs::write(&path, text.replace("# Meadow Books privacy policy\n", "")).expect("a text");
    succeeds(folder.path(), &["check", "shop", "--fail-level", "note"]);
}
