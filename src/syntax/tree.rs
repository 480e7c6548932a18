//! The tree as written: what an author wrote, with the place of every part.
//!
//! No names are resolved here, no defaults filled in and nothing is normalised; a part that the
//! author left out is absent. Parts that could not be read are missing and have their finding.

use smallvec::SmallVec;
use smol_str::SmolStr;
use thin_vec::ThinVec;

use crate::source::{SourceId, Span};

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

/// A declaration.
#[derive(Clone, PartialEq, Debug)]
pub enum Declaration {
    /// `data`, `people`, `party`, `parties`, `purpose`, `place`, `channel`, with their tree.
    Term {
        /// The kind word.
        kind: Spanned<TermKind>,
        /// The outermost term.
        term: Term,
    },
    /// `fact …;`
    Fact(Fact),
    /// `event E "…";`
    Event(Event),
    /// `duty notify(recipient);`
    Duty(DutyDeclaration),
}

/// The kinds of terms that form a graph.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum TermKind {
    /// Categories of data.
    Data,
    /// People.
    People,
    /// One party.
    Party,
    /// A class of parties.
    Parties,
    /// Purposes.
    Purpose,
    /// Places.
    Place,
    /// A way in.
    Channel,
}

/// A term as declared.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// The whole declaration of this term, children included.
    pub span: Span,
    /// `party` or `parties` in front of a member inside braces; `Parties` makes it a class.
    pub class: Option<TermKind>,
    /// Its name.
    pub name: Name,
    /// What it means, for people.
    pub description: Option<Text>,
    /// `bound by "service agreement"`
    pub bound: Option<Text>,
    /// `open because "…"`
    pub open: Option<Text>,
    /// `same as dpv:EmailAddress, "…"`
    pub same: Vec<Text>,
    /// `includes A, B`: existing terms under this one, beside its own children.
    pub includes: Vec<Name>,
    /// What stands behind.
    pub body: TermBody,
}

/// What stands behind a term's name.
#[derive(Clone, PartialEq, Debug)]
pub enum TermBody {
    /// `;`
    Leaf,
    /// `{ … }`: new terms, kinds of this one.
    Children(Vec<Term>),
    /// `= A, B;`: a name for a list.
    Equals(Set),
}

/// A fact.
#[derive(Clone, PartialEq, Debug)]
pub struct Fact {
    /// The whole declaration.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// What it means.
    pub description: Option<Text>,
    /// Its named values; none for a boolean.
    pub values: Vec<Name>,
    /// `default true`, `default EU`
    pub default: Option<Name>,
    /// `ends at E or F`
    pub ends_at: Vec<Name>,
    /// `same as …`
    pub same: Vec<Text>,
}

/// An event.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The whole declaration.
    pub span: Span,
    /// Its name.
    pub name: Name,
    /// What it means.
    pub description: Option<Text>,
    /// `same as …`
    pub same: Vec<Text>,
}

/// A duty verb.
#[derive(Clone, PartialEq, Debug)]
pub struct DutyDeclaration {
    /// The whole declaration.
    pub span: Span,
    /// The verb.
    pub name: Name,
    /// `(recipient)`
    pub parameter: Option<Name>,
    /// What it means.
    pub description: Option<Text>,
}

/// Terms, less terms.
#[derive(Clone, PartialEq, Debug)]
pub struct Set {
    /// The whole phrase.
    pub span: Span,
    /// What it holds: mostly one term.
    pub include: SmallVec<[TermRef; 1]>,
    /// What it does not.
    pub except: ThinVec<TermRef>,
}

/// A use of a term.
#[derive(Clone, PartialEq, Debug)]
pub struct TermRef {
    /// The whole of it, `other` and `the` included.
    pub span: Span,
    /// What is meant.
    pub kind: TermRefKind,
}

/// What a use of a term means.
#[derive(Clone, PartialEq, Debug)]
pub enum TermRefKind {
    /// `any`
    Any,
    /// `other any`
    OtherAny,
    /// `the subject`
    Subject,
    /// `T`
    Named(Name),
    /// `other T`
    Other(Name),
}

