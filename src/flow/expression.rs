//! Conditions on the world as expressions, before the clocks' constants are known.

use smallvec::SmallVec;

/// A length of time: calendar months, then minutes. Months count from the clock's start date and
/// are clamped to the month's end; a day is 24 hours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug)]
pub struct Length {
    /// Calendar months; a year is twelve.
    pub months: u32,
    /// Minutes; a day is 1,440.
    pub minutes: u64,
}

/// The number of a fact or an event in its policy.
pub type Index = u32;

/// How the time elapsed compares with a length.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[allow(missing_docs)]
pub enum Comparison {
    Less,
    AtMost,
    Equal,
    NotEqual,
    AtLeast,
    Greater,
}

/// A condition on the world.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Expression {
    /// Holds where all hold; `All([])` always holds.
    All(Vec<Expression>),
    /// Holds where one holds; `Any([])` never holds.
    Any(Vec<Expression>),
    /// Holds where it does not.
    Not(Box<Expression>),
    /// The fact has one of these values (a boolean: 0 is false, 1 is true).
    Fact(Index, Vec<u32>),
    /// The event has happened.
    Happened(Index),
    /// The event has happened, and the time elapsed since compares so.
    Since(Index, Comparison, Length),
}

impl Expression {
    /// Always holds.
    pub fn always() -> Expression {
        Expression::All(Vec::new())
    }

    /// Never holds.
    pub fn never() -> Expression {
        Expression::Any(Vec::new())
    }

    /// Holds where both hold.
    pub fn and(self, other: Expression) -> Expression {
        match (self, other) {
            (Expression::All(mut a), Expression::All(b)) => {
                a.extend(b);
                Expression::All(a)
            }
            (Expression::All(mut a), b) => {
                a.push(b);
                Expression::All(a)
            }
            (a, Expression::All(b)) if b.is_empty() => a,
            (a, b) => Expression::All(vec![a, b]),
        }
    }

    /// Holds where it does not.
    #[allow(clippy::should_implement_trait)]
    pub fn not(self) -> Expression {
        match self {
            Expression::Not(inner) => *inner,
            other => Expression::Not(Box::new(other)),
        }
    }

    /// Visits every part, outermost first.
    pub fn visit<'a>(&'a self, seen: &mut impl FnMut(&'a Expression)) {
        let mut todo: SmallVec<[&Expression; 8]> = SmallVec::from_slice(&[self]);
        while let Some(next) = todo.pop() {
            seen(next);
            match next {
                Expression::All(parts) | Expression::Any(parts) => todo.extend(parts.iter().rev()),
                Expression::Not(inner) => todo.push(inner),
                Expression::Fact(..) | Expression::Happened(_) | Expression::Since(..) => {}
            }
        }
    }
}
