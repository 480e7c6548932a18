//! `caveat build`: a policy to the bundle that services load.
//!
//! The bytes depend on the policy's texts and on what is said of the release: neither on where the folder lies, nor on the
//! current folder, the day or the machine.

use super::analyse::{analyse_last, several};
use super::load::{self, Loaded};
use super::output::Output;
use super::replace::replace;
use super::{CLEAN, FOUND, documents, files, sign, today, trust};
use crate::bundle::format::{Content, MAX_NUMBER, Release};
use crate::bundle::sign::PrivateKey;
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
    /// Sign with this private key, into FILE.jws; several sign one after the other
    #[arg(long = "sign-key", value_name = "KEY")]
    sign_keys: Vec<PathBuf>,
    /// The number of this release, larger than that of the last: services refuse to go back
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u64).range(..=MAX_NUMBER))]
    revision: Option<u64>,
    /// The first day on which services may use it (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = today::parse)]
    not_before: Option<Date>,
    /// The last day on which services may use it (UTC)
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = today::parse)]
    not_after: Option<Date>,
    #[command(flatten)]
    day: today::Day,
    #[command(flatten)]
    documents: documents::Options,
}

/// Builds and writes, unless errors stand.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let keys = options.keys(output)?;
    let today = today::today(options.day.today)?;
    output.doing(&format!("reading {}", options.path.display()));
    let mut loaded = load::load_with(&options.path, &options.documents).map_err(|why| why.to_string())?;
    let report = analyse_last(&mut loaded, today, false, output);
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
    output.doing(&format!("compiling {}", policy.label));
    let bytes = write(&loaded, &policy, today, options.release())?;
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
    if !keys.is_empty() {
        sign::write(&bytes, &keys, std::iter::empty(), &files::beside(&options.output), output)?;
    }
    Ok(CLEAN)
}

impl Options {
    /// What is said of the release; none where nothing is.
    fn release(&self) -> Option<Release> {
        let release = Release {
            revision: self.revision,
            not_before: self.not_before.map(|day| day.to_string()),
            not_after: self.not_after.map(|day| day.to_string()),
            ..Release::default()
        };
        (release != Release::default()).then_some(release)
    }

    /// The keys that sign, read before anything is written.
    fn keys(&self, output: &Output) -> Result<Vec<PrivateKey>, String> {
        if !self.sign_keys.is_empty() && self.output.as_os_str() == "-" {
            return Err("a signature stands beside the bundle's file, and `-o -` writes none".to_owned());
        }
        if self.not_before.zip(self.not_after).is_some_and(|(first, last)| first > last) {
            return Err("`--not-after` lies before `--not-before`".to_owned());
        }
        self.sign_keys.iter().map(|path| trust::private(path, output)).collect()
    }
}

/// The bundle of a policy whose names and types are in order.
pub fn compile(loaded: &Loaded, policy: &Policy, today: Date) -> Result<Vec<u8>, String> {
    write(loaded, policy, today, None)
}

/// A bundle that knows the policy's words and nothing that it says: enough to make requests with.
pub fn words(analysis: &Analysis<'_>) -> Result<Bundle, String> {
    let bytes = enveloped(&crate::bundle::compile::words(analysis))?;
    Bundle::load(&bytes).map_err(|e| format!("the bundle does not load: {e}"))
}

fn write(loaded: &Loaded, policy: &Policy, today: Date, release: Option<Release>) -> Result<Vec<u8>, String> {
    let mut content = crate::bundle::compile::content(&Analysis::new(policy, &loaded.portable, today));
    content.release = release;
    content.lock = lock_digest(&loaded.documents, &loaded.sources);
    enveloped(&content)
}

fn enveloped(content: &Content) -> Result<Vec<u8>, String> {
    let canonical =
        serde_json_canonicalizer::to_vec(content).map_err(|e| format!("cannot write JSON: {e}"))?;
    Ok(envelope::write(&canonical))
}
