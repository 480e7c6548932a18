//! Figures to the table and the picture of `docs/benchmarks.md`.
//!
//! Measures nothing. The same figures give the same bytes; a test holds the page to its figures.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::{fs, io};

/// One figure: seconds, or bytes where the step is `memory`.
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    pub step: String,
    /// How many statements; 0 for a hard case.
    pub statements: usize,
    pub value: f64,
}

/// The steps that grow with the policy, as the table lists them.
const STEPS: [&str; 9] =
    ["parse", "format", "resolve", "check", "text to findings", "build", "load", "decide", "memory"];
/// What is promised, by step and number of statements.
const TARGETS: [(&str, usize, f64); 7] = [
    ("text to findings", 10_000, 0.100),
    ("text to findings", 100_000, 1.0),
    ("80 rules, 28 terms", 80, 0.001),
    ("memory", 100_000, 500e6),
    ("format", 10_000, 0.050),
    ("load", 1_000, 0.001),
    ("decide", 100_000, 500e-9),
];
/// Colours that differ to colour-blind eyes (Okabe and Ito, 2008).
const COLOURS: [&str; 8] =
    ["#0072b2", "#56b4e9", "#cc79a7", "#d55e00", "#000000", "#009e73", "#e69f00", "#999999"];

impl Row {
    pub fn new(step: &str, statements: usize, value: f64) -> Row {
        // four digits, so that what is written is what is read
        let value = format!("{value:.3e}").parse().unwrap_or(value);
        Row { step: step.to_owned(), statements, value }
    }
}

/// The figures as lines of text.
pub fn csv(rows: &[Row]) -> String {
    let mut out = String::from("step;statements;value\n");
    for Row { step, statements, value } in rows {
        let _ = writeln!(out, "{step};{statements};{value:e}");
    }
    out
}

/// Lines of text as figures.
pub fn from_csv(text: &str) -> Vec<Row> {
    let row = |line: &str| {
        let mut parts = line.split(';');
        Some(Row {
            step: parts.next()?.to_owned(),
            statements: parts.next()?.parse().ok()?,
            value: parts.next()?.parse().ok()?,
        })
    };
    text.lines().skip(1).filter_map(row).collect()
}

fn shown(step: &str, value: f64) -> String {
    match step {
        "memory" => format!("{:.0} MB", value / 1e6),
        _ if value < 1e-6 => format!("{:.0} ns", value * 1e9),
        _ if value < 1e-3 => format!("{:.0} µs", value * 1e6),
        _ if value < 0.1 => format!("{:.1} ms", value * 1e3),
        _ if value < 1.0 => format!("{:.0} ms", value * 1e3),
        _ => format!("{value:.2} s"),
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let groups: Vec<&str> =
        digits.as_bytes().rchunks(3).rev().map(|g| std::str::from_utf8(g).unwrap_or_default()).collect();
    groups.join(",")
}

/// The tables of the page: growth, hard cases, targets.
pub fn table(rows: &[Row]) -> String {
    let mut sizes: Vec<usize> =
        rows.iter().filter(|r| STEPS.contains(&r.step.as_str())).map(|r| r.statements).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let figures: BTreeMap<(&str, usize), f64> =
        rows.iter().map(|r| ((r.step.as_str(), r.statements), r.value)).collect();
    let mut out = String::from("| statements |");
    for size in &sizes {
        let _ = write!(out, " {} |", thousands(*size));
    }
    let _ = write!(out, "\n|---|{}\n", "---:|".repeat(sizes.len()));
    for step in STEPS {
        let cells =
            sizes.iter().map(|s| figures.get(&(step, *s)).map_or("–".to_owned(), |v| shown(step, *v)));
        let _ = writeln!(out, "| {step} | {} |", cells.collect::<Vec<_>>().join(" | "));
    }
    out.push_str("\n| hard case, text to findings | |\n|---|---:|\n");
    for row in rows.iter().filter(|r| !STEPS.contains(&r.step.as_str())) {
        let _ = writeln!(out, "| {} | {} |", row.step, shown(&row.step, row.value));
    }
    out.push_str("\n| target | wanted | measured | |\n|---|---:|---:|---|\n");
    for (step, size, most) in TARGETS {
        let Some(&value) = figures.get(&(step, size)) else { continue };
        let verdict =
            if value <= most { "met".to_owned() } else { format!("missed, {:.1} times over", value / most) };
        let name = if STEPS.contains(&step) {
            format!("{step}, {} statements", thousands(size))
        } else {
            step.to_owned()
        };
        let _ = writeln!(out, "| {name} | {} | {} | {verdict} |", shown(step, most), shown(step, value));
    }
    out
}

/// The curves, both axes logarithmic.
pub fn picture(rows: &[Row]) -> String {
    let (left, top, width, height) = (70.0, 20.0, 480.0, 380.0);
    let x = |statements: usize| left + width * ((statements as f64).log10() - 1.0) / 4.0;
    let y = |seconds: f64| top + height * (1.0 - (seconds.log10() + 8.0) / 9.0).clamp(0.0, 1.0);
    let mut out = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 450\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <rect width=\"720\" height=\"450\" fill=\"#ffffff\"/>\n",
    );
    for power in 1..=5_u32 {
        let at = x(10_usize.pow(power));
        let _ = writeln!(out, "<path d=\"M{at:.1} {top}V{:.1}\" stroke=\"#dddddd\"/>", top + height);
        let name = thousands(10_usize.pow(power));
        let _ = writeln!(
            out,
            "<text x=\"{at:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{name}</text>",
            top + height + 18.0
        );
    }
    let names = ["10 ns", "100 ns", "1 µs", "10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"];
    for (power, name) in (-8..=1).zip(names) {
        let at = y(10_f64.powi(power));
        let _ = writeln!(out, "<path d=\"M{left} {at:.1}H{:.1}\" stroke=\"#dddddd\"/>", left + width);
        let _ = writeln!(
            out,
            "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>",
            left - 6.0,
            at + 4.0
        );
    }
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"440\" text-anchor=\"middle\">statements</text>",
        left + width / 2.0
    );
    for (number, (step, colour)) in STEPS.iter().filter(|s| **s != "memory").zip(COLOURS).enumerate() {
        let points: Vec<String> = rows
            .iter()
            .filter(|r| r.step == *step)
            .map(|r| format!("{:.1},{:.1}", x(r.statements), y(r.value)))
            .collect();
        let (key, line) = (570.0, 40.0 + 22.0 * number as f64);
        let _ = writeln!(
            out,
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n\
             <path d=\"M{key} {line}h20\" stroke=\"{colour}\" stroke-width=\"3\"/>\n\
             <text x=\"{}\" y=\"{}\">{step}</text>",
            points.join(" "),
            key + 26.0,
            line + 4.0
        );
    }
    out.push_str("</svg>\n");
    out
}

const BEGIN: &str = "<!-- figures -->\n";
const END: &str = "<!-- end of figures -->\n";

/// The page with the tables in it.
pub fn page(page: &str, rows: &[Row]) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{}{END}{after}", table(rows)))
}

/// Writes the figures, the picture and the tables.
pub fn publish(root: &Path, rows: &[Row]) -> io::Result<()> {
    let docs = root.join("docs");
    fs::write(docs.join("benchmarks.csv"), csv(rows))?;
    fs::write(docs.join("benchmarks.svg"), picture(rows))?;
    let text = fs::read_to_string(docs.join("benchmarks.md"))?;
    let text = page(&text, rows).ok_or_else(|| io::Error::other("the page has lost its marks"))?;
    fs::write(docs.join("benchmarks.md"), text)
}
