//! Requests that leave something open: the four answers, by looking at every flow.

use crate::compare::{Both, Failure, Figures, fail, listing, number};
use crate::field::{Classes, dimensions};
use crate::given::{Bits, bit, bits};
use crate::meaning::{Effect, Verdict, defeaters, effect_in, narrow, shares};
use crate::random::Random;
use caveat::bundle;
use caveat::decide::{self, EventState, Request, RequestError, Settle};
use caveat::flow::dimension::Dimension;
use caveat::policy::Action;
use caveat::vocabulary::{Graph, Sort};
use jiff::SignedDuration;
use jiff::civil::DateTime;
use std::collections::{BTreeMap, BTreeSet};

/// A term as it is named, and its cells.
type Named = (String, Bits);

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
    /// Exactly so: not happened, or one more than a relation of its clock.
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
        let Some(scope) = Scope::new(both, &asked) else { continue };
        let request = build(both, &asked, random);
        let judged = scope.judge(both);
        let expected = judged.answer();
        *figures.requests.entry(expected).or_default() += 1;
        let decision = match &request {
            Err(RequestError::NoFlow | RequestError::NoWorld { .. }) if expected == "no flow" => continue,
            Err(error) => return differ(both, &asked, expected, &format!("{error:?}")),
            Ok(request) => {
                let decision = decide::explain(both.bundle, request);
                if decide::decide(both.bundle, request).verdict != decision.verdict {
                    return differ(both, &asked, expected, "deciding and explaining differ");
                }
                decision
            }
        };
        if decision.verdict.name() != expected || !decision.complete {
            return differ(both, &asked, expected, decision.verdict.name());
        }
        let duties = judged.duties(both);
        if decision.verdict.allows() && decision.duties != duties {
            let got = format!("duties {:?}", decision.duties);
            return differ(both, &asked, &format!("duties {duties:?}"), &got);
        }
        let deciding: BTreeSet<(&str, u32)> =
            decision.deciding.iter().map(|b| (b.verdict.name(), b.given.statement)).collect();
        if deciding != judged.deciding {
            return differ(both, &asked, &format!("{:?}", judged.deciding), &format!("{deciding:?}"));
        }
        let defeated: BTreeSet<(u32, u32)> = decision
            .defeated
            .iter()
            .flat_map(|d| d.by.iter().map(|by| (d.given.statement, by.statement)))
            .collect();
        // That a limit is replaced where it says nothing yet, or no more, need not be told.
        if !judged.defeated.is_subset(&defeated) || !defeated.is_subset(&judged.replaced) {
            return differ(both, &asked, &format!("{:?}", judged.defeated), &format!("{defeated:?}"));
        }
        if expected == "undetermined" {
            let (wanted, got) = (scope.settles(both, &asked), settles(&decision.settles));
            if wanted != got {
                return differ(both, &asked, &format!("{wanted:?}"), &format!("{got:?}"));
            }
            figures.saw("what would settle a request", wanted.len());
        }
    }
    Ok(())
}

fn differ(both: &Both<'_>, asked: &Asked, judge: &str, evaluator: &str) -> Result<(), Failure> {
    let request = describe(both, asked);
    fail(
        "request",
        format!("request   {request}\njudge     {judge}\nevaluator {evaluator}\n{}", listing(both)),
    )
}

/// What would settle a request: of each fact its values, of each event and dimension what it can come
/// to, by verdict.
type Settles = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

/// What the evaluator says of it. How it names clocks and terms is not looked at.
fn settles(all: &[Settle]) -> Settles {
    let mut out = Settles::new();
    for settle in all {
        let (name, ways, named) = match settle {
            Settle::Fact { name, ways } => (name.clone(), ways, true),
            Settle::Event { name, ways } => (name.clone(), ways, false),
            Settle::Dimension { dimension, ways } => (dimension.name().to_owned(), ways, false),
        };
        let of = |way: &decide::Way| if named { way.of.iter().cloned().collect() } else { BTreeSet::new() };
        out.insert(name, ways.iter().map(|w| (w.verdict.name().to_owned(), of(w))).collect());
    }
    out
}

/// The verdicts that some flows reach: a bit for each.
type Reached = u8;

/// The spot of flows of which no statement speaks.
const UNSPOKEN: usize = usize::MAX;

