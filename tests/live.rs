//! `Live` with `Trust`: what a service that reloads takes in place of what it has, and what it never does.

#![cfg(feature = "compiler")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use caveat::bundle::format::Release;
use caveat::bundle::sign::PrivateKey;
use caveat::bundle::trust::{Trust, TrustError};
use caveat::bundle::{Bundle, Live, LoadError, Offer, Refused, Status, envelope};
use caveat::decide::{Request, Verdict, decide};
use jiff::Timestamp;
use std::sync::atomic::{AtomicBool, Ordering};

#[path = "decide/fixture.rs"]
#[allow(dead_code)]
mod fixture;

const OLD: u8 = 1;
const NEW: u8 = 2;
const STRANGER: u8 = 3;

fn key(seed: u8) -> PrivateKey {
    PrivateKey::from_seed(&[seed; 32]).unwrap()
}

fn trusting(seeds: &[u8]) -> Trust {
    Trust::new(seeds.iter().map(|seed| key(*seed).public().clone())).unwrap()
}

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn noon() -> Timestamp {
    at("2026-11-27T12:00:00Z")
}

/// A release of the policy; what it says is told by its title.
fn release(revision: Option<u64>, not_before: Option<&str>, not_after: Option<&str>, title: &str) -> Vec<u8> {
    let mut content = fixture::content();
    content.policy.title = Some(title.to_owned());
    let day = |day: Option<&str>| day.map(str::to_owned);
    content.release = Some(Release {
        revision,
        not_before: day(not_before),
        not_after: day(not_after),
        ..Release::default()
    });
    envelope::write(&serde_json_canonicalizer::to_vec(&content).unwrap())
}

fn revision(number: u64) -> Vec<u8> {
    release(Some(number), None, None, &format!("revision {number}"))
}

/// The signatures of keys over a file: a line each.
fn signed(file: &[u8], seeds: &[u8]) -> Vec<u8> {
    seeds.iter().map(|seed| key(*seed).sign(file) + "\n").collect::<String>().into_bytes()
}

/// A service that has revision 5, signed with the old key, and trusts these keys.
fn live(trusted: &[u8]) -> Live {
    let (file, trust) = (revision(5), trusting(trusted));
    let bundle = Bundle::load_trusted(&file, &signed(&file, &[OLD]), &trust, noon()).unwrap();
    assert_eq!(bundle.signers(), [key(OLD).public().id()]);
    Live::new(bundle, Some(trust), noon())
}

fn offer(live: &Live, file: &[u8], seeds: &[u8], now: Timestamp) -> Result<Offer, Refused> {
    live.offer(file, Some(&signed(file, seeds)), now)
}

/// That an offer is refused for this reason, that the last good bundle stays and answers as before, and
/// that the status names both.
fn refused(live: &Live, result: Result<Offer, Refused>, why: TrustError, now: Timestamp) {
    let before = live.status();
    assert_eq!(result, Err(Refused::Untrusted(why.clone())));
    let Status { digest, revision, refusal, .. } = live.status();
    let kept = live.current();
    assert_eq!((digest.as_str(), revision), (kept.digest(), kept.release().unwrap().revision));
    assert_eq!(before.swaps, live.status().swaps);
    let refusal = refusal.expect("it was refused just now");
    assert_eq!((refusal.at, &refusal.why), (now, &Refused::Untrusted(why)));
    let request = Request::builder(&kept).action("share").data("IpAddress").recipient("Mixpanel");
    assert_eq!(decide(&kept, &request.purpose("Analytics").build().unwrap()).verdict, Verdict::Permitted);
}

#[test]
fn keys_are_rotated_while_the_service_runs() {
    // It trusts both; releases are signed with the old key, with both, with the new one.
    let live = live(&[OLD, NEW]);
    for (number, keys) in [(6, &[OLD][..]), (7, &[OLD, NEW]), (8, &[NEW])] {
        assert_eq!(offer(&live, &revision(number), keys, noon()), Ok(Offer::Swapped));
        let mut ids: Vec<String> = keys.iter().map(|seed| key(*seed).public().id().to_owned()).collect();
        ids.sort();
        assert_eq!(live.current().signers(), ids);
    }
    // A line of a key that it has never heard of is passed over.
    assert_eq!(offer(&live, &revision(9), &[STRANGER, NEW], noon()), Ok(Offer::Swapped));
    assert_eq!(live.status().revision, Some(9));

    // One that was not told of the new key keeps what it has when the old one no longer signs.
    let behind = self::live(&[OLD]);
    assert_eq!(offer(&behind, &revision(7), &[OLD, NEW], noon()), Ok(Offer::Swapped));
    let result = offer(&behind, &revision(8), &[NEW], noon());
    let found = vec![key(NEW).public().id().to_owned()];
    refused(&behind, result, TrustError::Untrusted { found }, noon());
    assert_eq!(behind.status().revision, Some(7));
}

