//! The document: what holds of any text, and what an author sees who edits the example's.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::document::sentences::sentences;
use caveat::document::text::{MAX_BYTES, MAX_SENTENCES, Text};
use caveat::source::SourceId;
use proptest::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;

const EXAMPLE: &str = include_str!("../policies/example/privacy-policy.md");

fn read(text: &str) -> Text {
    Text::read(SourceId(0), text).unwrap_or_else(|e| panic!("{}", e.message))
}

fn digests(text: &str) -> Vec<String> {
    read(text).sentences.into_iter().map(|s| s.digest).collect()
}

/// Prose as policies have it: words, marks, abbreviations, enumerators, typography.
fn prose() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "We share it",
        "Inc.",
        "e.g.",
        "U.S.",
        "No. 5",
        "(i)",
        "(b)",
        "1.",
        "“never”",
        "don’t",
        "?",
        "!",
        ". ",
        ", ",
        " ",
        "…",
        "—",
        "www.example.com",
        "Art. 6",
        "etc.",
        "ß",
        "数据。",
        "\u{a0}",
        "J. Smith",
    ]);
    prop::collection::vec(pieces, 0..40).prop_map(|p| p.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sentences_cover_every_byte_once(text in prop_oneof![prose(), "\\PC{0,200}"]) {
        let mut at = 0;
        for range in sentences(&text) {
            prop_assert_eq!(range.start, at);
            prop_assert!(range.end > range.start);
            at = range.end;
        }
        prop_assert_eq!(at, text.len());
    }

    #[test]
    fn no_text_is_too_odd_to_read(text in "[#>*_`|\\[\\]()<>a-zA-Z0-9 .\\n-]{0,300}") {
        for sentence in read(&text).sentences {
            prop_assert!(text.get(sentence.span.range()).is_some(), "{:?}", sentence.span);
        }
    }

    #[test]
    fn white_space_emphasis_and_quotes_change_no_digest(choices in prop::collection::vec(0..5u8, 400)) {
        let mut choices = choices.into_iter().cycle();
        let edited: Vec<String> = EXAMPLE.lines().map(|line| edit(line, &mut choices)).collect();
        prop_assert_eq!(digests(&edited.join("\n")), digests(EXAMPLE));
    }
}

