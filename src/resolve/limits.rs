//! How much of a vocabulary is taken in.
//!
//! Check: `limit`. A long chain, a wide term or a lattice is none of it: what is bounded is what a
//! text can make of itself, by naming large lists under many terms or weaving sets of many parts.

use super::hierarchy::Edges;
use super::{Resolver, error};
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::vocabulary::TermId;

/// The most ties of a vocabulary: a term that lies right under another or is a member of a list; a
/// list that lies under a term counts with all that it names.
pub const MAX_TIES: usize = 2_000_000;

/// The most statements, duties and rights that those may prevail over together which stand among
/// them: `notwithstanding` a label that is around the statement itself.
pub const MAX_OVERRULED: usize = 5_000_000;

impl Resolver<'_> {
    /// Whether the terms have no more ties than [`MAX_TIES`]; the first excess is reported.
    pub(super) fn few_ties(&mut self, edges: &Edges) -> bool {
        if edges.len() <= MAX_TIES {
            return true;
        }
        // The last one written, wherever a hash has put it.
        let last = edges.values().max().copied();
        self.report(too_many_ties(last.unwrap_or(Span::start())));
        false
    }

    /// Too many lines prevail over too much; said once.
    pub(super) fn too_much_overruled(&mut self, span: Span, first: bool) {
        if first {
            let message = format!(
                "`notwithstanding` a label around it puts statements above more than {MAX_OVERRULED} others together"
            );
            let help = "name what they are to prevail over, or give them a label and write one line with `prevails over`";
            self.report(error("limit", message, span).help(help));
        }
    }

    /// The sets of the terms would take too long to put together.
    pub(super) fn too_tangled(&mut self, term: TermId) {
        let Some(term) = self.vocabulary.term(term) else { return };
        let message = format!("the sets of `{}` and of the terms below it have too many parts", term.name);
        let help = "put the terms into fewer braces, so that a term's kinds stand together";
        let finding = error("limit", message, term.span)
            .note(format!("the parts of all terms' sets may be {} together", crate::vocabulary::MAX_PARTS))
            .help(help);
        self.report(finding);
    }
}

pub(super) fn too_many_ties(span: Span) -> Finding {
    let message = format!("more than {MAX_TIES} times a term lies under another or stands in a list");
    error("limit", message, span)
        .note("a list that lies under a term counts with all that it names")
        .help("put a term between, and the many under that one alone")
}
