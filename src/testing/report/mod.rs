//! What became of the tests of some policies, in each of the formats in which it can be written.
//!
//! Total: every outcome and every finding is written.

pub mod json;
pub mod junit;
pub mod lcov;
pub mod table;

use super::coverage::Coverage;
use super::{Outcome, Status};
use crate::diagnostic::Finding;
use crate::policy::Policy;
use crate::source::{Sources, Span};
use crate::syntax::tree::Test;

/// The tests of one policy, and what became of them.
#[derive(Debug)]
pub struct Tested<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Its texts.
    pub sources: &'a Sources,
    /// The tests that were run.
    pub tests: Vec<&'a Test>,
    /// Their lines, in the order of their writing, each with what is to be said of it.
    pub lines: Vec<(Outcome<'a>, Vec<Finding>)>,
    /// What is wrong with the words of tests.
    pub findings: Vec<Finding>,
    /// What the tests have looked at, where that was asked for.
    pub coverage: Option<Coverage>,
}

/// How many lines went how.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug, serde::Serialize)]
pub struct Counts {
    /// The tests.
    pub tests: usize,
    /// Their lines.
    pub expectations: usize,
    /// Those that hold.
    pub passed: usize,
    /// Those that do not.
    pub failed: usize,
    /// Those that could not be asked.
    pub errors: usize,
}

impl Tested<'_> {
    /// The lines of a test.
    pub fn of(&self, test: &Test) -> impl Iterator<Item = &(Outcome<'_>, Vec<Finding>)> {
        self.lines.iter().filter(move |(outcome, _)| std::ptr::eq(outcome.case.test, test))
    }

    /// The counts.
    pub fn counts(&self) -> Counts {
        let of = |status: Status| self.lines.iter().filter(|(o, _)| o.status() == status).count();
        Counts {
            tests: self.tests.len(),
            expectations: self.lines.len(),
            passed: of(Status::Passed),
            failed: of(Status::Failed),
            errors: of(Status::Error),
        }
    }

    /// The findings about the words of a line.
    fn about(&self, line: Span) -> impl Iterator<Item = &Finding> {
        let within = move |place: Span| {
            place.source == line.source && line.start <= place.start && place.end <= line.end
        };
        self.findings.iter().filter(move |finding| within(finding.primary.span))
    }

    fn file(&self, span: Span) -> &str {
        self.sources.get(span.source).map_or("", |source| source.name.as_str())
    }

    fn line(&self, span: Span) -> usize {
        self.sources.get(span.source).map_or(0, |source| source.position(span.start as usize).line)
    }

    /// What is written at a place, on one line and without the `;` at its end.
    fn words(&self, span: Span) -> String {
        let words: Vec<&str> = self.sources.text(span).split_whitespace().collect();
        words.join(" ").trim_end_matches(';').to_owned()
    }
}

/// A percentage with two places.
fn percent(hundredths: u64) -> String {
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}
