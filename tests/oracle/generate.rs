//! Small random policies as text, and smaller ones that still show a failure.
//!
//! A draft is a tree of lines whose parts can each be made simpler or left out; what comes out of
//! that need not be a policy any more, and is then not looked at.

use crate::random::Random;
use crate::subject::{BASE, FILE};
use std::fmt::{self, Debug, Formatter, Write};

/// A part of a line, with simpler words for it; an empty word leaves it out.
#[derive(Clone, Debug)]
pub struct Part {
    text: String,
    simpler: Vec<String>,
}

/// A line, or a block with lines in it.
#[derive(Clone, Debug)]
pub enum Item {
    Line(Vec<Part>),
    Block(Vec<Part>, Vec<Item>),
    /// What follows stands in another file.
    File,
}

/// A policy that can be made smaller: the policy itself, then those that it extends.
#[derive(Clone)]
pub struct Draft(pub Vec<Vec<Item>>);

impl Debug for Draft {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text())
    }
}

fn fixed(text: impl Into<String>) -> Part {
    Part { text: text.into(), simpler: Vec::new() }
}

fn optional(text: impl Into<String>) -> Part {
    Part { text: text.into(), simpler: vec![String::new()] }
}

fn either(text: impl Into<String>, simpler: &[&str]) -> Part {
    Part { text: text.into(), simpler: simpler.iter().map(|s| (*s).to_owned()).collect() }
}

fn line(text: impl Into<String>) -> Item {
    Item::Line(vec![fixed(text)])
}

impl Draft {
    pub fn text(&self) -> String {
        let mut out = String::new();
        for (i, unit) in self.0.iter().enumerate() {
            if i > 0 {
                writeln!(out, "{BASE}").unwrap();
            }
            write(unit, 0, &mut out);
        }
        out
    }

    /// All drafts that are one step simpler, the boldest steps first.
    pub fn simpler(&self) -> Vec<Draft> {
        let mut out = Vec::new();
        // What extends and what is extended as one; the header is the base's.
        if let [own, base] = self.0.as_slice() {
            let mut one = base.clone();
            one.extend(own.iter().skip(1).cloned());
            out.push(Draft(vec![one]));
            out.push(Draft(vec![base.clone()]));
        }
        for (i, unit) in self.0.iter().enumerate() {
            edits(unit, &mut |items| {
                let mut units = self.0.clone();
                units[i] = items;
                out.push(Draft(units));
            });
        }
        out
    }

    /// The same lines in another order, some of them in a second file.
    pub fn shuffled(&self, random: &mut Random) -> Draft {
        let mut draft = self.clone();
        for unit in &mut draft.0 {
            random.shuffle(unit);
            for item in unit.iter_mut() {
                if let Item::Block(head, inner) = item
                    && !head[0].text.starts_with("data")
                {
                    random.shuffle(inner);
                }
            }
            if random.percent(50) {
                unit.insert(random.below(unit.len() + 1), Item::File);
            }
        }
        draft
    }

    /// With one more line at the end.
    pub fn with(&self, text: String) -> Draft {
        let mut draft = self.clone();
        draft.0[0].push(line(text));
        draft
    }
}

fn write(items: &[Item], depth: usize, out: &mut String) {
    let words = |parts: &[Part]| {
        let words: Vec<&str> = parts.iter().map(|p| p.text.as_str()).filter(|t| !t.is_empty()).collect();
        words.join(" ").replace(" ,", ",").replace(" :", ":")
    };
    for item in items {
        let indent = "  ".repeat(depth);
        match item {
            Item::Line(parts) => writeln!(out, "{indent}{};", words(parts)).unwrap(),
            Item::File => writeln!(out, "{FILE}").unwrap(),
            Item::Block(parts, inner) => {
                writeln!(out, "{indent}{} {{", words(parts)).unwrap();
                write(inner, depth + 1, out);
                writeln!(out, "{indent}}}").unwrap();
            }
        }
    }
}

