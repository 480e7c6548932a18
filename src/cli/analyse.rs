//! From what was read to all that is wrong with it: the stages in their order, and a summary.

use super::build::words;
use super::load::Loaded;
use super::output::Output;
use crate::check;
use crate::diagnostic::{self, Finding, Level};
use crate::document::documents::Documents;
use crate::policy::analysis::Analysis;
use crate::policy::{Accepted, Date, Policy};
use crate::resolve;
use crate::syntax::tree::{Item, Test};
use crate::testing;
use serde::Serialize;

/// What the stages say of one policy.
#[derive(Debug)]
pub struct Report {
    /// All findings: errors first, each level in the order of the sources.
    pub findings: Vec<Finding>,
    /// The findings that somebody decided to live with, where they were asked for.
    pub accepted: Vec<diagnostic::Accepted>,
    /// The policy, where its names and types are in order.
    pub policy: Option<Policy>,
    /// The counts.
    pub summary: Summary,
}

/// The counts of one policy.
#[derive(Clone, Serialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct Summary {
    /// The policy's name; its folder where it has none.
    pub policy: String,
    /// How many findings are errors.
    pub errors: usize,
    /// How many are warnings.
    pub warnings: usize,
    /// How many are notes.
    pub notes: usize,
    /// How many were accepted and are not among the others.
    pub accepted: usize,
    /// How many files were read, those of other folders included.
    pub files: usize,
    /// What was decided of them, and until when.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub acceptances: Vec<Acceptance>,
    /// How many statements about flows there are; none where names or types are wrong.
    pub statements: Option<usize>,
    /// How many rights of people.
    pub rights: Option<usize>,
}

/// A decision to live with findings.
#[derive(Clone, Serialize, Debug)]
pub struct Acceptance {
    /// Of which check.
    pub kind: String,
    /// About what.
    pub of: Vec<String>,
    /// The other side.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub with: Vec<String>,
    /// Why.
    pub because: String,
    /// The last day on which it holds, `YYYY-MM-DD`.
    pub until: String,
}

/// Runs all stages.
pub fn analyse(loaded: &Loaded, today: Date) -> Report {
    judge(loaded, resolved(loaded), today, false, &|_| {})
}

/// Runs all stages, and says what somebody decided to live with.
pub fn analyse_accepted(loaded: &Loaded, today: Date) -> Report {
    judge(loaded, resolved(loaded), today, true, &|_| {})
}

/// Runs all stages for the last time: the trees are let go of once names are resolved. Nothing after
/// that reads them, and they are as large as the policy. Who watches is told which check runs. What somebody
/// decided to live with takes the checks once more, and is `accepted` where it is asked for.
pub fn analyse_last(loaded: &mut Loaded, today: Date, accepted: bool, output: &Output) -> Report {
    let given = loaded.given.display().to_string();
    output.doing(&format!("reading {given}"));
    let resolved = resolved(loaded);
    loaded.program.units.clear();
    judge(loaded, resolved, today, accepted, &|check| output.doing(&format!("checking {given}: {check}")))
}

/// Resolves names and goes no further: what the statements mean together is not looked at.
pub fn resolve_only(loaded: &Loaded) -> Report {
    let resolved = resolved(loaded);
    report(loaded, resolved, |_, _| (check::Outcome::default(), Vec::new()))
}

/// The policy's own tests. Those of its bases expect something of the bases, which it may change.
pub fn tests(loaded: &Loaded) -> Vec<Test> {
    let own = loaded.program.units.first().into_iter().flat_map(|unit| &unit.files);
    let tests = own.flat_map(|file| &file.items).filter_map(|item| match item {
        Item::Test(test) => Some(test.clone()),
        _ => None,
    });
    tests.collect()
}

/// What the trees say.
struct Resolved {
    policy: Option<Policy>,
    findings: Vec<Finding>,
    name: String,
    files: usize,
    tests: Vec<Test>,
}

fn resolved(loaded: &Loaded) -> Resolved {
    let (policy, findings) = resolve::resolve(&loaded.program, &loaded.sources);
    let files = loaded.program.units.iter().map(|u| u.files.len()).sum();
    Resolved { name: name(loaded, policy.as_ref()), policy, findings, files, tests: tests(loaded) }
}

