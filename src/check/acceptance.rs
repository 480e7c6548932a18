//! Findings that somebody decided to live with, until a date.
//!
//! A contradiction is accepted by pairs, as it is worded; any other finding by the names of all that it
//! is about. An acceptance that is past its date covers nothing.

use crate::check::Context;
use crate::check::conflict::Kind;
use crate::diagnostic::{Finding, Subject, ends_reading};
use crate::policy::analysis::{Analysis, StatementId};
use crate::policy::{Acceptance, Accepted, Norm};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

/// The word that accepts a crossing, and what is milder.
pub const CONTRADICTION: &str = "contradiction";

/// The checks that speak of acceptances themselves.
const OF_ACCEPTANCES: [&str; 3] = ["expired-acceptance", "ending-acceptance", "idle-acceptance"];

/// Why what a check finds cannot be accepted; none where it can.
pub fn refusal(check: &str) -> Option<&'static str> {
    if ends_reading(check) {
        Some("it is about names or syntax, and while it is there nobody can tell what the policy says")
    } else if check == super::undecided::CHECK.name {
        Some("what could not be decided may hide any other finding")
    } else if check == super::empty_test::CHECK.name {
        Some("it is about a test, which is there to be written")
    } else if OF_ACCEPTANCES.contains(&check) {
        Some("it is about an acceptance, which is there to be changed")
    } else {
        None
    }
}

/// The line that accepts a finding, with a reason and an end to be filled in; none where nothing does.
pub fn line(finding: &Finding) -> Option<String> {
    let list = |subjects: &[Subject]| {
        let mut names: Vec<&str> = subjects.iter().filter_map(Subject::name).collect();
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    };
    let of = Some(list(&finding.about)).filter(|names| !names.is_empty())?;
    written(finding.check, &of, &list(&finding.beside))
}

/// The line that accepts what a check finds, with labels to be filled in too.
pub fn pattern(check: &str) -> Option<String> {
    written(check, "LABEL, …", "LABEL, …")
}

fn written(check: &str, of: &str, with: &str) -> Option<String> {
    if refusal(check).is_some() {
        return None;
    }
    let with = if is_of_pairs(check) { format!(" with {with}") } else { String::new() };
    Some(format!("accept {check} of {of}{with} because \"…\" until YYYY-MM-DD;"))
}

/// One name in an acceptance: its position, and whether it stands behind `with`.
type Used = (usize, bool, usize);

/// The acceptances of a policy, and which of them cover something.
#[derive(Default)]
pub struct Acceptances {
    used: RefCell<BTreeSet<Used>>,
    count: Cell<usize>,
    live: Vec<usize>,
    pairs: Vec<OfPairs>,
    turned: bool,
}

/// An acceptance of contradictions: the worst kind, and on either side the statements of each name.
struct OfPairs {
    position: usize,
    worst: Kind,
    of: Vec<BTreeSet<StatementId>>,
    with: Vec<BTreeSet<StatementId>>,
}

impl OfPairs {
    fn new(position: usize, acceptance: &Acceptance) -> Option<OfPairs> {
        let statements = |names: &[Accepted]| {
            let of = |norm: &Norm| if let Norm::Statement(s) = norm { Some(*s) } else { None };
            names.iter().map(|name| name.norms.iter().filter_map(of).collect()).collect()
        };
        let worst = worst(&acceptance.kind)?;
        Some(OfPairs { position, worst, of: statements(&acceptance.of), with: statements(&acceptance.with) })
    }

