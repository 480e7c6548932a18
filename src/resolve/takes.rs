//! Which phrases an action takes, and where `only` may stand.
//!
//! Checks: `phrase-not-taken`, `repeated-phrase`, `misplaced-only`.

use super::names::Kind;
use super::{Resolver, error};
use crate::diagnostic::Finding;
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::source::Span;
use crate::syntax::tree::{
    Action, GuardWord, Modal, Phrase, PhraseKind, Set, Spanned, Statement, TermRefKind, Time,
};

/// A phrase that the action does not take.
pub const PHRASE_NOT_TAKEN: &str = "phrase-not-taken";
/// A phrase that stands twice in one statement.
pub const REPEATED_PHRASE: &str = "repeated-phrase";
/// An `only` where it says nothing, or where it cannot be told what it says.
pub const MISPLACED_ONLY: &str = "misplaced-only";

/// The verbs that a verb covers, read widely.
fn wide(action: Action) -> &'static [Action] {
    use Action::*;
    match action {
        Use => &[Use, Combine, Profile, Derive, Aggregate, Anonymize, Pseudonymize],
        Share => &[Share, Disclose, Transfer, Sell, Rent, Publish],
        Collect => &[Collect],
        Combine => &[Combine],
        Profile => &[Profile],
        Derive => &[Derive],
        Aggregate => &[Aggregate],
        Anonymize => &[Anonymize],
        Pseudonymize => &[Pseudonymize],
        Disclose => &[Disclose],
        Transfer => &[Transfer],
        Sell => &[Sell],
        Rent => &[Rent],
        Publish => &[Publish],
        Retain => &[Retain],
        Erase => &[Erase],
    }
}

/// The cells of verbs, read widely.
pub(super) fn cells(actions: &[Spanned<Action>]) -> CellSet {
    CellSet::from_cells(actions.iter().flat_map(|a| wide(a.node)).map(|a| *a as u32 + 1))
}

/// Whether an action takes a dimension.
pub(super) fn takes(action: Action, dimension: Dimension) -> bool {
    match dimension {
        Dimension::Recipient => wide(Action::Share).contains(&action),
        Dimension::With => action == Action::Combine,
        _ => true,
    }
}

/// The word by which people know a phrase, which is the same for phrases that repeat one another.
fn word(phrase: &PhraseKind) -> Option<&'static str> {
    let word = match phrase {
        PhraseKind::With(_) => "with",
        PhraseKind::Of(_) => "of",
        PhraseKind::From(_) => "from",
        PhraseKind::To(_) => "to",
        PhraseKind::For(_) => "for",
        PhraseKind::In(_) => "in",
        PhraseKind::As { .. } => "as",
        PhraseKind::Guard(..) => return None, // several conditions of one statement are conjoined
        PhraseKind::Duties(_) => "with duty",
        PhraseKind::Basis(_) => "on basis",
        PhraseKind::Time(time) => match time {
            Time::For(..) => "for, with a time",
            Time::Within(_) => "within",
            Time::Until(_) => "until",
            Time::After(_) => "after",
            Time::Before(_) => "before",
            Time::Indefinitely => "indefinitely",
            Time::Promptly => "promptly",
        },
    };
    Some(word)
}

impl<'a> Resolver<'a> {
    /// Reports each phrase that stands there a second time.
    pub(super) fn check_repeated(&mut self, phrases: &[Phrase]) {
        let mut seen: Vec<(&str, Span)> = Vec::new();
        for phrase in phrases {
            let Some(word) = word(&phrase.kind) else { continue };
            match seen.iter().find(|(w, _)| *w == word) {
                Some(&(_, first)) => {
                    let finding =
                        error(REPEATED_PHRASE, format!("`{}` stands twice", quoted(word)), phrase.span)
                            .at("a phrase stands once in a statement")
                            .and(first, "first written here")
                            .help("put both in one list, or write two statements");
                    self.report(finding);
                }
                None => seen.push((word, phrase.span)),
            }
        }
    }

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
                    Some(Kind::Party | Kind::Parties | Kind::People)
                        if takes(verb.node, Dimension::Recipient) =>
                    {
                        format!("did you mean `to {words}`?")
                    }
                    Some(Kind::Data) | None => {
                        format!("only `combine` takes it: write `combine … with {words}`")
                    }
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
}

/// The word alone, of a phrase that is known by more.
fn quoted(word: &str) -> &str {
    word.split(',').next().unwrap_or(word)
}
