//! Findings for code scanning services: SARIF 2.1.0 (OASIS, 2020), one log with one run.
//!
//! Takes the checks, and findings with the sources that they point into; gives JSON. Total: every
//! finding is a result, the other sides of a conflict are its related locations, its remedy is
//! a fix, and what could not be read is a notification. What somebody accepted is a suppressed result, where
//! the caller has it; then every result says whether it is. Columns count Unicode scalar values from 1.

use super::{Acceptance, Accepted, Finding, Fix, Label, Level};
use crate::source::{Source, Sources, Span};
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// What a rule of the log says of a check.
#[derive(Clone, Copy, Debug)]
pub struct Rule<'a> {
    /// The check's name.
    pub name: &'a str,
    /// Its level where nothing sets another.
    pub level: Level,
    /// What it is about, in one line.
    pub summary: &'a str,
    /// Its documentation page, in Markdown.
    pub page: &'a str,
}

/// What was found in one policy.
#[derive(Clone, Copy, Debug)]
pub struct Group<'a> {
    /// The findings.
    pub findings: &'a [Finding],
    /// Those that somebody accepted; none where they are not asked for.
    pub accepted: Option<&'a [Accepted]>,
    /// What they point into.
    pub sources: &'a Sources,
}

/// The log of a run, as JSON.
pub fn render(
    rules: &[Rule<'_>],
    groups: &[Group<'_>],
    failures: &[String],
) -> Result<String, serde_json::Error> {
    let mut prints = Fingerprints::default();
    let mut results: Vec<Result_<'_>> = Vec::new();
    for group in groups {
        for finding in group.findings {
            let suppressions = group.accepted.map(|_| Vec::new());
            let one = result(finding, group.sources, rules, &mut prints);
            results.push(Result_ { suppressions, ..one });
        }
        for accepted in group.accepted.into_iter().flatten() {
            let suppressions = accepted.by.iter().map(|by| suppression(by, group.sources)).collect();
            let one = result(&accepted.finding, group.sources, rules, &mut prints);
            results.push(Result_ { suppressions: Some(suppressions), ..one });
        }
    }
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "caveat",
                    semantic_version: env!("CARGO_PKG_VERSION"),
                    rules: rules.iter().map(descriptor).collect(),
                },
            },
            invocations: [Invocation {
                execution_successful: failures.is_empty(),
                tool_execution_notifications: failures.iter().map(|why| notification(why)).collect(),
            }],
            column_kind: "unicodeCodePoints",
            results,
        }],
    };
    serde_json::to_string_pretty(&log)
}

fn descriptor<'a>(rule: &Rule<'a>) -> Descriptor<'a> {
    Descriptor {
        id: rule.name,
        short_description: Message { text: rule.summary.to_owned() },
        help: Help { text: rule.page, markdown: rule.page },
        default_configuration: Configuration { level: level(rule.level) },
    }
}

fn suppression(by: &Acceptance, sources: &Sources) -> Suppression {
    Suppression {
        kind: "inSource",
        status: "accepted",
        justification: format!("{} (until {})", by.because, by.until),
        location: Location { physical_location: physical(by.span, sources) },
    }
}

fn notification(why: &str) -> Notification {
    Notification { level: "error", message: Message { text: why.to_owned() } }
}

fn result<'a>(
    finding: &'a Finding,
    sources: &'a Sources,
    rules: &[Rule<'_>],
    prints: &mut Fingerprints,
) -> Result_<'a> {
    let related = finding.secondary.iter().enumerate().map(|(number, label)| Related {
        id: number + 1,
        message: (!label.text.is_empty()).then(|| Message { text: words(label) }),
        physical_location: physical(label.span, sources),
    });
    Result_ {
        rule_id: finding.check,
        rule_index: rules.iter().position(|rule| rule.name == finding.check),
        level: level(finding.level),
        message: Message { text: message(finding) },
        locations: [Location { physical_location: physical(finding.primary.span, sources) }],
        related_locations: related.collect(),
        partial_fingerprints: BTreeMap::from([("caveatFinding/v1", prints.of(finding, sources))]),
        fixes: finding.fix.iter().map(|f| fix(f, sources)).collect(),
        suppressions: None,
        properties: Properties {
            witness: finding.witness.as_ref().map(|w| w.words.as_str()),
            notes: &finding.notes,
            help: &finding.help,
        },
    }
}

/// A label's words, with how the statements there relate.
fn words(label: &Label) -> String {
    if label.relations.is_empty() {
        return label.text.clone();
    }
    let relations: Vec<String> =
        label.relations.iter().map(|(dimension, r)| format!("{dimension} {}", r.sign())).collect();
    format!("{} ({})", label.text, relations.join(", "))
}

