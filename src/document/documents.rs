//! All documents of a policy, with what cites them and what their locks remember.
//!
//! Takes a checked policy and the texts that somebody has read for it; gives, for each document, its
//! sentences, the outcome of each citation, and the changes since the lock.

use super::citation::{self, Outcome};
use super::compare::{Comparison, compare};
use super::fold::fold;
use super::lock::{Broken, Cite, Line, Lock, Locked, Role};
use super::sketch::{digest, hexadecimal};
use super::text::{Sentence, Text};
use super::words::promising;
use crate::policy::{Citation, Policy};
use crate::source::{SourceId, Sources, Span};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// What was read for a policy: the texts themselves are among its sources.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// The documents.
    pub files: Vec<File>,
    /// The locks, by the folder that they lie in: their texts, or why there is none.
    pub locks: BTreeMap<usize, Result<SourceId, String>>,
    /// The folders, as they are shown to people.
    pub folders: BTreeMap<usize, String>,
    /// The folder that each source belongs to.
    pub units: BTreeMap<SourceId, usize>,
    /// Former texts, each with the label of its document.
    pub former: Vec<(Option<String>, SourceId)>,
    /// Whether an absent document is an error.
    pub required: bool,
}

/// A document that a header names.
#[derive(Clone, Debug)]
pub struct File {
    /// Where the header names it.
    pub declared: Span,
    /// The path as it is shown to people.
    pub shown: String,
    /// Its text; or why there is none.
    pub source: Result<SourceId, NoText>,
}

/// Why there is no text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoText {
    /// There is nothing: why.
    Absent(String),
    /// There is something that is not read: why.
    Refused(String),
}

/// All documents of a policy.
#[derive(Default)]
pub struct Documents<'a> {
    /// The documents, in the order of the policy's.
    pub entries: Vec<Entry<'a>>,
    /// The locks, by folder.
    pub locks: BTreeMap<usize, Read>,
    /// Whether an absent document is an error.
    pub required: bool,
    /// The citations of documents that no header names.
    pub astray: Vec<&'a Citation>,
}

/// A lock as read.
pub struct Read {
    /// Where its text is, where it has any.
    pub source: Option<SourceId>,
    /// What it says, or why it says nothing.
    pub lock: Result<Lock, Broken>,
}

/// One document.
pub struct Entry<'a> {
    /// Its label.
    pub label: Option<&'a str>,
    /// Its path as the header has it.
    pub written: &'a str,
    /// Its path as it is shown to people.
    pub shown: String,
    /// Where the header names it.
    pub span: Span,
    /// Which folder names it.
    pub unit: usize,
    /// The folder of its policy, as it is shown to people.
    pub folder: String,
    /// The text; or why there is none.
    pub text: Result<Text, Missing>,
    /// What cites it.
    pub cited: Vec<Cited<'a>>,
    /// What its lock remembers, where there is one.
    pub locked: Option<Locked>,
    /// What changed since the lock was written; only where text and lock are both there.
    pub comparison: Option<Comparison>,
    /// Texts that the document had before, where somebody named some.
    pub former: Vec<Text>,
}

/// Why there is no text.
#[derive(Debug)]
pub enum Missing {
    /// There is nothing: why.
    Absent(String),
    /// It is there, and is not read: why, and where.
    Refused(String, Option<Span>),
}

/// A citation, with what it rests on.
pub struct Cited<'a> {
    /// The citation.
    pub citation: &'a Citation,
    /// How it reads its sentence.
    pub role: Role,
    /// The place that it stands in, by number.
    pub place: usize,
    /// The label of that place.
    pub label: &'a str,
    /// The first digits of its fragment's digest.
    pub fragment: String,
    /// What became of it.
    pub outcome: Outcome,
}

impl Cited<'_> {
    /// The sentence that it rests on.
    pub fn sentence(&self) -> Option<usize> {
        match &self.outcome {
            Outcome::Found(found) => found.first().copied(),
            _ => None,
        }
    }

    /// As a lock remembers it.
    pub fn remembered(&self) -> Cite {
        Cite { by: self.label.to_owned(), role: self.role, fragment: self.fragment.clone() }
    }
}

