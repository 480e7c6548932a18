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
    pub(super) fn new(owners: usize, pairs: impl Iterator<Item = (u32, T)> + Clone) -> Lists<T> {
        // Where each owner's items begin stands one further on at first, and moves to their end while they are put
        // there, which is where the next one's begin.
        let mut starts = vec![0_u32; owners + 2];
        let mut items = Vec::new();
        for (owner, item) in pairs.clone() {
            if let Some(count) = starts.get_mut(owner as usize + 2) {
                *count += 1;
            }
            items.push(item);
        }
        let mut sum = 0;
        for start in &mut starts {
            sum += *start;
            *start = sum;
        }
        for (owner, item) in pairs {
            let Some(at) = starts.get_mut(owner as usize + 1) else { continue };
            if let Some(slot) = items.get_mut(*at as usize) {
                *slot = item;
            }
            *at += 1;
        }
        starts.truncate(owners + 1);
        Lists { starts, items }
    }

    pub(super) fn get(&self, owner: u32) -> &[T] {
        let at = |i: usize| self.starts.get(i).map(|&s| s as usize);
        let range = at(owner as usize).zip(at(owner as usize + 1));
        range.and_then(|(start, end)| self.items.get(start..end)).unwrap_or_default()
    }
}
