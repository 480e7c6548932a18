//! Which findings are accepted, and of what: a label, or the name of anything that is declared.
//!
//! Runs when all norms have their numbers. Which checks there are is not known here, but for those
//! that end the reading of a policy: their findings leave nothing that could be lived with.
//! Checks: `dangling-precedence`, `idle-acceptance`.

use super::precedence::DANGLING_PRECEDENCE;
use super::{Resolver, error};
use crate::diagnostic::ends_reading;
use crate::policy::{Acceptance, Accepted};
use crate::syntax::tree::{Accept, Name};

/// An acceptance that covers nothing; the check reports it where the policy can be judged.
pub const IDLE_ACCEPTANCE: &str = "idle-acceptance";

impl Resolver<'_> {
    pub(super) fn accept(&mut self, accept: &Accept) {
        let kind = accept.kind.node.as_str();
        if ends_reading(kind) {
            let finding = error(IDLE_ACCEPTANCE, format!("`{kind}` cannot be accepted"), accept.kind.span)
                .note(
                    "it is about names or syntax, and while it is there nobody can tell what the policy says",
                )
                .help("mend what it points at, and take this out");
            self.report(finding);
        }
        let of = self.accepted(&accept.of);
        let with = self.accepted(&accept.with);
        let until = self.date(&accept.until);
        let (Some(of), Some(with), Some(until)) = (of, with, until) else { return };
        self.acceptances.push(Acceptance {
            span: accept.span,
            kind: kind.to_owned(),
            kind_span: accept.kind.span,
            of,
            with,
            because: accept.because.node.clone(),
            until,
            until_span: accept.until.span,
        });
    }

    /// What names stand for; none where one of them stands for nothing, which is reported.
    fn accepted(&mut self, names: &[Name]) -> Option<Vec<Accepted>> {
        let all: Vec<Option<Accepted>> = names.iter().map(|name| self.accepted_name(name)).collect();
        all.into_iter().collect()
    }

    fn accepted_name(&mut self, name: &Name) -> Option<Accepted> {
        let norms = if self.labels.get(&name.node).is_some() {
            self.labelled(name)?.norms.to_vec()
        } else if self.is_declared(name) {
            Vec::new()
        } else {
            self.nothing_called(name);
            return None;
        };
        Some(Accepted { name: name.node.to_string(), span: name.span, norms })
    }

    /// Whether a term, a fact, an event, a duty or a document has that name. A finding can be about one
    /// that no norm speaks of.
    fn is_declared(&self, name: &Name) -> bool {
        let name = name.node.as_str();
        let unit = self.names.by_name.get(name).map(|e| e.unit);
        let unit = unit.or_else(|| self.names.verbs.get(name).map(|v| v.1));
        let documents = self.headers.values().filter_map(|h| h.tree).flat_map(|t| &t.documents);
        unit.is_some_and(|unit| self.units.sees(self.unit, unit))
            || documents.filter_map(|d| d.label.as_ref()).any(|label| label.node == name)
    }

    fn nothing_called(&mut self, name: &Name) {
        if self.may_be_lost(&name.node) {
            return;
        }
        let labels = self.labels.iter().filter(|(_, e)| self.units.extends(self.unit, e.unit));
        let terms = self.names.listed.iter().filter(|(_, e)| self.units.sees(self.unit, e.unit));
        let seen = labels.map(|(n, _)| n).chain(terms.map(|(n, _)| *n));
        let near = self.suggestions.nearest(&name.node, seen);
        let finding =
            error(DANGLING_PRECEDENCE, format!("nothing here is called `{}`", name.node), name.span).help(
                match near {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "name the label of a statement, a clause or a section, a term, or the policy"
                        .to_owned(),
                },
            );
        self.report(finding);
    }
}
