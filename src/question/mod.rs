//! A question in the policy's language to a request in a bundle's cells.
//!
//! Takes the text, or the tree of it, and a bundle; gives the request, or findings about the text. Names
//! mean what the bundle says that they mean, so a question to a policy and one to its bundle are the
//! same. A recipient that the bundle has never heard of is no mistake of the question: it is the answer.

mod conditions;
pub mod example;
mod names;
mod worlds;

pub use names::nearest;

use crate::bundle::dimension::{ACTIONS, COMBINE, FORMS, SHARE_FAMILY};
use crate::bundle::format::Ranges;
use crate::bundle::{Bundle, Dimension, ranges};
use crate::decide::{Request, When};
use crate::diagnostic::{Finding, Level};
use crate::flow::expression::Expression;
use crate::source::{Sources, Span};
use crate::syntax::{self, tree};

/// How a question is written, for those who wrote something else.
const FORM: &str =
    "a question is what is about to be done: `share Email to Mailer for Newsletters when consent`";

/// A question, ready to be decided.
#[derive(Debug)]
pub struct Question {
    /// What is asked.
    pub request: Request,
    /// The first recipient that the policy has never heard of, and where it is named.
    pub unlisted: Option<(String, Span)>,
    /// A recipient that the policy does know, where the one that it does not looks like a slip.
    pub meant: Option<String>,
}

/// What is wrong with a question.
#[derive(Debug)]
pub struct Unclear {
    /// The question's text, for showing the findings in it.
    pub sources: Sources,
    /// The findings.
    pub findings: Vec<Finding>,
}

/// Reads a question.
pub fn read(bundle: &Bundle, text: &str) -> Result<Question, Box<Unclear>> {
    let mut sources = Sources::default();
    // A question may end as a statement or a sentence does.
    let id = sources.add("question", text.trim_end_matches([' ', ';', '.', '?']));
    let (statement, mut findings) = syntax::parse_question(&sources, id);
    findings.retain(|f| f.level == Level::Error);
    for finding in findings.iter_mut().filter(|f| f.help.is_empty()) {
        finding.help.push(FORM.to_owned());
    }
    let Some(statement) = statement.filter(|_| findings.is_empty()) else {
        return Err(Box::new(Unclear { sources, findings }));
    };
    of(bundle, &[], &statement).map_err(|findings| Box::new(Unclear { sources, findings }))
}

/// Works out what a question that has been read asks, within the scope of what stands in front of it.
pub fn of(
    bundle: &Bundle,
    front: &[tree::Front],
    statement: &tree::Statement,
) -> Result<Question, Vec<Finding>> {
    let mut reader = Reader {
        bundle,
        phrases: Vec::new(),
        unlisted: Vec::new(),
        meant: None,
        conditions: Vec::new(),
        findings: Vec::new(),
    };
    front.iter().for_each(|front| reader.front(front));
    reader.statement(statement);
    let request = reader.request(statement).map_err(|()| std::mem::take(&mut reader.findings))?;
    let unlisted = reader.unlisted.into_iter().next();
    Ok(Question { request, unlisted, meant: reader.meant })
}

/// A condition over a bundle's variables, by number, in the states that the bundle can tell apart.
pub fn condition(bundle: &Bundle, condition: &Expression) -> When {
    worlds::when(bundle, condition)
}

struct Reader<'b> {
    bundle: &'b Bundle,
    /// The cells of each phrase that was read.
    phrases: Vec<(Dimension, Ranges, Span)>,
    unlisted: Vec<(String, Span)>,
    meant: Option<String>,
    conditions: Vec<Expression>,
    findings: Vec<Finding>,
}

fn error(check: &'static str, message: impl Into<String>, span: Span) -> Finding {
    Finding::new(check, Level::Error, message, span)
}

