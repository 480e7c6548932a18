//! The documents that a policy encodes, and the locks beside it: found, read, and put among its sources.
//!
//! A document lies where the header says, or where the command line does. One that is not there is no
//! failure: `check` says so. Nothing is parsed here.

use super::load::{LoadFailure, Loaded};
use super::{encoding, paths};
use crate::document::documents::{File, Given, NoText};
use crate::document::{lock, text};
use crate::source::SourceId;
use crate::syntax::MAX_FILE_BYTES;
use crate::syntax::tree::{self, Item};
use std::fs;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

/// Where documents lie, if not where the header says, and whether they must be there.
#[derive(clap::Args, Clone, Debug, Default)]
#[group(skip)]
pub struct Options {
    /// Where the document lies, if not where the header says; `LABEL=PATH` for one with a label
    #[arg(long = "document", value_name = "[LABEL=]PATH", value_parser = place)]
    pub places: Vec<Place>,
    /// An absent document is an error
    #[arg(long)]
    pub require_document: bool,
}

/// Former texts of the documents.
#[derive(clap::Args, Clone, Debug, Default)]
#[group(skip)]
pub struct Former {
    /// A former text of the document, to be shown how a sentence read when it was locked; may be said
    /// several times, and as `LABEL=PATH` for a document with a label
    #[arg(id = "old_document", long = "old-document", value_name = "[LABEL=]PATH", value_parser = place)]
    pub places: Vec<Place>,
}

/// Where a document lies.
#[derive(Clone, Debug)]
pub struct Place {
    /// Its label, where it has one.
    pub label: Option<String>,
    /// Its file.
    pub path: PathBuf,
}

/// Reads `PATH` or `LABEL=PATH`.
fn place(text: &str) -> Result<Place, String> {
    let is_label =
        |l: &str| !l.is_empty() && l.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let (label, path) = match text.split_once('=').filter(|(label, _)| is_label(label)) {
        Some((label, path)) => (Some(label.to_owned()), path),
        None => (None, text),
    };
    if path.is_empty() { Err("no path".to_owned()) } else { Ok(Place { label, path: path.into() }) }
}

/// Reads what the headers name, and puts it behind the policy's own files.
pub fn attach(loaded: &mut Loaded, options: &Options) -> Result<(), LoadFailure> {
    let required = options.require_document || loaded.configuration.require_document == Some(true);
    let mut given = Given { required, ..Given::default() };
    let mut wanted: Vec<(usize, tree::Document)> = Vec::new();
    for (number, unit) in loaded.program.units.iter().enumerate() {
        given.units.extend(unit.files.iter().map(|f| (f.source, number)));
        given.folders.insert(number, unit.folder.clone());
        for item in unit.files.iter().flat_map(|f| &f.items) {
            if let Item::Policy(header) = item {
                wanted.extend(header.documents.iter().map(|d| (number, d.clone())));
            }
        }
    }
    check_places(&wanted, &options.places)?;
    for (number, document) in &wanted {
        let place = placed(&wanted, &options.places, *number, document);
        let folder = folder(loaded, *number);
        let path = match place {
            Some(place) => paths::absolute(&super::load::current_folder(), &place.path),
            None => match configured(loaded, document, wanted.len() == 1) {
                Some(path) => path,
                None => paths::absolute(&folder, Path::new(&document.path.node)),
            },
        };
        let shown = shown(loaded, *number, &path);
        if place.is_some() && !path.exists() {
            return Err(LoadFailure::NoSuchPath(shown));
        }
        let source = read(&path, text::MAX_BYTES).map(|text| loaded.sources.add(shown.clone(), text));
        given.files.push(File { declared: document.path.span, shown, source });
        if !given.locks.contains_key(number)
            && let Some(lock) = lock_in(loaded, *number, &folder)
        {
            given.locks.insert(*number, lock);
        }
    }
    loaded.documents = given;
    Ok(())
}

