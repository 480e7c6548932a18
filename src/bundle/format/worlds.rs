//! The worlds: facts, clocks, and the conditions that speak of them.

use super::Ranges;
use crate::bundle::extra::Extra;
use serde::{Deserialize, Serialize};

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
