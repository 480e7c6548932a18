//! The contradictions that are planted: one function for each kind.
//!
//! The two sides stand in different places wherever that makes no other finding.

use super::claims::Family;
use super::clauses::legal;
use super::draft::{Draft, Found, Heading, Line};
use super::tree::Id;

/// Plants one; the number keeps what it declares apart from what others do.
pub type Plant = fn(&mut Draft, usize, usize) -> Option<()>;

/// All kinds.
pub const PLANTS: &[Plant] = &[
    void_by_one,
    void_by_data,
    void_by_worlds,
    void_by_three,
    crossing,
    crossing_only,
    exception_by_data,
    exception_by_person,
    exception_by_world,
    duty_and_ban,
    kept_and_erased,
    rights_deadlines,
    duty_deadlines,
    channels,
    unlisted,
    foreign,
    recipient_purpose,
    circle,
];

/// Adds lines, each in a clause and an area of its own.
fn scatter(
    draft: &mut Draft,
    area: usize,
    heading: Heading,
    about: &str,
    lines: Vec<(String, Option<Found>)>,
) {
    for (index, (text, plant)) in lines.into_iter().enumerate() {
        let area = (area + index * 3) % draft.world.areas.len();
        draft.planted(area, heading, about, vec![Line { text, plant }]);
    }
}

/// Adds lines in one clause, since the place of the finding depends on their order.
fn together(
    draft: &mut Draft,
    area: usize,
    heading: Heading,
    about: &str,
    lines: Vec<(String, Option<Found>)>,
) {
    let lines = lines.into_iter().map(|(text, plant)| Line { text, plant }).collect();
    draft.planted(area, heading, about, lines);
}

/// A category, one of its items and a purpose, of which nothing is said yet.
fn category(draft: &mut Draft, area: usize) -> Option<(String, String, String, Vec<Id>)> {
    let (category, purpose) = draft.pair(&[Family::Use], area, true)?;
    let items = draft.world.data.children(category).to_vec();
    let item = draft.data(*items.first()?);
    Some((draft.data(category), item, draft.reason(purpose), items))
}

/// A category and two purposes, of which nothing is said yet.
fn two_purposes(draft: &mut Draft, area: usize) -> Option<(String, String, String, String)> {
    let reasons = draft.world.areas[(area + 1) % draft.world.areas.len()].reasons.clone();
    let categories = draft.world.areas[area].categories.clone();
    let category = *draft.random.pick(&categories);
    let (first, second) = (*draft.random.pick(&reasons), *draft.random.pick(&reasons));
    let (data, purposes) = (&draft.world.data, &draft.world.purposes);
    let free = |p| draft.claims.is_free(Family::Use, (data, category), (purposes, p));
    if first == second || !free(first) || !free(second) {
        return None;
    }
    draft.take(&[Family::Use], category, first);
    draft.take(&[Family::Use], category, second);
    let item = draft.data(*draft.world.data.children(category).first()?);
    Some((draft.data(category), item, draft.reason(first), draft.reason(second)))
}

const VOID: &str = "void-permission";

fn void_by_one(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (category, item, purpose, _) = category(draft, area)?;
    scatter(
        draft,
        area,
        Heading::Uses,
        &item,
        vec![
            (format!("may use {item} for {purpose};"), Some((VOID, "error", "void by one prohibition"))),
            (format!("must not use {category} for {purpose};"), None),
        ],
    );
    Some(())
}

fn void_by_data(draft: &mut Draft, area: usize, number: usize) -> Option<()> {
    let (category, _, purpose, items) = category(draft, area)?;
    let items: Vec<String> = items.iter().map(|item| draft.data(*item)).collect();
    let list = draft.world.names.take(&format!("Known{category}{number}"));
    draft.world.lists.push_str(&format!("data {list} = {};\n", items.join(", ")));
    let kind = "void by two or three prohibitions, each of some of the data";
    let mut lines = vec![(format!("may use {list} for {purpose};"), Some((VOID, "error", kind)))];
    lines.extend(items.iter().map(|item| (format!("must not use {item} for {purpose};"), None)));
    scatter(draft, area, Heading::Uses, &category, lines);
    Some(())
}

fn void_by_worlds(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (category, item, purpose, _) = category(draft, area)?;
    draft.uses("fact region");
    let kind = "void by two prohibitions, each in some circumstances";
    scatter(
        draft,
        area,
        Heading::Uses,
        &item,
        vec![
            (format!("may use {item} for {purpose};"), Some((VOID, "error", kind))),
            (format!("when region is EU, must not use {category} for {purpose};"), None),
            (format!("must not use {category} for {purpose} when region is not EU;"), None),
        ],
    );
    Some(())
}

