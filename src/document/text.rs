//! A document as citations see it: headings, and the sentences under them.
//!
//! Takes Markdown; gives every sentence with its place, its folded words and its digest.

use super::fold::fold;
use super::markdown::{self, Block, Kind};
use super::sentences::sentences;
use super::sketch::{digest, sketch};
use crate::source::{SourceId, Span};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// How many bytes a document may have. A long policy has a fiftieth of that.
pub const MAX_BYTES: usize = 4 * 1024 * 1024;

/// How many sentences a document may have.
pub const MAX_SENTENCES: usize = 50_000;

/// A document that was read.
#[derive(Debug)]
pub struct Text {
    /// The headings, in order.
    pub headings: Vec<Heading>,
    /// The sentences, in order.
    pub sentences: Vec<Sentence>,
    /// The cells of the heads of tables, in order: their folded words.
    pub labels: Vec<(Span, String)>,
    /// The links within the document, in order: where they stand, and the anchor behind the `#`.
    pub links: Vec<(Span, String)>,
    /// All that such a link can lead to.
    pub anchors: BTreeSet<String>,
}

/// A heading.
#[derive(Debug)]
pub struct Heading {
    /// Its words.
    pub text: String,
    /// Its words as they are compared: folded, in lower case, without what ends or numbers them.
    pub plain: String,
    /// Its level, from 1.
    pub level: u8,
    /// Where it stands.
    pub span: Span,
    /// The heading above it.
    pub parent: Option<usize>,
    /// What a link to it says behind the `#`.
    pub slug: String,
    /// The slugs from the top down to its own, with `/` between them: without the document's title, whose
    /// own path is empty, and without the numbers that tell equal ones apart.
    pub path: String,
}

/// A sentence, a list item or a cell.
#[derive(Debug)]
pub struct Sentence {
    /// Where it stands.
    pub span: Span,
    /// The nearest heading above it.
    pub heading: Option<usize>,
    /// Its folded words.
    pub folded: String,
    /// Whether it goes on in another line of the file.
    pub wraps: bool,
    /// The digest of its folded words and of where its links lead.
    pub digest: String,
    /// What it is like.
    pub sketch: u64,
}

/// Why a document is not read, and where.
#[derive(Debug)]
pub struct TooMuch {
    /// What is too much, and how much may be.
    pub message: String,
    /// The byte where it becomes so.
    pub at: usize,
}

impl Text {
    /// Reads a document.
    pub fn read(source: SourceId, markdown: &str) -> Result<Text, TooMuch> {
        if markdown.len() > MAX_BYTES {
            let message =
                format!("the document has {} bytes, more than the {MAX_BYTES} allowed", markdown.len());
            return Err(TooMuch { message, at: 0 });
        }
        let blocks = markdown::read(markdown);
        if let Some(at) = blocks.too_deep {
            let most = markdown::MAX_NESTING;
            return Err(TooMuch {
                message: format!("lists and quotes are nested more than {most} deep"),
                at,
            });
        }
        let mut reader = Reader {
            source,
            markdown,
            out: Text {
                headings: Vec::new(),
                sentences: Vec::new(),
                labels: Vec::new(),
                links: Vec::new(),
                anchors: blocks.anchors.into_iter().collect(),
            },
            above: Vec::new(),
            title: title(&blocks.blocks),
            slugs: BTreeMap::new(),
        };
        for block in &blocks.blocks {
            match block.kind {
                Kind::Heading(level) => reader.heading(block, level),
                Kind::Prose | Kind::Cell => reader.prose(block),
                Kind::Label => reader.label(block),
            }
            if reader.out.sentences.len() > MAX_SENTENCES {
                let message = format!("the document has more than {MAX_SENTENCES} sentences");
                return Err(TooMuch { message, at: block.source(0..1).start });
            }
        }
        Ok(reader.out)
    }

    /// The sentences under a heading and its sub-headings: they follow each other.
    pub fn under(&self, heading: usize) -> Range<usize> {
        let Some(found) = self.headings.get(heading) else { return 0..0 };
        let next = self.headings.iter().skip(heading + 1).position(|h| h.level <= found.level);
        let behind = next.map_or(self.headings.len(), |n| heading + 1 + n);
        let from = |heading: usize| self.sentences.partition_point(|s| s.heading < Some(heading));
        from(heading)..from(behind)
    }

    /// The path of slugs to a sentence's heading; empty above the first heading.
    pub fn path(&self, sentence: &Sentence) -> &str {
        sentence.heading.and_then(|h| self.headings.get(h)).map_or("", |h| h.path.as_str())
    }

    /// Where words stand that are no sentence's, with what they are: of a heading, or of the head of a table.
    pub fn no_sentence(&self, folded: &str) -> Option<(Span, &'static str)> {
        let heading = self.headings.iter().find(|h| fold(&h.text).contains(folded));
        let label = || self.labels.iter().find(|(_, words)| words.contains(folded));
        heading
            .map(|h| (h.span, "a heading"))
            .or_else(|| label().map(|(span, _)| (*span, "the head of a table")))
    }

    /// The words of a sentence's heading.
    pub fn heading(&self, sentence: &Sentence) -> Option<&str> {
        sentence.heading.and_then(|h| self.headings.get(h)).map(|h| h.text.as_str())
    }
}

