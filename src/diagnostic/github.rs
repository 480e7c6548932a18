//! Findings for GitHub Actions: workflow commands that become annotations of a pull request.
//!
//! Takes findings and the sources that they point into; gives one line each. Total: every finding
//! is written (GitHub itself shows ten of a step and level). Columns are given where a place lies on
//! one line, as the service wants it.

use super::{Finding, Level};
use crate::source::Sources;

/// All findings, a line each.
pub fn render(findings: &[Finding], sources: &Sources) -> String {
    findings.iter().map(|finding| line(finding, sources)).collect()
}

/// What could not be read, as a line.
pub fn failure(why: &str) -> String {
    format!("::error title=caveat::{}\n", data(why))
}

fn line(finding: &Finding, sources: &Sources) -> String {
    let command = match finding.level {
        Level::Note => "notice",
        Level::Warning => "warning",
        Level::Error => "error",
    };
    let mut place = String::new();
    if let Some(source) = sources.get(finding.primary.span.source) {
        let start = source.position(finding.primary.span.start as usize);
        let end = source.position(finding.primary.span.end as usize);
        place = format!("file={},line={},endLine={}", property(&source.name), start.line, end.line);
        if start.line == end.line {
            place.push_str(&format!(",col={},endColumn={}", start.column, end.column));
        }
        place.push(',');
    }
    format!("::{command} {place}title={}::{}\n", property(finding.check), data(&text(finding, sources)))
}

/// All that a finding says, with the places of its other sides.
fn text(finding: &Finding, sources: &Sources) -> String {
    let mut text = finding.message.clone();
    for label in &finding.secondary {
        if let Some(source) = sources.get(label.span.source) {
            let line = source.position(label.span.start as usize).line;
            text.push_str(&format!("\n{}:{line}: {}", source.name, label.text));
        }
    }
    if let Some(witness) = &finding.witness {
        text.push_str(&format!("\nwitness: {}", witness.words));
    }
    finding.notes.iter().for_each(|note| text.push_str(&format!("\n{note}")));
    finding.help.iter().for_each(|help| text.push_str(&format!("\nhelp: {help}")));
    text
}

/// A message, in which line ends and the sign of escapes are escaped.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, in which the signs that end one are escaped too.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Span;

    #[test]
    fn a_finding_is_one_line_whatever_it_says() {
        let mut sources = Sources::default();
        let source = sources.add("a,b.caveat", "é may\nshare X;\n");
        let at = |start, end| Span { source, start, end };
        let findings = [
            Finding::new("crossing", Level::Warning, "50% of\nit", at(3, 6))
                .and(at(7, 12), "here")
                .help("stop"),
            Finding::new("redundant", Level::Note, "m", at(0, 12)),
        ];
        assert_eq!(
            render(&findings, &sources),
            "::warning file=a%2Cb.caveat,line=1,endLine=1,col=3,endColumn=6,title=crossing::\
             50%25 of%0Ait%0Aa,b.caveat:2: here%0Ahelp: stop\n\
             ::notice file=a%2Cb.caveat,line=1,endLine=2,title=redundant::m\n"
        );
    }
}
