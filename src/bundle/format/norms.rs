//! What is about no flow: duties, rights, promises; and the acceptances.

use super::{Citation, Length, Moment, Ranges};
use crate::bundle::dimension::Dimension;
use crate::bundle::extra::Extra;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A duty that events start.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Duty {
    /// The label by which people call it.
    pub label: String,
    /// As its author wrote it, on one line.
    pub text: String,
    /// Where it is written: `file:line`.
    pub place: String,
    /// The events that start it.
    pub on: Vec<String>,
    /// The verb.
    pub verb: String,
    /// Who has it, in party cells.
    pub actor: Ranges,
    /// Towards whom, in party cells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub whom: Option<Ranges>,
    /// The phrases of flows that it has: cells, by dimension.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(extend("propertyNames" = {"$ref": "#/$defs/Dimension"})))]
    pub phrases: BTreeMap<Dimension, Ranges>,
    /// In which worlds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<u32>,
    /// By when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Moment>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// A right of people.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Right {
    /// The label by which people call it.
    pub label: String,
    /// As its author wrote it, on one line.
    pub text: String,
    /// Where it is written: `file:line`.
    pub place: String,
    /// Which rights.
    pub names: Vec<String>,
    /// Who has it, in party cells.
    pub holder: Ranges,
    /// Over what, in data cells.
    pub over: Ranges,
    /// The phrases of flows that it has: cells, by dimension.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    #[cfg_attr(feature = "schema", schemars(extend("propertyNames" = {"$ref": "#/$defs/Dimension"})))]
    pub phrases: BTreeMap<Dimension, Ranges>,
    /// In which worlds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<u32>,
    /// Within what time of the request it is answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within: Option<Length>,
    /// Whether the channels are the only ones.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub only_through: bool,
    /// The channels.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub through: Vec<String>,
    /// The events that its exercise starts.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub starts: Vec<String>,
    /// The variables that it sets: `[variable, value]`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sets: Vec<(u32, u32)>,
    /// The statements that permit its fulfilment: positions in `statements`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fulfilment: Vec<u32>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// A commitment about no flow.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Promise {
    /// The label by which people call it.
    pub label: String,
    /// What is promised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Where it is written: `file:line`.
    pub place: String,
    /// In whose name, where not the issuer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// A finding that somebody decided to live with.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Acceptance {
    /// The check's name, or `contradiction`.
    pub kind: String,
    /// The label that it is about.
    pub of: String,
    /// The other label.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub with: Option<String>,
    /// Why.
    pub because: String,
    /// Until when, `YYYY-MM-DD`.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub until: String,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}
