//! The names that a lost item may have declared.
//!
//! Where a syntax error lost a declaration, every use of its name would look undeclared. So the
//! texts are read once more, roughly, for words that stand where a declared name stands.

use super::Resolver;
use crate::source::Sources;
use rustc_hash::FxHashSet;

/// Words that stand where a declared name stands.
pub(super) struct Lost {
    words: FxHashSet<String>,
}

/// Words in front of a name that is declared.
const BEFORE: [&str; 13] = [
    "data", "people", "party", "parties", "purpose", "place", "channel", "fact", "event", "duty", "policy",
    "section", "clause",
];

/// What stands behind the first word of an item where that word is a name that is declared.
const BEHIND: [&str; 9] = [";", "{", "\"", "=", ":", "bound", "open", "same", "includes"];

impl Lost {
    fn new(sources: &Sources) -> Lost {
        let mut words = FxHashSet::default();
        for (_, source) in sources.iter() {
            let tokens = tokens(&source.text);
            // Whether a declaration is open, which may list names with commas between them.
            let mut open = false;
            for window in tokens.windows(3) {
                let [before, word, behind] = window else { continue };
                let declares = BEFORE.contains(before);
                open = declares || open && *before != ";" && *before != "}";
                let opens = ["{", ";", "}"].contains(before) && BEHIND.contains(behind);
                let listed = open && ["{", ","].contains(before) && [",", ";", "}"].contains(behind);
                if (declares || opens || listed) && word.starts_with(|c: char| c.is_alphanumeric()) {
                    words.insert((*word).to_owned());
                }
            }
        }
        Lost { words }
    }
}

/// Words and single signs; a string is one quotation mark, a comment nothing.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = vec![";"];
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = if rest.starts_with("//") {
            rest.find('\n').unwrap_or(rest.len())
        } else if first == '"' {
            tokens.push("\"");
            1 + string_end(rest.get(1..).unwrap_or_default())
        } else if is_word(first) {
            let end = rest.find(|c: char| !is_word(c)).unwrap_or(rest.len());
            tokens.extend(rest.get(..end));
            end
        } else {
            if !first.is_whitespace() {
                tokens.extend(rest.get(..first.len_utf8()));
            }
            first.len_utf8()
        };
        rest = rest.get(end..).unwrap_or_default();
    }
    tokens.push(";");
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '-' || c == '_'
}

/// Behind the closing quotation mark; a string that is never closed ends with its line.
fn string_end(inside: &str) -> usize {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\n' => return at,
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    inside.len()
}

impl Resolver<'_> {
    /// Whether a syntax error may have lost the declaration of a name.
    pub(super) fn may_be_lost(&mut self, name: &str) -> bool {
        let sources = self.sources;
        self.program.broken && self.lost.get_or_insert_with(|| Lost::new(sources)).words.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_in_the_place_of_a_declared_name_are_found() {
        let mut sources = Sources::default();
        sources.add(
            "a",
            "party A \"x; B;\" { // C;\n D; E \"d\"; }\n F may use G for H;\nrule: must not use I;\ndata J { K, L; }\n\
             may use M, N;",
        );
        let mut words: Vec<String> = Lost::new(&sources).words.into_iter().collect();
        words.sort();
        assert_eq!(words, ["A", "D", "E", "J", "K", "L", "rule"]);
    }
}
