//! `decide` and `explain` against `point`, flow by flow, over random small policies.

use crate::fixture::{flow_box, load, variables, verbs, vocabulary};
use caveat::bundle::format::*;
use caveat::bundle::{Bundle, Dimension};
use caveat::decide::{Request, Undecided, Verdict, When, decide, decide_at, explain, point};
use std::collections::BTreeSet;

/// A small generator of our own, so that a seed means the same everywhere.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % u64::from(end)) as u32
    }

    fn chance(&mut self, of: u32) -> bool {
        self.below(of) == 0
    }

    fn set(&mut self, start: u32, end: u32, any: u32) -> Ranges {
        if !self.chance(any) {
            return vec![(start, end)];
        }
        let cells: Vec<u32> = (start..end).filter(|_| self.chance(2)).collect();
        let cells = if cells.is_empty() { vec![start + self.below(end - start)] } else { cells };
        cells.into_iter().map(|c| (c, c + 1)).collect()
    }
}

const VALUES: [u32; 3] = [2, 2, 6];

fn conditions(random: &mut Random) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for number in 0..8 {
        let part = |random: &mut Random| random.below(number);
        conditions.push(match random.below(if number < 3 { 1 } else { 4 }) {
            0 => {
                let variable = random.below(3);
                Condition::In(variable, random.set(0, VALUES[variable as usize], 1))
            }
            1 => Condition::All(vec![part(random), part(random)]),
            2 => Condition::Any(vec![part(random), part(random)]),
            _ => Condition::Not(part(random)),
        });
    }
    conditions
}

fn boxes(random: &mut Random, sets: &mut Vec<Ranges>, when: Option<u32>) -> Vec<FlowBox> {
    let with = |random: &mut Random| random.set(1, 7, 3);
    let kinds = [(vec![(9, 15)], 0), (vec![(3, 4)], 1), (vec![(1, 3), (4, 9), (15, 17)], 2)];
    let mut boxes = Vec::new();
    for (actions, kind) in kinds {
        if random.chance(3) {
            continue;
        }
        let actions = if random.chance(2) { actions } else { vec![(actions[0].0, actions[0].0 + 1)] };
        let of = [
            random.set(1, 6, 3),
            actions,
            random.set(1, 7, 2),
            if kind == 1 { with(random) } else { vec![(0, 1)] },
            random.set(1, 5, 3),
            random.set(1, 5, 4),
            random.set(1, 7, 4),
            if kind == 0 { random.set(1, 6, 2) } else { vec![(0, 1)] },
            random.set(1, 4, 2),
            random.set(1, 3, 4),
        ];
        boxes.push(flow_box(sets, of, when));
    }
    boxes
}

fn bundle(random: &mut Random) -> Bundle {
    let mut conditions = conditions(random);
    let mut sets = Vec::new();
    let mut statements = Vec::new();
    for _ in 0..2 + random.below(7) {
        let effects = [Effect::Permit, Effect::Prohibit, Effect::Silent];
        let effect = |random: &mut Random| effects[random.below(7) as usize % 3];
        let when = (!random.chance(3)).then(|| random.below(8));
        let mut rules = vec![Rule { effect: effect(random), boxes: boxes(random, &mut sets, when) }];
        if let Some(when) = when.filter(|_| random.chance(3)) {
            conditions.push(Condition::Not(when));
            let not = Some(conditions.len() as u32 - 1);
            rules.push(Rule { effect: effect(random), boxes: boxes(random, &mut sets, not) });
        } else if random.chance(10) {
            rules.push(Rule { effect: effect(random), boxes: boxes(random, &mut sets, when) });
        }
        let duties = if random.chance(3) { vec!["Notify".to_owned()] } else { Vec::new() };
        let moment = Moment::After(2, Length { months: random.below(2), minutes: 0 });
        let limit = match random.below(5) {
            0 => Some(Limit::Deadline(moment)),
            1 => Some(Limit::Minimum(moment)),
            _ => None,
        };
        statements.push(Statement { label: "s".into(), rules, duties, limit, ..Statement::default() });
    }
    let count = statements.len() as u32;
    let pairs = (0..random.below(2 * count)).map(|_| (random.below(count), random.below(count)));
    let precedence: BTreeSet<(u32, u32)> = pairs.filter(|(a, b)| a != b).collect();
    load(&Content {
        policy: Policy { name: "p".into(), issuer: vec!["Clari".into()], ..Policy::default() },
        vocabulary: vocabulary(),
        variables: variables(),
        verbs: verbs(),
        sets,
        impossible: random.chance(2).then(|| random.below(8)),
        conditions,
        statements,
        precedence: precedence.into_iter().collect(),
        ..Content::default()
    })
    .unwrap()
}

