//! Writes the seed corpora of the fuzzers: the project's own cases and policies.
//!
//! ```sh
//! cargo run --example seeds
//! ```

use caveat::bundle::compile;
use caveat::cli::load;
use caveat::policy::analysis::Analysis;
use caveat::resolve;
use std::fs;
use std::path::{Path, PathBuf};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let corpus = |target: &str| -> std::io::Result<PathBuf> {
        let folder = root.join("fuzz/corpus").join(target);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    let (parse, check, loading, decide) =
        (corpus("parse")?, corpus("check")?, corpus("load")?, corpus("build_load_decide")?);
    let mut files = Vec::new();
    for folder in ["tests", "policies"] {
        gather(&root.join(folder), &mut files)?;
    }
    files.sort();
    for (number, file) in files.iter().enumerate() {
        let bytes = fs::read(file)?;
        fs::write(parse.join(format!("seed-{number}")), &bytes)?;
        fs::write(check.join(format!("seed-{number}")), &bytes)?;
        if let Some(content) = content(file) {
            fs::write(loading.join(format!("seed-{number}")), [&[1, 2, 3, 4], content.as_slice()].concat())?;
        }
    }
    // what the oracle's policies are chosen by: bytes of all sorts
    for number in 0..64_u64 {
        let mut state = number;
        let mut byte = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 56) as u8
        };
        let bytes: Vec<u8> = (0..600).map(|_| byte()).collect();
        fs::write(decide.join(format!("seed-{number}")), bytes)?;
    }
    println!("{} texts", files.len());
    Ok(())
}

/// All `.caveat` files below a folder.
fn gather(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            gather(&path, files)?;
        } else if load::is_caveat_file(&path) {
            files.push(path);
        }
    }
    Ok(())
}

/// The content of the bundle of a policy in one file.
fn content(file: &Path) -> Option<Vec<u8>> {
    let loaded = load::load(file).ok()?;
    let (policy, _) = resolve::resolve(&loaded.program, &loaded.sources);
    let policy = policy?;
    let analysis = Analysis::new(&policy, &loaded.sources, jiff::civil::date(2026, 11, 23));
    serde_json_canonicalizer::to_vec(&compile::content(&analysis)).ok()
}