fn judge(
    loaded: &Loaded,
    resolved: Resolved,
    today: Date,
    accepted: bool,
    noting: &dyn Fn(&'static str),
) -> Report {
    report(loaded, resolved, |policy, tests| {
        let documents = Documents::new(policy, &loaded.documents, &loaded.sources);
        let analysis = Analysis::new(policy, &loaded.sources, today);
        let mut outcome = check::run_noting(&analysis, &documents, noting);
        if !tests.is_empty() {
            // a policy that is too large for a bundle cannot be asked, and `build` says so
            if let Ok(bundle) = words(&analysis) {
                outcome.findings.extend(testing::cases(policy, &bundle, tests).1);
            }
        }
        let lived_with = if accepted { check::accepted(&analysis, &documents) } else { Vec::new() };
        (outcome, lived_with)
    })
}

fn report(
    loaded: &Loaded,
    resolved: Resolved,
    check: impl FnOnce(&Policy, &[Test]) -> (check::Outcome, Vec<(Finding, Vec<usize>)>),
) -> Report {
    let Resolved { policy, findings: found, name, files, tests } = resolved;
    let mut findings = loaded.findings.clone();
    findings.extend(found.into_iter().filter(|f| !follows(f, &loaded.findings)));
    let (mut accepted, mut acceptances, mut lived_with) = (0, Vec::new(), Vec::new());
    if let Some(policy) = &policy {
        let (outcome, covered) = check(policy, &tests);
        lived_with = covered.into_iter().map(|(finding, by)| with_reasons(policy, finding, &by)).collect();
        findings.extend(outcome.findings);
        accepted = outcome.accepted;
        acceptances = outcome.by.iter().filter_map(|i| policy.acceptances.get(*i)).map(listed).collect();
    }
    for finding in findings.iter_mut().chain(lived_with.iter_mut().map(|one| &mut one.finding)) {
        if let Some(level) = loaded.configuration.levels.get(finding.check) {
            finding.level = *level;
        }
    }
    findings.sort_by(|a, b| {
        let key = |f: &Finding| (std::cmp::Reverse(f.level), f.primary.span, f.check);
        key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
    });
    let count = |level| findings.iter().filter(|f| f.level == level).count();
    let summary = Summary {
        policy: name,
        errors: count(Level::Error),
        warnings: count(Level::Warning),
        notes: count(Level::Note),
        accepted,
        acceptances,
        files,
        statements: policy.as_ref().map(|p| p.statements.iter().filter(|s| s.right.is_none()).count()),
        rights: policy.as_ref().map(|p| p.rights.len()),
    };
    Report { findings, accepted: lived_with, policy, summary }
}

/// A finding with the lines that accept it.
fn with_reasons(policy: &Policy, finding: Finding, by: &[usize]) -> diagnostic::Accepted {
    let lines = by.iter().filter_map(|i| policy.acceptances.get(*i));
    let by = lines.map(|line| diagnostic::Acceptance {
        span: line.span,
        because: line.because.clone(),
        until: line.until.to_string(),
    });
    diagnostic::Accepted { finding, by: by.collect() }
}

fn listed(acceptance: &crate::policy::Acceptance) -> Acceptance {
    let names = |list: &[Accepted]| list.iter().map(|n| n.name.clone()).collect();
    Acceptance {
        kind: acceptance.kind.clone(),
        of: names(&acceptance.of),
        with: names(&acceptance.with),
        because: acceptance.because.clone(),
        until: acceptance.until.to_string(),
    }
}

/// Whether a name is undeclared only because one of its letters is not what it looks like: that is
/// one mistake, and has been said.
fn follows(finding: &Finding, syntax: &[Finding]) -> bool {
    finding.check == resolve::UNDECLARED
        && syntax.iter().filter(|f| f.check == "confusable").any(|letter| {
            let (name, letter) = (finding.primary.span, letter.primary.span);
            name.source == letter.source && name.start <= letter.start && letter.end <= name.end
        })
}

fn name(loaded: &Loaded, policy: Option<&Policy>) -> String {
    let root = loaded.program.units.first();
    let written = || {
        root?.files.iter().flat_map(|f| &f.items).find_map(|i| match i {
            Item::Policy(header) => Some(header.label.node.to_string()),
            _ => None,
        })
    };
    policy
        .map(|p| p.label.clone())
        .or_else(written)
        .or_else(|| root.map(|u| u.folder.clone()))
        .unwrap_or_default()
}

impl Summary {
    /// The counts in one line.
    pub fn line(&self) -> String {
        let counts = counts(self.errors, self.warnings, self.notes, self.accepted);
        let files = several(self.files, "file");
        let rest = match (self.statements, self.rights) {
            (Some(n), Some(rights @ 1..)) => {
                format!("{}, {}", several(n, "statement"), several(rights, "right"))
            }
            (Some(n), _) => several(n, "statement"),
            (None, _) => {
                "what the statements mean together is checked once these errors are mended".to_owned()
            }
        };
        format!("{}: {counts} in {files} ({rest})", self.policy)
    }

    /// A line for each decision to live with findings.
    pub fn accepted_lines(&self) -> String {
        let line = |a: &Acceptance| {
            let with = if a.with.is_empty() { String::new() } else { format!(" with {}", a.with.join(", ")) };
            format!("  accepted until {}: {} of {}{with}: {}\n", a.until, a.kind, a.of.join(", "), a.because)
        };
        self.acceptances.iter().map(line).collect()
    }
}

/// `3 errors, 1 note, 2 accepted`, or `nothing found`.
pub fn counts(errors: usize, warnings: usize, notes: usize, accepted: usize) -> String {
    let mut counts: Vec<String> = [(errors, "error"), (warnings, "warning"), (notes, "note")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| several(n, what))
        .collect();
    if counts.is_empty() {
        counts.push("nothing found".to_owned());
    }
    if accepted > 0 {
        counts.push(format!("{accepted} accepted"));
    }
    counts.join(", ")
}

/// `1 file`, `2 files`.
pub fn several(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}
