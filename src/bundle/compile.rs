//! A laid-out policy to the content of a bundle.
//!
//! Takes an [`Analysis`]; gives [`Content`]. Sets, conditions and variables are numbered in the
//! order in which statements need them, so the same policy gives the same content. Writes nothing:
//! canonical form and envelope are for the caller.

use crate::bundle::Extra;
use crate::bundle::format::{self, Condition, Content, Length, PartyKind, Ranges};
use crate::flow::boxes::FlowBox;
use crate::flow::cells::CellSet;
use crate::flow::dimension::Dimension;
use crate::flow::expression::Expression;
use crate::flow::world::{Variable, World};
use crate::policy::analysis::Analysis;
use crate::policy::rules::Effect;
use crate::policy::{Acceptance, Accepted, Citation, LimitSort, Modal, Moment, Norm, Phrase, Policy};
use crate::source::{SourceId, Span};
use crate::vocabulary::{Graph, Sort, Term, TermId};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// Compiles a policy.
pub fn content(analysis: &Analysis<'_>) -> Content {
    let policy = analysis.policy;
    let mut writer = frame(analysis);
    for statement in 0..policy.statements.len() {
        let compiled = writer.statement(statement);
        writer.content.statements.extend(compiled);
    }
    writer.content.precedence =
        analysis.precedence().into_iter().map(|(winner, loser)| (winner as u32, loser as u32)).collect();
    for number in 0..policy.duties.len() {
        let compiled = writer.duty(number);
        writer.content.duties.extend(compiled);
    }
    for number in 0..policy.rights.len() {
        let compiled = writer.right(number);
        writer.content.rights.extend(compiled);
    }
    writer.content.promises = promises(analysis);
    writer.content.acceptances = acceptances(policy);
    writer.content
}

/// Compiles the words of a policy and nothing that it says: enough to make requests with.
pub fn words(analysis: &Analysis<'_>) -> Content {
    frame(analysis).content
}

fn frame<'a>(analysis: &'a Analysis<'_>) -> Writer<'a> {
    let policy = analysis.policy;
    let mut writer = Writer {
        analysis,
        sets: FxHashMap::default(),
        conditions: FxHashMap::default(),
        content: Content::default(),
    };
    writer.content.policy = header(analysis);
    writer.content.vocabulary = vocabulary(policy);
    writer.content.variables = variables(analysis);
    writer.content.verbs = verbs(policy);
    let impossible: Vec<Expression> = policy.never.iter().map(|n| n.condition.clone()).collect();
    if !impossible.is_empty() {
        writer.content.impossible = Some(writer.condition(&Expression::Any(impossible)));
    }
    writer
}

fn header(analysis: &Analysis<'_>) -> format::Policy {
    let policy = analysis.policy;
    let root = folder(analysis, policy.span.source);
    let mut sources: Vec<format::SourceDigest> = analysis
        .sources
        .iter()
        .filter(|(id, _)| !policy.test_files.contains(id))
        .map(|(_, source)| format::SourceDigest {
            name: relative(&source.name, &root),
            sha256: hexadecimal(&Sha256::digest(source.text.as_bytes())),
            extra: Extra::default(),
        })
        .collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    format::Policy {
        name: policy.label.clone(),
        title: policy.title.clone(),
        issuer: policy.issuer.iter().map(|t| name(policy, *t)).collect(),
        revised: policy.revised.first().map(|r| r.date.to_string()),
        documents: policy
            .documents
            .iter()
            .map(|d| format::Document {
                label: d.label.clone(),
                path: d.path.clone(),
                extra: Extra::default(),
            })
            .collect(),
        sources,
        extra: Extra::default(),
    }
}

