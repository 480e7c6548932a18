//! `caveat sign`: signatures for a bundle that is there already.

use super::output::Output;
use super::replace::replace;
use super::{CLEAN, files, trust};
use crate::bundle::Bundle;
use crate::bundle::jws::{MAX_SIGNATURE_BYTES, MAX_SIGNATURES};
use crate::bundle::load::MAX_BYTES;
use crate::bundle::sign::{PrivateKey, key_id};
use std::path::{Path, PathBuf};

/// What can be said behind `sign`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  \
    caveat sign library.json --key release.jwk     adds a line to library.json.jws\n\n\
    Exit codes:\n  0  signed\n  2  could not run")]
pub struct Options {
    #[command(flatten)]
    signed: files::Signed,
    /// A private key, as `caveat keygen` writes it; several sign one after the other
    #[arg(long = "key", value_name = "FILE", required = true)]
    keys: Vec<PathBuf>,
}

/// Signs a bundle that loads, and nothing else. Signatures of other keys stay.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let keys = options.keys.iter().map(|path| trust::private(path, output));
    let keys: Vec<PrivateKey> = keys.collect::<Result<_, _>>()?;
    let file = files::read(&options.signed.bundle, MAX_BYTES)?;
    Bundle::load(&file).map_err(|e| format!("`{}`: {e}", options.signed.bundle.display()))?;
    let path = options.signed.signatures();
    let before = files::find(&path, MAX_SIGNATURE_BYTES)?.unwrap_or_default();
    let before = String::from_utf8(before).map_err(|_| format!("`{}`: this is no text", path.display()))?;
    write(&file, &keys, before.lines(), &path, output)?;
    Ok(CLEAN)
}

/// Writes the signatures of these keys, beside those of other keys that are there.
pub fn write<'l>(
    file: &[u8],
    keys: &[PrivateKey],
    before: impl Iterator<Item = &'l str>,
    path: &Path,
    output: &Output,
) -> Result<(), String> {
    let ours = |line: &str| key_id(line).is_some_and(|id| keys.iter().any(|key| key.public().id() == id));
    let mut lines: Vec<String> = before.filter(|line| !ours(line)).map(str::to_owned).collect();
    lines.extend(keys.iter().map(|key| key.sign(file)));
    let text = lines.join("\n") + "\n";
    if lines.len() > MAX_SIGNATURES || text.len() > MAX_SIGNATURE_BYTES {
        return Err(format!("`{}`: no more than {MAX_SIGNATURES} signatures are read", path.display()));
    }
    replace(path, text.as_bytes()).map_err(|e| format!("`{}`: cannot be written: {e}", path.display()))?;
    for key in keys {
        output.note(&format!("{}: signed by {}", path.display(), key.public().id()));
    }
    Ok(())
}
