//! Terms and their order.
//!
//! Takes declared terms with their parents; gives each graph's cells and each term's set of them.
//! Knows nothing of statements, and reports nothing: a cycle or a double declaration is found in
//! `resolve` before a [`Vocabulary`] is made.

use crate::flow::cells::CellSet;
use crate::flow::dimension::NONE;
use crate::source::Span;
use rustc_hash::FxHashMap;

/// The most parts that the sets of all terms may have together, those of their kinds counted where
/// they are put together. A part is a stretch of cells that are numbered on end; a tree's terms have
/// one each.
pub const MAX_PARTS: usize = 10_000_000;

/// The number of a term.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TermId(pub u32);

/// The graphs that terms form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Graph {
    /// Categories of data.
    Data,
    /// People and parties.
    Party,
    /// Purposes.
    Purpose,
    /// Places.
    Place,
    /// Ways in; they have cells beside the parties', in the dimension of sources alone.
    Channel,
}

/// What a term of the graph of people and parties is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sort {
    /// A category of data, a purpose, a place or a channel.
    Plain,
    /// People.
    People,
    /// One party.
    Party,
    /// A class of parties.
    Parties,
}

/// A term, as `resolve` hands it over.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// Its name.
    pub name: String,
    /// Which graph it is of.
    pub graph: Graph,
    /// What it is there.
    pub sort: Sort,
    /// Where its name stands in its declaration.
    pub span: Span,
    /// What it means, for people.
    pub description: Option<String>,
    /// `bound by`: by what.
    pub bound: Option<String>,
    /// `open because`: why.
    pub open: Option<String>,
    /// What it is called elsewhere.
    pub same: Vec<String>,
    /// Its kinds: the terms below it, in the order of their writing.
    pub children: Vec<TermId>,
    /// Whether it is a name for a list: the list's members, and those that `except` takes out. It has no part of its own.
    pub list: Option<(Vec<ListMember>, Vec<ListMember>)>,
}

/// A member of a named list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ListMember {
    /// A term and all below it.
    Term(TermId),
    /// A term's own part.
    Other(TermId),
    /// Everything in the graph.
    Any,
    /// The part that no declared term covers.
    OtherAny,
    /// The built-in `the subject`.
    Subject,
}

/// All terms of a policy, numbered and ordered.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    terms: Vec<Term>,
    by_name: FxHashMap<String, TermId>,
    own: Vec<u32>,
    cells: Vec<CellSet>,
    parents: Vec<Vec<TermId>>,
    names: [Vec<Option<TermId>>; 4],
    channels: CellSet,
    subject: u32,
    nothing: CellSet,
    tangled: Option<TermId>,
}

impl Vocabulary {
    /// Numbers the cells. `terms` must have no cycle in `children` or lists; ids are positions.
    ///
    /// Cells of a graph count from 1 (0 is `none`): first the terms, depth first, then the part
    /// that no term covers. The party graph goes on with `the subject`, then the channels.
    pub fn new(terms: Vec<Term>) -> Vocabulary {
        let count = terms.len();
        let mut parents: Vec<Vec<TermId>> = vec![Vec::new(); count];
        for (i, term) in terms.iter().enumerate() {
            for child in &term.children {
                if let Some(p) = parents.get_mut(child.0 as usize) {
                    p.push(TermId(i as u32));
                }
            }
        }
        let mut vocabulary = Vocabulary {
            by_name: terms.iter().enumerate().map(|(i, t)| (t.name.clone(), TermId(i as u32))).collect(),
            own: vec![NONE; count],
            cells: vec![CellSet::empty(); count],
            parents,
            names: Default::default(),
            channels: CellSet::empty(),
            subject: NONE,
            nothing: CellSet::empty(),
            tangled: None,
            terms,
        };
        for graph in [Graph::Data, Graph::Party, Graph::Purpose, Graph::Place] {
            vocabulary.number(graph);
        }
        vocabulary.close();
        vocabulary
    }

    fn slot(graph: Graph) -> usize {
        match graph {
            Graph::Data => 0,
            Graph::Party | Graph::Channel => 1,
            Graph::Purpose => 2,
            Graph::Place => 3,
        }
    }

    fn number(&mut self, graph: Graph) {
        let mut names: Vec<Option<TermId>> = vec![None];
        self.walk(graph, &mut names);
        names.push(None);
        if graph == Graph::Party {
            self.subject = names.len() as u32;
            names.push(None);
            let first = names.len() as u32;
            self.walk(Graph::Channel, &mut names);
            self.channels = CellSet::range(first, names.len() as u32);
        }
        if let Some(slot) = self.names.get_mut(Self::slot(graph)) {
            *slot = names;
        }
    }

    /// Gives each term of a graph that is no list its own cell, depth first from the roots.
    fn walk(&mut self, graph: Graph, names: &mut Vec<Option<TermId>>) {
        let roots = (0..self.terms.len()).rev().map(|i| TermId(i as u32));
        let mut todo: Vec<TermId> = roots
            .filter(|id| self.parents.get(id.0 as usize).is_some_and(Vec::is_empty))
            .filter(|id| self.term(*id).is_some_and(|t| t.graph == graph && t.list.is_none()))
            .collect();
        while let Some(id) = todo.pop() {
            let Some(own) = self.own.get_mut(id.0 as usize) else { continue };
            if *own != NONE {
                continue;
            }
            *own = names.len() as u32;
            names.push(Some(id));
            if let Some(term) = self.terms.get(id.0 as usize) {
                todo.extend(term.children.iter().rev());
            }
        }
    }

