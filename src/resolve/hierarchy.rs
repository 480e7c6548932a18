//! What lies under what: `includes`, named lists, and the check that nothing lies under itself.
//!
//! Takes declared terms; gives the vocabulary with its cells, and the universe of each dimension.
//! Checks: `cyclic-vocabulary`; lists from which everything is taken out are `empty-set`.

use super::limits::{MAX_TIES, too_many_ties};
use super::names::{WRONG_KIND, Wanted};
use super::sets::EMPTY_SET;
use super::{Resolver, error};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, PerDimension};
use crate::policy::TermUse;
use crate::source::Span;
use crate::syntax::tree::{
    Declaration, Item, Member, Name, SectionItem, Set, Term, TermBody, TermRef, TermRefKind,
};
use crate::vocabulary::{Graph, ListMember, TermId, Vocabulary};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;

/// A term that lies under itself.
pub const CYCLIC_VOCABULARY: &str = "cyclic-vocabulary";

/// Where it is written that a term lies under another.
pub(super) type Edges = FxHashMap<(TermId, TermId), Span>;

impl<'a> Resolver<'a> {
    /// Makes the vocabulary of the declared terms; says whether there is one, and not too much of it.
    pub(super) fn order_terms(&mut self) -> bool {
        let mut edges = self.braces();
        let mut lists = Vec::new();
        for unit in self.units.order.clone() {
            self.unit = unit;
            for file in self.units.files(unit) {
                for item in &file.items {
                    match item {
                        Item::Declaration(Declaration::Term { term, .. }) => {
                            self.bodies(term, &mut edges, &mut lists);
                        }
                        _ => {
                            includes(item, &mut |parent, children| self.include(parent, children, &mut edges))
                        }
                    }
                }
            }
        }
        if !self.few_ties(&edges) {
            return false;
        }
        let cyclic = self.break_cycles(&edges);
        if !self.unfold_lists() {
            return false;
        }
        self.vocabulary = Vocabulary::new(std::mem::take(&mut self.terms));
        if let Some(term) = self.vocabulary.tangled() {
            self.too_tangled(term);
            return false;
        }
        self.universe = universe(&self.vocabulary);
        // Where a tie was cut, a list may be empty for no other reason.
        for (id, set) in lists.into_iter().filter(|_| !cyclic) {
            self.check_list(id, set);
        }
        true
    }

    /// What stands in the braces of what.
    fn braces(&self) -> Edges {
        let mut edges = Edges::default();
        for (id, term) in self.terms.iter().enumerate() {
            for child in &term.children {
                if let Some(below) = self.terms.get(child.0 as usize) {
                    edges.insert((TermId(id as u32), *child), below.span);
                }
            }
        }
        edges
    }

