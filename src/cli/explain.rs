//! `caveat explain CHECK`: the documentation page of a check, or a list of all checks.

use super::CLEAN;
use super::output::Output;
use crate::check::{self, CHECKS, Check, Family, acceptance};
use crate::diagnostic::Level;

/// What can be said behind `explain`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// The name of a check, as it stands in brackets in a finding; without it, all checks are listed
    check: Option<String>,
}

/// Prints the page, or the list.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let Some(name) = &options.check else {
        output.print(&list(CHECKS, output))?;
        return Ok(CLEAN);
    };
    match check::find(name) {
        Some(check) => {
            output.print(&format!("{}\n\n{}\n", check.page.trim_end(), acceptance(check.name)))?;
            Ok(CLEAN)
        }
        None => Err(unknown(name)),
    }
}

/// How a finding of a check is lived with, or why it is not.
fn acceptance(check: &str) -> String {
    let Some(line) = acceptance::pattern(check) else {
        let why = acceptance::refusal(check).unwrap_or_default();
        return format!("It cannot be accepted: {why}.");
    };
    format!(
        "Who can live with a finding until a day writes, in the policy: `{line}`. The line of each finding is \
         in `caveat check --format json`, under `accept`."
    )
}

fn unknown(name: &str) -> String {
    let near = CHECKS
        .iter()
        .map(|c| (strsim::osa_distance(c.name, name), c.name))
        .min()
        .filter(|(distance, known)| *distance <= 2 + known.len() / 4);
    match near {
        Some((_, known)) => format!("there is no check `{name}`; did you mean `{known}`?"),
        None => format!("there is no check `{name}`; `caveat explain` lists them"),
    }
}

fn list(checks: &[Check], output: &Output) -> String {
    let width = checks.iter().map(|c| c.name.len()).max().unwrap_or(0);
    let mut families: Vec<Family> = checks.iter().map(|c| c.family).collect();
    families.sort();
    families.dedup();
    let mut out = String::new();
    for family in families {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&output.strong(heading(family)));
        out.push('\n');
        for check in checks.iter().filter(|c| c.family == family) {
            out.push_str(&format!(
                "  {:width$}  {:7}  {}\n",
                check.name,
                level(check.level),
                summary(check.page)
            ));
        }
    }
    out
}

fn heading(family: Family) -> &'static str {
    match family {
        Family::NamesAndTypes => "names and types",
        Family::Contradictions => "contradictions",
        Family::Precedence => "precedence",
        Family::ThirdParties => "third parties",
        Family::Completeness => "completeness",
        Family::Redundancy => "redundancy",
        Family::Documents => "documents",
        Family::Dates => "dates",
    }
}

/// The word for a level.
pub fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

/// The first line of a page that is neither its heading nor its level.
pub fn summary(page: &str) -> &str {
    page.lines()
        .map(str::trim)
        .find(|l| !l.is_empty() && !l.starts_with('#') && !l.to_lowercase().starts_with("level"))
        .unwrap_or("")
}