#[test]
fn a_release_has_its_days() {
    let live = live(&[OLD]);
    let next = release(Some(6), Some("2026-12-01"), Some("2026-12-31"), "December");
    let early = at("2026-11-30T23:59:59Z");
    let not_before = "2026-12-01".to_owned();
    refused(&live, offer(&live, &next, &[OLD], early), TrustError::NotYetValid { not_before }, early);
    assert_eq!(live.status().revision, Some(5));
    // From the first minute of the first day to the last of the last.
    let begins = at("2026-12-01T00:00:00Z");
    assert_eq!(offer(&live, &next, &[OLD], begins), Ok(Offer::Swapped));
    assert_eq!(live.status().since, begins);
    assert_eq!(live.usable(at("2026-12-31T23:59:59Z")), Ok(()));
    // It expires while it is in use: it stays what it is, and whoever asks is told.
    let late = at("2027-01-01T00:00:00Z");
    let expired = TrustError::Expired { not_after: "2026-12-31".to_owned() };
    assert_eq!(live.usable(late), Err(expired.clone()));
    refused(&live, offer(&live, &next, &[OLD], late), expired, late);
    // The next one ends that.
    assert_eq!(offer(&live, &revision(7), &[OLD], late), Ok(Offer::Swapped));
    assert_eq!((live.usable(late), live.status().refusal), (Ok(()), None));
}

#[test]
fn a_revision_never_goes_backwards() {
    let live = live(&[OLD]);
    let older = |found, least| TrustError::OlderRevision { found, least };
    refused(&live, offer(&live, &revision(4), &[OLD], noon()), older(Some(4), 5), noon());
    let none = release(None, None, None, "no revision");
    refused(&live, offer(&live, &none, &[OLD], noon()), older(None, 5), noon());
    // The same again is no harm.
    assert_eq!(offer(&live, &revision(5), &[OLD], noon()), Ok(Offer::Same));
    // What it has moves the least that it takes, whatever it began with.
    assert_eq!(offer(&live, &revision(9), &[OLD], noon()), Ok(Offer::Swapped));
    refused(&live, offer(&live, &revision(8), &[OLD], noon()), older(Some(8), 9), noon());
    assert_eq!((live.status().swaps, live.status().refusals), (1, 3));

    // A least that the caller sets holds above that of the bundle in use.
    let file = revision(5);
    let bundle = Bundle::load_trusted(&file, &signed(&file, &[OLD]), &trusting(&[OLD]), noon()).unwrap();
    let strict = Live::new(bundle, Some(trusting(&[OLD]).at_least(8)), noon());
    refused(&strict, offer(&strict, &revision(7), &[OLD], noon()), older(Some(7), 8), noon());
    assert_eq!(offer(&strict, &revision(8), &[OLD], noon()), Ok(Offer::Swapped));
}

/// A revision is the number of one release. Of two that have it, nobody could say which is the older, so
/// neither follows the other, however well it is signed.
#[test]
fn a_revision_is_one_release() {
    let live = live(&[OLD]);
    let again = TrustError::SameRevision { revision: 5 };
    let mended = release(Some(5), None, None, "five, mended");
    refused(&live, offer(&live, &mended, &[OLD], noon()), again.clone(), noon());
    // Days that are put off make another release too.
    let longer = release(Some(5), None, Some("2027-12-31"), "revision 5");
    refused(&live, offer(&live, &longer, &[OLD], noon()), again.clone(), noon());
    // Other keys change nothing of that, nor does a least that lets the revision in.
    let signed_anew = signed(&mended, &[NEW]);
    let least = trusting(&[NEW]).at_least(5);
    refused(&live, live.retrust(least, &mended, &signed_anew, noon()), again, noon());
    assert_eq!(live.trust().as_deref(), Some(&trusting(&[OLD])));
    // With a number of its own it is taken.
    let six = release(Some(6), None, None, "five, mended");
    assert_eq!(offer(&live, &six, &[OLD], noon()), Ok(Offer::Swapped));

    // Where no release has a number, each follows the other: there is nothing to go backwards.
    let [one, two] = ["one", "two"].map(|title| release(None, None, None, title));
    let bundle = Bundle::load_trusted(&one, &signed(&one, &[OLD]), &trusting(&[OLD]), noon()).unwrap();
    let unnumbered = Live::new(bundle, Some(trusting(&[OLD])), noon());
    assert_eq!(offer(&unnumbered, &two, &[OLD], noon()), Ok(Offer::Swapped));
    assert_eq!(offer(&unnumbered, &one, &[OLD], noon()), Ok(Offer::Swapped));
    // And without trust nobody looks at numbers.
    let trusting_nobody = Live::new(Bundle::load(&revision(5)).unwrap(), None, noon());
    assert_eq!(trusting_nobody.offer(&mended, None, noon()), Ok(Offer::Swapped));
}

