//! Which of the policy's `never` leave a request no world, in words: for the error that says that there is none.

use super::budget::{Budget, Over};
use super::error::RequestError;
use super::name::value;
use super::world::{Never, Possible};
use crate::bundle::Bundle;
use crate::bundle::format::{Condition, Ranges, Variable};
use crate::bundle::ranges::{self, Range};

/// How many steps the search for those that are broken may take; past them none is named.
const MAX_STEPS: u64 = 100_000;

/// The error that no world is left among those of these values: with the conditions that can never hold of which
/// one holds in each of them, as few as rule out all. None is named where the request alone leaves no world.
pub(super) fn no_world(possible: &Possible, values: Vec<Ranges>) -> RequestError {
    let bundle = possible.bundle;
    let broken = fewest(possible, values, &mut Budget::of(MAX_STEPS)).unwrap_or_default();
    let never: Option<Vec<String>> = broken.into_iter().map(|number| words(bundle, number)).collect();
    match never {
        Some(never) if !never.is_empty() => RequestError::NoWorld { never },
        _ => RequestError::NoFlow,
    }
}

/// The worlds that cannot occur are those in which one of these holds.
fn all(bundle: &Bundle) -> Vec<u32> {
    let Some(impossible) = bundle.impossible() else { return Vec::new() };
    match bundle.conditions().get(impossible as usize) {
        Some(Condition::Any(parts)) => parts.clone(),
        _ => vec![impossible],
    }
}

/// Those that are left when each one is left out without which there is no world either.
fn fewest(possible: &Possible, mut values: Vec<Ranges>, budget: &mut Budget) -> Result<Vec<u32>, Over> {
    let mut none = |these: &[u32], budget: &mut Budget| {
        let possible = Possible { never: Never::These(these), ..*possible };
        possible.find(&mut values, budget).map(|world| world.is_none())
    };
    if none(&[], budget)? {
        return Ok(Vec::new());
    }
    let mut left = all(possible.bundle);
    let mut at = 0;
    while at < left.len() {
        let mut others = left.clone();
        let one = others.remove(at);
        // Mostly one alone rules out all.
        if none(&[one], budget)? {
            return Ok(vec![one]);
        }
        if none(&others, budget)? {
            left = others;
        } else {
            at += 1;
        }
    }
    Ok(left)
}

/// A condition as people would say it; none where it is so entangled that nobody would read it.
fn words(bundle: &Bundle, number: u32) -> Option<String> {
    if bundle.index().conditions().heavy(number) {
        return None;
    }
    said(bundle, number, false)
}

// The depth is bounded by the loader.
fn said(bundle: &Bundle, number: u32, inside: bool) -> Option<String> {
    let joined = |parts: &[u32], by: &str| {
        let inside = inside || parts.len() > 1;
        let parts: Option<Vec<String>> = parts.iter().map(|part| said(bundle, *part, inside)).collect();
        parts.map(|parts| parts.join(by))
    };
    let bracketed = |words: String, parts: &[u32]| match inside && parts.len() > 1 {
        true => format!("({words})"),
        false => words,
    };
    match bundle.conditions().get(number as usize)? {
        Condition::All(parts) if parts.is_empty() => Some("anything at all".to_owned()),
        Condition::Any(parts) if parts.is_empty() => Some("nothing at all".to_owned()),
        Condition::All(parts) => joined(parts, " and ").map(|words| bracketed(words, parts)),
        Condition::Any(parts) => joined(parts, " or ").map(|words| bracketed(words, parts)),
        Condition::In(variable, values) => among(bundle, *variable, values),
        Condition::Not(part) => match bundle.conditions().get(*part as usize)? {
            Condition::In(variable, values) => {
                let all = [(0, bundle.variables().get(*variable as usize)?.values())];
                among(bundle, *variable, &ranges::difference(&all, values))
            }
            _ => said(bundle, *part, false).map(|words| format!("not ({words})")),
        },
    }
}

/// That a variable has one of some values.
fn among(bundle: &Bundle, number: u32, values: &[Range]) -> Option<String> {
    let variable = bundle.variables().get(number as usize)?;
    let (name, all) = (variable.name(), variable.values());
    let named = || ranges::each(values).map(|at| value(variable, at)).collect::<Vec<_>>().join(" or ");
    Some(match variable {
        Variable::Fact { .. } => format!("`{name}` is {}", named()),
        Variable::Clock { .. } if values == [(1, all)] => format!("`{name}` has happened"),
        Variable::Clock { .. } if values == [(0, 1)] => format!("`{name}` has not happened"),
        Variable::Clock { .. } if !ranges::contains(values, 0) => format!("`{name}` was {}", named()),
        Variable::Clock { .. } => format!("`{name}`: {}", named()),
    })
}
