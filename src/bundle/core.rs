//! What stays in memory of a content once it has been read: all that deciding looks at.
//!
//! What people read (texts, places, citations, rights, promises) stays in the bundle's own text, and is
//! read from there when somebody asks. Checks nothing.

use super::format::{
    Citation, Condition, Content, Limit, Policy, Ranges, Release, Rule, Statement, Variable, Vocabulary,
};
use super::index::Entry;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The members of a content that deciding looks at.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Core {
    pub policy: Policy,
    pub release: Option<Release>,
    pub vocabulary: Vocabulary,
    pub variables: Vec<Variable>,
    pub sets: Vec<Ranges>,
    pub conditions: Vec<Condition>,
    pub impossible: Option<u32>,
    pub precedence: Vec<(u32, u32)>,
}

/// What two statements can disagree about beside their effects.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Terms {
    pub limit: Option<Limit>,
    pub duties: Vec<String>,
}

/// What people read of a statement, and the duties that come with it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Shown {
    pub label: String,
    pub text: String,
    pub place: String,
    pub citations: Vec<Citation>,
    pub duties: Vec<String>,
}

/// A content taken apart.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Parts {
    pub core: Core,
    /// The boxes of all statements, in the order of the file.
    pub entries: Vec<Entry>,
    /// By statement.
    pub terms: Vec<Terms>,
    /// Where each statement begins in the content's text.
    pub starts: Vec<u32>,
}

impl Core {
    /// What deciding needs of a content; the rest of it is dropped.
    pub(super) fn of(content: Content) -> Core {
        let Content {
            policy, release, vocabulary, variables, sets, conditions, impossible, precedence, ..
        } = content;
        Core { policy, release, vocabulary, variables, sets, conditions, impossible, precedence }
    }
}

impl From<Statement> for Shown {
    fn from(statement: Statement) -> Shown {
        let Statement { label, text, place, citations, duties, .. } = statement;
        Shown { label, text, place, citations, duties }
    }
}

impl Parts {
    /// Takes a content apart that was read from this text.
    pub(super) fn of(mut content: Content, text: &str) -> Parts {
        let (mut entries, mut terms) = (Vec::new(), Vec::new());
        for (statement, number) in std::mem::take(&mut content.statements).into_iter().zip(0..) {
            for Rule { effect, boxes } in statement.rules {
                entries.extend(boxes.iter().map(|flows| Entry {
                    statement: number,
                    effect,
                    when: flows.when,
                    sets: flows.sets(),
                }));
            }
            terms.push(Terms { limit: statement.limit, duties: statement.duties });
        }
        Parts { core: Core::of(content), entries, terms, starts: starts(text) }
    }
}

/// Where each statement begins in a text that is a content.
fn starts(text: &str) -> Vec<u32> {
    #[derive(Deserialize)]
    struct Statements<'a> {
        #[serde(borrow)]
        statements: Vec<&'a RawValue>,
    }
    // It has been read before, with more asked of it.
    let statements = serde_json::from_str::<Statements>(text).map_or(Vec::new(), |s| s.statements);
    let begin = text.as_ptr().addr();
    statements.iter().map(|raw| (raw.get().as_ptr().addr() - begin) as u32).collect()
}
