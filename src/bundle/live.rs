//! The bundle that a running service acts on: swapped as a whole while it is in use.
//!
//! Takes the bytes of files, wherever they come from, and reads neither files nor clocks. What
//! cannot be loaded, or is not trusted, is refused: the last good bundle stays, and why the offer
//! was refused is kept to be reported. With [`Trust`], a revision is never followed by an older one, nor by
//! other content of the same number.

use super::load::Bundle;
use super::trust::{Trust, TrustError};
use jiff::Timestamp;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// The bundle that a running service acts on. Threads share it.
///
/// With [`Trust`], what is offered must be signed, be of the day, and have no smaller revision than the
/// bundle in use: that is seen to here, and [`Trust::at_least`] is for what came before a restart. Other
/// content of the same revision is refused, however well it is signed, since nobody could say which of the
/// two is the older: each release needs a revision of its own, one that puts off its last day too. Without
/// trust, signatures, days and revisions are not looked at.
///
/// **A bundle that expires stays in use.** [`current`](Live::current) goes on giving it, since nothing here
/// has a clock: ask [`usable`](Live::usable) before each use, and take an error for a no.
///
/// The bundle's file and the file of its signatures are read by the caller, one after the other. A pair
/// that does not fit together is refused as any other bad offer is; offer it again when both have been
/// replaced.
///
/// ```
/// use caveat::bundle::{Bundle, Live};
/// use jiff::Timestamp;
///
/// # fn start(file: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
/// let live = Live::new(Bundle::load(file)?, None, Timestamp::now());
///
/// // For each thing that is asked: a bundle can expire while it is in use.
/// live.usable(Timestamp::now())?;
/// // An `Arc`, so it stays what it is while it is used.
/// let bundle = live.current();
///
/// // When the file has changed. What is refused leaves everything as it was.
/// let reload = || match std::fs::read("library.json") {
///     Ok(file) => live.offer(&file, None, Timestamp::now()).map(|_| ()),
///     Err(error) => Err(live.unreadable(error, Timestamp::now())),
/// };
/// if reload().is_err() {
///     let status = live.status();
///     let why = status.refusal.map(|refusal| refusal.why.to_string()).unwrap_or_default();
///     eprintln!("still {}: {why}", status.digest);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct Live {
    /// Swapped as a whole, so that nobody sees a bundle beside a trust that it was not judged by.
    held: RwLock<Held>,
    /// Held by whoever offers a bundle until that is done: one after the other.
    record: Mutex<Record>,
}

/// The bundle in use, and whom it must be signed by.
#[derive(Clone, Debug)]
struct Held {
    bundle: Arc<Bundle>,
    trust: Option<Arc<Trust>>,
}

#[derive(Debug)]
struct Record {
    since: Timestamp,
    swaps: u64,
    refusals: u64,
    refusal: Option<Refusal>,
}

/// What a service acts on, and what it refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The digest of the bundle in use.
    pub digest: String,
    /// Its revision, where it has one.
    pub revision: Option<u64>,
    /// Since when it is in use.
    pub since: Timestamp,
    /// How often a bundle has taken the place of another.
    pub swaps: u64,
    /// How many offers were refused.
    pub refusals: u64,
    /// The last of them, unless a good bundle was offered since.
    pub refusal: Option<Refusal>,
}

/// An offer that was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Refusal {
    /// When.
    pub at: Timestamp,
    /// Why.
    pub why: Refused,
}

/// Why an offer was refused.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum Refused {
    /// It could not even be read.
    Unreadable(String),
    /// It is not trusted, or cannot be loaded.
    Untrusted(TrustError),
}

/// What became of an offer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offer {
    /// It is the bundle in use now.
    Swapped,
    /// It says what the bundle in use says already.
    Same,
}

impl Live {
    /// Begins with a bundle. With trust, every later one must be signed, be of the day and have no
    /// smaller revision than the one in use; the first one is the caller's to check, with
    /// [`Bundle::load_trusted`](Bundle::load_trusted).
    pub fn new(bundle: Bundle, trust: Option<Trust>, now: Timestamp) -> Live {
        let record = Record { since: now, swaps: 0, refusals: 0, refusal: None };
        let held = Held { bundle: Arc::new(bundle), trust: trust.map(Arc::new) };
        Live { held: RwLock::new(held), record: Mutex::new(record) }
    }

    /// The bundle in use, expired or not: see [`usable`](Live::usable). It costs a lock that readers share
    /// and a count.
    pub fn current(&self) -> Arc<Bundle> {
        Arc::clone(&self.held.read().unwrap_or_else(PoisonError::into_inner).bundle)
    }

    /// Whom bundles must be signed by; none where nobody was named.
    pub fn trust(&self) -> Option<Arc<Trust>> {
        self.held().trust
    }

    /// Whether the bundle in use may still be used: it can expire while it is, and nothing but this says
    /// so. Without trust, it always may.
    ///
    /// # Errors
    /// Where it may not.
    pub fn usable(&self, now: Timestamp) -> Result<(), TrustError> {
        let held = self.held();
        held.trust.map_or(Ok(()), |trust| trust.current(&held.bundle, now))
    }

