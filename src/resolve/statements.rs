//! Statements about flows.
//!
//! Takes one as written and where it stands; gives it with its phrases as cells and its conditions
//! sorted by what they bear on: the scope in front, the permission behind, what `only` permits.

use super::conditions::all;
use super::labels::At;
use super::names::UNDECLARED;
use super::phrases::set_of;
use super::{Resolver, error};
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::expression::Expression;
use crate::policy::rules::wide;
use crate::policy::{self, Action, Limit, Norm, Phrase};
use crate::source::Span;
use crate::syntax::tree::{self, Modal, Name, PhraseKind};
use smallvec::SmallVec;
use std::sync::Arc;
use thin_vec::ThinVec;

/// The legal bases that a permission can be annotated with.
const BASES: [&str; 6] =
    ["consent", "contract", "legal-obligation", "vital-interests", "public-task", "legitimate-interests"];

/// What phrases that are not of flow come to.
#[derive(Default)]
pub(super) struct Draft {
    pub conditions: ThinVec<(Expression, Span)>,
    pub guard: Vec<Expression>,
    pub only_guard: Vec<Expression>,
    pub limit: Option<Limit>,
    pub promptly: Option<Span>,
    pub indefinitely: Option<Span>,
    duties: ThinVec<usize>,
    basis: ThinVec<String>,
}

impl<'a> Resolver<'a> {
    pub(super) fn statement(&mut self, statement: &'a tree::Statement, at: &At) {
        self.verbs.clear();
        self.verbs.extend(statement.actions.iter().map(|a| a.node));
        self.check_only(statement);
        let fronts = self.fronts(&statement.front);
        let mut draft = Draft { conditions: fronts.iter().cloned().collect(), ..Draft::default() };
        let mut phrases = self.all_left_out();
        *phrases.get_mut(Dimension::Action) = Arc::new(self.action(statement));
        if let Some(set) = &statement.actor {
            self.around.lead = lead(set, statement);
            *phrases.get_mut(Dimension::Actor) =
                Arc::new(self.set(set, Dimension::Actor, statement.only_actor, true));
            self.around.lead = None;
        }
        *phrases.get_mut(Dimension::Data) =
            Arc::new(self.set(&statement.data, Dimension::Data, statement.only_data, true));
        let mut afters = self.afters(&statement.phrases).into_iter();
        for phrase in &statement.phrases {
            match &phrase.kind {
                PhraseKind::Guard(word, condition) => {
                    let condition = self.guard(*word, condition);
                    draft.condition(Some(condition), phrase);
                }
                PhraseKind::Time(time) => {
                    let is_after = matches!(time, tree::Time::After(_));
                    let after = is_after.then(|| afters.next().flatten()).flatten();
                    self.time(statement, phrase, time, after, &mut draft);
                }
                PhraseKind::Duties(names) => {
                    self.only_permits(statement, phrase);
                    draft.duties.extend(names.iter().filter_map(|n| self.verb(n)));
                }
                PhraseKind::Basis(names) => {
                    self.only_permits(statement, phrase);
                    draft.basis.extend(names.iter().filter_map(|n| self.basis(n)));
                }
                flow => {
                    self.around.length = before_phrase(&statement.phrases, phrase);
                    let taken = set_of(flow)
                        .is_none_or(|(d, set)| self.check_taken(&statement.actions, d, phrase.span, set));
                    if let Some((dimension, resolved)) = taken.then(|| self.flow(phrase, true)).flatten() {
                        *phrases.get_mut(dimension) = Arc::new(resolved);
                    }
                    self.around.length = None;
                }
            }
        }
        let requires = statement.requires.as_ref().map(|c| {
            let says = self.condition(c);
            draft.conditions.push((says.clone(), c.span));
            says
        });
        draft.duties.sort_unstable();
        draft.duties.dedup();
        let norm = Norm::Statement(self.statements.len());
        self.statements.push(policy::Statement {
            span: statement.span,
            own_label: statement.label.as_ref().map(|l| l.node.clone()),
            place: at.place,
            unit: self.unit,
            right: None,
            modal: modal(statement.modal.node),
            actions: statement.actions.iter().map(|a| a.node).collect(),
            phrases,
            scope: all([at.scope.clone()].into_iter().chain(fronts.into_iter().map(|(e, _)| e))),
            guard: all(draft.guard),
            only_guard: (!draft.only_guard.is_empty()).then(|| all(draft.only_guard)),
            conditions: draft.conditions,
            requires,
            limit: draft.limit,
            promptly: draft.promptly,
            indefinitely: draft.indefinitely,
            duties: draft.duties,
            basis: draft.basis,
        });
        self.covered(at.place, statement.label.as_ref(), &[norm], &statement.tails);
        self.verbs.clear();
        self.anchor = None;
    }

