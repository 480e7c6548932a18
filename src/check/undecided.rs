//! Questions that ran out of budget: an honest "not decided", never a guess.

use super::wording;
use super::{Check, Family};
use crate::diagnostic::{Finding, Level};
use crate::flow::search::{MAX_STEPS, MAX_STEPS_IN_ALL};
use crate::flow::world::{MAX_NODES, MAX_OPERATIONS};
use crate::policy::analysis::{Analysis, StatementId};

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
        let message = "the conditions of this policy are too entangled to be decided";
        let finding = match analysis.entangled.and_then(|id| analysis.policy.statements.get(id)) {
            Some(statement) => {
                let condition = statement.conditions.first().map_or(statement.span, |(_, span)| *span);
                CHECK.finding(message, condition).at("they became so with this one")
            }
            None => CHECK.finding(message, span),
        };
        findings.push(
            finding
                .note(format!(
                    "together they need more than {MAX_NODES} nodes of a decision diagram, or {MAX_OPERATIONS} \
                     operations on it"
                ))
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
                .note(budget())
                .note("there may be more findings than are shown")
                .help("where very many statements overlap in many ways, say what prevails, or merge some of them"),
        ),
    }
}

/// How many of the statements are pointed at; the rest are counted.
const SHOWN: usize = 3;

/// Whether some statements could be spared is not decided. Saying the same twice is a matter of style,
/// so this is a note, and no reason to refuse a policy.
pub fn about_redundancy(analysis: &Analysis<'_>, open: &[StatementId]) -> Option<Finding> {
    let (last, rest) = open.split_last()?;
    let message = match open.len() {
        1 => "whether this statement changes anything could not be decided".to_owned(),
        n => format!("whether these {n} statements change anything could not be decided"),
    };
    let finding = Finding::new(CHECK.name, Level::Note, message, wording::span(analysis, *last));
    let others = rest.iter().rev().take(SHOWN);
    let finding = others.fold(finding, |f, s| f.and(wording::span(analysis, *s), "nor of this one"));
    Some(finding.note(budget()))
}

fn budget() -> String {
    format!("the budget is {MAX_STEPS} steps for one question and {MAX_STEPS_IN_ALL} for all of a policy")
}
