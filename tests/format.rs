//! The formatter: what it makes of the sources of this project, whole and mangled.
//!
//! Sources are torn apart at their tokens and put together with other white space, and with comments
//! in every gap. However a text was laid out, the result is the same; it formats to itself, says the
//! same and has every comment.

#![cfg(feature = "compiler")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use caveat::diagnostic::Level;
use caveat::source::Sources;
use caveat::syntax::format::{FormatFailure, WIDTH, format};
use caveat::syntax::parse;
use std::path::{Path, PathBuf};

/// A small generator of its own (SplitMix64, Steele et al. 2014), so that cases never change.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

fn formatted(text: &str, width: usize) -> Result<String, FormatFailure> {
    let mut sources = Sources::default();
    let id = sources.add("case.caveat", text);
    format(&sources, id, width)
}

/// The text in the style; panics where it cannot be formatted.
fn sound(name: &str, text: &str, width: usize) -> String {
    match formatted(text, width) {
        Ok(out) => out,
        Err(why) => panic!("{name}: {why:?}\n{text}"),
    }
}

/// All sources of the project that have no mistakes of syntax.
fn texts() -> Vec<(String, String)> {
    fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, out);
            } else if path.extension().is_some_and(|e| e == "caveat") {
                out.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    walk(&root.join("policies"), &mut files);
    walk(&root.join("tests"), &mut files);
    files.sort();
    let read = files.iter().map(|f| (f.display().to_string(), std::fs::read_to_string(f).unwrap()));
    read.filter(|(_, text)| {
        let mut sources = Sources::default();
        let id = sources.add("case.caveat", text.as_str());
        parse(&sources, id).1.iter().all(|f| f.level != Level::Error)
    })
    .collect()
}

/// The real policies, every construct, and some of the cases: what is mangled.
fn some() -> Vec<(String, String)> {
    let whole = |name: &str| !name.contains("cases");
    let mut texts = texts();
    let mut number = 0;
    texts.retain(|(name, _)| {
        number += 1;
        whole(name) || number % 8 == 0
    });
    texts
}

/// The tokens of a text, as far as white space may stand between them, without comments. A naive
/// reading of its own.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut chars = text.chars().peekable();
    let mut touching = false;
    while let Some(c) = chars.next() {
        if c.is_whitespace() {
            touching = false;
            continue;
        }
        if c == '/' && chars.peek() == Some(&'/') {
            while chars.next().is_some_and(|c| c != '\n') {}
            touching = false;
            continue;
        }
        let mut token = c.to_string();
        if c == '"' {
            let mut escaped = false;
            for c in chars.by_ref() {
                token.push(c);
                if c == '"' && !escaped {
                    break;
                }
                escaped = c == '\\' && !escaped;
            }
        } else if !"{};,()".contains(c) {
            while let Some(&c) = chars.peek().filter(|c| !c.is_whitespace() && !"{};,()\"".contains(**c)) {
                token.push(c);
                chars.next();
            }
        }
        // `since(`, `notify(`: never apart, never put together where they were not
        if touching && (token == "(") {
            out.last_mut().unwrap().push('(');
        } else {
            out.push(token);
        }
        touching = true;
    }
    out
}

/// A text of these tokens with any white space between them, but no blank lines.
fn spaced(tokens: &[String], random: &mut Random) -> String {
    let spaces = [" ", "  ", "\n", "\t", "\n      ", " \n", "\r\n "];
    let mut out = String::new();
    for token in tokens {
        out.push_str(token);
        out.push_str(spaces[random.below(spaces.len())]);
    }
    out
}

#[test]
fn the_result_formats_to_itself_at_any_width() {
    let texts = texts();
    assert!(texts.len() > 100, "the sources are there");
    let widths = |width| {
        move |(name, text): &(String, String)| {
            let once = sound(name, text, width);
            assert_eq!(once, sound(name, &once, width), "{name} at {width}");
        }
    };
    texts.iter().for_each(widths(WIDTH));
    some().iter().for_each(widths(40));
}

