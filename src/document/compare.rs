//! What changed in a document since its lock was written.
//!
//! A sentence that was cited must still be there, word for word and under the same heading. Where it is
//! not, the sentence that took its place is found: the one that the same citation rests on now, else the
//! one that is most like it. Text that nothing cites may change; it is only counted.

use super::citation::Outcome;
use super::documents::Cited;
use super::lock::{Cite, Line, Locked};
use super::sketch::{ALIKE, distance};
use super::text::Text;
use std::collections::{BTreeMap, BTreeSet};

/// What changed.
#[derive(Debug, Default)]
pub struct Comparison {
    /// What became of cited sentences, in the order of the lock.
    pub changes: Vec<Change>,
    /// The sentences that the lock does not know, in order.
    pub new: Vec<usize>,
    /// How many sentences that nothing cited are no longer there.
    pub gone: usize,
    /// How many citations the lock does not know.
    pub unknown: usize,
    /// How many citations of sentences that are still there were taken back.
    pub dropped: usize,
    /// The sentence that each line of the lock is about, where it is as it was.
    pub kept: BTreeMap<usize, usize>,
}

/// What became of one cited sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its line in the lock.
    pub line: usize,
    /// What happened.
    pub kind: Kind,
    /// The citations, by number, that rest on it now or would.
    pub cited: Vec<usize>,
}

/// What happened to a cited sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// It now has other words: the sentence.
    Changed(usize),
    /// It has the same words under another heading: the sentence.
    Moved(usize),
    /// It is gone; the sentence that is most like it, if any is.
    Vanished(Option<usize>),
    /// It is gone, and a citation of it finds nothing, which is a finding of its own.
    Unresolved(Option<usize>),
}

/// Compares.
pub fn compare(text: &Text, cited: &[Cited<'_>], locked: &Locked) -> Comparison {
    let mut work = Work::new(text, cited, locked);
    for (number, line) in locked.sentences.iter().enumerate() {
        if !line.cites.is_empty() && !work.out.kept.contains_key(&number) {
            let change = work.change(number, line);
            work.out.changes.push(change);
        }
    }
    work.count(locked);
    work.out
}

struct Work<'a> {
    text: &'a Text,
    cited: &'a [Cited<'a>],
    /// The sentences that the lock does not know, and that no change has taken yet.
    free: BTreeSet<usize>,
    /// The citations by label and fragment.
    known: BTreeMap<(&'a str, &'a str), Vec<usize>>,
    out: Comparison,
}

