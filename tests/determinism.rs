//! Same input, same bytes: across runs, processes that run at the same time, the order in which
//! files were written, and, where it does not matter to the meaning, the order of what they say.
//!
//! The checker has no threads of its own. That it gives the same answer beside others is tested with
//! processes, and in one process from several threads at once.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../examples/generate/policy/mod.rs"]
mod policy;
mod support;

use caveat::diagnostic::Level;
use policy::random::Random;
use policy::{Options, generate};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

type Files = Vec<(String, String)>;

/// What the tool says of a policy, in each form.
#[derive(PartialEq, Eq, Debug)]
struct Output {
    human: Vec<u8>,
    json: Vec<u8>,
    sarif: Vec<u8>,
    bundle: Option<Vec<u8>>,
}

fn command(folder: &Path, arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_caveat"));
    command.current_dir(folder).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().expect("it starts")
}

fn output(folder: &Path) -> Output {
    let bundle = folder.parent().expect("a parent").join(format!("{}.json", stem(folder)));
    let written = bundle.to_str().expect("a name");
    let runs: Vec<Child> = vec![
        command(folder, &["check"]),
        command(folder, &["check", "--format", "json"]),
        command(folder, &["check", "--format", "sarif"]),
        command(folder, &["build", "-o", written]),
    ];
    let said: Vec<Vec<u8>> =
        runs.into_iter().map(|run| run.wait_with_output().expect("it ends").stdout).collect();
    let [human, json, sarif, _] = said.try_into().expect("four runs");
    Output { human, json, sarif, bundle: fs::read(&bundle).ok() }
}

fn stem(folder: &Path) -> String {
    folder.file_name().expect("a name").to_string_lossy().into_owned()
}

fn write(into: &TempDir, name: &str, files: &Files) -> PathBuf {
    let folder = into.path().join(name);
    fs::create_dir(&folder).expect("a folder");
    for (name, text) in files {
        fs::write(folder.join(name), text).expect("it is written");
    }
    folder
}

/// Policies with findings of every sort, and one that builds.
fn policies() -> Vec<(&'static str, Files)> {
    let real = |folder: &str| {
        support::walk(&support::root().join(folder))
            .into_iter()
            .filter(|p| p.is_file())
            .map(|p| (stem(&p), fs::read_to_string(&p).expect("a text")))
            .collect::<Files>()
    };
    vec![
        ("clari", real("policies/clari")),
        ("generated", generate(Options::new(150, 5)).files),
        ("without findings", generate(Options { planted: 0, ..Options::new(150, 6) }).files),
    ]
}

#[test]
fn runs_and_the_order_of_files_on_disk_change_no_byte() {
    for (name, files) in policies() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = output(&write(&folder, "one", &files));
        assert_eq!(first.bundle.is_some(), name == "without findings", "{name}");
        assert!(!first.json.is_empty());
        assert!(first == output(&folder.path().join("one")), "{name}: a second run differs");
        let mut random = Random::new(1, 1);
        for copy in ["two", "three"] {
            let mut shuffled = files.clone();
            random.shuffle(&mut shuffled);
            let other = output(&write(&folder, copy, &shuffled));
            assert!(first == other, "{name}: another order of files on disk differs");
        }
    }
}

#[test]
fn processes_at_the_same_time_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let (_, files) = policies().swap_remove(0);
    let place = write(&folder, "policy", &files);
    let runs: Vec<Child> = (0..8).map(|_| command(&place, &["check", "--format", "json"])).collect();
    let said: Vec<Vec<u8>> =
        runs.into_iter().map(|r| r.wait_with_output().expect("it ends").stdout).collect();
    assert!(!said[0].is_empty());
    assert!(said.iter().all(|s| *s == said[0]));
}

#[test]
fn threads_of_one_process_agree() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = write(&folder, "policy", &generate(Options::new(200, 8)).files);
    let found = |place: &Path| {
        let (_, report) = support::check(place);
        format!("{:?}", report.findings)
    };
    let alone = found(&place);
    let place = &place;
    let together: Vec<String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(move || found(place))).collect();
        threads.into_iter().map(|t| t.join().expect("it ends")).collect()
    });
    assert!(together.iter().all(|one| *one == alone));
}

