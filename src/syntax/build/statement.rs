//! Statements, duties and rights, and questions.

use super::Builder;
use crate::source::Span;
use crate::syntax::grammar::Rule;
use crate::syntax::pairs::Pair;
use crate::syntax::tree::*;
use smallvec::SmallVec;
use thin_vec::ThinVec;

/// What stands around the body of a statement, a duty or a right.
struct Frame {
    span: Span,
    label: Option<Name>,
    front: ThinVec<Front>,
    only_actor: Option<Span>,
    actor: Option<Set>,
    tails: ThinVec<Tail>,
}

impl Builder<'_> {
    /// `rule`
    pub(super) fn member(&mut self, pair: Pair<'_>) -> Option<Member> {
        let span = self.span(&pair);
        let mut frame = Frame {
            span,
            label: None,
            front: ThinVec::new(),
            only_actor: None,
            actor: None,
            tails: ThinVec::new(),
        };
        let mut body = None;
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::label_prefix => frame.label = Some(self.label_prefix(&p)),
                Rule::front => frame.front.push(self.front(p)?),
                Rule::kw_only => frame.only_actor = Some(self.span(&p)),
                Rule::actor => frame.actor = Some(self.set(p)?),
                Rule::tail => frame.tails.push(self.tail(p)?),
                Rule::semi => {}
                _ => body = Some(p),
            }
        }
        let body = body?;
        match body.as_rule() {
            Rule::right => self.right(frame, body).map(|r| Member::Right(Box::new(r))),
            Rule::need if body.into_inner().any(|p| p.as_rule() == Rule::duty_verb) => {
                self.duty(frame, body).map(|d| Member::Duty(Box::new(d)))
            }
            _ => self.statement(frame, body).map(|s| Member::Statement(Box::new(s))),
        }
    }

    /// `question`
    pub fn question(&mut self, pair: Pair<'_>) -> Option<Statement> {
        let span = self.span(&pair);
        self.asked(pair, span)
    }

    /// What a `question` and an `expectation` ask, written in a place.
    pub(super) fn asked(&mut self, pair: Pair<'_>, span: Span) -> Option<Statement> {
        let mut frame = Frame {
            span,
            label: None,
            front: ThinVec::new(),
            only_actor: None,
            actor: None,
            tails: ThinVec::new(),
        };
        if let Some(actor) = pair.into_inner().find(|p| p.as_rule() == Rule::actor) {
            frame.actor = Some(self.set(actor)?);
        }
        self.statement(frame, pair)
    }

    /// `label_prefix`: the label without its colon.
    fn label_prefix(&self, pair: &Pair<'_>) -> Name {
        let whole = self.name(pair);
        let node = whole.node.trim_end_matches(':').trim_end().into();
        let written = pair.as_str().trim_end_matches(':').trim_end().len() as u32;
        Spanned { node, span: Span { end: whole.span.start + written, ..whole.span } }
    }

    fn tail(&mut self, pair: Pair<'_>) -> Option<Tail> {
        let mut span = self.span(&pair);
        let (mut prevails, mut labels) = (false, Vec::new());
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::comma => {}
                Rule::kw_subject => span.start = self.span(&p).start,
                Rule::kw_notwithstanding => {
                    span.start = self.span(&p).start;
                    prevails = true;
                }
                Rule::labels => labels = self.names(p),
                _ => {}
            }
        }
        Some(Tail { span, prevails, labels })
    }

    /// `grant`, `bar`, `need` of flows, `standing`, and `question`
    fn statement(&mut self, frame: Frame, pair: Pair<'_>) -> Option<Statement> {
        let mut modal = match pair.as_rule() {
            Rule::bar => Modal::MustNot,
            Rule::need => Modal::Must,
            Rule::standing => Modal::Requires,
            _ => Modal::May,
        };
        let rule = pair.as_rule();
        let mut modal_span: Option<Span> = None;
        let (mut actions, mut only_data, mut data) = (SmallVec::new(), None, None);
        let is_phrase = |p: &Pair<'_>| {
            matches!(p.as_rule(), Rule::phrase | Rule::annotation | Rule::only_phrase | Rule::guard)
        };
        let mut phrases = Vec::with_capacity(pair.into_inner().filter(is_phrase).count());
        let mut requires = None;
        for p in pair.into_inner() {
            let span = self.span(&p);
            match p.as_rule() {
                Rule::kw_may | Rule::kw_must | Rule::kw_not | Rule::kw_requires => {
                    modal_span = Some(modal_span.map_or(span, |m| m.to(span)));
                }
                Rule::actions => actions = self.actions(p),
                Rule::kw_only => only_data = Some(span),
                Rule::data => data = Some(self.set(p)?),
                Rule::phrase | Rule::annotation => phrases.push(self.phrase(p, None)?),
                Rule::only_phrase => phrases.push(self.only_phrase(p)?),
                Rule::guard => {
                    let (word, condition) = self.guard(p)?;
                    phrases.push(Phrase { span, only: None, kind: PhraseKind::Guard(word, condition) });
                }
                Rule::condition => requires = Some(self.condition(p)?),
                _ => {}
            }
        }
        if rule == Rule::question {
            modal = Modal::May;
        }
        self.repeated(&phrases);
        let modal_span = modal_span.or_else(|| actions.first().map(|a: &Spanned<Action>| a.span))?;
        Some(Statement {
            span: frame.span,
            label: frame.label,
            front: frame.front,
            only_actor: frame.only_actor,
            actor: frame.actor,
            modal: Spanned { node: modal, span: modal_span },
            actions,
            only_data,
            data: data?,
            phrases,
            requires,
            tails: frame.tails,
        })
    }

    fn actions(&mut self, pair: Pair<'_>) -> SmallVec<[Spanned<Action>; 1]> {
        let written = pair.into_inner().filter(|p| p.as_rule() == Rule::action);
        let mut actions = SmallVec::with_capacity(written.clone().count());
        actions.extend(written.map(|p| Spanned { node: action(p.as_str()), span: self.span(&p) }));
        actions
    }

    fn duty(&mut self, frame: Frame, pair: Pair<'_>) -> Option<Duty> {
        let (mut verb, mut whom, mut phrases) = (None, None, Vec::new());
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::duty_verb => verb = Some(self.name(&p)),
                Rule::whom => whom = Some(self.set(p)?),
                Rule::duty_phrase => phrases.push(self.phrase(p, None)?),
                _ => {}
            }
        }
        self.repeated(&phrases);
        Some(Duty {
            span: frame.span,
            label: frame.label,
            front: frame.front,
            actor: frame.actor,
            verb: verb?,
            whom,
            phrases,
            tails: frame.tails,
        })
    }

    fn right(&mut self, frame: Frame, pair: Pair<'_>) -> Option<Right> {
        let mut right = Right {
            span: frame.span,
            label: frame.label,
            front: frame.front,
            holder: frame.actor?,
            names: self.names(pair),
            over: Set { span: frame.span, include: SmallVec::new(), except: ThinVec::new() },
            phrases: Vec::new(),
            only_through: None,
            through: Vec::new(),
            starts: Vec::new(),
            sets: Vec::new(),
            tails: frame.tails,
        };
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::data => right.over = self.set(p)?,
                Rule::right_part => {
                    let part = p.into_inner().next()?;
                    match part.as_rule() {
                        Rule::through => self.through(part, &mut right),
                        Rule::starts => right.starts.extend(self.names(part)),
                        Rule::sets => right.sets.push(self.sets(part)?),
                        _ => right.phrases.push(self.phrase(part, None)?),
                    }
                }
                _ => {}
            }
        }
        self.repeated(&right.phrases);
        Some(right)
    }

    fn through(&mut self, pair: Pair<'_>, right: &mut Right) {
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::kw_only => right.only_through = Some(self.span(&p)),
                Rule::string => right.through.push(Through::Address(self.text(&p))),
                Rule::name => right.through.push(Through::Channel(self.name(&p))),
                _ => {}
            }
        }
    }

    fn sets(&mut self, pair: Pair<'_>) -> Option<Sets> {
        let span = self.span(&pair);
        let (mut fact, mut negated, mut value) = (None, false, None);
        for p in pair.into_inner() {
            match p.as_rule() {
                Rule::name => fact = Some(self.name(&p)),
                Rule::kw_not => negated = true,
                Rule::value => value = Some(self.name(&p)),
                _ => {}
            }
        }
        Some(Sets { span, fact: fact?, negated, value })
    }

    /// Each phrase stands once, conditions aside, which are conjoined.
    fn repeated(&mut self, phrases: &[Phrase]) {
        for (at, phrase) in phrases.iter().enumerate() {
            let Some(word) = once(&phrase.kind) else { continue };
            let mut before = phrases.iter().take(at);
            if let Some(first) = before.find(|p| once(&p.kind) == Some(word)) {
                let place = first.span;
                let finding = self.error(format!("`{word}` stands twice in this statement"), phrase.span);
                *finding = finding
                    .clone()
                    .and(place, "it stands here already")
                    .help("put all in one list, with commas, or write two statements");
            }
        }
    }
}

