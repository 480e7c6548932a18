//! From a place in the content's bytes to a path that people can follow: `statements[3].rules[0]`.
//!
//! Runs only once something has been found wrong there, and reads no further than that place; so it
//! takes its text to be JSON up to it, as a reader of JSON has found.

/// The path of the innermost value that the offset lies in or ends.
pub(super) fn path(text: &str, offset: usize) -> String {
    let mut steps: Vec<Step> = Vec::new();
    let mut bytes = text.bytes().enumerate().take(offset);
    let mut string: Option<usize> = None;
    while let Some((at, byte)) = bytes.next() {
        match (byte, string) {
            (b'\\', Some(_)) => drop(bytes.next()),
            (b'"', Some(start)) => {
                string = None;
                if let Some(Step::Key { name, value: false }) = steps.last_mut() {
                    *name = text.get(start..at).unwrap_or_default();
                }
            }
            (_, Some(_)) => {}
            (b'"', None) => string = Some(at + 1),
            (b'{', None) => steps.push(Step::Key { name: "", value: false }),
            (b'[', None) => steps.push(Step::Item(0)),
            (b'}' | b']', None) => drop(steps.pop()),
            (b':', None) => {
                if let Some(Step::Key { value, .. }) = steps.last_mut() {
                    *value = true;
                }
            }
            (b',', None) => match steps.last_mut() {
                Some(Step::Item(at)) => *at += 1,
                Some(Step::Key { name, value }) => (*name, *value) = ("", false),
                None => {}
            },
            _ => {}
        }
    }
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Item(at) => path.push_str(&format!("[{at}]")),
            Step::Key { name: "", .. } => {}
            Step::Key { name, .. } if path.is_empty() => path.push_str(name),
            Step::Key { name, .. } => path.extend([".", name]),
        }
    }
    path
}

enum Step<'t> {
    Item(usize),
    Key { name: &'t str, value: bool },
}

#[cfg(test)]
mod tests {
    use super::path;

    #[test]
    fn a_place_has_a_path() {
        let text = r#"{"a":[1,{"b\"[":"x,y","c":[[],[7]]}],"d":2}"#;
        let of = |part: &str| path(text, text.find(part).unwrap_or_default() + 1);
        assert_eq!(of("1"), "a[0]");
        assert_eq!(of("x,y"), "a[1].b\\\"[");
        assert_eq!(of("7"), "a[1].c[1][0]");
        assert_eq!(of("2"), "d");
        assert_eq!(of("{"), "");
        assert_eq!(path(text, usize::MAX), "");
    }
}
