//! The JSON Schema of a bundle's file, from the types that read it.
//!
//! It says what a schema can say: members, types, forms, ranges. That numbers refer to something is
//! `validate`'s part. `schema/bundle-1.schema.json` is this, committed.

use super::dimension::Dimension;
use super::format::{Content, FORMAT};
use schemars::generate::SchemaSettings;
use schemars::transform::{RecursiveTransform, Transform};
use schemars::{JsonSchema, Schema};

/// A bundle's file.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Bundle {
    /// The envelope.
    caveat: Envelope,
    /// What the bundle says.
    content: Content,
}

/// The envelope.
#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(dead_code)]
struct Envelope {
    /// The SHA-256 of the content's bytes as they stand in the file.
    #[schemars(regex(pattern = "^[0-9a-f]{64}$"))]
    content_sha256: String,
    /// The version of the format.
    #[schemars(extend("const" = FORMAT))]
    format: u32,
}

/// The schema, in the dialect of 2020-12.
pub fn schema() -> Schema {
    let mut generator = SchemaSettings::draft2020_12().into_generator();
    // Named by the members of `phrases`, which the generator takes for any strings.
    generator.subschema_for::<Dimension>();
    let mut schema = generator.into_root_schema_for::<Bundle>();
    // The generator writes the type's name beside a number, which is no constraint.
    let mut bound = RecursiveTransform(|part: &mut Schema| {
        if part.get("format").is_some_and(|format| format == "uint32") && part.get("maximum").is_none() {
            part.insert("maximum".to_owned(), u32::MAX.into());
        }
    });
    bound.transform(&mut schema);
    schema.insert("$id".to_owned(), format!("urn:caveat:bundle:{FORMAT}").into());
    schema.insert("title".to_owned(), format!("Caveat bundle, format {FORMAT}").into());
    schema
}
