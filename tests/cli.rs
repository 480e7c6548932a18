//! The tool from outside: exit codes, flags, files that cannot be read, bundles and questions.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A policy in which nothing is wrong that stops a build.
const GOOD: &str = r#"policy shop "Shop" { issuer Shop; }
people Customer "who buys";
party Shop "the shop";
parties Carrier "brings parcels" { Post "the post"; Courier "a courier"; }
data Address "where the customer lives";
purpose Delivery "bringing the parcel";
purpose Marketing "letters about offers";
fact opted_in "the customer asked for letters";
clause delivery { cites "we give your address to the post"; may share Address of Customer to Post for Delivery; }
clause letters { may use Address for Marketing when opted_in; }
clause never-sold { must not sell Address to any; }
"#;

/// A permission and its exact opposite.
const BAD: &str = r#"policy shop "Shop" { issuer Shop; }
people Customer "who buys";
party Shop "the shop";
parties Carrier "brings parcels" { Post "the post"; }
data Address "where the customer lives";
purpose Delivery "bringing the parcel";
clause delivery { may share Address of Customer to Post for Delivery; }
clause nobody { must not share Address to any; }
"#;

/// A prohibition that reads as an exception, and is not written as one.
const DOUBTFUL: &str = r#"policy shop "Shop" { issuer Shop; }
people Customer "who buys" { Child "who is not of age"; }
party Shop "the shop";
data Address "where the customer lives";
purpose Delivery "bringing the parcel";
clause delivery { may use Address of Customer for Delivery; }
clause children { must not use Address of Child for Delivery; }
"#;

/// A misspelt name.
const MISSPELT: &str = r#"policy shop "Shop" { issuer Shop; }
party Shop "the shop";
data Address "where the customer lives";
purpose Delivery "bringing the parcel";
clause delivery { may use Adress for Delivery; }
"#;

