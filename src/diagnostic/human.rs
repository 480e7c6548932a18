//! Findings for people: the words, and the source that they are about.
//!
//! Takes findings and the sources that they point into; gives text. Total: every finding is shown,
//! also one whose place lies outside its file. What a terminal would obey rather than show (escape
//! sequences, bidirectional controls) is replaced, so that a policy cannot rewrite its own report.

use super::{Finding, Label, Level};
use crate::source::{Source, SourceId, Sources};
use codespan_reporting::diagnostic::{Diagnostic, Label as Mark, Severity};
use codespan_reporting::files::{Error, Files};
use codespan_reporting::term::termcolor::Ansi;
use codespan_reporting::term::{Config, emit_to_string, emit_to_write_style};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write;
use std::ops::Range;

/// How the text is dressed.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Style {
    /// No escape sequences.
    #[default]
    Plain,
    /// Colours, as ANSI escape sequences.
    Colour,
}

/// A longer line is shown in part: so many bytes around what is pointed at.
const LONG_LINE: usize = 300;

/// How much of a long line stands before the first place that is pointed at.
const BEFORE: usize = 60;

/// All findings, in their order, with an empty line behind each.
pub fn render(findings: &[Finding], sources: &Sources, style: Style) -> String {
    let mut view = View::new(sources);
    let mut out = String::new();
    for finding in findings {
        view.focus(finding);
        let diagnostic = diagnostic(finding, &view);
        if emit(&mut out, &view, &diagnostic, style).is_err() {
            plainly(&mut out, finding);
        }
    }
    out
}

fn emit(
    out: &mut String,
    view: &View<'_>,
    diagnostic: &Diagnostic<SourceId>,
    style: Style,
) -> Result<(), Error> {
    let config = Config::default();
    match style {
        Style::Plain => emit_to_string(out, &config, view, diagnostic),
        Style::Colour => {
            let mut writer = Ansi::new(Vec::new());
            emit_to_write_style(&mut writer, &config, view, diagnostic)?;
            out.push_str(&String::from_utf8_lossy(&writer.into_inner()));
            Ok(())
        }
    }
}

/// What is left where the source cannot be shown.
fn plainly(out: &mut String, finding: &Finding) {
    let level = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    };
    let check = if finding.check.is_empty() { String::new() } else { format!("[{}]", finding.check) };
    let _ = writeln!(out, "{level}{check}: {}", harmless(&finding.message));
    for note in remarks(finding) {
        let _ = writeln!(out, "  = {note}");
    }
    out.push('\n');
}

fn diagnostic(finding: &Finding, view: &View<'_>) -> Diagnostic<SourceId> {
    let severity = match finding.level {
        Level::Error => Severity::Error,
        Level::Warning => Severity::Warning,
        Level::Note => Severity::Note,
    };
    let mut marks = Vec::new();
    if let Some(range) = view.range(&finding.primary) {
        marks.push(Mark::primary(finding.primary.span.source, range).with_message(words(&finding.primary)));
    }
    for label in &finding.secondary {
        if let Some(range) = view.range(label) {
            marks.push(Mark::secondary(label.span.source, range).with_message(words(label)));
        }
    }
    let diagnostic = Diagnostic::new(severity);
    let diagnostic = match finding.check {
        "" => diagnostic,
        check => diagnostic.with_code(check),
    };
    diagnostic.with_message(harmless(&finding.message)).with_labels(marks).with_notes(remarks(finding))
}

/// A label's text, and how what stands there relates to the other side.
fn words(label: &Label) -> String {
    let mut text = harmless(&label.text).into_owned();
    if !label.relations.is_empty() {
        let relations: Vec<String> =
            label.relations.iter().map(|(dimension, r)| format!("{dimension} {}", r.sign())).collect();
        let relations = relations.join(", ");
        match text.is_empty() {
            true => text = relations,
            false => text = format!("{text} ({relations})"),
        }
    }
    text
}

fn remarks(finding: &Finding) -> Vec<String> {
    let witness = finding.witness.iter().map(|w| format!("witness: {}", harmless(&w.words)));
    let notes = finding.notes.iter().map(|n| harmless(n).into_owned());
    let help = finding.help.iter().map(|h| format!("help: {}", harmless(h)));
    witness.chain(notes).chain(help).collect()
}

