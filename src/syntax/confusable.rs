//! Characters that deceive the reader: letters that look like others, signs that change the order
//! of what is shown, and signs that are not shown at all.
//!
//! Strings and comments may be in any script; only what reorders text is found there.

use rustc_hash::FxHashSet;
use unicode_normalization::UnicodeNormalization;
use unicode_security::{MixedScript, skeleton};

use super::scanner::{Kind, Token};
use crate::diagnostic::{Finding, Level};
use crate::source::{SourceId, Span};

fn error(message: String, span: Span) -> Finding {
    Finding::new("confusable", Level::Error, message, span)
}

/// The findings of a text.
pub(super) fn check(source: SourceId, text: &str, tokens: &[Token]) -> Vec<Finding> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (at, c) in text.char_indices() {
        if let Some(name) = bidirectional(c) {
            let span = Span { source, start: at as u32, end: (at + c.len_utf8()) as u32 };
            let message = format!(
                "U+{:04X} {name} is not seen, and changes the order in which text is shown",
                u32::from(c)
            );
            findings.push(
                error(message, span)
                    .note("what a reviewer sees here is not what is written")
                    .help("delete it, or write it in a string as `\\u{…}`"),
            );
        }
    }
    let word = |t: &Token| (t.kind == Kind::Word).then(|| text.get(t.range())).flatten();
    let suspects: Vec<(&Token, &str)> =
        tokens.iter().filter_map(|t| Some((t, word(t)?))).filter(|(_, w)| !w.is_ascii()).collect();
    if suspects.is_empty() {
        return findings;
    }
    let plain: FxHashSet<&str> = tokens.iter().filter_map(word).filter(|w| w.is_ascii()).collect();
    for (token, word) in suspects {
        let start = token.start as usize;
        findings.extend(name(source, start, word, &plain));
    }
    findings
}

/// A name with letters that are not what they look like.
fn name(source: SourceId, start: usize, word: &str, plain: &FxHashSet<&str>) -> Option<Finding> {
    let latin: String = word.chars().map(|c| looks_like(c).unwrap_or(c)).collect();
    let deceives = !word.is_single_script() || plain.contains(latin.as_str()) || word.chars().any(is_variant);
    let (at, c) = word.char_indices().find(|(_, c)| looks_like(*c).is_some())?;
    if !deceives {
        return None;
    }
    let ascii = looks_like(c)?;
    let span = Span { source, start: (start + at) as u32, end: (start + at + c.len_utf8()) as u32 };
    let finding = error(format!("`{c}` is {}, which looks like Latin `{ascii}`", described(c)), span);
    let finding = finding.note(format!("in the name `{word}`"));
    Some(if latin.is_ascii() {
        finding.help(format!("write `{latin}` in Latin letters"))
    } else {
        finding.help("write the name in letters of one script")
    })
}

/// The letter or digit of ASCII that a character beyond ASCII looks like.
fn looks_like(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    let mut text = [0; 4];
    let mut shape = skeleton(c.encode_utf8(&mut text)).fuse();
    let (first, second) = (shape.next(), shape.next());
    let alike = first.filter(|f| f.is_ascii_alphanumeric() && second.is_none());
    alike.or_else(|| is_variant(c).then(|| std::iter::once(c).nfkc().next()).flatten())
}

/// Full-width, mathematical and other variants of the letters and digits of ASCII.
fn is_variant(c: char) -> bool {
    let mut shape = std::iter::once(c).nfkc();
    !c.is_ascii() && shape.next().is_some_and(|f| f.is_ascii_alphanumeric()) && shape.next().is_none()
}

/// A sign that is not shown, outside of strings and comments. Those that reorder text are found above.
pub(super) fn invisible(span: Span, c: char) -> Option<Finding> {
    if bidirectional(c).is_some() {
        return None;
    }
    let name = match c {
        '\u{200B}' => " ZERO WIDTH SPACE",
        '\u{200C}' => " ZERO WIDTH NON-JOINER",
        '\u{200D}' => " ZERO WIDTH JOINER",
        '\u{2060}' => " WORD JOINER",
        '\u{FEFF}' => " ZERO WIDTH NO-BREAK SPACE",
        _ => "",
    };
    let message = format!("U+{:04X}{name} is not seen, and stands here", u32::from(c));
    Some(
        error(message, span)
            .note("such signs come with pasted text; they would make two names that look alike")
            .help("delete it"),
    )
}

fn bidirectional(c: char) -> Option<&'static str> {
    Some(match c {
        '\u{061C}' => "ARABIC LETTER MARK",
        '\u{200E}' => "LEFT-TO-RIGHT MARK",
        '\u{200F}' => "RIGHT-TO-LEFT MARK",
        '\u{202A}' => "LEFT-TO-RIGHT EMBEDDING",
        '\u{202B}' => "RIGHT-TO-LEFT EMBEDDING",
        '\u{202C}' => "POP DIRECTIONAL FORMATTING",
        '\u{202D}' => "LEFT-TO-RIGHT OVERRIDE",
        '\u{202E}' => "RIGHT-TO-LEFT OVERRIDE",
        '\u{2066}' => "LEFT-TO-RIGHT ISOLATE",
        '\u{2067}' => "RIGHT-TO-LEFT ISOLATE",
        '\u{2068}' => "FIRST STRONG ISOLATE",
        '\u{2069}' => "POP DIRECTIONAL ISOLATE",
        _ => return None,
    })
}

/// What Unicode calls a letter; those that are met most often, and the number of any other.
fn described(c: char) -> String {
    let script = match c {
        'Ѐ'..='ӿ' => "CYRILLIC",
        'Ͱ'..='Ͽ' => "GREEK",
        'Ａ'..='Ｚ' | 'ａ'..='ｚ' => "FULLWIDTH LATIN",
        _ => return format!("U+{:04X}", u32::from(c)),
    };
    let letter = match c.to_lowercase().next().unwrap_or(c) {
        'а' => "A",
        'в' => "VE",
        'е' => "IE",
        'ѕ' => "DZE",
        'і' => "BYELORUSSIAN-UKRAINIAN I",
        'ј' => "JE",
        'к' => "KA",
        'м' => "EM",
        'н' => "EN",
        'о' => "O",
        'р' => "ER",
        'с' => "ES",
        'т' => "TE",
        'у' => "U",
        'х' => "HA",
        'һ' => "SHHA",
        'ԁ' => "KOMI DE",
        'ԛ' => "QA",
        'ԝ' => "WE",
        'α' => "ALPHA",
        'β' => "BETA",
        'ε' => "EPSILON",
        'ζ' => "ZETA",
        'η' => "ETA",
        'ι' => "IOTA",
        'κ' => "KAPPA",
        'μ' => "MU",
        'ν' => "NU",
        'ο' => "OMICRON",
        'ρ' => "RHO",
        'σ' => "SIGMA",
        'τ' => "TAU",
        'υ' => "UPSILON",
        'χ' => "CHI",
        _ if script == "FULLWIDTH LATIN" => {
            let plain = std::iter::once(c).nfkc().next().unwrap_or(c).to_ascii_uppercase();
            let case = if c.is_uppercase() { "CAPITAL" } else { "SMALL" };
            return format!("{script} {case} LETTER {plain}");
        }
        _ => return format!("U+{:04X}, of the {} script", u32::from(c), script.to_lowercase()),
    };
    format!("{script} {} LETTER {letter}", if c.is_uppercase() { "CAPITAL" } else { "SMALL" })
}
