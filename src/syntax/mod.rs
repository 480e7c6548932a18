//! Text to the tree as written, with every mistake of the file in one run.
//!
//! | step | takes | gives |
//! |---|---|---|
//! | `scanner` | text | tokens; the text with pasted signs made plain |
//! | `limits` | tokens | no, where a file is too large or too deep for what follows |
//! | `confusable` | text, tokens | findings about characters that deceive the reader |
//! | `structure` | tokens | units: lines and blocks, nested |
//! | `grammar` | one unit | the rules that match, or the place where reading stopped (pest ends here) |
//! | `shapes` | one unit | the same, of the grammar or of an earlier unit of the same shape, as `pairs` |
//! | `build` | pairs | parts of the tree |
//! | `units` | one unit | its parts; `recovery` and `mistakes` where it cannot be read |
//! | `reader` | parts | the tree |
//! | [`mod@format`] | text without mistakes | the same text in the one style |
//!
//! Resolves no name and fills in no default.

mod build;
mod confusable;
mod expected;
pub mod format;
mod grammar;
mod limits;
mod mistakes;
mod pairs;
mod reader;
mod recovery;
mod scanner;
mod shapes;
mod structure;
pub mod tree;
mod units;

pub use limits::{MAX_FILE_BYTES, MAX_FINDINGS, MAX_ITEM_BYTES, MAX_ITEMS, MAX_NESTING};
pub(crate) use mistakes::ACTIONS;

use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Sources, Span};

/// Reads files, one after the other. What one file teaches of the shapes of statements makes the
/// next one faster, and changes nothing.
#[derive(Default)]
pub struct Parser {
    shapes: shapes::Shapes,
}

impl Parser {
    /// Reads a file. The tree holds all that could be read; the rest has its findings.
    pub fn parse(&mut self, sources: &Sources, id: SourceId) -> (tree::File, Vec<Finding>) {
        let text = sources.get(id).map_or("", |s| s.text.as_str());
        let Reading { file, findings, .. } = read(&mut self.shapes, id, text);
        (file, findings)
    }
}

/// Reads one file by itself.
pub fn parse(sources: &Sources, id: SourceId) -> (tree::File, Vec<Finding>) {
    Parser::default().parse(sources, id)
}

/// What reading a file gives.
struct Reading {
    file: tree::File,
    findings: Vec<Finding>,
    /// What the scanner made of it; nothing of a file that is too large.
    scan: scanner::Scan,
}

fn read(shapes: &mut shapes::Shapes, id: SourceId, text: &str) -> Reading {
    let mut file = tree::File { source: id, items: Vec::new() };
    let scan = match scan(id, text) {
        Ok(scan) => scan,
        Err(finding) => return Reading { file, findings: vec![*finding], scan: scanner::Scan::default() },
    };
    let mut findings = scan.findings.clone();
    findings.extend(confusable::check(id, text, &scan.tokens));
    let (units, unpaired) = structure::structure(id, &scan.tokens, text);
    findings.extend(unpaired);
    file.items = reader::Reader::new(id, text, &scan, shapes, &mut findings).file(units);
    Reading { file, findings: in_order(findings), scan }
}

/// Reads a question, such as `share IpAddress to Mixpanel for UsageAnalytics when not opted_out`.
pub fn parse_question(sources: &Sources, id: SourceId) -> (Option<tree::Statement>, Vec<Finding>) {
    let text = sources.get(id).map_or("", |s| s.text.as_str());
    let scan = match scan(id, text) {
        Ok(scan) => scan,
        Err(finding) => return (None, vec![*finding]),
    };
    let mut findings = scan.findings.clone();
    findings.extend(confusable::check(id, text, &scan.tokens));
    let mut shapes = shapes::Shapes::default();
    let question = reader::Reader::new(id, text, &scan, &mut shapes, &mut findings).question();
    (question, in_order(findings))
}

fn scan(id: SourceId, text: &str) -> Result<scanner::Scan, Box<Finding>> {
    if let Some(finding) = limits::file_bytes(id, text) {
        return Err(Box::new(finding));
    }
    let scan = scanner::scan(id, text);
    match limits::excess(id, &scan.tokens) {
        Some(finding) => Err(Box::new(finding)),
        None => Ok(scan),
    }
}

/// Findings in the order of their places, and no more than a person reads.
fn in_order(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|f| (f.primary.span.start, f.primary.span.end));
    if let Some(span) = findings.get(MAX_FINDINGS).map(|f| f.primary.span) {
        let more = findings.len() - MAX_FINDINGS;
        findings.truncate(MAX_FINDINGS);
        let message = format!("{more} more mistakes from here on are not shown");
        findings.push(Finding::new("limit", Level::Error, message, Span { end: span.start, ..span }));
    }
    findings
}
