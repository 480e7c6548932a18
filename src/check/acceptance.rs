//! Findings that somebody decided to live with, until a date.
//!
//! A contradiction is accepted by pairs, as it is worded; any other finding by the place that it
//! points at. An acceptance that is past its date covers nothing.

use crate::check::Context;
use crate::check::conflict::Kind;
use crate::diagnostic::Finding;
use crate::policy::analysis::{Analysis, StatementId};
use crate::policy::{Acceptance, Norm};
use crate::source::Span;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// The word that accepts a crossing, and what is milder.
pub const CONTRADICTION: &str = "contradiction";

/// The acceptances of a policy, and which of them cover something.
#[derive(Default)]
pub struct Acceptances {
    used: RefCell<BTreeSet<usize>>,
    count: Cell<usize>,
    live: Vec<usize>,
    pairs: Vec<OfPairs>,
}

/// An acceptance of contradictions: which statements it is about on either side, and the worst kind.
struct OfPairs {
    position: usize,
    worst: Kind,
    of: BTreeSet<StatementId>,
    with: BTreeSet<StatementId>,
}

impl OfPairs {
    fn new(position: usize, acceptance: &Acceptance) -> Option<OfPairs> {
        let statements = |norms: &[Norm]| {
            norms.iter().filter_map(|n| if let Norm::Statement(s) = n { Some(*s) } else { None }).collect()
        };
        let (worst, with) = (worst(&acceptance.kind)?, acceptance.with.as_ref()?);
        Some(OfPairs { position, worst, of: statements(&acceptance.of.1), with: statements(&with.1) })
    }

    fn covers(&self, kind: Kind, a: StatementId, b: StatementId) -> bool {
        let both = |a, b| self.of.contains(&a) && self.with.contains(&b);
        kind <= self.worst && (both(a, b) || both(b, a))
    }
}

impl Acceptances {
    /// Those whose date has not passed.
    pub fn new(analysis: &Analysis<'_>) -> Acceptances {
        let all = analysis.policy.acceptances.iter().enumerate();
        let live: Vec<(usize, &Acceptance)> = all.filter(|(_, a)| analysis.today <= a.until).collect();
        Acceptances {
            pairs: live.iter().filter_map(|(i, a)| OfPairs::new(*i, a)).collect(),
            live: live.into_iter().map(|(i, _)| i).collect(),
            ..Acceptances::default()
        }
    }

    /// How many findings are covered.
    pub fn count(&self) -> usize {
        self.count.get()
    }

    /// Whether the acceptance of that position covers anything. To be asked after all checks.
    pub fn is_used(&self, position: usize) -> bool {
        self.used.borrow().contains(&position)
    }

    /// One more finding that is left out because all of its pairs are accepted.
    pub fn left_out(&self) {
        self.count.set(self.count.get() + 1);
    }

    /// Whether somebody accepted that these two contradict each other in this way or a worse one.
    pub fn pair(&self, kind: Kind, a: StatementId, b: StatementId) -> bool {
        let mut covered = false;
        for one in self.pairs.iter().filter(|one| one.covers(kind, a, b)) {
            self.used.borrow_mut().insert(one.position);
            covered = true;
        }
        covered
    }

    /// Whether somebody accepted a finding that is not about a pair.
    pub fn covers(&self, analysis: &Analysis<'_>, finding: &Finding) -> bool {
        // A contradiction is accepted pair by pair, where it is worded.
        if worst(finding.check).is_some() {
            return false;
        }
        let mut covered = false;
        for i in &self.live {
            let Some(acceptance) = analysis.policy.acceptances.get(*i) else { continue };
            if acceptance.kind != finding.check {
                continue;
            }
            let others = acceptance.with.as_ref().is_none_or(|(label, norms)| {
                finding.secondary.iter().any(|l| within(analysis, label, norms, l.span))
            });
            if others && within(analysis, &acceptance.of.0, &acceptance.of.1, finding.primary.span) {
                self.used.borrow_mut().insert(*i);
                covered = true;
            }
        }
        if covered {
            self.left_out();
        }
        covered
    }
}

/// The worst kind of contradiction that an acceptance covers.
fn worst(kind: &str) -> Option<Kind> {
    match kind {
        "carve-out" => Some(Kind::CarveOut),
        CONTRADICTION | "crossing" => Some(Kind::Crossing),
        "void-permission" => Some(Kind::VoidPermission),
        "dilemma" => Some(Kind::Dilemma),
        _ => None,
    }
}

/// Whether a place in the text belongs to a label: to one of its norms, or to a promise in it. The
/// policy's own name covers everything.
fn within(analysis: &Analysis<'_>, label: &str, norms: &[Norm], span: Span) -> bool {
    let policy = analysis.policy;
    let holds =
        |outer: Span| outer.source == span.source && outer.start <= span.start && span.end <= outer.end;
    let norm = |norm: &Norm| match norm {
        Norm::Statement(i) => policy.statements.get(*i).is_some_and(|s| holds(s.span)),
        Norm::Duty(i) => policy.duties.get(*i).is_some_and(|s| holds(s.span)),
        Norm::Right(i) => policy.rights.get(*i).is_some_and(|s| holds(s.span)),
    };
    let promise = || policy.promises.iter().any(|p| holds(p.span) && in_place(analysis, p.place, label));
    // The policy is its own outermost place.
    let whole = policy.places.iter().any(|p| p.parent.is_none() && p.label == label);
    whole || norms.iter().any(norm) || promise()
}

fn in_place(analysis: &Analysis<'_>, place: usize, label: &str) -> bool {
    let mut at = Some(place);
    while let Some(place) = at.and_then(|i| analysis.policy.places.get(i)) {
        if place.label == label {
            return true;
        }
        at = place.parent;
    }
    false
}

/// Called when all checks have run: the acceptances that nothing needs are a finding of their own.
pub fn report(context: &Context<'_>, findings: &mut Vec<Finding>) {
    super::idle_acceptance::report(context, findings);
}