/// Two releases, each well signed, whose files are mixed up: neither bundle goes with the other's
/// signatures, at the start or later, under one key or two.
#[test]
fn a_bundle_and_the_signatures_of_another_do_not_go_together() {
    let (six, seven) = (revision(6), revision(7));
    let bad = |seed: u8| TrustError::BadSignature { line: 1, key: key(seed).public().id().to_owned() };
    for seeds in [[OLD, OLD], [OLD, NEW]] {
        let signed = [signed(&six, &seeds[..1]), signed(&seven, &seeds[1..])];
        let trust = || trusting(&[OLD, NEW]);
        let live = live(&[OLD, NEW]);
        for (file, other, seed) in [(&six, &signed[1], seeds[1]), (&seven, &signed[0], seeds[0])] {
            assert_eq!(Bundle::load_trusted(file, other, &trust(), noon()).err(), Some(bad(seed)));
            refused(&live, live.offer(file, Some(other), noon()), bad(seed), noon());
            refused(&live, live.retrust(trust(), file, other, noon()), bad(seed), noon());
        }
        // Both sets of lines in one file: one of them is not this bundle's, so somebody has mixed them.
        let both = signed.concat();
        refused(&live, live.offer(&seven, Some(&both), noon()), bad(seeds[0]), noon());
        // Each with its own is taken.
        for (file, own) in [(&six, &signed[0]), (&seven, &signed[1])] {
            assert_eq!(live.offer(file, Some(own), noon()), Ok(Offer::Swapped));
        }
    }
}

/// A key is rotated while the service runs: both sign for a while, then the service trusts the new one alone.
#[test]
fn keys_are_rotated_without_a_restart() {
    let live = live(&[OLD]);
    let five = revision(5);
    let new = || trusting(&[NEW]);
    // Signed by the old key alone, the bundle in use would not be trusted: both stay as they were.
    let why = live.retrust(new(), &five, &signed(&five, &[OLD]), noon()).map(|_| ());
    let found = vec![key(OLD).public().id().to_owned()];
    refused_by(&live, why, TrustError::Untrusted { found });
    assert_eq!(live.trust().as_deref(), Some(&trusting(&[OLD])));
    assert_eq!(offer(&live, &revision(6), &[OLD], noon()), Ok(Offer::Swapped));
    // The bundle in use, signed by both.
    let six = revision(6);
    assert_eq!(live.retrust(new(), &six, &signed(&six, &[OLD, NEW]), noon()), Ok(Offer::Same));
    assert_eq!(live.trust().as_deref(), Some(&new()));
    assert_eq!(live.current().signers(), [key(NEW).public().id()]);
    let status = live.status();
    assert_eq!((status.revision, status.swaps, status.refusal), (Some(6), 1, None));
    // From now on the old key is a stranger's.
    assert!(matches!(
        offer(&live, &revision(7), &[OLD], noon()),
        Err(Refused::Untrusted(TrustError::Untrusted { .. }))
    ));
    assert_eq!(offer(&live, &revision(7), &[NEW], noon()), Ok(Offer::Swapped));
    // Keys and bundle at once; and no key brings an older revision back.
    let eight = revision(8);
    assert_eq!(
        live.retrust(trusting(&[OLD, NEW]), &eight, &signed(&eight, &[OLD]), noon()),
        Ok(Offer::Swapped)
    );
    let why = live.retrust(new(), &six, &signed(&six, &[NEW]), noon()).map(|_| ());
    refused_by(&live, why, TrustError::OlderRevision { found: Some(6), least: 8 });
    assert_eq!(live.trust().map(|trust| trust.keys().len()), Some(2));
}

