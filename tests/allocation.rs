//! What deciding allocates, which is nothing, and what a bundle keeps in memory.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, dead_code)]

#[path = "decide/fixture.rs"]
mod fixture;

use caveat::bundle::{Bundle, Dimension};
use caveat::decide::{EventState, Request, Verdict, World, decide, decide_all, decide_at, explain};
use jiff::civil::date;
use std::hint::black_box;

fn allocations(run: impl FnOnce()) -> u64 {
    allocation_counter::measure(run).count_total
}

#[test]
fn deciding_allocates_nothing() {
    let bundle = fixture::load(&fixture::content()).unwrap();
    let build = |action: &str, data: &str| {
        let request = Request::builder(&bundle).action(action).data(data).fact("region", "US");
        request.event("Deletion", EventState::Never).build().unwrap()
    };
    // One flow, categories that fall into several parts, and statements that are defeated.
    let requests = [
        Request::builder(&bundle)
            .action("disclose")
            .data("IpAddress")
            .recipient("Mixpanel")
            .purpose("Analytics")
            .term(Dimension::Subject, "User")
            .build()
            .unwrap(),
        build("share", "Information"),
        build("profile", "Information"),
        build("profile", "Crm"),
        Request::builder(&bundle).action("share").data("Crm").recipient("Nobody").build().unwrap(),
    ];
    let mut verdicts = Vec::with_capacity(16);
    let counted = allocations(|| requests.iter().for_each(|r| verdicts.push(decide(&bundle, r).verdict)));
    assert_eq!(counted, 0);
    use Verdict::{Permitted, Undetermined, UnlistedThirdParty};
    assert_eq!(verdicts, [Permitted, Undetermined, Permitted, Permitted, UnlistedThirdParty]);

    let mut answers = Vec::with_capacity(requests.len());
    assert_eq!(allocations(|| decide_all(&bundle, &requests, &mut answers)), 0);
    assert_eq!(answers.len(), requests.len());
}

#[test]
fn changing_the_world_allocates_nothing() {
    let bundle = fixture::load(&fixture::content()).unwrap();
    let request = Request::builder(&bundle).action("profile").data("IpAddress").build().unwrap();
    let (region, deletion) = (bundle.variable("region").unwrap(), bundle.variable("Deletion").unwrap());
    let (start, now) = (date(2026, 1, 31).at(0, 0, 0, 0), date(2026, 3, 1).at(0, 0, 0, 0));
    let counted = allocations(|| {
        let mut world = World::new(&bundle);
        for (region_at, state, expected) in [
            (0, EventState::Never, Verdict::Unstated),
            (1, EventState::Never, Verdict::Permitted),
            (1, EventState::Happened { start, now }, Verdict::Prohibited),
            (1, EventState::Happened { start, now: start }, Verdict::Permitted),
        ] {
            world.set(region, region_at).unwrap();
            world.set_event(deletion, state).unwrap();
            assert_eq!(black_box(decide_at(&request, &world)).unwrap().verdict, expected);
        }
        world.fact("opted_out", true).unwrap();
    });
    assert_eq!(counted, 0);
}

#[path = "../examples/generate/policy/mod.rs"]
mod policy;

/// The bundle's file of a policy, whatever is found in it.
fn file(policy: &std::path::Path) -> Vec<u8> {
    let loaded = caveat::cli::load::load(policy).unwrap();
    let (policy, _) = caveat::resolve::resolve(&loaded.program, &loaded.sources);
    let policy = policy.unwrap();
    let analysis = caveat::policy::analysis::Analysis::new(&policy, &loaded.sources, date(2026, 11, 27));
    let content = caveat::bundle::compile::content(&analysis);
    caveat::bundle::envelope::write(&serde_json_canonicalizer::to_vec(&content).unwrap())
}

/// What stays allocated when a file has been loaded; nothing that was needed only to load it.
fn held_to_three_times_its_file(name: &str, file: &[u8]) {
    let mut bundle = None;
    let kept = allocation_counter::measure(|| bundle = Some(Bundle::load(file).unwrap())).bytes_current;
    println!("{name}: {kept} bytes for a file of {}", file.len());
    assert!(kept as usize <= 3 * file.len(), "{name}: {kept} bytes for a file of {}", file.len());
    // It stays so while it is asked, and asked why.
    let bundle = bundle.unwrap();
    let statement = bundle.statement(bundle.statements() as u32 / 2).unwrap();
    let data = &bundle.vocabulary().data.terms.last().unwrap().name;
    let asked = allocation_counter::measure(|| {
        let request = Request::builder(&bundle).action("collect").data(data).build().unwrap();
        drop(black_box((decide(&bundle, &request), explain(&bundle, &request))));
    });
    assert_eq!(asked.bytes_current, 0, "{name}: asking leaves something behind");
    assert!(!statement.text.is_empty());
}

/// The promise is for policies of some size; the real ones are small, and are held to it all the same.
#[test]
fn a_bundle_takes_no_more_than_three_times_its_file() {
    for policy in ["policies/clari", "policies/clari-resolved"] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(policy);
        held_to_three_times_its_file(policy, &file(&path));
    }
    for statements in [100, 1_000, 10_000] {
        let generated = policy::generate(policy::Options::new(statements, 1));
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in generated.files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        held_to_three_times_its_file(&format!("{statements} statements"), &file(folder.path()));
    }
}
