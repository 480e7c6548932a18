//! Markdown to headings, prose and links: the only module that knows pulldown-cmark.
//!
//! CommonMark with tables, footnotes, strike-through and a metadata block in front (which is left
//! aside, as are HTML and pictures; but what HTML can be linked to is kept). A paragraph, a list item,
//! a table's cell and a block of code are each a run of prose. The cells of a table's head are labels of its
//! columns, as headings are of sections, and no prose. Takes text; gives runs with the bytes that they come
//! from. Sentences are not found here.

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};
use std::ops::Range;

/// How many lists, quotes and items may lie in each other.
pub const MAX_NESTING: usize = 100;

/// What a text holds.
#[derive(Default, Debug)]
pub struct Blocks {
    /// The headings, runs of prose and labels, in order.
    pub blocks: Vec<Block>,
    /// The names that links can lead to beside headings: `id` and `name` in HTML.
    pub anchors: Vec<String>,
    /// Where nesting went too deep, so that the rest was not read.
    pub too_deep: Option<usize>,
}

/// What a block is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A heading of this level, from 1.
    Heading(u8),
    /// A run of prose.
    Prose,
    /// A cell of a table.
    Cell,
    /// A cell of a table's head.
    Label,
}

/// A heading, a run of prose or a label.
#[derive(Debug)]
pub struct Block {
    /// What it is.
    pub kind: Kind,
    /// Its words, without markup; a line end is a space.
    pub text: String,
    /// Which bytes of the source each part of the words comes from, in order.
    parts: Vec<Part>,
    /// The links in it.
    pub links: Vec<Link>,
}

#[derive(Debug)]
struct Part {
    /// Where it starts in the block's text.
    start: usize,
    /// Its length there.
    length: usize,
    source: Range<usize>,
}

/// A link in a run of prose.
#[derive(Clone, Debug)]
pub struct Link {
    /// The bytes of its words in the block's text.
    pub words: Range<usize>,
    /// Where it leads.
    pub target: String,
    /// The bytes of the whole link in the source.
    pub source: Range<usize>,
}

impl Block {
    fn new(kind: Kind) -> Block {
        Block { kind, text: String::new(), parts: Vec::new(), links: Vec::new() }
    }

    /// The bytes of the source that some of the words come from.
    pub fn source(&self, words: Range<usize>) -> Range<usize> {
        let start = self.place(words.start, false);
        let end = self.place(words.end.saturating_sub(1), true);
        start..end.max(start)
    }

    /// Where a byte of the text comes from: its first byte there, or the one behind its last.
    fn place(&self, at: usize, behind: bool) -> usize {
        let part = self.parts.partition_point(|p| p.start <= at).checked_sub(1);
        let Some(part) = part.and_then(|i| self.parts.get(i)) else { return 0 };
        if part.source.len() != part.length {
            return if behind { part.source.end } else { part.source.start };
        }
        (part.source.start + (at - part.start) + usize::from(behind)).min(part.source.end)
    }

    fn push(&mut self, words: &str, source: Range<usize>) {
        self.parts.push(Part { start: self.text.len(), length: words.len(), source });
        self.text.push_str(words);
    }
}

/// Reads a text.
pub fn read(text: &str) -> Blocks {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut reader = Reader {
        text,
        out: Blocks::default(),
        open: None,
        kind: Kind::Prose,
        head: false,
        aside: 0,
        links: Vec::new(),
    };
    let mut depth = 0usize;
    for (event, source) in Parser::new_ext(text, options).into_offset_iter() {
        match &event {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_NESTING {
            reader.out.too_deep = Some(source.start);
            break;
        }
        reader.event(event, source);
    }
    reader.flush();
    reader.out
}

struct Reader<'a> {
    text: &'a str,
    out: Blocks,
    open: Option<Block>,
    /// What a run of prose is here.
    kind: Kind,
    /// Within the head of a table.
    head: bool,
    /// How many pictures, metadata blocks and the like are open.
    aside: usize,
    /// The links that are open: where their words start, where they lead, their source.
    links: Vec<(usize, String, Range<usize>)>,
}

