//! The contradicting pairs and their kinds, covers of void permissions, dilemmas, and what acceptances
//! leave of all that.

use crate::compare::{Both, Failure, Figures, Gathered, TODAY, fail, here, listing, possible, told, words};
use crate::field::Classes;
use crate::given::{Bits, bit, bits};
use crate::meaning::{Cells, PHRASES, Truth, Verdict, permits_in, prohibits_in};
use caveat::check::Outcome;
use caveat::check::conflict::{Conflicts, Kind};
use caveat::diagnostic::Finding;
use caveat::flow::dimension::Dimension;
use caveat::policy::{Acceptance, Accepted, Action, Modal, Norm, Policy};
use caveat::source::Span;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Pairs of a permission and a prohibition, with their kinds.
pub type Pairs = BTreeMap<(usize, usize), Kind>;

/// The contradicting pairs and their kinds, and the covers of void permissions.
pub fn compare(
    both: &Both<'_>,
    gathered: &Gathered,
    conflicts: &Conflicts,
    figures: &mut Figures,
) -> Result<(Pairs, BTreeSet<usize>), Failure> {
    let (mut pairs, mut voids) = (Pairs::new(), BTreeSet::new());
    for (p, masks) in &gathered.masks {
        let all = masks.iter().fold(0, |m, x| m | x.0);
        let said = masks.iter().fold(0, |m, x| m | x.1);
        if both.given.statements[*p].given.modal == Modal::Must {
            pairs.extend(bits(all).map(|f| ((*p, f), Kind::Dilemma)));
        } else if is_void(masks) {
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
    let mut covers: BTreeMap<usize, Bits> = BTreeMap::new();
    for v in &conflicts.voids {
        for m in &v.cover {
            let pair = (statement(m.permission), statement(m.prohibition));
            stand(both, pair, &m.flow.cells.0, &m.flow.world)?;
            *covers.entry(pair.0).or_default() |= bit(pair.1);
        }
    }
    let found_voids: BTreeSet<usize> = covers.keys().copied().collect();
    if voids != found_voids || conflicts.voids.len() != voids.len() {
        return fail("void", format!("judge  {voids:?}\nchecks {found_voids:?}\n{}", listing(both)));
    }
    if pairs != found {
        return fail("pairs", format!("judge  {pairs:?}\nchecks {found:?}\n{}", listing(both)));
    }
    // A cover covers, and without any one of it, it does not.
    for (p, cover) in &covers {
        let masks = &gathered.masks[p];
        let covering = masks.iter().all(|m| m.0 & cover != 0);
        let needed = bits(*cover).all(|f| masks.iter().any(|m| m.0 & cover == bit(f)));
        if !covering || !needed {
            let cover: Vec<usize> = bits(*cover).collect();
            let why = format!("{p} by {cover:?}: covering {covering}, minimal {needed}");
            return fail("cover", format!("{why}\n{}", listing(both)));
        }
        figures.saw("covers of several", usize::from(cover.count_ones() > 1));
    }
    for kind in pairs.values() {
        *figures.pairs.entry(name(*kind)).or_default() += 1;
    }
    *figures.pairs.entry("void-permission").or_default() += voids.len();
    Ok((pairs, voids))
}

/// Whether some prohibition stands wherever a permission does.
fn is_void(masks: &HashSet<(Bits, Bits)>) -> bool {
    masks.iter().all(|m| m.0 != 0)
}

/// The permissions that can never be used, with the prohibitions that meet them.
fn voids(both: &Both<'_>, gathered: &Gathered) -> Vec<(usize, Bits)> {
    let permits = |p: usize| both.given.statements[p].given.modal != Modal::Must;
    let all = gathered.masks.iter().filter(|(p, masks)| permits(**p) && is_void(masks));
    all.map(|(p, masks)| (*p, masks.iter().fold(0, |met, m| met | m.0))).collect()
}

/// Whether both stand at the flow that is said to show their meeting.
fn stand(both: &Both<'_>, pair: (usize, usize), cells: &Cells, world: &[u32]) -> Result<(), Failure> {
    let world = both.variables.concrete(world);
    let opinion = here(both, cells, &world);
    let stand = opinion.permitting() & bit(pair.0) != 0 && opinion.prohibiting() & bit(pair.1) != 0;
    if possible(both, &world) && stand {
        return Ok(());
    }
    let flow = words(both, cells, &world);
    let told = told(both, &opinion);
    fail("meeting", format!("{pair:?} are said to meet at {flow}\njudge {told}\n{}", listing(both)))
}

/// How a prohibition that meets a permission contradicts it, by both as written.
fn kind(both: &Both<'_>, p: usize, f: usize) -> Kind {
    let prohibition = &both.given.statements[f];
    // Only in a permission `only` is read, and then it is what prohibits: its own place is not
    // restricted.
    let cells = |d: Dimension, s: usize| -> Bits {
        let phrase = &both.given.statements[s].phrases[d as usize];
        if s == f && phrase.only { both.given.universe[d as usize] } else { phrase.cells }
    };
    let within = |d| cells(d, f) & !cells(d, p) == 0;
    let narrower = |d| within(d) && cells(d, f) != cells(d, p);
    let count = |holds: &dyn Fn(&Truth, &Truth) -> bool| {
        both.field.truths.iter().filter(|t| holds(&t[p], &t[f])).count()
    };
    let permits = |t: &Truth, _: &Truth| permits_in(t);
    let prohibits = |_: &Truth, t: &Truth| prohibits_in(prohibition, t);
    let shared = count(&|a, b| permits(a, b) && prohibits(a, b));
    let (of_permission, of_prohibition) = (count(&permits), count(&prohibits));
    let same_world = shared == of_permission && shared == of_prohibition;
    // An exception by person or by circumstance.
    if narrower(Dimension::Subject) || shared == of_prohibition && shared < of_permission {
        return Kind::CarveOut;
    }
    // A condition is a phrase that the prohibition writes.
    let conditional = of_prohibition < both.field.truths.len();
    if conditional && !same_world {
        return Kind::Crossing;
    }
    // A duty to keep bars erasing for whatever purpose.
    let keeps = prohibition.given.modal == Modal::Must && !prohibition.deadline;
    let written: Vec<Dimension> = PHRASES
        .into_iter()
        .filter(|d| *d != Dimension::Actor && !(*d == Dimension::Purpose && keeps))
        .filter(|d| {
            let phrase = &prohibition.phrases[*d as usize];
            phrase.restricts && !phrase.only
        })
        .collect();
    let within = written.iter().all(|d| within(*d));
    if within && written.iter().any(|d| narrower(*d)) { Kind::CarveOut } else { Kind::Crossing }
}

pub fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::CarveOut => "carve-out",
        Kind::Crossing => "crossing",
        Kind::VoidPermission => "void-permission",
        Kind::Dilemma => "dilemma",
    }
}

