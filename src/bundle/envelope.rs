//! The envelope: the format's version and the content's digest around the content's own bytes.
//!
//! The file is `{"caveat":{"content-sha256":"…","format":1},"content":…}`. The content stands in it
//! byte for byte, so the digest is taken over what was read and nothing is written again to check it.
//! Says nothing of what the content means.

use super::error::LoadError;
use super::format::FORMAT;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow)]
    caveat: &'a RawValue,
    #[serde(borrow)]
    content: Option<&'a RawValue>,
}

// Read before the rest of the header, which a newer format may have changed.
#[derive(Deserialize)]
struct Version {
    format: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Header {
    content_sha256: String,
}

/// The bytes of a bundle's file around content that is canonical JSON already.
pub fn write(content: &[u8]) -> Vec<u8> {
    let head = format!(
        "{{\"caveat\":{{\"content-sha256\":\"{}\",\"format\":{FORMAT}}},\"content\":",
        hexadecimal(&digest(content))
    );
    let mut file = Vec::with_capacity(head.len() + content.len() + 1);
    file.extend_from_slice(head.as_bytes());
    file.extend_from_slice(content);
    file.push(b'}');
    file
}

/// The content's text as it stands in the file, and its digest, once that has been found right.
pub(super) fn open(file: &[u8]) -> Result<(&str, [u8; 32]), LoadError> {
    let envelope: Envelope = serde_json::from_slice(file).map_err(LoadError::not_a_bundle)?;
    let version: Version = serde_json::from_str(envelope.caveat.get()).map_err(LoadError::not_a_bundle)?;
    if version.format != u64::from(FORMAT) {
        return Err(LoadError::Version { found: version.format });
    }
    let header: Header = serde_json::from_str(envelope.caveat.get()).map_err(LoadError::not_a_bundle)?;
    let Some(content) = envelope.content else {
        return Err(LoadError::NotABundle { reason: "there is no `content`".to_owned() });
    };
    let found = digest(content.get().as_bytes());
    if hexadecimal(&found) != header.content_sha256 {
        return Err(LoadError::Digest { stated: header.content_sha256, found: hexadecimal(&found) });
    }
    Ok((content.get(), found))
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).filter_map(|n| char::from_digit(n.into(), 16)).collect()
}
