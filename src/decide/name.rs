//! Cells and values back to the names that people know.

use crate::bundle::Bundle;
use crate::bundle::dimension::{ACTIONS, Dimension, FORMS, NONE, VERBS};
use crate::bundle::format::{ClockState, Length, Term, Variable};
use crate::bundle::ranges::{self, Range};

/// How people name a cell: its term, or `other T` where the term has more below it.
pub fn cell_name(bundle: &Bundle, dimension: Dimension, cell: u32) -> String {
    let listed = |names: &[&str]| {
        let at = (cell as usize).checked_sub(1);
        at.and_then(|i| names.get(i)).map_or_else(|| "none".to_owned(), |name| (*name).to_owned())
    };
    match (dimension, bundle.graph(dimension)) {
        (Dimension::Action, _) => listed(&ACTIONS),
        (_, None) => listed(&FORMS),
        (_, Some(graph)) => match graph.terms.iter().find(|t| t.own == Some(cell)) {
            Some(term) if ranges::size(&term.cells) == 1 => term.name.clone(),
            Some(term) => format!("other {}", term.name),
            None if cell == NONE => "none".to_owned(),
            None if graph.subject == Some(cell) => "the subject".to_owned(),
            None => "other any".to_owned(),
        },
    }
}

/// The fewest names for a set of cells: the widest terms that lie in it, then what they leave.
pub(super) fn names(bundle: &Bundle, dimension: Dimension, cells: &[Range]) -> Vec<String> {
    let Some(graph) = bundle.graph(dimension) else {
        if dimension == Dimension::Action {
            return verbs(cells);
        }
        return ranges::each(cells).map(|cell| cell_name(bundle, dimension, cell)).collect();
    };
    if ranges::is_subset(bundle.index().any(dimension), cells) {
        return vec!["any".to_owned()];
    }
    let mut inside: Vec<&Term> =
        graph.terms.iter().filter(|t| t.own.is_some() && ranges::is_subset(&t.cells, cells)).collect();
    inside.sort_by_key(|t| std::cmp::Reverse(ranges::size(&t.cells)));
    let mut left = cells.to_vec();
    let mut names = Vec::new();
    for term in inside {
        if term.own.is_some_and(|own| ranges::contains(&left, own)) {
            left = ranges::difference(&left, &term.cells);
            names.push(term.name.clone());
        }
    }
    names.extend(ranges::each(&left).map(|cell| cell_name(bundle, dimension, cell)));
    names
}

/// The fewest verbs for a set of actions, as a question has them.
fn verbs(cells: &[Range]) -> Vec<String> {
    let mut left = cells.to_vec();
    let mut names = Vec::new();
    for (verb, family) in VERBS {
        if ranges::is_subset(&[family], &left) {
            left = ranges::difference(&left, &[family]);
            names.push(verb.to_owned());
        }
    }
    let one = |cell: u32| {
        let name = (cell as usize).checked_sub(1).and_then(|at| ACTIONS.get(at)).copied().unwrap_or("none");
        match VERBS.iter().any(|(verb, _)| *verb == name) {
            true => format!("other {name}"),
            false => name.to_owned(),
        }
    };
    names.extend(ranges::each(&left).map(one));
    names
}

/// The name of a variable's value.
pub(super) fn value(variable: &Variable, value: u32) -> String {
    match variable {
        Variable::Fact { values, .. } => values.get(value as usize).cloned().unwrap_or_default(),
        Variable::Clock { thresholds, states, .. } => {
            let state = (value as usize).checked_sub(1).and_then(|at| states.get(at));
            state.map_or_else(|| "has not happened".to_owned(), |state| elapsed(thresholds, state))
        }
    }
}

/// How much time has passed in a state: between which of the policy's constants.
fn elapsed(thresholds: &[Length], state: &ClockState) -> String {
    let with = |sign: i8| thresholds.iter().zip(&state.compare).filter(move |(_, c)| **c == sign);
    if let Some((length, _)) = with(0).next() {
        return format!("{} ago", words(*length));
    }
    let about = |length: &&Length| u64::from(length.months) * 43_829 + length.minutes;
    let passed = with(1).map(|(length, _)| length).max_by_key(about);
    let coming = with(-1).map(|(length, _)| length).min_by_key(about);
    match (passed.filter(|l| **l != Length::default()), coming) {
        (Some(a), Some(b)) => format!("more than {} and less than {} ago", words(*a), words(*b)),
        (Some(a), None) => format!("more than {} ago", words(*a)),
        (None, Some(b)) => format!("less than {} ago", words(*b)),
        (None, None) => "has happened".to_owned(),
    }
}

/// A length in the units that people would write it in.
pub(crate) fn words(length: Length) -> String {
    let part = |count: u64, unit: &str| match count {
        1 => format!("1 {unit}"),
        _ => format!("{count} {unit}s"),
    };
    let mut parts = Vec::new();
    match length.months {
        0 => {}
        months if months % 12 == 0 => parts.push(part(u64::from(months / 12), "year")),
        months => parts.push(part(months.into(), "month")),
    }
    match length.minutes {
        0 => {}
        minutes if minutes % 1440 == 0 => parts.push(part(minutes / 1440, "day")),
        minutes if minutes % 60 == 0 => parts.push(part(minutes / 60, "hour")),
        minutes => parts.push(part(minutes, "minute")),
    }
    if parts.is_empty() { "0 minutes".to_owned() } else { parts.join(" and ") }
}
