//! Holds the code under test against the judge, one policy at a time.

use crate::field::Field;
use crate::generate::Draft;
use crate::given::{Bits, Given, Unfit, bit, bits};
use crate::meaning::{
    self, ACTIONS, Cells, Effect, Opinion, Truth, Verdict, World, action_of, defeaters, effect_in, narrows,
    shares,
};
use crate::random::Random;
use crate::subject::{self, Variables};
use crate::{contradictions, invariants, requests, statements};
use caveat::bundle::Bundle;
use caveat::check::conflict::{self, Conflicts};
use caveat::check::{self, Outcome};
use caveat::decide;
use caveat::flow::dimension::Dimension;
use caveat::policy::analysis::Analysis;
use caveat::policy::{Action, Policy};
use caveat::source::{Sources, Span};
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt::Write;

/// The day of all cases.
pub const TODAY: Date = date(2026, 11, 23);

/// How much is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Policies with more concrete worlds are left out.
    pub worlds: usize,
    /// Policies with more classes of flows are left out.
    pub flows: usize,
    /// So many flows are asked of the evaluator, beside one of each spot; the judge looks at all.
    pub asked: usize,
    /// So many requests for each policy.
    pub requests: usize,
}

/// What came of one policy, or of many.
#[derive(Debug, Default)]
pub struct Figures {
    /// Flows that the judge looked at: spots in classes of worlds.
    pub judged: usize,
    /// Flows at which the evaluator was compared with it.
    pub asked: usize,
    /// Pairs of contradicting statements, by kind.
    pub pairs: BTreeMap<&'static str, usize>,
    /// What else came up, by what it is.
    pub seen: BTreeMap<&'static str, usize>,
    /// Witnesses asked of the judge.
    pub witnesses: usize,
    /// Requests, by answer.
    pub requests: BTreeMap<&'static str, usize>,
}

impl Figures {
    pub fn saw(&mut self, what: &'static str, count: usize) {
        *self.seen.entry(what).or_default() += count;
    }

    pub fn add(&mut self, other: &Figures) {
        self.judged += other.judged;
        self.asked += other.asked;
        self.witnesses += other.witnesses;
        let all = [
            (&mut self.pairs, &other.pairs),
            (&mut self.seen, &other.seen),
            (&mut self.requests, &other.requests),
        ];
        for (into, from) in all {
            from.iter().for_each(|(name, count)| *into.entry(name).or_default() += count);
        }
    }
}

/// What can come of one policy.
#[derive(Debug)]
pub enum Case {
    /// It was compared.
    Compared(Box<Figures>),
    /// The text is no policy.
    Invalid(String),
    /// It has more flows than are looked at.
    TooLarge,
}

/// The two do not agree.
#[derive(Clone, Debug)]
pub struct Failure {
    /// Of what, for telling whether a smaller policy shows the same.
    pub kind: &'static str,
    /// Both opinions.
    pub detail: String,
}

pub fn fail<T>(kind: &'static str, detail: impl Into<String>) -> Result<T, Failure> {
    Err(Failure { kind, detail: detail.into() })
}

/// The code under test and the judge, each with the same policy.
pub struct Both<'a> {
    pub policy: &'a Policy,
    pub sources: &'a Sources,
    pub analysis: &'a Analysis<'a>,
    pub bundle: &'a Bundle,
    pub variables: &'a Variables,
    pub given: &'a Given<'a>,
    pub field: &'a Field,
}

/// What the judge gathers over all flows.
#[derive(Default)]
pub struct Gathered {
    /// For each permission, the sets of prohibitions that stand where it does: all, and those that
    /// do not merely narrow.
    pub masks: BTreeMap<usize, HashSet<(Bits, Bits)>>,
    /// For each statement, those that disagree with it at some flow of which both speak.
    pub disagreeing: Vec<Bits>,
    /// For each statement, wherever it permits or prohibits, those that defeat it there.
    pub defeats: BTreeMap<usize, HashSet<Bits>>,
    /// Whether at some flow each of several statements is defeated by another of them.
    pub circle: bool,
}

