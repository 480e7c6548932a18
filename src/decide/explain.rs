//! A verdict with its reasons, in names: what a person or a decision log reads.
//!
//! Looks at the whole request, where `decide` stops as soon as the verdict is sure; the two always
//! say the same.

use super::answer::{decide_bits, fits, without_policy};
use super::budget::Budget;
use super::error::RequestError;
use super::known::{Bits, World};
use super::name::{cell_name, value};
use super::nearest::nearest;
use super::question::{Flow, Question};
use super::request::Request;
use super::settle::{Settle, open, settles};
use super::split::{Found, everything};
use super::verdict::{Answer, Outcome, Undecided, Verdict};
use crate::bundle::dimension::{Dimension, NONE};
use crate::bundle::format::{Citation, Effect};
use crate::bundle::{Bundle, Shown};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A verdict with its reasons.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Decision {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is undetermined, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<Undecided>,
    /// The recipient that the policy has never heard of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unlisted: Option<String>,
    /// The policy's name.
    pub policy: String,
    /// The date that its document states.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revised: Option<String>,
    /// The bundle's digest.
    pub bundle: String,
    /// The statements that decide some flow of the request.
    pub deciding: Vec<Basis>,
    /// The statements that are defeated at some flow of it.
    pub defeated: Vec<Defeat>,
    /// The duties that come with a yes.
    pub duties: Vec<String>,
    /// What would settle an undetermined request, those first that would do so alone.
    pub settles: Vec<Settle>,
    /// The facts, events and dimensions that an undetermined request leaves open and a statement
    /// tells apart.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// One flow for each outcome that the request reaches.
    pub examples: Vec<Example>,
    /// For an unstated request: the permission that comes nearest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<Near>,
    /// Whether the reasons are whole; the verdict is exact in any case.
    pub complete: bool,
}

/// A statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Given {
    /// Its position in the bundle.
    pub statement: u32,
    /// The label by which people call it.
    pub label: String,
    /// The statement as its author wrote it.
    pub text: String,
    /// Where it is written: `file:line`.
    pub place: String,
    /// What it rests on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
}

/// A statement that decides.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Basis {
    /// What it decides a flow to be.
    pub verdict: Verdict,
    /// The statement.
    #[serde(flatten)]
    pub given: Given,
}

/// A defeated statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Defeat {
    /// The statement.
    #[serde(flatten)]
    pub given: Given,
    /// Those that prevail over it.
    pub by: Vec<Given>,
}

/// One flow of the request, in names.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Example {
    /// What it comes to.
    pub verdict: Verdict,
    /// The value of each dimension that its action takes.
    pub flow: BTreeMap<&'static str, String>,
    /// The value of each fact, and the state of each event.
    pub world: BTreeMap<String, String>,
    /// The same in numbers.
    #[serde(skip)]
    pub cells: Flow,
}

/// The nearest permission, and where it fails.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Near {
    /// The statement.
    #[serde(flatten)]
    pub given: Given,
    /// The dimensions in which the request is not within it; `world` where its condition
    /// may not hold, `precedence` where it is defeated.
    pub fails: Vec<&'static str>,
}

/// Decides a request and says why.
///
/// The verdict is that of [`decide`](super::decide). For what [`decide_at`](super::decide_at) said, ask
/// [`explain_at`].
pub fn explain(bundle: &Bundle, request: &Request) -> Decision {
    reasoned(bundle, request, &request.bits)
}

/// Decides a request at another world than its own and says why: for the person and the time that
/// [`decide_at`](super::decide_at) was asked about. The verdict is always the same.
///
/// # Errors
/// As [`decide_at`](super::decide_at) has them.
pub fn explain_at(request: &Request, world: &World<'_>) -> Result<Decision, RequestError> {
    fits(request, world)?;
    Ok(reasoned(world.bundle(), request, &world.bits))
}

