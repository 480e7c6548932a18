//! Every key of `caveat.toml` does what its page says, and what the command line says goes before it.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::Path;
use std::process::Command;

const POLICY: &str = r#"policy shop "Shop" {
  issuer   Shop;
  document "privacy.md";
}

party Shop "the shop";
people Customer "who buys";
data Address "where the customer lives";
purpose Delivery "bringing the parcel";

section delivery "Delivery" {
  clause parcels {
    cites "use your address";
    may collect Address of Customer for Delivery;
    may use Address of Customer;
  }
}
"#;

const DOCUMENT: &str =
    "# Privacy\n\n## Delivery\n\nWe use your address to bring you your parcel.\n\nWrite to us.\n";

/// A policy with a warning (a permission for any purpose) and a text of which half is read.
struct Shop(tempfile::TempDir);

impl Shop {
    fn new(configuration: &str) -> Shop {
        let shop = Shop(tempfile::tempdir().expect("a folder"));
        shop.write("policy.caveat", POLICY);
        shop.write("privacy.md", DOCUMENT);
        shop.write("caveat.toml", configuration);
        shop
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.0.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("a file");
    }

    /// The exit code, and all that is said.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        run(self.0.path(), arguments)
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.path().join(name)).expect("a file");
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (i32, String) {
    let tool = Command::new(env!("CARGO_BIN_EXE_caveat")).args(arguments).current_dir(folder).output();
    let output = tool.expect("the tool runs");
    let said = [output.stdout, output.stderr].map(|text| String::from_utf8(text).expect("a text")).concat();
    (output.status.code().expect("a code"), said)
}

#[test]
fn the_page_lists_all_keys_and_is_right() {
    let page = include_str!("../docs/checks/configuration.md");
    let example =
        page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
    let shop = Shop::new(example);
    let (_, said) = shop.run(&["check", "--format", "json"]);
    assert!(!said.contains("\"configuration\""), "{said}");
    // what can be set is what the example sets
    for table in ["", "[format]\n", "[coverage]\n"] {
        shop.write("caveat.toml", &format!("{table}zzzzzzzzzzzz = 1\n"));
        let (_, said) = shop.run(&["check"]);
        let listed =
            said.split("what can be set here: ").nth(1).and_then(|l| l.lines().next()).expect("a list");
        for key in listed.split(", ") {
            let shown = example.lines().any(|l| {
                l.starts_with(&format!("{key} ="))
                    || l == format!("[{key}]")
                    || l.starts_with(&format!("[{key}] "))
            });
            assert!(shown, "the page does not show `{key}`");
        }
    }
}

#[test]
fn the_fail_level() {
    assert_eq!(Shop::new("").run(&["check"]).0, 0);
    for (level, code) in [("error", 0), ("warning", 1), ("note", 1), ("never", 0)] {
        let shop = Shop::new(&format!("fail-level = \"{level}\"\n"));
        assert_eq!(shop.run(&["check"]).0, code, "{level}");
        assert_eq!(shop.run(&["check", "--fail-level", "warning"]).0, 1, "{level}");
        assert_eq!(shop.run(&["check", "--fail-level", "never"]).0, 0, "{level}");
    }
}

#[test]
fn the_levels_of_checks() {
    let shop = Shop::new("[levels]\nvague-permission = \"error\"\n");
    let (code, said) = shop.run(&["check"]);
    assert!(code == 1 && said.contains("error[vague-permission]"), "{said}");
    assert_eq!(shop.run(&["build", "-o", "b.json"]).0, 1);
    let shop = Shop::new("[levels]\nvague-permission = \"note\"\n");
    let (code, said) = shop.run(&["check", "--fail-level", "warning"]);
    assert!(code == 0 && said.contains("note[vague-permission]"), "{said}");
}

