//! What prevails over what, and which findings are accepted: everything that speaks of labels.
//!
//! Runs when all norms have their numbers. Check: `dangling-precedence`.

use super::{Resolver, error};
use crate::policy::{Acceptance, Norm, PrecedenceLine};
use crate::source::Span;
use crate::syntax::tree::{Accept, Name, Tail};
use rustc_hash::{FxHashMap, FxHashSet};

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
        let yielding = yielding(&pending);
        for (unit, norms, tail) in pending.tails {
            self.unit = unit;
            for label in &tail.labels {
                self.tail(&norms, tail, label, &yielding);
            }
        }
        for (unit, line) in pending.lines {
            self.unit = unit;
            let winners = self.norms_of_all(line.winners);
            let losers = self.norms_of_all(line.losers);
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

    fn tail(
        &mut self,
        norms: &[Norm],
        tail: &Tail,
        label: &Name,
        yielding: &FxHashMap<&str, FxHashSet<Norm>>,
    ) {
        let Some(all) = self.norms_of(label) else { return };
        if all.iter().all(|n| norms.contains(n)) {
            let finding = error(
                DANGLING_PRECEDENCE,
                format!("`{}` covers nothing but this itself", label.node),
                label.span,
            )
            .help("name what it yields to or prevails over, or leave it out");
            self.report(finding);
            return;
        }
        let span = if tail.labels.len() == 1 { tail.span } else { label.span };
        let (winners, losers) = if tail.prevails {
            (norms.to_vec(), all.into_iter().filter(|n| !norms.contains(n)).collect())
        } else {
            let also = yielding.get(label.node.as_str());
            let stays = |n: &Norm| !also.is_some_and(|a| a.contains(n)) && !norms.contains(n);
            (all.into_iter().filter(stays).collect(), norms.to_vec())
        };
        let line = PrecedenceLine { span, winners, losers, because: None, unit: self.unit };
        self.precedence.push(line);
    }

    /// The norms that a label covers; reported where there are none.
    fn norms_of(&mut self, label: &Name) -> Option<Vec<Norm>> {
        let norms = self.labelled(label)?;
        if norms.is_empty() && !self.program.broken {
            let entry = self.labels.get(&label.node)?;
            let message = format!("`{}` covers no statement, duty or right", label.node);
            let finding = error(DANGLING_PRECEDENCE, message, label.span)
                .and(entry.span, "this is the label")
                .help("name what is to prevail or to yield, or leave it out");
            self.report(finding);
        }
        // Where something was lost, it may be what the label covers.
        (!norms.is_empty()).then_some(norms)
    }

    /// The norms that a label covers, if any; reported where there is no such label.
    fn labelled(&mut self, label: &Name) -> Option<Vec<Norm>> {
        match self.labels.get(&label.node) {
            Some(entry) if self.units.extends(self.unit, entry.unit) => return Some(entry.norms.clone()),
            Some(entry) => {
                let finding =
                    error(DANGLING_PRECEDENCE, format!("no label here is `{}`", label.node), label.span)
                        .and(entry.span, "another policy has it, which this one does not extend")
                        .help("say it in the policy that extends this one");
                self.report(finding);
            }
            None => self.no_label(label),
        }
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

    fn norms_of_all(&mut self, labels: &[Name]) -> Vec<Norm> {
        let mut norms: Vec<Norm> = labels.iter().filter_map(|l| self.norms_of(l)).flatten().collect();
        norms.sort_unstable();
        norms.dedup();
        norms
    }

    /// What is accepted may be of a promise or of the policy as such, so a label that covers no norm will do.
    fn accept(&mut self, accept: &Accept) {
        let of = self.labelled(&accept.of);
        let with = accept.with.as_ref().map(|l| (l, self.labelled(l)));
        let until = self.date(&accept.until);
        let (Some(of), Some(until)) = (of, until) else { return };
        let with = match with {
            Some((label, Some(norms))) => Some((label.node.clone(), norms)),
            Some((_, None)) => return,
            None => None,
        };
        self.acceptances.push(Acceptance {
            span: accept.span,
            kind: accept.kind.node.clone(),
            kind_span: accept.kind.span,
            of: (accept.of.node.clone(), of),
            with,
            because: accept.because.node.clone(),
            until,
            until_span: accept.until.span,
        });
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
