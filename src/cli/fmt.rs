//! `caveat fmt`: files in the one style.
//!
//! A file is written only after what would be written was found to say the same. A file
//! with mistakes is left as it is, and its mistakes are printed.

use super::analyse::several;
use super::difference::difference;
use super::load::{self, is_caveat_file};
use super::output::Output;
use super::replace::replace;
use super::{CLEAN, COULD_NOT_RUN, FOUND, configuration, paths};
use crate::diagnostic::human;
use crate::source::Sources;
use crate::syntax::Parser;
use crate::syntax::format::{FormatFailure, WIDTH, format_with};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// What can be said behind `fmt`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit codes:\n  0  all files are in the style, or are now\n  \
    1  with --check: some are not\n  2  some could not be formatted")]
pub struct Options {
    /// Files, or folders that are searched for `.caveat` files; `-` formats standard input to
    /// standard output
    #[arg(value_name = "PATH", default_value = ".")]
    paths: Vec<PathBuf>,
    /// Write nothing, and print what would change
    #[arg(long)]
    check: bool,
    /// Break lines longer than so many characters where that can be; without it, as `caveat.toml`
    /// says, or 100
    #[arg(long, value_name = "COLUMNS", value_parser = width)]
    width: Option<usize>,
}

/// The width that a text names.
pub fn width(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(columns @ 40..=400) => Ok(columns),
        _ => Err("a width is a number from 40 to 400".to_owned()),
    }
}

/// What became of a file.
enum Fate {
    /// It is in the style.
    Kept,
    /// It was not.
    Changed,
    /// It could not be formatted.
    Failed,
}

/// Formats and writes, or compares.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    if options.paths.iter().any(|path| path.as_os_str() == "-") {
        if options.paths.len() > 1 {
            return Err("`-` is standard input, and goes alone".to_owned());
        }
        return Formatter::new(options, output).standard_input();
    }
    let mut files = BTreeSet::new();
    let mut failed = 0;
    for path in &options.paths {
        match sources(path) {
            Ok(found) => files.extend(found),
            Err(why) => {
                output.error(&why);
                failed += 1;
            }
        }
    }
    let (mut changed, mut kept) = (0, 0);
    let mut formatter = Formatter::new(options, output);
    for (number, file) in files.iter().enumerate() {
        output.doing(&format!("formatting {} ({} of {})", file.display(), number + 1, files.len()));
        match formatter.file(file)? {
            Fate::Kept => kept += 1,
            Fate::Changed => changed += 1,
            Fate::Failed => failed += 1,
        }
    }
    let verb = if options.check { "not in the style" } else { "formatted" };
    if changed + kept > 0 && !output.quiet() {
        output.note(&format!("{} {verb}, {kept} left as {}", several(changed, "file"), they_were(kept)));
    }
    Ok(match (failed, changed, options.check) {
        (1.., _, _) => COULD_NOT_RUN,
        (0, 1.., true) => FOUND,
        _ => CLEAN,
    })
}

fn they_were(count: usize) -> &'static str {
    if count == 1 { "it was" } else { "they were" }
}

/// The files that a path names, or those at or below it.
fn sources(path: &Path) -> Result<Vec<PathBuf>, String> {
    let shown = path.display();
    if !path.exists() {
        return Err(load::LoadFailure::NoSuchPath(shown.to_string()).to_string());
    }
    if !path.is_dir() {
        return if is_caveat_file(path) {
            Ok(vec![path.to_owned()])
        } else {
            Err(load::LoadFailure::NotAPolicy(shown.to_string()).to_string())
        };
    }
    let mut files = Vec::new();
    for entry in ignore::WalkBuilder::new(path).sort_by_file_name(Ord::cmp).build() {
        let entry = entry.map_err(|error| error.to_string())?;
        if is_caveat_file(entry.path()) && entry.path().is_file() {
            files.push(entry.into_path());
        }
    }
    if files.is_empty() {
        return Err(load::LoadFailure::NoPolicy(shown.to_string()).to_string());
    }
    Ok(files)
}

