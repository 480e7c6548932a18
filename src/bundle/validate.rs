//! Checks that every number in a bundle's content refers to something, and that sets are in order.
//!
//! What passes here lets `decide` read the content without a doubt. The places in messages are
//! paths into the content's JSON.

use super::dimension::{ACTIONS, Dimension, FORMS, NONE};
use super::error::LoadError;
use super::format::{Condition, Content, Graph, Limit, Moment, Ranges, Statement, Variable, Vocabulary};
use super::ranges::{self, Range};
use super::repeated::repeated;
use super::texts;
use std::collections::{BTreeMap, HashSet};

/// How deep conditions may refer to conditions: evaluation goes down by recursion.
pub const MAX_CONDITION_DEPTH: u32 = 256;

type Checked = Result<(), LoadError>;

/// Checks all of it.
pub(super) fn content(content: &Content) -> Checked {
    texts::all_but_statements(content)?;
    texts::duties(content)?;
    all_but_statements(content, content.statements.len())?;
    let mut statements = content.statements.iter().enumerate();
    statements.try_for_each(|(i, s)| check_statement(content, s, || format!("statements[{i}]")))
}

/// Checks what does not stand in statements, of which there are so many.
pub(super) fn all_but_statements(content: &Content, statements: usize) -> Checked {
    let vocabulary = &content.vocabulary;
    graph(&vocabulary.data, "vocabulary.data", false)?;
    graph(&vocabulary.parties, "vocabulary.parties", true)?;
    graph(&vocabulary.purposes, "vocabulary.purposes", false)?;
    graph(&vocabulary.places, "vocabulary.places", false)?;
    issuer(content)?;
    for (i, variable) in content.variables.iter().enumerate() {
        check_variable(variable, || format!("variables[{i}]"))?;
    }
    for (i, set) in content.sets.iter().enumerate() {
        in_order(set, || format!("sets[{i}]"))?;
    }
    conditions(content)?;
    condition(content, content.impossible, || "impossible".to_owned())?;
    precedence(content, statements)?;
    duties(content)?;
    rights(content, statements)
}

fn issuer(content: &Content) -> Checked {
    let (names, terms) = (&content.policy.issuer, &content.vocabulary.parties.terms);
    let unknown = match names.as_slice() {
        [] => None,
        [name] => (!terms.iter().any(|term| &term.name == name)).then_some(0),
        _ => {
            let parties: HashSet<&String> = terms.iter().map(|term| &term.name).collect();
            names.iter().position(|name| !parties.contains(name))
        }
    };
    match unknown {
        Some(i) => malformed(|| format!("policy.issuer[{i}]"), "names a party that is not declared"),
        None => Ok(()),
    }
}

fn graph(graph: &Graph, path: &str, parties: bool) -> Checked {
    let place = |rest: &str| format!("{path}.{rest}");
    in_order(&graph.any, || place("any"))?;
    in_order(&graph.channels, || place("channels"))?;
    if graph.any.first().is_none_or(|r| r.0 != NONE + 1) {
        return malformed(|| place("any"), "does not begin at cell 1");
    }
    if ranges::meets(&graph.any, &graph.channels) || (!parties && !graph.channels.is_empty()) {
        return malformed(|| place("channels"), "holds cells that are no channels");
    }
    if parties != graph.subject.is_some() {
        return malformed(|| place("subject"), "stands among the parties, and there alone");
    }
    let end = graph.end();
    // Each cell is the own part of one thing: so the number of cells is bounded by the file's size.
    let mut owned: Vec<u32> = graph.terms.iter().filter_map(|t| t.own).collect();
    owned.push(graph.other_any);
    owned.extend(graph.subject);
    owned.sort_unstable();
    if owned.iter().copied().ne(NONE + 1..end) {
        return malformed(|| path.to_owned(), "does not give each cell to one term");
    }
    let inside = |cell: u32| ranges::contains(&graph.any, cell);
    if !inside(graph.other_any) || !graph.subject.is_none_or(inside) {
        return malformed(|| place("any"), "does not hold its own parts");
    }
    let mut covers = HashSet::new();
    let alike = alike_at_a_glance(graph);
    for (i, term) in graph.terms.iter().enumerate() {
        in_order(&term.cells, || format!("{path}.terms[{i}].cells"))?;
        below(&term.cells, NONE + 1, end, "cell", || format!("{path}.terms[{i}].cells"))?;
        if term.own.is_some_and(|own| !ranges::contains(&term.cells, own)) {
            return malformed(|| format!("{path}.terms[{i}].own"), "is not among the term's cells");
        }
        // Each has a part that is no other's, so neither can be a kind of the other.
        if term.own.is_some() && alike && !covers.insert(&term.cells) {
            let place = || format!("{path}.terms[{i}].cells");
            return malformed(place, "covers what another term covers: each would be a kind of the other");
        }
    }
    Ok(())
}

