//! Why a bundle could not be loaded, in words that name the place.

use super::format::FORMAT;
use std::error::Error;
use std::fmt;

/// Why a bundle could not be loaded.
#[derive(Clone, PartialEq, Eq, Debug)]
#[non_exhaustive]
pub enum LoadError {
    /// The file is larger than a bundle may be.
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The size that a bundle may have.
        most: usize,
    },
    /// The file is no JSON, or has no envelope.
    NotABundle {
        /// What is wrong with it.
        reason: String,
    },
    /// The format is one that this code does not read.
    Version {
        /// The format's version.
        found: u64,
    },
    /// The content is not what the digest was taken over.
    Digest {
        /// What the envelope says.
        stated: String,
        /// What the content has.
        found: String,
    },
    /// A key stands twice in one object.
    RepeatedKey {
        /// The object.
        place: String,
        /// The key.
        key: String,
    },
    /// The content does not have the format's shape.
    Content {
        /// Where: a path from the content. Empty for the content itself.
        place: String,
        /// The byte of the file at which that was seen.
        offset: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A number refers to something that is not there.
    OutOfRange {
        /// Where the number stands.
        place: String,
        /// What it refers to.
        what: &'static str,
        /// The number.
        number: u64,
        /// The first number that refers to nothing.
        end: u64,
    },
    /// Something is not as the format demands.
    Malformed {
        /// Where.
        place: String,
        /// What is wrong.
        why: &'static str,
    },
}

impl LoadError {
    /// What sort of error it is, as one word that does not change between versions.
    pub fn kind(&self) -> &'static str {
        match self {
            LoadError::TooLarge { .. } => "too-large",
            LoadError::NotABundle { .. } => "not-a-bundle",
            LoadError::Version { .. } => "version",
            LoadError::Digest { .. } => "digest",
            LoadError::RepeatedKey { .. } => "repeated-key",
            LoadError::Content { .. } => "content",
            LoadError::OutOfRange { .. } => "out-of-range",
            LoadError::Malformed { .. } => "malformed",
        }
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadError::TooLarge { bytes, most } => {
                write!(f, "the bundle has {bytes} bytes, and no more than {most} are read")
            }
            LoadError::NotABundle { reason } => write!(f, "this is not a bundle: {reason}"),
            LoadError::Version { found } if *found > u64::from(FORMAT) => write!(
                f,
                "the bundle has format {found}, and this version of caveat reads format {FORMAT}; \
                 update caveat, or build the bundle with an older one"
            ),
            LoadError::Version { found } => {
                write!(f, "the bundle has format {found}, and only format {FORMAT} can be read")
            }
            LoadError::Digest { stated, found } => write!(
                f,
                "the content is not what the bundle was made with: its digest is `{found}`, and the \
                 bundle says `{stated}`; build it again"
            ),
            LoadError::RepeatedKey { place, key } => {
                write!(f, "the key `{key}` stands twice in `{place}`")
            }
            LoadError::Content { place, offset, reason } if place.is_empty() => {
                write!(f, "the bundle's content cannot be read: {reason}, at byte {offset}")
            }
            LoadError::Content { place, offset, reason } => {
                write!(f, "`{place}` cannot be read: {reason}, at byte {offset}")
            }
            LoadError::OutOfRange { place, what, number, end } => {
                write!(f, "`{place}` refers to {what} {number}, and there is none of that number below {end}")
            }
            LoadError::Malformed { place, why } => write!(f, "`{place}` {why}"),
        }
    }
}

impl Error for LoadError {}
