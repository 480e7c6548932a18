//! `caveat test` from outside: what passes, what fails and how that is told, what is covered, and in
//! which formats.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// A policy of six statements, in lines that the tests below count.
const SHOP: &str = r#"policy shop "Shop" { issuer Shop; }
people Customer "who buys";
party Shop "the shop";
parties Carrier "brings parcels" bound by "contract" { Post "the post"; }
data CustomerData { Address; Email; }
purpose Delivery "bringing the parcel";
purpose Letters "letters about offers";
fact opted_in "the customer asked for letters";
fact region: EU, Elsewhere;
event Closed "the customer closes the account";
duty log;

clause delivery {
  may share Address to Post for Delivery with duty log;
}
section letters "Letters" when region is EU {
  may use Email for Letters when opted_in;
}
clause never-sold { must not sell CustomerData to any; }
clause sold {
  for-nothing: may sell Address to Post for Delivery;
}
clause keeping {
  may retain CustomerData until 30 days after Closed;
}
clause unlisted { may use Address for Delivery; }
"#;

/// Expectations of which all hold.
const HOLDS: &str = r#"test sharing "Who gets it" {
  permitted share Address to Post for Delivery with duty log by delivery;
  prohibited sell Email to Post by never-sold;
  unstated share Email to Post;
  unlisted-third-party share Address to Dodgy for Delivery;
}

test letters when region is EU {
  permitted use Email for Letters when opted_in by letters;
  unstated use Email for Letters when not opted_in;
  undetermined use Email for Letters;
}
"#;