/// A folder that goes when the test ends.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        for (name, text) in files {
            folder.write(name, text.as_bytes());
        }
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        run(self.0.path(), arguments, &[])
    }
}

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Ran {
    #[track_caller]
    fn code(self, expected: i32) -> Ran {
        assert_eq!(self.code, expected, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn says(self, words: &str) -> Ran {
        assert!(self.out.contains(words), "no `{words}` in stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    #[track_caller]
    fn complains(self, words: &str) -> Ran {
        assert!(self.err.contains(words), "no `{words}` in stderr:\n{}\nstdout:\n{}", self.err, self.out);
        self
    }

    #[track_caller]
    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}:\n{}\n{}", self.out, self.err))
    }
}

fn run(current: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ran {
    run_with(current, arguments, variables, b"")
}

/// Runs the tool with something on its standard input.
fn run_with(current: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &[u8]) -> Ran {
    let mut file = tempfile::tempfile().expect("a file");
    file.write_all(input).and_then(|()| file.rewind()).expect("it is written");
    let output = Command::new(env!("CARGO_BIN_EXE_caveat"))
        .args(arguments)
        .current_dir(current)
        .env_remove("SOURCE_DATE_EPOCH")
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .stdin(Stdio::from(file))
        .output()
        .expect("the tool runs");
    Ran {
        code: output.status.code().expect("an exit code"),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

#[test]
fn check_exits_with_0_1_or_2() {
    let folder = Folder::new(&[("good/a.caveat", GOOD), ("bad/a.caveat", BAD), ("empty/x.txt", "")]);
    folder.run(&["check", "good"]).code(0).says("shop: ");
    folder.run(&["check", "bad"]).code(1).says("error[void-permission]");
    folder.run(&["check", "nowhere"]).code(2).complains("`nowhere`: no such file or folder");
    folder.run(&["check", "empty"]).code(2).complains("there is no `.caveat` file here");
    folder.run(&["check", "empty/x.txt"]).code(2).complains("not a policy");
    folder.run(&["check", "bad", "nowhere"]).code(2).says("error[void-permission]");
}

#[test]
fn check_searches_the_current_folder_where_no_path_is_given() {
    let folder = Folder::new(&[("good/a.caveat", GOOD), ("deep/bad/a.caveat", BAD)]);
    let ran = folder.run(&["check"]).code(1).says("deep/bad/a.caveat:7:").says("in all: ");
    assert!(ran.out.contains("in 2 policies (2 files)"), "{}", ran.out);
}

#[test]
fn check_takes_files_and_shows_what_is_named_twice_once() {
    let folder = Folder::new(&[("bad/a.caveat", BAD)]);
    let ran = folder.run(&["check", "bad/a.caveat", "bad/../bad/a.caveat", "--format", "json"]).code(1);
    assert_eq!(ran.json()["summary"]["policies"].as_array().map(Vec::len), Some(1));
}

#[test]
fn check_fails_from_the_level_that_is_asked_for() {
    let folder = Folder::new(&[("doubtful/a.caveat", DOUBTFUL), ("bad/a.caveat", BAD)]);
    folder.run(&["check", "bad", "--fail-level", "never"]).code(0).says("error[void-permission]");
    folder.run(&["check", "doubtful"]).code(0).says("warning[carve-out]");
    folder.run(&["check", "doubtful", "--fail-level", "error"]).code(0);
    folder.run(&["check", "doubtful", "--fail-level", "warning"]).code(1);
    folder.run(&["check", "doubtful", "--fail-level", "note"]).code(1);
    folder.run(&["check", "doubtful", "--fail-level", "never"]).code(0);
    folder.run(&["check", "bad", "--fail-level", "grave"]).code(2);
}

#[test]
fn check_writes_json_with_every_place() {
    let folder = Folder::new(&[("a.caveat", BAD)]);
    let json = folder.run(&["check", "--format", "json"]).code(1).json();
    let findings = json["findings"].as_array().expect("a list");
    let void = findings.iter().find(|f| f["check"] == "void-permission").expect("a void permission");
    assert_eq!(void["level"], "error");
    assert_eq!(void["policy"], "shop");
    assert!(void["witness"].as_str().is_some_and(|w| w.contains("Address")), "{void}");
    let labels = void["labels"].as_array().expect("labels");
    assert_eq!(labels[0]["primary"], true);
    assert_eq!(labels[0]["file"], "a.caveat");
    assert_eq!(labels[0]["line"], 7);
    let (start, end) = (labels[0]["start"].as_u64().unwrap(), labels[0]["end"].as_u64().unwrap());
    assert!(!BAD[start as usize..end as usize].is_empty());
    assert!(labels.iter().any(|l| l["primary"] == false && l["line"] == 8), "{void}");
    assert!(labels.iter().any(|l| l["relations"]["purpose"] == "<"), "{void}");
    assert!(void["notes"].is_array() && void["help"].is_array());
    assert_eq!(json["summary"]["policies"][0]["policy"], "shop");
    assert_eq!(json["summary"]["policies"][0]["statements"], 2);
}

#[test]
fn check_prints_as_many_findings_as_are_asked_for_and_counts_all() {
    let folder = Folder::new(&[("a.caveat", BAD)]);
    let all = folder.run(&["check", "--format", "json"]).json();
    let none = folder.run(&["check", "--format", "json", "--max-findings", "0"]).code(1).json();
    assert_eq!(none["findings"].as_array().map(Vec::len), Some(0));
    assert_eq!(none["summary"], all["summary"]);
    folder.run(&["check", "--max-findings", "0"]).code(1).says("which --max-findings leaves out");
}

#[test]
fn check_uses_colours_where_it_is_told_to() {
    let folder = Folder::new(&[("a.caveat", BAD)]);
    let coloured = |arguments: &[&str], variables: &[(&str, &str)]| {
        run(folder.0.path(), arguments, variables).code(1).out.contains('\u{1b}')
    };
    assert!(coloured(&["check", "--color", "always"], &[]));
    assert!(coloured(&["--color", "always", "check"], &[("NO_COLOR", "1")]));
    assert!(!coloured(&["check"], &[]), "a pipe is no terminal");
    assert!(!coloured(&["check", "--color", "never"], &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&["check"], &[("NO_COLOR", "1")]));
}

#[test]
fn an_acceptance_holds_until_its_day() {
    let accepted = format!(
        "{BAD}accept void-permission of delivery with nobody because \"the next revision mends it\" until 2027-01-01;\n"
    );
    let folder = Folder::new(&[("a.caveat", &accepted)]);
    folder.run(&["check", "--today", "2027-01-01"]).code(0).says("1 accepted");
    folder.run(&["check", "--today", "2027-01-02"]).code(1);
    let at = |seconds| run(folder.0.path(), &["check"], &[("SOURCE_DATE_EPOCH", seconds)]);
    at("1795392000").code(0);
    at("1900000000").code(1);
    at("soon").code(2).complains("SOURCE_DATE_EPOCH");
    folder.run(&["check", "--today", "2027-02-30"]).code(2).complains("YYYY-MM-DD");
    folder.run(&["build", "--today", "2027-01-01", "-o", "b.json"]).code(0);
    folder.run(&["build", "--today", "2027-01-02", "-o", "c.json"]).code(1);
}

#[test]
fn mistakes_in_one_file_hide_none_in_another() {
    let folder = Folder::new(&[
        ("a.caveat", MISSPELT),
        ("b.caveat", "clause more { may use Adress for Delivry; }\n"),
        ("c.caveat", "clause less { may use Address for Delivery }\n"),
    ]);
    let ran = folder.run(&["check"]).code(1).says("a.caveat:5:").says("b.caveat:1:").says("c.caveat:1:");
    assert!(ran.out.contains("did you mean `Address`?"), "{}", ran.out);
}

#[test]
fn files_that_cannot_be_read_are_named() {
    let folder = Folder::new(&[("good/a.caveat", GOOD)]);
    folder.write("latin/a.caveat", b"policy p {}\n// caf\xe9\n");
    folder.run(&["check"]).code(2).complains("`latin/a.caveat`: line 2 is not UTF-8").says("shop: ");
    folder.write("large/a.caveat", b"");
    let large = std::fs::File::options().write(true).open(folder.path("large/a.caveat")).expect("a file");
    large.set_len(caveat::syntax::MAX_FILE_BYTES as u64 + 1).expect("a size");
    folder.run(&["check", "large"]).code(2).complains("`large/a.caveat`: has 16777217 bytes");
    folder.run(&["build", "latin", "-o", "x"]).code(2);
    folder.run(&["ask", "large", "use Address"]).code(2);
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_nowhere_is_not_passed_over() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    std::os::unix::fs::symlink("gone", folder.path("shop/b.caveat")).expect("a link");
    let ran = folder.run(&["check", "--format", "json"]).code(2).complains("`shop/b.caveat`: cannot be read");
    assert_eq!(ran.json()["failures"].as_array().map(Vec::len), Some(1));
    folder.run(&["ask", "/dev/zero", "use Address"]).code(2);
}

#[test]
fn a_file_may_be_full_of_anything() {
    let deep = format!(
        "{GOOD}clause deep {{ may use Address when {}opted_in{}; }}\n",
        "(".repeat(100_000),
        ")".repeat(100_000)
    );
    let braces = format!("{GOOD}{}", "section s {".repeat(100_000));
    for text in ["", "\u{feff}", "policy", "policy p {", "\"", "}}}}", "//", &deep, &braces] {
        let folder = Folder::new(&[("a.caveat", text)]);
        let ran = folder.run(&["check"]).code(1);
        assert!(ran.out.len() < 100_000, "{} bytes of findings", ran.out.len());
    }
}

#[test]
fn what_is_no_utf_8_is_told_with_the_way_out() {
    let utf16: Vec<u8> = GOOD.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xFF, 0xFE][..], &utf16].concat();
    let folder = Folder::new(&[("good/a.caveat", GOOD)]);
    for (bytes, words) in [
        (
            &utf16[..],
            "`a.caveat`: is UTF-16, and only UTF-8 is read; save it in that encoding, or convert it: \
                      `iconv -f UTF-16LE -t UTF-8 a.caveat > NEW`",
        ),
        (&marked, "`iconv -f UTF-16 -t UTF-8 a.caveat > NEW`"),
        (b"\0\0\0", "`a.caveat`: is no text"),
    ] {
        folder.write("a.caveat", bytes);
        folder.run(&["check", "a.caveat"]).code(2).complains(words);
        folder.run(&["fmt", "a.caveat"]).code(2).complains(words);
    }
}

#[test]
fn a_document_that_is_named_and_not_there_is_told() {
    let text = GOOD.replacen("issuer Shop;", "issuer Shop; document \"privacy.md\";", 1);
    let folder = Folder::new(&[("a.caveat", &text), ("privacy.md", "# Privacy\n")]);
    for option in ["--document", "--old-document"] {
        folder.run(&["check", option, "nope"]).code(2).complains("`nope`: no such file");
        folder.run(&["check", option, "ccpa=nope"]).code(2).complains("the policy names no document `ccpa`");
    }
    let folder = Folder::new(&[("a.caveat", GOOD)]);
    folder.run(&["check", "--document", "x.md"]).code(2).complains("the policy's header names no document");
}

#[test]
fn folders_below_a_policy_are_policies_of_their_own() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD), ("shop/old/a.caveat", BAD)]);
    let ran = folder.run(&["check", "shop", "--format", "json"]).code(1);
    assert_eq!(ran.json()["summary"]["policies"].as_array().map(Vec::len), Some(2));
    folder.run(&["build", "shop", "-o", "-"]).code(0);
}