/// All flows of a request: combinations of classes, with their spots, and worlds.
struct Scope {
    flows: Vec<(Classes, usize)>,
    worlds: Vec<usize>,
}

/// What is to be said of a request.
#[derive(Default)]
struct Judged {
    reached: Reached,
    permitting: Bits,
    deciding: BTreeSet<(&'static str, u32)>,
    /// Who is defeated by whom, where it would have permitted or prohibited; and wherever it was.
    defeated: BTreeSet<(u32, u32)>,
    replaced: BTreeSet<(u32, u32)>,
}

fn answer(reached: Reached) -> &'static str {
    match (reached & 1 != 0, reached & 2 != 0, reached & 4 != 0) {
        (false, false, false) => "no flow",
        (true, false, false) => "permitted",
        (true, ..) => "undetermined",
        (false, true, _) => "prohibited",
        (false, false, true) => "unstated",
    }
}

impl Judged {
    fn answer(&self) -> &'static str {
        answer(self.reached)
    }

    /// The duties of a yes are those of all undefeated permissions on its flows.
    fn duties(&self, both: &Both<'_>) -> Vec<String> {
        let of = |s: usize| both.policy.statements[s].duties.iter();
        let names: BTreeSet<&str> =
            bits(self.permitting).flat_map(of).map(|d| both.policy.duty_verbs[*d].name.as_str()).collect();
        names.into_iter().map(str::to_owned).collect()
    }
}

impl Scope {
    /// None where there are too many flows.
    fn new(both: &Both<'_>, asked: &Asked) -> Option<Scope> {
        let field = both.field;
        let worlds = (0..field.worlds.len()).filter(|w| fits(both, asked, *w)).collect();
        let named = |d: Dimension| -> Option<Bits> {
            let terms = &asked.terms[d as usize];
            (!terms.is_empty()).then(|| terms.iter().fold(0, |all, t| all | t.1))
        };
        let data = named(Dimension::Data).unwrap();
        let combines = asked.verbs.iter().any(|v| v.1 == Action::Combine);
        let left_out = |d: Dimension| -> Bits {
            match d {
                Dimension::Actor => {
                    let cells = |t| both.policy.vocabulary.cells(t).iter();
                    let issuer = both.policy.issuer.iter().flat_map(|t| cells(*t));
                    issuer.fold(0, |all, c| all | bit(c as usize))
                }
                Dimension::Form => 0b110,
                Dimension::With if !combines => data,
                d => both.given.universe[d as usize],
            }
        };
        let actions: BTreeSet<Action> = asked.verbs.iter().flat_map(|v| narrow(v.1)).collect();
        let mut flows: Vec<(Classes, usize)> = Vec::new();
        for action in actions {
            // Of what nobody speaks, nothing is stated.
            let Some(class) = field.action_class(action) else {
                flows.push(([0; 10], UNSPOKEN));
                continue;
            };
            let mut at: Vec<Classes> = vec![[0; 10]];
            at[0][Dimension::Action as usize] = class;
            for d in dimensions(action) {
                let wanted = named(d).unwrap_or_else(|| left_out(d));
                let inside =
                    |class: &&(usize, &Vec<u32>)| class.1.iter().any(|c| wanted & bit(*c as usize) != 0);
                let classes: Vec<u8> = field.classes[d as usize]
                    .iter()
                    .enumerate()
                    .filter(|c| inside(&c))
                    .map(|(i, _)| i as u8)
                    .collect();
                let with = |flow: &Classes, class: u8| {
                    let mut flow = *flow;
                    flow[d as usize] = class;
                    flow
                };
                at =
                    at.iter().flat_map(|f| classes.iter().map(|c| with(f, *c)).collect::<Vec<_>>()).collect();
                if at.len() > 4_000 {
                    return None;
                }
            }
            flows.extend(at.into_iter().map(|classes| (classes, field.spot(&classes))));
        }
        Some(Scope { flows, worlds })
    }

    /// The spots of the flows that are wanted, each once. What nobody speaks of is always among them.
    fn spots(&self, wanted: impl Fn(&Classes) -> bool) -> BTreeSet<usize> {
        self.flows.iter().filter(|f| f.1 == UNSPOKEN || wanted(&f.0)).map(|f| f.1).collect()
    }

