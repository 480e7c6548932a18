//! All reading of policies: from a path to a program.
//!
//! Takes a folder or one file; gives the sources, the trees and how the folders refer to each
//! other, with the findings of reading and syntax. No names are resolved here. A folder's
//! sub-folders are no part of it: each that holds `.caveat` files is a policy of its own.

use super::configuration::{self, Configuration};
use super::encoding::{self, Encoding};
use super::{documents, paths};
use crate::diagnostic::{Finding, Level};
use crate::document::documents::Given;
use crate::resolve::{Link, Program, Unit};
use crate::source::Sources;
use crate::syntax::{self, MAX_FILE_BYTES, tree};
use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The check that reports an `import` or `extends` that leads nowhere.
pub const MISSING_IMPORT: &str = "missing-import";

/// How many files a policy and all that it brings in may have together.
pub const MAX_FILES: usize = 10_000;

/// How many folders a policy may be made of.
pub const MAX_FOLDERS: usize = 1_000;

/// A policy as read, with all that it brings in.
#[derive(Debug)]
pub struct Loaded {
    /// The path that was given.
    pub given: PathBuf,
    /// The texts, under the names that people are shown.
    pub sources: Sources,
    /// The same texts under names that depend on the policy's folder alone: what a bundle says.
    pub portable: Sources,
    /// The trees and their links; the policy itself is unit 0.
    pub program: Program,
    /// What was found in reading and parsing.
    pub findings: Vec<Finding>,
    /// The documents that it encodes, and their locks; their texts stand behind the policy's in
    /// `sources`, and not in `portable`.
    pub documents: Given,
    /// The folder or file that each unit was read from, links followed, unit 0 first.
    pub places: Vec<PathBuf>,
    /// What `caveat.toml` sets for this policy.
    pub configuration: Configuration,
}

/// Why a policy could not be read at all.
#[derive(Debug)]
pub enum LoadFailure {
    /// Nothing is there.
    NoSuchPath(String),
    /// A folder without `.caveat` files.
    NoPolicy(String),
    /// A file of some other kind.
    NotAPolicy(String),
    /// The system would not give it.
    Unreadable(String, std::io::Error),
    /// It has more bytes than a file may have.
    TooLarge(String, u64),
    /// It has more files than a policy may have.
    TooMany(String),
    /// It brings in more folders than a policy may be made of.
    TooManyFolders(String),
    /// It is no text.
    NoText(String, Encoding),
    /// The command line places a document that no header names, of this label; and whether the policy names
    /// any.
    NoDocument(Option<String>, bool),
}

impl fmt::Display for LoadFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LoadFailure::NoSuchPath(name) => write!(f, "`{name}`: no such file or folder"),
            LoadFailure::NoPolicy(name) => {
                write!(f, "`{name}`: there is no `.caveat` file here; `caveat init` writes a first policy")
            }
            LoadFailure::NotAPolicy(name) => {
                write!(
                    f,
                    "`{name}`: not a policy; a policy is a folder or a file whose name ends in `.caveat`"
                )
            }
            LoadFailure::Unreadable(name, error) => write!(f, "`{name}`: cannot be read: {error}"),
            LoadFailure::TooLarge(name, bytes) => {
                write!(f, "`{name}`: has {bytes} bytes; a file may have {MAX_FILE_BYTES}, so split it")
            }
            LoadFailure::TooMany(name) => {
                write!(f, "`{name}`: has more than {MAX_FILES} files, with all that it brings in")
            }
            LoadFailure::TooManyFolders(name) => {
                write!(f, "`{name}`: one folder more than the {MAX_FOLDERS} that a policy may bring in")
            }
            LoadFailure::NoText(name, encoding) => write!(f, "`{name}`: {}", encoding.advice(name)),
            LoadFailure::NoDocument(_, false) => {
                f.write_str("the policy's header names no document; write there `document \"PATH\";`")
            }
            LoadFailure::NoDocument(Some(label), true) => {
                write!(f, "`{label}=…`: the policy names no document `{label}`")
            }
            LoadFailure::NoDocument(None, true) => {
                write!(f, "the policy names no document without a label; say of which it is: `LABEL=PATH`")
            }
        }
    }
}

impl std::error::Error for LoadFailure {}

/// Reads the policy in a folder or file, and all that it imports and extends.
pub fn load(path: &Path) -> Result<Loaded, LoadFailure> {
    load_with(path, &documents::Options::default())
}

