//! Any bytes: the parser ends, gives the same tree each time, and every span lies in the text, at
//! the borders of characters. What it finds can be shown.

#![no_main]

use caveat::diagnostic::human::{Style, render};
use caveat::source::Sources;
use caveat::syntax;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let once = parsed(text);
    assert_eq!(once, parsed(text), "the same text gives another tree");
});

/// The tree and the findings as text.
fn parsed(text: &str) -> String {
    let mut sources = Sources::default();
    let id = sources.add("policy.caveat", text);
    let (tree, findings) = syntax::parse(&sources, id);
    let said = format!("{tree:?} {findings:?}");
    spans(&said, text);
    let (question, mistakes) = syntax::parse_question(&sources, id);
    spans(&format!("{question:?} {mistakes:?}"), text);
    said + &render(&findings, &sources, Style::Plain) + &render(&mistakes, &sources, Style::Plain)
}

/// Every span of a tree, of whatever node: as the tree is printed, `start: 1, end: 2`.
fn spans(said: &str, text: &str) {
    if text.contains("SourceId") {
        return; // it could look like a span itself
    }
    for rest in said.split("SourceId(0), start: ").skip(1) {
        let number = |text: &str| {
            text.split(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse::<usize>().ok())
        };
        let start = number(rest);
        let end = rest.split_once(", end: ").and_then(|(_, end)| number(end));
        let (Some(start), Some(end)) = (start, end) else { continue };
        assert!(text.get(start..end).is_some(), "{start}..{end} is no part of the text");
    }
}
