//! Checks what a bundle says in texts: dates, digests, names, and numbers that have a form of their
//! own. What numbers refer to is `validate`'s part.

use super::date;
use super::error::LoadError;
use super::format::{Content, Graph, Length, MAX_MONTHS, MAX_NUMBER, Release, Variable};
use super::repeated::repeated;
use std::collections::HashSet;

type Checked = Result<(), LoadError>;

/// Checks all that does not stand in statements.
pub(super) fn all_but_statements(content: &Content) -> Checked {
    let policy = &content.policy;
    optional_date(policy.revised.as_deref(), || "policy.revised".to_owned())?;
    for (i, source) in policy.sources.iter().enumerate() {
        sha256(Some(&source.sha256), || format!("policy.sources[{i}].sha256"))?;
    }
    sha256(content.lock.as_deref(), || "lock".to_owned())?;
    content.release.as_ref().map_or(Ok(()), release)?;
    for (i, acceptance) in content.acceptances.iter().enumerate() {
        optional_date(Some(&acceptance.until), || format!("acceptances[{i}].until"))?;
    }
    for (i, right) in content.rights.iter().enumerate() {
        right.within.map_or(Ok(()), |within| length(within, || format!("rights[{i}].within")))?;
    }
    let vocabulary = &content.vocabulary;
    terms(&vocabulary.data, "data")?;
    terms(&vocabulary.parties, "parties")?;
    terms(&vocabulary.purposes, "purposes")?;
    terms(&vocabulary.places, "places")?;
    content.variables.iter().enumerate().try_for_each(|(i, v)| variable(v, || format!("variables[{i}]")))?;
    verbs(content)
}

fn release(release: &Release) -> Checked {
    optional_date(release.not_before.as_deref(), || "release.not-before".to_owned())?;
    optional_date(release.not_after.as_deref(), || "release.not-after".to_owned())?;
    if release.revision.is_some_and(|revision| revision > MAX_NUMBER) {
        return malformed(|| "release.revision".to_owned(), "is larger than 2^53 - 1");
    }
    match (&release.not_before, &release.not_after) {
        // Dates in this form are in order as texts.
        (Some(first), Some(last)) if first > last => {
            malformed(|| "release.not-after".to_owned(), "lies before `not-before`")
        }
        _ => Ok(()),
    }
}

fn terms(graph: &Graph, name: &str) -> Checked {
    for (i, term) in graph.terms.iter().enumerate() {
        let reserved =
            matches!(term.name.as_str(), "" | "any" | "the subject") || term.name.starts_with("other ");
        if reserved {
            let place = || format!("vocabulary.{name}.terms[{i}].name");
            return malformed(place, "is a name that means something else");
        }
        let of_party = term.kind.is_some() || term.bound_by.is_some() || term.open_because.is_some();
        if of_party && name != "parties" {
            let place = || format!("vocabulary.{name}.terms[{i}]");
            return malformed(place, "says what only a party has");
        }
    }
    Ok(())
}

fn variable(variable: &Variable, place: impl Fn() -> String) -> Checked {
    match variable {
        Variable::Fact { values, .. } => match repeated(values, String::as_str) {
            Some(at) => malformed(|| format!("{}.values[{at}]", place()), "stands there twice"),
            None => Ok(()),
        },
        Variable::Clock { thresholds, states, .. } => {
            for (i, threshold) in thresholds.iter().enumerate() {
                length(*threshold, || format!("{}.thresholds[{i}]", place()))?;
            }
            for (i, state) in states.iter().enumerate() {
                if !is_date(&state.example.0) || state.example.1 > MAX_NUMBER {
                    return malformed(
                        || format!("{}.states[{i}].example", place()),
                        "is no date (YYYY-MM-DD) with the seconds since",
                    );
                }
            }
            Ok(())
        }
    }
}

fn verbs(content: &Content) -> Checked {
    let mut verbs = HashSet::new();
    if let Some(at) = content.verbs.iter().position(|verb| !verbs.insert(verb.name.as_str())) {
        return malformed(|| format!("verbs[{at}]"), "has a name that another has already");
    }
    match content.duties.iter().position(|duty| !verbs.contains(duty.verb.as_str())) {
        Some(at) => malformed(|| format!("duties[{at}].verb"), "names no verb of duties"),
        None => Ok(()),
    }
}

/// Checks the duties that come with statements.
pub(super) fn duties(content: &Content) -> Checked {
    let verbs: HashSet<&str> = content.verbs.iter().map(|verb| verb.name.as_str()).collect();
    for (s, statement) in content.statements.iter().enumerate() {
        if let Some(at) = statement.duties.iter().position(|duty| !verbs.contains(duty.as_str())) {
            return malformed(|| format!("statements[{s}].duties[{at}]"), "names no verb of duties");
        }
    }
    Ok(())
}

/// Whether a length is one that canonical JSON and calendars hold.
pub(super) fn length(length: Length, place: impl Fn() -> String) -> Checked {
    if length.months > MAX_MONTHS || length.minutes > MAX_NUMBER {
        return malformed(place, "is longer than any length that can be");
    }
    Ok(())
}

fn optional_date(date: Option<&str>, place: impl Fn() -> String) -> Checked {
    match date {
        Some(date) if !is_date(date) => malformed(place, "is no date (YYYY-MM-DD)"),
        _ => Ok(()),
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && date::date(text).is_some()
}

fn sha256(digest: Option<&str>, place: impl Fn() -> String) -> Checked {
    let well = |d: &str| d.len() == 64 && d.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    match digest {
        Some(digest) if !well(digest) => malformed(place, "is no SHA-256 in lower-case hexadecimal"),
        _ => Ok(()),
    }
}

fn malformed(place: impl Fn() -> String, why: &'static str) -> Checked {
    Err(LoadError::Malformed { place: place(), why })
}
