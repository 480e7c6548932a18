//! Text flows down and never back: which module may use which.
//!
//! Walks the paths in `src/` that start at the crate's root (`use crate::…`, `crate::…` in the
//! midst of code, `super::…` that leads out of a module) and holds them against a table. Tests
//! inside a module may use what they like.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A module, and what it may use beside itself. A longer name goes before a shorter one.
const MAY_USE: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("diagnostic", &["source"]),
    ("flow", &[]),
    ("numerals", &[]),
    ("vocabulary", &["source", "flow"]),
    ("syntax", &["source", "diagnostic", "numerals"]),
    ("policy", &["source", "flow", "vocabulary", "syntax"]),
    ("resolve", &["source", "diagnostic", "flow", "vocabulary", "syntax", "policy"]),
    ("document", &["source", "vocabulary", "policy", "numerals"]),
    (
        "check",
        &["source", "diagnostic", "flow", "vocabulary", "syntax", "policy", "document", "bundle", "decide"],
    ),
    ("bundle::compile", &["source", "flow", "vocabulary", "syntax", "policy"]),
    ("bundle", &[]),
    ("decide", &["bundle"]),
    ("question", &["source", "diagnostic", "flow", "syntax", "bundle", "decide"]),
    ("testing", &["source", "diagnostic", "flow", "syntax", "policy", "bundle", "decide", "question"]),
    ("server", &["bundle", "decide"]),
    (
        "cli",
        &[
            "source",
            "diagnostic",
            "flow",
            "vocabulary",
            "syntax",
            "policy",
            "resolve",
            "document",
            "check",
            "bundle",
            "bundle::compile",
            "decide",
            "question",
            "testing",
            "server",
        ],
    ),
    ("main", &["cli"]),
    ("lib", &[]),
];

/// Words that belong to one module alone.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("pest::", &["syntax"]),
    ("pest_derive", &["syntax"]),
    ("codespan_reporting", &["diagnostic"]),
    ("pulldown_cmark", &["document"]),
    ("unicode_segmentation", &["document"]),
    ("clap", &["cli"]),
    ("axum", &["server"]),
    ("hyper", &["server"]),
    ("tokio", &["server"]),
    ("std::fs", &["cli", "server"]),
    ("std::env", &["cli"]),
    ("std::io", &["cli", "server"]),
    ("println!", &["cli"]),
    ("eprintln!", &["cli"]),
];

#[test]
fn modules_use_only_what_lies_above_them() {
    let mut wrong = Vec::new();
    for file in files() {
        let module = module_of(&file);
        let Some((layer, allowed)) = MAY_USE.iter().find(|(name, _)| starts_with(&module, name)) else {
            wrong.push(format!("{}: the table has no line for it", file.display()));
            continue;
        };
        for used in uses(&code(&file), &module) {
            let inside =
                starts_with(&used, layer) && (*layer != "bundle" || !starts_with(&used, "bundle::compile"));
            let target = MAY_USE.iter().map(|(name, _)| *name).find(|name| starts_with(&used, name));
            let fine = inside || target.is_some_and(|t| allowed.contains(&t)) || *layer == "lib";
            // a parent's own items, from below: `bundle::compile` may use the format
            let parent = layer.split_once("::").is_some_and(|(parent, _)| starts_with(&used, parent));
            if !fine && !parent {
                wrong.push(format!("{}: `{layer}` must not use `crate::{used}`", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn some_words_belong_to_one_module() {
    let mut wrong = Vec::new();
    for file in files() {
        let (module, code) = (module_of(&file), code(&file));
        for (word, homes) in ONLY_IN {
            if holds_word(&code, word) && !homes.iter().any(|home| starts_with(&module, home)) {
                wrong.push(format!("{}: `{word}` belongs to {homes:?}", file.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_paths_sees_them_all() {
    let text =
        "use crate::{a::b, c as d, e::{f}};\nfn x() { crate::g::h(); super::super::i::j(); super::k(); }\n";
    let found: Vec<String> = uses(text, "m::n").into_iter().collect();
    assert_eq!(found, ["a::b", "c", "e", "g::h", "i::j", "m::k"]);
}

fn files() -> Vec<PathBuf> {
    let mut out = Vec::new();
    let mut todo = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(next) = todo.pop() {
        if next.is_dir() {
            todo.extend(std::fs::read_dir(&next).expect("a folder").map(|e| e.expect("an entry").path()));
        } else if next.extension().is_some_and(|e| e == "rs") {
            out.push(next);
        }
    }
    out.sort();
    out
}

/// `src/a/b.rs` is `a::b`, `src/a/mod.rs` is `a`.
fn module_of(file: &Path) -> String {
    let below = file.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).expect("below src");
    let name = below.with_extension("").to_string_lossy().replace(['/', '\\'], "::");
    name.strip_suffix("::mod").unwrap_or(&name).to_owned()
}

/// The file without comments, and without the tests at its end.
fn code(file: &Path) -> String {
    let text = std::fs::read_to_string(file).expect("a text");
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    if file.file_name().is_some_and(|n| n == "tests.rs") {
        return String::new();
    }
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The paths from the crate's root that a text names: two parts of each, where there are two.
fn uses(text: &str, module: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (at, _) in text.match_indices("crate::") {
        let before = text[..at].chars().next_back();
        if !before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '$') {
            out.extend(targets(&text[at + "crate::".len()..], ""));
        }
    }
    for (at, _) in text.match_indices("super::") {
        let before = &text[..at];
        if before.ends_with("super::") || before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let mut rest = &text[at..];
        let mut parts: Vec<&str> = module.split("::").collect();
        while let Some(further) = rest.strip_prefix("super::") {
            rest = further;
            parts.pop();
        }
        let prefix = parts.iter().map(|p| format!("{p}::")).collect::<String>();
        out.extend(targets(rest, &prefix));
    }
    out
}

/// What a path, or a group of paths in braces, starts with.
fn targets(rest: &str, prefix: &str) -> Vec<String> {
    if let Some(group) = rest.strip_prefix('{') {
        let mut out = Vec::new();
        let (mut depth, mut start) = (0, 0);
        for (i, c) in group.char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth > 0 => depth -= 1,
                ',' | '}' if depth == 0 => {
                    let part = group[start..i].trim();
                    if !part.is_empty() && part != "self" {
                        out.extend(targets(part, prefix));
                    }
                    start = i + 1;
                    if c == '}' {
                        break;
                    }
                }
                _ => {}
            }
        }
        return out;
    }
    let name = |text: &str| text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>();
    let first = name(rest);
    let second = rest[first.len()..].strip_prefix("::").map(name).filter(|s| !s.is_empty());
    vec![match second {
        Some(second) => format!("{prefix}{first}::{second}"),
        None => format!("{prefix}{first}"),
    }]
}

fn starts_with(path: &str, prefix: &str) -> bool {
    path == prefix || path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with("::"))
}

fn holds_word(code: &str, word: &str) -> bool {
    code.match_indices(word).any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
}
