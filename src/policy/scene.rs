//! What stands at a flow: the rules that a question looks at, with all that prevails over them.
//!
//! Every question about what stands goes through [`Analysis::speaking`] and [`Analysis::stands`]:
//! the first says in which worlds each rule speaks of some cells, the second takes out those in which
//! it is defeated.

use crate::flow::boxes::FlowBox;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, RuleId, StatementId};
use crate::policy::rules::Effect;

/// How many that prevail are looked up one by one; for more, the index is asked who is there.
const FEW: usize = 32;

/// The rules that a question looks at, as boxes in one row.
pub struct Scene<'s> {
    /// The boxes.
    pub boxes: Vec<&'s FlowBox>,
    owners: Vec<RuleId>,
}

/// In which worlds each rule speaks, sorted by rule.
pub type Speaking = Vec<(RuleId, World)>;

impl Analysis<'_> {
    /// The rules named, and all rules of statements that prevail over theirs, as far as they meet
    /// the query.
    pub fn scene(&self, query: &FlowBox, rules: impl IntoIterator<Item = RuleId>) -> Scene<'_> {
        let mut wanted: Vec<RuleId> = rules.into_iter().collect();
        self.add_defeaters(query, &mut wanted);
        wanted.sort_unstable();
        wanted.dedup();
        let mut scene = Scene { boxes: Vec::new(), owners: Vec::new() };
        for r in wanted {
            let boxes = self.rules.get(r).into_iter().flat_map(|rule| &rule.boxes);
            for one in boxes.filter(|b| b.meets(query)) {
                scene.boxes.push(one);
                scene.owners.push(r);
            }
        }
        scene
    }

    fn add_defeaters(&self, query: &FlowBox, wanted: &mut Vec<RuleId>) {
        let owners = wanted.iter().filter_map(|r| self.rules.get(*r).map(|rule| rule.statement));
        let mut owners: Vec<StatementId> = owners.filter(|s| !self.precedence.over(*s).is_empty()).collect();
        owners.sort_unstable();
        owners.dedup();
        let total: usize = owners.iter().map(|s| self.precedence.over(*s).len()).sum();
        if total <= FEW {
            let winners = owners.iter().flat_map(|s| self.precedence.over(*s));
            wanted.extend(winners.flat_map(|w| self.rules_of(*w as usize)));
            return;
        }
        let prevails = |r: &RuleId| {
            let of = self.rules.get(*r).map(|rule| rule.statement);
            of.is_some_and(|winner| owners.iter().any(|loser| self.prevails(winner, *loser)))
        };
        wanted.extend(self.candidates(query).into_iter().filter(prevails));
    }

    /// In which worlds the rules of a scene speak, where these of its boxes hold the cells.
    pub fn speaking(&self, scene: &Scene<'_>, live: &[u32]) -> Speaking {
        let mut out: Speaking = Vec::with_capacity(live.len());
        for i in live {
            let (Some(one), Some(owner)) = (scene.boxes.get(*i as usize), scene.owners.get(*i as usize))
            else {
                continue;
            };
            match out.last_mut() {
                Some((r, world)) if r == owner => *world = self.space.worlds.or(*world, one.world),
                _ => out.push((*owner, one.world)),
            }
        }
        out
    }

    /// In which worlds each rule speaks of a flow, given as a box of one cell in each dimension.
    pub fn spoken(&self, point: &FlowBox) -> Speaking {
        let mut out: Speaking = Vec::new();
        for (rule, one) in self.meeting(point, None) {
            match out.last_mut() {
                Some((last, world)) if *last == rule => *world = self.space.worlds.or(*world, one.world),
                _ => out.push((rule, one.world)),
            }
        }
        out
    }

    /// In which worlds a rule stands, undefeated. The scene must hold the rules of all that prevail
    /// over its statement.
    pub fn stands(&self, rule: RuleId, speaking: &Speaking) -> World {
        self.stands_without(rule, speaking, None)
    }

    /// The same as if one statement were not there.
    pub fn stands_without(&self, rule: RuleId, speaking: &Speaking, absent: Option<StatementId>) -> World {
        let Ok(at) = speaking.binary_search_by_key(&rule, |s| s.0) else { return World::NONE };
        let (Some((_, speaks)), Some(own)) = (speaking.get(at), self.rules.get(rule)) else {
            return World::NONE;
        };
        if Some(own.statement) == absent {
            return World::NONE;
        }
        let mut world = *speaks;
        let winners = self.precedence.over(own.statement);
        let mut defeat = |winner: StatementId, (r, speaks): &(RuleId, World)| {
            if Some(winner) != absent && self.rules.get(*r).is_some_and(|against| self.disagree(own, against))
            {
                world = self.space.worlds.minus(world, *speaks);
            }
        };
        if winners.len() < speaking.len() {
            for winner in winners {
                let rules = self.rules_of(*winner as usize);
                let from = speaking.partition_point(|s| s.0 < rules.start);
                let here = speaking.iter().skip(from).take_while(|s| s.0 < rules.end);
                here.for_each(|one| defeat(*winner as usize, one));
            }
        } else {
            for one in speaking {
                let winner = self.rules.get(one.0).map(|against| against.statement);
                if let Some(winner) = winner.filter(|w| self.prevails(*w, own.statement)) {
                    defeat(winner, one);
                }
            }
        }
        world
    }

    /// In which worlds some rule of that effect stands.
    pub fn standing(&self, effect: Effect, speaking: &Speaking, absent: Option<StatementId>) -> World {
        let mut all = World::NONE;
        for (r, _) in speaking {
            if self.rules.get(*r).is_some_and(|x| x.effect == effect) {
                all = self.space.worlds.or(all, self.stands_without(*r, speaking, absent));
            }
            if all == World::ALL {
                break;
            }
        }
        all
    }
}
