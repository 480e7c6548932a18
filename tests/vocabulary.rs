//! Vocabularies and labels that are hard by their shape: deep, wide, woven, or naming much with
//! little. Each is read whole, or turned down with the name of the limit.
//!
//! The sizes are those that the tool must stand, as far as a debug build does them at once; what
//! would be slow in steps that grow with the square of them is slow here.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use caveat::diagnostic::Finding;
use caveat::policy::{Norm, Policy};
use caveat::resolve::{MAX_OVERRULED, MAX_TIES, Program, Unit, resolve};
use caveat::source::Sources;
use caveat::syntax::parse;
use caveat::vocabulary::MAX_PARTS;
use std::fmt::Write as _;

const HEAD: &str = "policy p \"P\" { issuer Us; document \"d.md\"; revised 2020-01-31; }\nparty Us;\n";

/// Reads texts as the files of one folder, each with a name of its own.
fn read(texts: &[&str]) -> (Option<Policy>, Vec<Finding>) {
    let mut sources = Sources::default();
    let mut unit = Unit { folder: "p".into(), files: vec![], imports: vec![], extends: vec![] };
    for (number, text) in texts.iter().enumerate() {
        let id = sources.add(format!("p/{number}.caveat"), *text);
        let (file, findings) = parse(&sources, id);
        assert!(findings.is_empty(), "{}", findings[0].message);
        unit.files.push(file);
    }
    resolve(&Program { units: vec![unit], broken: false }, &sources)
}

fn policy(text: &str) -> Policy {
    let (policy, findings) = read(&[HEAD, text]);
    policy.unwrap_or_else(|| panic!("{}", findings[0].message))
}

/// How many cells a term covers.
fn covers(policy: &Policy, name: &str) -> u32 {
    let id = policy.vocabulary.find(name).unwrap_or_else(|| panic!("{name} is declared"));
    policy.vocabulary.cells(id).len()
}

/// The one finding of a text that is too much.
fn turned_down(text: &str) -> Finding {
    let (policy, mut findings) = read(&[HEAD, text]);
    assert!(policy.is_none());
    assert_eq!(findings.len(), 1, "{}", findings[0].message);
    assert_eq!(findings[0].check, "limit");
    findings.remove(0)
}

#[test]
fn a_chain_of_ten_thousand_terms() {
    const DEPTH: u32 = 10_000;
    for backwards in [false, true] {
        let mut text = String::new();
        for n in 0..DEPTH {
            let n = if backwards { DEPTH - 1 - n } else { n };
            writeln!(text, "data T{n};").unwrap();
        }
        for n in 1..DEPTH {
            writeln!(text, "T{} includes T{n};", n - 1).unwrap();
        }
        text.push_str("may use T0 except T5000;");
        let policy = policy(&text);
        assert_eq!(covers(&policy, "T0"), DEPTH);
        assert_eq!(covers(&policy, "T9999"), 1);
        let used = policy.statements[0].phrases.get(caveat::flow::dimension::Dimension::Data);
        assert_eq!(used.cells.len(), 5000);
    }
}

#[test]
fn a_chain_that_bites_its_tail_is_one_cycle() {
    let mut text = String::from("data T0;");
    for n in 1..10_000 {
        writeln!(text, "data T{n} includes T{};", n - 1).unwrap();
    }
    text.push_str("T0 includes T9999;");
    let (policy, findings) = read(&[HEAD, &text]);
    assert!(policy.is_none());
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].check, "cyclic-vocabulary");
}

#[test]
fn a_term_with_a_hundred_thousand_kinds() {
    let mut text = String::from("data Top {\n");
    (0..100_000).for_each(|n| writeln!(text, "  K{n};").unwrap());
    text.push_str("}\nmay use Top except K7;");
    let policy = policy(&text);
    assert_eq!(covers(&policy, "Top"), 100_001);
    let data = policy.statements[0].phrases.get(caveat::flow::dimension::Dimension::Data);
    assert_eq!(data.cells.ranges().len(), 2);
}

/// Every term of a layer includes all of the next.
fn lattice(width: usize, depth: usize) -> String {
    let mut text = String::new();
    let layer = |l: usize| (0..width).map(|w| format!("L{l}x{w}")).collect::<Vec<_>>().join(", ");
    for l in (0..depth).rev() {
        let below = if l + 1 < depth { format!(" includes {}", layer(l + 1)) } else { String::new() };
        (0..width).for_each(|w| writeln!(text, "data L{l}x{w}{below};").unwrap());
    }
    text
}

