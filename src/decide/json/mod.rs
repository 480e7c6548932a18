//! The one form of requests and answers as JSON: what the server, the command line and the
//! conformance vectors speak.
//!
//! A request is an object. Only `action` and `data` must be there; what is left out stands for what
//! the table in [`Builder`] says. A member that is none of these is an error, and so
//! is one that stands twice.
//!
//! | member | value |
//! |---|---|
//! | `action`, `data`, `actor`, `with`, `form`, `subject`, `source`, `recipient`, `purpose`, `place` | a name, or a list of one or more names, which add up |
//! | `facts` | an object: for each fact `true`, `false`, a value's name, a list of the values that are possible, or `null` for "not known", whatever its default is |
//! | `events` | an object: for each event `null` where it has not happened, `true` where it has and nobody knows when, or the time of its earliest outstanding occurrence |
//! | `now` | the time of what is asked about; needed where an event has a time, unless the caller gives one |
//!
//! A name is a term's, `other T`, `any` or `the subject`. A time is RFC 3339 with an offset
//! (`2026-11-27T09:30:00Z`), or a date alone (`2026-11-27`), which stands for its first minute in
//! UTC. An event that is left out is unknown.
//!
//! The answer is an object too:
//!
//! | member | value |
//! |---|---|
//! | `verdict` | `permitted`, `prohibited`, `unstated`, `undetermined` or `unlisted-third-party` |
//! | `undecided` | beside `undetermined`: `mixed`, `budget` or `other-bundle` |
//! | `unlisted` | beside `unlisted-third-party`: the recipient |
//! | `bundle` | the bundle's digest |
//!
//! An explanation is a [`Decision`]: the same members, and the reasons. What cannot be answered is
//! a [`JsonError`], whose form is `{"error":{"kind":…,"place":…,"message":…}}`.

mod error;
mod parse;
mod quick;

pub use error::{JsonError, Problem};
pub(crate) use parse::{Event, Fact, Names, Spoken};

use super::builder::{Builder, Value};
use super::clock::EventState;
use super::explain::{Decision, explain as explain_request};
use super::request::Request;
use super::retention::{Retention, retention as retention_of};
use super::verdict::Answer;
use crate::bundle::{Bundle, Dimension};
use jiff::civil::{Date, DateTime};

/// The size in bytes that a request may have.
pub const MAX_REQUEST_BYTES: usize = 64 << 10;

/// Decides a request and writes the answer behind what stands in `out`.
///
/// `now` (UTC) is the time where the request does not say one.
///
/// # Errors
/// Where the text is not a request, or not one to this bundle; nothing is written then.
pub fn decide(
    bundle: &Bundle,
    request: &[u8],
    now: Option<DateTime>,
    out: &mut Vec<u8>,
) -> Result<Answer, JsonError> {
    let builder = said(bundle, &bounded(request)?, now)?;
    let unlisted = builder.unlisted().map(str::to_owned);
    let answer = builder.decide().map_err(|error| JsonError::whole(Problem::Request(error)))?;
    write(bundle, answer, unlisted.as_deref(), out);
    Ok(answer)
}

/// Decides a request and says why.
///
/// # Errors
/// As [`decide`] has them.
pub fn explain(bundle: &Bundle, request: &[u8], now: Option<DateTime>) -> Result<Decision, JsonError> {
    Ok(explain_request(bundle, &read(bundle, request, now)?))
}

/// Answers by when data must be erased, and until when it must be kept: a request without `action`
/// and `now`, whose events have the times of their earliest outstanding occurrence or `null`.
///
/// # Errors
/// As [`decide`] has them.
pub fn retention(bundle: &Bundle, request: &[u8]) -> Result<Retention, JsonError> {
    let spoken = bounded(request)?;
    if spoken.now.is_some() || !Dimension::Action.of(&spoken.names).as_slice().is_empty() {
        return Err(JsonError::whole(Problem::Form {
            reason: "keeping and erasing are asked of without `action` and `now`".to_owned(),
        }));
    }
    let mut events = Vec::new();
    for (name, event) in &spoken.events {
        let place = || format!("events.{name}");
        let at = match event {
            Event::Never => None,
            Event::At(text) => Some(time(text, &place())?),
            Event::AtSomeTime => {
                let reason = "by when something must be done hangs on the time, so `true` is not enough";
                return Err(JsonError::at(place(), Problem::Form { reason: reason.to_owned() }));
            }
        };
        events.push((&**name, at));
    }
    let found = retention_of(named(bundle, &spoken)?, events);
    found.map_err(|error| JsonError::whole(Problem::Request(error)))
}

