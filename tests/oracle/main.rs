//! An independent judge of the checker and the evaluator.
//!
//! Small random policies are written as text and read by the compiler's own front. From there on
//! two opinions are formed: the compiler's (rules, boxes, diagrams, bundle, index) and that of a
//! naive reader, which takes the resolved statements one at a time and looks at every flow. They
//! have to be equal.
//!
//! | file | what |
//! |---|---|
//! | `generate` | random policies as text, and all that are one step simpler |
//! | `strategy` | the same for proptest: drawn from its random numbers, shrunk step by step |
//! | `given` | what is taken from the compiler, and what is read off the text instead |
//! | `meaning` | what a policy says of one flow, read off its statements |
//! | `time` | calendar arithmetic |
//! | `field` | all flows of a small policy |
//! | `subject` | the code under test |
//! | `compare` | one policy: decisions, witnesses, and what the other comparisons need |
//! | `contradictions` | pairs, kinds, covers, dilemmas, acceptances |
//! | `statements` | what has no effect, is redundant, never holds, decides nothing |
//! | `requests` | requests that leave something open |
//! | `invariants` | the same policy in another order, and with a prohibition more |
//!
//! Equal have to be: what phrases cover and who prevails over whom; every decision with who decides
//! and who is defeated by whom; the contradicting pairs and their kinds; which permissions are void,
//! each by a minimal cover; data that can be neither kept nor erased; what acceptances leave of the
//! findings, and which are idle; statements without effect; redundant statements; conditions that
//! never or always hold; circles and idle lines of precedence; what every witness claims, of the
//! judge and of the bundle; the answers to requests, with who decides, the duties of a yes and what
//! would settle it. No verdict and no finding may depend on the order of lines, and a further
//! prohibition may permit nothing.
//!
//! Not looked at: how conditions and limits are read from text, imports, duties that events start,
//! and the other checks.
//!
//! `CAVEAT_ORACLE_CASES`, `CAVEAT_ORACLE_SEED` and `CAVEAT_ORACLE_THREADS` say how many policies, from
//! which seed and on how many threads; which policies are drawn does not depend on the threads.
//! `CAVEAT_ORACLE_FROM` says from which block of 250 on, to take up a long run where it failed. A
//! longer run:
//!
//! ```sh
//! CAVEAT_ORACLE_SEED=1 CAVEAT_ORACLE_CASES=1_000_000 cargo test --release --test oracle -- --nocapture
//! ```
//!
//! A failure is made smaller as long as it stays the same kind of failure, and printed with both
//! opinions. proptest keeps its seed in `regressions/seeds.txt`, and the small policy is written beside
//! it; both are looked at again each time. Give the policy a name that says what it shows.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod compare;
mod contradictions;
mod field;
mod generate;
mod given;
mod invariants;
mod meaning;
mod random;
mod requests;
mod statements;
mod strategy;
mod subject;
mod time;

use compare::{Case, Failure, Figures, Limits};
use proptest::test_runner::{
    Config, FileFailurePersistence, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner,
};
use random::Random;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use strategy::{Policies, Sample};

/// The seed and the number of cases of a run that is not told otherwise.
const SEED: u64 = 20_170_228;
const CASES: u64 = 2_000;
/// So many cases are drawn from one state of the random numbers.
const BLOCK: u64 = 250;

/// Where proptest keeps the seeds of what failed, from the crate's folder.
const SEEDS: &str = "tests/oracle/regressions/seeds.txt";

const LIMITS: Limits = Limits { worlds: 1_500, flows: 12_000, asked: 60, requests: 4 };

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.replace('_', "").parse().ok()).unwrap_or(otherwise)
}

fn regressions() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/regressions")
}

/// Looks at one policy; a panic is a failure of its own.
fn examine(text: &str, sample: Option<&Sample>, random: &mut Random) -> Result<Case, Failure> {
    let draft = sample.map(|s| &s.draft);
    let run = AssertUnwindSafe(|| compare::examine(text, draft, random, &LIMITS));
    catch_unwind(run).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        compare::fail("panic", said.unwrap_or_default())
    })
}

/// What a run came to.
#[derive(Default)]
struct Tally {
    compared: u64,
    invalid: BTreeMap<String, u64>,
    too_large: u64,
    figures: Figures,
}

impl Tally {
    fn merge(&mut self, other: &Tally) {
        self.compared += other.compared;
        self.too_large += other.too_large;
        other.invalid.iter().for_each(|(why, n)| *self.invalid.entry(why.clone()).or_default() += n);
        self.figures.add(&other.figures);
    }
}

/// The smallest policy found that fails, and how.
struct Found {
    sample: Sample,
    failure: Failure,
    block: u64,
}

