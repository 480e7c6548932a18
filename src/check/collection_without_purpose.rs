//! Data that is collected and used, and for which no statement names a purpose.

use super::handling::{example, named};
use super::{Check, Context, Family, witness};
use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::policy::Action;
use crate::policy::rules::action_cell;
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "collection-without-purpose",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/collection-without-purpose.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let handling = context.handling();
    let collect = CellSet::one(action_cell(Action::Collect));
    let mut seen = BTreeSet::new();
    for data in named(analysis, &handling.spoken_for, &collect) {
        // Data that is not used at all, or used for any purpose, has a finding that says so.
        let said = !data.cells.meets(&handling.used) || data.cells.meets(&handling.vague);
        if said || data.cells.meets(&handling.purposed) || seen.contains(&data.term) {
            continue;
        }
        // Another statement may collect it where this one never does.
        let Some(flow) = example(analysis, &data, &collect) else { continue };
        seen.insert(data.term);
        findings.push(
            CHECK
                .finding(
                    format!("`{}` is collected, and no purpose is named for it anywhere", data.name),
                    context.places().within(data.term, data.phrase),
                )
                .at("collected here")
                .about([context.subjects().declared(data.name, data.phrase)])
                .witness(witness::describe(analysis, &flow))
                .help("say what for, here or where it is used or shared: `for PURPOSE`"),
        );
    }
}
