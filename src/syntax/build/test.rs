//! The lines of tests.

use super::Builder;
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::Pair;
use crate::syntax::tree::*;

impl Builder<'_> {
    /// `expectation`
    pub(super) fn expectation(&mut self, pair: Pair<'_>) -> Option<Expectation> {
        let span = self.span(&pair);
        let (mut verdict, mut asked, mut by) = (None, None::<Span>, Vec::new());
        for p in pair.into_inner() {
            let place = self.span(&p);
            match p.as_rule() {
                Rule::verdict => verdict = Some(Spanned { node: of_word(p.as_str()), span: place }),
                Rule::decided_by => {
                    let labels = p.into_inner().find(|p| p.as_rule() == Rule::labels)?;
                    by = self.names(labels);
                }
                Rule::semi => {}
                _ => asked = Some(asked.map_or(place, |a| a.to(place))),
            }
        }
        let mut question = self.asked(pair, asked?)?;
        let is_duties = |p: &Phrase| matches!(p.kind, PhraseKind::Duties(_));
        let duties = question.phrases.iter().position(is_duties).map(|at| question.phrases.remove(at));
        let duties = duties.and_then(|phrase| match phrase.kind {
            PhraseKind::Duties(names) => Some((phrase.span, names)),
            _ => None,
        });
        Some(Expectation { span, verdict: verdict?, question, duties, by })
    }
}

/// The verdict of a word that the grammar took for one.
fn of_word(word: &str) -> Verdict {
    match word {
        "permitted" => Verdict::Permitted,
        "prohibited" => Verdict::Prohibited,
        "unstated" => Verdict::Unstated,
        "undetermined" => Verdict::Undetermined,
        _ => Verdict::UnlistedThirdParty,
    }
}
