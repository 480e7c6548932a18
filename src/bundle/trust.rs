//! Whom a service trusts, and loading nothing else: signatures, the days on which a release may be
//! used, and revisions that do not go backwards.
//!
//! Takes all it needs as parameters, the time too; reads neither files nor clocks.

use super::error::LoadError;
use super::jws::{Detached, MAX_SIGNATURE_BYTES, MAX_SIGNATURES, Unreadable};
use super::key::{KeyError, PublicKey};
use super::load::Bundle;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::error::Error;
use std::fmt;

/// The keys whose signatures count, and the least revision.
///
/// One signature of one trusted key is enough, so keys are rotated by signing with both for a while.
/// Signatures of other keys are passed over; one that claims a trusted key and does not hold, or that
/// cannot be read, spoils the file, since somebody has changed it.
///
/// ```
/// use caveat::bundle::Bundle;
/// use caveat::bundle::key::PublicKey;
/// use caveat::bundle::trust::Trust;
/// use jiff::Timestamp;
///
/// # fn start() -> Result<Bundle, Box<dyn std::error::Error>> {
/// let keys = PublicKey::read(&std::fs::read("release.pub.jwk")?)?;
/// let trust = Trust::new(keys)?.at_least(7); // the revision before the restart
/// let (file, signatures) = (std::fs::read("library.json")?, std::fs::read("library.json.jws")?);
/// let library = Bundle::load_trusted(&file, &signatures, &trust, Timestamp::now())?;
/// # Ok(library) }
/// ```
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Trust {
    keys: Vec<PublicKey>,
    least: Option<u64>,
}

/// Why a bundle is not trusted.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum TrustError {
    /// There is no signature.
    Unsigned,
    /// There are more bytes or lines of signatures than are read.
    TooManySignatures,
    /// A signature cannot be read.
    Malformed {
        /// Its line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
    /// A signature is of an algorithm other than Ed25519.
    Algorithm {
        /// Its line, from 1.
        line: usize,
        /// What it says.
        found: String,
    },
    /// A signature demands of its reader (`crit`) what this one does not know.
    Critical {
        /// Its line, from 1.
        line: usize,
    },
    /// No signature is of a trusted key.
    Untrusted {
        /// The ids that the signatures name.
        found: Vec<String>,
    },
    /// A signature claims a trusted key, which did not make it over these bytes.
    BadSignature {
        /// Its line, from 1.
        line: usize,
        /// The key's id.
        key: String,
    },
    /// The release may not be used yet.
    NotYetValid {
        /// The first day.
        not_before: String,
    },
    /// The release may no longer be used.
    Expired {
        /// The last day.
        not_after: String,
    },
    /// The release is older than one that was seen, or does not say how old it is.
    OlderRevision {
        /// Its revision.
        found: Option<u64>,
        /// The least that is taken.
        least: u64,
    },
    /// The bundle in use has the same revision and other content: which of them is the older, nobody could say.
    SameRevision {
        /// The revision of both.
        revision: u64,
    },
    /// The bundle is signed well and cannot be loaded.
    Bundle(LoadError),
}

impl Trust {
    /// Trusts these keys.
    ///
    /// # Errors
    /// Where there is no key, or two of them have one id.
    pub fn new(keys: impl IntoIterator<Item = PublicKey>) -> Result<Trust, KeyError> {
        let keys: Vec<PublicKey> = keys.into_iter().collect();
        if keys.is_empty() {
            return Err(KeyError::NoKeys);
        }
        for (at, key) in keys.iter().enumerate() {
            if keys.iter().skip(at + 1).any(|other| other.id == key.id) {
                return Err(KeyError::Repeated { id: key.id.clone() });
            }
        }
        Ok(Trust { keys, least: None })
    }

    /// Refuses releases with a smaller revision, and those without one, so that nobody can hand a service
    /// an older promise again. An equal revision is taken.
    ///
    /// [`Live`](super::Live) never goes below the revision of the bundle in use, without being told, nor to
    /// other content of the same revision. Across a restart nothing is remembered: a service keeps the
    /// revision that it had ([`Bundle::release`]), and says it here.
    #[must_use]
    pub fn at_least(mut self, revision: u64) -> Trust {
        self.least = Some(self.least.map_or(revision, |least| least.max(revision)));
        self
    }

    /// The trusted keys.
    pub fn keys(&self) -> &[PublicKey] {
        &self.keys
    }

    /// The least revision that is taken, where there is one.
    pub fn least_revision(&self) -> Option<u64> {
        self.least
    }

    /// The ids of the trusted keys that signed a file, by its signatures: one detached JWS a line.
    ///
    /// # Errors
    /// Where no trusted key signed it, or a signature is not in order.
    pub fn signers(&self, file: &[u8], signatures: &[u8]) -> Result<Vec<String>, TrustError> {
        if signatures.len() > MAX_SIGNATURE_BYTES {
            return Err(TrustError::TooManySignatures);
        }
        let text = std::str::from_utf8(signatures).map_err(|error| TrustError::Malformed {
            line: signatures.iter().take(error.valid_up_to()).filter(|b| **b == b'\n').count() + 1,
            reason: "it is no text".to_owned(),
        })?;
        let text = text.strip_suffix('\n').unwrap_or(text);
        if text.is_empty() {
            return Err(TrustError::Unsigned);
        }
        let (mut signers, mut found) = (Vec::new(), Vec::new());
        for (line, text) in (1..).zip(text.split('\n')) {
            if line > MAX_SIGNATURES {
                return Err(TrustError::TooManySignatures);
            }
            let signature = Detached::read(text).map_err(|why| match why {
                Unreadable::Malformed(reason) => TrustError::Malformed { line, reason },
                Unreadable::Algorithm(found) => TrustError::Algorithm { line, found },
                Unreadable::Critical => TrustError::Critical { line },
            })?;
            match self.keys.iter().find(|key| key.id == signature.kid) {
                None => found.push(signature.kid),
                Some(key) if signature.holds(key, file) => signers.push(signature.kid),
                Some(_) => return Err(TrustError::BadSignature { line, key: signature.kid }),
            }
        }
        if signers.is_empty() {
            return Err(TrustError::Untrusted { found });
        }
        signers.sort_unstable();
        signers.dedup();
        Ok(signers)
    }

