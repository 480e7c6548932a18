//! A failed expectation as a finding: what was decided, by what, and the text to write instead.

use super::{Outcome, Wrong, narrow};
use crate::bundle::Bundle;
use crate::decide::{Decision, Settle, Verdict, Way};
use crate::diagnostic::{Finding, Level};
use crate::policy::Policy;
use crate::question::example;
use crate::source::{Sources, Span};
use crate::syntax::tree::{Name, PhraseKind};

/// The most statements that one finding points at, and the most terms that it lists.
const SHOWN: usize = 8;

/// What is to be said of an outcome: nothing where it passed. The findings are of no check.
pub fn findings(policy: &Policy, bundle: &Bundle, sources: &Sources, outcome: &Outcome<'_>) -> Vec<Finding> {
    let Some(decision) = &outcome.decision else { return Vec::new() };
    let teller = Teller { policy, bundle, sources, outcome, decision };
    let of = |wrong: &Wrong<'_>| match wrong {
        Wrong::Verdict => teller.verdict(),
        Wrong::By(label) => teller.by(label),
        Wrong::Duty(duty) => teller.duty(duty),
    };
    outcome.wrong.iter().map(of).collect()
}

struct Teller<'a> {
    policy: &'a Policy,
    bundle: &'a Bundle,
    sources: &'a Sources,
    outcome: &'a Outcome<'a>,
    decision: &'a Decision,
}

fn failed(message: String, span: Span) -> Finding {
    Finding::new("", Level::Error, message, span)
}