impl Reader<'_> {
    fn statement(&mut self, statement: &tree::Statement) {
        if let Some(actor) = &statement.actor {
            self.set(Dimension::Actor, actor);
        }
        self.set(Dimension::Data, &statement.data);
        for front in &statement.front {
            self.front(front);
        }
        for phrase in &statement.phrases {
            self.phrase(phrase);
        }
        self.not_taken(statement);
    }

    fn phrase(&mut self, phrase: &tree::Phrase) {
        use tree::PhraseKind;
        match &phrase.kind {
            PhraseKind::With(set) => self.set(Dimension::With, set),
            PhraseKind::Of(set) => self.set(Dimension::Subject, set),
            PhraseKind::From(set) => self.set(Dimension::Source, set),
            PhraseKind::To(set) => self.set(Dimension::Recipient, set),
            PhraseKind::For(set) => self.set(Dimension::Purpose, set),
            PhraseKind::In(set) => self.set(Dimension::Place, set),
            PhraseKind::As { include, except } => {
                let cell = |form: tree::Form| (form as u32 + 1, form as u32 + 2);
                let any = || (1, FORMS.len() as u32 + 1);
                let include = include.iter().map(|f| f.node.map_or_else(any, cell)).collect();
                let except: Ranges = except.iter().map(|f| cell(f.node)).collect();
                let cells = ranges::difference(&ranges::union(include), &ranges::union(except));
                self.add(Dimension::Form, cells, phrase.span);
            }
            PhraseKind::Guard(word, condition) => self.guard(*word, condition),
            PhraseKind::Time(time) => self.time(time, phrase.span),
            PhraseKind::Duties(_) | PhraseKind::Basis(_) => {
                let message = "a question asks about a flow, which has no duties and no basis";
                self.findings.push(error("phrase-not-taken", message, phrase.span).help("leave this out"));
            }
        }
    }

    fn set(&mut self, dimension: Dimension, set: &tree::Set) {
        let known = self.findings.len() + self.unlisted.len();
        let include = self.union(dimension, &set.include);
        let except = self.union(dimension, &set.except);
        if known == self.findings.len() + self.unlisted.len() {
            self.add(dimension, ranges::difference(&include, &except), set.span);
        }
    }

    fn add(&mut self, dimension: Dimension, cells: Ranges, span: Span) {
        if let Some((_, _, first)) = self.phrases.iter().find(|(d, _, _)| *d == dimension) {
            let message = format!("the {} of the question stands here twice", dimension.name());
            let finding = error("syntax", message, span).and(*first, "first here");
            self.findings.push(finding.help("put both into one list: `A, B`"));
        } else if cells.is_empty() {
            let finding = error("empty-set", "nothing is left of this phrase", span);
            self.findings.push(finding.help("name a term that the exception does not take out"));
        } else {
            self.phrases.push((dimension, cells, span));
        }
    }

    /// Phrases that none of the question's actions takes.
    fn not_taken(&mut self, statement: &tree::Statement) {
        let takes = |range: (u32, u32)| {
            statement.actions.iter().any(|a| (range.0..range.1).contains(&(a.node as u32 + 1)))
        };
        for phrase in &statement.phrases {
            let (taken, words, who) = match phrase.kind {
                tree::PhraseKind::To(_) => {
                    (takes(SHARE_FAMILY), "recipient", "`share` and its kinds take one")
                }
                tree::PhraseKind::With(_) => (takes((COMBINE, COMBINE + 1)), "`with`", "`combine` takes it"),
                _ => continue,
            };
            if !taken {
                let verb =
                    statement.actions.first().and_then(|a| ACTIONS.get(a.node as usize)).unwrap_or(&"this");
                let message = format!("`{verb}` takes no {words}");
                self.findings
                    .push(error("phrase-not-taken", message, phrase.span).help(format!("only {who}")));
            }
        }
    }

    fn request(&mut self, statement: &tree::Statement) -> Result<Request, ()> {
        if !self.findings.is_empty() {
            return Err(());
        }
        let mut builder = Request::builder(self.bundle);
        for action in &statement.actions {
            builder = builder.term(Dimension::Action, ACTIONS.get(action.node as usize).unwrap_or(&""));
        }
        for (dimension, cells, _) in &self.phrases {
            builder = builder.cells(*dimension, cells.clone());
        }
        for (name, _) in &self.unlisted {
            builder = builder.recipient(name);
        }
        let condition = Expression::All(std::mem::take(&mut self.conditions));
        // what the question says of a fact replaces the fact's default
        for variable in worlds::variables(&condition) {
            let values = self.bundle.variables().get(variable as usize).map_or(0, |v| v.values());
            builder = builder.values(variable, vec![(0, values)]);
        }
        builder = builder.when(worlds::when(self.bundle, &condition));
        builder.build().map_err(|why| {
            let finding = error("empty-set", why.to_string(), statement.span);
            self.findings.push(finding.help("a question must stand for at least one flow"));
        })
    }
}