#[test]
fn ignored_and_hidden_folders_are_not_searched() {
    let folder = Folder::new(&[("a/a.caveat", GOOD), (".hidden/a.caveat", BAD), ("old/a.caveat", BAD)]);
    folder.write(".ignore", b"old/\n");
    folder.run(&["check"]).code(0);
    folder.run(&["check", "old"]).code(1);
}

#[test]
fn vocabulary_that_a_policy_imports_is_no_policy_of_its_own() {
    let (vocabulary, policy) = GOOD.split_once("data Address").expect("two parts");
    let (header, parties) = vocabulary.split_once('\n').expect("two lines");
    let folder = Folder::new(&[
        ("company/people.caveat", parties),
        ("shop/a.caveat", &format!("{header}\nimport \"../company\";\ndata Address{policy}")),
    ]);
    let ran = folder.run(&["check", "--format", "json"]).code(0);
    assert_eq!(ran.json()["summary"]["policies"].as_array().map(Vec::len), Some(1));
    assert_eq!(ran.json()["summary"]["policies"][0]["files"], 2);
    folder.run(&["check", "company"]).code(1);
}

#[test]
fn an_import_that_leads_nowhere_is_a_finding() {
    let folder = Folder::new(&[
        ("shop/a.caveat", &format!("{GOOD}import \"../compny\";\n")),
        ("company/b.caveat", "place Here;\n"),
    ]);
    folder
        .run(&["check", "shop"])
        .code(1)
        .says("error[missing-import]")
        .says("shop/a.caveat:12:8")
        .says("did you mean `../company`?");
}

