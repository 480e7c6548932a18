//! How long a bundle of each size takes to load, and a question to decide.
//!
//! `cargo bench --bench decide`. The policies are those of `examples/generate`. A round of deciding
//! asks 64 questions, each one concrete flow that some statement speaks of in a world where all is
//! known, so a time per question is the one shown divided by 64: the second line of each row, in
//! questions per second, says it too. Nothing is asserted of time.

#![allow(clippy::expect_used, clippy::indexing_slicing, missing_docs)] // a benchmark that cannot run should stop

#[path = "../examples/generate/policy/mod.rs"]
mod policy;

use caveat::bundle::format::{Condition, Variable};
use caveat::bundle::{Bundle, Dimension, compile, envelope};
use caveat::cli::load;
use caveat::decide::{Builder, Request, World, cell_name, decide, decide_at, json};
use caveat::policy::analysis::Analysis;
use caveat::resolve;
use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use jiff::civil::date;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

const SIZES: [usize; 5] = [10, 100, 1_000, 10_000, 100_000];

/// How many questions there are to a round.
const QUESTIONS: usize = 64;

fn main() {
    divan::main();
}

/// The bundle's file for a policy of that many statements; each is made once.
fn file(statements: usize) -> Arc<Vec<u8>> {
    static FILES: LazyLock<Mutex<BTreeMap<usize, Arc<Vec<u8>>>>> = LazyLock::new(Mutex::default);
    let mut files = FILES.lock().expect("no other thread fails");
    Arc::clone(files.entry(statements).or_insert_with(|| {
        let generated = policy::generate(policy::Options::new(statements, 1));
        // A policy of this size is more than one file may hold.
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in generated.files {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        let loaded = load::load(folder.path()).expect("it is a policy");
        let (policy, _) = resolve::resolve(&loaded.program, &loaded.sources);
        let policy = policy.expect("its names are in order");
        let analysis = Analysis::new(&policy, &loaded.sources, date(2026, 11, 27));
        let content = serde_json_canonicalizer::to_vec(&compile::content(&analysis)).expect("it is JSON");
        Arc::new(envelope::write(&content))
    }))
}

fn bundle(statements: usize) -> Bundle {
    Bundle::load(&file(statements)).expect("it loads")
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % end as u64) as usize
    }

    fn cell(&mut self, set: &[(u32, u32)]) -> u32 {
        let size: usize = set.iter().map(|(start, end)| (end - start) as usize).sum();
        let mut at = self.below(size) as u32;
        for (start, end) in set {
            if at < end - start {
                return start + at;
            }
            at -= end - start;
        }
        set[0].0
    }
}

/// One flow: a cell per dimension, a value per variable.
struct Flow {
    cells: [u32; 10],
    world: Vec<u32>,
}

impl Flow {
    fn builder<'b>(&self, bundle: &'b Bundle) -> Builder<'b> {
        let cells = Dimension::ALL.into_iter().zip(self.cells);
        let builder = Request::builder(bundle);
        let builder = cells.fold(builder, |b, (dimension, cell)| b.cells(dimension, vec![(cell, cell + 1)]));
        let values = (0..).zip(&self.world);
        values.fold(builder, |b, (variable, value)| b.values(variable, vec![(*value, value + 1)]))
    }
}

/// Flows that some statement speaks of.
fn flows(bundle: &Bundle) -> Vec<Flow> {
    let mut random = Random(7);
    let content = bundle.content();
    let mut flows = Vec::new();
    while flows.len() < QUESTIONS {
        let statement = &content.statements[random.below(content.statements.len())];
        let rule = &statement.rules[random.below(statement.rules.len())];
        let sets = rule.boxes[random.below(rule.boxes.len())].sets();
        let cells = sets.map(|set| random.cell(&content.sets[set as usize]));
        let world = content.variables.iter().map(|v| random.below(v.values() as usize) as u32).collect();
        let flow = Flow { cells, world };
        if flow.builder(bundle).build().is_ok() {
            flows.push(flow);
        }
    }
    flows
}

#[divan::bench(args = SIZES)]
fn a_load(bencher: Bencher, statements: usize) {
    let file = file(statements);
    bencher.counter(BytesCount::from(file.len())).bench_local(|| Bundle::load(black_box(&file)));
}

#[divan::bench(args = SIZES)]
fn b_decide_prepared(bencher: Bencher, statements: usize) {
    let bundle = bundle(statements);
    let requests: Vec<Request> =
        flows(&bundle).iter().map(|flow| flow.builder(&bundle).build().expect("it is a request")).collect();
    bencher.counter(ItemsCount::from(QUESTIONS)).bench_local(|| {
        requests.iter().filter(|request| decide(&bundle, black_box(request)).verdict.allows()).count()
    });
}