impl Teller<'_> {
    fn verdict(&self) -> Finding {
        let (case, decision) = (&self.outcome.case, self.decision);
        let (wanted, got) = (case.verdict.name(), decision.verdict.name());
        let message =
            format!("test `{}` expects `{wanted}`, and the policy says `{got}`", case.test.name.node);
        let finding = failed(message, case.expectation.verdict.span).at(format!("this is {got}"));
        let mut finding = self.statements(finding);
        finding = match (decision.verdict, &decision.unlisted) {
            (_, Some(name)) => finding.note(format!("the policy has never heard of `{name}`")),
            (Verdict::Unstated, _) => finding.note("no statement speaks of it, so it was not promised"),
            _ => finding,
        };
        for settle in decision.settles.iter().take(SHOWN) {
            finding = finding.note(hangs_on(settle));
        }
        if let Some(part) = decision.examples.iter().find(|e| e.verdict == case.verdict) {
            let words = example::words(part, &example::telling(&decision.examples));
            finding = finding.note(format!("of a part of it, it says `{wanted}`, for example: {words}"));
        }
        if !decision.complete {
            finding = finding.note("not all reasons were found within the steps that a decision may take");
        }
        // What is undetermined most often lacks a word in the test, and seldom is meant to be open.
        let request = self.request();
        let less = |verdict| {
            (decision.verdict == Verdict::Undetermined).then(|| request.narrowed(decision, verdict)).flatten()
        };
        match less(case.verdict) {
            Some(less) => finding = finding.help(format!("say what is open: `{wanted} {less};`")),
            None => {
                let other = decision.examples.iter().find_map(|e| Some((e.verdict, less(e.verdict)?)));
                if let Some((verdict, less)) = other {
                    finding =
                        finding.help(format!("said of less, it is decided: `{} {less};`", verdict.name()));
                }
            }
        }
        let so = if decision.verdict == Verdict::Undetermined {
            "if it is to stay open"
        } else {
            "if the policy is right"
        };
        finding.help(format!("{so}, expect that: `{got} {};`", self.asked()))
    }

    /// The request, to be narrowed.
    fn request(&self) -> narrow::Request<'_> {
        let expectation = &self.outcome.case.expectation;
        let question = &expectation.question;
        let world =
            question.phrases.iter().find(|p| matches!(p.kind, PhraseKind::Guard(..) | PhraseKind::Time(_)));
        let at = world.map_or(question.span.end, |p| p.span.start);
        let before = self.words(Span { end: at, ..question.span });
        let behind = self.words(Span { start: at, ..question.span });
        narrow::Request {
            bundle: self.bundle,
            front: &self.outcome.case.test.front,
            line: expectation,
            words: (before, behind),
        }
    }

    fn by(&self, label: &Name) -> Finding {
        let message = format!("test `{}` expects `{}` to decide, and it does not", self.test(), label.node);
        let finding = self.statements(failed(message, label.span).at("nothing under this label decides"));
        let mut labels: Vec<&str> =
            self.decision.deciding.iter().map(|basis| basis.given.label.as_str()).collect();
        labels.dedup();
        labels.truncate(SHOWN);
        match labels.is_empty() {
            true => finding.note("no statement decides").help("leave `by` out"),
            false => finding
                .help(format!("if the policy is right, write what decides: `by {}`", labels.join(", "))),
        }
    }

    fn duty(&self, duty: &Name) -> Finding {
        let message =
            format!("test `{}` expects the duty `{}`, and it does not come along", self.test(), duty.node);
        let finding = failed(message, duty.span).at("the yes comes without it");
        let finding = self.statements(finding);
        match self.decision.duties.is_empty() {
            true => finding
                .note("no duty comes with this yes")
                .help("if the policy is right, leave `with duty` out"),
            false => finding.help(format!(
                "if the policy is right, write the duties that do: `with duty {}`",
                self.decision.duties.join(", ")
            )),
        }
    }

    fn test(&self) -> &str {
        &self.outcome.case.test.name.node
    }

    /// The request as it is written, on one line.
    fn asked(&self) -> String {
        self.words(self.outcome.case.expectation.question.span)
    }

    fn words(&self, span: Span) -> String {
        self.sources.text(span).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn place(&self, statement: u32) -> Option<Span> {
        self.policy.statements.get(statement as usize).map(|s| s.span)
    }

    /// The statements that decide, those that were defeated, and the nearest where there are none.
    fn statements(&self, mut finding: Finding) -> Finding {
        let decision = self.decision;
        let mut places: Vec<(Span, String)> = Vec::new();
        for basis in &decision.deciding {
            let words = format!("{} here", basis.verdict.name());
            places.extend(self.place(basis.given.statement).map(|span| (span, words)));
        }
        for defeat in &decision.defeated {
            let mut by: Vec<&str> = defeat.by.iter().map(|given| given.label.as_str()).collect();
            by.dedup();
            let words = format!("set aside by `{}`", by.join("`, `"));
            places.extend(self.place(defeat.given.statement).map(|span| (span, words)));
        }
        if let Some(near) = &decision.nearest {
            let fails: Vec<&str> =
                near.fails.iter().map(|d| if *d == "world" { "condition" } else { *d }).collect();
            let words = format!("the nearest permission does not reach the request's {}", fails.join(", "));
            places.extend(self.place(near.given.statement).map(|span| (span, words)));
        }
        let mut shown: Vec<(Span, String)> = Vec::new();
        let mut more = 0;
        for (span, words) in places {
            let full = shown.len() >= SHOWN;
            match shown.iter_mut().find(|(other, _)| *other == span) {
                // a statement can permit one flow of the request and prohibit another
                Some((_, before)) if *before != words => *before = format!("{before}, {words}"),
                Some(_) => {}
                None if full => more += 1,
                None => shown.push((span, words)),
            }
        }
        for (span, words) in shown {
            finding = finding.and(span, words);
        }
        match more {
            0 => finding,
            n => finding.note(format!("{n} more statements speak of this")),
        }
    }
}

/// `` it hangs on `consent` (true: permitted; false: unstated) ``
fn hangs_on(settle: &Settle) -> String {
    let (what, ways) = match settle {
        Settle::Fact { name, ways } | Settle::Event { name, ways } => (format!("`{name}`"), ways),
        Settle::Dimension { dimension, ways } => (format!("the {}", dimension.name()), ways),
    };
    let ways: Vec<String> = ways.iter().map(way).collect();
    format!("it hangs on {what} ({})", ways.join("; "))
}

fn way(way: &Way) -> String {
    let names: Vec<&str> = way.of.iter().take(SHOWN).map(String::as_str).collect();
    let more = match way.of.len().saturating_sub(SHOWN) {
        0 => String::new(),
        n => format!(" and {n} more"),
    };
    format!("{}{more}: {}", names.join(", "), way.verdict.name())
}
