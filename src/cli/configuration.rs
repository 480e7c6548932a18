//! `caveat.toml`: what a team sets once for all runs.
//!
//! Takes the text of a file; gives what it sets, and findings about what it gets wrong: a name that
//! nothing has is an error with the name that was perhaps meant, never passed over. What the command
//! line says goes before what stands here.

use super::fmt;
use crate::check::acceptance::refusal;
use crate::check::{CHECKS, configuration};
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Span};
use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The name of the file.
pub const FILE_NAME: &str = "caveat.toml";

/// What a file sets; nothing where it says nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Configuration {
    /// The folder that the file lies in, from which its paths start.
    pub folder: PathBuf,
    /// From which level on a finding fails a check: none of them for `never`.
    pub fail_level: Option<Option<Level>>,
    /// The levels of checks, by name.
    pub levels: BTreeMap<&'static str, Level>,
    /// The width of formatted lines, in characters.
    pub width: Option<usize>,
    /// Whether a document that is absent is an error.
    pub require_document: Option<bool>,
    /// Where the documents lie, by label; the empty label is that of a policy's only document.
    pub documents: BTreeMap<String, PathBuf>,
    /// The least share of a document's sentences that must be read, in percent.
    pub fail_under: Option<f64>,
}

/// The nearest file at or above a folder.
pub fn near(folder: &Path) -> Option<PathBuf> {
    let folder = fs::canonicalize(folder).ok()?;
    folder.ancestors().map(|f| f.join(FILE_NAME)).find(|file| file.is_file())
}

/// Reads the text of a file that lies in a folder.
pub fn read(text: &str, source: SourceId, folder: &Path) -> (Configuration, Vec<Finding>) {
    let mut reader = Reader { source, findings: Vec::new() };
    let mut out = Configuration { folder: folder.to_owned(), ..Configuration::default() };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let at = error.span().unwrap_or(0..0);
        reader.error(at, format!("this is no TOML: {}", error.message().trim()));
    }
    if errors.is_empty() {
        reader.root(table.get_ref(), &mut out);
    }
    (out, reader.findings)
}

/// Names in a table.
const ROOT: [&str; 7] =
    ["coverage", "document", "documents", "fail-level", "format", "levels", "require-document"];

struct Reader {
    source: SourceId,
    findings: Vec<Finding>,
}

impl Reader {
    fn root(&mut self, table: &DeTable<'_>, out: &mut Configuration) {
        for (key, value) in table {
            match key.get_ref().as_ref() {
                "fail-level" => out.fail_level = self.fail_level(value),
                "require-document" => out.require_document = self.boolean(value),
                "document" => {
                    let path = self.path(value, &out.folder);
                    out.documents.extend(path.map(|path| (String::new(), path)));
                }
                "documents" => self.table(value, |reader, label, value| {
                    let path = reader.path(value, &out.folder);
                    out.documents.extend(path.map(|path| (label.get_ref().to_string(), path)));
                }),
                "levels" => self.table(value, |reader, check, value| {
                    out.levels.extend(reader.level_of(check, value));
                }),
                "format" => self.table(value, |reader, key, value| match key.get_ref().as_ref() {
                    "width" => out.width = reader.width(value),
                    _ => reader.unknown(key, &["width"]),
                }),
                "coverage" => self.table(value, |reader, key, value| match key.get_ref().as_ref() {
                    "fail-under" => out.fail_under = reader.percent(value),
                    _ => reader.unknown(key, &["fail-under"]),
                }),
                _ => self.unknown(key, &ROOT),
            }
        }
    }

