//! `caveat test`: whether policies say what their tests expect, and what the tests look at.
//!
//! A policy is tested also while errors of meaning stand (a contradiction): its statements say what
//! they say. Where names or types are wrong there is nothing to ask.

use super::analyse::{resolve_only, several, tests};
use super::build::compile;
use super::check::{candidates, leave_out_vocabulary};
use super::load::{self, Loaded};
use super::output::Output;
use super::replace::replace;
use super::{CLEAN, COULD_NOT_RUN, FOUND, coverage, today};
use crate::bundle::Bundle;
use crate::diagnostic::{Finding, Level, human};
use crate::policy::{Date, Policy};
use crate::syntax::tree::Test;
use crate::testing::coverage::coverage as covered;
use crate::testing::report::{Counts, Tested, json, junit, lcov, table};
use crate::testing::{self, Status};
use std::path::PathBuf;

/// What can be said behind `test`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  caveat test policies/clari --coverage\n  caveat test --filter sharing\n\n\
    Exit codes:\n  0  every expectation holds, and --fail-under is met\n  1  one does not, or less is covered\n  \
    2  could not run"
)]
pub struct Options {
    /// Policies: files, or folders that are searched for `.caveat` files; each folder that holds
    /// some is one policy; `-` reads one from standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Run only tests whose name or title holds this
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// How the outcome is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// Show which statements decided some request, and which conditions were met both ways
    #[arg(long)]
    coverage: bool,
    /// Write the coverage to a file, as a tracefile of LCOV
    #[arg(long, value_name = "FILE")]
    lcov: Option<PathBuf>,
    /// Exit with 1 where less than so many percent of the statements that can decide did
    #[arg(long, value_name = "PERCENT", value_parser = coverage::percent)]
    fail_under: Option<f64>,
}

/// How the outcome is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum Format {
    /// For people
    Human,
    /// One JSON object
    Json,
    /// JUnit XML, for build servers
    Junit,
}

/// A policy that can be tested.
struct Ready {
    loaded: Loaded,
    policy: Policy,
    bundle: Bundle,
    tests: Vec<Test>,
}

/// Runs the tests and prints.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let today = today::today(None)?;
    let mut failures = Vec::new();
    let mut policies = read(options, &mut failures);
    leave_out_vocabulary(&mut policies);
    failures.iter().for_each(|why| output.error(why));
    let mut ready = Vec::new();
    for loaded in policies {
        match prepare(loaded, today, output)? {
            Ok(one) => ready.push(one),
            Err(why) => failures.push(why),
        }
    }
    let counted = options.coverage || options.lcov.is_some() || options.fail_under.is_some();
    let tested: Vec<Tested<'_>> = ready
        .iter()
        .map(|one| {
            output.doing(&format!("testing {}", one.loaded.given.display()));
            test(one, options, counted)
        })
        .collect();
    if failures.is_empty() && tested.iter().all(|t| t.tests.is_empty()) {
        return Err(nothing(options));
    }
    if let Some(file) = &options.lcov {
        let text: String = tested.iter().map(lcov::render).collect();
        replace(file, text.as_bytes())
            .map_err(|e| format!("`{}`: cannot be written: {e}", file.display()))?;
    }
    output.print(&match options.format {
        Format::Human => tested.iter().map(|one| as_text(one, options, output)).collect(),
        Format::Json => json::render(&tested, &failures).map_err(|e| format!("cannot write JSON: {e}"))?,
        Format::Junit => junit::render(&tested, &failures),
    })?;
    let counts: Vec<Counts> = tested.iter().map(Tested::counts).collect();
    let wrong = |t: &Tested<'_>| t.findings.iter().any(|f| f.level == Level::Error);
    let least =
        tested.iter().filter_map(|t| t.coverage.as_ref()).map(|c| c.of_statements().hundredths()).min();
    let under = options.fail_under.zip(least).is_some_and(|(wanted, least)| (least as f64) < wanted * 100.0);
    Ok(if !failures.is_empty() || tested.iter().any(wrong) {
        COULD_NOT_RUN
    } else if under || counts.iter().any(|c| c.failed > 0) {
        FOUND
    } else {
        CLEAN
    })
}

/// The policies that can be read; why others cannot.
fn read(options: &Options, failures: &mut Vec<String>) -> Vec<Loaded> {
    let mut policies = Vec::new();
    for path in candidates(&options.paths, failures) {
        let loaded = match path.as_os_str() == "-" {
            true => load::read_standard_input().and_then(load::load_text),
            false => load::load(&path),
        };
        match loaded {
            Ok(loaded) => policies.push(loaded),
            Err(why) => failures.push(why.to_string()),
        }
    }
    policies
}