/// As a service does it: one request, and for each person a world in which a fact is set.
#[divan::bench(args = SIZES)]
fn c_decide_at_another_world(bencher: Bencher, statements: usize) {
    let bundle = bundle(statements);
    let flows = flows(&bundle);
    let prepared: Vec<(Request, World)> = flows
        .iter()
        .map(|flow| {
            let request = flow.builder(&bundle).build().expect("it is a request");
            let world = request.world(&bundle).expect("it is of this bundle");
            (request, world)
        })
        .collect();
    let fact = bundle.variables().iter().position(|v| matches!(v, Variable::Fact { .. }));
    let fact = fact.expect("there are facts");
    bencher.counter(ItemsCount::from(QUESTIONS)).bench_local(|| {
        let asked = prepared.iter().zip(&flows).filter(|((request, world), flow)| {
            let mut world = world.clone();
            world.set(fact as u32, flow.world[fact]).expect("it has the value");
            decide_at(black_box(request), &world).is_ok_and(|answer| answer.verdict.allows())
        });
        asked.count()
    });
}

/// Nothing is prepared: the flow's statements are looked up among all of them.
#[divan::bench(args = SIZES)]
fn d_decide_once(bencher: Bencher, statements: usize) {
    let bundle = bundle(statements);
    let flows = flows(&bundle);
    bencher.counter(ItemsCount::from(QUESTIONS)).bench_local(|| {
        let allowed = |flow: &&Flow| flow.builder(&bundle).decide().is_ok_and(|a| a.verdict.allows());
        flows.iter().filter(allowed).count()
    });
}

/// A request that says what matters: all dimensions, and the facts and events that statements about
/// these cells speak of.
#[divan::bench(args = SIZES)]
fn e_json_to_json(bencher: Bencher, statements: usize) {
    let bundle = bundle(statements);
    let texts: Vec<String> = flows(&bundle)
        .iter()
        .map(|flow| {
            let spoken = spoken_of(&bundle, flow);
            text(&bundle, flow, |variable| spoken.contains(&variable))
        })
        .collect();
    answer_all(bencher, &bundle, &texts);
}

/// A request that says all: every fact without a default and every event that the policy has.
#[divan::bench(args = SIZES)]
fn e_json_to_json_with_all_events(bencher: Bencher, statements: usize) {
    let bundle = bundle(statements);
    let texts: Vec<String> = flows(&bundle).iter().map(|flow| text(&bundle, flow, |_| true)).collect();
    answer_all(bencher, &bundle, &texts);
}

fn answer_all(bencher: Bencher, bundle: &Bundle, texts: &[String]) {
    let mut out = Vec::new();
    for text in texts {
        json::decide(bundle, text.as_bytes(), None, &mut out).expect("it is a request");
    }
    bencher.counter(ItemsCount::from(QUESTIONS)).bench_local(|| {
        for text in texts {
            out.clear();
            let _ = black_box(json::decide(bundle, black_box(text.as_bytes()), None, &mut out));
        }
    });
}

#[divan::bench(args = SIZES)]
fn f_prepare(bencher: Bencher, statements: usize) {
    let bundle = bundle(statements);
    let flows = flows(&bundle);
    bencher
        .counter(ItemsCount::from(QUESTIONS))
        .bench_local(|| flows.iter().filter(|flow| flow.builder(&bundle).build().is_ok()).count());
}

/// A flow as JSON: each dimension that the action takes by name; and of the facts that have no default
/// and of the events those that are `said`. Nothing has happened.
fn text(bundle: &Bundle, flow: &Flow, said: impl Fn(u32) -> bool) -> String {
    let mut request = serde_json::Map::new();
    for (dimension, cell) in Dimension::ALL.into_iter().zip(flow.cells).filter(|(_, cell)| *cell != 0) {
        request.insert(dimension.name().to_owned(), cell_name(bundle, dimension, cell).into());
    }
    let (mut facts, mut events) = (serde_json::Map::new(), serde_json::Map::new());
    for (variable, _) in bundle.variables().iter().zip(0..).filter(|(_, number)| said(*number)) {
        match variable {
            Variable::Fact { name, values, default: None, .. } => {
                facts.insert(name.clone(), values[0].clone().into());
            }
            Variable::Fact { .. } => {}
            Variable::Clock { event, .. } => drop(events.insert(event.clone(), Value::Null)),
        }
    }
    request.insert("facts".to_owned(), facts.into());
    request.insert("events".to_owned(), events.into());
    Value::from(request).to_string()
}

/// The facts and events that statements about a flow's cells speak of.
fn spoken_of(bundle: &Bundle, flow: &Flow) -> BTreeSet<u32> {
    let content = bundle.content();
    let holds = |set: u32, cell: u32| content.sets[set as usize].iter().any(|r| r.0 <= cell && cell < r.1);
    let boxes = content.statements.iter().flat_map(|s| &s.rules).flat_map(|rule| &rule.boxes);
    let about = boxes.filter(|b| b.sets().into_iter().zip(flow.cells).all(|(set, cell)| holds(set, cell)));
    let mut todo: Vec<u32> = about.filter_map(|b| b.when).collect();
    let (mut seen, mut spoken) = (BTreeSet::new(), BTreeSet::new());
    while let Some(number) = todo.pop() {
        if !seen.insert(number) {
            continue;
        }
        match &content.conditions[number as usize] {
            Condition::All(parts) | Condition::Any(parts) => todo.extend(parts),
            Condition::Not(part) => todo.push(*part),
            Condition::In(variable, _) => drop(spoken.insert(*variable)),
        }
    }
    spoken
}