/// All that a finding says, since many viewers show the message alone.
fn message(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    if let Some(witness) = &finding.witness {
        text.push_str(&format!("\nwitness: {}", witness.words));
    }
    finding.notes.iter().for_each(|note| text.push_str(&format!("\n{note}")));
    finding.help.iter().for_each(|help| text.push_str(&format!("\nhelp: {help}")));
    text
}

fn fix(fix: &Fix, sources: &Sources) -> JsonFix {
    let mut changes: BTreeMap<String, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let place = physical(edit.span, sources);
        changes.entry(place.artifact_location.uri).or_default().push(Replacement {
            deleted_region: place.region,
            inserted_content: Message { text: edit.replacement.clone() },
        });
    }
    let change = |(uri, replacements)| Change { artifact_location: Artifact { uri }, replacements };
    JsonFix {
        description: Message { text: fix.title.clone() },
        artifact_changes: changes.into_iter().map(change).collect(),
    }
}

fn physical(span: Span, sources: &Sources) -> Physical {
    let source = sources.get(span.source);
    let place = |byte: u32| {
        source.map_or((1, 1), |s| {
            let p = s.position(byte as usize);
            (p.line, p.column)
        })
    };
    let ((start_line, start_column), (end_line, end_column)) = (place(span.start), place(span.end));
    Physical {
        artifact_location: Artifact { uri: uri(source.map_or("", |s| &s.name)) },
        region: Region { start_line, start_column, end_line, end_column },
    }
}

/// A path as a reference of RFC 3986: a relative one stays relative.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                out.push(byte as char)
            }
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

/// What tells a finding from the others when lines have moved: its check, its file and the words at
/// its places, white space aside, and how many were alike before it.
#[derive(Default)]
struct Fingerprints {
    seen: HashMap<[u8; 32], usize>,
}

impl Fingerprints {
    fn of(&mut self, finding: &Finding, sources: &Sources) -> String {
        let mut hash = Sha256::new();
        let mut add = |part: &str| {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        };
        add(finding.check);
        let source = sources.get(finding.primary.span.source);
        add(source.map_or("", |s: &Source| &s.name));
        let written = sources.text(finding.primary.span);
        add(&written.split_whitespace().collect::<Vec<_>>().join(" "));
        let print: [u8; 32] = hash.finalize().into();
        let count = self.seen.entry(print).or_default();
        *count += 1;
        let hex: String = print.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!("{hex}:{count}")
    }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Note => "note",
        Level::Warning => "warning",
        Level::Error => "error",
    }
}

#[derive(Serialize)]
struct Log<'a> {
    #[serde(rename = "$schema")]
    schema: &'a str,
    version: &'a str,
    runs: [Run<'a>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'a> {
    tool: Tool<'a>,
    invocations: [Invocation; 1],
    column_kind: &'a str,
    results: Vec<Result_<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    driver: Driver<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'a> {
    name: &'a str,
    semantic_version: &'a str,
    rules: Vec<Descriptor<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor<'a> {
    id: &'a str,
    short_description: Message,
    help: Help<'a>,
    default_configuration: Configuration,
}

#[derive(Serialize)]
struct Help<'a> {
    text: &'a str,
    markdown: &'a str,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
}

/// A result of SARIF; the name is taken.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Result_<'a> {
    rule_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Related>,
    partial_fingerprints: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<JsonFix>,
    /// Of all results or of none: an empty list says that nobody accepted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    suppressions: Option<Vec<Suppression>>,
    properties: Properties<'a>,
}

#[derive(Serialize)]
struct Suppression {
    kind: &'static str,
    status: &'static str,
    justification: String,
    location: Location,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    physical_location: Physical,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Related {
    id: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
    physical_location: Physical,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Physical {
    artifact_location: Artifact,
    region: Region,
}

#[derive(Serialize)]
struct Artifact {
    uri: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Message {
    text: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct JsonFix {
    description: Message,
    artifact_changes: Vec<Change>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    artifact_location: Artifact,
    replacements: Vec<Replacement>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

#[derive(Serialize)]
struct Properties<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    witness: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    help: &'a [String],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_references() {
        assert_eq!(uri("policies/clari/a b.caveat"), "policies/clari/a%20b.caveat");
        assert_eq!(uri("/tmp/é"), "file:///tmp/%C3%A9");
        assert_eq!(uri("../x#y.caveat"), "../x%23y.caveat");
    }
}
