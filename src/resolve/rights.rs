//! Rights of people, and the statements that permit the issuer to fulfil them.

use super::conditions::all;
use super::labels::At;
use super::names::{UNDECLARED, WRONG_KIND, Wanted};
use super::statements::{before_phrase, verbs};
use super::{Resolver, error};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::flow::expression::{Expression, Length};
use crate::policy::{self, Action, Norm, Phrase, RightName, TermUse};
use crate::source::Span;
use crate::syntax::tree::{self, MomentKind, Name, PhraseKind, Through, Time};
use std::sync::Arc;
use thin_vec::ThinVec;

/// Words that people write for a right of another name.
const ALIASES: [(&str, &str); 23] = [
    ("deletion", "erasure"),
    ("delete", "erasure"),
    ("erase", "erasure"),
    ("removal", "erasure"),
    ("be-forgotten", "erasure"),
    ("correction", "rectification"),
    ("correct", "rectification"),
    ("rectify", "rectification"),
    ("amendment", "rectification"),
    ("limitation", "restriction"),
    ("restrict", "restriction"),
    ("data-portability", "portability"),
    ("transfer", "portability"),
    ("export", "portability"),
    ("object", "objection"),
    ("opposition", "objection"),
    ("opting-out", "opt-out"),
    ("optout", "opt-out"),
    ("withdraw", "withdrawal"),
    ("revocation", "withdrawal"),
    ("know", "information"),
    ("to-know", "information"),
    ("inspection", "access"),
];

impl<'a> Resolver<'a> {
    pub(super) fn right(&mut self, right: &'a tree::Right, at: &At) {
        self.without_only(&right.phrases, "right");
        let fronts = self.fronts(&right.front);
        let holder = self.set(&right.holder, Dimension::Subject, None, false);
        let over = self.set(&right.over, Dimension::Data, None, false);
        let names: Vec<RightName> = right.names.iter().filter_map(|n| self.right_name(n)).collect();
        let mut phrases = Vec::new();
        let mut guard: Vec<Expression> = Vec::new();
        let mut conditions = fronts.clone();
        let mut within = None;
        for phrase in &right.phrases {
            match &phrase.kind {
                PhraseKind::Guard(word, condition) => {
                    let condition = self.guard(*word, condition);
                    conditions.push((condition.clone(), phrase.span));
                    guard.push(condition);
                }
                PhraseKind::Time(Time::Within(moment)) => {
                    within = self.answered(moment).map(|l| (l, phrase.span))
                }
                PhraseKind::Time(_) | PhraseKind::Duties(_) | PhraseKind::Basis(_) => {
                    let message = format!("a right takes no `{}`", self.written(phrase.span));
                    let help = "of time, a right takes `within …`, counted from its exercise";
                    self.not_taken(message, phrase.span, None, help);
                }
                _ => {
                    self.around.length = before_phrase(&right.phrases, phrase);
                    phrases.extend(self.flow(phrase, false));
                    self.around.length = None;
                }
            }
        }
        let scope = all([at.scope.clone()].into_iter().chain(fronts.into_iter().map(|(e, _)| e)));
        let guard = all(guard);
        let through = right.through.iter().filter_map(|t| self.through(t)).collect();
        let starts = right.starts.iter().filter_map(|n| self.event(n)).collect();
        let sets = right.sets.iter().filter_map(|s| self.sets(s)).collect();
        let number = self.rights.len();
        let first = self.statements.len();
        for (actions, to_subject) in fulfilments(&names) {
            let statement = policy::Statement {
                span: right.span,
                own_label: right.label.as_ref().map(|l| l.node.clone()),
                place: at.place,
                unit: self.unit,
                right: Some(number),
                modal: policy::Modal::May,
                phrases: self.fulfilment(right.span, &actions, to_subject, &holder, &over, &phrases),
                actions: actions.into(),
                scope: scope.clone(),
                guard: guard.clone(),
                only_guard: None,
                // Once is enough for the checks of conditions.
                conditions: std::mem::take(&mut conditions).into(),
                requires: None,
                limit: None,
                promptly: None,
                indefinitely: None,
                duties: ThinVec::new(),
                basis: ThinVec::new(),
            };
            self.statements.push(statement);
        }
        let fulfilment: Vec<usize> = (first..self.statements.len()).collect();
        let norms: Vec<Norm> = [Norm::Right(number)]
            .into_iter()
            .chain(fulfilment.iter().copied().map(Norm::Statement))
            .collect();
        self.rights.push(policy::Right {
            span: right.span,
            own_label: right.label.as_ref().map(|l| l.node.clone()),
            place: at.place,
            unit: self.unit,
            holder,
            names,
            over,
            phrases,
            when: all([scope, guard]),
            within,
            only_through: right.only_through,
            through,
            starts,
            sets,
            fulfilment,
        });
        self.covered(at.place, right.label.as_ref(), &norms, &right.tails);
        self.anchor = None;
    }

