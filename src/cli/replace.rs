//! Files written whole or not at all.

use std::fs::{Metadata, OpenOptions};
use std::io::{Error, Result, Write};
use std::path::Path;

/// Replaces a file whole or not at all, so that nobody ever reads half of one. Links are followed;
/// what is no file (a device, a pipe) is written to as it is. A file that was there keeps who may
/// read and write it; a new one can be read by all.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let found = path.metadata().ok();
    if found.as_ref().is_some_and(|found| !found.is_file()) {
        return OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let folder = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    if !folder.is_dir() {
        return Err(Error::other(format!("there is no folder `{}`", folder.display())));
    }
    let mut builder = tempfile::Builder::new();
    builder.prefix(".caveat-");
    permit(&mut builder, found.as_ref());
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|e| e.error)?;
    Ok(())
}

/// A temporary file is its owner's alone unless it is told otherwise.
#[cfg(unix)]
fn permit(builder: &mut tempfile::Builder<'_, '_>, found: Option<&Metadata>) {
    use std::os::unix::fs::PermissionsExt;
    let permissions = found.map_or_else(|| std::fs::Permissions::from_mode(0o644), Metadata::permissions);
    builder.permissions(permissions);
}

#[cfg(not(unix))]
fn permit(_: &mut tempfile::Builder<'_, '_>, _: Option<&Metadata>) {}
