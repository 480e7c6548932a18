//! Requests: names, facts and times to a set of flows in the cells of one bundle.
//!
//! What is left out stands for what the table at [`Builder`] says.
//!
//! Verbs read as in a grant: `use` with its family, `share` with `disclose` and `transfer` and
//! without `sell`, `rent` and `publish`. Nothing is decided here.

use super::clock::EventState;
use super::error::RequestError;
use super::known::World;
use super::lookup::decide_once;
use super::request::Request;
use super::verbs::verb_or_form;
use super::verdict::{Answer, Verdict};
use super::world::{Possible, When};
use crate::bundle::Bundle;
use crate::bundle::dimension::{ACTIONS, COMBINE, DIMENSIONS, Dimension, FORMS, NONE, SHARE_FAMILY};
use crate::bundle::format::{Ranges, Variable};
use crate::bundle::ranges::{self, Range};
use std::borrow::Cow;

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

impl<'n> Value<'n> {
    /// Its name; a boolean's is `true` or `false`.
    pub fn name(&self) -> &'n str {
        match self {
            Value::Is(true) => "true",
            Value::Is(false) => "false",
            Value::Named(name) => name,
        }
    }
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

/// Makes a request. What is said twice of a dimension adds up; of a fact or an event, the last counts.
///
/// | phrase | said with | left out, it stands for |
/// |---|---|---|
/// | action | [`action`](Builder::action) | it must be said |
/// | data | [`data`](Builder::data) | it must be said |
/// | `with`: the data it is combined with | [`term`](Builder::term) | any, where `combine` is asked for by its name; where it is asked for by `use` or `any`, the request's own data. Other actions take none |
/// | form | `term` | `identified` and `pseudonymous` |
/// | subject: the people whom the data is about | `term` | any |
/// | source: whom the data came from | `term` | any, channels too |
/// | recipient | [`recipient`](Builder::recipient) | any, the subject too. Actions outside the `share` family take none |
/// | purpose | [`purpose`](Builder::purpose) | any |
/// | place | `term` | any |
/// | actor | `term` | the policy's issuer; any, where the policy names none |
/// | a fact | [`fact`](Builder::fact), [`fact_among`](Builder::fact_among) | its default; without one, all its values |
/// | an event | [`event`](Builder::event) | nothing is known of it: that it has not happened, and that it has, however long ago |
///
/// To say a recipient or `with` where none of the actions takes one is an error; so is `with` for `use`, if
/// `combine` is not named.
///
/// *Any* is wider than all that the policy declares: `other any` is in it, which no term covers. So a
/// request without a purpose is permitted only where every purpose is, those that nobody declared too. To
/// say that nothing is known of a fact that has a default, there is
/// [`fact_unknown`](Builder::fact_unknown).
///
/// Worlds that the policy rules out (`never`) never count. A request is permitted only if each of the flows
/// that it stands for is.
#[derive(Clone, Debug)]
pub struct Builder<'b> {
    bundle: &'b Bundle,
    phrases: [Option<Cells<'b>>; DIMENSIONS],
    raw: [bool; DIMENSIONS],
    combines: bool,
    world: World<'b>,
    when: Vec<When>,
    unlisted: Option<String>,
    error: Option<RequestError>,
}

/// Cells of a dimension: mostly those of one term, which stay where they are.
pub(super) type Cells<'b> = Cow<'b, [Range]>;

/// A set of cells per dimension.
pub(super) type Product<'b> = [Cells<'b>; DIMENSIONS];

const NOTHING: Cells<'static> = Cow::Borrowed(&[]);
const NONE_TAKEN: Cells<'static> = Cow::Borrowed(&[(NONE, NONE + 1)]);
const USUAL_FORMS: Cells<'static> = Cow::Borrowed(&[(1, 3)]);

impl Request {
    /// Begins a request to a bundle.
    pub fn builder(bundle: &Bundle) -> Builder<'_> {
        Builder {
            bundle,
            phrases: Default::default(),
            raw: [false; DIMENSIONS],
            combines: false,
            world: World::new(bundle),
            when: Vec::new(),
            unlisted: None,
            error: None,
        }
    }
}