    /// What a fulfilment permits: the data of the right, about whoever has it. Why the right is
    /// had (`for P`) does not narrow it.
    fn fulfilment(
        &mut self,
        span: Span,
        actions: &[Action],
        to_subject: bool,
        holder: &Phrase,
        over: &Phrase,
        written: &[(Dimension, Phrase)],
    ) -> PerDimension<Arc<Phrase>> {
        let mut phrases = self.all_left_out();
        let action = Arc::make_mut(phrases.get_mut(Dimension::Action));
        (action.cells, action.any, action.span) = (verbs(actions.iter().copied()), false, Some(span));
        *phrases.get_mut(Dimension::Data) = Arc::new(over.clone());
        *phrases.get_mut(Dimension::Subject) = Arc::new(holder.clone());
        if to_subject {
            let recipient = Arc::make_mut(phrases.get_mut(Dimension::Recipient));
            recipient.cells = CellSet::one(self.vocabulary.subject());
            (recipient.any, recipient.span) = (false, Some(span));
        }
        for (dimension, phrase) in written {
            match dimension {
                Dimension::Form | Dimension::Source | Dimension::Place => {
                    *phrases.get_mut(*dimension) = Arc::new(phrase.clone());
                }
                // Somebody has the right for others: it is about them, and they get nothing.
                Dimension::Subject => {
                    *phrases.get_mut(Dimension::Subject) = Arc::new(phrase.clone());
                    if to_subject {
                        *phrases.get_mut(Dimension::Recipient) = Arc::new(holder.clone());
                    }
                }
                _ => {}
            }
        }
        phrases
    }

    fn right_name(&mut self, name: &Name) -> Option<RightName> {
        if let Some((right, _)) = RightName::ALL.into_iter().find(|(_, word)| *word == name.node) {
            return Some(right);
        }
        let alias = ALIASES.into_iter().find(|(word, _)| *word == name.node).map(|(_, right)| right);
        let words = RightName::ALL.map(|(_, word)| word);
        let near = alias.or_else(|| self.suggestions.nearest(&name.node, words.into_iter()));
        let finding =
            error(UNDECLARED, format!("no right is called `{}`", name.node), name.span).help(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the rights are `{}`", words.join("`, `")),
            });
        self.report(finding);
        None
    }

    /// Within what time a right is answered: a length alone.
    fn answered(&mut self, moment: &tree::Moment) -> Option<Length> {
        if let MomentKind::Length(sum, None) = &moment.kind {
            return self.length(sum);
        }
        let help = "write a length alone: `within 30 days`";
        self.not_taken("the time to answer a right counts from its exercise", moment.span, None, help);
        None
    }

    fn through(&mut self, through: &Through) -> Option<(String, Span)> {
        match through {
            Through::Address(text) => Some((text.node.clone(), text.span)),
            Through::Channel(name) => {
                let term = self.term(name, Wanted::Channel)?;
                self.uses.push(TermUse { term, span: name.span, dimension: None });
                Some((name.node.to_string(), name.span))
            }
        }
    }

    /// The fact that a right's exercise sets, and its value.
    fn sets(&mut self, sets: &tree::Sets) -> Option<(u32, u32)> {
        let entry = self.find(&sets.fact, Wanted::Fact)?;
        let fact = self.facts.get(entry.index as usize)?;
        let name = &sets.fact.node;
        let (message, help) = match (&sets.value, fact.boolean) {
            (None, true) => return Some((entry.index, u32::from(!sets.negated))),
            (Some(value), false) if !sets.negated => {
                return self.value(entry.index, value).map(|v| (entry.index, v));
            }
            (_, true) => (
                format!("`{name}` is true or false, and has no names for it"),
                format!("write `sets {name}` or `sets not {name}`"),
            ),
            (_, false) => (
                format!("`{name}` has several values, and it is not said which it gets"),
                // All are shown: which of them `not` leaves, nobody can tell.
                format!("write {}", one_of(name, &fact.values)),
            ),
        };
        let finding = error(WRONG_KIND, message, sets.span).and(fact.span, "declared here").help(help);
        self.report(finding);
        None
    }
}

/// How many values of a fact are shown.
const SHOWN: usize = 4;

/// Every way to set a fact, as it is written.
fn one_of(fact: &str, values: &[String]) -> String {
    let shown = values.get(..SHOWN).unwrap_or(values).iter();
    let ways: Vec<String> = shown.map(|value| format!("`sets {fact} is {value}`")).collect();
    let more = if values.len() > SHOWN { ", or another of its values" } else { "" };
    ways.join(" or ") + more
}

/// What the issuer does to fulfil rights: the verbs, and whether it gives something to the subject.
fn fulfilments(names: &[RightName]) -> Vec<(Vec<Action>, bool)> {
    let mut all: Vec<(Vec<Action>, bool)> = Vec::new();
    for name in names {
        let next = match name {
            RightName::Information | RightName::Access | RightName::Portability => {
                (vec![Action::Disclose], true)
            }
            RightName::Erasure => (vec![Action::Erase], false),
            // Correcting is none of the actions: to call it a use would let the right permit using.
            RightName::Rectification
            | RightName::Restriction
            | RightName::Objection
            | RightName::OptOut
            | RightName::Withdrawal => continue,
        };
        if !all.contains(&next) {
            all.push(next);
        }
    }
    all
}
