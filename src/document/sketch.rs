//! What a lock keeps of a sentence instead of its words: a digest, and a sketch.
//!
//! The digest says whether two sentences are the same. The sketch says whether they are alike, after
//! Charikar's "Similarity estimation techniques from rounding algorithms" (2002): each pair of
//! neighbouring words votes on each of 64 bits, so that sentences that share most pairs differ in few
//! bits. Words cannot be read off it.

use super::fold::words;
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// Sentences whose sketches differ in no more bits are alike: unrelated ones differ in 32 on average,
/// and in so few with a probability below one in ten thousand.
pub const ALIKE: u32 = 16;

/// The first 128 bits of the SHA-256 of some parts, in hexadecimal.
pub fn digest<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part.as_bytes());
    }
    hexadecimal(hasher.finalize().get(..16).unwrap_or_default())
}

/// Bytes in hexadecimal.
pub fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// The sketch of a text.
pub fn sketch(text: &str) -> u64 {
    let words = words(text);
    let mut votes = [0i32; 64];
    let mut vote = |shingle: &[String]| {
        let hash = Sha256::digest(shingle.join(" ").as_bytes());
        let bits = hash.iter().take(8).fold(0u64, |all, byte| all << 8 | u64::from(*byte));
        for (bit, votes) in votes.iter_mut().enumerate() {
            *votes += if bits >> bit & 1 == 1 { 1 } else { -1 };
        }
    };
    words.windows(2).for_each(&mut vote);
    words.chunks(1).for_each(&mut vote);
    votes.iter().enumerate().filter(|(_, votes)| **votes > 0).fold(0, |all, (bit, _)| all | 1 << bit)
}

/// In how many bits two sketches differ.
pub fn distance(a: u64, b: u64) -> u32 {
    (a ^ b).count_ones()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    #[test]
    fn alike_sentences_have_alike_sketches() {
        let old = sketch("We share your name and address with the companies that deliver your parcels.");
        let new =
            sketch("We share your name and e-mail address with the companies that deliver your parcels.");
        let other =
            sketch("You may ask us to delete your account at any time, and we answer within 30 days.");
        assert!(distance(old, new) <= ALIKE, "{}", distance(old, new));
        assert!(distance(old, other) > ALIKE, "{}", distance(old, other));
    }

    #[test]
    fn digests_tell_where_parts_end() {
        let of = |parts: &[&str]| digest(parts.iter().copied());
        assert_eq!(of(&["a", "b"]).len(), 32);
        assert_ne!(of(&["a", "b"]), of(&["ab"]));
        assert_ne!(of(&["a"]), of(&["a", ""]));
    }
}
