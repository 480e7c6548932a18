//! Data that is collected, and that nothing lets be used or shared.

use super::handling::{example, named};
use super::{Check, Context, Family, witness};
use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::policy::Action;
use crate::policy::rules::action_cell;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "unused-collection",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/unused-collection.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let handling = context.handling();
    let collect = CellSet::one(action_cell(Action::Collect));
    let mut seen = BTreeSet::new();
    for data in named(analysis, &handling.spoken_for, &collect) {
        if data.cells.meets(&handling.used) || seen.contains(&data.term) {
            continue;
        }
        // Another statement may collect it where this one never does.
        let Some(flow) = example(analysis, &data, &collect) else { continue };
        seen.insert(data.term);
        let finding = CHECK
            .finding(
                format!("`{}` is collected, and nothing lets it be used or shared", data.name),
                context.places().within(data.term, data.phrase),
            )
            .at("collected here")
            .about([context.subjects().declared(data.name, data.phrase)])
            .witness(witness::describe(analysis, &flow));
        let finding = if data.cells.meets(&handling.purposed) {
            finding
        } else {
            finding.note("nor is a purpose named for it anywhere")
        };
        findings.push(finding.help(format!(
            "say what is done with it: `may use {} for PURPOSE;`, or do not collect it",
            data.name
        )));
    }
}