fn edits(items: &[Item], found: &mut dyn FnMut(Vec<Item>)) {
    for i in 0..items.len() {
        let replaced = |by: Vec<Item>| {
            let mut all = items.to_vec();
            all.splice(i..=i, by);
            all
        };
        found(replaced(Vec::new()));
        if let Item::Block(_, inner) = &items[i] {
            found(replaced(inner.clone()));
        }
    }
    for i in 0..items.len() {
        let replaced = |by: Item| {
            let mut all = items.to_vec();
            all[i] = by;
            all
        };
        match &items[i] {
            Item::File => {}
            Item::Line(parts) => parts_edits(parts, &mut |parts| found(replaced(Item::Line(parts)))),
            Item::Block(parts, inner) => {
                parts_edits(parts, &mut |parts| found(replaced(Item::Block(parts, inner.clone()))));
                edits(inner, &mut |inner| found(replaced(Item::Block(parts.clone(), inner))));
            }
        }
    }
}

fn parts_edits(parts: &[Part], found: &mut dyn FnMut(Vec<Part>)) {
    for i in 0..parts.len() {
        for (n, text) in parts[i].simpler.iter().enumerate() {
            let mut all = parts.to_vec();
            // What is simpler still stands before it.
            all[i] = Part { text: text.clone(), simpler: parts[i].simpler[..n].to_vec() };
            found(all);
        }
    }
}

/// What a policy is made of, settled once for each so that its statements meet.
struct Maker<'r> {
    random: &'r mut Random,
    data: Vec<String>,
    lists: Vec<String>,
    parties: Vec<String>,
    people: Vec<String>,
    purposes: Vec<String>,
    places: Vec<String>,
    facts: Vec<String>,
    named: bool,
    events: Vec<String>,
    lengths: Vec<String>,
    verbs: Vec<&'static str>,
    channel: bool,
    /// How likely a phrase is, by what it is.
    actor: usize,
    form: usize,
    subject: usize,
    source: usize,
    recipient: usize,
    purpose: usize,
    place: usize,
    with: usize,
    condition: usize,
    time: usize,
    duty: usize,
    only: usize,
    labels: Vec<String>,
}

/// The words of a statement behind its label.
struct Sentence {
    parts: Vec<Part>,
}

const LENGTHS: [&str; 14] = [
    "30 days",
    "1 month",
    "60 days",
    "24 hours",
    "1 day",
    "2 months",
    "1 year",
    "31 days",
    "720 hours",
    "90 minutes",
    "4 weeks",
    "25 days + 5 days",
    "1 month + 1 day",
    "12 months",
];

/// A policy.
pub fn draft(random: &mut Random) -> Draft {
    let mut items = vec![Item::Block(vec![fixed("policy p")], vec![line("issuer Us")])];
    let mut maker = Maker::new(random);
    maker.declarations(&mut items);
    let declarations = items.len();
    maker.statements(&mut items);
    if random.percent(12) {
        return extension(random, items, declarations);
    }
    Draft(vec![items])
}

/// A policy of which some statements, and all that speaks of them, are an extension's.
fn extension(random: &mut Random, mut base: Vec<Item>, declarations: usize) -> Draft {
    let rest = base.split_off(declarations);
    let mut own = vec![Item::Block(vec![fixed("policy q")], vec![line("extends \"../p\"")])];
    let mut moved: Vec<String> = Vec::new();
    let mut left = Vec::new();
    for item in rest {
        if random.percent(45) {
            labels_of(&item, &mut moved);
            own.push(item);
        } else {
            left.push(item);
        }
    }
    // A base cannot name what extends it.
    loop {
        let speaks = |item: &Item| {
            let text = Draft(vec![vec![item.clone()]]).text();
            let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
            moved.iter().any(|label| words.contains(&label.as_str()))
        };
        let Some(at) = left.iter().position(speaks) else { break };
        let item = left.remove(at);
        labels_of(&item, &mut moved);
        own.push(item);
    }
    base.extend(left);
    Draft(vec![own, base])
}

/// The labels that an item declares.
fn labels_of(item: &Item, into: &mut Vec<String>) {
    match item {
        Item::File => {}
        Item::Line(parts) => into.extend(parts[0].text.strip_suffix(':').map(str::to_owned)),
        Item::Block(parts, inner) => {
            let head = parts[0].text.split(' ').nth(1);
            into.extend(head.map(str::to_owned));
            inner.iter().for_each(|i| labels_of(i, into));
        }
    }
}

