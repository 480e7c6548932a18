//! How much of a document has been read: which sentences are encoded, promised, informative, unread.
//!
//! A sentence that several citations read counts once, as the first of these that it is. Where the
//! document is not at hand its lock answers, without words.

use super::documents::Entry;
use super::lock::{Line, Role};
use super::words::promising;
use crate::source::Span;

/// How often each way of reading occurs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Sentences that statements, duties or rights rest on.
    pub encoded: usize,
    /// Sentences that only promises rest on.
    pub promised: usize,
    /// Sentences that are marked as promising nothing.
    pub informative: usize,
    /// Sentences that nothing cites.
    pub unread: usize,
}

/// The sentences of one heading, those of its sub-headings apart.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The heading; from a lock, its slugs. Empty above the first heading.
    pub heading: String,
    /// How deep it lies, from 0.
    pub depth: usize,
    /// The counts.
    pub counts: Counts,
}

/// A sentence that nothing cites.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unread {
    /// Where it stands; none where the document is not at hand.
    pub span: Option<Span>,
    /// Its words in one line, without what Markdown and HTML add; empty where the document is not at hand.
    pub text: String,
    /// Its heading, as in [`Row`].
    pub heading: String,
    /// Whether it sounds like a promise.
    pub promising: bool,
    /// The words that make it sound so; none where the document is not at hand.
    pub words: Vec<&'static str>,
}

/// How much of one document has been read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Coverage {
    /// Whether the counts are the lock's, since the document is not at hand.
    pub from_lock: bool,
    /// The headings that have sentences, in order.
    pub rows: Vec<Row>,
    /// What is not read: first what sounds like a promise.
    pub unread: Vec<Unread>,
}

impl Counts {
    /// All sentences.
    pub fn total(&self) -> usize {
        self.encoded + self.promised + self.informative + self.unread
    }

    /// How much is read, in hundredths of a per cent and rounded down, so that only all is 100 %.
    pub fn read(&self) -> usize {
        ((self.total() - self.unread) * 10_000).checked_div(self.total()).unwrap_or(10_000)
    }

    /// Adds others to these.
    pub fn add(&mut self, other: Counts) {
        self.encoded += other.encoded;
        self.promised += other.promised;
        self.informative += other.informative;
        self.unread += other.unread;
    }

    fn count(&mut self, role: Option<Role>) {
        match role {
            Some(Role::Encoded) => self.encoded += 1,
            Some(Role::Promised) => self.promised += 1,
            Some(Role::Informative) => self.informative += 1,
            None => self.unread += 1,
        }
    }
}

impl Coverage {
    /// What is read of a document; none where neither it nor its lock is at hand.
    pub fn of(entry: &Entry<'_>) -> Option<Coverage> {
        let mut coverage = Coverage { from_lock: false, rows: Vec::new(), unread: Vec::new() };
        if let Ok(text) = &entry.text {
            for (sentence, line) in text.sentences.iter().zip(entry.lines()) {
                let heading = sentence.heading.and_then(|h| text.headings.get(h));
                let row = heading.map_or(String::new(), |h| h.text.clone());
                let depth = heading.map_or(0, |h| h.path.matches('/').count());
                let unread = Unread {
                    span: Some(sentence.span),
                    text: sentence.folded.clone(),
                    heading: row.clone(),
                    promising: line.promising,
                    words: promising(&sentence.folded),
                };
                coverage.add(row, depth, line, unread);
            }
        } else {
            coverage.from_lock = true;
            for line in entry.locked.clone()?.sentences {
                let (row, depth) = (line.under.clone(), line.under.matches('/').count());
                let unread = Unread {
                    span: None,
                    text: String::new(),
                    heading: row.clone(),
                    promising: line.promising,
                    words: Vec::new(),
                };
                coverage.add(row, depth, line, unread);
            }
        }
        coverage.unread.sort_by_key(|u| !u.promising);
        Some(coverage)
    }

    fn add(&mut self, heading: String, depth: usize, line: Line, unread: Unread) {
        let role = line.cites.iter().map(|c| c.role).min();
        if self.rows.last().is_none_or(|row| row.heading != heading || row.depth != depth) {
            self.rows.push(Row { heading, depth, counts: Counts::default() });
        }
        if let Some(row) = self.rows.last_mut() {
            row.counts.count(role);
        }
        if role.is_none() {
            self.unread.push(unread);
        }
    }

    /// The counts of the whole document.
    pub fn total(&self) -> Counts {
        self.rows.iter().fold(Counts::default(), |mut all, row| {
            all.add(row.counts);
            all
        })
    }
}