    /// The cells of every term: its own and those below, children before parents. Stops where they
    /// would have more than [`MAX_PARTS`] parts.
    fn close(&mut self) {
        let mut parts = 0;
        let mut state = vec![0u8; self.terms.len()];
        for start in 0..self.terms.len() {
            let mut todo = vec![(start, false)];
            while let Some((i, ready)) = todo.pop() {
                let Some(term) = self.terms.get(i) else { continue };
                if ready {
                    let cells = self.union_below(i, term, &mut parts);
                    if parts > MAX_PARTS {
                        self.tangled = Some(TermId(i as u32));
                        return;
                    }
                    if let Some(slot) = self.cells.get_mut(i) {
                        *slot = cells;
                    }
                    continue;
                }
                match state.get_mut(i) {
                    Some(s) if *s == 0 => *s = 1,
                    _ => continue,
                }
                todo.push((i, true));
                todo.extend(term.children.iter().map(|c| (c.0 as usize, false)));
                if let Some((include, except)) = &term.list {
                    todo.extend(include.iter().chain(except).filter_map(|m| match m {
                        ListMember::Term(t) => Some((t.0 as usize, false)),
                        _ => None,
                    }));
                }
            }
        }
    }

    /// A term's cells, put together from so many parts more.
    fn union_below(&self, i: usize, term: &Term, parts: &mut usize) -> CellSet {
        let mut ranges = Vec::new();
        let mut add = |cells: &CellSet, ranges: &mut Vec<(u32, u32)>| {
            *parts += cells.ranges().len();
            if *parts <= MAX_PARTS {
                ranges.extend_from_slice(cells.ranges());
            }
        };
        if let Some((include, except)) = &term.list {
            let mut whole = |members: &[ListMember]| {
                let mut ranges = Vec::new();
                members.iter().for_each(|m| add(&self.member(term.graph, *m), &mut ranges));
                CellSet::from_ranges(ranges)
            };
            return whole(include).difference(&whole(except));
        }
        if let Some(&own) = self.own.get(i) {
            ranges.push((own, own + 1));
        }
        for child in &term.children {
            add(self.cells(*child), &mut ranges);
        }
        CellSet::from_ranges(ranges)
    }

    /// The term at which the sets came to have more than [`MAX_PARTS`] parts, if any: then those of
    /// other terms are missing.
    pub fn tangled(&self) -> Option<TermId> {
        self.tangled
    }

    /// The cells of a member of a list, or of a use of a term.
    pub fn member(&self, graph: Graph, member: ListMember) -> CellSet {
        match member {
            ListMember::Term(t) => self.cells(t).clone(),
            ListMember::Other(t) => self.own(t).map_or_else(CellSet::empty, CellSet::one),
            ListMember::Any => self.any(graph),
            ListMember::OtherAny => CellSet::one(self.other_any(graph)),
            ListMember::Subject => CellSet::one(self.subject),
        }
    }

    /// The term of that number.
    pub fn term(&self, id: TermId) -> Option<&Term> {
        self.terms.get(id.0 as usize)
    }

    /// All terms with their numbers, in the order of declaration.
    pub fn terms(&self) -> impl Iterator<Item = (TermId, &Term)> {
        self.terms.iter().enumerate().map(|(i, t)| (TermId(i as u32), t))
    }

    /// The term of that name.
    pub fn find(&self, name: &str) -> Option<TermId> {
        self.by_name.get(name).copied()
    }

    /// A term's own part and all below it.
    ///
    /// Empty for a number that no term has.
    pub fn cells(&self, id: TermId) -> &CellSet {
        self.cells.get(id.0 as usize).unwrap_or(&self.nothing)
    }

    /// A term's own part; none for a list.
    pub fn own(&self, id: TermId) -> Option<u32> {
        self.own.get(id.0 as usize).copied().filter(|&c| c != NONE)
    }

    /// The terms right above a term.
    pub fn parents(&self, id: TermId) -> &[TermId] {
        self.parents.get(id.0 as usize).map_or(&[], Vec::as_slice)
    }

    /// Everything in a graph: for parties with `the subject` and without channels.
    pub fn any(&self, graph: Graph) -> CellSet {
        let end = self.names.get(Self::slot(graph)).map_or(1, |n| n.len() as u32);
        match graph {
            Graph::Channel => self.channels.clone(),
            Graph::Party => CellSet::range(1, self.subject + 1),
            _ => CellSet::range(1, end),
        }
    }

    /// The part of a graph that no declared term covers.
    pub fn other_any(&self, graph: Graph) -> u32 {
        let end = self.names.get(Self::slot(graph)).map_or(1, |n| n.len() as u32);
        match graph {
            Graph::Party | Graph::Channel => self.subject - 1,
            _ => end - 1,
        }
    }

    /// The cell of `the subject`.
    pub fn subject(&self) -> u32 {
        self.subject
    }

    /// The cells of the channels.
    pub fn channels(&self) -> &CellSet {
        &self.channels
    }

    /// The term whose own part a cell is; none for `none`, `other any` and `the subject`.
    pub fn at(&self, graph: Graph, cell: u32) -> Option<TermId> {
        self.names.get(Self::slot(graph))?.get(cell as usize).copied().flatten()
    }

    /// How people name a cell: the term where it has nothing below it, else `other T`.
    pub fn cell_name(&self, graph: Graph, cell: u32) -> String {
        match self.at(graph, cell).and_then(|t| self.term(t)) {
            Some(term) if term.children.is_empty() => term.name.clone(),
            Some(term) => format!("other {}", term.name),
            None if cell == NONE => "none".to_owned(),
            None if graph == Graph::Party && cell == self.subject => "the subject".to_owned(),
            None => "other any".to_owned(),
        }
    }
}