/// The same, with its documents where the options say.
pub fn load_with(path: &Path, options: &documents::Options) -> Result<Loaded, LoadFailure> {
    let mut loaded = Loader::new(path)?.run()?;
    documents::attach(&mut loaded, options)?;
    Ok(loaded)
}

/// The name of standard input in findings.
pub const STANDARD_INPUT: &str = "standard input";

/// Reads the policy that a text is, with all that it imports and extends from the current folder.
pub fn load_text(text: String) -> Result<Loaded, LoadFailure> {
    load_text_with(text, &documents::Options::default())
}

/// The same, with its documents where the options say.
pub fn load_text_with(text: String, options: &documents::Options) -> Result<Loaded, LoadFailure> {
    let mut loader = Loader::empty(Path::new("."));
    loader.standard_input(text);
    let mut loaded = loader.run()?;
    documents::attach(&mut loaded, options)?;
    Ok(loaded)
}

impl Loaded {
    /// What is wrong with `caveat.toml`: whoever goes by what it sets must not go by half of it.
    pub fn misconfigured(&self) -> Vec<Finding> {
        let of_file = |f: &&Finding| f.check == crate::check::configuration::CHECK.name;
        self.findings.iter().filter(of_file).cloned().collect()
    }
}

/// The text that is given on standard input.
pub fn read_standard_input() -> Result<String, LoadFailure> {
    let mut bytes = Vec::new();
    let limit = MAX_FILE_BYTES as u64 + 1;
    match std::io::stdin().lock().take(limit).read_to_end(&mut bytes) {
        Ok(_) => text(bytes, STANDARD_INPUT),
        Err(error) => Err(LoadFailure::Unreadable(STANDARD_INPUT.to_owned(), error)),
    }
}

/// Whether the name is that of a policy's file.
pub fn is_caveat_file(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "caveat")
}

/// The absolute path of the current folder.
pub fn current_folder() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"))
}

/// A use of a folder, in the unit that says so.
struct Reference {
    unit: usize,
    extends: bool,
    written: tree::Text,
    /// Absolute.
    target: PathBuf,
}

struct Loader {
    current: PathBuf,
    given_absolute: bool,
    /// The folder that the names in a bundle start from.
    root: PathBuf,
    parser: syntax::Parser,
    loaded: Loaded,
    units: HashMap<PathBuf, usize>,
    references: VecDeque<Reference>,
}

impl Loader {
    fn new(path: &Path) -> Result<Loader, LoadFailure> {
        let mut loader = Loader::empty(path);
        loader.unit(&paths::absolute(&loader.current, path))?;
        Ok(loader)
    }

    /// With nothing read.
    fn empty(path: &Path) -> Loader {
        let current = current_folder();
        let place = paths::absolute(&current, path);
        let root = if place.is_file() { parent(&place) } else { place.clone() };
        Loader {
            current,
            given_absolute: path.is_absolute(),
            root,
            parser: syntax::Parser::default(),
            loaded: Loaded {
                given: path.to_owned(),
                sources: Sources::default(),
                portable: Sources::default(),
                program: Program { units: Vec::new(), broken: false },
                findings: Vec::new(),
                documents: Given::default(),
                places: Vec::new(),
                configuration: Configuration::default(),
            },
            units: HashMap::new(),
            references: VecDeque::new(),
        }
    }

    /// A unit of one file, whose text somebody has read; its paths start from the current folder.
    fn standard_input(&mut self, text: String) {
        self.loaded.places.push(self.current.clone());
        let tree = self.text(STANDARD_INPUT, STANDARD_INPUT, text);
        self.references.extend(references(&tree, 0, &self.current));
        let folder = ".".to_owned();
        let unit = Unit { folder, files: vec![tree], imports: Vec::new(), extends: Vec::new() };
        self.loaded.program.units.push(unit);
    }

    fn run(mut self) -> Result<Loaded, LoadFailure> {
        while let Some(reference) = self.references.pop_front() {
            self.follow(reference)?;
        }
        self.loaded.program.broken = self.loaded.findings.iter().any(|f| f.level == Level::Error);
        self.configure()?;
        Ok(self.loaded)
    }

