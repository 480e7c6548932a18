//! What `check` found, in each of the formats in which it can be written.
//!
//! Findings are cut off at `--max-findings` here, once for all formats; the counts are of all.

use super::analyse::{Report, Summary, counts, several};
use super::explain::summary;
use super::load::Loaded;
use super::output::Output;
use crate::check::{CHECKS, acceptance};
use crate::diagnostic::{self, Finding, Level, github, human, json, junit, sarif};
use serde::Serialize;

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
pub enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// SARIF 2.1.0, for code scanning services
    Sarif,
    /// Annotations of a GitHub Actions run
    Github,
    /// JUnit XML, for build servers
    Junit,
}

/// A policy, and what was found in it.
#[derive(Debug)]
pub struct Checked {
    /// What was read.
    pub loaded: Loaded,
    /// What was found.
    pub report: Report,
    /// From which level on a finding makes the run fail; none where nothing does.
    pub fail: Option<Level>,
    /// Whether what somebody accepted is written too.
    pub accepted: bool,
}

impl Checked {
    /// Whether the run fails for a finding.
    pub fn fails(&self, finding: &Finding) -> bool {
        self.fail.is_some_and(|level| finding.level >= level)
    }
}

/// All policies of a run.
#[derive(Debug)]
pub struct Reports {
    /// Those that could be read.
    pub checked: Vec<Checked>,
    /// Why others could not.
    pub failures: Vec<String>,
    /// How many findings are written at most.
    pub most: Option<usize>,
}

impl Reports {
    /// The text of the report.
    pub fn render(&self, format: Format, output: &Output) -> Result<String, String> {
        let json = |e: serde_json::Error| format!("cannot write JSON: {e}");
        Ok(match format {
            Format::Human => self.human(output),
            Format::Json => self.json().map_err(json)?,
            Format::Sarif => self.sarif().map_err(json)?,
            Format::Github => self.github(output.quiet()),
            Format::Junit => self.junit(),
        })
    }

    /// The findings of each policy that are written, with how many are not.
    fn shown(&self) -> impl Iterator<Item = (&Checked, &[Finding], usize)> {
        let mut left = self.most.unwrap_or(usize::MAX);
        self.checked.iter().map(move |checked| {
            let all = &checked.report.findings;
            let shown = all.get(..left.min(all.len())).unwrap_or_default();
            left -= shown.len();
            (checked, shown, all.len() - shown.len())
        })
    }

    fn total(&self, count: fn(&Summary) -> usize) -> usize {
        self.checked.iter().map(|c| count(&c.report.summary)).sum()
    }

    fn human(&self, output: &Output) -> String {
        let quiet = output.quiet();
        let mut out = String::new();
        for (checked, shown, unseen) in self.shown() {
            out.push_str(&human::render(shown, &checked.loaded.sources, output.style()));
            if unseen > 0 {
                out.push_str(&format!("… and {unseen} more, which --max-findings leaves out\n"));
            }
            if checked.accepted {
                out.push_str(&human::render(&lived_with(checked), &checked.loaded.sources, output.style()));
            }
            if !quiet {
                out.push_str(&format!("{}\n", output.strong(&checked.report.summary.line())));
                out.push_str(&checked.report.summary.accepted_lines());
            }
            if self.checked.len() > 1 && !quiet {
                out.push('\n');
            }
        }
        if self.checked.len() > 1 && !quiet {
            out.push_str(&format!("{}\n", output.strong(&self.in_all())));
        }
        out
    }

    /// The counts of all policies in one line.
    fn in_all(&self) -> String {
        let files = several(self.total(|s| s.files), "file");
        let (errors, warnings) = (self.total(|s| s.errors), self.total(|s| s.warnings));
        let all = counts(errors, warnings, self.total(|s| s.notes), self.total(|s| s.accepted));
        format!("in all: {all} in {} policies ({files})", self.checked.len())
    }

