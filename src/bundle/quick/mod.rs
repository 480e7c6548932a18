//! The short way from a content's text to its parts: for bundles as `caveat build` writes them.
//!
//! One pass over the text, in which nothing is kept that deciding does not need, and no text copied that
//! only people read. It checks all that the long way (`load`) checks, with less to say: whatever it
//! does not like, or does not know, it leaves to that, which then finds the error and its place, or
//! that all is well. So what it takes, the long way takes too, and makes the same of it; a test holds
//! it to that on many bundles, and on each with something in it changed.

mod record;
mod statement;
mod vocabulary;

use super::core::{Core, Parts};
use super::dimension::Dimension;
use super::extra::Extra;
use super::format::{Condition, Content};
use super::index::Entry;
use super::reader::Reader;
use super::{texts, validate};
use std::collections::HashSet;

pub(super) use statement::words;

/// The bytes of text that there mostly are to a box, and to a statement: room for so many is made at once.
const BYTES_PER_BOX: usize = 192;
const BYTES_PER_STATEMENT: usize = 320;

/// The parts of a content in canonical form; none where the long way must look at it.
pub(super) fn parts(text: &str) -> Option<Parts> {
    let mut reader = Reader::new(text);
    let mut entries = Vec::with_capacity(text.len() / BYTES_PER_BOX);
    let statements = text.len() / BYTES_PER_STATEMENT;
    let (mut terms, mut starts) = (Vec::with_capacity(statements), Vec::with_capacity(statements));
    // The order of members is that of the file.
    let content = Content {
        acceptances: reader.member(b"{\"acceptances\":", |r| r.list(record::acceptance))?,
        conditions: reader.member(b",\"conditions\":", |r| r.list(condition))?,
        duties: reader.member(b",\"duties\":", |r| r.list(record::duty))?,
        impossible: reader.optional(b",\"impossible\":", Reader::number)?,
        lock: reader.optional(b",\"lock\":", Reader::string)?,
        policy: reader.member(b",\"policy\":", record::policy)?,
        precedence: reader.member(b",\"precedence\":", |r| r.list(Reader::pair))?,
        promises: reader.member(b",\"promises\":", |r| r.list(record::promise))?,
        release: reader.optional(b",\"release\":", record::release)?,
        rights: reader.member(b",\"rights\":", |r| r.list(record::right))?,
        sets: reader.member(b",\"sets\":", |r| r.list(Reader::ranges))?,
        statements: reader.member(b",\"statements\":", |r| {
            r.each(|r| {
                starts.push(r.at() as u32);
                terms.push(statement::statement(r, terms.len() as u32, &mut entries)?);
                Some(())
            })?;
            Some(Vec::new())
        })?,
        variables: reader.member(b",\"variables\":", |r| r.list(vocabulary::variable))?,
        verbs: reader.member(b",\"verbs\":", |r| r.list(vocabulary::verb))?,
        vocabulary: reader.member(b",\"vocabulary\":", vocabulary::vocabulary)?,
        extra: Extra::default(),
    };
    reader.must(b"}")?;
    if !reader.done() {
        return None;
    }
    texts::all_but_statements(&content).ok()?;
    validate::all_but_statements(&content, terms.len()).ok()?;
    let verbs: HashSet<&str> = content.verbs.iter().map(|verb| verb.name.as_str()).collect();
    let known = terms.iter().all(|terms| {
        let limit = terms.limit.as_ref();
        limit.is_none_or(|limit| validate::limit(&content, limit, String::new).is_ok())
            && terms.duties.iter().all(|duty| verbs.contains(duty.as_str()))
    });
    if !known || !boxes_refer(&content, &entries) {
        return None;
    }
    starts.shrink_to_fit();
    Some(Parts { core: Core::of(content), entries, terms, starts })
}

fn condition(reader: &mut Reader) -> Option<Condition> {
    let condition = if reader.take(b"{\"all\":") {
        Condition::All(reader.numbers()?)
    } else if reader.take(b"{\"any\":") {
        Condition::Any(reader.numbers()?)
    } else if reader.take(b"{\"in\":[") {
        let variable = reader.number()?;
        let values = reader.member(b",", Reader::ranges)?;
        reader.must(b"]")?;
        Condition::In(variable, values)
    } else {
        Condition::Not(reader.member(b"{\"not\":", Reader::number)?)
    };
    reader.must(b"}")?;
    Some(condition)
}

/// Whether the sets and conditions of boxes are there, and the sets hold cells of their dimensions.
fn boxes_refer(content: &Content, entries: &[Entry]) -> bool {
    // The sets have been found in order.
    let ends: Vec<u32> = content.sets.iter().map(|set| set.last().map_or(0, |range| range.1)).collect();
    let most = Dimension::ALL.map(|dimension| validate::end_of(&content.vocabulary, dimension));
    entries.iter().all(|entry| {
        let within = |(set, most): (&u32, &u32)| ends.get(*set as usize).is_some_and(|end| end <= most);
        entry.sets.iter().zip(&most).all(within)
            && entry.when.is_none_or(|when| (when as usize) < content.conditions.len())
    })
}