#[test]
fn layout_does_not_depend_on_white_space() {
    let mut random = Random(1);
    for (name, text) in &some() {
        let tokens = tokens(text);
        let plain = sound(name, &tokens.join(" "), WIDTH);
        for _ in 0..2 {
            let mangled = spaced(&tokens, &mut random);
            assert_eq!(plain, sound(name, &mangled, WIDTH), "{name}\n{mangled}");
        }
    }
}

#[test]
fn comments_survive_in_every_gap() {
    let mut random = Random(2);
    let mut gaps = 0;
    for (name, text) in &some() {
        let tokens = tokens(text);
        for share in [1, 6] {
            let mut mangled = String::new();
            let mut comments = Vec::new();
            for token in &tokens {
                if random.below(share) == 0 {
                    let comment =
                        format!("// {} {}", comments.len(), ["why", "", "{;", "\"a"][random.below(4)]);
                    let comment = comment.trim_end().to_owned();
                    mangled.push_str(["", "\n", "\n\n", " "][random.below(4)]);
                    mangled.push_str(&comment);
                    mangled.push_str(["\n", "\n\n", "\n  "][random.below(3)]);
                    comments.push(comment);
                }
                mangled.push_str(token);
                mangled.push(' ');
            }
            gaps += comments.len();
            let out = sound(name, &mangled, WIDTH);
            let mut kept: Vec<String> =
                out.lines().filter_map(|l| l.find("// ").map(|at| l[at..].to_owned())).collect();
            kept.sort();
            comments.sort();
            assert_eq!(kept, comments, "{name}\n{mangled}\n{out}");
            assert_eq!(out, sound(name, &out, WIDTH), "{name}\n{mangled}");
        }
    }
    assert!(gaps > 5_000, "{gaps} comments only");
}

#[test]
fn what_is_printed_is_tidy() {
    for (name, text) in &texts() {
        let out = sound(name, text, WIDTH);
        assert!(out.is_empty() || (out.ends_with('\n') && !out.ends_with("\n\n")), "{name}");
        assert!(!out.contains("\n\n\n") && !out.starts_with('\n'), "{name}\n{out}");
        for line in out.lines() {
            assert_eq!(line, line.trim_end(), "{name}");
            assert!(!line.contains('\t'), "{name}: {line}");
        }
    }
}

#[test]
fn phrases_get_one_order_and_optional_commas_one_use() {
    let written = "policy p { issuer P; } party P; clause c { \
        when a may use D when b for Q of U subject to p; \
        U has right of erasure over D starts E through \"x\" for Q; \
        on E must tell; \
        may retain D after E for 3 days in L; }";
    let out = sound("case", written, WIDTH);
    let wanted = "policy p {\n  issuer P;\n}\n\nparty P;\n\nclause c {\n  \
        when a, may use D of U for Q when b, subject to p;\n  \
        U has right of erasure over D for Q through \"x\", starts E;\n  \
        on E, must tell;\n  \
        may retain D in L after E for 3 days;\n}\n";
    assert_eq!(out, wanted);
}

#[test]
fn nothing_is_formatted_around_mistakes() {
    for text in ["clause {", "may use D\n", "clause c { may may use D; }", "party “P”;", "party P; /* no */"]
    {
        assert!(matches!(formatted(text, WIDTH), Err(FormatFailure::Mistakes(_))), "{text}");
    }
}

#[test]
fn nothing_becomes_nothing() {
    assert_eq!(sound("case", "", WIDTH), "");
    assert_eq!(sound("case", "\n\n  \n", WIDTH), "");
    assert_eq!(sound("case", "\n\n// alone\n\n\n", WIDTH), "// alone\n");
}

#[test]
fn the_policies_are_in_the_style() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    for (name, text) in texts().iter().filter(|(name, _)| Path::new(name).starts_with(&root)) {
        assert_eq!(*text, sound(name, text, WIDTH), "{name}: run `caveat fmt policies`");
    }
}
