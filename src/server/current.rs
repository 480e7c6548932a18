//! The bundle in use, and the file that it comes from.
//!
//! A request takes the bundle once and keeps it to its end. A file that changed is read anew; what
//! does not load (half-written, corrupted, not a bundle) is refused, and the last good bundle stays.
//!
//! With trusted keys, the file beside it holds its signatures, and is looked at with it: a bundle that no
//! trusted key signed, whose days are not come or are over, or whose revision is smaller than that of
//! the bundle in use, or the same with other content, is refused likewise.
//!
//! Changes are found by looking at the file's size, time and identity every so often, not by the
//! operating system's notifications: those are lost on network file systems, and see the link rather
//! than the file where a directory is swapped by a link, as container platforms do it. Looking costs
//! one `stat`. A file whose time is so young that another change could hide behind it is read in
//! any case, and told apart by its bytes' digest.

use crate::bundle::jws::MAX_SIGNATURE_BYTES;
use crate::bundle::trust::{Trust, TrustError};
use crate::bundle::{Bundle, Live, MAX_BYTES, Offer, Refused, Status};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

/// How old a file's time must be to be trusted to tell two changes apart.
const RACY: Duration = Duration::from_secs(3);

/// The bundle in use, and its files.
#[derive(Debug)]
pub struct Current {
    path: PathBuf,
    /// The file of signatures, where some are asked for.
    signatures: Option<PathBuf>,
    live: Live,
    seen: Mutex<Seen>,
}

/// Whose signatures count, and where they stand.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// The keys.
    pub trust: Trust,
    /// The file of signatures.
    pub signatures: PathBuf,
}

/// What was found when the file was looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// The bundle in use, or what was refused already.
    Same,
    /// A further bundle, of this digest, which is in use now.
    Taken(String),
    /// A file that was refused; the bundle in use stays.
    Refused(String),
}

/// The files as they were last looked at.
#[derive(Debug, Default)]
struct Seen {
    state: Option<[State; 2]>,
    /// Of all bytes that were read last.
    bytes: Option<[u8; 32]>,
}

/// A file, as far as it can be told without reading it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct State {
    bytes: u64,
    changed: Option<SystemTime>,
    identity: (u64, u64),
    /// Whether another change could have the same time.
    racy: bool,
}

/// What the files hold.
struct Files {
    bundle: Vec<u8>,
    signatures: Option<Vec<u8>>,
}

impl Current {
    /// Loads the bundle that is there at the start.
    ///
    /// # Errors
    /// In words, where it cannot be read or is refused.
    pub fn open(path: &Path, trusted: Option<Trusted>) -> Result<Current, String> {
        let named = |why: &dyn std::fmt::Display| format!("`{}`: {why}", path.display());
        let (trust, signatures) = trusted.map(|t| (t.trust, t.signatures)).unzip();
        let state = states(path, signatures.as_deref()).map_err(|why| named(&why))?;
        let files = read(path, signatures.as_deref()).map_err(|why| named(&why))?;
        let now = Timestamp::now();
        let bundle = match &trust {
            None => Bundle::load(&files.bundle).map_err(|why| named(&why))?,
            Some(trust) => {
                let signed = files.signatures.as_deref().unwrap_or_default();
                Bundle::load_trusted(&files.bundle, signed, trust, now).map_err(|why| named(&why))?
            }
        };
        let seen = Seen { state: Some(state), bytes: Some(digest(&files)) };
        let live = Live::new(bundle, trust, now);
        Ok(Current { path: path.to_owned(), signatures, live, seen: Mutex::new(seen) })
    }

    /// The bundle in use.
    pub fn bundle(&self) -> Arc<Bundle> {
        self.live.current()
    }

    /// How it came to be in use, and what was refused.
    pub fn status(&self) -> Status {
        self.live.status()
    }

    /// Whether the bundle in use may be used now: with trusted keys, its days can be over.
    ///
    /// # Errors
    /// Why it may not.
    pub fn usable(&self, now: Timestamp) -> Result<(), TrustError> {
        self.live.usable(now)
    }

    /// Looks whether the files have changed, and takes the bundle over where it is good.
    pub fn look(&self) -> Found {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let signatures = self.signatures.as_deref();
        // What they are is found out before they are read: what changes later is seen next time.
        let state = states(&self.path, signatures);
        let unchanged =
            |state: &[State; 2]| seen.state.as_ref() == Some(state) && state.iter().all(|state| !state.racy);
        if state.as_ref().is_ok_and(unchanged) {
            return Found::Same;
        }
        let (state, files) = match state.and_then(|state| Ok((state, read(&self.path, signatures)?))) {
            Ok(found) => found,
            Err(why) => {
                *seen = Seen::default();
                // Said once, not every time that it is looked at.
                let again = Refused::Unreadable(why.to_string());
                let last = self.status().refusal.map(|refusal| refusal.why);
                return match last == Some(again) {
                    true => Found::Same,
                    false => Found::Refused(self.live.unreadable(why, Timestamp::now()).to_string()),
                };
            }
        };
        let bytes = Some(digest(&files));
        let same = seen.bytes == bytes;
        *seen = Seen { state: Some(state), bytes };
        if same {
            return Found::Same;
        }
        match self.live.offer(&files.bundle, files.signatures.as_deref(), Timestamp::now()) {
            Ok(Offer::Swapped) => Found::Taken(self.bundle().digest().to_owned()),
            Ok(Offer::Same) => Found::Same,
            Err(why) => Found::Refused(why.to_string()),
        }
    }
}

/// What the two files are; that of signatures need not be there.
fn states(path: &Path, signatures: Option<&Path>) -> io::Result<[State; 2]> {
    let signatures = match signatures.map(std::fs::metadata) {
        Some(Ok(metadata)) => state(&metadata),
        Some(Err(why)) if why.kind() != ErrorKind::NotFound => return Err(why),
        _ => State { bytes: 0, changed: None, identity: (0, 0), racy: false },
    };
    Ok([state(&std::fs::metadata(path)?), signatures])
}

/// What the two files hold, no more than may be and a byte: whoever takes them refuses what is longer.
fn read(path: &Path, signatures: Option<&Path>) -> io::Result<Files> {
    let read = |path: &Path, most: usize| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let signatures = match signatures.map(|signatures| read(signatures, MAX_SIGNATURE_BYTES)) {
        Some(Err(why)) if why.kind() == ErrorKind::NotFound => None,
        signatures => signatures.transpose()?,
    };
    Ok(Files { bundle: read(path, MAX_BYTES)?, signatures })
}

fn digest(files: &Files) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((files.bundle.len() as u64).to_be_bytes());
    hash.update(&files.bundle);
    hash.update(files.signatures.as_deref().unwrap_or_default());
    hash.finalize().into()
}

fn state(metadata: &Metadata) -> State {
    let changed = metadata.modified().ok();
    let age = changed.and_then(|changed| SystemTime::now().duration_since(changed).ok());
    let racy = age.is_none_or(|age| age < RACY);
    State { bytes: metadata.len(), changed, identity: identity(metadata), racy }
}

#[cfg(unix)]
fn identity(metadata: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (metadata.dev(), metadata.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}