/// What all files of a run have in common.
struct Formatter<'a> {
    options: &'a Options,
    output: &'a Output,
    parser: Parser,
    /// What each `caveat.toml` sets, by its place; none where it has mistakes, which were shown.
    widths: BTreeMap<PathBuf, Option<usize>>,
}

impl<'a> Formatter<'a> {
    fn new(options: &'a Options, output: &'a Output) -> Formatter<'a> {
        Formatter { options, output, parser: Parser::default(), widths: BTreeMap::new() }
    }

    fn file(&mut self, file: &Path) -> Result<Fate, String> {
        let current = load::current_folder();
        let place = paths::absolute(&current, file);
        let name = paths::shown(&current, file.is_absolute(), &place);
        let folder = place.parent().unwrap_or(&current);
        let text = match load::read_text(file, &name) {
            Ok(text) => text,
            Err(why) => {
                self.output.error(&why.to_string());
                return Ok(Fate::Failed);
            }
        };
        let Some(formatted) = self.formatted(&name, &text, folder) else { return Ok(Fate::Failed) };
        if formatted == text {
            return Ok(Fate::Kept);
        }
        if self.options.check {
            self.output.print(&difference(&name, &text, &formatted, self.output.style()))?;
        } else if let Err(why) = replace(file, formatted.as_bytes()) {
            self.output.error(&format!("`{name}`: cannot be written: {why}"));
            return Ok(Fate::Failed);
        }
        Ok(Fate::Changed)
    }

    fn standard_input(&mut self) -> Result<u8, String> {
        let text = load::read_standard_input().map_err(|why| why.to_string())?;
        let Some(formatted) = self.formatted(load::STANDARD_INPUT, &text, Path::new(".")) else {
            return Ok(COULD_NOT_RUN);
        };
        if !self.options.check {
            self.output.print(&formatted)?;
            return Ok(CLEAN);
        }
        if formatted == text {
            return Ok(CLEAN);
        }
        self.output.print(&difference(load::STANDARD_INPUT, &text, &formatted, self.output.style()))?;
        Ok(FOUND)
    }

    /// The text in the style; without one, the reason is printed.
    fn formatted(&mut self, name: &str, text: &str, folder: &Path) -> Option<String> {
        let mut sources = Sources::default();
        let id = sources.add(name, text);
        let Some(width) = self.width(folder) else {
            self.output.error(&format!("`{name}`: not formatted, as nobody can tell how wide its lines are"));
            return None;
        };
        match format_with(&mut self.parser, &sources, id, width) {
            Ok(formatted) => Some(formatted),
            Err(FormatFailure::Mistakes(findings)) => {
                self.output.note(human::render(&findings, &sources, self.output.error_style()).trim_end());
                self.output.error(&format!("`{name}`: not formatted, since it has mistakes"));
                None
            }
            Err(FormatFailure::Unproven) => {
                self.output.error(&format!(
                    "`{name}`: not formatted: the result would not say the same, which is a fault of this tool's"
                ));
                None
            }
        }
    }

    /// The width that the options or the nearest `caveat.toml` set; none where that file has mistakes, since
    /// then nobody can tell which width was meant.
    fn width(&mut self, folder: &Path) -> Option<usize> {
        if self.options.width.is_some() {
            return self.options.width;
        }
        let Some(file) = configuration::near(folder) else { return Some(WIDTH) };
        if let Some(known) = self.widths.get(&file) {
            return *known;
        }
        let width = self.configured(&file, folder).map(|width| width.unwrap_or(WIDTH));
        self.widths.insert(file, width);
        width
    }

    /// What a `caveat.toml` sets; its mistakes are shown.
    fn configured(&self, file: &Path, folder: &Path) -> Option<Option<usize>> {
        let name = paths::shown(&load::current_folder(), false, file);
        let text = match load::read_text(file, &name) {
            Ok(text) => text,
            Err(why) => {
                self.output.error(&why.to_string());
                return None;
            }
        };
        let mut sources = Sources::default();
        let source = sources.add(name, text.clone());
        let (read, findings) = configuration::read(&text, source, folder);
        if findings.is_empty() {
            return Some(read.width);
        }
        self.output.note(human::render(&findings, &sources, self.output.error_style()).trim_end());
        None
    }
}