#[test]
fn folders_may_import_one_another() {
    let folder = Folder::new(&[
        ("shop/a.caveat", &format!("{GOOD}import \"../company\";\nimport \".\";\n")),
        ("company/b.caveat", "import \"../shop\";\nplace Here;\n"),
    ]);
    let ran = folder.run(&["check", "shop", "--format", "json"]).code(0);
    assert_eq!(ran.json()["summary"]["policies"][0]["files"], 2);
}

#[test]
fn build_writes_the_same_bytes_wherever_it_runs() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD), ("copy/elsewhere/a.caveat", GOOD)]);
    folder.run(&["build", "shop", "-o", "one.json"]).code(0).complains("SHA-256");
    run(&folder.path("shop"), &["build", "-o", "../two.json"], &[]).code(0);
    run(&folder.path("copy/elsewhere"), &["build", ".", "-o", "../../three.json"], &[]).code(0);
    let absolute = folder.path("shop");
    folder.run(&["build", absolute.to_str().expect("a path"), "-o", "four.json"]).code(0);
    let printed = folder.run(&["build", "shop", "--output", "-"]).code(0).out;
    let bytes = |name: &str| std::fs::read_to_string(folder.path(name)).expect("a bundle");
    for name in ["one.json", "two.json", "three.json", "four.json"] {
        assert_eq!(bytes(name), printed, "{name}");
    }
    let bundle = caveat::bundle::Bundle::load(printed.as_bytes()).expect("a bundle");
    assert_eq!(bundle.content().policy.sources[0].name, "a.caveat");
}

#[test]
fn the_sources_of_a_base_are_named_from_the_policy_that_extends_it() {
    let folder = Folder::new(&[
        ("shop/a.caveat", GOOD),
        ("resolved/a.caveat", "policy resolved { issuer Shop; extends \"../shop\"; }\n"),
    ]);
    let printed = folder.run(&["build", "resolved", "-o", "-"]).code(0).out;
    assert_eq!(run(&folder.path("resolved"), &["build", "-o", "-"], &[]).code(0).out, printed);
    let bundle = caveat::bundle::Bundle::load(printed.as_bytes()).expect("a bundle");
    let names: Vec<&str> = bundle.content().policy.sources.iter().map(|s| s.name.as_str()).collect();
    assert!(names.contains(&"../shop/a.caveat"), "{names:?}");
}

#[test]
fn build_refuses_what_check_refuses_and_leaves_the_old_bundle() {
    let folder = Folder::new(&[("bad/a.caveat", BAD), ("wrong/a.caveat", MISSPELT), ("old.json", "old")]);
    folder
        .run(&["build", "bad", "-o", "old.json"])
        .code(1)
        .complains("error[void-permission]")
        .complains("not built");
    folder.run(&["build", "wrong", "-o", "new.json"]).code(1).complains("did you mean");
    assert_eq!(std::fs::read_to_string(folder.path("old.json")).expect("a file"), "old");
    assert!(!folder.path("new.json").exists());
    folder.run(&["build", "bad"]).code(2);
    folder.run(&["build", "nowhere", "-o", "new.json"]).code(2);
}

#[test]
fn build_never_writes_over_a_source_and_keeps_devices_and_links() {
    let folder = Folder::new(&[("shop/policy.caveat", GOOD)]);
    folder.run(&["build", "shop", "-o", "shop/policy.caveat"]).code(2).complains("names a policy's source");
    folder.run(&["check", "shop"]).code(0);
    #[cfg(unix)]
    {
        use std::os::unix::fs::{FileTypeExt, symlink};
        folder.run(&["build", "shop", "-o", "/dev/null"]).code(0);
        let null = std::fs::metadata("/dev/null").expect("the device");
        assert!(null.file_type().is_char_device());
        std::fs::write(folder.path("real.json"), "old").expect("a file");
        symlink(folder.path("real.json"), folder.path("link.json")).expect("a link");
        folder.run(&["build", "shop", "-o", "link.json"]).code(0);
        assert!(std::fs::symlink_metadata(folder.path("link.json")).expect("a link").is_symlink());
        assert!(std::fs::read_to_string(folder.path("real.json")).expect("a bundle").starts_with('{'));
    }
}

#[test]
fn build_says_why_it_cannot_write() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    folder.run(&["build", "shop", "-o", "no/such/folder.json"]).code(2).complains("cannot be written");
    folder.run(&["build", "shop", "-o", "shop"]).code(2).complains("cannot be written");
}

