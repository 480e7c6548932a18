//! Holds the code under test against the judge, one policy at a time.

use crate::enumerate::{Classes, Field};
use crate::generate::{self, Draft};
use crate::meaning::{
    ACTIONS, Cells, Effect, Opinion, PHRASES, Reading, Truth, Verdict, World, action_of, shares,
};
use crate::random::Random;
use crate::{meaning, requests, subject};
use caveat::bundle::Bundle;
use caveat::check::conflict::{self, Conflicts, Kind};
use caveat::check::{self, Outcome};
use caveat::decide;
use caveat::flow::dimension::Dimension;
use caveat::policy::analysis::Analysis;
use caveat::policy::{Acceptance, Action, Modal, Norm, Phrase, Policy};
use caveat::source::{Sources, Span};
use caveat::vocabulary::Graph;
use jiff::civil::{Date, date};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

/// The day of all cases.
const TODAY: Date = date(2026, 11, 23);

/// How much is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Policies with more concrete worlds are left out.
    pub worlds: usize,
    /// Policies with more classes of flows are left out.
    pub flows: usize,
    /// Of more flows, so many are asked of the evaluator; the judge looks at all.
    pub asked: usize,
    /// So many requests for each policy.
    pub requests: usize,
}

/// What came of one policy.
#[derive(Debug, Default)]
pub struct Figures {
    /// Flows that the judge looked at.
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
    pub reading: &'a Reading<'a>,
    pub field: &'a Field,
    /// The worlds of the field in the bundle's numbers.
    pub values: &'a [Vec<u32>],
}

/// What the judge gathers over all flows.
#[derive(Default)]
struct Gathered {
    /// For each permission, the sets of prohibitions that stand where it does: all, and those that
    /// do not merely narrow. A statement is a bit.
    masks: BTreeMap<usize, BTreeSet<(u32, u32)>>,
    /// Pairs of statements that disagree at some flow of which both speak.
    disagreeing: BTreeSet<(usize, usize)>,
    /// For each statement, wherever it permits or prohibits, those that defeat it there. A statement is a bit.
    defeats: BTreeMap<usize, BTreeSet<u32>>,
    /// Whether at some flow each of several statements is defeated by another of them.
    circle: bool,
    /// Flows seen, for the invariants.
    sample: Vec<(Cells, usize, Verdict)>,
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
    if policy.statements.len() > 32 {
        return Ok(Case::TooLarge);
    }
    let reading = Reading::new(&policy, &sources);
    let Ok(field) = Field::new(&reading, limits.worlds, limits.flows) else { return Ok(Case::TooLarge) };
    let analysis = Analysis::new(&policy, &sources, TODAY);
    let bundle = subject::bundle(&analysis);
    let mut values = Vec::new();
    for world in &field.worlds {
        match subject::world(&bundle, &policy, world) {
            Some(value) => values.push(value),
            None => return fail("clock", format!("the bundle has no state for {world:?}")),
        }
    }
    let both = Both {
        policy: &policy,
        sources: &sources,
        analysis: &analysis,
        bundle: &bundle,
        reading: &reading,
        field: &field,
        values: &values,
    };
    let mut figures = Figures::default();
    let gathered = decisions(&both, random, limits, &mut figures)?;
    let conflicts = conflict::conflicts(&analysis);
    let pairs = contradictions(&both, &gathered, &conflicts, &mut figures)?;
    let outcome = check::run(&analysis);
    witnesses(&both, &outcome, &mut figures)?;
    if outcome.findings.iter().any(|f| f.check == "undecided") {
        return fail("undecided", listing(&both));
    }
    findings(&both, &pairs, &conflicts, &outcome, &mut figures)?;
    precedence(&both, &gathered, &outcome, &mut figures)?;
    never_effective(&both, &gathered, &outcome, &mut figures)?;
    redundant(&both, &outcome, &mut figures)?;
    conditions(&both, &outcome, &mut figures)?;
    requests::compare(&both, random, limits.requests, &mut figures)?;
    if let Some(draft) = draft {
        invariants(&both, draft, &gathered, random)?;
    }
    Ok(Case::Compared(Box::new(figures)))
}

