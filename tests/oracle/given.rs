//! What the judge takes from the compiler, and what it reads for itself.
//!
//! From the resolved policy come the statements one by one (verbs, conditions, limits, duties), the
//! places that they stand in, the terms with their kinds, and the numbers that cells have. The judge
//! reads for itself, off the text, what each phrase covers, which forms a permission holds for, and
//! who prevails over whom; and it compares its reading of phrases with the compiler's.

use crate::meaning::{ACTIONS, PHRASES, narrow, wide};
use caveat::flow::cells::CellSet;
use caveat::flow::dimension::Dimension;
use caveat::policy::{self, Action, Form, LimitSort, Modal, Policy};
use caveat::source::{Sources, Span};
use caveat::vocabulary::{Graph, ListMember, TermId};
use std::collections::HashMap;

/// A set of statements, of cells or of actions: a bit for each.
pub type Bits = u64;

/// The bits of a set, one by one.
pub fn bits(mut set: Bits) -> impl Iterator<Item = usize> + Clone {
    std::iter::from_fn(move || {
        let next = (set != 0).then(|| set.trailing_zeros() as usize)?;
        set &= set - 1;
        Some(next)
    })
}

pub fn bit(at: usize) -> Bits {
    1 << at
}

/// A phrase of a statement.
#[derive(Clone, Copy, Default, Debug)]
pub struct Phrase {
    /// The cells as written, or those of a phrase that is left out.
    pub cells: Bits,
    /// The cells for which a permission holds.
    pub granted: Bits,
    /// It is written, and it is not `any`.
    pub restricts: bool,
    pub written: bool,
    pub only: bool,
}

/// A statement.
pub struct Statement<'a> {
    /// As it was resolved.
    pub given: &'a policy::Statement,
    pub phrases: [Phrase; 10],
    /// The actions that its verbs cover: in grants, and in prohibitions.
    pub narrow: Bits,
    pub wide: Bits,
    pub duties: Bits,
    pub deadline: bool,
}

/// A policy, as the judge sees it.
pub struct Given<'a> {
    pub policy: &'a Policy,
    pub sources: &'a Sources,
    pub statements: Vec<Statement<'a>>,
    /// Who prevails over each statement.
    pub winners: Vec<Bits>,
    /// The statements that each label in a line of precedence covers, by line.
    pub lines: Vec<Line>,
    /// All cells of each dimension.
    pub universe: [Bits; 10],
}

/// A line of precedence, or the tail of a statement.
pub struct Line {
    pub span: Span,
    pub unit: usize,
    pub winners: Bits,
    pub losers: Bits,
    /// Whether only statements about flows stand on both sides.
    pub flows: bool,
}

/// Why a policy is not looked at.
#[derive(Debug)]
pub enum Unfit {
    TooLarge,
    /// The judge and the compiler read a phrase differently.
    Differs(String),
}

/// The compiler's cells as bits.
fn given_bits(cells: &CellSet) -> Bits {
    cells.ranges().iter().flat_map(|(from, to)| *from..*to).fold(0, |all, c| all | bit(c as usize))
}

impl<'a> Given<'a> {
    pub fn new(policy: &'a Policy, sources: &'a Sources) -> Result<Given<'a>, Unfit> {
        let largest = Dimension::ALL.into_iter().filter_map(|d| policy.universe.get(d).ranges().last());
        if policy.statements.len() > 32 || largest.map(|r| r.1).max() > Some(63) {
            return Err(Unfit::TooLarge);
        }
        let terms = Terms::new(policy);
        let universe = std::array::from_fn(|i| terms.universe(Dimension::ALL[i]));
        for (d, own) in Dimension::ALL.into_iter().zip(universe) {
            if own != given_bits(policy.universe.get(d)) {
                return Err(Unfit::Differs(format!("all of {d:?} is not {own:b}")));
            }
        }
        let mut statements = Vec::new();
        for given in &policy.statements {
            statements.push(statement(given, policy, sources, &terms, &universe)?);
        }
        let lines = lines(policy, sources);
        let winners = winners(&lines, statements.len());
        Ok(Given { policy, sources, statements, winners, lines, universe })
    }

    pub fn text(&self, s: usize) -> &'a str {
        self.sources.text(self.policy.statements[s].span)
    }
}

