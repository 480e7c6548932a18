//! `caveat init`: a small policy with its text, tests, configuration, lock and pipeline, that work at once.
//!
//! Everything is made and proved in a folder of its own before a file is written, and no file that is
//! there is ever touched: if one is in the way, nothing is written at all.

mod names;
mod place;

use super::analyse::analyse;
use super::documents::Options as Documents;
use super::load::{self, Loaded};
use super::output::Output;
use super::{CLEAN, lock, today};
use crate::diagnostic::Level;
use crate::policy::Date;
use crate::source::Sources;
use crate::syntax::format::{WIDTH, format};
use names::Names;
use std::path::{Path, PathBuf};

/// What can be said behind `init`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit codes:\n  0  written\n  2  something is in the way, and nothing was written")]
pub struct Options {
    /// The folder that gets the policy; it is made where there is none
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// The name of the company whose policy it is
    #[arg(long, value_name = "NAME", default_value = "Meadow Books")]
    company: String,
    /// The policy's own label, by which services and other policies know it; without it, made from
    /// the company's name
    #[arg(long, value_name = "LABEL")]
    policy: Option<String>,
    /// Write no GitHub Actions workflow
    #[arg(long)]
    no_workflow: bool,
}

/// A file to be written.
struct New {
    /// Where.
    path: PathBuf,
    /// What it holds.
    text: String,
    /// What it is for, in words.
    purpose: &'static str,
}

const POLICY: &str = include_str!("policy.caveat");
const TESTS: &str = include_str!("tests.caveat");
const DOCUMENT: &str = include_str!("privacy.md");
const CONFIGURATION: &str = include_str!("caveat.toml");
const WORKFLOW: &str = include_str!("workflow.yml");

/// Makes, proves and writes.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let names = Names::new(&options.company, options.policy.as_deref())?;
    let place = place::Place::new(&options.folder)?;
    let mut files = files(&names, today::today(None)?)?;
    let lock = prove(&files)?;
    files.push(New {
        path: crate::document::lock::FILE.into(),
        text: lock,
        purpose: "what its sentences were when they were read",
    });
    let mut all: Vec<New> =
        files.into_iter().map(|file| New { path: place.folder.join(&file.path), ..file }).collect();
    if !options.no_workflow {
        let purpose = "the same checks on every change, on GitHub";
        all.push(New { path: place.workflow.clone(), text: workflow(&place.from_root), purpose });
    }
    place.write(&all)?;
    output.print(&said(&place, &all, output))?;
    Ok(CLEAN)
}

/// The files of the policy's folder, but for the lock.
fn files(names: &Names, date: Date) -> Result<Vec<New>, String> {
    let filled = |template: &str| {
        template
            .replace("{label}", &names.label)
            .replace("{term}", &names.term)
            .replace("{date}", &date.to_string())
            .replace("{heading}", &names.in_markdown())
            .replace("{string}", &names.in_string())
    };
    let new = |path: &str, text, purpose| New { path: path.into(), text, purpose };
    Ok(vec![
        new("privacy.md", filled(DOCUMENT), "the text that people read"),
        new("policy.caveat", styled(filled(POLICY))?, "what it says, for machines"),
        new("tests.caveat", styled(filled(TESTS))?, "what services must be told"),
        new("caveat.toml", CONFIGURATION.to_owned(), "what holds for all runs of the tool"),
    ])
}

/// In the one style, however long the names are.
fn styled(text: String) -> Result<String, String> {
    let mut sources = Sources::default();
    let id = sources.add("policy.caveat", text);
    format(&sources, id, WIDTH)
        .map_err(|_| "no policy can be written with these names: choose others".to_owned())
}

/// Checks all of it in a folder that nobody sees; gives the lock.
fn prove(files: &[New]) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("a temporary folder cannot be used: {error}");
    let folder = tempfile::tempdir().map_err(failed)?;
    for file in files {
        std::fs::write(folder.path().join(&file.path), &file.text).map_err(failed)?;
    }
    let read = || load::load_with(folder.path(), &Documents::default()).map_err(|why| why.to_string());
    let (policy, loaded): (_, Loaded) = {
        let loaded = read()?;
        let report = analyse(&loaded, today::today(None)?);
        if let Some(found) = report.findings.iter().find(|f| f.level >= Level::Warning) {
            return Err(format!("no policy can be written with these names: {}", found.message));
        }
        (report.policy, loaded)
    };
    let policy = policy.ok_or("no policy can be written with these names")?;
    Ok(lock::anew(&policy, &loaded))
}

/// The workflow, with the folder as it is seen from the repository's root.
fn workflow(folder: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '/' | '_' | '-');
    let argument = match folder {
        "" => String::new(),
        folder if folder.chars().all(plain) && !folder.starts_with('-') => format!(" {folder}"),
        folder => format!(" './{}'", folder.replace('\'', r"'\''")),
    };
    let line = |line: &str| match line.split_once("- run: ").filter(|_| line.contains("{folder}")) {
        None => line.to_owned(),
        Some((before, command)) => {
            let command = command.replace(" {folder}", &argument);
            // a string of JSON is one of YAML
            let quoted = serde_json::Value::from(command.clone()).to_string();
            format!("{before}- run: {}", if argument.contains('\'') { quoted } else { command })
        }
    };
    WORKFLOW.lines().map(|l| line(l) + "\n").collect()
}

/// What was written, and what to do now.
fn said(place: &place::Place, files: &[New], output: &Output) -> String {
    let shown: Vec<(String, &str)> = files.iter().map(|f| (place.shown(&f.path), f.purpose)).collect();
    let width = shown.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let mut out = String::new();
    for (name, purpose) in shown {
        out.push_str(&format!("{name:width$}  {purpose}\n"));
    }
    let folder = place.argument();
    let document = place.shown(&place.folder.join(Path::new("privacy.md")));
    let next = [
        (format!("caveat check{folder}"), "finds what is wrong: nothing, as it is".to_owned()),
        (format!("caveat test{folder}"), "asks what services will, and sees what they are told".to_owned()),
        (format!("caveat coverage{folder}"), "counts how much of the text is encoded".to_owned()),
        (format!("caveat build{folder} -o bundle.json"), "compiles it for services".to_owned()),
        (
            "caveat ask bundle.json \"sell Name to SwiftfootCouriers\"".to_owned(),
            "asks what was promised".to_owned(),
        ),
    ];
    let width = next.iter().map(|(command, _)| command.chars().count()).max().unwrap_or(0);
    out.push_str(&format!("\n{}\n", output.strong("next:")));
    for (command, words) in next {
        out.push_str(&format!("  {command:width$}  {words}\n"));
    }
    if !place.in_repository && files.iter().any(|f| f.path == place.workflow) {
        out.push_str(&format!(
            "\nno git repository is around `{}`: the workflow runs once that folder is the root of one\n",
            place.shown(&place.folder)
        ));
    }
    out.push_str(&format!(
        "\nthen put your own text into `{document}`, and let `caveat check{folder}` lead you from sentence to \
         clause\n"
    ));
    out
}