    /// Whether a bundle's release may be used at a time, and is no older than the least that is
    /// taken. A service that runs for long asks this again: a bundle expires while it is in use.
    ///
    /// # Errors
    /// Where it may not.
    pub fn current(&self, bundle: &Bundle, now: Timestamp) -> Result<(), TrustError> {
        let release = bundle.release().cloned().unwrap_or_default();
        if let Some(least) = self.least
            && release.revision.is_none_or(|revision| revision < least)
        {
            return Err(TrustError::OlderRevision { found: release.revision, least });
        }
        // The loader has seen to it that these are dates; as texts they are in order.
        let today = TimeZone::UTC.to_datetime(now).date().to_string();
        match (release.not_before, release.not_after) {
            (Some(not_before), _) if today < not_before => Err(TrustError::NotYetValid { not_before }),
            (_, Some(not_after)) if today > not_after => Err(TrustError::Expired { not_after }),
            _ => Ok(()),
        }
    }
}

impl Bundle {
    /// Reads and checks a bundle's file that a trusted key must have signed.
    ///
    /// `signatures` is the file beside it (`NAME.jws`), `now` the time at which it is to be used.
    /// Nothing of the bundle is parsed before a signature holds over all its bytes. Two files that do not
    /// fit together, because they are just being replaced, are refused: read both again.
    ///
    /// # Errors
    /// Where no trusted key signed it, a signature is not in order, the release may not be used now,
    /// is older than the least that is taken, or the bundle cannot be loaded.
    pub fn load_trusted(
        file: &[u8],
        signatures: &[u8],
        trust: &Trust,
        now: Timestamp,
    ) -> Result<Bundle, TrustError> {
        if file.len() > super::load::MAX_BYTES {
            let too_large = LoadError::TooLarge { bytes: file.len(), most: super::load::MAX_BYTES };
            return Err(TrustError::Bundle(too_large));
        }
        let signers = trust.signers(file, signatures)?;
        let bundle = Bundle::load(file).map_err(TrustError::Bundle)?;
        trust.current(&bundle, now)?;
        Ok(bundle.with_signers(signers))
    }
}

impl From<LoadError> for TrustError {
    fn from(error: LoadError) -> TrustError {
        TrustError::Bundle(error)
    }
}

impl TrustError {
    /// What sort of error it is, as one word that does not change between versions.
    pub fn kind(&self) -> &'static str {
        match self {
            TrustError::Unsigned => "unsigned",
            TrustError::TooManySignatures => "too-many-signatures",
            TrustError::Malformed { .. } => "malformed",
            TrustError::Algorithm { .. } => "algorithm",
            TrustError::Critical { .. } => "critical",
            TrustError::Untrusted { .. } => "untrusted",
            TrustError::BadSignature { .. } => "bad-signature",
            TrustError::NotYetValid { .. } => "not-yet-valid",
            TrustError::Expired { .. } => "expired",
            TrustError::OlderRevision { .. } => "older-revision",
            TrustError::SameRevision { .. } => "same-revision",
            TrustError::Bundle(_) => "bundle",
        }
    }
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TrustError::Unsigned => f.write_str("the bundle is not signed"),
            TrustError::TooManySignatures => write!(
                f,
                "there are more signatures than are read: {MAX_SIGNATURES} lines, {MAX_SIGNATURE_BYTES} bytes"
            ),
            TrustError::Malformed { line, reason } => {
                write!(f, "the signature in line {line} cannot be read: {reason}")
            }
            TrustError::Algorithm { line, found } => {
                write!(f, "the signature in line {line} is of `{found}`, and only Ed25519 (`EdDSA`) is taken")
            }
            TrustError::Critical { line } => write!(
                f,
                "the signature in line {line} demands what is not known here (`crit`), so it is not taken"
            ),
            TrustError::Untrusted { found } => {
                let named = found.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", ");
                write!(f, "no trusted key signed the bundle; it is signed by {named}")
            }
            TrustError::BadSignature { line, key } => write!(
                f,
                "the signature in line {line} is not the key `{key}`'s over these bytes: the bundle or the \
                 signature was changed"
            ),
            TrustError::NotYetValid { not_before } => {
                write!(f, "the bundle may not be used before {not_before}")
            }
            TrustError::Expired { not_after } => write!(f, "the bundle may not be used after {not_after}"),
            TrustError::OlderRevision { found: Some(found), least } => {
                write!(f, "the bundle is revision {found}, and nothing older than {least} is taken")
            }
            TrustError::OlderRevision { found: None, least } => {
                write!(f, "the bundle has no revision, and nothing older than {least} is taken")
            }
            TrustError::SameRevision { revision } => write!(
                f,
                "the bundle in use is revision {revision} too, and says something else; give each release a \
                 revision of its own, larger than the last (`--revision {}`)",
                revision.saturating_add(1)
            ),
            TrustError::Bundle(error) => error.fmt(f),
        }
    }
}

impl Error for TrustError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            TrustError::Bundle(error) => Some(error),
            _ => None,
        }
    }
}