impl<'b> Builder<'b> {
    /// What is done: one of [`ACTIONS`], or `any`. `use` and `share` are families, which stand for the kinds
    /// listed there and are permitted only if all of these are; `other use` and `other share` are the verbs
    /// themselves without these kinds.
    pub fn action(self, name: &str) -> Self {
        self.term(Dimension::Action, name)
    }

    /// The category of data.
    pub fn data(self, name: &str) -> Self {
        self.term(Dimension::Data, name)
    }

    /// Whom it goes to. A name that the bundle does not know at all makes the verdict
    /// [`UnlistedThirdParty`](super::Verdict::UnlistedThirdParty), not an error, even beside one that it
    /// knows. The name of a category of data, a purpose or a place is an error, and so is the empty name.
    pub fn recipient(self, name: &str) -> Self {
        self.term(Dimension::Recipient, name)
    }

    /// Why.
    pub fn purpose(self, name: &str) -> Self {
        self.term(Dimension::Purpose, name)
    }

    /// A term of a dimension: its name, `other T` for its own part, `any`, or `the subject`. Of a form, one
    /// of [`FORMS`].
    ///
    /// A name that the bundle does not know is an error, of an actor too. Of a recipient alone it is
    /// [a verdict](Builder::recipient), said this way as well.
    pub fn term(mut self, dimension: Dimension, name: &str) -> Self {
        self.say(dimension, name);
        self
    }

    /// As `term`, in place.
    pub(super) fn say(&mut self, dimension: Dimension, name: &str) {
        match self.resolve(dimension, name) {
            Ok(cells) => self.add(dimension, cells),
            // A purpose, or nothing at all, is a slip of the program; anybody else is unlisted.
            Err(RequestError::UnknownTerm { dimension: Dimension::Recipient, name, .. })
                if name.is_empty() || self.is_another_kind(&name) =>
            {
                self.fail(RequestError::WrongKind { dimension: Dimension::Recipient, name });
            }
            Err(RequestError::UnknownTerm { dimension: Dimension::Recipient, name, .. }) => {
                self.unlisted.get_or_insert(name);
                self.add(Dimension::Recipient, NOTHING);
            }
            Err(error) => self.fail(error),
        }
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
        self.add(dimension, Cow::Owned(cells));
        self
    }

