//! What prevails over what: everything that orders norms by their labels.
//!
//! Runs when all norms have their numbers. Check: `dangling-precedence`.

use super::labels::Entry;
use super::limits::MAX_OVERRULED;
use super::{Resolver, error};
use crate::policy::{Norm, PrecedenceLine};
use crate::source::Span;
use crate::syntax::tree::{Accept, Name, Tail};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// A label that nothing has, or that covers nothing which could prevail or yield.
pub const DANGLING_PRECEDENCE: &str = "dangling-precedence";

/// What waits until all norms have their numbers, each with its folder.
#[derive(Default)]
pub(super) struct Pending<'a> {
    /// The tails of norms. A right's norms are the right and its fulfilment.
    pub tails: Vec<(usize, Vec<Norm>, &'a Tail)>,
    pub lines: Vec<(usize, Line<'a>)>,
    pub accepts: Vec<(usize, &'a Accept)>,
}

/// `A, B prevails over C because "…";`
pub(super) struct Line<'a> {
    pub span: Span,
    pub winners: &'a [Name],
    pub losers: &'a [Name],
    pub because: Option<String>,
}

impl<'a> Resolver<'a> {
    /// Resolves every label that something speaks of.
    pub(super) fn order_norms(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        self.labels.settle();
        let mut superiors =
            Superiors { yielding: yielding(&pending), known: FxHashMap::default(), overruled: 0 };
        for (unit, norms, tail) in pending.tails {
            self.unit = unit;
            for label in &tail.labels {
                self.tail(&norms, tail, label, &mut superiors);
            }
        }
        let mut known = FxHashMap::default();
        for (unit, line) in pending.lines {
            self.unit = unit;
            let winners = self.norms_of_all(line.winners, &mut known);
            let losers = self.norms_of_all(line.losers, &mut known);
            self.precedence.push(PrecedenceLine {
                span: line.span,
                winners,
                losers,
                because: line.because,
                unit,
            });
        }
        for (unit, accept) in pending.accepts {
            self.unit = unit;
            self.accept(accept);
        }
    }

    fn tail(&mut self, norms: &[Norm], tail: &Tail, label: &'a Name, superiors: &mut Superiors<'a>) {
        let Some(all) = self.norms_of(label) else { return };
        if all.iter().all(|n| norms.contains(n)) {
            let message = format!("`{}` covers nothing but this itself", label.node);
            let finding = error(DANGLING_PRECEDENCE, message, label.span)
                .help("name what it yields to or prevails over, or leave it out");
            self.report(finding);
            return;
        }
        let span = if tail.labels.len() == 1 { tail.span } else { label.span };
        let (winners, losers) = if !tail.prevails {
            (superiors.of(&label.node, all), norms.into())
        } else if !all.iter().any(|n| norms.contains(n)) {
            (norms.into(), all)
        } else {
            superiors.overruled += all.len();
            if superiors.overruled > MAX_OVERRULED {
                return self.too_much_overruled(label.span, superiors.overruled - all.len() <= MAX_OVERRULED);
            }
            (norms.into(), all.iter().copied().filter(|n| !norms.contains(n)).collect())
        };
        let line = PrecedenceLine { span, winners, losers, because: None, unit: self.unit };
        self.precedence.push(line);
    }

    /// The norms that a label covers; reported where there are none.
    fn norms_of(&mut self, label: &Name) -> Option<Arc<[Norm]>> {
        let entry = self.labelled(label)?;
        let (norms, declared) = (entry.norms.clone(), entry.span);
        if norms.is_empty() && !self.program.broken {
            let message = format!("`{}` covers no statement, duty or right", label.node);
            let finding = error(DANGLING_PRECEDENCE, message, label.span)
                .and(declared, "this is the label")
                .help("name what is to prevail or to yield, or leave it out");
            self.report(finding);
        }
        // Where something was lost, it may be what the label covers.
        (!norms.is_empty()).then_some(norms)
    }

    /// A label that can be named here; reported where there is no such one.
    pub(super) fn labelled(&mut self, label: &Name) -> Option<&Entry> {
        let elsewhere = match self.labels.get(&label.node) {
            Some(entry) if !self.units.extends(self.unit, entry.unit) => entry.span,
            Some(_) => return self.labels.get(&label.node),
            None => {
                self.no_label(label);
                return None;
            }
        };
        let finding = error(DANGLING_PRECEDENCE, format!("no label here is `{}`", label.node), label.span)
            .and(elsewhere, "another policy has it, which this one does not extend")
            .help("say it in the policy that extends this one");
        self.report(finding);
        None
    }

    fn no_label(&mut self, label: &Name) {
        if self.may_be_lost(&label.node) {
            return;
        }
        let seen = self.labels.iter().filter(|(_, e)| self.units.extends(self.unit, e.unit));
        let near = self.suggestions.nearest(&label.node, seen.map(|(n, _)| n));
        let finding = error(DANGLING_PRECEDENCE, format!("no label is `{}`", label.node), label.span).help(
            match near {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("a statement gets a label in front: `{}: …`", label.node),
            },
        );
        self.report(finding);
    }

    /// The norms that some labels cover together. Worked out once for each list that is in order:
    /// many lines can name the same.
    fn norms_of_all(
        &mut self,
        labels: &'a [Name],
        known: &mut FxHashMap<(usize, Vec<&'a str>), Arc<[Norm]>>,
    ) -> Arc<[Norm]> {
        let key = (self.unit, labels.iter().map(|l| l.node.as_str()).collect());
        if let Some(norms) = known.get(&key) {
            return norms.clone();
        }
        let before = self.findings.len();
        let mut norms: Vec<Norm> =
            labels.iter().filter_map(|l| self.norms_of(l)).flat_map(|n| n.to_vec()).collect();
        norms.sort_unstable();
        norms.dedup();
        let norms: Arc<[Norm]> = norms.into();
        if self.findings.len() == before {
            known.insert(key, norms.clone());
        }
        norms
    }
}

/// What those that are subject to a label yield to.
struct Superiors<'a> {
    yielding: FxHashMap<&'a str, FxHashSet<Norm>>,
    /// How many norms the lines overrule that stand among them: for each they are written out.
    overruled: usize,
    /// Worked out once for each label: a whole section can be subject to one.
    known: FxHashMap<&'a str, Arc<[Norm]>>,
}

impl<'a> Superiors<'a> {
    /// All that the label covers but what is itself subject to it.
    fn of(&mut self, label: &'a str, all: Arc<[Norm]>) -> Arc<[Norm]> {
        let also = self.yielding.get(label);
        let stays = |n: &Norm| !also.is_some_and(|a| a.contains(n));
        self.known.entry(label).or_insert_with(|| all.iter().copied().filter(stays).collect()).clone()
    }
}

/// The norms that say of themselves that they yield to a label: to each other they do not.
fn yielding<'a>(pending: &Pending<'a>) -> FxHashMap<&'a str, FxHashSet<Norm>> {
    let mut yielding: FxHashMap<&str, FxHashSet<Norm>> = FxHashMap::default();
    for (_, norms, tail) in pending.tails.iter().filter(|(_, _, t)| !t.prevails) {
        for label in &tail.labels {
            yielding.entry(label.node.as_str()).or_default().extend(norms);
        }
    }
    yielding
}