impl<'a> Documents<'a> {
    /// Reads the documents and finds what is cited.
    pub fn new(policy: &'a Policy, given: &Given, sources: &Sources) -> Documents<'a> {
        let text_of = |source: SourceId| sources.get(source).map_or("", |s| s.text.as_str());
        let locks: BTreeMap<usize, Read> = given
            .locks
            .iter()
            .map(|(unit, file)| match file {
                Ok(source) => (*unit, Read { source: Some(*source), lock: Lock::parse(text_of(*source)) }),
                Err(why) => {
                    let broken = Broken { message: why.clone(), line: 1, of: None };
                    (*unit, Read { source: None, lock: Err(broken) })
                }
            })
            .collect();
        let mut locks = locks;
        if let Some(read) = locks.get_mut(&0)
            && let Ok(lock) = &read.lock
            && lock.policy != policy.label
        {
            let message = format!("it is the lock of a policy `{}`", lock.policy);
            // where the tool writes the name
            read.lock = Err(Broken { message, line: 3, of: Some(lock.policy.clone()) });
        }
        let mut entries: Vec<Entry<'a>> = Vec::new();
        for document in &policy.documents {
            // a policy that was not read from files has no documents at hand, and nothing is said of them
            let Some(file) = given.files.iter().find(|f| f.declared == document.span) else { continue };
            let text = match &file.source {
                Err(NoText::Absent(why)) => Err(Missing::Absent(why.clone())),
                Err(NoText::Refused(why)) => Err(Missing::Refused(why.clone(), None)),
                Ok(source) => Text::read(*source, text_of(*source)).map_err(|e| {
                    let at = Span { source: *source, start: e.at as u32, end: e.at as u32 + 1 };
                    Missing::Refused(e.message, Some(at))
                }),
            };
            let lock = locks.get(&document.unit).and_then(|read| read.lock.as_ref().ok());
            let locked = lock.and_then(|l| l.documents.iter().find(|d| d.label == document.label)).cloned();
            entries.push(Entry {
                label: document.label.as_deref(),
                written: &document.path,
                shown: file.shown.clone(),
                span: document.span,
                unit: document.unit,
                folder: given.folders.get(&document.unit).cloned().unwrap_or_default(),
                text,
                cited: Vec::new(),
                locked,
                comparison: None,
                former: Vec::new(),
            });
        }
        for (label, source) in &given.former {
            let alone = entries.len() == 1 && label.is_none();
            let mut of = entries.iter_mut().filter(|e| alone || e.label == label.as_deref());
            if let (Some(entry), Ok(text)) = (of.next(), Text::read(*source, text_of(*source))) {
                entry.former.push(text);
            }
        }
        let mut astray = Vec::new();
        for (citation, role, place) in citations(policy) {
            let unit = given.units.get(&citation.span.source).copied().unwrap_or_default();
            let entry = meant(&entries, unit, citation.document.as_deref());
            let Some(entry) = entry.and_then(|at| entries.get_mut(at)) else {
                // of a policy that was not read from files, nothing is said
                if given.units.contains_key(&citation.span.source) {
                    astray.push(citation);
                }
                continue;
            };
            let outcome = match &entry.text {
                Ok(text) => citation::find(text, citation.heading.as_deref(), &citation.fragment),
                Err(_) => Outcome::Unverified,
            };
            entry.cited.push(Cited {
                citation,
                role,
                place,
                label: policy.places.get(place).map_or("", |p| p.label.as_str()),
                fragment: fragment(&citation.fragment),
                outcome,
            });
        }
        for entry in &mut entries {
            if let (Ok(text), Some(locked)) = (&entry.text, &entry.locked) {
                entry.comparison = Some(compare(text, &entry.cited, locked));
            }
        }
        Documents { entries, locks, required: given.required, astray }
    }
}

/// The digest of the lock, for a bundle; where a policy extends another and both have one, of both.
pub fn lock_digest(given: &Given, sources: &Sources) -> Option<String> {
    let texts = given.locks.values().filter_map(|l| sources.get(*l.as_ref().ok()?));
    let digests: Vec<String> =
        texts.filter_map(|source| Lock::parse(&source.text).ok()).map(|lock| lock.digest()).collect();
    match digests.as_slice() {
        [] => None,
        [one] => Some(one.clone()),
        several => Some(hexadecimal(&Sha256::digest(several.join("\n").as_bytes()))),
    }
}

impl Entry<'_> {
    /// How the sentence of a line of the lock read: in a former text, by its digest, preferably where it
    /// stood.
    pub fn read_before(&self, line: &Line) -> Option<(&Text, &Sentence)> {
        let all = || self.former.iter().flat_map(|text| text.sentences.iter().map(move |s| (text, s)));
        let same = |(_, sentence): &(&Text, &Sentence)| sentence.digest == line.sentence;
        let there = |(text, sentence): &(&Text, &Sentence)| text.path(sentence) == line.under;
        all().find(|found| same(found) && there(found)).or_else(|| all().find(same))
    }

