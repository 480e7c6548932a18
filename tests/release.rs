//! Releasing a policy with the tool: keys, signatures, days and revisions, from outside.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::path::{Path, PathBuf};
use std::process::Command;

const POLICY: &str = r#"policy shop "Shop" { issuer Shop; }
people Customer; party Shop; data Address; purpose Delivery;
clause delivery { may use Address of Customer for Delivery; }
"#;

struct Folder(tempfile::TempDir);

struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        std::fs::write(folder.path("shop.caveat"), POLICY).unwrap();
        folder
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.path(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let run = Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(arguments)
            .current_dir(self.0.path())
            .env_remove("SOURCE_DATE_EPOCH")
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Ran { code: run.status.code().unwrap(), out: text(run.stdout), err: text(run.stderr) }
    }

    fn well(&self, arguments: &[&str]) -> Ran {
        let ran = self.run(arguments);
        assert_eq!(ran.code, 0, "{arguments:?}: {}{}", ran.out, ran.err);
        ran
    }

    /// Runs what must not succeed, and gives all that it says.
    fn fails(&self, code: i32, arguments: &[&str]) -> String {
        let ran = self.run(arguments);
        assert_eq!(ran.code, code, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.out + &ran.err
    }
}

#[test]
fn a_release_is_built_signed_and_verified() {
    let folder = Folder::new();
    let id = folder.well(&["keygen", "release.jwk"]).out;
    let build = |name: &str, more: &[&str]| {
        folder.well(&[&["build", "shop.caveat", "-o", name, "--sign-key", "release.jwk"], more].concat())
    };
    build("shop.json", &["--revision", "7", "--not-before", "2026-01-01", "--not-after", "2026-12-31"]);
    let verify = ["verify", "shop.json", "--key", "release.pub.jwk", "--today"];
    let said = folder.well(&[&verify[..], &["2026-06-01"]].concat()).out;
    for words in [id.trim(), "policy shop", "revision 7", "not before 2026-01-01", "not after 2026-12-31"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    for (day, words) in
        [("2025-12-31", "not be used before 2026-01-01"), ("2027-01-01", "not be used after 2026-12-31")]
    {
        assert!(folder.fails(1, &[&verify[..], &[day]].concat()).contains(words));
    }
    folder.well(&[&verify[..], &["2026-06-01", "--at-least", "7"]].concat());
    let older = folder.fails(1, &[&verify[..], &["2026-06-01", "--at-least", "8"]].concat());
    assert!(older.contains("revision 7, and nothing older than 8"), "{older}");

    let json = folder.well(&[&verify[..], &["2026-06-01", "--format", "json"]].concat()).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["verified"].as_bool(), json["signers"][0].as_str()), (Some(true), Some(id.trim())));
    let json = folder.fails(1, &[&verify[..], &["2027-06-01", "--format", "json"]].concat());
    assert!(serde_json::from_str::<serde_json::Value>(&json).unwrap()["refused"].is_string());

    // The same words make the same bytes, signature and all: Ed25519 takes no chance.
    build("again.json", &["--revision", "7", "--not-before", "2026-01-01", "--not-after", "2026-12-31"]);
    assert_eq!(folder.read("shop.json"), folder.read("again.json"));
    assert_eq!(folder.read("shop.json.jws"), folder.read("again.json.jws"));
    // A release that says nothing of itself is the bundle as it always was.
    build("plain.json", &[]);
    folder.well(&["build", "shop.caveat", "-o", "unsigned.json"]);
    assert_eq!(folder.read("plain.json"), folder.read("unsigned.json"));
}

#[test]
fn keys_are_rotated() {
    let folder = Folder::new();
    folder.well(&["keygen", "old.jwk"]);
    folder.well(&["keygen", "new.jwk"]);
    folder.well(&["build", "shop.caveat", "-o", "shop.json"]);
    let lines = || String::from_utf8(folder.read("shop.json.jws")).unwrap().lines().count();
    folder.well(&["sign", "shop.json", "--key", "old.jwk"]);
    assert!(
        folder.fails(1, &["verify", "shop.json", "--key", "new.pub.jwk"]).contains("no trusted key signed")
    );
    folder.well(&["sign", "shop.json", "--key", "new.jwk"]);
    folder.well(&["sign", "shop.json", "--key", "new.jwk"]);
    assert_eq!(lines(), 2);
    for key in ["old.pub.jwk", "new.pub.jwk"] {
        folder.well(&["verify", "shop.json", "--key", key]);
    }
    let both = folder.well(&["verify", "shop.json", "--key", "old.pub.jwk", "--key", "new.pub.jwk"]).out;
    assert!(both.lines().next().unwrap().contains(", "), "{both}");
    // Built with both, and nothing of before is left.
    folder.well(&["build", "shop.caveat", "-o", "shop.json", "--revision", "2", "--sign-key", "new.jwk"]);
    assert_eq!(lines(), 1);
    folder.well(&[
        "sign",
        "shop.json",
        "--key",
        "old.jwk",
        "--key",
        "new.jwk",
        "--signatures",
        "elsewhere.jws",
    ]);
    folder.well(&["verify", "shop.json", "--key", "old.pub.jwk", "--signatures", "elsewhere.jws"]);
}

