//! A policy in the making: clauses by area and heading, and from them the files.

use super::Planted;
use super::claims::{Claims, Family};
use super::random::Random;
use super::tree::Id;
use super::words;
use super::world::World;
use std::collections::BTreeMap;
use std::fmt::Write;

/// What a section is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Heading {
    Collection,
    Uses,
    Sharing,
    Retention,
    Deletion,
    Rights,
}

impl Heading {
    fn name(self) -> &'static str {
        match self {
            Heading::Collection => "collection",
            Heading::Uses => "uses",
            Heading::Sharing => "sharing",
            Heading::Retention => "retention",
            Heading::Deletion => "deletion",
            Heading::Rights => "rights",
        }
    }
}

/// One line of a clause.
pub struct Line {
    /// Its text; `{sharing}` and `{retention}` stand for the labels of the area's sections.
    pub text: String,
    pub plant: Option<Found>,
}

/// Which check finds something in a line, at which level, and what was planted.
pub type Found = (&'static str, &'static str, &'static str);

/// Some sentences under one label.
pub struct Clause {
    label: String,
    cites: String,
    lines: Vec<Line>,
}

/// The clauses so far.
pub struct Draft {
    pub world: World,
    pub random: Random,
    pub claims: Claims,
    /// How many statements there are so far.
    pub statements: usize,
    clauses: BTreeMap<(usize, Heading), Vec<Clause>>,
    labels: usize,
}

/// How many clauses a section has at most.
const SECTION: usize = 20;

impl Draft {
    pub fn new(world: World, random: Random) -> Draft {
        let (claims, clauses) = (Claims::default(), BTreeMap::new());
        Draft { world, random, claims, statements: 0, clauses, labels: 0 }
    }

    /// A label that nothing else has.
    pub fn label(&mut self, what: &str) -> String {
        self.labels += 1;
        format!("{what}-{}", self.labels)
    }

    /// Adds a clause in which nothing is planted.
    pub fn clause(&mut self, area: usize, heading: Heading, about: &str, lines: Vec<String>) {
        let lines = lines.into_iter().map(|text| Line { text, plant: None }).collect();
        self.planted(area, heading, about, lines);
    }

    /// Adds a clause.
    pub fn planted(&mut self, area: usize, heading: Heading, about: &str, lines: Vec<Line>) {
        self.statements += lines.iter().filter(|line| is_statement(&line.text)).count();
        let label = self.label(&format!("{}-{}", self.world.areas[area].label, heading.name()));
        let cites = format!("{} of {}", heading.name(), words::spoken(about));
        self.clauses.entry((area, heading)).or_default().push(Clause { label, cites, lines });
    }

    /// Notes that something is found in a line of the first clause under that heading.
    pub fn mark(&mut self, area: usize, heading: Heading, line: usize, found: Found) {
        let clause = self.clauses.get_mut(&(area, heading)).and_then(|clauses| clauses.first_mut());
        clause.expect("the ground comes first").lines[line].plant = Some(found);
    }

    /// Notes that a name has to be declared.
    pub fn uses(&mut self, name: &str) {
        if !self.world.used.contains(name) {
            self.world.used.insert(name.to_owned());
        }
    }

    /// A pair of data of the area and a purpose that nothing speaks of yet, in all the families.
    pub fn pair(&mut self, families: &[Family], area: usize, wide: bool) -> Option<(Id, Id)> {
        for _ in 0..80 {
            let place = &self.world.areas[area];
            let data = *self.random.pick(if wide { &place.categories } else { &place.terms });
            let purpose = self.purpose(area);
            if self.take(families, data, purpose) {
                return Some((data, purpose));
            }
        }
        None
    }

    /// A purpose: the area's own, another area's, or the company's.
    fn purpose(&mut self, area: usize) -> Id {
        let other = self.random.below(self.world.areas.len());
        // a small policy says nothing of the whole company
        match self.random.below(if self.speaks_of_the_company() { 10 } else { 8 }) {
            0..4 => *self.random.pick(&self.world.areas[area].reasons),
            4..8 => *self.random.pick(&self.world.areas[other].reasons),
            8 => *self.random.pick(self.world.purposes.children(self.world.security)),
            _ => *self.random.pick(self.world.purposes.children(self.world.analytics)),
        }
    }

    /// Whether there are promises for the whole company.
    pub fn speaks_of_the_company(&self) -> bool {
        self.world.used.contains("Marketing")
    }

    /// Takes a pair in all the families, or in none.
    pub fn take(&mut self, families: &[Family], data: Id, purpose: Id) -> bool {
        let World { data: all_data, purposes, .. } = &self.world;
        let (data, purpose) = ((all_data, data), (purposes, purpose));
        let free = families.iter().all(|family| self.claims.is_free(*family, data, purpose));
        free && families.iter().all(|family| self.claims.take(*family, data, purpose))
    }

    pub fn data(&self, term: Id) -> String {
        self.world.data.name(term).to_owned()
    }

    /// The name of a purpose, which is thereby used.
    pub fn reason(&mut self, term: Id) -> String {
        let group = self.world.purposes.upwards(term).last().copied().unwrap_or(term);
        let group = self.world.purposes.name(group).to_owned();
        self.uses(&group);
        self.world.purposes.name(term).to_owned()
    }

    /// The policy's files, and where what was planted is.
    pub fn files(&self) -> (Vec<(String, String)>, Vec<Planted>) {
        let mut files = vec![("policy.caveat".to_owned(), HEADER.to_owned())];
        files.extend(self.world.declare());
        let mut planted = Vec::new();
        for ((area, heading), clauses) in &self.clauses {
            for (index, chunk) in clauses.chunks(SECTION).enumerate() {
                let label = section(&self.world.areas[*area].label, *heading, index);
                let name = format!("{label}.caveat");
                let text = self.section(*area, *heading, &label, chunk, &name, &mut planted);
                files.push((name, text));
            }
        }
        planted.sort_by(|a: &Planted, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
        (files, planted)
    }

    fn section(
        &self,
        area: usize,
        heading: Heading,
        label: &str,
        clauses: &[Clause],
        file: &str,
        planted: &mut Vec<Planted>,
    ) -> String {
        let what = words::spoken(self.world.data.name(self.world.areas[area].data));
        let mut out = format!("// What is said of {what} under this heading.\n\n");
        let _ = writeln!(out, "section {label} \"{}: {what}\" {{", heading.name());
        for Clause { label, cites, lines } in clauses {
            let _ = writeln!(out, "  clause {label} {{\n    cites \"{cites}\";");
            for Line { text, plant } in lines {
                if let Some((check, level, kind)) = plant {
                    let line = 1 + out.bytes().filter(|b| *b == b'\n').count();
                    planted.push(Planted { check, level, kind, file: file.to_owned(), line });
                }
                let _ = writeln!(out, "    {}", self.filled(area, text));
            }
            out.push_str("  }\n");
        }
        out.push_str("}\n");
        out
    }

    /// The line, with the labels of the area's sections in it.
    fn filled(&self, area: usize, text: &str) -> String {
        let labels = |heading: Heading| {
            let clauses = self.clauses.get(&(area, heading)).map_or(0, Vec::len);
            let all =
                (0..clauses.div_ceil(SECTION)).map(|at| section(&self.world.areas[area].label, heading, at));
            all.collect::<Vec<_>>().join(", ")
        };
        if !text.contains('{') {
            return text.to_owned();
        }
        text.replace("{sharing}", &labels(Heading::Sharing))
            .replace("{retention}", &labels(Heading::Retention))
    }
}

fn section(area: &str, heading: Heading, index: usize) -> String {
    match index {
        0 => format!("{area}-{}", heading.name()),
        _ => format!("{area}-{}-part-{}", heading.name(), index + 1),
    }
}

/// Whether the line is a statement about flows, as the tool counts them.
fn is_statement(line: &str) -> bool {
    [" may ", " must ", " requires "].iter().any(|modal| format!(" {line}").contains(modal))
        && !line.contains(" has right of ")
        && !line.starts_with("on ")
}

const HEADER: &str = "\
// The header of a policy that a program wrote.

policy company \"Privacy Policy\" {
  issuer   Company;
  document \"privacy-policy.md\";
  revised  2026-03-01;
}
";
