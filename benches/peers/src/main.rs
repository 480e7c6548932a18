//! Caveat beside cedar-policy and regorus, on the same clauses and the same questions.
//!
//! `cargo run --release --manifest-path benches/peers/Cargo.toml` prints a table in Markdown, and with
//! `-- --publish` behind it puts it into `docs/peers.md`, which says what each engine is given and what
//! it is not. All engines must give the same answers to all questions, or nothing is timed.

mod cedar;
mod clauses;
mod ours;
mod page;
mod rego;

use caveat::bundle::Bundle;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// How long each engine is run on each set of clauses, at least.
const LEAST: Duration = Duration::from_millis(300);

/// The median time of a question, in nanoseconds: each round asks all of them.
fn time(questions: usize, mut round: impl FnMut()) -> f64 {
    round();
    let start = Instant::now();
    let mut rounds = Vec::new();
    while start.elapsed() < LEAST || rounds.len() < 3 {
        let before = Instant::now();
        round();
        rounds.push(before.elapsed().as_nanos() as f64 / questions as f64);
    }
    rounds.sort_by(f64::total_cmp);
    rounds[rounds.len() / 2]
}

/// The answer is looked at by nobody, and must be worked out all the same.
fn sink(answer: impl Sized) {
    black_box(answer);
}

fn shown(nanoseconds: f64) -> String {
    match nanoseconds {
        n if n.is_nan() => "too large".to_owned(),
        n if n < 1_000.0 => format!("{n:.0} ns"),
        n if n < 1_000_000.0 => format!("{:.1} µs", n / 1_000.0),
        n => format!("{:.1} ms", n / 1_000_000.0),
    }
}

const ENGINES: [&str; 10] = [
    "caveat, prepared request",
    "caveat, request made from names and asked once",
    "caveat, JSON to JSON",
    "cedar-policy, prepared request",
    "cedar-policy, request made from names and asked once",
    "regorus, a rule per clause, interpreter",
    "regorus, a rule per clause, virtual machine",
    "regorus, a table of data, interpreter",
    "regorus, a table of data, virtual machine",
    "regorus, a table of data, virtual machine, input from JSON",
];

fn main() {
    let sizes = [10, 100, 1_000, 10_000];
    let publish = std::env::args().any(|argument| argument == "--publish");
    let load = page::load();
    let columns: Vec<[f64; ENGINES.len()]> = sizes.iter().map(|clauses| column(*clauses)).collect();
    let mut table =
        format!("| | {} |\n", sizes.map(page::grouped).map(|n| format!("{n} clauses")).join(" | "));
    table += &format!("|---|{}\n", "---:|".repeat(sizes.len()));
    for (at, engine) in ENGINES.iter().enumerate() {
        let row: Vec<String> = columns.iter().map(|column| shown(column[at])).collect();
        table += &format!("| {engine} | {} |\n", row.join(" | "));
    }
    table += &format!("\n{}\n", page::circumstances(&load));
    print!("{table}");
    if publish {
        page::publish(&table).expect("docs/peers.md takes the table");
    }
}

fn column(clauses: usize) -> [f64; ENGINES.len()] {
    let case = clauses::case(clauses);
    let bundle = Bundle::load(&ours::file(&case)).expect("the bundle loads");
    let prepared = ours::prepared(&bundle, &case);
    let texts: Vec<String> = case.questions.iter().map(|question| ours::json(&case, question)).collect();
    let mut out = Vec::new();
    let (authorizer, policies) = (cedar_policy::Authorizer::new(), cedar::policies(&case));
    let requests = cedar::prepared(&case);
    let (mut rules, mut table) = (rego::Rego::rules(&case), rego::Rego::table(&case));
    let input_texts = rego::texts(&case);
    let inputs: Vec<regorus::Value> = input_texts.iter().map(|text| rego::input(text)).collect();

    let mut allowed = 0;
    for (at, question) in case.questions.iter().enumerate() {
        let answers = [
            ours::decide(&prepared[at]),
            ours::decide_once(&bundle, &case, question),
            ours::decide_json(&bundle, &texts[at], &mut out),
            cedar::decide(&authorizer, &policies, &requests[at]),
            cedar::decide(&authorizer, &policies, &cedar::prepare(&case, question)),
            rules.interpret(&inputs[at]),
            rules.run(&inputs[at]).unwrap_or(ours::decide(&prepared[at])),
            table.interpret(&inputs[at]),
            table.run(&inputs[at]).expect("the table is one small program"),
            table.run(&rego::input(&input_texts[at])).expect("the table is one small program"),
        ];
        assert!(answers.iter().all(|a| *a == answers[0]), "{clauses} clauses, question {at}: {answers:?}");
        allowed += usize::from(answers[0]);
    }
    let n = case.questions.len();
    eprintln!("{clauses} clauses: all engines agree on {n} questions ({allowed} allowed)");
    [
        time(n, || prepared.iter().for_each(|p| sink(ours::decide(p)))),
        time(n, || case.questions.iter().for_each(|q| sink(ours::decide_once(&bundle, &case, q)))),
        time(n, || texts.iter().for_each(|t| sink(ours::decide_json(&bundle, t, &mut out)))),
        time(n, || requests.iter().for_each(|r| sink(cedar::decide(&authorizer, &policies, r)))),
        time(n, || {
            case.questions.iter().for_each(|q| {
                sink(cedar::decide(&authorizer, &policies, &cedar::prepare(&case, q)));
            });
        }),
        time(n, || inputs.iter().for_each(|i| sink(rules.interpret(i)))),
        match rules.machine {
            Some(_) => time(n, || inputs.iter().for_each(|i| sink(rules.run(i)))),
            None => f64::NAN,
        },
        time(n, || inputs.iter().for_each(|i| sink(table.interpret(i)))),
        time(n, || inputs.iter().for_each(|i| sink(table.run(i)))),
        time(n, || input_texts.iter().for_each(|t| sink(table.run(&rego::input(t))))),
    ]
}
