//! Text to text: the one style, which changes no meaning and loses no comment.
//!
//! | step | takes | gives |
//! |---|---|---|
//! | `words` | tokens, text | words with the comments and blank lines that belong to them |
//! | `pieces` | the tree | where a statement may be broken, and the order of its phrases |
//! | `lines` | words in pieces | lines of a width |
//! | `blocks` | words | the file, block by block |
//! | `unplaced` | two trees | whether they say the same, wherever it stands |
//!
//! What comes out is parsed again and held against what went in, tree by tree and comment by
//! comment, before anybody sees it. A text with mistakes is not formatted.

mod blocks;
mod lines;
mod pieces;
mod unplaced;
mod words;

use super::{Parser, Reading, read, tree};
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Sources};
use pieces::Order;
use unplaced::Unplaced;

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
    let Reading { mut file, findings, tokens } = read(&mut parser.shapes, id, text);
    if findings.iter().any(|f| f.level == Level::Error) {
        return Err(FormatFailure::Mistakes(findings));
    }
    let shapes = pieces::shapes(&file);
    let said = Said { comments: words::comments(text, &tokens), items: unplaced(&mut file) };
    for order in [Order::Phrases, Order::Written] {
        let out = blocks::print(text, &tokens, &shapes, order, width);
        // The same text says the same.
        if out == text || said.is_what(&out, parser) {
            return Ok(out);
        }
        // A phrase of time can take what follows it for its own; then the order stays as written.
    }
    Err(FormatFailure::Unproven)
}

/// What a text says, wherever it stands in it.
struct Said<'a> {
    /// In the order of their bytes.
    comments: Vec<&'a str>,
    /// Without places, phrases in the one order.
    items: Vec<tree::Item>,
}

impl Said<'_> {
    /// Whether another text is without mistakes, and says just this.
    fn is_what(&self, text: &str, parser: &mut Parser) -> bool {
        let Reading { mut file, findings, tokens } = read(&mut parser.shapes, SourceId(0), text);
        findings.iter().all(|f| f.level != Level::Error)
            && words::comments(text, &tokens) == self.comments
            && unplaced(&mut file) == self.items
    }
}

fn unplaced(file: &mut tree::File) -> Vec<tree::Item> {
    let mut items = std::mem::take(&mut file.items);
    items.unplace();
    items
}
