//! Writes a realistic policy of any size, with contradictions at known places.
//!
//! ```sh
//! cargo run --release --example generate -- --statements 10000 --out /tmp/large
//! ```
//!
//! The folder then holds the policy and, in `planted.json`, what is wrong with it.

mod policy;

use clap::Parser;
use policy::{Generated, MIN_STATEMENTS, Options, generate};
use std::path::PathBuf;
use std::{fs, io};

/// Write a realistic policy of any size, with contradictions at known places.
#[derive(Parser)]
struct Arguments {
    /// How many statements about flows it has
    #[arg(long, value_parser = clap::value_parser!(u64).range(MIN_STATEMENTS as u64..=10_000_000))]
    statements: u64,
    /// How many contradictions are planted in it [default: the smaller of a tenth and the square root of
    /// the number of statements]
    #[arg(long)]
    planted: Option<usize>,
    /// The same seed gives the same policy
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The folder to write it to; without it, what is planted is printed
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

fn main() -> io::Result<()> {
    let arguments = Arguments::parse();
    let mut options = Options::new(arguments.statements as usize, arguments.seed);
    options.planted = arguments.planted.unwrap_or(options.planted);
    let Generated { files, planted, statements, terms } = generate(options);
    let list: Vec<serde_json::Value> = planted
        .iter()
        .map(|p| serde_json::json!({ "check": p.check, "level": p.level, "what": p.kind, "file": p.file, "line": p.line }))
        .collect();
    let json = serde_json::to_string_pretty(&list)? + "\n";
    let Some(folder) = arguments.out else {
        print!("{json}");
        return Ok(());
    };
    fs::create_dir_all(&folder)?;
    for (name, text) in &files {
        fs::write(folder.join(name), text)?;
    }
    fs::write(folder.join("planted.json"), json)?;
    let bytes: usize = files.iter().map(|(_, text)| text.len()).sum();
    println!(
        "{}: {statements} statements and {terms} terms in {} files ({bytes} bytes), {} contradictions",
        folder.display(),
        files.len(),
        planted.len()
    );
    Ok(())
}