impl Reader<'_> {
    fn event(&mut self, event: Event<'_>, source: Range<usize>) {
        match event {
            Event::Start(tag) => self.start(tag, source),
            Event::End(tag) => self.end(tag),
            Event::Text(words) if self.aside == 0 => self.words(&words, source),
            Event::Code(words) if self.aside == 0 => {
                // the ticks around it are no words
                let whole = self.text.get(source.clone()).unwrap_or_default();
                let inner =
                    whole.find(words.as_ref()).map(|at| source.start + at..source.start + at + words.len());
                self.words(&words, inner.unwrap_or(source));
            }
            Event::SoftBreak | Event::HardBreak if self.aside == 0 => self.words(" ", source),
            Event::Html(html) | Event::InlineHtml(html) => self.anchors(&html),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, source: Range<usize>) {
        match tag {
            Tag::Heading { level, .. } => {
                self.flush();
                self.open = Some(Block::new(Kind::Heading(number(level))));
            }
            Tag::Image { .. } | Tag::MetadataBlock(_) => self.aside += 1,
            Tag::Link { dest_url, .. } => {
                let at = self.open.as_ref().map_or(0, |b| b.text.len());
                self.links.push((at, dest_url.into_string(), source));
            }
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Superscript | Tag::Subscript => {}
            other => {
                self.flush();
                self.head |= matches!(other, Tag::TableHead);
                self.kind = match other {
                    Tag::TableCell if self.head => Kind::Label,
                    Tag::TableCell => Kind::Cell,
                    _ => Kind::Prose,
                };
            }
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Image | TagEnd::MetadataBlock(_) => self.aside = self.aside.saturating_sub(1),
            TagEnd::Link => {
                let Some((start, target, source)) = self.links.pop() else { return };
                if let Some(block) = &mut self.open {
                    let words = start.min(block.text.len())..block.text.len();
                    block.links.push(Link { words, target, source });
                }
            }
            TagEnd::Emphasis
            | TagEnd::Strong
            | TagEnd::Strikethrough
            | TagEnd::Superscript
            | TagEnd::Subscript => {}
            other => {
                self.flush();
                self.head &= !matches!(other, TagEnd::TableHead);
                self.kind = Kind::Prose;
            }
        }
    }

    fn words(&mut self, words: &str, source: Range<usize>) {
        let kind = self.kind;
        let block = self.open.get_or_insert_with(|| Block::new(kind));
        // a block of code keeps its line ends, and so does a text that breaks within a word
        let mut at = 0;
        let verbatim = source.len() == words.len();
        for line in words.split_inclusive('\n') {
            let part =
                if verbatim { source.start + at..source.start + at + line.len() } else { source.clone() };
            at += line.len();
            match line.strip_suffix('\n') {
                Some(line) => block.push(&format!("{line} "), part),
                None => block.push(line, part),
            }
        }
    }

    /// Ends the run of prose that is open.
    fn flush(&mut self) {
        self.links.clear();
        if let Some(block) = self.open.take().filter(|b| !b.text.trim().is_empty()) {
            self.out.blocks.push(block);
        }
    }

    /// The names in HTML that a link can lead to.
    fn anchors(&mut self, html: &str) {
        for key in ["id=", "name="] {
            for (at, _) in html.match_indices(key) {
                let value = html.get(at + key.len()..).unwrap_or_default();
                let quoted = value.strip_prefix(['"', '\'']).unwrap_or(value);
                let name = quoted.split(['"', '\'', '>', ' ']).next().unwrap_or_default();
                if !name.is_empty() {
                    self.out.anchors.push(name.to_owned());
                }
            }
        }
    }
}

fn number(level: HeadingLevel) -> u8 {
    match level {
        HeadingLevel::H1 => 1,
        HeadingLevel::H2 => 2,
        HeadingLevel::H3 => 3,
        HeadingLevel::H4 => 4,
        HeadingLevel::H5 => 5,
        HeadingLevel::H6 => 6,
    }
}
