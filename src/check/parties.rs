//! Who is who among the parties, as sets of cells: what the checks of third parties share.

use crate::flow::cells::CellSet;
use crate::policy::Policy;
use crate::source::Span;
use crate::vocabulary::{Graph, Sort, Term, TermId};
use rustc_hash::FxHashMap;

/// The parts of the graph of people and parties.
pub struct Parties {
    /// The issuer, with all below it.
    pub issuer: CellSet,
    /// All that is `bound by` something, or lies below what is.
    pub bound: CellSet,
    /// People, and the very person whom the data is about.
    pub people: CellSet,
    /// Organisations and classes of them, each by its own part.
    pub organisations: CellSet,
    /// The named organisations.
    pub named: CellSet,
    /// All that is `open`, or lies below what is.
    pub open: CellSet,
}

impl Parties {
    /// Sorts the parties of a policy.
    pub fn new(policy: &Policy) -> Parties {
        let vocabulary = &policy.vocabulary;
        let own = |wanted: &dyn Fn(Sort) -> bool| {
            let of_sort = vocabulary.terms().filter(|(_, t)| t.graph == Graph::Party && wanted(t.sort));
            CellSet::from_cells(of_sort.filter_map(|(id, _)| vocabulary.own(id)))
        };
        let below = |wanted: &dyn Fn(&Term) -> bool| {
            let tops = vocabulary.terms().filter(|(_, t)| t.graph == Graph::Party && wanted(t));
            CellSet::union_of(tops.map(|(id, _)| vocabulary.cells(id)))
        };
        Parties {
            issuer: CellSet::union_of(policy.issuer.iter().map(|t| vocabulary.cells(*t))),
            bound: below(&|t| t.bound.is_some()),
            people: own(&|s| s == Sort::People).union(&CellSet::one(vocabulary.subject())),
            organisations: own(&|s| matches!(s, Sort::Party | Sort::Parties)),
            named: own(&|s| s == Sort::Party),
            open: below(&|t| t.open.is_some()),
        }
    }

    /// The organisations among these for which the issuer cannot speak.
    pub fn foreign(&self, cells: &CellSet) -> CellSet {
        cells.intersection(&self.organisations).difference(&self.issuer).difference(&self.bound)
    }
}

/// Where terms are used, for a finding to point at the very word.
pub struct Places(FxHashMap<TermId, Vec<Span>>);

impl Places {
    /// All uses of terms in a policy.
    pub fn new(policy: &Policy) -> Places {
        let mut places: FxHashMap<TermId, Vec<Span>> = FxHashMap::default();
        for used in &policy.uses {
            places.entry(used.term).or_default().push(used.span);
        }
        places.values_mut().for_each(|list| list.sort_unstable());
        Places(places)
    }

    /// The first use of a term within a place; the place itself where there is none.
    pub fn within(&self, term: TermId, place: Span) -> Span {
        let uses = self.0.get(&term).map_or(&[][..], Vec::as_slice);
        let from = uses.partition_point(|s| (s.source, s.start) < (place.source, place.start));
        let first = uses.get(from).filter(|s| s.source == place.source && s.end <= place.end);
        first.copied().unwrap_or(place)
    }
}
