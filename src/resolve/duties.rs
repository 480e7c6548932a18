//! Duties that events start: `on E must notify User within 72 hours;`.

use super::conditions::all;
use super::labels::At;
use super::moments::{before, past};
use super::names::UNDECLARED;
use super::statements::before_phrase;
use super::takes::PHRASE_NOT_TAKEN;
use super::{Resolver, error};
use crate::flow::dimension::Dimension;
use crate::flow::expression::Expression;
use crate::policy::{self, Norm};
use crate::source::Span;
use crate::syntax::ACTIONS;
use crate::syntax::tree::{self, FrontKind, MomentKind, Name, PhraseKind, Time};

impl<'a> Resolver<'a> {
    pub(super) fn duty(&mut self, duty: &'a tree::Duty, at: &At) {
        self.without_only(&duty.phrases, "duty");
        let on = duty.front.iter().filter_map(|f| match &f.kind {
            FrontKind::On(names) => Some(names),
            _ => None,
        });
        let on: Vec<u32> = on.flatten().filter_map(|n| self.declared_event(n)).collect();
        let fronts = self.fronts(&duty.front);
        let is_on = |kind: &FrontKind| matches!(kind, FrontKind::On(_));
        let conditions =
            fronts.into_iter().zip(&duty.front).filter(|(_, f)| !is_on(&f.kind)).map(|((e, _), _)| e);
        let mut when: Vec<Expression> = [at.scope.clone()].into_iter().chain(conditions).collect();
        let Some(verb) = self.verb(&duty.verb) else {
            // What stands behind may be data, if an action was meant.
            duty.actor.iter().chain(&duty.whom).for_each(|set| self.known_all(set));
            let norm = Norm::Duty(self.duties.len());
            self.covered(at.place, duty.label.as_ref(), &[norm], &duty.tails);
            return;
        };
        let actor = match &duty.actor {
            Some(set) => self.set(set, Dimension::Actor, None, false),
            None => self.left_out(Dimension::Actor),
        };
        if let Some(whom) = &duty.whom {
            self.check_parameter(verb, &duty.verb, whom);
        }
        let whom = duty.whom.as_ref().map(|set| self.set(set, Dimension::Recipient, None, false));
        let mut afters = self.afters(&duty.phrases).into_iter();
        let mut phrases = Vec::new();
        let (mut within, mut promptly) = (None, None);
        for phrase in &duty.phrases {
            match &phrase.kind {
                PhraseKind::Guard(word, condition) => when.push(self.guard(*word, condition)),
                PhraseKind::Time(Time::Within(moment)) => {
                    // Other times count from the collection of the data at hand, and a duty has none.
                    if matches!(moment.kind, MomentKind::Length(_, None)) && self.anchor.is_none() {
                        let message = format!("`{}` does not say from when", self.written(phrase.span));
                        let rest = self.written(Span { start: duty.verb.span.start, ..duty.span });
                        let rest = rest.trim_end_matches(';').trim_end();
                        let help = format!("write `on EVENT, must {rest}`, or `… after EVENT` behind it");
                        self.not_taken(message, phrase.span, Some(duty.verb.span), &help);
                    }
                    within = self.moment(moment).map(|m| (m, phrase.span))
                }
                PhraseKind::Time(Time::Promptly) => promptly = Some(phrase.span),
                PhraseKind::Time(Time::After(_)) => when.extend(afters.next().flatten().map(|m| past(&m))),
                PhraseKind::Time(Time::Before(moment)) => {
                    when.extend(self.moment(moment).map(|m| before(&m)))
                }
                PhraseKind::Time(_) | PhraseKind::Duties(_) | PhraseKind::Basis(_) => {
                    let message = format!("a duty takes no `{}`", self.written(phrase.span));
                    self.not_taken(
                        message,
                        phrase.span,
                        Some(duty.verb.span),
                        "a duty takes `within …` and `promptly`",
                    );
                }
                _ => {
                    self.around.length = before_phrase(&duty.phrases, phrase);
                    phrases.extend(self.flow(phrase, false));
                    self.around.length = None;
                }
            }
        }
        self.anchor = None;
        let norm = Norm::Duty(self.duties.len());
        self.duties.push(policy::Duty {
            span: duty.span,
            own_label: duty.label.as_ref().map(|l| l.node.clone()),
            place: at.place,
            unit: self.unit,
            on,
            when: all(when),
            actor,
            verb,
            whom,
            phrases,
            within,
            promptly,
        });
        self.covered(at.place, duty.label.as_ref(), &[norm], &duty.tails);
    }

    /// The number of an event that is in order; what is wrong with it is reported elsewhere.
    fn declared_event(&mut self, name: &Name) -> Option<u32> {
        let known = self.names.by_name.get(name.node.as_str());
        match known {
            Some(entry) => (entry.kind == super::names::Kind::Event).then_some(entry.index),
            None if name.node == super::names::COLLECTION => self.event(name),
            None => None,
        }
    }

    /// Whether a verb has somebody towards whom it is done.
    fn check_parameter(&mut self, verb: usize, written: &Name, whom: &tree::Set) {
        let Some(declared) = self.duty_verbs.get(verb) else { return };
        if declared.parameter.is_none() {
            let finding = error(
                PHRASE_NOT_TAKEN,
                format!("`{}` is declared without a recipient", written.node),
                whom.span,
            )
            .and(declared.span, "declared here")
            .help(format!("declare it as `duty {}(recipient);`", written.node));
            self.report(finding);
        }
    }

    /// The number of a duty verb.
    pub(super) fn verb(&mut self, name: &Name) -> Option<usize> {
        if let Some(&(index, unit, _)) = self.names.verbs.get(name.node.as_str())
            && self.units.sees(self.unit, unit)
        {
            return Some(index);
        }
        if self.may_be_lost(&name.node) {
            return None;
        }
        let declared =
            self.names.verbs.iter().filter(|(_, v)| self.units.sees(self.unit, v.1)).map(|(n, _)| *n);
        let near = self.suggestions.nearest(&name.node, declared.chain(ACTIONS.iter().copied()));
        let message = format!("`{}` is no action, and no duty of that name is declared", name.node);
        let finding = error(UNDECLARED, message, name.span).at("a verb belongs here").help(match near {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("declare it: `duty {}(recipient);`", name.node),
        });
        self.report(finding);
        None
    }
}