/// An answer with its reasons: those of the request's flows at the worlds of some bits.
fn reasoned(bundle: &Bundle, request: &Request, bits: &Bits) -> Decision {
    if let Some(answer) = without_policy(bundle, request) {
        return bare(bundle, request, answer);
    }
    let question = Question::new(bundle, request, bits);
    let (outcomes, found, done) = everything(&question, &mut Budget::new());
    // Who has seen all flows knows the verdict too.
    let answer = if done.is_ok() { outcomes.answer() } else { decide_bits(bundle, request, bits) };
    let mut decision = bare(bundle, request, answer);
    decision.complete = done.is_ok();
    let duties = reasons(bundle, &found, &mut decision);
    match answer.verdict {
        Verdict::Permitted => {
            let duties = if decision.complete { duties } else { all_duties(&question) };
            decision.duties = duties.into_iter().collect();
        }
        Verdict::Undetermined => {
            let (settles, complete) = settles(&question);
            decision.settles = settles;
            decision.open = open(&question);
            decision.complete &= complete;
        }
        Verdict::Unstated => decision.nearest = near(&question),
        Verdict::Prohibited | Verdict::UnlistedThirdParty => {}
    }
    decision
}

fn bare(bundle: &Bundle, request: &Request, answer: Answer) -> Decision {
    let policy = &bundle.policy();
    Decision {
        verdict: answer.verdict,
        undecided: answer.undecided,
        unlisted: request.unlisted().map(str::to_owned),
        policy: policy.name.clone(),
        revised: policy.revised.clone(),
        bundle: bundle.digest().to_owned(),
        deciding: Vec::new(),
        defeated: Vec::new(),
        duties: Vec::new(),
        settles: Vec::new(),
        open: Vec::new(),
        examples: Vec::new(),
        nearest: None,
        complete: true,
    }
}

/// The statements that decide, those that are defeated, and the flows; gives the duties of those that decide.
fn reasons(bundle: &Bundle, found: &Found, decision: &mut Decision) -> BTreeSet<String> {
    let mut duties = BTreeSet::new();
    for (outcome, statement) in &found.record.deciding {
        let Some(mut words) = bundle.words(*statement) else { continue };
        duties.extend(std::mem::take(&mut words.duties));
        let given = Given::new(*statement, words);
        decision.deciding.push(Basis { verdict: outcome.verdict(), given });
    }
    for (loser, winner) in &found.record.defeated {
        let by = given(bundle, *winner);
        match decision.defeated.last_mut().filter(|defeat| defeat.given.statement == *loser) {
            Some(defeat) => defeat.by.extend(by),
            None => decision
                .defeated
                .extend(given(bundle, *loser).map(|given| Defeat { given, by: by.into_iter().collect() })),
        }
    }
    for (outcome, flow) in Outcome::ALL.into_iter().zip(&found.examples) {
        decision.examples.extend(flow.as_ref().map(|flow| example(bundle, outcome.verdict(), flow)));
    }
    duties
}

fn near(question: &Question) -> Option<Near> {
    let nearest = nearest(question)?;
    let mut fails: Vec<&'static str> = nearest.fails.iter().map(|d| d.name()).collect();
    if nearest.world_fails {
        fails.push("world");
    }
    if fails.is_empty() {
        fails.push("precedence"); // it holds all of the request, and is defeated
    }
    Some(Near { given: given(question.bundle, nearest.statement)?, fails })
}

pub(super) fn given(bundle: &Bundle, number: u32) -> Option<Given> {
    Some(Given::new(number, bundle.words(number)?))
}

impl Given {
    fn new(statement: u32, words: Shown) -> Given {
        let Shown { label, text, place, citations, .. } = words;
        Given { statement, label, text, place, citations }
    }
}

fn example(bundle: &Bundle, verdict: Verdict, flow: &Flow) -> Example {
    let named = Dimension::ALL.into_iter().zip(flow.cells).filter(|(_, cell)| *cell != NONE);
    let variables = bundle.variables().iter().zip(&flow.world);
    Example {
        verdict,
        flow: named.map(|(d, cell)| (d.name(), cell_name(bundle, d, cell))).collect(),
        world: variables.map(|(v, at)| (v.name().clone(), value(v, *at))).collect(),
        cells: flow.clone(),
    }
}

/// The duties of all permissions that could: more than are due, where who decides was not found out.
fn all_duties(question: &Question) -> BTreeSet<String> {
    let candidates = question.products.iter().flat_map(|product| question.candidates(product));
    let permits = candidates.filter(|c| c.effect == Effect::Permit).map(|c| c.statement);
    permits.filter_map(|number| question.bundle.words(number)).flat_map(|words| words.duties).collect()
}