/// Compares everything.
pub fn examine(
    text: &str,
    draft: Option<&Draft>,
    random: &mut Random,
    limits: &Limits,
) -> Result<Case, Failure> {
    let (policy, sources) = match subject::policy(text) {
        Ok(read) => read,
        Err(why) => return Ok(Case::Invalid(why)),
    };
    let given = match Given::new(&policy, &sources) {
        Ok(given) => given,
        Err(Unfit::TooLarge) => return Ok(Case::TooLarge),
        Err(Unfit::Differs(how)) => return fail("phrase", how),
    };
    let Ok(field) = Field::new(&given, limits.worlds, limits.flows) else { return Ok(Case::TooLarge) };
    let analysis = Analysis::new(&policy, &sources, TODAY);
    let bundle = subject::bundle(&analysis);
    let variables = Variables::new(&bundle, &policy);
    if !variables.examples_are_in_their_states() {
        return fail("clock", "the example of a clock's state is not in it");
    }
    let both = Both {
        policy: &policy,
        sources: &sources,
        analysis: &analysis,
        bundle: &bundle,
        variables: &variables,
        given: &given,
        field: &field,
    };
    let mut figures = Figures::default();
    let gathered = gather(&both, &mut figures);
    decisions(&both, random, limits, &mut figures)?;
    let conflicts = conflict::conflicts(&analysis);
    let outcome = check::run(&analysis);
    compare_findings(&both, &gathered, &conflicts, &outcome, &mut figures)?;
    requests::compare(&both, random, limits.requests, &mut figures)?;
    if let Some(draft) = draft {
        invariants::compare(&both, draft, &outcome, random)?;
    }
    Ok(Case::Compared(Box::new(figures)))
}

fn compare_findings(
    both: &Both<'_>,
    gathered: &Gathered,
    conflicts: &Conflicts,
    outcome: &Outcome,
    figures: &mut Figures,
) -> Result<(), Failure> {
    if outcome.findings.iter().any(|f| f.check == "undecided") {
        return fail("undecided", listing(both));
    }
    witnesses(both, outcome, figures)?;
    let (pairs, voids) = contradictions::compare(both, gathered, conflicts, figures)?;
    contradictions::findings(both, &pairs, gathered, outcome, figures)?;
    statements::precedence(both, gathered, outcome, figures)?;
    let idle = statements::never_effective(both, gathered, outcome, figures)?;
    statements::redundant(both, &voids, &idle, outcome, figures)?;
    statements::conditions(both, outcome, figures)
}

/// Every decision: one flow of each spot in each class of worlds, and some more.
fn decisions(
    both: &Both<'_>,
    random: &mut Random,
    limits: &Limits,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let field = both.field;
    if field.worlds.is_empty() {
        return Ok(());
    }
    for (spot, class, _) in field.all() {
        let classes = *random.pick(&field.spots[spot].members);
        let world = *random.pick(&field.members[class]);
        agree(both, spot, &field.any(&classes, random), world, random)?;
        figures.asked += 1;
    }
    for _ in 0..limits.asked.min(field.spots.len() * 20) {
        let (spot, cells) = field.somewhere(random);
        let world = random.below(field.worlds.len());
        agree(both, spot, &cells, world, random)?;
        figures.asked += 1;
    }
    // Of these nobody speaks.
    for action in &field.unspoken {
        let cells: Cells = std::array::from_fn(|i| {
            let d = Dimension::ALL[i];
            let taken = match d {
                Dimension::Action => return *action,
                Dimension::With => ACTIONS[*action as usize - 1] == Action::Combine,
                Dimension::Recipient => shares(ACTIONS[*action as usize - 1]),
                _ => true,
            };
            let cells: Vec<usize> = bits(both.given.universe[i]).collect();
            if taken { *random.pick(&cells) as u32 } else { 0 }
        });
        let world = field.concrete(random.below(field.worlds.len()), |n| random.below(n));
        let Some(values) = both.variables.values(&world) else { return no_state(both, &cells, &world) };
        let got = decide::point(both.bundle, &cells, &values);
        if got.verdict.name() != "unstated" {
            return fail("decision", format!("{}\n{}", words(both, &cells, &world), listing(both)));
        }
    }
    Ok(())
}

