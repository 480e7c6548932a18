//! The bundle in use, and the file that it comes from.
//!
//! A request takes the bundle once and keeps it to its end. A file that changed is read anew; what
//! does not load (half-written, corrupted, not a bundle) is refused, and the last good bundle stays.
//!
//! With trusted keys, the file beside it holds its signatures, and is looked at with it: a bundle that no
//! trusted key signed, whose days are not come or are over, or whose revision is smaller than that of
//! the bundle in use, or the same with other content, is refused likewise.
//!
//! The keys are read again where their files have changed. From then on they judge every bundle: that in use stays
//! until there is one that they signed, and none that the old keys signed alone takes its place. Where the keys
//! cannot be read, the last good ones count.

use super::keys::{Keys, Trusted};
use super::watched::{Looked, Watched, Watching};
use crate::bundle::jws::MAX_SIGNATURE_BYTES;
use crate::bundle::trust::{Trust, TrustError};
use crate::bundle::{Bundle, Live, MAX_BYTES, Offer, Status};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The bundle in use, and its files.
#[derive(Debug)]
pub struct Current {
    live: Live,
    files: Mutex<Files>,
    keys: Mutex<KeyTrouble>,
}

/// What is looked at.
#[derive(Debug)]
struct Files {
    /// The bundle, and its signatures where some are asked for.
    bundle: Watched,
    keys: Option<Keys>,
    /// Keys that no bundle is there for: they have signed neither that in use nor that in the file.
    waiting: Option<Trust>,
}

/// What is wrong with the files of keys.
#[derive(Debug, Default)]
struct KeyTrouble {
    refusals: u64,
    last: Option<Trouble>,
}

/// What was refused last, in words, and when.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// Why.
    pub why: String,
    /// When.
    pub at: Timestamp,
}

/// What was found when the files were looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Found {
    /// A further bundle, of this digest, which is in use now.
    Taken(String),
    /// A bundle that was refused; the one in use stays.
    Refused(String),
    /// Other keys, of these ids, which are trusted now.
    Trusted(Vec<String>),
    /// Other keys, by which the bundle is refused; the one in use stays, and no other takes its place that they did
    /// not sign.
    Waiting(String),
    /// Files of keys that were refused; the last good keys count.
    NoKeys(String),
}

impl Current {
    /// Loads the bundle that is there at the start.
    ///
    /// # Errors
    /// In words, where it or the keys cannot be read or are refused.
    pub fn open(path: &Path, trusted: Option<&Trusted>) -> Result<Current, String> {
        let named = |why: &dyn std::fmt::Display| format!("`{}`: {why}", path.display());
        let mut keys = trusted.map(Keys::new);
        let trust = keys.as_mut().map(Keys::look).transpose()?.flatten();
        let mut files = Watched::new(watching(path, trusted));
        let (file, signatures) = match files.look() {
            Looked::Changed(files) => taken_apart(files),
            Looked::Unreadable(file) => return Err(named(&file.why)),
            Looked::Same => Default::default(),
        };
        let now = Timestamp::now();
        let bundle = match &trust {
            None => Bundle::load(&file).map_err(|why| named(&why))?,
            Some(trust) => {
                let signed = signatures.as_deref().unwrap_or_default();
                Bundle::load_trusted(&file, signed, trust, now).map_err(|why| named(&why))?
            }
        };
        let files = Files { bundle: files, keys, waiting: None };
        let live = Live::new(bundle, trust, now);
        Ok(Current { live, files: Mutex::new(files), keys: Mutex::default() })
    }

    /// The bundle in use.
    pub fn bundle(&self) -> Arc<Bundle> {
        self.live.current()
    }

    /// How the bundle came to be in use, and how much was refused, of bundles and of keys.
    pub fn status(&self) -> Status {
        let status = self.live.status();
        let refusals = status.refusals + self.keys().refusals;
        Status { refusals, ..status }
    }

