//! What was read without its places, to compare what two texts say.

use super::super::build::{Built, Head, HeaderLine};
use super::super::tree::*;
use super::pieces::phrase_rank;
use crate::source::{SourceId, Span};
use smallvec::SmallVec;
use thin_vec::ThinVec;

/// What knows where it stands, and can forget it.
pub(super) trait Unplaced {
    /// Forgets where it and all its parts stand; phrases get the one order.
    fn unplace(&mut self);
}

impl Unplaced for Span {
    fn unplace(&mut self) {
        *self = Span { source: SourceId(0), start: 0, end: 0 };
    }
}

impl<T: Unplaced> Unplaced for Vec<T> {
    fn unplace(&mut self) {
        self.iter_mut().for_each(Unplaced::unplace);
    }
}

impl<T: Unplaced> Unplaced for ThinVec<T> {
    fn unplace(&mut self) {
        self.iter_mut().for_each(Unplaced::unplace);
    }
}

impl<T: Unplaced> Unplaced for SmallVec<[T; 1]> {
    fn unplace(&mut self) {
        self.iter_mut().for_each(Unplaced::unplace);
    }
}

impl<T: Unplaced> Unplaced for Option<T> {
    fn unplace(&mut self) {
        self.iter_mut().for_each(Unplaced::unplace);
    }
}

impl<T: Unplaced> Unplaced for Box<T> {
    fn unplace(&mut self) {
        self.as_mut().unplace();
    }
}

impl<T> Unplaced for Spanned<T> {
    fn unplace(&mut self) {
        self.span.unplace();
    }
}

impl<A: Unplaced, B: Unplaced> Unplaced for (A, B) {
    fn unplace(&mut self) {
        self.0.unplace();
        self.1.unplace();
    }
}

/// Structures, with the fields that have places.
macro_rules! structures {
    ($($name:ident { $($field:ident)* })*) => {
        $(impl Unplaced for $name {
            fn unplace(&mut self) {
                $(self.$field.unplace();)*
            }
        })*
    };
}

structures! {
    Document { label path }
    Expectation { span verdict question duties by }
    Cites { span document fragment }
    Accept { span kind of with because until }
    Term { span name description bound open same includes body }
    Fact { span name description values default ends_at same }
    Event { span name description same }
    DutyDeclaration { span name parameter description }
    Set { span include except }
    TermRef { span kind }
    Phrase { span only kind }
    Front { span kind }
    Moment { span kind }
    Duration { span }
    Condition { span kind }
    Tail { span labels }
    Sets { span fact value }
}

impl Unplaced for Statement {
    fn unplace(&mut self) {
        self.span.unplace();
        self.label.unplace();
        self.front.unplace();
        self.only_actor.unplace();
        self.actor.unplace();
        self.modal.unplace();
        self.actions.unplace();
        self.only_data.unplace();
        self.data.unplace();
        self.phrases.unplace();
        self.phrases.sort_by_key(|p| phrase_rank(&p.kind));
        self.requires.unplace();
        self.tails.unplace();
    }
}

impl Unplaced for Duty {
    fn unplace(&mut self) {
        self.span.unplace();
        self.label.unplace();
        self.front.unplace();
        self.actor.unplace();
        self.verb.unplace();
        self.whom.unplace();
        self.phrases.unplace();
        self.phrases.sort_by_key(|p| phrase_rank(&p.kind));
        self.tails.unplace();
    }
}

impl Unplaced for Right {
    fn unplace(&mut self) {
        self.span.unplace();
        self.label.unplace();
        self.front.unplace();
        self.holder.unplace();
        self.names.unplace();
        self.over.unplace();
        self.phrases.unplace();
        self.phrases.sort_by_key(|p| phrase_rank(&p.kind));
        self.only_through.unplace();
        self.through.unplace();
        self.starts.unplace();
        self.sets.unplace();
        self.tails.unplace();
    }
}

impl Unplaced for Built {
    fn unplace(&mut self) {
        match self {
            Built::Head(head) => head.unplace(),
            Built::Header(line) => line.unplace(),
            Built::Import(text) => text.unplace(),
            Built::Declaration(declaration) => declaration.unplace(),
            Built::Member(member) => member.unplace(),
            Built::Term(term) => term.unplace(),
            Built::Expectation(expectation) => expectation.unplace(),
        }
    }
}

impl Unplaced for Head {
    fn unplace(&mut self) {
        match self {
            Head::Policy(label, title) => {
                label.unplace();
                title.unplace();
            }
            Head::Section(label, title, front)
            | Head::Clause(label, title, front)
            | Head::Test(label, title, front) => {
                label.unplace();
                title.unplace();
                front.unplace();
            }
            Head::Informative => {}
            Head::Promise(text, by) => {
                text.unplace();
                by.unplace();
            }
            Head::Term(kind, term) => {
                kind.unplace();
                term.unplace();
            }
        }
    }
}

