//! Loading: bytes to a [`Bundle`] that the evaluator can trust.
//!
//! The order is: size, version, digest, shape, references, index. Nothing behind a failed step is
//! looked at. Answers no request.

use super::dimension::{DIMENSIONS, Dimension};
use super::envelope;
use super::error::LoadError;
use super::format::{Content, Graph, Term, Variable};
use super::index::Index;
use super::names::Names;
use super::{duplicates, locate, shrink, validate};

/// The size in bytes that a bundle's file may have.
pub const MAX_BYTES: usize = 64 << 20;

/// A policy, ready to be asked. It never changes, and threads can share it.
#[derive(Clone, Debug)]
pub struct Bundle {
    content: Content,
    names: AllNames,
    index: Index,
    stamp: [u8; 32],
    digest: String,
    signers: Vec<String>,
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
        let mut content: Content = serde_json::from_str(text).map_err(|error| shape(text, &error))?;
        validate::content(&content)?;
        shrink::content(&mut content);
        let names = AllNames {
            data: named(&content.vocabulary.data.terms, "vocabulary.data.terms", |t| &t.name)?,
            parties: named(&content.vocabulary.parties.terms, "vocabulary.parties.terms", |t| &t.name)?,
            purposes: named(&content.vocabulary.purposes.terms, "vocabulary.purposes.terms", |t| &t.name)?,
            places: named(&content.vocabulary.places.terms, "vocabulary.places.terms", |t| &t.name)?,
            variables: named(&content.variables, "variables", Variable::name)?,
        };
        let index = Index::new(&content);
        let digest = envelope::hexadecimal(&stamp);
        Ok(Bundle { names, index, stamp, digest, content, signers: Vec::new() })
    }

    /// What the bundle says.
    pub fn content(&self) -> &Content {
        &self.content
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
        self.names.variables.find(&self.content.variables, name, Variable::name)
    }

    /// The graph whose terms a dimension ranges over; none for actions and forms.
    pub fn graph(&self, dimension: Dimension) -> Option<&Graph> {
        dimension.graph(&self.content.vocabulary)
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
        self.content.sets.get(number as usize).map_or(&[], Vec::as_slice)
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
