//! Requests that leave something open: the four answers, by looking at every flow.

use crate::compare::{Both, Failure, Figures, fail, listing};
use crate::meaning::{ACTIONS, Cells, Effect, Verdict, World, narrow, shares};
use crate::random::Random;
use caveat::bundle;
use caveat::decide::{self, EventState, Request, RequestError};
use caveat::flow::dimension::Dimension;
use caveat::policy::Action;
use caveat::vocabulary::{Graph, Sort};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use std::collections::BTreeSet;

/// A term as it is named, and its cells.
type Named = (String, BTreeSet<u32>);

/// What is asked.
struct Asked {
    /// The verbs.
    verbs: Vec<(&'static str, Action)>,
    /// The terms named in each dimension, where any are.
    terms: [Vec<Named>; 10],
    /// The facts that are said.
    facts: Vec<Option<u32>>,
    /// What is said of each event.
    events: Vec<Said>,
}

/// What is said of an event.
#[derive(Clone, Copy)]
enum Said {
    Nothing,
    Never,
    Happened,
    /// Exactly so: the world of that number.
    As(usize),
}

const VERBS: [(&str, Action); 13] = [
    ("use", Action::Use),
    ("use", Action::Use),
    ("combine", Action::Combine),
    ("profile", Action::Profile),
    ("aggregate", Action::Aggregate),
    ("share", Action::Share),
    ("share", Action::Share),
    ("transfer", Action::Transfer),
    ("sell", Action::Sell),
    ("publish", Action::Publish),
    ("retain", Action::Retain),
    ("delete", Action::Erase),
    ("collect", Action::Collect),
];

/// Asks some requests.
pub fn compare(
    both: &Both<'_>,
    random: &mut Random,
    count: usize,
    figures: &mut Figures,
) -> Result<(), Failure> {
    for _ in 0..count {
        let asked = ask(both, random);
        let request = build(both, &asked);
        let Some((verdicts, duties)) = answers(both, &asked) else { continue };
        let expected = match (
            verdicts.contains(&Verdict::Permitted),
            verdicts.contains(&Verdict::Prohibited),
            verdicts.contains(&Verdict::Unstated),
        ) {
            (false, false, false) => "no flow",
            (true, false, false) => "permitted",
            (true, ..) => "undetermined",
            (false, true, _) => "prohibited",
            (false, false, true) => "unstated",
        };
        *figures.requests.entry(expected).or_default() += 1;
        let (got, told) = match &request {
            Err(RequestError::NoFlow) => ("no flow".to_owned(), None),
            Err(error) => (format!("error: {error}"), None),
            Ok(request) => {
                let decision = decide::explain(both.bundle, request);
                let answer = decide::decide(both.bundle, request);
                if answer.verdict != decision.verdict {
                    return fail("request", "deciding and explaining differ");
                }
                (answer.verdict.name().to_owned(), decision.verdict.allows().then_some(decision.duties))
            }
        };
        let expected_duties = (expected == "permitted").then_some(duties);
        if got != expected || told != expected_duties {
            return fail(
                "request",
                format!(
                    "request  {}\njudge    {expected} {expected_duties:?}\nevaluator {got} {told:?}\n{}",
                    describe(both, &asked),
                    listing(both)
                ),
            );
        }
    }
    Ok(())
}

/// The names of a dimension's graph.
fn names(both: &Both<'_>, d: Dimension) -> Vec<Named> {
    let vocabulary = &both.policy.vocabulary;
    let graph = match d {
        Dimension::Data | Dimension::With => Graph::Data,
        Dimension::Purpose => Graph::Purpose,
        Dimension::Place => Graph::Place,
        _ => Graph::Party,
    };
    let mut out = vec![("any".to_owned(), both.policy.universe.get(d).iter().collect())];
    for (id, term) in vocabulary.terms() {
        let channel = term.graph == Graph::Channel && d == Dimension::Source;
        if term.graph != graph && !channel || d == Dimension::Subject && term.sort != Sort::People {
            continue;
        }
        out.push((term.name.clone(), vocabulary.cells(id).iter().collect()));
        if let Some(own) = vocabulary.own(id) {
            out.push((format!("other {}", term.name), BTreeSet::from([own])));
        }
    }
    if matches!(d, Dimension::Actor | Dimension::Source | Dimension::Recipient) {
        out.push(("the subject".to_owned(), BTreeSet::from([vocabulary.subject()])));
    }
    out
}

fn ask(both: &Both<'_>, random: &mut Random) -> Asked {
    // Most requests are about something that a statement speaks of, or all would be unstated.
    let focus = (!both.policy.statements.is_empty() && random.percent(80))
        .then(|| &both.policy.statements[random.below(both.policy.statements.len())]);
    let of_focus = |v: &&(&str, Action)| focus.is_some_and(|s| s.actions.contains(&v.1));
    let mut verbs = vec![*VERBS.iter().find(of_focus).unwrap_or_else(|| random.pick(&VERBS))];
    if random.percent(20) {
        verbs.push(*random.pick(&VERBS));
    }
    let taken = |d: Dimension| match d {
        Dimension::With => verbs.iter().any(|v| v.1 == Action::Combine),
        Dimension::Recipient => verbs.iter().any(|v| shares(v.1)),
        _ => true,
    };
    let mut terms: [Vec<Named>; 10] = Default::default();
    for d in Dimension::ALL {
        if d == Dimension::Action || !taken(d) {
            continue;
        }
        let count = match random.below(10) {
            _ if d == Dimension::Data => 1 + usize::from(random.percent(15)),
            0..4 => 0,
            4..9 => 1,
            _ => 2,
        };
        let mut names: Vec<Named> = if d == Dimension::Form {
            let forms = ["identified", "pseudonymous", "aggregated", "anonymized"];
            forms.iter().zip(1..).map(|(f, cell)| ((*f).to_owned(), BTreeSet::from([cell]))).collect()
        } else {
            names(both, d)
        };
        if let Some(statement) = focus
            && random.percent(80)
        {
            let phrase = &statement.phrases.get(d).cells;
            let close = |n: &Named| n.1.iter().all(|c| phrase.contains(*c));
            if names.iter().any(close) {
                names.retain(close);
            }
        }
        for _ in 0..count {
            terms[d as usize].push(random.pick(&names).clone());
        }
    }
    let facts = both
        .policy
        .facts
        .iter()
        .map(|f| random.percent(60).then(|| random.below(f.values.len()) as u32))
        .collect();
    let worlds = both.field.worlds.len();
    let events = both
        .policy
        .events
        .iter()
        .map(|_| match random.below(6) {
            0 => Said::Never,
            1 => Said::Happened,
            2 | 3 if worlds > 0 => Said::As(random.below(worlds)),
            _ => Said::Nothing,
        })
        .collect();
    Asked { verbs, terms, facts, events }
}

fn build(both: &Both<'_>, asked: &Asked) -> Result<Request, RequestError> {
    let mut builder = Request::builder(both.bundle);
    for (name, _) in &asked.verbs {
        builder = builder.action(name);
    }
    for (i, terms) in asked.terms.iter().enumerate() {
        for (name, _) in terms {
            builder = builder.term(bundle::Dimension::ALL[i], name);
        }
    }
    for (fact, value) in both.policy.facts.iter().zip(&asked.facts) {
        if let Some(value) = value {
            let name = fact.values[*value as usize].as_str();
            builder = match fact.boolean {
                true => builder.fact(&fact.name, name == "true"),
                false => builder.fact(&fact.name, name),
            };
        }
    }
    for (i, (event, said)) in both.policy.events.iter().zip(&asked.events).enumerate() {
        let state = match said {
            Said::Nothing => continue,
            Said::Never => EventState::Never,
            Said::Happened => EventState::AtSomeTime,
            Said::As(world) => match both.field.worlds[*world].clocks[i] {
                None => EventState::Never,
                Some(clock) => {
                    let start = DateTime::from(clock.start);
                    let now = start.checked_add(SignedDuration::from_secs(clock.elapsed)).unwrap();
                    EventState::Happened { start, now }
                }
            },
        };
        builder = builder.event(&event.name, state);
    }
    builder.build()
}

/// Whether a world is one of those that the request leaves open.
fn fits(both: &Both<'_>, asked: &Asked, number: usize) -> bool {
    let world: &World = &both.field.worlds[number];
    let facts = both.policy.facts.iter().zip(&asked.facts).zip(&world.facts).all(|((fact, said), value)| {
        // A default is the value when a service does not say.
        said.or(fact.default).is_none_or(|v| v == *value)
    });
    facts
        && asked.events.iter().enumerate().all(|(i, said)| match said {
            Said::Nothing => true,
            Said::Never => world.clocks[i].is_none(),
            Said::Happened => world.clocks[i].is_some(),
            // A clock is as the policy's own constants see it.
            Said::As(other) => {
                let variable = both.bundle.variable(&both.policy.events[i].name).unwrap() as usize;
                both.values[number][variable] == both.values[*other][variable]
            }
        })
}

/// The verdicts of all flows of the request, and the duties of the permissions that decide; none
/// where there are too many flows, or seconds where the evaluator counts in minutes.
fn answers(both: &Both<'_>, asked: &Asked) -> Option<(BTreeSet<Verdict>, Vec<String>)> {
    let field = both.field;
    for (i, said) in asked.events.iter().enumerate() {
        if let Said::As(world) = said
            && field.worlds[*world].clocks[i].is_some_and(|c| c.elapsed % 60 != 0)
        {
            return None;
        }
    }
    let worlds: BTreeSet<usize> =
        (0..field.worlds.len()).filter(|w| fits(both, asked, *w)).map(|w| field.class_of[w]).collect();
    let named = |d: Dimension| -> Option<BTreeSet<u32>> {
        let terms = &asked.terms[d as usize];
        (!terms.is_empty()).then(|| terms.iter().flat_map(|t| t.1.iter().copied()).collect())
    };
    let data = named(Dimension::Data).unwrap();
    let combines = asked.verbs.iter().any(|v| v.1 == Action::Combine);
    let left_out = |d: Dimension| -> BTreeSet<u32> {
        match d {
            Dimension::Actor => {
                let cells = |t| both.policy.vocabulary.cells(t).iter();
                both.policy.issuer.iter().flat_map(|t| cells(*t)).collect()
            }
            Dimension::Form => BTreeSet::from([1, 2]),
            Dimension::With if !combines => data.clone(),
            d => both.policy.universe.get(d).iter().collect(),
        }
    };
    let actions: BTreeSet<Action> = asked.verbs.iter().flat_map(|v| narrow(v.1)).collect();
    let (mut verdicts, mut duties) = (BTreeSet::new(), BTreeSet::new());
    let mut budget = 20_000usize;
    for action in actions {
        let number = ACTIONS.iter().position(|a| *a == action).unwrap() as u32 + 1;
        let mut flows: Vec<Cells> = vec![[0; 10]];
        for d in Dimension::ALL {
            let cells: Vec<u32> = match d {
                Dimension::Action => vec![number],
                Dimension::With if action != Action::Combine => vec![0],
                Dimension::Recipient if !shares(action) => vec![0],
                d => {
                    let wanted = named(d).unwrap_or_else(|| left_out(d));
                    // Of cells that are alike for the policy, one.
                    let classes = &field.classes[d as usize];
                    classes.iter().filter_map(|c| c.iter().find(|x| wanted.contains(x)).copied()).collect()
                }
            };
            let with = |flow: &Cells, cell: u32| {
                let mut flow = *flow;
                flow[d as usize] = cell;
                flow
            };
            flows =
                flows.iter().flat_map(|f| cells.iter().map(|c| with(f, *c)).collect::<Vec<_>>()).collect();
            if flows.len() > budget {
                return None;
            }
        }
        budget = budget.checked_sub(flows.len() * worlds.len())?;
        for cells in &flows {
            for world in &worlds {
                let opinion = both.reading.opinion(cells, &field.truths[*world]);
                verdicts.insert(opinion.verdict);
                if opinion.verdict == Verdict::Permitted {
                    let permits = opinion.standing.iter().filter(|s| s.1 == Effect::Permit);
                    for (s, _) in permits {
                        let verbs = &both.policy.statements[*s].duties;
                        duties.extend(verbs.iter().map(|v| both.policy.duty_verbs[*v].name.clone()));
                    }
                }
            }
        }
    }
    Some((verdicts, duties.into_iter().collect()))
}

fn describe(both: &Both<'_>, asked: &Asked) -> String {
    let mut out: Vec<String> = asked.verbs.iter().map(|v| v.0.to_owned()).collect();
    for (i, terms) in asked.terms.iter().enumerate() {
        if !terms.is_empty() {
            let names: Vec<&str> = terms.iter().map(|t| t.0.as_str()).collect();
            out.push(format!("{}={}", Dimension::ALL[i].name(), names.join("+")));
        }
    }
    for (fact, value) in both.policy.facts.iter().zip(&asked.facts) {
        out.extend(value.map(|v| format!("{}={}", fact.name, fact.values[v as usize])));
    }
    for (i, (event, said)) in both.policy.events.iter().zip(&asked.events).enumerate() {
        match said {
            Said::Nothing => {}
            Said::Never => out.push(format!("{}=never", event.name)),
            Said::Happened => out.push(format!("{}=happened", event.name)),
            Said::As(w) => out.push(format!("{}={:?}", event.name, both.field.worlds[*w].clocks[i])),
        }
    }
    out.join(" ")
}
