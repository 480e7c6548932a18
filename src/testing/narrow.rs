//! A request narrowed until it gets a verdict: how an author says what a test has left open.
//!
//! Takes the words of a request, and the evaluator's reasons why it is undetermined; gives words that
//! the evaluator answers with the verdict that is wanted. Nothing is offered that was not asked.

use crate::bundle::Bundle;
use crate::bundle::dimension::Dimension;
use crate::bundle::format::{ClockState, Length, Variable};
use crate::decide::{Decision, Example, Settle, Verdict, decide, length_words};
use crate::diagnostic::Level;
use crate::question;
use crate::source::Sources;
use crate::syntax::parse_question;
use crate::syntax::tree::{ConditionKind, Expectation, Front, GuardWord, PhraseKind};

/// The most terms of a phrase, and the most constants of a clock, that are looked at.
const MOST: usize = 8;

/// What is narrowed.
pub(super) struct Request<'a> {
    pub bundle: &'a Bundle,
    /// What stands in front of the test.
    pub front: &'a [Front],
    /// The line.
    pub line: &'a Expectation,
    /// Its request, up to the first condition or time; and from there on.
    pub words: (String, String),
}

impl Request<'_> {
    /// The request with one thing said, or else all that an example says, so that it gets a verdict.
    pub fn narrowed(&self, decision: &Decision, wanted: Verdict) -> Option<String> {
        let mut tried = decision.settles.iter().flat_map(|settle| self.by_one(settle, wanted));
        let stands = |words: &String| self.stands(words, wanted);
        tried.find(stands).or_else(|| {
            let example = decision.examples.iter().find(|e| e.verdict == wanted)?;
            let phrases = self.phrases(decision, example);
            // What the line says of an event is enough, and before an event is the plainest time.
            let worlds = [(true, true), (false, true), (true, false), (false, false)]
                .map(|(before, new)| self.conditions(decision, example, before, new));
            let all = [&[][..], &phrases]
                .into_iter()
                .flat_map(|phrases| worlds.iter().map(move |world| self.with(phrases, world)));
            all.into_iter().find(stands)
        })
    }

    /// Whether the evaluator gives a verdict for these words.
    fn stands(&self, words: &str, wanted: Verdict) -> bool {
        let mut sources = Sources::default();
        let id = sources.add("question", words);
        let (statement, findings) = parse_question(&sources, id);
        if findings.iter().any(|f| f.level == Level::Error) {
            return false;
        }
        let asked = statement.and_then(|statement| question::of(self.bundle, self.front, &statement).ok());
        asked.is_some_and(|q| q.unlisted.is_none() && decide(self.bundle, &q.request).verdict == wanted)
    }

    /// The request with one fact, event or phrase said, in the ways that may do.
    fn by_one(&self, settle: &Settle, wanted: Verdict) -> Vec<String> {
        let (Settle::Fact { ways, .. } | Settle::Event { ways, .. } | Settle::Dimension { ways, .. }) =
            settle;
        let Some(way) = ways.iter().find(|way| way.verdict == wanted) else { return Vec::new() };
        match settle {
            Settle::Fact { name, .. } => vec![self.with(&[], &[fact(name, &way.of)])],
            Settle::Event { name, .. } => {
                self.moments(name).into_iter().map(|moment| self.with(&[], &[moment])).collect()
            }
            Settle::Dimension { dimension, .. } if way.of.len() <= MOST => {
                let phrase = self.phrase(*dimension, &way.of.join(", "));
                phrase.into_iter().map(|phrase| self.with(&[phrase], &[])).collect()
            }
            Settle::Dimension { .. } => Vec::new(),
        }
    }

    /// What can be said of an event: whether it has happened, and on which side of a constant one is.
    fn moments(&self, event: &str) -> Vec<String> {
        let Some(Variable::Clock { thresholds, .. }) = self.variable(event) else { return Vec::new() };
        let lengths = || thresholds.iter().take(MOST).filter(|l| **l != Length::default());
        let since =
            |sign: &'static str| lengths().map(move |l| format!("since({event}) {sign} {}", length(*l)));
        let (before, after) = (format!("before {event}"), format!("after {event}"));
        std::iter::once(before).chain(since("<=")).chain(since(">")).chain([after]).collect()
    }

    fn variable(&self, name: &str) -> Option<&Variable> {
        self.bundle.variables().get(self.bundle.variable(name)? as usize)
    }

    /// What an example says of the facts and events that are open; or, with `before`, that no event has
    /// happened. With `new`, of those alone that the line says nothing of.
    fn conditions(&self, decision: &Decision, example: &Example, before: bool, new: bool) -> Vec<String> {
        let values = self.bundle.variables().iter().zip(&example.cells.world);
        let word = |c: char| !(c.is_alphanumeric() || c == '_' || c == '-');
        let said: Vec<&str> = self.words.1.split(word).collect();
        let open = values.filter(|(variable, _)| {
            decision.open.contains(variable.name()) && !(new && said.contains(&variable.name().as_str()))
        });
        let said = open.map(|(variable, value)| match variable {
            Variable::Clock { event, .. } if before => format!("before {event}"),
            Variable::Fact { name, values, .. } => {
                fact(name, &values.get(*value as usize).cloned().into_iter().collect::<Vec<_>>())
            }
            Variable::Clock { event, thresholds, states, .. } => {
                let state = (*value as usize).checked_sub(1).and_then(|at| states.get(at));
                state.map_or_else(|| format!("before {event}"), |state| elapsed(event, thresholds, state))
            }
        });
        said.collect()
    }

    /// What an example says of the dimensions that are open, and that the line says nothing of.
    fn phrases(&self, decision: &Decision, example: &Example) -> Vec<String> {
        let open = Dimension::ALL.into_iter().filter(|d| decision.open.iter().any(|name| name == d.name()));
        open.filter_map(|d| self.phrase(d, example.flow.get(d.name())?)).collect()
    }

    /// A phrase of a dimension; none where the line has one already.
    fn phrase(&self, dimension: Dimension, terms: &str) -> Option<String> {
        let word = word(dimension)?;
        let said = self.line.question.phrases.iter().any(|p| spoken(&p.kind) == Some(dimension));
        (!said).then(|| format!("{word} {terms}"))
    }

    /// The request with further phrases and conditions.
    fn with(&self, phrases: &[String], conditions: &[String]) -> String {
        let (before, behind) = &self.words;
        let mut parts: Vec<String> = vec![before.clone()];
        parts.extend_from_slice(phrases);
        parts.push(behind.clone());
        if !conditions.is_empty() {
            let joined = if self.ends_in_when() { "and" } else { "when" };
            parts.push(format!("{joined} {}", conditions.join(" and ")));
        }
        parts.retain(|part| !part.is_empty());
        parts.join(" ")
    }

    /// Whether a further condition can be joined to the last phrase with `and`.
    fn ends_in_when(&self) -> bool {
        self.line.question.phrases.last().is_some_and(|phrase| match &phrase.kind {
            PhraseKind::Guard(GuardWord::When, condition) => !matches!(condition.kind, ConditionKind::Or(_)),
            _ => false,
        })
    }
}

