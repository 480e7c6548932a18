//! `caveat build`: a policy to the bundle that services load.
//!
//! The bytes depend on the policy's texts alone: neither on where the folder lies, nor on the
//! current folder, the day or the machine.

use super::analyse::{analyse, several};
use super::load::{self, Loaded};
use super::output::Output;
use super::replace::replace;
use super::{CLEAN, FOUND, documents, today};
use crate::bundle::{Bundle, envelope};
use crate::diagnostic::{Finding, Level, human};
use crate::document::documents::lock_digest;
use crate::policy::analysis::Analysis;
use crate::policy::{Date, Policy};
use std::path::PathBuf;

/// What can be said behind `build`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit codes:\n  0  the bundle is written\n  1  refused: the policy has errors\n  \
    2  could not run")]
pub struct Options {
    /// The policy: a folder or a file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Where the bundle goes; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// The day on which acceptances must still hold; today (UTC), or that of SOURCE_DATE_EPOCH,
    /// where it is left out
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = today::parse)]
    today: Option<Date>,
    #[command(flatten)]
    documents: documents::Options,
}

/// Builds and writes, unless errors stand.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let today = today::today(options.today)?;
    let loaded = load::load_with(&options.path, &options.documents).map_err(|why| why.to_string())?;
    let report = analyse(&loaded, today);
    let errors: Vec<Finding> = report.findings.into_iter().filter(|f| f.level == Level::Error).collect();
    let policy = match report.policy {
        Some(policy) if errors.is_empty() => policy,
        _ => {
            output.note(human::render(&errors, &loaded.sources, output.error_style()).trim_end());
            output.note(&format!("\nnot built: {}", report.summary.line()));
            return Ok(FOUND);
        }
    };
    if load::is_caveat_file(&options.output) {
        let name = options.output.display();
        return Err(format!(
            "`{name}`: names a policy's source; a bundle's name ends otherwise, as in `{}.json`",
            policy.label
        ));
    }
    let bytes = compile(&loaded, &policy, today)?;
    let digest =
        Bundle::load(&bytes).map_err(|e| format!("the bundle does not load: {e}"))?.digest().to_owned();
    if options.output.as_os_str() == "-" {
        output.bytes(&bytes)?;
    } else {
        replace(&options.output, &bytes)
            .map_err(|e| format!("`{}`: cannot be written: {e}", options.output.display()))?;
    }
    output.note(&format!(
        "{}: {}, SHA-256 of the content {digest}",
        policy.label,
        several(bytes.len(), "byte")
    ));
    Ok(CLEAN)
}

/// The bundle of a policy whose names and types are in order.
pub fn compile(loaded: &Loaded, policy: &Policy, today: Date) -> Result<Vec<u8>, String> {
    let mut content = crate::bundle::compile::content(&Analysis::new(policy, &loaded.portable, today));
    content.lock = lock_digest(&loaded.documents, &loaded.sources);
    let canonical =
        serde_json_canonicalizer::to_vec(&content).map_err(|e| format!("cannot write JSON: {e}"))?;
    Ok(envelope::write(&canonical))
}