/// The text with everything that a terminal would obey replaced by something as long in UTF-8, so
/// that byte offsets stay true.
fn harmless(text: &str) -> Cow<'_, str> {
    let stand_in = |c: char| match c {
        '\n' | '\r' | '\t' => c,
        '\0'..='\u{1f}' | '\u{7f}' => '?',
        '\u{80}'..='\u{9f}' | '\u{61c}' => '¿',
        '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}' => '\u{fffd}',
        '\u{e0000}'..='\u{e007f}' => '\u{1f6ab}',
        other => other,
    };
    if text.chars().all(|c| stand_in(c) == c) {
        Cow::Borrowed(text)
    } else {
        Cow::Owned(text.chars().map(stand_in).collect())
    }
}

/// The sources as they are shown for one finding: harmless, and long lines in part.
struct View<'s> {
    sources: &'s Sources,
    texts: HashMap<SourceId, Cow<'s, str>>,
    windows: HashMap<(SourceId, usize), Range<usize>>,
}

impl<'s> View<'s> {
    fn new(sources: &'s Sources) -> View<'s> {
        View { sources, texts: HashMap::new(), windows: HashMap::new() }
    }

    /// Prepares the files of a finding, and cuts the long lines that it points at.
    fn focus(&mut self, finding: &Finding) {
        self.windows.clear();
        for label in std::iter::once(&finding.primary).chain(&finding.secondary) {
            let id = label.span.source;
            let Some(source) = self.sources.get(id) else { continue };
            self.texts.entry(id).or_insert_with(|| harmless(&source.text));
            let start = boundary(&source.text, label.span.start as usize);
            let line = source.line_index(start);
            let Some(whole) = line_content(source, line) else { continue };
            if whole.len() <= LONG_LINE {
                continue;
            }
            let from = boundary(&source.text, start.saturating_sub(BEFORE)).max(whole.start);
            let till = boundary(&source.text, from + LONG_LINE).min(whole.end);
            let window = self.windows.entry((id, line)).or_insert(from..till);
            // two places on one long line: the earlier decides what is shown, the later is cut to it
            if from < window.start {
                *window = from..till;
            }
        }
    }

    /// The bytes of a label that are marked: within the shown part of its first line.
    fn range(&self, label: &Label) -> Option<Range<usize>> {
        let source = self.sources.get(label.span.source)?;
        let start = boundary(&source.text, label.span.start as usize);
        let end = boundary(&source.text, label.span.end as usize).max(start);
        let shown = self.shown(source, label.span.source, source.line_index(start))?;
        let start = start.clamp(shown.start, shown.end);
        Some(start..end.clamp(start, shown.end))
    }

    fn shown(&self, source: &Source, id: SourceId, line: usize) -> Option<Range<usize>> {
        self.windows.get(&(id, line)).cloned().or_else(|| line_content(source, line))
    }
}

/// The last character boundary at or before a byte.
fn boundary(text: &str, byte: usize) -> usize {
    (0..=byte.min(text.len())).rev().find(|&b| text.is_char_boundary(b)).unwrap_or(0)
}

/// A line's bytes without its line end, and without a byte-order mark.
fn line_content(source: &Source, line: usize) -> Option<Range<usize>> {
    let range = source.line_range(line)?;
    let text = source.text.get(range.clone())?;
    let start = range.start + (text.len() - text.trim_start_matches('\u{feff}').len());
    Some(start..(range.start + text.trim_end_matches(['\r', '\n']).len()).max(start))
}

impl<'a> Files<'a> for View<'_> {
    type FileId = SourceId;
    type Name = Cow<'a, str>;
    type Source = &'a str;

