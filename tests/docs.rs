//! Holds `docs/language.md` and `docs/semantics.md` true: every example is checked, every answer is asked
//! for, and every construct of the grammar has an example.
//!
//! Of the fenced blocks on the pages,
//!
//! - `caveat shared` is the vocabulary that fragments share, and is checked with each of them;
//! - `caveat` is an example: a whole policy where a line begins with `policy`, else a fragment. It
//!   yields exactly the findings that it states in its own text, as cases do (`//~ error[crossing]`);
//! - `caveat file=NAME` is a file of an example of several, whose policy is the last one's folder;
//! - `answers` holds questions to the example before it, each after its verdict (`error` where the
//!   question cannot be asked).
//!
//! A fragment is never complete and says some things twice, so the checks of completeness and
//! redundancy count only where they are stated; and what is said of the vocabulary is no fault
//! of the fragment.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::bundle::Bundle;
use caveat::check::{self, Family};
use caveat::cli::load::Loaded;
use caveat::cli::{analyse::Report, build};
use caveat::decide;
use caveat::diagnostic::human;
use caveat::question;
use jiff::civil::date;
use pest::Parser;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use support::Stated;

const PAGE: &str = include_str!("../docs/language.md");
const SEMANTICS: &str = include_str!("../docs/semantics.md");
const GRAMMAR: &str = include_str!("../grammar/caveat.pest");

/// A fenced block.
struct Block<'a> {
    /// What stands behind the fence.
    info: &'a str,
    text: String,
    /// The number of its first line.
    line: usize,
}

