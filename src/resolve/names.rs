//! What names mean where they are written, and what kind of thing belongs where.
//!
//! Looks up; declares nothing. Checks: `undeclared`, `wrong-kind`.

use super::Resolver;
use crate::source::Span;
use crate::syntax::tree::Name;
use crate::vocabulary::{Graph, TermId};
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// A name that nothing declares.
pub const UNDECLARED: &str = "undeclared";
/// A name of one kind where another kind belongs.
pub const WRONG_KIND: &str = "wrong-kind";

/// The event that a length counts from where nothing else is said: the data at hand was collected.
pub(super) const COLLECTION: &str = "Collection";

/// What a declared name stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Data,
    People,
    Party,
    Parties,
    Purpose,
    Place,
    Channel,
    Fact,
    Event,
}

impl Kind {
    /// After a name: what it is.
    pub fn is(self) -> &'static str {
        match self {
            Kind::Data => "is data",
            Kind::People => "names people",
            Kind::Party => "is a party",
            Kind::Parties => "is a class of parties",
            Kind::Purpose => "is a purpose",
            Kind::Place => "is a place",
            Kind::Channel => "is a channel",
            Kind::Fact => "is a fact",
            Kind::Event => "is an event",
        }
    }

    /// The graph that it is a term of.
    pub fn graph(self) -> Option<Graph> {
        match self {
            Kind::Data => Some(Graph::Data),
            Kind::People | Kind::Party | Kind::Parties => Some(Graph::Party),
            Kind::Purpose => Some(Graph::Purpose),
            Kind::Place => Some(Graph::Place),
            Kind::Channel => Some(Graph::Channel),
            Kind::Fact | Kind::Event => None,
        }
    }
}

/// What belongs somewhere.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Wanted {
    Data,
    /// A party or people.
    Party,
    /// The same, where the data is about them.
    Subject,
    /// A party, people or a channel.
    Source,
    Purpose,
    Place,
    Channel,
    Fact,
    Event,
}

impl Wanted {
    /// What belongs where terms of a graph do.
    pub fn of(graph: Graph) -> Wanted {
        match graph {
            Graph::Data => Wanted::Data,
            Graph::Party => Wanted::Party,
            Graph::Purpose => Wanted::Purpose,
            Graph::Place => Wanted::Place,
            Graph::Channel => Wanted::Channel,
        }
    }

    pub fn fits(self, kind: Kind) -> bool {
        match self {
            Wanted::Data => kind == Kind::Data,
            Wanted::Party | Wanted::Subject => kind.graph() == Some(Graph::Party),
            Wanted::Source => kind == Kind::Channel || kind.graph() == Some(Graph::Party),
            Wanted::Purpose => kind == Kind::Purpose,
            Wanted::Place => kind == Kind::Place,
            Wanted::Channel => kind == Kind::Channel,
            Wanted::Fact => kind == Kind::Fact,
            Wanted::Event => kind == Kind::Event,
        }
    }

    /// What belongs there, in words.
    pub fn words(self) -> &'static str {
        match self {
            Wanted::Data => "data",
            Wanted::Party => "a party",
            Wanted::Subject => "a group of people",
            Wanted::Source => "a party or a channel",
            Wanted::Purpose => "a purpose",
            Wanted::Place => "a place",
            Wanted::Channel => "a channel",
            Wanted::Fact => "a fact",
            Wanted::Event => "an event",
        }
    }

    pub fn plural(self) -> &'static str {
        match self {
            Wanted::Data => "categories of data",
            Wanted::Party | Wanted::Subject => "parties and people",
            Wanted::Source => "parties, people and channels",
            Wanted::Purpose => "purposes",
            Wanted::Place => "places",
            Wanted::Channel => "channels",
            Wanted::Fact => "facts",
            Wanted::Event => "events",
        }
    }

    /// The word that declares one.
    pub fn keyword(self) -> &'static str {
        match self {
            Wanted::Data => "data",
            Wanted::Party | Wanted::Source => "party",
            Wanted::Subject => "people",
            Wanted::Purpose => "purpose",
            Wanted::Place => "place",
            Wanted::Channel => "channel",
            Wanted::Fact => "fact",
            Wanted::Event => "event",
        }
    }
}

/// A declared name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub kind: Kind,
    /// The number of the term, fact or event.
    pub index: u32,
    pub unit: usize,
    pub span: Span,
}

/// All declared names; duty verbs and labels are not among them.
#[derive(Default)]
pub(super) struct Names<'a> {
    pub by_name: FxHashMap<&'a str, Entry>,
    /// In the order of their declaration.
    pub listed: Vec<(&'a str, Entry)>,
    /// Duty verbs: their number, folder and place.
    pub verbs: FxHashMap<&'a str, (usize, usize, Span)>,
    /// The event `Collection`, where nothing declares it and something speaks of it.
    collection: Option<u32>,
    /// Which finding speaks of a name that nothing declares, so that it is said once.
    pub said: FxHashMap<(usize, SmolStr, Wanted), usize>,
}

impl<'a> Resolver<'a> {
    /// What a name stands for, where it is of the kind that belongs here; reported otherwise.
    pub(super) fn find(&mut self, name: &Name, wanted: Wanted) -> Option<Entry> {
        match self.names.by_name.get(name.node.as_str()).copied() {
            Some(entry) if !self.units.sees(self.unit, entry.unit) => {
                self.out_of_sight(name, entry);
                None
            }
            Some(entry) if wanted.fits(entry.kind) => Some(entry),
            Some(entry) => {
                self.wrong_kind(name, entry, wanted);
                None
            }
            None => {
                self.undeclared(name, wanted);
                None
            }
        }
    }

    /// The term that a name stands for.
    pub(super) fn term(&mut self, name: &Name, wanted: Wanted) -> Option<TermId> {
        self.find(name, wanted).map(|e| TermId(e.index))
    }

    /// Whether a name stands for anything; reported otherwise. For words whose place is wrong already.
    pub(super) fn known(&mut self, name: &Name, wanted: Wanted) {
        if !self.names.by_name.contains_key(name.node.as_str()) {
            self.undeclared(name, wanted);
        }
    }

    /// The number of an event; `Collection` comes into being where it is first spoken of.
    pub(super) fn event(&mut self, name: &Name) -> Option<u32> {
        if name.node == COLLECTION && !self.names.by_name.contains_key(COLLECTION) {
            return Some(self.collection(name.span));
        }
        self.find(name, Wanted::Event).map(|e| e.index)
    }

    /// The number of the event `Collection`.
    pub(super) fn collection(&mut self, span: Span) -> u32 {
        let declared = self.names.by_name.get(COLLECTION).filter(|e| e.kind == Kind::Event);
        if let Some(at) = declared.map(|e| e.index).or(self.names.collection) {
            return at;
        }
        self.names.collection = Some(self.events.len() as u32);
        self.events.push(crate::policy::Event {
            name: COLLECTION.to_owned(),
            span,
            description: None,
            built_in: true,
        });
        self.events.len() as u32 - 1
    }
}