    fn json(&self) -> Result<String, serde_json::Error> {
        let entries = self.shown().flat_map(|(checked, shown, _)| {
            let findings = json::findings(shown, &checked.loaded.sources).into_iter().zip(shown);
            findings.map(|(finding, found)| Entry {
                policy: &checked.report.summary.policy,
                accept: acceptance::line(found),
                finding,
            })
        });
        let accepted = self.checked.iter().filter(|c| c.accepted).flat_map(|checked| {
            checked.report.accepted.iter().flat_map(|one| {
                let policy = &checked.report.summary.policy;
                let findings = json::findings(std::slice::from_ref(&one.finding), &checked.loaded.sources);
                let by =
                    |a: &'_ diagnostic::Acceptance| By { because: a.because.clone(), until: a.until.clone() };
                findings.into_iter().map(move |finding| LivedWith {
                    policy,
                    finding,
                    accepted: one.by.iter().map(by).collect(),
                })
            })
        });
        let whole = Whole {
            findings: entries.collect(),
            accepted: self.checked.iter().any(|c| c.accepted).then(|| accepted.collect()),
            failures: &self.failures,
            summary: Counts {
                errors: self.total(|s| s.errors),
                warnings: self.total(|s| s.warnings),
                notes: self.total(|s| s.notes),
                accepted: self.total(|s| s.accepted),
                policies: self.checked.iter().map(|c| &c.report.summary).collect(),
            },
        };
        Ok(serde_json::to_string_pretty(&whole)? + "\n")
    }

    fn sarif(&self) -> Result<String, serde_json::Error> {
        let rule = |check: &'static crate::check::Check| sarif::Rule {
            name: check.name,
            level: check.level,
            summary: summary(check.page),
            page: check.page,
        };
        let rules: Vec<sarif::Rule<'_>> = CHECKS.iter().map(rule).collect();
        let groups: Vec<sarif::Group<'_>> = self
            .shown()
            .map(|(checked, findings, _)| sarif::Group {
                findings,
                accepted: checked.accepted.then_some(checked.report.accepted.as_slice()),
                sources: &checked.loaded.sources,
            })
            .collect();
        Ok(sarif::render(&rules, &groups, &self.failures)? + "\n")
    }

    fn github(&self, quiet: bool) -> String {
        let mut out = String::new();
        for (checked, shown, unseen) in self.shown() {
            out.push_str(&github::render(shown, &checked.loaded.sources));
            if unseen > 0 {
                out.push_str(&format!("… and {unseen} more, which --max-findings leaves out\n"));
            }
            if !quiet {
                out.push_str(&format!("{}\n", checked.report.summary.line()));
                out.push_str(&checked.report.summary.accepted_lines());
            }
        }
        out.extend(self.failures.iter().map(|why| github::failure(why)));
        out
    }

    fn junit(&self) -> String {
        let checks: Vec<&str> = CHECKS.iter().map(|c| c.name).collect();
        let suites: Vec<junit::Suite<'_>> = self
            .shown()
            .map(|(checked, findings, _)| junit::Suite {
                name: &checked.report.summary.policy,
                findings,
                sources: &checked.loaded.sources,
                fail: checked.fail,
            })
            .collect();
        junit::render(&checks, &suites, &self.failures)
    }
}

#[derive(Serialize)]
struct Whole<'a> {
    findings: Vec<Entry<'a>>,
    /// What somebody decided to live with, where it is asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Vec<LivedWith<'a>>>,
    /// What could not be read.
    failures: &'a [String],
    summary: Counts<'a>,
}

#[derive(Serialize)]
struct Entry<'a> {
    policy: &'a str,
    #[serde(flatten)]
    finding: json::JsonFinding<'a>,
    /// The line that accepts it.
    #[serde(skip_serializing_if = "Option::is_none")]
    accept: Option<String>,
}

#[derive(Serialize)]
struct LivedWith<'a> {
    policy: &'a str,
    #[serde(flatten)]
    finding: json::JsonFinding<'a>,
    /// The lines that accept it.
    accepted: Vec<By>,
}

#[derive(Serialize)]
struct By {
    because: String,
    until: String,
}

/// The findings that somebody accepted, each with why and until when.
fn lived_with(checked: &Checked) -> Vec<Finding> {
    let told = |one: &diagnostic::Accepted| {
        let mut finding = one.finding.clone();
        finding.message = format!("accepted: {}", finding.message);
        // What to do about it was decided.
        finding.help.clear();
        one.by
            .iter()
            .fold(finding, |finding, by| finding.note(format!("accepted until {}: {}", by.until, by.because)))
    };
    checked.report.accepted.iter().map(told).collect()
}

#[derive(Serialize)]
struct Counts<'a> {
    errors: usize,
    warnings: usize,
    notes: usize,
    accepted: usize,
    policies: Vec<&'a Summary>,
}
