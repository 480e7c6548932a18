//! Loading: bytes to a [`Bundle`] that the evaluator can trust.
//!
//! The order is: size, version, digest, shape, references, index. Nothing behind a failed step is
//! looked at. Shape and references are looked at in one pass where the content is written as
//! `caveat build` writes it (`quick`), and otherwise by serde and `validate`, which find the same.
//! Answers no request.

use super::core::{Core, Parts, Shown};
use super::dimension::{DIMENSIONS, Dimension};
use super::envelope;
use super::error::LoadError;
use super::format::{Condition, Content, Graph, Policy, Release, Statement, Term, Variable, Vocabulary};
use super::index::Index;
use super::names::Names;
use super::{duplicates, locate, quick, shrink, validate};
use serde::Deserialize;
use std::sync::OnceLock;

/// The size in bytes that a bundle's file may have.
pub const MAX_BYTES: usize = 64 << 20;

/// A policy, ready to be asked. It never changes, and threads can share it.
///
/// It keeps the content's text, and beside that what deciding looks at, so that it takes no more than
/// about three times its file. What only people read is read from the text when it is asked for.
#[derive(Clone, Debug)]
pub struct Bundle {
    text: Box<str>,
    /// Where each statement begins in the text.
    starts: Vec<u32>,
    core: Core,
    names: AllNames,
    index: Index,
    stamp: [u8; 32],
    digest: String,
    signers: Vec<String>,
    whole: OnceLock<Box<Content>>,
}

/// What has names.
#[derive(Clone, Debug)]
struct AllNames {
    data: Names,
    parties: Names,
    purposes: Names,
    places: Names,
    variables: Names,
}

impl Bundle {
    /// Reads and checks the bytes of a bundle's file.
    ///
    /// # Errors
    /// Where the file is not a bundle, has been changed since it was made, has a newer format, or
    /// refers to what it does not hold.
    pub fn load(file: &[u8]) -> Result<Bundle, LoadError> {
        if file.len() > MAX_BYTES {
            return Err(LoadError::TooLarge { bytes: file.len(), most: MAX_BYTES });
        }
        let (text, stamp) = envelope::open(file)?;
        let Parts { core, entries, terms, starts } = match quick::parts(text) {
            Some(parts) => parts,
            None => slow(text)?,
        };
        let vocabulary = &core.vocabulary;
        let names = AllNames {
            data: named(&vocabulary.data.terms, "vocabulary.data.terms", |t| &t.name)?,
            parties: named(&vocabulary.parties.terms, "vocabulary.parties.terms", |t| &t.name)?,
            purposes: named(&vocabulary.purposes.terms, "vocabulary.purposes.terms", |t| &t.name)?,
            places: named(&vocabulary.places.terms, "vocabulary.places.terms", |t| &t.name)?,
            variables: named(&core.variables, "variables", Variable::name)?,
        };
        let index = Index::new(&core, entries, &terms, text.len());
        let digest = envelope::hexadecimal(&stamp);
        let (signers, whole) = (Vec::new(), OnceLock::new());
        Ok(Bundle { text: text.into(), starts, core, names, index, stamp, digest, signers, whole })
    }

    /// All that the bundle says, for tools. It is read when it is first asked for, which takes longer
    /// than loading did and twice the memory, and kept from then on; a service that only decides never needs it.
    pub fn content(&self) -> &Content {
        // The text has been read before, with more asked of it.
        self.whole.get_or_init(|| serde_json::from_str(&self.text).unwrap_or_default())
    }

    /// Whose policy it is.
    pub fn policy(&self) -> &Policy {
        &self.core.policy
    }

    /// Which release it is, and when it may be used, where that was said.
    pub fn release(&self) -> Option<&Release> {
        self.core.release.as_ref()
    }

    /// The closed vocabulary.
    pub fn vocabulary(&self) -> &Vocabulary {
        &self.core.vocabulary
    }

    /// The facts and clocks, by number.
    pub fn variables(&self) -> &[Variable] {
        &self.core.variables
    }

    /// How many statements it has.
    pub fn statements(&self) -> usize {
        self.starts.len()
    }

    /// The statement of that number, read from the text: its label, its words, where it is written, what
    /// it rests on.
    pub fn statement(&self, number: u32) -> Option<Statement> {
        let text = self.text.get(*self.starts.get(number as usize)? as usize..)?;
        Statement::deserialize(&mut serde_json::Deserializer::from_str(text)).ok()
    }