    fn judge(&self, both: &Both<'_>) -> Judged {
        let field = both.field;
        let classes: BTreeSet<usize> = self.worlds.iter().map(|w| field.class_of[*w]).collect();
        let mut judged = Judged::default();
        for spot in self.spots(|_| true) {
            if spot == UNSPOKEN {
                judged.reached |= if classes.is_empty() { 0 } else { 4 };
                continue;
            }
            for class in &classes {
                let opinion = field.opinion(spot, *class);
                let verdict = opinion.verdict();
                judged.reached |= 1 << number(verdict);
                if verdict == Verdict::Permitted {
                    judged.permitting |= opinion.permitting();
                }
                judged.deciding.extend(bits(opinion.deciding()).map(|s| (verdict.name(), s as u32)));
                for s in bits(opinion.defeated) {
                    let by = defeaters(both.given, &field.disagreement, opinion, s);
                    let pairs = bits(by).map(|w| (s as u32, w as u32));
                    if effect_in(opinion, s) != Effect::Silent {
                        judged.defeated.extend(pairs.clone());
                    }
                    judged.replaced.extend(pairs);
                }
            }
        }
        judged
    }

    /// What flows of these spots come to in the worlds that are wanted.
    fn reach(&self, both: &Both<'_>, spots: &BTreeSet<usize>, wanted: impl Fn(usize) -> bool) -> Reached {
        let worlds = self.worlds.iter().filter(|w| wanted(**w));
        let classes: BTreeSet<usize> = worlds.map(|w| both.field.class_of[*w]).collect();
        let at = |spot: usize, class: usize| match spot {
            UNSPOKEN => 4,
            spot => 1 << number(both.field.opinion(spot, class).verdict()),
        };
        spots.iter().fold(0, |all, spot| classes.iter().fold(all, |all, class| all | at(*spot, *class)))
    }

    /// What would settle an undetermined request: the facts and events that are left open and that
    /// make a difference, and the dimensions in which a narrower term would decide it.
    fn settles(&self, both: &Both<'_>, asked: &Asked) -> Settles {
        let field = both.field;
        let mut out = Settles::new();
        let spots = self.spots(|_| true);
        let facts = both.policy.facts.len();
        for (i, fact) in both.policy.facts.iter().enumerate() {
            if asked.facts[i].is_none() && fact.default.is_none() {
                let of = |v: usize| self.reach(both, &spots, |w| field.worlds[w][i] == v as u32);
                let ways = (0..fact.values.len()).map(|v| (of(v), fact.values[v].clone())).collect();
                out.extend(tell(ways).map(|ways| (fact.name.clone(), ways)));
            }
        }
        for (i, event) in both.policy.events.iter().enumerate() {
            let states = field.relations[i].len() as u32 + 1;
            let of = |v: u32| self.reach(both, &spots, |w| field.worlds[w][facts + i] == v);
            let ways = (0..states).map(|v| (of(v), String::new())).collect();
            out.extend(tell(ways).map(|ways| (event.name.clone(), ways)));
        }
        for d in Dimension::ALL {
            let parts = field.classes[d as usize].len() as u8;
            let taken = |c: &Classes| d == Dimension::Action || field.takes(c, d);
            let of = |part: u8| {
                let spots = self.spots(|c| !taken(c) || c[d as usize] == part);
                self.reach(both, &spots, |_| true)
            };
            let unspoken = d == Dimension::Action && spots.contains(&UNSPOKEN);
            // Where nobody speaks of an action, that is a part of its own.
            let mut ways: Vec<(Reached, String)> = (0..parts)
                .filter(|p| {
                    self.flows.iter().any(|f| f.1 != UNSPOKEN && taken(&f.0) && f.0[d as usize] == *p)
                })
                .map(|p| {
                    let reached = match d {
                        Dimension::Action => {
                            let spots = self.flows.iter().filter(|f| f.1 != UNSPOKEN);
                            let spots = spots.filter(|f| f.0[d as usize] == p).map(|f| f.1).collect();
                            self.reach(both, &spots, |_| true)
                        }
                        _ => of(p),
                    };
                    (reached, String::new())
                })
                .collect();
            if unspoken {
                ways.push((4, String::new()));
            }
            if let Some(ways) = tell(ways)
                && ways.keys().any(|verdict| verdict != "undetermined")
            {
                out.insert(d.name().to_owned(), ways);
            }
        }
        // What is not compared by name.
        let named = out.values_mut().flat_map(|ways| ways.values_mut());
        named.for_each(|of| of.retain(|name| !name.is_empty()));
        out
    }
}

