//! The clauses that all engines get, and the questions that they are asked.
//!
//! A seeded generator: vocabularies of two levels that grow with the number of clauses, four of
//! five clauses permitting, a third of all with a condition. Every name is a category of data, a
//! party or a purpose; every question is one concrete flow with all facts known, which is what the
//! peers can be asked.

/// A vocabulary of two levels: `leaf` i lies below `class` i / 5.
pub struct Vocabulary {
    pub letter: &'static str,
    pub leaves: usize,
}

impl Vocabulary {
    pub fn leaf(&self, at: usize) -> String {
        format!("{}{at}", self.letter)
    }

    pub fn class(&self, at: usize) -> String {
        format!("{}Class{at}", self.letter)
    }

    pub fn classes(&self) -> usize {
        self.leaves.div_ceil(5)
    }

    /// The leaf and all above it.
    pub fn up(&self, at: usize) -> Vec<String> {
        vec![self.leaf(at), self.class(at / 5), self.root()]
    }

    pub fn root(&self) -> String {
        format!("{}All", self.letter)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    Always,
    Consent,
    NotOptedOut,
}

pub struct Clause {
    pub permits: bool,
    pub data: String,
    pub recipient: String,
    pub purpose: String,
    pub when: Condition,
}

pub struct Question {
    pub data: usize,
    pub recipient: usize,
    pub purpose: usize,
    pub consent: bool,
    pub opted_out: bool,
}

pub struct Case {
    pub data: Vocabulary,
    pub recipients: Vocabulary,
    pub purposes: Vocabulary,
    pub clauses: Vec<Clause>,
    pub questions: Vec<Question>,
}

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        ((self.0 >> 33) % end as u64) as usize
    }

    /// A leaf that a term covers.
    fn leaf_of(&mut self, term: &str, of: &Vocabulary) -> usize {
        let number = |rest: &str| rest.parse::<usize>().expect("names end in numbers");
        let name = term.strip_prefix(of.letter).expect("it is a term of this vocabulary");
        match name.strip_prefix("Class") {
            Some(class) => (number(class) * 5 + self.below(5)).min(of.leaves - 1),
            None if name == "All" => self.below(of.leaves),
            None => number(name),
        }
    }

    /// A leaf in seven of ten cases, a class in most others, seldom everything.
    fn term(&mut self, of: &Vocabulary) -> String {
        match self.below(100) {
            0..70 => of.leaf(self.below(of.leaves)),
            70..98 => of.class(self.below(of.classes())),
            _ => of.root(),
        }
    }
}

pub fn case(clauses: usize) -> Case {
    let mut random = Random(20261127);
    let data = Vocabulary { letter: "D", leaves: 20 + clauses / 20 };
    let recipients = Vocabulary { letter: "R", leaves: 10 + clauses / 40 };
    let purposes = Vocabulary { letter: "P", leaves: 20 };
    let made = (0..clauses).map(|_| Clause {
        permits: random.below(5) > 0,
        data: random.term(&data),
        recipient: random.term(&recipients),
        purpose: random.term(&purposes),
        when: match random.below(6) {
            0 => Condition::Consent,
            1 => Condition::NotOptedOut,
            _ => Condition::Always,
        },
    });
    let made: Vec<Clause> = made.collect();
    // Every other question is about a flow that a clause speaks of, so that there is something to decide.
    let questions = (0..64).map(|at| {
        let clause = &made[random.below(made.len())];
        let (d, r, p) = match at % 2 {
            0 => (data.root(), recipients.root(), purposes.root()),
            _ => (clause.data.clone(), clause.recipient.clone(), clause.purpose.clone()),
        };
        Question {
            data: random.leaf_of(&d, &data),
            recipient: random.leaf_of(&r, &recipients),
            purpose: random.leaf_of(&p, &purposes),
            consent: random.below(2) == 0,
            opted_out: random.below(2) == 0,
        }
    });
    let questions = questions.collect();
    Case { data, recipients, purposes, clauses: made, questions }
}