/// Reads a request.
///
/// # Errors
/// As [`decide`] has them.
pub fn read(bundle: &Bundle, request: &[u8], now: Option<DateTime>) -> Result<Request, JsonError> {
    build(bundle, &bounded(request)?, now)
}

/// Writes an answer behind what stands in `out`.
pub fn write(bundle: &Bundle, answer: Answer, unlisted: Option<&str>, out: &mut Vec<u8>) {
    let Answer { verdict, undecided } = answer;
    // These words, and a digest, stand for themselves in JSON.
    let words =
        |out: &mut Vec<u8>, words: [&str; 3]| words.iter().for_each(|w| out.extend_from_slice(w.as_bytes()));
    words(out, ["{\"verdict\":\"", verdict.name(), "\""]);
    if let Some(undecided) = undecided {
        words(out, [",\"undecided\":\"", undecided.name(), "\""]);
    }
    if let Some(unlisted) = unlisted {
        out.extend_from_slice(b",\"unlisted\":");
        // Text into memory: there is nothing here that could fail.
        let _ = serde_json::to_writer(&mut *out, unlisted);
    }
    words(out, [",\"bundle\":\"", bundle.digest(), "\"}"]);
}

/// What a text says: read the short way where that can be, else the long way.
pub(crate) fn spoken(request: &[u8]) -> Result<Spoken<'_>, JsonError> {
    quick::spoken(request).map_or_else(|| parse::spoken(request), Ok)
}

/// What a text of no more than the size that is read says.
fn bounded(request: &[u8]) -> Result<Spoken<'_>, JsonError> {
    if request.len() > MAX_REQUEST_BYTES {
        return Err(JsonError::whole(Problem::TooLarge { bytes: request.len(), most: MAX_REQUEST_BYTES }));
    }
    spoken(request)
}

/// The request that was spoken of.
pub(crate) fn build(
    bundle: &Bundle,
    spoken: &Spoken<'_>,
    now: Option<DateTime>,
) -> Result<Request, JsonError> {
    let built = said(bundle, spoken, now)?.build();
    built.map_err(|error| JsonError::whole(Problem::Request(error)))
}

/// What was spoken of, with its names looked up.
fn said<'b>(
    bundle: &'b Bundle,
    spoken: &Spoken<'_>,
    now: Option<DateTime>,
) -> Result<Builder<'b>, JsonError> {
    let mut builder = named(bundle, spoken)?;
    let now = spoken.now.as_deref().map(|text| time(text, "now")).transpose()?.or(now);
    for (name, event) in &spoken.events {
        let place = || format!("events.{name}");
        let state = match event {
            Event::Never => EventState::Never,
            Event::AtSomeTime => EventState::AtSomeTime,
            Event::At(text) => {
                let start = time(text, &place())?;
                let now = now.ok_or_else(|| JsonError::at(place(), Problem::NoNow))?;
                EventState::Happened { start, now }
            }
        };
        builder.say_event(name, state);
        if let Some(error) = builder.error() {
            return Err(JsonError::of(place(), error.clone()));
        }
    }
    Ok(builder)
}

/// The terms and facts that were spoken of.
fn named<'b>(bundle: &'b Bundle, spoken: &Spoken<'_>) -> Result<Builder<'b>, JsonError> {
    let mut builder = Request::builder(bundle);
    for (dimension, names) in Dimension::ALL.into_iter().zip(&spoken.names) {
        for (at, name) in names.as_slice().iter().enumerate() {
            builder.say(dimension, name);
            if let Some(error) = builder.error() {
                let at = if matches!(names, Names::Many(_)) { format!("[{at}]") } else { String::new() };
                return Err(JsonError::of(format!("{}{at}", dimension.name()), error.clone()));
            }
        }
    }
    for (name, fact) in &spoken.facts {
        match fact {
            Fact::Is(value) => builder.say_fact(name, [Value::Is(*value).name()]),
            Fact::Named(value) => builder.say_fact(name, [&**value]),
            Fact::Unknown => builder.say_unknown(name),
            Fact::Several(values) => builder.say_fact(name, values.iter().map(|value| &**value)),
        }
        if let Some(error) = builder.error() {
            return Err(JsonError::of(format!("facts.{name}"), error.clone()));
        }
    }
    Ok(builder)
}

/// A time in UTC.
fn time(text: &str, place: &str) -> Result<DateTime, JsonError> {
    let timestamp = || text.parse::<jiff::Timestamp>().map(|t| jiff::tz::Offset::UTC.to_datetime(t));
    let read = match text.len() {
        10 => text.parse::<Date>().map(|date| date.at(0, 0, 0, 0)),
        _ => timestamp(),
    };
    read.map_err(|_| JsonError::at(place.to_owned(), Problem::NoTime { text: text.to_owned() }))
}