/// Whether two terms with a part of their own could cover the same, by where they begin and end. Mostly none
/// could, and then there is nothing to compare.
fn alike_at_a_glance(graph: &Graph) -> bool {
    let ends = |cells: &Ranges| {
        let (first, last) = (cells.first().map_or(0, |r| r.0), cells.last().map_or(0, |r| r.1));
        u64::from(first) << 32 | u64::from(last)
    };
    let own = graph.terms.iter().filter(|term| term.own.is_some());
    let mut ends: Vec<u64> = own.map(|term| ends(&term.cells)).collect();
    ends.sort_unstable();
    ends.iter().zip(ends.iter().skip(1)).any(|(a, b)| a == b)
}

fn check_variable(variable: &Variable, place: impl Fn() -> String) -> Checked {
    match variable {
        Variable::Fact { values, default, .. } => {
            if values.is_empty() {
                return malformed(place, "has no values");
            }
            default.map_or(Ok(()), |value| {
                refer(value, values.len(), "value", || format!("{}.default", place()))
            })
        }
        Variable::Clock { thresholds, states, .. } => {
            for (i, state) in states.iter().enumerate() {
                let known = state.compare.iter().all(|c| (-1..=1).contains(c));
                if state.compare.len() != thresholds.len() || !known {
                    let place = || format!("{}.states[{i}].compare", place());
                    return malformed(place, "does not compare with each threshold");
                }
            }
            if states.is_empty() {
                return malformed(place, "has no states");
            }
            match repeated(states, |state| state.compare.as_slice()) {
                Some(at) => {
                    malformed(|| format!("{}.states[{at}]", place()), "is a state that stands there already")
                }
                None => Ok(()),
            }
        }
    }
}

fn conditions(content: &Content) -> Checked {
    let mut depths: Vec<u32> = Vec::with_capacity(content.conditions.len());
    for (i, condition) in content.conditions.iter().enumerate() {
        let place = || format!("conditions[{i}]");
        let mut depth = 0;
        let parts = match condition {
            Condition::All(parts) | Condition::Any(parts) => parts.as_slice(),
            Condition::Not(part) => std::slice::from_ref(part),
            Condition::In(variable, values) => {
                values_of(content, *variable, values, place)?;
                &[]
            }
        };
        for &part in parts {
            refer(part, i, "an earlier condition", place)?;
            depth = depth.max(depths.get(part as usize).map_or(0, |d| d + 1));
        }
        if depth > MAX_CONDITION_DEPTH {
            return malformed(place, "is nested too deep");
        }
        depths.push(depth);
    }
    Ok(())
}

fn values_of(content: &Content, number: u32, values: &[Range], place: impl Fn() -> String) -> Checked {
    refer(number, content.variables.len(), "variable", &place)?;
    in_order(values, &place)?;
    let end = content.variables.get(number as usize).map_or(0, Variable::values);
    below(values, 0, end, "value", place)
}

fn check_statement(content: &Content, statement: &Statement, place: impl Fn() -> String) -> Checked {
    for (r, rule) in statement.rules.iter().enumerate() {
        for (b, flows) in rule.boxes.iter().enumerate() {
            let place = || format!("{}.rules[{r}].boxes[{b}]", place());
            for (dimension, number) in Dimension::ALL.into_iter().zip(flows.sets()) {
                let place = || format!("{}.{}", place(), dimension.name());
                refer(number, content.sets.len(), "set", place)?;
                let set = content.sets.get(number as usize).map_or(&[][..], Vec::as_slice);
                below(set, NONE, end_of(&content.vocabulary, dimension), "cell", place)?;
            }
            condition(content, flows.when, || format!("{}.when", place()))?;
        }
    }
    let place = || format!("{}.limit", place());
    statement.limit.as_ref().map_or(Ok(()), |limit_| limit(content, limit_, place))
}

/// Checks the limit of a statement.
pub(super) fn limit(content: &Content, limit: &Limit, place: impl Fn() -> String) -> Checked {
    let (Limit::Deadline(m) | Limit::Minimum(m) | Limit::Until(m)) = limit;
    moment(content, m, &place)
}

/// One past a dimension's last cell.
pub(super) fn end_of(vocabulary: &Vocabulary, dimension: Dimension) -> u32 {
    match dimension {
        Dimension::Action => ACTIONS.len() as u32 + 1,
        Dimension::Form => FORMS.len() as u32 + 1,
        _ => dimension.graph(vocabulary).map_or(1, Graph::end),
    }
}

