//! `caveat keygen`: a pair of keys, for whoever releases bundles.

use super::output::Output;
use super::{CLEAN, files};
use crate::bundle::sign::PrivateKey;
use std::path::{Path, PathBuf};

/// What can be said behind `keygen`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Example:\n  \
    caveat keygen release.jwk         the private key, and release.pub.jwk for services to trust\n\n\
    Exit codes:\n  0  both keys are written\n  2  could not run")]
pub struct Options {
    /// Where the private key goes; the public one goes beside it
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Makes and writes. Neither file may be there already.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|e| format!("the system has no random numbers: {e}"))?;
    let key = PrivateKey::from_seed(&seed).map_err(|e| e.to_string())?;
    let public = public_name(&options.file);
    if public.exists() {
        return Err(format!("`{}`: there already, and a key is never written over", public.display()));
    }
    files::create(&options.file, (key.to_jwk() + "\n").as_bytes(), true)?;
    files::create(&public, (key.public().to_jwk() + "\n").as_bytes(), false)?;
    output.print(&format!("{}\n", key.public().id()))?;
    output.note(&format!(
        "private key in `{}`, for its owner alone; public key in `{}`, for services to trust",
        options.file.display(),
        public.display()
    ));
    Ok(CLEAN)
}

/// `release.jwk` has `release.pub.jwk` beside it.
fn public_name(private: &Path) -> PathBuf {
    match private.extension() {
        Some(extension) if extension == "jwk" => private.with_extension("pub.jwk"),
        _ => {
            let mut name = private.as_os_str().to_owned();
            name.push(".pub.jwk");
            PathBuf::from(name)
        }
    }
}
