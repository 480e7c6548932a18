//! Requests: names, facts and times to a set of flows in the cells of one bundle.
//!
//! | left out | stands for |
//! |---|---|
//! | actor | the policy's issuer |
//! | form | identified and pseudonymous |
//! | recipient, of the `share` family | any |
//! | `with`, of `combine` | any; where only `use` was named, the request's own data |
//! | subject, source, purpose, place | any |
//! | a fact | its default, else unknown |
//! | an event | unknown |
//!
//! Verbs read as in a grant: `use` with its family, `share` with `disclose` and `transfer` and
//! without `sell`, `rent` and `publish`. Nothing is decided here.

use super::clock::{self, EventState};
use super::error::RequestError;
use super::request::Request;
use super::world::When;
use crate::bundle::dimension::{ACTIONS, COMBINE, DIMENSIONS, Dimension, FORMS, NONE, SHARE_FAMILY};
use crate::bundle::format::{Ranges, Variable};
use crate::bundle::{Bundle, ranges};

/// How deep a request's own condition may be nested.
const MAX_DEPTH: usize = 256;

/// The value of a fact.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value<'n> {
    /// Of a boolean.
    Is(bool),
    /// By name.
    Named(&'n str),
}

impl From<bool> for Value<'_> {
    fn from(value: bool) -> Self {
        Value::Is(value)
    }
}

impl<'n> From<&'n str> for Value<'n> {
    fn from(value: &'n str) -> Self {
        Value::Named(value)
    }
}

/// Makes a request. What is said twice of a dimension adds up; of a fact, the last counts.
#[derive(Clone, Debug)]
pub struct Builder<'b> {
    bundle: &'b Bundle,
    phrases: [Option<Vec<(u32, u32)>>; DIMENSIONS],
    raw: [bool; DIMENSIONS],
    combines: bool,
    values: Vec<Ranges>,
    when: Vec<When>,
    unlisted: Option<String>,
    error: Option<RequestError>,
}

impl Request {
    /// Begins a request to a bundle.
    pub fn builder(bundle: &Bundle) -> Builder<'_> {
        let unknown = |variable: &Variable| match variable {
            Variable::Fact { default: Some(value), .. } => vec![(*value, value + 1)],
            _ => vec![(0, variable.values())],
        };
        Builder {
            bundle,
            phrases: Default::default(),
            raw: [false; DIMENSIONS],
            combines: false,
            values: bundle.content().variables.iter().map(unknown).collect(),
            when: Vec::new(),
            unlisted: None,
            error: None,
        }
    }
}

impl<'b> Builder<'b> {
    /// What is done.
    pub fn action(self, name: &str) -> Self {
        self.term(Dimension::Action, name)
    }

    /// The category of data.
    pub fn data(self, name: &str) -> Self {
        self.term(Dimension::Data, name)
    }

    /// Whom it goes to. A name that the bundle does not know at all makes the verdict
    /// [`UnlistedThirdParty`](super::Verdict::UnlistedThirdParty), not an error.
    pub fn recipient(self, name: &str) -> Self {
        self.term(Dimension::Recipient, name)
    }

    /// Why.
    pub fn purpose(self, name: &str) -> Self {
        self.term(Dimension::Purpose, name)
    }

    /// A term of a dimension: its name, `other T` for its own part, `any`, or `the subject`.
    pub fn term(mut self, dimension: Dimension, name: &str) -> Self {
        match self.resolve(dimension, name) {
            Ok(cells) => self.add(dimension, cells),
            // A purpose, or nothing at all, is a slip of the program; anybody else is unlisted.
            Err(RequestError::UnknownTerm { dimension: Dimension::Recipient, name })
                if name.is_empty() || self.is_another_kind(&name) =>
            {
                self.fail(RequestError::WrongKind { dimension: Dimension::Recipient, name });
            }
            Err(RequestError::UnknownTerm { dimension: Dimension::Recipient, name }) => {
                self.unlisted.get_or_insert(name);
                self.add(Dimension::Recipient, Vec::new());
            }
            Err(error) => self.fail(error),
        }
        self
    }

    fn is_another_kind(&self, name: &str) -> bool {
        let graphs = [Dimension::Data, Dimension::Purpose, Dimension::Place];
        graphs.into_iter().any(|d| self.bundle.term(d, name).is_some())
    }