/// A prohibition in the terms of every policy.
pub fn prohibition(random: &mut Random) -> String {
    let verb = random.pick(&["use", "share", "retain", "erase", "combine", "collect", "aggregate"]);
    let data = random.pick(&["A", "any", "other any"]);
    let form = random.pick(&["", " as any"]);
    format!("must not {verb} {data}{form}")
}

impl<'r> Maker<'r> {
    fn new(random: &'r mut Random) -> Maker<'r> {
        let names = |all: &[&str], count: usize| all[..count].iter().map(|s| (*s).to_owned()).collect();
        let data: Vec<String> = names(&["A", "B", "C", "D", "E", "F"], random.between(2, 6));
        let families: [&[&str]; 5] = [
            &["use", "combine", "profile"],
            &["use", "aggregate", "anonymize", "use"],
            &["share", "transfer", "sell", "share", "publish"],
            &["retain", "erase", "retain", "use"],
            &["collect", "use"],
        ];
        let mut verbs = random.pick(&families).to_vec();
        if random.percent(25) {
            verbs.extend(random.pick(&families).iter());
        }
        // Few dimensions at a time, or nothing would ever meet.
        let chance = |random: &mut Random, often: usize| match random.percent(often) {
            true => *random.pick(&[30, 50, 70]),
            false => 0,
        };
        let events = names(&["E1", "E2"], *random.pick(&[0, 0, 1, 1, 1, 2]));
        let facts: Vec<String> = names(&["f1", "f2"], *random.pick(&[0, 1, 1, 2]));
        let mut lengths: Vec<String> = Vec::new();
        for _ in 0..random.between(1, 3) {
            lengths.push((*random.pick(&LENGTHS)).to_owned());
        }
        let named = random.percent(25);
        let worldly = !facts.is_empty() || named || !events.is_empty();
        Maker {
            lists: Vec::new(),
            parties: names(&["Us", "Them", "T1", "T2", "Bank"], random.between(2, 5)),
            people: names(&["User", "Child"], random.between(1, 2)),
            purposes: names(&["P1", "P2", "P3"], random.between(2, 3)),
            places: names(&["L1", "L2"], random.between(0, 2)),
            named,
            condition: if worldly { *random.pick(&[15, 30, 50]) } else { 0 },
            time: if events.is_empty() { random.below(5) } else { *random.pick(&[20, 40]) },
            facts,
            events,
            lengths,
            verbs,
            channel: random.percent(10),
            actor: chance(random, 25),
            form: chance(random, 30),
            subject: chance(random, 25),
            source: chance(random, 15),
            recipient: chance(random, 70),
            purpose: chance(random, 50),
            place: chance(random, 15),
            with: 60,
            duty: chance(random, 30) / 2,
            only: *random.pick(&[0, 20, 40]),
            labels: Vec::new(),
            data,
            random,
        }
    }

    fn declarations(&mut self, items: &mut Vec<Item>) {
        let data = self.data.clone();
        // Some lie in braces, some are put under others by name: several parents come about.
        let nested = self.random.percent(40) && data.len() > 2;
        if nested {
            items.push(Item::Block(vec![fixed("data A")], vec![line("B")]));
        }
        for term in data.iter().skip(if nested { 2 } else { 0 }) {
            items.push(line(format!("data {term}")));
        }
        for (i, parent) in data.iter().enumerate() {
            for child in &data[i + 1..] {
                if !(nested && parent == "A" && child == "B") && self.random.percent(30) {
                    items.push(line(format!("{parent} includes {child}")));
                }
            }
        }
        if self.random.percent(30) {
            let set = self.random.pick(&["A, B", "any except A", "B", "other A", "A except B"]);
            items.push(line(format!("data G = {set}")));
            self.lists.push("G".to_owned());
        }
        items.push(line("party Us"));
        let members: Vec<Item> = self
            .parties
            .iter()
            .filter(|p| p.starts_with('T') && *p != "Them")
            .map(|p| line(p.as_str()))
            .collect();
        if members.is_empty() {
            items.push(line("parties Them"));
        } else {
            items.push(Item::Block(vec![fixed("parties Them")], members));
        }
        if self.parties.iter().any(|p| p == "Bank") {
            items.push(line("party Bank"));
            if self.random.percent(40) {
                items.push(line("parties Ring bound by \"a contract\""));
                items.push(line("Ring includes Bank, T1"));
                self.parties.push("Ring".to_owned());
            }
        }
        if self.random.percent(15) {
            let set = self.random.pick(&["Them, the subject", "any except Us", "other Them, Us"]);
            items.push(line(format!("parties Some = {set}")));
            self.parties.push("Some".to_owned());
        }
        items.push(line("people User"));
        if self.people.len() > 1 {
            items.push(line("people Child"));
            if self.random.percent(60) {
                items.push(line("User includes Child"));
            }
        }
        for purpose in &self.purposes {
            items.push(line(format!("purpose {purpose}")));
        }
        if self.random.percent(50) {
            items.push(line("P1 includes P2"));
        }
        if self.purposes.len() > 2 && self.random.percent(40) {
            items.push(line(*self.random.pick(&["P3 includes P2", "P2 includes P3", "P1 includes P3"])));
        }
        if self.random.percent(15) {
            let set = self.random.pick(&["P1, other any", "any except P2", "other P1", "P2"]);
            items.push(line(format!("purpose PP = {set}")));
            self.purposes.push("PP".to_owned());
        }
        for place in &self.places {
            items.push(line(format!("place {place}")));
        }
        if self.places.len() > 1 && self.random.percent(50) {
            items.push(line("L1 includes L2"));
        }
        if self.channel {
            items.push(line("channel Site \"www\""));
        }
        for event in &self.events {
            items.push(line(format!("event {event}")));
        }
        for fact in self.facts.clone() {
            let mut parts = vec![fixed(format!("fact {fact}"))];
            if self.random.percent(20) {
                parts.push(optional(format!("default {}", self.random.percent(50))));
            }
            if !self.events.is_empty() && self.random.percent(15) {
                let both = self.events.len() > 1 && self.random.percent(40);
                parts.push(match both {
                    true => either("ends at E1 or E2", &["", "ends at E1"]),
                    false => optional("ends at E1"),
                });
            }
            items.push(Item::Line(parts));
        }
        if self.named {
            items.push(line("fact g: V1, V2, V3"));
        }
        if self.duty > 0 {
            items.extend([line("duty notify"), line("duty record")]);
        }
    }

    fn statements(&mut self, items: &mut Vec<Item>) {
        let count = self.random.between(2, 7);
        let mut made = 0;
        self.labels.push("p".to_owned());
        let mut blocks: Vec<Item> = Vec::new();
        let mut lines: Vec<(Option<String>, Sentence)> = Vec::new();
        while made < count {
            let label = self.random.percent(60).then(|| format!("s{made}"));
            self.labels.extend(label.clone());
            let sentence = self.sentence();
            lines.push((label, sentence));
            made += 1;
        }
        // Where they stand: at the top, in a clause, in a section, in a clause of a section.
        let mut section: Vec<Item> = Vec::new();
        let mut clause: Vec<Item> = Vec::new();
        let has_section = self.random.percent(35);
        let has_clause = self.random.percent(40);
        if has_section {
            self.labels.push("sec".to_owned());
        }
        if has_clause {
            self.labels.push("cl".to_owned());
        }
        for (i, (label, sentence)) in lines.into_iter().enumerate() {
            let mut parts = Vec::new();
            parts.extend(label.clone().map(|l| optional(format!("{l}:"))));
            parts.extend(sentence.parts);
            let other = self.random.pick(&self.labels).clone();
            if self.random.percent(30) && label.as_ref() != Some(&other) {
                let label = other;
                let tail = if self.random.percent(60) { "subject to" } else { "notwithstanding" };
                let more = self.random.pick(&self.labels).clone();
                if self.random.percent(10) && more != label {
                    parts.push(either(
                        format!(", {tail} {label}, {more}"),
                        &["", &format!(", {tail} {label}")],
                    ));
                } else {
                    parts.push(optional(format!(", {tail} {label}")));
                }
            }
            let item = Item::Line(parts);
            // A label has to cover something.
            match if i < 2 { i } else { self.random.below(3) } {
                0 if has_section => section.push(item),
                1 if has_clause => clause.push(item),
                _ => blocks.push(item),
            }
        }
        let clause_block = has_clause.then(|| {
            let mut head = vec![fixed("clause cl")];
            if self.random.percent(25) {
                head.extend(self.front());
            }
            Item::Block(head, clause)
        });
        if has_section {
            let mut head = vec![fixed("section sec")];
            if self.random.percent(25) {
                head.extend(self.front());
            }
            if self.random.percent(50) {
                section.extend(clause_block);
            } else {
                blocks.extend(clause_block);
            }
            blocks.push(Item::Block(head, section));
        } else {
            blocks.extend(clause_block);
        }
        items.extend(blocks);
        for _ in 0..*self.random.pick(&[0, 0, 1, 1, 2, 3]) {
            let (a, b) = (self.random.pick(&self.labels).clone(), self.random.pick(&self.labels).clone());
            if a != b {
                items.push(line(format!("{a} prevails over {b} because \"so\"")));
            }
        }
        let accepts = if self.random.percent(25) { self.random.between(1, 3) } else { 0 };
        for _ in 0..accepts {
            let kinds = ["contradiction", "crossing", "carve-out", "void-permission", "dilemma"];
            let kind = self.random.pick(&kinds);
            let (a, b) = (self.random.pick(&self.labels).clone(), self.random.pick(&self.labels).clone());
            let until = self.random.pick(&["2030-01-01", "2030-01-01", "2020-01-01"]);
            items.push(line(format!("accept {kind} of {a} with {b} because \"so\" until {until}")));
        }
        let nevers = if self.has_worlds() && self.random.percent(22) { self.random.between(1, 2) } else { 0 };
        for _ in 0..nevers {
            let condition = self.condition(1);
            items.push(line(format!("never {condition}")));
        }
        // Duties are about no flow; what they compare clocks with, the bundle's clocks tell apart.
        if self.duty > 0 && !self.events.is_empty() && self.random.percent(30) {
            let (event, length) = (self.random.pick(&self.events).clone(), self.length());
            let mut parts = vec![fixed(format!("on {event}, must notify within {length}"))];
            if self.random.percent(40) {
                let condition = self.condition(1);
                parts.push(optional(format!("when {condition}")));
            }
            items.push(Item::Line(parts));
        }
    }

    fn has_worlds(&self) -> bool {
        !self.facts.is_empty() || self.named || !self.events.is_empty()
    }

    fn sentence(&mut self) -> Sentence {
        if self.random.percent(4) {
            return self.right();
        }
        let mut parts = Vec::new();
        if self.has_worlds() && self.random.percent(self.condition / 2) {
            parts.extend(self.front().map(|f| optional(format!("{},", f.text))));
        } else if !self.events.is_empty() && self.random.percent(5) {
            let event = self.random.pick(&self.events).clone();
            let other = self.random.pick(&self.events).clone();
            let moment = self.moment();
            parts.push(match self.random.below(4) {
                0 | 1 => optional(format!("on {event},")),
                2 if event != other => optional(format!("on {event} or {other},")),
                2 => optional(format!("after {moment},")),
                _ => optional(format!("before {moment},")),
            });
        }
        match self.random.below(20) {
            0..10 => self.may(parts),
            10..15 => self.must_not(parts),
            15..18 => self.must(parts),
            _ => self.requires(parts),
        }
    }

    fn verb_list(&mut self) -> Vec<&'static str> {
        let mut verbs = vec![*self.random.pick(&self.verbs)];
        if self.random.percent(20) {
            let more = *self.random.pick(&self.verbs);
            if !verbs.contains(&more) {
                verbs.push(more);
            }
        }
        verbs
    }

