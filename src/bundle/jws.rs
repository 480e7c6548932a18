//! Signatures: lines of detached JWS in compact form (RFC 7515, appendix F) with Ed25519 (RFC 8037).
//!
//! The payload is the bundle's file, every byte of it, encoded as RFC 7515 does by itself: RFC 7797
//! would save that encoding, and with it most libraries that could check a signature. The header says
//! `alg`, `kid` and `typ`, and nothing else: no algorithm is chosen by the signature, no key taken
//! from it. Knows nothing of what is signed.

use super::key::PublicKey;
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::Signature;
use serde::Deserialize;
use serde_json::Value;

/// The size in bytes that a file of signatures may have.
pub const MAX_SIGNATURE_BYTES: usize = 64 << 10;

/// The signatures that may stand beside a bundle.
pub const MAX_SIGNATURES: usize = 64;

/// What a signature's `typ` says, so that one made for something else proves nothing here (RFC 8725).
pub const TYP: &str = "caveat-bundle";

/// The header of the signature that a key makes, in canonical JSON.
#[cfg(feature = "compiler")]
pub(super) fn header(id: &str) -> String {
    format!(r#"{{"alg":"EdDSA","kid":{},"typ":"{TYP}"}}"#, Value::from(id))
}

/// What is signed: the encoded header, a dot, and the encoded payload.
pub(super) fn signing_input(header: &str, payload: &[u8]) -> Vec<u8> {
    let mut input = header.as_bytes().to_vec();
    input.push(b'.');
    input.extend_from_slice(Base64UrlUnpadded::encode_string(payload).as_bytes());
    input
}

/// A signature, read and not yet checked.
pub(super) struct Detached<'t> {
    header: &'t str,
    /// Whose it says that it is.
    pub kid: String,
    signature: Signature,
}

/// What is wrong with a signature, before any key is looked at.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Unreadable {
    Malformed(String),
    Algorithm(String),
    Critical,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    #[serde(rename = "alg")]
    _alg: String,
    kid: String,
    typ: String,
}

/// Read first, whatever else the header holds: what it demands of its reader.
#[derive(Deserialize)]
struct Demands {
    alg: Option<Value>,
    crit: Option<Value>,
}

impl<'t> Detached<'t> {
    pub(super) fn read(line: &'t str) -> Result<Detached<'t>, Unreadable> {
        let malformed = |why: &str| Unreadable::Malformed(why.to_owned());
        let (header, rest) = line.split_once('.').ok_or_else(|| malformed("it is no `HEADER..SIGNATURE`"))?;
        let signature = rest
            .strip_prefix('.')
            .ok_or_else(|| malformed("its payload is not left out: it must be `HEADER..SIGNATURE`"))?;
        let json = Base64UrlUnpadded::decode_vec(header)
            .map_err(|_| malformed("its header is no base64url without padding"))?;
        let broken =
            |error: serde_json::Error| Unreadable::Malformed(format!("its header is wrong: {error}"));
        let demands: Demands = serde_json::from_slice(&json).map_err(broken)?;
        if demands.crit.is_some() {
            return Err(Unreadable::Critical);
        }
        if let Some(alg) = demands.alg
            && !matches!(alg.as_str(), Some("EdDSA" | "Ed25519"))
        {
            return Err(Unreadable::Algorithm(alg.as_str().map_or_else(|| alg.to_string(), str::to_owned)));
        }
        let Header { _alg, kid, typ } = serde_json::from_slice(&json).map_err(broken)?;
        if typ != TYP {
            return Err(Unreadable::Malformed(format!("its `typ` is `{typ}`, and must be `{TYP}`")));
        }
        let mut bytes = [0; 64];
        match Base64UrlUnpadded::decode(signature, &mut bytes) {
            Ok(read) if read.len() == 64 => {}
            _ => return Err(malformed("its signature is no base64url of 64 bytes")),
        }
        Ok(Detached { header, kid, signature: Signature::from_bytes(&bytes) })
    }

    /// Whether the key made it over the payload.
    pub(super) fn holds(&self, key: &PublicKey, payload: &[u8]) -> bool {
        key.key.verify_strict(&signing_input(self.header, payload), &self.signature).is_ok()
    }
}
