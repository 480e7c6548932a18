//! A line of precedence in an extension that turns round a line of the policy that it extends.

use super::{Check, Context, Family};
use crate::diagnostic::{Finding, Level};
use crate::policy::PrecedenceLine;
use crate::source::Span;
use std::collections::BTreeMap;

/// The check.
pub const CHECK: Check = Check {
    name: "replaced-precedence",
    level: Level::Note,
    family: Family::Precedence,
    page: include_str!("../../docs/checks/replaced-precedence.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let lines: &[PrecedenceLine] = &analysis.policy.precedence;
    let mut by_line: BTreeMap<usize, Vec<Span>> = BTreeMap::new();
    for (base, extension) in &analysis.precedence.replaced {
        if let Some(line) = lines.get(*base) {
            by_line.entry(*extension).or_default().push(line.span);
        }
    }
    for (extension, bases) in by_line {
        let Some(line) = lines.get(extension) else { continue };
        let finding =
            CHECK.finding("this replaces what the policy that is extended says", line.span).at("holds here");
        findings.push(bases.into_iter().fold(finding, |f, base| f.and(base, "replaced")));
    }
}