/// The findings of the four kinds, less what is accepted: one for each void permission, and otherwise
/// one for each prohibition and kind.
pub fn findings(
    both: &Both<'_>,
    pairs: &Pairs,
    gathered: &Gathered,
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
    for (p, met) in &voids(both, gathered) {
        let (taken, open): (Vec<usize>, Vec<usize>) =
            bits(*met).partition(|f| accepted(both.policy, Kind::VoidPermission, *p, *f));
        let cover = |by: &[usize]| {
            let by = by.iter().fold(0, |all, f| all | bit(*f));
            gathered.masks[p].iter().all(|m| m.0 & by != 0)
        };
        // What is accepted excuses nothing that the rest would do by itself.
        if cover(&open) || !cover(&taken) {
            expected.insert(("void-permission", span(*p), None));
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
                let pair = |other: Span| ("dilemma", primary.min(other), Some(primary.max(other)));
                found.extend(finding.secondary.iter().map(|l| pair(l.span)));
            }
            check @ ("crossing" | "carve-out" | "void-permission")
                if !found.insert((check, primary, None)) && !several(primary) =>
            {
                let at = both.sources.text(primary);
                return fail("twice", format!("{check} twice at {at}\n{}", listing(both)));
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
        let detail = format!("judge\n{}checks\n{}{}", show(&expected), show(&found), listing(both));
        return fail("findings", detail);
    }
    let stuck = stuck(both);
    neither_kept_nor_erased(both, pairs, &stuck, &neither, figures)?;
    acceptances(both, pairs, gathered, outcome, &stuck, figures)
}

/// Pairs of prohibitions between which data can be neither kept nor erased, for whatever purpose: who
/// prohibits keeping, and who erasing.
fn stuck(both: &Both<'_>) -> BTreeSet<(usize, usize)> {
    let field = both.field;
    let mut found = BTreeSet::new();
    let (Some(retain), Some(erase)) = (field.action_class(Action::Retain), field.action_class(Action::Erase))
    else {
        return found;
    };
    let apart = [
        Dimension::Actor,
        Dimension::Data,
        Dimension::Form,
        Dimension::Subject,
        Dimension::Source,
        Dimension::Place,
    ];
    let mut at: Classes = [0; 10];
    loop {
        for class in 0..field.truths.len() {
            let prohibiting = |action: u8| -> Option<Bits> {
                (0..field.classes[Dimension::Purpose as usize].len()).try_fold(0, |all, purpose| {
                    let mut classes = at;
                    classes[Dimension::Action as usize] = action;
                    classes[Dimension::Purpose as usize] = purpose as u8;
                    let opinion = field.opinion(field.spot(&classes), class);
                    (opinion.verdict() == Verdict::Prohibited).then(|| all | opinion.prohibiting())
                })
            };
            if let (Some(keeping), Some(erasing)) = (prohibiting(retain), prohibiting(erase)) {
                found.extend(bits(keeping).flat_map(|k| bits(erasing).map(move |e| (k, e))));
            }
        }
        let mut done = true;
        for d in apart {
            at[d as usize] += 1;
            if usize::from(at[d as usize]) < field.classes[d as usize].len() {
                done = false;
                break;
            }
            at[d as usize] = 0;
        }
        if done {
            return found;
        }
    }
}

/// The pairs that findings name are those that are stuck, less those that are told already, as what
/// must be done and is prohibited, and those that somebody accepted.
fn neither_kept_nor_erased(
    both: &Both<'_>,
    pairs: &Pairs,
    stuck: &BTreeSet<(usize, usize)>,
    found: &[&Finding],
    figures: &mut Figures,
) -> Result<(), Failure> {
    let span = |s: usize| both.policy.statements[s].span;
    let mut told: BTreeSet<(Span, Span)> = BTreeSet::new();
    for finding in found {
        figures.saw("neither kept nor erased", 1);
        let keeping = finding.primary.span;
        told.extend(finding.secondary.iter().map(|l| (keeping, l.span)));
        if finding.primary.text.contains("and erasing") {
            told.insert((keeping, keeping));
        }
    }
    let dilemma = |p: usize, f: usize| pairs.get(&(p, f)) == Some(&Kind::Dilemma);
    let wanted: BTreeSet<(Span, Span)> = stuck
        .iter()
        .filter(|(k, e)| !dilemma(*k, *e) && !dilemma(*e, *k))
        .filter(|(k, e)| !accepted(both.policy, Kind::Dilemma, *k, *e))
        .map(|(k, e)| (span(*k), span(*e)))
        .collect();
    if told != wanted {
        return fail("stuck", format!("checks {told:?}, judge {wanted:?}\n{}", listing(both)));
    }
    Ok(())
}

/// Acceptances that cover nothing.
fn acceptances(
    both: &Both<'_>,
    pairs: &Pairs,
    gathered: &Gathered,
    outcome: &Outcome,
    stuck: &BTreeSet<(usize, usize)>,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let mut all: Vec<(Kind, usize, usize)> = pairs.iter().map(|((p, f), k)| (*k, *p, *f)).collect();
    all.extend(stuck.iter().map(|(k, e)| (Kind::Dilemma, *k, *e)));
    for (p, met) in &voids(both, gathered) {
        all.extend(bits(*met).map(|f| (Kind::VoidPermission, *p, f)));
    }
    let mut idle = BTreeSet::new();
    let own = both.policy.span.source;
    let folder = |span: Span| {
        both.sources.get(span.source).and_then(|s| s.name.split_once('/')).map(|(folder, _)| folder)
    };
    for acceptance in both.policy.acceptances.iter().filter(|a| TODAY <= a.until) {
        let needed = all.iter().any(|(k, a, b)| covers(acceptance, *k, *a, *b));
        // What a base accepted is not its extension's to take back.
        if folder(acceptance.span) != folder(Span { source: own, ..acceptance.span }) {
            continue;
        }
        figures.saw(if needed { "acceptances" } else { "idle acceptances" }, 1);
        if !needed {
            idle.insert(acceptance.span);
        }
    }
    let by_check = outcome.findings.iter().filter(|f| f.check == "idle-acceptance");
    let found: BTreeSet<Span> = by_check.map(|f| f.primary.span).collect();
    crate::compare::same_spans("idle-acceptance", both, &idle, &found)
}

/// Whether somebody accepted that these two contradict each other in this way or a worse one.
fn accepted(policy: &Policy, kind: Kind, a: usize, b: usize) -> bool {
    policy.acceptances.iter().any(|acceptance| TODAY <= acceptance.until && covers(acceptance, kind, a, b))
}

/// Whether an acceptance is of this pair, in either order, and of this kind or a worse one.
fn covers(acceptance: &Acceptance, kind: Kind, a: usize, b: usize) -> bool {
    let of_kind = match acceptance.kind.as_str() {
        "carve-out" => kind == Kind::CarveOut,
        "crossing" | "contradiction" => matches!(kind, Kind::CarveOut | Kind::Crossing),
        "void-permission" => kind != Kind::Dilemma,
        "dilemma" => true,
        _ => false,
    };
    let has = |names: &[Accepted], s: usize| names.iter().any(|n| n.norms.contains(&Norm::Statement(s)));
    let (of, with) = (&acceptance.of, &acceptance.with);
    of_kind && (has(of, a) && has(with, b) || has(of, b) && has(with, a))
}
