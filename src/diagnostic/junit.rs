//! Findings for build servers: JUnit XML, a suite for each policy and a case for each check.
//!
//! Takes the names of the checks and the findings of each policy; gives XML. A case fails where a
//! finding of its check is as bad as the run is told to fail at; the findings of the others stand in
//! their output. Total: every finding is written.

use super::human::{self, Style};
use super::{Finding, Level};
use crate::source::Sources;

/// The findings of one policy.
#[derive(Clone, Copy, Debug)]
pub struct Suite<'a> {
    /// The policy's name.
    pub name: &'a str,
    /// Its findings.
    pub findings: &'a [Finding],
    /// What they point into.
    pub sources: &'a Sources,
    /// From which level on a finding fails its case; none where nothing does.
    pub fail: Option<Level>,
}

impl Suite<'_> {
    fn fails(&self, finding: &Finding) -> bool {
        self.fail.is_some_and(|level| finding.level >= level)
    }

    /// How many cases fail.
    fn failing(&self, checks: &[&str]) -> usize {
        let fails = |check: &&&str| self.findings.iter().any(|f| f.check == **check && self.fails(f));
        checks.iter().filter(fails).count()
    }
}

/// All suites.
pub fn render(checks: &[&str], suites: &[Suite<'_>], failures: &[String]) -> String {
    let total: usize = suites.iter().map(|suite| suite.failing(checks)).sum();
    let mut out = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"caveat\" tests=\"{}\" failures=\"{total}\" \
         errors=\"{}\">\n",
        checks.len() * suites.len() + failures.len(),
        failures.len()
    );
    for suite in suites {
        out.push_str(&format!(
            "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
            escaped(suite.name),
            checks.len(),
            suite.failing(checks)
        ));
        for check in checks {
            let (bad, rest): (Vec<Finding>, Vec<Finding>) =
                suite.findings.iter().filter(|f| f.check == *check).cloned().partition(|f| suite.fails(f));
            case(&mut out, suite, check, &bad, &rest);
        }
        out.push_str("  </testsuite>\n");
    }
    could_not(&mut out, "could not be read", failures);
    out.push_str("</testsuites>\n");
    out
}

/// A suite of errors, one for each thing that could not even be looked at; none where there is nothing.
pub fn could_not(out: &mut String, name: &str, failures: &[String]) {
    if failures.is_empty() {
        return;
    }
    let count = failures.len();
    out.push_str(&format!(
        "  <testsuite name=\"{name}\" tests=\"{count}\" failures=\"0\" errors=\"{count}\">\n"
    ));
    for why in failures {
        let why = escaped(why);
        out.push_str(&format!(
            "    <testcase classname=\"caveat\" name=\"{why}\">\n      <error message=\"{why}\"/>\n    </testcase>\n"
        ));
    }
    out.push_str("  </testsuite>\n");
}

fn case(out: &mut String, suite: &Suite<'_>, check: &str, bad: &[Finding], rest: &[Finding]) {
    out.push_str(&format!("    <testcase classname=\"{}\" name=\"{check}\"", escaped(suite.name)));
    if bad.is_empty() && rest.is_empty() {
        out.push_str("/>\n");
        return;
    }
    out.push_str(">\n");
    let shown =
        |findings: &[Finding]| escaped(human::render(findings, suite.sources, Style::Plain).trim_end());
    if let Some(first) = bad.first() {
        let message = match bad.len() {
            1 => first.message.clone(),
            n => format!("{} (and {} more)", first.message, n - 1),
        };
        let message = escaped(&message);
        out.push_str(&format!(
            "      <failure type=\"{check}\" message=\"{message}\">{}</failure>\n",
            shown(bad)
        ));
    }
    if !rest.is_empty() {
        out.push_str(&format!("      <system-out>{}</system-out>\n", shown(rest)));
    }
    out.push_str("    </testcase>\n");
}

/// Text of XML 1.0: what it cannot hold at all is replaced.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' | '\t' | '\u{20}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'.. => out.push(c),
            _ => out.push('\u{FFFD}'),
        }
    }
    out
}