/// That a fact has one of some values.
fn fact(name: &str, values: &[String]) -> String {
    match values {
        [one] if one == "true" => name.to_owned(),
        [one] if one == "false" => format!("not {name}"),
        [one] => format!("{name} is {one}"),
        several => format!("{name} is ({})", several.join(", ")),
    }
}

/// That a clock is in a state.
fn elapsed(event: &str, thresholds: &[Length], state: &ClockState) -> String {
    let with =
        |sign: i8| thresholds.iter().zip(&state.compare).filter(move |(_, c)| **c == sign).map(|(l, _)| *l);
    if let Some(at) = with(0).next() {
        return format!("since({event}) = {}", length(at));
    }
    let about = |l: &Length| u64::from(l.months) * 43_829 + l.minutes;
    let passed = with(1).max_by_key(about).filter(|l| *l != Length::default());
    let bounds = [(">", passed), ("<", with(-1).min_by_key(about))];
    let bounds: Vec<String> = bounds
        .into_iter()
        .filter_map(|(sign, bound)| Some(format!("since({event}) {sign} {}", length(bound?))))
        .collect();
    if bounds.is_empty() { format!("after {event}") } else { bounds.join(" and ") }
}

/// A length as a sum of the language.
fn length(length: Length) -> String {
    length_words(length).replace(" and ", " + ")
}

/// The word that begins the phrase of a dimension.
fn word(dimension: Dimension) -> Option<&'static str> {
    match dimension {
        Dimension::With => Some("with"),
        Dimension::Form => Some("as"),
        Dimension::Subject => Some("of"),
        Dimension::Source => Some("from"),
        Dimension::Recipient => Some("to"),
        Dimension::Purpose => Some("for"),
        Dimension::Place => Some("in"),
        Dimension::Actor | Dimension::Action | Dimension::Data => None,
    }
}

/// The dimension that a phrase speaks of.
fn spoken(phrase: &PhraseKind) -> Option<Dimension> {
    Some(match phrase {
        PhraseKind::With(_) => Dimension::With,
        PhraseKind::Of(_) => Dimension::Subject,
        PhraseKind::From(_) => Dimension::Source,
        PhraseKind::To(_) => Dimension::Recipient,
        PhraseKind::For(_) => Dimension::Purpose,
        PhraseKind::In(_) => Dimension::Place,
        PhraseKind::As { .. } => Dimension::Form,
        PhraseKind::Guard(..) | PhraseKind::Time(_) | PhraseKind::Duties(_) | PhraseKind::Basis(_) => {
            return None;
        }
    })
}
