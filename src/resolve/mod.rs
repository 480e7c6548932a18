//! Trees to a checked policy: names become terms, phrases sets of cells, conditions expressions.
//!
//! Takes the trees of all folders that a policy is made of; gives a [`Policy`] where nothing is
//! wrong, and every mistake in names, kinds, phrases, dates and labels. It reads no file, and says
//! nothing of what statements mean together: that is for the checks on the whole policy.

mod acceptances;
mod advice;
mod conditions;
mod dates;
mod declare;
mod duties;
mod headers;
mod hierarchy;
mod labels;
mod limits;
mod lost;
mod moments;
mod names;
mod phrases;
mod places;
mod precedence;
mod rights;
mod sets;
mod statements;
mod suggest;
mod takes;
mod times;
mod units;

use crate::diagnostic::{Finding, Level};
use crate::flow::cells::CellSet;
use crate::flow::dimension::{PerDimension, Universe};
use crate::policy::{self, Policy};
use crate::source::{SourceId, Sources, Span};
use crate::syntax::tree;
use crate::vocabulary::{Term, Vocabulary};
use rustc_hash::FxHashMap;
use std::sync::Arc;

pub use acceptances::IDLE_ACCEPTANCE;
pub use dates::IMPOSSIBLE_DATE;
pub use declare::DUPLICATE;
pub use headers::POLICY_HEADER;
pub use hierarchy::CYCLIC_VOCABULARY;
pub use limits::{MAX_OVERRULED, MAX_TIES};
pub use names::{UNDECLARED, WRONG_KIND};
pub use precedence::DANGLING_PRECEDENCE;
pub use sets::EMPTY_SET;
pub use takes::{MISPLACED_ONLY, PHRASE_NOT_TAKEN};
pub use units::CYCLIC_EXTENDS;

/// The checks that resolving reports, all of them errors.
pub const CHECKS: [&str; 11] = [
    UNDECLARED,
    DUPLICATE,
    WRONG_KIND,
    CYCLIC_VOCABULARY,
    CYCLIC_EXTENDS,
    POLICY_HEADER,
    PHRASE_NOT_TAKEN,
    MISPLACED_ONLY,
    EMPTY_SET,
    IMPOSSIBLE_DATE,
    DANGLING_PRECEDENCE,
];

/// `import "../company";` or `extends "../clari";`, with the folder that it leads to.
#[derive(Clone, PartialEq, Debug)]
pub struct Link {
    /// The path as written.
    pub written: tree::Text,
    /// The position of the folder in [`Program::units`].
    pub unit: usize,
}

/// One folder.
#[derive(Clone, PartialEq, Debug)]
pub struct Unit {
    /// The folder, as it is shown to people.
    pub folder: String,
    /// Its files.
    pub files: Vec<tree::File>,
    /// The folders whose vocabulary it takes over.
    pub imports: Vec<Link>,
    /// The folders whose whole policies it adds to.
    pub extends: Vec<Link>,
}

/// All folders that a policy is made of.
#[derive(Clone, PartialEq, Debug)]
pub struct Program {
    /// The folders; the policy's own is the first.
    pub units: Vec<Unit>,
    /// Whether a syntax error lost something, so that a name may only seem to be undeclared.
    pub broken: bool,
}

/// Resolves all names. The policy is there only where nothing was lost and no error was found.
pub fn resolve(program: &Program, sources: &Sources) -> (Option<Policy>, Vec<Finding>) {
    let mut resolver = Resolver::new(program, sources);
    resolver.declare();
    if resolver.order_terms() {
        resolver.read_headers();
        resolver.read_members();
        resolver.order_norms();
    }
    resolver.finish()
}

/// What has been resolved so far.
struct Resolver<'a> {
    program: &'a Program,
    sources: &'a Sources,
    units: units::Units<'a>,
    findings: Vec<Finding>,
    /// The folder whose text is being read: names mean what they mean there.
    unit: usize,
    names: names::Names<'a>,
    suggestions: suggest::Suggestions,
    lost: Option<lost::Lost>,
    /// Terms before their order is known; emptied into `vocabulary`.
    terms: Vec<Term>,
    vocabulary: Vocabulary,
    universe: Universe,
    facts: Vec<policy::Fact>,
    events: Vec<policy::Event>,
    duty_verbs: Vec<policy::DutyVerb>,
    never: Vec<policy::Never>,
    headers: FxHashMap<usize, headers::Header<'a>>,
    /// Whether some folder has more than one header.
    several_headers: bool,
    places: Vec<policy::Place>,
    statements: Vec<policy::Statement>,
    duties: Vec<policy::Duty>,
    rights: Vec<policy::Right>,
    promises: Vec<policy::Promise>,
    informative: Vec<policy::Informative>,
    acceptances: Vec<policy::Acceptance>,
    precedence: Vec<policy::PrecedenceLine>,
    labels: labels::Labels<'a>,
    pending: precedence::Pending<'a>,
    uses: Vec<policy::TermUse>,
    idle_excepts: Vec<Span>,
    /// What a folder's statements mean where a phrase is left out, of the folder that was read last.
    left_out: Option<(usize, PerDimension<Arc<policy::Phrase>>)>,
    /// The verbs of the statement that is being read, for advice on misplaced words.
    verbs: Vec<tree::Action>,
    /// The cells of lists of verbs, read widely, by the actions in them.
    verb_cells: FxHashMap<u32, CellSet>,
    /// Whence a length without a start counts in the statement that is being read.
    anchor: Option<policy::Moment>,
    /// Where the words around a name say what may be meant by it.
    around: advice::Around,
}

