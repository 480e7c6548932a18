//! The trusted keys, and the files that they come from.
//!
//! Files that changed are read anew. What cannot be read, or holds no keys, is refused as a whole, and the last
//! good keys count on. Whether a bundle is good by new keys is not asked here.

use super::watched::{Looked, Watched, Watching};
use crate::bundle::key::{MAX_KEY_BYTES, PublicKey};
use crate::bundle::trust::Trust;
use std::path::PathBuf;

/// Whose signatures count, and where all that stands.
#[derive(Clone, Debug)]
pub struct Trusted {
    /// The files of keys, each a JSON Web Key or a set of them.
    pub keys: Vec<PathBuf>,
    /// The least revision that is taken.
    pub least: Option<u64>,
    /// The file of the bundle's signatures.
    pub signatures: PathBuf,
}

/// The files of the trusted keys.
#[derive(Debug)]
pub struct Keys {
    paths: Vec<PathBuf>,
    least: Option<u64>,
    files: Watched,
}

impl Keys {
    /// The files of some keys, not looked at yet.
    pub fn new(trusted: &Trusted) -> Keys {
        let watching = |path: &PathBuf| Watching { path: path.clone(), most: MAX_KEY_BYTES, optional: false };
        let files = Watched::new(trusted.keys.iter().map(watching).collect());
        Keys { paths: trusted.keys.clone(), least: trusted.least, files }
    }

    /// The trust in what the files hold, where they have changed.
    ///
    /// # Errors
    /// In words, where one of them cannot be read or is no key; once, until they change again.
    pub fn look(&mut self) -> Result<Option<Trust>, String> {
        match self.files.look() {
            Looked::Same => Ok(None),
            Looked::Unreadable(file) => Err(format!("`{}`: {}", file.path.display(), file.why)),
            Looked::Changed(files) => self.trust(&files).map(Some),
        }
    }

    fn trust(&self, files: &[Option<Vec<u8>>]) -> Result<Trust, String> {
        let mut keys = Vec::new();
        for (path, file) in self.paths.iter().zip(files) {
            let found = PublicKey::read(file.as_deref().unwrap_or_default());
            keys.extend(found.map_err(|why| format!("`{}`: {why}", path.display()))?);
        }
        let trust = Trust::new(keys).map_err(|why| why.to_string())?;
        Ok(self.least.map_or_else(|| trust.clone(), |least| trust.clone().at_least(least)))
    }
}
