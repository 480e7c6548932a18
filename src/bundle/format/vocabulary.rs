//! The closed vocabulary: terms with their cells, and the verbs of duties.

use super::Ranges;
use crate::bundle::extra::Extra;
use serde::{Deserialize, Serialize};

/// The terms of each graph. Channels stand among the parties and have cells in sources alone.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Vocabulary {
    /// Categories of data.
    pub data: Graph,
    /// People, parties, `the subject` and channels.
    pub parties: Graph,
    /// Purposes.
    pub purposes: Graph,
    /// Places.
    pub places: Graph,
}

/// One graph.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Graph {
    /// The terms.
    pub terms: Vec<Term>,
    /// All cells that `any` holds: `[1, n)`; for parties with `the subject` and without channels.
    pub any: Ranges,
    /// The cell of what no term covers.
    pub other_any: u32,
    /// The cell of `the subject` (parties only).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<u32>,
    /// The cells of the channels (parties only).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Ranges,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// A term.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Term {
    /// Its name.
    pub name: String,
    /// Its own part; none for a name of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<u32>,
    /// Its own part and all below it.
    pub cells: Ranges,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it is called elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub same_as: Vec<String>,
    /// What a term of the graph of parties is; of other graphs nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<PartyKind>,
    /// What binds the party, where its conduct is the issuer's to promise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound_by: Option<String>,
    /// Why the members of the class cannot be named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_because: Option<String>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// What a term of the graph of parties is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum PartyKind {
    /// People.
    People,
    /// One party.
    Party,
    /// A class of parties.
    Parties,
    /// A way in: a source alone.
    Channel,
}

/// A verb of duties.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Verb {
    /// The verb.
    pub name: String,
    /// What it is done to, as declared: `recipient`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What it means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}
