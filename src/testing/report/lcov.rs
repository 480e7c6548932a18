//! Coverage as LCOV's tracefile, for `genhtml` and the services that read it.
//!
//! A statement is a line (`DA`, at the line on which it begins), and its conditions are its branches
//! (`BRDA`): block by block, branch 0 where the condition holds and 1 where it fails. What can never
//! decide, and how a condition can never come out, is left out. The format is that of `geninfo(1)`.

use super::Tested;
use crate::source::SourceId;
use crate::testing::coverage::{Condition, Coverage};
use std::collections::BTreeMap;

/// The records of one policy, a file each; nothing where coverage was not asked for.
pub fn render(tested: &Tested<'_>) -> String {
    let Some(coverage) = &tested.coverage else { return String::new() };
    let mut files: Vec<SourceId> =
        coverage.statements.iter().filter(|s| s.counts()).map(|s| s.span.source).collect();
    files.sort_unstable();
    files.dedup();
    files.into_iter().map(|file| record(tested, coverage, file)).collect()
}

fn record(tested: &Tested<'_>, coverage: &Coverage, file: SourceId) -> String {
    let mut lines: BTreeMap<usize, usize> = BTreeMap::new();
    for statement in coverage.statements.iter().filter(|s| s.counts() && s.span.source == file) {
        *lines.entry(tested.line(statement.span)).or_default() += statement.hits;
    }
    let mut branches: BTreeMap<usize, Vec<&Condition>> = BTreeMap::new();
    for condition in coverage.conditions.iter().filter(|c| c.of.source == file) {
        branches.entry(tested.line(condition.of)).or_default().push(condition);
    }
    let name = tested.sources.get(file).map_or("", |source| source.name.as_str());
    // The name of a test may have no other characters.
    let test: String =
        tested.policy.label.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let mut out = format!("TN:{test}\nSF:{name}\n");
    let (mut found, mut hit) = (0, 0);
    for (line, conditions) in &branches {
        for (block, condition) in conditions.iter().enumerate() {
            let met = condition.holds.hits + condition.fails.hits > 0;
            for (branch, side) in [condition.holds, condition.fails].into_iter().enumerate() {
                if !side.can {
                    continue;
                }
                let taken = if met { side.hits.to_string() } else { "-".to_owned() };
                out.push_str(&format!("BRDA:{line},{block},{branch},{taken}\n"));
                found += 1;
                hit += usize::from(side.hits > 0);
            }
        }
    }
    out.push_str(&format!("BRF:{found}\nBRH:{hit}\n"));
    for (line, hits) in &lines {
        out.push_str(&format!("DA:{line},{hits}\n"));
    }
    let covered = lines.values().filter(|hits| **hits > 0).count();
    out.push_str(&format!("LF:{}\nLH:{covered}\nend_of_record\n", lines.len()));
    out
}
