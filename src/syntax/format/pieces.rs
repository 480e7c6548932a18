//! Where statements, rights and duties may be broken, and in which order their phrases stand.
//!
//! Takes the tree; gives, for what begins at a byte, the bytes at which its pieces begin. What is no
//! statement has its pieces by its words, in `lines`.

use super::super::scanner::Kind;
use super::super::tree::*;
use super::words::{Lead, Word};
use crate::source::Span;
use smallvec::{SmallVec, smallvec};

/// Which order the phrases get.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Order {
    /// That of the style.
    Phrases,
    /// As they are written.
    Written,
}

/// A part of a statement that is not broken where it need not be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    /// The byte at which it begins.
    pub start: u32,
    /// Where it goes: lower ranks first, equal ones as written.
    pub rank: u8,
    /// Whether a comma stands before it.
    pub comma: bool,
}

impl Piece {
    /// Whether a comma parts it from a piece of that rank.
    fn wants_comma(&self, before: u8) -> bool {
        // `when region is EU, through "…"`: what a condition says ends there.
        self.comma || (self.rank == rank::THROUGH && before == rank::WORLD)
    }
}

/// How what begins at a byte falls into pieces.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Shape {
    /// The pieces, the first aside, in order.
    pieces: Vec<Piece>,
    /// Words that begin a piece and have no place in the tree.
    words: &'static [&'static str],
    /// Where precedence begins: from there on words can be labels.
    tails: u32,
}

/// The shapes of what begins at a byte, in the order of bytes.
#[derive(Default)]
pub(super) struct Shapes(Vec<(u32, Shape)>);

impl Shapes {
    fn insert(&mut self, start: u32, shape: Shape) {
        self.0.push((start, shape));
    }

    /// The shape of what begins at that byte.
    pub fn get(&self, start: u32) -> Option<&Shape> {
        let at = self.0.binary_search_by_key(&start, |(start, _)| *start).ok()?;
        self.0.get(at).map(|(_, shape)| shape)
    }
}

/// The words of a line or a head, in pieces that are not broken where they need not be.
#[derive(Clone)]
pub(super) struct Pieces<'a> {
    /// All words, piece by piece.
    words: Vec<Word<'a>>,
    /// Where each piece begins.
    starts: SmallVec<[u32; 12]>,
}

impl<'a> Pieces<'a> {
    pub fn with_capacity(words: usize) -> Pieces<'a> {
        Pieces { words: Vec::with_capacity(words), starts: SmallVec::new() }
    }

    /// One piece.
    pub fn one(words: Vec<Word<'a>>) -> Pieces<'a> {
        Pieces { words, starts: smallvec![0] }
    }

    /// The next word begins a piece.
    pub fn begin(&mut self) {
        self.starts.push(self.words.len() as u32);
    }

    /// A word of the last piece.
    pub fn push(&mut self, word: Word<'a>) {
        if self.starts.is_empty() {
            self.begin();
        }
        self.words.push(word);
    }

    /// The words of the piece that was begun last.
    pub fn last(&self) -> &[Word<'a>] {
        self.words.get(self.starts.last().map_or(0, |s| *s as usize)..).unwrap_or_default()
    }

    /// How many pieces there are.
    pub fn len(&self) -> usize {
        self.starts.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &[Word<'a>]> {
        let ends = self.starts.iter().skip(1).copied().chain([self.words.len() as u32]);
        let piece = |(start, end): (&u32, u32)| self.words.get(*start as usize..end as usize);
        self.starts.iter().zip(ends).map(move |bounds| piece(bounds).unwrap_or_default())
    }

    pub fn words(&self) -> &[Word<'a>] {
        &self.words
    }

    pub fn words_mut(&mut self) -> &mut [Word<'a>] {
        &mut self.words
    }
}

/// A piece, and where its words begin and end.
struct Cut {
    piece: Piece,
    start: usize,
    end: usize,
}

/// The words of a line or a head, without its `;` or `{`, in the pieces and the order of the style.
pub(super) fn cut<'a>(mut words: Vec<Word<'a>>, shape: &Shape, order: Order) -> Pieces<'a> {
    let first = Piece { start: 0, rank: rank::BEFORE, comma: false };
    let mut cuts: SmallVec<[Cut; 12]> = smallvec![Cut { piece: first, start: 0, end: 0 }];
    let mut bounds = shape.pieces.iter().peekable();
    for (at, word) in words.iter().enumerate() {
        let bound = bounds.next_if(|p| p.start <= word.start).copied().or_else(|| shape.word(word));
        let (Some(piece), Some(last)) = (bound, cuts.last_mut()) else { continue };
        // `only` belongs to the word behind it.
        let takes_only = at > last.start + 1
            && piece.rank == rank::THROUGH
            && words.get(at - 1).is_some_and(|w| w.kind == Kind::Word && w.text == "only");
        let start = if takes_only { at - 1 } else { at };
        last.end = start;
        cuts.push(Cut { piece, start, end: start });
    }
    if let Some(last) = cuts.last_mut() {
        last.end = words.len();
    }
    cuts.iter_mut().for_each(|cut| without_comma(cut, &mut words));
    cuts.retain(|cut| cut.start < cut.end);
    if order == Order::Phrases {
        cuts.sort_by_key(|cut| cut.piece.rank);
    }
    if as_written(&cuts, words.len()) {
        let starts = cuts.iter().map(|cut| cut.start as u32).collect();
        return Pieces { words, starts };
    }
    let mut out = Pieces::with_capacity(words.len() + cuts.len() + 1);
    let mut behind = rank::BEFORE;
    for Cut { piece, start, end } in cuts {
        if out.len() > 0 && piece.wants_comma(behind) {
            out.push(Word::supplied(",", Kind::Comma));
        }
        behind = piece.rank;
        out.begin();
        for word in words.get_mut(start..end).unwrap_or_default() {
            out.push(std::mem::replace(word, Word::supplied("", Kind::Odd)));
        }
    }
    out
}

