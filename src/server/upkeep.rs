//! What the server says of itself: health, readiness, metrics, and the description of its endpoints.

use super::Server;
use super::authzen;
use super::metrics::BundleInfo;
use super::reply::Reply;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// The process lives. Nothing else is looked at.
pub fn health(_: &Server) -> Response<Body> {
    #[derive(Serialize)]
    struct Health {
        status: &'static str,
    }
    Reply::ok(&Health { status: "ok" }).into_response()
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ready<'a> {
    ready: bool,
    policy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    revised: Option<&'a str>,
    bundle: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<u64>,
    since: String,
    /// Whether the file holds the bundle in use, and those of keys the keys that count.
    current: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<Refused<'a>>,
    /// Why the bundle in use may not be used any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    unusable: Option<String>,
}

#[derive(Serialize)]
struct Refused<'a> {
    why: &'a str,
    at: String,
}

/// Whether the server should be asked: from the start, which needs a good bundle, until it is told to
/// stop or the bundle's days are over. A file that was refused later is told of, and is no reason to ask
/// nobody.
pub fn ready(server: &Server) -> Response<Body> {
    let (bundle, in_use) = (server.current.bundle(), server.current.status());
    let policy = &bundle.policy();
    let trouble = server.current.trouble();
    let unusable = server.current.usable(jiff::Timestamp::now()).err();
    let ready = !server.is_leaving() && unusable.is_none();
    let status = if ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let answer = Ready {
        ready,
        policy: &policy.name,
        revised: policy.revised.as_deref(),
        bundle: bundle.digest(),
        revision: in_use.revision,
        since: in_use.since.to_string(),
        current: trouble.is_none(),
        refused: trouble.as_ref().map(|trouble| Refused { why: &trouble.why, at: trouble.at.to_string() }),
        unusable: unusable.map(|why| why.to_string()),
    };
    Reply::json(status, &answer).into_response()
}

/// The metrics as Prometheus text.
pub fn metrics(server: &Server) -> Response<Body> {
    let (bundle, in_use) = (server.current.bundle(), server.current.status());
    let policy = &bundle.policy();
    let info = BundleInfo {
        policy: &policy.name,
        revised: policy.revised.as_deref().unwrap_or_default(),
        digest: bundle.digest(),
        revision: in_use.revision,
        since: in_use.since.as_second(),
        reloads: in_use.swaps,
        refusals: in_use.refusals,
        current: server.current.trouble().is_none(),
    };
    let mut response = Response::new(Body::from(server.metrics.exposition(&info)));
    let format = HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, format);
    response
}

/// The Authorization API's description of this server.
pub fn configuration(server: &Server) -> Response<Body> {
    match server.url() {
        Some(url) => {
            let mut response = Reply::ok(&authzen::configuration(url)).into_response();
            let keep = HeaderValue::from_static("max-age=3600");
            response.headers_mut().insert(header::CACHE_CONTROL, keep);
            response
        }
        None => {
            let message = "this server does not know by which URL it is called; start it with `--public-url`";
            Reply::error(StatusCode::NOT_FOUND, message).into_response()
        }
    }
}

/// The path of a URL, without a slash at its end; empty where it has none.
pub fn path_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default()
}