/// A heading as it is compared: without case, numbering, and the marks at its end.
pub fn plain_heading(text: &str) -> String {
    let folded = fold(text).to_lowercase();
    let unnumbered = match folded.split_once(' ') {
        Some((number, rest)) if is_number(number) => rest,
        _ => &folded,
    };
    unnumbered.trim_end_matches(['.', ':', '?', '!', ' ']).to_owned()
}

/// `1.`, `4.2`, `§3`, `b)`.
fn is_number(word: &str) -> bool {
    let digits = word.trim_matches(|c: char| matches!(c, '.' | ')' | '(' | '§'));
    let numeric = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    numeric || word.ends_with([')', '.']) && digits.chars().count() == 1
}

/// The anchor that a heading has on the web, as GitHub and most renderers make it.
pub fn slug(text: &str) -> String {
    let kept = text.trim().chars().flat_map(char::to_lowercase).filter_map(|c| match c {
        ' ' => Some('-'),
        '-' | '_' => Some(c),
        c if c.is_alphanumeric() => Some(c),
        _ => None,
    });
    kept.collect()
}

/// The level of the first heading, where no other has it or a higher one: it is the title of the whole,
/// and a document that gets a new title has not moved.
fn title(blocks: &[Block]) -> Option<u8> {
    let mut levels =
        blocks.iter().filter_map(|b| if let Kind::Heading(level) = b.kind { Some(level) } else { None });
    let first = levels.next()?;
    levels.all(|level| level > first).then_some(first)
}

struct Reader<'a> {
    source: SourceId,
    markdown: &'a str,
    out: Text,
    /// The headings that are open, outermost first.
    above: Vec<usize>,
    /// The level of the first heading, where it is the title of all.
    title: Option<u8>,
    /// How often each slug was taken.
    slugs: BTreeMap<String, usize>,
}

impl Reader<'_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span { source: self.source, start: range.start as u32, end: range.end as u32 }
    }

    fn heading(&mut self, block: &Block, level: u8) {
        let level_of = |i: &usize| self.out.headings.get(*i).map_or(0, |h| h.level);
        while self.above.last().is_some_and(|last| level_of(last) >= level) {
            self.above.pop();
        }
        let text = block.text.trim().to_owned();
        let plain_slug = slug(&text);
        let taken = self.slugs.entry(plain_slug.clone()).or_default();
        let slug = if *taken == 0 { plain_slug.clone() } else { format!("{plain_slug}-{taken}") };
        *taken += 1;
        self.out.anchors.insert(slug.clone());
        let parent = self.above.last().copied();
        let above = parent.and_then(|p| self.out.headings.get(p)).filter(|h| Some(h.level) != self.title);
        let above = above.map(|h| h.path.as_str());
        self.above.push(self.out.headings.len());
        let heading = Heading {
            plain: plain_heading(&text),
            level,
            span: self.span(block.source(0..block.text.trim_end().len())),
            parent,
            path: match above {
                _ if Some(level) == self.title => String::new(),
                Some(above) => format!("{above}/{plain_slug}"),
                None => plain_slug,
            },
            slug,
            text,
        };
        self.links(block);
        self.out.headings.push(heading);
    }

    fn prose(&mut self, block: &Block) {
        self.links(block);
        for range in sentences(&block.text) {
            let words = block.text.get(range.clone()).unwrap_or_default();
            let start = range.start + (words.len() - words.trim_start().len());
            let end = start + words.trim().len();
            // a bullet or a rule of dashes says nothing; a tick in a cell may
            let says = |c: char| {
                c.is_alphanumeric()
                    || block.kind == Kind::Cell && !c.is_ascii_punctuation() && c != '–' && c != '—'
            };
            if !words.trim().chars().any(says) {
                continue;
            }
            let folded = fold(words);
            let within = |at: usize| (start..=end).contains(&at);
            let targets = block.links.iter().filter(|l| within(l.words.start) && within(l.words.end));
            let targets: Vec<&str> = targets.map(|l| l.target.as_str()).collect();
            self.out.sentences.push(Sentence {
                wraps: self.markdown.get(block.source(start..end)).is_some_and(|s| s.contains('\n')),
                span: self.span(block.source(start..end)),
                heading: self.above.last().copied(),
                digest: digest(std::iter::once(folded.as_str()).chain(targets)),
                sketch: sketch(&folded),
                folded,
            });
        }
    }

    fn label(&mut self, block: &Block) {
        self.links(block);
        let span = self.span(block.source(0..block.text.trim_end().len()));
        self.out.labels.push((span, fold(&block.text)));
    }

    fn links(&mut self, block: &Block) {
        for link in &block.links {
            if let Some(anchor) = link.target.strip_prefix('#').filter(|a| !a.is_empty()) {
                self.out.links.push((self.span(link.source.clone()), anchor.to_owned()));
            }
        }
    }
}

#[cfg(test)]
impl Text {
    /// The text of a page that a test is about.
    #[allow(clippy::panic)]
    pub(super) fn of_page(page: &str) -> Text {
        Text::read(SourceId(0), page).unwrap_or_else(|why| panic!("{}", why.message))
    }
}
