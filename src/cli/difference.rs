//! Two texts side by side, as patches are written.

use crate::diagnostic::human::Style;
use similar::{ChangeTag, TextDiff};

/// The lines that differ, with three around them, as patches are written.
pub fn difference(name: &str, old: &str, new: &str, style: Style) -> String {
    let diff = TextDiff::from_lines(old, new);
    if style == Style::Plain {
        return diff.unified_diff().header(name, name).to_string();
    }
    let mut out = format!("\u{1b}[1m--- {name}\n+++ {name}\u{1b}[0m\n");
    for hunk in diff.unified_diff().iter_hunks() {
        out.push_str(&format!("\u{1b}[36m{}\u{1b}[0m\n", hunk.header()));
        for change in hunk.iter_changes() {
            let (sign, colour) = match change.tag() {
                ChangeTag::Delete => ("-", "\u{1b}[31m"),
                ChangeTag::Insert => ("+", "\u{1b}[32m"),
                ChangeTag::Equal => (" ", ""),
            };
            let end = if colour.is_empty() { "" } else { "\u{1b}[0m" };
            out.push_str(&format!("{colour}{sign}{}{end}\n", change.value().trim_end_matches('\n')));
        }
    }
    out
}