/// Every decision, and what the other comparisons need of all flows.
fn decisions(
    both: &Both<'_>,
    random: &mut Random,
    limits: &Limits,
    figures: &mut Figures,
) -> Result<Gathered, Failure> {
    let (reading, field) = (both.reading, both.field);
    let mut gathered = Gathered::default();
    let mut all: Vec<Classes> = Vec::new();
    field.each(|classes| all.push(*classes));
    let total = all.len() * field.truths.len();
    for classes in &all {
        let cells = field.first(classes);
        for (class, truths) in field.truths.iter().enumerate() {
            let opinion = reading.opinion(&cells, truths);
            figures.judged += 1;
            gather(both, &cells, &opinion, &mut gathered);
            *figures.seen.entry("flows with a defeat").or_default() +=
                usize::from(!opinion.defeated.is_empty());
            if total > limits.asked && random.below(total) >= limits.asked {
                continue;
            }
            figures.asked += 1;
            let flow = field.any(classes, random);
            let world = *random.pick(&field.members[class]);
            if gathered.sample.len() < 60 || random.percent(5) {
                gathered.sample.push((flow, world, opinion.verdict));
            }
            agree(both, &flow, world, &opinion)?;
        }
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
            let cells: Vec<u32> = both.policy.universe.get(d).iter().collect();
            if taken { *random.pick(&cells) } else { 0 }
        });
        if let Some(class) = (!field.members.is_empty()).then(|| random.below(field.members.len())) {
            let opinion = reading.opinion(&cells, &field.truths[class]);
            agree(both, &cells, *random.pick(&field.members[class]), &opinion)?;
        }
    }
    Ok(gathered)
}

/// Whether the evaluator says the same of a flow as the judge.
fn agree(both: &Both<'_>, cells: &Cells, world: usize, opinion: &Opinion) -> Result<(), Failure> {
    let got = decide::point(both.bundle, cells, &both.values[world]);
    let numbers = |all: &[usize]| all.iter().map(|s| *s as u32).collect::<Vec<_>>();
    let mut deciding = got.deciding.clone();
    deciding.sort_unstable();
    let mut defeated = got.defeated.clone();
    defeated.iter_mut().for_each(|d| d.1.sort_unstable());
    defeated.sort();
    let expected: Vec<(u32, Vec<u32>)> =
        opinion.defeated.iter().map(|(s, by)| (*s as u32, numbers(by))).collect();
    if got.verdict.name() == opinion.verdict.name()
        && deciding == numbers(&opinion.deciding)
        && defeated == expected
    {
        return Ok(());
    }
    let truths: Vec<Truth> = truths(both.reading, &both.field.worlds[world]);
    assert_eq!(*opinion, both.reading.opinion(cells, &truths), "the judge's classes are not alike");
    fail(
        "decision",
        format!(
            "flow     {}\njudge    {} by {:?}, defeated {:?}\nevaluator {} by {:?}, defeated {:?}\n{}",
            words(both, cells, &both.field.worlds[world]),
            opinion.verdict.name(),
            opinion.deciding,
            expected,
            got.verdict.name(),
            deciding,
            defeated,
            listing(both)
        ),
    )
}

/// What holds in a world, by statement.
pub fn truths(reading: &Reading<'_>, world: &World) -> Vec<Truth> {
    (0..reading.statements()).map(|s| reading.truth(s, world)).collect()
}

fn gather(both: &Both<'_>, cells: &Cells, opinion: &Opinion, gathered: &mut Gathered) {
    for a in &opinion.present {
        for b in &opinion.present {
            if a.0 != b.0 && both.reading.disagree(*a, *b) {
                gathered.disagreeing.insert((a.0, b.0));
            }
        }
    }
    for (s, effect) in &opinion.present {
        if *effect != Effect::Silent {
            let by = opinion.defeated.iter().filter(|d| d.0 == *s).flat_map(|d| &d.1);
            gathered.defeats.entry(*s).or_default().insert(by.fold(0, |m, w| m | 1 << w));
        }
    }
    gathered.circle |= circle(&opinion.defeated);
    let action = action_of(cells);
    let (mut all, mut said) = (0u32, 0u32);
    for (s, effect) in &opinion.standing {
        if *effect == Effect::Prohibit {
            all |= 1 << s;
            if !both.reading.narrows(*s, action) {
                said |= 1 << s;
            }
        }
    }
    // What fulfils a right is done for no purpose that the policy declares.
    let purpose = cells[Dimension::Purpose as usize];
    let beside = |s: usize| {
        both.policy.statements[s].right.is_some()
            && purpose != both.policy.vocabulary.other_any(Graph::Purpose)
    };
    for (s, effect) in &opinion.standing {
        if *effect == Effect::Permit && !both.reading.is_deadline(*s) && !beside(*s) {
            gathered.masks.entry(*s).or_default().insert((all, said));
        }
    }
}

