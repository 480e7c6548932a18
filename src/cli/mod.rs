//! The command line: one file per verb. All input and output of the tool lives here.
//!
//! A verb takes its options and gives its exit code, or one sentence about why it could not run.

pub mod analyse;
pub mod ask;
pub mod build;
pub mod check;
pub mod completions;
pub mod configuration;
pub mod coverage;
pub mod difference;
pub mod documents;
pub mod encoding;
pub mod explain;
pub mod files;
pub mod fix;
pub mod fmt;
pub mod init;
pub mod keygen;
pub mod load;
pub mod lock;
pub mod man;
pub mod output;
pub mod paths;
pub mod progress;
pub mod replace;
pub mod report;
pub mod retention;
#[cfg(feature = "serve")]
pub mod serve;
pub mod sign;
pub mod test;
pub mod today;
pub mod trust;
pub mod verify;

use clap::{Parser, Subcommand, ValueEnum};
use output::Output;
use std::process::ExitCode;

/// A verb did what it was asked, and there is nothing to report.
pub const CLEAN: u8 = 0;
/// A verb did what it was asked, and the answer is bad news.
pub const FOUND: u8 = 1;
/// A verb could not do what it was asked.
pub const COULD_NOT_RUN: u8 = 2;
/// A question that cannot be answered with what is known.
pub const UNDETERMINED: u8 = 3;

/// A compiler and checker for privacy policies.
///
/// A policy is a folder of `.caveat` files, or one such file. `caveat check` finds what is wrong
/// with it, `caveat build` compiles it to a bundle that services load, and `caveat ask` answers
/// whether a thing that is about to be done with somebody's data is what was promised.
#[derive(Parser, Debug)]
#[command(name = "caveat", version, propagate_version = true, arg_required_else_help = true)]
#[command(max_term_width = 100)]
pub struct Arguments {
    /// When to use colours; `auto` follows the terminal and NO_COLOR
    #[arg(long, global = true, value_enum, value_name = "WHEN", default_value_t = Color::Auto)]
    #[arg(display_order = 900)] // behind a verb's own
    color: Color,
    /// Say nothing beside what was asked for: no counts, and no progress of what takes long
    #[arg(short, long, global = true, display_order = 901)]
    quiet: bool,
    #[command(subcommand)]
    verb: Verb,
}

/// When to use colours.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
#[allow(missing_docs)]
pub enum Color {
    Auto,
    Always,
    Never,
}

/// How the answer is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// One JSON object.
    Json,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Begin a policy: a small one with its text, tests and pipeline, which work at once
    Init(init::Options),
    /// Find contradictions, unlisted third parties and mistakes
    Check(check::Options),
    /// Compile a policy to a bundle that services load
    Build(build::Options),
    /// Make a pair of keys to sign bundles with
    Keygen(keygen::Options),
    /// Sign a bundle
    Sign(sign::Options),
    /// Verify who signed a bundle, and that it may be used today
    Verify(verify::Options),
    /// Ask a policy or a bundle whether a flow is permitted
    Ask(ask::Options),
    /// Ask by when data must be erased, and until when it must be kept
    Retention(retention::Options),
    /// Remember the document's sentences, and accept those that changed
    Lock(lock::Options),
    /// Count how much of the document is encoded
    Coverage(coverage::Options),
    /// Run a policy's tests
    Test(test::Options),
    /// Answer over HTTP whether flows are permitted
    #[cfg(feature = "serve")]
    Serve(Box<serve::Options>),
    /// Put files in the one style
    Fmt(fmt::Options),
    /// Show the documentation page of a check, or list all checks
    Explain(explain::Options),
    /// Print what completes the tool's words in a shell
    Completions(completions::Options),
    /// Write the manual pages
    Man(man::Options),
}

/// Runs the tool on the arguments of its process.
pub fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(arguments.color, arguments.quiet);
    let result = match arguments.verb {
        Verb::Init(options) => init::run(&options, &output),
        Verb::Check(options) => check::run(&options, &output),
        Verb::Build(options) => build::run(&options, &output),
        Verb::Keygen(options) => keygen::run(&options, &output),
        Verb::Sign(options) => sign::run(&options, &output),
        Verb::Verify(options) => verify::run(&options, &output),
        Verb::Ask(options) => ask::run(&options, &output),
        Verb::Retention(options) => retention::run(&options, &output),
        Verb::Lock(options) => lock::run(&options, &output),
        Verb::Coverage(options) => coverage::run(&options, &output),
        Verb::Test(options) => test::run(&options, &output),
        #[cfg(feature = "serve")]
        Verb::Serve(options) => serve::run(&options, &output),
        Verb::Fmt(options) => fmt::run(&options, &output),
        Verb::Explain(options) => explain::run(&options, &output),
        Verb::Completions(options) => completions::run(&options, &output),
        Verb::Man(options) => man::run(&options, &output),
    };
    ExitCode::from(result.unwrap_or_else(|why| {
        output.error(&why);
        COULD_NOT_RUN
    }))
}