    fn only(&mut self) -> Option<Part> {
        (self.only > 0 && self.random.percent(self.only)).then(|| optional("only"))
    }

    fn may(&mut self, mut parts: Vec<Part>) -> Sentence {
        if self.random.percent(self.actor) {
            let set = self.set("party");
            parts.extend(self.only().filter(|_| limits(&set)));
            parts.push(set);
        }
        let verbs = self.verb_list();
        parts.push(fixed("may"));
        parts.push(verb_part(&verbs));
        let set = self.set("data");
        parts.extend(self.only().filter(|_| limits(&set)));
        parts.push(set);
        let phrases = self.phrases(&verbs);
        let mut behind = Vec::new();
        for phrase in phrases {
            behind.push((self.only().filter(|_| limits(&phrase)), phrase));
        }
        let keeps = verbs.contains(&"retain");
        if self.random.percent(self.time + if keeps { 30 } else { 0 }) && !self.events.is_empty() {
            let moment = self.moment();
            let length = self.length();
            let event = self.random.pick(&self.events).clone();
            let time = match self.random.below(6) {
                0 | 1 => format!("until {moment}"),
                2 => format!("for {length} after {event}"),
                3 => format!("for at most {length} after {event}"),
                4 => format!("after {moment}"),
                _ => format!("before {moment}"),
            };
            behind.push((self.only(), optional(time)));
        } else if self.random.percent(self.time / 4) {
            let length = self.length();
            behind.push((None, optional(format!("for {length}"))));
        } else if keeps && self.random.percent(20) {
            behind.push((None, optional("indefinitely")));
        }
        if self.random.percent(self.condition) && self.has_worlds() {
            let only = self.only();
            let condition = self.condition(0);
            let has_only = only.is_some()
                || parts.iter().chain(behind.iter().flat_map(|b| &b.0)).any(|p| p.text == "only");
            let word = if !has_only && self.random.percent(30) { "unless" } else { "when" };
            behind.push((only, optional(format!("{word} {condition}"))));
            if self.random.percent(10) {
                let condition = self.condition(1);
                behind.push((None, optional(format!("while {condition}"))));
            }
        }
        for (only, phrase) in behind {
            match only {
                Some(_) => {
                    let text = format!("only {}", phrase.text);
                    let mut simpler = phrase.simpler.clone();
                    simpler.push(phrase.text.clone());
                    parts.push(Part { text, simpler });
                }
                None => parts.push(phrase),
            }
        }
        if self.random.percent(self.duty) {
            let duty = self.random.pick(&["notify", "record", "notify, record"]);
            parts.push(optional(format!("with duty {duty}")));
        }
        Sentence { parts }
    }

