//! Which statements are defeated wherever they speak, so that they contradict nothing and add nothing.

use super::standing::find;
use crate::check::cover::{leaves_something, near_statements};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use crate::policy::rules::Effect;

/// The statements of a policy that speak of some flow and stand at none.
pub struct Defeated(Vec<bool>);

impl Defeated {
    /// Those of a policy. What is not decided is taken to stand; the check that reports these
    /// statements counts it.
    pub fn new(analysis: &Analysis<'_>) -> Defeated {
        let before = analysis.space.undecided.get();
        let everywhere = |id: StatementId| {
            let winners: Vec<StatementId> =
                analysis.precedence.over(id).iter().map(|w| *w as usize).collect();
            !winners.is_empty() && is_defeated(analysis, id, &winners)
        };
        let all = (0..analysis.rules_of.len()).map(everywhere).collect();
        analysis.space.undecided.set(before);
        Defeated(all)
    }

    /// Whether a statement is one of them.
    pub fn has(&self, id: StatementId) -> bool {
        self.0.get(id) == Some(&true)
    }
}

/// What a statement says, where it is not silent.
pub fn speaking_rules(analysis: &Analysis<'_>, id: StatementId) -> impl Iterator<Item = RuleId> {
    analysis.rules_of(id).filter(|r| analysis.rules.get(*r).is_some_and(|x| x.effect != Effect::Silent))
}

/// Whether a statement speaks of some flow, and some of these defeat it at each. Sorted.
pub fn is_defeated(analysis: &Analysis<'_>, id: StatementId, by: &[StatementId]) -> bool {
    let mut speaks = false;
    for r in speaking_rules(analysis, id) {
        for one in analysis.rules.get(r).into_iter().flat_map(|rule| &rule.boxes) {
            if !analysis.can_be(one.world, World::ALL) {
                continue;
            }
            speaks = true;
            // Most are told apart by a world or a value that nothing which prevails reaches.
            let near = near_statements(analysis, one, by.iter().copied());
            if leaves_something(analysis, one, &near) {
                return false;
            }
            let answer = find(analysis, one, [r], &mut |speaking| {
                let mut left = speaking.clone();
                left.retain(|(other, _)| {
                    let owner = analysis.rules.get(*other).map(|x| x.statement);
                    owner.is_some_and(|s| s == id || by.binary_search(&s).is_ok())
                });
                analysis.stands(r, &left)
            });
            if answer != Answer::None {
                return false;
            }
        }
    }
    speaks
}
