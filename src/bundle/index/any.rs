//! What `any` and a left-out actor stand for, in cells.

use crate::bundle::core::Core;
use crate::bundle::dimension::{ACTIONS, Dimension, FORMS};
use crate::bundle::format::{Ranges, Term};
use crate::bundle::ranges;

/// All cells of a dimension that a request can name.
pub(super) fn any(core: &Core, dimension: Dimension) -> Ranges {
    let Some(graph) = dimension.graph(&core.vocabulary) else {
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
pub(super) fn issuer(core: &Core) -> Ranges {
    let names = &core.policy.issuer;
    if names.is_empty() {
        return any(core, Dimension::Actor);
    }
    let is_issuer = |term: &&Term| names.contains(&term.name);
    let terms = core.vocabulary.parties.terms.iter().filter(is_issuer);
    ranges::union(terms.flat_map(|term| term.cells.iter().copied()).collect())
}