    /// The value of a fact.
    pub fn fact<'n>(self, name: &str, value: impl Into<Value<'n>>) -> Self {
        self.fact_among(name, [value.into().name()])
    }

    /// The values that a fact may have, by name.
    pub fn fact_among<'n>(mut self, name: &str, values: impl IntoIterator<Item = &'n str>) -> Self {
        self.say_fact(name, values);
        self
    }

    /// As `fact_among`, in place.
    pub(super) fn say_fact<'n>(&mut self, name: &str, values: impl IntoIterator<Item = &'n str>) {
        let Some((number, known)) = self.values_of(name) else {
            self.fail(RequestError::unknown_fact(self.bundle, name));
            return;
        };
        self.world.clear(number);
        let mut some = false;
        for value in values {
            some = true;
            match known.iter().zip(0..).find(|(v, _)| *v == value) {
                Some((_, at)) => self.world.add(number, (at, at + 1)),
                None => self.fail(RequestError::unknown_value(name, value, known)),
            }
        }
        if !some {
            self.fail(RequestError::NoFlow);
        }
    }

    /// Nothing is known of a fact, whatever its default is.
    pub fn fact_unknown(mut self, name: &str) -> Self {
        self.say_unknown(name);
        self
    }

    /// As `fact_unknown`, in place.
    pub(super) fn say_unknown(&mut self, name: &str) {
        match self.values_of(name) {
            Some((number, values)) => self.world.add(number, (0, values.len() as u32)),
            None => self.fail(RequestError::unknown_fact(self.bundle, name)),
        }
    }

    /// A fact's number and values.
    fn values_of(&self, name: &str) -> Option<(u32, &'b [String])> {
        let number = self.bundle.variable(name)?;
        match self.bundle.variables().get(number as usize)? {
            Variable::Fact { values, .. } => Some((number, values)),
            Variable::Clock { .. } => None,
        }
    }

    /// What is known of an event.
    pub fn event(mut self, name: &str, state: EventState) -> Self {
        self.say_event(name, state);
        self
    }

    /// As `event`, in place.
    pub(super) fn say_event(&mut self, name: &str, state: EventState) {
        if let Err(error) = self.world.event(name, state) {
            self.fail(error);
        }
    }

    /// The possible values of a variable, by number.
    pub fn values(mut self, variable: u32, values: Ranges) -> Self {
        let end = self.bundle.variables().get(variable as usize).map(Variable::values);
        match end {
            Some(_) if values.iter().all(|r| r.0 >= r.1) => self.fail(RequestError::NoFlow),
            Some(end) if values.iter().all(|r| r.1 <= end) => {
                self.world.clear(variable);
                values.into_iter().for_each(|range| self.world.add(variable, range));
            }
            _ => self.fail(RequestError::OutOfRange),
        }
        self
    }

    /// A further condition on the worlds of the request.
    pub fn when(mut self, condition: When) -> Self {
        self.when.push(condition);
        self
    }

    /// The request, prepared for being decided many times.
    ///
    /// # Errors
    /// The first thing that was wrong, in the order of saying it; or that no flow is left.
    pub fn build(self) -> Result<Request, RequestError> {
        self.build_once().map(|(bundle, request)| request.prepared(bundle))
    }

    /// The request, not prepared: for what is explained once, which looks at all of it in any case.
    pub(super) fn build_once(mut self) -> Result<(&'b Bundle, Request), RequestError> {
        let (when, products) = self.finish()?;
        let products = products.into_iter().map(|product| product.map(Cow::into_owned)).collect();
        let request = Request::new(self.bundle, products, self.world.bits, when, self.unlisted)?;
        Ok((self.bundle, request))
    }

    /// Decides the request without preparing it: for what is asked once.
    ///
    /// # Errors
    /// As [`build`](Builder::build) has them.
    pub fn decide(mut self) -> Result<Answer, RequestError> {
        self.decide_now()
    }

    /// As `decide`, in place; afterwards nothing else can be asked of it.
    pub(super) fn decide_now(&mut self) -> Result<Answer, RequestError> {
        let (when, products) = self.finish()?;
        let possible = Possible::new(self.bundle, when.as_ref());
        possible.check(&self.world.bits)?;
        if self.unlisted.is_some() {
            return Ok(Verdict::UnlistedThirdParty.into());
        }
        if products.is_empty() {
            return Err(RequestError::NoFlow);
        }
        Ok(decide_once(self.bundle, products, &self.world.bits, when.as_ref()))
    }

    /// The bundle that it makes a request of.
    pub(super) fn bundle(&self) -> &'b Bundle {
        self.bundle
    }

    /// The recipient that the bundle has never heard of.
    pub fn unlisted(&self) -> Option<&str> {
        self.unlisted.as_deref()
    }

    fn finish(&mut self) -> Result<(Option<When>, Vec<Product<'b>>), RequestError> {
        if let Some(error) = self.error.take() {
            return Err(error);
        }
        Ok((self.condition()?, self.products()?))
    }

    /// The first thing that was wrong.
    pub(super) fn error(&self) -> Option<&RequestError> {
        self.error.as_ref()
    }

    fn add(&mut self, dimension: Dimension, cells: Cells<'b>) {
        match dimension.of_mut(&mut self.phrases) {
            Some(known) => known.to_mut().extend_from_slice(&cells),
            empty => *empty = Some(cells),
        }
    }

    fn fail(&mut self, error: RequestError) {
        self.error.get_or_insert(error);
    }

    fn resolve(&mut self, dimension: Dimension, name: &str) -> Result<Cells<'b>, RequestError> {
        let bundle = self.bundle;
        let unknown = || RequestError::unknown_term(bundle, dimension, name);
        let wrong = || RequestError::WrongKind { dimension, name: name.to_owned() };
        if name == "any" {
            return Ok(Cow::Borrowed(bundle.index().any(dimension)));
        }
        let Some(graph) = bundle.graph(dimension) else {
            self.combines |= dimension == Dimension::Action && name == "combine";
            return verb_or_form(dimension, name).map(Cow::Borrowed).ok_or_else(unknown);
        };
        let own = |cell: u32| Cow::Owned(vec![(cell, cell + 1)]);
        if name == "the subject" {
            let acts = [Dimension::Actor, Dimension::Source, Dimension::Recipient].contains(&dimension);
            return graph.subject.filter(|_| acts).map(own).ok_or_else(wrong);
        }
        if name == "other any" {
            return Ok(own(graph.other_any));
        }
        let (term, only_own) = match name.strip_prefix("other ") {
            Some(rest) => (bundle.term(dimension, rest.trim()).ok_or_else(unknown)?, true),
            None => (bundle.term(dimension, name).ok_or_else(unknown)?, false),
        };
        let cells = match (only_own, term.own) {
            (false, _) => Cow::Borrowed(term.cells.as_slice()),
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
                    let variables = self.bundle.variables();
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
    fn products(&mut self) -> Result<Vec<Product<'b>>, RequestError> {
        for phrase in self.phrases.iter_mut().flatten() {
            if !ranges::in_order(phrase) {
                *phrase = Cow::Owned(ranges::union(std::mem::take(phrase).into_owned()));
            }
        }
        let given = |d: Dimension| d.of(&self.phrases).as_ref();
        let actions = given(Dimension::Action).ok_or(RequestError::Missing(Dimension::Action))?;
        let data = given(Dimension::Data).ok_or(RequestError::Missing(Dimension::Data))?;
        let combine = (COMBINE, COMBINE + 1);
        let shared = among(actions, SHARE_FAMILY);
        let combined = among(actions, combine);
        // `use` alone combines within its own data, so `with` needs the verb itself.
        let takes = [(Dimension::Recipient, !shared.is_empty()), (Dimension::With, self.combines)];
        for (dimension, taken) in takes {
            if !taken && given(dimension).is_some() && !dimension.of(&self.raw) {
                return Err(RequestError::NotTaken(dimension));
            }
        }
        let index = self.bundle.index();
        let left_out = |d: Dimension| match d {
            Dimension::Actor => Cow::Borrowed(index.issuer()),
            Dimension::Form => USUAL_FORMS,
            Dimension::With if !self.combines => data.clone(),
            _ => Cow::Borrowed(index.any(d)),
        };
        let cells = |d: Dimension, actions: &Cells<'b>, takes: bool| match d {
            Dimension::Action => actions.clone(),
            Dimension::Recipient | Dimension::With if !takes => match given(d) {
                Some(cells) if *d.of(&self.raw) => among(cells, (NONE, NONE + 1)),
                _ => NONE_TAKEN,
            },
            _ => given(d).map_or_else(|| left_out(d), |cells| without(cells, (NONE, NONE + 1))),
        };
        let plain = without(&without(actions, SHARE_FAMILY), combine);
        let kinds = [(plain, None), (combined, Some(Dimension::With)), (shared, Some(Dimension::Recipient))];
        let mut products = Vec::with_capacity(1);
        for (actions, takes) in kinds.iter().filter(|(actions, _)| !actions.is_empty()) {
            let mut product: Product = [NOTHING; DIMENSIONS];
            for (dimension, slot) in Dimension::ALL.into_iter().zip(&mut product) {
                *slot = cells(dimension, actions, *takes == Some(dimension));
            }
            if product.iter().all(|cells| !cells.is_empty()) {
                products.push(product);
            }
        }
        Ok(products)
    }
}

/// The cells that are in the range. All or none need no new set.
fn among<'b>(cells: &Cells<'b>, range: Range) -> Cells<'b> {
    if cells.iter().all(|r| range.0 <= r.0 && r.1 <= range.1) {
        cells.clone()
    } else if ranges::meets(cells, &[range]) {
        Cow::Owned(ranges::intersection(cells, &[range]))
    } else {
        NOTHING
    }
}

/// The cells that are not in the range.
fn without<'b>(cells: &Cells<'b>, range: Range) -> Cells<'b> {
    if ranges::meets(cells, &[range]) {
        Cow::Owned(ranges::difference(cells, &[range]))
    } else {
        cells.clone()
    }
}
