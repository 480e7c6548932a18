//! A statement in canonical form: its boxes, its limit and its duties. What people read is passed over.
//!
//! Names stand in the order of RFC 8785, which for these is that of bytes. A member that is not known
//! here, or stands in another place, ends the short way.

use crate::bundle::core::{Shown, Terms};
use crate::bundle::dimension::DIMENSIONS;
use crate::bundle::extra::Extra;
use crate::bundle::format::{Citation, Effect, Length, Limit, Moment};
use crate::bundle::index::Entry;
use crate::bundle::reader::Reader;

/// How deep moments may be nested here; deeper ones are left to the long way, which has its own limit.
const MAX_DEPTH: usize = 16;

/// Reads a statement, and puts its boxes behind the others.
pub(super) fn statement(reader: &mut Reader, number: u32, entries: &mut Vec<Entry>) -> Option<Terms> {
    reader.must(b"{")?;
    reader.leading(b"\"basis\":", |r| r.each(Reader::skip_string))?;
    reader.leading(b"\"citations\":", |r| r.each(skip_citation))?;
    let duties = reader.leading(b"\"duties\":", |r| r.list(Reader::string))?.unwrap_or_default();
    reader.member(b"\"label\":", Reader::skip_string)?;
    let limit = reader.optional(b",\"limit\":", limit)?;
    reader.optional(b",\"obliges\":", Reader::truth)?;
    reader.member(b",\"place\":", Reader::skip_string)?;
    reader.member(b",\"rules\":", |r| r.each(|r| rule(r, number, entries)))?;
    reader.member(b",\"text\":", Reader::skip_string)?;
    reader.must(b"}")?;
    Some(Terms { limit, duties })
}

/// What people read of the statement that a text begins with; none where the long way must look at it.
pub(in crate::bundle) fn words(text: &str) -> Option<Shown> {
    let reader = &mut Reader::new(text);
    reader.must(b"{")?;
    reader.leading(b"\"basis\":", |r| r.each(Reader::skip_string))?;
    let citations = reader.leading(b"\"citations\":", |r| r.list(citation))?.unwrap_or_default();
    let duties = reader.leading(b"\"duties\":", |r| r.list(Reader::string))?.unwrap_or_default();
    let label = reader.member(b"\"label\":", Reader::string)?;
    reader.optional(b",\"limit\":", limit)?;
    reader.optional(b",\"obliges\":", Reader::truth)?;
    let place = reader.member(b",\"place\":", Reader::string)?;
    let mut entries = Vec::new();
    reader.member(b",\"rules\":", |r| r.each(|r| rule(r, 0, &mut entries)))?;
    let text = reader.member(b",\"text\":", Reader::string)?;
    reader.must(b"}")?;
    Some(Shown { label, text, place, citations, duties })
}

fn citation(reader: &mut Reader) -> Option<Citation> {
    reader.must(b"{")?;
    let citation = Citation {
        document: reader.leading(b"\"document\":", Reader::string)?,
        fragment: reader.member(b"\"fragment\":", Reader::string)?,
        heading: reader.optional(b",\"heading\":", Reader::string)?,
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    Some(citation)
}

pub(super) fn skip_citation(reader: &mut Reader) -> Option<()> {
    reader.must(b"{")?;
    reader.leading(b"\"document\":", Reader::skip_string)?;
    reader.member(b"\"fragment\":", Reader::skip_string)?;
    reader.optional(b",\"heading\":", Reader::skip_string)?;
    reader.must(b"}")
}

fn rule(reader: &mut Reader, number: u32, entries: &mut Vec<Entry>) -> Option<()> {
    reader.must(b"{\"boxes\":")?;
    let first = entries.len();
    reader.each(|reader| {
        let sets: [u32; DIMENSIONS] = reader.member(b"[", Reader::row)?;
        let when = reader.optional(b",", Reader::number)?;
        entries.push(Entry { statement: number, effect: Effect::Silent, when, sets });
        reader.must(b"]")
    })?;
    reader.must(b",\"effect\":\"")?;
    let effect = if reader.take(b"permit\"}") {
        Effect::Permit
    } else if reader.take(b"prohibit\"}") {
        Effect::Prohibit
    } else {
        reader.must(b"silent\"}")?;
        Effect::Silent
    };
    entries.iter_mut().skip(first).for_each(|entry| entry.effect = effect);
    Some(())
}

fn limit(reader: &mut Reader) -> Option<Limit> {
    let moment = reader.member(b"{\"moment\":", |r| moment(r, 0))?;
    reader.must(b",\"sort\":\"")?;
    if reader.take(b"deadline\"}") {
        Some(Limit::Deadline(moment))
    } else if reader.take(b"minimum\"}") {
        Some(Limit::Minimum(moment))
    } else {
        reader.must(b"until\"}")?;
        Some(Limit::Until(moment))
    }
}

pub(super) fn moment(reader: &mut Reader, depth: usize) -> Option<Moment> {
    if depth > MAX_DEPTH {
        return None;
    }
    let moment = if reader.take(b"{\"after\":[") {
        let variable = reader.number()?;
        let length = reader.member(b",", length)?;
        reader.must(b"]")?;
        Moment::After(variable, length)
    } else if reader.take(b"{\"earlier\":") {
        Moment::Earlier(reader.list(|r| moment(r, depth + 1))?)
    } else {
        Moment::Later(reader.member(b"{\"later\":", |r| r.list(|r| moment(r, depth + 1)))?)
    };
    reader.must(b"}")?;
    Some(moment)
}

pub(super) fn length(reader: &mut Reader) -> Option<Length> {
    let minutes = reader.member(b"{\"minutes\":", Reader::long)?;
    let months = reader.member(b",\"months\":", Reader::number)?;
    reader.must(b"}")?;
    Some(Length { months, minutes })
}
