//! The bundle in use, and the file that it comes from.
//!
//! A request takes the bundle once and keeps it to its end. A file that changed is read anew; what
//! does not load (half-written, corrupted, not a bundle) is refused, and the last good bundle stays.
//!
//! With trusted keys, the file beside it holds its signatures, and is looked at with it: a bundle that no
//! trusted key signed, whose days are not come or are over, or whose revision is smaller than that of
//! the bundle in use is refused likewise.
//!
//! Changes are found by looking at the file's size, time and identity every so often, not by the
//! operating system's notifications: those are lost on network file systems, and see the link rather
//! than the file where a directory is swapped by a link, as container platforms do it. Looking costs
//! one `stat`. A file whose time is so young that another change could hide behind it is read in
//! any case, and told apart by its bytes' digest.

use crate::bundle::Bundle;
use crate::bundle::jws::MAX_SIGNATURE_BYTES;
use crate::bundle::load::MAX_BYTES;
use crate::bundle::trust::{Trust, TrustError};
use jiff::Timestamp;
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// How old a file's time must be to be trusted to tell two changes apart.
const RACY: Duration = Duration::from_secs(3);

/// The bundle in use.
#[derive(Debug)]
pub struct Current {
    path: PathBuf,
    trusted: Option<Trusted>,
    in_use: RwLock<InUse>,
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

/// A bundle, and how it came to be in use.
#[derive(Clone, Debug)]
pub struct InUse {
    /// The bundle.
    pub bundle: Arc<Bundle>,
    /// Since when.
    pub since: SystemTime,
    /// Why the file as it is now was refused, where it was.
    pub refused: Option<Refused>,
}

/// A file that was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refused {
    /// Why.
    pub why: String,
    /// When.
    pub at: SystemTime,
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
    signatures: Vec<u8>,
}

impl Current {
    /// Loads the bundle that is there at the start.
    ///
    /// # Errors
    /// In words, where it cannot be read or is refused.
    pub fn open(path: &Path, trusted: Option<Trusted>) -> Result<Current, String> {
        let unreadable = |why: io::Error| format!("`{}` cannot be read: {why}", path.display());
        let state = states(path, trusted.as_ref()).map_err(unreadable)?;
        let files = read(path, trusted.as_ref()).map_err(unreadable)?;
        let bundle = load(&files, trusted.as_ref().map(|t| &t.trust));
        let bundle = bundle.map_err(|why| format!("`{}`: {why}", path.display()))?;
        let in_use = InUse { bundle: Arc::new(bundle), since: SystemTime::now(), refused: None };
        let seen = Seen { state: Some(state), bytes: Some(digest(&files)) };
        let path = path.to_owned();
        Ok(Current { path, trusted, in_use: RwLock::new(in_use), seen: Mutex::new(seen) })
    }

    /// Whether the bundle in use may be used now: with trusted keys, its days can be over.
    ///
    /// # Errors
    /// Why it may not.
    pub fn usable(&self, bundle: &Bundle, now: Timestamp) -> Result<(), TrustError> {
        self.trusted.as_ref().map_or(Ok(()), |trusted| trusted.trust.current(bundle, now))
    }

    /// The bundle in use.
    pub fn bundle(&self) -> Arc<Bundle> {
        Arc::clone(&self.in_use.read().unwrap_or_else(PoisonError::into_inner).bundle)
    }

    /// The bundle in use, and how it came to be.
    pub fn in_use(&self) -> InUse {
        self.in_use.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the files have changed, and takes the bundle over where it is good.
    pub fn look(&self) -> Found {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let trusted = self.trusted.as_ref();
        // What they are is found out before they are read: what changes later is seen next time.
        let state = states(&self.path, trusted);
        let unchanged =
            |state: &[State; 2]| seen.state.as_ref() == Some(state) && state.iter().all(|state| !state.racy);
        if state.as_ref().is_ok_and(unchanged) {
            return Found::Same;
        }
        let (state, files) = match state.and_then(|state| Ok((state, read(&self.path, trusted)?))) {
            Ok(found) => found,
            Err(why) => {
                *seen = Seen::default();
                let why = format!("`{}` cannot be read: {why}", self.path.display());
                // Said once, not every time that it is looked at.
                let again = self.in_use().refused.is_some_and(|refused| refused.why == why);
                return if again { Found::Same } else { self.refuse(why) };
            }
        };
        let bytes = Some(digest(&files));
        let same = seen.bytes == bytes;
        *seen = Seen { state: Some(state), bytes };
        if same {
            return Found::Same;
        }
        let trust = trusted.map(|trusted| match revision(&self.bundle()) {
            Some(revision) => trusted.trust.clone().at_least(revision),
            None => trusted.trust.clone(),
        });
        match load(&files, trust.as_ref()) {
            Ok(bundle) => self.take(bundle),
            Err(why) => self.refuse(why),
        }
    }

    fn take(&self, bundle: Bundle) -> Found {
        let mut in_use = self.in_use.write().unwrap_or_else(PoisonError::into_inner);
        in_use.refused = None;
        if in_use.bundle.digest() == bundle.digest() {
            return Found::Same;
        }
        let digest = bundle.digest().to_owned();
        (in_use.bundle, in_use.since) = (Arc::new(bundle), SystemTime::now());
        Found::Taken(digest)
    }

    fn refuse(&self, why: String) -> Found {
        let mut in_use = self.in_use.write().unwrap_or_else(PoisonError::into_inner);
        in_use.refused = Some(Refused { why: why.clone(), at: SystemTime::now() });
        Found::Refused(why)
    }
}

/// The revision that a bundle's release has.
pub fn revision(bundle: &Bundle) -> Option<u64> {
    bundle.content().release.as_ref().and_then(|release| release.revision)
}

/// What the two files are; that of signatures need not be there.
fn states(path: &Path, trusted: Option<&Trusted>) -> io::Result<[State; 2]> {
    let signatures = match trusted.map(|trusted| std::fs::metadata(&trusted.signatures)) {
        Some(Ok(metadata)) => state(&metadata),
        Some(Err(why)) if why.kind() != ErrorKind::NotFound => return Err(why),
        _ => State { bytes: 0, changed: None, identity: (0, 0), racy: false },
    };
    Ok([state(&std::fs::metadata(path)?), signatures])
}

/// What the two files hold, no more than may be and a byte: whoever takes them refuses what is longer.
fn read(path: &Path, trusted: Option<&Trusted>) -> io::Result<Files> {
    let read = |path: &Path, most: usize| -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
        Ok(bytes)
    };
    let signatures = match trusted.map(|trusted| read(&trusted.signatures, MAX_SIGNATURE_BYTES)) {
        Some(Err(why)) if why.kind() == ErrorKind::NotFound => Vec::new(),
        Some(signatures) => signatures?,
        None => Vec::new(),
    };
    Ok(Files { bundle: read(path, MAX_BYTES)?, signatures })
}

fn load(files: &Files, trust: Option<&Trust>) -> Result<Bundle, String> {
    match trust {
        None => Bundle::load(&files.bundle).map_err(|why| why.to_string()),
        Some(trust) => Bundle::load_trusted(&files.bundle, &files.signatures, trust, Timestamp::now())
            .map_err(|why| why.to_string()),
    }
}

fn digest(files: &Files) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update((files.bundle.len() as u64).to_be_bytes());
    hash.update(&files.bundle);
    hash.update(&files.signatures);
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
