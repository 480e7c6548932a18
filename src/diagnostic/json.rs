//! Findings for programs: one JSON object.
//!
//! Takes findings and the sources that they point into; gives JSON. Total: every finding is
//! written, with everything that it says. Lines and columns count from 1, columns in characters;
//! `start` and `end` are bytes of the file.

use super::{Edit, Finding, Label, Level, Subject};
use crate::source::Sources;
use serde::Serialize;
use std::collections::BTreeMap;

/// One finding.
#[derive(Serialize, Debug)]
#[serde(rename_all = "kebab-case")]
pub struct JsonFinding<'a> {
    check: &'a str,
    level: Level,
    message: &'a str,
    labels: Vec<JsonLabel<'a>>,
    witness: Option<&'a str>,
    notes: &'a [String],
    help: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
    /// What it is about, by the names under which it can be accepted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    about: Vec<&'a str>,
}

/// A remedy that is certain.
#[derive(Serialize, Debug)]
struct JsonFix<'a> {
    title: &'a str,
    edits: Vec<JsonEdit<'a>>,
}

#[derive(Serialize, Debug)]
struct JsonEdit<'a> {
    file: &'a str,
    start: u32,
    end: u32,
    replacement: &'a str,
}

#[derive(Serialize, Debug)]
#[serde(rename_all = "kebab-case")]
struct JsonLabel<'a> {
    primary: bool,
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    start: u32,
    end: u32,
    text: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    relations: BTreeMap<&'a str, &'a str>,
}

/// All findings, in their order: the primary label first, the others as the finding lists them.
pub fn findings<'a>(findings: &'a [Finding], sources: &'a Sources) -> Vec<JsonFinding<'a>> {
    findings
        .iter()
        .map(|finding| JsonFinding {
            check: finding.check,
            level: finding.level,
            message: &finding.message,
            labels: std::iter::once((true, &finding.primary))
                .chain(finding.secondary.iter().map(|l| (false, l)))
                .map(|(primary, l)| label(primary, l, sources))
                .collect(),
            witness: finding.witness.as_ref().map(|w| w.words.as_str()),
            notes: &finding.notes,
            help: &finding.help,
            fix: finding.fix.as_ref().map(|fix| JsonFix {
                title: &fix.title,
                edits: fix.edits.iter().map(|e| edit(e, sources)).collect(),
            }),
            about: finding.about.iter().filter_map(Subject::name).collect(),
        })
        .collect()
}

fn edit<'a>(edit: &'a Edit, sources: &'a Sources) -> JsonEdit<'a> {
    JsonEdit {
        file: sources.get(edit.span.source).map_or("", |s| &s.name),
        start: edit.span.start,
        end: edit.span.end,
        replacement: &edit.replacement,
    }
}

fn label<'a>(primary: bool, label: &'a Label, sources: &'a Sources) -> JsonLabel<'a> {
    let source = sources.get(label.span.source);
    let place = |byte: u32| {
        source.map_or((0, 0), |s| {
            let p = s.position(byte as usize);
            (p.line, p.column)
        })
    };
    let (line, column) = place(label.span.start);
    let (end_line, end_column) = place(label.span.end);
    JsonLabel {
        primary,
        file: source.map_or("", |s| &s.name),
        line,
        column,
        end_line,
        end_column,
        start: label.span.start,
        end: label.span.end,
        text: &label.text,
        relations: label.relations.iter().map(|(dimension, r)| (*dimension, r.sign())).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Relation, Witness};
    use crate::source::Span;

    #[test]
    fn a_finding_keeps_all_that_it_says() {
        let mut sources = Sources::default();
        let source = sources.add("a.caveat", "é may\nshare X;\n");
        let mut finding =
            Finding::new("crossing", Level::Warning, "message", Span { source, start: 3, end: 12 })
                .at("permitted here")
                .and(Span { source, start: 0, end: 2 }, "")
                .witness(Witness {
                    words: "a flow".to_owned(),
                    cells: Vec::new(),
                    world: Vec::new(),
                    verdict: "prohibited",
                })
                .note("a note")
                .help("a way out");
        finding.primary.relations = vec![("purpose", Relation::Wider), ("data", Relation::Equal)];
        let json = serde_json::to_string_pretty(&findings(&[finding], &sources)).unwrap_or_default();
        insta::assert_snapshot!(json, @r#"
        [
          {
            "check": "crossing",
            "level": "warning",
            "message": "message",
            "labels": [
              {
                "primary": true,
                "file": "a.caveat",
                "line": 1,
                "column": 3,
                "end-line": 2,
                "end-column": 6,
                "start": 3,
                "end": 12,
                "text": "permitted here",
                "relations": {
                  "data": "=",
                  "purpose": ">"
                }
              },
              {
                "primary": false,
                "file": "a.caveat",
                "line": 1,
                "column": 1,
                "end-line": 1,
                "end-column": 2,
                "start": 0,
                "end": 2,
                "text": ""
              }
            ],
            "witness": "a flow",
            "notes": [
              "a note"
            ],
            "help": [
              "a way out"
            ]
          }
        ]
        "#);
    }
}
