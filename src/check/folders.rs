//! Which folder a text stands in: that of the policy itself, of one that it extends, or of a
//! vocabulary that it imports.

use crate::policy::analysis::Analysis;
use crate::source::Span;

/// The folders of a policy.
pub struct Folders<'a> {
    analysis: &'a Analysis<'a>,
    own: Option<&'a str>,
    policies: Vec<&'a str>,
}

impl<'a> Folders<'a> {
    /// The folders in which a policy's header and those of its bases stand.
    pub fn new(analysis: &'a Analysis<'a>) -> Folders<'a> {
        let headers = analysis.policy.places.iter().filter(|p| p.parent.is_none());
        Folders {
            analysis,
            own: folder(analysis, analysis.policy.span),
            policies: headers.filter_map(|p| folder(analysis, p.span)).collect(),
        }
    }

    /// Whether a text is the policy's own, and so its author's to change.
    pub fn is_own(&self, span: Span) -> bool {
        folder(self.analysis, span) == self.own
    }

    /// Whether a text is the policy's own or that of a policy that it extends.
    pub fn is_of_a_policy(&self, span: Span) -> bool {
        folder(self.analysis, span).is_some_and(|f| self.policies.contains(&f))
    }
}

/// The folder of the file that a place is in.
fn folder<'a>(analysis: &'a Analysis<'_>, span: Span) -> Option<&'a str> {
    let name = analysis.sources.get(span.source)?.name.as_str();
    Some(name.rsplit_once('/').map_or("", |(folder, _)| folder))
}
