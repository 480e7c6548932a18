//! The judge of witnesses: the evaluator that services use, on the bundle that they would load.
//!
//! The algebra finds a flow and says what the policy makes of it; here the policy is compiled and
//! the flow asked. The two share no code beyond the rules themselves.

use crate::bundle::{Bundle, compile, envelope};
use crate::decide::point;
use crate::diagnostic::Finding;
use crate::policy::analysis::Analysis;

/// The findings whose witness the evaluator answers otherwise than they say, each with its answer;
/// or why nothing could be asked.
pub fn disproved(analysis: &Analysis<'_>, findings: &[Finding]) -> Vec<String> {
    if findings.iter().all(|f| f.witness.is_none()) {
        return Vec::new();
    }
    let content = match serde_json_canonicalizer::to_vec(&compile::content(analysis)) {
        Ok(content) => content,
        Err(error) => return vec![error.to_string()],
    };
    let bundle = match Bundle::load(&envelope::write(&content)) {
        Ok(bundle) => bundle,
        Err(error) => return vec![error.to_string()],
    };
    let mut out = Vec::new();
    for finding in findings {
        let Some(witness) = &finding.witness else { continue };
        let Ok(cells) = witness.cells.as_slice().try_into() else { continue };
        let answer = point(&bundle, &cells, &witness.world).verdict.name();
        if answer != witness.verdict {
            out.push(format!(
                "{}: {} (claimed {}, answered {answer})",
                finding.check, witness.words, witness.verdict
            ));
        }
    }
    out
}
