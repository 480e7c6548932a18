//! cedar-policy: a policy per clause, parsed once; terms are entities with parents, and each
//! question gets the slice of entities that it is about.

use crate::clauses::{Case, Condition, Question};
use cedar_policy::{Authorizer, Context, Decision, Entities, Entity, EntityUid, PolicySet, Request};
use std::collections::HashSet;
use std::fmt::Write;
use std::str::FromStr;

fn uid(kind: &str, name: &str) -> EntityUid {
    EntityUid::from_str(&format!("{kind}::\"{name}\"")).expect("it is an id")
}

/// The policies.
pub fn policies(case: &Case) -> PolicySet {
    let mut text = String::new();
    for clause in &case.clauses {
        let effect = if clause.permits { "permit" } else { "forbid" };
        let when = match clause.when {
            Condition::Always => "",
            Condition::Consent => " && context.consent",
            Condition::NotOptedOut => " && !context.opted_out",
        };
        let (data, recipient, purpose) = (&clause.data, &clause.recipient, &clause.purpose);
        let _ = writeln!(
            text,
            "{effect}(principal in Party::\"{recipient}\", action == Action::\"share\", resource in Data::\"{data}\") \
             when {{ context.purpose in Purpose::\"{purpose}\"{when} }};"
        );
    }
    PolicySet::from_str(&text).expect("they are policies")
}

/// A request with its slice of entities.
pub fn prepare(case: &Case, question: &Question) -> (Request, Entities) {
    let mut entities = Vec::new();
    let chains = [
        ("Data", case.data.up(question.data)),
        ("Party", case.recipients.up(question.recipient)),
        ("Purpose", case.purposes.up(question.purpose)),
    ];
    for (kind, up) in &chains {
        for (at, name) in up.iter().enumerate() {
            let parents: HashSet<EntityUid> = up.get(at + 1).map(|up| uid(kind, up)).into_iter().collect();
            entities.push(Entity::new_no_attrs(uid(kind, name), parents));
        }
    }
    let entities = Entities::from_entities(entities, None).expect("they are entities");
    let context = serde_json::json!({
        "purpose": { "__entity": { "type": "Purpose", "id": case.purposes.leaf(question.purpose) } },
        "consent": question.consent,
        "opted_out": question.opted_out,
    });
    let context = Context::from_json_value(context, None).expect("it is a context");
    let principal = uid("Party", &case.recipients.leaf(question.recipient));
    let resource = uid("Data", &case.data.leaf(question.data));
    let request = Request::new(principal, uid("Action", "share"), resource, context, None);
    (request.expect("it is a request"), entities)
}

/// Requests made beforehand.
pub fn prepared(case: &Case) -> Vec<(Request, Entities)> {
    case.questions.iter().map(|question| prepare(case, question)).collect()
}

pub fn decide(authorizer: &Authorizer, policies: &PolicySet, prepared: &(Request, Entities)) -> bool {
    authorizer.is_authorized(&prepared.0, policies, &prepared.1).decision() == Decision::Allow
}
