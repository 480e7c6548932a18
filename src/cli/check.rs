//! `caveat check`: all findings of all policies in some folders.

use super::analyse::{analyse, analyse_last, several};
use super::fix;
use super::load::{self, Loaded};
use super::output::Output;
use super::report::{Checked, Format, Reports};
use super::{CLEAN, COULD_NOT_RUN, FOUND, documents, today};
use crate::diagnostic::Level;
use crate::policy::Date;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// How many findings people are shown where they do not say.
pub const SHOWN: usize = 200;

/// What can be said behind `check`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Exit codes:\n  0  nothing at or above --fail-level\n  1  there are such findings\n  \
    2  could not run"
)]
pub struct Options {
    /// Policies: files, or folders that are searched for `.caveat` files; each folder that holds
    /// some is one policy; `-` reads one from standard input
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// From which level on a finding makes the exit code 1; without it, as `caveat.toml` says, or
    /// error
    #[arg(long, value_enum, value_name = "LEVEL")]
    fail_level: Option<FailLevel>,
    /// Print at most so many findings, the worst first; all are counted. Left out, it is 200 for
    /// people, and all in the other formats
    #[arg(long, value_name = "N")]
    max_findings: Option<usize>,
    /// Write accepted findings too: as suppressed results in SARIF, under `accepted` in JSON, and for people
    /// behind the others
    #[arg(long)]
    show_accepted: bool,
    /// Put in the remedies that are certain, then check again
    #[arg(long)]
    fix: bool,
    /// Show what --fix changes; without it, what it would change
    #[arg(long)]
    diff: bool,
    #[command(flatten)]
    day: today::Day,
    #[command(flatten)]
    documents: documents::Options,
    #[command(flatten)]
    former: documents::Former,
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
    let today = today::today(options.day.today)?;
    let mut failures = Vec::new();
    let mut policies = Vec::new();
    let paths = candidates(&options.paths, &mut failures);
    let of_one = [("--document", &options.documents.places), ("--old-document", &options.former.places)];
    if let Some((option, _)) = of_one.iter().find(|(_, places)| !places.is_empty() && paths.len() > 1) {
        return Err(format!("{option} is about one policy, and there are {} here", paths.len()));
    }
    for path in paths {
        output.doing(&format!("reading {}", path.display()));
        let loaded = match path.as_os_str() == "-" {
            true => {
                load::read_standard_input().and_then(|text| load::load_text_with(text, &options.documents))
            }
            false => load::load_with(&path, &options.documents),
        };
        match loaded.and_then(|loaded| with_former(loaded, options)) {
            Ok(loaded) => policies.push(loaded),
            Err(why) => failures.push(why.to_string()),
        }
    }
    failures.iter().for_each(|why| output.error(why));
    leave_out_vocabulary(&mut policies);
    if options.fix || options.diff {
        if options.paths.iter().any(|path| path.as_os_str() == "-") {
            return Err("standard input cannot be mended; name a file".to_owned());
        }
        mend(options, &mut policies, today, output)?;
    }
    let checked = policies.into_iter().map(|mut loaded| {
        let report = analyse_last(&mut loaded, today, options.show_accepted, output);
        let configured = loaded.configuration.fail_level;
        let fail = options.fail_level.map(FailLevel::level).or(configured).unwrap_or(Some(Level::Error));
        Checked { loaded, report, fail, accepted: options.show_accepted }
    });
    let most = options.max_findings.or(matches!(options.format, Format::Human).then_some(SHOWN));
    let reports = Reports { checked: checked.collect(), failures, most };
    let text = reports.render(options.format, output)?;
    output.print(&text)?;
    let found = reports.checked.iter().any(|c| c.report.findings.iter().any(|f| c.fails(f)));
    Ok(if !reports.failures.is_empty() {
        COULD_NOT_RUN
    } else if found {
        FOUND
    } else {
        CLEAN
    })
}

/// A policy with the former texts of its documents.
fn with_former(mut loaded: Loaded, options: &Options) -> Result<Loaded, load::LoadFailure> {
    documents::attach_former(&mut loaded, &options.former)?;
    Ok(loaded)
}

impl FailLevel {
    /// The least level that counts; none where nothing does.
    fn level(self) -> Option<Level> {
        match self {
            FailLevel::Error => Some(Level::Error),
            FailLevel::Warning => Some(Level::Warning),
            FailLevel::Note => Some(Level::Note),
            FailLevel::Never => None,
        }
    }
}

/// Puts remedies in and reads what was changed again, or shows what would be changed. Some can only
/// be seen when others are put in, so this goes on while it helps.
fn mend(options: &Options, policies: &mut [Loaded], today: Date, output: &Output) -> Result<(), String> {
    const ROUNDS: usize = 10;
    for loaded in policies.iter_mut() {
        let mut count = 0;
        for _ in 0..ROUNDS {
            let findings = analyse(loaded, today).findings;
            let mended = fix::fix(loaded, &findings, options.fix, options.diff, output)?;
            count += mended;
            if !options.fix || mended == 0 {
                break;
            }
            let again = load::load_with(&loaded.given, &options.documents);
            *loaded = again.and_then(|again| with_former(again, options)).map_err(|why| why.to_string())?;
        }
        if options.fix {
            output.note(&format!("{} mended", several(count, "finding")));
        } else if count > 0 {
            output.note(&format!("{} can be mended with --fix", several(count, "finding")));
        }
    }
    Ok(())
}

/// The files that are named, and every folder at or below those named that holds a policy's files.
pub(super) fn candidates(paths: &[PathBuf], failures: &mut Vec<String>) -> Vec<PathBuf> {
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
pub(super) fn leave_out_vocabulary(policies: &mut Vec<Loaded>) {
    let brought_in: BTreeSet<PathBuf> =
        policies.iter().flat_map(|p| p.places.iter().skip(1).cloned()).collect();
    policies.retain(|p| {
        p.program.units.first().is_some_and(load::has_header)
            || p.places.first().is_none_or(|place| !brought_in.contains(place))
    });
}
