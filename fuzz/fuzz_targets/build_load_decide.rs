//! A policy that the bytes choose, built, loaded and asked: at every flow that the policy can tell
//! apart the bundle decides as the oracle does, which reads the statements one by one, and so in
//! requests that leave something open. The findings are compared as well.
//!
//! The policies and the judge are those of `tests/oracle`.

#![no_main]
#![allow(dead_code, unused_imports)] // what the oracle's own test does besides

#[path = "../../tests/oracle/compare.rs"]
mod compare;
#[path = "../../tests/oracle/contradictions.rs"]
mod contradictions;
#[path = "../../tests/oracle/field.rs"]
mod field;
#[path = "../../tests/oracle/generate.rs"]
mod generate;
#[path = "../../tests/oracle/given.rs"]
mod given;
#[path = "../../tests/oracle/invariants.rs"]
mod invariants;
#[path = "../../tests/oracle/meaning.rs"]
mod meaning;
#[path = "../bytes.rs"]
mod random;
#[path = "../../tests/oracle/requests.rs"]
mod requests;
#[path = "../../tests/oracle/statements.rs"]
mod statements;
#[path = "../../tests/oracle/subject.rs"]
mod subject;
#[path = "../../tests/oracle/time.rs"]
mod time;

use compare::Limits;
use libfuzzer_sys::fuzz_target;
use random::Random;

const LIMITS: Limits = Limits { worlds: 150, flows: 800, asked: 60, requests: 3 };

fuzz_target!(|bytes: &[u8]| {
    let mut random = Random::from(bytes);
    let draft = generate::draft(&mut random);
    let text = draft.text();
    if let Err(failure) = compare::examine(&text, Some(&draft), &mut random, &LIMITS) {
        panic!("{}\n{text}\n{}", failure.kind, failure.detail);
    }
});
