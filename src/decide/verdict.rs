//! What a decision can be, and the sets of outcomes that it is made from.

use super::world::Truth;
use serde::Serialize;

/// What the policy says of a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Every flow of the request is permitted.
    Permitted,
    /// No flow is permitted, and one at least is prohibited.
    Prohibited,
    /// The policy says nothing of any flow; to be treated as prohibited.
    Unstated,
    /// Some flows are permitted and some are not, or nobody could tell; never a yes.
    Undetermined,
    /// The recipient is nobody that the policy has heard of; to be treated as prohibited.
    UnlistedThirdParty,
}

impl Verdict {
    /// All of them.
    pub const ALL: [Verdict; 5] = [
        Verdict::Permitted,
        Verdict::Prohibited,
        Verdict::Unstated,
        Verdict::Undetermined,
        Verdict::UnlistedThirdParty,
    ];

    /// Whether the thing asked about may be done.
    pub fn allows(self) -> bool {
        self == Verdict::Permitted
    }

    /// Its name, for people and for JSON.
    pub fn name(self) -> &'static str {
        match self {
            Verdict::Permitted => "permitted",
            Verdict::Prohibited => "prohibited",
            Verdict::Unstated => "unstated",
            Verdict::Undetermined => "undetermined",
            Verdict::UnlistedThirdParty => "unlisted-third-party",
        }
    }
}

/// Why a request is undetermined.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Undecided {
    /// It holds flows that are permitted and flows that are not.
    Mixed,
    /// It was not decided within the steps that a decision may take.
    Budget,
    /// It was made for another bundle.
    OtherBundle,
}

impl Undecided {
    /// Its name, for people and for JSON.
    pub fn name(self) -> &'static str {
        match self {
            Undecided::Mixed => "mixed",
            Undecided::Budget => "budget",
            Undecided::OtherBundle => "other-bundle",
        }
    }
}

/// A verdict, and why it is undetermined where it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answer {
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is undetermined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<Undecided>,
}

impl From<Verdict> for Answer {
    fn from(verdict: Verdict) -> Answer {
        Answer { verdict, undecided: None }
    }
}

impl From<Undecided> for Answer {
    fn from(undecided: Undecided) -> Answer {
        Answer { verdict: Verdict::Undetermined, undecided: Some(undecided) }
    }
}

/// What one flow can come to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(super) enum Outcome {
    Permitted,
    Prohibited,
    Unstated,
}

impl Outcome {
    pub(super) const ALL: [Outcome; 3] = [Outcome::Permitted, Outcome::Prohibited, Outcome::Unstated];

    /// The outcome where it is so certain that an undefeated statement prohibits, and one permits.
    pub(super) fn of(prohibited: Truth, permitted: Truth) -> Option<Outcome> {
        match (prohibited, permitted) {
            (Truth::True, _) => Some(Outcome::Prohibited),
            (Truth::Unknown, _) | (_, Truth::Unknown) => None,
            (Truth::False, Truth::True) => Some(Outcome::Permitted),
            (Truth::False, Truth::False) => Some(Outcome::Unstated),
        }
    }

    pub(super) fn verdict(self) -> Verdict {
        match self {
            Outcome::Permitted => Verdict::Permitted,
            Outcome::Prohibited => Verdict::Prohibited,
            Outcome::Unstated => Verdict::Unstated,
        }
    }
}

/// The outcomes that a set of flows reaches.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Outcomes(u8);

impl Outcomes {
    pub(super) fn one(outcome: Outcome) -> Outcomes {
        Outcomes(1 << outcome as u8)
    }

    pub(super) fn has(self, outcome: Outcome) -> bool {
        self.0 & (1 << outcome as u8) != 0
    }

    pub(super) fn and(self, other: Outcomes) -> Outcomes {
        Outcomes(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether no further flow could change the verdict.
    pub(super) fn mixed(self) -> bool {
        self.has(Outcome::Permitted) && (self.has(Outcome::Prohibited) || self.has(Outcome::Unstated))
    }

    /// The answer to a request that reaches these. A request of no flow gets none, and nothing is ever a yes by default.
    pub(super) fn answer(self) -> Answer {
        if self.mixed() {
            Undecided::Mixed.into()
        } else if self.has(Outcome::Permitted) {
            Verdict::Permitted.into()
        } else if self.has(Outcome::Prohibited) {
            Verdict::Prohibited.into()
        } else {
            Verdict::Unstated.into()
        }
    }
}
