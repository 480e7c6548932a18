//! Which folders a policy is made of, in which order, and which sees the names of which.
//!
//! `import` brings vocabulary, `extends` a whole policy; both reach further. A folder that is
//! reached twice counts once. Check: `cyclic-extends`.

use super::{Link, Program, Unit, error};
use crate::diagnostic::Finding;
use crate::source::Sources;
use crate::syntax::tree;

/// Policies that extend one another.
pub const CYCLIC_EXTENDS: &str = "cyclic-extends";

/// The folders and what they reach.
pub(super) struct Units<'a> {
    /// The files of each folder, in the order of their names.
    files: Vec<Vec<&'a tree::File>>,
    /// All folders that are reached, the root first.
    pub order: Vec<usize>,
    /// What each folder sees: itself and all that it imports or extends.
    sees: Vec<Vec<bool>>,
    /// Each folder with its bases, itself first.
    bases: Vec<Vec<usize>>,
}

impl<'a> Units<'a> {
    pub fn new(program: &'a Program, sources: &Sources, findings: &mut Vec<Finding>) -> Units<'a> {
        let units = &program.units;
        let files = units.iter().map(|unit| {
            let mut files: Vec<&tree::File> = unit.files.iter().collect();
            files.sort_by_key(|f| (sources.get(f.source).map(|s| s.name.as_str()), f.source));
            files
        });
        let all = |unit: &'a Unit| unit.extends.iter().chain(&unit.imports);
        let sees = (0..units.len()).map(|from| {
            let mut seen = vec![false; units.len()];
            for unit in reach(units, from, all) {
                if let Some(seen) = seen.get_mut(unit) {
                    *seen = true;
                }
            }
            seen
        });
        report_cycles(units, findings);
        Units {
            files: files.collect(),
            order: reach(units, 0, all),
            sees: sees.collect(),
            bases: (0..units.len()).map(|from| reach(units, from, |u: &'a Unit| u.extends.iter())).collect(),
        }
    }

    pub fn files(&self, unit: usize) -> Vec<&'a tree::File> {
        self.files.get(unit).cloned().unwrap_or_default()
    }

    /// Whether the text of one folder can name what the other declares.
    pub fn sees(&self, from: usize, unit: usize) -> bool {
        self.sees.get(from).and_then(|s| s.get(unit)).copied().unwrap_or(false)
    }

    /// A folder and those that it extends, itself first.
    pub fn bases(&self, from: usize) -> Vec<usize> {
        self.bases.get(from).cloned().unwrap_or_default()
    }

    /// Whether one folder is the other or extends it.
    pub fn extends(&self, from: usize, unit: usize) -> bool {
        self.bases.get(from).is_some_and(|b| b.contains(&unit))
    }

    /// Whether the first folder is reached before the second: an extension before its base.
    pub fn nearer(&self, a: usize, b: usize) -> bool {
        let position = |unit| self.order.iter().position(|&u| u == unit);
        position(a) < position(b)
    }
}

/// The folders that links lead to, depth first, each once.
fn reach<'a, I>(units: &'a [Unit], from: usize, links: impl Fn(&'a Unit) -> I) -> Vec<usize>
where
    I: DoubleEndedIterator<Item = &'a Link>,
{
    let mut seen = vec![false; units.len()];
    let mut order = Vec::new();
    let mut todo = vec![from];
    while let Some(next) = todo.pop() {
        let Some(unit) = units.get(next) else { continue };
        match seen.get_mut(next) {
            Some(s) if !*s => *s = true,
            _ => continue,
        }
        order.push(next);
        todo.extend(links(unit).rev().map(|l| l.unit));
    }
    order
}

/// Reports each `extends` that leads back to a folder on the way to it.
fn report_cycles(units: &[Unit], findings: &mut Vec<Finding>) {
    let mut done = vec![false; units.len()];
    let mut path: Vec<(usize, usize)> = vec![(0, 0)];
    while let Some((unit, next)) = path.last_mut() {
        let link = units.get(*unit).and_then(|u| u.extends.get(*next));
        let Some(link) = link else {
            if let Some(done) = done.get_mut(*unit) {
                *done = true;
            }
            path.pop();
            continue;
        };
        *next += 1;
        if let Some(start) = path.iter().position(|(u, _)| *u == link.unit) {
            let folders: Vec<&str> = path
                .iter()
                .skip(start)
                .map(|(u, _)| *u)
                .chain([link.unit])
                .filter_map(|u| units.get(u))
                .map(|u| u.folder.as_str())
                .collect();
            findings.push(
                error(CYCLIC_EXTENDS, "a policy cannot extend itself", link.written.span)
                    .at("this leads back")
                    .note(format!("the way is `{}`", folders.join("` → `")))
                    .help("take out one of these `extends`, or `import` the vocabulary alone"),
            );
        } else if !done.get(link.unit).copied().unwrap_or(true) {
            path.push((link.unit, 0));
        }
    }
}