fn name(policy: &Policy, term: TermId) -> String {
    policy.vocabulary.term(term).map_or_else(String::new, |t| t.name.clone())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// The folder of a source, as its name writes it.
fn folder(analysis: &Analysis<'_>, source: SourceId) -> String {
    let name = analysis.sources.get(source).map_or("", |s| s.name.as_str());
    name.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

/// A path as seen from a folder, so that a bundle does not tell where it was built.
fn relative(path: &str, folder: &str) -> String {
    let parts = |p: &str| -> Vec<String> {
        p.split('/').filter(|s| !s.is_empty() && *s != ".").map(str::to_owned).collect()
    };
    let (path, folder) = (parts(path), parts(folder));
    let shared = path.iter().zip(&folder).take_while(|(a, b)| a == b).count();
    let up = folder.iter().skip(shared).map(|_| "..".to_owned());
    up.chain(path.into_iter().skip(shared)).collect::<Vec<_>>().join("/")
}

/// Where something is written: `file:line`, as seen from the policy's folder.
fn place(analysis: &Analysis<'_>, span: Span) -> String {
    let root = folder(analysis, analysis.policy.span.source);
    analysis.sources.get(span.source).map_or_else(String::new, |source| {
        format!("{}:{}", relative(&source.name, &root), source.position(span.start as usize).line)
    })
}

fn vocabulary(policy: &Policy) -> format::Vocabulary {
    let terms = |graphs: &[Graph]| -> Vec<format::Term> {
        let of_graph = policy.vocabulary.terms().filter(|(_, t)| graphs.contains(&t.graph));
        let mut terms: Vec<format::Term> = of_graph
            .map(|(id, term)| format::Term {
                name: term.name.clone(),
                own: policy.vocabulary.own(id),
                cells: ranges(policy.vocabulary.cells(id)),
                description: term.description.clone(),
                same_as: term.same.clone(),
                kind: kind(term),
                bound_by: term.bound.clone(),
                open_because: term.open.clone(),
                extra: Extra::default(),
            })
            .collect();
        terms.sort_by(|a, b| a.name.cmp(&b.name));
        terms
    };
    let graph = |graph: Graph| format::Graph {
        terms: terms(&[graph]),
        any: ranges(&policy.vocabulary.any(graph)),
        other_any: policy.vocabulary.other_any(graph),
        subject: None,
        channels: Vec::new(),
        extra: Extra::default(),
    };
    let mut parties = graph(Graph::Party);
    parties.terms = terms(&[Graph::Party, Graph::Channel]);
    parties.subject = Some(policy.vocabulary.subject());
    parties.channels = ranges(policy.vocabulary.channels());
    format::Vocabulary {
        data: graph(Graph::Data),
        parties,
        purposes: graph(Graph::Purpose),
        places: graph(Graph::Place),
    }
}

fn kind(term: &Term) -> Option<PartyKind> {
    match (term.graph, term.sort) {
        (Graph::Channel, _) => Some(PartyKind::Channel),
        (_, Sort::People) => Some(PartyKind::People),
        (_, Sort::Party) => Some(PartyKind::Party),
        (_, Sort::Parties) => Some(PartyKind::Parties),
        (_, Sort::Plain) => None,
    }
}

fn verbs(policy: &Policy) -> Vec<format::Verb> {
    let verb = |v: &crate::policy::DutyVerb| format::Verb {
        name: v.name.clone(),
        parameter: v.parameter.clone(),
        description: v.description.clone(),
        extra: Extra::default(),
    };
    policy.duty_verbs.iter().map(verb).collect()
}

/// The phrases that a duty or a right has of its own.
fn phrases(phrases: &[(Dimension, Phrase)]) -> BTreeMap<crate::bundle::Dimension, Ranges> {
    let numbered = phrases.iter().filter_map(|(dimension, phrase)| {
        let dimension = crate::bundle::Dimension::ALL.get(*dimension as usize)?;
        Some((*dimension, ranges(&phrase.cells)))
    });
    numbered.collect()
}

fn ranges(set: &CellSet) -> Ranges {
    set.ranges().to_vec()
}

fn variables(analysis: &Analysis<'_>) -> Vec<format::Variable> {
    let policy = analysis.policy;
    let variable = |v: &Variable| match v {
        Variable::Fact(number, _) => {
            let fact = policy.facts.get(*number as usize)?;
            Some(format::Variable::Fact {
                name: fact.name.clone(),
                values: fact.values.clone(),
                default: fact.default,
                description: fact.description.clone(),
                same_as: fact.same.clone(),
                extra: Extra::default(),
            })
        }
        Variable::Clock(number, clock) => {
            let event = policy.events.get(*number as usize)?;
            Some(format::Variable::Clock {
                event: event.name.clone(),
                thresholds: clock
                    .thresholds
                    .iter()
                    .map(|t| Length { months: t.months, minutes: t.minutes })
                    .collect(),
                states: clock
                    .states
                    .iter()
                    .map(|s| format::ClockState {
                        compare: s.compare.clone(),
                        example: (s.start.to_string(), u64::try_from(s.elapsed).unwrap_or(0)),
                    })
                    .collect(),
                description: event.description.clone(),
                extra: Extra::default(),
            })
        }
    };
    analysis.space.worlds.variables().iter().filter_map(variable).collect()
}

fn promises(analysis: &Analysis<'_>) -> Vec<format::Promise> {
    let policy = analysis.policy;
    let promise = |p: &crate::policy::Promise| format::Promise {
        label: policy.places.get(p.place).map_or_else(String::new, |x| x.label.to_string()),
        text: p.text.clone(),
        place: place(analysis, p.span),
        by: p.by.map(|(term, _)| name(policy, term)),
        citations: citations(policy, p.place, &p.cites),
        extra: Extra::default(),
    };
    policy.promises.iter().map(promise).collect()
}

/// One entry for each pair of names: an acceptance of several says the same of each.
fn acceptances(policy: &Policy) -> Vec<format::Acceptance> {
    let acceptance = |a: &Acceptance, of: &Accepted, with: Option<&Accepted>| format::Acceptance {
        kind: a.kind.clone(),
        of: of.name.clone(),
        with: with.map(|w| w.name.clone()),
        because: a.because.clone(),
        until: a.until.to_string(),
        extra: Extra::default(),
    };
    let mut out = Vec::new();
    for a in &policy.acceptances {
        for of in &a.of {
            match a.with.as_slice() {
                [] => out.push(acceptance(a, of, None)),
                with => out.extend(with.iter().map(|w| acceptance(a, of, Some(w)))),
            }
        }
    }
    out
}

/// What a norm rests on: its own citations, else those of the nearest place around it that has any.
fn citations(policy: &Policy, place: usize, own: &[Citation]) -> Vec<format::Citation> {
    let mut cites = own;
    let mut at = Some(place);
    while cites.is_empty()
        && let Some(place) = at.and_then(|i| policy.places.get(i))
    {
        cites = &place.cites;
        at = place.parent;
    }
    let citation = |c: &Citation| format::Citation {
        document: c.document.clone(),
        heading: c.heading.as_deref().map(str::to_owned),
        fragment: c.fragment.clone(),
        extra: Extra::default(),
    };
    cites.iter().map(citation).collect()
}

struct Writer<'a> {
    analysis: &'a Analysis<'a>,
    sets: FxHashMap<CellSet, u32>,
    conditions: FxHashMap<Condition, u32>,
    content: Content,
}

impl Writer<'_> {
    fn set(&mut self, set: &CellSet) -> u32 {
        if let Some(known) = self.sets.get(set) {
            return *known;
        }
        let number = self.content.sets.len() as u32;
        self.content.sets.push(ranges(set));
        self.sets.insert(set.clone(), number);
        number
    }

    fn intern(&mut self, condition: Condition) -> u32 {
        if let Some(known) = self.conditions.get(&condition) {
            return *known;
        }
        let number = self.content.conditions.len() as u32;
        self.content.conditions.push(condition.clone());
        self.conditions.insert(condition, number);
        number
    }

    /// The number of a condition; its parts have lower ones.
    fn condition(&mut self, expression: &Expression) -> u32 {
        let worlds = &self.analysis.space.worlds;
        let condition = match expression {
            Expression::All(parts) => Condition::All(parts.iter().map(|p| self.condition(p)).collect()),
            Expression::Any(parts) => Condition::Any(parts.iter().map(|p| self.condition(p)).collect()),
            Expression::Not(inner) => Condition::Not(self.condition(inner)),
            Expression::Fact(fact, values) => match worlds.fact(*fact) {
                Some(v) => Condition::In(v, ranges(&CellSet::from_cells(values.iter().copied()))),
                None => Condition::Any(Vec::new()),
            },
            Expression::Happened(event) => match clock(worlds.variables(), worlds.clock(*event)) {
                Some((v, clock)) => Condition::In(v, vec![(1, clock.size())]),
                None => Condition::Any(Vec::new()),
            },
            Expression::Since(event, comparison, length) => {
                match clock(worlds.variables(), worlds.clock(*event)) {
                    Some((v, clock)) => {
                        Condition::In(v, ranges(&CellSet::from_cells(clock.values(*comparison, *length))))
                    }
                    None => Condition::Any(Vec::new()),
                }
            }
        };
        self.intern(condition)
    }

    fn when(&mut self, expression: &Expression) -> Option<u32> {
        let always = self.analysis.space.worlds.holds(expression) == World::ALL;
        (!always).then(|| self.condition(expression))
    }

    fn flow_box(&mut self, one: &FlowBox) -> format::FlowBox {
        let sets = Dimension::ALL.map(|d| self.set(one.cells.get(d)));
        let mut flow_box = format::FlowBox::new(sets, None);
        if one.world != World::ALL
            && let Some(expression) = self.analysis.expression_of(one.world)
        {
            flow_box.when = Some(self.condition(expression));
        }
        flow_box
    }

    fn statement(&mut self, number: usize) -> Option<format::Statement> {
        let policy = self.analysis.policy;
        let statement = policy.statements.get(number)?;
        let rules = self.analysis.rules_of(number).filter_map(|r| self.analysis.rules.get(r));
        let rules: Vec<format::Rule> = rules
            .map(|rule| format::Rule {
                effect: match rule.effect {
                    Effect::Permit => format::Effect::Permit,
                    Effect::Prohibit => format::Effect::Prohibit,
                    Effect::Silent => format::Effect::Silent,
                },
                boxes: rule.boxes.iter().map(|b| self.flow_box(b)).collect(),
            })
            .collect();
        let verb = |i: &usize| policy.duty_verbs.get(*i).map(|v| v.name.clone());
        let mut duties: Vec<String> = statement.duties.iter().filter_map(verb).collect();
        duties.sort_unstable();
        duties.dedup();
        Some(format::Statement {
            label: policy.label_of(Norm::Statement(number)).to_owned(),
            text: self.text(statement.span),
            place: place(self.analysis, statement.span),
            citations: citations(policy, statement.place, &[]),
            rules,
            duties,
            obliges: statement.modal == Modal::Must,
            limit: statement.limit.as_ref().map(|limit| {
                let moment = self.moment(&limit.moment);
                match limit.sort {
                    LimitSort::Deadline => format::Limit::Deadline(moment),
                    LimitSort::Minimum if limit.open_start => format::Limit::Until(moment),
                    LimitSort::Minimum => format::Limit::Minimum(moment),
                }
            }),
            basis: statement.basis.to_vec(),
            extra: Extra::default(),
        })
    }

    fn duty(&mut self, number: usize) -> Option<format::Duty> {
        let policy = self.analysis.policy;
        let duty = policy.duties.get(number)?;
        let event = |e: &u32| policy.events.get(*e as usize).map(|e| e.name.clone());
        Some(format::Duty {
            label: policy.label_of(Norm::Duty(number)).to_owned(),
            text: self.text(duty.span),
            place: place(self.analysis, duty.span),
            on: duty.on.iter().filter_map(event).collect(),
            verb: policy.duty_verbs.get(duty.verb).map_or_else(String::new, |v| v.name.clone()),
            actor: ranges(&duty.actor.cells),
            whom: duty.whom.as_ref().map(|p| ranges(&p.cells)),
            phrases: phrases(&duty.phrases),
            when: self.when(&duty.when),
            within: duty.within.as_ref().map(|(moment, _)| self.moment(moment)),
            citations: citations(policy, duty.place, &[]),
            extra: Extra::default(),
        })
    }

    fn right(&mut self, number: usize) -> Option<format::Right> {
        let policy = self.analysis.policy;
        let right = policy.rights.get(number)?;
        let event = |e: &u32| policy.events.get(*e as usize).map(|e| e.name.clone());
        let word = |n: &crate::policy::RightName| {
            crate::policy::RightName::ALL.iter().find(|(x, _)| x == n).map(|(_, w)| (*w).to_owned())
        };
        let variable = |(fact, value): &(u32, u32)| Some((self.analysis.space.worlds.fact(*fact)?, *value));
        Some(format::Right {
            label: policy.label_of(Norm::Right(number)).to_owned(),
            text: self.text(right.span),
            place: place(self.analysis, right.span),
            names: right.names.iter().filter_map(word).collect(),
            holder: ranges(&right.holder.cells),
            over: ranges(&right.over.cells),
            phrases: phrases(&right.phrases),
            sets: right.sets.iter().filter_map(variable).collect(),
            when: self.when(&right.when),
            within: right.within.map(|(l, _)| Length { months: l.months, minutes: l.minutes }),
            only_through: right.only_through.is_some(),
            through: right.through.iter().map(|(t, _)| t.clone()).collect(),
            starts: right.starts.iter().filter_map(event).collect(),
            fulfilment: right.fulfilment.iter().map(|s| *s as u32).collect(),
            citations: citations(policy, right.place, &[]),
            extra: Extra::default(),
        })
    }

    /// A text on one line.
    fn text(&self, span: Span) -> String {
        self.analysis.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn moment(&self, moment: &Moment) -> format::Moment {
        let all = |parts: &[Moment]| parts.iter().map(|p| self.moment(p)).collect();
        match moment {
            Moment::After(event, length) => format::Moment::After(
                self.analysis.space.worlds.clock(*event).unwrap_or(u32::MAX),
                Length { months: length.months, minutes: length.minutes },
            ),
            Moment::Later(parts) => format::Moment::Later(all(parts)),
            Moment::Earlier(parts) => format::Moment::Earlier(all(parts)),
        }
    }
}

fn clock(variables: &[Variable], number: Option<u32>) -> Option<(u32, &crate::flow::clock::Clock)> {
    let number = number?;
    match variables.get(number as usize)? {
        Variable::Clock(_, clock) => Some((number, clock)),
        Variable::Fact(..) => None,
    }
}
