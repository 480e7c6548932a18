//! `/.well-known/authzen-configuration`: where the endpoints are.

use crate::server::endpoint::Endpoint;
use serde_json::{Value, json};

/// The metadata of a server that callers know by this URL, which has no slash at its end.
pub fn configuration(url: &str) -> Value {
    let at = |endpoint: Endpoint| format!("{url}{}", endpoint.path());
    json!({
        "policy_decision_point": url,
        "access_evaluation_endpoint": at(Endpoint::Evaluation),
        "access_evaluations_endpoint": at(Endpoint::Evaluations),
        "search_subject_endpoint": at(Endpoint::SearchSubject),
        "search_resource_endpoint": at(Endpoint::SearchResource),
        "search_action_endpoint": at(Endpoint::SearchAction),
    })
}