/// Edits of a line that change how it looks.
fn edit(line: &str, choices: &mut impl Iterator<Item = u8>) -> String {
    let prose = line.starts_with(|c: char| c.is_alphabetic());
    let words = line.split(' ').map(|word| {
        let plain = prose && word.len() > 2 && word.chars().all(char::is_alphabetic);
        match choices.next() {
            Some(0) if plain => format!("*{word}*"),
            Some(1) if plain => format!("**{word}**"),
            Some(2) if prose => format!(" {word}"),
            Some(3) if prose => word.replace('"', "”").replace('\'', "’"),
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

#[test]
fn what_is_too_much_is_refused_with_the_limit() {
    let refused =
        |text: &str| Text::read(SourceId(0), text).map(|t| t.sentences.len()).map_err(|e| e.message);
    assert!(refused(&"a".repeat(MAX_BYTES + 1)).unwrap_err().contains(&MAX_BYTES.to_string()));
    assert_eq!(refused(&"- a.\n".repeat(MAX_SENTENCES)), Ok(MAX_SENTENCES));
    assert!(refused(&"- a.\n".repeat(MAX_SENTENCES + 1)).unwrap_err().contains(&MAX_SENTENCES.to_string()));
    assert!(refused(&format!("{} a", ">".repeat(101))).unwrap_err().contains("100 deep"));
}

/// A copy of the example that may be edited.
struct Copy {
    folder: tempfile::TempDir,
}

impl Copy {
    fn new() -> Copy {
        let folder = tempfile::tempdir().expect("a folder");
        for file in support::walk(&support::root().join("policies/example")).iter().filter(|f| f.is_file()) {
            std::fs::copy(file, folder.path().join(file.file_name().unwrap())).expect("a file");
        }
        Copy { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = std::fs::read_to_string(self.path(name)).expect("a text");
        assert!(text.contains(from), "{name} has no `{from}`");
        std::fs::write(self.path(name), text.replacen(from, to, 1)).expect("a file");
    }

    /// The exit code, and what is printed.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        run(self.folder.path(), arguments)
    }

    fn checks(&self) -> Vec<String> {
        let (_, report) = support::check(self.folder.path());
        report.findings.iter().map(|f| f.check.to_owned()).collect()
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_caveat"))
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("it runs");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap_or(-1), text)
}

#[test]
fn the_example_is_clean_and_read_whole() {
    let copy = Copy::new();
    assert_eq!(copy.checks(), Vec::<String>::new());
    let (code, text) = copy.run(&["coverage", "--fail-under", "100", "--require-document"]);
    assert_eq!(code, 0, "{text}");
    let lock = std::fs::read_to_string(copy.path("caveat.lock")).expect("a lock");
    assert_eq!(copy.run(&["lock"]).0, 0);
    assert_eq!(
        std::fs::read_to_string(copy.path("caveat.lock")).expect("a lock"),
        lock,
        "a lock is made anew as it was"
    );
    std::fs::remove_file(copy.path("caveat.lock")).expect("a lock");
    assert_eq!(copy.run(&["lock"]).0, 0);
    assert_eq!(std::fs::read_to_string(copy.path("caveat.lock")).expect("a lock"), lock);
}

#[test]
fn an_edited_promise_fails_until_it_is_accepted() {
    let copy = Copy::new();
    copy.edit("privacy-policy.md", "within 72 hours", "within 96 hours");
    copy.edit("statements.caveat", "we tell you within 72 hours", "we tell you within");
    let (code, text) = copy.run(&["check"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("error[changed-sentence]") && text.contains("within 96 hours"), "{text}");
    assert!(text.contains("caveat lock --accept breach"), "{text}");
    let (code, text) = copy.run(&["lock"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("not accepted: breach (changed)"), "{text}");
    assert_eq!(copy.run(&["check"]).0, 1, "what is not accepted still fails");
    let (code, text) = copy.run(&["lock", "--accept", "closing"]);
    assert_eq!(code, 2, "{text}");
    let (code, text) = copy.run(&["lock", "--accept", "breach"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("accepted: breach (changed)") && text.contains("within 96 hours"), "{text}");
    assert_eq!(copy.run(&["check"]).0, 0);
}

#[test]
fn a_former_text_shows_how_a_sentence_read_when_it_was_locked() {
    let copy = Copy::new();
    let former = std::fs::read_to_string(copy.path("privacy-policy.md")).expect("a document");
    std::fs::write(copy.path("former.md"), &former).expect("a file");
    std::fs::write(copy.path("older.md"), former.replace("within 72 hours", "within 48 hours"))
        .expect("a file");
    copy.edit("privacy-policy.md", "within 72 hours", "within 96 hours");
    copy.edit("statements.caveat", "we tell you within 72 hours", "we tell you within");
    let (_, text) = copy.run(&["check"]);
    assert!(text.contains("--old-document PATH") && !text.contains("72 hours"), "{text}");
    // a text that never had it as it was locked is not taken for one that had
    let (_, text) = copy.run(&["check", "--old-document", "older.md"]);
    assert!(text.contains("no former text that was named") && !text.contains("48 hours"), "{text}");
    let (_, text) = copy.run(&["check", "--old-document", "older.md", "--old-document", "former.md"]);
    assert!(text.contains("within 72 hours") && text.contains("within 96 hours"), "{text}");
    assert!(text.contains("as it read when it was locked") && !text.contains("48 hours"), "{text}");
    let (_, text) = copy.run(&["check", "--old-document", "former.md", "--format", "sarif"]);
    assert!(text.contains("former.md"), "{text}");
    let (code, text) = copy.run(&["lock", "--accept", "breach", "--old-document", "former.md"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("  was: ") && text.contains("within 72 hours"), "{text}");
    for wrong in ["nowhere.md", "ccpa=former.md"] {
        let (code, text) = copy.run(&["check", "--old-document", wrong]);
        assert_eq!(code, 2, "{text}");
    }
}

#[test]
fn a_former_text_tells_a_link_from_words() {
    let copy = Copy::new();
    std::fs::copy(copy.path("privacy-policy.md"), copy.path("former.md")).expect("a file");
    copy.edit("privacy-policy.md", "tidewheel.example/statutes", "tidewheel.example/rules");
    let (_, text) = copy.run(&["check", "--old-document", "former.md"]);
    assert!(text.contains("its words are the same: a link in it leads elsewhere"), "{text}");
}

#[test]
fn a_policy_whose_header_names_no_document_does_not_pass_for_verified() {
    let copy = Copy::new();
    copy.edit("policy.caveat", "document \"privacy-policy.md\";", "");
    let (code, text) = copy.run(&["check"]);
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("note[absent-document]: the header names no document, so "), "{text}");
    let (code, text) = copy.run(&["check", "--require-document"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("error[absent-document]"), "{text}");
}

#[test]
fn a_label_that_nothing_has_is_told_from_one_without_changes() {
    let copy = Copy::new();
    let (code, text) = copy.run(&["lock", "--accept", "no-sal"]);
    assert_eq!(code, 2);
    assert!(text.contains("no section or clause is called `no-sal`; did you mean `no-sale`?"), "{text}");
    let (code, text) = copy.run(&["lock", "--accept", "no-sale"]);
    assert_eq!(code, 2);
    assert!(text.contains("nothing that `no-sale` cites has changed"), "{text}");
}

#[test]
fn an_unread_sentence_is_shown_without_its_markup() {
    let copy = Copy::new();
    copy.edit(
        "privacy-policy.md",
        "## Contact",
        "We <b>never</b> [lend](https://x.example) *it*\non.\n\n## Contact",
    );
    let (_, text) = copy.run(&["coverage"]);
    assert!(text.contains(": We never lend it on."), "{text}");
}

#[test]
fn what_is_accepted_leaves_the_rest_to_be_accepted() {
    let copy = Copy::new();
    copy.edit("privacy-policy.md", "We never sell or rent", "We never sell or rent out");
    copy.edit("privacy-policy.md", "ask us for a copy of what", "ask us for a copy of all that");
    let (code, text) = copy.run(&["lock", "--accept", "no-sale"]);
    assert_eq!(code, 1, "{text}");
    assert!(text.contains("1 accepted, 1 still to be accepted"), "{text}");
    assert_eq!(copy.checks(), ["changed-sentence"]);
    assert_eq!(copy.run(&["lock", "--accept-all"]).0, 0);
    assert_eq!(copy.checks(), Vec::<String>::new());
}

#[test]
fn each_edit_of_the_document_has_its_message() {
    type Edit = (&'static str, &'static str, &'static [&'static str]);
    let edits: &[Edit] = &[
        // looks
        ("We never sell or rent", "We **never**\nsell or  rent", &[]),
        // words
        ("We never sell or rent", "We may sell or rent", &["citation-not-found"]),
        (
            "last four digits of your card, and",
            "last four digits of your card and its date, and",
            &["changed-sentence"],
        ),
        // links
        ("example/statutes", "example/other", &["changed-sentence"]),
        ("(#your-rights)", "(#rights)", &["broken-reference", "changed-sentence"]),
        ("\"Bookkeeping\" section", "\"Book-keeping\" section", &["broken-reference", "changed-sentence"]),
        // headings
        ("### Bookkeeping", "### Invoices", &["broken-reference", "missing-heading"]),
        ("# Tidewheel Cooperative: Privacy", "# Tidewheel Cooperative: privacy", &[]),
        // what is not cited
        ("## Contact\n", "## Contact\n\nWe like the sea.\n", &["outdated-lock"]),
        // companies and dates
        (
            "## Contact\n",
            "## Contact\n\nMaps are provided by Chartwright.\n",
            &["outdated-lock", "undeclared-company"],
        ),
        ("March 3, 2026", "March 4, 2026", &["citation-not-found", "stale-revision"]),
    ];
    for (from, to, expected) in edits {
        let copy = Copy::new();
        copy.edit("privacy-policy.md", from, to);
        let mut checks = copy.checks();
        checks.sort();
        assert_eq!(checks, *expected, "{from} -> {to}");
    }
}

#[test]
fn without_the_document_its_lock_still_counts() {
    let copy = Copy::new();
    let (_, whole) = copy.run(&["coverage", "--format", "json"]);
    std::fs::remove_file(copy.path("privacy-policy.md")).expect("a document");
    assert_eq!(copy.checks(), ["absent-document"]);
    assert_eq!(copy.run(&["check"]).0, 0);
    assert_eq!(copy.run(&["check", "--require-document"]).0, 1);
    assert_eq!(copy.run(&["lock"]).0, 2);
    let (_, locked) = copy.run(&["coverage", "--format", "json"]);
    let total = |text: &str| {
        let json: serde_json::Value = serde_json::from_str(text).expect("JSON");
        let document = &json["documents"][0];
        (document["sentences"].clone(), document["encoded"].clone(), document["unread"].clone())
    };
    assert_eq!(total(&whole), total(&locked));
    let elsewhere = copy.path("elsewhere.md");
    std::fs::write(&elsewhere, EXAMPLE).expect("a file");
    assert_eq!(copy.run(&["check", "--fail-level", "note", "--document", "elsewhere.md"]).0, 0);
    assert_eq!(copy.run(&["check", "--document", "nowhere.md"]).0, 2);
    assert_eq!(copy.run(&["check", "--document", "ccpa=elsewhere.md"]).0, 2);
}

#[test]
fn coverage_puts_first_what_sounds_like_a_promise() {
    let copy = Copy::new();
    copy.edit(
        "privacy-policy.md",
        "## Contact\n",
        "## Contact\n\nWe like the sea. We may share your position.\n",
    );
    let (code, text) = copy.run(&["coverage", "--fail-under", "99.9"]);
    assert_eq!(code, 1, "{text}");
    let promising = text.find("We may share your position").expect("it is listed");
    assert!(promising < text.find("We like the sea").expect("it is listed"), "{text}");
    assert!(text.contains("says: may, share"), "{text}");
    assert!(text.contains("fewer are read than the 99.9 % that --fail-under asks for"), "{text}");
    let (code, text) = copy.run(&["coverage", "--fail-under", "90"]);
    assert!(code == 0 && !text.contains("fewer are read"), "{text}");
}

#[test]
fn the_bundle_carries_the_digest_of_the_lock() {
    let copy = Copy::new();
    let built = |name: &str| {
        let (code, text) = copy.run(&["build", "-o", name]);
        assert_eq!(code, 0, "{text}");
        std::fs::read_to_string(copy.path(name)).expect("a bundle")
    };
    let with = built("one.json");
    assert!(with.contains("\"lock\":\""), "{with}");
    // the bytes are those of policy and lock, whether the text is at hand or not
    std::fs::remove_file(copy.path("privacy-policy.md")).expect("a document");
    assert_eq!(built("two.json"), with);
    std::fs::remove_file(copy.path("caveat.lock")).expect("a lock");
    assert!(!built("three.json").contains("\"lock\":\""));
}

#[test]
fn the_page_lists_the_words_that_the_tool_listens_for() {
    let page = include_str!("../docs/document.md");
    for word in caveat::document::words::PROMISING {
        assert!(page.contains(&format!("`{word}`")), "docs/document.md does not list `{word}`");
    }
}