    fn table<'i>(
        &mut self,
        value: &Spanned<DeValue<'i>>,
        mut each: impl FnMut(&mut Reader, &Spanned<std::borrow::Cow<'i, str>>, &Spanned<DeValue<'i>>),
    ) {
        match value.get_ref().as_table() {
            Some(table) => table.iter().for_each(|(key, value)| each(self, key, value)),
            None => self.wrong(value, "a table"),
        }
    }

    fn fail_level(&mut self, value: &Spanned<DeValue<'_>>) -> Option<Option<Level>> {
        match value.get_ref().as_str() {
            Some("never") => Some(None),
            Some(word) => match level(word) {
                Some(level) => Some(Some(level)),
                None => {
                    self.wrong(value, "`\"error\"`, `\"warning\"`, `\"note\"` or `\"never\"`");
                    None
                }
            },
            None => {
                self.wrong(value, "`\"error\"`, `\"warning\"`, `\"note\"` or `\"never\"`");
                None
            }
        }
    }

    /// The level that a check is to have. An error stays one: who can live with it says so by
    /// `accept`, with a reason and an end.
    fn level_of(
        &mut self,
        name: &Spanned<std::borrow::Cow<'_, str>>,
        value: &Spanned<DeValue<'_>>,
    ) -> Option<(&'static str, Level)> {
        let names: Vec<&str> = CHECKS.iter().map(|c| c.name).collect();
        let Some(check) = CHECKS.iter().find(|c| c.name == name.get_ref().as_ref()) else {
            self.unknown(name, &names);
            return None;
        };
        let Some(level) = value.get_ref().as_str().and_then(level) else {
            self.wrong(value, "`\"error\"`, `\"warning\"` or `\"note\"`");
            return None;
        };
        if check.level == Level::Error && level < Level::Error {
            let finding = self.error(value.span(), format!("`{}` stays an error", check.name));
            match refusal(check.name) {
                Some(why) => finding.notes.push(why.to_owned()),
                None => finding.help.push(format!(
                    "who can live with a finding writes, in the policy: \
                     `accept {} of LABEL because \"…\" until DATE;`",
                    check.name
                )),
            }
            return None;
        }
        Some((check.name, level))
    }

    fn boolean(&mut self, value: &Spanned<DeValue<'_>>) -> Option<bool> {
        let read = value.get_ref().as_bool();
        if read.is_none() {
            self.wrong(value, "`true` or `false`");
        }
        read
    }

    fn path(&mut self, value: &Spanned<DeValue<'_>>, folder: &Path) -> Option<PathBuf> {
        let read = value.get_ref().as_str().map(|path| folder.join(path));
        if read.is_none() {
            self.wrong(value, "a path in quotes");
        }
        read
    }

    fn width(&mut self, value: &Spanned<DeValue<'_>>) -> Option<usize> {
        let digits = value.get_ref().as_integer().map(|i| i.as_str().to_owned()).unwrap_or_default();
        let read = fmt::width(&digits).ok();
        if read.is_none() {
            self.wrong(value, "a number from 40 to 400");
        }
        read
    }

    fn percent(&mut self, value: &Spanned<DeValue<'_>>) -> Option<f64> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => number.as_str().parse().ok(),
            DeValue::Float(number) => number.as_str().parse().ok(),
            _ => None,
        };
        let read = number.filter(|n: &f64| (0.0..=100.0).contains(n));
        if read.is_none() {
            self.wrong(value, "a number from 0 to 100");
        }
        read
    }

    fn unknown(&mut self, key: &Spanned<std::borrow::Cow<'_, str>>, known: &[&str]) {
        let name = key.get_ref().as_ref();
        let near = known.iter().map(|k| (strsim::osa_distance(k, name), *k)).min();
        let help = match near {
            Some((distance, near)) if distance <= 2 + near.len() / 4 => format!("did you mean `{near}`?"),
            _ if known.len() > 10 => "`caveat explain` lists the checks".to_owned(),
            _ => format!("what can be set here: {}", known.join(", ")),
        };
        self.error(key.span(), format!("there is nothing called `{name}` to set")).help.push(help);
    }

    fn wrong(&mut self, value: &Spanned<DeValue<'_>>, wanted: &str) {
        self.error(value.span(), format!("this is to be {wanted}"));
    }

    fn error(&mut self, at: Range<usize>, message: impl Into<String>) -> &mut Finding {
        let span = Span { source: self.source, start: at.start as u32, end: at.end as u32 };
        self.findings.push(configuration::CHECK.finding(message, span));
        let last = self.findings.len() - 1;
        #[allow(clippy::indexing_slicing, reason = "it was pushed just above")]
        &mut self.findings[last]
    }
}

fn level(word: &str) -> Option<Level> {
    Some(match word {
        "error" => Level::Error,
        "warning" => Level::Warning,
        "note" => Level::Note,
        _ => return None,
    })
}
