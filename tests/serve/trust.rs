//! With trusted keys, nothing is acted on that they did not sign, that is not of the day, or that is
//! older than what was seen.

use super::bundles::{Bundles, load};
use super::client::Client;
use super::server::Server;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

fn asked() -> Value {
    json!({ "action": "sell", "data": "Address", "recipient": "Post" })
}

/// The file of signatures beside a bundle.
fn signatures(bundle: &Path) -> String {
    format!("{}.jws", bundle.display())
}

/// A bundle, its signatures, and why they are refused.
type Swapped<'a> = (&'a [u8], Option<&'a [u8]>, &'a str);

/// Puts a bundle and its signatures where the server looks: two files, so one comes first.
fn swap(bundle: &[u8], signed: Option<&[u8]>, place: &Path) {
    let beside = signatures(place);
    match signed {
        Some(signed) => std::fs::write(&beside, signed).unwrap(),
        None => drop(std::fs::remove_file(&beside)),
    }
    let new = place.with_extension("new");
    std::fs::write(&new, bundle).unwrap();
    std::fs::rename(&new, place).unwrap();
}

#[test]
fn only_what_is_signed_and_not_older_is_taken_over() {
    let bundles = Bundles::new();
    let [private, public] = bundles.keys("release");
    let [other, _] = bundles.keys("other");
    let release = |name: &str, revision: &str, key: &str, more: &[&str]| {
        let path = bundles.shop_release(name, &[&["--revision", revision, "--sign-key", key], more].concat());
        (
            std::fs::read(&path).unwrap(),
            std::fs::read(signatures(&path)).unwrap(),
            load(&path).digest().to_owned(),
        )
    };
    let (old, old_signed, _) = release("old", "1", &private, &[]);
    let (first, first_signed, first_digest) = release("first", "2", &private, &[]);
    let (second, second_signed, second_digest) = release("second", "3", &private, &[]);
    let (strange, strange_signed, _) = release("strange", "4", &other, &[]);
    let (over, over_signed, _) = release("over", "5", &private, &["--not-after", "2020-01-01"]);
    let (early, early_signed, _) = release("early", "6", &private, &["--not-before", "2999-01-01"]);
    // The revision of the one that is in use, and other words.
    let (again, again_signed, _) = release("again", "2", &private, &["--not-after", "2999-01-01"]);
    let unnumbered = bundles.shop_release("unnumbered", &["--sign-key", &private]);
    let unnumbered_signed = std::fs::read(signatures(&unnumbered)).unwrap();
    let unnumbered = std::fs::read(&unnumbered).unwrap();
    let mut flipped = second.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    let place = bundles.path("in-use.json");
    swap(&first, Some(&first_signed), &place);
    let server = Server::start(&place, &["--trusted-key", &public, "--reload-interval", "10ms"]);
    assert_eq!(server.ready()["revision"], 2);
    let bad: [Swapped; 11] = [
        (&second, None, "the bundle is not signed"),
        (&second, Some(b""), "the bundle is not signed"),
        // Two good bundles, their files mixed up.
        (&second, Some(&first_signed), "the signature in line 1 is not the key"),
        (&old, Some(&first_signed), "the signature in line 1 is not the key"),
        (&again, Some(&again_signed), "the bundle in use is revision 2 too"),
        (&flipped, Some(&second_signed), "is not the key"),
        (&strange, Some(&strange_signed), "no trusted key signed the bundle"),
        (&old, Some(&old_signed), "the bundle is revision 1, and nothing older than 2 is taken"),
        (&unnumbered, Some(&unnumbered_signed), "the bundle has no revision"),
        (&over, Some(&over_signed), "the bundle may not be used after 2020-01-01"),
        (&early, Some(&early_signed), "the bundle may not be used before 2999-01-01"),
    ];
    let done = AtomicBool::new(false);
    let address = server.address;
    std::thread::scope(|scope| {
        let load = scope.spawn(|| {
            let mut client = Client::tcp(address);
            let mut answers = 0;
            while !done.load(Ordering::Relaxed) {
                let answer = client.post("/v1/decide", &asked()).ok();
                assert!([&first_digest, &second_digest].iter().any(|d| answer["bundle"] == ***d), "{answer}");
                answers += 1;
            }
            answers
        });
        // The load ends with the test, well or not.
        let tested = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for (bytes, signed, why) in bad {
                swap(bytes, signed, &place);
                let ready = server.wait_for(why, |server| {
                    let ready = server.ready();
                    ready["refused"]["why"].as_str()?.contains(why).then_some(ready)
                });
                assert_eq!((&ready["ready"], &ready["bundle"]), (&json!(true), &json!(first_digest)));
            }
            // The signature alone comes in time.
            swap(&second, Some(&first_signed), &place);
            server.wait_for("a refusal", |server| (server.ready()["current"] == false).then_some(()));
            std::fs::write(signatures(&place), &second_signed).unwrap();
            server.wait_for("the second", |server| (server.ready()["bundle"] == second_digest).then_some(()));
            assert_eq!(server.metric("caveat_reloads_total{result=\"ok\"}"), 1.0);
            // What was good before is older now.
            swap(&first, Some(&first_signed), &place);
            server.wait_for("a refusal", |server| {
                server.ready()["refused"]["why"].as_str()?.contains("nothing older than 3").then_some(())
            });
        }));
        done.store(true, Ordering::Relaxed);
        assert!(load.join().unwrap() > 10);
        tested.unwrap();
    });
}