    fn must_not(&mut self, mut parts: Vec<Part>) -> Sentence {
        if self.random.percent(self.actor) {
            parts.push(self.set("party"));
        }
        let verbs = self.verb_list();
        parts.push(fixed("must not"));
        parts.push(verb_part(&verbs));
        parts.push(self.set("data"));
        parts.extend(self.phrases(&verbs));
        if !self.events.is_empty() && self.random.percent(self.time / 2) {
            let moment = self.moment();
            let word = self.random.pick(&["after", "before", "until"]);
            parts.push(optional(format!("{word} {moment}")));
        }
        if self.random.percent(self.condition) && self.has_worlds() {
            let word = self.random.pick(&["when", "unless", "while"]);
            let condition = self.condition(0);
            parts.push(optional(format!("{word} {condition}")));
        }
        Sentence { parts }
    }

    fn must(&mut self, mut parts: Vec<Part>) -> Sentence {
        if self.random.percent(self.actor) {
            parts.push(self.set("party"));
        }
        parts.push(fixed("must"));
        let timed = !self.events.is_empty();
        let (verbs, time) = match self.random.below(8) {
            0 | 1 => (vec!["erase"], timed.then(|| format!("within {}", self.span()))),
            2 => (vec!["erase"], self.random.percent(30).then(|| "promptly".to_owned())),
            3 | 4 => (vec!["retain"], timed.then(|| format!("for at least {}", self.span()))),
            5 => (vec!["retain"], timed.then(|| format!("until {}", self.moment()))),
            6 => (vec!["retain"], None),
            _ => (vec![*self.random.pick(&self.verbs)], None),
        };
        parts.push(verb_part(&verbs));
        parts.push(self.set("data"));
        parts.extend(self.phrases(&verbs));
        parts.extend(time.map(optional));
        if self.random.percent(self.condition / 2) && self.has_worlds() {
            let condition = self.condition(0);
            parts.push(optional(format!("when {condition}")));
        }
        Sentence { parts }
    }

