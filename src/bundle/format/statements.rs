//! Statements about flows: their rules as boxes of cells, their limits, what they cite.

use super::Length;
use crate::bundle::extra::Extra;
use serde::{Deserialize, Serialize};

/// A statement.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Statement {
    /// The label by which people call it: its own, or its clause's.
    pub label: String,
    /// The statement as its author wrote it, on one line.
    pub text: String,
    /// Where it is written: `file:line`.
    pub place: String,
    /// What it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub citations: Vec<Citation>,
    /// What it says of flows; the boxes of rules with different effects never share a flow.
    pub rules: Vec<Rule>,
    /// The duties that come with its yes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<String>,
    /// `must`: permission that obliges.
    #[serde(default, skip_serializing_if = "super::is_false")]
    pub obliges: bool,
    /// A deadline or a minimum; two of one sort that differ disagree wherever both speak.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<Limit>,
    /// The bases in law that it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}

/// A deadline or a minimum.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, tag = "sort", content = "moment")]
pub enum Limit {
    /// To be erased by then.
    Deadline(Moment),
    /// To be kept for so long from the event on.
    Minimum(Moment),
    /// To be kept until then, before the event too.
    Until(Moment),
}

/// A point in time.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Moment {
    /// A length after the start of a clock: `[variable, length]`.
    After(u32, Length),
    /// The latest.
    Later(Vec<Moment>),
    /// The earliest.
    Earlier(Vec<Moment>),
}

/// What a statement says of the flows in its boxes.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Rule {
    /// What it says.
    pub effect: Effect,
    /// Of which flows: the union of these.
    pub boxes: Vec<FlowBox>,
}

/// What a rule says.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The flow may happen.
    Permit,
    /// The flow must not happen.
    Prohibit,
    /// Neither: a limit speaks here, and what it says is not due yet or over.
    Silent,
}

/// A product of sets; each number is a position in `sets`, `when` one in `conditions`.
///
/// In the file it is an array: the ten sets in this order, then the condition where there is one.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
#[allow(missing_docs)]
pub struct FlowBox {
    pub actor: u32,
    pub action: u32,
    pub data: u32,
    pub with: u32,
    pub form: u32,
    pub subject: u32,
    pub source: u32,
    pub recipient: u32,
    pub purpose: u32,
    pub place: u32,
    /// In which worlds; everywhere where it is left out.
    pub when: Option<u32>,
}

/// A citation of the document.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub struct Citation {
    /// Which document, where there are several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// The heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub heading: Option<String>,
    /// The fragment.
    pub fragment: String,
    /// Members that format 1 does not name, kept as they are.
    #[serde(flatten)]
    #[cfg_attr(feature = "schema", schemars(skip))]
    pub extra: Extra,
}
