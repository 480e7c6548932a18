//! Realistic policies of any size, with contradictions at known places.
//!
//! Takes how many statements, how many contradictions and a seed; gives the files of a policy, and
//! the list of what is wrong with it. The rest of the policy is free of errors and warnings by
//! construction. The same options give the same bytes everywhere.
//!
//! | file | what |
//! |---|---|
//! | `world` | the vocabulary |
//! | `claims` | who speaks of which data and purposes, so that nobody meets by accident |
//! | `ground` | what every such policy says |
//! | `clauses` | what a policy is mostly made of |
//! | `plants` | what is wrong with it |
//! | `draft` | clauses on their way to files |
//! | `hard` | policies that are small and hard for a checker, apart from all this |

#![allow(dead_code, missing_docs, clippy::expect_used, clippy::indexing_slicing)] // whoever includes this uses some of it

mod claims;
mod clauses;
mod draft;
mod ground;
pub mod hard;
mod plants;
#[path = "../../../tests/oracle/random.rs"]
pub mod random;
mod tree;
mod words;
mod world;

use draft::Draft;
use random::Random;
use world::World;

/// The smallest policy that there is room for.
pub const MIN_STATEMENTS: usize = 10;

/// What is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// How many statements.
    pub statements: usize,
    /// How many contradictions among them; see [`Options::new`].
    pub planted: usize,
    pub seed: u64,
}

impl Options {
    /// A policy of that many statements, with contradictions in a tenth of them or, in a large one, as
    /// many as the square root of their number.
    pub fn new(statements: usize, seed: u64) -> Options {
        Options { statements, planted: (statements / 10).min(statements.isqrt()), seed }
    }
}

/// Something that is wrong, and where.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Planted {
    pub check: &'static str,
    pub level: &'static str,
    /// What is wrong, in words.
    pub kind: &'static str,
    pub file: String,
    /// From 1.
    pub line: usize,
}

/// A policy.
pub struct Generated {
    /// Names and texts, in byte order of the names.
    pub files: Vec<(String, String)>,
    pub planted: Vec<Planted>,
    pub statements: usize,
    pub terms: usize,
}

/// Writes a policy of at least [`MIN_STATEMENTS`].
pub fn generate(options: Options) -> Generated {
    let Options { statements, planted, seed } = options;
    let mut random = Random::new(seed, statements as u64);
    let world = World::new(statements, &mut random);
    let areas = world.areas.len();
    let mut draft = Draft::new(world, random);
    let (mut planted, outliving) = (planted, draft.random.below(areas));
    let outlived = planted > 2;
    if outlived {
        planted -= 1;
    }
    for area in 0..areas {
        ground::area(&mut draft, area);
    }
    if statements >= 60 {
        ground::company(&mut draft);
    }
    if outlived {
        plants::outliving(&mut draft, outliving);
    }
    plant(&mut draft, planted, statements);
    while draft.statements + 4 < statements {
        clauses::any(&mut draft);
    }
    let mut area = 0;
    while draft.statements < statements {
        let _ = clauses::using(&mut draft, area % areas);
        area += 1;
    }
    let (mut files, planted) = draft.files();
    files.sort();
    Generated { files, planted, statements: draft.statements, terms: draft.world.terms() }
}

/// Plants so many, in turn from a shuffled list of kinds.
fn plant(draft: &mut Draft, planted: usize, statements: usize) {
    let mut kinds: Vec<plants::Plant> = plants::PLANTS.to_vec();
    draft.random.shuffle(&mut kinds);
    let (mut number, mut turn) = (0, 0);
    while number < planted && draft.statements + 4 <= statements && turn < 20 * (planted + kinds.len()) {
        let area = draft.random.below(draft.world.areas.len());
        number += usize::from(kinds[turn % kinds.len()](draft, area, number).is_some());
        turn += 1;
    }
}
