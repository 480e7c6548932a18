//! The form in which words are compared: typography, emphasis and white space aside.
//!
//! Two texts that a reader would read out in the same way have one folded form. Case counts, and so
//! does every letter.

use unicode_normalization::UnicodeNormalization;

/// The folded form: compatibility forms composed (NFKC), straight quotes, one kind of dash, one
/// space for any white space, nothing that is invisible.
pub fn fold(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut space = false;
    for c in text.nfkc().filter_map(plain) {
        if c.is_whitespace() {
            space = !out.is_empty();
            continue;
        }
        // `--` and `---` are how dashes are typed
        if c == '-' && !space && out.ends_with('-') {
            continue;
        }
        if space {
            out.push(' ');
            space = false;
        }
        out.push(c);
    }
    out
}

/// The plain character for a typographic one; none where it cannot be seen.
fn plain(c: char) -> Option<char> {
    Some(match c {
        '“' | '”' | '„' | '‟' | '«' | '»' | '″' | '‶' => '"',
        '‘' | '’' | '‚' | '‛' | '‹' | '›' | '′' | '‵' | '`' | '´' => '\'',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        '\u{ad}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}' => {
            return None;
        }
        other => other,
    })
}

/// The words of a text, in lower case: runs of letters and digits, with apostrophes inside.
pub fn words(text: &str) -> Vec<String> {
    let folded = fold(text);
    folded
        .split(|c: char| !(c.is_alphanumeric() || c == '\''))
        .map(|word| word.trim_matches('\'').to_lowercase())
        .filter(|word| !word.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typography_and_white_space_do_not_count() {
        assert_eq!(fold("  “We’ll \u{a0}share”\n— as\tof now…"), "\"We'll share\" - as of now...");
        assert_eq!(fold("ﬁle--based"), "file-based");
        assert_eq!(fold("soft\u{ad}ware"), "software");
        assert_ne!(fold("we share"), fold("We share"));
    }

    #[test]
    fn words_keep_their_apostrophes() {
        assert_eq!(words("Don’t ‘sell’ e-mail!"), ["don't", "sell", "e", "mail"]);
    }
}
