//! A permission for any purpose and, where all that it permits takes a recipient, to anybody.

use super::parties::Parties;
use super::standing::{cut, find, left_open, permissions};
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::policy::Modal;
use crate::policy::rules::{identifiable, use_family};

/// The check.
pub const CHECK: Check = Check {
    name: "vague-permission",
    level: Level::Warning,
    family: Family::Completeness,
    page: include_str!("../../docs/checks/vague-permission.md"),
    run: Some(run),
};

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let organisations = Parties::new(analysis.policy).organisations;
    for (id, rule, statement) in permissions(analysis) {
        let by_people = !statement.phrases.get(Dimension::Actor).cells.meets(&organisations);
        let open = left_open(statement);
        if statement.modal != Modal::May || by_people {
            continue;
        }
        let boxes = rule
            .boxes
            .iter()
            .filter_map(|b| cut(&cut(b, Dimension::Action, &open)?, Dimension::Form, &identifiable()));
        let flow = boxes.into_iter().find_map(|query| {
            let answer = find(analysis, &query, [id], &mut |speaking| analysis.stands(id, speaking));
            if let Answer::Found(flow, _) = answer { Some(flow) } else { None }
        });
        let Some(flow) = flow else { continue };
        let (message, help) = if open.meets(&use_family()) {
            ("this permission is for any purpose", "name the purposes: `for PURPOSE`")
        } else {
            (
                "this permission is for any purpose and to anybody",
                "name the purposes (`for PURPOSE`) or the recipients (`to WHOM`)",
            )
        };
        findings.push(
            CHECK
                .finding(message, wording::span(analysis, rule.statement))
                .witness(witness::describe(analysis, &flow))
                .help(help),
        );
    }
}
