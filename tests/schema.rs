//! The committed JSON Schema is the one that the types give; what it accepts and refuses is judged by
//! independent validators: here, and in `tests/conformance/schema.py`.
//!
//! `CAVEAT_BLESS=1 cargo test --test schema` writes it anew.

#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

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

fn read(path: &Path) -> Option<serde_json::Value> {
    serde_json::from_slice(&std::fs::read(path).unwrap()).ok()
}

/// Every bundle of the vectors is one by the schema, and none is that has not its shape.
#[test]
fn the_schema_accepts_bundles_and_refuses_what_has_not_their_shape() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let schema = read(&root.join("schema/bundle-1.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut bundles = 0;
    for entry in std::fs::read_dir(root.join("tests/conformance/bundles")).unwrap() {
        let path = entry.unwrap().path();
        let errors: Vec<String> =
            validator.iter_errors(&read(&path).unwrap()).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{}: {errors:?}", path.display());
        bundles += 1;
    }
    let listed = read(&root.join("tests/conformance/refused.json")).unwrap();
    let mut refused = 0;
    for case in listed["cases"].as_array().unwrap().iter().filter(|case| case["kind"] == "content") {
        let file = case["file"].as_str().unwrap();
        // To JSON Schema, 1.0 and 1 are one number, and depth is no matter.
        let beyond = ["fraction", "exponent", "deep"].iter().any(|name| file.contains(name));
        let Some(json) = read(&root.join("tests/conformance").join(file)).filter(|_| !beyond) else {
            continue;
        };
        assert!(!validator.is_valid(&json), "{file}");
        refused += 1;
    }
    assert!(bundles >= 4 && refused >= 10, "{bundles} {refused}");
}
