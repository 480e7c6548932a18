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

use super::dimension::Dimension;
use super::extra::Extra;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

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

/// A fact, or the clock of an event.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", tag = "kind")]
pub enum Variable {
    /// A fact: its value is a position in `values`. A boolean has `false`, `true`.
    #[serde(rename_all = "kebab-case")]
    Fact {
        /// Its name.
        name: String,
        /// Its values.
        values: Vec<String>,
        /// The value when a service does not say; without one it is unknown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        default: Option<u32>,
        /// What it means.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// What it is called elsewhere.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        same_as: Vec<String>,
        /// Members that format 1 does not name, kept as they are.
        #[serde(flatten)]
        #[cfg_attr(feature = "schema", schemars(skip))]
        extra: Extra,
    },
    /// A clock: value 0 is "has not happened"; value n is the state `states[n - 1]`.
    #[serde(rename_all = "kebab-case")]
    Clock {
        /// The event's name.
        event: String,
        /// The policy's own constants for this clock, each counted from the start.
        thresholds: Vec<Length>,
        /// The states that the time elapsed can be in: how it compares with each threshold.
        states: Vec<ClockState>,
        /// What the event means.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        description: Option<String>,
        /// Members that format 1 does not name, kept as they are.
        #[serde(flatten)]
        #[cfg_attr(feature = "schema", schemars(skip))]
        extra: Extra,
    },
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

/// One state of a clock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct ClockState {
    /// For each threshold: -1 not reached, 0 reached just now, 1 passed.
    #[cfg_attr(feature = "schema", schemars(inner(range(min = -1, max = 1))))]
    pub compare: Vec<i8>,
    /// A concrete case of it: start date `YYYY-MM-DD`, and the seconds elapsed since its midnight (UTC).
    pub example: (String, u64),
}

/// A length of time: calendar months (clamped to the month's end), then minutes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Length {
    /// Calendar months.
    #[cfg_attr(feature = "schema", schemars(range(max = 119_988)))]
    pub months: u32,
    /// Minutes; a day is 1,440.
    #[cfg_attr(feature = "schema", schemars(range(max = 9007199254740991_u64)))]
    pub minutes: u64,
}

/// A condition on the world.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// Holds where all of these conditions hold; `[]` always.
    All(Vec<u32>),
    /// Holds where one of these holds; `[]` never.
    Any(Vec<u32>),
    /// Holds where it does not.
    Not(u32),
    /// The variable has one of these values: `[variable, ranges of values]`.
    In(u32, Ranges),
}

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
    #[serde(default, skip_serializing_if = "is_false")]
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

fn is_false(value: &bool) -> bool {
    !*value
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
    #[serde(default, skip_serializing_if = "is_false")]
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
