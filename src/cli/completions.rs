//! `caveat completions SHELL`: what completes the tool's words, from its own types.

use super::output::Output;
use super::{Arguments, CLEAN};
use clap::CommandFactory;
use clap_complete::{Shell, generate};

/// What can be said behind `completions`.
#[derive(clap::Args, Debug)]
#[command(after_help = "For example, for the shell that you are in:\n  \
    bash  source <(caveat completions bash)\n  \
    zsh   caveat completions zsh > ~/.zfunc/_caveat\n  \
    fish  caveat completions fish > ~/.config/fish/completions/caveat.fish")]
pub struct Options {
    /// For which shell
    #[arg(value_enum)]
    shell: Shell,
}

/// Prints the script.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    let mut script = Vec::new();
    generate(options.shell, &mut Arguments::command(), "caveat", &mut script);
    output.bytes(&script)?;
    Ok(CLEAN)
}
