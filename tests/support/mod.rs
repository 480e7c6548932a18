//! What the test files share: the stages as the tool runs them, on a fixed day.

#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use caveat::cli::analyse::{Report, analyse};
use caveat::cli::load::{self, Loaded};
use std::path::{Path, PathBuf};

/// The day on which all tests take place.
pub const TODAY: &str = "2026-11-23";

/// The folder of the crate.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Loads and analyses a folder or file.
pub fn check(path: &Path) -> (Loaded, Report) {
    let loaded = load::load(path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let report = analyse(&loaded, TODAY.parse().expect("a date"));
    (loaded, report)
}

/// Everything at or below a folder, in byte order, folders before what is in them.
pub fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut todo = vec![folder.to_owned()];
    while let Some(next) = todo.pop() {
        if next.is_dir() {
            let mut inside: Vec<PathBuf> =
                std::fs::read_dir(&next).expect("a folder").map(|e| e.expect("an entry").path()).collect();
            inside.sort();
            todo.extend(inside.into_iter().rev());
        }
        out.push(next);
    }
    out
}

/// The cases below `tests/cases`: `.caveat` files, and folders whose names end in `.case`.
pub fn cases() -> Vec<PathBuf> {
    let all = walk(&root().join("tests/cases"));
    let is_case_folder = |path: &Path| path.extension().is_some_and(|e| e == "case");
    all.into_iter()
        .filter(|path| {
            let inside_a_case = path.ancestors().skip(1).any(is_case_folder);
            !inside_a_case && (is_case_folder(path) || path.extension().is_some_and(|e| e == "caveat"))
        })
        .collect()
}

/// What is to be checked of a case: the file, the folder, or its `policy` sub-folder.
pub fn policy_of(case: &Path) -> PathBuf {
    let inner = case.join("policy");
    if inner.is_dir() { inner } else { case.to_owned() }
}

/// The files of a case.
pub fn files_of(case: &Path) -> Vec<PathBuf> {
    let states = |p: &PathBuf| p.is_file() && p.extension().is_some_and(|e| e == "caveat" || e == "toml");
    walk(case).into_iter().filter(states).collect()
}

/// A finding that a case states, or that the tool makes: file, line from 1, level, check.
pub type Stated = (String, usize, String, String);

/// The path below the crate's folder, with `/`.
pub fn name_of(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The findings that a file states in its comments; an error where one cannot be read.
pub fn stated(path: &Path) -> Result<Vec<Stated>, String> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", name_of(path)))?;
    let mut out = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some((_, annotation)) = line.split_once("//~") else { continue };
        let wrong = |why: &str| format!("{}:{}: {why}: `//~{annotation}`", name_of(path), index + 1);
        let up = annotation.chars().take_while(|c| *c == '^').count();
        let down = annotation.chars().take_while(|c| *c == 'v').count();
        let target = (index + 1 + down).checked_sub(up).filter(|t| *t > 0);
        let target = target.ok_or_else(|| wrong("points above the file"))?;
        for one in annotation.get(up + down..).unwrap_or_default().split(',') {
            let (level, rest) = one.trim().split_once('[').ok_or_else(|| wrong("no `level[check]`"))?;
            let (check, _) = rest.split_once(']').ok_or_else(|| wrong("no `]`"))?;
            if !matches!(level, "error" | "warning" | "note") {
                return Err(wrong("the level is error, warning or note"));
            }
            out.push((name_of(path), target, level.to_owned(), check.to_owned()));
        }
    }
    Ok(out)
}

/// The findings that the tool makes, in the same form.
pub fn made(loaded: &Loaded, report: &Report) -> Vec<Stated> {
    let place = |f: &caveat::diagnostic::Finding| {
        let source = loaded.sources.get(f.primary.span.source).expect("a source");
        let line = source.position(f.primary.span.start as usize).line;
        let level = format!("{:?}", f.level).to_lowercase();
        (source.name.clone(), line, level, f.check.to_owned())
    };
    report.findings.iter().map(place).collect()
}
