//! `caveat ask`: whether a flow is what was promised, and why.

use super::analyse::{analyse_last, several};
use super::build::compile;
use super::load;
use super::output::Output;
use super::{CLEAN, COULD_NOT_RUN, FOUND, Format, UNDETERMINED, today};
use crate::bundle::Bundle;
use crate::bundle::format::Citation;
use crate::decide::{Decision, Given, Settle, Verdict, explain, json};
use crate::diagnostic::{Finding, Level, human};
use crate::policy::Date;
use crate::question::{self, Question, Unclear, example};
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// No more than this of a bundle's file is read; the loader refuses what is that long.
const MOST_BYTES: u64 = (64 << 20) + 1;

/// How many terms are named in a line; JSON has all.
const MOST_NAMES: usize = 8;

/// What can be said behind `ask`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  \
    caveat ask policies/clari \"share IpAddress to Mixpanel for UsageAnalytics\"\n  \
    caveat ask bundle.json \"retain CookieId when since(Collection) > 40 days\"\n\n\
    Exit codes:\n  0  permitted\n  1  prohibited, unstated, or an unlisted third party\n  2  could not run\n  3  undetermined")]
pub struct Options {
    #[command(flatten)]
    asked: Asked,
    /// What is about to be done: `[ACTOR] ACTION DATA [of …] [from …] [to …] [for …] [in …] [when …]`,
    /// or a request as JSON, as the server takes it
    question: String,
    #[command(flatten)]
    answer: Answer,
}

/// Who is asked: for the verbs that ask.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub struct Asked {
    /// A policy (a folder or a file), or a bundle
    #[arg(value_name = "PATH|BUNDLE")]
    path: PathBuf,
}

/// How the verbs that ask are answered.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub struct Answer {
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    #[command(flatten)]
    day: today::Day,
}

impl Asked {
    /// The bundle that is asked; none where the policy has errors, which are printed.
    pub fn bundle(&self, answer: &Answer, output: &Output) -> Result<Option<Bundle>, String> {
        bundle_at(&self.path, answer.day.today, output)
    }
}

/// Asks and prints.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let Some(bundle) = options.asked.bundle(&options.answer, output)? else { return Ok(COULD_NOT_RUN) };
    let Question { request, meant, .. } = match question(&bundle, &options.question)? {
        Ok(question) => question,
        Err(unclear) => {
            let shown = human::render(&unclear.findings, &unclear.sources, output.error_style());
            output.note(shown.trim_end());
            return Ok(COULD_NOT_RUN);
        }
    };
    let decision = explain(&bundle, &request);
    let text = match options.answer.format {
        Format::Human => as_text(&decision, meant.as_deref(), output),
        Format::Json => {
            serde_json::to_string_pretty(&decision).map_err(|e| format!("cannot write JSON: {e}"))? + "\n"
        }
    };
    output.print(&text)?;
    Ok(match decision.verdict {
        Verdict::Permitted => CLEAN,
        Verdict::Prohibited | Verdict::Unstated | Verdict::UnlistedThirdParty => FOUND,
        Verdict::Undetermined => UNDETERMINED,
    })
}

/// A question in the policy's language, or a request as JSON.
fn question(bundle: &Bundle, text: &str) -> Result<Result<Question, Box<Unclear>>, String> {
    if text.trim_start().starts_with('[') {
        return Err(
            "`ask` takes one request, as one JSON object: `{\"action\": \"share\", \"data\": …}`".to_owned()
        );
    }
    if !text.trim_start().starts_with('{') {
        return Ok(question::read(bundle, text));
    }
    let request = json::read(bundle, text.as_bytes(), None).map_err(|why| why.to_string())?;
    Ok(Ok(Question { request, unlisted: None, meant: None }))
}

/// The bundle at a path, or the one that the policy there makes.
fn bundle_at(path: &Path, day: Option<Date>, output: &Output) -> Result<Option<Bundle>, String> {
    let name = path.display();
    if path.is_dir() || load::is_caveat_file(path) {
        return compiled(path, today::today(day)?, output);
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|f| f.take(MOST_BYTES).read_to_end(&mut bytes));
    read.map_err(|e| match e.kind() {
        ErrorKind::NotFound => format!("`{name}`: no such file or folder"),
        _ => format!("`{name}`: cannot be read: {e}"),
    })?;
    Bundle::load(&bytes).map(Some).map_err(|e| format!("`{name}`: {e}"))
}