/// Whether all words stand as they are to, with no comma to be put in.
fn as_written(cuts: &[Cut], words: usize) -> bool {
    let pairs = || cuts.iter().zip(cuts.iter().skip(1));
    cuts.first().is_none_or(|cut| cut.start == 0)
        && cuts.last().is_none_or(|cut| cut.end == words)
        && pairs().all(|(a, b)| a.end == b.start && !b.piece.wants_comma(a.piece.rank))
}

/// A comma at the end of a piece is dropped, and what was written beside that stays with the word before.
fn without_comma(cut: &mut Cut, words: &mut [Word<'_>]) {
    if let Some([.., last, comma]) = words.get_mut(cut.start..cut.end)
        && comma.kind == Kind::Comma
    {
        last.trails.extend(comma.leads.iter().filter_map(Lead::comment));
        last.trails.append(&mut comma.trails);
        cut.end -= 1;
    }
}

impl Shape {
    fn new(mut pieces: Vec<Piece>, words: &'static [&'static str]) -> Shape {
        pieces.sort_by_key(|p| p.start);
        let tails = pieces.iter().find(|p| p.rank == rank::TAIL).map_or(u32::MAX, |p| p.start);
        Shape { pieces, words, tails }
    }

    /// The piece that a word begins by itself.
    fn word(&self, word: &Word<'_>) -> Option<Piece> {
        if word.kind != Kind::Word || word.start >= self.tails || !self.words.contains(&word.text) {
            return None;
        }
        let (rank, comma) = match word.text {
            "through" => (rank::THROUGH, false),
            "must" => (rank::BEFORE, true),
            "by" => (rank::TAIL, false),
            _ => (rank::EFFECT, true),
        };
        Some(Piece { start: word.start, rank, comma })
    }
}

/// The pieces of all statements, rights, duties and heads of a file.
pub(super) fn shapes(file: &File) -> Shapes {
    let mut shapes = Shapes::default();
    for item in &file.items {
        match item {
            Item::Section(section) => {
                shapes.insert(section.span.start, Shape::new(fronts(&section.front), &[]));
                for item in &section.items {
                    match item {
                        SectionItem::Clause(clause) => clause_shapes(clause, &mut shapes),
                        SectionItem::Member(member) => member_shape(member, &mut shapes),
                    }
                }
            }
            Item::Clause(clause) => clause_shapes(clause, &mut shapes),
            Item::Member(member) => member_shape(member, &mut shapes),
            Item::Test(test) => test_shapes(test, &mut shapes),
            Item::Policy(_) | Item::Import(_) | Item::Extends(_) | Item::Declaration(_) => {}
        }
    }
    // Declarations that stand where none belong come last.
    shapes.0.sort_by_key(|(start, _)| *start);
    shapes
}

fn clause_shapes(clause: &Clause, shapes: &mut Shapes) {
    shapes.insert(clause.span.start, Shape::new(fronts(&clause.front), &[]));
    clause.members.iter().for_each(|member| member_shape(member, shapes));
}

fn test_shapes(test: &Test, shapes: &mut Shapes) {
    shapes.insert(test.span.start, Shape::new(fronts(&test.front), &[]));
    for one in &test.expectations {
        let mut pieces: Vec<Piece> = phrases(&one.question.phrases).collect();
        let duties = one.duties.as_ref().map(|(span, _)| span.start);
        pieces.extend(duties.map(|start| Piece { start, rank: rank::DUTIES, comma: false }));
        shapes.insert(one.span.start, Shape::new(pieces, &["by"]));
    }
}