    fn name(&'a self, id: SourceId) -> Result<Cow<'a, str>, Error> {
        self.sources.get(id).map(|s| harmless(&s.name)).ok_or(Error::FileMissing)
    }

    fn source(&'a self, id: SourceId) -> Result<&'a str, Error> {
        self.texts.get(&id).map(AsRef::as_ref).ok_or(Error::FileMissing)
    }

    fn line_index(&'a self, id: SourceId, byte: usize) -> Result<usize, Error> {
        self.sources.get(id).map(|s| s.line_index(byte)).ok_or(Error::FileMissing)
    }

    fn column_number(&'a self, id: SourceId, _line: usize, byte: usize) -> Result<usize, Error> {
        self.sources.get(id).map(|s| s.position(byte).column).ok_or(Error::FileMissing)
    }

    fn line_range(&'a self, id: SourceId, line: usize) -> Result<Range<usize>, Error> {
        let source = self.sources.get(id).ok_or(Error::FileMissing)?;
        self.shown(source, id, line).ok_or(Error::LineTooLarge { given: line, max: line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Relation, Witness};
    use crate::source::Span;

    fn shown(text: &str, range: Range<u32>) -> String {
        let mut sources = Sources::default();
        let source = sources.add("a.caveat", text);
        let span = Span { source, start: range.start, end: range.end };
        render(
            &[Finding::new("some-check", Level::Error, "it is wrong", span).at("here")],
            &sources,
            Style::Plain,
        )
    }

    #[test]
    fn a_finding_shows_both_sides_witness_notes_and_help() {
        let mut sources = Sources::default();
        let a = sources.add("a.caveat", "may share X;\n");
        let b = sources.add("b.caveat", "must not share X;\n");
        let mut finding =
            Finding::new("crossing", Level::Error, "nobody can say", Span { source: a, start: 0, end: 3 })
                .at("permitted here")
                .and(Span { source: b, start: 0, end: 8 }, "prohibited here")
                .witness(Witness {
                    words: "Clari shares X".to_owned(),
                    cells: Vec::new(),
                    world: Vec::new(),
                    verdict: "prohibited",
                })
                .note("a note")
                .help("say `a prevails over b`");
        finding.primary.relations = vec![("data", Relation::Narrower), ("purpose", Relation::Overlapping)];
        insta::assert_snapshot!(render(&[finding], &sources, Style::Plain), @r"
        error[crossing]: nobody can say
          ┌─ a.caveat:1:1
          │
        1 │ may share X;
          │ ^^^ permitted here (data <, purpose ≈)
          │
          ┌─ b.caveat:1:1
          │
        1 │ must not share X;
          │ -------- prohibited here
          │
          = witness: Clari shares X
          = a note
          = help: say `a prevails over b`
        ");
    }

    #[test]
    fn a_span_of_several_lines_is_cut_to_its_first() {
        insta::assert_snapshot!(shown("clause a {\r\n  may share X;\r\n}\r\n", 0..26), @r"
        error[some-check]: it is wrong
          ┌─ a.caveat:1:1
          │
        1 │ clause a {
          │ ^^^^^^^^^^ here
        ");
    }

    #[test]
    fn tabs_wide_characters_and_a_byte_order_mark_keep_the_marks_in_place() {
        insta::assert_snapshot!(shown("\u{feff}\t\"数据\" X", 13..14), @r#"
        error[some-check]: it is wrong
          ┌─ a.caveat:1:7
          │
        1 │     "数据" X
          │            ^ here
        "#);
    }

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        let text = shown("data A\u{1b}[2J \u{202e}X;", 0..4);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'), "{text:?}");
    }

    #[test]
    fn a_long_line_is_shown_in_part() {
        let text = shown(&format!("{}X{}", "é(".repeat(50_000), ")".repeat(100_000)), 150_000..150_001);
        assert!(text.len() < 2_000, "{}", text.len());
        assert!(text.contains("a.caveat:1:100001"), "{text}");
        assert!(text.contains("^ here"), "{text}");
    }

    #[test]
    fn a_place_outside_its_file_is_still_a_finding() {
        assert!(shown("X", 70..90).contains("it is wrong"));
        assert!(shown("", 0..0).contains("it is wrong"));
        assert!(shown("é", 1..1).contains("it is wrong"));
        let nowhere = Span { source: SourceId(7), start: 0, end: 1 };
        let finding = Finding::new("some-check", Level::Error, "it is wrong", nowhere).note("why");
        let text = render(&[finding], &Sources::default(), Style::Plain);
        assert!(text.contains("error[some-check]: it is wrong") && text.contains("= why"), "{text}");
    }

    #[test]
    fn colour_comes_only_when_asked_for() {
        let mut sources = Sources::default();
        let source = sources.add("a.caveat", "X");
        let finding =
            Finding::new("some-check", Level::Error, "it is wrong", Span { source, start: 0, end: 1 });
        assert!(render(std::slice::from_ref(&finding), &sources, Style::Colour).contains('\u{1b}'));
        assert!(!render(&[finding], &sources, Style::Plain).contains('\u{1b}'));
    }
}
