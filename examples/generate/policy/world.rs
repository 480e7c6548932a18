//! The vocabulary: what the statements of a generated policy speak of.
//!
//! It grows with the square root of the number of statements. What no statement has used is not
//! declared.

use super::random::Random;
use super::tree::{Id, Tree};
use super::words::{self, AREAS, ASPECTS, DETAILS, Names, REASONS};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A part of the company's business, with its own data, purposes and parties.
pub struct Area {
    /// What its labels begin with.
    pub label: String,
    /// All of its data.
    pub data: Id,
    /// Its categories, each with items below.
    pub categories: Vec<Id>,
    /// Its data and all below.
    pub terms: Vec<Id>,
    /// Its purposes together.
    pub purpose: Id,
    /// Its purposes one by one.
    pub reasons: Vec<Id>,
    /// The class of companies that help with it.
    pub provider: String,
    /// Companies of that class.
    pub vendors: Vec<String>,
    /// A company of another class, which is told what it may do with each piece of data.
    pub specialist: String,
    /// What ends the need for its data.
    pub event: String,
    /// By when the data must go then, in days.
    pub days: usize,
}

/// Where data is: regions, and the countries in them.
pub const PLACES: &[(&str, &[&str])] = &[
    ("Europe", &["Ireland", "France", "Germany", "Sweden", "Poland"]),
    ("NorthAmerica", &["UnitedStates", "Canada", "Mexico"]),
    ("AsiaPacific", &["Japan", "India", "Singapore", "Australia"]),
];

/// Adults, whom no statement about children speaks of.
pub const ADULTS: &[&str] =
    &["Adult", "Customer", "Subscriber", "BusinessCustomer", "TrialUser", "Visitor", "Applicant"];

/// Everything that can be spoken of.
pub struct World {
    pub names: Names,
    pub data: Tree,
    pub root: Id,
    pub purposes: Tree,
    /// Purposes of the whole company: a group, and what is in it.
    pub security: Id,
    pub analytics: Id,
    /// What the law demands.
    pub legal: [Id; 3],
    pub areas: Vec<Area>,
    /// Lists of data that have a name, as declarations.
    pub lists: String,
    /// The names of places, facts, events and channels that statements use.
    pub used: BTreeSet<String>,
}

impl World {
    pub fn new(statements: usize, random: &mut Random) -> World {
        let mut world = World::company();
        let areas = (statements.isqrt() / 2).max(1);
        let mut domain = world.root;
        for number in 0..areas {
            if number % 6 == 0 && areas > 6 {
                let name = world.names.take(&format!("Division{}Data", 1 + number / 6));
                domain = world.data.add(Some(world.root), name);
            }
            let area = world.area(number, domain, random);
            world.areas.push(area);
        }
        world
    }

    fn company() -> World {
        let mut names = Names::default();
        let mut data = Tree::default();
        let root = data.add(None, names.take("PersonalData"));
        let mut purposes = Tree::default();
        let mut group = |name: &str, members: &[&str]| {
            let group = purposes.add(None, names.take(name));
            for member in members {
                purposes.add(Some(group), names.take(member));
            }
            group
        };
        let security = group("Security", &["IncidentResponse", "AccessControl", "AbuseDetection"]);
        let analytics = group("Analytics", &["UsageAnalytics", "MarketAnalytics", "ProductAnalytics"]);
        let legal = ["TaxDuty", "CourtOrders", "Bookkeeping"].map(|name| group(name, &[]));
        group("Marketing", &["EmailMarketing", "PostalMarketing"]);
        group("CrossContextAdvertising", &[]);
        for fixed in ["Company", "Person", "Child", "Authority", "Acquirer", "Helper"].iter().chain(ADULTS) {
            names.take(fixed);
        }
        for (region, countries) in PLACES {
            names.take(region);
            for country in *countries {
                names.take(country);
            }
        }
        let (lists, used) = (String::new(), BTreeSet::new());
        World { names, data, root, purposes, security, analytics, legal, areas: Vec::new(), lists, used }
    }

    fn area(&mut self, number: usize, domain: Id, random: &mut Random) -> Area {
        let names = &mut self.names;
        let noun = names.take(AREAS[number % AREAS.len()]);
        let data = self.data.add(Some(domain), names.take(&format!("{noun}Data")));
        let mut categories = Vec::new();
        for at in 0..3 {
            let aspect = ASPECTS[(number * 5 + at * 4 + random.below(4)) % ASPECTS.len()];
            let category = self.data.add(Some(data), names.take(&format!("{noun}{aspect}")));
            categories.push(category);
            for _ in 0..random.between(2, 3) {
                let detail = random.pick(DETAILS);
                let item = self.data.add(Some(category), names.take(&format!("{noun}{aspect}{detail}")));
                for _ in 0..random.below(3) {
                    let (one, more) = (random.pick(DETAILS), random.pick(ASPECTS));
                    self.data.add(Some(item), names.take(&format!("{noun}{detail}{one}{more}")));
                }
            }
        }
        let purpose = self.purposes.add(None, names.take(&format!("{noun}Handling")));
        for at in 0..4 {
            let reason = REASONS[(number * 7 + at * 3) % REASONS.len()];
            self.purposes.add(Some(purpose), names.take(&format!("{noun}{reason}")));
        }
        Area {
            label: words::label(&noun),
            data,
            categories,
            terms: self.data.below(data),
            purpose,
            reasons: self.purposes.children(purpose).to_vec(),
            provider: names.take(&format!("{noun}Provider")),
            vendors: (0..3).map(|at| names.company(number * 4 + at)).collect(),
            specialist: names.company(number * 4 + 3),
            event: names.take(&format!("{noun}Ended")),
            days: 30 * random.between(6, 36),
        }
    }