    /// Several terms of a dimension.
    pub fn terms<'n>(self, dimension: Dimension, names: impl IntoIterator<Item = &'n str>) -> Self {
        names.into_iter().fold(self, |builder, name| builder.term(dimension, name))
    }

    /// Cells of a dimension, as the bundle numbers them; 0 is for actions that do not take it.
    pub fn cells(mut self, dimension: Dimension, cells: Ranges) -> Self {
        let end = match dimension {
            Dimension::Action => ACTIONS.len() as u32 + 1,
            Dimension::Form => FORMS.len() as u32 + 1,
            _ => self.bundle.graph(dimension).map_or(1, |graph| graph.end()),
        };
        if cells.iter().any(|r| r.1 > end) {
            self.fail(RequestError::OutOfRange);
        }
        self.combines |= dimension == Dimension::Action;
        *dimension.of_mut(&mut self.raw) = true;
        self.add(dimension, cells);
        self
    }

    /// The value of a fact.
    pub fn fact<'n>(self, name: &str, value: impl Into<Value<'n>>) -> Self {
        let value = match value.into() {
            Value::Is(true) => "true",
            Value::Is(false) => "false",
            Value::Named(value) => value,
        };
        self.fact_among(name, [value])
    }

    /// The values that a fact may have, by name.
    pub fn fact_among<'n>(mut self, name: &str, values: impl IntoIterator<Item = &'n str>) -> Self {
        let Some((number, known)) = self.values_of(name) else {
            self.fail(RequestError::UnknownFact { name: name.into() });
            return self;
        };
        let mut among = Vec::new();
        for value in values {
            match known.iter().zip(0..).find(|(v, _)| *v == value) {
                Some((_, at)) => among.push((at, at + 1)),
                None => self.fail(RequestError::UnknownValue { fact: name.into(), value: value.into() }),
            }
        }
        self.set(number, ranges::union(among));
        self
    }

    /// Nothing is known of a fact, whatever its default is.
    pub fn fact_unknown(mut self, name: &str) -> Self {
        match self.values_of(name) {
            Some((number, values)) => self.set(number, vec![(0, values.len() as u32)]),
            None => self.fail(RequestError::UnknownFact { name: name.into() }),
        }
        self
    }

    /// A fact's number and values.
    fn values_of(&self, name: &str) -> Option<(u32, &'b [String])> {
        let number = self.bundle.variable(name)?;
        match self.bundle.content().variables.get(number as usize)? {
            Variable::Fact { values, .. } => Some((number, values)),
            Variable::Clock { .. } => None,
        }
    }

    /// What is known of an event.
    pub fn event(mut self, name: &str, state: EventState) -> Self {
        let number = self.bundle.variable(name);
        match number.and_then(|n| Some((n, self.bundle.content().variables.get(n as usize)?))) {
            Some((number, Variable::Clock { thresholds, states, .. })) => {
                match clock::values(thresholds, states, state) {
                    Some(values) => self.set(number, values),
                    None => self.fail(RequestError::NoSuchTime { event: name.into() }),
                }
            }
            _ => self.fail(RequestError::UnknownEvent { name: name.into() }),
        }
        self
    }

    /// The possible values of a variable, by number.
    pub fn values(mut self, variable: u32, values: Ranges) -> Self {
        let end = self.bundle.content().variables.get(variable as usize).map(Variable::values);
        match end {
            Some(end) if values.iter().all(|r| r.1 <= end) => self.set(variable, ranges::union(values)),
            _ => self.fail(RequestError::OutOfRange),
        }
        self
    }

    /// A further condition on the worlds of the request.
    pub fn when(mut self, condition: When) -> Self {
        self.when.push(condition);
        self
    }

    /// The request.
    ///
    /// # Errors
    /// The first thing that was wrong, in the order of saying it; or that no flow is left.
    pub fn build(mut self) -> Result<Request, RequestError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        let when = self.condition()?;
        let products = self.products()?;
        Request::new(self.bundle, products, self.values, when, self.unlisted)
    }

    /// The first thing that was wrong.
    pub(super) fn error(&self) -> Option<&RequestError> {
        self.error.as_ref()
    }

    fn add(&mut self, dimension: Dimension, cells: Ranges) {
        dimension.of_mut(&mut self.phrases).get_or_insert_default().extend(cells);
    }

    fn set(&mut self, variable: u32, values: Ranges) {
        if let Some(slot) = self.values.get_mut(variable as usize) {
            *slot = values;
        }
    }

    fn fail(&mut self, error: RequestError) {
        self.error.get_or_insert(error);
    }

    fn resolve(&mut self, dimension: Dimension, name: &str) -> Result<Ranges, RequestError> {
        let unknown = || RequestError::UnknownTerm { dimension, name: name.to_owned() };
        let wrong = || RequestError::WrongKind { dimension, name: name.to_owned() };
        if name == "any" {
            return Ok(any(self.bundle, dimension));
        }
        let Some(graph) = self.bundle.graph(dimension) else {
            self.combines |= dimension == Dimension::Action && name == "combine";
            return verb_or_form(dimension, name).map(|range| vec![range]).ok_or_else(unknown);
        };
        let own = |cell: u32| vec![(cell, cell + 1)];
        if name == "the subject" {
            let acts = [Dimension::Actor, Dimension::Source, Dimension::Recipient].contains(&dimension);
            return graph.subject.filter(|_| acts).map(own).ok_or_else(wrong);
        }
        if name == "other any" {
            return Ok(own(graph.other_any));
        }
        let (term, only_own) = match name.strip_prefix("other ") {
            Some(rest) => (self.bundle.term(dimension, rest.trim()).ok_or_else(unknown)?, true),
            None => (self.bundle.term(dimension, name).ok_or_else(unknown)?, false),
        };
        let cells = match (only_own, term.own) {
            (false, _) => term.cells.clone(),
            (true, Some(cell)) => own(cell),
            (true, None) => return Err(wrong()),
        };
        if dimension != Dimension::Source && ranges::meets(&cells, &graph.channels) {
            return Err(wrong());
        }
        Ok(cells)
    }

    fn condition(&mut self) -> Result<Option<When>, RequestError> {
        let when = std::mem::take(&mut self.when);
        let mut todo: Vec<(&When, usize)> = when.iter().map(|c| (c, 0)).collect();
        while let Some((condition, depth)) = todo.pop() {
            if depth > MAX_DEPTH {
                return Err(RequestError::TooDeep);
            }
            match condition {
                When::All(parts) | When::Any(parts) => todo.extend(parts.iter().map(|p| (p, depth + 1))),
                When::Not(part) => todo.push((part, depth + 1)),
                When::In(variable, values) => {
                    let variables = &self.bundle.content().variables;
                    let end = variables.get(*variable as usize).map(Variable::values);
                    if !ranges::in_order(values) || end.is_none_or(|end| values.iter().any(|r| r.1 > end)) {
                        return Err(RequestError::OutOfRange);
                    }
                }
            }
        }
        Ok(if when.is_empty() { None } else { Some(When::All(when)) })
    }

    /// Actions that take the same dimensions go into one product.
    fn products(&self) -> Result<Vec<[Ranges; DIMENSIONS]>, RequestError> {
        let given = |d: Dimension| d.of(&self.phrases).clone().map(ranges::union);
        let actions = given(Dimension::Action).ok_or(RequestError::Missing(Dimension::Action))?;
        let data = given(Dimension::Data).ok_or(RequestError::Missing(Dimension::Data))?;
        let shared = ranges::intersection(&actions, &[SHARE_FAMILY]);
        let combined = ranges::intersection(&actions, &[(COMBINE, COMBINE + 1)]);
        let plain = ranges::difference(&ranges::difference(&actions, &shared), &combined);
        // `use` alone combines within its own data, so `with` needs the verb itself.
        let takes = [(Dimension::Recipient, !shared.is_empty()), (Dimension::With, self.combines)];
        for (dimension, taken) in takes {
            if !taken && given(dimension).is_some() && !dimension.of(&self.raw) {
                return Err(RequestError::NotTaken(dimension));
            }
        }
        let left_out = |d: Dimension| match d {
            Dimension::Actor => issuer(self.bundle),
            Dimension::Form => vec![(1, 3)],
            Dimension::With if !self.combines => data.clone(),
            _ => any(self.bundle, d),
        };
        let cells = |d: Dimension, actions: &Ranges, takes: bool| {
            let given = given(d);
            match d {
                Dimension::Action => actions.clone(),
                Dimension::Recipient | Dimension::With if !takes => match given {
                    Some(cells) if *d.of(&self.raw) => ranges::intersection(&cells, &[(NONE, NONE + 1)]),
                    _ => vec![(NONE, NONE + 1)],
                },
                _ => ranges::difference(&given.unwrap_or_else(|| left_out(d)), &[(NONE, NONE + 1)]),
            }
        };
        let kinds = [(plain, None), (combined, Some(Dimension::With)), (shared, Some(Dimension::Recipient))];
        let products =
            kinds.iter().map(|(actions, takes)| Dimension::ALL.map(|d| cells(d, actions, *takes == Some(d))));
        Ok(products.filter(|product| product.iter().all(|cells| !cells.is_empty())).collect())
    }
}

