//! Text to text: the one style, which changes no meaning and loses no comment.
//!
//! | step | takes | gives |
//! |---|---|---|
//! | `words` | tokens, text | words with the comments and blank lines that belong to them |
//! | `pieces` | the tree | where a statement may be broken, and the order of its phrases |
//! | `lines` | words in pieces | lines of a width |
//! | `blocks` | words | the file, block by block |
//! | `proof` | two texts | whether they say the same |
//! | `unplaced` | parts of trees | the same without their places |
//!
//! What comes out is read again and held against what went in, unit by unit and comment by comment,
//! before anybody sees it. A text with mistakes is not formatted.

mod blocks;
mod lines;
mod pieces;
mod proof;
mod unplaced;
mod words;

use super::{Parser, Reading, read};
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Sources};
use pieces::Order;
use proof::Said;

/// The width of a line in characters where nobody says otherwise.
pub const WIDTH: usize = 100;

/// Why a text was not formatted.
#[derive(Debug)]
pub enum FormatFailure {
    /// It has mistakes; nothing is formatted around them.
    Mistakes(Vec<Finding>),
    /// What came out does not say the same as what went in: a fault of the formatter's.
    Unproven,
}

/// The text of a file in the one style, with lines of so many characters where that can be.
///
/// The result parses to the same tree, phrases in the one order, with the same comments, and
/// formats to itself.
pub fn format(sources: &Sources, id: SourceId, width: usize) -> Result<String, FormatFailure> {
    format_with(&mut Parser::default(), sources, id, width)
}

/// The same, with a parser that may have read other files.
pub fn format_with(
    parser: &mut Parser,
    sources: &Sources,
    id: SourceId,
    width: usize,
) -> Result<String, FormatFailure> {
    let text = sources.get(id).map_or("", |s| s.text.as_str());
    let Reading { file, findings, scan } = read(&mut parser.shapes, id, text);
    if findings.iter().any(|f| f.level == Level::Error) {
        return Err(FormatFailure::Mistakes(findings));
    }
    let shapes = pieces::shapes(&file);
    drop(file);
    let said = Said::new(text, &scan);
    for order in [Order::Phrases, Order::Written] {
        let out = blocks::print(text, &scan.tokens, &shapes, order, width);
        // The same text says the same.
        if out == text || said.is_what(&out, &mut parser.shapes) {
            return Ok(out);
        }
        // A phrase of time can take what follows it for its own; then the order stays as written.
    }
    Err(FormatFailure::Unproven)
}
