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

use super::{parse, scanner, tree};
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
    let (file, findings) = parse(sources, id);
    if findings.iter().any(|f| f.level == Level::Error) {
        return Err(FormatFailure::Mistakes(findings));
    }
    let text = sources.get(id).map_or("", |s| s.text.as_str());
    let scan = scanner::scan(id, text);
    for order in [Order::Phrases, Order::Written] {
        let shapes = pieces::shapes(&file);
        let mut said = words::comments(text, &scan.tokens);
        let out = blocks::print(text, &scan.tokens, &shapes, order, width);
        if let Some(again) = read(&out) {
            let mut kept = again.1;
            said.sort_unstable();
            kept.sort_unstable();
            if said == kept && same(&file, &again.0) {
                return Ok(out);
            }
        }
        // A phrase of time can take what follows it for its own; then the order stays as written.
    }
    Err(FormatFailure::Unproven)
}

/// The tree and the comments of a text without mistakes.
fn read(text: &str) -> Option<(tree::File, Vec<String>)> {
    let mut sources = Sources::default();
    let id = sources.add("", text);
    let (file, findings) = parse(&sources, id);
    if findings.iter().any(|f| f.level == Level::Error) {
        return None;
    }
    let scan = scanner::scan(id, text);
    Some((file, words::comments(text, &scan.tokens)))
}

/// Whether two trees say the same, their places and the order of phrases aside.
fn same(a: &tree::File, b: &tree::File) -> bool {
    let bare = |file: &tree::File| {
        let mut items = file.items.clone();
        items.unplace();
        items
    };
    bare(a) == bare(b)
}