#[cfg(unix)]
#[test]
fn a_bundle_can_be_read_by_services() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    folder.run(&["build", "shop", "-o", "b.json"]).code(0);
    let mode = std::fs::metadata(folder.path("b.json")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o400, 0o400);
    assert_ne!(mode & 0o044, 0, "{mode:o}");
}

#[test]
fn ask_answers_with_its_exit_code() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    let ask = |question: &str| folder.run(&["ask", "shop", question]);
    ask("share Address of Customer to Post for Delivery").code(0).says("permitted").says("a.caveat:9");
    ask("sell Address to Post").code(1).says("prohibited").says("never-sold");
    ask("use Address for Delivery").code(1).says("unstated");
    ask("use Address for Marketing").code(3).says("undetermined").says("opted_in");
    ask("use Address for Marketing when opted_in").code(0);
    ask("share Address of Customer to any for Delivery").code(3);
    ask("share Address to Nobody for Delivery").code(1).says("Nobody");
}

/// Questions as people ask them at first.
#[test]
fn a_question_that_is_none_is_told_how_to_ask() {
    let folder = Folder::new(&[("a.caveat", GOOD)]);
    for (question, words) in [
        ("must share Address to Post", "leave this out: `share Address to Post`"),
        ("may we share Address to Post?", "leave this out: `share Address to Post`"),
        ("is it permitted to share Address to Post", "leave this out: `share Address to Post`"),
        ("permitted share Address to Post", "leave it out: the answer says what it is"),
        ("we share Address to Post", "leave it out: where no actor is named, the issuer acts"),
        ("sharing Address to Post", "write `share`"),
        ("share Address to Post by delivery", "leave it out: the answer says what decides"),
        ("\"share Address\"", "a question stands without quotes"),
        ("[]", "`ask` takes one request, as one JSON object"),
        ("use Address when opted_in is maybe", "it is true or false: write `opted_in` or `not opted_in`"),
        (
            "{\"action\":\"use\",\"data\":\"Address\",\"facts\":{\"opted_in\":\"maybe\"}}",
            "the fact `opted_in` has no value `maybe`; it has `false`, `true`",
        ),
    ] {
        folder.run(&["ask", "a.caveat", question]).code(2).complains(words);
    }
    for (question, words) in [
        ("Address", "the question is JSON: `{\"data\": \"Address\", \"events\": "),
        ("when must it go?", "the question is JSON: `{\"data\": \"DATA\", "),
    ] {
        folder.run(&["retention", "a.caveat", question]).code(2).complains(words);
    }
}

#[test]
fn a_question_may_name_times_that_the_policy_does_not() {
    let timed = r#"policy shop "Shop" { issuer Shop; }
party Shop "the shop";
data Address "where the customer lives";
event Delivered "the parcel was brought";
clause keep { may retain Address for 30 days after Delivered; }
"#;
    let folder = Folder::new(&[("shop/a.caveat", timed)]);
    for (condition, code) in [
        ("when since(Delivered) <= 30 days", 0),
        ("when since(Delivered) <= 20 days", 0),
        ("when since(Delivered) > 20 days and since(Delivered) < 4 weeks", 0),
        ("when since(Delivered) > 20 days", 3),
        ("when since(Delivered) > 40 days", 1),
        ("when not (since(Delivered) <= 40 days) and after Delivered", 1),
        ("when not since(Delivered) > 40 days", 3),
        ("when after Delivered and not since(Delivered) > 20 days", 0),
        ("when since(Delivered) > 40 days and since(Delivered) < 35 days", 2),
        ("when since(Delivered) = 1 month", 3),
        ("when since(Delivered) = 2 months", 1),
        ("before Delivered", 1),
        ("after Delivered", 3),
        ("after 20 days after Delivered", 3),
        ("after 2 months after Delivered", 1),
        ("until 10 days after Delivered", 3),
        ("until 10 days after Delivered when after Delivered", 0),
        ("within 10 days after Delivered", 2),
    ] {
        folder.run(&["ask", "shop", &format!("retain Address {condition}")]).code(code);
    }
}

#[test]
fn what_a_question_says_of_a_fact_replaces_its_default() {
    let regional = r#"policy shop "Shop" { issuer Shop; }
party Shop "the shop";
data Address "where the customer lives";
purpose Marketing "letters about offers";
fact region "where the customer is": EU, US, Elsewhere default EU;
clause letters { may use Address for Marketing when region is US; }
"#;
    let folder = Folder::new(&[("shop/a.caveat", regional)]);
    for (condition, code) in [
        ("", 1),
        ("when region is US", 0),
        ("when region is not US", 1),
        ("when region is not EU", 3),
        ("when region is (EU, Elsewhere)", 1),
        ("unless region is (EU, Elsewhere)", 0),
        ("when region", 2),
        ("when region is France", 2),
    ] {
        folder.run(&["ask", "shop", &format!("use Address for Marketing {condition}")]).code(code);
    }
}