    /// The verbs as a phrase. Most statements have the verbs of an earlier one.
    fn action(&mut self, statement: &tree::Statement) -> Phrase {
        let written = statement.actions.iter().map(|a| a.node);
        let key = written.clone().fold(0, |bits: u32, a| bits | 1 << a as u32);
        let cells = self.verb_cells.entry(key).or_insert_with(|| verbs(written)).clone();
        Phrase {
            except: CellSet::empty(),
            cells,
            terms: SmallVec::new(),
            span: statement.actions.iter().map(|a| a.span).reduce(Span::to),
            any: false,
            only: None,
        }
    }

    /// Annotations are for what is permitted.
    fn only_permits(&mut self, statement: &tree::Statement, phrase: &tree::Phrase) {
        if matches!(statement.modal.node, Modal::MustNot | Modal::Requires) {
            let words = self.written(phrase.span);
            let message = format!("`{words}` annotates a permission, and this is none");
            self.not_taken(
                message,
                phrase.span,
                Some(statement.modal.span),
                "put it on a statement with `may`",
            );
        }
    }

    fn basis(&mut self, name: &Name) -> Option<String> {
        if BASES.contains(&name.node.as_str()) {
            return Some(name.node.to_string());
        }
        let near = self.suggestions.nearest(&name.node, BASES.into_iter());
        let finding =
            error(UNDECLARED, format!("`{}` is no legal basis", name.node), name.span).help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the bases are `{}`", BASES.join("`, `")),
            });
        self.report(finding);
        None
    }
}

/// The actor of a statement with neither label nor front, where it is one name, and what stands behind.
fn lead(actor: &tree::Set, statement: &tree::Statement) -> Option<(Span, Span)> {
    let alone = statement.label.is_none()
        && statement.front.is_empty()
        && statement.only_actor.is_none()
        && actor.include.len() == 1
        && actor.except.is_empty();
    alone.then_some((actor.span, Span { start: actor.span.end, ..statement.span }))
}

/// A length of time without a start right before a phrase that says `of` or `from`: the two may be meant
/// as one.
pub(super) fn before_phrase(phrases: &[tree::Phrase], phrase: &tree::Phrase) -> Option<Span> {
    if !matches!(phrase.kind, PhraseKind::Of(_) | PhraseKind::From(_)) {
        return None;
    }
    let before = phrases.iter().take_while(|p| p.span != phrase.span).last()?;
    match &before.kind {
        PhraseKind::Time(tree::Time::Within(moment) | tree::Time::For(_, moment)) => {
            matches!(moment.kind, tree::MomentKind::Length(_, None)).then_some(before.span)
        }
        _ => None,
    }
}

/// The cells of verbs, read widely.
pub(super) fn verbs(actions: impl IntoIterator<Item = Action>) -> CellSet {
    actions.into_iter().fold(CellSet::empty(), |all, action| all.union(&wide(action)))
}

fn modal(modal: Modal) -> policy::Modal {
    match modal {
        Modal::May => policy::Modal::May,
        Modal::MustNot => policy::Modal::MustNot,
        Modal::Must => policy::Modal::Must,
        Modal::Requires => policy::Modal::Requires,
    }
}
