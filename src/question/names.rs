//! Names in a question: what a bundle's vocabulary makes of them.

use super::{Reader, error};
use crate::bundle::format::{Ranges, Variable};
use crate::bundle::{Bundle, Dimension, ranges};
use crate::decide::Verdict;
use crate::diagnostic::Finding;
use crate::syntax::tree::{Name, TermRef, TermRefKind};

/// Words for the issuer.
const PRONOUNS: [&str; 3] = ["we", "us", "i"];

/// What a name stands for in a bundle.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Data,
    Party,
    Channel,
    Purpose,
    Place,
    Fact,
    Event,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Kind::Data => "data",
            Kind::Party => "a party",
            Kind::Channel => "a channel",
            Kind::Purpose => "a purpose",
            Kind::Place => "a place",
            Kind::Fact => "a fact",
            Kind::Event => "an event",
        }
    }

    /// What may stand in a dimension, beside what this is.
    fn wanted(dimension: Dimension) -> Kind {
        match dimension {
            Dimension::Data | Dimension::With | Dimension::Action | Dimension::Form => Kind::Data,
            Dimension::Actor | Dimension::Subject | Dimension::Source | Dimension::Recipient => Kind::Party,
            Dimension::Purpose => Kind::Purpose,
            Dimension::Place => Kind::Place,
        }
    }
}

impl Reader<'_> {
    /// The cells of several terms together.
    pub(super) fn union(&mut self, dimension: Dimension, terms: &[TermRef]) -> Ranges {
        ranges::union(terms.iter().flat_map(|term| self.cells(dimension, term)).collect())
    }

    fn cells(&mut self, dimension: Dimension, term: &TermRef) -> Ranges {
        let Some(graph) = self.bundle.graph(dimension) else { return Vec::new() };
        let own = |cell: u32| vec![(cell, cell + 1)];
        match &term.kind {
            TermRefKind::Any => any(self.bundle, dimension),
            TermRefKind::OtherAny => own(graph.other_any),
            TermRefKind::Subject => {
                let acts = matches!(dimension, Dimension::Actor | Dimension::Source | Dimension::Recipient);
                if let Some(cell) = graph.subject.filter(|_| acts) {
                    return own(cell);
                }
                let message = format!("`the subject` is no {} of a flow", dimension.name());
                self.findings.push(error("wrong-kind", message, term.span));
                Vec::new()
            }
            TermRefKind::Named(name) => self.named(dimension, name).map_or_else(Vec::new, |t| t.cells),
            TermRefKind::Other(name) => match self.named(dimension, name) {
                Some(Found { own: Some(cell), .. }) => own(cell),
                Some(_) => {
                    let message = format!("`{}` is a name for a list and has no part of its own", name.node);
                    self.findings.push(error("empty-set", message, term.span).help("name one of the list"));
                    Vec::new()
                }
                None => Vec::new(),
            },
        }
    }

    fn named(&mut self, dimension: Dimension, name: &Name) -> Option<Found> {
        let found =
            self.bundle.term(dimension, &name.node).map(|t| Found { cells: t.cells.clone(), own: t.own });
        let kind = kind_of(self.bundle, &name.node);
        let wanted = Kind::wanted(dimension);
        let fits = kind == Some(wanted) || (kind == Some(Kind::Channel) && dimension == Dimension::Source);
        if fits {
            return found;
        }
        match kind {
            Some(kind) => {
                let message = format!("`{}` is {}, not {}", name.node, kind.words(), wanted.words());
                let help = match kind {
                    Kind::Purpose => "purposes stand after `for`",
                    Kind::Place => "places stand after `in`",
                    Kind::Channel => "channels stand after `from`",
                    Kind::Data => "data stands after the action",
                    Kind::Fact | Kind::Event => "facts and events stand in a condition, after `when`",
                    Kind::Party => "parties act, give after `from` and receive after `to`",
                };
                self.findings.push(error("wrong-kind", message, name.span).help(help));
            }
            None if dimension == Dimension::Recipient => {
                let near = self.near(&name.node, |k| k == Kind::Party);
                self.meant = self.meant.take().or(near);
                self.unlisted.push((name.node.to_string(), name.span));
            }
            None => self.undeclared(name, wanted),
        }
        None
    }

    /// The number of a fact, with its values.
    pub(super) fn fact(&mut self, name: &Name) -> Option<(u32, Vec<String>)> {
        self.variable(name, Kind::Fact).and_then(|(number, variable)| match variable {
            Variable::Fact { values, .. } => Some((number, values)),
            Variable::Clock { .. } => None,
        })
    }

    /// The number of an event's clock.
    pub(super) fn event(&mut self, name: &Name) -> Option<u32> {
        self.variable(name, Kind::Event).map(|(number, _)| number)
    }

    fn variable(&mut self, name: &Name, wanted: Kind) -> Option<(u32, Variable)> {
        let kind = kind_of(self.bundle, &name.node);
        if kind == Some(wanted) {
            let number = self.bundle.variable(&name.node)?;
            return Some((number, self.bundle.variables().get(number as usize)?.clone()));
        }
        match kind {
            Some(kind) => {
                let message = format!("`{}` is {}, not {}", name.node, kind.words(), wanted.words());
                let mut finding = error("wrong-kind", message, name.span);
                if kind == Kind::Event {
                    finding = finding.help(format!("say `after {0}` or `since({0}) > 30 days`", name.node));
                }
                self.findings.push(finding);
            }
            None => self.undeclared(name, wanted),
        }
        None
    }

    fn undeclared(&mut self, name: &Name, wanted: Kind) {
        let message = format!("the policy declares no `{}`", name.node);
        let finding = error("undeclared", message, name.span).at(format!("{} belongs here", wanted.words()));
        if Verdict::ALL.iter().any(|verdict| verdict.name() == name.node) {
            self.findings.push(finding.help("leave it out: the answer says what it is"));
            return;
        }
        if wanted == Kind::Party && PRONOUNS.contains(&name.node.to_lowercase().as_str()) {
            self.findings.push(finding.help("leave it out: where no actor is named, the issuer acts"));
            return;
        }
        let near = self.near(&name.node, |k| k == wanted);
        self.findings.push(with_near(finding, near));
    }

    fn near(&self, name: &str, fits: impl Fn(Kind) -> bool) -> Option<String> {
        let all = names(self.bundle).filter(|(_, kind)| fits(*kind)).map(|(name, _)| name);
        nearest(name, all).map(str::to_owned)
    }
}

