//! A run of prose to its sentences.
//!
//! The bounds are those of Unicode Standard Annex 29; what is added is what legal text needs: a full
//! stop behind an abbreviation, an initial or an enumerator ends no sentence. Takes text without line
//! breaks of its own (a line end is a space in Markdown); gives ranges that cover it without a gap.

use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// Behind these a sentence always goes on.
#[rustfmt::skip]
const NEVER_LAST: &[&str] = &[
    "e.g", "i.e", "cf", "viz", "vs", "v", "mr", "mrs", "ms", "dr", "prof", "hon", "st", "messrs",
    "approx", "esp", "incl", "excl", "resp", "ca", "rev", "gen", "a.k.a", "attn", "tel",
];

/// Behind these a sentence goes on where a number, a letter or a sign of a section follows.
#[rustfmt::skip]
const BEFORE_NUMBERS: &[&str] = &[
    "no", "nos", "nr", "art", "arts", "sec", "secs", "sect", "subsec", "para", "paras", "par", "cl",
    "ch", "cap", "fig", "figs", "p", "pp", "vol", "ver", "reg", "regs", "sched", "app", "annex", "ann",
    "lit", "stat", "s", "ss", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct",
    "nov", "dec",
];

/// Behind these a sentence goes on, unless the next word is one that opens sentences.
#[rustfmt::skip]
const MAY_BE_LAST: &[&str] = &[
    "inc", "ltd", "co", "corp", "llc", "llp", "lp", "l.p", "l.l.c", "plc", "gmbh", "s.a", "s.a.r.l",
    "b.v", "n.v", "bros", "u.s", "u.s.a", "u.k", "e.u", "d.c", "u.n", "u.s.c", "c.f.r", "civ", "a.m",
    "p.m", "etc", "al", "jr", "sr", "ph.d", "m.d", "b.a", "m.a", "esq", "dept", "est", "assn",
    "ave", "blvd", "rd", "cal", "fed", "ext", "ed", "eds", "seq", "ibid", "max", "min", "op",
];

/// Words that open sentences, and seldom a name.
#[rustfmt::skip]
const OPENERS: &[&str] = &[
    "a", "additionally", "after", "all", "although", "an", "and", "any", "as", "at", "because",
    "before", "both", "but", "by", "certain", "currently", "do", "does", "each", "either", "every",
    "except", "for", "from", "further", "furthermore", "he", "her", "his", "how", "however", "i", "if",
    "in", "it", "its", "moreover", "neither", "no", "none", "not", "note", "nothing", "on", "once",
    "or", "other", "our", "please", "she", "should", "since", "so", "some", "such", "that", "the",
    "their", "then", "there", "therefore", "these", "they", "this", "those", "to", "together", "under",
    "unless", "until", "upon", "we", "what", "when", "where", "whether", "which", "while", "who", "why",
    "with", "without", "you", "your",
];

/// No enumerator has more bytes.
const LONGEST_ENUMERATOR: usize = 16;

/// The sentences of a text, in order. They cover it whole; the white space between two belongs to the
/// one before.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    // whether the last one has words: looked at once for each piece, since symbols alone may go on for long
    let mut worded = false;
    let pieces = text.split_sentence_bound_indices();
    for (start, piece) in pieces.flat_map(|(start, piece)| enumerated(start, piece)) {
        let end = start + piece.len();
        let has_words = piece.chars().any(char::is_alphanumeric);
        let last = out.last_mut().filter(|last| {
            !worded || !has_words || goes_on(text.get(last.start..last.end).unwrap_or_default(), piece)
        });
        match last {
            Some(last) => {
                last.end = end;
                worded |= has_words;
            }
            None => {
                out.push(start..end);
                worded = has_words;
            }
        }
    }
    out
}

