//! The checks: one file each, listed once here.
//!
//! Takes a whole policy; gives findings. A check that a stage before reports (a syntax error, an
//! undeclared name) is listed here too, with its page, so that every name that a finding can bear
//! is in one list.

pub mod acceptance;
mod cited;
pub mod conflict;
mod contest;
pub mod contradictions;
mod cover;
pub mod defeated;
mod folders;
mod grouped;
mod handling;
pub mod kind;
mod minimal;
mod parties;
pub mod proof;
mod settled;
mod spoken;
mod standing;
mod subjects;
mod two_flows;
pub mod witness;
mod wording;

use crate::diagnostic::{Finding, Level};
use crate::document::documents::Documents;
use crate::policy::analysis::Analysis;
use acceptance::Acceptances;
use contradictions::Contradictions;
use defeated::Defeated;
use handling::Handling;
use parties::Places;
use std::cell::OnceCell;
use subjects::Subjects;

/// What a check is about; the order is that of the documentation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Family {
    NamesAndTypes,
    Contradictions,
    Precedence,
    ThirdParties,
    Completeness,
    Redundancy,
    Documents,
    Dates,
}

/// What checks read.
pub struct Context<'a> {
    /// The policy, laid out.
    pub analysis: &'a Analysis<'a>,
    /// What is defeated wherever it speaks.
    pub defeated: Defeated,
    /// Where permissions meet prohibitions.
    pub contradictions: Contradictions,
    /// What somebody decided to live with.
    pub acceptances: Acceptances,
    /// What it encodes.
    pub documents: &'a Documents<'a>,
    handling: OnceCell<Handling>,
    places: OnceCell<Places>,
    subjects: OnceCell<Subjects<'a>>,
}

impl<'a> Context<'a> {
    /// What the checks of a policy read.
    pub fn new(analysis: &'a Analysis<'a>, documents: &'a Documents<'a>) -> Context<'a> {
        Context::with(analysis, documents, Acceptances::new(analysis))
    }

    fn with(
        analysis: &'a Analysis<'a>,
        documents: &'a Documents<'a>,
        acceptances: Acceptances,
    ) -> Context<'a> {
        let defeated = Defeated::new(analysis);
        Context {
            analysis,
            contradictions: Contradictions::new(analysis, &acceptances, &defeated),
            defeated,
            acceptances,
            documents,
            handling: OnceCell::new(),
            places: OnceCell::new(),
            subjects: OnceCell::new(),
        }
    }

    /// What the policy does with its data.
    fn handling(&self) -> &Handling {
        self.handling.get_or_init(|| Handling::new(self.analysis))
    }

    /// What stands where, by its names.
    fn subjects(&self) -> &Subjects<'a> {
        self.subjects.get_or_init(|| Subjects::new(self.analysis.policy, self.documents))
    }

    /// Where terms are used.
    fn places(&self) -> &Places {
        self.places.get_or_init(|| Places::new(self.analysis.policy))
    }
}