fn statement<'a>(
    given: &'a policy::Statement,
    policy: &Policy,
    sources: &Sources,
    terms: &Terms<'_>,
    universe: &[Bits; 10],
) -> Result<Statement<'a>, Unfit> {
    let mut phrases = [Phrase::default(); 10];
    for d in PHRASES {
        let found = given.phrases.get(d);
        let text = found.span.map(|span| sources.text(span)).filter(|_| given.right.is_none());
        let cells = match text {
            Some(text) => terms.read(d, text),
            // What a right permits is not written in phrases.
            None if found.span.is_some() || given.right.is_some() => given_bits(&found.cells),
            None => match d {
                Dimension::Form => 0b110,
                Dimension::Actor => policy.issuer.iter().fold(0, |all, t| all | terms.cells[t.0 as usize]),
                _ => universe[d as usize],
            },
        };
        if cells != given_bits(&found.cells) {
            let text = text.unwrap_or("left out");
            return Err(Unfit::Differs(format!("{d:?} `{text}`: {cells:b} and {:?}", found.cells)));
        }
        let granted = match (d, text) {
            (Dimension::Form, Some(text)) => less_identifiable(cells, text),
            _ => cells,
        };
        let any = text.is_some_and(|t| listed(t).0.contains(&"any") && !t.contains(" except "));
        let written = found.span.is_some();
        phrases[d as usize] =
            Phrase { cells, granted, restricts: written && !any, written, only: found.only.is_some() };
    }
    let verbs = |covers: fn(Action) -> Vec<Action>| {
        given.actions.iter().flat_map(|v| covers(*v)).fold(0, |all, a| all | bit(number(a) as usize))
    };
    Ok(Statement {
        given,
        phrases,
        narrow: verbs(narrow),
        wide: verbs(wide),
        duties: given.duties.iter().fold(0, |all, d| all | bit(*d)),
        deadline: given.modal == Modal::Must
            && given.limit.as_ref().is_some_and(|l| l.sort == LimitSort::Deadline),
    })
}

/// The cell of an action.
pub fn number(action: Action) -> u32 {
    ACTIONS.iter().position(|a| *a == action).unwrap() as u32 + 1
}

/// A permission whose `as` is written holds for every less identifiable form too; what it excepts
/// stays out.
fn less_identifiable(named: Bits, text: &str) -> Bits {
    let excepted = form_bits(&listed(text).1);
    let first = named.trailing_zeros() as usize;
    (first..5).fold(0, |all, form| all | bit(form)) & !excepted
}

fn form_bits(words: &[&str]) -> Bits {
    let forms = [
        ("identified", Form::Identified),
        ("pseudonymous", Form::Pseudonymous),
        ("aggregated", Form::Aggregated),
        ("anonymized", Form::Anonymized),
    ];
    words.iter().fold(0, |all, word| match forms.iter().position(|(name, _)| name == word) {
        Some(at) => all | bit(at + 1),
        None => all | 0b11110,
    })
}

/// A phrase's list, and what it excepts.
fn listed(text: &str) -> (Vec<&str>, Vec<&str>) {
    let words = text.trim();
    let list = match words.split_once(' ') {
        Some(("for" | "to" | "of" | "in" | "from" | "with" | "as", rest)) => rest,
        _ => words,
    };
    match list.split_once(" except ") {
        Some((all, except)) => (parts(all), parts(except)),
        None => (parts(list), Vec::new()),
    }
}

fn parts(list: &str) -> Vec<&str> {
    list.split(',').map(str::trim).collect()
}

/// The judge's own reading of the vocabulary: a term covers itself and all below it.
struct Terms<'a> {
    policy: &'a Policy,
    names: HashMap<&'a str, TermId>,
    cells: Vec<Bits>,
}