/// Whether those that are defeated are so in a circle: takes away, again and again, who is defeated
/// by nobody that is left.
fn circle(defeated: &[(usize, Vec<usize>)]) -> bool {
    let mut left: BTreeMap<usize, &Vec<usize>> = defeated.iter().map(|(s, by)| (*s, by)).collect();
    loop {
        let done: Vec<usize> =
            left.iter().filter(|(_, by)| by.iter().all(|w| !left.contains_key(w))).map(|(s, _)| *s).collect();
        if done.is_empty() {
            return !left.is_empty();
        }
        done.iter().for_each(|s| {
            left.remove(s);
        });
    }
}

/// Lines of precedence that decide nothing, and statements that prevail in a circle.
fn precedence(
    both: &Both<'_>,
    gathered: &Gathered,
    outcome: &Outcome,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let told = outcome.findings.iter().any(|f| f.check == "cyclic-precedence");
    if told != gathered.circle {
        return fail("circle", format!("judge {}, checks {told}\n{}", gathered.circle, listing(both)));
    }
    // Lines about rights and duties are another matter, as are those that settle whether data may be
    // used beyond the purpose that it was collected for.
    let collects = |s: usize| {
        let statement = &both.policy.statements[s];
        let only = statement.phrases.get(Dimension::Purpose).only.is_some();
        only && statement.actions.contains(&Action::Collect)
    };
    let statements = |norms: &[Norm]| -> Option<Vec<usize>> {
        let flows =
            |n: &Norm| if let Norm::Statement(s) = n { Some(*s).filter(|s| !collects(*s)) } else { None };
        norms.iter().map(flows).collect()
    };
    let (mut idle, mut others) = (BTreeSet::new(), BTreeSet::new());
    for line in &both.policy.precedence {
        let (Some(winners), Some(losers)) = (statements(&line.winners), statements(&line.losers)) else {
            others.insert(line.span);
            continue;
        };
        let decides = winners.iter().any(|w| losers.iter().any(|l| gathered.disagreeing.contains(&(*w, *l))));
        if !decides {
            idle.insert(line.span);
        }
    }
    let found: BTreeSet<Span> = outcome
        .findings
        .iter()
        .filter(|f| f.check == "idle-precedence")
        .flat_map(|f| std::iter::once(&f.primary).chain(&f.secondary).map(|l| l.span))
        .filter(|s| !others.contains(s))
        .collect();
    *figures.seen.entry("circles").or_default() += usize::from(gathered.circle);
    *figures.seen.entry("lines that decide").or_default() += both.policy.precedence.len() - idle.len();
    *figures.seen.entry("idle lines").or_default() += idle.len();
    if idle != found {
        let show = |spans: &BTreeSet<Span>| spans.iter().map(|s| both.sources.text(*s)).collect::<Vec<_>>();
        return fail(
            "idle-precedence",
            format!("judge {:?}\nchecks {:?}\n{}", show(&idle), show(&found), listing(both)),
        );
    }
    Ok(())
}

/// Statements that are defeated wherever they permit or prohibit. Who defeats in a circle does not
/// count: the circle is a finding of its own.
fn never_effective(
    both: &Both<'_>,
    gathered: &Gathered,
    outcome: &Outcome,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let over = |w: usize, l: usize| both.reading.prevails(w, l) && gathered.disagreeing.contains(&(w, l));
    let count = both.reading.statements();
    let above = |above: usize, below: usize| {
        let (mut seen, mut todo) = (BTreeSet::new(), vec![below]);
        while let Some(at) = todo.pop() {
            for winner in (0..count).filter(|w| over(*w, at)) {
                if seen.insert(winner) {
                    todo.push(winner);
                }
            }
        }
        seen.contains(&above)
    };
    let mut expected = BTreeSet::new();
    for (s, masks) in &gathered.defeats {
        let winners = (0..count).filter(|w| !above(*s, *w)).fold(0u32, |m, w| m | 1 << w);
        if masks.iter().all(|m| m & winners != 0) {
            expected.insert(both.policy.statements[*s].span);
        }
    }
    let by_check = outcome.findings.iter().filter(|f| f.check == "never-effective");
    let found: BTreeSet<Span> = by_check.map(|f| f.primary.span).collect();
    *figures.seen.entry("never effective").or_default() += expected.len();
    same_spans("never-effective", both, &expected, &found)
}

