//! Files that may change while the server runs: whether they have, and what they hold.
//!
//! Changes are found by looking at each file's size, time and identity every so often, not by the
//! operating system's notifications: those are lost on network file systems, and see the link rather
//! than the file where a directory is swapped by a link, as container platforms do it. Looking costs
//! one `stat`. A file whose time is so young that another change could hide behind it is read in
//! any case, and told apart by its bytes' digest. What the files mean is for others to say.

use sha2::{Digest, Sha256};
use std::fs::{File, Metadata};
use std::io::{self, ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// How old a file's time must be to be trusted to tell two changes apart.
const RACY: Duration = Duration::from_secs(3);

/// Files that are looked at together.
#[derive(Debug)]
pub struct Watched {
    files: Vec<Watching>,
    /// The files as they were last looked at; none where they could not be read.
    states: Option<Vec<State>>,
    /// Of all bytes that were read last.
    bytes: Option<[u8; 32]>,
    /// Why they could not be read, said already.
    unreadable: Option<String>,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct Watching {
    /// Where it is.
    pub path: PathBuf,
    /// How many bytes are read, and one more: whoever takes them refuses what is longer.
    pub most: usize,
    /// Whether it need not be there.
    pub optional: bool,
}

/// What was found when they were looked at.
#[derive(Debug)]
pub enum Looked {
    /// They are as they were, or cannot be read still.
    Same,
    /// What they hold now, in their order; none for one that is not there.
    Changed(Vec<Option<Vec<u8>>>),
    /// One of them cannot be read.
    Unreadable(Unreadable),
}

/// A file that cannot be read.
#[derive(Debug)]
pub struct Unreadable {
    /// Which.
    pub path: PathBuf,
    /// Why.
    pub why: io::Error,
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

impl Watched {
    /// Files that have not been looked at.
    pub fn new(files: Vec<Watching>) -> Watched {
        Watched { files, states: None, bytes: None, unreadable: None }
    }

    /// Forgets how they were, so that they count as changed.
    pub fn forget(&mut self) {
        (self.states, self.bytes) = (None, None);
    }

    /// Looks whether they have changed since the last time.
    pub fn look(&mut self) -> Looked {
        // What they are is found out before they are read: what changes later is seen next time.
        let states = self.each(Watching::state);
        let unchanged = |states: &Vec<State>| {
            self.states.as_ref() == Some(states) && states.iter().all(|state| !state.racy)
        };
        if states.as_ref().is_ok_and(unchanged) {
            return Looked::Same;
        }
        match states.and_then(|states| Ok((states, self.each(Watching::read)?))) {
            Ok((states, files)) => {
                self.unreadable = None;
                self.states = Some(states);
                let bytes = Some(digest(&files));
                let same = std::mem::replace(&mut self.bytes, bytes) == bytes;
                if same { Looked::Same } else { Looked::Changed(files) }
            }
            Err(unreadable) => {
                self.forget();
                // Said once, not every time that it is looked at.
                let why = Some(unreadable.why.to_string());
                let again = std::mem::replace(&mut self.unreadable, why.clone()) == why;
                if again { Looked::Same } else { Looked::Unreadable(unreadable) }
            }
        }
    }

    fn each<T>(&self, look: impl Fn(&Watching) -> io::Result<T>) -> Result<Vec<T>, Unreadable> {
        let looked = self
            .files
            .iter()
            .map(|file| look(file).map_err(|why| Unreadable { path: file.path.clone(), why }));
        looked.collect()
    }
}

impl Watching {
    fn state(&self) -> io::Result<State> {
        match std::fs::metadata(&self.path) {
            Ok(metadata) => Ok(state(&metadata)),
            Err(why) if self.optional && why.kind() == ErrorKind::NotFound => {
                Ok(State { bytes: 0, changed: None, identity: (0, 0), racy: false })
            }
            Err(why) => Err(why),
        }
    }

    fn read(&self) -> io::Result<Option<Vec<u8>>> {
        match read(&self.path, self.most) {
            Err(why) if self.optional && why.kind() == ErrorKind::NotFound => Ok(None),
            bytes => bytes.map(Some),
        }
    }
}

fn read(path: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn digest(files: &[Option<Vec<u8>>]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for file in files {
        // One that is not there is not one that is empty.
        hash.update([u8::from(file.is_some())]);
        let bytes = file.as_deref().unwrap_or_default();
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    }
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
