//! The policies that the tests ask about, and their bundles.

use caveat::bundle::Bundle;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// Every verdict, a duty, a defeated statement, a clock; `{letters}` is a statement more or less.
const SHOP: &str = r#"policy shop "Shop" { issuer Shop; revised {revised}; }
people Customer "who buys";
party Shop "the shop";
parties Carrier "brings parcels" { Post "the post"; Courier "a courier"; }
party Printer "prints catalogues";
channel Web "the shop's site";
data CustomerData "what the shop knows" { Address "where the customer lives"; Orders "what was bought"; }
purpose Delivery "bringing the parcel";
purpose Marketing "letters about offers";
fact opted_in "the customer asked for letters";
fact abroad "the parcel leaves the country" default false;
event Complaint "the customer complained";
duty Notify;
clause delivery { cites "we give your address to the carrier"; may share Address of Customer to Carrier for Delivery, notwithstanding nobody; }
clause abroad { must not share Address to Courier when abroad, notwithstanding delivery; }
clause nobody { cites "nobody else gets it"; must not share CustomerData to any; }
clause never-sold { must not sell CustomerData to any; }
clause letters { may use Address for Marketing when opted_in with duty Notify; }
clause kept { may retain Orders until 30 days after Complaint; }
{more}
"#;

/// A folder with bundles, gone when the test ends.
pub struct Bundles(TempDir);

impl Bundles {
    pub fn new() -> Bundles {
        Bundles(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The shop's bundle.
    pub fn shop(&self) -> PathBuf {
        self.shop_with("shop", "2026-01-01", "")
    }

    /// A further revision of the shop's policy.
    pub fn shop_with(&self, name: &str, revised: &str, more: &str) -> PathBuf {
        let text = SHOP.replace("{revised}", revised).replace("{more}", more);
        let source = self.path(&format!("{name}.caveat"));
        std::fs::write(&source, text).expect("a file");
        self.build(&source, name)
    }

    /// The bundle of the real policy.
    pub fn clari(&self) -> PathBuf {
        self.build(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/clari-resolved"), "clari")
    }

    /// The bundle of a policy.
    pub fn build(&self, policy: &Path, name: &str) -> PathBuf {
        self.release(policy, name, &[])
    }

    /// A release of the shop's policy, with what `build` is told of it.
    pub fn shop_release(&self, name: &str, options: &[&str]) -> PathBuf {
        self.shop();
        self.release(&self.path("shop.caveat"), name, options)
    }

    fn release(&self, policy: &Path, name: &str, options: &[&str]) -> PathBuf {
        let bundle = self.path(&format!("{name}.json"));
        let policy = policy.to_str().expect("a name");
        let into = bundle.to_str().expect("a name");
        self.tool(&[&["build", policy, "--today", "2026-11-23", "-o", into], options].concat());
        bundle
    }

    /// A pair of keys: the private one, and the public one.
    pub fn keys(&self, name: &str) -> [String; 2] {
        let [private, public] = ["jwk", "pub.jwk"].map(|end| self.path(&format!("{name}.{end}")));
        let [private, public] = [private, public].map(|path| path.to_str().expect("a name").to_owned());
        self.tool(&["keygen", &private]);
        [private, public]
    }

    fn tool(&self, arguments: &[&str]) {
        let ran = Command::new(env!("CARGO_BIN_EXE_caveat")).args(arguments).output().expect("the tool runs");
        assert!(ran.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&ran.stderr));
    }
}

/// As the library has it.
pub fn load(path: &Path) -> Bundle {
    Bundle::load(&std::fs::read(path).expect("a file")).expect("a bundle")
}
