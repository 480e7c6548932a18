//! What a policy does with its data, all statements together: what is collected, what is used, and
//! for what of it a purpose is named. What the checks of completeness share.
//!
//! A term counts where it, one above it or one below it does, so these are sets of cells, and a term
//! is looked up by whether its own meet them.

use super::parties::Parties;
use super::standing::{cut, left_open, names, permissions};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::search::Answer;
use crate::policy::analysis::{Analysis, Rule, RuleId};
use crate::policy::rules::Effect;
use crate::policy::rules::{action_cell, share_family, use_family};
use crate::policy::{Action, Modal, Statement};
use crate::source::Span;
use crate::vocabulary::TermId;

/// The cells of the data that a policy speaks of, by what it says of them.
pub struct Handling {
    /// May be collected, or derived from other data, by anybody, or handed to the issuer.
    pub collected: CellSet,
    /// May be used or shared, or is kept for a purpose of its own or because it must be.
    pub used: CellSet,
    /// A purpose is named for which it is collected, used, shared or kept.
    pub purposed: CellSet,
    /// May be used for any purpose, or shared with anybody for any.
    pub vague: CellSet,
    /// The issuer, and all that is bound to it: those for whom the policy can speak.
    pub spoken_for: CellSet,
}

impl Handling {
    /// Reads all permissions of a policy.
    pub fn new(analysis: &Analysis<'_>) -> Handling {
        let parties = Parties::new(analysis.policy);
        let processing = use_family().union(&share_family());
        let kept = CellSet::one(action_cell(Action::Retain));
        let gathered = CellSet::from_cells([action_cell(Action::Collect), action_cell(Action::Derive)]);
        let (mut collected, mut used, mut purposed, mut vague) = (vec![], vec![], vec![], vec![]);
        for (_, rule, statement) in permissions(analysis) {
            let named = names(statement.phrases.get(Dimension::Purpose));
            for one in &rule.boxes {
                let (action, data) = (one.cells.get(Dimension::Action), one.cells.get(Dimension::Data));
                let keeps = action.meets(&kept) && (named || statement.modal == Modal::Must);
                // To use data is not to have derived it: the verb must be written.
                let gathers = statement.actions.iter().any(|a| matches!(a, Action::Collect | Action::Derive));
                // What is handed to the issuer need not be collected.
                let recipient = statement.phrases.get(Dimension::Recipient);
                let hands = names(recipient) && recipient.cells.meets(&parties.issuer);
                if gathers && action.meets(&gathered) || hands && action.meets(&share_family()) {
                    collected.push(data);
                }
                if action.meets(&processing) || keeps {
                    used.push(data);
                }
                if named {
                    purposed.push(data);
                }
                if action.meets(&left_open(statement)) {
                    vague.push(data);
                }
            }
        }
        Handling {
            collected: CellSet::union_of(collected),
            used: CellSet::union_of(used),
            purposed: CellSet::union_of(purposed),
            vague: CellSet::union_of(vague),
            spoken_for: parties.issuer.union(&parties.bound),
        }
    }
}

/// A data term as a permission names it.
pub struct Named<'a> {
    /// The term.
    pub term: TermId,
    /// Its name.
    pub name: &'a str,
    /// All its cells, whatever the statement excepts.
    pub cells: &'a CellSet,
    /// The phrase in which the statement names it.
    pub phrase: Span,
    /// The rule that permits.
    pub rule: RuleId,
    /// The statement's cells of the term.
    pub spoken: CellSet,
}

/// The data terms that permissions name to do one of these actions, by those for whom the policy can
/// speak.
pub fn named<'a>(analysis: &'a Analysis<'_>, by: &CellSet, actions: &CellSet) -> Vec<Named<'a>> {
    let vocabulary = &analysis.policy.vocabulary;
    let mut out = Vec::new();
    for (id, rule, statement) in permissions(analysis) {
        if !does(statement, rule, by, actions) {
            continue;
        }
        let phrase = statement.phrases.get(Dimension::Data);
        for term in &phrase.terms {
            let cells = vocabulary.cells(*term);
            let spoken = cells.intersection(&phrase.cells);
            if let (Some(found), false) = (vocabulary.term(*term), spoken.is_empty()) {
                let phrase = phrase.span.unwrap_or(statement.span);
                out.push(Named { term: *term, name: &found.name, cells, phrase, rule: id, spoken });
            }
        }
    }
    out
}

fn does(statement: &Statement, rule: &Rule, by: &CellSet, actions: &CellSet) -> bool {
    statement.phrases.get(Dimension::Actor).cells.meets(by)
        && rule.boxes.iter().any(|b| b.cells.get(Dimension::Action).meets(actions))
}

/// A flow of a permission with some data, at which it stands.
pub fn example(analysis: &Analysis<'_>, named: &Named<'_>, actions: &CellSet) -> Option<Flow> {
    let rule = analysis.rules.get(named.rule)?;
    if analysis.space.refuses() {
        return None;
    }
    let queries = rule.boxes.iter().filter_map(|b| {
        let one: FlowBox = cut(b, Dimension::Action, actions)?;
        cut(&one, Dimension::Data, &named.spoken)
    });
    let queries: Vec<FlowBox> = queries.collect();
    // One that is permitted in the end; where there is none, one at which the statement stands.
    let worlds = &analysis.space.worlds;
    let permitted = queries.iter().find_map(|query| {
        let found = super::standing::find(analysis, query, analysis.candidates(query), &mut |speaking| {
            worlds.minus(
                analysis.stands(named.rule, speaking),
                analysis.standing(Effect::Prohibit, speaking, None),
            )
        });
        if let Answer::Found(flow, _) = found { Some(flow) } else { None }
    });
    permitted.or_else(|| {
        queries.iter().find_map(|query| {
            let found = super::standing::find(analysis, query, [named.rule], &mut |speaking| {
                analysis.stands(named.rule, speaking)
            });
            if let Answer::Found(flow, _) = found { Some(flow) } else { None }
        })
    })
}
