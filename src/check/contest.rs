//! Whether two duties, or two rights, are about the same and say it differently, so that it matters
//! which prevails.

use crate::flow::cells::CellSet;
use crate::flow::expression::Expression;
use crate::flow::world::World;
use crate::policy::analysis::Analysis;
use crate::policy::{Duty, Phrase, Right};

/// Whether two duties are to do the same towards the same in some world, by different times.
pub fn duties(analysis: &Analysis<'_>, a: &Duty, b: &Duty) -> bool {
    let limit = |d: &Duty| (d.within.as_ref().map(|w| w.0.clone()), d.promptly.is_some());
    let whom = match (&a.whom, &b.whom) {
        (Some(x), Some(y)) => x.cells.meets(&y.cells),
        _ => true,
    };
    a.verb == b.verb
        && limit(a) != limit(b)
        && a.actor.cells.meets(&b.actor.cells)
        && whom
        && a.phrases.iter().all(|(d, x)| meets(x, b.phrases.iter().filter(|(e, _)| e == d).map(|(_, y)| y)))
        && analysis.can_be(started(analysis, a), started(analysis, b))
}

/// Whether two rights are to the same, of the same people in some world, and are answered by
/// different times or through different channels.
pub fn rights(analysis: &Analysis<'_>, a: &Right, b: &Right) -> bool {
    let way = |r: &Right| {
        let mut through: Vec<String> = r.through.iter().map(|t| t.0.clone()).collect();
        through.sort_unstable();
        (r.within.map(|w| w.0), through, r.only_through.is_some())
    };
    let worlds = &analysis.space.worlds;
    a.names.iter().any(|n| b.names.contains(n))
        && way(a) != way(b)
        && a.holder.cells.meets(&b.holder.cells)
        && a.over.cells.meets(&b.over.cells)
        && a.phrases.iter().all(|(d, x)| meets(x, b.phrases.iter().filter(|(e, _)| e == d).map(|(_, y)| y)))
        && analysis.can_be(worlds.holds(&a.when), worlds.holds(&b.when))
}

fn meets<'a>(phrase: &Phrase, mut others: impl Iterator<Item = &'a Phrase>) -> bool {
    let other: Option<&CellSet> = others.next().map(|p| &p.cells);
    other.is_none_or(|cells| phrase.cells.meets(cells))
}

/// The worlds in which a duty has begun.
pub fn started(analysis: &Analysis<'_>, duty: &Duty) -> World {
    let worlds = &analysis.space.worlds;
    let when = worlds.holds(&duty.when);
    if duty.on.is_empty() {
        return when;
    }
    let on = duty.on.iter().fold(World::NONE, |w, e| worlds.or(w, worlds.holds(&Expression::Happened(*e))));
    worlds.and(when, on)
}
