//! A cursor over JSON that mostly is as it should be: bundles and requests, read in one pass.
//!
//! It says yes to nothing that a reader of JSON would refuse, and gives up on much that one would
//! take: it is a shortcut past one, never a judge. White space is passed over only by `space`, since
//! bundles have none.

use super::format::{MAX_NUMBER, Ranges};
use super::ranges::Range;

/// What has not been read yet.
#[derive(Clone)]
pub(crate) struct Reader<'t> {
    text: &'t str,
    rest: &'t [u8],
    /// What lists are read into before it is known how long they are.
    ranges: Vec<Range>,
    numbers: Vec<u32>,
}

/// The high bit of each byte.
const HIGH: u64 = 0x8080_8080_8080_8080;
const ONES: u64 = 0x0101_0101_0101_0101;

/// Whether a byte ends a run of plain characters.
fn is_special(byte: u8) -> bool {
    (byte == b'"') | (byte == b'\\') | (byte < 0x20)
}

/// A high bit, at the least, for the first byte of a word that ends a run of plain characters: a
/// quotation mark, a backslash, or a control character. Bytes behind it may be marked wrongly.
fn special(word: u64) -> u64 {
    let zero = |word: u64| word.wrapping_sub(ONES) & !word;
    let (quote, slash) = (zero(word ^ (ONES * b'"' as u64)), zero(word ^ (ONES * b'\\' as u64)));
    let control = word.wrapping_sub(ONES * 0x20) & !word;
    (quote | slash | control) & HIGH
}

