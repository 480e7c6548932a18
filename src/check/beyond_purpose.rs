//! Data whose collection is `only for` a purpose, and which a permission lets be used for another.
//!
//! Collecting and using are two flows that share the data, its form, whom it is about, whom it came
//! from and why. The finding is a use that is permitted, at which collecting for the same purpose is
//! prohibited by the `only`.

use super::contradictions::{SHOWN, hidden};
use super::parties::Parties;
use super::settled::Settled;
use super::standing::{cut, names, permissions, permitted, statement};
use super::two_flows::{TwoFlows, replaced};
use super::{Check, Context, Family, witness, wording};
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId, StatementId};
use crate::policy::rules::{Effect, Origin, action_cell, form_changing, share_family, use_family, wide};
use crate::policy::{Action, Norm, PrecedenceLine, Statement};
use crate::vocabulary::Graph;

/// The check.
pub const CHECK: Check = Check {
    name: "beyond-purpose",
    level: Level::Error,
    family: Family::Contradictions,
    page: include_str!("../../docs/checks/beyond-purpose.md"),
    run: Some(run),
};

const COLLECT: u32 = action_cell(Action::Collect);

/// What a collecting and the using after it need not share.
const OPEN: [Dimension; 5] =
    [Dimension::Actor, Dimension::Action, Dimension::With, Dimension::Recipient, Dimension::Place];

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let parties = Parties::new(analysis.policy);
    let settled = Settled::new(analysis.policy);
    for (id, rule, collection) in permissions(analysis) {
        let only = analysis.rules_of(rule.statement).find(|r| {
            analysis
                .rules
                .get(*r)
                .is_some_and(|x| x.effect == Effect::Prohibit && x.origin == Origin::Complement)
        });
        if let Some(only) = only.filter(|_| is_collection(collection)) {
            findings.extend(beyond(analysis, &parties, &settled, (id, only), collection));
        }
    }
}

/// Whether a statement collects only for a purpose.
pub fn is_collection(statement: &Statement) -> bool {
    statement.actions.contains(&Action::Collect) && statement.phrases.get(Dimension::Purpose).only.is_some()
}

/// The verbs of using and sharing that a collection's own `only` does not speak of. What makes data
/// less identifiable is no further use of it.
fn further(collection: &Statement) -> CellSet {
    let own = CellSet::union_of(collection.actions.iter().map(|a| wide(*a)));
    use_family().union(&share_family()).difference(&form_changing()).difference(&own)
}

/// What a permission may let be done beyond. A sharing that names no purpose claims none.
fn claimed(permission: &Statement) -> CellSet {
    let purpose = permission.phrases.get(Dimension::Purpose);
    if purpose.span.is_some() { use_family().union(&share_family()) } else { use_family() }
}

/// Whether precedence between two statements decides that data may be used beyond its purpose.
pub fn decides(analysis: &Analysis<'_>, line: &PrecedenceLine) -> bool {
    let side = |norms: &[Norm], wanted: &dyn Fn(&Statement) -> bool| -> Vec<CellSet> {
        let statements = norms.iter().filter_map(|n| match n {
            Norm::Statement(i) => statement(analysis, *i),
            _ => None,
        });
        statements.filter(|s| wanted(s)).map(|s| s.phrases.get(Dimension::Data).cells.clone()).collect()
    };
    let uses = |s: &Statement| {
        s.actions.iter().any(|a| wide(*a).meets(&use_family().union(&share_family()))) && s.right.is_none()
    };
    let meet = |one: &[Norm], other: &[Norm]| {
        let used = CellSet::union_of(side(other, &uses));
        side(one, &is_collection).iter().any(|cells| cells.meets(&used))
    };
    meet(&line.winners, &line.losers) || meet(&line.losers, &line.winners)
}

/// Whose use of the data is judged: the collectors' own, and if the issuer is among them, that of
/// every organisation which does not collect such data itself.
fn users(analysis: &Analysis<'_>, parties: &Parties, collection: &Statement) -> CellSet {
    let collectors = &collection.phrases.get(Dimension::Actor).cells;
    if !collectors.meets(&parties.issuer) {
        return collectors.clone();
    }
    let data = &collection.phrases.get(Dimension::Data).cells;
    let everything = PerDimension::from_fn(|_| CellSet::range(0, u32::MAX));
    let gathering =
        everything.with(Dimension::Action, CellSet::one(COLLECT)).with(Dimension::Data, data.clone());
    let met = analysis.candidates_of(&FlowBox { cells: gathering, world: World::ALL }, Effect::Permit);
    let rules =
        met.into_iter().filter_map(|r| analysis.rules.get(r)).filter(|rule| rule.origin == Origin::Said);
    let others = rules.filter_map(|rule| statement(analysis, rule.statement)).filter(|s| s.right.is_none());
    let others: Vec<CellSet> = others.map(|s| s.phrases.get(Dimension::Actor).cells.clone()).collect();
    parties.organisations.difference(&CellSet::union_of(&others)).union(collectors)
}

