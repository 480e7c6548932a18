//! A box as it stands in the file: an array of ten sets in the order of dimensions, and a condition.
//!
//! Boxes are the most of a bundle's numbers; without the names of their dimensions they are read
//! twice as fast and take a quarter of the bytes.

use super::dimension::DIMENSIONS;
use super::format::FlowBox;
use serde::de::{Error, SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;

impl FlowBox {
    /// Its sets by dimension.
    pub fn sets(&self) -> [u32; DIMENSIONS] {
        [
            self.actor,
            self.action,
            self.data,
            self.with,
            self.form,
            self.subject,
            self.source,
            self.recipient,
            self.purpose,
            self.place,
        ]
    }

    /// A box of these sets, by dimension.
    pub fn new(sets: [u32; DIMENSIONS], when: Option<u32>) -> FlowBox {
        let [actor, action, data, with, form, subject, source, recipient, purpose, place] = sets;
        FlowBox { actor, action, data, with, form, subject, source, recipient, purpose, place, when }
    }
}

impl Serialize for FlowBox {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(DIMENSIONS + usize::from(self.when.is_some())))?;
        self.sets().iter().chain(&self.when).try_for_each(|number| seq.serialize_element(number))?;
        seq.end()
    }
}

impl<'de> Deserialize<'de> for FlowBox {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FlowBox, D::Error> {
        struct Numbers;
        impl<'de> Visitor<'de> for Numbers {
            type Value = FlowBox;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of ten sets and at most one condition")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<FlowBox, A::Error> {
                let mut sets = [0; DIMENSIONS];
                for (at, slot) in sets.iter_mut().enumerate() {
                    *slot = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(at, &self))?;
                }
                Ok(FlowBox::new(sets, seq.next_element()?))
            }
        }
        deserializer.deserialize_seq(Numbers)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for FlowBox {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Box".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let number = generator.subschema_for::<u32>();
        schemars::json_schema!({
            "description": "A product of sets: positions in `sets` of actor, action, data, with, form, \
                subject, source, recipient, purpose and place; then, where it does not hold in all \
                worlds, a position in `conditions`.",
            "type": "array",
            "items": number,
            "minItems": DIMENSIONS,
            "maxItems": DIMENSIONS + 1,
        })
    }
}
