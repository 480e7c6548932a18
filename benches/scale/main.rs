//! How the tool grows with a policy: time for each step and peak memory, from 10 to 100,000 statements,
//! and the cases that are hard.
//!
//! ```sh
//! cargo bench --bench scale                # measures, and prints the table
//! cargo bench --bench scale -- --publish   # and writes docs/benchmarks.{csv,svg} and the table in docs/benchmarks.md
//! ```
//!
//! `--largest N` leaves out larger policies and the hard cases, for a look in between.
//!
//! The policies are those of `cargo run --example generate` with seed 1. A step is run again and again
//! for a third of a second, at least thrice, and its median counts. (The harness is our own since the
//! published table and picture are made from its figures, and divan keeps its figures to itself.)
//! Memory is the high-water mark of a process of its own that reads a folder and checks it: `VmHWM` in
//! `/proc/self/status`, so on Linux alone.

#![allow(missing_docs, clippy::expect_used, clippy::indexing_slicing, clippy::panic)] // a benchmark that cannot run should stop

#[allow(dead_code)] // reading figures is for whoever holds the page to them
mod curves;
#[path = "../../examples/generate/policy/mod.rs"]
mod policy;

use caveat::bundle::format::Variable;
use caveat::bundle::{Bundle, Dimension, compile, envelope};
use caveat::check;
use caveat::cli::output::Output;
use caveat::cli::{Color, analyse, load};
use caveat::decide::{self, Request};
use caveat::policy::analysis::Analysis;
use caveat::resolve::{Program, Unit, resolve};
use caveat::source::Sources;
use caveat::syntax::{self, tree};
use curves::Row;
use jiff::civil::{Date, date};
use policy::random::Random;
use policy::{Options, generate, hard};
use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const TODAY: Date = date(2026, 11, 23);
const SIZES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];

type Files = Vec<(String, String)>;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|a| a == "--check") {
        return checked(Path::new(&arguments[at + 1]));
    }
    let largest = arguments.iter().position(|a| a == "--largest");
    let largest = largest.map(|at| arguments[at + 1].parse::<usize>().expect("a number"));
    let mut rows = Vec::new();
    for size in SIZES.into_iter().filter(|s| largest.is_none_or(|most| *s <= most)) {
        steps(size, &mut rows);
    }
    let research = vec![("policy.caveat".to_owned(), hard::research(1))];
    rows.push(Row::new("80 rules, 28 terms", 80, median(|| findings(&research))));
    for (name, text) in hard_cases().into_iter().filter(|_| largest.is_none()) {
        let files = vec![("policy.caveat".to_owned(), text)];
        rows.push(Row::new(name, 0, median(|| findings(&files))));
        eprintln!("{name}: {:.3} s", rows.last().map_or(0.0, |row| row.value));
    }
    println!("{}", curves::table(&rows));
    if arguments.iter().any(|a| a == "--publish") {
        curves::publish(Path::new(env!("CARGO_MANIFEST_DIR")), &rows).expect("the page is written");
    }
}

fn hard_cases() -> Vec<(&'static str, String)> {
    vec![
        ("10,000 statements that all overlap", hard::overlapping(10_000)),
        ("10,000 statements that are all the same", hard::identical(10_000)),
        ("5,000 permissions and 5,000 prohibitions of the same", hard::opposite(10_000)),
        ("100 exceptions to one statement", hard::exceptions(100)),
        ("conditions over 40 facts, exponential diagram", hard::facts(40)),
        ("conditions over 40 facts, at the threshold of 3-SAT", hard::satisfiability(40, 3)),
        ("a chain of precedence, 5,000 long", hard::chain(5_000)),
        ("a vocabulary 10,000 deep", hard::deep(10_000)),
        ("a term with 100,000 children", hard::wide(100_000)),
        ("a lattice of 500 diamonds", hard::diamonds(500)),
    ]
}

