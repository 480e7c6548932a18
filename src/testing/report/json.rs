//! Tests for programs: one JSON object.
//!
//! Lines count from 1. A decision is what `caveat ask --format json` gives.

use super::{Counts, Tested};
use crate::decide::Decision;
use crate::diagnostic::json::{JsonFinding, findings};
use crate::source::Span;
use crate::syntax::tree::Test;
use crate::testing::coverage::{Condition, Coverage, Covered, Share, Side};
use crate::testing::{Outcome, Status};
use serde::Serialize;

#[derive(Serialize)]
struct Whole<'a> {
    policies: Vec<JsonPolicy<'a>>,
    /// What could not be tested.
    failures: &'a [String],
    summary: Counts,
}

#[derive(Serialize)]
struct JsonPolicy<'a> {
    policy: &'a str,
    tests: Vec<JsonTest<'a>>,
    /// What is wrong with the words of tests.
    findings: Vec<JsonFinding<'a>>,
    summary: Counts,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<JsonCoverage<'a>>,
}

#[derive(Serialize)]
struct JsonTest<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    file: &'a str,
    line: usize,
    expectations: Vec<JsonExpectation<'a>>,
}

#[derive(Serialize)]
struct JsonExpectation<'a> {
    file: &'a str,
    line: usize,
    text: String,
    /// The verdict that is expected.
    verdict: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    by: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duties: Vec<&'a str>,
    status: Status,
    decision: Option<&'a Decision>,
    findings: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonCoverage<'a> {
    statements: JsonShare,
    conditions: JsonShare,
    statement: Vec<JsonStatement<'a>>,
    condition: Vec<JsonCondition<'a>>,
}

#[derive(Serialize)]
struct JsonShare {
    covered: usize,
    of: usize,
    percent: f64,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct JsonStatement<'a> {
    file: &'a str,
    line: usize,
    label: &'a str,
    text: String,
    hits: usize,
    /// Whether it can decide at all; `null` where that was not found out.
    can_decide: Option<bool>,
}

#[derive(Serialize)]
struct JsonCondition<'a> {
    file: &'a str,
    line: usize,
    label: &'a str,
    text: String,
    holds: JsonSide,
    fails: JsonSide,
}

#[derive(Serialize)]
struct JsonSide {
    hits: usize,
    possible: bool,
}

/// The text.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn render(tested: &[Tested<'_>], failures: &[String]) -> Result<String, serde_json::Error> {
    let policies: Vec<JsonPolicy<'_>> = tested.iter().map(policy).collect();
    let sum = |of: fn(&Counts) -> usize| policies.iter().map(|p| of(&p.summary)).sum();
    let summary = Counts {
        tests: sum(|c| c.tests),
        expectations: sum(|c| c.expectations),
        passed: sum(|c| c.passed),
        failed: sum(|c| c.failed),
        errors: sum(|c| c.errors),
    };
    Ok(serde_json::to_string_pretty(&Whole { policies, failures, summary })? + "\n")
}

fn policy<'a>(tested: &'a Tested<'a>) -> JsonPolicy<'a> {
    JsonPolicy {
        policy: &tested.policy.label,
        tests: tested.tests.iter().map(|t| test(tested, t)).collect(),
        findings: findings(&tested.findings, tested.sources),
        summary: tested.counts(),
        coverage: tested.coverage.as_ref().map(|c| coverage(tested, c)),
    }
}

fn test<'a>(tested: &'a Tested<'a>, test: &'a Test) -> JsonTest<'a> {
    let line = |(outcome, found): &'a (Outcome<'a>, Vec<_>)| {
        let written = outcome.case.expectation;
        let duties = written.duties.iter().flat_map(|(_, names)| names);
        JsonExpectation {
            file: tested.file(written.span),
            line: tested.line(written.span),
            text: tested.words(written.span),
            verdict: outcome.case.verdict.name(),
            by: written.by.iter().map(|label| label.node.as_str()).collect(),
            duties: duties.map(|duty| duty.node.as_str()).collect(),
            status: outcome.status(),
            decision: outcome.decision.as_ref(),
            findings: findings(found, tested.sources),
        }
    };
    JsonTest {
        name: &test.name.node,
        title: test.title.as_ref().map(|title| title.node.as_str()),
        file: tested.file(test.span),
        line: tested.line(test.span),
        expectations: tested.of(test).map(line).collect(),
    }
}

fn coverage<'a>(tested: &'a Tested<'a>, coverage: &'a Coverage) -> JsonCoverage<'a> {
    let at = |span: Span| (tested.file(span), tested.line(span), tested.words(span));
    let statement = |one: &'a Covered| {
        let (file, line, text) = at(one.span);
        JsonStatement { file, line, label: &one.label, text, hits: one.hits, can_decide: one.can }
    };
    let condition = |one: &'a Condition| {
        let (file, line, text) = at(one.span);
        JsonCondition { file, line, label: &one.label, text, holds: side(one.holds), fails: side(one.fails) }
    };
    JsonCoverage {
        statements: share(coverage.of_statements()),
        conditions: share(coverage.of_conditions()),
        statement: coverage.statements.iter().map(statement).collect(),
        condition: coverage.conditions.iter().map(condition).collect(),
    }
}

fn share(share: Share) -> JsonShare {
    JsonShare { covered: share.covered, of: share.of, percent: share.hundredths() as f64 / 100.0 }
}

fn side(side: Side) -> JsonSide {
    JsonSide { hits: side.hits, possible: side.can }
}