/// A request in cells, with the products that it stands for.
#[derive(Clone)]
struct Asked {
    cells: [Ranges; 10],
    values: [Ranges; 3],
    when: Option<When>,
}

fn asked(random: &mut Random) -> Asked {
    let ends = [(1, 6), (1, 17), (1, 7), (1, 7), (1, 5), (1, 5), (1, 7), (1, 6), (1, 4), (1, 3)];
    // How often a dimension is more than a cell decides how many flows there are.
    let wide = 1 + random.below(5);
    let cells = ends.map(|(start, end)| {
        if random.chance(wide) {
            let mut set = random.set(start, end, 1);
            set.truncate(2);
            set
        } else {
            let cell = start + random.below(end - start);
            vec![(cell, cell + 1)]
        }
    });
    let values = VALUES.map(|end| match random.chance(2) {
        true => vec![(0, end)],
        false => random.set(0, end, 1),
    });
    let when = random.chance(3).then(|| {
        let part = |random: &mut Random| {
            let variable = random.below(3);
            When::In(variable, random.set(0, VALUES[variable as usize], 1))
        };
        match random.below(2) {
            0 => When::Any(vec![part(random), When::Not(Box::new(part(random)))]),
            _ => part(random),
        }
    });
    Asked { cells, values, when }
}

fn holds(when: &When, world: &[u32]) -> bool {
    match when {
        When::All(parts) => parts.iter().all(|p| holds(p, world)),
        When::Any(parts) => parts.iter().any(|p| holds(p, world)),
        When::Not(part) => !holds(part, world),
        When::In(variable, values) => {
            let value = world[*variable as usize];
            values.iter().any(|r| r.0 <= value && value < r.1)
        }
    }
}

fn condition(bundle: &Bundle, number: u32, world: &[u32]) -> bool {
    match &bundle.content().conditions[number as usize] {
        Condition::All(parts) => parts.iter().all(|p| condition(bundle, *p, world)),
        Condition::Any(parts) => parts.iter().any(|p| condition(bundle, *p, world)),
        Condition::Not(part) => !condition(bundle, *part, world),
        Condition::In(variable, values) => holds(&When::In(*variable, values.clone()), world),
    }
}

fn numbers(set: &Ranges) -> Vec<u32> {
    set.iter().flat_map(|r| r.0..r.1).collect()
}

fn worlds(bundle: &Bundle, asked: &Asked) -> Vec<Vec<u32>> {
    let mut worlds = vec![Vec::new()];
    for values in &asked.values {
        let longer = |world: &Vec<u32>| {
            numbers(values).into_iter().map(|v| [world.clone(), vec![v]].concat()).collect::<Vec<_>>()
        };
        worlds = worlds.iter().flat_map(longer).collect();
    }
    let possible = |world: &Vec<u32>| {
        !bundle.content().impossible.is_some_and(|n| condition(bundle, n, world))
            && asked.when.as_ref().is_none_or(|when| holds(when, world))
    };
    worlds.retain(possible);
    worlds
}

fn flows(asked: &Asked) -> Vec<[u32; 10]> {
    let mut flows = vec![[0; 10]];
    for (dimension, cells) in asked.cells.iter().enumerate() {
        let mut longer = Vec::new();
        for flow in flows {
            let taken = match dimension {
                3 => flow[1] == 3,
                7 => (9..15).contains(&flow[1]),
                _ => true,
            };
            for cell in if taken { numbers(cells) } else { vec![0] } {
                let mut flow = flow;
                flow[dimension] = cell;
                longer.push(flow);
            }
        }
        flows = longer;
    }
    flows
}

fn expected(verdicts: &BTreeSet<&'static str>) -> Verdict {
    let has = |v: Verdict| verdicts.contains(v.name());
    match (has(Verdict::Permitted), has(Verdict::Prohibited), has(Verdict::Unstated)) {
        (true, false, false) => Verdict::Permitted,
        (true, ..) => Verdict::Undetermined,
        (_, true, _) => Verdict::Prohibited,
        _ => Verdict::Unstated,
    }
}