#[test]
fn a_question_names_sets_as_a_statement_does() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    let ask = |question: &str| folder.run(&["ask", "shop", question]);
    ask("Shop may share Address of Customer to Post for Delivery").code(0);
    ask("share Address of Customer to Carrier except Courier, other Carrier for Delivery").code(0);
    ask("share Address of Customer to Carrier for Delivery").code(3);
    ask("share Address of Customer to other Carrier for Delivery").code(1);
    ask("Post share Address of Customer to Post for Delivery").code(1);
    ask("share Address of Customer to Post except Carrier").code(2).complains("nothing is left");
    ask("share Address of Customer to Post as aggregated for Delivery").code(1);
    ask("share Address of Customer to Post as identified for Delivery").code(0);
    ask("share Address of the subject to Post").code(2).complains("`the subject`");
    ask("use Address with Address").code(2).complains("takes no `with`");
    ask("share Address to Post, Pots").code(1).says("did you mean `Post`?");
}

#[test]
fn ask_shows_what_the_policy_rests_on() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    folder
        .run(&["ask", "shop", "share Address of Customer to Post for Delivery"])
        .code(0)
        .says("we give your address to the post")
        .says("may share Address of Customer to Post for Delivery");
    folder
        .run(&["ask", "shop", "share Address of Customer to Courier for Delivery"])
        .code(1)
        .says("delivery");
}

#[test]
fn ask_answers_alike_on_a_folder_and_on_its_bundle() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    folder.run(&["build", "shop", "-o", "b.json"]).code(0);
    for question in [
        "share Address of Customer to Post for Delivery",
        "sell Address to Post",
        "use Address for Marketing",
        "use Address for Delivery",
        "share Address to Nobody",
    ] {
        for format in ["human", "json"] {
            let [a, b] = ["shop", "b.json"].map(|p| folder.run(&["ask", p, question, "--format", format]));
            assert_eq!((a.code, &a.out), (b.code, &b.out), "{question}");
        }
    }
}

#[test]
fn ask_writes_the_whole_decision_as_json() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    let ran = folder.run(&["ask", "shop", "sell Address to Post", "--format", "json"]).code(1);
    assert_eq!(ran.json()["verdict"], "prohibited");
    assert!(ran.out.contains("never-sold"), "{}", ran.out);
}

#[test]
fn ask_says_what_is_wrong_with_a_question() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    let ask = |question: &str| folder.run(&["ask", "shop", question]).code(2);
    ask("use Adress for Delivery").complains("did you mean `Address`?");
    ask("use Address for Post").complains("Post");
    ask("use Address to Post").complains("^");
    ask("use").complains("^");
    ask("");
    ask("use Address when opted_on").complains("did you mean `opted_in`?");
}

#[test]
fn ask_answers_while_contradictions_stand_and_says_so() {
    let folder = Folder::new(&[("bad/a.caveat", BAD), ("wrong/a.caveat", MISSPELT)]);
    let question = "share Address of Customer to Post for Delivery";
    folder.run(&["ask", "bad", question]).code(1).says("prohibited").complains("1 error");
    folder.run(&["ask", "wrong", question]).code(2).complains("did you mean");
    folder.run(&["ask", "nowhere", question]).code(2);
    folder.write("broken.json", b"{}");
    folder.run(&["ask", "broken.json", question]).code(2).complains("not a bundle");
}

#[test]
fn explain_shows_pages_and_lists_checks() {
    let folder = Folder::new(&[]);
    folder
        .run(&["explain", "void-permission"])
        .code(0)
        .says("# void-permission")
        .says("accept void-permission of");
    folder.run(&["explain", "undeclared"]).code(0).says("It cannot be accepted: ");
    folder.run(&["explain"]).code(0).says("contradictions").says("void-permission").says("error");
    folder.run(&["explain", "void-permision"]).code(2).complains("did you mean `void-permission`?");
    folder.run(&["explain", "zzzzzz"]).code(2).complains("lists them");
}