fn void_by_three(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (category, item, purpose, _) = category(draft, area)?;
    draft.uses("fact consent");
    draft.uses("fact disputed");
    let kind = "void by three prohibitions, by person and by circumstances";
    scatter(
        draft,
        area,
        Heading::Uses,
        &item,
        vec![
            (
                format!("may use {item} of Customer for {purpose} unless disputed;"),
                Some((VOID, "error", kind)),
            ),
            (format!("must not use {category} of Subscriber, BusinessCustomer for {purpose};"), None),
            (
                format!(
                    "must not use {category} of any except Subscriber, BusinessCustomer for {purpose} when consent;"
                ),
                None,
            ),
            (
                format!(
                    "must not use {category} of any except BusinessCustomer for {purpose} unless consent or disputed;"
                ),
                None,
            ),
        ],
    );
    Some(())
}

fn crossing(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (category, item, first, second) = two_purposes(draft, area)?;
    let kind = "more data here, more purposes there";
    scatter(
        draft,
        area,
        Heading::Uses,
        &category,
        vec![
            (format!("may use {category} for {first};"), None),
            (format!("must not use {item} for {first}, {second};"), Some(("crossing", "error", kind))),
        ],
    );
    Some(())
}

fn crossing_only(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (category, item, first, second) = two_purposes(draft, area)?;
    draft.uses("Europe");
    let kind = "what `only` prohibits meets a permission";
    scatter(
        draft,
        area,
        Heading::Uses,
        &category,
        vec![
            (
                format!("may use {item} for {first}, {second} only in Europe;"),
                Some(("crossing", "error", kind)),
            ),
            (format!("may use {category} for {first};"), None),
        ],
    );
    Some(())
}

fn exception_by_data(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (category, item, first, second) = two_purposes(draft, area)?;
    let kind = "less data and fewer purposes";
    scatter(
        draft,
        area,
        Heading::Uses,
        &category,
        vec![
            (format!("may use {category} for {first}, {second};"), None),
            (format!("must not use {item} for {first};"), Some(("carve-out", "warning", kind))),
        ],
    );
    Some(())
}

fn exception_by_person(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (_, item, purpose, _) = category(draft, area)?;
    scatter(
        draft,
        area,
        Heading::Uses,
        &item,
        vec![
            (format!("may use {item} for {purpose};"), None),
            (
                format!("must not use {item} of Child for {purpose};"),
                Some(("carve-out", "warning", "an exception by person")),
            ),
        ],
    );
    Some(())
}

fn exception_by_world(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (_, item, purpose, _) = category(draft, area)?;
    draft.uses("fact disputed");
    let found = Some(("carve-out", "warning", "an exception by circumstances"));
    scatter(
        draft,
        area,
        Heading::Uses,
        &item,
        vec![
            (format!("may use {item} for {purpose};"), None),
            (format!("must not use {item} for {purpose} when disputed;"), found),
        ],
    );
    Some(())
}

fn duty_and_ban(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (data, legal) = legal(draft, Family::Share, area)?;
    let label = draft.world.areas[area].label.clone();
    draft.uses("Authority");
    let must = format!(
        "must disclose {data} to Authority for {legal}, notwithstanding {label}-limit, {label}-erasure;"
    );
    let found = Some(("dilemma", "error", "what must be done must not be done"));
    draft.planted(area, Heading::Sharing, &data, vec![Line { text: must, plant: found }]);
    draft.clause(
        area,
        Heading::Sharing,
        &data,
        vec![format!("must not share {data} to Authority for {legal};")],
    );
    Some(())
}

fn kept_and_erased(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    // for no other purpose may it be kept either
    let (data, legal) = (*draft.random.pick(&draft.world.areas[area].terms), draft.world.legal);
    let (all, purposes) = (&draft.world.data, &draft.world.purposes);
    let free = legal.iter().all(|p| draft.claims.is_free(Family::Retain, (all, data), (purposes, *p)));
    if !free || !legal.iter().all(|p| draft.take(&[Family::Retain], data, *p)) {
        return None;
    }
    let (data, legal) = (draft.data(data), draft.reason(legal[0]));
    let (label, event) = (draft.world.areas[area].label.clone(), draft.world.areas[area].event.clone());
    let text = format!(
        "must retain {data} for {legal} for at least 5 years after {event}, notwithstanding {label}-erasure, {label}-forgetting;"
    );
    let plant = Some(("dilemma", "error", "a minimum that is longer than a limit"));
    let neither = ("dilemma", "error", "what may be neither kept nor erased");
    draft.mark(area, Heading::Deletion, 1, neither);
    draft.planted(area, Heading::Rights, &data, vec![Line { text, plant }]);
    Some(())
}

/// Data over which no right is granted yet that others could conflict with.
fn rights(draft: &mut Draft, area: usize) -> Option<String> {
    let data = *draft.random.pick(&draft.world.areas[area].terms);
    let fixed = draft.world.security;
    draft.take(&[Family::Right], data, fixed).then(|| draft.data(data))
}

