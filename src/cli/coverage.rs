//! `caveat coverage`: how much of the documents is encoded, and what is still to be read.

use super::analyse::several;
use super::load::{self, Loaded};
use super::output::Output;
use super::{CLEAN, FOUND, Format, documents};
use crate::diagnostic::{Finding, Level, human};
use crate::document::coverage::{Counts, Coverage, Unread};
use crate::document::documents::{Documents, Entry};
use crate::resolve;
use serde::Serialize;
use std::path::PathBuf;

/// What can be said behind `coverage`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "A sentence is encoded where statements, duties or rights rest on it, promised where only \
    promises do, informative where it is marked as promising nothing, else unread.\n\n\
    Exit codes:\n  0  at least as much is read as --fail-under asks for\n  1  less is\n  2  could not run"
)]
pub struct Options {
    /// The policy: a folder or a file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// How the counts are written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
    /// How many per cent of each document must be read; else what `caveat.toml` says
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    fail_under: Option<f64>,
    #[command(flatten)]
    documents: documents::Options,
}

/// Reads a percentage, with or without its sign.
pub(super) fn percent(text: &str) -> Result<f64, String> {
    let value: f64 = text.trim_end_matches('%').parse().map_err(|_| "not a number".to_owned())?;
    if (0.0..=100.0).contains(&value) { Ok(value) } else { Err("not between 0 and 100".to_owned()) }
}

/// Counts and prints.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    output.doing(&format!("reading {}", options.path.display()));
    let loaded = load::load_with(&options.path, &options.documents).map_err(|why| why.to_string())?;
    let (policy, mut findings) = resolve::resolve(&loaded.program, &loaded.sources);
    findings.splice(0..0, loaded.findings.clone());
    findings.retain(|f: &Finding| f.level == Level::Error);
    let Some(policy) = policy else {
        output.note(human::render(&findings, &loaded.sources, output.error_style()).trim_end());
        return Err("what the policy cites is counted once these errors are mended".to_owned());
    };
    let wrong = loaded.misconfigured();
    if !wrong.is_empty() {
        output.note(human::render(&wrong, &loaded.sources, output.error_style()).trim_end());
        return Err("nothing is counted by half a configuration".to_owned());
    }
    let documents = Documents::new(&policy, &loaded.documents, &loaded.sources);
    if documents.entries.is_empty() {
        return Err(format!("the header of `{}` names no document: `document \"PATH\";`", policy.label));
    }
    let mut counted = Vec::new();
    for entry in &documents.entries {
        let Some(coverage) = Coverage::of(entry) else {
            return Err(format!(
                "`{}` is not at hand, and no lock remembers it; say where it is: `--document PATH`",
                entry.shown
            ));
        };
        if coverage.from_lock && documents.required {
            return Err(format!("`{}` is not at hand", entry.shown));
        }
        counted.push((entry, coverage));
    }
    let text = match options.format {
        Format::Human => as_text(&counted, &loaded, output),
        Format::Json => as_json(&policy.label, &counted, &loaded)?,
    };
    output.print(&text)?;
    let least = counted.iter().map(|(_, c)| c.total().read()).min().unwrap_or(0);
    let asked = options.fail_under.or(loaded.configuration.fail_under);
    let Some(wanted) = asked.filter(|wanted| (least as f64) < wanted * 100.0) else { return Ok(CLEAN) };
    let by = if options.fail_under.is_some() { "--fail-under" } else { "`fail-under` in caveat.toml" };
    output.note(&format!(
        "fewer are read than the {wanted} % that {by} asks for: let a statement cite each that is listed, or a \
         `promise`; what promises nothing, `informative {{ cites \"…\"; }}`"
    ));
    Ok(FOUND)
}

const COLUMNS: [&str; 5] = ["sentences", "encoded", "promised", "informative", "unread"];

fn numbers(counts: Counts) -> [usize; 5] {
    [counts.total(), counts.encoded, counts.promised, counts.informative, counts.unread]
}

