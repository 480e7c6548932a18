//! A small policy, made by hand: what the compiler would make of a few clauses.

use caveat::bundle::format::*;
use caveat::bundle::{Bundle, Extra, LoadError, envelope};

pub fn file(content: &Content) -> Vec<u8> {
    envelope::write(&serde_json::to_vec(content).unwrap())
}

pub fn load(content: &Content) -> Result<Bundle, LoadError> {
    Bundle::load(&file(content))
}

pub fn term(name: &str, own: u32, cells: (u32, u32)) -> Term {
    Term { name: name.into(), own: Some(own), cells: vec![cells], ..Term::default() }
}

/// Data: Information { Tracking { IpAddress, CookieId }, Crm }. Parties: Clari, Mixpanel, User, and
/// the channel Site. Purposes: Analytics, Marketing. Places: EU.
pub fn vocabulary() -> Vocabulary {
    let data = Graph {
        terms: vec![
            term("Information", 1, (1, 6)),
            term("Tracking", 2, (2, 5)),
            term("IpAddress", 3, (3, 4)),
            term("CookieId", 4, (4, 5)),
            term("Crm", 5, (5, 6)),
        ],
        any: vec![(1, 7)],
        other_any: 6,
        ..Graph::default()
    };
    let parties = Graph {
        terms: vec![
            term("Clari", 1, (1, 2)),
            term("Mixpanel", 2, (2, 3)),
            term("User", 3, (3, 4)),
            term("Site", 6, (6, 7)),
        ],
        any: vec![(1, 6)],
        other_any: 4,
        subject: Some(5),
        channels: vec![(6, 7)],
        ..Graph::default()
    };
    let purposes = Graph {
        terms: vec![term("Analytics", 1, (1, 2)), term("Marketing", 2, (2, 3))],
        any: vec![(1, 4)],
        other_any: 3,
        ..Graph::default()
    };
    let places =
        Graph { terms: vec![term("EU", 1, (1, 2))], any: vec![(1, 3)], other_any: 2, ..Graph::default() };
    Vocabulary { data, parties, purposes, places }
}

/// opted_out (false by default), region (EU, US), and the clock of Deletion with 1 month and 45 days.
pub fn variables() -> Vec<Variable> {
    let state = |a, b, minutes| ClockState { compare: vec![a, b], example: ("2017-01-31".into(), minutes) };
    vec![
        Variable::Fact {
            name: "opted_out".into(),
            values: vec!["false".into(), "true".into()],
            default: Some(0),
            description: None,
            same_as: Vec::new(),
            extra: Extra::default(),
        },
        Variable::Fact {
            name: "region".into(),
            values: vec!["EU".into(), "US".into()],
            default: None,
            description: None,
            same_as: Vec::new(),
            extra: Extra::default(),
        },
        Variable::Clock {
            event: "Deletion".into(),
            thresholds: vec![Length { months: 1, minutes: 0 }, Length { months: 0, minutes: 45 * 1440 }],
            states: vec![
                state(-1, -1, 0),
                state(0, -1, 28 * 1440),
                state(1, -1, 40 * 1440),
                state(1, 0, 45 * 1440),
                state(1, 1, 50 * 1440),
            ],
            description: None,
            extra: Extra::default(),
        },
    ]
}

/// The one verb of duties.
pub fn verbs() -> Vec<Verb> {
    vec![Verb { name: "Notify".into(), ..Verb::default() }]
}

/// Sets by what they hold, for boxes: actor, action, data, with, form, subject, source, recipient,
/// purpose, place.
pub fn flow_box(sets: &mut Vec<Ranges>, of: [Ranges; 10], when: Option<u32>) -> FlowBox {
    let numbers = of.map(|set| match sets.iter().position(|s| *s == set) {
        Some(at) => at as u32,
        None => {
            sets.push(set);
            sets.len() as u32 - 1
        }
    });
    FlowBox::new(numbers, when)
}

/// 0 `may share Tracking to Mixpanel for Analytics with duty Notify`
/// 1 `must not share Tracking to any when opted_out`
/// 2 `may use Information when region is US`
/// 3 `must not use Information after 1 month after Deletion`, over which 4 prevails
/// 4 `may use Crm`
pub fn content() -> Content {
    let mut sets = Vec::new();
    let mut statements = Vec::new();
    let none = || vec![(0, 1)];
    let mut add = |label: &str, effect, (action, data, with), recipient, purpose, when| {
        let of = [
            vec![(1, 2)],
            action,
            data,
            with,
            vec![(1, 3)],
            vec![(1, 5)],
            vec![(1, 7)],
            recipient,
            purpose,
            vec![(1, 3)],
        ];
        let boxes = vec![flow_box(&mut sets, of, when)];
        statements.push(Statement {
            label: label.into(),
            text: format!("{label};"),
            place: "clari.caveat:1".into(),
            rules: vec![Rule { effect, boxes }],
            ..Statement::default()
        });
    };
    let (mixpanel, anybody) = (vec![(2, 3)], vec![(1, 6)]);
    let (analytics, anything) = (vec![(1, 2)], vec![(1, 4)]);
    let share = |verbs| (vec![verbs], vec![(2, 5)], none());
    add("vendors", Effect::Permit, share((9, 12)), mixpanel, analytics, None);
    add("opt-out", Effect::Prohibit, share((9, 15)), anybody, anything.clone(), Some(0));
    let plain = || vec![(2, 3), (4, 9)];
    add("us", Effect::Permit, (plain(), vec![(1, 6)], none()), none(), anything.clone(), Some(1));
    add("deleted", Effect::Prohibit, (plain(), vec![(1, 6)], none()), none(), anything.clone(), Some(2));
    add("crm", Effect::Permit, (plain(), vec![(5, 6)], none()), none(), anything, None);
    statements[0].duties = vec!["Notify".into()];
    Content {
        policy: Policy { name: "clari".into(), issuer: vec!["Clari".into()], ..Policy::default() },
        vocabulary: vocabulary(),
        variables: variables(),
        verbs: verbs(),
        sets,
        conditions: vec![
            Condition::In(0, vec![(1, 2)]),
            Condition::In(1, vec![(1, 2)]),
            Condition::In(2, vec![(3, 6)]),
        ],
        statements,
        precedence: vec![(4, 3)],
        ..Content::default()
    }
}
