//! Findings about one statement or line: what has no effect, what is redundant, conditions that never
//! or always hold, precedence that decides nothing or goes in a circle.

use crate::compare::{Both, Failure, Figures, Gathered, fail, listing, same_spans, without, words};
use crate::given::{Bits, bit, bits};
use crate::meaning::{self, Opinion, permits_in};
use caveat::check::Outcome;
use caveat::flow::dimension::Dimension;
use caveat::policy::{Action, Limit, Modal, Moment};
use caveat::source::Span;
use std::collections::BTreeSet;

/// Lines of precedence that decide nothing, and statements that prevail in a circle.
pub fn precedence(
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
        let statement = &both.given.statements[s];
        statement.phrases[Dimension::Purpose as usize].only
            && statement.given.actions.contains(&Action::Collect)
    };
    let lines = &both.given.lines;
    let decides = |line: &crate::given::Line| {
        bits(line.winners).any(|w| bits(line.losers & gathered.disagreeing[w]).any(|l| w != l))
    };
    // A line that an extension turns round decides nothing, and that is listed elsewhere.
    let replaced = |line: &crate::given::Line| {
        bits(line.winners).any(|w| {
            let turned = |l: usize| {
                let opposite = |o: &&crate::given::Line| {
                    o.unit < line.unit && o.winners & bit(l) != 0 && o.losers & bit(w) != 0
                };
                lines.iter().any(|o| opposite(&o))
            };
            bits(line.losers & gathered.disagreeing[w]).any(turned)
        })
    };
    let (mut idle, mut others) = (BTreeSet::new(), BTreeSet::new());
    for line in lines {
        if !line.flows || bits(line.winners | line.losers).any(collects) || replaced(line) {
            others.insert(line.span);
        } else if !decides(line) {
            idle.insert(line.span);
        }
    }
    let notes = outcome.findings.iter().filter(|f| f.check == "idle-precedence");
    let mut found: BTreeSet<Span> =
        notes.flat_map(|f| std::iter::once(&f.primary).chain(&f.secondary).map(|l| l.span)).collect();
    found.retain(|s| !others.contains(s));
    figures.saw("circles", usize::from(gathered.circle));
    figures.saw("lines that decide", lines.len() - idle.len());
    figures.saw("idle lines", idle.len());
    same_spans("idle-precedence", both, &idle, &found)
}

/// Statements that are defeated wherever they permit or prohibit. Who defeats in a circle does not
/// count, since the circle is a finding of its own; nor does what an extension says of its base, whose
/// text is not to be edited. Gives those that are defeated everywhere, circles and extensions or not.
pub fn never_effective(
    both: &Both<'_>,
    gathered: &Gathered,
    outcome: &Outcome,
    figures: &mut Figures,
) -> Result<Bits, Failure> {
    let count = both.given.statements.len();
    let winners = |s: usize| both.given.winners[s] & gathered.disagreeing[s];
    // Those above which a statement stands, directly or by others.
    let above = |s: usize| {
        let mut seen = 0;
        let mut todo = bit(s);
        while todo != 0 {
            seen |= todo;
            let next = (0..count).filter(|l| winners(*l) & todo != 0).fold(0, |set, l| set | bit(l));
            todo = next & !seen;
        }
        seen
    };
    let overruled = |s: usize| {
        let unit = both.given.statements[s].given.unit;
        both.given.lines.iter().any(|l| l.unit != unit && l.losers & bit(s) != 0)
    };
    let (mut expected, mut everywhere) = (BTreeSet::new(), 0);
    for (s, by) in &gathered.defeats {
        if by.iter().all(|b| *b != 0) {
            everywhere |= bit(*s);
        }
        let outside = !above(*s);
        if by.iter().all(|b| b & outside != 0) && !overruled(*s) {
            expected.insert(both.policy.statements[*s].span);
        }
    }
    let by_check = outcome.findings.iter().filter(|f| f.check == "never-effective");
    let found: BTreeSet<Span> = by_check.map(|f| f.primary.span).collect();
    figures.saw("never effective", expected.len());
    same_spans("never-effective", both, &expected, &found)?;
    Ok(everywhere)
}

/// What is said of a flow, as far as a statement could be missed: whether it is prohibited, whether it
/// is permitted, with which duties, and the obligations with their limits. Where a permission and a
/// prohibition stand side by side, both are told: to strike the permission would settle by the back
/// door what is a contradiction, and reported as one.
struct Upshot<'a> {
    prohibited: bool,
    permitted: bool,
    duties: Bits,
    owed: Vec<Option<&'a Limit>>,
}