#[test]
fn a_lattice_of_diamonds() {
    let policy = policy(&lattice(2, 5_000));
    assert_eq!(covers(&policy, "L0x0"), 9_999);
    assert_eq!(covers(&policy, "L0x1"), 9_999);
    assert_eq!(covers(&policy, "L4999x1"), 1);
}

#[test]
fn a_wide_lattice() {
    let policy = policy(&lattice(60, 20));
    assert_eq!(covers(&policy, "L0x59"), 19 * 60 + 1);
    assert_eq!(covers(&policy, "L18x3"), 61);
}

#[test]
fn ten_thousand_lists_each_of_the_one_before() {
    let mut text = String::from("data A; data B;\ndata G0 = A, B;\n");
    for n in 1..10_000 {
        writeln!(text, "data T{n}; data G{n} = G{}, T{n};", n - 1).unwrap();
    }
    let policy = policy(&text);
    assert_eq!(covers(&policy, "G9999"), 10_001);
}

#[test]
fn a_statement_that_names_every_other_of_many_terms_and_takes_many_out() {
    const COUNT: usize = 40_000;
    let mut text = String::from("data Top {\n");
    (0..COUNT).for_each(|n| writeln!(text, "  K{n};").unwrap());
    let named = |from: usize| (from..COUNT).step_by(2).map(|n| format!("K{n}")).collect::<Vec<_>>();
    writeln!(text, "}}\ndata Even = {};", named(0).join(", ")).unwrap();
    writeln!(text, "may use {} except {};", named(0).join(", "), named(0)[1..].join(", ")).unwrap();
    writeln!(text, "may use Even except {};", named(1).join(",\n  ")).unwrap();
    let policy = policy(&text);
    let data = |s: usize| &policy.statements[s].phrases.get(caveat::flow::dimension::Dimension::Data).cells;
    assert_eq!(data(0).len(), 1);
    assert_eq!(data(1).len() as usize, COUNT / 2);
    assert_eq!(policy.idle_excepts.len(), COUNT / 2);
}

#[test]
fn a_large_list_under_many_terms_is_turned_down() {
    const LIST: usize = 2_500;
    let mut text = String::from("data Top {\n");
    (0..LIST).for_each(|n| writeln!(text, "  K{n};").unwrap());
    let names: Vec<String> = (0..LIST).map(|n| format!("K{n}")).collect();
    writeln!(text, "}}\ndata Many = {};", names.join(", ")).unwrap();
    for n in 0..=MAX_TIES / LIST {
        writeln!(text, "data T{n} includes Many;").unwrap();
    }
    let finding = turned_down(&text);
    assert!(finding.message.contains(&MAX_TIES.to_string()), "{}", finding.message);
}

/// A set of many stretches, and a long chain above it, each of whose terms has them all.
#[test]
fn a_chain_above_a_scattered_set_is_turned_down() {
    const SCATTERED: usize = 5_000;
    let mut text = String::from("data Top {\n");
    (0..2 * SCATTERED).for_each(|n| writeln!(text, "  K{n};").unwrap());
    let names: Vec<String> = (0..2 * SCATTERED).step_by(2).map(|n| format!("K{n}")).collect();
    writeln!(text, "}}\ndata C0 includes {};", names.join(", ")).unwrap();
    for n in 1..=MAX_PARTS / SCATTERED {
        writeln!(text, "data C{n} includes C{};", n - 1).unwrap();
    }
    let finding = turned_down(&text);
    assert!(finding.notes[0].contains(&MAX_PARTS.to_string()), "{}", finding.notes[0]);
}

#[test]
fn thousands_of_labels_and_all_that_is_subject_to_them() {
    const COUNT: usize = 3_000;
    let mut text = String::from("data A;\nsection all {\n");
    (0..COUNT).for_each(|n| writeln!(text, "  clause c{n} {{ may use A; }}").unwrap());
    text.push_str("}\n");
    for n in 0..COUNT {
        writeln!(text, "s{n}: must not use A, subject to all, subject to c{n};").unwrap();
        writeln!(text, "t{n}: must not use A, notwithstanding all;").unwrap();
        writeln!(text, "all prevails over s{n}; t{n} prevails over all;").unwrap();
    }
    let policy = policy(&text);
    assert_eq!(policy.precedence.len(), 5 * COUNT);
    assert_eq!(policy.labels["all"].len(), COUNT);
    assert_eq!(policy.labels["p"].len(), 3 * COUNT);
    assert!(policy.precedence.iter().all(|l| !l.winners.is_empty() && !l.losers.is_empty()));
    assert!(!policy.precedence[0].losers.contains(&Norm::Statement(0)));
}