fn blocks(page: &'static str) -> Vec<Block<'static>> {
    let mut out = Vec::new();
    let mut lines = page.lines().zip(1..);
    while let Some((line, number)) = lines.next() {
        let Some(info) = line.strip_prefix("```") else { continue };
        let text: Vec<&str> = lines.by_ref().map(|(l, _)| l).take_while(|l| *l != "```").collect();
        out.push(Block { info, text: text.join("\n") + "\n", line: number + 1 });
    }
    out
}

/// An example with what is asked of it.
#[derive(Default)]
struct Example {
    page: &'static str,
    line: usize,
    /// Paths below the example's folder, with their texts.
    files: Vec<(String, String)>,
    fragment: bool,
    /// The verdict, the question, the line.
    answers: Vec<(String, String, usize)>,
}

fn shared() -> String {
    let all = blocks(PAGE);
    all.iter().filter(|b| b.info == "caveat shared").map(|b| b.text.as_str()).collect()
}

fn examples() -> Vec<Example> {
    let mut out = examples_of("docs/language.md", PAGE);
    out.extend(examples_of("docs/semantics.md", SEMANTICS));
    out
}

fn examples_of(page: &'static str, text: &'static str) -> Vec<Example> {
    let mut out: Vec<Example> = Vec::new();
    let mut several = false;
    for block in blocks(text) {
        let mut words = block.info.split_whitespace();
        let language = words.next().unwrap_or_default();
        let options: Vec<&str> = words.collect();
        if language == "answers" {
            let example = out.last_mut().expect("answers stand behind an example");
            for (line, number) in block.text.lines().zip(block.line..) {
                let (verdict, question) = line.split_once(' ').expect("a verdict and a question");
                example.answers.push((verdict.to_owned(), question.trim().to_owned(), number));
            }
            several = false;
            continue;
        }
        if language != "caveat" || options == ["shared"] {
            several = false;
            continue;
        }
        let option = |name: &str| options.iter().find_map(|o| o.strip_prefix(name));
        match option("file=") {
            Some(name) if several => {
                let example = out.last_mut().expect("a first file");
                example.files.push((name.to_owned(), block.text));
            }
            Some(name) => {
                let files = vec![(name.to_owned(), block.text)];
                out.push(Example { page, line: block.line, files, ..Example::default() });
            }
            None => {
                let fragment = !block.text.lines().any(|l| l.starts_with("policy "));
                let mut files = vec![("example.caveat".to_owned(), block.text)];
                if fragment {
                    files.push(("shared.caveat".to_owned(), shared()));
                }
                out.push(Example { page, line: block.line, files, fragment, ..Example::default() });
            }
        }
        several = option("file=").is_some();
    }
    out
}

/// Writes the files; gives the folder that is the policy.
fn write(folder: &Path, example: &Example) -> PathBuf {
    for (name, text) in &example.files {
        let path = folder.join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }
    let last = if example.fragment { 0 } else { example.files.len() - 1 };
    folder.join(&example.files[last].0).parent().expect("a folder").to_owned()
}

#[test]
fn every_example_yields_exactly_the_findings_that_it_states() {
    let mut wrong = Vec::new();
    for example in examples() {
        let folder = tempfile::tempdir().expect("a folder");
        let (loaded, report) = support::check(&write(folder.path(), &example));
        let files = example.files.iter().map(|(name, _)| folder.path().join(name));
        let mut stated: Vec<Stated> =
            files.flat_map(|file| support::stated(&file).expect("what is stated can be read")).collect();
        let mut unexpected = Vec::new();
        for (finding, made) in report.findings.iter().zip(support::made(&loaded, &report)) {
            match stated.iter().position(|one| *one == made) {
                Some(at) => drop(stated.remove(at)),
                // no document lies beside an example
                None if made.3 == "absent-document" => {}
                None if example.fragment && is_no_fault_of_a_fragment(&made) => {}
                None => unexpected.push(finding.clone()),
            }
        }
        if !stated.is_empty() || !unexpected.is_empty() {
            let shown = human::render(&unexpected, &loaded.sources, Default::default());
            let missing: String = stated
                .iter()
                .map(|(_, line, level, check)| format!("line {line}: no {level}[{check}] is found\n"))
                .collect();
            wrong.push(format!("{}:{}\n{missing}{shown}", example.page, example.line));
        }
    }
    assert!(wrong.is_empty(), "{} examples differ\n\n{}", wrong.len(), wrong.join("\n"));
}

fn is_no_fault_of_a_fragment((file, _, _, check): &Stated) -> bool {
    let family = check::find(check).map(|c| c.family);
    !file.ends_with("example.caveat") || matches!(family, Some(Family::Completeness | Family::Redundancy))
}

#[test]
fn every_question_has_the_answer_that_stands_before_it() {
    let mut wrong = Vec::new();
    for example in examples().into_iter().filter(|e| !e.answers.is_empty()) {
        let folder = tempfile::tempdir().expect("a folder");
        let (loaded, report) = support::check(&write(folder.path(), &example));
        let Some(bundle) = bundle(&loaded, &report) else {
            wrong.push(format!("{}:{}: no policy to ask", example.page, example.line));
            continue;
        };
        for (verdict, question, line) in example.answers {
            let answer = match question::read(&bundle, &question) {
                Ok(read) => decide::explain(&bundle, &read.request).verdict.name(),
                Err(_) => "error",
            };
            if answer != verdict {
                let page = example.page;
                wrong.push(format!("{page}:{line}: {answer}, not {verdict}: {question}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn bundle(loaded: &Loaded, report: &Report) -> Option<Bundle> {
    let today = support::TODAY.parse().expect("a date");
    let bytes = build::compile(loaded, report.policy.as_ref()?, today).expect("a bundle");
    Some(Bundle::load(&bytes).expect("a bundle that loads"))
}

#[test]
fn a_month_that_starts_on_the_31st_ends_with_the_next_month() {
    let text = "may retain Browsing for Analytics until 1 month after Collection;\n";
    assert!(PAGE.contains(text), "the page says this of months");
    let folder = tempfile::tempdir().expect("a folder");
    let files = vec![("example.caveat".to_owned(), text.to_owned()), ("shared.caveat".to_owned(), shared())];
    let example = Example { files, fragment: true, ..Example::default() };
    let (loaded, report) = support::check(&write(folder.path(), &example));
    let bundle = bundle(&loaded, &report).expect("a bundle");
    let start = date(2026, 1, 31).at(12, 0, 0, 0);
    for (day, hour, verdict) in [(27, 0, "permitted"), (28, 12, "permitted"), (28, 13, "unstated")] {
        let now = date(2026, 2, day).at(hour, 0, 0, 0);
        let request = decide::Request::builder(&bundle)
            .action("retain")
            .data("Browsing")
            .purpose("Analytics")
            .event("Collection", decide::EventState::Happened { start, now })
            .build()
            .expect("a request");
        assert_eq!(decide::decide(&bundle, &request).verdict.name(), verdict, "on {now}");
    }
}

mod grammar {
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/caveat.pest"]
    pub struct Grammar;
}
use grammar::Rule;

/// Rules that no file is read by as a whole, but its units one by one.
const UNITS: [Rule; 9] = [
    Rule::test_unit,
    Rule::file_unit,
    Rule::section_unit,
    Rule::clause_unit,
    Rule::header_unit,
    Rule::cites_unit,
    Rule::term_unit,
    Rule::top_term,
    Rule::inner_term,
];

#[test]
fn every_construct_of_the_grammar_has_an_example() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut words: BTreeSet<String> = BTreeSet::new();
    let mut note = |rule: Rule, text: &str| {
        let read = grammar::Grammar::parse(rule, text);
        let pairs = read.unwrap_or_else(|e| panic!("the grammar does not read an example: {e}"));
        for pair in pairs.flatten() {
            seen.insert(format!("{:?}", pair.as_rule()));
            words.insert(pair.as_str().to_owned());
        }
    };
    note(Rule::file, &shared());
    for example in &examples() {
        example.files.iter().for_each(|(_, text)| note(Rule::file, text));
        example.answers.iter().filter(|a| a.0 != "error").for_each(|a| note(Rule::question, &a.1));
    }
    let units: BTreeSet<String> = UNITS.iter().map(|r| format!("{r:?}")).collect();
    let unseen: Vec<String> =
        rules().into_iter().filter(|rule| !seen.contains(rule) && !units.contains(rule)).collect();
    assert!(unseen.is_empty(), "constructs without an example: {}", unseen.join(", "));
    // One rule stands for several words here.
    let unseen: Vec<String> = ["action", "form", "comparison", "verdict"]
        .into_iter()
        .flat_map(alternatives)
        .filter(|word| !words.contains(word))
        .collect();
    assert!(unseen.is_empty(), "words without an example: {}", unseen.join(", "));
}

/// The rules of the grammar that yield something: all but the silent ones.
fn rules() -> Vec<String> {
    let mut out = Vec::new();
    for line in GRAMMAR.lines() {
        let Some((name, body)) = line.split_once('=') else { continue };
        let (name, body) = (name.trim(), body.trim_start());
        let is_name = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') && !name.is_empty();
        if is_name && !line.starts_with([' ', '/']) && !body.starts_with("_{") {
            out.push(name.to_owned());
        }
    }
    // Looked ahead at, and never read.
    out.retain(|name| name != "reserved");
    assert!(out.len() > 150, "the grammar has lost its rules: {out:?}");
    out
}

/// The words that a rule of the grammar has in quotes.
fn alternatives(rule: &str) -> Vec<String> {
    let start = GRAMMAR.find(&format!("\n{rule} ")).expect("the rule");
    let body = &GRAMMAR[start..start + GRAMMAR[start..].find("}\n").expect("its end")];
    body.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn the_page_lists_every_reserved_word() {
    let list = section("### Reserved words").split("\n\n").find(|p| p.starts_with('`')).expect("the list");
    let listed: BTreeSet<&str> = list.split('`').skip(1).step_by(2).flat_map(str::split_whitespace).collect();
    let reserved = alternatives("reserved");
    let reserved: BTreeSet<&str> = reserved.iter().map(String::as_str).collect();
    assert_eq!(listed, reserved);
}

#[test]
fn the_page_states_the_limits_that_are_enforced() {
    use caveat::{check, cli, decide, flow, syntax};
    let text = section("## Limits");
    for limit in [
        syntax::MAX_FILE_BYTES as u64 / 1024 / 1024,
        syntax::MAX_ITEM_BYTES as u64 / 1024 / 1024,
        syntax::MAX_NESTING as u64,
        syntax::MAX_ITEMS as u64,
        syntax::MAX_FINDINGS as u64,
        cli::load::MAX_FILES as u64,
        decide::MAX_STEPS,
        decide::MAX_STEPS_IN_ALL,
        flow::search::MAX_STEPS,
        flow::search::MAX_STEPS_IN_ALL,
        flow::world::MAX_NODES as u64,
        flow::world::MAX_OPERATIONS,
        check::contradictions::SHOWN as u64,
        cli::check::SHOWN as u64,
    ] {
        let written = grouped(limit);
        assert!(text.contains(&format!("| {written} ")), "no `| {written} …` below `## Limits`");
    }
}

/// `1,000,000`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let parts: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|c| std::str::from_utf8(c).unwrap()).collect();
    parts.join(",")
}

/// What stands below a heading, up to the next of any level.
fn section(heading: &str) -> &'static str {
    let start = PAGE.find(&format!("\n{heading}\n")).unwrap_or_else(|| panic!("no heading `{heading}`"));
    let rest = &PAGE[start + heading.len() + 2..];
    &rest[..rest.find("\n#").unwrap_or(rest.len())]
}

#[test]
fn links_within_the_page_lead_somewhere() {
    let anchor = |heading: &str| -> String {
        let kept = heading.trim_start_matches('#').trim().to_lowercase();
        let kept = kept.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-'));
        kept.map(|c| if c == ' ' { '-' } else { c }).collect()
    };
    let anchors: BTreeSet<String> = PAGE.lines().filter(|l| l.starts_with('#')).map(anchor).collect();
    for link in PAGE.split("](#").skip(1) {
        let target = link.split(')').next().unwrap_or_default();
        assert!(anchors.contains(target), "no heading for `#{target}`");
    }
}
