//! The clauses that a policy is mostly made of: one function for each pattern of drafting.
//!
//! Each claims data and purposes that nothing else speaks of; where it both permits and prohibits,
//! the two are kept apart by persons, by circumstances or by precedence.

use super::claims::Family;
use super::draft::{Draft, Heading};
use super::world::{ADULTS, PLACES};

type Pattern = fn(&mut Draft, usize) -> Option<()>;

/// The patterns, each with how often it occurs in a hundred and twelve.
const PATTERNS: &[(usize, Pattern)] = &[
    (34, using),
    (6, collecting),
    (16, sharing),
    (8, keeping),
    (5, specialist),
    (5, prohibited),
    (5, exceptions),
    (3, sharing_exceptions),
    (6, only),
    (4, regions),
    (4, children),
    (4, opting_out),
    (2, requirement),
    (2, disclosure),
    (2, minimum),
    (3, processing),
    (2, sale),
    (1, advertising),
];

/// Adds a clause of some pattern to some area.
pub fn any(draft: &mut Draft) {
    let area = draft.random.below(draft.world.areas.len());
    let mut pick = draft.random.below(PATTERNS.iter().map(|(weight, _)| weight).sum());
    for (weight, pattern) in PATTERNS {
        if pick < *weight {
            // where the area has no room left for it, the next turn tries another
            let _ = pattern(draft, area);
            return;
        }
        pick -= weight;
    }
}

/// A statement that is always possible: one piece of data for one purpose.
pub fn using(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Use], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let (of, place, when) = (people(draft), place(draft), circumstances(draft));
    let basis = ["", "", "", " on basis contract", " on basis legitimate-interests"];
    let basis = *draft.random.pick(&basis);
    let text = format!("may use {data}{of} for {purpose}{place}{when}{basis};");
    draft.clause(area, Heading::Uses, &data, vec![text]);
    Some(())
}

fn collecting(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Collect, Family::Use], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let (of, when) = (people(draft), circumstances(draft));
    let from = *draft.random.pick(&["", " from the subject", " from Website"]);
    if from.ends_with("Website") {
        draft.uses("channel Website \"www.company.example\"");
    }
    let text = format!("may collect, use {data}{of}{from} for {purpose}{when};");
    draft.clause(area, Heading::Collection, &data, vec![text]);
    Some(())
}

fn sharing(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Share], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let (of, place, when) = (people(draft), place(draft), circumstances(draft));
    let to = recipient(draft, area);
    let verb = *draft.random.pick(&["share", "share", "transfer", "disclose"]);
    let text = format!("may {verb} {data}{of} to {to} for {purpose}{place}{when};");
    draft.clause(area, Heading::Sharing, &data, vec![text]);
    Some(())
}

fn keeping(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Retain], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let days = draft.random.between(1, draft.world.areas[area].days / 10) * 10;
    let event = &draft.world.areas[area].event;
    let how = *draft.random.pick(&["until", "until", "for at most"]);
    let text = format!("may retain {data} for {purpose} {how} {days} days after {event};");
    draft.clause(area, Heading::Retention, &data, vec![text]);
    Some(())
}

/// A company that may use what it is given for one purpose alone.
fn specialist(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Share], area, false)?;
    let security = draft.world.security;
    if !draft.take(&[Family::Special], data, security) {
        return None; // it has been told already what it may use this for
    }
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let to = draft.world.areas[area].specialist.clone();
    draft.uses(&to);
    draft.clause(
        area,
        Heading::Sharing,
        &data,
        vec![
            format!("may share {data} to {to} for {purpose};"),
            format!("{to} may use {data} only for {purpose};"),
        ],
    );
    Some(())
}

fn prohibited(draft: &mut Draft, area: usize) -> Option<()> {
    let wide = draft.random.percent(50);
    let (data, purpose) = draft.pair(&[Family::Use], area, wide)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    // a prohibition with an exception would ask for a permission
    let when = if draft.random.percent(15) { " when disputed" } else { "" };
    if !when.is_empty() {
        draft.uses("fact disputed");
    }
    let of = people(draft);
    draft.clause(area, Heading::Uses, &data, vec![format!("must not use {data}{of} for {purpose}{when};")]);
    Some(())
}

/// A prohibition, and exceptions that are written as such.
fn exceptions(draft: &mut Draft, area: usize) -> Option<()> {
    let (category, purpose) = draft.pair(&[Family::Use], area, true)?;
    let (rule, items) = (draft.label("restricted"), draft.world.data.children(category).to_vec());
    let (category, purpose) = (draft.data(category), draft.reason(purpose));
    let mut lines = vec![format!("{rule}: must not use {category} for {purpose};")];
    for item in items.iter().take(draft.random.between(1, 3)) {
        let (of, when) = (people(draft), circumstances(draft));
        lines.push(format!("may use {}{of} for {purpose}{when}, notwithstanding {rule};", draft.data(*item)));
    }
    draft.clause(area, Heading::Uses, &category, lines);
    Some(())
}