/// The actions, adapted from W3C DPV's processing operations.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Action {
    Collect,
    Use,
    Combine,
    Profile,
    Derive,
    Aggregate,
    Anonymize,
    Pseudonymize,
    Share,
    Disclose,
    Transfer,
    Sell,
    Rent,
    Publish,
    Retain,
    Erase,
}

/// The forms of data, from identified to anonymized.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Form {
    Identified,
    Pseudonymous,
    Aggregated,
    Anonymized,
}

/// What a statement says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Modal {
    /// `may`
    May,
    /// `must not`
    MustNot,
    /// `must`
    Must,
    /// `… requires CONDITION`
    Requires,
}

/// A statement about flows; also the body of a question (`modal` is then `May`).
#[derive(Clone, PartialEq, Debug)]
pub struct Statement {
    /// From the first word to the `;`.
    pub span: Span,
    /// `no-brokers:`
    pub label: Option<Name>,
    /// The scope.
    pub front: ThinVec<Front>,
    /// `only` before the actor: its place.
    pub only_actor: Option<Span>,
    /// The actor.
    pub actor: Option<Set>,
    /// What it says.
    pub modal: Spanned<Modal>,
    /// What is done.
    pub actions: SmallVec<[Spanned<Action>; 1]>,
    /// `only` before the data: its place.
    pub only_data: Option<Span>,
    /// The data.
    pub data: Set,
    /// The phrases behind, in the order of their writing. For `requires`, those before the word
    /// are phrases of flow and those behind are guards.
    pub phrases: Vec<Phrase>,
    /// What a `requires` requires.
    pub requires: Option<Condition>,
    /// `subject to L`, `notwithstanding L`
    pub tails: ThinVec<Tail>,
}

/// A phrase of a statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Phrase {
    /// The whole phrase.
    pub span: Span,
    /// `only` in front of it: its place.
    pub only: Option<Span>,
    /// What it says.
    pub kind: PhraseKind,
}

/// What a phrase says.
#[derive(Clone, PartialEq, Debug)]
pub enum PhraseKind {
    /// `with DATA`
    With(Set),
    /// `of PEOPLE`
    Of(Set),
    /// `from PARTY`
    From(Set),
    /// `to PARTY`
    To(Set),
    /// `for PURPOSE`
    For(Set),
    /// `in PLACE`
    In(Set),
    /// `as FORM`
    As {
        /// The forms; `None` is `any`.
        include: Vec<Spanned<Option<Form>>>,
        /// Less these.
        except: Vec<Spanned<Form>>,
    },
    /// `when`, `unless`, `while`
    Guard(GuardWord, Condition),
    /// A phrase of time.
    Time(Time),
    /// `with duty notify, log`
    Duties(Vec<Name>),
    /// `on basis consent`
    Basis(Vec<Name>),
}

/// The words before a condition.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum GuardWord {
    When,
    Unless,
    While,
}

/// A condition in front: the scope of what follows.
#[derive(Clone, PartialEq, Debug)]
pub struct Front {
    /// The whole of it.
    pub span: Span,
    /// What it says.
    pub kind: FrontKind,
}

/// What stands in front.
#[derive(Clone, PartialEq, Debug)]
pub enum FrontKind {
    /// `when C,`
    Guard(GuardWord, Condition),
    /// `after M,`
    After(Moment),
    /// `before M,`
    Before(Moment),
    /// `on E or F,`
    On(Vec<Name>),
}

/// A phrase of time.
#[derive(Clone, PartialEq, Debug)]
pub enum Time {
    /// `for [at least | at most] D [after M]`
    For(Bound, Moment),
    /// `within D [after M]`
    Within(Moment),
    /// `until M`
    Until(Moment),
    /// `after M`
    After(Moment),
    /// `before M`
    Before(Moment),
    /// `indefinitely`
    Indefinitely,
    /// `promptly`
    Promptly,
}

/// The bound of a `for`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Bound {
    Exactly,
    AtLeast,
    AtMost,
}

/// A point in time, or a length with its start left out.
#[derive(Clone, PartialEq, Debug)]
pub struct Moment {
    /// The whole of it.
    pub span: Span,
    /// What it says.
    pub kind: MomentKind,
}

