//! Coverage for people: a table by file, and what is missing.

use super::{Tested, percent};
use crate::source::{SourceId, Span};
use crate::testing::coverage::{Condition, Coverage, Covered, Share, Side};

/// A longer statement is shown by its beginning.
const LONGEST: usize = 90;

/// The text; nothing where coverage was not asked for.
pub fn render(tested: &Tested<'_>) -> String {
    let Some(coverage) = &tested.coverage else { return String::new() };
    let mut out = table(tested, coverage);
    let rows = |wanted: &dyn Fn(&Covered) -> bool| -> Vec<(Span, String)> {
        let rows = coverage.statements.iter().filter(|s| wanted(s));
        rows.map(|s| (s.span, labelled(&s.label, tested.words(s.span)))).collect()
    };
    let sides = |side: &dyn Fn(&Condition) -> Side| -> Vec<(Span, String)> {
        let rows = coverage.conditions.iter().filter(|c| side(c).can && side(c).hits == 0);
        rows.map(|c| (c.span, condition(tested, c))).collect()
    };
    out.push_str(&counted(tested, coverage));
    let undecided = |s: &Covered| s.hits == 0 && s.counts();
    let lists = [
        ("no test has these decide:", rows(&undecided)),
        ("no test asks where these conditions hold:", sides(&|c| c.holds)),
        ("no test asks where these conditions fail:", sides(&|c| c.fails)),
        ("these can never decide, and are not counted:", rows(&|s| !s.counts())),
    ];
    for (title, rows) in lists.into_iter().filter(|(_, rows)| !rows.is_empty()) {
        out.push_str(&format!("\n{title}\n"));
        for (span, words) in rows {
            out.push_str(&format!("  {}:{} {}\n", tested.file(span), tested.line(span), cut(&words)));
        }
    }
    out
}

/// What is counted as a statement, where that is not just what `caveat check` counts.
fn counted(tested: &Tested<'_>, coverage: &Coverage) -> String {
    let rights = tested.policy.statements.iter().filter(|s| s.right.is_some()).count();
    let all = coverage.statements.len();
    let counts = coverage.of_statements().of;
    if rights == 0 && counts == all {
        return String::new();
    }
    let fulfilments = match rights {
        0 => String::new(),
        n => format!(" and {} of rights", several(n, "fulfilment")),
    };
    let silent = match all - counts {
        0 => String::new(),
        n => format!(", less {n} that can never decide"),
    };
    format!("(counted: {}{fulfilments}{silent})\n", several(all - rights, "statement"))
}

fn several(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A condition by its own words, or as that in front of a section or clause.
fn condition(tested: &Tested<'_>, condition: &Condition) -> String {
    let words = tested.words(condition.span);
    if words == condition.label {
        return format!("{words}: the condition in front");
    }
    labelled(&condition.label, words)
}

/// A text behind its label, which it may begin with itself.
fn labelled(label: &str, words: String) -> String {
    match words.strip_prefix(label).is_some_and(|rest| rest.trim_start().starts_with(':')) {
        true => words,
        false => format!("{label}: {words}"),
    }
}

fn cut(words: &str) -> String {
    match words.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", words.get(..at).unwrap_or_default()),
        None => words.to_owned(),
    }
}

fn table(tested: &Tested<'_>, coverage: &Coverage) -> String {
    let mut files: Vec<SourceId> = coverage.statements.iter().map(|s| s.span.source).collect();
    files.sort_unstable();
    files.dedup();
    let mut rows: Vec<(String, Share, Share)> = files
        .into_iter()
        .map(|file| {
            let part = part(coverage, file);
            let name = tested.sources.get(file).map_or("", |source| source.name.as_str());
            (name.to_owned(), part.of_statements(), part.of_conditions())
        })
        .collect();
    rows.push(("in all".to_owned(), coverage.of_statements(), coverage.of_conditions()));
    let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0).max("file".len());
    let mut out = format!("{:width$}  {:>19}  {:>19}\n", "file", "statements", "conditions");
    for (name, statements, conditions) in rows {
        out.push_str(&format!("{name:width$}  {:>19}  {:>19}\n", share(statements), share(conditions)));
    }
    out
}

fn share(share: Share) -> String {
    match share.of {
        0 => "-".to_owned(),
        of => format!("{}/{of} {:>9}", share.covered, percent(share.hundredths())),
    }
}

/// What of the coverage is of one file.
fn part(coverage: &Coverage, file: SourceId) -> Coverage {
    Coverage {
        statements: coverage.statements.iter().filter(|s| s.span.source == file).cloned().collect(),
        conditions: coverage.conditions.iter().filter(|c| c.span.source == file).cloned().collect(),
    }
}