#[cfg(test)]
mod tests {
    use super::super::load::slow;
    use super::*;
    use crate::bundle::core::Shown;
    use crate::bundle::envelope::CONTENT_OFFSET;
    use crate::bundle::format::Statement;
    use serde::Deserialize;
    use std::path::Path;

    /// The texts of all contents in a folder of the conformance vectors, those that are no text left out.
    fn texts(folder: &str) -> Vec<(String, String)> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance").join(folder);
        let files = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let texts = files.filter_map(|file| {
            let text = std::fs::read_to_string(file.path()).ok()?;
            let content = text.get(CONTENT_OFFSET..text.len().checked_sub(1)?)?;
            Some((file.file_name().to_string_lossy().into_owned(), content.to_owned()))
        });
        let mut texts: Vec<(String, String)> = texts.collect();
        texts.sort();
        texts
    }

    /// Whether the short way takes a text; then the long way must take it too, and make the same of it.
    fn agree(name: &str, text: &str) -> bool {
        let Some(parts) = parts(text) else { return false };
        assert_eq!(slow(text).as_ref(), Ok(&parts), "{name}: {text}");
        true
    }

    /// As `caveat build` would write it: without what only a later version, or a test of one, writes.
    fn canonical(text: &str) -> String {
        fn clean(value: &mut serde_json::Value) {
            match value {
                serde_json::Value::Array(items) => items.iter_mut().for_each(clean),
                serde_json::Value::Object(members) => {
                    // Alone in its object it is a moment's.
                    let alone = members.len() == 1;
                    members.retain(|name, value| {
                        (alone || !matches!(name.as_str(), "later" | "reviewed")) && !value.is_null()
                    });
                    members.values_mut().for_each(clean);
                }
                _ => {}
            }
        }
        let mut value: serde_json::Value = serde_json::from_str(text).unwrap_or_default();
        clean(&mut value);
        value.to_string()
    }

    #[test]
    fn the_short_way_makes_what_the_long_way_makes() {
        let texts = texts("bundles");
        assert!(texts.len() >= 4);
        for (name, text) in texts {
            agree(&name, &text);
            assert!(agree(&name, &canonical(&text)), "{name} has to go the long way");
        }
    }

    #[test]
    fn the_words_of_a_statement_are_those_of_the_long_way() {
        let mut taken = 0;
        for (name, text) in texts("bundles") {
            for text in [canonical(&text), text] {
                let starts = slow(&text).map(|parts| parts.starts).unwrap_or_default();
                for rest in starts.iter().filter_map(|start| text.get(*start as usize..)) {
                    let long = Statement::deserialize(&mut serde_json::Deserializer::from_str(rest));
                    if let Some(short) = words(rest) {
                        assert_eq!(long.ok().map(Shown::from), Some(short), "{name}: {rest}");
                        taken += 1;
                    }
                }
            }
        }
        assert!(taken > 50, "{taken}");
    }

    #[test]
    fn the_short_way_takes_nothing_that_the_long_way_refuses() {
        let refused = texts("refused");
        assert!(refused.len() > 50, "{}", refused.len());
        for (name, text) in refused {
            agree(&name, &text);
        }
    }

    /// Each text with something in it changed at each place: a character left out, put in or another
    /// one in its place; a piece repeated or left out.
    #[test]
    fn the_ways_agree_on_what_has_been_changed() {
        const PUT: [&str; 16] =
            ["\"", "\\", "{", "}", "[", "]", ",", ":", "0", "1", "-", "9", " ", "e", "é", "\u{1}"];
        let (mut taken, mut tried) = (0, 0);
        for (name, text) in texts("bundles") {
            let text = canonical(&text);
            let step = 1 + text.len() / 2_000;
            for at in (0..text.len()).step_by(step).filter(|at| text.is_char_boundary(*at)) {
                let (before, rest) = text.split_at(at);
                let Some(first) = rest.chars().next() else { continue };
                let after = rest.get(first.len_utf8()..).unwrap_or_default();
                let put = PUT.get((at * 7 + at / 16) % PUT.len()).copied().unwrap_or_default();
                let piece = rest.find([',', ']', '}']).map_or("", |end| rest.get(..=end).unwrap_or_default());
                let changed = [
                    [before, after, ""],
                    [before, put, rest],
                    [before, put, after],
                    [before, piece, rest],
                    [before, rest.strip_prefix(piece).unwrap_or_default(), ""],
                ];
                for parts in changed {
                    tried += 1;
                    taken += usize::from(agree(&name, &parts.concat()));
                }
            }
        }
        // Both happen, so that something is compared: most changes break a bundle, and some only a text.
        assert!(taken > tried / 100 && taken < tried, "{taken} of {tried}");
    }
}
