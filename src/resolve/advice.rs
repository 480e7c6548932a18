//! What is said of a name that stands for nothing, or for something of another kind: with what may be
//! meant by it.
//!
//! Words findings; looks nothing up that `names` has not looked up. Checks: `undeclared`, `wrong-kind`.

use super::names::{COLLECTION, Entry, Kind, UNDECLARED, WRONG_KIND, Wanted};
use super::{Resolver, error};
use crate::source::Span;
use crate::syntax::tree::{Action, Name};

/// Words for whoever speaks or is spoken to, which a policy's text has and its encoding has not.
const PRONOUNS: [&str; 8] = ["we", "us", "our", "We", "you", "You", "they", "They"];

/// Words for all that there is.
const EVERYTHING: [&str; 7] = ["all", "anybody", "anyone", "anything", "everybody", "everyone", "everything"];

/// Words for nothing that there is: what is meant is never a term, and most often the opposite of a permission.
const NOTHING: [&str; 6] = ["nobody", "none", "noone", "no-one", "nothing", "nowhere"];

/// What the words around a name say of what may be meant by it.
#[derive(Default)]
pub(super) struct Around {
    /// The first name of a statement without a label, where nothing else stands before the verb, and the
    /// rest of the statement.
    pub lead: Option<(Span, Span)>,
    /// A length of time that says not from when it counts, and that stands right before the name's phrase.
    pub length: Option<Span>,
}

