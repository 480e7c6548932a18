//! Lists of one owner each, side by side in one piece of memory.

#[derive(Clone, Debug)]
pub(super) struct Lists<T> {
    starts: Vec<u32>,
    items: Vec<T>,
}

impl<T> Default for Lists<T> {
    fn default() -> Lists<T> {
        Lists { starts: Vec::new(), items: Vec::new() }
    }
}

impl<T: Copy> Lists<T> {
    /// Items with their owners, in any order; an owner's items keep theirs.
    pub(super) fn new(owners: usize, pairs: &[(u32, T)]) -> Lists<T> {
        let mut starts = vec![0_u32; owners + 1];
        for (owner, _) in pairs {
            if let Some(end) = starts.get_mut(*owner as usize + 1) {
                *end += 1;
            }
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        let mut next = starts.clone();
        let mut items: Vec<T> = pairs.iter().map(|pair| pair.1).collect();
        for (owner, item) in pairs {
            let Some(at) = next.get_mut(*owner as usize) else { continue };
            if let Some(slot) = items.get_mut(*at as usize) {
                *slot = *item;
            }
            *at += 1;
        }
        Lists { starts, items }
    }

    pub(super) fn get(&self, owner: u32) -> &[T] {
        let at = |i: usize| self.starts.get(i).map(|&s| s as usize);
        let range = at(owner as usize).zip(at(owner as usize + 1));
        range.and_then(|(start, end)| self.items.get(start..end)).unwrap_or_default()
    }
}
