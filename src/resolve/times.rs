//! Phrases of time on statements: what each means, and with which verb it means anything.
//!
//! Takes `for`, `within`, `until`, `after`, `before`, `indefinitely` and `promptly`; gives a
//! condition, or a limit.

use super::Resolver;
use super::moments::{before, during, latest, past};
use super::statements::Draft;
use crate::flow::expression::Expression;
use crate::policy::{Limit, LimitSort, Moment};
use crate::syntax::tree::{self, Action, Bound, Modal, Phrase, PhraseKind, Statement, Time};

/// A phrase that makes no sense here: what is wrong, and the way out.
type Refusal = (String, &'static str);

impl Resolver<'_> {
    /// The moments of `after M` behind, in order. Where nothing in front does, they start the
    /// lengths that have no start.
    pub(super) fn afters(&mut self, phrases: &[Phrase]) -> Vec<Option<Moment>> {
        let mut moments = Vec::new();
        for phrase in phrases {
            if let PhraseKind::Time(Time::After(moment)) = &phrase.kind {
                moments.push(self.moment(moment));
            }
        }
        if self.anchor.is_none() {
            let known: Vec<Moment> = moments.iter().flatten().cloned().collect();
            self.anchor = latest(&known);
        }
        moments
    }

    /// A phrase of time. `after` is what an `after M` was found to mean.
    pub(super) fn time(
        &mut self,
        statement: &Statement,
        phrase: &Phrase,
        time: &Time,
        after: Option<Moment>,
        draft: &mut Draft,
    ) {
        if let Some((message, help)) = self.refusal(statement, phrase, time) {
            let verb =
                statement.actions.first().map_or(statement.modal.span, |a| statement.modal.span.to(a.span));
            self.not_taken(message, phrase.span, Some(verb), help);
            return;
        }
        let limits = statement.modal.node == Modal::Must && only_verb(statement) == Some(Action::Retain);
        match time {
            Time::Within(moment) => self.limit(LimitSort::Deadline, moment, phrase, draft),
            Time::For(_, moment) | Time::Until(moment) if limits => {
                self.limit(LimitSort::Minimum, moment, phrase, draft);
            }
            Time::For(_, moment) => {
                let moment = self.moment(moment);
                draft.condition(moment.map(|m| during(&m)), phrase);
            }
            Time::Until(moment) => {
                let moment = self.moment(moment);
                draft.condition(moment.map(|m| past(&m).not()), phrase);
            }
            Time::After(_) => draft.condition(after.map(|m| past(&m)), phrase),
            Time::Before(moment) => {
                let moment = self.moment(moment);
                draft.condition(moment.map(|m| before(&m)), phrase);
            }
            Time::Indefinitely => draft.indefinitely = Some(phrase.span),
            Time::Promptly => draft.promptly = Some(phrase.span),
        }
    }

    fn limit(&mut self, sort: LimitSort, moment: &tree::Moment, phrase: &Phrase, draft: &mut Draft) {
        let Some(moment) = self.moment(moment) else { return };
        if let Some(first) = &draft.limit {
            let help = "write one limit, with `the later of (…, …)` or `the earlier of (…, …)`";
            let first = first.span;
            self.not_taken("a statement has one limit of time", phrase.span, Some(first), help);
            return;
        }
        let open_start = matches!(phrase.kind, PhraseKind::Time(Time::Until(_)));
        draft.limit = Some(Limit { sort, moment, open_start, span: phrase.span });
    }

    /// Why a phrase of time makes no sense with this modal and these verbs.
    fn refusal(&self, statement: &Statement, phrase: &Phrase, time: &Time) -> Option<Refusal> {
        let modal = statement.modal.node;
        let other = |verb: Action| statement.actions.iter().find(|a| a.node != verb);
        let erases = statement.actions.iter().find(|a| a.node == Action::Erase);
        let words = self.written(phrase.span);
        let refuse = |why: String, help| Some((why, help));
        match time {
            Time::Within(_) if modal != Modal::Must => refuse(
                "`within` sets a deadline, and only what must be done has one".to_owned(),
                "for how long it may be done, write `for …` or `until …`; for a deadline, `must delete … within …`",
            ),
            Time::Within(_) => other(Action::Erase).and_then(|verb| {
                refuse(
                    format!("`{}` takes no `within`", self.written(verb.span)),
                    "deadlines are for `must delete`, for duties (`on E must VERB within …`) and for rights",
                )
            }),
            Time::For(Bound::AtLeast, _) if modal != Modal::Must => refuse(
                "`for at least` sets a minimum, and only what must be done has one".to_owned(),
                "write `must retain … for at least …`, or `may … for …`",
            ),
            Time::For(Bound::AtLeast, _) => other(Action::Retain).and_then(|verb| {
                refuse(
                    format!("`{}` takes no `for at least`", self.written(verb.span)),
                    "a minimum is for `must retain`; for other verbs write `until …`",
                )
            }),
            Time::For(Bound::AtMost, _) if matches!(modal, Modal::Must | Modal::MustNot) => refuse(
                format!("`{words}` bounds what may be done, not what {} be done", said(modal)),
                "write `may … for at most …`, `must delete … within …` or `must not … after …`",
            ),
            Time::Indefinitely if modal == Modal::MustNot => refuse(
                "`must not … indefinitely` would forbid it at any time".to_owned(),
                "say when it must end: `must delete … within …` or `must not … after …`",
            ),
            Time::For(..) | Time::Until(_) | Time::Indefinitely if modal == Modal::Must => erases.and_then(|verb| {
                refuse(
                    format!("`{}` takes no `{words}`: to erase takes no length of time", self.written(verb.span)),
                    "for a deadline write `within …`; for what may be kept until then, `may retain … until …`",
                )
            }),
            Time::Promptly if modal != Modal::Must => refuse(
                "`promptly` is said of what must be done".to_owned(),
                "leave it out, or write `must … promptly`",
            ),
            Time::Promptly => statement.actions.iter().find(|a| a.node == Action::Retain).and_then(|verb| {
                refuse(format!("`{}` takes no `promptly`", self.written(verb.span)), "leave it out")
            }),
            _ => None,
        }
    }
}

/// The verb, where there is but one.
fn only_verb(statement: &Statement) -> Option<Action> {
    let first = statement.actions.first()?.node;
    statement.actions.iter().all(|a| a.node == first).then_some(first)
}

fn said(modal: Modal) -> &'static str {
    if modal == Modal::MustNot { "must not" } else { "must" }
}

impl Draft {
    /// A condition on the permission, or on what `only` permits.
    pub(super) fn condition(&mut self, condition: Option<Expression>, phrase: &Phrase) {
        let Some(condition) = condition else { return };
        self.conditions.push((condition.clone(), phrase.span));
        if phrase.only.is_some() { &mut self.only_guard } else { &mut self.guard }.push(condition);
    }
}