/// The request at every single world, its own and others.
fn at_each_world(bundle: &Bundle, asked: &Asked, request: &Request, own: &[Vec<u32>]) {
    let everywhere = Asked { values: VALUES.map(|end| vec![(0, end)]), ..asked.clone() };
    let possible = worlds(bundle, &everywhere);
    let flows = flows(asked);
    let mut at = request.world(bundle).unwrap();
    for (i, j, k) in (0..2).flat_map(|i| (0..2).flat_map(move |j| (0..6).map(move |k| (i, j, k)))) {
        let world = vec![i, j, k];
        (0..).zip(&world).for_each(|(variable, value)| at.set(variable, *value).unwrap());
        let answer = decide_at(request, &at);
        if !possible.contains(&world) {
            assert_eq!(answer.map_err(|error| error.kind()), Err("no-flow"));
        } else if flows.len() < 20 || own.first() == Some(&world) {
            let verdicts = flows.iter().map(|flow| point(bundle, flow, &world).verdict.name()).collect();
            assert_eq!(answer.unwrap().verdict, expected(&verdicts));
        }
    }
}

fn check(bundle: &Bundle, asked: &Asked) -> Option<Verdict> {
    let mut builder = Request::builder(bundle);
    for (dimension, cells) in Dimension::ALL.into_iter().zip(&asked.cells) {
        // With `none` among them, the other actions of the request keep it.
        let none = matches!(dimension, Dimension::With | Dimension::Recipient).then_some((0, 1));
        builder = builder.cells(dimension, none.into_iter().chain(cells.iter().copied()).collect());
    }
    for (variable, values) in (0..).zip(&asked.values) {
        builder = builder.values(variable, values.clone());
    }
    if let Some(when) = &asked.when {
        builder = builder.when(when.clone());
    }
    let once = builder.clone().decide();
    let request = builder.build();
    let worlds = worlds(bundle, asked);
    if worlds.is_empty() {
        assert_eq!(once.unwrap_err().kind(), "no-flow");
        assert_eq!(request.unwrap_err().kind(), "no-flow");
        return None;
    }
    let request = request.unwrap();
    at_each_world(bundle, asked, &request, &worlds);
    let mut verdicts = BTreeSet::new();
    let mut deciding = BTreeSet::new();
    let mut defeated = BTreeSet::new();
    for flow in flows(asked) {
        for world in &worlds {
            let at = point(bundle, &flow, world);
            verdicts.insert(at.verdict.name());
            deciding.extend(at.deciding.iter().map(|s| (at.verdict.name(), *s)));
            // Who is defeated where nobody speaks is nobody's question.
            if at.verdict != Verdict::Unstated {
                defeated.extend(at.defeated.iter().flat_map(|(l, by)| by.iter().map(|w| (*l, *w))));
            }
        }
    }
    let verdict = expected(&verdicts);
    let answer = decide(bundle, &request);
    assert_eq!(answer.verdict, verdict);
    assert_eq!(once.unwrap(), answer);
    assert_eq!(answer.undecided, (verdict == Verdict::Undetermined).then_some(Undecided::Mixed));

    let decision = explain(bundle, &request);
    assert_eq!(decision.verdict, verdict);
    assert!(decision.complete);
    let told: BTreeSet<_> = decision.deciding.iter().map(|b| (b.verdict.name(), b.given.statement)).collect();
    assert_eq!(told, deciding);
    let told: BTreeSet<_> = decision
        .defeated
        .iter()
        .flat_map(|d| d.by.iter().map(|by| (d.given.statement, by.statement)))
        .collect();
    assert!(told.is_superset(&defeated));
    let told: BTreeSet<_> = decision.examples.iter().map(|e| e.verdict.name()).collect();
    assert_eq!(told, verdicts);
    for example in &decision.examples {
        assert_eq!(point(bundle, &example.cells.cells, &example.cells.world).verdict, example.verdict);
        assert!(worlds.contains(&example.cells.world));
        assert!(flows(asked).contains(&example.cells.cells));
    }
    Some(verdict)
}

#[test]
fn deciding_agrees_with_the_definition() {
    let mut random = Random(7);
    let mut seen = std::collections::BTreeMap::new();
    for _ in 0..500 {
        let bundle = bundle(&mut random);
        for _ in 0..12 {
            let asked = asked(&mut random);
            if flows(&asked).len() > 400 {
                continue;
            }
            *seen.entry(check(&bundle, &asked).map(Verdict::name)).or_insert(0) += 1;
        }
    }
    // All kinds of answers have been met, or the test would show little.
    for kind in [Verdict::Permitted, Verdict::Prohibited, Verdict::Unstated, Verdict::Undetermined] {
        assert!(seen.get(&Some(kind.name())).is_some_and(|n| *n > 50), "{seen:?}");
    }
    assert!(seen.contains_key(&None), "{seen:?}");
}