/// Compiles a policy; says why it cannot be, and shows its errors.
fn prepare(loaded: Loaded, today: Date, output: &Output) -> Result<Result<Ready, String>, String> {
    let wrong = loaded.misconfigured();
    if !wrong.is_empty() {
        output.note(human::render(&wrong, &loaded.sources, output.error_style()).trim_end());
        let why = format!("not tested: {}: its configuration has mistakes", loaded.given.display());
        output.note(&format!("\n{why}"));
        return Ok(Err(why));
    }
    let report = resolve_only(&loaded);
    let Some(policy) = report.policy else {
        let errors: Vec<Finding> = report.findings.into_iter().filter(|f| f.level == Level::Error).collect();
        output.note(human::render(&errors, &loaded.sources, output.error_style()).trim_end());
        let why = format!("not tested: {}", report.summary.line());
        output.note(&format!("\n{why}"));
        return Ok(Err(why));
    };
    let bytes = compile(&loaded, &policy, today)?;
    let bundle = Bundle::load(&bytes).map_err(|e| format!("the bundle does not load: {e}"))?;
    let tests = tests(&loaded);
    Ok(Ok(Ready { loaded, policy, bundle, tests }))
}

fn test<'a>(ready: &'a Ready, options: &Options, counted: bool) -> Tested<'a> {
    let Ready { loaded, policy, bundle, tests } = ready;
    let (cases, findings) = testing::cases(policy, bundle, tests);
    let wanted = |test: &Test| {
        let title = test.title.as_ref().map_or("", |title| title.node.as_str());
        let holds = |text: &String| test.name.node.contains(text.as_str()) || title.contains(text.as_str());
        options.filter.as_ref().is_none_or(holds)
    };
    let outcomes: Vec<_> =
        cases.into_iter().filter(|case| wanted(case.test)).map(|case| testing::run(bundle, case)).collect();
    let coverage = counted.then(|| covered(policy, bundle, &outcomes));
    let said = outcomes.into_iter().map(|outcome| {
        let found = testing::findings(policy, bundle, &loaded.sources, &outcome);
        (outcome, found)
    });
    Tested {
        policy,
        sources: &loaded.sources,
        tests: tests.iter().filter(|test| wanted(test)).collect(),
        lines: said.collect(),
        findings,
        coverage,
    }
}

/// Why there was nothing to run.
fn nothing(options: &Options) -> String {
    match &options.filter {
        Some(filter) => format!("no test has `{filter}` in its name or title"),
        None => {
            "there is no test here; write `test NAME { permitted …; }` in a file of the policy".to_owned()
        }
    }
}

fn as_text(tested: &Tested<'_>, options: &Options, output: &Output) -> String {
    let mut out = String::new();
    let mut found = tested.findings.clone();
    found.extend(tested.lines.iter().flat_map(|(_, found)| found.clone()));
    found.sort_by_key(|finding| finding.primary.span);
    out.push_str(&human::render(&found, tested.sources, output.style()));
    if output.quiet() {
        return out;
    }
    if options.coverage {
        out.push_str(&table::render(tested));
        out.push('\n');
    }
    for test in &tested.tests {
        let lines = tested.of(test).count();
        let held = tested.of(test).filter(|(outcome, _)| outcome.status() == Status::Passed).count();
        let (word, of) = match lines - held {
            0 => ("ok  ", several(lines, "expectation")),
            _ => ("FAIL", format!("{held} of {}", several(lines, "expectation"))),
        };
        out.push_str(&format!("{word}  {}: {of}\n", test.name.node));
    }
    out.push_str(&format!("{}\n", output.strong(&line(tested))));
    out
}

/// The counts in one line.
fn line(tested: &Tested<'_>) -> String {
    let counts = tested.counts();
    let label = &tested.policy.label;
    if counts.tests == 0 {
        return format!("{label}: no tests");
    }
    let mut parts = vec![format!(
        "{} of {} in {} hold",
        counts.passed,
        several(counts.expectations, "expectation"),
        several(counts.tests, "test")
    )];
    if counts.failed > 0 {
        parts.push(format!("{} failed", counts.failed));
    }
    if counts.errors > 0 {
        parts.push(format!("{} could not be asked", counts.errors));
    }
    format!("{label}: {}", parts.join(", "))
}