fn same_spans(
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

/// Without all that is said to be redundant, nothing is decided otherwise anywhere.
fn redundant(both: &Both<'_>, outcome: &Outcome, figures: &mut Figures) -> Result<(), Failure> {
    let spans: BTreeSet<Span> =
        outcome.findings.iter().filter(|f| f.check == "redundant").map(|f| f.primary.span).collect();
    let gone: BTreeSet<usize> =
        (0..both.reading.statements()).filter(|s| spans.contains(&both.policy.statements[*s].span)).collect();
    *figures.seen.entry("redundant").or_default() += gone.len();
    if gone.is_empty() {
        return Ok(());
    }
    let mut wrong = None;
    both.field.each(|classes| {
        let cells = both.field.first(classes);
        for (class, truths) in both.field.truths.iter().enumerate() {
            let with = both.reading.opinion(&cells, truths);
            let without = both.reading.opinion_without(&cells, truths, &gone);
            let same = with.verdict == without.verdict
                && both.reading.burden(&with) == both.reading.burden(&without);
            if wrong.is_none() && !same {
                wrong = Some((cells, both.field.members[class][0], with.verdict, without.verdict));
            }
        }
    });
    match wrong {
        None => Ok(()),
        Some((cells, world, with, without)) => {
            let flow = words(both, &cells, &both.field.worlds[world]);
            let detail =
                format!("without {gone:?}, {flow}\nis {without:?} and not {with:?}\n{}", listing(both));
            fail("redundant", detail)
        }
    }
}

/// Conditions that hold in no possible world, alone or with the others beside them, or in all.
fn conditions(both: &Both<'_>, outcome: &Outcome, figures: &mut Figures) -> Result<(), Failure> {
    let worlds = &both.field.worlds;
    if worlds.is_empty() {
        return Ok(());
    }
    let (mut never, mut together, mut always) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for (s, statement) in both.policy.statements.iter().enumerate().filter(|(_, s)| s.right.is_none()) {
        let mut alone = false;
        for (condition, span) in &statement.conditions {
            let held = worlds.iter().filter(|w| meaning::holds(condition, w)).count();
            if held == 0 {
                never.insert(*span);
                alone = true;
            }
            if held == worlds.len() {
                always.insert(*span);
            }
        }
        if !alone
            && let Some((_, span)) = statement.conditions.last()
            && !both.field.truths.iter().any(|t| both.reading.permits_in(&t[s]))
        {
            together.insert(*span);
        }
    }
    let found = |check: &str, words: &str| -> BTreeSet<Span> {
        let of_check = outcome.findings.iter().filter(|f| f.check == check && f.message.starts_with(words));
        of_check.map(|f| f.primary.span).collect()
    };
    let with_others = found("impossible-condition", "this condition can never hold together");
    let mut alone = found("impossible-condition", "this condition can never hold");
    alone.retain(|s| !with_others.contains(s));
    *figures.seen.entry("impossible conditions").or_default() += never.len() + together.len();
    *figures.seen.entry("idle conditions").or_default() += always.len();
    same_spans("impossible-condition", both, &never, &alone)?;
    same_spans("impossible-condition", both, &together, &with_others)?;
    same_spans("idle-condition", both, &always, &found("idle-condition", "this condition always holds"))
}

type Pairs = BTreeMap<(usize, usize), Kind>;

/// The contradicting pairs and their kinds, and the covers of void permissions.
fn contradictions(
    both: &Both<'_>,
    gathered: &Gathered,
    conflicts: &Conflicts,
    figures: &mut Figures,
) -> Result<(Pairs, BTreeSet<usize>), Failure> {
    let reading = both.reading;
    let bits = |mask: u32| (0..reading.statements()).filter(move |s| mask & (1 << s) != 0);
    let (mut pairs, mut voids) = (Pairs::new(), BTreeSet::new());
    for (p, masks) in &gathered.masks {
        let all = masks.iter().fold(0, |m, x| m | x.0);
        let said = masks.iter().fold(0, |m, x| m | x.1);
        if reading.obliges(*p) {
            pairs.extend(bits(all).map(|f| ((*p, f), Kind::Dilemma)));
        } else if masks.iter().all(|m| m.0 != 0) {
            voids.insert(*p);
        } else {
            pairs.extend(bits(said).map(|f| ((*p, f), kind(both, *p, f))));
        }
    }
    let statement = |rule: usize| both.analysis.rules[rule].statement;
    let mut found = Pairs::new();
    for m in &conflicts.meetings {
        let pair = (statement(m.permission), statement(m.prohibition));
        if let Some(before) = found.insert(pair, m.kind)
            && before != m.kind
        {
            return fail("kinds", format!("{pair:?} is {before:?} and {:?}\n{}", m.kind, listing(both)));
        }
        stand(both, pair, &m.flow.cells.0, &m.flow.world)?;
    }
    let covers: BTreeMap<usize, BTreeSet<usize>> = conflicts
        .voids
        .iter()
        .map(|v| (statement(v.permission), v.cover.iter().map(|m| statement(m.prohibition)).collect()))
        .collect();
    let found_voids: BTreeSet<usize> = covers.keys().copied().collect();
    if voids != found_voids {
        let detail = format!("judge  {voids:?}\nchecks {found_voids:?}\n{}", listing(both));
        return fail("void", detail);
    }
    if pairs != found {
        return fail("pairs", format!("judge  {pairs:?}\nchecks {found:?}\n{}", listing(both)));
    }
    for v in &conflicts.voids {
        for m in &v.cover {
            let pair = (statement(m.permission), statement(m.prohibition));
            stand(both, pair, &m.flow.cells.0, &m.flow.world)?;
        }
    }
    for (p, cover) in &covers {
        let mask = cover.iter().fold(0, |m, f| m | 1 << f);
        let masks = &gathered.masks[p];
        let covering = masks.iter().all(|m| m.0 & mask != 0);
        let needed = cover.iter().all(|f| masks.iter().any(|m| m.0 & mask == 1 << f));
        if !covering || !needed {
            let detail =
                format!("{p} by {cover:?}: covering {covering}, minimal {needed}\n{}", listing(both));
            return fail("cover", detail);
        }
    }
    for kind in pairs.values() {
        *figures.pairs.entry(name(*kind)).or_default() += 1;
    }
    *figures.pairs.entry("void-permission").or_default() += voids.len();
    Ok((pairs, voids))
}

/// Whether both stand at the flow that is said to show their meeting.
fn stand(both: &Both<'_>, pair: (usize, usize), cells: &Cells, world: &[u32]) -> Result<(), Failure> {
    let world = subject::concrete(both.bundle, both.policy, world);
    let opinion = both.reading.opinion(cells, &truths(both.reading, &world));
    let has = |s: usize, effect: Effect| opinion.standing.contains(&(s, effect));
    if both.reading.possible(&world) && has(pair.0, Effect::Permit) && has(pair.1, Effect::Prohibit) {
        return Ok(());
    }
    let flow = words(both, cells, &world);
    fail("meeting", format!("{pair:?} are said to meet at {flow}\njudge {opinion:?}\n{}", listing(both)))
}

/// How a prohibition that meets a permission contradicts it, by both as written.
fn kind(both: &Both<'_>, p: usize, f: usize) -> Kind {
    let (policy, reading) = (both.policy, both.reading);
    let prohibition = &policy.statements[f];
    // Only in a permission `only` is read, and then it is what prohibits.
    let opened = |phrase: &Phrase| phrase.only.is_some();
    let cells = |d: Dimension, s: usize| -> BTreeSet<u32> {
        let phrase = policy.statements[s].phrases.get(d);
        if s == f && opened(phrase) {
            policy.universe.get(d).iter().collect()
        } else {
            phrase.cells.iter().collect()
        }
    };
    let narrower = |d| cells(d, f).is_subset(&cells(d, p)) && cells(d, f) != cells(d, p);
    let worlds = |within: &dyn Fn(&Truth, &Truth) -> bool| {
        both.field.truths.iter().filter(|t| !both.field.truths.is_empty() && within(&t[p], &t[f])).count()
    };
    let permits = |t: &Truth, _: &Truth| reading.permits_in(t);
    let prohibits = |_: &Truth, t: &Truth| reading.prohibits_in(f, t);
    let shared = worlds(&|a, b| permits(a, b) && prohibits(a, b));
    let (of_permission, of_prohibition) = (worlds(&permits), worlds(&prohibits));
    let same_world = shared == of_permission && shared == of_prohibition;
    // An exception by person or by circumstance.
    if narrower(Dimension::Subject) || shared == of_prohibition && shared < of_permission {
        return Kind::CarveOut;
    }
    let conditional = of_prohibition < both.field.truths.len();
    if conditional && !same_world {
        return Kind::Crossing;
    }
    let written: Vec<Dimension> = PHRASES
        .into_iter()
        .filter(|d| *d != Dimension::Actor)
        // A duty to keep bars erasing for whatever purpose.
        .filter(|d| *d != Dimension::Purpose || prohibition.modal != Modal::Must || reading.is_deadline(f))
        .filter(|d| {
            let phrase = prohibition.phrases.get(*d);
            phrase.span.is_some() && !phrase.any && !opened(phrase)
        })
        .collect();
    let within = written.iter().all(|d| cells(*d, f).is_subset(&cells(*d, p)));
    if within && written.iter().any(|d| narrower(*d)) { Kind::CarveOut } else { Kind::Crossing }
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::CarveOut => "carve-out",
        Kind::Crossing => "crossing",
        Kind::VoidPermission => "void-permission",
        Kind::Dilemma => "dilemma",
    }
}