fn rights_deadlines(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let data = rights(draft, area)?;
    let found = Some(("conflicting-deadlines", "error", "two rights with different limits"));
    together(
        draft,
        area,
        Heading::Rights,
        &data,
        vec![
            (
                format!(
                    "Customer has right of rectification over {data} within 30 days through \"the help desk\";"
                ),
                None,
            ),
            (
                format!(
                    "Person has right of rectification over {data} within 45 days through \"the help desk\";"
                ),
                found,
            ),
        ],
    );
    Some(())
}

fn duty_deadlines(draft: &mut Draft, area: usize, number: usize) -> Option<()> {
    draft.uses("duty notify(recipient)");
    draft.uses(&format!("event Incident{number}"));
    let found = Some(("conflicting-deadlines", "error", "two duties with different limits"));
    together(
        draft,
        area,
        Heading::Rights,
        "incidents",
        vec![
            (format!("on Incident{number} must notify Person within 72 hours;"), None),
            (format!("on Incident{number} must notify Customer within 30 days;"), found),
        ],
    );
    Some(())
}

fn channels(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let data = rights(draft, area)?;
    let found = Some(("conflicting-channels", "error", "two ways, one of which is the only one"));
    together(
        draft,
        area,
        Heading::Rights,
        &data,
        vec![
            (
                format!("Customer has right of portability over {data} only through \"the download page\";"),
                None,
            ),
            (format!("Customer has right of portability over {data} through \"the help desk\";"), found),
        ],
    );
    Some(())
}

fn unlisted(draft: &mut Draft, area: usize, number: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Share], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    draft.uses(&format!("party parties Reseller{number}"));
    let text = format!("may share {data} to Reseller{number} for {purpose};");
    let plant = Some(("unlisted-third-party", "error", "a class without a member"));
    draft.planted(area, Heading::Sharing, &data, vec![Line { text, plant }]);
    Some(())
}

fn foreign(draft: &mut Draft, area: usize, number: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Use], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    draft.uses(&format!("party party Foreign{number}"));
    let text = format!("Foreign{number} must not use {data} for {purpose};");
    let plant = Some(("foreign-commitment", "error", "a promise in somebody else's name"));
    draft.planted(area, Heading::Uses, &data, vec![Line { text, plant }]);
    Some(())
}

fn recipient_purpose(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    if !draft.speaks_of_the_company() {
        return None; // of whose purposes one is needed
    }
    let (data, first) = draft.pair(&[Family::Share], area, false)?;
    let fixed = draft.world.security;
    let second = *draft.random.pick(draft.world.purposes.children(draft.world.analytics));
    if !draft.claims.is_free(Family::Share, (&draft.world.data, data), (&draft.world.purposes, second))
        || !draft.take(&[Family::Special], data, fixed)
    {
        return None;
    }
    draft.take(&[Family::Share], data, second);
    let to = draft.world.areas[area].specialist.clone();
    draft.uses(&to);
    let (data, first, second) = (draft.data(data), draft.reason(first), draft.reason(second));
    let plain = |text: String| Line { text, plant: None };
    let plant = Some(("recipient-purpose", "error", "given for what it may not be used for"));
    draft.planted(
        area,
        Heading::Sharing,
        &data,
        vec![
            Line { text: format!("may share {data} to {to} for {first}, {second};"), plant },
            plain(format!("{to} may use {data} only for {first};")),
        ],
    );
    Some(())
}

fn circle(draft: &mut Draft, area: usize, _: usize) -> Option<()> {
    let (_, item, purpose, _) = category(draft, area)?;
    let (yes, no) = (draft.label("allowed"), draft.label("forbidden"));
    let plain = |text: String| Line { text, plant: None };
    let plant = Some(("cyclic-precedence", "error", "each prevails over the other"));
    draft.planted(
        area,
        Heading::Uses,
        &item,
        vec![
            plain(format!("{yes}: may use {item} for {purpose}, notwithstanding {no};")),
            Line { text: format!("{no}: must not use {item} for {purpose}, notwithstanding {yes};"), plant },
        ],
    );
    Some(())
}

/// Keeps data of the area for longer than its limit, which is where it is found.
pub fn outliving(draft: &mut Draft, area: usize) {
    let (data, purpose) = draft.pair(&[Family::Retain], area, false).expect("little is said yet");
    let (data, purpose, event) =
        (draft.data(data), draft.reason(purpose), draft.world.areas[area].event.clone());
    let days = draft.world.areas[area].days + 30;
    let text = format!("may retain {data} for {purpose} until {days} days after {event};");
    draft.clause(area, Heading::Retention, &data, vec![text]);
    draft.mark(
        area,
        Heading::Deletion,
        0,
        ("crossing", "error", "a permission to keep that outlives a deadline"),
    );
}
