//! Mistakes below the level of words: quotes, bullets, full-width signs, comments of other languages.

use super::super::scanner::{Kind, Token};
use crate::diagnostic::{Finding, Level};
use crate::source::Span;

const CHECK: &str = "syntax";

/// Whether a character beyond ASCII may stand in a word; the grammar decides whether it makes a name.
pub fn in_word(c: char) -> bool {
    c.is_alphanumeric() || unicode_normalization::char::is_combining_mark(c)
}

/// Whether a character cannot be seen; these are reported by their own check.
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{61C}' | '\u{FEFF}')
}

/// What closes a typographic quote.
pub fn closing_quotes(opener: char) -> Option<&'static [char]> {
    Some(match opener {
        '“' | '”' | '„' | '‟' => &['”', '“'],
        '«' => &['»'],
        '»' => &['«', '»'],
        '‘' | '‚' | '’' | '‹' => &['’', '‘', '›'],
        '″' | '＂' => &['″', '＂'],
        '「' => &['」'],
        '『' => &['』'],
        _ => return None,
    })
}

/// Whether a character at the start of a line is a bullet that came with pasted text.
pub fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '‣'
            | '▪'
            | '▫'
            | '●'
            | '○'
            | '◦'
            | '■'
            | '□'
            | '·'
            | '∙'
            | '–'
            | '—'
            | '−'
            | '➢'
            | '✓'
    )
}

/// The sign of ASCII that a wide or mathematical sign stands for.
pub fn wide(c: char) -> Option<(u8, Kind)> {
    Some(match c {
        '；' => (b';', Kind::Semi),
        '，' | '、' => (b',', Kind::Comma),
        '：' => (b':', Kind::Colon),
        '（' => (b'(', Kind::LeftParen),
        '）' => (b')', Kind::RightParen),
        '｛' => (b'{', Kind::Open),
        '｝' => (b'}', Kind::Close),
        '＝' => (b'=', Kind::Sign),
        '＋' => (b'+', Kind::Sign),
        '＜' => (b'<', Kind::Sign),
        '＞' => (b'>', Kind::Sign),
        _ => return None,
    })
}

fn error(message: String, span: Span) -> Finding {
    Finding::new(CHECK, Level::Error, message, span)
}

/// A string that its line ended before it did.
///
/// One quote too few on a line leaves the last string open, wherever the quote is missing. A string
/// that touches a word behind it was most likely opened by what should have closed another.
pub fn unterminated(span: Span, line: &[Token], text: &str) -> Finding {
    let touches = |t: &&Token| {
        t.kind == Kind::Text && text.as_bytes().get(t.end as usize).is_some_and(|b| b.is_ascii_alphanumeric())
    };
    let span = match line.iter().find(touches) {
        Some(t) => Span { start: t.start, end: t.end, ..span },
        None => span,
    };
    error("this string has no closing `\"`".into(), span)
        .note("a string ends on the line that it begins on")
        .help("close it with `\"`; a quote inside a string is written `\\\"`")
}

/// `'text'`
pub fn single_quotes(span: Span, words: &str) -> Finding {
    let finding = error("strings stand in double quotes".into(), span).help(format!("write `\"{words}\"`"));
    requoted(finding, span, words)
}

/// `“text”`
pub fn typographic_quotes(quote: Span, string: Span, words: &str) -> Finding {
    let sign = "typographic quotes do not delimit strings";
    requoted(error(sign.into(), quote).help(format!("write straight ones: `\"{words}\"`")), string, words)
}

/// With straight quotes as its remedy, where they need nothing else.
fn requoted(finding: Finding, string: Span, words: &str) -> Finding {
    if words.contains(['"', '\\']) {
        return finding;
    }
    finding.fix("write straight double quotes", string, format!("\"{words}\""))
}

/// `/* text */`
pub fn block_comment(span: Span) -> Finding {
    error("`/*` does not begin a comment".into(), span).help("write `//` in front of each line of it")
}

/// `# text`
pub fn hash_comment(span: Span) -> Finding {
    error("`#` does not begin a comment".into(), span).help("write `//`").fix("write `//`", span, "//")
}

/// A bullet that came with pasted text, with the white space behind it.
pub fn bullet(span: Span, sign: &str, with_space: Span) -> Finding {
    error(format!("`{sign}` is a bullet, as pasted from a document"), span)
        .help("delete it; a statement begins with its first word and ends with `;`")
        .fix("delete the bullet", with_space, "")
}

/// A full-width sign.
pub fn wide_sign(span: Span, sign: char, ascii: u8) -> Finding {
    let plain = char::from(ascii);
    let finding = error(format!("`{sign}` is a full-width sign"), span).help(format!("write `{plain}`"));
    finding.fix("write the plain sign", span, plain)
}
