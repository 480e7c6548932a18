//! What a finding is about, by the names under which somebody can accept it.
//!
//! A check points at places. What stands there has a name of its own or one around it: the label of a
//! statement, clause or section, a term, a document, and the policy's own name in the end. Where a check
//! knows better than its places say, it names the subjects itself.

use crate::diagnostic::{Finding, Subject};
use crate::document::documents::{Documents, Entry};
use crate::document::text::Text;
use crate::policy::{Norm, Policy};
use crate::source::Span;

/// What stands where in a policy and its documents.
pub struct Subjects<'a> {
    policy: &'a Policy,
    documents: &'a Documents<'a>,
    /// Norms, promises, declarations and heads, none within another; sorted.
    spoken: Vec<(Span, Called<'a>)>,
    /// Citations, of which some stand within promises; sorted.
    cited: Vec<(Span, usize)>,
}

/// How something is called.
#[derive(Clone, Copy)]
enum Called<'a> {
    Norm(Norm),
    Place(usize),
    /// The sides of a line of precedence, by one of each.
    Sides(Norm, Norm),
    Declared(&'a str),
}

impl<'a> Subjects<'a> {
    /// Those of a policy.
    pub fn new(policy: &'a Policy, documents: &'a Documents<'a>) -> Subjects<'a> {
        let mut spoken: Vec<(Span, Called<'_>)> = Vec::new();
        let statements = policy.statements.iter().enumerate().filter(|(_, s)| s.right.is_none());
        spoken.extend(statements.map(|(i, s)| (s.span, Called::Norm(Norm::Statement(i)))));
        spoken.extend(policy.duties.iter().enumerate().map(|(i, d)| (d.span, Called::Norm(Norm::Duty(i)))));
        spoken.extend(policy.rights.iter().enumerate().map(|(i, r)| (r.span, Called::Norm(Norm::Right(i)))));
        spoken.extend(policy.promises.iter().map(|p| (p.span, Called::Place(p.place))));
        spoken.extend(policy.informative.iter().map(|p| (p.span, Called::Place(p.place))));
        sort(&mut spoken);
        // Of the lines of precedence those that are no tail of a norm.
        let alone = policy.precedence.iter().filter(|line| holding(&spoken, line.span).is_none());
        let sides = alone.filter_map(|line| {
            Some((line.span, Called::Sides(*line.winners.first()?, *line.losers.first()?)))
        });
        let lines: Vec<(Span, Called<'_>)> = sides.collect();
        spoken.extend(lines);
        spoken.extend(policy.places.iter().enumerate().map(|(i, p)| (p.span, Called::Place(i))));
        let declared = |name: &'a str, span| (span, Called::Declared(name));
        spoken.extend(policy.vocabulary.terms().map(|(_, t)| declared(&t.name, t.span)));
        spoken.extend(policy.facts.iter().map(|f| declared(&f.name, f.span)));
        spoken.extend(policy.events.iter().filter(|e| !e.built_in).map(|e| declared(&e.name, e.span)));
        spoken.extend(policy.duty_verbs.iter().map(|v| declared(&v.name, v.span)));
        let labelled = policy.documents.iter().filter_map(|d| Some(declared(d.label.as_deref()?, d.span)));
        spoken.extend(labelled);
        sort(&mut spoken);
        let mut cited: Vec<(Span, usize)> = Vec::new();
        let places = policy.places.iter().enumerate();
        cited.extend(places.flat_map(|(i, p)| p.cites.iter().map(move |c| (c.span, i))));
        cited.extend(policy.promises.iter().flat_map(|p| p.cites.iter().map(|c| (c.span, p.place))));
        cited.extend(policy.informative.iter().flat_map(|p| p.cites.iter().map(|c| (c.span, p.place))));
        sort(&mut cited);
        Subjects { policy, documents, spoken, cited }
    }

    /// Says of a finding what it is about, as far as its check has not, and what else it points at.
    pub fn attach(&self, finding: &mut Finding) {
        if finding.about.is_empty() {
            finding.about = self.at(finding.primary.span);
        }
        for place in &finding.secondary {
            if let Some(subject) = self.named(place.span).filter(|s| !finding.beside.contains(s)) {
                finding.beside.push(subject);
            }
        }
    }

    /// What stands at a place. Where nothing has a name, that is the policy itself.
    pub fn at(&self, span: Span) -> Vec<Subject> {
        match self.named(span) {
            Some(subject) => vec![subject],
            None => self.in_document(span).unwrap_or_else(|| vec![self.of_policy(span)]),
        }
    }

    /// A place of the policy.
    pub fn place(&self, place: usize) -> Subject {
        let mut names = Vec::new();
        self.around(place, &mut names);
        self.whole(names)
    }

    /// A declared name; where it is used, what stands there is named too.
    pub fn declared(&self, name: &str, span: Span) -> Subject {
        let mut names = vec![name.to_owned()];
        names.extend(self.named(span).into_iter().flat_map(|s| s.names));
        self.whole(names)
    }

    /// What has a name at a place of the policy's own text.
    fn named(&self, span: Span) -> Option<Subject> {
        if let Some(place) = holding(&self.cited, span) {
            return Some(self.place(*place));
        }
        let mut names = Vec::new();
        match holding(&self.spoken, span)? {
            Called::Norm(norm) => self.norm(*norm, &mut names),
            Called::Place(place) => self.around(*place, &mut names),
            Called::Sides(one, other) => {
                self.norm(*one, &mut names);
                self.norm(*other, &mut names);
            }
            Called::Declared(name) => names.push((*name).to_owned()),
        }
        Some(self.whole(names))
    }

    /// The clauses that cite the sentence at a place of a document; else the document.
    fn in_document(&self, span: Span) -> Option<Vec<Subject>> {
        let source = |text: &Text| {
            let sentence = text.sentences.first().map(|s| s.span.source);
            sentence.or_else(|| text.headings.first().map(|h| h.span.source))
        };
        let of = |entry: &&Entry<'_>| entry.text.as_ref().ok().and_then(source) == Some(span.source);
        let entry = self.documents.entries.iter().find(of)?;
        let text = entry.text.as_ref().ok()?;
        let sentence = text.sentences.iter().position(|s| holds(s.span, span));
        let citing = entry.cited.iter().filter(|c| sentence.is_some() && c.sentence() == sentence);
        let mut out: Vec<Subject> = Vec::new();
        for cited in citing {
            let subject = self.place(cited.place);
            if !out.contains(&subject) {
                out.push(subject);
            }
        }
        Some(if out.is_empty() { vec![self.of_document(entry)] } else { out })
    }

    /// A document, by its label where it has one.
    fn of_document(&self, entry: &Entry<'_>) -> Subject {
        let mut subject = self.of_policy(entry.span);
        subject.names.splice(0..0, entry.label.map(str::to_owned));
        subject
    }

    /// The policy whose header stands in the same file; the extension's own name covers all.
    fn of_policy(&self, span: Span) -> Subject {
        let root = self.policy.places.iter().find(|p| p.parent.is_none() && p.span.source == span.source);
        self.whole(root.map(|p| p.label.to_string()).into_iter().collect())
    }

    fn norm(&self, norm: Norm, names: &mut Vec<String>) {
        let policy = self.policy;
        let found = match norm {
            Norm::Statement(i) => policy.statements.get(i).map(|s| (&s.own_label, s.place)),
            Norm::Duty(i) => policy.duties.get(i).map(|d| (&d.own_label, d.place)),
            Norm::Right(i) => policy.rights.get(i).map(|r| (&r.own_label, r.place)),
        };
        if let Some((own, place)) = found {
            names.extend(own.as_ref().map(|label| label.to_string()));
            self.around(place, names);
        }
    }

    /// The labels of a place and of those around it.
    fn around(&self, place: usize, names: &mut Vec<String>) {
        let mut at = Some(place);
        while let Some(place) = at.and_then(|i| self.policy.places.get(i)) {
            if names.iter().all(|name| *name != place.label) {
                names.push(place.label.to_string());
            }
            at = place.parent;
        }
    }

    /// The policy's own name covers all of it, and all that it extends.
    fn whole(&self, mut names: Vec<String>) -> Subject {
        if !names.contains(&self.policy.label) {
            names.push(self.policy.label.clone());
        }
        Subject { names }
    }
}

fn sort<T>(places: &mut [(Span, T)]) {
    places.sort_by_key(|(span, _)| (span.source, span.start));
}

/// What holds a place, in a sorted list of places none of which holds another.
fn holding<T>(places: &[(Span, T)], span: Span) -> Option<&T> {
    let before = places.partition_point(|(at, _)| (at.source, at.start) <= (span.source, span.start));
    let (at, found) = places.get(before.checked_sub(1)?)?;
    holds(*at, span).then_some(found)
}

fn holds(outer: Span, span: Span) -> bool {
    outer.source == span.source && outer.start <= span.start && span.end <= outer.end
}
