//! An independent judge of the checker and the evaluator.
//!
//! Small random policies are written as text and read by the compiler's own front. From there on
//! two opinions are formed: the compiler's (rules, boxes, diagrams, bundle, index) and that of a
//! naive reader, which takes the resolved statements one at a time and looks at every flow. They
//! have to be equal.
//!
//! | file | what |
//! |---|---|
//! | `generate` | random policies as text, and smaller ones that show the same failure |
//! | `meaning` | what a policy says of one flow, read off its statements |
//! | `time` | calendar arithmetic |
//! | `enumerate` | all flows of a small policy |
//! | `subject` | the code under test |
//! | `compare` | decisions, contradictions, findings, witnesses, invariants |
//! | `requests` | requests that leave something open |
//!
//! Equal have to be: every decision with who decides and who is defeated; the contradicting pairs and
//! their kinds; which permissions are void, each by a cover that covers and spares nobody; data that
//! can be neither kept nor erased; what acceptances leave of the findings, and which are idle;
//! statements without effect; conditions that never or always hold; circles and idle lines of
//! precedence; what every witness claims; the answers to requests, with the duties of a yes. Without
//! all that is called redundant, nothing may be decided otherwise; the order of statements may matter
//! to no verdict, and a further prohibition may permit nothing.
//!
//! Not looked at: how the front reads text, extensions and imports, duties that events start, the other
//! checks, and whether all that is redundant is found.
//!
//! `CAVEAT_ORACLE_CASES` and `CAVEAT_ORACLE_SEED` say how many policies and from which seed. A longer
//! run, which also takes larger policies and asks more of each:
//!
//! ```sh
//! CAVEAT_ORACLE_SEED=1 CAVEAT_ORACLE_CASES=200000 cargo test --release --test oracle -- --nocapture
//! ```
//!
//! A failure prints the seed and the number of the case, the smallest policy that shows it, and both
//! opinions. Policies that once failed stand in `regressions/` and are looked at again each time.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod compare;
mod enumerate;
mod generate;
mod meaning;
mod random;
mod requests;
mod subject;
mod time;

use compare::{Case, Failure, Figures, Limits};
use generate::Draft;
use random::Random;
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// The seed and the number of cases of a run that is not told otherwise.
const SEED: u64 = 20_170_228;
const CASES: u64 = 1_000;
/// So many drafts are tried for one case.
const ATTEMPTS: usize = 6;

const LIMITS: Limits = if cfg!(debug_assertions) {
    Limits { worlds: 300, flows: 1_500, asked: 80, requests: 3 }
} else {
    Limits { worlds: 20_000, flows: 200_000, asked: 3_000, requests: 12 }
};

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).ok().and_then(|v| v.replace('_', "").parse().ok()).unwrap_or(otherwise)
}

/// Looks at one policy; a panic is a failure of its own.
fn examine(text: &str, draft: Option<&Draft>, random: &mut Random) -> Result<Case, Failure> {
    let run = AssertUnwindSafe(|| compare::examine(text, draft, random, &LIMITS));
    catch_unwind(run).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().cloned();
        let said = said.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()));
        compare::fail("panic", said.unwrap_or_default())
    })
}

/// The smallest policy found that fails alike.
fn shrink(draft: &Draft, failure: Failure, seed: u64, case: u64) -> (Draft, Failure) {
    let (mut draft, mut failure) = (draft.clone(), failure);
    let mut tries = 0;
    'smaller: while tries < 4_000 {
        for candidate in draft.simpler() {
            tries += 1;
            for stream in 0..3 {
                let mut random = Random::new(seed ^ stream, case);
                if let Err(found) = examine(&candidate.text(), Some(&candidate), &mut random)
                    && found.kind == failure.kind
                {
                    (draft, failure) = (candidate, found);
                    continue 'smaller;
                }
            }
        }
        break;
    }
    (draft, failure)
}

/// What a run came to.
#[derive(Default)]
struct Tally {
    compared: u64,
    invalid: BTreeMap<String, u64>,
    too_large: u64,
    figures: Figures,
    failures: BTreeMap<u64, (Draft, Failure)>,
}

impl Tally {
    fn add(&mut self, case: Case) {
        match case {
            Case::Invalid(why) => {
                let check = why.split(':').next().unwrap_or_default().to_owned();
                *self.invalid.entry(check).or_default() += 1;
            }
            Case::TooLarge => self.too_large += 1,
            Case::Compared(figures) => {
                self.compared += 1;
                self.figures.judged += figures.judged;
                self.figures.asked += figures.asked;
                self.figures.witnesses += figures.witnesses;
                for (name, count) in figures.seen {
                    *self.figures.seen.entry(name).or_default() += count;
                }
                for (name, count) in figures.pairs {
                    *self.figures.pairs.entry(name).or_default() += count;
                }
                for (name, count) in figures.requests {
                    *self.figures.requests.entry(name).or_default() += count;
                }
            }
        }
    }
}

/// Cases until so many were compared, on all cores; which ones does not depend on the cores.
fn run(seed: u64, cases: u64) -> Tally {
    let next = AtomicU64::new(0);
    let tally = Mutex::new(Tally::default());
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let case = next.fetch_add(1, Ordering::Relaxed);
                    if case >= cases || tally.lock().unwrap().failures.len() >= 3 {
                        break;
                    }
                    let mut random = Random::new(seed, case);
                    // Some drafts are no policies, and some have too many flows.
                    for _ in 0..ATTEMPTS {
                        let draft = generate::draft(&mut random);
                        let outcome = examine(&draft.text(), Some(&draft), &mut random);
                        let compared = matches!(outcome, Ok(Case::Compared(_)) | Err(_));
                        let mut tally = tally.lock().unwrap();
                        match outcome {
                            Ok(case) => tally.add(case),
                            Err(failure) => {
                                tally.failures.insert(case, (draft, failure));
                            }
                        }
                        if compared {
                            break;
                        }
                    }
                }
            });
        }
    });
    tally.into_inner().unwrap()
}

#[test]
fn the_checker_and_the_judge_agree() {
    let (seed, cases) = (number("CAVEAT_ORACLE_SEED", SEED), number("CAVEAT_ORACLE_CASES", CASES));
    let tally = run(seed, cases);
    let figures = &tally.figures;
    println!(
        "seed {seed}: {cases} cases, {} compared, {} too large, invalid {:?}",
        tally.compared, tally.too_large, tally.invalid
    );
    println!("{} flows judged, {} of them asked", figures.judged, figures.asked);
    println!("pairs {:?}, {} witnesses, requests {:?}", figures.pairs, figures.witnesses, figures.requests);
    println!("{:?}", figures.seen);
    if let Some((case, (draft, failure))) = tally.failures.into_iter().next() {
        let (draft, failure) = shrink(&draft, failure, seed, case);
        panic!("seed {seed}, case {case}: {}\n\n{}\n{}", failure.kind, draft.text(), failure.detail);
    }
    // Much that is compared must have come up, or agreement would show little.
    if cases >= CASES {
        assert!(tally.compared * 10 > cases * 9, "too few of the cases are policies");
        for kind in ["carve-out", "crossing", "void-permission", "dilemma"] {
            assert!(figures.pairs.get(kind).is_some_and(|n| *n > 20), "{:?}", figures.pairs);
        }
        for kind in ["permitted", "prohibited", "unstated", "undetermined", "no flow"] {
            assert!(figures.requests.get(kind).is_some_and(|n| *n > 20), "{:?}", figures.requests);
        }
    }
}

#[test]
fn what_once_failed_agrees() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/oracle/regressions");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
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
