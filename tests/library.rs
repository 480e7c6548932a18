//! Holds `docs/library.md` true where it shows what the library brings along.
//!
//! `CAVEAT_BLESS=1 cargo test --test library` writes the tree anew.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::process::Command;

/// The command as the page shows it, behind `cargo`.
const COMMAND: &str = "tree --no-default-features -e normal --target x86_64-unknown-linux-gnu";

#[test]
fn the_page_shows_what_the_library_brings_along() {
    let root = env!("CARGO_MANIFEST_DIR");
    let run = Command::new(env!("CARGO"))
        .current_dir(root)
        .args(COMMAND.split(' '))
        .args(["--locked", "--offline"])
        .output();
    let run = run.expect("cargo runs");
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    // The folder is another one everywhere.
    let tree = String::from_utf8(run.stdout).expect("text").replace(&format!(" ({root})"), "");
    assert!(tree.starts_with("caveat v") && !tree.contains("pest"), "{tree}");

    let path = Path::new(root).join("docs/library.md");
    let page = std::fs::read_to_string(&path).expect("docs/library.md");
    let begin = format!("```console\n$ cargo {COMMAND}\n");
    let (before, rest) = page.split_once(&begin).expect("the page shows the command");
    let (shown, after) = rest.split_once("```\n").expect("the block ends");
    if std::env::var_os("CAVEAT_BLESS").is_some() {
        std::fs::write(&path, format!("{before}{begin}{tree}```\n{after}")).expect("docs/library.md");
        return;
    }
    assert_eq!(shown, tree, "`CAVEAT_BLESS=1 cargo test --test library` mends it");
}