/// One check.
#[derive(Clone, Copy, Debug)]
pub struct Check {
    /// Its name, which is never reused.
    pub name: &'static str,
    /// Its level.
    pub level: Level,
    /// What it is about.
    pub family: Family,
    /// Its documentation page, in Markdown.
    pub page: &'static str,
    /// How it is run; none where a stage before reports it.
    pub run: Option<fn(&Context<'_>, &mut Vec<Finding>)>,
}

impl Check {
    /// A finding of this check.
    pub fn finding(&self, message: impl Into<String>, span: crate::source::Span) -> Finding {
        Finding::new(self.name, self.level, message, span)
    }
}

macro_rules! checks {
    ($($module:ident)*) => {
        $(pub mod $module;)*
        /// All checks, by family and then as the documentation lists them.
        pub const CHECKS: &[Check] = &[$($module::CHECK),*];
    };
}

// A check is its file and its line here.
checks! {
    syntax
    limit
    confusable
    undeclared
    duplicate
    cyclic_vocabulary
    wrong_kind
    phrase_not_taken
    misplaced_only
    empty_set
    impossible_date
    policy_header
    missing_import
    configuration
    cyclic_extends
    idle_except
    void_permission
    crossing
    carve_out
    dilemma
    beyond_purpose
    conflicting_deadlines
    conflicting_channels
    narrowing
    no_time_limit
    undecided
    cyclic_precedence
    dangling_precedence
    idle_precedence
    replaced_precedence
    unlisted_third_party
    undeclared_company
    absent_party
    foreign_commitment
    recipient_purpose
    indirect_collection
    unused_collection
    collection_without_purpose
    unlimited_retention
    never_collected
    unused_term
    vague_permission
    exception_without_permission
    right_without_effect
    swallowed_condition
    never_effective
    redundant
    impossible_condition
    idle_condition
    empty_test
    absent_document
    unreadable_document
    broken_lock
    missing_heading
    citation_not_found
    ambiguous_citation
    misplaced_citation
    changed_sentence
    moved_sentence
    vanished_sentence
    outdated_lock
    contrary_citation
    broken_reference
    stale_revision
    expired_acceptance
    ending_acceptance
    idle_acceptance
}

/// The check of that name.
pub fn find(name: &str) -> Option<&'static Check> {
    CHECKS.iter().find(|c| c.name == name)
}

/// What the checks found.
#[derive(Default, Debug)]
pub struct Outcome {
    /// The findings, in the order of their places.
    pub findings: Vec<Finding>,
    /// How many more somebody decided to live with.
    pub accepted: usize,
    /// The acceptances that cover these, by their positions in the policy.
    pub by: Vec<usize>,
}

/// Runs every check on a policy of which no document is at hand, and nothing is to be said of that.
pub fn run(analysis: &Analysis<'_>) -> Outcome {
    run_with(analysis, &Documents::default())
}

/// Runs every check on a policy and its documents.
pub fn run_with(analysis: &Analysis<'_>, documents: &Documents<'_>) -> Outcome {
    run_noting(analysis, documents, &|_| {})
}

/// The same; each check is named before it runs, for somebody who waits.
pub fn run_noting(
    analysis: &Analysis<'_>,
    documents: &Documents<'_>,
    noting: &dyn Fn(&'static str),
) -> Outcome {
    noting("contradictions");
    let context = Context::new(analysis, documents);
    let mut findings = Vec::new();
    for check in CHECKS {
        if let Some(run) = check.run {
            noting(check.name);
            run(&context, &mut findings);
        }
    }
    findings.iter_mut().for_each(|f| context.subjects().attach(f));
    findings.retain(|f| !context.acceptances.covers(analysis, f));
    acceptance::report(&context, &mut findings);
    undecided::report(analysis, &mut findings);
    findings
        .sort_by(|a, b| (a.primary.span, a.check, &a.message).cmp(&(b.primary.span, b.check, &b.message)));
    if cfg!(debug_assertions) {
        let disproved = proof::disproved(analysis, &findings);
        debug_assert!(disproved.is_empty(), "the evaluator disagrees: {disproved:#?}");
    }
    Outcome { findings, accepted: context.acceptances.count(), by: context.acceptances.in_use() }
}

/// What somebody decided to live with, which [`run_with`] leaves out; each with the positions of the
/// acceptances that cover it.
pub fn accepted(analysis: &Analysis<'_>, documents: &Documents<'_>) -> Vec<(Finding, Vec<usize>)> {
    if analysis.policy.acceptances.is_empty() {
        return Vec::new();
    }
    let context = Context::with(analysis, documents, Acceptances::turned(analysis));
    let mut findings = Vec::new();
    CHECKS.iter().filter_map(|check| check.run).for_each(|run| run(&context, &mut findings));
    findings.iter_mut().for_each(|f| context.subjects().attach(f));
    let mut out: Vec<(Finding, Vec<usize>)> = findings
        .into_iter()
        .map(|finding| {
            let by = context.acceptances.covering(analysis, &finding);
            (finding, by)
        })
        .filter(|(_, by)| !by.is_empty())
        .collect();
    let key = |f: &Finding| (f.primary.span, f.check, f.message.clone());
    out.sort_by_key(|(finding, _)| key(finding));
    out
}
