//! The name that was probably meant.

/// How long a name may be, and how many names are compared with it: a guess must stay cheap, since
/// anybody may ask a server for anything.
const MOST_BYTES: usize = 64;
const MOST_NAMES: usize = 1_000;

/// The name that is a slip or two away.
pub(super) fn nearest<'n>(name: &str, among: impl Iterator<Item = &'n str>) -> Option<String> {
    if name.len() > MOST_BYTES {
        return None;
    }
    let wanted = name.to_lowercase();
    let limit = (wanted.chars().count() / 3).clamp(1, 3);
    let close = among.filter(|other| other.len().abs_diff(name.len()) <= 4 * limit).take(MOST_NAMES);
    close
        .map(|other| (strsim::osa_distance(&wanted, &other.to_lowercase()), other))
        // A name of one or two letters is near to every other one.
        .filter(|(distance, other)| *distance == 0 || (*distance <= limit && other.len() > 2))
        .min()
        .map(|(_, other)| other.to_owned())
}