impl<'a> Terms<'a> {
    fn new(policy: &'a Policy) -> Terms<'a> {
        let vocabulary = &policy.vocabulary;
        let count = vocabulary.terms().count();
        let names = vocabulary.terms().map(|(id, t)| (t.name.as_str(), id)).collect();
        let mut terms = Terms { policy, names, cells: vec![0; count] };
        // Again and again, until nothing is added: lists may name lists.
        for _ in 0..=count {
            for (id, term) in vocabulary.terms() {
                let own = vocabulary.own(id).map_or(0, |c| bit(c as usize));
                let below = term.children.iter().fold(own, |all, c| all | terms.cells[c.0 as usize]);
                terms.cells[id.0 as usize] = match &term.list {
                    Some((include, except)) => {
                        terms.members(term.graph, include) & !terms.members(term.graph, except)
                    }
                    None => below,
                };
            }
        }
        terms
    }

    /// Everything in a graph: all own parts, the part that no term covers, and `the subject`.
    fn any(&self, graph: Graph) -> Bits {
        let vocabulary = &self.policy.vocabulary;
        let all = vocabulary.terms().filter(|(_, t)| t.graph == graph && t.list.is_none());
        let declared = all.filter_map(|(id, _)| vocabulary.own(id)).fold(0, |all, c| all | bit(c as usize));
        match graph {
            Graph::Channel => declared,
            Graph::Party => declared | self.other_any(graph) | bit(vocabulary.subject() as usize),
            _ => declared | self.other_any(graph),
        }
    }

    fn other_any(&self, graph: Graph) -> Bits {
        bit(self.policy.vocabulary.other_any(graph) as usize)
    }

    fn universe(&self, d: Dimension) -> Bits {
        match d {
            Dimension::Action => (1..=16).fold(0, |all, a| all | bit(a)),
            Dimension::Form => 0b11110,
            Dimension::Source => self.any(Graph::Party) | self.any(Graph::Channel),
            // Whom data is about is somebody of whom `the subject` would say nothing.
            Dimension::Subject => self.any(Graph::Party) & !bit(self.policy.vocabulary.subject() as usize),
            d => self.any(graph_of(d)),
        }
    }

    fn members(&self, graph: Graph, members: &[ListMember]) -> Bits {
        members.iter().fold(0, |all, member| {
            all | match member {
                ListMember::Term(t) => self.cells[t.0 as usize],
                ListMember::Other(t) => self.own(*t),
                ListMember::Any => self.any(graph),
                ListMember::OtherAny => self.other_any(graph),
                ListMember::Subject => bit(self.policy.vocabulary.subject() as usize),
            }
        })
    }

    /// A term's own part, which a list has not.
    fn own(&self, term: TermId) -> Bits {
        self.policy.vocabulary.own(term).map_or(0, |c| bit(c as usize))
    }

    /// The cells of a phrase.
    fn read(&self, d: Dimension, text: &str) -> Bits {
        let (all, except) = listed(text);
        if d == Dimension::Form {
            return form_bits(&all) & !form_bits(&except);
        }
        let of = |words: &[&str]| words.iter().fold(0, |all, word| all | self.word(d, word));
        of(&all) & !of(&except)
    }

    fn word(&self, d: Dimension, word: &str) -> Bits {
        let named = |name: &str| self.names.get(name.trim()).copied();
        match word.strip_prefix("other ") {
            _ if word == "any" => self.universe(d),
            _ if word == "the subject" => bit(self.policy.vocabulary.subject() as usize),
            Some(name) if name.trim() == "any" => self.other_any(graph_of(d)),
            Some(name) => named(name).map_or(0, |t| self.own(t)),
            None => named(word).map_or(0, |t| self.cells[t.0 as usize]),
        }
    }
}

fn graph_of(d: Dimension) -> Graph {
    match d {
        Dimension::Data | Dimension::With => Graph::Data,
        Dimension::Purpose => Graph::Purpose,
        Dimension::Place => Graph::Place,
        _ => Graph::Party,
    }
}

/// The lines of precedence and the tails, with the labels in them read off the text. `subject to L`
/// yields to the statements of L that do not themselves name L in a `subject to`, and never to itself.
fn lines(policy: &Policy, sources: &Sources) -> Vec<Line> {
    let subject_to: Vec<Vec<&str>> =
        policy.statements.iter().map(|s| tails(sources.text(s.span), ", subject to ")).collect();
    policy
        .precedence
        .iter()
        .map(|line| {
            let text = sources.text(line.span);
            let labels = |list: &str| -> Bits {
                list.split(',').fold(0, |all, label| all | covered(policy, label.trim(), line.unit))
            };
            let holder = |s: &policy::Statement| {
                s.span.source == line.span.source
                    && s.span.start <= line.span.start
                    && line.span.end <= s.span.end
            };
            // The statement whose tail it is; of a right, all that fulfils it.
            let own = policy.statements.iter().enumerate().filter(|(_, s)| holder(s));
            let own = own.fold(0, |all, (s, _)| all | bit(s));
            let (winners, losers) = match text.split_once(" prevails over ") {
                Some((winners, rest)) => {
                    let losers = rest.split_once(" because ").map_or(rest, |(l, _)| l).trim_end_matches(';');
                    (labels(winners), labels(losers))
                }
                None => {
                    // A right need not have a statement that fulfils it.
                    let statement = policy.statements.iter().find(|s| holder(s)).map(|s| s.span);
                    let right = policy.rights.iter().map(|r| r.span).find(|r| {
                        r.source == line.span.source && r.start <= line.span.start && line.span.end <= r.end
                    });
                    let around = statement.or(right).map(|span| sources.text(span));
                    let yields = around.is_some_and(|t| !tails(t, ", subject to ").is_empty());
                    let words = text.trim_start_matches([',', ' ']);
                    let words =
                        words.trim_start_matches("subject to ").trim_start_matches("notwithstanding ");
                    let label = |w: &str| -> Bits {
                        let also = |s: &usize| !subject_to[*s].contains(&w);
                        let stays = bits(covered(policy, w, line.unit)).filter(also);
                        stays.fold(0, |all, s| all | bit(s))
                    };
                    match yields {
                        true => (words.split(',').fold(0, |all, w| all | label(w.trim())) & !own, own),
                        false => (own, labels(words) & !own),
                    }
                }
            };
            // Duties and rights have no flows; a right's fulfilment has.
            let norm = |n: &policy::Norm| match n {
                policy::Norm::Statement(s) => policy.statements[*s].right.is_none(),
                _ => false,
            };
            let flows = line.winners.iter().chain(line.losers.iter()).all(norm);
            Line { span: line.span, unit: line.unit, winners, losers, flows }
        })
        .collect()
}

/// The labels behind a tail's words.
fn tails<'t>(text: &'t str, words: &str) -> Vec<&'t str> {
    let Some((_, rest)) = text.split_once(words) else { return Vec::new() };
    let rest = rest.split(", notwithstanding ").next().unwrap_or_default();
    rest.trim_end_matches(';').split(',').map(str::trim).collect()
}