fn sharing_exceptions(draft: &mut Draft, area: usize) -> Option<()> {
    let (category, purpose) = draft.pair(&[Family::Share], area, true)?;
    let (rule, items) = (draft.label("confidential"), draft.world.data.children(category).to_vec());
    let (category, purpose) = (draft.data(category), draft.reason(purpose));
    let mut lines = vec![format!("{rule}: must not share {category} to any for {purpose};")];
    for item in items.iter().take(draft.random.between(1, 2)) {
        let (to, when) = (recipient(draft, area), circumstances(draft));
        lines.push(format!(
            "may share {} to {to} for {purpose}{when}, notwithstanding {rule};",
            draft.data(*item)
        ));
    }
    draft.clause(area, Heading::Sharing, &category, lines);
    Some(())
}

fn only(draft: &mut Draft, area: usize) -> Option<()> {
    let share = draft.random.percent(40);
    let (family, heading) =
        if share { (Family::Share, Heading::Sharing) } else { (Family::Use, Heading::Uses) };
    let (data, purpose) = draft.pair(&[family], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let text = if share {
        let to = recipient(draft, area);
        format!("may share {data} only to {to} for {purpose};")
    } else {
        let limits = [
            ("of Customer", ""),
            ("as pseudonymous", ""),
            ("in Europe", "Europe"),
            ("when consent", "fact consent"),
        ];
        let (limit, name) = *draft.random.pick(&limits);
        draft.uses(name);
        format!("may use {data} for {purpose} only {limit};")
    };
    draft.clause(area, heading, &data, vec![text]);
    Some(())
}

/// Prohibited in one region, and permitted in the others.
fn regions(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Use], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    draft.uses("fact region");
    draft.clause(
        area,
        Heading::Uses,
        &data,
        vec![
            format!("when region is EU, must not use {data} for {purpose};"),
            format!("may use {data} for {purpose} when region is (California, Elsewhere);"),
        ],
    );
    Some(())
}

/// Prohibited for children, and permitted for others.
fn children(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Use], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let adult = *draft.random.pick(ADULTS);
    draft.clause(
        area,
        Heading::Uses,
        &data,
        vec![
            format!("must not use {data} of Child for {purpose};"),
            format!("may use {data} of {adult} for {purpose};"),
        ],
    );
    Some(())
}

fn opting_out(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Use], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let fact = format!("opted_out_of_{}", draft.world.areas[area].label.replace('-', "_"));
    draft.uses(&format!("fact {fact}"));
    draft.clause(area, Heading::Rights, &data, vec![
        format!("may use {data} for {purpose} unless {fact};"),
        format!("Customer has right of opt-out over {data} for {purpose} through \"account settings\", sets {fact};"),
    ]);
    Some(())
}

/// A standing requirement, which narrows what is permitted elsewhere.
fn requirement(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Require], area, true)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    let (region, _) = draft.random.pick(PLACES);
    draft.uses(region);
    draft.uses("fact consent");
    let text = format!("use, share {data} in {region} for {purpose} requires consent;");
    draft.clause(area, Heading::Uses, &data, vec![text]);
    Some(())
}

/// What authorities may ask for, in spite of deadlines.
fn disclosure(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, legal) = legal(draft, Family::Share, area)?;
    let label = draft.world.areas[area].label.clone();
    draft.uses("Authority");
    draft.uses("fact legally_required");
    let text = format!(
        "must disclose {data} to Authority for {legal} when legally_required, notwithstanding {label}-limit, {label}-erasure;"
    );
    draft.clause(area, Heading::Sharing, &data, vec![text]);
    Some(())
}

/// What must be kept, in spite of deadlines and rights.
fn minimum(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, legal) = legal(draft, Family::Retain, area)?;
    let years = draft.random.between(2, 10);
    let (label, event) = (draft.world.areas[area].label.clone(), draft.world.areas[area].event.clone());
    let text = format!(
        "must retain {data} for {legal} for at least {years} years after {event}, \
         notwithstanding {label}-limit, {label}-erasure, {label}-forgetting;"
    );
    draft.clause(area, Heading::Rights, &data, vec![text]);
    Some(())
}

