//! Public keys: JSON Web Keys (RFC 7517) of kind `OKP` on the curve Ed25519 (RFC 8037), and their ids.
//!
//! A key's id is what its file calls it, else its RFC 7638 thumbprint. A key of low order, with which
//! one signature fits many messages, is refused. Reads no files and keeps no secrets.

use base64ct::{Base64UrlUnpadded, Encoding};
use ed25519_dalek::VerifyingKey;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::error::Error;
use std::fmt;

/// The size in bytes that a file of keys may have.
pub const MAX_KEY_BYTES: usize = 64 << 10;

/// The characters that a key's id may have.
pub const MAX_ID: usize = 256;

/// A key that signatures can be checked with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PublicKey {
    pub(super) id: String,
    pub(super) key: VerifyingKey,
}

/// Why something is no key that can be used.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum KeyError {
    /// It is no JSON Web Key, or no set of them.
    NotAKey {
        /// What is wrong with it.
        reason: String,
    },
    /// It is a key, but not one for Ed25519 signatures.
    OtherKind {
        /// What it is, as far as it says.
        found: String,
    },
    /// It is a private key where a public one was asked for.
    Private,
    /// It is a public key where a private one was asked for.
    NotPrivate,
    /// Its private part does not belong to its public part.
    Mismatch,
    /// It is a key of low order.
    Weak {
        /// Its id.
        id: String,
    },
    /// Two keys have one id.
    Repeated {
        /// The id.
        id: String,
    },
    /// There is no key at all.
    NoKeys,
}

/// A JSON Web Key, as far as it matters; other members are ignored, as RFC 7517 says.
#[derive(Deserialize)]
pub(super) struct Jwk {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    pub(super) d: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
}

#[derive(Deserialize)]
struct Set {
    keys: Vec<Jwk>,
}

impl PublicKey {
    /// Reads a JSON Web Key, or a set of them (`{"keys":[…]}`).
    ///
    /// # Errors
    /// Where it is neither, or holds a key that cannot be used: one bad key spoils the set, since
    /// whoever wrote it there meant it to count.
    pub fn read(json: &[u8]) -> Result<Vec<PublicKey>, KeyError> {
        let keys = match parse::<Set>(json) {
            Ok(set) => set.keys,
            Err(_) => vec![parse::<Jwk>(json)?],
        };
        if keys.is_empty() {
            return Err(KeyError::NoKeys);
        }
        keys.iter().map(PublicKey::from_jwk).collect()
    }

    /// A key from its 32 bytes, with its thumbprint as id.
    ///
    /// # Errors
    /// Where the bytes are no key, or a weak one.
    pub fn from_bytes(bytes: &[u8; 32]) -> Result<PublicKey, KeyError> {
        PublicKey::new(bytes, None)
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its 32 bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        self.key.as_bytes()
    }

    /// Its RFC 7638 thumbprint with SHA-256, in base64url.
    pub fn thumbprint(&self) -> String {
        thumbprint(self.as_bytes())
    }

    /// It as a JSON Web Key.
    pub fn to_jwk(&self) -> String {
        let x = Base64UrlUnpadded::encode_string(self.as_bytes());
        let kid = serde_json::Value::from(self.id.as_str());
        format!(r#"{{"alg":"EdDSA","crv":"Ed25519","kid":{kid},"kty":"OKP","use":"sig","x":"{x}"}}"#)
    }

    fn from_jwk(jwk: &Jwk) -> Result<PublicKey, KeyError> {
        if jwk.d.is_some() {
            return Err(KeyError::Private);
        }
        jwk.public()
    }

    fn new(bytes: &[u8; 32], id: Option<&str>) -> Result<PublicKey, KeyError> {
        let id = id.map_or_else(|| thumbprint(bytes), str::to_owned);
        if id.is_empty() || id.len() > MAX_ID || id.chars().any(char::is_control) {
            let reason = format!("its `kid` is empty, longer than {MAX_ID} bytes, or not printable");
            return Err(KeyError::NotAKey { reason });
        }
        let key = VerifyingKey::from_bytes(bytes)
            .map_err(|_| KeyError::NotAKey { reason: "its `x` is no point of the curve".to_owned() })?;
        if key.is_weak() {
            return Err(KeyError::Weak { id });
        }
        Ok(PublicKey { id, key })
    }
}

impl Jwk {
    #[cfg(feature = "compiler")]
    pub(super) fn read(json: &[u8]) -> Result<Jwk, KeyError> {
        parse(json)
    }

    pub(super) fn public(&self) -> Result<PublicKey, KeyError> {
        let fits =
            |said: &Option<String>, words: &[&str]| said.as_deref().is_none_or(|word| words.contains(&word));
        let known = self.kty == "OKP"
            && self.crv.as_deref() == Some("Ed25519")
            && fits(&self.purpose, &["sig"])
            && fits(&self.alg, &["EdDSA", "Ed25519"]);
        if !known {
            let said = [Some(&self.kty), self.crv.as_ref(), self.alg.as_ref(), self.purpose.as_ref()];
            let found: Vec<&str> = said.into_iter().flatten().map(String::as_str).collect();
            return Err(KeyError::OtherKind { found: found.join(" ") });
        }
        let x = self.x.as_deref().ok_or_else(|| KeyError::NotAKey { reason: "it has no `x`".to_owned() })?;
        PublicKey::new(&bytes(x, "x")?, self.kid.as_deref())
    }
}

/// The 32 bytes that a member of a key stands for.
pub(super) fn bytes(text: &str, member: &str) -> Result<[u8; 32], KeyError> {
    let mut bytes = [0; 32];
    match Base64UrlUnpadded::decode(text, &mut bytes) {
        Ok(read) if read.len() == 32 => Ok(bytes),
        _ => Err(KeyError::NotAKey { reason: format!("its `{member}` is no base64url of 32 bytes") }),
    }
}

fn parse<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, KeyError> {
    if json.len() > MAX_KEY_BYTES {
        let reason = format!("it has {} bytes, and no more than {MAX_KEY_BYTES} are read", json.len());
        return Err(KeyError::NotAKey { reason });
    }
    serde_json::from_slice(json).map_err(|error| KeyError::NotAKey { reason: error.to_string() })
}

fn thumbprint(x: &[u8; 32]) -> String {
    let x = Base64UrlUnpadded::encode_string(x);
    let json = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    Base64UrlUnpadded::encode_string(&Sha256::digest(json))
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            KeyError::NotAKey { reason } => write!(f, "this is no JSON Web Key: {reason}"),
            KeyError::OtherKind { found } => {
                write!(f, "this key (`{found}`) is not for signatures with Ed25519")
            }
            KeyError::Private => f.write_str(
                "this is a private key, and a public one is asked for; name the file that `caveat keygen` \
                 wrote beside it, and keep this one where releases are signed",
            ),
            KeyError::NotPrivate => {
                f.write_str("this is a public key, and signing takes the private one (with `d`)")
            }
            KeyError::Mismatch => {
                f.write_str("the key's private part (`d`) does not belong to its public part (`x`)")
            }
            KeyError::Weak { id } => write!(f, "the key `{id}` is of low order: anybody could sign for it"),
            KeyError::Repeated { id } => write!(f, "two keys have the id `{id}`"),
            KeyError::NoKeys => f.write_str("there is no key, so nothing could be trusted"),
        }
    }
}

impl Error for KeyError {}
