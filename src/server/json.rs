//! A request's JSON, strictly: what stands twice is an error, and every value can be pointed at.
//!
//! Depth is limited by serde_json while it reads, and size before. Knows nothing of what is asked.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A value; strings are borrowed from the text where they hold no escapes.
#[derive(Clone, PartialEq, Debug)]
pub enum Json<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number, as whole as it can be.
    Number(serde_json::Number),
    /// A string.
    Text(Cow<'a, str>),
    /// An array.
    List(Vec<Json<'a>>),
    /// An object, in the order of its text.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Reads a text that is one JSON value.
    ///
    /// # Errors
    /// In serde_json's words, with line and column.
    pub fn parse(text: &'a [u8]) -> Result<Json<'a>, serde_json::Error> {
        serde_json::from_slice(text)
    }

    /// What sort of value it is, for people.
    pub fn sort(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::Text(_) => "a string",
            Json::List(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

/// A step down in a JSON pointer (RFC 6901), escaped.
pub fn step(pointer: &str, member: &str) -> String {
    format!("{pointer}/{}", member.replace('~', "~0").replace('/', "~1"))
}

impl<'de> Deserialize<'de> for Json<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

impl serde::Serialize for Json<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Null => serializer.serialize_unit(),
            Json::Bool(value) => serializer.serialize_bool(*value),
            Json::Number(number) => number.serialize(serializer),
            Json::Text(text) => serializer.serialize_str(text),
            Json::List(values) => serializer.collect_seq(values),
            Json::Object(members) => {
                serializer.collect_map(members.iter().map(|(name, value)| (name, value)))
            }
        }
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(Json::Number(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json<'de>, E> {
        serde_json::Number::from_f64(value)
            .map(Json::Number)
            .ok_or_else(|| E::custom("the number is too large"))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json<'de>, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = seq.next_element()? {
            values.push(value);
        }
        Ok(Json::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json<'de>, A::Error> {
        let mut members: Vec<(Cow<'de, str>, Json<'de>)> = Vec::new();
        while let Some(Name(name)) = map.next_key()? {
            members.push((name, map.next_value()?));
        }
        match repeated(&members) {
            Some(name) => Err(A::Error::custom(format!("the member `{name}` stands twice in one object"))),
            None => Ok(Json::Object(members)),
        }
    }
}

/// A member that stands twice: all pairs where they are few, sorted where they are many.
fn repeated<'m>(members: &'m [(Cow<'_, str>, Json<'_>)]) -> Option<&'m str> {
    const FEW: usize = 12;
    let mut names: Vec<&str> = members.iter().map(|(name, _)| &**name).collect();
    if names.len() <= FEW {
        let earlier = |at: usize, name: &str| names.iter().take(at).any(|other| *other == name);
        return names.iter().enumerate().find(|(at, name)| earlier(*at, name)).map(|(_, name)| *name);
    }
    names.sort_unstable();
    names.iter().zip(names.iter().skip(1)).find(|(a, b)| a == b).map(|(a, _)| *a)
}

/// A member's name, borrowed where it can be.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Json::deserialize(deserializer)? {
            Json::Text(name) => Ok(Name(name)),
            _ => Err(D::Error::custom("a member's name is a string")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_twice_is_refused_and_what_is_deep_too() {
        assert!(Json::parse(br#"{"a":1,"b":{"c":1,"\u0063":2}}"#).is_err());
        let many: Vec<String> = (0..40).map(|n| format!("\"m{}\":0", n % 39)).collect();
        assert!(Json::parse(format!("{{{}}}", many.join(",")).as_bytes()).is_err());
        assert!(Json::parse("[".repeat(100_000).as_bytes()).is_err());
        let fine = Json::parse(br#"{"a":[1,-2,0.5,null,true,"x"]}"#);
        assert_eq!(
            fine.map(|j| serde_json::to_string(&j).unwrap_or_default()).ok().as_deref(),
            Some(r#"{"a":[1,-2,0.5,null,true,"x"]}"#)
        );
    }

    #[test]
    fn pointers_are_escaped() {
        assert_eq!(step("/context/facts", "a/b~c"), "/context/facts/a~1b~0c");
    }
}
