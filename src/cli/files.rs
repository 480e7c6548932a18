//! Files of bundles, keys and signatures: read within a limit; a key never over another file.

use std::fs::File;
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// A bundle with its signatures: for the verbs that make and judge them.
#[derive(clap::Args, Clone, Debug)]
#[group(skip)]
pub struct Signed {
    /// The bundle
    #[arg(value_name = "BUNDLE")]
    pub bundle: PathBuf,
    /// Where the signatures stand, one a line; BUNDLE.jws where it is left out
    #[arg(long, value_name = "FILE")]
    signatures: Option<PathBuf>,
}

impl Signed {
    /// The file of the signatures.
    pub fn signatures(&self) -> PathBuf {
        self.signatures.clone().unwrap_or_else(|| beside(&self.bundle))
    }
}

/// Reads a file; one byte more than may be is enough for whoever takes it to refuse it.
pub fn read(path: &Path, most: usize) -> Result<Vec<u8>, String> {
    find(path, most)?.ok_or_else(|| format!("`{}`: no such file or folder", path.display()))
}

/// Reads a file; none where there is none.
pub fn find(path: &Path, most: usize) -> Result<Option<Vec<u8>>, String> {
    let mut bytes = Vec::new();
    let limit = (most as u64).saturating_add(1);
    match File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)) {
        Ok(_) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("`{}`: cannot be read: {error}", path.display())),
    }
}

/// The file of signatures beside a bundle: `library.json.jws`.
pub fn beside(bundle: &Path) -> PathBuf {
    let mut name = bundle.as_os_str().to_owned();
    name.push(".jws");
    PathBuf::from(name)
}

/// Writes a file that must not be there yet. A secret is its owner's alone, from its first byte on.
pub fn create(path: &Path, bytes: &[u8], secret: bool) -> Result<(), String> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    owned(&mut options, secret);
    let written = options.open(path).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => {
            format!("`{}`: there already, and a key is never written over", path.display())
        }
        _ => format!("`{}`: cannot be written: {error}", path.display()),
    })
}

/// Whether others than its owner can read a file.
#[cfg(unix)]
pub fn open_to_others(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|found| found.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
pub fn open_to_others(_: &Path) -> bool {
    false
}

#[cfg(unix)]
fn owned(options: &mut std::fs::OpenOptions, secret: bool) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(if secret { 0o600 } else { 0o644 });
}

#[cfg(not(unix))]
fn owned(_: &mut std::fs::OpenOptions, _: bool) {}