    /// `includes …` and `= …` behind the names of a declaration.
    fn bodies(&mut self, term: &'a Term, edges: &mut Edges, lists: &mut Vec<(TermId, &'a Set)>) {
        let mut todo = vec![term];
        while let Some(term) = todo.pop() {
            if !term.includes.is_empty() {
                self.include(&term.name, &term.includes, edges);
            }
            match &term.body {
                TermBody::Leaf => {}
                TermBody::Children(children) => todo.extend(children.iter().rev()),
                TermBody::Equals(set) => {
                    let Some(id) = self.declared(&term.name) else { continue };
                    let Some(graph) = self.terms.get(id.0 as usize).map(|t| t.graph) else { continue };
                    let include = self.list_members(id, graph, &set.include, edges);
                    let except = self.list_members(id, graph, &set.except, edges);
                    if let Some(term) = self.terms.get_mut(id.0 as usize) {
                        term.list = Some((include, except));
                    }
                    lists.push((id, set));
                }
            }
        }
    }

    /// The term that this very name declares; none where the name was declared before.
    fn declared(&self, name: &Name) -> Option<TermId> {
        let entry = self.names.by_name.get(name.node.as_str())?;
        (entry.span == name.span && entry.kind.graph().is_some()).then_some(TermId(entry.index))
    }

    fn list_members(
        &mut self,
        list: TermId,
        graph: Graph,
        refs: &'a [TermRef],
        edges: &mut Edges,
    ) -> Vec<ListMember> {
        let mut members = Vec::new();
        for r in refs {
            let (name, other) = match &r.kind {
                TermRefKind::Any => {
                    members.push(ListMember::Any);
                    continue;
                }
                TermRefKind::OtherAny => {
                    members.push(ListMember::OtherAny);
                    continue;
                }
                TermRefKind::Subject if graph == Graph::Party => {
                    members.push(ListMember::Subject);
                    continue;
                }
                TermRefKind::Subject => {
                    let message =
                        format!("`the subject` is a person, and {} belongs here", Wanted::of(graph).words());
                    self.report(error(WRONG_KIND, message, r.span));
                    continue;
                }
                TermRefKind::Named(name) => (name, false),
                TermRefKind::Other(name) => (name, true),
            };
            let Some(term) = self.term(name, Wanted::of(graph)) else { continue };
            self.uses.push(TermUse { term, span: name.span, dimension: None });
            if other {
                members.push(ListMember::Other(term));
            } else {
                members.push(ListMember::Term(term));
                edges.insert((list, term), name.span);
            }
        }
        members
    }

    /// Puts existing terms under a further one.
    fn include(&mut self, parent: &'a Name, children: &'a [Name], edges: &mut Edges) {
        let entry = self.names.by_name.get(parent.node.as_str()).copied();
        let Some(graph) = entry.and_then(|e| e.kind.graph()) else {
            match entry {
                // Its kinds say of which kind it must be.
                None => {
                    let below = children.iter().filter_map(|c| self.names.by_name.get(c.node.as_str()));
                    let graph = below.filter_map(|e| e.kind.graph()).next();
                    self.undeclared(parent, graph.map_or(Wanted::Data, Wanted::of));
                }
                Some(e) => {
                    let message = format!("`{}` {}, and only a term has kinds", parent.node, e.kind.is());
                    self.report(error(WRONG_KIND, message, parent.span).and(e.span, "declared here"));
                }
            }
            return;
        };
        let Some(id) = self.term(parent, Wanted::of(graph)) else { return };
        let Some(term) = self.terms.get(id.0 as usize) else { return };
        if term.list.is_some() {
            let message = format!("`{}` is a name for a list, and takes no kinds", parent.node);
            let finding = error(WRONG_KIND, message, parent.span)
                .and(term.span, "declared here")
                .help("add them to the list, or declare the term with `includes` in place of `=`");
            self.report(finding);
            return;
        }
        for name in children {
            let Some(child) = self.term(name, Wanted::of(graph)) else { continue };
            self.uses.push(TermUse { term: child, span: name.span, dimension: None });
            if let Entry::Vacant(free) = edges.entry((id, child)) {
                free.insert(name.span);
                if let Some(term) = self.terms.get_mut(id.0 as usize) {
                    term.children.push(child);
                }
            }
        }
    }

    /// Reports each term that lies under itself, and cuts the tie that makes it so. Says whether there was one.
    fn break_cycles(&mut self, edges: &Edges) -> bool {
        let mut state = vec![State::New; self.terms.len()];
        let mut cut: Vec<(TermId, TermId, Vec<TermId>)> = Vec::new();
        for start in 0..self.terms.len() {
            if state.get(start) != Some(&State::New) {
                continue;
            }
            let mut path: Vec<(TermId, Vec<TermId>)> = Vec::new();
            let mut enter = Some(TermId(start as u32));
            loop {
                if let Some(id) = enter.take() {
                    if let Some(s) = state.get_mut(id.0 as usize) {
                        *s = State::Open(path.len());
                    }
                    let mut below = self.below(id);
                    below.reverse();
                    path.push((id, below));
                }
                let Some((id, below)) = path.last_mut() else { break };
                let Some(next) = below.pop() else {
                    if let Some(s) = state.get_mut(id.0 as usize) {
                        *s = State::Done;
                    }
                    path.pop();
                    continue;
                };
                match state.get(next.0 as usize) {
                    Some(State::New) => enter = Some(next),
                    Some(State::Open(at)) => {
                        let parent = *id;
                        cut.push((parent, next, ends(path.get(*at..).unwrap_or_default())));
                    }
                    _ => {}
                }
            }
        }
        let cyclic = !cut.is_empty();
        for (parent, child, way) in cut {
            self.cyclic(parent, child, &way, edges);
            if let Some(term) = self.terms.get_mut(parent.0 as usize) {
                term.children.retain(|c| *c != child);
                if let Some((include, except)) = &mut term.list {
                    include.retain(|m| *m != ListMember::Term(child));
                    except.retain(|m| *m != ListMember::Term(child));
                }
            }
        }
        cyclic
    }

    /// What lies right under a term, or is a member of a list.
    fn below(&self, id: TermId) -> Vec<TermId> {
        let Some(term) = self.terms.get(id.0 as usize) else { return Vec::new() };
        let mut below = term.children.clone();
        if let Some((include, except)) = &term.list {
            below.extend(include.iter().chain(except).filter_map(|m| match m {
                ListMember::Term(t) => Some(*t),
                _ => None,
            }));
        }
        below
    }

    fn cyclic(&mut self, parent: TermId, child: TermId, way: &[TermId], edges: &Edges) {
        let name = |id: &TermId| self.terms.get(id.0 as usize).map_or("…", |t| t.name.as_str());
        let Some(span) = edges.get(&(parent, child)).copied() else { return };
        let mut steps: Vec<&str> = way.iter().map(name).collect();
        steps.push(name(&child));
        let mut finding = error(CYCLIC_VOCABULARY, format!("`{}` lies under itself", name(&child)), span)
            .at(format!("puts `{}` under `{}`", name(&child), name(&parent)))
            .note(format!("the way is `{}`", steps.join("` → `").replace("`…`", "…")))
            .help("take out one of these steps; two names for one thing are one term with `same as`");
        for pair in way.windows(2) {
            let [a, b] = pair else { continue };
            if let Some(span) = edges.get(&(*a, *b)) {
                finding = finding.and(*span, format!("puts `{}` under `{}`", name(b), name(a)));
            }
        }
        self.report(finding);
    }

    /// A list has no part of its own, so what lies under it lies under the term that it is put under.
    /// Says whether that is not too much.
    fn unfold_lists(&mut self) -> bool {
        let mut ties = 0;
        for i in 0..self.terms.len() {
            let children = self.terms.get(i).map(|t| t.children.clone()).unwrap_or_default();
            if !children.iter().any(|c| self.terms.get(c.0 as usize).is_some_and(|t| t.list.is_some())) {
                continue;
            }
            let mut unfolded: Vec<TermId> = Vec::new();
            let mut todo: Vec<TermId> = children.into_iter().rev().collect();
            let mut seen = rustc_hash::FxHashSet::default();
            while let Some(id) = todo.pop() {
                if !seen.insert(id) {
                    continue;
                }
                let Some(term) = self.terms.get(id.0 as usize) else { continue };
                match &term.list {
                    None => unfolded.push(id),
                    Some((include, except)) => {
                        let plain = |m: &ListMember| matches!(m, ListMember::Term(_));
                        if !except.is_empty() || !include.iter().all(plain) {
                            let message = format!(
                                "`{}` is more than a list of terms, and cannot lie under one",
                                term.name
                            );
                            let finding = error(WRONG_KIND, message, term.span)
                                .help("put the terms themselves there, without `except`, `other` and `any`");
                            self.findings.push(finding);
                            continue;
                        }
                        todo.extend(include.iter().rev().filter_map(|m| match m {
                            ListMember::Term(t) => Some(*t),
                            _ => None,
                        }));
                    }
                }
            }
            ties += seen.len();
            if let Some(term) = self.terms.get_mut(i) {
                if ties > MAX_TIES {
                    let span = term.span;
                    self.report(too_many_ties(span));
                    return false;
                }
                term.children = unfolded;
            }
        }
        true
    }

    /// Whether a list's `except` leaves something, and takes out something.
    fn check_list(&mut self, id: TermId, set: &'a Set) {
        let Some(term) = self.vocabulary.term(id) else { return };
        let Some((include, except)) = &term.list else { return };
        if include.len() != set.include.len() || except.len() != set.except.len() {
            return; // a member is wrong, and was reported
        }
        let cells = |m: &ListMember| self.vocabulary.member(term.graph, *m);
        let whole = CellSet::union_of(include.iter().map(cells));
        let idle =
            except.iter().zip(&set.except).filter(|(m, _)| !cells(m).meets(&whole)).map(|(_, r)| r.span);
        self.idle_excepts.extend(idle);
        if self.vocabulary.cells(id).is_empty() {
            let message = format!("`{}` is a name for nothing", term.name);
            let finding = error(EMPTY_SET, message, set.span).help("leave something in it, or take it out");
            self.report(finding);
        }
    }
}

