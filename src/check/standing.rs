//! What several checks ask of rules: which permissions are a policy's own words, where a rule stands,
//! and what is permitted in the end.

use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId, Speaking, StatementId};
use crate::policy::rules::{Effect, Origin, form_changing, identifiable, share_family, use_family};
use crate::policy::{Phrase, Statement};

/// The permissions that statements give: no fulfilment of rights, nothing that only follows.
pub fn permissions<'a>(
    analysis: &'a Analysis<'_>,
) -> impl Iterator<Item = (RuleId, &'a Rule, &'a Statement)> {
    analysis.rules.iter().enumerate().filter_map(|(id, rule)| {
        let statement = statement(analysis, rule.statement)?;
        (rule.effect == Effect::Permit && rule.origin == Origin::Said && statement.right.is_none())
            .then_some((id, rule, statement))
    })
}

/// The statement of that number.
pub fn statement<'a>(analysis: &'a Analysis<'_>, id: StatementId) -> Option<&'a Statement> {
    analysis.policy.statements.get(id)
}

/// A flow of a box at which the rules, and what prevails over them, speak so that `wanted` names its
/// world.
pub fn find(
    analysis: &Analysis<'_>,
    query: &FlowBox,
    rules: impl IntoIterator<Item = RuleId>,
    wanted: &mut dyn FnMut(&Speaking) -> World,
) -> Answer {
    if analysis.space.refuses() {
        return Answer::Undecided;
    }
    let scene = analysis.scene(query, rules);
    analysis.space.find(query, &scene.boxes, &mut |live| wanted(&analysis.speaking(&scene, live)))
}

/// The worlds in which what speaks permits.
pub fn permitted(analysis: &Analysis<'_>, speaking: &Speaking) -> World {
    analysis.space.worlds.minus(
        analysis.standing(Effect::Permit, speaking, None),
        analysis.standing(Effect::Prohibit, speaking, None),
    )
}

/// A box cut down to some cells of a dimension; none where nothing is left.
pub fn cut(one: &FlowBox, d: Dimension, cells: &CellSet) -> Option<FlowBox> {
    let left = one.cells.get(d).intersection(cells);
    (!left.is_empty()).then(|| FlowBox { cells: one.cells.clone().with(d, left), world: one.world })
}

/// Whether a phrase says which, of all that there is.
pub fn names(phrase: &Phrase) -> bool {
    phrase.span.is_some() && !phrase.any
}

/// The verbs for which a statement leaves everything open, with data that is about somebody: using it
/// for any purpose, and sharing it with anybody for any. What makes data less identifiable is a
/// purpose of its own.
pub fn left_open(statement: &Statement) -> CellSet {
    let about_somebody = statement.phrases.get(Dimension::Form).cells.meets(&identifiable());
    if names(statement.phrases.get(Dimension::Purpose)) || !about_somebody {
        return CellSet::empty();
    }
    let using = use_family().difference(&form_changing());
    let open = match names(statement.phrases.get(Dimension::Recipient)) {
        true => using,
        false => using.union(&share_family()),
    };
    statement.phrases.get(Dimension::Action).cells.intersection(&open)
}

/// Whether one permission draws with `only` a wider limit around another. Such an outer limit leaves
/// room for the statements that fill it in, and takes nothing from their words.
pub fn frames(analysis: &Analysis<'_>, outer: StatementId, inner: StatementId) -> bool {
    let (Some(outer), Some(inner)) = (statement(analysis, outer), statement(analysis, inner)) else {
        return false;
    };
    Dimension::ALL.into_iter().any(|d| {
        let (wide, narrow) = (outer.phrases.get(d), inner.phrases.get(d));
        wide.only.is_some() && wide.cells != narrow.cells
    })
}
