//! Format 1 of the bundle, as serde types: what stands in the file, and nothing about how it is
//! made, checked or asked.
//!
//! The vocabulary is closed and numbered: a cell is a term's own part, cell 0 of every dimension is
//! `none` (the action does not take the dimension). Sets of cells and conditions are interned:
//! statements refer to them by position. `docs/bundle-format.md` is the specification, and
//! `schema/bundle-1.schema.json` is generated from these types.
//!
//! Objects that can grow keep what they do not know in an [`Extra`]. The others are closed: whatever
//! is added to them would change what they mean, so a member that they do not know is refused.

mod norms;
mod statements;
mod vocabulary;
mod worlds;

use super::extra::Extra;
use serde::{Deserialize, Serialize};

pub use norms::{Acceptance, Duty, Promise, Right};
pub use statements::{Citation, Effect, FlowBox, Limit, Moment, Rule, Statement};
pub use vocabulary::{Graph, PartyKind, Term, Verb, Vocabulary};
pub use worlds::{ClockState, Condition, Length, Variable};

/// The version that this code writes and reads.
pub const FORMAT: u32 = 1;

/// The largest number that canonical JSON holds exactly: 2⁵³ − 1.
pub const MAX_NUMBER: u64 = (1 << 53) - 1;

/// The most months that a length can have: those of 9,999 years, where calendars end.
pub const MAX_MONTHS: u32 = 119_988;

/// A set of cells: sorted, disjoint, half-open ranges.
pub type Ranges = Vec<(u32, u32)>;

/// What a bundle says; the envelope around it holds the format's version and this content's digest.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Content {
    /// Whose policy, which revision, from which sources.
    pub policy: Policy,
    /// Which release this is and when it may be used, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<Release>,
    /// The closed vocabulary.
    pub vocabulary: Vocabulary,
    /// The facts and clocks that conditions speak of, by number.
    pub variables: Vec<Variable>,
    /// The verbs of duties.
    pub verbs: Vec<Verb>,
    /// Sets of cells, by number.
    pub sets: Vec<Ranges>,
    /// Conditions, by number; a condition refers to lower numbers only.
    pub conditions: Vec<Condition>,
    /// The condition of the worlds that cannot occur, where there are any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub impossible: Option<u32>,
    /// The statements about flows.
    pub statements: Vec<Statement>,
    /// `[winner, loser]`: positions in `statements`; sorted. Only pairs that can meet and disagree.
    pub precedence: Vec<(u32, u32)>,
    /// Duties that events start.
    pub duties: Vec<Duty>,
    /// Rights of people.
    pub rights: Vec<Right>,
    /// Commitments about no flow.
    pub promises: Vec<Promise>,
    /// Findings that somebody decided to live with.
    pub acceptances: Vec<Acceptance>,
    /// The digest of the document lock, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub lock: Option<String>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// Which release of the policy this is, and on which days it may be used. Whoever loads a bundle with
/// trusted keys is held to it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Release {
    /// A number that grows from release to release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(range(max = 9007199254740991_u64)))]
    pub revision: Option<u64>,
    /// The first day, `YYYY-MM-DD` in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub not_before: Option<String>,
    /// The last day, `YYYY-MM-DD` in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub not_after: Option<String>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// Whose policy it is.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Policy {
    /// Its name.
    pub name: String,
    /// Its title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The parties whose policy it is; the actor of a request that names none is all of them.
    pub issuer: Vec<String>,
    /// The date that the document states, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")))]
    pub revised: Option<String>,
    /// The documents that it encodes.
    pub documents: Vec<Document>,
    /// The source files with the SHA-256 of their bytes, by name.
    pub sources: Vec<SourceDigest>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// A document that the policy encodes.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Document {
    /// What citations call it, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
    /// Its name, as the policy's header writes it.
    pub path: String,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// A source file.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct SourceDigest {
    /// Its path below the policy's folder, or below the base's, with `/`.
    pub name: String,
    /// Its SHA-256 in lower-case hexadecimal.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = "^[0-9a-f]{64}$")))]
    pub sha256: String,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

fn is_false(value: &bool) -> bool {
    !*value
}
