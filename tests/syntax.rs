//! The parser on its own: what it reads, what it refuses, and how much a mistake costs.
//!
//! What each mistake finds is stated by the cases below `cases/syntax`.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use caveat::diagnostic::Finding;
use caveat::source::Sources;
use caveat::syntax::tree::*;
use caveat::syntax::{MAX_FILE_BYTES, MAX_FINDINGS, MAX_NESTING, Parser, parse, parse_question};

mod support;

fn read(text: &str) -> (File, Vec<Finding>, Sources) {
    let mut sources = Sources::default();
    let id = sources.add("p.caveat", text);
    let (file, findings) = parse(&sources, id);
    (file, findings, sources)
}

fn folder(path: &str) -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests").join(path);
    let mut files: Vec<(String, String)> = std::fs::read_dir(&root)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "caveat"))
        .map(|p| {
            (p.file_stem().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&p).unwrap())
        })
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no files in {path}");
    files
}

const LONG: &str = include_str!("syntax/every-construct.caveat");

// ---- Messages ----

/// Findings as text: message, place, what stands there, notes and help.
fn shown(findings: &[Finding], sources: &Sources) -> String {
    let mut out = String::new();
    for f in findings {
        let source = sources.get(f.primary.span.source).unwrap();
        let place = source.position(f.primary.span.start as usize);
        let text = sources.text(f.primary.span);
        writeln!(
            out,
            "{}:{}: {}[{}]: {}",
            place.line,
            place.column,
            format!("{:?}", f.level).to_lowercase(),
            f.check,
            f.message
        )
        .unwrap();
        writeln!(out, "  at `{text}` {}", f.primary.text).unwrap();
        for other in &f.secondary {
            writeln!(out, "  and `{}` {}", sources.text(other.span), other.text).unwrap();
        }
        for note in &f.notes {
            writeln!(out, "  note: {note}").unwrap();
        }
        for help in &f.help {
            writeln!(out, "  help: {help}").unwrap();
        }
    }
    out
}

#[test]
fn messages_read_well() {
    for (name, text) in folder("cases/syntax") {
        let (_, findings, _) = read(&text);
        for f in &findings {
            assert!(!f.message.ends_with('.'), "{name}: {}", f.message);
            assert!(
                !f.message.starts_with(char::is_uppercase) || f.message.starts_with("U+"),
                "{name}: {}",
                f.message
            );
            assert!(!f.message.contains("kw_"), "{name}: {}", f.message);
            assert!(f.primary.span.end as usize <= text.len());
        }
    }
}

// ---- The tree ----

#[test]
fn a_byte_order_mark_and_carriage_returns_are_read_over() {
    let text = "\u{feff}policy p \"P\" { issuer P; }\r\nparty P;\r\nclause a {\r\n\tmay use\u{a0}X;\r\n}\r\n";
    let (file, findings, sources) = read(text);
    assert_eq!(findings, []);
    assert_eq!(things(&file), 5);
    let Some(Item::Policy(header)) = file.items.first() else { panic!("{file:?}") };
    assert_eq!(sources.text(header.span), "policy p \"P\" { issuer P; }");
}

#[test]
fn the_tree_says_what_was_written() {
    let text = "no-x: when a or not b, only P may share only X, other Y except Z only to the subject for any \
                unless region is not (EU, CH) until 2 days + 1 year after E, subject to l, m, notwithstanding n;";
    let (file, findings, _) = read(text);
    assert_eq!(findings, []);
    // Places are tested elsewhere; without them the tree is short enough to be read.
    let tree = format!("{:?}", file.items);
    let mut plain = String::new();
    let mut rest = tree.as_str();
    while let Some((before, after)) = rest.split_once("Span {") {
        plain.push_str(before);
        plain.push('_');
        rest = after.split_once('}').unwrap().1;
    }
    plain.push_str(rest);
    let plain = plain.replace(", span: _", "").replace("span: _, ", "").replace("Spanned { node: ", "{ ");
    insta::assert_snapshot!("tree_of_a_statement", plain);
}

#[test]
fn spans_are_what_was_written() {
    let text = "clause a {\n  may share X // why\n    to A // who\n    ;\n  may use Y }\n";
    let (file, findings, sources) = read(text);
    assert_eq!(findings.len(), 1, "{}", shown(&findings, &sources));
    let Some(Item::Clause(clause)) = file.items.first() else { panic!("{file:?}") };
    let Some(Member::Statement(first)) = clause.members.first() else { panic!() };
    assert_eq!(sources.text(first.data.span), "X");
    assert_eq!(sources.text(first.phrases[0].span), "to A");
    let Some(Member::Statement(second)) = clause.members.get(1) else { panic!() };
    assert_eq!(sources.text(second.span), "may use Y");
    assert!(sources.text(clause.span).ends_with('}'));
}

#[test]
fn names_are_normalised() {
    let (file, findings, _) = read("data Pre\u{301}fe\u{301}rences;");
    assert_eq!(findings, []);
    let Some(Item::Declaration(Declaration::Term { term, .. })) = file.items.first() else { panic!() };
    assert_eq!(term.name.node, "Préférences");
}

