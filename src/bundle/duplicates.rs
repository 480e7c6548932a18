//! Finds a key that stands twice in one object, anywhere in a text of JSON.
//!
//! Readers of JSON differ in which of two such values they take, so a signed file could mean two
//! things. The reader of bundles refuses them as it goes; this says which key it was, and where.
//! Nothing is built here; the depth is serde_json's own limit.

use super::error::LoadError;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::HashSet;
use std::fmt;

/// Fails on the first key that stands twice. What is otherwise wrong with the text is not its concern.
pub(super) fn refuse(text: &str) -> Result<(), LoadError> {
    let mut found = None;
    let mut json = serde_json::Deserializer::from_str(text);
    let read = Unique(&mut found).deserialize(&mut json);
    match (read, found) {
        (Ok(()), _) | (Err(_), None) => Ok(()),
        (Err(_), Some(Repeated { key, mut steps })) => {
            steps.push("content".to_owned());
            steps.reverse();
            Err(LoadError::RepeatedKey { place: steps.concat(), key })
        }
    }
}

struct Repeated {
    key: String,
    steps: Vec<String>,
}

// The steps of the path are noted on the way out, so that a good file costs none.
struct Unique<'f>(&'f mut Option<Repeated>);

impl<'de> DeserializeSeed<'de> for Unique<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Unique<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_bool<E>(self, _: bool) -> Result<(), E> {
        Ok(())
    }

    fn visit_i64<E>(self, _: i64) -> Result<(), E> {
        Ok(())
    }

    fn visit_u64<E>(self, _: u64) -> Result<(), E> {
        Ok(())
    }

    fn visit_f64<E>(self, _: f64) -> Result<(), E> {
        Ok(())
    }

    fn visit_str<E>(self, _: &str) -> Result<(), E> {
        Ok(())
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut at = 0_usize;
        loop {
            match seq.next_element_seed(Unique(&mut *self.0)) {
                Ok(Some(())) => at += 1,
                Ok(None) => return Ok(()),
                Err(error) => {
                    if let Some(found) = self.0 {
                        found.steps.push(format!("[{at}]"));
                    }
                    return Err(error);
                }
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let mut seen = HashSet::new();
        while let Some(key) = map.next_key::<String>()? {
            if seen.contains(&key) {
                *self.0 = Some(Repeated { key, steps: Vec::new() });
                return Err(A::Error::custom("a key stands twice"));
            }
            if let Err(error) = map.next_value_seed(Unique(&mut *self.0)) {
                if let Some(found) = self.0 {
                    found.steps.push(format!(".{key}"));
                }
                return Err(error);
            }
            seen.insert(key);
        }
        Ok(())
    }
}
