//! How long the real policy takes: text to findings to bundle, and decisions on it.
//!
//! `cargo bench`. Files are read once, beforehand; nothing is asserted of time here.

#![allow(clippy::expect_used, missing_docs)] // a benchmark that cannot run should stop

use caveat::bundle::{Bundle, Dimension, compile, envelope};
use caveat::cli::load::{self, Loaded};
use caveat::decide::{self, Request};
use caveat::policy::analysis::Analysis;
use caveat::source::Sources;
use caveat::{check, resolve, syntax};
use divan::{Bencher, black_box};
use jiff::civil::{Date, date};
use std::path::Path;

const TODAY: Date = date(2026, 11, 23);

fn main() {
    divan::main();
}

fn loaded() -> Loaded {
    load::load(Path::new("policies/clari")).expect("the policy is there")
}

/// Parses the texts again; the links between folders are as they were.
fn parse(sources: &Sources) -> usize {
    sources.iter().map(|(id, _)| syntax::parse(sources, id).0.items.len()).sum()
}

fn whole(loaded: &Loaded) -> Vec<u8> {
    black_box(parse(&loaded.sources));
    let (policy, _) = resolve::resolve(&loaded.program, &loaded.sources);
    let policy = policy.expect("its names are in order");
    let analysis = Analysis::new(&policy, &loaded.sources, TODAY);
    black_box(check::run(&analysis));
    let content = serde_json_canonicalizer::to_vec(&compile::content(&analysis)).expect("it is JSON");
    envelope::write(&content)
}

mod text {
    use super::*;

    #[divan::bench]
    fn a_parse(bencher: Bencher) {
        let loaded = loaded();
        bencher.bench_local(|| parse(&loaded.sources));
    }

    #[divan::bench]
    fn b_resolve(bencher: Bencher) {
        let loaded = loaded();
        bencher.bench_local(|| resolve::resolve(&loaded.program, &loaded.sources));
    }

    #[divan::bench]
    fn c_check(bencher: Bencher) {
        let loaded = loaded();
        let (policy, _) = resolve::resolve(&loaded.program, &loaded.sources);
        let policy = policy.expect("its names are in order");
        bencher.bench_local(|| check::run(&Analysis::new(&policy, &loaded.sources, TODAY)).findings.len());
    }

    #[divan::bench]
    fn d_parse_check_build(bencher: Bencher) {
        let loaded = loaded();
        bencher.bench_local(|| whole(&loaded));
    }
}

mod bundle {
    use super::*;

    fn bundle() -> Bundle {
        Bundle::load(&whole(&loaded())).expect("it loads")
    }

    #[divan::bench]
    fn load(bencher: Bencher) {
        let file = whole(&loaded());
        bencher.bench_local(|| Bundle::load(black_box(&file)));
    }

    #[divan::bench]
    fn decide_category(bencher: Bencher) {
        let bundle = bundle();
        let request = Request::builder(&bundle)
            .action("sell")
            .data("IpAddress")
            .recipient("Mixpanel")
            .purpose("UsageTracking")
            .build()
            .expect("it is a request");
        bencher.bench_local(|| decide::decide(&bundle, black_box(&request)));
    }

    #[divan::bench]
    fn decide_one_flow(bencher: Bencher) {
        let bundle = bundle();
        let request = one_flow(&bundle);
        bencher.bench_local(|| decide::decide(&bundle, black_box(&request)));
    }
}

/// A request in which nothing is left open.
fn one_flow(bundle: &Bundle) -> Request {
    use caveat::bundle::format::Variable;
    use caveat::decide::EventState;
    let mut builder = Request::builder(bundle)
        .action("disclose")
        .data("IpAddress")
        .recipient("Mixpanel")
        .purpose("UsageTracking")
        .term(Dimension::Actor, "Clari")
        .term(Dimension::Form, "identified")
        .term(Dimension::Subject, "SiteVisitor")
        .term(Dimension::Source, "SiteVisitor")
        .term(Dimension::Place, "ServerLogs");
    for variable in &bundle.content().variables {
        builder = match variable {
            Variable::Fact { name, values, .. } => {
                let value = values.first().expect("a fact has values");
                builder.fact(name, value.as_str())
            }
            Variable::Clock { event, .. } => builder.event(event, EventState::Never),
        };
    }
    builder.build().expect("it is a request")
}