struct Folder(tempfile::TempDir);

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Folder {
    fn new(files: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().expect("a folder"));
        for (name, text) in files {
            let path = folder.path(name);
            std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            std::fs::write(path, text).expect("a file");
        }
        folder
    }

    /// The shop, with tests in a file of their own.
    fn shop(tests: &str) -> Folder {
        Folder::new(&[("shop/policy.caveat", SHOP), ("shop/tests.caveat", tests)])
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("a file")
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        self.given(arguments, "")
    }

    fn given(&self, arguments: &[&str], input: &str) -> Ran {
        let mut child = Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(arguments)
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the tool starts");
        child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
        let output = child.wait_with_output().expect("the tool ends");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
        Ran {
            code: output.status.code().expect("an exit code"),
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }
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
    fn says_not(self, words: &str) -> Ran {
        assert!(!self.out.contains(words), "`{words}` in stdout:\n{}", self.out);
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

// ---- What passes, and what fails ----

#[test]
fn what_holds_passes() {
    let folder = Folder::shop(HOLDS);
    let ran = folder.run(&["test", "shop"]).code(0);
    assert_eq!(
        ran.out,
        "ok    sharing: 4 expectations\nok    letters: 3 expectations\nshop: 7 of 7 expectations in 2 tests hold\n"
    );
    folder.run(&["test", "shop", "--quiet"]).code(0).says_not("ok");
    // the policy contradicts itself, and is tested all the same
    folder.run(&["check", "shop"]).code(1).says("void-permission");
}

/// Every wrong verdict in place of the right one fails, and every right one passes.
#[test]
fn only_the_right_verdict_passes() {
    let asked = [
        ("permitted", "share Address to Post for Delivery"),
        ("prohibited", "sell Address to Post for Delivery"),
        ("unstated", "share Email to Post"),
        ("undetermined", "use Email for Letters when region is EU"),
        ("unlisted-third-party", "share Address to Dodgy"),
    ];
    for (right, request) in asked {
        for (verdict, _) in asked {
            let folder = Folder::shop(&format!("test one {{ {verdict} {request}; }}\n"));
            let code = match (right, verdict) {
                _ if right == verdict => 0,
                // an undeclared name is a mistake everywhere else
                ("unlisted-third-party", _) => 2,
                _ => 1,
            };
            folder.run(&["test", "shop"]).code(code);
        }
    }
}

#[test]
fn a_failure_shows_the_line_the_decision_and_the_way_out() {
    let folder =
        Folder::shop("test sale {\n  permitted sell Address to Post for Delivery\n    by for-nothing;\n}\n");
    let ran = folder.run(&["test", "shop"]).code(1);
    for words in [
        "error: test `sale` expects `permitted`, and the policy says `prohibited`\n",
        "shop/tests.caveat:2:3",
        "│   ^^^^^^^^^ this is prohibited",
        "shop/policy.caveat:19:21",
        "prohibited here",
        "help: if the policy is right, expect that: `prohibited sell Address to Post for Delivery;`",
        "FAIL  sale: 0 of 1 expectation\n",
        "shop: 0 of 1 expectation in 1 test hold, 1 failed\n",
    ] {
        assert!(ran.out.contains(words), "no `{words}` in\n{}", ran.out);
    }
    // what the help says passes
    let folder = Folder::shop("test sale { prohibited sell Address to Post for Delivery; }\n");
    folder.run(&["test", "shop"]).code(0);
}

#[test]
fn an_undetermined_request_shows_what_would_settle_it() {
    let folder = Folder::shop("test letters when region is EU {\n  permitted use Email for Letters;\n}\n");
    folder
        .run(&["test", "shop"])
        .code(1)
        .says("it hangs on `opted_in` (false: unstated; true: permitted)")
        .says("of a part of it, it says `permitted`, for example: use Email for Letters (opted_in: true)")
        .says("say what is open: `permitted use Email for Letters when opted_in;`");
    let folder = Folder::shop("test letters {\n  permitted use Email for Letters when opted_in;\n}\n");
    folder
        .run(&["test", "shop"])
        .code(1)
        .says("say what is open: `permitted use Email for Letters when opted_in and region is EU;`");
    let folder = Folder::shop(
        "test letters {\n  permitted use Email for Letters when opted_in and region is EU;\n}\n",
    );
    folder.run(&["test", "shop"]).code(0);
}

/// A narrower term is put where it belongs, and before conditions.
#[test]
fn an_undetermined_request_can_be_narrowed() {
    let folder = Folder::shop("test more {\n  permitted share Address to Post when opted_in;\n}\n");
    folder
        .run(&["test", "shop"])
        .code(1)
        .says("it hangs on the purpose (Delivery: permitted; Letters, other any: unstated)")
        .says("say what is open: `permitted share Address to Post for Delivery when opted_in;`");
}

/// What a test leaves open can be an event, or several facts together; what the help says then holds.
#[test]
fn what_is_open_can_be_said() {
    for (line, help) in [
        ("permitted retain Email for Letters;", "permitted retain Email for Letters when before Closed;"),
        (
            "unstated retain Email for Letters;",
            "unstated retain Email for Letters when since(Closed) > 30 days;",
        ),
        (
            "permitted use Email for Letters;",
            "permitted use Email for Letters when opted_in and region is EU;",
        ),
        (
            "permitted retain Email for Letters when after Closed;",
            "permitted retain Email for Letters when after Closed and since(Closed) <= 30 days;",
        ),
        ("permitted use Email;", "permitted use Email for Letters when opted_in and region is EU;"),
    ] {
        let folder = Folder::shop(&format!("test one {{\n  {line}\n}}\n"));
        folder
            .run(&["test", "shop"])
            .code(1)
            .says(&format!("help: say what is open: `{help}`"))
            .says("help: if it is to stay open, expect that: `undetermined ");
        Folder::shop(&format!("test one {{ {help} }}\n")).run(&["test", "shop"]).code(0);
    }
    // No part of it has the verdict: then what a part of it does have is said.
    let folder = Folder::shop("test one {\n  prohibited use Email for Letters when region is EU;\n}\n");
    let help = "permitted use Email for Letters when region is EU and opted_in;";
    folder.run(&["test", "shop"]).code(1).says(&format!("help: said of less, it is decided: `{help}`"));
    Folder::shop(&format!("test one {{ {help} }}\n")).run(&["test", "shop"]).code(0);
}

#[test]
fn an_unstated_request_shows_the_nearest_permission() {
    let folder = Folder::shop("test letters { permitted use Address for Letters; }\n");
    folder
        .run(&["test", "shop"])
        .code(1)
        .says("no statement speaks of it, so it was not promised")
        .says("the nearest permission does not reach the request's");
}

#[test]
fn a_defeated_statement_is_shown_with_what_sets_it_aside() {
    let policy = format!("{SHOP}\nnever-sold prevails over sold;\n");
    let tests = "test sale { permitted sell Address to Post for Delivery; }\n";
    let folder = Folder::new(&[("shop/policy.caveat", policy.as_str()), ("shop/tests.caveat", tests)]);
    folder.run(&["test", "shop"]).code(1).says("set aside by `never-sold`");
}

#[test]
fn labels_and_duties_are_held_too() {
    let folder = Folder::shop("test one { permitted share Address to Post for Delivery by keeping; }\n");
    folder
        .run(&["test", "shop"])
        .code(1)
        .says("test `one` expects `keeping` to decide, and it does not")
        .says("write what decides: `by delivery`");
    let folder = Folder::shop("test one { permitted use Address for Delivery with duty log; }\n");
    folder
        .run(&["test", "shop"])
        .code(1)
        .says("test `one` expects the duty `log`, and it does not come along")
        .says("no duty comes with this yes");
    // a section's label covers what stands in it, and the policy's own label everything
    let lines = "permitted use Email for Letters when opted_in and region is EU by letters, shop;";
    Folder::shop(&format!("test one {{ {lines} }}\n")).run(&["test", "shop"]).code(0);
}

// ---- What cannot be run ----

#[test]
fn a_wrong_name_is_shown_at_its_place_and_the_other_lines_run() {
    let folder = Folder::shop(
        "test one {\n  permitted use Adress for Delivery;\n  prohibited use Address for Delivery;\n}\n",
    );
    let ran = folder
        .run(&["test", "shop"])
        .code(2)
        .says("error[undeclared]: the policy declares no `Adress`")
        .says("shop/tests.caveat:2:17")
        .says("did you mean `Address`?")
        .says("test `one` expects `prohibited`, and the policy says `permitted`");
    assert!(ran.out.ends_with("shop: 0 of 2 expectations in 1 test hold, 1 failed, 1 could not be asked\n"));
    // it is an error of the policy as well
    folder.run(&["check", "shop"]).code(1).says("error[undeclared]");
    folder.run(&["build", "shop", "-o", "b.json"]).code(1).complains("error[undeclared]");
}

#[test]
fn names_and_types_must_be_in_order() {
    let policy = SHOP.replace("may use Address", "may use Adress");
    let folder = Folder::new(&[("shop/policy.caveat", policy.as_str()), ("shop/tests.caveat", HOLDS)]);
    folder
        .run(&["test", "shop"])
        .code(2)
        .complains("error[undeclared]: `Adress` is not declared")
        .complains("not tested: shop: 1 error");
    let json = folder.run(&["test", "shop", "--format", "json"]).code(2).json();
    assert!(json["failures"][0].as_str().expect("a failure").starts_with("not tested: shop"));
}

#[test]
fn nothing_to_run_is_no_success() {
    let folder = Folder::new(&[("shop/policy.caveat", SHOP)]);
    folder.run(&["test", "shop"]).code(2).complains("there is no test here");
    folder.run(&["test", "nowhere"]).code(2).complains("no such file or folder");
    let folder = Folder::shop(HOLDS);
    folder
        .run(&["test", "shop", "--filter", "nothing"])
        .code(2)
        .complains("no test has `nothing` in its name");
}

#[test]
fn several_policies_and_standard_input() {
    let broken = HOLDS.replace("unstated share Email", "prohibited share Email");
    let folder = Folder::new(&[
        ("a/shop.caveat", SHOP),
        ("a/tests.caveat", HOLDS),
        ("b/shop.caveat", SHOP),
        ("b/tests.caveat", &broken),
        ("c/shop.caveat", SHOP),
    ]);
    folder
        .run(&["test"])
        .code(1)
        .says("shop: 6 of 7 expectations in 2 tests hold, 1 failed\nshop: no tests\n");
    folder.given(&["test", "-"], &format!("{SHOP}\n{HOLDS}")).code(0).says("7 of 7 expectations");
}

#[test]
fn a_filter_chooses_tests_by_name_and_title() {
    let folder = Folder::shop(&format!("{HOLDS}\ntest other {{ permitted use Email; }}\n"));
    folder.run(&["test", "shop"]).code(1);
    folder
        .run(&["test", "shop", "--filter", "lett"])
        .code(0)
        .says("shop: 3 of 3 expectations in 1 test hold\n");
    folder.run(&["test", "shop", "--filter", "gets it"]).code(0).says("ok    sharing").says_not("letters");
    folder.run(&["test", "shop", "--filter", "other"]).code(1);
}

// ---- What tests leave as it is ----

#[test]
fn a_bundle_does_not_depend_on_tests() {
    let good = SHOP.replace(
        "  for-nothing: may sell Address to Post for Delivery;\n",
        "  promise \"x\" { cites \"x\"; }\n",
    );
    let folder = Folder::new(&[("shop/policy.caveat", good.as_str())]);
    let build = || {
        folder.run(&["build", "shop", "-o", "bundle.json"]).code(0);
        std::fs::read(folder.path("bundle.json")).expect("a bundle")
    };
    let without = build();
    let holds = HOLDS.replace("prohibited sell Email", "prohibited sell Address");
    std::fs::write(folder.path("shop/a-tests.caveat"), &holds).expect("a file");
    assert_eq!(build(), without, "with tests before it");
    std::fs::write(folder.path("shop/z-tests.caveat"), "test more { prohibited use Email; }\n")
        .expect("a file");
    assert_eq!(build(), without, "with tests behind it, whether they hold or not");
    // tests behind the statements of a file change its digest, as a comment does, and no statement
    std::fs::write(
        folder.path("shop/policy.caveat"),
        format!("{good}\ntest last {{ permitted use Email; }}\n"),
    )
    .expect("a file");
    let content = |bytes: &[u8]| -> Value { serde_json::from_slice(bytes).expect("JSON") };
    let mut both = [content(&without), content(&build())].map(|whole| whole["content"].clone());
    assert_ne!(both[0]["policy"]["sources"], both[1]["policy"]["sources"]);
    both.iter_mut().for_each(|content| content["policy"]["sources"] = Value::Null);
    assert_eq!(both[0], both[1]);
}

#[test]
fn what_tests_name_is_not_used() {
    let policy = format!("{SHOP}\ndata Idle;\nfact idle;\n");
    let tests = "test one { unstated use Idle when idle; }\n";
    let folder = Folder::new(&[("shop/policy.caveat", policy.as_str()), ("shop/tests.caveat", tests)]);
    folder.run(&["test", "shop"]).code(0);
    let ran = folder.run(&["check", "shop"]).code(1);
    for name in ["`Idle` is declared and never used", "the fact `idle` is declared and never used"] {
        assert!(ran.out.contains(name), "{}", ran.out);
    }
}

/// An extension is made in order to change what its base says, so it runs its own tests alone.
#[test]
fn the_tests_of_a_base_are_the_bases_own() {
    let extension = "policy more \"More\" { extends \"../shop\"; }\n\
        clause none { must not share Address to Post, notwithstanding delivery; }\n\
        test sharing { prohibited share Address to Post for Delivery by none; }\n";
    let folder = Folder::new(&[
        ("shop/policy.caveat", SHOP),
        ("shop/tests.caveat", HOLDS),
        ("more/policy.caveat", extension),
    ]);
    folder.run(&["test", "more"]).code(0).says("more: 1 of 1 expectation in 1 test hold\n");
    folder.run(&["test", "shop"]).code(0);
    // its words are checked where it is checked, and nowhere else
    let wrong = HOLDS.replace("Email to Post", "Emall to Post");
    std::fs::write(folder.path("shop/tests.caveat"), wrong).expect("a file");
    folder.run(&["test", "more"]).code(0);
    folder.run(&["test", "shop"]).code(2);
}

// ---- What is covered ----

/// The statements of `SHOP` are on lines 14, 17, 19, 21, 24 and 26; `for-nothing` can never decide.
/// `HOLDS` has the first three decide. Its conditions: `opted_in` both ways, the section's one way
/// only, and that of line 24 not at all.
#[test]
fn coverage_is_what_counting_by_hand_gives() {
    let folder = Folder::shop(HOLDS);
    let ran = folder.run(&["test", "shop", "--coverage"]).code(0);
    let table = ran.out.split("\nok ").next().expect("a table");
    insta::assert_snapshot!(table, @r"
    file                         statements           conditions
    shop/policy.caveat        3/5   60.00 %        3/6   50.00 %
    in all                    3/5   60.00 %        3/6   50.00 %
    (counted: 6 statements, less 1 that can never decide)

    no test has these decide:
      shop/policy.caveat:24 keeping: may retain CustomerData until 30 days after Closed
      shop/policy.caveat:26 unlisted: may use Address for Delivery

    no test asks where these conditions hold:
      shop/policy.caveat:24 keeping: until 30 days after Closed

    no test asks where these conditions fail:
      shop/policy.caveat:16 letters: the condition in front
      shop/policy.caveat:24 keeping: until 30 days after Closed

    these can never decide, and are not counted:
      shop/policy.caveat:21 for-nothing: may sell Address to Post for Delivery
    ");
    let json = folder.run(&["test", "shop", "--coverage", "--format", "json"]).code(0).json();
    let coverage = &json["policies"][0]["coverage"];
    assert_eq!(coverage["statements"], serde_json::json!({"covered": 3, "of": 5, "percent": 60.0}));
    assert_eq!(coverage["conditions"], serde_json::json!({"covered": 3, "of": 6, "percent": 50.0}));
    let hits: Vec<(u64, u64)> = coverage["statement"]
        .as_array()
        .expect("statements")
        .iter()
        .map(|s| (s["line"].as_u64().unwrap(), s["hits"].as_u64().unwrap()))
        .collect();
    assert_eq!(hits, [(14, 1), (17, 2), (19, 1), (21, 0), (24, 0), (26, 0)]);
    assert_eq!(coverage["statement"][3]["can-decide"], false);
}

#[test]
fn too_little_coverage_fails() {
    let folder = Folder::shop(HOLDS);
    folder.run(&["test", "shop", "--fail-under", "60"]).code(0).says_not("file ");
    folder.run(&["test", "shop", "--fail-under", "60.01"]).code(1);
    folder.run(&["test", "shop", "--fail-under", "101"]).code(2).complains("not between 0 and 100");
}

/// A request that leaves the fact open sees neither side of the condition; one by one they count.
#[test]
fn an_open_condition_is_not_met() {
    let lines = ["undetermined use Email for Letters;", "permitted use Email for Letters when opted_in;"];
    for (count, line) in lines.iter().enumerate() {
        let folder = Folder::shop(&format!("test one when region is EU {{ {line} }}\n"));
        let json = folder.run(&["test", "shop", "--coverage", "--format", "json"]).code(0).json();
        let all = json["policies"][0]["coverage"]["condition"].as_array().expect("conditions").clone();
        let of = |text: &str| all.iter().find(|c| c["text"] == text).expect("the condition").clone();
        assert_eq!(of("when opted_in")["holds"]["hits"], count, "{line}");
        assert_eq!(of("when opted_in")["fails"]["hits"], 0);
        assert_eq!(of("letters")["holds"]["hits"], 1);
    }
}

/// What can never decide is what the checker calls void or never effective: two ways to the same, the
/// evaluator's search and the algebra.
#[test]
fn what_can_never_decide_is_what_the_checker_says() {
    let clari = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies/clari");
    let folder = Folder::new(&[]);
    let json = |verb: &str, more: &[&str]| {
        let path = clari.to_str().expect("a path");
        folder.run(&[&[verb, path, "--format", "json"], more].concat()).json()
    };
    let place =
        |v: &Value| (v["file"].as_str().expect("a file").to_owned(), v["line"].as_u64().expect("a line"));
    let checked = json("check", &[]);
    let void = checked["findings"].as_array().expect("findings").iter();
    let void = void.filter(|f| f["check"] == "void-permission" || f["check"] == "never-effective");
    let void: BTreeSet<_> = void.map(|f| place(&f["labels"][0])).collect();
    let tested = json("test", &["--coverage"]);
    let all = tested["policies"][0]["coverage"]["statement"].as_array().expect("statements");
    let never: BTreeSet<_> = all.iter().filter(|s| s["can-decide"] == false).map(place).collect();
    assert_eq!(never, void);
    assert_eq!(never.len(), 7);
}

/// The tracefile, read as strictly as `genhtml` does.
#[test]
fn lcov_adds_up() {
    let folder = Folder::shop(HOLDS);
    folder.run(&["test", "shop", "--lcov", "cover.info"]).code(0);
    let text = folder.read("cover.info");
    let mut record: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut records = 0;
    for line in text.lines() {
        if line == "end_of_record" {
            records += 1;
            let lines: Vec<(u32, u32)> = record["DA"].iter().map(|l| pair(l)).collect();
            assert_eq!(lines, [(14, 1), (17, 2), (19, 1), (24, 0), (26, 0)]);
            assert_eq!((record["LF"][0], record["LH"][0]), ("5", "3"));
            let branches = &record["BRDA"];
            assert_eq!(branches, &["17,0,0,3", "17,0,1,0", "17,1,0,1", "17,1,1,1", "24,0,0,-", "24,0,1,-"]);
            assert_eq!((record["BRF"][0], record["BRH"][0]), ("6", "3"));
            let of_lines: Vec<u32> = lines.iter().map(|l| l.0).collect();
            for branch in branches {
                let line: u32 = branch.split(',').next().unwrap().parse().unwrap();
                assert!(of_lines.contains(&line), "a branch on a line that is none");
            }
            assert!(folder.path(record["SF"][0]).is_file());
            record.clear();
            continue;
        }
        let (key, value) = line.split_once(':').expect("a key");
        assert!(["TN", "SF", "DA", "LF", "LH", "BRDA", "BRF", "BRH"].contains(&key), "{line}");
        record.entry(key).or_default().push(value);
    }
    assert_eq!((records, record.len()), (1, 0));
}

fn pair(text: &str) -> (u32, u32) {
    let (a, b) = text.split_once(',').expect("two numbers");
    (a.parse().expect("a number"), b.parse().expect("a number"))
}

// ---- Formats ----

#[test]
fn json_has_every_line_with_its_decision() {
    let folder = Folder::shop(&HOLDS.replace("unstated share", "prohibited share"));
    let json = folder.run(&["test", "shop", "--format", "json"]).code(1).json();
    let counts = serde_json::json!({"tests": 2, "expectations": 7, "passed": 6, "failed": 1, "errors": 0});
    assert_eq!(json["summary"], counts);
    assert_eq!(json["policies"][0]["summary"], counts);
    assert_eq!(json["policies"][0]["policy"], "shop");
    assert!(json["policies"][0].get("coverage").is_none());
    let test = &json["policies"][0]["tests"][0];
    assert_eq!(
        (&test["name"], &test["title"], &test["line"]),
        (&"sharing".into(), &"Who gets it".into(), &1.into())
    );
    let lines = test["expectations"].as_array().expect("lines");
    assert_eq!(lines[0]["status"], "passed");
    assert_eq!(lines[0]["by"], serde_json::json!(["delivery"]));
    assert_eq!(lines[0]["duties"], serde_json::json!(["log"]));
    assert_eq!(lines[0]["decision"]["deciding"][0]["label"], "delivery");
    let failed = &lines[2];
    assert_eq!(failed["text"], "prohibited share Email to Post");
    assert_eq!((&failed["verdict"], &failed["status"]), (&"prohibited".into(), &"failed".into()));
    assert_eq!(failed["decision"]["verdict"], "unstated");
    assert_eq!(failed["findings"][0]["labels"][0]["line"], 4);
    assert_eq!(lines[3]["decision"]["unlisted"], "Dodgy");
}

#[test]
fn junit_is_well_formed_and_adds_up() {
    let tests =
        HOLDS.replace("unstated share", "prohibited share").replace("use Email for Letters;", "use Emaill;");
    let folder = Folder::shop(&tests);
    let out = folder.run(&["test", "shop", "--format", "junit"]).code(2).out;
    let document = roxmltree::Document::parse(&out).expect("well-formed");
    let root = document.root_element();
    let number = |node: roxmltree::Node<'_, '_>, name: &str| -> usize {
        node.attribute(name).expect("a count").parse().expect("a number")
    };
    let of = |node: roxmltree::Node<'_, '_>, name: &str| {
        node.descendants().filter(|n| n.has_tag_name(name)).count()
    };
    assert!(root.has_tag_name("testsuites"));
    assert_eq!((number(root, "tests"), number(root, "failures"), number(root, "errors")), (7, 1, 1));
    let suites: Vec<_> = root.children().filter(|n| n.is_element()).collect();
    assert_eq!(
        suites.iter().map(|s| s.attribute("name").unwrap()).collect::<Vec<_>>(),
        ["shop.sharing", "shop.letters"]
    );
    for suite in suites {
        assert_eq!(number(suite, "tests"), of(suite, "testcase"));
        assert_eq!(number(suite, "failures"), of(suite, "failure"));
        assert_eq!(number(suite, "errors"), of(suite, "error"));
    }
    let failure = document.descendants().find(|n| n.has_tag_name("failure")).expect("a failure");
    assert!(failure.text().expect("its words").contains("no statement speaks of it"));
    let case = failure.parent().expect("its case");
    assert_eq!((case.attribute("line"), case.attribute("file")), (Some("4"), Some("shop/tests.caveat")));
    let error = document.descendants().find(|n| n.has_tag_name("error")).expect("an error");
    assert_eq!(error.attribute("message"), Some("the policy declares no `Emaill`"));
}

/// The same input gives the same output, whatever the format.
#[test]
fn every_format_is_the_same_twice() {
    let folder = Folder::shop(&HOLDS.replace("unstated share", "prohibited share"));
    for format in ["human", "json", "junit"] {
        let arguments = ["test", "shop", "--coverage", "--format", format];
        assert_eq!(folder.run(&arguments).code(1).out, folder.run(&arguments).out);
    }
}

// ---- The policies of this project ----

/// Every test of the project's own policies holds, and every statement that can decide does so in one.
#[test]
fn the_projects_policies_are_tested_whole() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies");
    for name in ["example", "clari", "clari-resolved"] {
        let policy = root.join(name);
        let folder = Folder::new(&[]);
        let ran =
            folder.run(&["test", policy.to_str().expect("a path"), "--fail-under", "100", "--coverage"]);
        assert_eq!(ran.code, 0, "{name}\n{}\n{}", ran.out, ran.err);
    }
}