#[test]
fn help_and_version_are_no_failures() {
    let folder = Folder::new(&[]);
    folder.run(&["--help"]).code(0).says("check").says("build").says("ask").says("explain");
    folder.run(&["--version"]).code(0).says(env!("CARGO_PKG_VERSION"));
    for verb in ["check", "build", "ask"] {
        folder.run(&[verb, "--help"]).code(0).says("Exit codes");
    }
    folder.run(&["explain", "--help"]).code(0);
    folder.run(&[]).code(2);
    folder.run(&["chek"]).code(2).complains("check");
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let folder = Folder::new(&[("a.caveat", &BAD.repeat(50))]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_caveat"))
        .arg("check")
        .current_dir(folder.0.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the tool runs");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("an end");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn fmt_writes_what_changed_and_nothing_else() {
    let folder = Folder::new(&[("a.caveat", GOOD), ("b.caveat", "party  X;\n"), ("c.caveat", "party Y;\n")]);
    let text = |name: &str| std::fs::read_to_string(folder.path(name)).expect("a file");
    let changed = || std::fs::metadata(folder.path("c.caveat")).and_then(|m| m.modified()).expect("a time");
    let untouched = changed();
    folder
        .run(&["fmt", "--check"])
        .code(1)
        .says("-party  X;\n+party X;\n")
        .complains("2 files not in the style");
    assert_eq!(text("b.caveat"), "party  X;\n");
    let ran = folder.run(&["fmt"]).code(0).complains("2 files formatted, 1 left as it was");
    assert_eq!(ran.out, "");
    assert_eq!(text("b.caveat"), "party X;\n");
    assert_eq!(changed(), untouched);
    assert_eq!(folder.run(&["fmt", "--check"]).code(0).out, "");
}

#[test]
fn fmt_leaves_a_file_with_mistakes_alone() {
    let folder = Folder::new(&[("a.caveat", "party  X\n"), ("b.caveat", "party  Y;\n")]);
    folder.run(&["fmt"]).code(2).complains("error[syntax]").complains("`a.caveat`: not formatted");
    let text = |name: &str| std::fs::read_to_string(folder.path(name)).expect("a file");
    assert_eq!((text("a.caveat").as_str(), text("b.caveat").as_str()), ("party  X\n", "party Y;\n"));
    folder.run(&["fmt", "nowhere"]).code(2).complains("no such file or folder");
    folder.run(&["fmt", "--width", "7"]).code(2).complains("from 40 to 400");
}

#[test]
fn fmt_is_a_filter_for_editors() {
    let folder = Folder::new(&[]);
    let ran = run_with(folder.0.path(), &["fmt", "-"], &[], b"party   X ;").code(0);
    assert_eq!(ran.out, "party X;\n");
    run_with(folder.0.path(), &["fmt", "-", "--check"], &[], b"party   X ;").code(1).says("+party X;");
    let ran = run_with(folder.0.path(), &["fmt", "-"], &[], b"party \xff;").code(2);
    assert_eq!(ran.out, "");
}

#[cfg(unix)]
#[test]
fn fmt_keeps_permissions_and_follows_links() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new(&[("real/b.caveat", "party  X;\n")]);
    let real = folder.path("real/b.caveat");
    std::fs::set_permissions(&real, std::fs::Permissions::from_mode(0o640)).expect("permissions");
    std::os::unix::fs::symlink(&real, folder.path("link.caveat")).expect("a link");
    folder.run(&["fmt", "link.caveat"]).code(0);
    assert_eq!(std::fs::read_to_string(&real).expect("a file"), "party X;\n");
    assert_eq!(std::fs::metadata(&real).expect("a file").permissions().mode() & 0o777, 0o640);
    assert!(std::fs::symlink_metadata(folder.path("link.caveat")).expect("a link").is_symlink());
}

#[test]
fn check_reads_standard_input_and_can_be_quiet() {
    let folder = Folder::new(&[("words/a.caveat", "purpose Delivery;\n")]);
    let current = folder.0.path();
    run_with(current, &["check", "-"], &[], GOOD.as_bytes()).code(0).says("shop: ");
    run_with(current, &["check", "-"], &[], BAD.as_bytes()).code(1).says("┌─ standard input:7:");
    let imports =
        format!("{}import \"words\";\n", GOOD.replace("purpose Delivery \"bringing the parcel\";\n", ""));
    run_with(current, &["check", "-"], &[], imports.as_bytes()).code(0).says("shop: ");
    run_with(current, &["check", "-"], &[], b"\xff").code(2).complains("not UTF-8");
    let ran = run_with(current, &["check", "-", "--quiet"], &[], GOOD.as_bytes()).code(0);
    assert!(!ran.out.contains("shop: "), "{}", ran.out);
    let ran =
        run_with(current, &["check", "-", "-q"], &[], BAD.as_bytes()).code(1).says("error[void-permission]");
    assert!(!ran.out.contains("shop: "), "{}", ran.out);
}

#[test]
fn caveat_toml_sets_what_the_command_line_leaves_open() {
    let folder = Folder::new(&[("shop/a.caveat", DOUBTFUL), ("caveat.toml", "fail-level = \"warning\"\n")]);
    folder.run(&["check", "shop"]).code(1).says("warning[carve-out]");
    folder.run(&["check", "shop", "--fail-level", "error"]).code(0);
    folder.write("shop/caveat.toml", b"[levels]\ncarve-out = \"error\"\n");
    folder.run(&["check", "shop"]).code(1).says("error[carve-out]");
    folder.run(&["build", "shop", "-o", "b.json"]).code(1).complains("error[carve-out]");
    folder.write("shop/caveat.toml", b"[levels]\ncarve-outs = \"error\"\n");
    folder.run(&["check", "shop"]).code(1).says("shop/caveat.toml:2:1").says("did you mean `carve-out`?");
    folder.write("shop/caveat.toml", b"[format]\nwidth = 40\n");
    folder.run(&["fmt", "shop"]).code(0);
    let text = std::fs::read_to_string(folder.path("shop/a.caveat")).expect("a file");
    assert!(text.contains("  may use Address of Customer\n    for Delivery;\n"), "{text}");
}

#[test]
fn completions_and_manual_pages_know_every_verb() {
    let folder = Folder::new(&[("man/x", "")]);
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        folder.run(&["completions", shell]).code(0).says("explain").says("fail-level");
    }
    folder.run(&["man", "man"]).code(0);
    for verb in ["", "-check", "-build", "-ask", "-fmt", "-explain", "-completions", "-man"] {
        let page = std::fs::read_to_string(folder.path(&format!("man/caveat{verb}.1"))).expect("a page");
        assert!(page.contains(".SH SYNOPSIS"), "{verb}: {page}");
    }
    folder.run(&["man", "nowhere"]).code(2).complains("there is no folder");
}

