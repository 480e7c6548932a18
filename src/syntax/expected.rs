//! What was expected, in the reader's words.

use super::grammar::Rule;

pub(super) fn words(rules: &[Rule]) -> String {
    format!("{rules:?}")
}
