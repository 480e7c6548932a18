//! The sixteen relations of two statements about sharing data, as the literature on contradicting
//! privacy policies sorts them, and what the checker says of each.
//!
//! A pair is a permission (entity E, data D) and a prohibition (entity E', data D'); its class says how
//! E relates to E' and D to D'. PolicyLint (Andow et al., USENIX Security 2019) calls the nine classes
//! without ≈ logical contradictions C1 to C5 and narrowing definitions N1 to N4; PoliCheck (Andow et al.,
//! USENIX Security 2020) adds the seven with ≈ as C6 to C12. Each cell is tried with the entity as the
//! recipient and as the actor. The table stands in `docs/semantics.md`, and the page must agree.

#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use caveat::diagnostic::Relation;
use std::fmt::Write;

const PAGE: &str = include_str!("../docs/semantics.md");

/// Terms of every relation: `Inner` lies in `Outer`, and `Outer` and `Other` share `Inner` and
/// something each of their own.
const TERMS: &str = "
policy shop { issuer Shop; }
party Shop bound by \"itself\";
parties OuterParty bound by \"contract\" { parties InnerParty { Alpha; } Beta; }
parties OtherParty bound by \"contract\" { Gamma; }
OtherParty includes InnerParty;
data OuterData { InnerData { Name; } Street; }
data OtherData { Age; }
OtherData includes InnerData;
";

/// A cell: the relation of the entities and of the data, of the permission's as seen from the
/// prohibition's; the class; and what is found with the entity as recipient, and as actor.
type Cell = (Relation, Relation, &'static str, &'static str, &'static str);

use Relation::{Equal as E, Narrower as N, Overlapping as O, Wider as W};

const CELLS: [Cell; 16] = [
    (E, E, "C1", "void-permission", "void-permission"),
    (E, N, "C2", "void-permission", "void-permission"),
    (E, W, "N1", "carve-out", "carve-out"),
    (E, O, "C6", "crossing", "crossing"),
    (N, E, "C3", "void-permission", "void-permission"),
    (N, N, "C4", "void-permission", "void-permission"),
    (N, W, "N2", "crossing", "carve-out"),
    (N, O, "C7", "crossing", "crossing"),
    (W, E, "N3", "carve-out", "crossing"),
    (W, N, "C5", "crossing", "crossing"),
    (W, W, "N4", "carve-out", "carve-out"),
    (W, O, "C8", "crossing", "crossing"),
    (O, E, "C9", "crossing", "crossing"),
    (O, N, "C10", "crossing", "crossing"),
    (O, W, "C11", "crossing", "carve-out"),
    (O, O, "C12", "crossing", "crossing"),
];

/// Two terms in a relation, by the kind of term.
fn terms(relation: Relation, kind: &str) -> [String; 2] {
    let [first, second] = match relation {
        E => ["Inner", "Inner"],
        N => ["Inner", "Outer"],
        W => ["Outer", "Inner"],
        O => ["Outer", "Other"],
        Relation::Disjoint => ["Street", "Age"],
    };
    [format!("{first}{kind}"), format!("{second}{kind}")]
}

/// The contradictions found between a permission and a prohibition, with the relations that the finding
/// gives of the entity and the data.
fn found(permission: &str, prohibition: &str, entity: &str) -> Vec<(&'static str, Relation, Relation)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.caveat");
    std::fs::write(&file, format!("{TERMS}\nyes: {permission};\nno: {prohibition};\n")).unwrap();
    let (_, report) = support::check(&file);
    assert!(report.policy.is_some(), "{:?}", report.findings);
    let kinds = ["void-permission", "crossing", "carve-out", "dilemma"];
    let of_kind = report.findings.iter().filter(|f| kinds.contains(&f.check));
    of_kind
        .map(|f| {
            let labels = std::iter::once(&f.primary).chain(&f.secondary);
            let relations: Vec<_> = labels.flat_map(|l| &l.relations).collect();
            // What is equal is not said.
            let of = |d: &str| relations.iter().find(|r| r.0 == d).map_or(Relation::Equal, |r| r.1);
            (f.check, of(entity), of("data"))
        })
        .collect()
}

#[test]
fn every_cell_is_what_the_table_says() {
    for (entity, data, class, as_recipient, as_actor) in CELLS {
        let ([party, other_party], [one, other]) = (terms(entity, "Party"), terms(data, "Data"));
        let recipient = found(
            &format!("may share {one} to {party}"),
            &format!("must not share {other} to {other_party}"),
            "recipient",
        );
        assert_eq!(recipient, [(as_recipient, entity, data)], "{class}, as recipient");
        let actor = found(
            &format!("{party} may collect {one}"),
            &format!("{other_party} must not collect {other}"),
            "actor",
        );
        assert_eq!(actor, [(as_actor, entity, data)], "{class}, as actor");
    }
}

/// With permission and prohibition changed about, a cell becomes the cell of the opposite relations.
#[test]
fn the_table_holds_both_ways() {
    let turned = |r: Relation| match r {
        N => W,
        W => N,
        other => other,
    };
    for (entity, data, class, ..) in CELLS {
        let ([party, other_party], [one, other]) = (terms(entity, "Party"), terms(data, "Data"));
        let opposite = CELLS.iter().find(|c| (c.0, c.1) == (turned(entity), turned(data))).expect("a cell");
        let changed = found(
            &format!("may share {other} to {other_party}"),
            &format!("must not share {one} to {party}"),
            "recipient",
        );
        assert_eq!(changed, [(opposite.3, opposite.0, opposite.1)], "{class}, changed about");
    }
}

/// Where entity or data are disjoint, nothing meets and nothing is found; nor where both permit.
#[test]
fn what_does_not_meet_is_no_contradiction() {
    assert_eq!(found("may share Street to Beta", "must not share Age to Beta", "recipient"), []);
    assert_eq!(found("may share Name to Beta", "must not share Name to Gamma", "recipient"), []);
    assert_eq!(
        found("may share OuterData to OuterParty", "may share OtherData to OtherParty", "recipient"),
        []
    );
}

#[test]
fn the_page_has_this_table() {
    let mut table =
        String::from("| entity | data | class | entity receives | entity acts |\n|---|---|---|---|---|\n");
    for (entity, data, class, as_recipient, as_actor) in CELLS {
        let (entity, data) = (entity.sign(), data.sign());
        writeln!(table, "| {entity} | {data} | {class} | `{as_recipient}` | `{as_actor}` |").unwrap();
    }
    assert!(PAGE.contains(&table), "docs/semantics.md has another table than\n\n{table}");
}
