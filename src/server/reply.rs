//! Answers: JSON, and nothing else.

use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use serde::Serialize;

/// An answer before it goes out.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reply {
    /// The status.
    pub status: StatusCode,
    /// The body, which is JSON.
    pub body: Vec<u8>,
}

impl Reply {
    /// A value, with 200.
    pub fn ok(value: &impl Serialize) -> Reply {
        Reply::json(StatusCode::OK, value)
    }

    /// A value, with a status.
    pub fn json(status: StatusCode, value: &impl Serialize) -> Reply {
        match serde_json::to_vec(value) {
            Ok(body) => Reply { status, body },
            // Nothing that is written here can fail; should it, nobody must take it for a yes.
            Err(_) => Reply { status: StatusCode::INTERNAL_SERVER_ERROR, body: b"\"no answer\"".to_vec() },
        }
    }

    /// An error, as the Authorization API has it: a message that is a string.
    pub fn error(status: StatusCode, message: &str) -> Reply {
        Reply::json(status, &message)
    }

    /// The response. Decisions are for now, so nobody may keep them.
    pub fn into_response(self) -> Response<Body> {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }
}