fn precedence(content: &Content, statements: usize) -> Checked {
    let mut last = None;
    for (i, &pair) in content.precedence.iter().enumerate() {
        let place = || format!("precedence[{i}]");
        refer(pair.0, statements, "statement", place)?;
        refer(pair.1, statements, "statement", place)?;
        if pair.0 == pair.1 {
            return malformed(place, "sets a statement over itself");
        }
        if last.is_some_and(|before| before >= pair) {
            return malformed(place, "is not in order");
        }
        last = Some(pair);
    }
    Ok(())
}

fn duties(content: &Content) -> Checked {
    let parties = content.vocabulary.parties.end();
    for (i, duty) in content.duties.iter().enumerate() {
        let place = |rest: &str| format!("duties[{i}].{rest}");
        cells(&duty.actor, parties, || place("actor"))?;
        duty.whom.as_ref().map_or(Ok(()), |whom| cells(whom, parties, || place("whom")))?;
        phrases(content, &duty.phrases, || place("phrases"))?;
        condition(content, duty.when, || place("when"))?;
        duty.within.as_ref().map_or(Ok(()), |m| moment(content, m, &|| place("within")))?;
    }
    Ok(())
}

fn rights(content: &Content, statements: usize) -> Checked {
    for (i, right) in content.rights.iter().enumerate() {
        let place = |rest: &str| format!("rights[{i}].{rest}");
        cells(&right.holder, content.vocabulary.parties.end(), || place("holder"))?;
        cells(&right.over, content.vocabulary.data.end(), || place("over"))?;
        phrases(content, &right.phrases, || place("phrases"))?;
        condition(content, right.when, || place("when"))?;
        for (s, &statement) in right.fulfilment.iter().enumerate() {
            let place = || format!("rights[{i}].fulfilment[{s}]");
            refer(statement, statements, "statement", place)?;
        }
        for (s, &(variable, value)) in right.sets.iter().enumerate() {
            let place = || format!("rights[{i}].sets[{s}]");
            refer(variable, content.variables.len(), "variable", place)?;
            let values = content.variables.get(variable as usize).map_or(0, Variable::values);
            refer(value, values as usize, "value", place)?;
        }
    }
    Ok(())
}

fn phrases(content: &Content, phrases: &BTreeMap<Dimension, Ranges>, place: impl Fn() -> String) -> Checked {
    phrases.iter().try_for_each(|(dimension, set)| {
        let place = || format!("{}.{}", place(), dimension.name());
        cells(set, end_of(&content.vocabulary, *dimension), place)
    })
}

fn moment(content: &Content, moment_: &Moment, place: &dyn Fn() -> String) -> Checked {
    match moment_ {
        Moment::After(variable, length) => match content.variables.get(*variable as usize) {
            Some(Variable::Clock { .. }) => texts::length(*length, place),
            Some(Variable::Fact { .. }) => malformed(place, "counts from a fact"),
            None => refer(*variable, content.variables.len(), "variable", place),
        },
        Moment::Later(parts) | Moment::Earlier(parts) if parts.is_empty() => {
            malformed(place, "is no moment at all")
        }
        // The depth is that of the JSON, which its reader limits.
        Moment::Later(parts) | Moment::Earlier(parts) => {
            parts.iter().try_for_each(|part| moment(content, part, place))
        }
    }
}

fn condition(content: &Content, number: Option<u32>, place: impl Fn() -> String) -> Checked {
    number.map_or(Ok(()), |n| refer(n, content.conditions.len(), "condition", place))
}

fn cells(set: &[Range], end: u32, place: impl Fn() -> String) -> Checked {
    in_order(set, &place)?;
    below(set, NONE + 1, end, "cell", place)
}

fn in_order(set: &[Range], place: impl Fn() -> String) -> Checked {
    if ranges::in_order(set) { Ok(()) } else { malformed(place, "is not made of sorted, disjoint ranges") }
}

fn below(set: &[Range], start: u32, end: u32, what: &'static str, place: impl Fn() -> String) -> Checked {
    if set.first().is_some_and(|r| r.0 < start) {
        return malformed(place, "holds what stands for nothing");
    }
    match set.last() {
        Some(last) if last.1 > end => {
            let number = u64::from(last.1) - 1;
            Err(LoadError::OutOfRange { place: place(), what, number, end: end.into() })
        }
        _ => Ok(()),
    }
}

fn refer(number: u32, count: usize, what: &'static str, place: impl Fn() -> String) -> Checked {
    if (number as usize) < count {
        return Ok(());
    }
    Err(LoadError::OutOfRange { place: place(), what, number: number.into(), end: count as u64 })
}

fn malformed(place: impl Fn() -> String, why: &'static str) -> Checked {
    Err(LoadError::Malformed { place: place(), why })
}
