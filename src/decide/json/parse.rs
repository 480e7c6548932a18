//! The text of a request to what it says: names and times as they stand there.
//!
//! Nothing is looked up here. Strings are borrowed from the text where they hold no escapes.

use super::error::{JsonError, Problem};
use crate::bundle::Dimension;
use crate::bundle::dimension::DIMENSIONS;
use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;
use std::borrow::Cow;
use std::fmt;

/// What a request says.
#[derive(Default, PartialEq, Debug)]
pub(crate) struct Spoken<'a> {
    pub names: [Names<'a>; DIMENSIONS],
    pub facts: Vec<(Text<'a>, Fact<'a>)>,
    pub events: Vec<(Text<'a>, Event<'a>)>,
    pub now: Option<Text<'a>>,
}

pub(crate) type Text<'a> = Cow<'a, str>;

/// The names of a dimension.
#[derive(Default, PartialEq, Debug)]
pub(crate) enum Names<'a> {
    #[default]
    None,
    One(Text<'a>),
    Many(Vec<Text<'a>>),
}

/// What is known of a fact.
#[derive(PartialEq, Debug)]
pub(crate) enum Fact<'a> {
    Unknown,
    Is(bool),
    Named(Text<'a>),
    Several(Vec<Text<'a>>),
}

/// What is known of an event.
#[derive(PartialEq, Debug)]
pub(crate) enum Event<'a> {
    Never,
    AtSomeTime,
    At(Text<'a>),
}

/// Reads a request's text: all of it, and what is wrong with it.
pub(crate) fn spoken(text: &[u8]) -> Result<Spoken<'_>, JsonError> {
    serde_json::from_slice(text).map_err(|error| {
        let reason = error.to_string();
        JsonError::whole(match error.classify() {
            Category::Data => Problem::Form { reason },
            _ => Problem::NotJson { reason },
        })
    })
}

impl<'a> Names<'a> {
    pub(crate) fn as_slice(&self) -> &[Text<'a>] {
        match self {
            Names::None => &[],
            Names::One(name) => std::slice::from_ref(name),
            Names::Many(names) => names,
        }
    }
}

impl<'de> Deserialize<'de> for Spoken<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Whole)
    }
}

struct Whole;

impl<'de> Visitor<'de> for Whole {
    type Value = Spoken<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a request, which is an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Spoken<'de>, A::Error> {
        let mut spoken = Spoken::default();
        let (mut facts, mut events) = (false, false);
        while let Some(Str(member)) = map.next_key()? {
            let twice = match &*member {
                "facts" => {
                    spoken.facts = map.next_value::<Members<Fact<'de>>>()?.0;
                    std::mem::replace(&mut facts, true)
                }
                "events" => {
                    spoken.events = map.next_value::<Members<Event<'de>>>()?.0;
                    std::mem::replace(&mut events, true)
                }
                "now" => {
                    let Str(now) = map.next_value()?;
                    spoken.now.replace(now).is_some()
                }
                _ => match Dimension::ALL.into_iter().find(|d| d.name() == member) {
                    Some(dimension) => {
                        let names = map.next_value()?;
                        let before = std::mem::replace(dimension.of_mut(&mut spoken.names), names);
                        !matches!(before, Names::None)
                    }
                    None => {
                        let reason =
                            "is not a member of requests, which are `facts`, `events`, `now` and the";
                        let names = Dimension::ALL.map(Dimension::name).join("`, `");
                        return Err(A::Error::custom(format!("`{member}` {reason} dimensions `{names}`")));
                    }
                },
            };
            if twice {
                return Err(A::Error::custom(format!("`{member}` stands twice")));
            }
        }
        Ok(spoken)
    }
}

/// The members of `facts` or of `events`, each once.
struct Members<'a, T>(Vec<(Text<'a>, T)>);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Members<'de, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Each<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Members<'de, T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object with a member for each name")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members: Vec<(Text<'de>, T)> = Vec::new();
                while let Some(Str(name)) = map.next_key()? {
                    members.push((name, map.next_value()?));
                }
                Ok(Members(members))
            }
        }
        let members = deserializer.deserialize_map(Each(std::marker::PhantomData))?;
        match twice(&members.0) {
            Some(name) => Err(D::Error::custom(format!("`{name}` stands twice"))),
            None => Ok(members),
        }
    }
}

