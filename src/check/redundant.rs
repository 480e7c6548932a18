//! A statement without which every verdict, duty and deadline would be the same.
//!
//! It is decided by search, flow by flow: what is said with it and without it, with all that it no
//! longer defeats. Of two that say the same the later one is reported, and does not excuse the earlier.

use super::standing::{find, frames, statement};
use super::{Check, Context, Family, undecided, witness, wording};
use crate::check::cover::{Near, leaves_something, near_statements};
use crate::check::swallowed_condition::swallowed;
use crate::diagnostic::{Finding, Level};
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::search::Answer;
use crate::flow::world::World;
use crate::policy::analysis::{Analysis, Rule, RuleId, Speaking, StatementId};
use crate::policy::rules::Effect;
use crate::policy::{LimitSort, Modal, Moment, Statement};
use rustc_hash::FxHashMap;

/// The check.
pub const CHECK: Check = Check {
    name: "redundant",
    level: Level::Note,
    family: Family::Redundancy,
    page: include_str!("../../docs/checks/redundant.md"),
    run: Some(run),
};

/// How many of the statements that say the same are pointed at; the rest are counted.
const SHOWN: usize = 3;

/// What a search over a statement came to.
enum Outcome {
    Needed,
    Redundant(Flow, Vec<StatementId>),
    Undecided,
}

fn run(context: &Context<'_>, findings: &mut Vec<Finding>) {
    let analysis = context.analysis;
    let statements = &analysis.policy.statements;
    let mut void = vec![false; statements.len()];
    for permission in context.contradictions.void() {
        let owner = analysis.rules.get(permission).and_then(|r| void.get_mut(r.statement));
        owner.into_iter().for_each(|v| *v = true);
    }
    let under = analysis.precedence.under();
    let mut gone = Gone(vec![false; statements.len()]);
    let twins = Twins::new(analysis);
    let mut open = Vec::new();
    for (id, one) in statements.iter().enumerate().rev() {
        // What is void or defeated everywhere is a finding of its own.
        let told = void.get(id) == Some(&true) || context.defeated.has(id);
        if told || one.right.is_some() || !one.basis.is_empty() {
            continue;
        }
        if analysis.space.worlds.exhausted() {
            return;
        }
        if analysis.space.is_spent() {
            open.push(id);
            continue;
        }
        // What cannot be decided is counted here, and is no reason to refuse a policy.
        let before = analysis.space.undecided.get();
        let outcome = judge(analysis, id, under.get(id).map_or(&[], Vec::as_slice), (&gone, &twins));
        analysis.space.undecided.set(before);
        match outcome {
            Outcome::Needed => {}
            Outcome::Undecided => open.push(id),
            Outcome::Redundant(flow, others) => {
                if !permits(analysis, id).any(|r| swallowed(analysis, r).is_some()) {
                    gone.add(id);
                    findings.push(finding(analysis, id, &flow, &others));
                }
            }
        }
    }
    findings.extend(undecided::about_redundancy(analysis, &open));
}

/// The rules by which a statement permits.
fn permits(analysis: &Analysis<'_>, id: StatementId) -> impl Iterator<Item = RuleId> {
    let permit = |r: &RuleId| analysis.rules.get(*r).is_some_and(|rule| rule.effect == Effect::Permit);
    analysis.rules_of(id).filter(permit)
}

/// The statements that were found to be redundant: they neither say anything nor defeat anything.
struct Gone(Vec<bool>);

impl Gone {
    fn add(&mut self, id: StatementId) {
        self.0.get_mut(id).into_iter().for_each(|gone| *gone = true);
    }

    fn has(&self, id: StatementId) -> bool {
        self.0.get(id) == Some(&true)
    }
}

/// The first rule that has a box, of those over whose statements nothing prevails: where thousands say the
/// same, it is the one that stands for all others.
struct Twins<'a>(FxHashMap<(Effect, &'a FlowBox), RuleId>);