fn beyond(
    analysis: &Analysis<'_>,
    parties: &Parties,
    settled: &Settled<'_>,
    (permission, only): (RuleId, RuleId),
    collection: &Statement,
) -> Option<Finding> {
    let rule = analysis.rules.get(permission)?;
    let collected = rule.boxes.iter().find(|b| b.cells.get(Dimension::Action).contains(COLLECT))?;
    let everywhere = |d: Dimension| (d, CellSet::range(0, u32::MAX));
    let purposes = analysis.policy.universe.get(Dimension::Purpose);
    let query = replaced(
        collected,
        [
            everywhere(Dimension::With),
            everywhere(Dimension::Recipient),
            (Dimension::Place, analysis.policy.universe.get(Dimension::Place).clone()),
            (Dimension::Actor, users(analysis, parties, collection)),
            (Dimension::Action, further(collection)),
            (Dimension::Purpose, purposes.difference(collected.cells.get(Dimension::Purpose))),
        ],
    );
    let query = FlowBox { world: World::ALL, ..query };
    let mut found: Vec<(StatementId, Flow)> = Vec::new();
    for id in analysis.candidates_of(&query, Effect::Permit) {
        let Some(used) = analysis.rules.get(id) else { continue };
        let Some(statement) = statement(analysis, used.statement) else { continue };
        let says = used.effect == Effect::Permit && used.origin == Origin::Said && statement.right.is_none();
        let (a, b) = (Norm::Statement(rule.statement), Norm::Statement(used.statement));
        if says
            && found.last().is_none_or(|(s, _)| *s != used.statement)
            && !settled.between(a, b)
            && let Some(flow) = used
                .boxes
                .iter()
                .find_map(|one| use_of(analysis, &query, one, id, statement, (only, collected)))
        {
            found.push((used.statement, flow));
        }
    }
    // What the issuer does itself is what a reader looks for first.
    found.sort_by_key(|(_, flow)| !parties.issuer.contains(*flow.cells.get(Dimension::Actor)));
    finding(analysis, rule, collection, &found)
}

/// A flow of a permission's box that is permitted, while collecting for its purpose is not.
fn use_of(
    analysis: &Analysis<'_>,
    query: &FlowBox,
    one: &FlowBox,
    permission: RuleId,
    statement: &Statement,
    collection: (RuleId, &FlowBox),
) -> Option<Flow> {
    let claimed = cut(query, Dimension::Action, &claimed(statement))?;
    let mut query = one.intersection(&claimed)?;
    query.world = one.world;
    // Most are found with few rules in view: whether all the others leave such a flow alone is soon
    // asked. Only where they do not must all be searched together.
    let flow = search(analysis, &query, &[permission], permission, collection)?;
    if witness::verdict(analysis, &flow).0 == "permitted" {
        return Some(flow);
    }
    search(analysis, &query, &analysis.candidates(&query), permission, collection)
}

/// A flow of the query at which a permission stands and none of these rules prohibits, while collecting
/// for its purpose is prohibited by the `only`.
fn search(
    analysis: &Analysis<'_>,
    query: &FlowBox,
    rules: &[RuleId],
    permission: RuleId,
    (only, collected): (RuleId, &FlowBox),
) -> Option<Flow> {
    let cell = |d: Dimension| collected.cells.get(d).first();
    let (actor, place) = (cell(Dimension::Actor)?, cell(Dimension::Place)?);
    let collecting = replaced(
        &replaced(query, OPEN.map(|d| (d, CellSet::range(0, u32::MAX)))),
        [
            (Dimension::Action, CellSet::one(COLLECT)),
            (Dimension::Actor, CellSet::one(actor)),
            (Dimension::Place, CellSet::one(place)),
        ],
    );
    let (using, collecting) =
        (analysis.scene(query, rules.iter().copied()), analysis.scene(&collecting, [only]));
    let both = TwoFlows::new(using, collecting, |b| {
        let holds = b.cells.get(Dimension::Action).contains(COLLECT)
            && b.cells.get(Dimension::Actor).contains(actor)
            && b.cells.get(Dimension::Place).contains(place);
        holds.then(|| replaced(b, OPEN.map(|d| (d, CellSet::range(0, u32::MAX)))))
    });
    let answer = both.find(analysis, query, &mut |first, second| {
        let worlds = &analysis.space.worlds;
        let using = analysis.speaking(&both.first, first);
        let collecting = analysis.speaking(&both.second, second);
        let may = worlds.and(permitted(analysis, &using), analysis.stands(permission, &using));
        worlds.and(may, analysis.stands(only, &collecting))
    });
    if let Answer::Found(flow, _) = answer { Some(flow) } else { None }
}

fn finding(
    analysis: &Analysis<'_>,
    rule: &Rule,
    collection: &Statement,
    found: &[(StatementId, Flow)],
) -> Option<Finding> {
    let (first, flow) = found.first()?;
    let purpose = collection.phrases.get(Dimension::Purpose);
    let span = purpose.span.unwrap_or(collection.span);
    let label = wording::label(analysis, rule.statement);
    let message = match found.len() {
        1 => "a permission goes beyond the purpose that this data is collected for".to_owned(),
        n => format!("{n} permissions go beyond the purpose that this data is collected for"),
    };
    let mut finding =
        CHECK.finding(message, span).at("collected only for this").witness(witness::describe(analysis, flow));
    for (id, flow) in found.iter().take(SHOWN) {
        let cell = *flow.cells.get(Dimension::Purpose);
        let name = analysis.policy.vocabulary.cell_name(Graph::Purpose, cell);
        let names = statement(analysis, *id).is_some_and(|s| names(s.phrases.get(Dimension::Purpose)));
        let text =
            if names { format!("permitted for `{name}`") } else { "permitted for any purpose".to_owned() };
        finding = finding.and(wording::span(analysis, *id), text);
    }
    finding = hidden(found.len()).into_iter().fold(finding, Finding::note);
    let other = wording::label(analysis, *first);
    let finding = finding
        .help("let the permission name a purpose within this one, or collect the data for its purpose too");
    Some(if label == other {
        finding
    } else {
        finding.help(format!("if the permission should hold nevertheless, say so: `{other} prevails over {label} because \"…\";`"))
    })
}
