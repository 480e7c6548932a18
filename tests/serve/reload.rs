//! Bundles that change under load: good ones are taken over, bad ones are not, and no answer is lost
//! or of a bundle that is not whole.

use super::bundles::{Bundles, load};
use super::server::Server;
use caveat::decide::json;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// What the two revisions of the shop's policy say differently.
fn asked() -> Value {
    json!({ "action": "use", "data": "Orders", "purpose": "Marketing", "facts": { "opted_in": true } })
}

/// Puts a file where the server looks, all at once.
fn swap(bytes: &[u8], place: &Path) {
    let beside = place.with_extension("new");
    std::fs::write(&beside, bytes).unwrap();
    std::fs::rename(&beside, place).unwrap();
}

/// Ends the load when the test ends, well or not.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[test]
fn bundles_are_swapped_under_load() {
    let bundles = Bundles::new();
    let old = bundles.shop();
    let new = bundles.shop_with("new", "2026-02-01", "clause offers { may use Orders for Marketing; }");
    let files = [std::fs::read(&old).unwrap(), std::fs::read(&new).unwrap()];
    let mut expected = BTreeMap::new();
    for path in [&old, &new] {
        let bundle = load(path);
        let mut answer = Vec::new();
        json::decide(&bundle, asked().to_string().as_bytes(), None, &mut answer).unwrap();
        expected.insert(bundle.digest().to_owned(), String::from_utf8(answer).unwrap());
    }
    let digests = [&old, &new].map(|path| load(path).digest().to_owned());
    assert_ne!(
        expected[&digests[0]][..25],
        expected[&digests[1]][..25],
        "the two must differ in the verdict"
    );
    let place = bundles.path("in-use.json");
    swap(&files[0], &place);
    let server = Server::start(&place, &["--reload-interval", "10ms"]);
    let done = AtomicBool::new(false);
    let address = server.address;
    std::thread::scope(|scope| {
        let _over = Over(&done);
        let workers: Vec<_> = (0..3)
            .map(|_| {
                scope.spawn(|| {
                    let mut client = super::client::Client::tcp(address);
                    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
                    while !done.load(Ordering::Relaxed) {
                        let answer = client.post("/v1/decide", &asked());
                        assert_eq!(answer.status, 200);
                        let digest = answer.json()["bundle"].as_str().unwrap().to_owned();
                        let expected = expected.get(&digest).expect("a bundle that was good");
                        assert_eq!(&String::from_utf8(answer.body).unwrap(), expected);
                        *seen.entry(digest).or_default() += 1;
                    }
                    seen
                })
            })
            .collect();
        for round in 0..3 {
            let (other, now) = (&digests[round % 2], &digests[(round + 1) % 2]);
            let good = &files[(round + 1) % 2];
            let mut corrupted = good.clone();
            let middle = corrupted.len() / 2;
            corrupted[middle] ^= 1;
            let newer =
                String::from_utf8_lossy(good).replacen("\"format\":1", "\"format\":2", 1).into_bytes();
            let bad: [(&[u8], &str); 5] = [
                (&good[..middle], "EOF while parsing"),
                (&corrupted, "the content is not what the bundle was made with"),
                (b"", "at line 1 column 0"),
                (b"not a bundle", "expected ident"),
                (&newer, "format 2"),
            ];
            for (bytes, why) in bad {
                let refused = server.metric("caveat_reloads_total{result=\"failed\"}");
                // Written in place, as somebody does who has not heard of renaming.
                std::fs::write(&place, bytes).unwrap();
                let ready = server.wait_for(why, |server| {
                    let ready = server.ready();
                    ready["refused"]["why"].as_str()?.contains(why).then_some(ready)
                });
                assert!(server.metric("caveat_reloads_total{result=\"failed\"}") > refused);
                assert_eq!((&ready["ready"], &ready["current"]), (&json!(true), &json!(false)));
                assert_eq!(&ready["bundle"], other, "the last good one stays");
                assert_eq!(server.metric("caveat_bundle_current"), 0.0);
            }
            // Half of a good one, then all of it.
            std::fs::write(&place, &good[..good.len() / 3]).unwrap();
            std::thread::sleep(Duration::from_millis(30));
            std::fs::write(&place, good).unwrap();
            server.wait_for("the new bundle", |server| (server.ready()["bundle"] == **now).then_some(()));
            assert_eq!(server.ready()["current"], true);
            assert_eq!(server.metric("caveat_bundle_current"), 1.0);
        }
        std::fs::remove_file(&place).unwrap();
        server.wait_for("a refusal", |server| server.ready()["refused"]["why"].as_str().map(str::to_owned));
        done.store(true, Ordering::Relaxed);
        let seen: Vec<BTreeMap<String, usize>> = workers.into_iter().map(|w| w.join().unwrap()).collect();
        let all: BTreeSet<&String> = seen.iter().flat_map(BTreeMap::keys).collect();
        assert_eq!(all.len(), 2, "both were asked");
        assert!(seen.iter().flat_map(BTreeMap::values).sum::<usize>() > 100, "{seen:?}");
    });
    assert_eq!(server.metric("caveat_reloads_total{result=\"ok\"}"), 3.0);
}

#[test]
fn a_signal_looks_at_once() {
    let bundles = Bundles::new();
    let place = bundles.shop();
    let new = bundles.shop_with("new", "2026-02-01", "clause offers { may use Orders for Marketing; }");
    let server = Server::start(&place, &["--reload-interval", "1h"]);
    swap(&std::fs::read(&new).unwrap(), &place);
    std::thread::sleep(Duration::from_millis(100));
    assert_ne!(server.ready()["bundle"], load(&new).digest());
    server.signal("HUP");
    server
        .wait_for("the new bundle", |server| (server.ready()["bundle"] == load(&new).digest()).then_some(()));
}

#[test]
fn a_bundle_of_the_same_size_and_time_is_seen() {
    let bundles = Bundles::new();
    let place = bundles.shop();
    let bytes = std::fs::read(&place).unwrap();
    let time = std::fs::metadata(&place).unwrap().modified().unwrap();
    let server = Server::start(&place, &["--reload-interval", "20ms"]);
    let mut broken = bytes.clone();
    let last = broken.len() - 10;
    broken[last] ^= 1;
    std::fs::write(&place, &broken).unwrap();
    std::fs::File::options().write(true).open(&place).unwrap().set_modified(time).unwrap();
    server.hears("is refused");
}

#[test]
fn a_server_does_not_start_without_a_good_bundle() {
    let bundles = Bundles::new();
    let good = bundles.shop();
    let half = bundles.path("half.json");
    let bytes = std::fs::read(&good).unwrap();
    std::fs::write(&half, &bytes[..bytes.len() / 2]).unwrap();
    for bundle in [half, bundles.path("nowhere.json")] {
        let ran = std::process::Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(["serve", "--listen", "127.0.0.1:0", "--bundle"])
            .arg(&bundle)
            .output()
            .unwrap();
        assert_eq!(ran.status.code(), Some(2));
        let said = String::from_utf8(ran.stderr).unwrap();
        assert!(said.contains(bundle.file_name().unwrap().to_str().unwrap()), "{said}");
    }
}