    fn requires(&mut self, mut parts: Vec<Part>) -> Sentence {
        if !self.has_worlds() {
            return self.must_not(parts);
        }
        if self.random.percent(self.actor) {
            parts.push(self.set("party"));
        }
        let verbs = self.verb_list();
        parts.push(verb_part(&verbs));
        parts.push(self.set("data"));
        parts.extend(self.phrases(&verbs));
        let condition = self.condition(0);
        parts.push(fixed(format!("requires {condition}")));
        if self.random.percent(15) {
            let condition = self.condition(1);
            parts.push(optional(format!("when {condition}")));
        }
        Sentence { parts }
    }

    fn right(&mut self) -> Sentence {
        let right = self.random.pick(&[
            "erasure",
            "access",
            "objection",
            "erasure, access",
            "withdrawal",
            "portability",
        ]);
        let mut parts = vec![fixed("User has right of"), fixed(*right), fixed("over"), self.set("data")];
        if self.random.percent(self.condition) && self.has_worlds() {
            let condition = self.condition(0);
            parts.push(optional(format!("when {condition}")));
        }
        if self.random.percent(15) {
            let set = self.set("purpose");
            parts.push(optional(format!("for {}", set.text)));
        }
        if !self.events.is_empty() && self.random.percent(30) {
            let event = self.random.pick(&self.events).clone();
            parts.push(optional(format!(", starts {event}")));
        } else if !self.facts.is_empty() && self.random.percent(30) {
            let fact = self.random.pick(&self.facts).clone();
            parts.push(optional(format!(", sets {}{fact}", self.random.pick(&["", "not "]))));
        }
        Sentence { parts }
    }