/// What a moment says.
#[derive(Clone, PartialEq, Debug)]
pub enum MomentKind {
    /// `E`
    Event(Name),
    /// `25 days + 30 days [after M]`
    Length(Vec<Duration>, Option<Box<Moment>>),
    /// `the later of (…) [after M]`
    Later(Vec<Moment>, Option<Box<Moment>>),
    /// `the earlier of (…) [after M]`
    Earlier(Vec<Moment>, Option<Box<Moment>>),
}

/// A length of time, as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Duration {
    /// The whole of it.
    pub span: Span,
    /// How many.
    pub count: u32,
    /// Of what.
    pub unit: Unit,
}

/// The units of time.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[allow(missing_docs)]
pub enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// A condition.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// The whole of it.
    pub span: Span,
    /// What it says.
    pub kind: ConditionKind,
}

/// What a condition says.
#[derive(Clone, PartialEq, Debug)]
pub enum ConditionKind {
    /// `A and B`
    And(Vec<Condition>),
    /// `A or B`
    Or(Vec<Condition>),
    /// `not A`
    Not(Box<Condition>),
    /// `since(E) <= 30 days`
    Since {
        /// The event.
        event: Name,
        /// How it compares.
        comparison: Comparison,
        /// With what: a sum.
        length: Vec<Duration>,
    },
    /// `after M`
    After(Moment),
    /// `before M`
    Before(Moment),
    /// `consent`
    Fact(Name),
    /// `region is (EU, Switzerland)`, `region is not EU`
    Is {
        /// The fact.
        fact: Name,
        /// `is not`
        negated: bool,
        /// The values.
        values: Vec<Name>,
    },
}

/// How two lengths compare.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Comparison {
    Less,
    AtMost,
    Equal,
    NotEqual,
    AtLeast,
    Greater,
}

/// Precedence behind a statement.
#[derive(Clone, PartialEq, Debug)]
pub struct Tail {
    /// The whole of it.
    pub span: Span,
    /// `notwithstanding` prevails, `subject to` yields.
    pub prevails: bool,
    /// Over or to these labels.
    pub labels: Vec<Name>,
}

/// `[L:] on E, [WHO] must VERB [WHOM] …;`
#[derive(Clone, PartialEq, Debug)]
pub struct Duty {
    /// From the first word to the `;`.
    pub span: Span,
    /// Its label.
    pub label: Option<Name>,
    /// When it arises.
    pub front: ThinVec<Front>,
    /// Who has it.
    pub actor: Option<Set>,
    /// The verb.
    pub verb: Name,
    /// Towards whom.
    pub whom: Option<Set>,
    /// Phrases of flow, guards, `within`, `promptly`.
    pub phrases: Vec<Phrase>,
    /// Precedence.
    pub tails: ThinVec<Tail>,
}

/// `User has right of erasure over X …;`
#[derive(Clone, PartialEq, Debug)]
pub struct Right {
    /// From the first word to the `;`.
    pub span: Span,
    /// Its label.
    pub label: Option<Name>,
    /// The scope.
    pub front: ThinVec<Front>,
    /// Who has it.
    pub holder: Set,
    /// `erasure, access`: names of rights, as written.
    pub names: Vec<Name>,
    /// Over what data.
    pub over: Set,
    /// Phrases of flow, guards and `within`.
    pub phrases: Vec<Phrase>,
    /// `only` before `through`: its place.
    pub only_through: Option<Span>,
    /// The channels: strings, or the names of declared channels.
    pub through: Vec<Through>,
    /// `starts E`
    pub starts: Vec<Name>,
    /// `sets F`, `sets not F`, `sets F is V`
    pub sets: Vec<Sets>,
    /// Precedence.
    pub tails: ThinVec<Tail>,
}

/// A way to exercise a right.
#[derive(Clone, PartialEq, Debug)]
pub enum Through {
    /// An address.
    Address(Text),
    /// A declared channel.
    Channel(Name),
}

/// What exercising a right makes of a fact.
#[derive(Clone, PartialEq, Debug)]
pub struct Sets {
    /// The whole of it.
    pub span: Span,
    /// The fact.
    pub fact: Name,
    /// `not`
    pub negated: bool,
    /// `is V`
    pub value: Option<Name>,
}