    /// What was refused last, unless it is in order by now.
    pub fn trouble(&self) -> Option<Trouble> {
        let refusal = self.live.status().refusal;
        let bundle = refusal.map(|refusal| Trouble { why: refusal.why.to_string(), at: refusal.at });
        bundle.or_else(|| self.keys().last.clone())
    }

    /// Whether the bundle in use may be used now: with trusted keys, its days can be over.
    ///
    /// # Errors
    /// Why it may not.
    pub fn usable(&self, now: Timestamp) -> Result<(), TrustError> {
        self.live.usable(now)
    }

    /// Looks whether the files have changed, and takes over what is good: at the most one thing of keys and one of
    /// the bundle is found.
    pub fn look(&self) -> Vec<Found> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut found = Vec::new();
        let mut changed = false;
        match files.keys.as_mut().map_or(Ok(None), Keys::look) {
            Ok(None) => {}
            Ok(Some(trust)) => {
                self.keys().last = None;
                // Keys that are in use already wait for nothing, and neither do others any more.
                changed = self.live.trust().as_deref() != Some(&trust);
                if changed || files.waiting.is_some() {
                    files.bundle.forget();
                }
                files.waiting = Some(trust).filter(|_| changed);
            }
            Err(why) => {
                let mut keys = self.keys();
                keys.refusals += 1;
                let words = format!("the trusted keys cannot be read, and the last good ones count: {why}");
                keys.last = Some(Trouble { why: words, at: Timestamp::now() });
                found.push(Found::NoKeys(why));
            }
        }
        match files.bundle.look() {
            Looked::Same => {}
            Looked::Unreadable(file) => {
                found.push(Found::Refused(self.live.unreadable(file.why, Timestamp::now()).to_string()));
            }
            Looked::Changed(contents) => {
                let (file, signatures) = taken_apart(contents);
                found.extend(self.offer(&mut files.waiting, changed, &file, signatures.as_deref()));
            }
        }
        found
    }

    /// Offers a bundle, to keys that wait for one where there are some.
    fn offer(
        &self,
        waiting: &mut Option<Trust>,
        changed: bool,
        file: &[u8],
        signatures: Option<&[u8]>,
    ) -> Vec<Found> {
        let now = Timestamp::now();
        let offered = match waiting.as_ref() {
            Some(trust) => self.live.retrust(trust.clone(), file, signatures.unwrap_or_default(), now),
            None => self.live.offer(file, signatures, now),
        };
        match offered {
            Ok(offer) => {
                let ids = |trust: Trust| trust.keys().iter().map(|key| key.id().to_owned()).collect();
                let trusted = waiting.take().map(|trust| Found::Trusted(ids(trust)));
                let taken = || Found::Taken(self.bundle().digest().to_owned());
                trusted.into_iter().chain((offer == Offer::Swapped).then(taken)).collect()
            }
            Err(why) if changed => vec![Found::Waiting(why.to_string())],
            Err(why) => vec![Found::Refused(why.to_string())],
        }
    }

    fn keys(&self) -> std::sync::MutexGuard<'_, KeyTrouble> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The bundle's file, and that of its signatures, which need not be there.
fn watching(path: &Path, trusted: Option<&Trusted>) -> Vec<Watching> {
    let bundle = Watching { path: path.to_owned(), most: MAX_BYTES, optional: false };
    let signatures = trusted.map(|trusted| {
        let path: PathBuf = trusted.signatures.clone();
        Watching { path, most: MAX_SIGNATURE_BYTES, optional: true }
    });
    std::iter::once(bundle).chain(signatures).collect()
}

/// The bytes of the bundle, and of its signatures.
fn taken_apart(files: Vec<Option<Vec<u8>>>) -> (Vec<u8>, Option<Vec<u8>>) {
    let mut files = files.into_iter();
    (files.next().flatten().unwrap_or_default(), files.next().flatten())
}
