//! A bundle that is swapped while it is in use.

use crate::fixture::{content, file};
use caveat::bundle::{Bundle, Live, Offer, Refused};
use caveat::decide::{Request, RequestError, Standing, Verdict, World, decide, decide_at};
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// A version of the policy: in odd ones nothing may be shared, and the cells stand elsewhere.
fn version(number: u32) -> Vec<u8> {
    let mut content = content();
    content.policy.title = Some(format!("version {number}"));
    if number % 2 == 1 {
        content.statements.remove(0);
        content.precedence = vec![(3, 2)];
    }
    file(&content)
}

fn asked(bundle: &Bundle) -> Result<Request, RequestError> {
    Request::builder(bundle)
        .action("share")
        .data("IpAddress")
        .recipient("Mixpanel")
        .purpose("Analytics")
        .build()
}

#[test]
fn all_that_a_service_shares_can_be_shared() {
    fn shared<T: Send + Sync>() {}
    shared::<Bundle>();
    shared::<Live>();
    shared::<Request>();
    shared::<Standing>();
    shared::<World<'_>>();
}

#[test]
fn a_bad_bundle_leaves_the_last_good_one() {
    let now = Timestamp::UNIX_EPOCH;
    let live = Live::new(Bundle::load(&version(0)).unwrap(), None, now);
    let digest = live.status().digest;
    let later: Timestamp = "2026-11-27T10:00:00Z".parse().unwrap();
    let half = version(1);
    let why = live.offer(&half[..half.len() / 2], None, later).unwrap_err();
    let status = live.status();
    assert_eq!((status.digest, status.since, status.swaps, status.refusals), (digest.clone(), now, 0, 1));
    let refusal = status.refusal.unwrap();
    assert_eq!((refusal.at, refusal.why.to_string()), (later, why.to_string()));
    let gone = live.unreadable("no such file", later);
    assert_eq!(gone, Refused::Unreadable("no such file".into()));
    assert_eq!(live.status().refusals, 2);
    assert_eq!(live.offer(&version(0), None, later), Ok(Offer::Same));
    assert_eq!(live.status().refusal, None);
    assert_eq!(live.offer(&version(1), None, later), Ok(Offer::Swapped));
    let status = live.status();
    assert_eq!((status.since, status.swaps, status.refusals), (later, 1, 2));
    assert_ne!(status.digest, digest);
}

#[test]
fn a_standing_request_is_made_again_for_another_bundle() {
    let made = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&made);
    let standing = Standing::new(move |bundle| {
        count.fetch_add(1, Ordering::Relaxed);
        asked(bundle)
    });
    let (old, new) = (Bundle::load(&version(0)).unwrap(), Bundle::load(&version(1)).unwrap());
    for _ in 0..3 {
        assert_eq!(decide(&old, &standing.of(&old).unwrap()).verdict, Verdict::Permitted);
    }
    assert_eq!(made.load(Ordering::Relaxed), 1);
    assert_eq!(decide(&new, &standing.of(&new).unwrap()).verdict, Verdict::Unstated);
    assert_eq!(made.load(Ordering::Relaxed), 2);
    let held = standing.of(&old).unwrap();
    assert_eq!(decide_at(&held, &World::new(&new)), Err(RequestError::OtherBundle));
    let mut other = content();
    other.vocabulary.purposes.terms[0].name = "Analysis".into();
    let other = Bundle::load(&file(&other)).unwrap();
    assert!(matches!(standing.of(&other), Err(RequestError::UnknownTerm { .. })));
}

/// Threads ask while bundles, good and bad, come in: every answer is that of the bundle it was asked of.
#[test]
fn under_load_no_answer_is_wrong() {
    let now = Timestamp::UNIX_EPOCH;
    let live = Live::new(Bundle::load(&version(0)).unwrap(), None, now);
    let standing = Standing::new(asked);
    let (stop, answers) = (AtomicBool::new(false), AtomicU64::new(0));
    let ask = || {
        let mut seen = 0;
        while !stop.load(Ordering::Relaxed) || seen == 0 {
            let bundle = live.current();
            let request = standing.of(&bundle).unwrap();
            let title = bundle.content().policy.title.as_deref().unwrap();
            let number: u32 = title.strip_prefix("version ").unwrap().parse().unwrap();
            let expected = if number % 2 == 1 { Verdict::Unstated } else { Verdict::Permitted };
            let answer = decide(&bundle, &request);
            assert_eq!(answer.verdict, expected, "{title}");
            seen += 1;
        }
        answers.fetch_add(seen, Ordering::Relaxed);
    };
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(ask);
        }
        for number in 1..=60 {
            let mut file = version(number);
            assert_eq!(live.offer(&file, None, now), Ok(Offer::Swapped));
            let middle = file.len() / 2;
            file[middle] ^= 1;
            assert!(live.offer(&file, None, now).is_err());
            assert!(live.offer(&[], None, now).is_err());
        }
        stop.store(true, Ordering::Relaxed);
    });
    let status = live.status();
    assert_eq!((status.swaps, status.refusals), (60, 120));
    assert_eq!(status.digest, Bundle::load(&version(60)).unwrap().digest());
    assert!(answers.into_inner() >= 4);
}