/// The statements that a label covers, as the text of a folder sees it: its own label before that of
/// a policy that it extends.
fn covered(policy: &Policy, label: &str, unit: usize) -> Bits {
    let named = |from: usize| {
        let mut all = 0;
        for (s, statement) in policy.statements.iter().enumerate().filter(|(_, s)| s.unit == from) {
            let mut place = Some(statement.place);
            let mut inside = statement.own_label.as_deref() == Some(label);
            while let Some(at) = place {
                inside |= policy.places[at].label == label;
                place = policy.places[at].parent;
            }
            if inside {
                all |= bit(s);
            }
        }
        all
    };
    // A base has a higher number than what extends it.
    let last = policy.statements.iter().map(|s| s.unit).max().unwrap_or(0);
    (unit..=last).map(named).find(|found| *found != 0).unwrap_or(0)
}

/// Who prevails over each statement. A line of an extension replaces its base's opposite one.
fn winners(lines: &[Line], count: usize) -> Vec<Bits> {
    let nearest = |winner: usize, loser: usize| {
        let of = |l: &&Line| l.winners & bit(winner) != 0 && l.losers & bit(loser) != 0;
        lines.iter().filter(of).map(|l| l.unit).min()
    };
    let over = |winner: usize, loser: usize| {
        winner != loser
            && match (nearest(winner, loser), nearest(loser, winner)) {
                (Some(here), Some(there)) => here <= there,
                (here, _) => here.is_some(),
            }
    };
    (0..count).map(|loser| (0..count).filter(|w| over(*w, loser)).fold(0, |all, w| all | bit(w))).collect()
}
