//! The remedies of findings, put into the texts that they are about.
//!
//! Takes findings and sources; gives new texts. A remedy goes in whole or not at all: one that
//! touches what another has changed already is left for the next time.

use super::{Edit, Finding};
use crate::source::{SourceId, Sources, Span};
use std::collections::BTreeMap;

/// A text with remedies put in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fixed {
    /// What it says now.
    pub text: String,
    /// How many findings had their remedy put in.
    pub count: usize,
}

/// The texts that remedies change, by source; those of other sources are left alone.
pub fn apply(findings: &[Finding], sources: &Sources, may: &[SourceId]) -> BTreeMap<SourceId, Fixed> {
    let mut taken: BTreeMap<(SourceId, u32), &Edit> = BTreeMap::new();
    let mut counts: BTreeMap<SourceId, usize> = BTreeMap::new();
    for fix in findings.iter().filter_map(|f| f.fix.as_ref()) {
        let free = |edit: &Edit| {
            let Span { source, end, .. } = edit.span;
            // Those taken are apart, so the last that begins before this one ends tells.
            let last = taken.range((source, 0)..=(source, end)).next_back();
            may.contains(&source) && last.is_none_or(|(_, other)| other.span.end < edit.span.start)
        };
        if fix.edits.iter().all(free) {
            taken.extend(fix.edits.iter().map(|edit| ((edit.span.source, edit.span.start), edit)));
            if let Some(first) = fix.edits.first() {
                *counts.entry(first.span.source).or_default() += 1;
            }
        }
    }
    // From the end of a text to its beginning, so that places stay what they are.
    let mut out: BTreeMap<SourceId, Fixed> = BTreeMap::new();
    for edit in taken.into_values().rev() {
        let source = edit.span.source;
        let Some(whole) = sources.get(source) else { continue };
        let count = counts.get(&source).copied().unwrap_or_default();
        let fixed = out.entry(source).or_insert_with(|| Fixed { text: whole.text.to_string(), count });
        put(&mut fixed.text, edit);
    }
    out
}

fn put(text: &mut String, edit: &Edit) {
    let mut range = edit.span.range();
    if text.get(range.clone()).is_none() {
        return;
    }
    // Where nothing is left of a line, the line goes too.
    let line_start = text.get(..range.start).and_then(|t| t.rfind('\n')).map_or(0, |at| at + 1);
    let line_end = text.get(range.end..).and_then(|t| t.find('\n')).map(|at| range.end + at + 1);
    let alone = |r: std::ops::Range<usize>| text.get(r).is_some_and(|t| t.trim().is_empty());
    if let Some(line_end) = line_end
        && edit.replacement.is_empty()
        && alone(line_start..range.start)
        && alone(range.end..line_end)
    {
        range = line_start..line_end;
    }
    text.replace_range(range, &edit.replacement);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Level;

    fn finding(span: Span, replacement: &str) -> Finding {
        Finding::new("syntax", Level::Error, "m", span).fix("t", span, replacement)
    }

    #[test]
    fn what_touches_waits_and_empty_lines_go() {
        let mut sources = Sources::default();
        let source = sources.add("a", "one two\n  three\nfour");
        let at = |start, end| Span { source, start, end };
        let findings = [
            finding(at(0, 3), "1"),
            finding(at(3, 7), " 2"),
            finding(at(10, 15), ""),
            finding(at(16, 20), "4"),
        ];
        let fixed = apply(&findings, &sources, &[source]);
        assert_eq!(fixed.get(&source), Some(&Fixed { text: "1 two\n4".to_owned(), count: 3 }));
        assert!(apply(&findings, &sources, &[]).is_empty());
    }
}
