//! What stands in braces: sections, clauses and tests, and their members.

use super::{Condition, Date, Duty, Front, Name, Right, Spanned, Statement, Text};
use crate::source::Span;

/// A section: the clauses under one heading of the document.
#[derive(Clone, PartialEq, Debug)]
pub struct Section {
    /// The whole section.
    pub span: Span,
    /// The label.
    pub label: Name,
    /// The heading.
    pub title: Option<Text>,
    /// `when region is California`: the scope of all in it.
    pub front: Vec<Front>,
    /// Its clauses and members, in order.
    pub items: Vec<SectionItem>,
}

/// What stands in a section.
#[derive(Clone, PartialEq, Debug)]
#[allow(clippy::large_enum_variant, reason = "sections hold few of either, and are seldom moved")]
pub enum SectionItem {
    /// A clause.
    Clause(Clause),
    /// What may also stand in a clause.
    Member(Member),
}

/// A clause: statements that share their citations.
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// The whole clause.
    pub span: Span,
    /// The label.
    pub label: Name,
    /// The heading.
    pub title: Option<Text>,
    /// The scope of all in it.
    pub front: Vec<Front>,
    /// Its members, in order.
    pub members: Vec<Member>,
}

/// What stands in a clause, a section or a file.
#[derive(Clone, PartialEq, Debug)]
pub enum Member {
    /// `cites [DOCUMENT] "fragment";`
    Cites(Cites),
    /// `informative { cites "…"; }`
    Informative {
        /// The whole of it.
        span: Span,
        /// What it cites.
        cites: Vec<Cites>,
    },
    /// `promise "…" [by PARTY] { cites "…"; }`
    Promise {
        /// The whole of it.
        span: Span,
        /// What is promised.
        text: Option<Text>,
        /// In whose name, where not the issuer's.
        by: Option<Name>,
        /// What it cites.
        cites: Vec<Cites>,
    },
    /// `accept KIND of A, … [with B, …] because "…" until DATE;`
    Accept(Box<Accept>),
    /// `never CONDITION;`
    Never {
        /// The whole of it.
        span: Span,
        /// The worlds that cannot occur.
        condition: Condition,
    },
    /// `A, B prevails over C because "…";`
    Prevails {
        /// The whole of it.
        span: Span,
        /// The labels that prevail.
        winners: Vec<Name>,
        /// The labels that yield.
        losers: Vec<Name>,
        /// Why.
        because: Option<Text>,
    },
    /// `T includes A, B;`
    Includes {
        /// The whole of it.
        span: Span,
        /// The further parent.
        parent: Name,
        /// Existing terms.
        children: Vec<Name>,
    },
    /// A right of a person.
    Right(Box<Right>),
    /// `on E must notify User within 72 hours;`
    Duty(Box<Duty>),
    /// A statement about flows.
    Statement(Box<Statement>),
}

/// A citation of the document.
#[derive(Clone, PartialEq, Debug)]
pub struct Cites {
    /// The whole of it.
    pub span: Span,
    /// Which document, where there are several.
    pub document: Option<Name>,
    /// A fragment of a few words.
    pub fragment: Text,
}

/// A decision to live with a finding.
#[derive(Clone, PartialEq, Debug)]
pub struct Accept {
    /// The whole of it.
    pub span: Span,
    /// The check's name, or `contradiction`.
    pub kind: Name,
    /// What it is about: labels, or names of terms.
    pub of: Vec<Name>,
    /// The other side; empty where none is named.
    pub with: Vec<Name>,
    /// Why.
    pub because: Text,
    /// Until when.
    pub until: Spanned<Date>,
}

/// What the policy is expected to say of some requests.
#[derive(Clone, PartialEq, Debug)]
pub struct Test {
    /// The whole test.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// What it is about, for people.
    pub title: Option<Text>,
    /// The scope of all requests in it.
    pub front: Vec<Front>,
    /// What is expected, in order.
    pub expectations: Vec<Expectation>,
}

/// `prohibited sell Email to any by no-sale;`
#[derive(Clone, PartialEq, Debug)]
pub struct Expectation {
    /// From the verdict to the `;`.
    pub span: Span,
    /// The verdict.
    pub verdict: Spanned<Verdict>,
    /// What is asked, from behind the verdict to its last phrase.
    pub question: Statement,
    /// `with duty notify`: the whole phrase, and duties that come with the yes.
    pub duties: Option<(Span, Vec<Name>)>,
    /// `by L`: labels under each of which a statement decides.
    pub by: Vec<Name>,
}

/// What a policy can say of a request.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Verdict {
    Permitted,
    Prohibited,
    Unstated,
    Undetermined,
    UnlistedThirdParty,
}