impl<'t> Reader<'t> {
    pub(crate) fn new(text: &'t str) -> Reader<'t> {
        Reader { text, rest: text.as_bytes(), ranges: Vec::new(), numbers: Vec::new() }
    }

    /// Where the cursor stands.
    #[inline]
    pub(crate) fn at(&self) -> usize {
        self.text.len() - self.rest.len()
    }

    /// How many bytes have not been read.
    pub(crate) fn left(&self) -> usize {
        self.rest.len()
    }

    /// Whether all has been read.
    pub(crate) fn done(&self) -> bool {
        self.rest.is_empty()
    }

    /// Passes over these very bytes, if they stand here. Their number is known to the compiler, which
    /// then compares them as numbers.
    #[inline]
    pub(crate) fn take<const N: usize>(&mut self, literal: &[u8; N]) -> bool {
        match self.rest.split_first_chunk() {
            Some((first, rest)) if first == literal => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// As `take`, of any number of bytes.
    pub(crate) fn take_any(&mut self, bytes: &[u8]) -> bool {
        match self.rest.strip_prefix(bytes) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    /// Passes over these very bytes, which must stand here.
    #[inline]
    pub(crate) fn must<const N: usize>(&mut self, literal: &[u8; N]) -> Option<()> {
        self.take(literal).then_some(())
    }

    /// What follows these bytes, if they stand here; none where they do not.
    #[inline]
    pub(crate) fn optional<T, const N: usize>(
        &mut self,
        literal: &[u8; N],
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        if self.take(literal) { read(self).map(Some) } else { Some(None) }
    }

    /// As `optional`, of what a comma must follow.
    #[inline]
    pub(crate) fn leading<T, const N: usize>(
        &mut self,
        literal: &[u8; N],
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<Option<T>> {
        let read = self.optional(literal, read)?;
        if read.is_some() {
            self.must(b",")?;
        }
        Some(read)
    }

    /// What must follow these bytes.
    #[inline]
    pub(crate) fn member<T, const N: usize>(
        &mut self,
        literal: &[u8; N],
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        self.must(literal)?;
        read(self)
    }

    /// An unsigned integer below 2⁵³, and no larger one: canonical JSON has none.
    #[inline]
    pub(crate) fn long(&mut self) -> Option<u64> {
        let (number, rest) = number(self.rest, MAX_NUMBER)?;
        self.rest = rest;
        Some(number)
    }

    /// A number of a cell, a set, a condition, a value or a statement.
    #[inline]
    pub(crate) fn number(&mut self) -> Option<u32> {
        let (number, rest) = number(self.rest, u32::MAX.into())?;
        self.rest = rest;
        Some(number as u32)
    }

    /// So many of them, with commas between them.
    #[inline]
    pub(crate) fn row<const N: usize>(&mut self) -> Option<[u32; N]> {
        let mut row = [0; N];
        let mut rest = self.rest;
        for (at, slot) in row.iter_mut().enumerate() {
            if at > 0 {
                rest = rest.strip_prefix(b",")?;
            }
            let (number, after) = number(rest, u32::MAX.into())?;
            (*slot, rest) = (number as u32, after);
        }
        self.rest = rest;
        Some(row)
    }

    /// The bytes of a string up to the first one that is not plain.
    #[inline]
    fn plain(&mut self) -> Option<u8> {
        while let Some((chunk, rest)) = self.rest.split_first_chunk::<8>() {
            let special = special(u64::from_le_bytes(*chunk));
            if special != 0 {
                self.rest = self.rest.get(special.trailing_zeros() as usize / 8..)?;
                break;
            }
            self.rest = rest;
        }
        loop {
            let (byte, rest) = self.rest.split_first()?;
            if is_special(*byte) {
                return Some(*byte);
            }
            self.rest = rest;
        }
    }

    /// A string.
    pub(crate) fn string(&mut self) -> Option<String> {
        self.must(b"\"")?;
        let mut string = String::new();
        loop {
            let start = self.at();
            let end = self.plain()?;
            let plain = self.text.get(start..self.at())?;
            if end == b'"' {
                self.must(b"\"")?;
                // Mostly it is plain from end to end, and gets the memory that it needs at once.
                return Some(if string.is_empty() { plain.to_owned() } else { string + plain });
            }
            string.push_str(plain);
            string.push(self.escape()?);
        }
    }

    /// A string without escapes, as it stands in the text.
    pub(crate) fn plain_string(&mut self) -> Option<&'t str> {
        self.must(b"\"")?;
        let start = self.at();
        let end = self.plain()?;
        let string = self.text.get(start..self.at())?;
        (end == b'"').then_some(())?;
        self.must(b"\"")?;
        Some(string)
    }

    /// White space.
    #[inline]
    pub(crate) fn space(&mut self) {
        while let [b' ' | b'\t' | b'\n' | b'\r', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    /// The next byte, which stays where it is.
    #[inline]
    pub(crate) fn next(&self) -> Option<u8> {
        self.rest.first().copied()
    }

    /// Elements or members between two brackets, with white space anywhere between them.
    #[inline]
    pub(crate) fn spaced(
        &mut self,
        open: &[u8; 1],
        close: &[u8; 1],
        mut element: impl FnMut(&mut Self) -> Option<()>,
    ) -> Option<()> {
        self.must(open)?;
        self.space();
        if self.take(close) {
            return Some(());
        }
        loop {
            element(self)?;
            self.space();
            if !self.take(b",") {
                return self.must(close);
            }
            self.space();
        }
    }

    /// A character behind a backslash. What is written with `\u` is left to a reader that knows about
    /// halves of characters.
    fn escape(&mut self) -> Option<char> {
        let [b'\\', escaped, rest @ ..] = self.rest else { return None };
        let character = match escaped {
            b'"' | b'\\' | b'/' => char::from(*escaped),
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            _ => return None,
        };
        self.rest = rest;
        Some(character)
    }

    /// A string, whatever it says.
    #[inline]
    pub(crate) fn skip_string(&mut self) -> Option<()> {
        self.must(b"\"")?;
        loop {
            // What people read is long: sixteen bytes at a time, as long as all are plain.
            while let Some((chunk, rest)) = self.rest.split_first_chunk::<16>()
                && !chunk.iter().fold(false, |special, byte| special | is_special(*byte))
            {
                self.rest = rest;
            }
            if self.plain()? == b'"' {
                return self.must(b"\"");
            }
            self.escape()?;
        }
    }

    /// `true` or `false`.
    pub(crate) fn truth(&mut self) -> Option<bool> {
        match self.take(b"true") {
            true => Some(true),
            false => self.must(b"false").map(|()| false),
        }
    }

    /// Each element of an array.
    #[inline]
    pub(crate) fn each(&mut self, mut element: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.must(b"[")?;
        if self.take(b"]") {
            return Some(());
        }
        loop {
            element(self)?;
            if !self.take(b",") {
                return self.must(b"]");
            }
        }
    }

    /// An array.
    pub(crate) fn list<T>(&mut self, mut element: impl FnMut(&mut Self) -> Option<T>) -> Option<Vec<T>> {
        self.must(b"[")?;
        if self.take(b"]") {
            return Some(Vec::new());
        }
        // Many have one element, and get the memory for it alone.
        let first = element(self)?;
        if self.take(b"]") {
            return Some(vec![first]);
        }
        let mut list = Vec::with_capacity(4);
        list.push(first);
        while self.take(b",") {
            list.push(element(self)?);
        }
        self.must(b"]")?;
        list.shrink_to_fit();
        Some(list)
    }

    /// Two numbers.
    #[inline]
    pub(crate) fn pair(&mut self) -> Option<(u32, u32)> {
        self.must(b"[")?;
        let first = self.number()?;
        self.must(b",")?;
        let second = self.number()?;
        self.must(b"]")?;
        Some((first, second))
    }

    /// An array of numbers.
    pub(crate) fn numbers(&mut self) -> Option<Vec<u32>> {
        let mut numbers = std::mem::take(&mut self.numbers);
        numbers.clear();
        let read = self.each(|reader| {
            numbers.push(reader.number()?);
            Some(())
        });
        let list = numbers.as_slice().to_vec();
        self.numbers = numbers;
        read.map(|()| list)
    }

    /// A set, in any order.
    pub(crate) fn ranges(&mut self) -> Option<Ranges> {
        let mut ranges = std::mem::take(&mut self.ranges);
        ranges.clear();
        let read = self.each(|reader| {
            ranges.push(reader.pair()?);
            Some(())
        });
        let set = ranges.as_slice().to_vec();
        self.ranges = ranges;
        read.map(|()| set)
    }
}

/// The number that a text begins with, and what stands behind it.
#[inline]
fn number(text: &[u8], most: u64) -> Option<(u64, &[u8])> {
    let (first, mut rest) = text.split_first()?;
    let mut number = u64::from(digit(*first)?);
    // A zero in front stands alone.
    let zero = number == 0;
    while let Some((byte, after)) = rest.split_first()
        && let Some(value) = digit(*byte)
    {
        number = number * 10 + u64::from(value);
        if zero || number > most {
            return None;
        }
        rest = after;
    }
    Some((number, rest))
}

#[inline]
fn digit(byte: u8) -> Option<u8> {
    let value = byte.wrapping_sub(b'0');
    (value < 10).then_some(value)
}