fn no_state(both: &Both<'_>, cells: &Cells, world: &World) -> Result<(), Failure> {
    fail("clock", format!("the bundle has no state for {}", words(both, cells, world)))
}

/// Whether the evaluator says the same of a flow as the judge.
fn agree(
    both: &Both<'_>,
    spot: usize,
    cells: &Cells,
    world: usize,
    random: &mut Random,
) -> Result<(), Failure> {
    let field = both.field;
    let opinion = field.opinion(spot, field.class_of[world]);
    let world = field.concrete(world, |n| random.below(n));
    let Some(values) = both.variables.values(&world) else { return no_state(both, cells, &world) };
    let got = decide::point(both.bundle, cells, &values);
    let set = |all: &[u32]| all.iter().fold(0, |set, s| set | bit(*s as usize));
    let mut defeated = 0;
    let mut by_the_same = true;
    for (loser, by) in &got.defeated {
        defeated |= bit(*loser as usize);
        let expected = defeaters(both.given, &field.disagreement, opinion, *loser as usize);
        by_the_same &= set(by) == expected;
    }
    let same = got.verdict.name() == opinion.verdict().name()
        && set(&got.deciding) == opinion.deciding()
        && defeated == opinion.defeated
        && by_the_same;
    if same {
        return Ok(());
    }
    let anew = here(both, cells, &world);
    assert_eq!(*opinion, anew, "the judge's classes are not alike");
    fail(
        "decision",
        format!(
            "flow     {}\njudge    {}\nevaluator {} by {:?}, defeated {:?}\n{}",
            words(both, cells, &world),
            told(both, opinion),
            got.verdict.name(),
            got.deciding,
            got.defeated,
            listing(both)
        ),
    )
}

/// An opinion in words.
pub fn told(both: &Both<'_>, opinion: &Opinion) -> String {
    let numbers = |set: Bits| bits(set).collect::<Vec<_>>();
    let by = |s| numbers(defeaters(both.given, &both.field.disagreement, opinion, s));
    let defeated: Vec<_> = bits(opinion.defeated).map(|s| (s, by(s))).collect();
    format!("{} by {:?}, defeated {defeated:?}", opinion.verdict().name(), numbers(opinion.deciding()))
}

/// What is to be said of one flow in one world, off the statements, with no classes between.
pub fn here(both: &Both<'_>, cells: &Cells, world: &World) -> Opinion {
    let said = both.given.statements.iter().enumerate().filter_map(|(s, statement)| {
        let truth = meaning::truth(statement, world);
        Some((s, meaning::effect(statement, meaning::part(statement, cells), &truth)?))
    });
    meaning::opinion(both.given, &both.field.disagreement, said)
}

/// Whether a world can occur.
pub fn possible(both: &Both<'_>, world: &World) -> bool {
    !both.policy.never.iter().any(|n| meaning::holds(&n.condition, world))
}

fn gather(both: &Both<'_>, figures: &mut Figures) -> Gathered {
    let (field, given) = (both.field, both.given);
    let mut gathered = Gathered { disagreeing: vec![0; given.statements.len()], ..Gathered::default() };
    for (spot, _, opinion) in field.all() {
        figures.judged += 1;
        figures.saw("flows with a defeat", usize::from(opinion.defeated != 0));
        for s in bits(opinion.present()) {
            let effect = effect_in(opinion, s);
            gathered.disagreeing[s] |= field.disagreement.against(s, effect, opinion) & !bit(s);
            if effect != Effect::Silent {
                let by = defeaters(given, &field.disagreement, opinion, s);
                gathered.defeats.entry(s).or_default().insert(by);
            }
        }
        gathered.circle |= circle(both, opinion);
        let spot = &field.spots[spot];
        let action = if spot.retains { Action::Retain } else { Action::Use };
        let all = opinion.prohibiting();
        let said = bits(all).filter(|s| !narrows(&given.statements[*s], action));
        let said = said.fold(0, |set, s| set | bit(s));
        for s in bits(opinion.permitting()) {
            // A deadline lets erase at any time, which contradicts nothing by itself; what fulfils a
            // right is done for no purpose that the policy declares.
            let beside = given.statements[s].given.right.is_some() && !spot.own_purpose;
            if !given.statements[s].deadline && !beside {
                gathered.masks.entry(s).or_default().insert((all, said));
            }
        }
    }
    gathered
}

