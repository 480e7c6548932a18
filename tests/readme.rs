//! Holds `README.md` true: its commands are run, its files written, and its service compiled. So with
//! `docs/testing.md`, which is a tour from its beginning to its end.
//!
//! - A `console` block holds commands (`$ …`) and what they print. In a tour they run in an empty
//!   folder, elsewhere in the repository; a line `…` stands for any lines.
//! - A `caveat FILE` or `markdown FILE` block is written to that file; a later block of the name replaces it.
//! - Behind `<!-- finding in PATH: level[check] "words" -->` stands the finding of that check in whose
//!   picture the words occur.
//! - The `rust` block is `tests/readme/service.rs`.
//!
//! `CAVEAT_BLESS=1 cargo test --test readme` writes the outputs anew.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::process::Command;

/// The service as it stands in the README.
mod service {
    include!("readme/service.rs");

    pub fn run() -> Result<(), Box<dyn std::error::Error>> {
        main()
    }
}

const SERVICE: &str = include_str!("readme/service.rs");

#[test]
fn the_readme_shows_what_happens() {
    holds("README.md", false, run_service);
}

#[test]
fn the_page_on_testing_shows_what_happens() {
    holds("docs/testing.md", true, |_| {});
}

/// Runs the commands of a page, and holds it against what they print.
fn holds(page: &str, tour: bool, then: fn(&Path)) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let path = root.join(page);
    let written = std::fs::read_to_string(&path).expect("the page");
    let folder = tempfile::tempdir().expect("a folder");
    let actual = Replay { root, tour: folder.path(), in_tour: tour, last: None }.run(&written);
    then(folder.path());
    if std::env::var_os("CAVEAT_BLESS").is_some() {
        std::fs::write(&path, actual).expect("the page");
        return;
    }
    for (number, (written, actual)) in (1..).zip(written.lines().zip(actual.lines())) {
        assert_eq!(
            written, actual,
            "{page}:{number}: written left, true right; `CAVEAT_BLESS=1 cargo test --test readme` mends it"
        );
    }
    assert_eq!(written, actual, "{page} ends elsewhere");
}

/// The commands of the chapter on signed releases, one after the other, then what a service does with what
/// they wrote.
#[test]
fn the_commands_for_signed_releases_do_what_they_say() {
    use caveat::bundle::Bundle;
    use caveat::bundle::key::PublicKey;
    use caveat::bundle::trust::Trust;
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let chapter =
        readme.split("\n## ").find(|part| part.starts_with("Signed releases\n")).expect("a chapter");
    let block = chapter.split("```sh\n").nth(1).and_then(|rest| rest.split("```").next()).expect("commands");
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        let mut tool = Command::new(env!("CARGO_BIN_EXE_caveat"));
        tool.args(arguments).current_dir(folder.path());
        tool.env("SOURCE_DATE_EPOCH", "1795737600").output().expect("the tool runs") // 2026-11-27
    };
    assert!(run(&["init", "library"]).status.success());
    let commands: Vec<&str> = block.lines().map(|l| l.split('#').next().expect("a command").trim()).collect();
    let verbs: Vec<&str> = commands.iter().filter_map(|c| c.split(' ').nth(1)).collect();
    assert_eq!(verbs, ["keygen", "build", "verify"]);
    for command in commands {
        let words: Vec<&str> = command.split_whitespace().skip(1).collect();
        let output = run(&words);
        assert!(output.status.success(), "{command}: {}", String::from_utf8_lossy(&output.stderr));
    }
    let read = |name: &str| std::fs::read(folder.path().join(name)).expect("a file");
    let trust =
        Trust::new(PublicKey::read(&read("release.pub.jwk")).expect("keys")).expect("trust").at_least(7);
    let (file, signatures) = (read("library.json"), read("library.json.jws"));
    let now = "2026-11-27T12:00:00Z".parse().expect("a time");
    let bundle = Bundle::load_trusted(&file, &signatures, &trust, now).expect("a bundle to be trusted");
    assert_eq!(bundle.content().policy.name, "meadow-books");
    let late = "2027-07-01T00:00:00Z".parse().expect("a time");
    assert!(Bundle::load_trusted(&file, &signatures, &trust, late).is_err(), "its last day is past");
    let later =
        Trust::new(PublicKey::read(&read("release.pub.jwk")).expect("keys")).expect("trust").at_least(8);
    assert!(Bundle::load_trusted(&file, &signatures, &later, now).is_err(), "there is a later revision");
}

#[test]
fn the_map_names_what_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).expect("README.md");
    let map = readme.split("\n## ").find(|part| part.starts_with("Map\n")).expect("a map");
    let rows = map.lines().filter_map(|line| line.strip_prefix("| `")?.split('|').next());
    let paths: Vec<&str> =
        rows.flat_map(|cell| cell.split('`').step_by(2)).filter(|p| !p.trim().is_empty()).collect();
    assert!(paths.len() > 10, "{paths:?}");
    for path in paths {
        assert!(root.join(path).exists(), "the map names `{path}`, and there is no such thing");
    }
}