/// What every finding claims of its flow.
fn witnesses(both: &Both<'_>, outcome: &Outcome, figures: &mut Figures) -> Result<(), Failure> {
    for finding in &outcome.findings {
        let Some(witness) = &finding.witness else { continue };
        figures.witnesses += 1;
        let cells: Cells = witness.cells.as_slice().try_into().unwrap();
        let world = subject::concrete(both.bundle, both.policy, &witness.world);
        let action = action_of(&cells);
        let valid = Dimension::ALL.into_iter().all(|d| match d {
            Dimension::With if action != Action::Combine => cells[d as usize] == 0,
            Dimension::Recipient if !shares(action) => cells[d as usize] == 0,
            d => both.policy.universe.get(d).contains(cells[d as usize]),
        });
        let opinion = both.reading.opinion(&cells, &truths(both.reading, &world));
        if !valid || !both.reading.possible(&world) || opinion.verdict.name() != witness.verdict {
            return fail(
                "witness",
                format!(
                    "{} ({}): {}\nclaims {}, judge {opinion:?}, valid {valid}\n{}",
                    finding.check,
                    finding.message,
                    witness.words,
                    witness.verdict,
                    listing(both)
                ),
            );
        }
    }
    Ok(())
}

/// The findings of the four kinds, less what is accepted.
fn findings(
    both: &Both<'_>,
    (pairs, _): &(Pairs, BTreeSet<usize>),
    conflicts: &Conflicts,
    outcome: &Outcome,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let span = |s: usize| both.policy.statements[s].span;
    let mut expected: BTreeSet<(&'static str, Span, Option<Span>)> = BTreeSet::new();
    for ((p, f), kind) in pairs {
        if accepted(both.policy, *kind, *p, *f) {
            continue;
        }
        expected.insert(match kind {
            Kind::Dilemma => ("dilemma", span(*p).min(span(*f)), Some(span(*p).max(span(*f)))),
            kind => (name(*kind), span(*f), None),
        });
    }
    for v in &conflicts.voids {
        let statement = |rule: usize| both.analysis.rules[rule].statement;
        let p = statement(v.permission);
        if v.cover.iter().any(|m| !accepted(both.policy, Kind::VoidPermission, p, statement(m.prohibition))) {
            expected.insert(("void-permission", span(p), None));
        }
    }
    // A right permits several things to be done, each of which can contradict something.
    let several = |span: Span| both.policy.statements.iter().filter(|s| s.span == span).count() > 1;
    let mut found = BTreeSet::new();
    let mut neither = Vec::new();
    for finding in &outcome.findings {
        let primary = finding.primary.span;
        match finding.check {
            "dilemma" if finding.message.starts_with("neither") => neither.push(finding),
            "dilemma" => {
                for other in &finding.secondary {
                    found.insert(("dilemma", primary.min(other.span), Some(primary.max(other.span))));
                }
            }
            check @ ("crossing" | "carve-out" | "void-permission")
                if !found.insert((check, primary, None)) && !several(primary) =>
            {
                return fail(
                    "twice",
                    format!("{check} twice at {}\n{}", both.sources.text(primary), listing(both)),
                );
            }
            _ => {}
        }
    }
    if expected != found {
        let show = |set: &BTreeSet<(&'static str, Span, Option<Span>)>| {
            let one = |(c, a, b): &(&str, Span, Option<Span>)| {
                let other = b.map_or(String::new(), |b| format!(" / {}", both.sources.text(b)));
                format!("  {c}: {}{other}\n", both.sources.text(*a))
            };
            set.iter().map(one).collect::<String>()
        };
        return fail(
            "findings",
            format!("judge\n{}checks\n{}{}", show(&expected), show(&found), listing(both)),
        );
    }
    let stuck = stuck(both);
    // A pair that is a dilemma already, or that is accepted, is not told again.
    let told = !neither.is_empty() || found.iter().any(|f| f.0 == "dilemma") || outcome.accepted > 0;
    if stuck.is_some() && !told || stuck.is_none() && !neither.is_empty() {
        let flow = stuck.map(|(cells, world)| words(both, &cells, &world));
        let words: Vec<_> = neither.iter().filter_map(|f| Some(&f.witness.as_ref()?.words)).collect();
        return fail("stuck", format!("judge {flow:?}\nchecks {words:?}\n{}", listing(both)));
    }
    acceptances(both, pairs, conflicts, outcome, !neither.is_empty() || stuck.is_some(), figures)?;
    for finding in neither {
        *figures.seen.entry("neither kept nor erased").or_default() += 1;
        let Some(witness) = &finding.witness else { return fail("stuck", "a dilemma without a witness") };
        let cells: Cells = witness.cells.as_slice().try_into().unwrap();
        let world = subject::concrete(both.bundle, both.policy, &witness.world);
        if !is_stuck(both, &cells, &truths(both.reading, &world)) {
            return fail("stuck", format!("not so at {}\n{}", witness.words, listing(both)));
        }
    }
    Ok(())
}

/// Acceptances that cover nothing.
fn acceptances(
    both: &Both<'_>,
    pairs: &Pairs,
    conflicts: &Conflicts,
    outcome: &Outcome,
    stuck: bool,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let statement = |rule: usize| both.analysis.rules[rule].statement;
    let mut all: Vec<(Kind, usize, usize)> = pairs.iter().map(|((p, f), k)| (*k, *p, *f)).collect();
    // Of a cover that is accepted in part, the checks need not look at all pairs.
    let mut half = Vec::new();
    for v in &conflicts.voids {
        let pairs: Vec<_> =
            v.cover.iter().map(|m| (statement(m.permission), statement(m.prohibition))).collect();
        let whole = pairs.iter().all(|(p, f)| accepted(both.policy, Kind::VoidPermission, *p, *f));
        let into = if whole { &mut all } else { &mut half };
        into.extend(pairs.iter().map(|(p, f)| (Kind::VoidPermission, *p, *f)));
    }
    let (mut idle, mut perhaps) = (BTreeSet::new(), BTreeSet::new());
    for acceptance in both.policy.acceptances.iter().filter(|a| TODAY <= a.until) {
        let covers =
            |pairs: &[(Kind, usize, usize)]| pairs.iter().any(|(k, a, b)| covers(acceptance, *k, *a, *b));
        let needed = covers(&all);
        *figures.seen.entry(if needed { "acceptances" } else { "idle acceptances" }).or_default() += 1;
        // Who can neither keep nor erase is named by the check as it likes.
        if !needed && (stuck && acceptance.kind == "dilemma" || covers(&half)) {
            perhaps.insert(acceptance.span);
        } else if !needed {
            idle.insert(acceptance.span);
        }
    }
    let by_check = outcome.findings.iter().filter(|f| f.check == "idle-acceptance");
    let found: BTreeSet<Span> = by_check.map(|f| f.primary.span).filter(|s| !perhaps.contains(s)).collect();
    if idle != found {
        let show = |spans: &BTreeSet<Span>| spans.iter().map(|s| both.sources.text(*s)).collect::<Vec<_>>();
        let detail = format!("judge {:?}\nchecks {:?}\n{}", show(&idle), show(&found), listing(both));
        return fail("idle-acceptance", detail);
    }
    Ok(())
}

/// Whether somebody accepted that these two contradict each other in this way or a worse one.
fn accepted(policy: &Policy, kind: Kind, a: usize, b: usize) -> bool {
    policy.acceptances.iter().any(|acceptance| TODAY <= acceptance.until && covers(acceptance, kind, a, b))
}

/// Whether an acceptance is of this pair, in either order, and of this kind or a worse one.
fn covers(acceptance: &Acceptance, kind: Kind, a: usize, b: usize) -> bool {
    let Some((_, with)) = &acceptance.with else { return false };
    let of_kind = match acceptance.kind.as_str() {
        "carve-out" => kind == Kind::CarveOut,
        "crossing" | "contradiction" => matches!(kind, Kind::CarveOut | Kind::Crossing),
        "void-permission" => kind != Kind::Dilemma,
        "dilemma" => true,
        _ => false,
    };
    let of = &acceptance.of.1;
    let has = |norms: &[Norm], s: usize| norms.contains(&Norm::Statement(s));
    of_kind && (has(of, a) && has(with, b) || has(of, b) && has(with, a))
}

/// A case in which data can be neither kept nor erased, whatever the purpose.
fn stuck(both: &Both<'_>) -> Option<(Cells, World)> {
    let field = both.field;
    let retain = ACTIONS.iter().position(|a| *a == Action::Retain).unwrap() as u32 + 1;
    let spoken = |cell: u32| !field.unspoken.contains(&cell);
    if !spoken(retain) || !spoken(retain + 1) {
        return None;
    }
    let mut found = None;
    field.each(|classes| {
        let cells = field.first(classes);
        if found.is_some()
            || cells[Dimension::Action as usize] != retain
            || classes.0[Dimension::Purpose as usize] != 0
        {
            return;
        }
        for (class, truths) in field.truths.iter().enumerate() {
            if is_stuck(both, &cells, truths) {
                found = Some((cells, field.worlds[field.members[class][0]].clone()));
                return;
            }
        }
    });
    found
}

fn is_stuck(both: &Both<'_>, cells: &Cells, truths: &[Truth]) -> bool {
    [Action::Retain, Action::Erase].into_iter().all(|action| {
        both.field.classes[Dimension::Purpose as usize].iter().all(|class| {
            let mut cells = *cells;
            cells[Dimension::Action as usize] = ACTIONS.iter().position(|a| *a == action).unwrap() as u32 + 1;
            cells[Dimension::Purpose as usize] = class[0];
            (cells[Dimension::With as usize], cells[Dimension::Recipient as usize]) = (0, 0);
            both.reading.opinion(&cells, truths).verdict == Verdict::Prohibited
        })
    })
}

/// No verdict depends on the order of statements; a further prohibition makes nothing permitted.
fn invariants(
    both: &Both<'_>,
    draft: &Draft,
    gathered: &Gathered,
    random: &mut Random,
) -> Result<(), Failure> {
    let read = |text: &str| -> Option<Vec<decide::Verdict>> {
        let (policy, sources) = subject::policy(text).ok()?;
        let analysis = Analysis::new(&policy, &sources, TODAY);
        let bundle = subject::bundle(&analysis);
        let verdict = |(cells, world, _): &(Cells, usize, Verdict)| {
            let values = subject::world(&bundle, &policy, &both.field.worlds[*world])?;
            Some(decide::point(&bundle, cells, &values).verdict)
        };
        gathered.sample.iter().map(verdict).collect()
    };
    let shuffled = draft.shuffled(random).text();
    match read(&shuffled) {
        None => return fail("order", format!("in another order it is no policy\n{shuffled}")),
        Some(verdicts) => {
            for (verdict, (cells, world, before)) in verdicts.iter().zip(&gathered.sample) {
                if verdict.name() != before.name() {
                    let flow = words(both, cells, &both.field.worlds[*world]);
                    let detail =
                        format!("{flow}\nis {}, and {} in\n{shuffled}", before.name(), verdict.name());
                    return fail("order", detail);
                }
            }
        }
    }
    let more = draft.with(generate::prohibition(random)).text();
    for (verdict, (cells, world, before)) in read(&more).iter().flatten().zip(&gathered.sample) {
        if verdict.allows() && *before != Verdict::Permitted {
            let flow = words(both, cells, &both.field.worlds[*world]);
            return fail("monotone", format!("{flow}\nis {}, and permitted in\n{more}", before.name()));
        }
    }
    Ok(())
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
    for (i, s) in both.policy.statements.iter().enumerate() {
        writeln!(out, "  {i}: {}", both.sources.text(s.span)).unwrap();
    }
    out
}
