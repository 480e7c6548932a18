//! A minimal part of a list that is still enough for something.

/// What is left when all that can be spared is taken out, in the order given: without any one of the
/// rest it would not be enough. More is never worse. Where long stretches can be spared, whole
/// stretches are tried at once; the outcome is that of trying one after the other.
pub fn minimal(all: Vec<usize>, order: &[usize], mut enough: impl FnMut(&[usize]) -> bool) -> Vec<usize> {
    let mut rest = all;
    let mut todo: Vec<&[usize]> = vec![order];
    while let Some(stretch) = todo.pop() {
        let without: Vec<usize> = rest.iter().copied().filter(|one| !stretch.contains(one)).collect();
        if !without.is_empty() && enough(&without) {
            rest = without;
        } else if stretch.len() > 1 {
            let (first, second) = stretch.split_at(stretch.len() / 2);
            todo.extend([second, first]);
        }
    }
    rest
}

#[cfg(test)]
mod tests {
    use super::minimal;

    /// One after the other, as the words say.
    fn plainly(all: Vec<usize>, order: &[usize], enough: impl Fn(&[usize]) -> bool) -> Vec<usize> {
        let mut rest = all;
        for one in order {
            let without: Vec<usize> = rest.iter().copied().filter(|x| x != one).collect();
            if !without.is_empty() && enough(&without) {
                rest = without;
            }
        }
        rest
    }

    #[test]
    fn whole_stretches_at_once_come_to_the_same() {
        for size in 1..40 {
            for step in 1..8 {
                let all: Vec<usize> = (0..size).collect();
                let order: Vec<usize> = all.iter().rev().copied().collect();
                // Two that can stand for each other, and all those of a step.
                let enough = |rest: &[usize]| {
                    (rest.contains(&0) || rest.contains(&(size - 1)))
                        && all.iter().filter(|x| *x % step == step / 2).all(|x| rest.contains(x))
                };
                let expected = plainly(all.clone(), &order, enough);
                assert_eq!(minimal(all.clone(), &order, enough), expected, "{size} {step}");
            }
        }
    }
}
