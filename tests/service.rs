//! The example of a service, with the bundle of the real policy.

#![cfg(feature = "cli")]
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

#[path = "../examples/service.rs"]
mod service;

#[test]
fn the_service_does_what_the_policy_promises() {
    let (loaded, report) = support::check(&support::root().join("policies/clari-resolved"));
    let policy = report.policy.expect("a policy");
    let today = support::TODAY.parse().expect("a date");
    let bundle = caveat::cli::build::compile(&loaded, &policy, today).expect("a bundle");
    service::self_test(&bundle).unwrap();
    assert!(service::self_test(&bundle[..bundle.len() - 1]).is_err());
}
