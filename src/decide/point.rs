//! The verdict at one flow, by the definition itself: a scan over all statements.
//!
//! Slow and plain on purpose. The index and the splitting are tested against it, and the checker
//! proves its findings with it; it uses neither.

use super::verdict::Verdict;
use super::world::{Exact, Truth, holds_if};
use crate::bundle::Bundle;
use crate::bundle::dimension::{DIMENSIONS, Dimension};
use crate::bundle::format::{Effect, Limit, Statement};
use crate::bundle::ranges;

/// What the policy says of one flow.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PointDecision {
    /// Permitted, prohibited or unstated; undetermined only where a value that matters is missing
    /// from the world.
    pub verdict: Verdict,
    /// The statements that decide: positions in the bundle.
    pub deciding: Vec<u32>,
    /// The defeated statements, each with those that defeat it.
    pub defeated: Vec<(u32, Vec<u32>)>,
}

/// Decides one flow: a cell per dimension, a value per variable.
pub fn point(bundle: &Bundle, cells: &[u32; DIMENSIONS], world: &[u32]) -> PointDecision {
    let statements = &bundle.content().statements;
    let mut present: Vec<(u32, Effect)> = Vec::new();
    for (statement, number) in statements.iter().zip(0..) {
        match effect_at(bundle, statement, cells, world) {
            Ok(Some(effect)) => present.push((number, effect)),
            Ok(None) => {}
            Err(Missing) => {
                let verdict = Verdict::Undetermined;
                return PointDecision { verdict, deciding: Vec::new(), defeated: Vec::new() };
            }
        }
    }
    let mut undefeated = Vec::new();
    let mut defeated = Vec::new();
    for &(loser, effect) in &present {
        let by: Vec<u32> = present
            .iter()
            .filter(|(winner, other)| {
                bundle.content().precedence.binary_search(&(*winner, loser)).is_ok()
                    && disagree(bundle, (*winner, *other), (loser, effect))
            })
            .map(|(winner, _)| *winner)
            .collect();
        if by.is_empty() {
            undefeated.push((loser, effect));
        } else {
            defeated.push((loser, by));
        }
    }
    let with = |effect: Effect| -> Vec<u32> {
        undefeated.iter().filter(|(_, e)| *e == effect).map(|(number, _)| *number).collect()
    };
    let (prohibiting, permitting) = (with(Effect::Prohibit), with(Effect::Permit));
    let (verdict, deciding) = if !prohibiting.is_empty() {
        (Verdict::Prohibited, prohibiting)
    } else if !permitting.is_empty() {
        (Verdict::Permitted, permitting)
    } else {
        (Verdict::Unstated, Vec::new())
    };
    PointDecision { verdict, deciding, defeated }
}

/// A value that a condition asks for is missing.
struct Missing;

/// What a statement says of the flow. Rules of different effects never share one; should they, the
/// prohibition counts, then the permission.
fn effect_at(
    bundle: &Bundle,
    statement: &Statement,
    cells: &[u32; DIMENSIONS],
    world: &[u32],
) -> Result<Option<Effect>, Missing> {
    let mut found = Vec::new();
    for rule in &statement.rules {
        for flows in &rule.boxes {
            let sets = flows.sets();
            let inside = |d: &Dimension| ranges::contains(bundle.set(*d.of(&sets)), *d.of(cells));
            if !Dimension::ALL.iter().all(inside) {
                continue;
            }
            match holds_if(bundle, flows.when, &Exact(world)) {
                Truth::True => found.push(rule.effect),
                Truth::False => {}
                Truth::Unknown => return Err(Missing),
            }
        }
    }
    let first = [Effect::Prohibit, Effect::Permit, Effect::Silent];
    Ok(first.into_iter().find(|effect| found.contains(effect)))
}

fn disagree(bundle: &Bundle, a: (u32, Effect), b: (u32, Effect)) -> bool {
    let get = |number: u32| bundle.content().statements.get(number as usize);
    let (Some(x), Some(y)) = (get(a.0), get(b.0)) else { return false };
    let duties = |s: &Statement| -> std::collections::BTreeSet<String> { s.duties.iter().cloned().collect() };
    let limits = match (&x.limit, &y.limit) {
        (Some(Limit::Deadline(m)), Some(Limit::Deadline(n))) => m != n,
        (
            Some(a @ (Limit::Minimum(_) | Limit::Until(_))),
            Some(b @ (Limit::Minimum(_) | Limit::Until(_))),
        ) => a != b,
        _ => false,
    };
    match (a.1, b.1) {
        (Effect::Permit, Effect::Prohibit) | (Effect::Prohibit, Effect::Permit) => true,
        (Effect::Permit, Effect::Permit) => limits || duties(x) != duties(y),
        _ => limits,
    }
}