/// All steps at one size.
fn steps(size: usize, rows: &mut Vec<Row>) {
    let files = generate(Options::new(size, 1)).files;
    let mut row = |step: &'static str, seconds: f64| {
        eprintln!("{size:>7} {step:<17} {:>12.3} ms", seconds * 1e3);
        rows.push(Row::new(step, size, seconds));
    };
    let sources = read(&files);
    row("parse", median(|| parse(&sources)));
    row("format", median(|| format(&sources)));
    let program = parse(&sources);
    row("resolve", median(|| resolve(&program, &sources)));
    let (policy, _) = resolve(&program, &sources);
    let policy = policy.expect("its names are in order");
    row("check", median(|| check::run(&Analysis::new(&policy, &sources, TODAY)).findings.len()));
    row("text to findings", median(|| findings(&files)));
    let analysis = Analysis::new(&policy, &sources, TODAY);
    row("build", median(|| build(&analysis)));
    let bundle = build(&analysis);
    row("load", median(|| Bundle::load(black_box(&bundle)).is_ok()));
    if let Ok(loaded) = Bundle::load(&bundle) {
        let requests = requests(&loaded);
        let all = median(|| {
            requests.iter().filter(|r| decide::decide(&loaded, black_box(r)).verdict.allows()).count()
        });
        row("decide", all / requests.len() as f64);
    }
    if let Some(bytes) = memory(&files) {
        row("memory", bytes);
    }
}

/// The median time of a run, in seconds.
fn median<T>(mut run: impl FnMut() -> T) -> f64 {
    let (mut times, begin) = (Vec::new(), Instant::now());
    while times.len() < 3 || begin.elapsed() < Duration::from_millis(330) && times.len() < 10_000 {
        let start = Instant::now();
        drop(black_box(run()));
        times.push(start.elapsed());
        if begin.elapsed() > Duration::from_secs(20) {
            break; // far from every target; one figure will do
        }
    }
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

fn read(files: &Files) -> Sources {
    let mut sources = Sources::default();
    for (name, text) in files {
        sources.add(name.clone(), text.clone());
    }
    sources
}

fn parse(sources: &Sources) -> Program {
    let mut parser = syntax::Parser::default();
    let trees: Vec<tree::File> = sources.iter().map(|(id, _)| parser.parse(sources, id).0).collect();
    let unit = Unit { folder: ".".to_owned(), files: trees, imports: Vec::new(), extends: Vec::new() };
    Program { units: vec![unit], broken: false }
}

fn format(sources: &Sources) -> usize {
    let mut parser = syntax::Parser::default();
    let mut format = |id| syntax::format::format_with(&mut parser, sources, id, 100).ok();
    sources.iter().filter_map(|(id, _)| format(id)).map(|text| text.len()).sum()
}

fn findings(files: &Files) -> usize {
    let sources = read(files);
    let program = parse(&sources);
    let (policy, found) = resolve(&program, &sources);
    let checked = policy.map_or(0, |p| check::run(&Analysis::new(&p, &sources, TODAY)).findings.len());
    found.len() + checked
}

fn build(analysis: &Analysis<'_>) -> Vec<u8> {
    let content = compile::content(analysis);
    envelope::write(&serde_json_canonicalizer::to_vec(&content).expect("it is JSON"))
}

/// Requests that leave nothing open, for flows of which some statement speaks.
fn requests(bundle: &Bundle) -> Vec<Request> {
    let (mut random, content) = (Random::new(1, 1), bundle.content());
    let mut requests = Vec::new();
    for _ in 0..10_000 {
        let statement = random.pick(&content.statements);
        let Some(flows) = statement.rules.first().and_then(|r| r.boxes.first()) else { continue };
        let mut builder = Request::builder(bundle);
        for (dimension, set) in Dimension::ALL.into_iter().zip(flows.sets()) {
            let Some(&(start, end)) = content.sets.get(set as usize).and_then(|s| s.first()) else {
                continue;
            };
            let cell = start + random.below((end - start) as usize) as u32;
            builder = builder.cells(dimension, vec![(cell, cell + 1)]);
        }
        for (variable, number) in content.variables.iter().zip(0..) {
            let value = match variable {
                Variable::Fact { .. } => random.below(variable.values() as usize) as u32,
                Variable::Clock { .. } => 0,
            };
            builder = builder.values(number, vec![(value, value + 1)]);
        }
        requests.extend(builder.build());
        if requests.len() == 256 {
            break;
        }
    }
    requests
}

/// The peak memory of a process that checks the policy, in bytes.
fn memory(files: &Files) -> Option<f64> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).expect("it is written");
    }
    let run = Command::new(std::env::current_exe().ok()?).arg("--check").arg(folder.path()).output().ok()?;
    String::from_utf8(run.stdout).ok()?.trim().parse::<f64>().ok().map(|kib| kib * 1024.0)
}

/// Checks a folder as the tool does, and prints its own peak memory in KiB.
fn checked(folder: &Path) {
    let mut loaded = load::load(folder).expect("it is a policy");
    let output = Output::new(Color::Never, true);
    black_box(analyse::analyse_last(&mut loaded, TODAY, false, &output));
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).unwrap_or_default();
    println!("{}", peak.trim().trim_end_matches(" kB"));
}