    /// What a lock remembers of the text as it is now.
    pub fn lines(&self) -> Vec<Line> {
        let Ok(text) = &self.text else { return Vec::new() };
        let mut cites: Vec<Vec<Cite>> = vec![Vec::new(); text.sentences.len()];
        for cited in &self.cited {
            let Outcome::Found(found) = &cited.outcome else { continue };
            for at in found {
                if let Some(list) = cites.get_mut(*at) {
                    list.push(cited.remembered());
                }
            }
        }
        text.sentences
            .iter()
            .zip(cites)
            .map(|(sentence, mut cites)| {
                cites.sort();
                cites.dedup();
                Line {
                    sentence: sentence.digest.clone(),
                    sketch: format!("{:016x}", sentence.sketch),
                    under: text.path(sentence).to_owned(),
                    promising: !promising(&sentence.folded).is_empty(),
                    cites,
                }
            })
            .collect()
    }
}

/// The first digits of a fragment's digest.
fn fragment(words: &str) -> String {
    let mut digest = digest(std::iter::once(fold(words).as_str()));
    digest.truncate(8);
    digest
}

/// The document that a citation means: its folder's of that label, else that of a base.
fn meant(entries: &[Entry<'_>], unit: usize, label: Option<&str>) -> Option<usize> {
    let position = |wanted: &dyn Fn(&Entry<'_>) -> bool| entries.iter().position(wanted);
    let own: Vec<usize> =
        entries.iter().enumerate().filter(|(_, e)| e.unit == unit).map(|(i, _)| i).collect();
    position(&|e| e.unit == unit && e.label == label)
        .or(own.first().copied().filter(|_| own.len() == 1 && label.is_none()))
        .or_else(|| position(&|e| e.label == label))
}

/// All citations, with how they read and where they stand.
fn citations(policy: &Policy) -> Vec<(&Citation, Role, usize)> {
    let speaking = speaking(policy);
    let mut out = Vec::new();
    for (number, place) in policy.places.iter().enumerate() {
        let role = if speaking.get(number) == Some(&true) { Role::Encoded } else { Role::Informative };
        out.extend(place.cites.iter().map(|c| (c, role, number)));
    }
    for promise in &policy.promises {
        out.extend(promise.cites.iter().map(|c| (c, Role::Promised, promise.place)));
    }
    for informative in &policy.informative {
        out.extend(informative.cites.iter().map(|c| (c, Role::Informative, informative.place)));
    }
    out.sort_by_key(|(c, role, _)| (c.span, *role));
    out
}

/// Which places hold a norm or a promise, themselves or in a place within: a clause that says nothing
/// encodes nothing, whatever it cites.
fn speaking(policy: &Policy) -> Vec<bool> {
    let mut speaking = vec![false; policy.places.len()];
    let statements = policy.statements.iter().map(|s| s.place);
    let duties = policy.duties.iter().map(|d| d.place);
    let rights = policy.rights.iter().map(|r| r.place);
    let promises = policy.promises.iter().map(|p| p.place);
    for place in statements.chain(duties).chain(rights).chain(promises) {
        let mut at = Some(place);
        while let Some(here) = at {
            match speaking.get_mut(here) {
                Some(known) if !*known => *known = true,
                _ => break,
            }
            at = policy.places.get(here).and_then(|p| p.parent);
        }
    }
    speaking
}