/// A policy is asked also while errors of meaning stand: its statements say what they say.
fn compiled(path: &Path, today: Date, output: &Output) -> Result<Option<Bundle>, String> {
    let mut loaded = load::load(path).map_err(|why| why.to_string())?;
    let report = analyse_last(&mut loaded, today, false, output);
    let Some(policy) = report.policy else {
        let errors: Vec<Finding> = report.findings.into_iter().filter(|f| f.level == Level::Error).collect();
        output.note(human::render(&errors, &loaded.sources, output.error_style()).trim_end());
        output.note(&format!("\nnot asked: {}", report.summary.line()));
        return Ok(None);
    };
    if report.summary.errors > 0 {
        output.note(&format!(
            "{} in this policy: `caveat check {}` shows them",
            several(report.summary.errors, "error"),
            path.display()
        ));
    }
    let bytes = compile(&loaded, &policy, today)?;
    Bundle::load(&bytes).map(Some).map_err(|e| format!("the bundle does not load: {e}"))
}

fn as_text(decision: &Decision, meant: Option<&str>, output: &Output) -> String {
    let mut out = Text(String::new());
    out.line(0, &output.strong(&verdict_line(decision)));
    if let Some(meant) = meant {
        out.line(1, &format!("did you mean `{meant}`?"));
    }
    let several_verdicts = decision.examples.len() > 1;
    for basis in &decision.deciding {
        let lead = if several_verdicts { format!("{} by", basis.verdict.name()) } else { "by".to_owned() };
        out.given(&lead, &basis.given);
    }
    for defeat in &decision.defeated {
        let by: Vec<&str> = defeat.by.iter().map(|g| g.label.as_str()).collect();
        out.given(&format!("{} set aside", by.join(", ")), &defeat.given);
    }
    if !decision.duties.is_empty() {
        out.line(1, &format!("with duty {}", decision.duties.join(", ")));
    }
    if decision.verdict == Verdict::Undetermined {
        out.line(1, "what would settle it:");
        decision.settles.iter().for_each(|settle| out.settle(settle));
    }
    if decision.verdict == Verdict::Undetermined {
        if !decision.settles.iter().any(Settle::permits) && !decision.open.is_empty() {
            out.line(2, &format!("for a yes, several of these together: {}", decision.open.join(", ")));
        }
        let mut telling = example::telling(&decision.examples);
        telling.extend(decision.open.iter().map(String::as_str));
        for example in &decision.examples {
            let words = example::words(example, &telling);
            out.line(1, &format!("{}, for example: {words}", example.verdict.name()));
        }
    }
    if let Some(near) = &decision.nearest {
        out.given("nearest permission:", &near.given);
        let fails: Vec<&str> =
            near.fails.iter().map(|d| if *d == "world" { "condition" } else { *d }).collect();
        out.line(2, &format!("it does not reach the question's {}", fails.join(", ")));
    }
    if !decision.complete {
        out.line(1, "not all reasons were found within the steps that a decision may take");
    }
    let revised = decision.revised.as_ref().map_or_else(String::new, |date| format!(", revised {date}"));
    out.line(1, &format!("policy {}{revised}, bundle {}", decision.policy, decision.bundle));
    out.0
}

fn verdict_line(decision: &Decision) -> String {
    let name = decision.verdict.name();
    match (&decision.verdict, &decision.unlisted) {
        (_, Some(recipient)) => format!("{name}: the policy has never heard of `{recipient}`"),
        (Verdict::Unstated, _) => format!("{name}: the policy says nothing of it, so it is not promised"),
        (Verdict::Undetermined, _) => format!("{name}: it depends on what the question leaves open"),
        _ => name.to_owned(),
    }
}

/// A statement with its citations, in lines.
pub(super) fn given_lines(lead: &str, given: &Given) -> String {
    let mut out = Text(String::new());
    out.given(lead, given);
    out.0
}

/// Lines, each indented.
struct Text(String);

impl Text {
    fn line(&mut self, depth: usize, words: &str) {
        self.0.push_str(&"  ".repeat(depth));
        self.0.push_str(words);
        self.0.push('\n');
    }

    fn given(&mut self, lead: &str, given: &Given) {
        self.line(1, &format!("{lead} {} ({})", given.label, given.place));
        self.line(2, &given.text);
        for Citation { document, heading, fragment, .. } in &given.citations {
            let document = document.as_ref().map_or_else(String::new, |d| format!("{d}: "));
            let heading = heading.as_ref().map_or_else(String::new, |h| format!(", under \"{h}\""));
            self.line(2, &format!("{document}\"{fragment}\"{heading}"));
        }
    }

    fn settle(&mut self, settle: &Settle) {
        let (what, ways) = match settle {
            Settle::Fact { name, ways } | Settle::Event { name, ways } => (name.as_str(), ways),
            Settle::Dimension { dimension, ways } => (dimension.name(), ways),
        };
        self.line(2, what);
        for way in ways {
            let unnamed = way.of.len().saturating_sub(MOST_NAMES);
            let more = if unnamed > 0 { format!(" and {unnamed} more") } else { String::new() };
            let names: Vec<&str> = way.of.iter().take(MOST_NAMES).map(String::as_str).collect();
            self.line(3, &format!("{}: {}{more}", way.verdict.name(), names.join(", ")));
        }
    }
}