#[test]
fn what_prevails_over_all_around_it_is_bounded() {
    let count = MAX_OVERRULED.isqrt() + 2;
    let mut text = String::from("data A;\n");
    (0..count).for_each(|_| writeln!(text, "may use A, notwithstanding p;").unwrap());
    let finding = turned_down(&text);
    assert!(finding.message.contains(&MAX_OVERRULED.to_string()), "{}", finding.message);
}

// ---- Order ----

const PARTS: [&str; 5] = [
    "data A { B; C; }\ndata D;\nD includes C;\n",
    "purpose Service;\npeople User;\nfact asked;\n",
    "section one {\n  clause a { may use A for Service when asked; }\n}\n",
    "section two {\n  clause b { no-d: must not use D, subject to one; }\n  may use B as aggregated;\n}\n",
    "one prevails over no-d;\nUser has right of erasure over D;\n",
];

/// What a policy says, its numbers, order and places aside.
fn said(policy: &Policy) -> Vec<String> {
    let vocabulary = &policy.vocabulary;
    let mut all: Vec<String> = policy
        .statements
        .iter()
        .map(|s| {
            let sets = s.phrases.iter().map(|(d, p)| {
                let graph = match d.name() {
                    "data" => caveat::vocabulary::Graph::Data,
                    "purpose" => caveat::vocabulary::Graph::Purpose,
                    _ => return format!("{}: {}", d.name(), p.cells.len()),
                };
                let mut names: Vec<String> = p.cells.iter().map(|c| vocabulary.cell_name(graph, c)).collect();
                names.sort();
                format!("{}: {}", d.name(), names.join(" "))
            });
            let sets: Vec<String> = sets.collect();
            format!("{:?} {:?} {:?} {}", s.modal, s.actions, s.scope, sets.join("; "))
        })
        .collect();
    all.extend(policy.precedence.iter().map(|l| format!("{} over {}", l.winners.len(), l.losers.len())));
    all.sort();
    all
}

#[test]
fn the_order_of_declarations_changes_nothing_that_is_said() {
    let first = policy(&PARTS.concat());
    let turned: String = PARTS.iter().rev().copied().collect();
    assert_eq!(said(&policy(&turned)), said(&first));
    let mixed = [PARTS[3], PARTS[0], PARTS[4], PARTS[2], PARTS[1]].concat();
    assert_eq!(said(&policy(&mixed)), said(&first));
}

#[test]
fn files_mean_the_same_in_whatever_order_they_are_read() {
    let in_order = |order: [usize; 5]| {
        let mut sources = Sources::default();
        let mut unit = Unit { folder: "p".into(), files: vec![], imports: vec![], extends: vec![] };
        let mut texts = vec![("head", HEAD)];
        texts.extend(order.map(|n| (["a", "b", "c", "d", "e"][n], PARTS[n])));
        for (name, text) in texts {
            let id = sources.add(format!("p/{name}.caveat"), text);
            unit.files.push(parse(&sources, id).0);
        }
        let (policy, _) = resolve(&Program { units: vec![unit], broken: false }, &sources);
        let policy = policy.expect("it is in order");
        let names: Vec<String> = policy.vocabulary.terms().map(|(_, t)| t.name.clone()).collect();
        let cells: Vec<String> =
            policy.vocabulary.terms().map(|(id, _)| format!("{:?}", policy.vocabulary.cells(id))).collect();
        let actions: Vec<String> =
            policy.statements.iter().map(|s| format!("{:?} {:?} {}", s.modal, s.scope, s.place)).collect();
        (names, cells, actions, said(&policy))
    };
    let first = in_order([0, 1, 2, 3, 4]);
    assert_eq!(in_order([4, 3, 2, 1, 0]), first);
    assert_eq!(in_order([2, 0, 4, 1, 3]), first);
}
