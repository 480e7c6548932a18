//! A decision as the Authorization API has it: a boolean, and in its context what the boolean rests on.

use super::fault::Fault;
use crate::decide::{Basis, Decision, Defeat, Near, Settle, Undecided, Verdict};
use serde::Serialize;
use std::collections::BTreeSet;

/// The answer to one evaluation.
#[derive(Debug, Serialize)]
pub struct Answer {
    /// Whether every flow that was asked about is permitted.
    pub decision: bool,
    /// Why.
    pub context: Context,
}

/// What an answer rests on.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Context {
    /// The policy.
    Reasons(Box<Reasons>),
    /// A mistake in the question.
    Error {
        /// The mistake.
        error: Fault,
    },
}

/// Why a decision is what it is: a [`Decision`] without its examples, and a sentence.
#[derive(Debug, Serialize)]
pub struct Reasons {
    reason: String,
    verdict: Verdict,
    #[serde(skip_serializing_if = "Option::is_none")]
    undecided: Option<Undecided>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unlisted: Option<String>,
    policy: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revised: Option<String>,
    bundle: String,
    deciding: Vec<Basis>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    defeated: Vec<Defeat>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    duties: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    settles: Vec<Settle>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    open: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    nearest: Option<Near>,
    #[serde(skip_serializing_if = "is_true")]
    complete: bool,
}

fn is_true(value: &bool) -> bool {
    *value
}

impl Answer {
    /// Of a decision. Only a permitted request is a yes.
    pub fn of(decision: Decision) -> Answer {
        let reasons = Reasons {
            reason: sentence(&decision),
            verdict: decision.verdict,
            undecided: decision.undecided,
            unlisted: decision.unlisted,
            policy: decision.policy,
            revised: decision.revised,
            bundle: decision.bundle,
            deciding: decision.deciding,
            defeated: decision.defeated,
            duties: decision.duties,
            settles: decision.settles,
            open: decision.open,
            nearest: decision.nearest,
            complete: decision.complete,
        };
        let context = Context::Reasons(Box::new(reasons));
        Answer { decision: decision.verdict.allows(), context }
    }

    /// Of a question that could not be asked: never a yes.
    pub fn mistaken(error: Fault) -> Answer {
        Answer { decision: false, context: Context::Error { error } }
    }
}

/// The reason in one sentence.
fn sentence(decision: &Decision) -> String {
    let labels = |of: Verdict| {
        let deciding = decision.deciding.iter().filter(|basis| basis.verdict == of);
        let labels: BTreeSet<&str> = deciding.map(|basis| basis.given.label.as_str()).collect();
        format!("`{}`", labels.into_iter().collect::<Vec<_>>().join("`, `"))
    };
    match (decision.verdict, decision.undecided) {
        (Verdict::Permitted, _) => format!("permitted by {}", labels(Verdict::Permitted)),
        (Verdict::Prohibited, _) => format!("prohibited by {}", labels(Verdict::Prohibited)),
        (Verdict::Unstated, _) => "the policy says nothing of it, so it is not promised".to_owned(),
        (Verdict::UnlistedThirdParty, _) => "the policy has never heard of the recipient".to_owned(),
        (Verdict::Undetermined, Some(Undecided::Budget)) => {
            "not decided within the steps that a decision may take; ask about less at once".to_owned()
        }
        (Verdict::Undetermined, _) if decision.open.is_empty() => {
            "it depends on what the request leaves open".to_owned()
        }
        (Verdict::Undetermined, _) => {
            format!("it depends on what the request leaves open: {}", decision.open.join(", "))
        }
    }
}