#[test]
fn a_server_does_not_start_with_what_it_would_refuse() {
    let bundles = Bundles::new();
    let [private, public] = bundles.keys("release");
    let signed = bundles.shop_release("signed", &["--revision", "2", "--sign-key", &private]);
    let unsigned = bundles.shop_release("unsigned", &["--revision", "2"]);
    // Well signed, with the signatures of another one beside it.
    let mixed = bundles.shop_release("mixed", &["--revision", "3", "--sign-key", &private]);
    std::fs::copy(signatures(&signed), signatures(&mixed)).unwrap();
    let starts = |bundle: &Path, options: &[&str]| {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(["serve", "--listen", "127.0.0.1:0", "--bundle"])
            .arg(bundle)
            .args(options)
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = String::new();
        let mut lines = std::io::BufReader::new(child.stderr.take().unwrap());
        while !said.contains("listening") && std::io::BufRead::read_line(&mut lines, &mut said).unwrap() > 0 {
        }
        let _ = child.kill();
        let code = child.wait().unwrap().code();
        (code == Some(2), said)
    };
    for (bundle, options, refused) in [
        (&signed, vec!["--trusted-key", &public], None),
        (&unsigned, vec!["--trusted-key", &public], Some("the bundle is not signed")),
        (&signed, vec!["--trusted-key", &public, "--at-least", "2"], None),
        (&signed, vec!["--trusted-key", &public, "--at-least", "3"], Some("nothing older than 3")),
        (&signed, vec!["--trusted-key", &private], Some("release.jwk")),
        (&signed, vec!["--at-least", "3"], Some("--trusted-key")),
        (&mixed, vec!["--trusted-key", &public], Some("the signature in line 1 is not the key")),
    ] {
        let (ended, said) = starts(bundle, &options);
        assert_eq!(ended, refused.is_some(), "{said}");
        assert!(refused.is_none_or(|words| said.contains(words)), "{said}");
    }
}

/// A file with some public keys, put there all at once.
fn trust(keys: &[&String], place: &Path) {
    let read = |key: &&String| serde_json::from_slice::<Value>(&std::fs::read(key).unwrap()).unwrap();
    let set = json!({ "keys": keys.iter().map(read).collect::<Vec<_>>() });
    let new = place.with_extension("new");
    std::fs::write(&new, set.to_string()).unwrap();
    std::fs::rename(&new, place).unwrap();
}

/// A release of the shop's policy: its bytes, its signatures, its digest.
struct Release(Vec<u8>, Vec<u8>, String);

impl Release {
    fn new(bundles: &Bundles, revision: &str, key: &str) -> Release {
        let options = ["--revision", revision, "--sign-key", key];
        let path = bundles.shop_release(&format!("release-{revision}"), &options);
        let read = |path: &Path| std::fs::read(path).unwrap();
        Release(read(&path), read(signatures(&path).as_ref()), load(&path).digest().to_owned())
    }

    fn put(&self, place: &Path) {
        swap(&self.0, Some(&self.1), place);
    }
}

/// Waits until it is said of what was refused that it is this; nothing, where there is nothing.
fn refused(server: &Server, why: Option<&str>) {
    server.wait_for(why.unwrap_or("nothing refused"), |server| {
        let ready = server.ready();
        assert_eq!((&ready["ready"], ready["current"] == true), (&json!(true), ready["refused"].is_null()));
        match (why, ready["refused"]["why"].as_str()) {
            (None, None) => Some(()),
            (Some(why), Some(said)) => said.contains(why).then_some(()),
            _ => None,
        }
    });
}

