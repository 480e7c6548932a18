//! One concrete flow in words: "Clari shares IpAddress (identified) of User to Mixpanel for UsageAnalytics".

use crate::check::conflict;
use crate::check::contradictions::Pair;
use crate::diagnostic::Witness;
use crate::flow::boxes::{Flow, FlowBox};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{Dimension, NONE, PerDimension};
use crate::flow::search::Answer;
use crate::flow::world::{Variable, World};
use crate::policy::analysis::{Analysis, Said};
use crate::policy::rules::Effect;
use crate::vocabulary::Graph;
use std::collections::BTreeSet;

/// The verbs by the cells of actions.
const VERBS: [&str; 17] = [
    "does nothing with",
    "collects",
    "uses",
    "combines",
    "profiles",
    "derives from",
    "aggregates",
    "anonymizes",
    "pseudonymizes",
    "shares",
    "discloses",
    "transfers",
    "sells",
    "rents",
    "publishes",
    "retains",
    "erases",
];

/// The forms by their cells.
const FORMS: [&str; 5] = ["none", "identified", "pseudonymous", "aggregated", "anonymized"];

/// The seconds of a day.
const DAY: i64 = 86_400;

/// A flow with its words, and with what the algebra says of it: the evaluator that services use must
/// say the same.
pub fn describe(analysis: &Analysis<'_>, flow: &Flow) -> Witness {
    let (verdict, matter) = verdict(analysis, flow);
    Witness {
        words: words(analysis, flow, &matter),
        cells: flow.cells.0.to_vec(),
        world: flow.world.clone(),
        verdict,
    }
}

/// A flow at which a permission and a prohibition both stand.
pub fn meeting(analysis: &Analysis<'_>, pair: Pair) -> Option<Witness> {
    match conflict::meeting(analysis, pair.permission, pair.prohibition) {
        Answer::Found(flow, _) => Some(describe(analysis, &flow)),
        Answer::None | Answer::Undecided => None,
    }
}

/// What the policy says of a flow, and the variables on which what speaks of it depends.
pub fn verdict(analysis: &Analysis<'_>, flow: &Flow) -> Said {
    if let Some(known) = analysis.verdicts.borrow().get(flow) {
        return known.clone();
    }
    let said = said(analysis, flow);
    analysis.verdicts.borrow_mut().insert(flow.clone(), said.clone());
    said
}

fn said(analysis: &Analysis<'_>, flow: &Flow) -> Said {
    let point = FlowBox { cells: PerDimension(flow.cells.0.map(CellSet::one)), world: World::ALL };
    let speaking = analysis.spoken(&point);
    let holds =
        |effect| analysis.space.worlds.contains(analysis.standing(effect, &speaking, None), &flow.world);
    let verdict = if holds(Effect::Prohibit) {
        "prohibited"
    } else if holds(Effect::Permit) {
        "permitted"
    } else {
        "unstated"
    };
    // Only what stands here and now: what is defeated, or what another fact would bring in, does not
    // matter.
    let conditional = speaking.iter().filter(|(_, world)| *world != World::ALL);
    let standing = conditional
        .filter(|(rule, _)| analysis.space.worlds.contains(analysis.stands(*rule, &speaking), &flow.world));
    (verdict, standing.flat_map(|(_, w)| analysis.space.worlds.support(*w)).collect())
}

/// A flow in words. Dimensions in which the cell is the part that no term covers are left out, where
/// the sentence can do without them.
fn words(analysis: &Analysis<'_>, flow: &Flow, matter: &BTreeSet<u32>) -> String {
    let vocabulary = &analysis.policy.vocabulary;
    let cell = |d: Dimension| *flow.cells.get(d);
    let name = |graph: Graph, d: Dimension| vocabulary.cell_name(graph, cell(d));
    let word = |words: &[&'static str], d: Dimension| words.get(cell(d) as usize).copied().unwrap_or("?");
    let mut out = format!(
        "{} {} {}",
        name(Graph::Party, Dimension::Actor),
        word(&VERBS, Dimension::Action),
        name(Graph::Data, Dimension::Data)
    );
    if cell(Dimension::With) != NONE {
        out += &format!(" with {}", name(Graph::Data, Dimension::With));
    }
    out += &format!(" ({})", word(&FORMS, Dimension::Form));
    let phrases = [
        ("of", Graph::Party, Dimension::Subject),
        ("from", Graph::Party, Dimension::Source),
        ("to", Graph::Party, Dimension::Recipient),
        ("for", Graph::Purpose, Dimension::Purpose),
        ("in", Graph::Place, Dimension::Place),
    ];
    for (preposition, graph, d) in phrases {
        let at = cell(d);
        let bare = at == vocabulary.other_any(graph) && d != Dimension::Recipient;
        if at != NONE && !bare {
            out += &format!(" {preposition} {}", name(graph, d));
        }
    }
    let worlds = world_words(analysis, &flow.world, matter);
    if worlds.is_empty() { out } else { format!("{out}; {}", worlds.join(", ")) }
}

/// A world of a set in words; none where nothing is to be said of it.
pub fn circumstances(analysis: &Analysis<'_>, world: World) -> Option<String> {
    let matter = analysis.space.worlds.support(world).into_iter().collect();
    let words = world_words(analysis, &analysis.space.example(world)?, &matter);
    (!words.is_empty()).then(|| words.join(", "))
}

/// What is to be said of a world: the facts and clocks that matter, and those that are not as usual.
fn world_words(analysis: &Analysis<'_>, world: &[u32], matter: &BTreeSet<u32>) -> Vec<String> {
    let mut out = Vec::new();
    for (i, (variable, value)) in analysis.space.worlds.variables().iter().zip(world).enumerate() {
        if analysis.space.usual.get(i) == Some(value) && !matter.contains(&(i as u32)) {
            continue;
        }
        match variable {
            Variable::Fact(fact, _) => {
                let Some(fact) = analysis.policy.facts.get(*fact as usize) else { continue };
                out.push(match (fact.boolean, *value) {
                    (true, 0) => format!("not {}", fact.name),
                    (true, _) => fact.name.clone(),
                    (false, v) => {
                        format!(
                            "{} is {}",
                            fact.name,
                            fact.values.get(v as usize).map_or("?", String::as_str)
                        )
                    }
                });
            }
            Variable::Clock(event, clock) => {
                let Some(event) = analysis.policy.events.get(*event as usize) else { continue };
                let Some(state) = value.checked_sub(1).and_then(|v| clock.states.get(v as usize)) else {
                    out.push(format!("before {}", event.name));
                    continue;
                };
                out.push(if clock.thresholds.is_empty() {
                    format!("after {}", event.name)
                } else {
                    format!("{} after {}", elapsed(state.elapsed), event.name)
                });
            }
        }
    }
    out
}

/// A time elapsed in words: days, and what is left in the largest unit that is exact.
fn elapsed(seconds: i64) -> String {
    let (days, rest) = (seconds / DAY, seconds % DAY);
    let (count, unit) = match rest {
        0 => (days, "day"),
        s if s % 3600 == 0 => (s / 3600, "hour"),
        s if s % 60 == 0 => (s / 60, "minute"),
        s => (s, "second"),
    };
    let one = |count: i64, unit: &str| format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
    if rest == 0 || days == 0 {
        one(count, unit)
    } else {
        format!("{} and {}", one(days, "day"), one(count, unit))
    }
}