/// Runs the commands of a README, and gives it as it should be.
struct Replay<'a> {
    root: &'a Path,
    tour: &'a Path,
    /// Whether all of the page is a tour, and not the part `## Ten minutes`.
    in_tour: bool,
    /// The exit code of the last command.
    last: Option<i32>,
}

impl Replay<'_> {
    fn run(&mut self, readme: &str) -> String {
        let mut out = String::new();
        let mut lines = readme.lines();
        let mut in_tour = self.in_tour;
        let mut finding = None;
        while let Some(line) = lines.next() {
            if line.starts_with("## ") && !self.in_tour {
                in_tour = line == "## Ten minutes";
            }
            if let Some(words) = line.strip_prefix("<!-- finding in ") {
                finding = words.strip_suffix(" -->");
            }
            out.push_str(line);
            out.push('\n');
            let Some(info) = line.strip_prefix("```") else { continue };
            let text: Vec<&str> = lines.by_ref().take_while(|l| *l != "```").collect();
            let folder = if in_tour { self.tour } else { self.root };
            let text = match (info.split_once(' '), info, finding.take()) {
                (_, "console", _) => self.console(&text, folder),
                (_, "rust", _) => SERVICE.to_owned(),
                (_, "text", Some(words)) => self.finding(words),
                (Some(("caveat" | "markdown", name)), _, _) => {
                    let path = self.tour.join(name);
                    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
                    let text = joined(&text);
                    std::fs::write(path, &text).expect("a file");
                    text
                }
                _ => joined(&text),
            };
            out.push_str(&text);
            out.push_str("```\n");
        }
        out
    }

    /// The commands of a block, each with what it really prints.
    fn console(&mut self, text: &[&str], folder: &Path) -> String {
        let mut out = String::new();
        let mut lines = text.iter().peekable();
        while let Some(line) = lines.next() {
            let command = line.strip_prefix("$ ").unwrap_or_else(|| panic!("no command: {line}"));
            let mut shown = Vec::new();
            while let Some(next) = lines.next_if(|l| !l.starts_with("$ ")) {
                shown.push(*next);
            }
            out.push_str(line);
            out.push('\n');
            out.push_str(&elided(&self.command(command, folder), &shown));
        }
        out
    }

    /// What a command prints, on both streams.
    fn command(&mut self, command: &str, folder: &Path) -> String {
        if command == "echo $?" {
            return format!("{}\n", self.last.expect("a command before"));
        }
        let words = split(command);
        let arguments = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            ["caveat", ..] => &words[1..],
            ["cargo", "run", "--release", "--", ..] => &words[4..],
            _ => panic!("not a command of this tool: {command}"),
        };
        let output = Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(arguments)
            .current_dir(folder)
            .env_remove("SOURCE_DATE_EPOCH")
            .output()
            .expect("the tool runs");
        self.last = output.status.code();
        String::from_utf8(output.stderr).unwrap() + &String::from_utf8(output.stdout).unwrap()
    }

    /// One finding as it is shown: `PATH: level[check] "words"`.
    fn finding(&mut self, words: &str) -> String {
        let (path, rest) = words.split_once(": ").expect("a path");
        let (check, words) = rest.split_once(' ').expect("a check and words");
        let words = words.trim_matches('"');
        let all = self.command(&format!("caveat check {path}"), self.root);
        // A finding has empty lines in it where it goes from file to file.
        let mut findings: Vec<String> = Vec::new();
        for part in all.split("\n\n") {
            let begins = ["error[", "warning[", "note["].iter().any(|level| part.starts_with(level));
            match findings.last_mut() {
                Some(last) if !begins => *last += &format!("\n\n{part}"),
                _ => findings.push(part.to_owned()),
            }
        }
        let primary = |f: &&String| f.starts_with(check) && at_primary(f, words);
        let found =
            findings.iter().find(primary).unwrap_or_else(|| panic!("no {check} at `{words}`:\n{all}"));
        found.trim_end().to_owned() + "\n"
    }
}

/// Whether the words stand on a line that carets underline.
fn at_primary(finding: &str, words: &str) -> bool {
    let lines: Vec<&str> = finding.lines().collect();
    lines.windows(2).any(|pair| pair[0].contains(words) && pair[1].contains('^'))
}

/// The output with what the README leaves out by `…` left out.
fn elided(output: &str, shown: &[&str]) -> String {
    let Some(at) = shown.iter().position(|l| *l == "…") else { return output.to_owned() };
    let lines: Vec<&str> = output.lines().collect();
    let tail = shown.len() - at - 1;
    assert!(at + tail <= lines.len(), "more is shown than printed: {output}");
    joined(&[&lines[..at], &["…"], &lines[lines.len() - tail..]].concat())
}

fn joined(lines: &[&str]) -> String {
    lines.iter().flat_map(|l| [l, "\n"]).collect()
}

/// A command line's words; quotes of either kind hold words together.
fn split(command: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in command.chars() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// The service of the README gives the answers that it expects of the tour's bundle.
fn run_service(tour: &Path) {
    std::env::set_current_dir(tour).expect("the tour's folder");
    let result = service::run();
    std::env::set_current_dir(env!("CARGO_MANIFEST_DIR")).expect("the repository");
    result.expect("the service runs");
}
