//! Choices that are made by the fuzzer's bytes.
//!
//! It has the functions of the oracle's generator of random numbers, so that the oracle's random
//! policies are drawn from here instead. When the bytes are used up, every further choice is the first.

/// The bytes that are left.
#[derive(Clone, Debug)]
pub struct Random {
    bytes: Vec<u8>,
    at: usize,
}

impl Random {
    pub fn from(bytes: &[u8]) -> Random {
        Random { bytes: bytes.to_vec(), at: 0 }
    }

    fn byte(&mut self) -> u8 {
        let byte = self.bytes.get(self.at).copied().unwrap_or_default();
        self.at += 1;
        byte
    }

    /// A number below `end`, which is not zero.
    pub fn below(&mut self, end: usize) -> usize {
        match end {
            0 | 1 => 0,
            2..=256 => usize::from(self.byte()) % end,
            _ => (0..4).fold(0, |n, _| n << 8 | usize::from(self.byte())) % end,
        }
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// Whether something of so many percent happens.
    pub fn percent(&mut self, chance: usize) -> bool {
        99 - self.below(100) < chance
    }

    /// One of several.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }

    /// Another order.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