#[test]
fn the_place_of_the_document() {
    for (header, key) in [
        ("document", "document = \"texts/other.md\"\n"),
        ("document ccpa", "[documents]\nccpa = \"texts/other.md\"\n"),
    ] {
        let shop = Shop::new(key);
        shop.write("policy.caveat", &POLICY.replace("document", header));
        let verified = |said: &str| !said.contains("absent-document") && !said.contains("citation-not-found");
        let (_, said) = shop.run(&["check"]);
        assert!(said.contains("absent-document"), "{said}");
        shop.write("texts/other.md", DOCUMENT);
        let (_, said) = shop.run(&["check"]);
        assert!(verified(&said) && said.contains("outdated-lock"), "{said}");
        // the path starts from the folder of the file, wherever one stands
        let (_, said) = run(Path::new("/"), &["check", shop.0.path().to_str().expect("a name")]);
        assert!(verified(&said), "{said}");
        shop.write("empty.md", "# Privacy\n\n## Delivery\n\nNothing.\n");
        let option = if header == "document" { "empty.md" } else { "ccpa=empty.md" };
        let (_, said) = shop.run(&["check", "--document", option]);
        assert!(said.contains("citation-not-found"), "{said}");
    }
}

#[test]
fn whether_the_document_must_be_there() {
    let shop = Shop::new("require-document = true\n");
    assert_eq!(shop.run(&["lock"]).0, 0);
    assert_eq!(shop.run(&["coverage"]).0, 0);
    shop.remove("privacy.md");
    for verb in [&["check"][..], &["build", "-o", "b.json"], &["coverage"]] {
        assert_ne!(shop.run(verb).0, 0, "{verb:?}");
    }
    shop.write("caveat.toml", "require-document = false\n");
    for verb in [&["check"][..], &["build", "-o", "b.json"], &["coverage"]] {
        assert_eq!(shop.run(verb).0, 0, "{verb:?}");
    }
    assert_eq!(shop.run(&["check", "--require-document"]).0, 1);
    assert_eq!(shop.run(&["coverage", "--require-document"]).0, 2);
}

#[test]
fn the_threshold_of_coverage() {
    for (least, code) in [("50", 0), ("50.5", 1), ("100", 1)] {
        let shop = Shop::new(&format!("[coverage]\nfail-under = {least}\n"));
        assert_eq!(shop.run(&["coverage"]).0, code, "{least}");
        assert_eq!(shop.run(&["coverage", "--fail-under", "50"]).0, 0);
        assert_eq!(shop.run(&["coverage", "--fail-under", "51"]).0, 1);
    }
}

#[test]
fn the_width_of_lines() {
    let shop = Shop::new("[format]\nwidth = 40\n");
    assert_eq!(shop.run(&["fmt", "--check"]).0, 1);
    assert_eq!(shop.run(&["fmt", "--check", "--width", "100"]).0, 0);
    assert_eq!(shop.run(&["fmt"]).0, 0);
    let text = std::fs::read_to_string(shop.0.path().join("policy.caveat")).expect("a policy");
    assert!(text.contains("may collect Address of Customer\n      for Delivery;"), "{text}");
    assert_eq!(shop.run(&["fmt", "--check"]).0, 0);
}

#[test]
fn a_mistake_in_it_is_passed_over_by_no_verb_that_goes_by_it() {
    let shop = Shop::new("[coverage]\nfail-undr = 100\n[format]\nwidht = 40\n");
    shop.write("tests.caveat", "test parcels {\n  prohibited sell Address of Customer;\n}\n");
    for verb in
        [&["check"][..], &["build", "-o", "b.json"], &["coverage"], &["fmt", "--check"], &["test"], &["lock"]]
    {
        let (code, said) = shop.run(verb);
        assert_ne!(code, 0, "{verb:?}");
        assert_eq!(said.matches("did you mean `width`?").count(), 1, "{verb:?}: {said}");
        assert!(
            said.contains("did you mean `fail-under`?") && said.contains("did you mean `width`?"),
            "{said}"
        );
        assert!(said.contains("caveat.toml:2:1"), "{verb:?}: {said}");
    }
    assert_eq!(shop.run(&["fmt", "--check", "--width", "100"]).0, 0);
}

#[test]
fn the_nearest_file_counts() {
    let shop = Shop::new("fail-level = \"warning\"\n");
    shop.write(
        "below/policy.caveat",
        &POLICY.replace("document \"privacy.md\";", "document \"../privacy.md\";"),
    );
    assert_eq!(shop.run(&["check", "below"]).0, 1);
    shop.write("below/caveat.toml", "fail-level = \"error\"\n");
    assert_eq!(shop.run(&["check", "below"]).0, 0);
}
