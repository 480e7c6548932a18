//! The conflicts of a policy as findings group them: one group for each prohibition and kind, with
//! as many of its permissions as are shown and the number of all.
//!
//! What somebody decided to live with is left out here, pair by pair.

use crate::check::acceptance::Acceptances;
use crate::check::conflict::{Conflict, Kind, each};
use crate::check::cover::{covered, least_cover};
use crate::check::defeated::Defeated;
use crate::check::wording;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// How many further places one finding points at; the rest are counted.
pub const SHOWN: usize = 50;

/// How many labels are named in words; the rest are counted.
const NAMED: usize = 3;

/// How many kinds there are.
const KINDS: usize = Kind::ALL.len();

/// A permission and a prohibition that contradict each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pair {
    /// The rule that permits.
    pub permission: RuleId,
    /// The rule that prohibits.
    pub prohibition: RuleId,
}

/// What one statement meets, in one way.
#[derive(Clone, Debug, Default)]
pub struct Group {
    /// The first pairs, one for each statement that is met.
    pub shown: Vec<Pair>,
    /// How many statements are met.
    pub count: usize,
    /// The first labels of those, each once.
    named: Vec<StatementId>,
    labels: usize,
    /// The statement that was met last, and the number of its label.
    last: Option<(StatementId, u32)>,
}

/// The label of each statement by a number: there can be millions of pairs to tell apart.
struct Labels(Vec<u32>);

impl Labels {
    fn new(analysis: &Analysis<'_>) -> Labels {
        let mut numbers: FxHashMap<&str, u32> = FxHashMap::default();
        let number = |statement: StatementId| {
            let next = numbers.len() as u32;
            *numbers.entry(wording::label(analysis, statement)).or_insert(next)
        };
        Labels((0..analysis.rules_of.len()).map(number).collect())
    }

    fn of(&self, statement: StatementId) -> u32 {
        self.0.get(statement).copied().unwrap_or(u32::MAX)
    }
}

/// All contradictions between permissions and prohibitions that nobody accepted.
#[derive(Clone, Debug, Default)]
pub struct Contradictions {
    /// The permissions that can never be used, each with a minimal set of prohibitions that cover it.
    pub voids: Vec<(RuleId, Vec<RuleId>)>,
    accepted_voids: Vec<RuleId>,
    groups: BTreeMap<(Kind, StatementId), Group>,
    accepted: BTreeSet<(Kind, StatementId)>,
}

impl Contradictions {
    /// Those of a policy.
    pub fn new(analysis: &Analysis<'_>, acceptances: &Acceptances, defeated: &Defeated) -> Contradictions {
        let mut out = Contradictions::default();
        // There can be millions of pairs, so a group is found by its place.
        let labels = Labels::new(analysis);
        let statements = analysis.rules_of.len();
        let mut groups: Vec<Option<Group>> = vec![None; statements * KINDS];
        each(analysis, defeated, &mut |conflict| match conflict {
            Conflict::Void(permission, met) => out.add_void(analysis, acceptances, permission, met),
            Conflict::Meeting(permission, prohibition, kind) => {
                let pair = Pair { permission, prohibition };
                if let Some(((kind, statement), other)) = out.open(analysis, acceptances, pair, kind)
                    && let Some(group) = groups.get_mut(kind as usize * statements + statement)
                {
                    group.get_or_insert_default().add(&labels, pair, other);
                }
            }
        });
        for (place, group) in groups.into_iter().enumerate() {
            let kind = place.checked_div(statements).and_then(|kind| Kind::ALL.get(kind)).copied();
            out.groups.extend(kind.zip(group).map(|(kind, group)| ((kind, place % statements), group)));
        }
        let all = out.accepted.iter().filter(|key| !out.groups.contains_key(key));
        all.for_each(|_| acceptances.left_out());
        out
    }