/// Ways by verdict, where some of them lead elsewhere than others.
fn tell(ways: Vec<(Reached, String)>) -> Option<BTreeMap<String, BTreeSet<String>>> {
    let ways: Vec<_> = ways.into_iter().filter(|w| w.0 != 0).collect();
    let different: BTreeSet<Reached> = ways.iter().map(|w| w.0).collect();
    if different.len() < 2 {
        return None;
    }
    let mut out: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (reached, of) in ways {
        out.entry(answer(reached).to_owned()).or_default().insert(of);
    }
    Some(out)
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
    let mut out = vec![("any".to_owned(), both.given.universe[d as usize])];
    for (id, term) in vocabulary.terms() {
        let channel = term.graph == Graph::Channel && d == Dimension::Source;
        if term.graph != graph && !channel || d == Dimension::Subject && term.sort != Sort::People {
            continue;
        }
        let cells = vocabulary.cells(id).iter().fold(0, |all, c| all | bit(c as usize));
        out.push((term.name.clone(), cells));
        if let Some(own) = vocabulary.own(id) {
            out.push((format!("other {}", term.name), bit(own as usize)));
        }
    }
    if matches!(d, Dimension::Actor | Dimension::Source | Dimension::Recipient) {
        out.push(("the subject".to_owned(), bit(vocabulary.subject() as usize)));
    }
    out
}

fn ask(both: &Both<'_>, random: &mut Random) -> Asked {
    // Most requests are about something that a statement speaks of, or all would be unstated.
    let statements = &both.given.statements;
    let focus =
        (!statements.is_empty() && random.percent(80)).then(|| &statements[random.below(statements.len())]);
    let of_focus = |v: &&(&str, Action)| focus.is_some_and(|s| s.given.actions.contains(&v.1));
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
            forms.iter().zip(1..).map(|(f, cell)| ((*f).to_owned(), bit(cell))).collect()
        } else {
            names(both, d)
        };
        if let Some(statement) = focus
            && random.percent(80)
        {
            let phrase = statement.phrases[d as usize].cells;
            let close = |n: &Named| n.1 & !phrase == 0;
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
    let events = (0..both.policy.events.len())
        .map(|i| match random.below(6) {
            0 => Said::Never,
            1 => Said::Happened,
            2 | 3 => as_in(both, i, random),
            _ => Said::Nothing,
        })
        .collect();
    Asked { verbs, terms, facts, events }
}

fn build(both: &Both<'_>, asked: &Asked, random: &mut Random) -> Result<Request, RequestError> {
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
            // A service counts in minutes.
            Said::As(relation) => match relation.checked_sub(1) {
                None => EventState::Never,
                Some(relation) => {
                    let moments = &both.field.relations[i][relation];
                    let moments: Vec<_> = moments.iter().filter(|c| c.elapsed % 60 == 0).collect();
                    let clock = random.pick(&moments);
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

/// A state of a clock that a service can tell.
fn as_in(both: &Both<'_>, event: usize, random: &mut Random) -> Said {
    let relations = &both.field.relations[event];
    let state = random.below(relations.len() + 1);
    let told = |r: usize| relations[r].iter().any(|c| c.elapsed % 60 == 0);
    if state == 0 || told(state - 1) { Said::As(state) } else { Said::Nothing }
}

/// Whether a world is one of those that the request leaves open.
fn fits(both: &Both<'_>, asked: &Asked, number: usize) -> bool {
    let values = &both.field.worlds[number];
    let (facts, clocks) = values.split_at(both.policy.facts.len());
    let facts = both.policy.facts.iter().zip(&asked.facts).zip(facts).all(|((fact, said), value)| {
        // A default is the value when a service does not say.
        said.or(fact.default).is_none_or(|v| v == *value)
    });
    facts
        && asked.events.iter().zip(clocks).all(|(said, state)| match said {
            Said::Nothing => true,
            Said::Never => *state == 0,
            Said::Happened => *state != 0,
            Said::As(other) => *state as usize == *other,
        })
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
            Said::As(w) => out.push(format!(
                "{}={:?}",
                event.name,
                w.checked_sub(1).map(|r| both.field.relations[i][r][0])
            )),
        }
    }
    out.join(" ")
}