    /// Reads the nearest `caveat.toml`. It is the last of the sources, so that the numbers of the
    /// others are those of the portable ones too.
    fn configure(&mut self) -> Result<(), LoadFailure> {
        let Some(file) = configuration::near(&self.root) else { return Ok(()) };
        let name = match paths::absolute(&self.root, Path::new(configuration::FILE_NAME)) {
            own if own.is_file() => self.shown(&own),
            _ => self.shown(&file),
        };
        let text = read_text(&file, &name)?;
        let folder = parent(&file);
        let source = self.loaded.sources.add(name, text.clone());
        let (read, findings) = configuration::read(&text, source, &folder);
        self.loaded.configuration = read;
        self.loaded.findings.extend(findings);
        Ok(())
    }

    fn shown(&self, place: &Path) -> String {
        paths::shown(&self.current, self.given_absolute, place)
    }

    /// Reads the folder or file, unless it was read before; its number.
    fn unit(&mut self, place: &Path) -> Result<usize, LoadFailure> {
        let key = fs::canonicalize(place).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => LoadFailure::NoSuchPath(self.shown(place)),
            _ => LoadFailure::Unreadable(self.shown(place), error),
        })?;
        if let Some(&unit) = self.units.get(&key) {
            return Ok(unit);
        }
        let (folder, files) = if key.is_dir() {
            (place.to_owned(), self.files_in(place)?)
        } else if is_caveat_file(place) {
            (parent(place), vec![place.to_owned()])
        } else {
            return Err(LoadFailure::NotAPolicy(self.shown(place)));
        };
        let unit = self.loaded.program.units.len();
        if unit >= MAX_FOLDERS {
            return Err(LoadFailure::TooManyFolders(self.shown(place)));
        }
        self.loaded.places.push(key.clone());
        self.units.insert(key, unit);
        let shown = self.shown(&folder);
        let empty = Unit { folder: shown, files: Vec::new(), imports: Vec::new(), extends: Vec::new() };
        self.loaded.program.units.push(empty);
        for file in files {
            let tree = self.file(&file)?;
            self.references.extend(references(&tree, unit, &folder));
            if let Some(unit) = self.loaded.program.units.get_mut(unit) {
                unit.files.push(tree);
            }
        }
        Ok(unit)
    }

    /// The policy's files in a folder, in byte order of their names.
    fn files_in(&self, folder: &Path) -> Result<Vec<PathBuf>, LoadFailure> {
        let unreadable = |error| LoadFailure::Unreadable(self.shown(folder), error);
        let mut files = Vec::new();
        for entry in fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if !is_caveat_file(&path) || is_hidden(&path) {
                continue;
            }
            // a link that leads nowhere, or a pipe, is no reason to check half a policy
            match fs::metadata(&path) {
                Ok(what) if what.is_file() => files.push(path),
                Ok(what) if what.is_dir() => {}
                Ok(_) => return Err(LoadFailure::NotAPolicy(self.shown(&path))),
                Err(error) => return Err(LoadFailure::Unreadable(self.shown(&path), error)),
            }
        }
        if files.is_empty() {
            return Err(LoadFailure::NoPolicy(self.shown(folder)));
        }
        files.sort_by(|a, b| a.as_os_str().as_encoded_bytes().cmp(b.as_os_str().as_encoded_bytes()));
        Ok(files)
    }

    fn file(&mut self, path: &Path) -> Result<tree::File, LoadFailure> {
        let name = self.shown(path);
        if self.loaded.sources.iter().len() >= MAX_FILES {
            return Err(LoadFailure::TooMany(name));
        }
        let text = read_text(path, &name)?;
        let portable = paths::relative(&self.root, path);
        Ok(self.text(&name, &portable, text))
    }

    fn text(&mut self, name: &str, portable: &str, text: String) -> tree::File {
        let text = Arc::new(text);
        self.loaded.portable.share(portable, text.clone());
        let source = self.loaded.sources.share(name, text);
        let (tree, findings) = self.parser.parse(&self.loaded.sources, source);
        self.loaded.findings.extend(findings);
        tree
    }

    /// Reads what an `import` or `extends` names, and notes the link; a finding where it leads nowhere.
    fn follow(&mut self, reference: Reference) -> Result<(), LoadFailure> {
        let Reference { unit, extends, written, target } = reference;
        let to = match self.unit(&target) {
            Ok(to) => to,
            Err(LoadFailure::NoSuchPath(name)) => {
                self.missing(&written, format!("there is no folder or file `{name}`"), &target);
                return Ok(());
            }
            Err(LoadFailure::NoPolicy(name)) => {
                self.missing(&written, format!("there is no `.caveat` file in `{name}`"), &target);
                return Ok(());
            }
            Err(LoadFailure::NotAPolicy(name)) => {
                self.missing(&written, format!("`{name}` is no folder and no `.caveat` file"), &target);
                return Ok(());
            }
            Err(failure) => return Err(failure),
        };
        if let Some(unit) = self.loaded.program.units.get_mut(unit) {
            let link = Link { written, unit: to };
            if extends { unit.extends.push(link) } else { unit.imports.push(link) }
        }
        Ok(())
    }

    fn missing(&mut self, written: &tree::Text, message: String, target: &Path) {
        let mut finding =
            Finding::new(MISSING_IMPORT, Level::Error, message, written.span).at("nothing to read there");
        finding = match similar(target) {
            Some(name) => finding.help(format!(
                "did you mean `{}`?",
                written
                    .node
                    .trim_end_matches('/')
                    .rsplit_once('/')
                    .map_or(name.clone(), |(f, _)| format!("{f}/{name}"))
            )),
            None => finding.help("a path starts from the folder of the file that it stands in"),
        };
        self.loaded.findings.push(finding);
    }
}