    /// What nobody accepted is blamed first, so that which of several covers is named never decides
    /// whether a finding is left out.
    fn add_void(
        &mut self,
        analysis: &Analysis<'_>,
        acceptances: &Acceptances,
        permission: RuleId,
        met: Vec<RuleId>,
    ) {
        let of = |r: RuleId| analysis.rules.get(r).map(|rule| rule.statement);
        let is_accepted = |prohibition: &RuleId| {
            let pair = of(permission).zip(of(*prohibition));
            pair.is_some_and(|(p, f)| acceptances.pair(Kind::VoidPermission, p, f))
        };
        let (accepted, open): (Vec<RuleId>, Vec<RuleId>) = met.iter().copied().partition(is_accepted);
        let covers = |by: &[RuleId]| covered(analysis, permission, by) == Some(true);
        if accepted.is_empty() || covers(&open) {
            self.voids.push((permission, least_cover(analysis, permission, open)));
        } else if covers(&accepted) {
            acceptances.left_out();
            self.accepted_voids.push(permission);
        } else if acceptances.is_turned() {
            // Only together with what nobody accepted is nothing left of it.
            self.accepted_voids.push(permission);
        } else {
            self.voids.push((permission, least_cover(analysis, permission, met)));
        }
    }

    /// The group of a pair that nobody accepted, and which statement it adds.
    fn open(
        &mut self,
        analysis: &Analysis<'_>,
        acceptances: &Acceptances,
        pair: Pair,
        kind: Kind,
    ) -> Option<((Kind, StatementId), StatementId)> {
        let of = |r: RuleId| analysis.rules.get(r).map(|rule| rule.statement);
        let (permission, prohibition) = of(pair.permission).zip(of(pair.prohibition))?;
        // What must be done is the matter of a dilemma; of the others it is what prohibits.
        let (key, other) = match kind {
            Kind::Dilemma => ((kind, permission), prohibition),
            _ => ((kind, prohibition), permission),
        };
        if acceptances.pair(kind, permission, prohibition) {
            self.accepted.insert(key);
            return None;
        }
        Some((key, other))
    }

    /// The permissions that can never be used, whether somebody accepted that or not.
    pub fn void(&self) -> impl Iterator<Item = RuleId> + '_ {
        self.voids.iter().map(|v| v.0).chain(self.accepted_voids.iter().copied())
    }

    /// The groups of one kind, by the statement that they are about.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = (StatementId, &Group)> {
        self.groups.iter().filter(move |((k, _), _)| *k == kind).map(|((_, s), group)| (*s, group))
    }
}

impl Group {
    fn add(&mut self, labels: &Labels, pair: Pair, other: StatementId) {
        // The rules of one statement come one after the other.
        if self.last.is_some_and(|last| last.0 == other) {
            return;
        }
        let label = labels.of(other);
        if self.last.is_none_or(|last| last.1 != label) {
            self.labels += 1;
            if self.named.len() < NAMED {
                self.named.push(other);
            }
        }
        self.last = Some((other, label));
        self.count += 1;
        if self.shown.len() < SHOWN {
            self.shown.push(pair);
        }
    }

    /// The permissions among what is shown, or the prohibitions where they are what is met.
    pub fn statements(&self, analysis: &Analysis<'_>) -> Vec<StatementId> {
        let of = |pair: &Pair| analysis.rules.get(pair.permission).map(|rule| rule.statement);
        self.shown.iter().filter_map(of).collect()
    }

    /// Which it meets, where that is worth saying.
    pub fn named(&self, analysis: &Analysis<'_>) -> Option<String> {
        let shown: Vec<String> =
            self.named.iter().map(|s| format!("`{}`", wording::label(analysis, *s))).collect();
        let rest = self.labels.saturating_sub(shown.len());
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        (self.labels > 1).then(|| format!("it meets {}{more}", shown.join(", ")))
    }

    /// How many places are not shown.
    pub fn hidden(&self) -> Option<String> {
        hidden(self.count)
    }
}

/// How many of so many places are not shown.
pub fn hidden(count: usize) -> Option<String> {
    let more = count.saturating_sub(SHOWN);
    (more > 0).then(|| format!("{more} of the {count} places are not shown"))
}