/// Reads former texts, and puts them behind all else. A pipe will do, so that a shell can take one out of
/// a history.
pub fn attach_former(loaded: &mut Loaded, former: &Former) -> Result<(), LoadFailure> {
    let items = loaded.program.units.iter().flat_map(|u| &u.files).flat_map(|f| &f.items);
    let headers = items.filter_map(|item| if let Item::Policy(header) = item { Some(header) } else { None });
    let labels: Vec<Option<String>> = headers
        .flat_map(|h| &h.documents)
        .map(|d| d.label.as_ref().map(|label| label.node.to_string()))
        .collect();
    for place in &former.places {
        if !labels.contains(&place.label) && (place.label.is_some() || labels.len() != 1) {
            return Err(LoadFailure::NoDocument(place.label.clone(), !labels.is_empty()));
        }
        let name = place.path.to_string_lossy().into_owned();
        let refused = |error: std::io::Error| match error.kind() {
            ErrorKind::NotFound => LoadFailure::NoSuchPath(name.clone()),
            _ => LoadFailure::Unreadable(name.clone(), error),
        };
        let file = fs::File::open(&place.path).map_err(refused)?;
        let mut bytes = Vec::new();
        file.take(text::MAX_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(refused)?;
        let source = loaded.sources.add(name.clone(), super::load::text(bytes, &name)?);
        loaded.documents.former.push((place.label.clone(), source));
    }
    Ok(())
}

/// Where `caveat.toml` says that a document lies.
fn configured(loaded: &Loaded, document: &tree::Document, alone: bool) -> Option<PathBuf> {
    let places = &loaded.configuration.documents;
    let label = document.label.as_ref().map_or("", |l| l.node.as_str());
    places.get(label).or_else(|| places.get("").filter(|_| alone)).cloned()
}

/// Where the lock of a folder lies.
pub fn lock_path(loaded: &Loaded, unit: usize) -> PathBuf {
    folder(loaded, unit).join(lock::FILE)
}

fn lock_in(loaded: &mut Loaded, unit: usize, folder: &Path) -> Option<Result<SourceId, String>> {
    let path = folder.join(lock::FILE);
    let name = shown(loaded, unit, &path);
    match read(&path, MAX_FILE_BYTES) {
        Ok(text) => Some(Ok(loaded.sources.add(name, text))),
        Err(NoText::Absent(_)) => None,
        Err(NoText::Refused(why)) => Some(Err(why)),
    }
}

/// The folder of a unit's files, links followed.
fn folder(loaded: &Loaded, unit: usize) -> PathBuf {
    let place = loaded.places.get(unit).cloned().unwrap_or_default();
    if place.is_dir() { place } else { place.parent().map_or_else(PathBuf::new, Path::to_owned) }
}

/// As people name it: like the policy's own folder.
fn shown(loaded: &Loaded, unit: usize, path: &Path) -> String {
    let absolute = loaded.program.units.get(unit).is_some_and(|u| Path::new(&u.folder).is_absolute());
    let current = super::load::current_folder();
    // places are known with links followed, and so must be what they are told from
    let current = current.canonicalize().unwrap_or(current);
    paths::shown(&current, absolute, path)
}

/// What a command line says of documents must be about some.
fn check_places(wanted: &[(usize, tree::Document)], places: &[Place]) -> Result<(), LoadFailure> {
    let label = |d: &tree::Document| d.label.as_ref().map(|l| l.node.to_string());
    for place in places {
        let named = wanted.iter().any(|(_, d)| label(d) == place.label);
        let alone = place.label.is_none() && wanted.len() == 1;
        if !named && !alone {
            return Err(LoadFailure::NoDocument(place.label.clone(), !wanted.is_empty()));
        }
    }
    Ok(())
}

/// Where the command line says that a document lies: an extension's own, before those of its bases.
fn placed<'a>(
    wanted: &[(usize, tree::Document)],
    places: &'a [Place],
    unit: usize,
    document: &tree::Document,
) -> Option<&'a Place> {
    let label = document.label.as_ref().map(|l| l.node.as_str());
    let same = |d: &tree::Document| d.label.as_ref().map(|l| l.node.as_str()) == label;
    let first = wanted.iter().find(|(_, d)| same(d)).is_some_and(|(u, _)| *u == unit);
    let alone = wanted.len() == 1;
    places.iter().rev().find(|p| p.label.as_deref() == label && first || alone && p.label.is_none())
}

/// Reads a text of at most so many bytes.
fn read(path: &Path, most: usize) -> Result<String, NoText> {
    let refused = |error: std::io::Error| match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => NoText::Absent("there is no such file".to_owned()),
        _ => NoText::Refused(format!("it cannot be read: {error}")),
    };
    let what = fs::metadata(path).map_err(refused)?;
    if !what.is_file() {
        return Err(NoText::Refused("it is no file".to_owned()));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(refused)?;
    file.take(most as u64 + 1).read_to_end(&mut bytes).map_err(refused)?;
    if bytes.len() > most {
        return Err(NoText::Refused(format!("it has more than the {most} bytes allowed")));
    }
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    encoding::decode(bytes).map_err(|encoding| NoText::Refused(encoding.advice(&name).to_string()))
}
