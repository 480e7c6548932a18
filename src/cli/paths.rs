//! Paths as text: what is shown to people, and what stands in a bundle. Reads nothing.

use std::path::{Component, Path, PathBuf};

/// The path from the root of the file system, without `.` and `..`.
///
/// Worked out from the words alone, so that what is shown is what is opened, and a link to a folder
/// changes neither.
pub fn absolute(current: &Path, path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in current.join(path).components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                out.pop();
            }
            other => out.push(other),
        }
    }
    out
}

/// The way from one absolute folder to another place, with `/` between its parts; `.` for itself.
pub fn relative(from: &Path, to: &Path) -> String {
    let (mut from, mut to) = (from.components().peekable(), to.components().peekable());
    while from.peek().is_some() && from.peek() == to.peek() {
        from.next();
        to.next();
    }
    let up = from.map(|_| "..".to_owned());
    let down = to.map(|part| part.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = up.chain(down).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A place as people name it: from the current folder where it lies below it or was so given, else
/// from the root of the file system.
pub fn shown(current: &Path, given_absolute: bool, place: &Path) -> String {
    if given_absolute && !place.starts_with(current) {
        place.to_string_lossy().replace('\\', "/")
    } else {
        relative(current, place)
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn paths_are_worked_out_from_their_words() {
        let current = Path::new("/a/b");
        assert_eq!(absolute(current, Path::new("./c/../d")), Path::new("/a/b/d"));
        assert_eq!(absolute(current, Path::new("../../../x")), Path::new("/x"));
        assert_eq!(relative(current, Path::new("/a/b")), ".");
        assert_eq!(relative(current, Path::new("/a/c/d")), "../c/d");
        assert_eq!(relative(Path::new("/a/b/c"), Path::new("/a/b/c/d.caveat")), "d.caveat");
        assert_eq!(shown(current, true, Path::new("/x/y")), "/x/y");
        assert_eq!(shown(current, true, Path::new("/a/b/y")), "y");
        assert_eq!(shown(current, false, Path::new("/a/y")), "../y");
    }
}
