//! Sets as sorted, disjoint, half-open ranges: the operations that a run-time needs.

/// A range of cells or values.
pub type Range = (u32, u32);

/// Whether the ranges are non-empty, sorted and disjoint.
pub fn in_order(set: &[Range]) -> bool {
    let mut last = 0;
    set.iter().all(|&(start, end)| {
        let ok = start < end && start >= last;
        last = end;
        ok
    })
}

/// Whether the set holds the number.
pub fn contains(set: &[Range], number: u32) -> bool {
    match set {
        [] => false,
        [(start, end)] => *start <= number && number < *end,
        _ => {
            let at = set.partition_point(|r| r.1 <= number);
            set.get(at).is_some_and(|r| r.0 <= number)
        }
    }
}

/// The least number.
pub fn first(set: &[Range]) -> Option<u32> {
    set.first().map(|r| r.0)
}

/// The only number of a set of one.
pub fn only(set: &[Range]) -> Option<u32> {
    match set {
        [(start, end)] if end.checked_sub(1) == Some(*start) => Some(*start),
        _ => None,
    }
}

/// All numbers, in order.
pub fn each(set: &[Range]) -> impl Iterator<Item = u32> + '_ {
    set.iter().flat_map(|&(start, end)| start..end)
}

/// How many numbers it holds.
pub fn size(set: &[Range]) -> u64 {
    set.iter().map(|&(start, end)| u64::from(end.saturating_sub(start))).sum()
}

/// The union of ranges in any order.
pub fn union(mut ranges: Vec<Range>) -> Vec<Range> {
    ranges.retain(|(start, end)| start < end);
    ranges.sort_unstable();
    let mut out: Vec<Range> = Vec::with_capacity(ranges.len());
    for (start, end) in ranges {
        match out.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => out.push((start, end)),
        }
    }
    out
}

/// What both hold.
pub fn intersection(a: &[Range], b: &[Range]) -> Vec<Range> {
    let mut out = Vec::new();
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(&&(s1, e1)), Some(&&(s2, e2))) = (a.peek(), b.peek()) {
        let (start, end) = (s1.max(s2), e1.min(e2));
        if start < end {
            out.push((start, end));
        }
        if e1 <= e2 {
            a.next();
        } else {
            b.next();
        }
    }
    out
}

/// What `a` holds and `b` does not.
pub fn difference(a: &[Range], b: &[Range]) -> Vec<Range> {
    let mut out = Vec::new();
    let mut from = 0;
    for &(start, end) in a {
        let mut at = start;
        while b.get(from).is_some_and(|r| r.1 <= start) {
            from += 1;
        }
        for &(s, e) in b.iter().skip(from).take_while(|r| r.0 < end) {
            if s > at {
                out.push((at, s));
            }
            at = at.max(e);
        }
        if at < end {
            out.push((at, end));
        }
    }
    out
}

/// Whether they share a number.
#[inline]
pub fn meets(a: &[Range], b: &[Range]) -> bool {
    // Most sets are one range.
    if let ([(s1, e1)], [(s2, e2)]) = (a, b) {
        return s1 < e2 && s2 < e1;
    }
    several_meet(a, b)
}

fn several_meet(a: &[Range], b: &[Range]) -> bool {
    let (mut a, mut b) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(&&(s1, e1)), Some(&&(s2, e2))) = (a.peek(), b.peek()) {
        if s1 < e2 && s2 < e1 {
            return true;
        }
        if e1 <= e2 {
            a.next();
        } else {
            b.next();
        }
    }
    false
}

/// Whether `b` holds all of `a`. Ranges may touch.
#[inline]
pub fn is_subset(a: &[Range], b: &[Range]) -> bool {
    if let ([(s1, e1)], [(s2, e2)]) = (a, b) {
        return s2 <= s1 && e1 <= e2 || s1 >= e1;
    }
    is_subset_of_several(a, b)
}

fn is_subset_of_several(a: &[Range], b: &[Range]) -> bool {
    let mut b = b.iter().peekable();
    a.iter().all(|&(start, end)| {
        while b.next_if(|r| r.1 <= start).is_some() {}
        let mut at = start;
        let mut ahead = b.clone();
        while at < end {
            match ahead.next() {
                Some(&(s, e)) if s <= at => at = e,
                _ => return false,
            }
        }
        true
    })
}