/// Draws and compares the cases of one block.
fn block(seed: u64, number: u64, cases: u64) -> Result<Tally, Box<Found>> {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let config = Config {
        cases: cases as u32,
        // Some drafts are no policies, and some have too many flows.
        max_global_rejects: u32::MAX,
        max_shrink_iters: 10_000,
        failure_persistence: Some(Box::new(FileFailurePersistence::Direct(SEEDS))),
        ..Config::default()
    };
    let mut runner = TestRunner::new_with_rng(config, TestRng::from_seed(RngAlgorithm::ChaCha, &bytes));
    let tally = RefCell::new(Tally::default());
    let failures = RefCell::new(Vec::<Failure>::new());
    let kind = Cell::new(None);
    let result = runner.run(&Policies, |sample| {
        let text = sample.draft.text();
        // What chance asks of a smaller policy need not be what showed the failure.
        let tries = if kind.get().is_some() { 4 } else { 1 };
        for stream in 0..tries {
            let outcome = examine(&text, Some(&sample), &mut Random::new(sample.seed, stream));
            if let Some(kind) = kind.get() {
                match outcome {
                    Err(failure) if failure.kind == kind => {
                        failures.borrow_mut().push(failure);
                        return Err(TestCaseError::fail(kind));
                    }
                    _ => continue,
                }
            }
            let mut tally = tally.borrow_mut();
            match outcome {
                Ok(Case::Compared(figures)) => {
                    tally.compared += 1;
                    tally.figures.add(&figures);
                }
                Ok(Case::TooLarge) => {
                    tally.too_large += 1;
                    return Err(TestCaseError::reject("too large"));
                }
                Ok(Case::Invalid(why)) => {
                    let check = why.split(':').next().unwrap_or_default().to_owned();
                    *tally.invalid.entry(check).or_default() += 1;
                    return Err(TestCaseError::reject("no policy"));
                }
                Err(failure) => {
                    kind.set(Some(failure.kind));
                    let told = failure.kind;
                    failures.borrow_mut().push(failure);
                    return Err(TestCaseError::fail(told));
                }
            }
        }
        Ok(())
    });
    match result {
        Ok(()) => Ok(tally.into_inner()),
        Err(TestError::Fail(_, sample)) => {
            let failure = failures.into_inner().pop().unwrap();
            Err(Box::new(Found { sample, failure, block: number }))
        }
        Err(TestError::Abort(why)) => panic!("{why}"),
    }
}

/// All blocks from one on, on some threads; which cases they hold does not depend on the threads.
fn run(seed: u64, from: u64, cases: u64, threads: usize) -> Result<Tally, Box<Found>> {
    let next = AtomicU64::new(from);
    let stop = AtomicBool::new(false);
    let whole = Mutex::new(Ok(Tally::default()));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    if at * BLOCK >= cases || stop.load(Ordering::Relaxed) {
                        break;
                    }
                    let found = block(seed, at, BLOCK.min(cases - at * BLOCK));
                    let mut whole = whole.lock().unwrap();
                    match (&mut *whole, found) {
                        (Ok(tally), Ok(more)) => {
                            tally.merge(&more);
                            if tally.compared.is_multiple_of(BLOCK * 80) {
                                println!("seed {seed}: {} compared", tally.compared);
                            }
                        }
                        (Ok(_), Err(found)) => {
                            stop.store(true, Ordering::Relaxed);
                            *whole = Err(found);
                        }
                        (Err(_), _) => {}
                    }
                }
            });
        }
    });
    whole.into_inner().unwrap()
}

/// Keeps a policy that failed, for the next time.
fn keep(text: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    let file = regressions().join(format!("found-{:016x}.caveat", hasher.finish()));
    std::fs::write(&file, text).unwrap();
    file
}

#[test]
fn the_checker_and_the_judge_agree() {
    let (seed, cases) = (number("CAVEAT_ORACLE_SEED", SEED), number("CAVEAT_ORACLE_CASES", CASES));
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let threads = number("CAVEAT_ORACLE_THREADS", cores as u64) as usize;
    let tally = match run(seed, number("CAVEAT_ORACLE_FROM", 0), cases, threads) {
        Ok(tally) => tally,
        Err(found) => {
            let text = found.sample.draft.text();
            let file = keep(&text);
            panic!(
                "seed {seed}, block {}: {}, kept in {}\n\n{text}\n{}",
                found.block,
                found.failure.kind,
                file.display(),
                found.failure.detail
            );
        }
    };
    let figures = &tally.figures;
    println!(
        "seed {seed}: {} compared, {} too large, invalid {:?}",
        tally.compared, tally.too_large, tally.invalid
    );
    println!("{} flows judged, {} flows asked", figures.judged, figures.asked);
    println!("pairs {:?}, {} witnesses, requests {:?}", figures.pairs, figures.witnesses, figures.requests);
    println!("{:?}", figures.seen);
    // Much that is compared must have come up, or agreement would show little.
    if cases >= CASES {
        for kind in ["carve-out", "crossing", "void-permission", "dilemma"] {
            assert!(figures.pairs.get(kind).is_some_and(|n| *n > 20), "{:?}", figures.pairs);
        }
        for kind in ["permitted", "prohibited", "unstated", "undetermined", "no flow"] {
            assert!(figures.requests.get(kind).is_some_and(|n| *n > 20), "{:?}", figures.requests);
        }
        assert!(figures.seen.values().all(|n| *n > 5), "{:?}", figures.seen);
    }
}

#[test]
fn what_once_failed_agrees() {
    let mut files: Vec<_> = std::fs::read_dir(regressions()).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in files.iter().filter(|f| f.extension().is_some_and(|e| e == "caveat")) {
        let text = std::fs::read_to_string(file).unwrap();
        for stream in 0..5 {
            match examine(&text, None, &mut Random::new(SEED, stream)) {
                Ok(Case::Compared(_)) => {}
                Ok(other) => panic!("{}: {other:?}", file.display()),
                Err(failure) => panic!("{}: {}\n{}", file.display(), failure.kind, failure.detail),
            }
        }
    }
}
