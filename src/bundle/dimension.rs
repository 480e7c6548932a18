//! The ten dimensions of a flow that have cells, and the two whose cells are built in.
//!
//! The order is that of the arrays of cells everywhere in `bundle` and `decide`.

use super::format::{Graph, Vocabulary};
use serde::{Deserialize, Serialize};

/// A dimension of flows; the world is the eleventh and has no cells.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Dimension {
    /// The party that acts.
    Actor,
    /// What is done.
    Action,
    /// The category of data.
    Data,
    /// The data that it is combined with.
    With,
    /// How identifiable the data is.
    Form,
    /// The people whom the data is about.
    Subject,
    /// Whom the data came from.
    Source,
    /// Whom it goes to.
    Recipient,
    /// Why.
    Purpose,
    /// Where it is kept or processed.
    Place,
}

/// How many dimensions have cells.
pub const DIMENSIONS: usize = 10;

/// The cell of a dimension that the action does not take.
pub const NONE: u32 = 0;

/// The actions, by cell from 1: what a request can name as its action.
///
/// `use` and `share` are families, with the kinds below them. A request for a family stands for the family
/// itself and the kinds in the second column, and is permitted only if all of them are.
///
/// | action | a request for it stands for |
/// |---|---|
/// | `collect`, `retain`, `erase` | itself; `delete` is another word for `erase` |
/// | `use` | itself, `combine`, `profile`, `derive`, `aggregate`, `anonymize`, `pseudonymize` |
/// | `combine`, `profile`, `derive`, `aggregate`, `anonymize`, `pseudonymize` | itself |
/// | `share` | itself, `disclose`, `transfer` |
/// | `disclose`, `transfer`, `sell`, `rent`, `publish` | itself |
/// | `other use`, `other share` | the verb itself alone, without its kinds |
/// | `any` | all of them |
///
/// `sell`, `rent` and `publish` are of the `share` family too: they take a recipient, and what prohibits to
/// share prohibits them. But what permits to share does not permit them, and a request to share is not about
/// them: each is asked for by its own name.
///
/// ```
/// use caveat::bundle::dimension::{ACTIONS, VERBS};
///
/// assert_eq!(
///     ACTIONS,
///     [
///         "collect", "use", "combine", "profile", "derive", "aggregate", "anonymize", "pseudonymize",
///         "share", "disclose", "transfer", "sell", "rent", "publish", "retain", "erase",
///     ]
/// );
/// // The families: from which place among these, counted from 1, up to which, which is not of it.
/// assert_eq!(VERBS, [("use", (2, 9)), ("share", (9, 12))]);
/// ```
pub const ACTIONS: [&str; 16] = [
    "collect",
    "use",
    "combine",
    "profile",
    "derive",
    "aggregate",
    "anonymize",
    "pseudonymize",
    "share",
    "disclose",
    "transfer",
    "sell",
    "rent",
    "publish",
    "retain",
    "erase",
];

/// The forms, by cell from 1, from what identifies most to what does so least. A request names each form
/// that it is about; one that names none is about the first two.
///
/// ```
/// assert_eq!(caveat::bundle::dimension::FORMS, ["identified", "pseudonymous", "aggregated", "anonymized"]);
/// ```
pub const FORMS: [&str; 4] = ["identified", "pseudonymous", "aggregated", "anonymized"];

/// The cell of `combine`, the one action that takes `with`.
pub const COMBINE: u32 = 3;

/// The cells of the `share` family, the actions that take a recipient.
pub const SHARE_FAMILY: (u32, u32) = (9, 15);

/// The cells that the verbs `use` and `share` stand for in a question: the verb itself, and those of its kinds
/// that are no further step. The verb itself alone is `other use`, `other share`.
pub const VERBS: [(&str, (u32, u32)); 2] = [("use", (2, 9)), ("share", (9, 12))];

impl Dimension {
    /// All of them, in order.
    pub const ALL: [Dimension; DIMENSIONS] = [
        Dimension::Actor,
        Dimension::Action,
        Dimension::Data,
        Dimension::With,
        Dimension::Form,
        Dimension::Subject,
        Dimension::Source,
        Dimension::Recipient,
        Dimension::Purpose,
        Dimension::Place,
    ];

    /// Its name, for people and for JSON.
    pub fn name(self) -> &'static str {
        match self {
            Dimension::Actor => "actor",
            Dimension::Action => "action",
            Dimension::Data => "data",
            Dimension::With => "with",
            Dimension::Form => "form",
            Dimension::Subject => "subject",
            Dimension::Source => "source",
            Dimension::Recipient => "recipient",
            Dimension::Purpose => "purpose",
            Dimension::Place => "place",
        }
    }

    /// The graph whose terms it ranges over; none for actions and forms.
    pub fn graph(self, vocabulary: &Vocabulary) -> Option<&Graph> {
        match self {
            Dimension::Action | Dimension::Form => None,
            Dimension::Data | Dimension::With => Some(&vocabulary.data),
            Dimension::Actor | Dimension::Subject | Dimension::Source | Dimension::Recipient => {
                Some(&vocabulary.parties)
            }
            Dimension::Purpose => Some(&vocabulary.purposes),
            Dimension::Place => Some(&vocabulary.places),
        }
    }

    /// The value of this dimension.
    #[allow(clippy::indexing_slicing)] // a Dimension is always below DIMENSIONS
    pub fn of<T>(self, values: &[T; DIMENSIONS]) -> &T {
        &values[self as usize]
    }

    /// The set of this dimension.
    pub fn set<S: AsRef<[(u32, u32)]>>(self, sets: &[S; DIMENSIONS]) -> &[(u32, u32)] {
        self.of(sets).as_ref()
    }

    /// The value of this dimension, to change.
    #[allow(clippy::indexing_slicing)] // a Dimension is always below DIMENSIONS
    pub fn of_mut<T>(self, values: &mut [T; DIMENSIONS]) -> &mut T {
        &mut values[self as usize]
    }
}

impl Graph {
    /// One past the last cell, channels included.
    pub fn end(&self) -> u32 {
        let ends = self.any.iter().chain(&self.channels).map(|r| r.1);
        ends.max().unwrap_or(1)
    }
}