fn upshot<'a>(both: &Both<'a>, opinion: &Opinion, uncounted: Bits) -> Upshot<'a> {
    let permitting = opinion.permitting() & !uncounted;
    let (mut duties, mut owed) = (0, Vec::<Option<&Limit>>::new());
    for s in bits(permitting) {
        let statement = &both.given.statements[s];
        duties |= statement.duties;
        let limit = statement.given.limit.as_ref();
        if statement.given.modal == Modal::Must && !owed.iter().any(|other| key(other) == key(&limit)) {
            owed.push(limit);
        }
    }
    owed.sort_by_key(key);
    Upshot { prohibited: opinion.prohibiting() != 0, permitted: permitting != 0, duties, owed }
}

/// What a limit says, wherever it is written.
fn key(limit: &Option<&Limit>) -> Option<(Moment, bool, u8)> {
    limit.map(|l| (l.moment.clone(), l.open_start, l.sort as u8))
}

impl Upshot<'_> {
    fn differs(&self, other: &Upshot<'_>) -> bool {
        (self.prohibited, self.permitted) != (other.prohibited, other.permitted)
            || self.duties != other.duties
            || !self.owed.iter().map(key).eq(other.owed.iter().map(key))
    }
}

/// Statements without which nothing is said otherwise anywhere: no verdict, duty or deadline. Of two that say the
/// same the later one; what is reported is taken out, so that all of it can be struck together. What a
/// right permits does not count as having said it, and neither does a permission that only draws a
/// wider limit with `only`. Voids, statements without effect, legal bases and swallowed conditions are
/// another matter.
pub fn redundant(
    both: &Both<'_>,
    voids: &BTreeSet<usize>,
    everywhere_defeated: &Bits,
    outcome: &Outcome,
    figures: &mut Figures,
) -> Result<(), Failure> {
    let field = both.field;
    let told = |check: &str, s: usize| {
        let span = both.policy.statements[s].span;
        outcome.findings.iter().any(|f| f.check == check && f.primary.span == span)
    };
    let statements = &both.given.statements;
    let frames = |outer: usize, inner: usize| {
        let phrases = statements[outer].phrases.iter().zip(&statements[inner].phrases);
        phrases.into_iter().any(|(wide, narrow)| wide.only && wide.cells != narrow.cells)
    };
    let mut gone = 0;
    let mut expected = BTreeSet::new();
    for s in (0..statements.len()).rev() {
        let given = statements[s].given;
        if given.right.is_some()
            || voids.contains(&s)
            || !given.basis.is_empty()
            || everywhere_defeated & bit(s) != 0
            || told("swallowed-condition", s)
        {
            continue;
        }
        let uncounted = (0..statements.len())
            .filter(|o| *o != s && (statements[*o].given.right.is_some() || frames(*o, s)))
            .fold(0, |set, o| set | bit(o));
        let (mut stands, mut needed) = (false, None);
        for (spot, class, opinion) in field.all() {
            if opinion.present() & bit(s) == 0 {
                continue;
            }
            let truths = &field.truths[class];
            let with = without(both, spot, truths, gone);
            stands |= (with.permitting() | with.prohibiting()) & bit(s) != 0;
            let less = without(both, spot, truths, gone | bit(s));
            if upshot(both, &with, uncounted).differs(&upshot(both, &less, uncounted)) {
                needed = Some((spot, class, with, less));
                break;
            }
        }
        let noted = told("redundant", s);
        if needed.is_none() && stands {
            expected.insert(given.span);
            gone |= bit(s);
        }
        if noted != (needed.is_none() && stands) {
            let why = needed.map(|(spot, class, with, less)| {
                let cells = field.first(&field.spots[spot].members[0]);
                let world = field.concrete(field.members[class][0], |_| 0);
                let (with, less) = (with.verdict(), less.verdict());
                format!("at {} it is {with:?}, else {less:?}", words(both, &cells, &world))
            });
            let detail = format!("{s}: checks {noted}, judge {why:?}, stands {stands}\n{}", listing(both));
            return fail("redundant", detail);
        }
    }
    figures.saw("redundant", expected.len());
    Ok(())
}

/// Conditions that hold in no possible world, alone or with the others beside them, or in all.
pub fn conditions(both: &Both<'_>, outcome: &Outcome, figures: &mut Figures) -> Result<(), Failure> {
    let field = both.field;
    if field.worlds.is_empty() {
        return Ok(());
    }
    let worlds: Vec<_> = (0..field.worlds.len()).map(|w| field.concrete(w, |_| 0)).collect();
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
            && !field.truths.iter().any(|t| permits_in(&t[s]))
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
    figures.saw("impossible conditions", never.len() + together.len());
    figures.saw("idle conditions", always.len());
    same_spans("impossible-condition", both, &never, &alone)?;
    same_spans("impossible-condition", both, &together, &with_others)?;
    same_spans("idle-condition", both, &always, &found("idle-condition", "this condition always holds"))
}