/// A name that stands twice: none can where they are in order; else by looking at all pairs where there
/// are few, by sorting where there are many.
pub(super) fn twice<'m, T>(members: &'m [(Text<'_>, T)]) -> Option<&'m str> {
    const FEW: usize = 16;
    if members.is_sorted_by(|(a, _), (b, _)| stands_before(a, b)) {
        return None;
    }
    if members.len() <= FEW {
        let earlier = |at: usize, name: &str| members.iter().take(at).any(|(other, _)| other == name);
        return members.iter().enumerate().find(|(at, (name, _))| earlier(*at, name)).map(|(_, m)| &*m.0);
    }
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    names.sort_unstable();
    names.iter().zip(names.iter().skip(1)).find(|(a, b)| a == b).map(|(a, _)| *a)
}

/// Whether one name stands before another; mostly their first eight bytes tell, and are compared as one number.
fn stands_before(a: &str, b: &str) -> bool {
    match (a.as_bytes().first_chunk(), b.as_bytes().first_chunk()) {
        (Some(first), Some(second)) if first != second => {
            u64::from_be_bytes(*first) < u64::from_be_bytes(*second)
        }
        _ => a < b,
    }
}

/// A string, borrowed where it can be.
struct Str<'a>(Text<'a>);

impl<'de> Deserialize<'de> for Str<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = Str<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Str<'de>, E> {
                Ok(Str(Cow::Borrowed(text)))
            }

            fn visit_str<E>(self, text: &str) -> Result<Str<'de>, E> {
                Ok(Str(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(One)
    }
}

/// What a value of a member can be, whatever the member is.
enum Any<'a> {
    Null,
    Is(bool),
    Text(Text<'a>),
    List(Vec<Text<'a>>),
}

struct AnyVisitor(&'static str);

impl<'de> Visitor<'de> for AnyVisitor {
    type Value = Any<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }

    fn visit_unit<E>(self) -> Result<Any<'de>, E> {
        Ok(Any::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Any<'de>, E> {
        Ok(Any::Is(value))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Any<'de>, E> {
        Ok(Any::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Any<'de>, E> {
        Ok(Any::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Any<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(Str(text)) = seq.next_element()? {
            list.push(text);
        }
        // An empty list would be nothing, and what is left out is everything.
        if list.is_empty() {
            return Err(A::Error::custom("a list must have an element"));
        }
        Ok(Any::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Any<'de>, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self))
    }
}

const NAMES: &str = "a name or a list of names";
const FACT: &str = "`true`, `false`, `null`, a value's name or a list of such names";
const EVENT: &str = "`null`, `true` or a time";

impl<'de> Deserialize<'de> for Names<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(AnyVisitor(NAMES))? {
            Any::Text(name) => Ok(Names::One(name)),
            Any::List(names) => Ok(Names::Many(names)),
            Any::Null | Any::Is(_) => Err(D::Error::custom(format!("expected {NAMES}"))),
        }
    }
}

impl<'de> Deserialize<'de> for Fact<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match deserializer.deserialize_any(AnyVisitor(FACT))? {
            Any::Null => Fact::Unknown,
            Any::Is(value) => Fact::Is(value),
            Any::Text(value) => Fact::Named(value),
            Any::List(values) => Fact::Several(values),
        })
    }
}

impl<'de> Deserialize<'de> for Event<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match deserializer.deserialize_any(AnyVisitor(EVENT))? {
            Any::Null => Ok(Event::Never),
            Any::Is(true) => Ok(Event::AtSomeTime),
            Any::Text(time) => Ok(Event::At(time)),
            Any::Is(false) | Any::List(_) => Err(D::Error::custom(format!("expected {EVENT}"))),
        }
    }
}