/// A verb in its narrow reading, or a form.
fn verb_or_form(dimension: Dimension, name: &str) -> Option<(u32, u32)> {
    let find = |names: &[&str]| names.iter().zip(1..).find(|(n, _)| **n == name).map(|(_, cell)| cell);
    match (dimension, name) {
        (Dimension::Form, _) => find(&FORMS).map(|cell| (cell, cell + 1)),
        (_, "use") => Some((2, 9)),
        (_, "share") => Some((9, 12)),
        (_, "delete") => Some((16, 17)),
        _ => find(&ACTIONS).map(|cell| (cell, cell + 1)),
    }
}

/// All cells of a dimension.
pub(super) fn any(bundle: &Bundle, dimension: Dimension) -> Ranges {
    let Some(graph) = bundle.graph(dimension) else {
        let names = if dimension == Dimension::Action { ACTIONS.len() } else { FORMS.len() };
        return vec![(1, names as u32 + 1)];
    };
    match dimension {
        Dimension::Source => ranges::union(graph.any.iter().chain(&graph.channels).copied().collect()),
        Dimension::Subject => {
            let subject = graph.subject.map(|cell| (cell, cell + 1));
            ranges::difference(&graph.any, subject.as_slice())
        }
        _ => graph.any.clone(),
    }
}

/// The issuer's cells; anybody where a policy names none.
fn issuer(bundle: &Bundle) -> Ranges {
    let names = &bundle.content().policy.issuer;
    if names.is_empty() {
        return any(bundle, Dimension::Actor);
    }
    let terms = names.iter().filter_map(|name| bundle.term(Dimension::Actor, name));
    ranges::union(terms.flat_map(|term| term.cells.iter().copied()).collect())
}