/// What stands beside a missing path under a similar name.
fn similar(target: &Path) -> Option<String> {
    let wanted = target.file_name()?.to_string_lossy().into_owned();
    let names = fs::read_dir(target.parent()?).ok()?.filter_map(|e| {
        let path = e.ok()?.path();
        (path.is_dir() || is_caveat_file(&path))
            .then(|| path.file_name()?.to_str().map(str::to_owned))
            .flatten()
    });
    let mut near: Vec<(usize, String)> = names
        .map(|name| (strsim::osa_distance(&name, &wanted), name))
        .filter(|(distance, name)| *distance > 0 && *distance <= 1 + name.len().min(wanted.len()) / 4)
        .collect();
    near.sort();
    near.into_iter().next().map(|(_, name)| name)
}

fn references(tree: &tree::File, unit: usize, folder: &Path) -> Vec<Reference> {
    let mut out = Vec::new();
    let mut add = |extends: bool, written: &tree::Text| {
        let target = paths::absolute(folder, Path::new(&written.node));
        out.push(Reference { unit, extends, written: written.clone(), target });
    };
    for item in &tree.items {
        match item {
            tree::Item::Import(path) => add(false, path),
            tree::Item::Extends(path) => add(true, path),
            tree::Item::Policy(header) => header.extends.iter().for_each(|path| add(true, path)),
            tree::Item::Section(_)
            | tree::Item::Clause(_)
            | tree::Item::Test(_)
            | tree::Item::Declaration(_)
            | tree::Item::Member(_) => {}
        }
    }
    out
}

/// Reads a file of at most [`MAX_FILE_BYTES`] bytes.
pub fn read_text(path: &Path, name: &str) -> Result<String, LoadFailure> {
    let unreadable = |error| LoadFailure::Unreadable(name.to_owned(), error);
    let limit = MAX_FILE_BYTES as u64;
    let file = fs::File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    if size > limit {
        return Err(LoadFailure::TooLarge(name.to_owned(), size));
    }
    let mut bytes = Vec::with_capacity(size as usize);
    // a file may grow between the two looks at it
    file.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    text(bytes, name)
}

/// The text of some bytes, of which there are at most [`MAX_FILE_BYTES`].
pub fn text(bytes: Vec<u8>, name: &str) -> Result<String, LoadFailure> {
    if bytes.len() > MAX_FILE_BYTES {
        return Err(LoadFailure::TooLarge(name.to_owned(), bytes.len() as u64));
    }
    encoding::decode(bytes).map_err(|encoding| LoadFailure::NoText(name.to_owned(), encoding))
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name.as_encoded_bytes().first() == Some(&b'.'))
}

fn parent(path: &Path) -> PathBuf {
    path.parent().map_or_else(|| PathBuf::from("/"), Path::to_owned)
}

/// Whether a unit has a `policy` header: without one it is vocabulary for others.
pub fn has_header(unit: &Unit) -> bool {
    unit.files.iter().any(|f| f.items.iter().any(|i| matches!(i, tree::Item::Policy(_))))
}
