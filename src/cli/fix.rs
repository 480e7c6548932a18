//! `check --fix` and `--diff`: the remedies that are certain, written or shown.
//!
//! Nothing but what findings show is changed, and only in the policy's own files; what it imports or
//! extends is its owner's to mend. A file of which the result would be worse read is left alone.

use super::difference::difference;
use super::load::{self, Loaded};
use super::output::Output;
use super::replace::replace;
use crate::diagnostic::fix::{Fixed, apply};
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Sources};
use crate::syntax;

/// Puts the remedies of a policy's findings into its files, or shows what that would change. Gives
/// how many findings had one.
pub fn fix(
    loaded: &Loaded,
    findings: &[Finding],
    write: bool,
    show: bool,
    output: &Output,
) -> Result<usize, String> {
    let own: Vec<SourceId> = loaded
        .program
        .units
        .first()
        .map(|unit| unit.files.iter().map(|f| f.source).collect())
        .unwrap_or_default();
    let mut count = 0;
    for (source, fixed) in apply(findings, &loaded.sources, &own) {
        let Some(file) = loaded.sources.get(source) else { continue };
        if worse(&loaded.sources, source, &fixed) {
            output.error(&format!("`{}`: not mended, since the result could not be read", file.name));
            continue;
        }
        if show {
            output.print(&difference(&file.name, &file.text, &fixed.text, output.style()))?;
        }
        if write {
            replace(&load::current_folder().join(&file.name), fixed.text.as_bytes())
                .map_err(|why| format!("`{}`: cannot be written: {why}", file.name))?;
        }
        count += fixed.count;
    }
    Ok(count)
}

/// Whether a text has more mistakes of syntax than before.
fn worse(sources: &Sources, source: SourceId, fixed: &Fixed) -> bool {
    let errors = |sources: &Sources, id| {
        syntax::parse(sources, id).1.iter().filter(|f| f.level == Level::Error).count()
    };
    let mut after = Sources::default();
    let id = after.add("", fixed.text.as_str());
    errors(&after, id) > errors(sources, source)
}
