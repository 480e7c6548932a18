//! Files and places in them: the only coordinates that stages hand to each other.
//!
//! Takes texts that somebody has read; gives ids, spans, lines and columns. Reads nothing itself.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

/// The number of a source file in its [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct SourceId(pub u32);

/// A range of bytes in one source file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Span {
    /// The file.
    pub source: SourceId,
    /// The first byte.
    pub start: u32,
    /// The byte behind the last.
    pub end: u32,
}

impl Span {
    /// The beginning of the first file.
    pub fn start() -> Span {
        Span { source: SourceId(0), start: 0, end: 0 }
    }

    /// The range of bytes within its file.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The smallest span that holds both; `self` where they lie in different files.
    pub fn to(self, other: Span) -> Span {
        if self.source == other.source {
            Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
        } else {
            self
        }
    }
}

/// One source file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The path as it is shown to people, with `/` between its parts.
    pub name: String,
    /// The whole text, a byte-order mark included, so that byte ranges are the file's own.
    pub text: Arc<String>,
    /// Where its lines begin. Looked for when somebody asks: most files have no finding.
    line_starts: OnceLock<Vec<u32>>,
}

/// A place for people: both numbers count from 1, the column in characters.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in Unicode scalar values.
    pub column: usize,
}

/// All source files of a run, by number.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
}

impl Sources {
    /// Adds a file and gives its number.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.share(name, Arc::new(text.into()))
    }

    /// Adds a file whose text somebody else holds too, and gives its number.
    pub fn share(&mut self, name: impl Into<String>, text: Arc<String>) -> SourceId {
        self.files.push(Source { name: name.into(), text, line_starts: OnceLock::new() });
        SourceId(self.files.len() as u32 - 1)
    }

    /// The file of that number.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.files.get(id.0 as usize)
    }

    /// The text of a span; empty where the span lies in no file.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).and_then(|s| s.text.get(span.range())).unwrap_or_default()
    }

    /// All files with their numbers, in the order of their adding.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (SourceId, &Source)> {
        self.files.iter().enumerate().map(|(i, s)| (SourceId(i as u32), s))
    }
}

impl Source {
    fn line_starts(&self) -> &[u32] {
        self.line_starts.get_or_init(|| {
            let ends = self.text.match_indices('\n').map(|(at, _)| at as u32 + 1);
            std::iter::once(0).chain(ends).collect()
        })
    }

    /// The number of the line (from 0) that holds a byte.
    pub fn line_index(&self, byte: usize) -> usize {
        self.line_starts().partition_point(|&s| s as usize <= byte).saturating_sub(1)
    }

    /// The bytes of a line (from 0), its line end included.
    pub fn line_range(&self, line: usize) -> Option<Range<usize>> {
        let start = *self.line_starts().get(line)? as usize;
        let end = self.line_starts().get(line + 1).map_or(self.text.len(), |&e| e as usize);
        Some(start..end)
    }

    /// The line and column of a byte, for people.
    pub fn position(&self, byte: usize) -> Position {
        let line = self.line_index(byte);
        let start = self.line_range(line).map_or(0, |r| r.start);
        let before = self.text.get(start..byte.min(self.text.len())).unwrap_or_default();
        Position { line: line + 1, column: before.trim_start_matches('\u{feff}').chars().count() + 1 }
    }
}
