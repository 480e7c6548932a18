//! Bytes to text: UTF-8 alone, and advice for what is something else.
//!
//! Editors that save in UTF-16 are common enough to be told apart from what is no text at all.

use std::fmt;

/// How many bytes are looked at to tell what a file is.
const LOOKED_AT: usize = 4096;

/// What bytes that are no UTF-8 most likely are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-16, by the name that `iconv` has for it.
    Utf16(&'static str),
    /// No text.
    Binary,
    /// Another encoding; the line of the first byte that is not UTF-8.
    Other(usize),
}

impl Encoding {
    /// What is wrong with a file, and how to mend it.
    pub fn advice(self, name: &str) -> impl fmt::Display {
        match self {
            Encoding::Utf16(from) => format!(
                "is UTF-16, and only UTF-8 is read; save it in that encoding, or convert it: \
                 `iconv -f {from} -t UTF-8 {name} > NEW`"
            ),
            Encoding::Binary => "is no text".to_owned(),
            Encoding::Other(line) => format!(
                "line {line} is not UTF-8; save the file in that encoding, or convert it: \
                 `iconv -f WINDOWS-1252 -t UTF-8 {name} > NEW`, with the encoding that it has"
            ),
        }
    }
}

/// The text of some bytes.
pub fn decode(bytes: Vec<u8>) -> Result<String, Encoding> {
    if let Some(encoding) = unreadable(&bytes) {
        return Err(encoding);
    }
    String::from_utf8(bytes).map_err(|error| {
        let good = error.utf8_error().valid_up_to();
        let line = error.as_bytes().iter().take(good).filter(|b| **b == b'\n').count() + 1;
        Encoding::Other(line)
    })
}

/// What bytes are that hold a zero, or begin with a mark of UTF-16. No text in UTF-8 does.
fn unreadable(bytes: &[u8]) -> Option<Encoding> {
    match bytes {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => return Some(Encoding::Utf16("UTF-16")),
        _ => {}
    }
    let head = bytes.get(..LOOKED_AT.min(bytes.len())).unwrap_or_default();
    if !head.contains(&0) {
        return None;
    }
    // Without a mark: text in the Latin alphabet has a zero in every other byte.
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let mostly = |zeros: usize| zeros * 2 > head.len() / 2;
    Some(match (zeros(0), zeros(1)) {
        (0, behind) if mostly(behind) => Encoding::Utf16("UTF-16LE"),
        (before, 0) if mostly(before) => Encoding::Utf16("UTF-16BE"),
        _ => Encoding::Binary,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_utf_8_is_told_apart() {
        let little: Vec<u8> = "policy p".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "policy p".encode_utf16().flat_map(u16::to_be_bytes).collect();
        let marked = [&[0xFF, 0xFE][..], &little].concat();
        assert_eq!(decode(little), Err(Encoding::Utf16("UTF-16LE")));
        assert_eq!(decode(big), Err(Encoding::Utf16("UTF-16BE")));
        assert_eq!(decode(marked), Err(Encoding::Utf16("UTF-16")));
        assert_eq!(decode(b"\x7fELF\x02\x01\x01\0\0\0\0".to_vec()), Err(Encoding::Binary));
        assert_eq!(decode(b"a\nb\xE9".to_vec()), Err(Encoding::Other(2)));
        assert_eq!(decode("a\n\u{feff}\u{e9}".into()), Ok("a\n\u{feff}\u{e9}".to_owned()));
    }
}
