//! The envelope: the format's version and the content's digest around the content's own bytes.
//!
//! The file is `{"caveat":{"content-sha256":"…","format":1},"content":…}`, byte for byte: the
//! envelope is fixed, so where the content begins and ends is known before anything is parsed, and
//! the digest is taken over what was read. Says nothing of what the content means.

use super::error::LoadError;
use super::format::FORMAT;
use serde::Deserialize;
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

const HEAD: &str = "{\"caveat\":{\"content-sha256\":\"";
const MIDDLE: &str = "\",\"format\":1},\"content\":";
const TAIL: &str = "}";
const _: () = assert!(FORMAT == 1, "`MIDDLE` says the format too");

/// The characters of a SHA-256 in hexadecimal.
const HEXADECIMAL: usize = 64;

/// Where the content begins in a file.
pub const CONTENT_OFFSET: usize = HEAD.len() + HEXADECIMAL + MIDDLE.len();

/// The bytes of a bundle's file around content that is canonical JSON already.
pub fn write(content: &[u8]) -> Vec<u8> {
    let digest = hexadecimal(&digest(content));
    [HEAD.as_bytes(), digest.as_bytes(), MIDDLE.as_bytes(), content, TAIL.as_bytes()].concat()
}

/// The content's text as it stands in the file, and its digest, once that has been found right.
pub(super) fn open(file: &[u8]) -> Result<(&str, [u8; 32]), LoadError> {
    let Some((stated, content)) = parts(file) else { return Err(refuse(file)) };
    let found = digest(content);
    let name = hexadecimal(&found);
    if stated != name.as_bytes() {
        return Err(LoadError::Digest { stated: String::from_utf8_lossy(stated).into_owned(), found: name });
    }
    match std::str::from_utf8(content) {
        Ok(text) => Ok((text, found)),
        Err(error) => Err(LoadError::Content {
            place: String::new(),
            offset: CONTENT_OFFSET + error.valid_up_to(),
            reason: "these bytes are no UTF-8".to_owned(),
        }),
    }
}

/// The stated digest and the content of a file whose envelope is as it must be.
fn parts(file: &[u8]) -> Option<(&[u8], &[u8])> {
    let (stated, rest) = file.strip_prefix(HEAD.as_bytes())?.split_at_checked(HEXADECIMAL)?;
    let content = rest.strip_prefix(MIDDLE.as_bytes())?.strip_suffix(TAIL.as_bytes())?;
    Some((stated, content))
}

/// Why a file has not the envelope of this format: another version of it, or no bundle at all.
fn refuse(file: &[u8]) -> LoadError {
    // A newer format may have changed all but this.
    #[derive(Deserialize)]
    struct Envelope<'a> {
        #[serde(borrow)]
        caveat: &'a RawValue,
    }
    #[derive(Deserialize)]
    struct Version {
        format: u64,
    }
    let version = serde_json::from_slice::<Envelope>(file)
        .and_then(|envelope| serde_json::from_str::<Version>(envelope.caveat.get()));
    match version {
        Ok(Version { format }) if format != u64::from(FORMAT) => LoadError::Version { found: format },
        Ok(_) => LoadError::NotABundle {
            reason: format!(
                "it does not begin with `{HEAD}`, the digest and `{MIDDLE}`, or does not end with `{TAIL}`"
            ),
        },
        Err(error) => LoadError::NotABundle { reason: error.to_string() },
    }
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Bytes in lower-case hexadecimal.
pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|b| [b >> 4, b & 15]).filter_map(|n| char::from_digit(n.into(), 16)).collect()
}