fn member_shape(member: &Member, shapes: &mut Shapes) {
    let (start, shape) = match member {
        Member::Statement(statement) => (statement.span.start, statement_shape(statement)),
        Member::Right(right) => (right.span.start, right_shape(right)),
        Member::Duty(duty) => (duty.span.start, duty_shape(duty)),
        Member::Cites(_)
        | Member::Informative { .. }
        | Member::Promise { .. }
        | Member::Accept(_)
        | Member::Never { .. }
        | Member::Prevails { .. }
        | Member::Includes { .. } => return,
    };
    shapes.insert(start, shape);
}

/// Fronts of a head: the first follows the title, a comma parts the others.
fn fronts(fronts: &[Front]) -> Vec<Piece> {
    let piece =
        |(number, front): (usize, &Front)| Piece { start: front.span.start, rank: 0, comma: number > 0 };
    fronts.iter().enumerate().map(piece).collect()
}

/// The ranks of the pieces. Conditions and times stay as written among themselves: `for 30 days` and
/// `after E` mean one thing in one order and another in the other.
mod rank {
    pub const BEFORE: u8 = 0;
    pub const WITH: u8 = 1;
    pub const AS: u8 = 2;
    pub const OF: u8 = 3;
    pub const FROM: u8 = 4;
    pub const TO: u8 = 5;
    pub const FOR: u8 = 6;
    pub const IN: u8 = 7;
    pub const REQUIRES: u8 = 8;
    pub const WORLD: u8 = 9;
    pub const BASIS: u8 = 10;
    pub const DUTIES: u8 = 11;
    pub const THROUGH: u8 = 12;
    pub const EFFECT: u8 = 13;
    pub const TAIL: u8 = 14;
}

/// Where a kind of phrase goes.
pub(super) fn phrase_rank(kind: &PhraseKind) -> u8 {
    match kind {
        PhraseKind::With(_) => rank::WITH,
        PhraseKind::As { .. } => rank::AS,
        PhraseKind::Of(_) => rank::OF,
        PhraseKind::From(_) => rank::FROM,
        PhraseKind::To(_) => rank::TO,
        PhraseKind::For(_) => rank::FOR,
        PhraseKind::In(_) => rank::IN,
        PhraseKind::Guard(..) | PhraseKind::Time(_) => rank::WORLD,
        PhraseKind::Basis(_) => rank::BASIS,
        PhraseKind::Duties(_) => rank::DUTIES,
    }
}

fn phrases<'a>(phrases: &'a [Phrase]) -> impl Iterator<Item = Piece> + 'a {
    phrases.iter().map(|phrase| {
        let start = phrase.only.map_or(phrase.span.start, |only| only.start.min(phrase.span.start));
        Piece { start, rank: phrase_rank(&phrase.kind), comma: false }
    })
}

fn tails<'a>(tails: &'a [Tail]) -> impl Iterator<Item = Piece> + 'a {
    tails.iter().map(|tail| Piece { start: tail.span.start, rank: rank::TAIL, comma: true })
}

/// What stands in front, less the first of it, and the piece that follows it.
fn scope(front: &[Front], main: Option<Span>) -> Vec<Piece> {
    let mut out = fronts(front);
    if !out.is_empty() {
        out.remove(0);
        out.extend(main.map(|main| Piece { start: main.start, rank: rank::BEFORE, comma: true }));
    }
    out
}

fn statement_shape(statement: &Statement) -> Shape {
    let main = match (statement.only_actor, &statement.actor) {
        (Some(only), _) => Some(only),
        (None, Some(actor)) => Some(actor.span),
        (None, None) if statement.modal.node == Modal::Requires => statement.actions.first().map(|a| a.span),
        (None, None) => Some(statement.modal.span),
    };
    let mut pieces = scope(&statement.front, main);
    pieces.extend(phrases(&statement.phrases));
    if statement.requires.is_some() {
        let start = statement.modal.span.start;
        pieces.push(Piece { start, rank: rank::REQUIRES, comma: false });
    }
    pieces.extend(tails(&statement.tails));
    Shape::new(pieces, &[])
}

fn duty_shape(duty: &Duty) -> Shape {
    let mut pieces = scope(&duty.front, duty.actor.as_ref().map(|a| a.span));
    pieces.extend(phrases(&duty.phrases));
    pieces.extend(tails(&duty.tails));
    // Without an actor, `must` begins the piece behind what stands in front.
    let must: &[&str] = if duty.actor.is_none() && !duty.front.is_empty() { &["must"] } else { &[] };
    Shape::new(pieces, must)
}

fn right_shape(right: &Right) -> Shape {
    let mut pieces = scope(&right.front, Some(right.holder.span));
    pieces.extend(phrases(&right.phrases));
    pieces.extend(tails(&right.tails));
    Shape::new(pieces, &["through", "starts", "sets"])
}
