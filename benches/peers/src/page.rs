//! The table's place in `docs/peers.md`, and under what circumstances the figures were taken.

use std::path::Path;
use std::{fs, io};

const BEGIN: &str = "<!-- figures -->\n";
const END: &str = "<!-- end of figures -->\n";

/// A number with commas between thousands.
pub fn grouped(number: usize) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

/// How busy the machine is before anything is measured: the processes that run or want to, on average
/// over the last minute. None where the system does not say.
pub fn load() -> Option<String> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next().map(str::to_owned)
}

/// Versions, machine and load: what a reader must know to judge the figures.
pub fn circumstances(load: &Option<String>) -> String {
    let lock = include_str!("../Cargo.lock");
    let version = |name: &str| {
        let package =
            lock.split("[[package]]").find(|package| package.contains(&format!("name = \"{name}\"\n")));
        let version = package.and_then(|package| package.split("version = \"").nth(1)?.split('"').next());
        format!("{name} {}", version.expect("the lock has it"))
    };
    let processor = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?;
        line.split(": ").nth(1).map(str::to_owned)
    });
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let load = load.as_ref().map_or(String::new(), |load| {
        format!(" Before the run, {load} processes wanted to run on average (`/proc/loadavg`).")
    });
    format!(
        "Medians of a question, on one of {cores} cores ({}), with {}, {} and {}.{load}",
        processor.as_deref().unwrap_or(std::env::consts::ARCH),
        version("caveat"),
        version("cedar-policy"),
        version("regorus"),
    )
}

/// Puts the table between the page's marks.
pub fn publish(table: &str) -> io::Result<()> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/peers.md");
    let page = fs::read_to_string(&path)?;
    let parts = page.split_once(BEGIN).and_then(|(before, rest)| Some((before, rest.split_once(END)?.1)));
    let (before, after) = parts.ok_or_else(|| io::Error::other("the page has lost its marks"))?;
    fs::write(&path, format!("{before}{BEGIN}{table}{END}{after}"))
}
