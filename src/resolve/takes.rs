//! Which phrases an action takes, and where `only` may stand.
//!
//! Checks: `phrase-not-taken`, `misplaced-only`.

use super::names::Kind;
use super::phrases::set_of;
use super::{Resolver, error};
use crate::diagnostic::Finding;
use crate::flow::dimension::Dimension;
use crate::policy::rules::{action_cell, share_family};
use crate::source::Span;
use crate::syntax::tree::{Action, GuardWord, Modal, PhraseKind, Set, Spanned, Statement, TermRefKind, Time};

/// A phrase that the action does not take.
pub const PHRASE_NOT_TAKEN: &str = "phrase-not-taken";
/// An `only` where it says nothing, or where it cannot be told what it says.
pub const MISPLACED_ONLY: &str = "misplaced-only";

/// Whether an action takes a dimension.
pub(super) fn takes(action: Action, dimension: Dimension) -> bool {
    match dimension {
        Dimension::Recipient => share_family().contains(action_cell(action)),
        Dimension::With => action == Action::Combine,
        _ => true,
    }
}

impl Resolver<'_> {
    /// Whether all verbs take a dimension; the first that does not is reported.
    pub(super) fn check_taken(
        &mut self,
        verbs: &[Spanned<Action>],
        dimension: Dimension,
        phrase: Span,
        set: &Set,
    ) -> bool {
        let Some(verb) = verbs.iter().find(|v| !takes(v.node, dimension)) else { return true };
        let written = self.written(verb.span);
        let words = self.written(set.span);
        let kind = self.kind_of(set);
        let (takes_not, help) = match dimension {
            Dimension::Recipient => (
                format!("`{written}` takes no `to`"),
                match kind {
                    Some(Kind::Purpose) => format!("did you mean `for {words}`?"),
                    Some(Kind::Place) => format!("did you mean `in {words}`?"),
                    _ if verb.node == Action::Collect => "whom it came from stands behind `from`".to_owned(),
                    _ => format!(
                        "only sharing has a recipient: write `share … to {words}`, or make them the actor"
                    ),
                },
            ),
            _ => (
                format!("`{written}` takes no `with`"),
                match kind {
                    Some(Kind::Party | Kind::Parties | Kind::People) | None
                        if takes(verb.node, Dimension::Recipient) =>
                    {
                        format!("did you mean `to {words}`?")
                    }
                    Some(Kind::Data) | None => {
                        format!("only `combine` takes it: write `combine … with {words}`")
                    }
                    Some(Kind::Fact) => format!("did you mean `when {words}`?"),
                    Some(_) => "only `combine` takes it, and then with data".to_owned(),
                },
            ),
        };
        let finding = error(PHRASE_NOT_TAKEN, takes_not, phrase).and(verb.span, "the verb").help(help);
        self.report(finding);
        self.known_all(set);
        false
    }

    /// What the first name in a list stands for.
    fn kind_of(&self, set: &Set) -> Option<Kind> {
        let names = set.include.iter().filter_map(|r| match &r.kind {
            TermRefKind::Named(name) | TermRefKind::Other(name) => Some(name),
            _ => None,
        });
        names.filter_map(|n| self.names.by_name.get(n.node.as_str())).map(|e| e.kind).next()
    }

    /// Reports the names in a list that nothing declares.
    pub(super) fn known_all(&mut self, set: &Set) {
        for r in set.include.iter().chain(&set.except) {
            if let TermRefKind::Named(name) | TermRefKind::Other(name) = &r.kind {
                self.known(name, super::names::Wanted::Party);
            }
        }
    }

    /// A phrase that the statement's verb or modal does not take.
    pub(super) fn not_taken(
        &mut self,
        message: impl Into<String>,
        phrase: Span,
        verb: Option<Span>,
        help: impl Into<String>,
    ) {
        let finding: Finding = error(PHRASE_NOT_TAKEN, message, phrase);
        let finding = match verb {
            Some(verb) => finding.and(verb, "said of this"),
            None => finding,
        };
        self.report(finding.help(help));
    }

    /// Every `only` of a statement, with what stands behind it.
    pub(super) fn check_only(&mut self, statement: &Statement) {
        let before_phrases = statement.phrases.iter().filter_map(|p| p.only);
        let all: Vec<Span> =
            [statement.only_actor, statement.only_data].into_iter().flatten().chain(before_phrases).collect();
        let Some(&first) = all.first() else { return };
        let says = match statement.modal.node {
            Modal::May => None,
            Modal::MustNot => Some(("a prohibition", "leave it out, or permit with `may … only …`")),
            Modal::Must => Some((
                "what must be done",
                "leave it out, and permit with `may … only …` in a statement of its own",
            )),
            Modal::Requires => {
                Some(("what is required", "leave it out: what is required is required of all"))
            }
        };
        if let Some((what, help)) = says {
            for only in all {
                let finding = error(MISPLACED_ONLY, format!("`only` has no meaning in {what}"), only)
                    .and(statement.modal.span, "said here")
                    .help(help);
                self.report(finding);
            }
            return;
        }
        self.check_only_any(statement);
        for phrase in &statement.phrases {
            let useless = matches!(
                phrase.kind,
                PhraseKind::Duties(_)
                    | PhraseKind::Basis(_)
                    | PhraseKind::Time(Time::Indefinitely | Time::Promptly)
            );
            if let Some(only) = phrase.only
                && useless
            {
                let finding = error(MISPLACED_ONLY, "`only` stands before a phrase that narrows nothing", only)
                    .and(phrase.span, "narrows nothing")
                    .help("put `only` before the actor, the data, or a phrase that says for whom, why, where or when");
                self.report(finding);
            }
            if let PhraseKind::Guard(GuardWord::Unless, condition) = &phrase.kind {
                let words = self.written(condition.span);
                let finding =
                    error(MISPLACED_ONLY, "`unless` behind an `only` can be read in two ways", phrase.span)
                        .and(first, "the `only`")
                        .note("it could lift the limit, or the permission")
                        .help(format!("to lift both, put it in front: `unless {words}, …`"))
                        .help(format!("to lift the permission alone, write `when not ({words})`"));
                self.report(finding);
            }
        }
    }

    /// An `only` before `any` limits nothing.
    fn check_only_any(&mut self, statement: &Statement) {
        let actor = statement.actor.as_ref().map(|set| (statement.only_actor, set));
        let phrases = statement.phrases.iter().filter_map(|p| set_of(&p.kind).map(|(_, set)| (p.only, set)));
        for (only, set) in actor.into_iter().chain([(statement.only_data, &statement.data)]).chain(phrases) {
            let any = set.except.is_empty() && set.include.iter().any(|r| r.kind == TermRefKind::Any);
            if let Some(only) = only
                && any
            {
                let finding = error(MISPLACED_ONLY, "`only` stands before `any`, and limits nothing", only)
                    .and(set.span, "everything")
                    .help("leave `only` out, or say what it is limited to");
                self.report(finding);
            }
        }
    }
}
