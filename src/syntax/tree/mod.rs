//! The tree as written: what an author wrote, with the place of every part.
//!
//! No names are resolved here, no defaults filled in and nothing is normalised; a part that the
//! author left out is absent. Parts that could not be read are missing and have their finding.

mod blocks;
mod conditions;
mod declarations;
mod rights;
mod statements;
mod times;

use crate::source::{SourceId, Span};
use smol_str::SmolStr;

pub use blocks::{Accept, Cites, Clause, Expectation, Member, Section, SectionItem, Test, Verdict};
pub use conditions::{Comparison, Condition, ConditionKind, Front, FrontKind, GuardWord};
pub use declarations::{Declaration, DutyDeclaration, Event, Fact, Term, TermBody, TermKind};
pub use rights::{Right, Sets, Through};
pub use statements::{
    Action, Duty, Form, Modal, Phrase, PhraseKind, Set, Statement, Tail, TermRef, TermRefKind,
};
pub use times::{Bound, Duration, Moment, MomentKind, Time, Unit};

/// Something with its place.
#[derive(Clone, PartialEq, Debug)]
pub struct Spanned<T> {
    /// The thing.
    pub node: T,
    /// Where it stands.
    pub span: Span,
}

/// A name or a label, as written (NFC). Most are short, and are kept in place.
pub type Name = Spanned<SmolStr>;

/// The contents of a string, its escapes undone.
pub type Text = Spanned<String>;

/// One file.
#[derive(Clone, PartialEq, Debug)]
pub struct File {
    /// Which file it is.
    pub source: SourceId,
    /// What stands in it, in order.
    pub items: Vec<Item>,
}

/// What stands at the outermost level of a file.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// `policy clari "…" { … }`
    Policy(PolicyHeader),
    /// `import "../company";`
    Import(Text),
    /// `extends "../clari";` outside the header.
    Extends(Text),
    /// `section sharing "…" { … }`
    Section(Section),
    /// `clause no-sale { … }`
    Clause(Clause),
    /// `test vendors { permitted …; }`
    Test(Test),
    /// A declaration of a term.
    Declaration(Declaration),
    /// What may also stand in a clause.
    Member(Member),
}

/// The header of a policy.
#[derive(Clone, PartialEq, Debug)]
pub struct PolicyHeader {
    /// The whole header.
    pub span: Span,
    /// The policy's name, which is a label too.
    pub label: Name,
    /// The title for people.
    pub title: Option<Text>,
    /// `issuer A, B;`
    pub issuer: Vec<Name>,
    /// `document [LABEL] "path";`
    pub documents: Vec<Document>,
    /// `revised 2017-02-28 ["where it says so"];` in order: the first is the date that the document states.
    pub revised: Vec<(Spanned<Date>, Option<Text>)>,
    /// `extends "../clari";`
    pub extends: Vec<Text>,
}

/// A document that a policy encodes.
#[derive(Clone, PartialEq, Debug)]
pub struct Document {
    /// Its label, where there are several.
    pub label: Option<Name>,
    /// Its path, relative to the policy's folder.
    pub path: Text,
}

/// A date as written; whether the calendar has it is for `resolve` to say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Date {
    /// The year.
    pub year: i16,
    /// The month as written, 1 to 12 in a real date.
    pub month: u8,
    /// The day as written.
    pub day: u8,
}
