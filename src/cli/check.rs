//! `caveat check`: all findings of all policies in some folders.

use super::analyse::{Report, Summary, analyse, counts, several};
use super::load::{self, Loaded};
use super::output::Output;
use super::{CLEAN, COULD_NOT_RUN, FOUND, Format, documents, today};
use crate::diagnostic::{Finding, Level, human, json};
use crate::policy::Date;
use serde::Serialize;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What can be said behind `check`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Exit codes:\n  0  nothing at or above --fail-level\n  1  there are such findings\n  \
    2  could not run"
)]
pub struct Options {
    /// Policies: files, or folders that are searched for `.caveat` files; each folder that holds
    /// some is one policy
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// From which level on a finding makes the exit code 1
    #[arg(long, value_enum, value_name = "LEVEL", default_value_t = FailLevel::Error)]
    fail_level: FailLevel,
    /// Print at most so many findings; all are counted
    #[arg(long, value_name = "N")]
    max_findings: Option<usize>,
    /// The day on which acceptances must still hold; today (UTC), or that of SOURCE_DATE_EPOCH,
    /// where it is left out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = today::parse)]
    today: Option<Date>,
    #[command(flatten)]
    documents: documents::Options,
}

/// From which level on a finding makes the exit code 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
#[allow(missing_docs)]
enum FailLevel {
    Error,
    Warning,
    Note,
    Never,
}

/// Checks and prints.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let today = today::today(options.today)?;
    let mut failures = Vec::new();
    let mut policies = Vec::new();
    let paths = candidates(&options.paths, &mut failures);
    if !options.documents.places.is_empty() && paths.len() > 1 {
        return Err(format!("--document is about one policy, and there are {} here", paths.len()));
    }
    for path in paths {
        match load::load_with(&path, &options.documents) {
            Ok(loaded) => policies.push(loaded),
            Err(why) => failures.push(why.to_string()),
        }
    }
    failures.iter().for_each(|why| output.error(why));
    leave_out_vocabulary(&mut policies);
    let reports: Vec<(Loaded, Report)> = policies
        .into_iter()
        .map(|loaded| {
            let report = analyse(&loaded, today);
            (loaded, report)
        })
        .collect();
    let text = match options.format {
        Format::Human => as_text(&reports, options.max_findings, output),
        Format::Json => as_json(&reports, &failures, options.max_findings)?,
    };
    output.print(&text)?;
    let found = reports.iter().flat_map(|(_, r)| &r.findings).any(|f| fails(f, options.fail_level));
    Ok(if !failures.is_empty() {
        COULD_NOT_RUN
    } else if found {
        FOUND
    } else {
        CLEAN
    })
}

fn fails(finding: &Finding, from: FailLevel) -> bool {
    match from {
        FailLevel::Error => finding.level >= Level::Error,
        FailLevel::Warning => finding.level >= Level::Warning,
        FailLevel::Note => finding.level >= Level::Note,
        FailLevel::Never => false,
    }
}

/// The files that are named, and every folder at or below those named that holds a policy's files.
fn candidates(paths: &[PathBuf], failures: &mut Vec<String>) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = Vec::new();
    let mut seen = BTreeSet::new();
    for path in paths {
        let found = if path.is_dir() { folders(path, failures) } else { vec![path.clone()] };
        if found.is_empty() {
            failures.push(load::LoadFailure::NoPolicy(path.to_string_lossy().into_owned()).to_string());
        }
        for candidate in found {
            if seen.insert(std::fs::canonicalize(&candidate).unwrap_or_else(|_| candidate.clone())) {
                out.push(candidate);
            }
        }
    }
    out
}

/// The folders at or below one that hold `.caveat` files, in the order of their names.
fn folders(path: &Path, failures: &mut Vec<String>) -> Vec<PathBuf> {
    let mut out = BTreeSet::new();
    let walk = ignore::WalkBuilder::new(path).sort_by_file_name(Ord::cmp).build();
    for entry in walk {
        match entry {
            Ok(entry) => {
                let file = entry.path();
                if load::is_caveat_file(file) && !file.is_dir() {
                    out.extend(file.parent().map(Path::to_owned));
                }
            }
            Err(error) => failures.push(error.to_string()),
        }
    }
    out.into_iter().collect()
}

/// A folder without a `policy` header that another policy of the run brings in is vocabulary, and
/// is checked there.
fn leave_out_vocabulary(policies: &mut Vec<Loaded>) {
    let brought_in: BTreeSet<PathBuf> =
        policies.iter().flat_map(|p| p.places.iter().skip(1).cloned()).collect();
    policies.retain(|p| {
        p.program.units.first().is_some_and(load::has_header)
            || p.places.first().is_none_or(|place| !brought_in.contains(place))
    });
}

fn as_text(reports: &[(Loaded, Report)], most: Option<usize>, output: &Output) -> String {
    let mut out = String::new();
    let mut left = most.unwrap_or(usize::MAX);
    for (loaded, report) in reports {
        let shown = report.findings.get(..left.min(report.findings.len())).unwrap_or_default();
        left -= shown.len();
        out.push_str(&human::render(shown, &loaded.sources, output.style()));
        let unseen = report.findings.len() - shown.len();
        if unseen > 0 {
            out.push_str(&format!("… and {unseen} more, which --max-findings leaves out\n"));
        }
        out.push_str(&format!("{}\n", output.strong(&report.summary.line())));
        if reports.len() > 1 {
            out.push('\n');
        }
    }
    if reports.len() > 1 {
        out.push_str(&format!("{}\n", output.strong(&in_all(reports))));
    }
    out
}

/// The counts of all policies in one line.
fn in_all(reports: &[(Loaded, Report)]) -> String {
    let total = |count: fn(&Summary) -> usize| reports.iter().map(|(_, r)| count(&r.summary)).sum();
    let files = several(total(|s| s.files), "file");
    let all = counts(total(|s| s.errors), total(|s| s.warnings), total(|s| s.notes), total(|s| s.accepted));
    format!("in all: {all} in {} policies ({files})", reports.len())
}

#[derive(Serialize)]
struct JsonReport<'a> {
    findings: Vec<JsonEntry<'a>>,
    /// What could not be read.
    failures: &'a [String],
    summary: JsonSummary<'a>,
}

#[derive(Serialize)]
struct JsonEntry<'a> {
    policy: &'a str,
    #[serde(flatten)]
    finding: json::JsonFinding<'a>,
}

#[derive(Serialize)]
struct JsonSummary<'a> {
    errors: usize,
    warnings: usize,
    notes: usize,
    accepted: usize,
    policies: Vec<&'a Summary>,
}

fn as_json(reports: &[(Loaded, Report)], failures: &[String], most: Option<usize>) -> Result<String, String> {
    let entries = reports.iter().flat_map(|(loaded, report)| {
        json::findings(&report.findings, &loaded.sources)
            .into_iter()
            .map(|finding| JsonEntry { policy: &report.summary.policy, finding })
    });
    let total = |count: fn(&Summary) -> usize| reports.iter().map(|(_, r)| count(&r.summary)).sum();
    let whole = JsonReport {
        findings: entries.take(most.unwrap_or(usize::MAX)).collect(),
        failures,
        summary: JsonSummary {
            errors: total(|s| s.errors),
            warnings: total(|s| s.warnings),
            notes: total(|s| s.notes),
            accepted: total(|s| s.accepted),
            policies: reports.iter().map(|(_, r)| &r.summary).collect(),
        },
    };
    let text = serde_json::to_string_pretty(&whole).map_err(|e| format!("cannot write JSON: {e}"))?;
    Ok(format!("{text}\n"))
}
