//! `caveat.lock`: what is remembered of a document's sentences, one line for each.
//!
//! Digests and sketches, no words. The lines stand in the order of the document, so that a difference
//! between two locks reads like one between two texts; what cites a sentence stands in its line, sorted.
//! The same document and policy give the same bytes.

use super::sketch::hexadecimal;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The name of the file, beside the policy's own files.
pub const FILE: &str = "caveat.lock";

/// The version of the form.
pub const VERSION: u32 = 1;

/// A lock.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// The version of the form.
    pub version: u32,
    /// The name of the policy.
    pub policy: String,
    /// Its documents, in the order of the header.
    pub documents: Vec<Locked>,
}

/// What is remembered of one document.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Locked {
    /// Its label, where it has one.
    #[serde(default)]
    pub label: Option<String>,
    /// Its path as the header has it.
    pub path: String,
    /// Its sentences, in order.
    pub sentences: Vec<Line>,
}

/// What is remembered of one sentence.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The digest of its words and of where its links lead.
    pub sentence: String,
    /// What it is like, as sixteen hexadecimal digits.
    pub sketch: String,
    /// The slugs of the headings above it, from the top down.
    pub under: String,
    /// Whether it sounds like a promise.
    pub promising: bool,
    /// What cites it, sorted.
    pub cites: Vec<Cite>,
}

/// How a citation reads its sentence. Ordered: the first that a sentence has is what it counts as.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// A clause or section with statements, duties or rights rests on it.
    Encoded,
    /// A promise rests on it.
    Promised,
    /// It is marked as promising nothing.
    Informative,
}

/// One citation of a sentence.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cite {
    /// The label of the clause or section that it stands in.
    pub by: String,
    /// How it reads the sentence.
    #[serde(rename = "as")]
    pub role: Role,
    /// The first eight digits of the fragment's digest, to know the citation by.
    pub fragment: String,
}

impl Line {
    /// The sketch as a number; an unlike one where it is none.
    pub fn sketch(&self) -> u64 {
        u64::from_str_radix(&self.sketch, 16).unwrap_or_default()
    }
}

/// Why a text is no lock.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Broken {
    /// What is wrong.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// Whose lock it is, if it is that of another policy.
    pub of: Option<String>,
}

impl Lock {
    /// Reads a lock.
    pub fn parse(text: &str) -> Result<Lock, Broken> {
        #[derive(Deserialize)]
        struct Versioned {
            version: u32,
        }
        let broken = |e: serde_json::Error| Broken { message: reason(&e), line: e.line().max(1), of: None };
        let text = text.trim_start_matches('\u{feff}');
        let version = serde_json::from_str::<Versioned>(text).map_err(broken)?.version;
        if version != VERSION {
            let message =
                format!("its form is of version {version}, and this is a tool for version {VERSION}");
            return Err(Broken { message, line: 1, of: None });
        }
        serde_json::from_str(text).map_err(broken)
    }

    /// The text of a lock.
    pub fn write(&self) -> String {
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        let documents: Vec<String> = self
            .documents
            .iter()
            .map(|document| {
                let label = document
                    .label
                    .as_ref()
                    .map(|l| format!("\"label\": {}, ", quoted(l)))
                    .unwrap_or_default();
                let lines: Vec<String> = document.sentences.iter().map(line).collect();
                let sentences = if lines.is_empty() {
                    "[]".to_owned()
                } else {
                    format!("[\n{}\n    ]", lines.join(",\n"))
                };
                format!("    {{ {label}\"path\": {}, \"sentences\": {sentences} }}", quoted(&document.path))
            })
            .collect();
        let documents =
            if documents.is_empty() { "[]".to_owned() } else { format!("[\n{}\n  ]", documents.join(",\n")) };
        let policy = quoted(&self.policy);
        format!(
            "{{\n  \"version\": {},\n  \"policy\": {policy},\n  \"documents\": {documents}\n}}\n",
            self.version
        )
    }

    /// The SHA-256 of its text, however the file was laid out.
    pub fn digest(&self) -> String {
        hexadecimal(&Sha256::digest(self.write().as_bytes()))
    }
}

fn line(line: &Line) -> String {
    let text = serde_json::to_string(line).unwrap_or_default();
    format!("      {text}")
}

/// serde_json's words, without the place that a finding shows anyway.
fn reason(error: &serde_json::Error) -> String {
    let whole = error.to_string();
    whole.split(" at line ").next().unwrap_or_default().to_owned()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn lock() -> Lock {
        let cite = |by: &str, role| Cite { by: by.to_owned(), role, fragment: "0123abcd".to_owned() };
        let line = |cites| Line {
            sentence: "00".repeat(16),
            sketch: "00000000000000ff".to_owned(),
            under: "shop/what-we-share".to_owned(),
            promising: true,
            cites,
        };
        let sentences = vec![line(vec![cite("a", Role::Encoded), cite("b", Role::Promised)]), line(vec![])];
        let first = Locked { label: None, path: "a \"b\".md".to_owned(), sentences };
        let second = Locked { label: Some("ccpa".to_owned()), path: "b.md".to_owned(), sentences: vec![] };
        Lock { version: VERSION, policy: "shop".to_owned(), documents: vec![first, second] }
    }

    #[test]
    fn a_lock_comes_back_as_it_was_written() {
        let text = lock().write();
        assert_eq!(Lock::parse(&text), Ok(lock()));
        assert_eq!(Lock::parse(&text.replace('\n', "\r\n")).map(|l| l.digest()), Ok(lock().digest()));
        insta::assert_snapshot!(text);
    }

    #[test]
    fn what_is_no_lock_is_said_with_its_line() {
        let later = lock().write().replace("\"version\": 1", "\"version\": 2");
        assert!(Lock::parse(&later).unwrap_err().message.contains("version 2"));
        let torn = lock().write().replace("      {", "<<<<<<< ours\n      {");
        assert_eq!(Lock::parse(&torn).unwrap_err().line, 6);
        assert!(Lock::parse("").is_err());
        let unknown = lock().write().replace("\"policy\"", "\"extra\": 1, \"policy\"");
        assert!(Lock::parse(&unknown).unwrap_err().message.contains("extra"));
    }
}
