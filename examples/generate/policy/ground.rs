//! What every generated policy says: a few sentences for each area, and some for the whole company.

use super::claims::Family;
use super::draft::{Draft, Heading};
use super::world::Area;

/// What is collected in an area, who helps, how long data is kept and what a person can ask for.
pub fn area(draft: &mut Draft, at: usize) {
    let Area { data, purpose, days, .. } = draft.world.areas[at];
    let Area { label, provider, event, reasons, .. } = &draft.world.areas[at];
    let (label, provider, event, reason) = (label.clone(), provider.clone(), event.clone(), reasons[0]);
    for family in [Family::Collect, Family::Retain] {
        assert!(draft.take(&[family], data, purpose), "the ground comes first");
    }
    assert!(draft.take(&[Family::Share], data, reason), "the ground comes first");
    let (data, purpose, reason) = (draft.data(data), draft.reason(purpose), draft.reason(reason));
    draft.clause(
        at,
        Heading::Collection,
        &data,
        vec![format!("may collect {data} of Person for {purpose};")],
    );
    draft.clause(
        at,
        Heading::Sharing,
        &data,
        vec![
            format!(
                "{label}-described: must not share {data} to any except the subject, subject to {{sharing}};"
            ),
            format!("may share {data} to {provider} for {reason};"),
        ],
    );
    let kept = format!("may retain {data} for {purpose} until {days} days after {event};");
    draft.clause(at, Heading::Retention, &data, vec![kept]);
    draft.clause(at, Heading::Deletion, &data, vec![
        format!("{label}-limit: must delete {data} within {days} days after {event};"),
        format!("{label}-erasure: must delete {data} within 30 days after DeletionRequest;"),
        format!("{label}-erasure prevails over {{retention}} because \"who asks to be forgotten is forgotten\";"),
    ]);
    draft.clause(at, Heading::Rights, &data, vec![
        format!("Person has right of access over {data} through \"privacy@company.example\" within 30 days;"),
        format!("{label}-forgetting: Person has right of erasure over {data} through \"privacy@company.example\", starts DeletionRequest;"),
    ]);
}

/// Promises that hold for all data.
pub fn company(draft: &mut Draft) {
    let (root, security, analytics) = (draft.world.root, draft.world.security, draft.world.analytics);
    for (family, purpose) in [(Family::Collect, security), (Family::Collect, analytics)] {
        draft.take(&[family], root, purpose);
    }
    let (security, analytics) = (draft.reason(security), draft.reason(analytics));
    ["Marketing", "CrossContextAdvertising", "fact region", "event SecurityBreach", "duty notify(recipient)"]
        .iter()
        .for_each(|name| draft.uses(name));
    let lines = [
        format!("may collect PersonalData of Person for {security}, {analytics};"),
        format!("may use PersonalData as aggregated for {analytics};"),
    ];
    draft.clause(0, Heading::Collection, "PersonalData", lines.to_vec());
    let lines = [
        "no-sale: must not sell, rent PersonalData to any;",
        "must not use, share PersonalData of Child for Marketing;",
        "when region is EU, must not use, share PersonalData for CrossContextAdvertising;",
        "must not publish PersonalData;",
        "promise \"keep all data encrypted\" { cites \"encrypted in transit and at rest\"; }",
    ];
    draft.clause(0, Heading::Sharing, "PersonalData", lines.map(str::to_owned).to_vec());
    let breach = "on SecurityBreach must notify Person within 72 hours;".to_owned();
    draft.clause(0, Heading::Rights, "PersonalData", vec![breach]);
}
