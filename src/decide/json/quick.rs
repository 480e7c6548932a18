//! The short way from a request's text to what it says: in one pass, without escapes in strings.
//!
//! Whatever it does not like, or does not know, it leaves to `parse`, which then finds what is wrong or that
//! all is well. So what it takes, that takes too, and makes the same of it; a test holds it to that.

use super::parse::{Event, Fact, Names, Spoken, Text, twice};
use crate::bundle::Dimension;
use crate::bundle::reader::Reader;
use std::borrow::Cow;

/// The bytes that a member mostly takes at the least, by which room is made for as many at once.
const BYTES_PER_MEMBER: usize = 24;

/// What a request says; none where the long way must look at it.
pub(super) fn spoken(text: &[u8]) -> Option<Spoken<'_>> {
    let mut reader = Reader::new(std::str::from_utf8(text).ok()?);
    let mut spoken = Spoken::default();
    let (mut facts, mut events) = (false, false);
    reader.space();
    reader.spaced(b"{", b"}", |reader| {
        let name = name(reader)?;
        let twice = match name {
            "facts" => {
                spoken.facts = members(reader, fact)?;
                std::mem::replace(&mut facts, true)
            }
            "events" => {
                spoken.events = members(reader, event)?;
                std::mem::replace(&mut events, true)
            }
            "now" => spoken.now.replace(text_of(reader)?).is_some(),
            _ => {
                let names = dimension_of(name)?.of_mut(&mut spoken.names);
                !matches!(std::mem::replace(names, self::names(reader)?), Names::None)
            }
        };
        (!twice).then_some(())
    })?;
    reader.space();
    reader.done().then_some(spoken)
}

/// A member's name, and the colon behind it.
fn name<'t>(reader: &mut Reader<'t>) -> Option<&'t str> {
    let name = reader.plain_string()?;
    reader.space();
    reader.must(b":")?;
    reader.space();
    Some(name)
}

fn text_of<'t>(reader: &mut Reader<'t>) -> Option<Text<'t>> {
    reader.plain_string().map(Cow::Borrowed)
}

fn members<'t, T>(
    reader: &mut Reader<'t>,
    value: impl Fn(&mut Reader<'t>) -> Option<T>,
) -> Option<Vec<(Text<'t>, T)>> {
    let mut members = Vec::new();
    reader.spaced(b"{", b"}", |reader| {
        if members.is_empty() {
            members.reserve((reader.left() / BYTES_PER_MEMBER).min(64));
        }
        members.push((Cow::Borrowed(name(reader)?), value(reader)?));
        Some(())
    })?;
    twice(&members).is_none().then_some(members)
}

fn list<'t>(reader: &mut Reader<'t>) -> Option<Vec<Text<'t>>> {
    let mut list = Vec::new();
    reader.spaced(b"[", b"]", |reader| {
        list.push(text_of(reader)?);
        Some(())
    })?;
    (!list.is_empty()).then_some(list)
}

fn names<'t>(reader: &mut Reader<'t>) -> Option<Names<'t>> {
    match reader.next()? {
        b'[' => list(reader).map(Names::Many),
        _ => text_of(reader).map(Names::One),
    }
}

fn fact<'t>(reader: &mut Reader<'t>) -> Option<Fact<'t>> {
    match reader.next()? {
        b't' => reader.must(b"true").map(|()| Fact::Is(true)),
        b'f' => reader.must(b"false").map(|()| Fact::Is(false)),
        b'n' => reader.must(b"null").map(|()| Fact::Unknown),
        b'[' => list(reader).map(Fact::Several),
        _ => text_of(reader).map(Fact::Named),
    }
}

fn event<'t>(reader: &mut Reader<'t>) -> Option<Event<'t>> {
    match reader.next()? {
        b'n' => reader.must(b"null").map(|()| Event::Never),
        b't' => reader.must(b"true").map(|()| Event::AtSomeTime),
        _ => text_of(reader).map(Event::At),
    }
}

/// The dimension of that name. Said out, since looking for it in a list takes longer than reading it did.
fn dimension_of(name: &str) -> Option<Dimension> {
    Some(match name {
        "actor" => Dimension::Actor,
        "action" => Dimension::Action,
        "data" => Dimension::Data,
        "with" => Dimension::With,
        "form" => Dimension::Form,
        "subject" => Dimension::Subject,
        "source" => Dimension::Source,
        "recipient" => Dimension::Recipient,
        "purpose" => Dimension::Purpose,
        "place" => Dimension::Place,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::super::parse;
    use super::*;

    const REQUESTS: [&str; 6] = [
        r#"{"action":"share","data":["IpAddress"],"recipient":"Mixpanel","purpose":"UsageAnalytics","facts":{"opted_out":false},"events":{"AccountClosed":"2026-01-31"},"now":"2026-11-27T09:30:00Z"}"#,
        r#" { "action" : [ "use" , "share" ] , "data" : "other Größe" , "facts" : { } , "events" : { } } "#,
        r#"{"actor":"A","action":"combine","with":"B","data":"C","form":"identified","subject":"D","source":"E","place":"F"}"#,
        r#"{"facts":{"a":true,"b":null,"c":"EU","d":["EU","US"]},"events":{"x":null,"y":true,"z":"2026-01-01"}}"#,
        r#"{"data":"an \"escape\"","action":"use"}"#,
        "{}",
    ];

    /// Whether the short way takes a text; then the long way must take it too, and make the same of it.
    fn agree(text: &[u8]) -> bool {
        let Some(quick) = spoken(text) else { return false };
        let slow = parse::spoken(text);
        assert!(slow.as_ref() == Ok(&quick), "{}: {quick:?}, {slow:?}", String::from_utf8_lossy(text));
        true
    }

    #[test]
    fn what_is_said_plainly_is_read_the_short_way() {
        let taken = REQUESTS.map(|text| agree(text.as_bytes()));
        assert_eq!(taken, [true, true, true, true, false, true]);
        let many: Vec<String> = (0..100).map(|n| format!(r#""fact{}":true"#, (n * 37) % 100)).collect();
        assert!(agree(format!(r#"{{"facts":{{{}}}}}"#, many.join(",")).as_bytes()));
        let twice = format!(r#"{{"facts":{{{},"fact4":true}}}}"#, many.join(","));
        assert!(spoken(twice.as_bytes()).is_none() && parse::spoken(twice.as_bytes()).is_err());
    }

    /// Each request with something in it changed at each place.
    #[test]
    fn the_ways_agree_on_what_has_been_changed() {
        const PUT: [&[u8]; 14] = [
            b"\"", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"0", b"null", b"true", b" ", b"\xc3", b"\x01",
        ];
        let (mut taken, mut tried) = (0, 0);
        for text in REQUESTS.map(str::as_bytes) {
            for at in 0..text.len() {
                let (before, rest) = text.split_at(at);
                let after = rest.get(1..).unwrap_or_default();
                let end = rest.iter().position(|byte| b",]}".contains(byte)).map_or(0, |end| end + 1);
                let (piece, behind) = rest.split_at(end);
                for put in PUT {
                    for changed in [[before, put, rest], [before, put, after]] {
                        taken += usize::from(agree(&changed.concat()));
                        tried += 1;
                    }
                }
                for changed in [[before, after, b""], [before, piece, rest], [before, behind, b""]] {
                    taken += usize::from(agree(&changed.concat()));
                    tried += 1;
                }
            }
        }
        assert!(taken > tried / 20 && taken < tried, "{taken} of {tried}");
    }
}
