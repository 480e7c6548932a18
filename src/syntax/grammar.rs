//! The grammar at work, and the only module that names pest: a slice of text to pairs, or to the
//! place where reading stopped and what was expected there.
//!
//! Builds no tree and words no finding.

use pest::Parser as _;
use pest::error::{ErrorVariant, InputLocation};

/// A rule that matched, with its text and its children.
pub(super) type Pair<'i> = pest::iterators::Pair<'i, Rule>;
/// The children of a pair.
pub(super) type Pairs<'i> = pest::iterators::Pairs<'i, Rule>;

// The derive generates items that cannot be documented.
#[allow(missing_docs)]
mod derived {
    #[derive(pest_derive::Parser)]
    #[grammar = "../grammar/caveat.pest"]
    pub struct Grammar;
}
pub(super) use derived::Rule;

/// Where reading stopped.
pub(super) struct Stop {
    /// The byte in the slice.
    pub at: usize,
    /// The rules that could have gone on there.
    pub expected: Vec<Rule>,
}

/// Reads a whole slice as one rule.
pub(super) fn read(rule: Rule, slice: &str) -> Result<Pair<'_>, Stop> {
    match derived::Grammar::parse(rule, slice) {
        Ok(mut pairs) => pairs.next().ok_or(Stop { at: 0, expected: Vec::new() }),
        Err(error) => {
            let at = match error.location {
                InputLocation::Pos(at) => at,
                InputLocation::Span((at, _)) => at,
            };
            let expected = match error.variant {
                ErrorVariant::ParsingError { positives, .. } => positives,
                ErrorVariant::CustomError { .. } => Vec::new(),
            };
            Err(Stop { at, expected })
        }
    }
}