fn as_text(counted: &[(&Entry<'_>, Coverage)], loaded: &Loaded, output: &Output) -> String {
    let mut out = String::new();
    for (number, (entry, coverage)) in counted.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        let title = match coverage.from_lock {
            true => format!("{} (not at hand; as its lock has it)", entry.shown),
            false => entry.shown.clone(),
        };
        out.push_str(&format!("{}\n", output.strong(&title)));
        out.push_str(&table(coverage));
        out.push_str(&format!("{}\n", output.strong(&read(coverage.total()))));
        out.push_str(&unread(coverage, entry, loaded));
    }
    out
}

fn table(coverage: &Coverage) -> String {
    let name = |heading: &str, depth: usize, from_lock: bool| match heading {
        "" => "(at the top)".to_owned(),
        // a lock has the whole path already
        path if from_lock => path.to_owned(),
        heading => format!("{}{heading}", "  ".repeat(depth)),
    };
    let mut rows: Vec<(String, [usize; 5])> = coverage
        .rows
        .iter()
        .map(|r| (name(&r.heading, r.depth, coverage.from_lock), numbers(r.counts)))
        .collect();
    rows.push(("in all".to_owned(), numbers(coverage.total())));
    let width = rows.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0).max("heading".len());
    let mut out = format!("{:width$}", "heading");
    COLUMNS.iter().for_each(|c| out.push_str(&format!("  {c}")));
    out.push('\n');
    for (name, numbers) in rows {
        let mut line = format!("{name:width$}");
        for (column, number) in COLUMNS.iter().zip(numbers) {
            let number = if number == 0 { "-".to_owned() } else { number.to_string() };
            line.push_str(&format!("  {number:>0$}", column.len()));
        }
        out.push_str(&line);
        out.push('\n');
    }
    out
}

fn read(counts: Counts) -> String {
    let hundredths = counts.read();
    format!("{}.{:02} % of {} read", hundredths / 100, hundredths % 100, several(counts.total(), "sentence"))
}

/// The unread sentences with their places, those that sound like promises first.
fn unread(coverage: &Coverage, entry: &Entry<'_>, loaded: &Loaded) -> String {
    let mut out = String::new();
    for (promising, title) in [(true, "unread, and sounding like promises:"), (false, "unread, otherwise:")] {
        let of_kind: Vec<&Unread> = coverage.unread.iter().filter(|u| u.promising == promising).collect();
        if of_kind.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{title}\n"));
        for unread in of_kind {
            match place(unread, loaded) {
                Some((line, words)) => {
                    out.push_str(&format!("  {}:{line}: {words}\n", entry.shown));
                    if !unread.words.is_empty() {
                        out.push_str(&format!("    says: {}\n", unread.words.join(", ")));
                    }
                }
                None => out.push_str(&format!("  a sentence under `{}`\n", unread.heading)),
            }
        }
    }
    out
}

/// The line of an unread sentence, and its words in one line.
fn place(unread: &Unread, loaded: &Loaded) -> Option<(usize, String)> {
    let span = unread.span?;
    let line = loaded.sources.get(span.source)?.position(span.start as usize).line;
    Some((line, unread.text.clone()))
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct JsonReport<'a> {
    policy: &'a str,
    documents: Vec<JsonDocument<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct JsonDocument<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    path: &'a str,
    /// Whether the counts are the lock's.
    from_lock: bool,
    percent: f64,
    #[serde(flatten)]
    counts: JsonCounts,
    headings: Vec<JsonHeading<'a>>,
    unread_sentences: Vec<JsonUnread<'a>>,
}

#[derive(Serialize)]
struct JsonCounts {
    sentences: usize,
    encoded: usize,
    promised: usize,
    informative: usize,
    unread: usize,
}

#[derive(Serialize)]
struct JsonHeading<'a> {
    heading: &'a str,
    depth: usize,
    #[serde(flatten)]
    counts: JsonCounts,
}

#[derive(Serialize)]
struct JsonUnread<'a> {
    heading: &'a str,
    promising: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    words: &'a [&'static str],
}

impl From<Counts> for JsonCounts {
    fn from(counts: Counts) -> JsonCounts {
        let [sentences, encoded, promised, informative, unread] = numbers(counts);
        JsonCounts { sentences, encoded, promised, informative, unread }
    }
}

fn as_json(policy: &str, counted: &[(&Entry<'_>, Coverage)], loaded: &Loaded) -> Result<String, String> {
    let unread = |u: &'_ Unread| place(u, loaded);
    let documents = counted.iter().map(|(entry, coverage)| JsonDocument {
        label: entry.label,
        path: &entry.shown,
        from_lock: coverage.from_lock,
        percent: coverage.total().read() as f64 / 100.0,
        counts: coverage.total().into(),
        headings: coverage
            .rows
            .iter()
            .map(|r| JsonHeading { heading: &r.heading, depth: r.depth, counts: r.counts.into() })
            .collect(),
        unread_sentences: coverage
            .unread
            .iter()
            .map(|u| {
                let (line, text) = unread(u).unzip();
                JsonUnread { heading: &u.heading, promising: u.promising, line, text, words: &u.words }
            })
            .collect(),
    });
    let report = JsonReport { policy, documents: documents.collect() };
    let text = serde_json::to_string_pretty(&report).map_err(|e| format!("cannot write JSON: {e}"))?;
    Ok(format!("{text}\n"))
}
