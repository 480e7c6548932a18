//! What the checks of citations share: who cites what, and how a sentence is shown.

use super::{Check, Context};
use crate::diagnostic::{Finding, Subject};
use crate::document::compare::Change;
use crate::document::documents::{Cited, Entry};
use crate::document::lock::Line;
use crate::document::text::{Sentence, Text};
use crate::source::Span;

/// Every citation of a document that is at hand.
pub fn citations<'a>(
    context: &'a Context<'_>,
) -> impl Iterator<Item = (&'a Entry<'a>, &'a Text, &'a Cited<'a>)> {
    context.documents.entries.iter().flat_map(|entry| {
        let text = entry.text.as_ref().ok();
        text.into_iter().flat_map(move |text| entry.cited.iter().map(move |cited| (entry, text, cited)))
    })
}

/// A finding with the sentences of these numbers in the same picture.
pub fn with_sentences(
    mut finding: Finding,
    text: &Text,
    sentences: &[usize],
    words: impl Fn(&Text, usize) -> String,
) -> Finding {
    for at in sentences {
        if let Some(sentence) = text.sentences.get(*at) {
            finding = finding.and(sentence.span, whole(sentence, &words(text, *at)));
        }
    }
    finding
}

/// How many characters of a sentence are written out.
const QUOTED: usize = 400;

/// Words about a sentence, with all of it where the picture shows one line of several.
pub fn whole(sentence: &Sentence, words: &str) -> String {
    if sentence.wraps { format!("{words}: {}", quoted(sentence)) } else { words.to_owned() }
}

fn quoted(sentence: &Sentence) -> String {
    let mut words: String = sentence.folded.chars().take(QUOTED).collect();
    if words.len() < sentence.folded.len() {
        words.push('…');
    }
    format!("“{words}”")
}

/// The heading of a sentence, in words.
pub fn heading(text: &Text, sentence: usize) -> String {
    let heading = text.sentences.get(sentence).and_then(|s| text.heading(s));
    heading.map_or_else(|| "above the first heading".to_owned(), |h| format!("under `{h}`"))
}

/// Where the heading of a document is written that a title means.
pub fn heading_span(text: &Text, heading: usize) -> Option<Span> {
    text.headings.get(heading).map(|h| h.span)
}

/// The words that a policy folder has behind `caveat lock`.
pub fn lock_command(entry: &Entry<'_>, labels: &[&str]) -> String {
    let folder = if entry.folder == "." { String::new() } else { format!(" {}", entry.folder) };
    let accept: String = labels.iter().map(|l| format!(" --accept {l}")).collect();
    format!("`caveat lock{folder}{accept}`")
}

/// The same finding with the sentence of a line of the lock as it read then, where a former text has it;
/// else how to have it shown.
pub fn with_former(finding: Finding, entry: &Entry<'_>, line: &Line) -> Finding {
    match entry.read_before(line) {
        Some((_, sentence)) => finding.and(sentence.span, whole(sentence, "as it read when it was locked")),
        None if entry.former.is_empty() => {
            let option = entry.label.map_or(String::new(), |label| format!("{label}="));
            finding.note(format!(
                "the lock keeps no words: to see how it read, name a former text: `--old-document {option}PATH`"
            ))
        }
        None => finding.note("no former text that was named has it as it was locked"),
    }
}

/// What became of a cited sentence, with all that is needed to word it.
pub struct Changed<'a> {
    /// Its document.
    pub entry: &'a Entry<'a>,
    /// The text as it is now.
    pub text: &'a Text,
    /// What the lock remembers of it.
    pub line: &'a Line,
    /// What happened.
    pub change: &'a Change,
}

/// Every change of a cited sentence since the locks were written.
pub fn changes<'a>(context: &'a Context<'_>) -> Vec<Changed<'a>> {
    let mut out = Vec::new();
    for entry in &context.documents.entries {
        let (Ok(text), Some(locked), Some(comparison)) = (&entry.text, &entry.locked, &entry.comparison)
        else {
            continue;
        };
        for change in &comparison.changes {
            if let Some(line) = locked.sentences.get(change.line) {
                out.push(Changed { entry, text, line, change });
            }
        }
    }
    out
}

impl<'a> Changed<'a> {
    /// The labels that rested on it, sorted.
    pub fn labels(&self) -> Vec<&'a str> {
        let mut labels: Vec<&str> = self.line.cites.iter().map(|c| c.by.as_str()).collect();
        labels.dedup();
        labels
    }

    /// The clauses that still cite it.
    pub fn subjects(&self, context: &Context<'_>) -> Vec<Subject> {
        let cited = self.change.cited.iter().filter_map(|c| self.entry.cited.get(*c));
        cited.map(|c| context.subjects().place(c.place)).collect()
    }

    /// Where it stood: the lock has headings as they stand in links.
    pub fn stood(&self) -> String {
        if let Some((text, sentence)) = self.entry.read_before(self.line)
            && let Some(heading) = text.heading(sentence)
        {
            return format!("under `{heading}`");
        }
        match self.line.under.rsplit('/').next() {
            None | Some("") => "at the top of the document".to_owned(),
            Some(slug) => format!("under the heading with the link `#{slug}`"),
        }
    }

    /// The same finding with the sentence as it read when it was locked, where a former text has it.
    pub fn with_former(&self, finding: Finding) -> Finding {
        with_former(finding, self.entry, self.line)
    }

    /// A finding at the citations of it, or at the name of the document where there is none any more.
    pub fn finding(&self, context: &Context<'_>, check: &Check, message: String) -> Finding {
        let mut spans: Vec<Span> = self
            .change
            .cited
            .iter()
            .filter_map(|c| self.entry.cited.get(*c))
            .map(|c| c.citation.span)
            .collect();
        spans.sort_unstable();
        let Some((first, others)) = spans.split_first() else {
            return check.finding(message, self.entry.span).at("in this document");
        };
        let finding = check.finding(message, *first).at("cited here").about(self.subjects(context));
        others.iter().fold(finding, |finding, span| finding.and(*span, "and here"))
    }
}

/// Labels in a sentence: `a`, `a` and `b`, or `a`, `b` and `c`.
pub fn listed(labels: &[&str]) -> String {
    let quoted: Vec<String> = labels.iter().map(|l| format!("`{l}`")).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
        None => "a citation".to_owned(),
    }
}