#[test]
fn who_began_without_trust_can_have_it() {
    let bundle = Bundle::load(&revision(5)).unwrap();
    let live = Live::new(bundle, None, noon());
    assert_eq!(live.trust(), None);
    let five = revision(5);
    assert_eq!(live.retrust(trusting(&[OLD]), &five, &signed(&five, &[OLD]), noon()), Ok(Offer::Same));
    assert!(live.offer(&revision(6), None, noon()).is_err());
    assert_eq!(offer(&live, &revision(6), &[OLD], noon()), Ok(Offer::Swapped));
}

/// That a change of keys was refused, and everything is as it was.
fn refused_by(live: &Live, got: Result<(), Refused>, why: TrustError) {
    assert_eq!(got, Err(Refused::Untrusted(why.clone())));
    assert_eq!(live.status().refusal.map(|refusal| refusal.why), Some(Refused::Untrusted(why)));
}

#[test]
fn what_is_not_signed_or_was_changed_is_never_used() {
    let live = live(&[OLD]);
    let file = revision(6);
    refused(&live, live.offer(&file, None, noon()), TrustError::Unsigned, noon());
    refused(&live, live.offer(&file, Some(b""), noon()), TrustError::Unsigned, noon());
    let found = vec![key(STRANGER).public().id().to_owned()];
    refused(&live, offer(&live, &file, &[STRANGER], noon()), TrustError::Untrusted { found }, noon());
    // The signature of the bundle in use, beside another file.
    let bad = || TrustError::BadSignature { line: 1, key: key(OLD).public().id().to_owned() };
    refused(&live, live.offer(&file, Some(&signed(&revision(5), &[OLD])), noon()), bad(), noon());
    // Half of a file, and one in which a byte was changed.
    refused(&live, live.offer(&file[..file.len() / 2], Some(&signed(&file, &[OLD])), noon()), bad(), noon());
    let mut changed = file.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    refused(&live, live.offer(&changed, Some(&signed(&file, &[OLD])), noon()), bad(), noon());
    // Well signed, and no bundle.
    let reason = match Bundle::load(b"{}") {
        Err(LoadError::NotABundle { reason }) => reason,
        other => panic!("{other:?}"),
    };
    let no_bundle = TrustError::Bundle(LoadError::NotABundle { reason });
    refused(&live, offer(&live, b"{}", &[OLD], noon()), no_bundle, noon());
    assert_eq!((live.status().revision, live.status().swaps, live.status().refusals), (Some(5), 0, 7));
    // The refusals took nothing: the good one is taken.
    assert_eq!(offer(&live, &file, &[OLD], noon()), Ok(Offer::Swapped));
    let status = live.status();
    assert_eq!((status.revision, status.refusal, status.refusals), (Some(6), None, 7));
}

/// Threads ask while good, old, unsigned and changed bundles come in: none ever sees a revision that is
/// older than one that it has seen, or one that was refused.
#[test]
fn under_load_nothing_untrusted_is_seen() {
    let live = live(&[OLD]);
    let stop = AtomicBool::new(false);
    let watch = || {
        let (mut last, mut seen) = (0, 0_u64);
        while !stop.load(Ordering::Relaxed) || seen == 0 {
            let bundle = live.current();
            let revision = bundle.release().unwrap().revision.unwrap();
            assert_eq!(bundle.policy().title.as_deref(), Some(format!("revision {revision}").as_str()));
            assert!(revision >= last, "{revision} after {last}");
            (last, seen) = (revision, seen + 1);
        }
        seen
    };
    std::thread::scope(|scope| {
        let watchers: Vec<_> = (0..3).map(|_| scope.spawn(watch)).collect();
        for number in 6..40 {
            // Keys change under load too.
            let before = revision(number - 1);
            let trust = trusting(if number % 2 == 0 { &[OLD] } else { &[OLD, NEW] });
            assert_eq!(live.retrust(trust, &before, &signed(&before, &[OLD]), noon()), Ok(Offer::Same));
            let evil = release(Some(number), None, None, "evil");
            assert!(live.offer(&evil, None, noon()).is_err());
            assert!(offer(&live, &evil, &[STRANGER], noon()).is_err());
            assert_eq!(offer(&live, &revision(number), &[OLD], noon()), Ok(Offer::Swapped));
            assert!(offer(&live, &revision(number - 1), &[OLD], noon()).is_err());
        }
        stop.store(true, Ordering::Relaxed);
        assert!(watchers.into_iter().all(|watcher| watcher.join().unwrap() > 0));
    });
    let status = live.status();
    assert_eq!((status.revision, status.swaps, status.refusals), (Some(39), 34, 102));
}