    /// The names by which it covers a pair, in either order.
    fn covers(&self, kind: Kind, a: StatementId, b: StatementId) -> Vec<Used> {
        let mut used = Vec::new();
        if kind > self.worst {
            return used;
        }
        for (a, b) in [(a, b), (b, a)] {
            let naming = |names: &[BTreeSet<StatementId>], s: StatementId| -> Vec<usize> {
                names.iter().enumerate().filter(|(_, n)| n.contains(&s)).map(|(i, _)| i).collect()
            };
            let (of, with) = (naming(&self.of, a), naming(&self.with, b));
            if !of.is_empty() && !with.is_empty() {
                used.extend(of.into_iter().map(|i| (self.position, false, i)));
                used.extend(with.into_iter().map(|i| (self.position, true, i)));
            }
        }
        used
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

    /// The same turned round: a pair that nobody accepted counts as accepted, so that what the checks find
    /// is what somebody did accept.
    pub fn turned(analysis: &Analysis<'_>) -> Acceptances {
        Acceptances { turned: true, ..Acceptances::new(analysis) }
    }

    /// Whether these are turned round.
    pub fn is_turned(&self) -> bool {
        self.turned
    }

    /// How many findings are covered.
    pub fn count(&self) -> usize {
        self.count.get()
    }

    /// The positions of those that cover something. To be asked after all checks.
    pub fn in_use(&self) -> Vec<usize> {
        let mut out: Vec<usize> = self.used.borrow().iter().map(|(position, ..)| *position).collect();
        out.dedup();
        out
    }

    /// Whether a name in the acceptance of that position covers anything. To be asked after all checks.
    pub fn is_used(&self, position: usize, with: bool, name: usize) -> bool {
        self.used.borrow().contains(&(position, with, name))
    }

    /// One more finding that is left out because all of its pairs are accepted.
    pub fn left_out(&self) {
        self.count.set(self.count.get() + 1);
    }

    /// Whether somebody accepted that these two contradict each other in this way or a worse one.
    pub fn pair(&self, kind: Kind, a: StatementId, b: StatementId) -> bool {
        // Most policies accept nothing, and there can be millions of pairs.
        if self.pairs.is_empty() {
            return self.turned;
        }
        let names: Vec<Used> = self.pairs.iter().flat_map(|one| one.covers(kind, a, b)).collect();
        let covered = !names.is_empty();
        self.used.borrow_mut().extend(names);
        covered != self.turned
    }

    /// The positions of those that a finding which somebody accepted is covered by.
    pub fn covering(&self, analysis: &Analysis<'_>, finding: &Finding) -> Vec<usize> {
        let covers = |i: &&usize| {
            let Some(one) = analysis.policy.acceptances.get(**i) else { return false };
            let kind = worst(finding.check);
            if kind.is_none() {
                return one.kind == finding.check && all_covered(one, finding);
            }
            // Of pairs, some are enough: each acceptance has its own.
            let some = |subjects, names| naming(subjects, names).next().is_some();
            let (about, beside) = (&finding.about, &finding.beside);
            worst(&one.kind) >= kind
                && (some(about, &one.of) && some(beside, &one.with)
                    || some(about, &one.with) && some(beside, &one.of))
        };
        self.live.iter().filter(covers).copied().collect()
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
            let with = &acceptance.with;
            if all_covered(acceptance, finding) {
                let mut used = self.used.borrow_mut();
                used.extend(naming(&finding.about, &acceptance.of).map(|name| (*i, false, name)));
                used.extend(naming(&finding.beside, with).map(|name| (*i, true, name)));
                covered = true;
            }
        }
        if covered {
            self.left_out();
        }
        covered
    }
}

/// Whether an acceptance names all that a finding is about, and beside, where it says that.
fn all_covered(acceptance: &Acceptance, finding: &Finding) -> bool {
    let with = &acceptance.with;
    all_named(&finding.about, &acceptance.of) && (with.is_empty() || all_named(&finding.beside, with))
}

/// Whether each of the subjects, of which there are some, bears one of the names.
fn all_named(subjects: &[Subject], names: &[Accepted]) -> bool {
    !subjects.is_empty() && subjects.iter().all(|s| names.iter().any(|n| s.names.contains(&n.name)))
}

/// The positions of the names that some subject bears.
fn naming(subjects: &[Subject], names: &[Accepted]) -> impl Iterator<Item = usize> {
    let borne = |name: &Accepted| subjects.iter().any(|s| s.names.contains(&name.name));
    names.iter().enumerate().filter(move |(_, name)| borne(name)).map(|(i, _)| i)
}

/// Whether what a check finds is between two, so that an acceptance must name both.
pub fn is_of_pairs(kind: &str) -> bool {
    worst(kind).is_some()
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

/// Called when all checks have run: the acceptances that nothing needs are a finding of their own.
pub fn report(context: &Context<'_>, findings: &mut Vec<Finding>) {
    super::idle_acceptance::report(context, findings);
}
