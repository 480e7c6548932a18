//! Where the files of a new policy go, and the writing of them: all or none, over nothing.

use super::New;
use crate::cli::load::{current_folder, is_caveat_file};
use crate::cli::paths;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Where a new policy goes.
pub struct Place {
    /// As it was said.
    given: PathBuf,
    /// The policy's folder, absolute.
    pub folder: PathBuf,
    /// Where the workflow goes: below the root of the repository, else below the folder.
    pub workflow: PathBuf,
    /// The folder as seen from there, with `/`; empty where they are the same.
    pub from_root: String,
    /// Whether there is a repository around it.
    pub in_repository: bool,
}

impl Place {
    /// Looks where a folder lies.
    pub fn new(given: &Path) -> Result<Place, String> {
        let current = current_folder();
        let folder = paths::absolute(&current, given);
        let repository = folder.ancestors().find(|f| f.join(".git").exists());
        let root = repository.unwrap_or(&folder).to_owned();
        let below = folder.strip_prefix(&root).unwrap_or(Path::new(""));
        let from_root = below.to_str().ok_or_else(|| format!("`{}` is not UTF-8", given.display()))?;
        Ok(Place {
            given: given.to_owned(),
            workflow: root.join(".github/workflows/caveat.yml"),
            in_repository: repository.is_some(),
            from_root: from_root.replace('\\', "/"),
            folder,
        })
    }

    /// A path as people are shown it.
    pub fn shown(&self, path: &Path) -> String {
        paths::shown(&current_folder(), self.given.is_absolute(), path)
    }

    /// The folder behind a verb, with a space before it; nothing where it is the current one.
    pub fn argument(&self) -> String {
        let shown = self.shown(&self.folder);
        match shown.as_str() {
            "." => String::new(),
            shown if shown.contains(char::is_whitespace) => format!(" '{shown}'"),
            shown => format!(" {shown}"),
        }
    }

    /// Writes all files, or none where one is in the way or cannot be written.
    pub fn write(&self, files: &[New]) -> Result<(), String> {
        self.is_free(files)?;
        let mut made = Made::default();
        match made.all(files) {
            Ok(()) => Ok(()),
            Err((path, error)) => {
                made.take_back();
                Err(format!("`{}`: cannot be written: {error}; nothing was written", self.shown(&path)))
            }
        }
    }

    /// That nothing is there which would be written over, or would be read with what is written.
    fn is_free(&self, files: &[New]) -> Result<(), String> {
        if fs::metadata(&self.folder).is_ok_and(|found| !found.is_dir()) {
            return Err(format!("`{}` is there, and is no folder", self.given.display()));
        }
        let mut taken: Vec<PathBuf> =
            files.iter().map(|f| f.path.clone()).filter(|path| fs::symlink_metadata(path).is_ok()).collect();
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten().map(|e| e.path());
        taken.extend(entries.filter(|path| is_caveat_file(path)));
        taken.sort();
        taken.dedup();
        if taken.is_empty() {
            return Ok(());
        }
        let list: Vec<String> = taken.iter().map(|path| format!("\n  {}", self.shown(path))).collect();
        let own = taken.iter().all(|path| *path == self.workflow);
        let way_out = if own { "say --no-workflow" } else { "name another folder" };
        Err(format!("nothing was written, since this is there already; {way_out}:{}", list.concat()))
    }
}

/// What was made so far.
#[derive(Default)]
struct Made {
    folders: Vec<PathBuf>,
    files: Vec<PathBuf>,
}

impl Made {
    fn all(&mut self, files: &[New]) -> Result<(), (PathBuf, std::io::Error)> {
        let mut ready = Vec::new();
        for file in files {
            let failed = |error| (file.path.clone(), error);
            let folder = file.path.parent().unwrap_or(Path::new("."));
            self.folder(folder).map_err(failed)?;
            let mut written = temporary(folder).map_err(failed)?;
            written.write_all(file.text.as_bytes()).map_err(failed)?;
            written.as_file().sync_all().map_err(failed)?;
            ready.push((written, &file.path));
        }
        for (written, path) in ready {
            written.persist_noclobber(path).map_err(|e| (path.clone(), e.error))?;
            self.files.push(path.clone());
        }
        Ok(())
    }

    /// A folder, and those around it that are not there.
    fn folder(&mut self, folder: &Path) -> std::io::Result<()> {
        let missing: Vec<&Path> = folder.ancestors().take_while(|f| !f.exists()).collect();
        for folder in missing.into_iter().rev() {
            fs::create_dir(folder)?;
            self.folders.push(folder.to_owned());
        }
        Ok(())
    }

    fn take_back(&self) {
        for file in &self.files {
            let _ = fs::remove_file(file);
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}

/// A file that all may read once it has its name.
fn temporary(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".caveat-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o644));
    }
    builder.tempfile_in(folder)
}
