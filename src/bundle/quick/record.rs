//! What is kept or promised beside statements: the policy, its release, duties, rights, promises,
//! acceptances, each in canonical form.
//!
//! Of duties, rights and promises only what is checked is kept, since nothing of them outlives loading.

use super::statement::{length, moment, skip_citation};
use crate::bundle::dimension::Dimension;
use crate::bundle::extra::Extra;
use crate::bundle::format::{
    Acceptance, Document, Duty, Policy, Promise, Ranges, Release, Right, SourceDigest,
};
use crate::bundle::reader::Reader;
use std::collections::BTreeMap;

pub(super) fn policy(reader: &mut Reader) -> Option<Policy> {
    let policy = Policy {
        documents: reader.member(b"{\"documents\":", |r| r.list(document))?,
        issuer: reader.member(b",\"issuer\":", |r| r.list(Reader::string))?,
        name: reader.member(b",\"name\":", Reader::string)?,
        revised: reader.optional(b",\"revised\":", Reader::string)?,
        sources: reader.member(b",\"sources\":", |r| r.list(source))?,
        title: reader.optional(b",\"title\":", Reader::string)?,
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    Some(policy)
}

fn document(reader: &mut Reader) -> Option<Document> {
    reader.must(b"{")?;
    let document = Document {
        label: reader.leading(b"\"label\":", Reader::string)?,
        path: reader.member(b"\"path\":", Reader::string)?,
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    Some(document)
}

fn source(reader: &mut Reader) -> Option<SourceDigest> {
    let source = SourceDigest {
        name: reader.member(b"{\"name\":", Reader::string)?,
        sha256: reader.member(b",\"sha256\":", Reader::string)?,
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    Some(source)
}

pub(super) fn release(reader: &mut Reader) -> Option<Release> {
    reader.must(b"{")?;
    // Any of the members may be the last, and so have no comma behind it.
    let mut comma: &[u8] = b"";
    let mut next = |reader: &mut Reader, name: &[u8]| {
        let before = reader.clone();
        if reader.take_any(comma) && reader.take_any(name) {
            comma = b",";
            return true;
        }
        *reader = before;
        false
    };
    let mut release = Release::default();
    if next(reader, b"\"not-after\":") {
        release.not_after = Some(reader.string()?);
    }
    if next(reader, b"\"not-before\":") {
        release.not_before = Some(reader.string()?);
    }
    if next(reader, b"\"revision\":") {
        release.revision = Some(reader.long()?);
    }
    reader.must(b"}")?;
    Some(release)
}

pub(super) fn acceptance(reader: &mut Reader) -> Option<Acceptance> {
    reader.member(b"{\"because\":", Reader::skip_string)?;
    reader.member(b",\"kind\":", Reader::skip_string)?;
    reader.member(b",\"of\":", Reader::skip_string)?;
    let until = reader.member(b",\"until\":", Reader::string)?;
    reader.optional(b",\"with\":", Reader::skip_string)?;
    reader.must(b"}")?;
    Some(Acceptance { until, ..Acceptance::default() })
}

pub(super) fn promise(reader: &mut Reader) -> Option<Promise> {
    reader.must(b"{")?;
    reader.leading(b"\"by\":", Reader::skip_string)?;
    reader.leading(b"\"citations\":", |r| r.each(skip_citation))?;
    reader.member(b"\"label\":", Reader::skip_string)?;
    reader.member(b",\"place\":", Reader::skip_string)?;
    reader.optional(b",\"text\":", Reader::skip_string)?;
    reader.must(b"}")?;
    Some(Promise::default())
}

pub(super) fn duty(reader: &mut Reader) -> Option<Duty> {
    let actor = reader.member(b"{\"actor\":", Reader::ranges)?;
    reader.optional(b",\"citations\":", |r| r.each(skip_citation))?;
    reader.member(b",\"label\":", Reader::skip_string)?;
    reader.member(b",\"on\":", |r| r.each(Reader::skip_string))?;
    let phrases = reader.optional(b",\"phrases\":", phrases)?.unwrap_or_default();
    reader.member(b",\"place\":", Reader::skip_string)?;
    reader.member(b",\"text\":", Reader::skip_string)?;
    let verb = reader.member(b",\"verb\":", Reader::string)?;
    let when = reader.optional(b",\"when\":", Reader::number)?;
    let whom = reader.optional(b",\"whom\":", Reader::ranges)?;
    let within = reader.optional(b",\"within\":", |r| moment(r, 0))?;
    reader.must(b"}")?;
    Some(Duty { actor, phrases, verb, when, whom, within, ..Duty::default() })
}

pub(super) fn right(reader: &mut Reader) -> Option<Right> {
    reader.must(b"{")?;
    reader.leading(b"\"citations\":", |r| r.each(skip_citation))?;
    let fulfilment = reader.leading(b"\"fulfilment\":", Reader::numbers)?.unwrap_or_default();
    let holder = reader.member(b"\"holder\":", Reader::ranges)?;
    reader.member(b",\"label\":", Reader::skip_string)?;
    reader.member(b",\"names\":", |r| r.each(Reader::skip_string))?;
    reader.optional(b",\"only-through\":", Reader::truth)?;
    let over = reader.member(b",\"over\":", Reader::ranges)?;
    let phrases = reader.optional(b",\"phrases\":", phrases)?.unwrap_or_default();
    reader.member(b",\"place\":", Reader::skip_string)?;
    let sets = reader.optional(b",\"sets\":", |r| r.list(Reader::pair))?.unwrap_or_default();
    reader.optional(b",\"starts\":", |r| r.each(Reader::skip_string))?;
    reader.member(b",\"text\":", Reader::skip_string)?;
    reader.optional(b",\"through\":", |r| r.each(Reader::skip_string))?;
    let when = reader.optional(b",\"when\":", Reader::number)?;
    let within = reader.optional(b",\"within\":", length)?;
    reader.must(b"}")?;
    Some(Right { fulfilment, holder, over, phrases, sets, when, within, ..Right::default() })
}

fn phrases(reader: &mut Reader) -> Option<BTreeMap<Dimension, Ranges>> {
    let mut phrases = BTreeMap::new();
    let (mut last, mut before) = (String::new(), b"{");
    while !reader.take(b"}") {
        reader.must(before)?;
        let name = reader.string()?;
        let dimension = Dimension::ALL.into_iter().find(|dimension| dimension.name() == name)?;
        if name <= last {
            return None;
        }
        phrases.insert(dimension, reader.member(b":", Reader::ranges)?);
        (last, before) = (name, b",");
    }
    // `{}` is read by nobody here: it has no first member, and what has none is left out.
    (!phrases.is_empty()).then_some(phrases)
}