/// A key is rotated by changing its file, and a server that cannot read it goes on with the last good one.
#[test]
fn keys_are_read_again_when_their_file_changes() {
    let bundles = Bundles::new();
    let [[old, old_public], [new, new_public], [third, third_public]] =
        ["old", "new", "third"].map(|name| bundles.keys(name));
    let release = |revision: &str, key: &str| Release::new(&bundles, revision, key);
    let (place, keys) = (bundles.path("in-use.json"), bundles.path("trusted.jwk"));
    let first = release("1", &old);
    first.put(&place);
    trust(&[&old_public], &keys);
    let server =
        Server::start(&place, &["--trusted-key", keys.to_str().unwrap(), "--reload-interval", "10ms"]);
    let in_use = |release: &Release| {
        server.wait_for(&release.2, |server| (server.ready()["bundle"] == *release.2).then_some(()));
        let answer = server.client().post("/v1/decide", &asked()).ok();
        assert_eq!(answer["bundle"], *release.2);
    };
    in_use(&first);

    // Both are trusted for a while, then the new one alone.
    trust(&[&old_public, &new_public], &keys);
    server.hears("`, `");
    let second = release("2", &new);
    second.put(&place);
    in_use(&second);
    trust(&[&new_public], &keys);
    server.wait_for("the new key alone", |server| {
        let said = server.words();
        let last = said.lines().rfind(|line| line.contains("the trusted keys are"))?;
        (!last.contains("`, `")).then_some(())
    });
    release("3", &old).put(&place);
    refused(&server, Some("no trusted key signed the bundle"));
    in_use(&second);
    let fourth = release("4", &new);
    fourth.put(&place);
    in_use(&fourth);
    refused(&server, None);

    // No keys, and no file: the last good ones count, for a bundle that comes meanwhile too.
    std::fs::write(&keys, "{\"keys\": [").unwrap();
    refused(&server, Some("the trusted keys cannot be read, and the last good ones count: `"));
    let failed = server.metric("caveat_reloads_total{result=\"failed\"}");
    let fifth = release("5", &new);
    fifth.put(&place);
    in_use(&fifth);
    refused(&server, Some("the trusted keys cannot be read"));
    release("6", &old).put(&place);
    refused(&server, Some("no trusted key signed the bundle"));
    std::fs::remove_file(&keys).unwrap();
    server.wait_for("a further failure", |server| {
        (server.metric("caveat_reloads_total{result=\"failed\"}") >= failed + 2.0).then_some(())
    });
    assert_eq!(server.metric("caveat_bundle_current"), 0.0);
    fifth.put(&place);
    refused(&server, Some("No such file"));
    trust(&[&new_public], &keys);
    refused(&server, None);

    // Keys that have signed nothing that is there: what is in use stays, and what the old keys sign is refused.
    trust(&[&third_public], &keys);
    server.hears("stays in use until there is a bundle that they signed: no trusted key signed the bundle");
    in_use(&fifth);
    release("7", &new).put(&place);
    server.hears("a changed bundle is refused");
    refused(&server, Some("no trusted key signed the bundle"));
    in_use(&fifth);
    let eighth = release("8", &third);
    eighth.put(&place);
    in_use(&eighth);
    refused(&server, None);
}

/// On a signal the keys are looked at too, without waiting for the next time.
#[cfg(unix)]
#[test]
fn a_signal_reads_the_keys_again() {
    let bundles = Bundles::new();
    let [[old, old_public], [new, new_public]] = ["old", "new"].map(|name| bundles.keys(name));
    let (place, keys) = (bundles.path("in-use.json"), bundles.path("trusted.jwk"));
    Release::new(&bundles, "1", &old).put(&place);
    trust(&[&old_public], &keys);
    let server = Server::start(&place, &["--trusted-key", keys.to_str().unwrap(), "--reload-interval", "1h"]);
    let second = Release::new(&bundles, "2", &new);
    second.put(&place);
    trust(&[&new_public], &keys);
    assert_eq!(server.ready()["revision"], 1);
    server.signal("HUP");
    server.hears("the trusted keys are `");
    server.hears(&format!("bundle {} is in use now", second.2));
    assert_eq!(server.ready()["revision"], 2);
}
