//! Who prevails over whom: by the lines that name them, where they can meet and disagree.
//!
//! For a pair, a line of an extension replaces its base's opposite one. A line can name a whole policy
//! on one side, so pairs are looked for from the side that names less.

use crate::flow::boxes::FlowBox;
use crate::policy::analysis::{Analysis, StatementId};
use crate::policy::{Norm, PrecedenceLine};
use rustc_hash::FxHashMap;
use std::cell::OnceCell;
use std::rc::Rc;

/// Up to how many pairs of a line are looked at one by one; for more, the index is asked who meets.
const FEW: usize = 256;

/// Up to how many statements that disagree with one are kept, for other lines that name it.
const KEPT: usize = 1024;

/// Who prevails over whom.
#[derive(Clone, Debug, Default)]
pub struct Precedence {
    /// For each statement those that prevail over it. Sorted.
    over: Vec<Vec<u32>>,
    /// For each line, whether it decides anything.
    pub lines_used: Vec<bool>,
    /// Lines of a base that a line of an extension turned round: (base's, extension's).
    pub replaced: Vec<(usize, usize)>,
    circles: OnceCell<Vec<u32>>,
}

/// A pair that a line decides: who prevails, over whom, by which line.
type Decided = (u32, u32, usize);

impl Precedence {
    /// Works the lines of a policy out. Its rules must be laid already.
    pub fn new(analysis: &Analysis<'_>) -> Precedence {
        let lines = &analysis.policy.precedence;
        let mut out = Precedence {
            over: vec![Vec::new(); analysis.rules_of.len()],
            lines_used: vec![false; lines.len()],
            replaced: Vec::new(),
            circles: OnceCell::new(),
        };
        let mut finder = Finder { analysis, named: FxHashMap::default(), disagreeing: FxHashMap::default() };
        let several_units = lines.iter().any(|l| lines.first().is_some_and(|first| first.unit != l.unit));
        if several_units {
            let mut decided: Vec<Decided> = Vec::new();
            for (number, line) in lines.iter().enumerate() {
                finder.pairs(line, &mut |winner, loser| decided.push((winner, loser, number)));
            }
            decided.sort_unstable();
            decided.dedup();
            out.settle(lines, &decided);
        } else {
            for (number, line) in lines.iter().enumerate() {
                finder.pairs(line, &mut |winner, loser| out.put(winner, loser, number));
            }
        }
        for list in &mut out.over {
            list.sort_unstable();
            list.dedup();
            list.shrink_to_fit();
        }
        out
    }

    fn put(&mut self, winner: u32, loser: u32, line: usize) {
        if let Some(list) = self.over.get_mut(loser as usize)
            && list.last() != Some(&winner)
        {
            list.push(winner);
        }
        if let Some(used) = self.lines_used.get_mut(line) {
            *used = true;
        }
    }

    /// Takes the pairs that the lines of several folders decide, less those that an extension turns
    /// round. Sorted.
    fn settle(&mut self, lines: &[PrecedenceLine], decided: &[Decided]) {
        let of_pair = |winner: u32, loser: u32| {
            let from = decided.partition_point(|d| (d.0, d.1) < (winner, loser));
            let rest = decided.get(from..).unwrap_or_default();
            rest.get(..rest.partition_point(|d| (d.0, d.1) == (winner, loser))).unwrap_or_default()
        };
        // The root policy's unit is 0, and a base's is greater than that of what extends it.
        let unit = |pair: &[Decided]| pair.iter().filter_map(|d| lines.get(d.2).map(|l| l.unit)).min();
        for pair in decided.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let Some((winner, loser, _)) = pair.first().copied() else { continue };
            let opposite = of_pair(loser, winner);
            match opposite.first() {
                Some((.., extension)) if unit(opposite) < unit(pair) => {
                    self.replaced.extend(pair.iter().map(|d| (d.2, *extension)));
                }
                _ => pair.iter().for_each(|d| self.put(d.0, d.1, d.2)),
            }
        }
        self.replaced.sort_unstable();
        self.replaced.dedup();
    }

    /// Those that prevail over a statement. Sorted.
    pub fn over(&self, statement: StatementId) -> &[u32] {
        self.over.get(statement).map_or(&[], Vec::as_slice)
    }

    /// Whether the first statement prevails over the second where they disagree.
    pub fn prevails(&self, winner: StatementId, loser: StatementId) -> bool {
        self.over(loser).binary_search(&(winner as u32)).is_ok()
    }

    /// Whether one of two prevails over the other.
    pub fn decides(&self, a: StatementId, b: StatementId) -> bool {
        self.prevails(a, b) || self.prevails(b, a)
    }

    /// All pairs in which the first prevails over the second. Sorted.
    pub fn pairs(&self) -> Vec<(StatementId, StatementId)> {
        let of = |(loser, list): (usize, &Vec<u32>)| {
            list.iter().map(move |w| (*w as usize, loser)).collect::<Vec<_>>()
        };
        let mut pairs: Vec<(StatementId, StatementId)> = self.over.iter().enumerate().flat_map(of).collect();
        pairs.sort_unstable();
        pairs
    }

    /// For each statement those over which it prevails. Sorted.
    pub fn under(&self) -> Vec<Vec<u32>> {
        turned(&self.over)
    }

    /// The number of each statement's circle: two have the same where each leads to the other by
    /// steps of prevailing, and so every statement that is in no circle has one of its own.
    pub fn circles(&self) -> &[u32] {
        self.circles.get_or_init(|| circles(&self.over))
    }
}