impl<'a> Resolver<'a> {
    /// Up to so many declared names of a kind that can be seen here.
    fn some_declared(&self, wanted: Wanted, count: usize) -> Vec<&'a str> {
        let seen = self.names.listed.iter().filter(|(_, e)| wanted.fits(e.kind));
        seen.filter(|(_, e)| self.units.sees(self.unit, e.unit)).map(|(n, _)| *n).take(count).collect()
    }

    /// Reports a name that nothing declares, with what may be meant by it.
    pub(super) fn undeclared(&mut self, name: &Name, wanted: Wanted) {
        if self.may_be_lost(&name.node) {
            return;
        }
        let key = (self.unit, name.node.clone(), wanted);
        if let Some(finding) = self.names.said.get(&key).and_then(|&at| self.findings.get_mut(at)) {
            finding.secondary.push(crate::diagnostic::Label {
                span: name.span,
                text: "and here".to_owned(),
                relations: Vec::new(),
            });
            return;
        }
        let mut finding = error(UNDECLARED, format!("`{}` is not declared", name.node), name.span)
            .at(format!("{} belongs here", wanted.words()));
        if wanted == Wanted::Fact
            && let Some(fact) = self.fact_with(&name.node)
        {
            finding =
                error(WRONG_KIND, format!("`{}` is a value, and a fact belongs here", name.node), name.span)
                    .at(format!("this is a value of `{fact}`"))
                    .help(format!("did you mean `{fact} is {}`?", name.node));
        } else if name.node == COLLECTION {
            finding = error(
                WRONG_KIND,
                format!(
                    "`{COLLECTION}` is an event, which need not be declared, and {} belongs here",
                    wanted.words()
                ),
                name.span,
            )
            .at(format!("{} belongs here", wanted.words()))
            .help(self.counted(name));
        } else if EVERYTHING.contains(&name.node.to_lowercase().as_str()) {
            finding = finding.help("write `any`, which stands for all that there is");
        } else if NOTHING.contains(&name.node.to_lowercase().as_str()) {
            finding = finding.help("what is not to be is said with `must not … any`");
        } else if PRONOUNS.contains(&name.node.as_str()) && wanted == Wanted::Party {
            finding = finding.help(self.pronoun(name));
        } else {
            let near = {
                let candidates = self.names.listed.iter().filter(|(_, e)| wanted.fits(e.kind));
                let seen = candidates.filter(|(_, e)| self.units.sees(self.unit, e.unit));
                self.suggestions.nearest(&name.node, seen.map(|(n, _)| *n))
            };
            finding = match near {
                Some(near) if near.to_lowercase() == name.node.to_lowercase() => {
                    finding.help(format!("did you mean `{near}`? capital letters count"))
                }
                Some(near) => finding.help(format!("did you mean `{near}`?")),
                None if self.around.length.is_some() => finding.help(format!(
                    "if it is an event, declare it, `event {};`, and {}",
                    name.node,
                    self.counted(name)
                )),
                None => {
                    let declared = format!("declare it: `{} {};`", wanted.keyword(), name.node);
                    match self.unlabelled(name) {
                        Some(label) => {
                            finding.help(label).help(format!("if it is {}, {declared}", wanted.words()))
                        }
                        None => finding.help(declared),
                    }
                }
            };
        }
        self.names.said.insert(key, self.findings.len());
        self.report(finding);
    }

    /// What a pronoun stands for.
    fn pronoun(&self, name: &Name) -> String {
        if matches!(name.node.to_lowercase().as_str(), "we" | "us" | "our") {
            return match self.around.lead {
                Some((lead, _)) if lead == name.span => {
                    "leave it out: where no actor is named, the issuer acts".to_owned()
                }
                _ => "name the party that is meant".to_owned(),
            };
        }
        let people = self.names.listed.iter().find(|(_, e)| e.kind == Kind::People);
        let example = people.map_or(String::new(), |(people, _)| format!(", such as `{people}`"));
        format!("name who is meant{example}")
    }

    /// What to write where a name most likely is a label that lacks its `:`.
    fn unlabelled(&self, name: &Name) -> Option<String> {
        let (lead, rest) = self.around.lead?;
        let small = name.node.starts_with(char::is_lowercase);
        (lead == name.span && small).then(|| {
            let words: Vec<&str> = self.written(rest).split_whitespace().take(3).collect();
            format!("if it is a label, a `:` belongs behind it: `{}: {} …`", name.node, words.join(" "))
        })
    }

    /// How a time is counted from an event.
    fn counted(&self, event: &Name) -> String {
        match self.around.length {
            Some(length) => format!("write `{} after {}`", self.written(length), event.node),
            None => format!("a time counts from it with `after {}`", event.node),
        }
    }

    /// The first fact that has such a value.
    fn fact_with(&self, value: &str) -> Option<&str> {
        let named = self.facts.iter().filter(|f| !f.boolean);
        named.filter(|f| f.values.iter().any(|v| v == value)).map(|f| f.name.as_str()).next()
    }

    /// A name that another folder declares, which this one does not bring in.
    pub(super) fn out_of_sight(&mut self, name: &Name, entry: Entry) {
        let folder = self.program.units.get(entry.unit).map_or("another folder", |u| u.folder.as_str());
        let finding = error(UNDECLARED, format!("`{}` is not declared here", name.node), name.span)
            .and(entry.span, "declared here, in another folder")
            .note("a name means what its own folder, or one that it imports or extends, declares")
            .help(format!("bring in the vocabulary of `{folder}` with `import`"));
        self.report(finding);
    }

    pub(super) fn wrong_kind(&mut self, name: &Name, entry: Entry, wanted: Wanted) {
        let message = format!("`{}` {}, and {} belongs here", name.node, entry.kind.is(), wanted.words());
        let help = match (entry.kind, self.around.length) {
            (Kind::Event, Some(_)) => self.counted(name),
            (Kind::Purpose | Kind::Fact | Kind::Data | Kind::Place, Some(length)) => format!(
                "a time counts from an event: declare one, and write `{} after EVENT`",
                self.written(length)
            ),
            _ => self.advice(&name.node, entry.kind, wanted),
        };
        let finding = error(WRONG_KIND, message, name.span)
            .at(format!("{} belongs here", wanted.words()))
            .and(entry.span, "declared here")
            .help(help);
        self.report(finding);
    }

    /// The phrase that the name would fit, or what would fit here.
    fn advice(&self, name: &str, kind: Kind, wanted: Wanted) -> String {
        if wanted == Wanted::Fact
            && let Some(fact) = self.fact_with(name)
        {
            return format!("did you mean `{fact} is {name}`?");
        }
        if let Some(word) = self.fitting_word(kind, wanted) {
            return format!("did you mean `{word} {name}`?");
        }
        match (kind, wanted) {
            (Kind::Event, Wanted::Fact) => return format!("did you mean `after {name}`?"),
            (Kind::Fact, Wanted::Event) => return format!("did you mean `when {name}`?"),
            _ => {}
        }
        let declared = self.some_declared(wanted, 4);
        let quoted: Vec<String> = declared.iter().take(3).map(|n| format!("`{n}`")).collect();
        match (declared.len(), quoted.split_last()) {
            (_, None) => format!("declare {}: `{} NAME;`", wanted.words(), wanted.keyword()),
            (1, Some((last, _))) => format!("the only one that is declared is {last}"),
            (4, _) => format!("some of the declared {} are {}", wanted.plural(), quoted.join(", ")),
            (_, Some((last, rest))) => {
                format!("the declared {} are {} and {last}", wanted.plural(), rest.join(", "))
            }
        }
    }

    /// The word that would make a phrase of a term, in a statement of the present verbs.
    fn fitting_word(&self, kind: Kind, wanted: Wanted) -> Option<&'static str> {
        use crate::flow::dimension::Dimension;
        let takes = |d| !self.verbs.is_empty() && self.verbs.iter().all(|v| super::takes::takes(*v, d));
        let word = match kind {
            Kind::Party | Kind::Parties if takes(Dimension::Recipient) => "to",
            Kind::Party | Kind::Parties | Kind::Channel if self.verbs.contains(&Action::Collect) => "from",
            Kind::People if !self.verbs.is_empty() => "of",
            Kind::Purpose if !self.verbs.is_empty() => "for",
            Kind::Place if !self.verbs.is_empty() => "in",
            Kind::Data if takes(Dimension::With) => "with",
            Kind::Fact if !self.verbs.is_empty() && wanted != Wanted::Event => "when",
            Kind::Event if !self.verbs.is_empty() && wanted != Wanted::Fact => "after",
            _ => return None,
        };
        Some(word)
    }
}
