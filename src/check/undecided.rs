//! Questions that ran out of budget: an honest "not decided", never a guess.

use super::{Check, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::search::MAX_STEPS;
use crate::flow::world::MAX_NODES;
use crate::policy::analysis::Analysis;

/// The check.
pub const CHECK: Check = Check {
    name: "undecided",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/undecided.md"),
    run: None,
};

/// Called when all checks have run.
pub fn report(analysis: &Analysis<'_>, findings: &mut Vec<Finding>) {
    let span = analysis.policy.span;
    if analysis.space.worlds.exhausted() {
        // What was answered after the limit was reached is not to be trusted, either way.
        findings.retain(|f| f.witness.is_none());
        findings.push(
            CHECK
                .finding("the conditions of this policy are too entangled to be decided", span)
                .note(format!("together they need more than {MAX_NODES} nodes of a decision diagram"))
                .note("findings about flows are left out: they could be wrong")
                .help("use fewer facts in one condition, or say with `never` which of them exclude each other"),
        );
    }
    match analysis.space.undecided.get() {
        0 => {}
        _ if analysis.space.worlds.exhausted() => {}
        count => findings.push(
            CHECK
                .finding(format!("{count} questions about this policy could not be decided"), span)
                .note(format!("each would take more than {MAX_STEPS} steps; there may be more findings than are shown"))
                .help("where very many statements overlap in many ways, say what prevails, or merge some of them"),
        ),
    }
}