#[test]
fn escapes_are_undone() {
    let (file, findings, _) = read(r#"import "a\"b\\c\n\u{e9}";"#);
    assert_eq!(findings, []);
    let Some(Item::Import(text)) = file.items.first() else { panic!() };
    assert_eq!(text.node, "a\"b\\c\né");
}

#[test]
fn questions() {
    let ask = |text: &str| {
        let mut sources = Sources::default();
        let id = sources.add("question", text);
        parse_question(&sources, id)
    };
    for good in [
        "share IpAddress to Mixpanel for UsageAnalytics when not opted_out",
        "Clari may share IpAddress",
        "Mixpanel use X, Y except Z of User in EU as aggregated when since(E) > 30 days and region is EU",
        "retain X // a comment",
    ] {
        let (statement, findings) = ask(good);
        assert_eq!(findings, [], "{good}");
        assert_eq!(statement.unwrap().modal.node, Modal::May, "{good}");
    }
    for bad in [
        "",
        "share",
        "share X;",
        "share X?",
        "shaer X to Y",
        "must not share X",
        "share X {",
        "share “X”",
        "(((((",
    ] {
        let (statement, findings) = ask(bad);
        assert!(statement.is_none(), "{bad}");
        assert_eq!(findings.len(), 1, "{bad}: {findings:?}");
    }
}

// ---- How much a mistake costs ----

fn terms(term: &Term) -> usize {
    match &term.body {
        TermBody::Children(children) => 1 + children.iter().map(terms).sum::<usize>(),
        _ => 1,
    }
}

fn member(member: &Member) -> usize {
    match member {
        Member::Informative { cites, .. } | Member::Promise { cites, .. } => 1 + cites.len(),
        _ => 1,
    }
}

fn clause(clause: &Clause) -> usize {
    1 + clause.members.iter().map(member).sum::<usize>()
}

/// How many things a file holds.
fn things(file: &File) -> usize {
    let item = |item: &Item| match item {
        Item::Policy(h) => {
            1 + h.documents.len() + h.revised.len() + h.extends.len() + usize::from(!h.issuer.is_empty())
        }
        Item::Section(s) => {
            let inner = s.items.iter().map(|i| match i {
                SectionItem::Clause(c) => clause(c),
                SectionItem::Member(m) => member(m),
            });
            1 + inner.sum::<usize>()
        }
        Item::Clause(c) => clause(c),
        Item::Declaration(Declaration::Term { term, .. }) => terms(term),
        Item::Member(m) => member(m),
        Item::Test(t) => 1 + t.expectations.len(),
        Item::Declaration(_) | Item::Import(_) | Item::Extends(_) => 1,
    };
    file.items.iter().map(item).sum()
}

/// The places of the signs that carry a file's structure, those in comments and strings aside.
fn signs(text: &str) -> Vec<usize> {
    let (mut places, mut in_string, mut in_comment, mut escaped) = (Vec::new(), false, false, false);
    let bytes = text.as_bytes();
    for (at, &b) in bytes.iter().enumerate() {
        match b {
            b'\n' => in_comment = false,
            _ if in_comment => {}
            _ if escaped => escaped = false,
            b'\\' if in_string => escaped = true,
            b'"' => {
                in_string = !in_string;
                places.push(at);
            }
            _ if in_string => {}
            b'/' if bytes.get(at + 1) == Some(&b'/') => in_comment = true,
            b';' | b'{' | b'}' => places.push(at),
            _ => {}
        }
    }
    places
}

#[test]
fn a_missing_sign_is_reported_and_costs_little() {
    let mut report = String::new();
    for (name, text) in [("long", LONG), ("dense", DENSE)] {
        let (file, findings, sources) = read(text);
        assert!(findings.is_empty(), "{}", shown(&findings, &sources));
        let whole = things(&file);
        let (mut lost, mut found, mut mutants) = ([0_usize; 4], [0_usize; 4], [0_usize; 4]);
        for place in signs(text) {
            let mut mutant = text.to_owned();
            let sign = mutant.remove(place);
            let (file, findings, _) = read(&mutant);
            assert!(!findings.is_empty(), "{name}: `{sign}` deleted at {place} goes unreported");
            let kind = ";{}\"".find(sign).unwrap();
            let loss = whole.saturating_sub(things(&file));
            mutants[kind] += 1;
            lost[kind] += loss;
            found[kind] += findings.len();
        }
        let mean = |n: &[usize; 4]| n.iter().sum::<usize>() as f64 / mutants.iter().sum::<usize>() as f64;
        writeln!(report, "{name}: {whole} things, mutants {mutants:?}, lost {lost:?}, found {found:?}")
            .unwrap();
        assert!(mean(&lost) < 2.0, "{report}");
        assert!(mean(&found) < 2.0, "{report}");
    }
}

/// Little white space, so that lines and indentation help nothing.
const DENSE: &str = r#"policy p "P" { issuer P; document "d.md"; revised 2020-01-01; } party P; parties Q bound by "c" { R; S "s"; }
data D { A { B; C; } E "e"; } fact f; event G; purpose U; clause a { cites "x"; may use D for U; informative { cites "y"; } }
section s { clause b { must not sell D to any; } clause c { promise "z" { cites "w"; } may share A to R; } } clause d { may use E; }
"#;

// ---- Limits ----

#[test]
fn deep_nesting_is_one_finding_and_fast() {
    let started = Instant::now();
    let many = 100_000;
    for text in [
        format!("clause a {{ may use X when {}a{}; }}", "(".repeat(many), ")".repeat(many)),
        format!("clause a {{ may use X when {}a; }}", "not ".repeat(many)),
        format!("clause a {{ may use X when {}a; }}", "not (".repeat(many)),
        "section a { ".repeat(many),
        "data D { ".repeat(many),
        "}".repeat(MAX_FINDINGS / 2) + &"(".repeat(many),
        format!("clause a {{ may retain X until {} A; }}", "the later of (A, B) after ".repeat(many)),
        format!("clause a {{ may retain X until {} A; }}", "the later of (A, ".repeat(many)),
    ] {
        let (_, findings, _) = read(&text);
        assert_eq!(findings.len(), 1, "{}", &text[..60]);
        assert_eq!(findings[0].check, "limit");
    }
    assert!(started.elapsed() < Duration::from_secs(20), "{:?}", started.elapsed());
}

#[test]
fn nesting_up_to_the_limit_is_read() {
    let deep = MAX_NESTING - 1;
    for text in [
        format!("clause a {{ may use X when {}a{}; }}", "(".repeat(deep), ")".repeat(deep)),
        format!("clause a {{ may use X when {}a; }}", "not ".repeat(deep)),
        format!(
            "clause a {{ may retain X until {} A{}; }}",
            "the later of (B, ".repeat(deep),
            ")".repeat(deep)
        ),
        format!("clause a {{ may retain X until {} A; }}", "the later of (A, B) after ".repeat(deep)),
        format!("data D {}{}", "{ D ".repeat(deep - 1) + "{ E; }", "}".repeat(deep - 1)),
    ] {
        let (file, findings, _) = read(&text);
        assert_eq!(findings, [], "{}", &text[..60]);
        assert_eq!(file.clone(), file);
    }
}

#[test]
fn other_limits() {
    let limited = |text: &str| {
        let (_, findings, _) = read(text);
        assert_eq!(findings.len(), 1);
        assert_eq!(findings[0].check, "limit");
    };
    limited(&" ".repeat(MAX_FILE_BYTES + 1));
    limited(&";".repeat(caveat::syntax::MAX_ITEMS + 1));
    limited(&"x, ".repeat(caveat::syntax::MAX_ITEM_BYTES));
    let (_, findings, _) = read(&"x;".repeat(MAX_FINDINGS + 7));
    assert_eq!(findings.len(), MAX_FINDINGS + 1);
    assert_eq!(findings[MAX_FINDINGS].message, "7 more mistakes from here on are not shown");
}

#[test]
fn bad_text_takes_linear_time() {
    let started = Instant::now();
    for text in [
        "may use X ".repeat(50_000),
        "may use X\n".repeat(3_000),
        "may use X when a and b or c;\n".repeat(3_000),
        "a, ".repeat(100_000),
        "\"".repeat(100_001),
        "\"a\n".repeat(30_000),
        "'a ".repeat(30_000),
        "“a ".repeat(30_000),
        "/* ".repeat(30_000),
        "{".repeat(150) + &"x ".repeat(100_000),
        "clause a {\n".repeat(150) + &"cites \"x\" ".repeat(3_000),
        "data A { B \n".repeat(150) + &"C\n".repeat(3_000),
        "} ".repeat(50_000),
    ] {
        let one = Instant::now();
        let (_, findings, _) = read(&text);
        assert!(!findings.is_empty());
        assert!(one.elapsed() < Duration::from_secs(30), "{:?} {:?}", text.get(..20), one.elapsed());
    }
    assert!(started.elapsed() < Duration::from_secs(90), "{:?}", started.elapsed());
}

#[test]
fn any_cut_of_a_file_is_survived() {
    for end in (0..LONG.len()).filter(|e| LONG.is_char_boundary(*e)) {
        if end % 37 == 0 {
            let (_, findings, _) = read(&LONG[..end]);
            assert!(findings.iter().all(|f| f.primary.span.end as usize <= end));
        }
    }
}

// ---- Many files, one after the other ----

#[test]
fn files_read_before_change_nothing() {
    let mut parser = Parser::default();
    let mut sources = Sources::default();
    for file in support::cases().iter().flat_map(|case| support::files_of(case)) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let id = sources.add("p.caveat", text);
        for _ in 0..2 {
            assert_eq!(parser.parse(&sources, id), parse(&sources, id), "{}", file.display());
        }
    }
    assert!(sources.iter().count() > 40);
}