impl<'a> Twins<'a> {
    fn new(analysis: &'a Analysis<'_>) -> Twins<'a> {
        let mut first = FxHashMap::default();
        for (id, rule) in analysis.rules.iter().enumerate() {
            if rule.effect != Effect::Silent && analysis.precedence.over(rule.statement).is_empty() {
                for one in &rule.boxes {
                    first.entry((rule.effect, one)).or_insert(id);
                }
            }
        }
        Twins(first)
    }

    /// The statement that says all that another says in a box, if it is the first that speaks of just this
    /// box.
    fn says_all(
        &self,
        analysis: &Analysis<'_>,
        own: &Statement,
        (rule, one): (&Rule, &FlowBox),
        gone: &Gone,
    ) -> Option<StatementId> {
        let other = analysis.rules.get(*self.0.get(&(rule.effect, one))?)?;
        (can_stand(analysis, rule, other, gone) && says(analysis, own, other)).then_some(other.statement)
    }
}

fn judge(
    analysis: &Analysis<'_>,
    id: StatementId,
    under: &[u32],
    (gone, twins): (&Gone, &Twins<'_>),
) -> Outcome {
    let Some(own) = statement(analysis, id) else { return Outcome::Needed };
    let mut asked = Vec::new();
    // Whose words stand for its own, as long as one statement is enough for each box.
    let mut enough = under.is_empty().then(Vec::new);
    for rule in analysis.rules_of(id).filter_map(|r| analysis.rules.get(r)) {
        // Where a rule is silent, it matters only by what it defeats.
        let silent = rule.effect == Effect::Silent;
        for one in rule.boxes.iter().filter(|b| analysis.can_be(b.world, World::ALL)) {
            if !silent {
                if let Some(other) = twins.says_all(analysis, own, (rule, one), gone) {
                    enough = enough.map(|all| with(all, other));
                    asked.push((rule, one));
                    continue;
                }
                // Most statements are told apart from all others by a world or a value, many of them
                // by values that few others have. What says all that it says is there too.
                let rarest = analysis.rarest(one, rule.effect);
                let close = alike(analysis, rule, &rarest, gone);
                let other = says_all(analysis, own, one, &close);
                if other.is_none()
                    && (plainly_needed(analysis, own, rule, &rarest, &close)
                        || plainly_needed(analysis, own, rule, one, &alike(analysis, rule, one, gone)))
                {
                    return Outcome::Needed;
                }
                enough = enough.zip(other).map(|(all, other)| with(all, other));
            }
            if !silent || !under.is_empty() {
                asked.push((rule, one));
            }
        }
    }
    let others = match enough {
        Some(others) => others,
        None => {
            let mut others = Vec::new();
            for (rule, one) in &asked {
                // What it defeats can say anything once it stands.
                let mut met = match under {
                    [] => analysis.candidates_of(one, rule.effect),
                    _ => analysis.candidates(one),
                };
                met.retain(|r| analysis.rules.get(*r).is_some_and(|rule| !gone.has(rule.statement)));
                match missed(analysis, (id, one), met, gone, &mut others) {
                    Answer::Found(..) => return Outcome::Needed,
                    Answer::Undecided => return Outcome::Undecided,
                    Answer::None => {}
                }
            }
            others
        }
    };
    let example = analysis.rules_of(id).find_map(|r| {
        let rule = analysis.rules.get(r).filter(|rule| rule.effect != Effect::Silent)?;
        rule.boxes.iter().find_map(|one| {
            let stands = &mut |s: &Speaking| analysis.stands(r, &remaining(analysis, s, gone));
            if let Answer::Found(flow, _) = find(analysis, one, [r], stands) { Some(flow) } else { None }
        })
    });
    example.map_or(Outcome::Needed, |flow| Outcome::Redundant(flow, others))
}

/// A list with one more, where it is not there yet.
fn with(mut all: Vec<StatementId>, one: StatementId) -> Vec<StatementId> {
    if !all.contains(&one) {
        all.push(one);
    }
    all
}

/// The boxes of other statements that can say what a rule says in a box of it.
fn alike<'a>(analysis: &'a Analysis<'_>, rule: &Rule, one: &FlowBox, gone: &Gone) -> Vec<Near<'a>> {
    let met = analysis.meeting(one, Some(rule.effect)).into_iter();
    met.filter_map(|(r, b)| Some((analysis.rules.get(r)?, b)))
        .filter(|(other, _)| can_stand(analysis, rule, other, gone))
        .collect()
}

/// Whether what one rule says can stand for what another of the same effect does.
fn can_stand(analysis: &Analysis<'_>, rule: &Rule, other: &Rule, gone: &Gone) -> bool {
    other.statement != rule.statement
        && !gone.has(other.statement)
        && (rule.effect != Effect::Permit || counts(analysis, rule.statement, other.statement))
}

/// Whether a rule says all that a statement says where both speak: its duties, and what is owed, included.
fn says(analysis: &Analysis<'_>, own: &Statement, other: &Rule) -> bool {
    other.effect != Effect::Permit
        || statement(analysis, other.statement).is_some_and(|s| {
            (own.modal != Modal::Must || s.modal == Modal::Must && limit(s) == limit(own))
                && own.duties.iter().all(|d| s.duties.contains(d))
        })
}

/// A statement over which nothing prevails and that says all that another says in a box.
fn says_all(
    analysis: &Analysis<'_>,
    own: &Statement,
    one: &FlowBox,
    alike: &[Near<'_>],
) -> Option<StatementId> {
    let worlds = &analysis.space.worlds;
    let here = worlds.and(one.world, analysis.space.possible);
    let holds = |b: &FlowBox| b.holds(one) && (b.world == World::ALL || worlds.is_subset(here, b.world));
    let fits = |(other, b): &&Near<'_>| {
        holds(b) && analysis.precedence.over(other.statement).is_empty() && says(analysis, own, other)
    };
    alike.iter().find(fits).map(|(other, _)| other.statement)
}

/// Whether nobody else says what a rule says, and nothing prevails over it, in some world, or at some
/// value, of a box of it.
fn plainly_needed(
    analysis: &Analysis<'_>,
    own: &Statement,
    rule: &Rule,
    one: &FlowBox,
    alike: &[Near<'_>],
) -> bool {
    let permits = rule.effect == Effect::Permit;
    let over = analysis.precedence.over(rule.statement).iter().map(|winner| *winner as usize);
    let over = near_statements(analysis, one, over);
    let alone = |fits: &dyn Fn(&Statement) -> bool| {
        let of = |near: &&Near<'_>| statement(analysis, near.0.statement).is_some_and(fits);
        let others: Vec<Near<'_>> = alike.iter().filter(of).chain(&over).copied().collect();
        leaves_something(analysis, one, &others)
    };
    alone(&|_| true)
        || permits && own.duties.iter().any(|d| alone(&|s| s.duties.contains(d)))
        || permits && own.modal == Modal::Must && alone(&|s| s.modal == Modal::Must && limit(s) == limit(own))
}

/// Whether what one statement permits can stand for what another does. What a right permits is done for
/// the right's sake, and a wider limit around a permission does not take its words from it.
fn counts(analysis: &Analysis<'_>, own: StatementId, other: StatementId) -> bool {
    statement(analysis, other).is_some_and(|s| s.right.is_none()) && !frames(analysis, other, own)
}

/// A deadline or a minimum, wherever it is written.
fn limit(s: &Statement) -> Option<(LimitSort, &Moment, bool)> {
    s.limit.as_ref().map(|l| (l.sort, &l.moment, l.open_start))
}

/// One thing that can be said of a flow.
#[derive(PartialEq)]
enum Saying<'a> {
    Prohibited,
    Permitted,
    /// A duty that comes with the permission.
    Duty(usize),
    /// It must be done, within a limit or without.
    Owed(Option<(LimitSort, &'a Moment, bool)>),
}

/// What is said in which worlds, as far as it counts for one statement, with it or without. A permission
/// that a prohibition contradicts is told all the same: to strike it would settle by the back door what
/// is a finding of its own.
fn said<'a>(
    analysis: &'a Analysis<'_>,
    speaking: &Speaking,
    own: StatementId,
    absent: Option<StatementId>,
) -> Vec<(Saying<'a>, World)> {
    let mut all: Vec<(Saying<'a>, World)> = Vec::new();
    let mut say = |saying: Saying<'a>, world: World| match all.iter_mut().find(|s| s.0 == saying) {
        Some((_, before)) => *before = analysis.space.worlds.or(*before, world),
        None => all.push((saying, world)),
    };
    for (r, _) in speaking {
        let Some(rule) = analysis.rules.get(*r) else { continue };
        let Some(owner) = statement(analysis, rule.statement) else { continue };
        let world = analysis.stands_without(*r, speaking, absent);
        match rule.effect {
            Effect::Prohibit => say(Saying::Prohibited, world),
            Effect::Permit if counts(analysis, own, rule.statement) || rule.statement == own => {
                say(Saying::Permitted, world);
                owner.duties.iter().for_each(|d| say(Saying::Duty(*d), world));
                if owner.modal == Modal::Must {
                    say(Saying::Owed(limit(owner)), world);
                }
            }
            Effect::Permit | Effect::Silent => {}
        }
    }
    all
}

/// A flow of a box of a statement at which something would be missed, or added, were it not there. Notes
/// whose words stand for it.
fn missed(
    analysis: &Analysis<'_>,
    (id, one): (StatementId, &FlowBox),
    met: Vec<RuleId>,
    gone: &Gone,
    others: &mut Vec<StatementId>,
) -> Answer {
    let worlds = &analysis.space.worlds;
    // What is needed is likely needed where few others speak.
    let scene = analysis.scene(one, met);
    analysis.space.find_sparse(one, &scene.boxes, &mut |live| {
        let speaking = &remaining(analysis, &analysis.speaking(&scene, live), gone);
        let (with, without) = (said(analysis, speaking, id, None), said(analysis, speaking, id, Some(id)));
        let of = |list: &[(Saying<'_>, World)], saying: &Saying<'_>| {
            list.iter().find(|s| s.0 == *saying).map_or(World::NONE, |s| s.1)
        };
        let mut differs = World::NONE;
        for (saying, _) in with.iter().chain(&without) {
            let (a, b) = (of(&with, saying), of(&without, saying));
            differs = worlds.or(differs, worlds.or(worlds.minus(a, b), worlds.minus(b, a)));
        }
        let here = worlds.and(one.world, analysis.space.possible);
        let differs = worlds.and(differs, here);
        if differs == World::NONE {
            note(analysis, (id, here), speaking, others);
        }
        differs
    })
}

/// Notes whose words stand for a statement's in these worlds.
fn note(
    analysis: &Analysis<'_>,
    (id, here): (StatementId, World),
    speaking: &Speaking,
    others: &mut Vec<StatementId>,
) {
    let worlds = &analysis.space.worlds;
    let rule = |r: RuleId| analysis.rules.get(r);
    for (r, own) in speaking.iter().filter_map(|(r, _)| Some((*r, rule(*r)?))) {
        if own.statement != id || own.effect == Effect::Silent {
            continue;
        }
        let mut left = worlds.and(analysis.stands(r, speaking), here);
        let mut saying: Vec<(StatementId, World)> = speaking
            .iter()
            .filter_map(|(other, _)| Some((*other, rule(*other)?)))
            .filter(|(_, x)| x.statement != id && x.effect == own.effect)
            .filter(|(_, x)| own.effect != Effect::Permit || counts(analysis, id, x.statement))
            .map(|(other, x)| (x.statement, analysis.stands_without(other, speaking, Some(id))))
            .collect();
        // Those with all of its duties come first; then those that need no other beside them, and
        // those that are named already, so that few are.
        let duties = |s: StatementId| statement(analysis, s).map_or(&[][..], |s| s.duties.as_slice());
        saying.sort_by_cached_key(|(s, world)| {
            let lacks = duties(id).iter().any(|duty| !duties(*s).contains(duty));
            (lacks, !worlds.is_subset(left, *world), !others.contains(s))
        });
        for (owner, world) in saying {
            let rest = worlds.minus(left, world);
            if rest != left && !others.contains(&owner) {
                others.push(owner);
            }
            left = rest;
        }
    }
}

/// What speaks without those that are to go.
fn remaining(analysis: &Analysis<'_>, speaking: &Speaking, gone: &Gone) -> Speaking {
    let mut left = speaking.clone();
    left.retain(|(r, _)| analysis.rules.get(*r).is_some_and(|x| !gone.has(x.statement)));
    left
}

fn finding(analysis: &Analysis<'_>, id: StatementId, flow: &Flow, others: &[StatementId]) -> Finding {
    let mut finding = CHECK
        .finding("without this statement nothing would change", wording::span(analysis, id))
        .witness(witness::describe(analysis, flow));
    for other in others.iter().take(SHOWN) {
        finding = finding.and(wording::span(analysis, *other), "this says it already");
    }
    if let more @ 1.. = others.len().saturating_sub(SHOWN) {
        finding = finding.note(format!("and {more} more"));
    }
    finding.help("keep it if it helps the reader; else strike it")
}
