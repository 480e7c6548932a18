//! Terms, facts, clocks and verbs in canonical form.

use super::statement::length;
use crate::bundle::extra::Extra;
use crate::bundle::format::{ClockState, Graph, PartyKind, Term, Variable, Verb, Vocabulary};
use crate::bundle::reader::Reader;

pub(super) fn vocabulary(reader: &mut Reader) -> Option<Vocabulary> {
    let vocabulary = Vocabulary {
        data: reader.member(b"{\"data\":", graph)?,
        parties: reader.member(b",\"parties\":", graph)?,
        places: reader.member(b",\"places\":", graph)?,
        purposes: reader.member(b",\"purposes\":", graph)?,
    };
    reader.must(b"}")?;
    Some(vocabulary)
}

fn graph(reader: &mut Reader) -> Option<Graph> {
    let graph = Graph {
        any: reader.member(b"{\"any\":", Reader::ranges)?,
        channels: reader.optional(b",\"channels\":", Reader::ranges)?.unwrap_or_default(),
        other_any: reader.member(b",\"other-any\":", Reader::number)?,
        subject: reader.optional(b",\"subject\":", Reader::number)?,
        terms: reader.member(b",\"terms\":", |r| r.list(term))?,
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    Some(graph)
}

fn term(reader: &mut Reader) -> Option<Term> {
    reader.must(b"{")?;
    let term = Term {
        bound_by: reader.leading(b"\"bound-by\":", Reader::string)?,
        cells: reader.member(b"\"cells\":", Reader::ranges)?,
        description: reader.optional(b",\"description\":", Reader::string)?,
        kind: reader.optional(b",\"kind\":\"", kind)?,
        name: reader.member(b",\"name\":", Reader::string)?,
        open_because: reader.optional(b",\"open-because\":", Reader::string)?,
        own: reader.optional(b",\"own\":", Reader::number)?,
        same_as: reader.optional(b",\"same-as\":", |r| r.list(Reader::string))?.unwrap_or_default(),
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    Some(term)
}

fn kind(reader: &mut Reader) -> Option<PartyKind> {
    let kinds: [(&[u8], PartyKind); 4] = [
        (b"people\"", PartyKind::People),
        (b"party\"", PartyKind::Party),
        (b"parties\"", PartyKind::Parties),
        (b"channel\"", PartyKind::Channel),
    ];
    kinds.into_iter().find(|(word, _)| reader.take_any(word)).map(|(_, kind)| kind)
}

pub(super) fn variable(reader: &mut Reader) -> Option<Variable> {
    reader.must(b"{")?;
    let default = reader.leading(b"\"default\":", Reader::number)?;
    let description = reader.leading(b"\"description\":", Reader::string)?;
    let extra = Extra::default();
    let variable = if let Some(event) = reader.optional(b"\"event\":", Reader::string)? {
        reader.must(b",\"kind\":\"clock\"")?;
        let states = reader.member(b",\"states\":", |r| r.list(state))?;
        let thresholds = reader.member(b",\"thresholds\":", |r| r.list(length))?;
        if default.is_some() {
            return None;
        }
        Variable::Clock { event, thresholds, states, description, extra }
    } else {
        let name = reader.member(b"\"kind\":\"fact\",\"name\":", Reader::string)?;
        let same_as = reader.optional(b",\"same-as\":", |r| r.list(Reader::string))?.unwrap_or_default();
        let values = reader.member(b",\"values\":", |r| r.list(Reader::string))?;
        Variable::Fact { name, values, default, description, same_as, extra }
    };
    reader.must(b"}")?;
    Some(variable)
}

fn state(reader: &mut Reader) -> Option<ClockState> {
    let compare = reader.member(b"{\"compare\":", |r| r.list(sign))?;
    let date = reader.member(b",\"example\":[", Reader::string)?;
    let seconds = reader.member(b",", Reader::long)?;
    reader.must(b"]}")?;
    Some(ClockState { compare, example: (date, seconds) })
}

fn sign(reader: &mut Reader) -> Option<i8> {
    match reader.take(b"-1") {
        true => Some(-1),
        false => i8::try_from(reader.number()?).ok(),
    }
}

pub(super) fn verb(reader: &mut Reader) -> Option<Verb> {
    reader.must(b"{")?;
    let verb = Verb {
        description: reader.leading(b"\"description\":", Reader::string)?,
        name: reader.member(b"\"name\":", Reader::string)?,
        parameter: reader.optional(b",\"parameter\":", Reader::string)?,
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    Some(verb)
}