/// Looks for the pairs of lines.
struct Finder<'a, 'p> {
    analysis: &'a Analysis<'p>,
    /// The statements among shared lists of norms, sorted, by where the list is.
    named: FxHashMap<*const Norm, Rc<[u32]>>,
    disagreeing: FxHashMap<u32, Rc<[u32]>>,
}

impl Finder<'_, '_> {
    fn pairs(&mut self, line: &PrecedenceLine, decided: &mut dyn FnMut(u32, u32)) {
        let (winners, losers) = (self.named(&line.winners), self.named(&line.losers));
        if winners.len().saturating_mul(losers.len()) <= FEW {
            for winner in winners.iter() {
                for loser in losers.iter().filter(|l| meet_and_disagree(self.analysis, *winner, **l)) {
                    decided(*winner, *loser);
                }
            }
        } else if winners.len() <= losers.len() {
            for winner in winners.iter() {
                let against = self.disagreeing(*winner);
                common(&against, &losers).for_each(|loser| decided(*winner, loser));
            }
        } else {
            for loser in losers.iter() {
                let against = self.disagreeing(*loser);
                common(&against, &winners).for_each(|winner| decided(winner, *loser));
            }
        }
    }

    /// The statements among the norms of a side. Long sides are shared by many lines.
    fn named(&mut self, norms: &[Norm]) -> Rc<[u32]> {
        match norms.len() {
            0..=FEW => statements(norms),
            _ => Rc::clone(self.named.entry(norms.as_ptr()).or_insert_with(|| statements(norms))),
        }
    }

    /// The statements that share a flow with this one and disagree with it there, precedence aside.
    fn disagreeing(&mut self, statement: u32) -> Rc<[u32]> {
        if let Some(known) = self.disagreeing.get(&statement) {
            return Rc::clone(known);
        }
        let analysis = self.analysis;
        let mut out: Vec<u32> = Vec::new();
        for rule in analysis.rules_of(statement as usize).filter_map(|r| analysis.rules.get(r)) {
            for one in &rule.boxes {
                let against = analysis.candidates(one).into_iter().filter_map(|r| analysis.rules.get(r));
                let against = against.filter(|other| {
                    other.statement as u32 != statement
                        && out.last() != Some(&(other.statement as u32))
                        && analysis.disagree(rule, other)
                        && other.boxes.iter().any(|b| share_a_flow(analysis, one, b))
                });
                let found: Vec<u32> = against.map(|other| other.statement as u32).collect();
                out.extend(found);
            }
        }
        out.sort_unstable();
        out.dedup();
        let out: Rc<[u32]> = out.into();
        if out.len() <= KEPT {
            self.disagreeing.insert(statement, Rc::clone(&out));
        }
        out
    }
}

fn share_a_flow(analysis: &Analysis<'_>, a: &FlowBox, b: &FlowBox) -> bool {
    a.meets(b) && analysis.can_be(a.world, b.world)
}

