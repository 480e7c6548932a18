//! The bundle in use, and the file that it comes from.
//!
//! A request takes the bundle once and keeps it to its end. A file that changed is read anew; what
//! does not load (half-written, corrupted, not a bundle) is refused, and the last good bundle stays.
//!
//! Changes are found by looking at the file's size, time and identity every so often, not by the
//! operating system's notifications: those are lost on network file systems, and see the link rather
//! than the file where a directory is swapped by a link, as container platforms do it. Looking costs
//! one `stat`. A file whose time is so young that another change could hide behind it is read in
//! any case, and told apart by its bytes' digest.

use crate::bundle::{Bundle, MAX_BYTES};
use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

/// How old a file's time must be to be trusted to tell two changes apart.
const RACY: Duration = Duration::from_secs(3);

/// The bundle in use.
#[derive(Debug)]
pub struct Current {
    path: PathBuf,
    in_use: RwLock<InUse>,
    seen: Mutex<Seen>,
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

/// The file as it was last looked at.
#[derive(Debug)]
struct Seen {
    state: Option<State>,
    /// Of all bytes of the file that was read last.
    bytes: Option<[u8; 32]>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
struct State {
    bytes: u64,
    changed: Option<SystemTime>,
    identity: (u64, u64),
    /// Whether another change could have the same time.
    racy: bool,
}

impl Current {
    /// Loads the bundle that is there at the start.
    ///
    /// # Errors
    /// In words, where it cannot be read or is refused.
    pub fn open(path: &Path) -> Result<Current, String> {
        let (file, state) = read(path).map_err(|why| unreadable(path, &why))?;
        let bundle = load(&file).map_err(|why| format!("`{}`: {why}", path.display()))?;
        let in_use = InUse { bundle: Arc::new(bundle), since: SystemTime::now(), refused: None };
        let seen = Seen { state: Some(state), bytes: Some(digest(&file)) };
        Ok(Current { path: path.to_owned(), in_use: RwLock::new(in_use), seen: Mutex::new(seen) })
    }

    /// The bundle in use.
    pub fn bundle(&self) -> Arc<Bundle> {
        Arc::clone(&self.in_use.read().unwrap_or_else(PoisonError::into_inner).bundle)
    }

    /// The bundle in use, and how it came to be.
    pub fn in_use(&self) -> InUse {
        self.in_use.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks whether the file has changed, and takes it over where it is good.
    pub fn look(&self) -> Found {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let unchanged = |state: &State| seen.state.as_ref() == Some(state) && !state.racy;
        if std::fs::metadata(&self.path).is_ok_and(|metadata| unchanged(&state(&metadata))) {
            return Found::Same;
        }
        let (file, state) = match read(&self.path) {
            Ok(read) => read,
            Err(why) => {
                *seen = Seen { state: None, bytes: None };
                let why = unreadable(&self.path, &why);
                // Said once, not every time that it is looked at.
                let again = self.in_use().refused.is_some_and(|refused| refused.why == why);
                return if again { Found::Same } else { self.refuse(why) };
            }
        };
        let bytes = Some(digest(&file));
        let same = seen.bytes == bytes;
        *seen = Seen { state: Some(state), bytes };
        if same {
            return Found::Same;
        }
        match load(&file) {
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

fn unreadable(path: &Path, why: &io::Error) -> String {
    format!("`{}` cannot be read: {why}", path.display())
}

/// The file's bytes, no more than a bundle may have and one, and its state before they were read.
fn read(path: &Path) -> io::Result<(Vec<u8>, State)> {
    let file = File::open(path)?;
    let state = state(&file.metadata()?);
    let mut bytes = Vec::new();
    file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)?;
    Ok((bytes, state))
}

fn load(file: &[u8]) -> Result<Bundle, String> {
    Bundle::load(file).map_err(|why| why.to_string())
}

fn digest(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
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
