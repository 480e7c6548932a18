//! Keys from files: those that are trusted, and those that sign.

use super::files;
use super::output::Output;
use crate::bundle::key::{KeyError, MAX_KEY_BYTES, PublicKey};
use crate::bundle::sign::PrivateKey;
use crate::bundle::trust::Trust;
use std::path::{Path, PathBuf};

/// The trust in all keys of some files, each a JSON Web Key or a set of them.
pub fn trust(paths: &[PathBuf]) -> Result<Trust, String> {
    let mut keys = Vec::new();
    for path in paths {
        let found = PublicKey::read(&files::read(path, MAX_KEY_BYTES)?);
        keys.extend(found.map_err(|error| named(path, &error))?);
    }
    Trust::new(keys).map_err(|error| error.to_string())
}

/// A key that signs. Others being able to read it is worth a word, and stops nothing.
pub fn private(path: &Path, output: &Output) -> Result<PrivateKey, String> {
    let key = PrivateKey::read(&files::read(path, MAX_KEY_BYTES)?).map_err(|error| named(path, &error))?;
    if files::open_to_others(path) {
        output.note(&format!(
            "warning: `{}` can be read by others than its owner; `chmod 600` mends that",
            path.display()
        ));
    }
    Ok(key)
}

fn named(path: &Path, error: &KeyError) -> String {
    format!("`{}`: {error}", path.display())
}