#[test]
fn questions_can_be_asked_as_json() {
    let folder = Folder::new(&[("shop/a.caveat", GOOD)]);
    let ask = |request: &str| folder.run(&["ask", "shop", request]);
    ask(
        r#"{"action":"share","data":"Address","subject":"Customer","recipient":"Post","purpose":"Delivery"}"#,
    )
    .code(0)
    .says("by delivery");
    ask(r#"{"action":"use","data":"Address","purpose":"Marketing","facts":{"opted_in":null}}"#)
        .code(3)
        .says("opted_in");
    ask(r#"{"action":"use","data":"Adress"}"#).code(2).complains("did you mean `Address`?");
}

#[test]
fn retention_tells_by_when_and_by_which_statement() {
    let text = format!(
        "{GOOD}event Delivered;\nclause gone {{ must delete Address within 30 days after Delivered; }}\n"
    );
    let kept = format!("{text}clause tax {{ must retain Address for at least 90 days after Delivered; }}\n");
    let folder = Folder::new(&[("shop/a.caveat", &text), ("kept/a.caveat", &kept)]);
    let request = r#"{"data":"Address","events":{"Delivered":"2026-01-01"}}"#;
    folder
        .run(&["retention", "shop", request])
        .code(0)
        .says("to be erased by 2026-01-31 00:00 UTC")
        .says("by gone (a.caveat:");
    let found = folder.run(&["retention", "kept", request, "--format", "json"]).code(1);
    found.says("\"conflict\": true").says("\"at\": \"2026-04-01T00:00:00Z\"");
    let waiting = r#"{"data":"Address","events":{"Delivered":null}}"#;
    folder.run(&["retention", "shop", waiting]).code(0).says("would change this: Delivered");
    let silent = folder.run(&["retention", "shop", r#"{"data":"Address"}"#]).code(3);
    let silent = silent.says("undetermined in part").says("makes something of it: Delivered");
    assert!(silent.out.starts_with("undetermined in part"), "what is not known comes first: {}", silent.out);
    folder
        .run(&["retention", "shop", r#"{"action":"erase","data":"Address"}"#])
        .code(2)
        .complains("`action`");
}

#[test]
fn check_mends_what_is_certain_and_nothing_else() {
    let pasted = "• party  Shop;\nparty Post “the post”;;\n# shops\nparties Carrier { Courier; };\n\
                  data Address, Name\npurpose Delivery ‘bringing’;\n";
    let text = format!("policy shop {{ issuer Shop; }}\n{pasted}");
    let folder = Folder::new(&[("a.caveat", &text)]);
    let now = || std::fs::read_to_string(folder.path("a.caveat")).expect("a file");
    folder
        .run(&["check", "--diff"])
        .code(1)
        .says("-party Post “the post”;;")
        .says("+party Post \"the post\";");
    assert_eq!(now(), text, "`--diff` writes nothing");
    folder.run(&["check", "--fix"]).complains("mended").says("error[syntax]");
    assert_eq!(
        now(),
        "policy shop { issuer Shop; }\nparty  Shop;\nparty Post \"the post\";\n// shops\n\
         parties Carrier { Courier; }\ndata Address, Name\npurpose Delivery \"bringing\";\n",
        "two declarations in one is for people to mend"
    );
    let before = now();
    folder.run(&["check", "--fix"]).code(1).complains("0 findings mended");
    assert_eq!(now(), before);
}

#[test]
fn check_mends_what_has_no_effect() {
    let text = format!(
        "{GOOD}clause other {{ may share Address of Customer to Carrier except Shop for Delivery; }}\n\
         accept crossing of delivery with other because \"it was found once\" until 2030-01-01;\n"
    );
    let folder = Folder::new(&[("a.caveat", &text)]);
    folder.run(&["check", "--today", "2026-11-23"]).says("idle-except").says("idle-acceptance");
    let ran = folder.run(&["check", "--fix", "--today", "2026-11-23"]).complains("2 findings mended");
    assert!(!ran.out.contains("idle-"), "{}", ran.out);
    let now = std::fs::read_to_string(folder.path("a.caveat")).expect("a file");
    assert!(now.contains("to Carrier for Delivery;") && !now.contains("accept"), "{now}");
}