/// What the annex leaves whole since a small letter follows: `(a) Your name. (b) Your address.`
fn enumerated(start: usize, piece: &str) -> Vec<(usize, &str)> {
    let mut cuts = vec![0];
    for (at, _) in piece.match_indices(". (") {
        let behind = piece.get(at + 2..).unwrap_or_default();
        let Some((mark, rest)) = behind.split_once(' ') else { continue };
        if is_enumerator(mark) && rest.starts_with(char::is_uppercase) {
            cuts.push(at + 2);
        }
    }
    cuts.push(piece.len());
    let ranges = cuts.windows(2).filter_map(|w| Some((*w.first()?, *w.last()?)));
    ranges.filter_map(|(from, to)| Some((start + from, piece.get(from..to)?))).collect()
}

/// Whether what looks like two sentences is one.
fn goes_on(before: &str, after: &str) -> bool {
    let spaced = before.ends_with(char::is_whitespace);
    let ended = before.trim_end();
    if is_enumerator(ended) {
        return true;
    }
    let next = after.trim_start_matches(|c: char| !c.is_alphanumeric());
    let marked = after.split_once(' ').is_some_and(|(mark, _)| is_enumerator(mark));
    if next.starts_with(char::is_lowercase) && !marked {
        return true;
    }
    let bare = ended.trim_end_matches(is_closer);
    let Some(stem) = bare.strip_suffix('.') else { return false };
    // `policy.The` is how an address or a version goes on, not how a sentence ends
    if !spaced {
        return true;
    }
    let word = last_word(stem);
    let lower = word.to_lowercase();
    let is = |list: &[&str]| list.contains(&lower.as_str());
    if is(NEVER_LAST) {
        return true;
    }
    // `No. 5`, `Art. IV`, `Sec. (a)`; but "No. We do not."
    let numbered = after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '(' | '§' | '['))
        || is_roman(last_word_of_start(after));
    if is(BEFORE_NUMBERS) {
        return numbered;
    }
    let opens = OPENERS.contains(&last_word_of_start(next).to_lowercase().as_str());
    (is(MAY_BE_LAST) || is_initial(word)) && !opens
}

fn is_closer(c: char) -> bool {
    matches!(c, ')' | ']' | '"' | '\'' | '”' | '’' | '»')
}

/// The last word, with the full stops inside it: `U.S` of `the (U.S`.
fn last_word(text: &str) -> &str {
    let inside = |c: char| c.is_alphanumeric() || c == '.';
    text.rsplit(|c: char| !inside(c)).next().unwrap_or_default()
}

fn last_word_of_start(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default()
}

/// One capital letter, as in `J. Smith`.
fn is_initial(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

fn is_roman(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| "IVXLC".contains(c))
}

/// `1.`, `2.3.`, `(iv)`, `a)`, `§ 4.`: a mark in front of what it counts.
fn is_enumerator(text: &str) -> bool {
    if text.len() > LONGEST_ENUMERATOR {
        return false;
    }
    let inner = text.trim_matches(|c: char| matches!(c, '(' | ')' | '[' | ']' | '.' | '§' | ' '));
    let number = !inner.is_empty() && inner.chars().all(|c| c.is_ascii_digit() || c == '.');
    let letter = inner.chars().count() == 1 && inner.chars().all(char::is_alphabetic);
    let roman = inner.len() <= 6 && !inner.is_empty() && inner.chars().all(|c| "ivxIVX".contains(c));
    let marked = text.ends_with(['.', ')', ']']);
    marked && (number || letter || roman)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    fn split(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|r| text[r].trim()).collect()
    }

    /// Each line is a text; `|` stands where a sentence ends within it.
    #[test]
    fn legal_text_is_split_where_a_reader_would() {
        for line in include_str!("sentences.txt").lines() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let expected: Vec<&str> = line.split('|').map(str::trim).collect();
            let text = expected.join(" ");
            assert_eq!(split(&text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_is_lost_or_doubled() {
        for text in ["", " ", "a", "...", "A. B. C.", "Really?Yes. No!", "あ。い。", "x.\u{200b}Y"] {
            let whole: String = sentences(text).into_iter().map(|r| &text[r]).collect();
            assert_eq!(whole, text);
        }
    }
}
