//! Mistakes about where things stand: what ends a unit, and what belongs into another block.

use super::{Failure, error};
use crate::diagnostic::Finding;
use crate::source::Span;
use crate::syntax::scanner::Kind;
use crate::syntax::structure::Context;

/// A unit that lacks its `;`.
pub(in crate::syntax) fn missing_semi(last: Span, next: Option<Span>) -> Finding {
    let place = Span { start: last.end, ..last };
    let finding = error("a `;` is missing", place).at("expected here").help("end the statement with `;`");
    let finding = finding.fix("end the statement with `;`", Span { end: last.end, ..place }, ";");
    match next {
        Some(next) => finding.and(next, "the next one begins here"),
        None => finding,
    }
}

/// Two names in a row in the braces of a term: two terms, or two words for one.
pub(in crate::syntax) fn two_terms(first: &str, second: &str, at: Span) -> Finding {
    error("two names stand here without a `;` between them", at)
        .help(format!("if they are two terms, write `{first}; {second};`"))
        .help(format!("if they are one, its name is one word: `{first}{second}`"))
}

/// A `;` or a `{` with nothing before it.
pub(in crate::syntax) fn empty_unit(at: Span, kind: Kind, behind_block: bool) -> Finding {
    match kind {
        Kind::Open => error("this block has nothing in front that says what it is", at)
            .help("write `section LABEL {`, `clause LABEL {` or the name of a term before it"),
        _ if behind_block => {
            error("no `;` stands behind `}`", at).help("delete it").fix("delete the `;`", at, "")
        }
        _ => error("this `;` ends nothing", at).help("delete it").fix("delete the `;`", at, ""),
    }
}

/// What could be read, but belongs elsewhere.
pub(in crate::syntax) fn misplaced(at: Span, word: &str, context: Context) -> Finding {
    let (message, help) = match (context, word) {
        (Context::Cites, _) => (
            format!("`{word}` cannot stand here"),
            "only `cites \"…\";` stands in the braces of `informative` and `promise`".to_owned(),
        ),
        (Context::Test, _) => (
            format!("`{word}` cannot stand in a test"),
            "a test holds what is expected, verdict first: `permitted share Email to Mailer;`; close it \
             with `}` before what is no part of it"
                .to_owned(),
        ),
        (Context::File, "test") => (
            "this test has no name".to_owned(),
            "write `test NAME { … }`, or `test NAME \"…\" { … }`".to_owned(),
        ),
        (_, "test") => (
            "tests do not stand in sections or clauses".to_owned(),
            "move it to the outermost level of the file, or to a file of its own".to_owned(),
        ),
        (Context::Header, _) => (
            format!("`{word}` cannot stand in the header"),
            "the header holds `issuer`, `document`, `revised` and `extends`; move it behind the `}`"
                .to_owned(),
        ),
        (Context::Terms, _) => (
            format!("`{word}` cannot stand within the braces of a term"),
            "leave the word out: what stands in braces is of the kind of the term around it".to_owned(),
        ),
        (Context::File, "issuer" | "document" | "revised") => (
            format!("`{word}` cannot stand outside the header"),
            "move it into the braces of `policy`".to_owned(),
        ),
        (Context::File, name) => (
            format!("what kind of term is `{name}`?"),
            format!(
                "put the kind in front, such as `data {name}`; the kinds are `data`, `people`, `party`, `parties`, \
                 `purpose`, `place` and `channel`"
            ),
        ),
        (Context::Section, "section") => (
            "sections do not stand in sections".to_owned(),
            "close the outer one before it, or make it a `clause`".to_owned(),
        ),
        (_, "section" | "clause") => {
            (format!("`{word}` cannot stand in a clause"), "close the clause before it with `}`".to_owned())
        }
        _ => (
            format!("`{word}` cannot stand in a section or a clause"),
            "move it to the outermost level of the file".to_owned(),
        ),
    };
    error(message, at).help(help)
}

/// `promise "…";`
pub(super) fn block_without_braces(f: &Failure<'_>) -> Option<Finding> {
    let example = match f.word(0) {
        "promise" => "`promise \"…\" { cites \"…\"; }`",
        "informative" => "`informative { cites \"…\"; }`",
        "section" => "`section LABEL \"…\" { … }`",
        "clause" => "`clause LABEL { … }`",
        "test" => "`test NAME { permitted …; }`",
        "policy" => "`policy LABEL \"…\" { issuer …; }`",
        _ => return None,
    };
    let word = f.word(0);
    (f.kind(f.stop) == Some(Kind::Semi) && f.tokens.len() == f.stop + 1)
        .then(|| error(format!("`{word}` needs a block"), f.span(f.stop)).help(format!("write {example}")))
}