    /// What people read of the statement of that number.
    pub(crate) fn words(&self, number: u32) -> Option<Shown> {
        let text = self.text.get(*self.starts.get(number as usize)? as usize..)?;
        quick::words(text).or_else(|| self.statement(number).map(Shown::from))
    }

    /// The SHA-256 of the content, in lower-case hexadecimal: what a decision log should keep.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The ids of the trusted keys that signed it; none where it was loaded without trust.
    pub fn signers(&self) -> &[String] {
        &self.signers
    }

    pub(super) fn with_signers(self, signers: Vec<String>) -> Bundle {
        Bundle { signers, ..self }
    }

    /// The term of that name in a dimension; none for actions and forms.
    pub fn term(&self, dimension: Dimension, name: &str) -> Option<&Term> {
        let graph = self.graph(dimension)?;
        let names = match dimension {
            Dimension::Action | Dimension::Form => return None,
            Dimension::Data | Dimension::With => &self.names.data,
            Dimension::Purpose => &self.names.purposes,
            Dimension::Place => &self.names.places,
            Dimension::Actor | Dimension::Subject | Dimension::Source | Dimension::Recipient => {
                &self.names.parties
            }
        };
        graph.terms.get(names.find(&graph.terms, name, |t| &t.name)? as usize)
    }

    /// The number of the fact or event of that name.
    pub fn variable(&self, name: &str) -> Option<u32> {
        self.names.variables.find(&self.core.variables, name, Variable::name)
    }

    /// The graph whose terms a dimension ranges over; none for actions and forms.
    pub fn graph(&self, dimension: Dimension) -> Option<&Graph> {
        dimension.graph(&self.core.vocabulary)
    }

    /// The conditions, by number.
    pub(crate) fn conditions(&self) -> &[Condition] {
        &self.core.conditions
    }

    /// The condition of the worlds that cannot occur.
    pub(crate) fn impossible(&self) -> Option<u32> {
        self.core.impossible
    }

    pub(crate) fn index(&self) -> &Index {
        &self.index
    }

    /// Tells bundles apart without a comparison of strings.
    pub(crate) fn stamp(&self) -> &[u8; 32] {
        &self.stamp
    }

    /// The ranges of a set; none for a number that no set has.
    pub(crate) fn set(&self, number: u32) -> &[(u32, u32)] {
        self.core.sets.get(number as usize).map_or(&[], Vec::as_slice)
    }

    /// The ranges of a box's sets.
    pub(crate) fn sets(&self, numbers: &[u32; DIMENSIONS]) -> [&[(u32, u32)]; DIMENSIONS] {
        numbers.map(|n| self.set(n))
    }
}

impl Variable {
    /// The fact's or the event's name.
    pub fn name(&self) -> &String {
        match self {
            Variable::Fact { name, .. } => name,
            Variable::Clock { event, .. } => event,
        }
    }

    /// How many values it can have; for a clock "has not happened" counts as one.
    pub fn values(&self) -> u32 {
        match self {
            Variable::Fact { values, .. } => values.len() as u32,
            Variable::Clock { states, .. } => states.len() as u32 + 1,
        }
    }
}

/// The parts of a content, however it is written, and what is wrong with it.
pub(super) fn slow(text: &str) -> Result<Parts, LoadError> {
    let mut content: Content = serde_json::from_str(text).map_err(|error| shape(text, &error))?;
    validate::content(&content)?;
    shrink::content(&mut content);
    Ok(Parts::of(content, text))
}

/// Why a text is no content. The reader stops at a key that stands twice; which one, and where, is
/// looked up here, and so is the path of every other mistake.
fn shape(text: &str, error: &serde_json::Error) -> LoadError {
    if let Err(repeated @ LoadError::RepeatedKey { .. }) = duplicates::refuse(text) {
        return repeated;
    }
    let lines = text.split_inclusive('\n').take(error.line().saturating_sub(1));
    let offset = (lines.map(str::len).sum::<usize>() + error.column()).min(text.len());
    let reason = error.to_string();
    // The reader's own "at line 1 column 4711" says less than a path.
    let reason = reason.rsplit_once(" at line ").map_or(reason.as_str(), |(reason, _)| reason);
    LoadError::Content {
        place: locate::path(text, offset),
        offset: envelope::CONTENT_OFFSET + offset,
        reason: reason.to_owned(),
    }
}

fn named<T>(items: &[T], place: &str, name: impl Fn(&T) -> &String) -> Result<Names, LoadError> {
    Names::new(items, name).map_err(|position| {
        let place = format!("{place}[{position}]");
        LoadError::Malformed { place, why: "has a name that another has already" }
    })
}