/// Where the walk over terms is with one of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    New,
    /// On the path, at this position.
    Open(usize),
    Done,
}

/// The steps of a way. A way can be as long as the vocabulary; then its first and last steps show it.
fn ends(way: &[(TermId, Vec<TermId>)]) -> Vec<TermId> {
    let step = |(id, _): &(TermId, Vec<TermId>)| *id;
    if way.len() <= 8 {
        return way.iter().map(step).collect();
    }
    let (first, last) = (way.iter().take(4).map(step), way.iter().skip(way.len() - 4).map(step));
    first.chain([TermId(u32::MAX)]).chain(last).collect()
}

/// Calls back for each `X includes A, B;`, wherever it stands.
fn includes<'a>(item: &'a Item, found: &mut impl FnMut(&'a Name, &'a [Name])) {
    let mut member = |member: &'a Member| {
        if let Member::Includes { parent, children, .. } = member {
            found(parent, children);
        }
    };
    match item {
        Item::Member(m) => member(m),
        Item::Clause(clause) => clause.members.iter().for_each(member),
        Item::Section(section) => section.items.iter().for_each(|item| match item {
            SectionItem::Member(m) => member(m),
            SectionItem::Clause(clause) => clause.members.iter().for_each(&mut member),
        }),
        Item::Policy(_) | Item::Import(_) | Item::Extends(_) | Item::Declaration(_) | Item::Test(_) => {}
    }
}

/// All cells of each dimension, but `none`.
fn universe(vocabulary: &Vocabulary) -> PerDimension<CellSet> {
    let party = vocabulary.any(Graph::Party);
    PerDimension::from_fn(|dimension| match dimension {
        Dimension::Actor | Dimension::Recipient => party.clone(),
        Dimension::Subject => party.difference(&CellSet::one(vocabulary.subject())),
        Dimension::Source => party.union(vocabulary.channels()),
        Dimension::Action => CellSet::range(1, 17),
        Dimension::Form => CellSet::range(1, 5),
        Dimension::Data | Dimension::With => vocabulary.any(Graph::Data),
        Dimension::Purpose => vocabulary.any(Graph::Purpose),
        Dimension::Place => vocabulary.any(Graph::Place),
    })
}
