//! From HTTP to the endpoints and back: methods, media type, body, limits, request ids, counting.

use super::Server;
use super::authzen;
use super::endpoint::{Endpoint, WELL_KNOWN};
use super::log::Entry;
use super::native;
use super::reply::Reply;
use super::upkeep;
use super::work::{Work, Worked};
use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{MethodRouter, get, post};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Instant;
use tokio::time::timeout;

/// What the caller calls its request; it comes back as it is, and is kept nowhere.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// What the decision log calls the answer.
const DECISION_ID: HeaderName = HeaderName::from_static("x-caveat-decision-id");

/// The endpoints.
pub fn router(server: &Arc<Server>) -> Router {
    let mut router: Router<Arc<Server>> = Router::new();
    let posts: [(Endpoint, Answer); 8] = [
        (Endpoint::Evaluation, authzen::evaluation),
        (Endpoint::Evaluations, authzen::evaluations),
        (Endpoint::SearchSubject, authzen::subject),
        (Endpoint::SearchResource, authzen::resource),
        (Endpoint::SearchAction, authzen::action),
        (Endpoint::Decide, native::decide),
        (Endpoint::Explain, native::explain),
        (Endpoint::Retention, native::retention),
    ];
    for (endpoint, answer) in posts {
        router = router.route(endpoint.path(), asking(endpoint, answer));
    }
    let gets: [(Endpoint, Tell); 4] = [
        (Endpoint::Configuration, upkeep::configuration),
        (Endpoint::Health, upkeep::health),
        (Endpoint::Ready, upkeep::ready),
        (Endpoint::Metrics, upkeep::metrics),
    ];
    for (endpoint, tell) in gets {
        router = router.route(endpoint.path(), telling(tell));
    }
    // A server below a path has its description below the well-known place, by RFC 8615.
    let below = server.url().map(upkeep::path_of).filter(|path| !path.is_empty());
    if let Some(below) = below {
        router = router.route(&format!("{WELL_KNOWN}{below}"), telling(upkeep::configuration));
    }
    router
        .fallback(async || Reply::error(StatusCode::NOT_FOUND, "there is nothing here").into_response())
        .method_not_allowed_fallback(async || {
            let message = "this method is not for here; the header `Allow` says which is";
            Reply::error(StatusCode::METHOD_NOT_ALLOWED, message).into_response()
        })
        .layer(from_fn_with_state(Arc::clone(server), around))
        .with_state(Arc::clone(server))
}

type Answer = fn(&Work, &[u8]) -> Worked;
type Tell = fn(&Server) -> Response<Body>;

fn asking(endpoint: Endpoint, answer: Answer) -> MethodRouter<Arc<Server>> {
    post(async move |State(server): State<Arc<Server>>, request: Request| {
        asked(&server, endpoint, request, answer).await.unwrap_or_else(Reply::into_response)
    })
}

fn telling(tell: Tell) -> MethodRouter<Arc<Server>> {
    get(async move |State(server): State<Arc<Server>>| tell(&server))
}

/// Around every request: the limit on requests under way, the id that comes back, the counting.
async fn around(State(server): State<Arc<Server>>, request: Request, next: Next) -> Response<Body> {
    let started = Instant::now();
    let endpoint = Endpoint::of(request.uri().path());
    let id = request.headers().get(REQUEST_ID).cloned();
    // Upkeep takes no place: a probe that comes at the wrong moment turns no question away.
    let slot = (!endpoint.is_upkeep()).then(|| UnderWay::new(&server.metrics.under_way));
    let most = i64::try_from(server.limits.requests).unwrap_or(i64::MAX);
    let mut response = if slot.as_ref().is_some_and(|slot| slot.number > most) {
        server.metrics.overloaded.fetch_add(1, Ordering::Relaxed);
        let message = "too many requests are under way; ask again in a moment";
        let mut response = Reply::error(StatusCode::SERVICE_UNAVAILABLE, message).into_response();
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        response
    } else {
        next.run(request).await
    };
    if let Some(id) = id {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    server.metrics.answered(endpoint, response.status().as_u16(), started.elapsed());
    response
}

/// A question under way; it is over when this is dropped, answered or not.
struct UnderWay<'a> {
    all: &'a AtomicI64,
    number: i64,
}

impl<'a> UnderWay<'a> {
    fn new(all: &'a AtomicI64) -> UnderWay<'a> {
        UnderWay { number: all.fetch_add(1, Ordering::AcqRel) + 1, all }
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.all.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A question: its body read, answered and logged.
async fn asked(
    server: &Server,
    endpoint: Endpoint,
    request: Request,
    answer: Answer,
) -> Result<Response<Body>, Reply> {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    is_json(&parts.headers)?;
    let read = timeout(server.limits.body_time, whole(body, &parts.headers, server.limits.body_bytes));
    let body = read.await.map_err(|_| {
        let seconds = server.limits.body_time.as_secs_f64();
        let message = format!("the body did not come within {seconds} s");
        Reply::error(StatusCode::REQUEST_TIMEOUT, &message)
    })??;
    let bundle = server.current.bundle();
    let now = jiff::Timestamp::now();
    server.current.usable(now).map_err(|why| {
        Reply::error(StatusCode::SERVICE_UNAVAILABLE, &format!("nothing can be decided: {why}"))
    })?;
    let work = Work {
        endpoint,
        bundle: &bundle,
        limits: &server.limits,
        now: jiff::tz::Offset::UTC.to_datetime(now),
        deadline: Instant::now() + server.limits.work_time,
    };
    // Long work leaves the other connections of its thread to another thread.
    let worked = match endpoint {
        Endpoint::Evaluation | Endpoint::Decide => answer(&work, &body),
        _ => tokio::task::block_in_place(|| answer(&work, &body)),
    };
    // A search and a time line are no decisions, unless they could not be asked for.
    let decided = |entry: &&Entry| entry.verdict.is_some() || entry.error.is_some();
    for entry in worked.entries.iter().filter(decided) {
        server.metrics.decided(endpoint, entry.verdict);
    }
    let mut response = worked.reply.into_response();
    if let Some(log) = &server.log {
        let id = log.id();
        log.write(&id, &worked.entries, started.elapsed()).await;
        if let Ok(id) = HeaderValue::from_str(&id) {
            response.headers_mut().insert(DECISION_ID, id);
        }
    }
    Ok(response)
}

/// `application/json`, with or without parameters.
fn is_json(headers: &HeaderMap) -> Result<(), Reply> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = media.split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return Ok(());
    }
    let message = "the header `Content-Type` must be `application/json`";
    Err(Reply::error(StatusCode::UNSUPPORTED_MEDIA_TYPE, message))
}

/// The whole body; what is too large is not read on.
async fn whole(mut body: Body, headers: &HeaderMap, most: usize) -> Result<Vec<u8>, Reply> {
    let too_large = || {
        let message = format!("the body has more than the {most} bytes that are read");
        Reply::error(StatusCode::PAYLOAD_TOO_LARGE, &message)
    };
    let stated =
        headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if stated.is_some_and(|stated| usize::try_from(stated).map_or(true, |stated| stated > most)) {
        return Err(too_large());
    }
    let mut bytes = Vec::with_capacity(stated.map_or(0, |stated| usize::try_from(stated).unwrap_or(0)));
    while let Some(frame) = poll_fn(|cx| Pin::new(&mut body).poll_frame(cx)).await {
        let broken = |_| Reply::error(StatusCode::BAD_REQUEST, "the body broke off");
        let Ok(data) = frame.map_err(broken)?.into_data() else { continue };
        if bytes.len() + data.len() > most {
            return Err(too_large());
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}