/// The items of a text and of each block in it in another order. A header stays as it is: the first
/// date of revision in it is that of the document.
fn shuffled(name: &str, text: &str, random: &mut Random) -> String {
    if !name.ends_with(".caveat") {
        return text.to_owned();
    }
    let lines: Vec<&str> =
        text.lines().filter(|l| !l.trim().is_empty() && !l.trim().starts_with("//")).collect();
    let mut items = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let end = item(&lines, at);
        let inner = if end > at + 1
            && lines[at].ends_with('{')
            && !lines[at].starts_with("policy")
            && lines[end - 1].trim() == "}"
        {
            let body = lines[at + 1..end - 1].join("\n");
            format!("{}\n{}{}", lines[at], shuffled(name, &body, random), lines[end - 1])
        } else {
            lines[at..end].join("\n")
        };
        items.push(inner);
        at = end;
    }
    random.shuffle(&mut items);
    items.join("\n") + "\n"
}

/// Where the item that begins in a line ends: with `;` at the level of its braces, or with its block.
fn item(lines: &[&str], start: usize) -> usize {
    let mut depth = 0_i32;
    for (at, line) in lines.iter().enumerate().skip(start) {
        let bare: String = line.split('"').step_by(2).collect();
        depth += bare.matches('{').count() as i32 - bare.matches('}').count() as i32;
        let ends = bare.trim_end().ends_with([';', '}']);
        if depth == 0 && ends {
            return at + 1;
        }
    }
    lines.len()
}

/// What is found, by the text that it is found at and the texts beside it: no places, no witnesses.
fn meaning(place: &Path) -> BTreeMap<String, usize> {
    let (loaded, report) = support::check(place);
    let text = |span| loaded.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ");
    let mut out = BTreeMap::new();
    for finding in &report.findings {
        // which of several ways to say the same is taken out is up to their order
        if finding.check == "redundant" {
            continue;
        }
        // a finding about two equal sides is told at the later of them; of the many that a note is
        // about, the first are shown
        let beside = finding.secondary.iter().filter(|_| finding.level != Level::Note);
        let mut sides: Vec<String> = beside.map(|l| text(l.span)).collect();
        sides.push(text(finding.primary.span));
        sides.sort();
        *out.entry(format!("{:?}[{}] {}", finding.level, finding.check, sides.join(" | "))).or_default() += 1;
    }
    out
}

#[test]
fn the_order_of_declarations_and_statements_changes_no_finding() {
    for (name, files) in policies() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = meaning(&write(&folder, "one", &files));
        let mut random = Random::new(2, 2);
        for copy in ["two", "three"] {
            let other: Files =
                files.iter().map(|(n, text)| (n.clone(), shuffled(n, text, &mut random))).collect();
            assert_ne!(other, files);
            let place = write(&folder, copy, &other);
            let second = meaning(&place);
            let missing: Vec<_> = first.iter().filter(|(k, n)| second.get(*k) != Some(n)).collect();
            let further: Vec<_> = second.iter().filter(|(k, n)| first.get(*k) != Some(n)).collect();
            assert!(missing.is_empty() && further.is_empty(), "{name}: {missing:#?} became {further:#?}");
        }
    }
}

#[test]
fn the_order_of_declarations_and_statements_changes_no_decision() {
    use caveat::bundle::{Bundle, Dimension};
    use caveat::decide::{Request, decide};
    let (_, files) = policies().swap_remove(2);
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random::new(3, 3);
    let other: Files = files.iter().map(|(n, text)| (n.clone(), shuffled(n, text, &mut random))).collect();
    let bundle = |name: &str, files: &Files| {
        let built = output(&write(&folder, name, files)).bundle.expect("it builds");
        Bundle::load(&built).expect("it loads")
    };
    let (one, two) = (bundle("one", &files), bundle("two", &other));
    let names = |d: Dimension| -> Vec<String> {
        one.graph(d).expect("a graph").terms.iter().map(|t| t.name.clone()).collect()
    };
    let (data, purposes, parties) =
        (names(Dimension::Data), names(Dimension::Purpose), names(Dimension::Recipient));
    let mut verdicts = BTreeMap::new();
    for _ in 0..3_000 {
        let action = *random.pick(&["use", "share", "retain", "collect", "sell", "erase"]);
        let (d, p, to) = (random.pick(&data), random.pick(&purposes), random.pick(&parties));
        let asked = |bundle: &Bundle| {
            let mut builder = Request::builder(bundle).action(action).data(d).purpose(p);
            if matches!(action, "share" | "sell") {
                builder = builder.recipient(to);
            }
            builder.build().map(|request| decide(bundle, &request).verdict.name()).map_err(|e| e.to_string())
        };
        let answer = asked(&one);
        assert_eq!(answer, asked(&two), "{action} {d} for {p} to {to}");
        *verdicts.entry(format!("{answer:?}")).or_insert(0) += 1;
    }
    assert!(verdicts.len() >= 3, "{verdicts:?}");
}
