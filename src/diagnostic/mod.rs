//! What a finding is. Rendering is below, one file per format; renderers are total and filter nothing.

pub mod fix;
pub mod github;
pub mod human;
pub mod json;
pub mod junit;
pub mod sarif;

use crate::source::Span;

/// How bad a finding is. Ordered: a note is least.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth knowing.
    Note,
    /// Probably wrong.
    Warning,
    /// Wrong: nothing is built.
    Error,
}

/// How two sets of terms relate, of the first as seen from the second.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Relation {
    /// The same.
    Equal,
    /// The first lies within the second.
    Narrower,
    /// The first holds the second.
    Wider,
    /// They share something, and each has something of its own.
    Overlapping,
    /// They share nothing.
    Disjoint,
}

impl Relation {
    /// The sign that people read.
    pub fn sign(self) -> &'static str {
        match self {
            Relation::Equal => "=",
            Relation::Narrower => "<",
            Relation::Wider => ">",
            Relation::Overlapping => "≈",
            Relation::Disjoint => "#",
        }
    }
}

/// A place that a finding points at.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
    /// How the permission there relates to the prohibition, per dimension (by the dimension's name).
    pub relations: Vec<(&'static str, Relation)>,
}

/// One concrete flow that shows a finding, and what is claimed of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Witness {
    /// The flow in words.
    pub words: String,
    /// Its cell in each dimension, in the order of `flow::dimension`.
    pub cells: Vec<u32>,
    /// Its value for each variable of the world.
    pub world: Vec<u32>,
    /// What the policy says of it, as the algebra sees it: `permitted`, `prohibited` or `unstated`.
    pub verdict: &'static str,
}

/// A text that is to stand in place of another.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Edit {
    /// What goes; empty where nothing does.
    pub span: Span,
    /// What comes.
    pub replacement: String,
}

/// A remedy that is certain: edits that a tool may apply without asking, all or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, as a command: `remove this line`.
    pub title: String,
    /// The edits; none of them overlap.
    pub edits: Vec<Edit>,
}

/// The checks that end the reading of a policy.
const OF_READING: [&str; 16] = [
    "syntax",
    "limit",
    "confusable",
    "undeclared",
    "duplicate",
    "cyclic-vocabulary",
    "wrong-kind",
    "phrase-not-taken",
    "misplaced-only",
    "empty-set",
    "impossible-date",
    "policy-header",
    "missing-import",
    "configuration",
    "cyclic-extends",
    "dangling-precedence",
];

/// Whether what a check finds ends the reading of a policy: as long as it is there, there is no policy
/// about which anything could be decided.
pub fn ends_reading(check: &str) -> bool {
    OF_READING.contains(&check)
}

/// What a finding is about: a statement, a clause, a term, a document, the policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The names under which it can be accepted: its own first, then those of what it stands in.
    pub names: Vec<String>,
}

impl Subject {
    /// The name that says most exactly what is meant.
    pub fn name(&self) -> Option<&str> {
        self.names.first().map(String::as_str)
    }
}

/// One finding.
#[derive(Clone, PartialEq, Debug)]
pub struct Finding {
    /// The check's name; empty where it is no check's, but a failed test's.
    pub check: &'static str,
    /// How bad.
    pub level: Level,
    /// What is wrong: lower case, no final period, the author's words in backticks.
    pub message: String,
    /// The primary place.
    pub primary: Label,
    /// The other places.
    pub secondary: Vec<Label>,
    /// One concrete flow that shows it, in words.
    pub witness: Option<Witness>,
    /// Why, and what else is to be known.
    pub notes: Vec<String>,
    /// What to do; exact text to type where there is one.
    pub help: Vec<String>,
    /// The remedy, where it is certain.
    pub fix: Option<Fix>,
    /// What it is about. A check leaves it open where that is what stands at the primary place.
    pub about: Vec<Subject>,
    /// What stands at the other places.
    pub beside: Vec<Subject>,
}

/// A finding that somebody decided to live with.
#[derive(Clone, PartialEq, Debug)]
pub struct Accepted {
    /// The finding.
    pub finding: Finding,
    /// The lines that accept it.
    pub by: Vec<Acceptance>,
}

/// A line that accepts findings.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acceptance {
    /// Where it stands.
    pub span: Span,
    /// Why.
    pub because: String,
    /// The last day on which it holds, `YYYY-MM-DD`.
    pub until: String,
}

impl Finding {
    /// A finding at one place.
    pub fn new(check: &'static str, level: Level, message: impl Into<String>, span: Span) -> Finding {
        Finding {
            check,
            level,
            message: message.into(),
            primary: Label { span, text: String::new(), relations: Vec::new() },
            secondary: Vec::new(),
            witness: None,
            notes: Vec::new(),
            help: Vec::new(),
            fix: None,
            about: Vec::new(),
            beside: Vec::new(),
        }
    }

    /// With words at the primary place.
    pub fn at(mut self, text: impl Into<String>) -> Finding {
        self.primary.text = text.into();
        self
    }

    /// With a further place.
    pub fn and(mut self, span: Span, text: impl Into<String>) -> Finding {
        self.secondary.push(Label { span, text: text.into(), relations: Vec::new() });
        self
    }

    /// With a note.
    pub fn note(mut self, text: impl Into<String>) -> Finding {
        self.notes.push(text.into());
        self
    }

    /// With a way out.
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help.push(text.into());
        self
    }

    /// With a remedy of one edit.
    pub fn fix(mut self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Finding {
        let edits = vec![Edit { span, replacement: replacement.into() }];
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }

    /// With what it is about, where its primary place does not say so.
    pub fn about(mut self, subjects: impl IntoIterator<Item = Subject>) -> Finding {
        for subject in subjects {
            if !self.about.contains(&subject) {
                self.about.push(subject);
            }
        }
        self
    }

    /// With a witness.
    pub fn witness(mut self, witness: Witness) -> Finding {
        self.witness = Some(witness);
        self
    }
}
