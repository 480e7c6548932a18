//! Data that is used or shared, and that nobody collects or derives.

use super::handling::{Named, example, named};
use super::{Check, Context, Family, witness};
use crate::diagnostic::{Finding, Level};
use crate::policy::rules::{share_family, use_family};
use std::collections::BTreeSet;

/// The check.
pub const CHECK: Check = Check {
    name: "never-collected",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/never-collected.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let handling = context.handling();
    let mut seen = BTreeSet::new();
    let processing = use_family().union(&share_family());
    let all = named(analysis, &handling.spoken_for, &processing);
    // What is permitted in no possible case, or defeated wherever it is, is no use.
    let missing: Vec<Named<'_>> = all
        .into_iter()
        .filter(|data| {
            !data.cells.meets(&handling.collected)
                && !seen.contains(&data.term)
                && example(analysis, data, &processing).is_some()
                && seen.insert(data.term)
        })
        .collect();
    if !handling.collected.is_empty() {
        findings.extend(missing.iter().filter_map(|data| {
            finding(context, data, format!("`{}` is used or shared, and nobody collects it", data.name))
        }));
        return;
    }
    // A policy that is silent about collecting has one gap, not one for each of its terms.
    let Some(first) = missing.first() else { return };
    let message = match missing.len() {
        1 => format!("`{}` is used or shared, and nobody collects it", first.name),
        n => format!("`{}` and {} more are used or shared, and nothing is ever collected", first.name, n - 1),
    };
    findings.extend(finding(context, first, message));
}

fn finding(context: &Context<'_>, data: &Named<'_>, message: String) -> Option<Finding> {
    let analysis = context.analysis;
    let flow = example(analysis, data, &use_family().union(&share_family()))?;
    Some(
        CHECK
            .finding(message, context.places().within(data.term, data.phrase))
            .at("used or shared here")
            .about([context.subjects().declared(data.name, data.phrase)])
            .witness(witness::describe(analysis, &flow))
            .help(format!(
                "say where it comes from: `may collect {0} from WHOM;`, or `may derive {0};`",
                data.name
            )),
    )
}