#[test]
fn what_was_changed_is_refused() {
    let folder = Folder::new();
    folder.well(&["keygen", "k.jwk"]);
    folder.well(&["build", "shop.caveat", "-o", "shop.json", "--sign-key", "k.jwk"]);
    let verify = ["verify", "shop.json", "--key", "k.pub.jwk"];
    let good = folder.read("shop.json");
    std::fs::write(
        folder.path("shop.json"),
        String::from_utf8(good.clone()).unwrap().replace("permit", "Permit"),
    )
    .unwrap();
    assert!(folder.fails(1, &verify).contains("the bundle or the signature was changed"));
    std::fs::write(folder.path("shop.json"), &good).unwrap();
    std::fs::remove_file(folder.path("shop.json.jws")).unwrap();
    assert!(folder.fails(1, &verify).contains("is not signed"));
    assert!(folder.fails(2, &["verify", "none.json", "--key", "k.pub.jwk"]).contains("no such file"));
    assert!(folder.fails(2, &["verify", "shop.json", "--key", "none.jwk"]).contains("no such file"));
    assert!(folder.fails(2, &["verify", "shop.json", "--key", "k.jwk"]).contains("private key"));
    assert!(folder.fails(2, &["verify", "shop.json", "--key", "shop.json"]).contains("no JSON Web Key"));
    assert!(folder.fails(2, &["verify", "shop.json"]).contains("--key"));
    let twice = ["verify", "shop.json", "--key", "k.pub.jwk", "--key", "k.pub.jwk"];
    assert!(folder.fails(2, &twice).contains("two keys have the id"));
    // Nothing is signed that is no bundle.
    std::fs::write(folder.path("half.json"), &good[..good.len() / 2]).unwrap();
    assert!(folder.fails(2, &["sign", "half.json", "--key", "k.jwk"]).contains("not a bundle"));
    assert!(!folder.path("half.json.jws").exists());
    assert!(folder.fails(2, &["sign", "shop.json", "--key", "k.pub.jwk"]).contains("public key"));
}

#[test]
fn a_key_is_never_written_over_and_its_owners_alone() {
    let folder = Folder::new();
    let said = folder.well(&["keygen", "k.jwk"]);
    assert!(!said.out.contains("\"d\"") && !said.err.contains("\"d\""));
    let (private, public) = (folder.read("k.jwk"), folder.read("k.pub.jwk"));
    assert!(!String::from_utf8(public.clone()).unwrap().contains("\"d\""));
    assert!(folder.fails(2, &["keygen", "k.jwk"]).contains("never written over"));
    std::fs::remove_file(folder.path("k.pub.jwk")).unwrap();
    assert!(folder.fails(2, &["keygen", "k.jwk"]).contains("never written over"));
    std::fs::write(folder.path("k.pub.jwk"), &public).unwrap();
    assert_eq!(folder.read("k.jwk"), private);
    assert_ne!(folder.well(&["keygen", "other.key"]).out, said.out);
    assert!(folder.path("other.key.pub.jwk").exists());
    assert!(folder.fails(2, &["keygen", "no/such/folder.jwk"]).contains("cannot be written"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&folder.path("k.jwk")), 0o600);
        assert_eq!(mode(&folder.path("k.pub.jwk")) & 0o600, 0o600);
        std::fs::set_permissions(folder.path("k.jwk"), std::fs::Permissions::from_mode(0o644)).unwrap();
        let ran = folder.well(&["build", "shop.caveat", "-o", "s.json", "--sign-key", "k.jwk"]);
        assert!(ran.err.contains("can be read by others"), "{}", ran.err);
    }
}

#[test]
fn what_makes_no_sense_is_said_before_anything_is_written() {
    let folder = Folder::new();
    folder.well(&["keygen", "k.jwk"]);
    let build = ["build", "shop.caveat", "-o"];
    let fails = |more: &[&str], words: &str| {
        let said = folder.fails(2, &[&build[..], more].concat());
        assert!(said.contains(words), "{said}");
    };
    fails(&["-", "--sign-key", "k.jwk"], "writes none");
    fails(&["a.json", "--sign-key", "none.jwk"], "no such file");
    fails(&["a.json", "--sign-key", "k.pub.jwk"], "public key");
    fails(&["a.json", "--not-before", "2026-02-01", "--not-after", "2026-01-31"], "lies before");
    fails(&["a.json", "--not-after", "2026-02-30"], "YYYY-MM-DD");
    fails(&["a.json", "--revision", "9007199254740992"], "9007199254740992");
    assert!(!folder.path("a.json").exists());
}
