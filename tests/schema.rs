//! The committed JSON Schema is the one that the types give; what it accepts and refuses is judged by
//! an independent validator, `tests/conformance/schema.py`.
//!
//! `CAVEAT_BLESS=1 cargo test --test schema` writes it anew.

#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

#[test]
fn the_committed_schema_is_that_of_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/bundle-1.schema.json");
    let now = serde_json::to_string_pretty(&caveat::bundle::schema::schema()).unwrap() + "\n";
    if std::env::var_os("CAVEAT_BLESS").is_some() {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, &now).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == now,
        "schema/bundle-1.schema.json is not what the types give; a change that format 1 allows is written \
         with `CAVEAT_BLESS=1 cargo test --test schema`"
    );
}
