//! Tests to cases: each line with the request that it asks, and what is wrong with its words.

use crate::bundle::Bundle;
use crate::decide::{Request, Verdict};
use crate::diagnostic::{Finding, Level};
use crate::policy::{Norm, Policy};
use crate::question::{self, nearest};
use crate::syntax::tree::{self, Expectation, Name, Test};
use rustc_hash::{FxHashMap, FxHashSet};

/// The check that reports a test without lines.
pub const EMPTY_TEST: &str = "empty-test";

/// A line of a test.
#[derive(Debug)]
pub struct Case<'t> {
    /// The test that it stands in.
    pub test: &'t Test,
    /// The line.
    pub expectation: &'t Expectation,
    /// The verdict that is expected.
    pub verdict: Verdict,
    /// What is asked; none where its words are wrong.
    pub request: Option<Request>,
    /// For each label of `by`, the statements under it: positions in the policy and in the bundle.
    pub by: Vec<(&'t Name, Vec<u32>)>,
}

/// The lines of all tests, in the order of their writing, and what is wrong with them.
///
/// A bundle of the policy's words alone is enough to find that.
pub fn cases<'t>(policy: &Policy, bundle: &Bundle, tests: &'t [Test]) -> (Vec<Case<'t>>, Vec<Finding>) {
    let mut reader = Reader { policy, bundle, findings: Vec::new() };
    reader.names(tests);
    let mut cases = Vec::new();
    for test in tests {
        if test.expectations.is_empty() {
            let finding = Finding::new(
                EMPTY_TEST,
                Level::Warning,
                format!("the test `{}` expects nothing", test.name.node),
                test.name.span,
            );
            let help = "write a line for each request: `permitted share Email to Mailer;`";
            reader.findings.push(finding.help(help));
        }
        cases.extend(test.expectations.iter().map(|line| reader.case(test, line)));
    }
    // What is wrong with the condition in front of a test is so for each of its lines, and said once.
    let mut said = FxHashSet::default();
    reader.findings.retain(|f| said.insert((f.check, f.primary.span, f.message.clone())));
    (cases, reader.findings)
}

struct Reader<'a> {
    policy: &'a Policy,
    bundle: &'a Bundle,
    findings: Vec<Finding>,
}

fn error(check: &'static str, message: impl Into<String>, name: &Name) -> Finding {
    Finding::new(check, Level::Error, message, name.span)
}

impl Reader<'_> {
    /// Each test has a name of its own.
    fn names(&mut self, tests: &[Test]) {
        let mut first = FxHashMap::default();
        for test in tests {
            match first.get(&test.name.node) {
                Some(place) => self.findings.push(
                    error("duplicate", format!("there is another test `{}`", test.name.node), &test.name)
                        .and(*place, "the first one")
                        .help("give one of them another name, or put their lines into one"),
                ),
                None => drop(first.insert(&test.name.node, test.name.span)),
            }
        }
    }

    fn case<'t>(&mut self, test: &'t Test, line: &'t Expectation) -> Case<'t> {
        let before = self.findings.len();
        let verdict = verdict(line.verdict.node);
        let by = line.by.iter().map(|label| (label, self.label(label))).collect();
        self.decided_by_nobody(line, verdict);
        self.duties(line, verdict);
        let request = self.request(test, line, verdict);
        let request = request.filter(|_| before == self.findings.len());
        Case { test, expectation: line, verdict, request, by }
    }

    fn request(&mut self, test: &Test, line: &Expectation, verdict: Verdict) -> Option<Request> {
        let question = match question::of(self.bundle, &test.front, &line.question) {
            Ok(question) => question,
            Err(findings) => {
                self.findings.extend(findings);
                return None;
            }
        };
        if let Some((name, place)) = question.unlisted.filter(|_| verdict != Verdict::UnlistedThirdParty) {
            let message = format!("the policy declares no `{name}`");
            let mut finding = Finding::new("undeclared", Level::Error, message, place);
            if let Some(near) = question.meant {
                finding = finding.help(format!("did you mean `{near}`?"));
            }
            let help = "if the policy is not to know it, expect `unlisted-third-party`";
            self.findings.push(finding.at("a party belongs here").help(help));
            return None;
        }
        Some(question.request)
    }

    /// The statements under a label.
    fn label(&mut self, name: &Name) -> Vec<u32> {
        let Some(norms) = self.policy.labels.get(name.node.as_str()) else {
            let finding = error("undeclared", format!("there is no label `{}`", name.node), name)
                .at("the label of a statement, a clause or a section belongs here");
            let near = nearest(&name.node, self.policy.labels.keys().map(|label| label.as_str()));
            self.findings.push(match near {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            });
            return Vec::new();
        };
        let statements = norms.iter().flat_map(|norm| match norm {
            Norm::Statement(number) => vec![*number],
            Norm::Right(number) => {
                self.policy.rights.get(*number).map_or_else(Vec::new, |right| right.fulfilment.clone())
            }
            Norm::Duty(_) => Vec::new(),
        });
        let mut statements: Vec<u32> = statements.filter_map(|number| u32::try_from(number).ok()).collect();
        statements.sort_unstable();
        statements.dedup();
        if statements.is_empty() {
            let message = format!("no statement about flows stands under `{}`", name.node);
            let finding = error("empty-set", message, name);
            self.findings.push(finding.help("name the label of what decides, or leave `by` out"));
        }
        statements
    }

    /// What the policy says nothing of is decided by nothing.
    fn decided_by_nobody(&mut self, line: &Expectation, verdict: Verdict) {
        if let (Some(first), Verdict::Unstated | Verdict::UnlistedThirdParty) = (line.by.first(), verdict) {
            let message = format!("what is {} is decided by no statement", verdict.name());
            self.findings.push(error("phrase-not-taken", message, first).help("leave `by` out"));
        }
    }

    fn duties(&mut self, line: &Expectation, verdict: Verdict) {
        let Some((place, names)) = &line.duties else { return };
        if verdict != Verdict::Permitted {
            let message = format!("duties come with a yes, and what is {} gets none", verdict.name());
            let finding = Finding::new("phrase-not-taken", Level::Error, message, *place);
            self.findings.push(finding.help("leave `with duty` out"));
        }
        let verbs = || self.policy.duty_verbs.iter().map(|verb| verb.name.as_str());
        let mut unknown = Vec::new();
        for name in names.iter().filter(|name| !verbs().any(|verb| verb == name.node)) {
            let finding = error("undeclared", format!("the policy declares no duty `{}`", name.node), name);
            unknown.push(match nearest(&name.node, verbs()) {
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None => finding,
            });
        }
        self.findings.append(&mut unknown);
    }
}

fn verdict(written: tree::Verdict) -> Verdict {
    match written {
        tree::Verdict::Permitted => Verdict::Permitted,
        tree::Verdict::Prohibited => Verdict::Prohibited,
        tree::Verdict::Unstated => Verdict::Unstated,
        tree::Verdict::Undetermined => Verdict::Undetermined,
        tree::Verdict::UnlistedThirdParty => Verdict::UnlistedThirdParty,
    }
}
