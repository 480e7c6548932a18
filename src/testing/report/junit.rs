//! Tests for build servers: JUnit XML, a suite for each test and a case for each of its lines.

use super::Tested;
use crate::diagnostic::human::{self, Style};
use crate::diagnostic::junit::{could_not, escaped};
use crate::diagnostic::{Finding, Level};
use crate::syntax::tree::Test;
use crate::testing::Status;

/// All suites, and why other policies could not be tested.
pub fn render(tested: &[Tested<'_>], failures: &[String]) -> String {
    let all: Vec<_> = tested.iter().map(Tested::counts).collect();
    let sum = |of: fn(&super::Counts) -> usize| all.iter().map(of).sum::<usize>();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"caveat test\" tests=\"{}\" failures=\"{}\" \
         errors=\"{}\">\n",
        sum(|c| c.expectations) + failures.len(),
        sum(|c| c.failed),
        sum(|c| c.errors) + failures.len()
    );
    for one in tested {
        one.tests.iter().for_each(|test| suite(&mut out, one, test));
    }
    could_not(&mut out, "could not be tested", failures);
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, tested: &Tested<'_>, test: &Test) {
    let name = escaped(&format!("{}.{}", tested.policy.label, test.name.node));
    let count = |status: Status| tested.of(test).filter(|(o, _)| o.status() == status).count();
    out.push_str(&format!(
        "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{}\" errors=\"{}\">\n",
        tested.of(test).count(),
        count(Status::Failed),
        count(Status::Error)
    ));
    for (outcome, findings) in tested.of(test) {
        let span = outcome.case.expectation.span;
        out.push_str(&format!(
            "    <testcase classname=\"{name}\" name=\"{}\" file=\"{}\" line=\"{}\"",
            escaped(&tested.words(span)),
            escaped(tested.file(span)),
            tested.line(span)
        ));
        match outcome.status() {
            Status::Passed => {
                out.push_str("/>\n");
                continue;
            }
            Status::Failed => body(out, tested, "failure", findings),
            Status::Error => {
                let about = tested.about(span).filter(|f| f.level == Level::Error);
                let mut about: Vec<Finding> = about.cloned().collect();
                // what stands in front of the whole test is no line's own
                if about.is_empty() {
                    about.extend(tested.findings.iter().filter(|f| f.level == Level::Error).cloned());
                }
                body(out, tested, "error", &about);
            }
        }
        out.push_str("    </testcase>\n");
    }
    out.push_str("  </testsuite>\n");
}

fn body(out: &mut String, tested: &Tested<'_>, element: &str, findings: &[Finding]) {
    let message = findings.first().map_or("", |finding| finding.message.as_str());
    let shown = human::render(findings, tested.sources, Style::Plain);
    out.push_str(&format!(
        ">\n      <{element} message=\"{}\">{}</{element}>\n",
        escaped(message),
        escaped(shown.trim_end())
    ));
}
