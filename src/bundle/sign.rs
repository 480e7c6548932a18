//! Signing: a private key, and the line that it makes for a bundle's file.
//!
//! For whoever releases bundles; services have no use for it. Chance and files are the caller's.

use super::jws;
use super::key::{Jwk, KeyError, PublicKey, bytes};
use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::{Signer, SigningKey};

/// A key that signs. Its secret is wiped from memory when it goes.
pub struct PrivateKey {
    secret: SigningKey,
    public: PublicKey,
}

impl PrivateKey {
    /// The key of 32 bytes, which must come from a source of chance fit for secrets.
    ///
    /// # Errors
    /// Never for bytes of chance; a key of low order is refused.
    pub fn from_seed(seed: &[u8; 32]) -> Result<PrivateKey, KeyError> {
        let secret = SigningKey::from_bytes(seed);
        let public = PublicKey::from_bytes(secret.verifying_key().as_bytes())?;
        Ok(PrivateKey { secret, public })
    }

    /// Reads a JSON Web Key with its private part.
    ///
    /// # Errors
    /// Where it is none, or its parts do not belong together.
    pub fn read(json: &[u8]) -> Result<PrivateKey, KeyError> {
        let jwk = Jwk::read(json)?;
        let public = jwk.public()?;
        let secret = SigningKey::from_bytes(&bytes(jwk.d.as_deref().ok_or(KeyError::NotPrivate)?, "d")?);
        if secret.verifying_key().as_bytes() != public.as_bytes() {
            return Err(KeyError::Mismatch);
        }
        Ok(PrivateKey { secret, public })
    }

    /// The key that its signatures are checked with.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// It as a JSON Web Key with its private part: a secret.
    pub fn to_jwk(&self) -> String {
        let x = Base64UrlUnpadded::encode_string(self.public.as_bytes());
        let d = Base64UrlUnpadded::encode_string(self.secret.as_bytes());
        let kid = serde_json::Value::from(self.public.id());
        format!(
            r#"{{"alg":"EdDSA","crv":"Ed25519","d":"{d}","kid":{kid},"kty":"OKP","use":"sig","x":"{x}"}}"#
        )
    }

    /// The signature of a bundle's file: a detached JWS in compact form, without the end of its line.
    pub fn sign(&self, file: &[u8]) -> String {
        let header = Base64UrlUnpadded::encode_string(jws::header(self.public.id()).as_bytes());
        let signature = self.secret.sign(&jws::signing_input(&header, file));
        format!("{header}..{}", Base64UrlUnpadded::encode_string(&signature.to_bytes()))
    }
}

/// The key's id in a line of signatures; none where the line cannot be read.
pub fn key_id(line: &str) -> Option<String> {
    jws::Detached::read(line).ok().map(|signature| signature.kid)
}
