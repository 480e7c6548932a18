//! The terms, facts, events and duty verbs that a policy speaks of, as against those that it only
//! declares.

use crate::flow::expression::Expression;
use crate::policy::{Moment, Policy};
use crate::source::Span;
use crate::vocabulary::{ListMember, TermId};
use std::collections::BTreeSet;

/// The terms that norms name, themselves or through a list.
pub fn terms(policy: &Policy) -> BTreeSet<TermId> {
    let mut norms: Vec<Span> = policy.rights.iter().map(|r| r.span).collect();
    norms.extend(policy.duties.iter().map(|d| d.span));
    norms.extend(policy.promises.iter().map(|p| p.span));
    norms.sort_unstable();
    // What is used in a declaration (a list, `includes`) is not yet spoken of.
    let in_a_norm = |span: Span| {
        let before = norms.partition_point(|n| (n.source, n.start) <= (span.source, span.start));
        let nearest = before.checked_sub(1).and_then(|i| norms.get(i));
        nearest.is_some_and(|n| n.source == span.source && span.end <= n.end)
    };
    let used = policy.uses.iter().filter(|u| u.dimension.is_some() || in_a_norm(u.span));
    let mut todo: Vec<TermId> = used.map(|u| u.term).collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = todo.pop() {
        if !seen.insert(id) {
            continue;
        }
        let list = policy.vocabulary.term(id).and_then(|t| t.list.as_ref());
        let members = list.into_iter().flat_map(|(include, except)| include.iter().chain(except));
        todo.extend(members.filter_map(|m| match m {
            ListMember::Term(t) | ListMember::Other(t) => Some(*t),
            _ => None,
        }));
    }
    seen
}

/// The facts and events that norms and `never` lines name.
#[derive(Default)]
pub struct World {
    /// The facts.
    pub facts: BTreeSet<u32>,
    /// The events.
    pub events: BTreeSet<u32>,
}

impl World {
    /// Those of a policy.
    pub fn new(policy: &Policy) -> World {
        let mut all = World::default();
        for statement in &policy.statements {
            let conditions = [&statement.scope, &statement.guard].into_iter();
            conditions.chain(&statement.only_guard).chain(&statement.requires).for_each(|c| all.add(c));
            statement.limit.iter().for_each(|l| all.moment(&l.moment));
        }
        for duty in &policy.duties {
            all.events.extend(&duty.on);
            all.add(&duty.when);
            duty.within.iter().for_each(|w| all.moment(&w.0));
        }
        for right in &policy.rights {
            all.add(&right.when);
            all.events.extend(&right.starts);
            all.facts.extend(right.sets.iter().map(|s| s.0));
        }
        // A promise has the conditions of its section, and no others.
        policy.places.iter().for_each(|p| all.add(&p.scope));
        policy.never.iter().filter(|n| !n.ends).for_each(|n| all.add(&n.condition));
        // An event that ends a fact is spoken of where the fact is.
        for ends in policy.never.iter().filter(|n| n.ends) {
            let mut of = World::default();
            of.add(&ends.condition);
            if of.facts.iter().any(|f| all.facts.contains(f)) {
                all.events.extend(of.events);
            }
        }
        all
    }

    fn add(&mut self, condition: &Expression) {
        condition.visit(&mut |part| match part {
            Expression::Fact(fact, _) => drop(self.facts.insert(*fact)),
            Expression::Happened(event) | Expression::Since(event, ..) => drop(self.events.insert(*event)),
            _ => {}
        });
    }

    fn moment(&mut self, moment: &Moment) {
        match moment {
            Moment::After(event, _) => drop(self.events.insert(*event)),
            Moment::Later(parts) | Moment::Earlier(parts) => parts.iter().for_each(|p| self.moment(p)),
        }
    }
}
