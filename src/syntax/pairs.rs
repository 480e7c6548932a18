//! What the grammar matched in a unit: rules with their places, outermost first.
//!
//! Places are numbers of marks, so that the same nodes serve every unit of one shape, each with
//! its own tokens for marks. Knows no rule by name.

use super::grammar::Rule;
use super::scanner::Token;

/// A rule that matched.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Node {
    /// Which.
    pub rule: Rule,
    /// The mark that it begins with.
    pub first: u32,
    /// The mark that it ends with.
    pub last: u32,
    /// The node behind the last of those within it.
    pub behind: u32,
}

/// All that matched in one unit, and where.
#[derive(Clone, Copy)]
pub(super) struct Tree<'p> {
    /// The nodes, each before those within it.
    pub nodes: &'p [Node],
    /// What the nodes' marks stand for.
    pub marks: &'p [Token],
    /// The text that was read.
    pub text: &'p str,
    /// Where it begins in the file.
    pub base: u32,
}

impl<'p> Tree<'p> {
    /// The outermost rule.
    pub fn root(&'p self) -> Option<Pair<'p>> {
        self.children(0, self.nodes.len() as u32).next()
    }

    #[inline]
    fn children(&'p self, at: u32, end: u32) -> Pairs<'p> {
        Pairs { tree: self, at, end }
    }
}

/// A rule that matched, with its text and what matched within it.
#[derive(Clone, Copy)]
pub(super) struct Pair<'p> {
    tree: &'p Tree<'p>,
    at: u32,
    node: Node,
}

impl<'p> Pair<'p> {
    #[inline]
    pub fn as_rule(&self) -> Rule {
        self.node.rule
    }

    /// Its bytes in the file, without white space and comments at its end.
    #[inline]
    pub fn place(&self) -> (u32, u32) {
        let mark = |at: u32| self.tree.marks.get(at as usize);
        (mark(self.node.first).map_or(0, |t| t.start), mark(self.node.last).map_or(0, |t| t.end))
    }

    #[inline]
    pub fn as_str(&self) -> &'p str {
        let (start, end) = self.place();
        let within = |byte: u32| byte.saturating_sub(self.tree.base) as usize;
        self.tree.text.get(within(start)..within(end)).unwrap_or_default()
    }

    /// What matched directly within it, in order.
    #[inline]
    pub fn into_inner(self) -> Pairs<'p> {
        self.tree.children(self.at + 1, self.node.behind)
    }
}

/// What matched directly within a rule.
#[derive(Clone, Copy)]
pub(super) struct Pairs<'p> {
    tree: &'p Tree<'p>,
    at: u32,
    end: u32,
}

impl<'p> Iterator for Pairs<'p> {
    type Item = Pair<'p>;

    #[inline]
    fn next(&mut self) -> Option<Pair<'p>> {
        if self.at >= self.end {
            return None;
        }
        let node = *self.tree.nodes.get(self.at as usize)?;
        let pair = Pair { tree: self.tree, at: self.at, node };
        self.at = node.behind;
        Some(pair)
    }
}