    /// Takes a file's bytes in place of the bundle in use, if they are good. `signatures` is the
    /// file beside it (`NAME.jws`), where trust asks for one; without trust it is not looked at.
    ///
    /// # Errors
    /// Why it is refused; everything is as it was then, and [`status`](Live::status) tells.
    pub fn offer(&self, file: &[u8], signatures: Option<&[u8]>, now: Timestamp) -> Result<Offer, Refused> {
        self.take(None, file, signatures, now)
    }

    /// Trusts other keys, or another least revision, from now on, and takes a bundle that is good by them:
    /// how keys are rotated without a restart. Both change at once, or neither does, so the bundle in
    /// use is always one that the keys of the day have signed. It may be the bundle in use, signed by the
    /// new key too.
    ///
    /// A revision still never goes backwards; and whoever began without trust has it from then on. There is no
    /// way back to none.
    ///
    /// ```
    /// # use caveat::bundle::key::PublicKey;
    /// # use caveat::bundle::trust::Trust;
    /// # use caveat::bundle::{Live, Offer};
    /// # use jiff::Timestamp;
    /// # fn rotate(live: &Live) -> Result<Offer, Box<dyn std::error::Error>> {
    /// let keys = PublicKey::read(&std::fs::read("release-2027.pub.jwk")?)?;
    /// let (file, signatures) = (std::fs::read("library.json")?, std::fs::read("library.json.jws")?);
    /// Ok(live.retrust(Trust::new(keys)?, &file, &signatures, Timestamp::now())?)
    /// # }
    /// ```
    ///
    /// # Errors
    /// Why the bundle is refused; everything is as it was then, whom it trusts too, and
    /// [`status`](Live::status) tells.
    pub fn retrust(
        &self,
        trust: Trust,
        file: &[u8],
        signatures: &[u8],
        now: Timestamp,
    ) -> Result<Offer, Refused> {
        self.take(Some(Arc::new(trust)), file, Some(signatures), now)
    }

    fn take(
        &self,
        other: Option<Arc<Trust>>,
        file: &[u8],
        signatures: Option<&[u8]>,
        now: Timestamp,
    ) -> Result<Offer, Refused> {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let held = self.held();
        let trust = other.or_else(|| held.trust.clone());
        // Readers go on while it is loaded; the lock that they share is held for the swap alone.
        let bundle = match load(&held.bundle, trust.as_deref(), file, signatures, now) {
            Ok(bundle) => bundle,
            Err(why) => return Err(record.refuse(Refused::Untrusted(why), now)),
        };
        record.refusal = None;
        let same = bundle.digest() == held.bundle.digest();
        // The same bundle may have other signers now.
        let bundle =
            if same && bundle.signers() == held.bundle.signers() { held.bundle } else { Arc::new(bundle) };
        *self.held.write().unwrap_or_else(PoisonError::into_inner) = Held { bundle, trust };
        if same {
            return Ok(Offer::Same);
        }
        record.since = now;
        record.swaps += 1;
        Ok(Offer::Swapped)
    }

    fn held(&self) -> Held {
        self.held.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that a bundle could not even be read, and gives that as a refusal.
    pub fn unreadable(&self, why: impl fmt::Display, now: Timestamp) -> Refused {
        let mut record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        record.refuse(Refused::Unreadable(why.to_string()), now)
    }

    /// What is in use, and what was refused. Waits for an offer that is being looked at.
    pub fn status(&self) -> Status {
        let record = self.record.lock().unwrap_or_else(PoisonError::into_inner);
        let bundle = self.current();
        Status {
            digest: bundle.digest().to_owned(),
            revision: revision(&bundle),
            since: record.since,
            swaps: record.swaps,
            refusals: record.refusals,
            refusal: record.refusal.clone(),
        }
    }
}

fn load(
    current: &Bundle,
    trust: Option<&Trust>,
    file: &[u8],
    signatures: Option<&[u8]>,
    now: Timestamp,
) -> Result<Bundle, TrustError> {
    let Some(trust) = trust else { return Ok(Bundle::load(file)?) };
    let trust = match revision(current) {
        Some(revision) => &trust.clone().at_least(revision),
        None => trust,
    };
    let bundle = Bundle::load_trusted(file, signatures.unwrap_or_default(), trust, now)?;
    match revision(current) {
        Some(number) if revision(&bundle) == Some(number) && bundle.digest() != current.digest() => {
            Err(TrustError::SameRevision { revision: number })
        }
        _ => Ok(bundle),
    }
}

fn revision(bundle: &Bundle) -> Option<u64> {
    bundle.release().and_then(|release| release.revision)
}

impl Record {
    fn refuse(&mut self, why: Refused, now: Timestamp) -> Refused {
        self.refusals += 1;
        self.refusal = Some(Refusal { at: now, why: why.clone() });
        why
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refused::Unreadable(why) => write!(f, "the bundle cannot be read: {why}"),
            Refused::Untrusted(why) => why.fmt(f),
        }
    }
}

impl std::error::Error for Refused {}
