//! Caveat: the clauses as a policy, compiled to a bundle.

use crate::clauses::{Case, Condition, Question, Vocabulary};
use caveat::bundle::{Bundle, Dimension, compile, envelope};
use caveat::decide::{Builder, Request, World, decide_at, json};
use caveat::policy::analysis::Analysis;
use std::fmt::Write;

fn graph(word: &str, of: &Vocabulary) -> String {
    let classes = (0..of.classes()).map(|class| {
        let leaves = (class * 5..(class * 5 + 5).min(of.leaves)).map(|leaf| format!("{};", of.leaf(leaf)));
        format!("{} {{ {} }}\n", of.class(class), leaves.collect::<Vec<_>>().join(" "))
    });
    format!("{word} {} {{\n{}}}\n", of.root(), classes.collect::<String>())
}

fn text(case: &Case) -> String {
    let mut text = String::from(
        "policy peers \"Peers\" { issuer Us; document \"none.md\"; revised 2026-01-01; }\n\
         party Us; people Person;\nfact consent; fact opted_out;\n",
    );
    text += &graph("data", &case.data);
    text += &graph("parties", &case.recipients);
    text += &graph("purpose", &case.purposes);
    text += "section all \"All\" {\n";
    for (at, clause) in case.clauses.iter().enumerate() {
        let modal = if clause.permits { "may" } else { "must not" };
        let when = match clause.when {
            Condition::Always => "",
            Condition::Consent => " when consent",
            Condition::NotOptedOut => " when not opted_out",
        };
        let (data, recipient, purpose) = (&clause.data, &clause.recipient, &clause.purpose);
        let _ =
            writeln!(text, "  clause c{at} {{ {modal} share {data} to {recipient} for {purpose}{when}; }}");
    }
    text + "}\n"
}

/// The bytes of the bundle.
pub fn file(case: &Case) -> Vec<u8> {
    let loaded = caveat::cli::load::load_text(text(case)).expect("the policy is there");
    let (policy, findings) = caveat::resolve::resolve(&loaded.program, &loaded.sources);
    let policy = policy.unwrap_or_else(|| panic!("{findings:#?}"));
    let analysis = Analysis::new(&policy, &loaded.sources, jiff::civil::date(2026, 11, 27));
    let content = serde_json_canonicalizer::to_vec(&compile::content(&analysis)).expect("it is JSON");
    envelope::write(&content)
}

/// What is known of the flow beside its terms: the peers have no forms, places and sources, so that
/// one of each is given here.
fn builder<'b>(bundle: &'b Bundle, case: &Case, question: &Question) -> Builder<'b> {
    Request::builder(bundle)
        .action("disclose")
        .data(&case.data.leaf(question.data))
        .recipient(&case.recipients.leaf(question.recipient))
        .purpose(&case.purposes.leaf(question.purpose))
        .term(Dimension::Actor, "Us")
        .term(Dimension::Form, "identified")
        .term(Dimension::Subject, "Person")
        .term(Dimension::Source, "Person")
        .term(Dimension::Place, "any")
}

/// Requests with the world that each is decided at.
pub fn prepared<'b>(bundle: &'b Bundle, case: &Case) -> Vec<(Request, World<'b>)> {
    let prepare = |question: &Question| {
        let request = builder(bundle, case, question).build().expect("it is a request");
        let mut world = World::new(bundle);
        world.fact("consent", question.consent).expect("it is a fact");
        world.fact("opted_out", question.opted_out).expect("it is a fact");
        (request, world)
    };
    case.questions.iter().map(prepare).collect()
}

pub fn decide(prepared: &(Request, World)) -> bool {
    decide_at(&prepared.0, &prepared.1).is_ok_and(|answer| answer.verdict.allows())
}

/// A request that is made, decided once and dropped.
pub fn decide_once(bundle: &Bundle, case: &Case, question: &Question) -> bool {
    let builder = builder(bundle, case, question);
    let known = builder.fact("consent", question.consent).fact("opted_out", question.opted_out);
    known.decide().is_ok_and(|answer| answer.verdict.allows())
}

/// The same as JSON.
pub fn json(case: &Case, question: &Question) -> String {
    format!(
        r#"{{"actor":"Us","action":"disclose","data":"{}","form":"identified","subject":"Person","source":"Person","recipient":"{}","purpose":"{}","facts":{{"consent":{},"opted_out":{}}}}}"#,
        case.data.leaf(question.data),
        case.recipients.leaf(question.recipient),
        case.purposes.leaf(question.purpose),
        question.consent,
        question.opted_out
    )
}

pub fn decide_json(bundle: &Bundle, request: &str, out: &mut Vec<u8>) -> bool {
    out.clear();
    json::decide(bundle, request.as_bytes(), None, out).is_ok_and(|answer| answer.verdict.allows())
}