    /// How many terms there are.
    pub fn terms(&self) -> usize {
        self.data.len() + self.purposes.len() + self.areas.len() * 5
    }

    /// The files that declare it all.
    pub fn declare(&self) -> Vec<(String, String)> {
        let mut data = String::new();
        self.data.declare("data", self.root, 0, &mut data);
        if !self.lists.is_empty() {
            let _ = write!(data, "\n{}", self.lists);
        }
        let mut purposes = String::new();
        for term in 0..self.purposes.len() {
            if self.purposes.upwards(term).len() == 1 && self.is_used(self.purposes.name(term)) {
                self.purposes.declare("purpose", term, 0, &mut purposes);
            }
        }
        let file =
            |name: &str, says: &str, text: String| (format!("{name}.caveat"), format!("// {says}\n\n{text}"));
        vec![
            file("vocabulary-data", "The data that the policy speaks of.", data),
            file("vocabulary-purposes", "What data is used for.", purposes),
            file("vocabulary-parties", "Who gives, acts and receives.", self.parties()),
            file("vocabulary-circumstances", "Places, facts and events.", self.circumstances()),
        ]
    }

    fn is_used(&self, name: &str) -> bool {
        self.used.contains(name) || self.areas.iter().any(|a| self.purposes.name(a.purpose) == name)
    }

    fn parties(&self) -> String {
        let mut out = String::from(
            "party Company \"the company whose policy this is\";\n\n\
             people Person \"anybody whose data it is\" {\n  Adult \"of age\" {\n    \
             Customer \"has an account\" {\n      Subscriber;\n      BusinessCustomer;\n      TrialUser;\n    }\n    \
             Visitor \"looks at the site\";\n    Applicant \"applies for a job\";\n  }\n  \
             Child \"under age\";\n}\n\n",
        );
        if self.used.contains("Authority") {
            out.push_str("parties Authority open because \"authorities are not known before they ask\";\n");
        }
        if self.used.contains("Acquirer") {
            out.push_str("parties Acquirer open because \"not known before a transaction\";\n");
        }
        out.push_str("\nparties Helper \"companies that help\" bound by \"processing agreement\" {\n");
        for Area { provider, vendors, .. } in &self.areas {
            let _ = writeln!(out, "  parties {provider} {{");
            for vendor in vendors {
                let _ = writeln!(out, "    {vendor};");
            }
            out.push_str("  }\n");
        }
        out.push_str("}\n\n");
        for Area { specialist, .. } in self.areas.iter().filter(|a| self.used.contains(&a.specialist)) {
            let _ = writeln!(out, "party {specialist} bound by \"agreement on special services\";");
        }
        for extra in self.used.iter().filter_map(|name| name.strip_prefix("party ")) {
            let _ = writeln!(out, "{extra};");
        }
        out
    }

    fn circumstances(&self) -> String {
        let mut out = String::new();
        let used = |name: &str| self.used.contains(name);
        for (region, countries) in PLACES {
            let inside: Vec<&str> = countries.iter().copied().filter(|c| used(c)).collect();
            match (used(region), inside.is_empty()) {
                (false, true) => {}
                (true, true) => out.push_str(&format!("place {region};\n")),
                (_, false) => out.push_str(&format!("place {region} {{ {}; }}\n", inside.join("; "))),
            }
        }
        out.push_str("\nfact account_active \"the account is open\" ends at AccountClosed;\n");
        for name in &self.used {
            match name.split_once(' ') {
                Some(("fact", "region")) => out.push_str("fact region: EU, California, Elsewhere;\n"),
                Some(("fact", "plan")) => out.push_str("fact plan: Free, Basic, Premium;\n"),
                Some(("fact", fact)) if fact.starts_with("opted_out") => {
                    out.push_str(&format!("fact {fact} default false;\n"));
                }
                Some(("fact" | "event" | "duty" | "channel", _)) => out.push_str(&format!("{name};\n")),
                _ => {}
            }
        }
        for Area { event, .. } in &self.areas {
            let _ = writeln!(out, "event {event};");
        }
        out.push_str(
            "event AccountClosed;\nevent DeletionRequest;\n\n\
             // An account is closed within the month of the request.\n\
             never account_active and since(DeletionRequest) > 30 days;\n",
        );
        out
    }
}