/// Whether two statements share a flow and disagree there, precedence aside.
fn meet_and_disagree(analysis: &Analysis<'_>, a: u32, b: u32) -> bool {
    let rules = |s: u32| analysis.rules_of(s as usize).filter_map(|r| analysis.rules.get(r));
    a != b
        && rules(a).any(|x| {
            rules(b).any(|y| {
                analysis.disagree(x, y)
                    && x.boxes
                        .iter()
                        .any(|one| y.boxes.iter().any(|other| share_a_flow(analysis, one, other)))
            })
        })
}

/// The statements among norms, sorted.
fn statements(norms: &[Norm]) -> Rc<[u32]> {
    let statements =
        norms.iter().filter_map(|n| if let Norm::Statement(i) = n { Some(*i as u32) } else { None });
    let mut out: Vec<u32> = statements.collect();
    out.sort_unstable();
    out.dedup();
    out.into()
}

/// What two sorted lists share.
fn common<'l>(a: &'l [u32], b: &'l [u32]) -> impl Iterator<Item = u32> + 'l {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.iter().copied().filter(|x| long.binary_search(x).is_ok())
}

/// The number of each node's circle in a graph: two have the same where each leads to the other.
pub fn circles(forward: &[Vec<u32>]) -> Vec<u32> {
    // Kosaraju's two passes: the order in which walks along one direction end, then walks back.
    let back = turned(forward);
    let mut seen = vec![false; forward.len()];
    let mut order = Vec::with_capacity(forward.len());
    for start in 0..forward.len() {
        walk(start as u32, forward, &mut seen, &mut order);
    }
    let mut seen = vec![false; forward.len()];
    let mut circle = vec![0; forward.len()];
    let mut members = Vec::new();
    for (number, start) in order.into_iter().rev().enumerate() {
        walk(start, &back, &mut seen, &mut members);
        for member in members.drain(..) {
            if let Some(slot) = circle.get_mut(member as usize) {
                *slot = number as u32;
            }
        }
    }
    circle
}

/// A graph with all its edges turned round. Sorted.
fn turned(forward: &[Vec<u32>]) -> Vec<Vec<u32>> {
    let mut back: Vec<Vec<u32>> = vec![Vec::new(); forward.len()];
    for (from, list) in forward.iter().enumerate() {
        for to in list {
            if let Some(of) = back.get_mut(*to as usize) {
                of.push(from as u32);
            }
        }
    }
    back
}

/// Walks depth first to all that was not seen; each is put down when all behind it is done.
fn walk(start: u32, next: &[Vec<u32>], seen: &mut [bool], done: &mut Vec<u32>) {
    match seen.get_mut(start as usize) {
        Some(known) if !*known => *known = true,
        _ => return,
    }
    // Most have nothing behind them.
    if next.get(start as usize).is_none_or(Vec::is_empty) {
        done.push(start);
        return;
    }
    let mut todo = vec![(start, 0)];
    while let Some((at, step)) = todo.last_mut() {
        match next.get(*at as usize).and_then(|list| list.get(*step)) {
            Some(to) => {
                *step += 1;
                if let Some(known) = seen.get_mut(*to as usize)
                    && !*known
                {
                    *known = true;
                    todo.push((*to, 0));
                }
            }
            None => {
                done.push(*at);
                todo.pop();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::circles;

    #[test]
    fn circles_have_a_number_of_their_own() {
        // 0 → 1 → 2 → 0 is one; 3 leads there and back to nothing; 4 ⇄ 5.
        let numbers = circles(&[vec![1], vec![2], vec![0], vec![0, 4], vec![5], vec![4]]);
        let same = |a: usize, b: usize| numbers.get(a) == numbers.get(b);
        assert!(same(0, 1) && same(1, 2) && same(4, 5));
        assert!(!same(0, 3) && !same(3, 4) && !same(0, 4));
    }

    #[test]
    fn a_long_chain_is_walked_without_recursion() {
        let chain: Vec<Vec<u32>> = (0..200_000).map(|i| vec![i + 1]).collect();
        let mut numbers = circles(&chain);
        numbers.sort_unstable();
        numbers.dedup();
        assert_eq!(numbers.len(), 200_000);
    }
}