impl Unplaced for HeaderLine {
    fn unplace(&mut self) {
        match self {
            HeaderLine::Issuer(names) => names.unplace(),
            HeaderLine::Document(document) => document.unplace(),
            HeaderLine::Revised(date, text) => {
                date.unplace();
                text.unplace();
            }
            HeaderLine::Extends(text) => text.unplace(),
        }
    }
}

impl Unplaced for Member {
    fn unplace(&mut self) {
        match self {
            Member::Cites(cites) => cites.unplace(),
            Member::Informative { span, cites } => {
                span.unplace();
                cites.unplace();
            }
            Member::Promise { span, text, by, cites } => {
                span.unplace();
                text.unplace();
                by.unplace();
                cites.unplace();
            }
            Member::Accept(accept) => accept.unplace(),
            Member::Never { span, condition } => {
                span.unplace();
                condition.unplace();
            }
            Member::Prevails { span, winners, losers, because } => {
                span.unplace();
                winners.unplace();
                losers.unplace();
                because.unplace();
            }
            Member::Includes { span, parent, children } => {
                span.unplace();
                parent.unplace();
                children.unplace();
            }
            Member::Right(right) => right.unplace(),
            Member::Duty(duty) => duty.unplace(),
            Member::Statement(statement) => statement.unplace(),
        }
    }
}

impl Unplaced for Declaration {
    fn unplace(&mut self) {
        match self {
            Declaration::Term { kind, term } => {
                kind.unplace();
                term.unplace();
            }
            Declaration::Fact(fact) => fact.unplace(),
            Declaration::Event(event) => event.unplace(),
            Declaration::Duty(duty) => duty.unplace(),
        }
    }
}

impl Unplaced for TermBody {
    fn unplace(&mut self) {
        match self {
            TermBody::Leaf => {}
            TermBody::Children(terms) => terms.unplace(),
            TermBody::Equals(set) => set.unplace(),
        }
    }
}

impl Unplaced for TermRefKind {
    fn unplace(&mut self) {
        match self {
            TermRefKind::Any | TermRefKind::OtherAny | TermRefKind::Subject => {}
            TermRefKind::Named(name) | TermRefKind::Other(name) => name.unplace(),
        }
    }
}

impl Unplaced for PhraseKind {
    fn unplace(&mut self) {
        match self {
            PhraseKind::With(set)
            | PhraseKind::Of(set)
            | PhraseKind::From(set)
            | PhraseKind::To(set)
            | PhraseKind::For(set)
            | PhraseKind::In(set) => set.unplace(),
            PhraseKind::As { include, except } => {
                include.unplace();
                except.unplace();
            }
            PhraseKind::Guard(_, condition) => condition.unplace(),
            PhraseKind::Time(time) => time.unplace(),
            PhraseKind::Duties(names) | PhraseKind::Basis(names) => names.unplace(),
        }
    }
}

impl Unplaced for Time {
    fn unplace(&mut self) {
        match self {
            Time::For(_, moment)
            | Time::Within(moment)
            | Time::Until(moment)
            | Time::After(moment)
            | Time::Before(moment) => moment.unplace(),
            Time::Indefinitely | Time::Promptly => {}
        }
    }
}

impl Unplaced for FrontKind {
    fn unplace(&mut self) {
        match self {
            FrontKind::Guard(_, condition) => condition.unplace(),
            FrontKind::After(moment) | FrontKind::Before(moment) => moment.unplace(),
            FrontKind::On(names) => names.unplace(),
        }
    }
}

impl Unplaced for MomentKind {
    fn unplace(&mut self) {
        match self {
            MomentKind::Event(name) => name.unplace(),
            MomentKind::Length(lengths, after) => {
                lengths.unplace();
                after.unplace();
            }
            MomentKind::Later(moments, after) | MomentKind::Earlier(moments, after) => {
                moments.unplace();
                after.unplace();
            }
        }
    }
}

impl Unplaced for ConditionKind {
    fn unplace(&mut self) {
        match self {
            ConditionKind::And(parts) | ConditionKind::Or(parts) => parts.unplace(),
            ConditionKind::Not(inner) => inner.unplace(),
            ConditionKind::Since { event, length, .. } => {
                event.unplace();
                length.unplace();
            }
            ConditionKind::After(moment) | ConditionKind::Before(moment) => moment.unplace(),
            ConditionKind::Fact(name) => name.unplace(),
            ConditionKind::Is { fact, values, .. } => {
                fact.unplace();
                values.unplace();
            }
        }
    }
}

impl Unplaced for Through {
    fn unplace(&mut self) {
        match self {
            Through::Address(text) => text.unplace(),
            Through::Channel(name) => name.unplace(),
        }
    }
}
