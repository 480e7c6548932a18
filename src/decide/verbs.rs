//! The built-in names, of actions and forms, to their cells.

use crate::bundle::dimension::{ACTIONS, Dimension, FORMS, VERBS};
use crate::bundle::ranges::Range;

/// Single cells of actions and forms.
#[allow(clippy::indexing_slicing)] // worked out by the compiler
static SINGLE: [Range; ACTIONS.len()] = {
    let mut cells = [(0, 0); ACTIONS.len()];
    let mut at = 0;
    while at < cells.len() {
        cells[at] = (at as u32 + 1, at as u32 + 2);
        at += 1;
    }
    cells
};

/// The cells of each of [`VERBS`].
static FAMILIES: [Range; VERBS.len()] = [VERBS[0].1, VERBS[1].1];

/// The verb of which only the own part is named, and any other as it is.
fn own_part(name: &str) -> &str {
    name.strip_prefix("other ").filter(|verb| VERBS.iter().any(|v| v.0 == *verb)).unwrap_or(name)
}

/// The cells of a verb in its narrow reading, or of a form; none where there is no such name.
pub(super) fn verb_or_form(dimension: Dimension, name: &str) -> Option<&'static [Range]> {
    let single = |names: &[&str], name: &str| {
        let at = names.iter().position(|n| *n == name)?;
        SINGLE.get(at..=at)
    };
    match (dimension, name) {
        (Dimension::Form, _) => single(&FORMS, name),
        (_, "delete") => single(&ACTIONS, "erase"),
        _ => match VERBS.iter().position(|(verb, _)| *verb == name) {
            Some(verb) => FAMILIES.get(verb..=verb),
            None => single(&ACTIONS, own_part(name)),
        },
    }
}
