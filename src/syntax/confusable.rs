//! Characters that deceive the reader.

use super::scanner::Token;
use crate::diagnostic::Finding;
use crate::source::SourceId;

pub(super) fn check(_source: SourceId, _text: &str, _tokens: &[Token]) -> Vec<Finding> {
    Vec::new()
}