/// What the cells of a term are.
struct Found {
    cells: Ranges,
    own: Option<u32>,
}

/// A finding with the name that was probably meant.
pub(super) fn with_near(finding: Finding, near: Option<String>) -> Finding {
    match near {
        Some(near) => finding.help(format!("did you mean `{near}`?")),
        None => finding,
    }
}

/// The name that is a slip or two away.
pub fn nearest<'n>(name: &str, among: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let wanted = name.to_lowercase();
    let limit = (wanted.chars().count() / 3).clamp(1, 3);
    among
        .map(|other| (strsim::damerau_levenshtein(&wanted, &other.to_lowercase()), other))
        .filter(|(distance, other)| *distance == 0 || (*distance <= limit && other.len() > 2))
        .min()
        .map(|(_, other)| other)
}

fn names(bundle: &Bundle) -> impl Iterator<Item = (&str, Kind)> {
    let vocabulary = bundle.vocabulary();
    let plain = [
        (&vocabulary.data, Kind::Data),
        (&vocabulary.purposes, Kind::Purpose),
        (&vocabulary.places, Kind::Place),
    ];
    let plain =
        plain.into_iter().flat_map(|(graph, kind)| graph.terms.iter().map(move |t| (t.name.as_str(), kind)));
    let parties = vocabulary.parties.terms.iter().map(|t| {
        let channel = ranges::meets(&t.cells, &vocabulary.parties.channels);
        (t.name.as_str(), if channel { Kind::Channel } else { Kind::Party })
    });
    let variables = bundle.variables().iter().map(|v| match v {
        Variable::Fact { name, .. } => (name.as_str(), Kind::Fact),
        Variable::Clock { event, .. } => (event.as_str(), Kind::Event),
    });
    plain.chain(parties).chain(variables)
}

fn kind_of(bundle: &Bundle, name: &str) -> Option<Kind> {
    names(bundle).find(|(n, _)| *n == name).map(|(_, kind)| kind)
}

/// Everything that can stand in a dimension.
fn any(bundle: &Bundle, dimension: Dimension) -> Ranges {
    let Some(graph) = bundle.graph(dimension) else { return Vec::new() };
    match dimension {
        Dimension::Source => ranges::union(graph.any.iter().chain(&graph.channels).copied().collect()),
        Dimension::Subject => {
            let subject = graph.subject.map(|cell| (cell, cell + 1));
            ranges::difference(&graph.any, subject.as_slice())
        }
        _ => graph.any.clone(),
    }
}