/// Whether those that are defeated are so in a circle: takes away, again and again, who is defeated
/// by nobody that is left.
fn circle(both: &Both<'_>, opinion: &Opinion) -> bool {
    let mut left = opinion.defeated;
    if left.count_ones() < 2 {
        return false;
    }
    loop {
        let done = bits(left)
            .filter(|s| defeaters(both.given, &both.field.disagreement, opinion, *s) & left == 0)
            .fold(0, |set, s| set | bit(s));
        if done == 0 {
            return left != 0;
        }
        left &= !done;
    }
}

pub fn same_spans(
    kind: &'static str,
    both: &Both<'_>,
    expected: &BTreeSet<Span>,
    found: &BTreeSet<Span>,
) -> Result<(), Failure> {
    if expected == found {
        return Ok(());
    }
    let show = |spans: &BTreeSet<Span>| spans.iter().map(|s| both.sources.text(*s)).collect::<Vec<_>>();
    fail(kind, format!("judge {:?}\nchecks {:?}\n{}", show(expected), show(found), listing(both)))
}

/// What every finding claims of its flow: so says the judge, and so the bundle.
fn witnesses(both: &Both<'_>, outcome: &Outcome, figures: &mut Figures) -> Result<(), Failure> {
    for finding in &outcome.findings {
        let Some(witness) = &finding.witness else { continue };
        figures.witnesses += 1;
        let cells: Cells = witness.cells.as_slice().try_into().unwrap();
        let world = both.variables.concrete(&witness.world);
        let action = action_of(&cells);
        let valid = Dimension::ALL.into_iter().all(|d| match d {
            d if !meaning::takes(action, d) => cells[d as usize] == 0,
            d => both.given.universe[d as usize] & bit(cells[d as usize] as usize) != 0,
        });
        let opinion = here(both, &cells, &world);
        let answered = decide::point(both.bundle, &cells, &witness.world).verdict.name();
        let claimed = witness.verdict;
        if !valid || !possible(both, &world) || opinion.verdict().name() != claimed || answered != claimed {
            return fail(
                "witness",
                format!(
                    "{} ({}): {}\nclaims {claimed}, judge {}, evaluator {answered}, valid {valid}\n{}",
                    finding.check,
                    finding.message,
                    witness.words,
                    told(both, &opinion),
                    listing(both)
                ),
            );
        }
    }
    Ok(())
}

/// The verdict of every spot in every class of worlds without some statements.
pub fn without(both: &Both<'_>, spot: usize, truths: &[Truth], absent: Bits) -> Opinion {
    crate::field::judge(both.given, &both.field.disagreement, &both.field.spots[spot], truths, absent)
}

/// A flow in words that the judge makes itself.
pub fn words(both: &Both<'_>, cells: &Cells, world: &World) -> String {
    let mut out = format!("{:?}", action_of(cells));
    for (i, d) in Dimension::ALL.into_iter().enumerate() {
        if d != Dimension::Action && cells[i] != 0 {
            let name = decide::cell_name(both.bundle, caveat::bundle::Dimension::ALL[i], cells[i]);
            write!(out, " {}={name}", d.name()).unwrap();
        }
    }
    for (fact, value) in both.policy.facts.iter().zip(&world.facts) {
        write!(out, " {}={}", fact.name, fact.values[*value as usize]).unwrap();
    }
    for (event, clock) in both.policy.events.iter().zip(&world.clocks) {
        match clock {
            None => write!(out, " {}=never", event.name).unwrap(),
            Some(c) => write!(out, " {}={}+{}s", event.name, c.start, c.elapsed).unwrap(),
        }
    }
    out
}

/// The statements by number.
pub fn listing(both: &Both<'_>) -> String {
    let mut out = String::new();
    for s in 0..both.given.statements.len() {
        writeln!(out, "  {s}: {}", both.given.text(s)).unwrap();
    }
    out
}

/// The verdict of a spot in a class of worlds, as a position in an array.
pub fn number(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Permitted => 0,
        Verdict::Prohibited => 1,
        Verdict::Unstated => 2,
    }
}
