//! The tool. All that it does is in the library's `cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    caveat::cli::main()
}