/// A piece of data and a legal duty that nothing speaks of yet.
pub fn legal(draft: &mut Draft, family: Family, area: usize) -> Option<(String, String)> {
    let data = *draft.random.pick(&draft.world.areas[area].terms);
    let purpose = *draft.random.pick(&draft.world.legal);
    let taken = draft.take(&[family], data, purpose);
    taken.then(|| (draft.data(data), draft.reason(purpose)))
}

fn processing(draft: &mut Draft, area: usize) -> Option<()> {
    let (data, purpose) = draft.pair(&[Family::Use], area, false)?;
    let other = *draft.random.pick(&draft.world.areas[area].terms);
    let combined = draft.random.percent(40) && draft.take(&[Family::Use], other, purpose);
    let (data, other, purpose) = (draft.data(data), draft.data(other), draft.reason(purpose));
    let text = if combined {
        format!("may combine {data} with {other} for {purpose};")
    } else {
        let verbs = ["aggregate, anonymize", "pseudonymize", "derive", "profile"];
        format!("may {} {data} for {purpose};", draft.random.pick(&verbs))
    };
    draft.clause(area, Heading::Uses, &data, vec![text]);
    Some(())
}

/// An exception to the promise that nothing is sold.
fn sale(draft: &mut Draft, area: usize) -> Option<()> {
    if !draft.speaks_of_the_company() {
        return None; // there is no such promise in a policy this small
    }
    let (data, purpose) = draft.pair(&[Family::Share], area, false)?;
    let (data, purpose) = (draft.data(data), draft.reason(purpose));
    draft.uses("Acquirer");
    draft.uses("fact business_transfer");
    let text = format!(
        "may sell, transfer {data} to Acquirer for {purpose} when business_transfer, notwithstanding no-sale;"
    );
    draft.clause(area, Heading::Sharing, &data, vec![text]);
    Some(())
}

/// Advertising to adults, outside the region where there is none.
fn advertising(draft: &mut Draft, area: usize) -> Option<()> {
    if !draft.speaks_of_the_company() {
        return None;
    }
    let data = *draft.random.pick(&draft.world.areas[area].terms);
    let groups: Vec<usize> = (0..draft.world.purposes.len())
        .filter(|p| {
            matches!(
                draft.world.purposes.name(*p),
                "EmailMarketing" | "PostalMarketing" | "CrossContextAdvertising"
            )
        })
        .collect();
    let purpose = *draft.random.pick(&groups);
    if !draft.take(&[Family::Use], data, purpose) {
        return None;
    }
    let (data, purpose, adult) = (draft.data(data), draft.reason(purpose), *draft.random.pick(ADULTS));
    let text = format!("may use {data} of {adult} for {purpose} when region is (California, Elsewhere);");
    draft.clause(area, Heading::Uses, &data, vec![text]);
    Some(())
}

/// Whom it is about, in some statements.
fn people(draft: &mut Draft) -> String {
    if !draft.random.percent(35) {
        return String::new();
    }
    format!(" of {}", draft.random.pick(ADULTS))
}

/// Where it happens, in some statements.
fn place(draft: &mut Draft) -> String {
    if !draft.random.percent(20) {
        return String::new();
    }
    let (region, countries) = *draft.random.pick(PLACES);
    let place = if draft.random.percent(50) { region } else { *draft.random.pick(countries) };
    draft.uses(region);
    draft.uses(place);
    format!(" in {place}")
}

/// When it holds, in some statements. None of these ever makes a statement impossible or a
/// requirement unmet.
fn circumstances(draft: &mut Draft) -> String {
    let months = draft.random.between(2, 24);
    let (text, name) = match draft.random.below(24) {
        0 | 1 => (" when consent".to_owned(), "fact consent"),
        2 => (" when plan is (Basic, Premium)".to_owned(), "fact plan"),
        3 => (" when contract_signed and not disputed".to_owned(), "fact contract_signed"),
        4 => (" while account_active".to_owned(), ""),
        5 => (format!(" until {months} months after AccountClosed"), ""),
        6 => (" unless disputed".to_owned(), "fact disputed"),
        7 => (" when (consent or contract_signed) and region is not EU".to_owned(), "fact consent"),
        _ => return String::new(),
    };
    if text.contains("disputed") {
        draft.uses("fact disputed");
    }
    if text.contains("contract_signed") {
        draft.uses("fact contract_signed");
    }
    if text.contains("region") {
        draft.uses("fact region");
    }
    if !name.is_empty() {
        draft.uses(name);
    }
    text
}

/// A company that helps in the area, or all of them.
fn recipient(draft: &mut Draft, area: usize) -> String {
    let area = &draft.world.areas[area];
    if draft.random.percent(25) { area.provider.clone() } else { draft.random.pick(&area.vendors).clone() }
}
