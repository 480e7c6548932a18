//! A condition that always holds, and so is none.

use super::{Check, Context, Family, impossible_condition};
use crate::diagnostic::{Finding, Level};
use crate::flow::expression::Expression;
use crate::flow::world::World;

/// The check.
pub const CHECK: Check = Check {
    name: "idle-condition",
    level: Level::Warning,
    family: Family::Redundancy,
    page: include_str!("../../docs/checks/idle-condition.md"),
    run: Some(run),
};

const CONDITION: &str = "this condition always holds, and so leaves nothing out";
const DUTY: &str = "the condition of this duty always holds, and so leaves nothing out";
const RIGHT: &str = "the condition of this right always holds, and so leaves nothing out";

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let policy = analysis.policy;
    if analysis.space.possible == World::NONE {
        return;
    }
    let worlds = &analysis.space.worlds;
    let always = Expression::always();
    let of_flows = policy.statements.iter().filter(|s| s.right.is_none()).flat_map(|s| &s.conditions);
    let of_flows = of_flows.map(|(c, span)| (c, CONDITION, *span));
    let duties = policy.duties.iter().map(|d| (&d.when, DUTY, d.span));
    let rights = policy.rights.iter().map(|r| (&r.when, RIGHT, r.span));
    let all = of_flows.chain(duties.chain(rights).filter(|(when, ..)| **when != always));
    let mut found = Vec::new();
    for (condition, message, span) in all {
        let fails = worlds.not(worlds.holds(condition));
        if !analysis.can_be(fails, World::ALL) {
            let finding = CHECK.finding(message, span).at("true in every possible case");
            let finding =
                impossible_condition::excluded(analysis, finding, fails, "this excludes all other cases");
            found.push(finding.help("strike it, or write the condition that was meant"));
        }
    }
    // Past the limit of nodes, what holds where is not known.
    if !worlds.exhausted() {
        findings.extend(found);
    }
}
