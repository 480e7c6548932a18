//! The numbers that English writes in words, as far as policies count days and months.

#[rustfmt::skip]
const COUNTS: [(&str, u32); 27] = [
    ("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("six", 6), ("seven", 7),
    ("eight", 8), ("nine", 9), ("ten", 10), ("eleven", 11), ("twelve", 12), ("thirteen", 13),
    ("fourteen", 14), ("fifteen", 15), ("sixteen", 16), ("seventeen", 17), ("eighteen", 18),
    ("nineteen", 19), ("twenty", 20), ("thirty", 30), ("forty", 40), ("fifty", 50), ("sixty", 60),
    ("seventy", 70), ("eighty", 80), ("ninety", 90),
];

/// A number below a hundred in words, in lower case: `thirty`, `forty-five`.
pub fn count(word: &str) -> Option<u32> {
    let of = |word: &str| COUNTS.iter().find(|(w, _)| *w == word).map(|(_, n)| *n);
    match word.split_once('-') {
        Some((tens, ones)) => Some(of(tens).filter(|n| *n >= 20)? + of(ones).filter(|n| *n < 10)?),
        None => of(word),
    }
}

#[cfg(test)]
mod tests {
    use super::count;

    #[test]
    fn words_are_counted() {
        assert_eq!(["one", "thirty", "forty-five"].map(count), [Some(1), Some(30), Some(45)]);
        assert_eq!(["", "many", "five-forty", "thirty-ten"].map(count), [None; 4]);
    }
}