/// The word of a phrase that stands once.
fn once(kind: &PhraseKind) -> Option<&'static str> {
    Some(match kind {
        PhraseKind::With(_) => "with",
        PhraseKind::Of(_) => "of",
        PhraseKind::From(_) => "from",
        PhraseKind::To(_) => "to",
        PhraseKind::For(_) => "for",
        PhraseKind::In(_) => "in",
        PhraseKind::As { .. } => "as",
        PhraseKind::Guard(..) => return None,
        PhraseKind::Duties(_) => "with duty",
        PhraseKind::Basis(_) => "on basis",
        PhraseKind::Time(time) => match time {
            Time::For(..) => "for (a time)",
            Time::Within(_) => "within",
            Time::Until(_) => "until",
            Time::After(_) => "after",
            Time::Before(_) => "before",
            Time::Indefinitely => "indefinitely",
            Time::Promptly => "promptly",
        },
    })
}

/// The action of a word that the grammar took for one.
fn action(word: &str) -> Action {
    match word {
        "collect" => Action::Collect,
        "use" => Action::Use,
        "combine" => Action::Combine,
        "profile" => Action::Profile,
        "derive" => Action::Derive,
        "aggregate" => Action::Aggregate,
        "anonymize" => Action::Anonymize,
        "pseudonymize" => Action::Pseudonymize,
        "share" => Action::Share,
        "disclose" => Action::Disclose,
        "transfer" => Action::Transfer,
        "sell" => Action::Sell,
        "rent" => Action::Rent,
        "publish" => Action::Publish,
        "retain" => Action::Retain,
        _ => Action::Erase,
    }
}
