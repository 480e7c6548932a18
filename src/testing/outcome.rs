//! What a case came to: the evaluator's decision, and what of it was not expected.

use super::Case;
use crate::bundle::Bundle;
use crate::decide::{Decision, explain};
use crate::syntax::tree::Name;

/// What is otherwise than expected.
#[derive(Clone, Debug)]
pub enum Wrong<'t> {
    /// The verdict.
    Verdict,
    /// No statement under this label is among those that decide.
    By(&'t Name),
    /// This duty does not come with the yes.
    Duty(&'t Name),
}

/// How a case went.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// All is as expected.
    Passed,
    /// Something is not.
    Failed,
    /// It could not be asked: its words are wrong.
    Error,
}

/// A case with what it came to.
#[derive(Debug)]
pub struct Outcome<'t> {
    /// The case.
    pub case: Case<'t>,
    /// What the policy says; none where the case could not be asked.
    pub decision: Option<Decision>,
    /// What is otherwise than expected: the verdict, or else what it rests on and brings along.
    pub wrong: Vec<Wrong<'t>>,
}

impl Outcome<'_> {
    /// How it went.
    pub fn status(&self) -> Status {
        match (&self.decision, self.wrong.as_slice()) {
            (None, _) => Status::Error,
            (Some(_), []) => Status::Passed,
            (Some(_), _) => Status::Failed,
        }
    }
}

/// Asks a case.
pub fn run<'t>(bundle: &Bundle, case: Case<'t>) -> Outcome<'t> {
    let decision = case.request.as_ref().map(|request| explain(bundle, request));
    let wrong = decision.as_ref().map_or_else(Vec::new, |decision| wrong(&case, decision));
    Outcome { case, decision, wrong }
}

fn wrong<'t>(case: &Case<'t>, decision: &Decision) -> Vec<Wrong<'t>> {
    if decision.verdict != case.verdict {
        return vec![Wrong::Verdict];
    }
    let decides = |statement: &u32| decision.deciding.iter().any(|basis| basis.given.statement == *statement);
    let by = case.by.iter().filter(|(_, statements)| !statements.iter().any(decides));
    let named = case.expectation.duties.iter().flat_map(|(_, names)| names);
    let duties = named.filter(|name| !decision.duties.iter().any(|duty| *duty == name.node));
    by.map(|(label, _)| Wrong::By(label)).chain(duties.map(Wrong::Duty)).collect()
}