    fn phrases(&mut self, verbs: &[&str]) -> Vec<Part> {
        let mut out = Vec::new();
        let shares = |v: &&str| matches!(*v, "share" | "transfer" | "sell" | "publish");
        let mut phrase = |maker: &mut Self, chance: usize, word: &str, graph: &str| {
            if maker.random.percent(chance) {
                let set = maker.set(graph);
                let mut simpler = vec![String::new()];
                simpler.extend(set.simpler.iter().map(|s| format!("{word} {s}")));
                out.push(Part { text: format!("{word} {}", set.text), simpler });
            }
        };
        if verbs.iter().all(|v| *v == "combine") {
            phrase(self, self.with, "with", "data");
        }
        phrase(self, self.subject, "of", "people");
        phrase(self, self.source, "from", "source");
        if verbs.iter().all(shares) {
            phrase(self, self.recipient, "to", "recipient");
        }
        phrase(self, self.purpose, "for", "purpose");
        phrase(self, self.place, "in", "place");
        if self.random.percent(self.form) {
            let forms = [
                "aggregated",
                "pseudonymous",
                "identified",
                "anonymized",
                "any",
                "any except aggregated",
                "identified, aggregated",
                "any except identified",
                "aggregated, anonymized",
                "identified, pseudonymous",
            ];
            let form = self.random.pick(&forms);
            out.push(either(format!("as {form}"), &["", "as aggregated"]));
        }
        out
    }

    fn terms(&self, graph: &str) -> Vec<String> {
        match graph {
            "data" => self.data.iter().chain(&self.lists).cloned().collect(),
            "people" => self.people.clone(),
            "purpose" => self.purposes.clone(),
            "place" => self.places.clone(),
            _ => {
                let mut all = self.parties.clone();
                all.push("User".to_owned());
                if graph != "party" || self.random.clone().percent(20) {
                    all.push("the subject".to_owned());
                }
                if graph == "source" && self.channel {
                    all.push("Site".to_owned());
                }
                all
            }
        }
    }