impl<'a> Resolver<'a> {
    fn new(program: &'a Program, sources: &'a Sources) -> Resolver<'a> {
        let mut findings = Vec::new();
        let units = units::Units::new(program, sources, &mut findings);
        Resolver {
            program,
            sources,
            units,
            findings,
            unit: 0,
            names: names::Names::default(),
            suggestions: suggest::Suggestions::default(),
            lost: None,
            terms: Vec::new(),
            vocabulary: Vocabulary::new(Vec::new()),
            universe: PerDimension::from_fn(|_| Default::default()),
            facts: Vec::new(),
            events: Vec::new(),
            duty_verbs: Vec::new(),
            never: Vec::new(),
            headers: FxHashMap::default(),
            several_headers: false,
            places: Vec::new(),
            statements: Vec::new(),
            duties: Vec::new(),
            rights: Vec::new(),
            promises: Vec::new(),
            informative: Vec::new(),
            acceptances: Vec::new(),
            precedence: Vec::new(),
            labels: labels::Labels::default(),
            pending: precedence::Pending::default(),
            uses: Vec::new(),
            idle_excepts: Vec::new(),
            left_out: None,
            verbs: Vec::new(),
            verb_cells: FxHashMap::default(),
            anchor: None,
            around: advice::Around::default(),
        }
    }

    fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The author's own words.
    fn written(&self, span: Span) -> &'a str {
        self.sources.text(span)
    }

    fn finish(mut self) -> (Option<Policy>, Vec<Finding>) {
        if self.several_headers {
            // Two policies in one folder share most of their names: that is one mistake, and is said.
            self.findings.retain(|f| f.check != DUPLICATE);
        }
        self.findings.sort_by(|a, b| {
            let key = |f: &Finding| (f.primary.span.source, f.primary.span.start, f.check);
            key(a).cmp(&key(b)).then_with(|| a.message.cmp(&b.message))
        });
        let wrong = self.program.broken || self.findings.iter().any(|f| f.level == Level::Error);
        let findings = std::mem::take(&mut self.findings);
        if wrong {
            return (None, findings);
        }
        (self.into_policy(), findings)
    }

    fn into_policy(mut self) -> Option<Policy> {
        let place = self.places.first()?;
        let (label, title, span) = (place.label.clone(), place.title.clone(), place.span);
        let documents = self.all_documents();
        let header = self.headers.remove(&0)?;
        Some(Policy {
            label: label.to_string(),
            title: title.map(|title| title.to_string()),
            span,
            issuer: header.issuer,
            documents,
            revised: header.revised,
            vocabulary: self.vocabulary,
            universe: self.universe,
            facts: self.facts,
            events: self.events,
            duty_verbs: self.duty_verbs,
            never: self.never,
            labels: self.labels.covered(),
            places: self.places,
            statements: self.statements,
            duties: self.duties,
            rights: self.rights,
            promises: self.promises,
            informative: self.informative,
            acceptances: self.acceptances,
            precedence: self.precedence,
            uses: self.uses,
            idle_excepts: self.idle_excepts,
            test_files: test_files(self.program),
        })
    }
}

/// The files that hold tests and nothing else.
fn test_files(program: &Program) -> Vec<SourceId> {
    let files = program.units.iter().flat_map(|unit| &unit.files);
    let only_tests = files.filter(|file| {
        !file.items.is_empty() && file.items.iter().all(|item| matches!(item, tree::Item::Test(_)))
    });
    only_tests.map(|file| file.source).collect()
}

/// An error; what `resolve` reports is wrong, so that nothing can be built.
fn error(check: &'static str, message: impl Into<String>, span: Span) -> Finding {
    Finding::new(check, Level::Error, message, span)
}
