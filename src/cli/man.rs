//! `caveat man FOLDER`: the manual pages, from the tool's own types.

use super::output::Output;
use super::{Arguments, CLEAN};
use clap::CommandFactory;
use std::path::PathBuf;

/// What can be said behind `man`.
#[derive(clap::Args, Debug)]
pub struct Options {
    /// The folder that gets a page for the tool and one for each verb
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
}

/// Writes the pages.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let folder = &options.folder;
    if !folder.is_dir() {
        return Err(format!("there is no folder `{}`", folder.display()));
    }
    clap_mangen::generate_to(Arguments::command(), folder)
        .map_err(|why| format!("`{}`: cannot be written to: {why}", folder.display()))?;
    output.note(&format!("the manual pages are in {}; see `man {0}/caveat.1`", folder.display()));
    Ok(CLEAN)
}