    fn set(&mut self, graph: &str) -> Part {
        let terms = self.terms(graph);
        if terms.is_empty() {
            return fixed("any");
        }
        let one = |random: &mut Random| random.pick(&terms).clone();
        let own = |term: &str| {
            if matches!(term, "G" | "PP" | "Some" | "the subject" | "Site") {
                term.to_owned()
            } else {
                format!("other {term}")
            }
        };
        let first = one(self.random);
        let second = one(self.random);
        match self.random.below(20) {
            0..10 => fixed(first),
            10..13 if first != second => either(format!("{first}, {second}"), &[&first, &second]),
            13..15 => either("any", &[&first]),
            15 => either(format!("any except {first}"), &["any"]),
            16 if first != second => either(format!("{first} except {second}"), &[&first]),
            17 => either(own(&first), &[&first]),
            18 => either("other any", &["any"]),
            19 if first != second => either(
                format!("any except {first}, {}", own(&second)),
                &["any", &format!("any except {first}")],
            ),
            _ => fixed(first),
        }
    }

    fn length(&mut self) -> String {
        self.random.pick(&self.lengths).clone()
    }

    fn moment(&mut self) -> String {
        let event = self.random.pick(&self.events).clone();
        let other = self.random.pick(&self.events).clone();
        let (length, second) = (self.length(), self.length());
        match self.random.below(10) {
            0..3 => event,
            3..8 => format!("{length} after {event}"),
            8 => format!("the later of ({length} after {event}, {second} after {other})"),
            _ => format!("the earlier of ({length} after {event}, {other})"),
        }
    }

    fn span(&mut self) -> String {
        let event = self.random.pick(&self.events).clone();
        let other = self.random.pick(&self.events).clone();
        let (length, second) = (self.length(), self.length());
        match self.random.below(12) {
            0..9 => format!("{length} after {event}"),
            9 => format!("the later of ({length} after {event}, {second} after {other})"),
            10 => format!("the earlier of ({length}, {second}) after {event}"),
            _ => length,
        }
    }

    fn front(&mut self) -> Option<Part> {
        if !self.has_worlds() {
            return None;
        }
        let word = self.random.pick(&["when", "when", "unless", "while"]);
        let condition = self.condition(0);
        Some(optional(format!("{word} {condition}")))
    }

    fn condition(&mut self, depth: usize) -> String {
        if depth < 2 && self.random.percent(30) {
            let word = self.random.pick(&[" and ", " or "]);
            let count = if self.random.percent(20) { 3 } else { 2 };
            let parts: Vec<String> = (0..count).map(|_| self.operand(depth + 1)).collect();
            return parts.join(word);
        }
        self.operand(depth)
    }

    fn operand(&mut self, depth: usize) -> String {
        let not = if self.random.percent(25) { "not " } else { "" };
        if depth < 2 && self.random.percent(20) {
            return format!("{not}({})", self.condition(depth + 1));
        }
        let mut atoms: Vec<String> = self.facts.clone();
        if self.named {
            let named = ["g is V1", "g is not V2", "g is (V1, V3)"];
            atoms.push((*self.random.pick(&named)).to_owned());
        }
        if !self.events.is_empty() {
            let event = self.random.pick(&self.events).clone();
            let length = self.length();
            let sign = self.random.pick(&["<=", "<", ">", ">=", "=", "!="]);
            atoms.push(match self.random.below(6) {
                0..3 => format!("since({event}) {sign} {length}"),
                3 => format!("after {event}"),
                4 => format!("before {event}"),
                _ => format!("after {length} after {event}"),
            });
        }
        format!("{not}{}", self.random.pick(&atoms))
    }
}

/// Whether `only` can stand before a phrase.
fn limits(phrase: &Part) -> bool {
    phrase.text != "any" && !phrase.text.ends_with(" any")
}

fn verb_part(verbs: &[&str]) -> Part {
    match verbs {
        [first, _, ..] => either(verbs.join(", "), &[*first, verbs[1]]),
        _ => fixed(verbs.join(", ")),
    }
}