impl<'a> Work<'a> {
    fn new(text: &'a Text, cited: &'a [Cited<'a>], locked: &Locked) -> Work<'a> {
        let mut places: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (at, sentence) in text.sentences.iter().enumerate().rev() {
            places.entry((sentence.digest.as_str(), text.path(sentence))).or_default().push(at);
        }
        let mut out = Comparison::default();
        let mut free: BTreeSet<usize> = (0..text.sentences.len()).collect();
        for (number, line) in locked.sentences.iter().enumerate() {
            let same = places.get_mut(&(line.sentence.as_str(), line.under.as_str())).and_then(Vec::pop);
            if let Some(at) = same {
                free.remove(&at);
                out.kept.insert(number, at);
            }
        }
        let mut known: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (number, one) in cited.iter().enumerate() {
            known.entry((one.label, one.fragment.as_str())).or_default().push(number);
        }
        Work { text, cited, free, known, out }
    }

    /// What became of a cited sentence that is not where it was.
    fn change(&mut self, number: usize, line: &Line) -> Change {
        let same: Vec<usize> = line.cites.iter().flat_map(|c| self.citing(c)).collect();
        let moved = self.free.iter().copied().find(|at| self.digest(*at) == line.sentence);
        if let Some(at) = moved {
            return self.took(number, Kind::Moved(at), at, same);
        }
        // the same citation, resting on other words
        let rests = same.iter().find_map(|c| self.cited.get(*c).and_then(Cited::sentence));
        if let Some(at) = rests {
            return self.took(number, Kind::Changed(at), at, same);
        }
        let near =
            self.nearest(line, self.free.iter().copied()).filter(|(far, _)| *far <= ALIKE).map(|(_, at)| at);
        if !same.is_empty() {
            return Change { line: number, kind: Kind::Unresolved(near), cited: same };
        }
        // a citation of the same clause with another fragment
        let labels: BTreeSet<&str> = line.cites.iter().map(|c| c.by.as_str()).collect();
        let of_clause: Vec<usize> = (0..self.cited.len())
            .filter(|c| self.cited.get(*c).is_some_and(|c| labels.contains(c.label)))
            .collect();
        let candidates = of_clause.iter().filter_map(|c| self.cited.get(*c).and_then(Cited::sentence));
        let candidates = candidates.filter(|at| self.free.contains(at));
        if let Some((_, at)) = self.nearest(line, candidates) {
            let resting = |c: &usize| self.cited.get(*c).and_then(Cited::sentence) == Some(at);
            let cited: Vec<usize> = of_clause.iter().copied().filter(resting).collect();
            return self.took(number, Kind::Changed(at), at, cited);
        }
        let lost = |c: &usize| {
            self.cited.get(*c).is_some_and(|c| !matches!(c.outcome, Outcome::Found(_) | Outcome::Unverified))
        };
        match of_clause.iter().copied().find(lost) {
            Some(lost) => Change { line: number, kind: Kind::Unresolved(near), cited: vec![lost] },
            None => Change { line: number, kind: Kind::Vanished(near), cited: Vec::new() },
        }
    }

    fn took(&mut self, line: usize, kind: Kind, at: usize, cited: Vec<usize>) -> Change {
        self.free.remove(&at);
        Change { line, kind, cited }
    }

    fn citing(&self, cite: &Cite) -> Vec<usize> {
        self.known.get(&(cite.by.as_str(), cite.fragment.as_str())).cloned().unwrap_or_default()
    }

    fn digest(&self, at: usize) -> &str {
        self.text.sentences.get(at).map_or("", |s| s.digest.as_str())
    }

    /// The sentence that is most like a line, and how far from it.
    fn nearest(&self, line: &Line, among: impl Iterator<Item = usize>) -> Option<(u32, usize)> {
        let sketch = line.sketch();
        let far = |at: usize| self.text.sentences.get(at).map(|s| (distance(s.sketch, sketch), at));
        among.filter_map(far).min()
    }

    /// What nobody needs to look at, but the lock does not have as it is.
    fn count(&mut self, locked: &Locked) {
        let changed: BTreeSet<usize> = self.out.changes.iter().map(|c| c.line).collect();
        let gone = |number: &usize| !self.out.kept.contains_key(number) && !changed.contains(number);
        self.out.gone = (0..locked.sentences.len()).filter(gone).count();
        self.out.new = self.free.iter().copied().collect();
        let in_change: BTreeSet<usize> = self.out.changes.iter().flat_map(|c| c.cited.clone()).collect();
        let mut remembered: BTreeSet<(usize, Cite)> = BTreeSet::new();
        for (number, at) in &self.out.kept {
            let line = locked.sentences.get(*number);
            remembered.extend(line.into_iter().flat_map(|l| &l.cites).map(|c| (*at, c.clone())));
        }
        let mut now: BTreeSet<(usize, Cite)> = BTreeSet::new();
        for (number, cited) in self.cited.iter().enumerate() {
            let Outcome::Found(found) = &cited.outcome else { continue };
            let all = found.iter().map(|at| (*at, cited.remembered()));
            if in_change.contains(&number) {
                remembered.extend(all.clone());
            }
            now.extend(all);
        }
        self.out.unknown = now.difference(&remembered).count();
        self.out.dropped = remembered.difference(&now).count();
    }
}

/// The lines of a lock that accepts all changes but some: what is pending stays as it was.
pub fn renew(lines: Vec<Line>, locked: &Locked, comparison: &Comparison, pending: &[&Change]) -> Vec<Line> {
    let mut groups: Vec<Vec<Line>> = lines.into_iter().map(|line| vec![line]).collect();
    let mut first: Vec<Line> = Vec::new();
    for change in pending {
        let Some(line) = locked.sentences.get(change.line) else { continue };
        match change.kind {
            Kind::Changed(at) | Kind::Moved(at) => {
                let known = comparison.kept.values().any(|kept| *kept == at);
                if let Some(group) = groups.get_mut(at) {
                    // the sentence as it is now was not accepted, so the lock does not know it
                    group
                        .retain(|l| known || pending.iter().any(|p| locked.sentences.get(p.line) == Some(l)));
                    group.push(line.clone());
                }
            }
            Kind::Vanished(_) | Kind::Unresolved(_) => {
                let before = comparison.kept.range(..change.line).next_back().map(|(_, at)| *at);
                match before.and_then(|at| groups.get_mut(at)) {
                    Some(group) => group.push(line.clone()),
                    None => first.push(line.clone()),
                }
            }
        }
    }
    first.into_iter().chain(groups.into_iter().flatten()).collect()
}
