//! A tree of terms, and how it is declared.

use super::words::spoken;
use std::fmt::Write;

/// A term's number in its tree.
pub type Id = usize;

/// Terms of one sort, each below one other at most.
#[derive(Default)]
pub struct Tree {
    terms: Vec<Term>,
}

struct Term {
    name: String,
    parent: Option<Id>,
    children: Vec<Id>,
}

impl Tree {
    /// One more term.
    pub fn add(&mut self, parent: Option<Id>, name: String) -> Id {
        let id = self.terms.len();
        self.terms.push(Term { name, parent, children: Vec::new() });
        if let Some(parent) = parent {
            self.terms[parent].children.push(id);
        }
        id
    }

    pub fn name(&self, term: Id) -> &str {
        &self.terms[term].name
    }

    pub fn children(&self, term: Id) -> &[Id] {
        &self.terms[term].children
    }

    pub fn len(&self) -> usize {
        self.terms.len()
    }

    /// The term, what it is below, and so on.
    pub fn upwards(&self, term: Id) -> Vec<Id> {
        std::iter::successors(Some(term), |t| self.terms[*t].parent).collect()
    }

    /// The term and all below it.
    pub fn below(&self, term: Id) -> Vec<Id> {
        let mut out = vec![term];
        let mut next = 0;
        while next < out.len() {
            out.extend(&self.terms[out[next]].children);
            next += 1;
        }
        out
    }

    /// The declaration of a term and all below it.
    pub fn declare(&self, keyword: &str, term: Id, depth: usize, out: &mut String) {
        let Term { name, children, .. } = &self.terms[term];
        let indent = "  ".repeat(depth);
        let keyword = if depth == 0 { format!("{keyword} ") } else { String::new() };
        let _ = write!(out, "{indent}{keyword}{name} \"{}\"", spoken(name));
        if children.is_empty() {
            out.push_str(";\n");
            return;
        }
        out.push_str(" {\n");
        for child in children {
            self.declare("", *child, depth + 1, out);
        }
        let _ = writeln!(out, "{indent}}}");
    }
}
