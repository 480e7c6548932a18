//! What is made of a unit that cannot be read: cut in two where a `;` is missing, recognised as
//! something that belongs elsewhere, or explained; the name that it declares is saved.

use std::ops::Range;

use super::build::Built;
use super::grammar::{Rule, Stop};
use super::mistakes::{self, Failure};
use super::reader::Reader;
use super::scanner::Kind;
use super::structure::Context;
use super::units::{Piece, unit_rule};

/// How many earlier lines of a unit are tried as the one before which a `;` is missing.
const LINES_BACK: usize = 3;

impl<'a> Reader<'a> {
    /// Cuts a unit in two where a `;` is missing: gives the first, and where the second begins.
    pub(super) fn missing_semi(
        &mut self,
        context: Context,
        tokens: Range<usize>,
        piece: &Piece<'_>,
        stop: &Stop,
    ) -> Option<(Option<Built>, usize)> {
        let stopped = self.token_at(self.span_of(tokens.start).start as usize + stop.at).min(tokens.end);
        let first = self.tokens.get(tokens.start)?;
        let line_start = |t: &usize| self.tokens.get(*t).is_some_and(|t| t.first && t.indent <= first.indent);
        let lines = (tokens.start + 1..stopped).rev().filter(line_start).take(LINES_BACK);
        let candidates: Vec<usize> =
            Some(stopped).filter(|t| *t > tokens.start && *t < tokens.end).into_iter().chain(lines).collect();
        for cut in candidates {
            if self.begins_anew(context, cut, piece, stopped, line_start(&cut))
                && self.piece(tokens.start..cut, ";").stop(unit_rule(context)).is_none()
            {
                if !self.damaged(tokens.start..cut) {
                    let (last, next) = (self.span_of(cut - 1), self.span_of(cut));
                    let one_line = self.tokens.get(cut).is_some_and(|t| !t.first);
                    let finding = match (self.word(cut - 1), self.word(cut)) {
                        ("", _) | (_, "") => mistakes::missing_semi(last, Some(next)),
                        (first, second) if context == Context::Terms && one_line => {
                            mistakes::two_terms(first, second, last.to(next))
                        }
                        _ => mistakes::missing_semi(last, Some(next)),
                    };
                    self.findings.push(finding);
                }
                let built = self.read(unit_rule(context), self.piece(tokens.start..cut, ";")).ok()?;
                return Some((built, cut));
            }
        }
        None
    }

    /// Whether a new unit could begin at a token, rather than the old one go on.
    fn begins_anew(
        &self,
        context: Context,
        cut: usize,
        piece: &Piece<'_>,
        stopped: usize,
        line: bool,
    ) -> bool {
        let word = self.word(cut);
        let next = self.tokens.get(cut + 1).map(|t| t.kind);
        match word {
            "" | "to" | "for" | "from" | "of" | "in" | "as" | "with" | "until" | "within" | "except"
            | "requires" | "subject" | "notwithstanding" | "and" | "or" => return false,
            "may" | "must" | "only" if line => return true,
            // `all data for` declares nothing
            "fact" | "event" | "data" | "purpose" | "people" | "place" | "party" | "parties"
                if mistakes::RESERVED.contains(&self.word(cut + 1)) => {}
            "cites" | "accept" | "never" | "promise" | "section" | "clause" | "fact" | "event" | "data"
            | "purpose" | "people" | "place" | "party" | "parties" | "issuer" | "document" | "revised"
                if matches!(next, Some(Kind::Word | Kind::Text | Kind::Date)) =>
            {
                return true;
            }
            "informative" if next == Some(Kind::Open) => return true,
            _ if context == Context::Terms => {
                return matches!(next, Some(Kind::Semi | Kind::Open | Kind::Text | Kind::Close));
            }
            _ => {}
        }
        match piece.from(cut).stop(unit_rule(context)) {
            None => true,
            Some(stop) => {
                line && self.token_at(self.span_of(cut).start as usize + stop.at) > stopped.max(cut + 1)
            }
        }
    }

    /// Reports a unit that cannot be read, and saves the name that it declares.
    pub(super) fn bad(
        &mut self,
        context: Context,
        tokens: Range<usize>,
        piece: &Piece<'_>,
        stop: &Stop,
    ) -> Option<Built> {
        for elsewhere in [Rule::file_unit, Rule::header_unit, Rule::term_unit] {
            let bare = elsewhere == Rule::term_unit && context != Context::File;
            // a verdict could also be the name of somebody who acts
            let expects = context == Context::Test && mistakes::VERDICTS.contains(&self.word(tokens.start));
            if elsewhere == unit_rule(context)
                || bare
                || expects
                || context == Context::Terms && elsewhere == Rule::header_unit
            {
                continue;
            }
            if let Ok(built) = self.read(elsewhere, piece.from(tokens.start)) {
                let finding =
                    mistakes::misplaced(self.span_of(tokens.start), self.shown(tokens.start), context);
                self.findings.push(finding);
                return built;
            }
        }
        let stopped = self.token_at(self.span_of(tokens.start).start as usize + stop.at);
        let shown = tokens.start..tokens.end + usize::from(!piece.is_supplied());
        let damaged = self.damaged(shown.clone());
        if !damaged {
            let failure = Failure {
                source: self.source,
                text: self.text,
                tokens: self.tokens.get(shown).unwrap_or_default(),
                stop: stopped.min(tokens.end) - tokens.start,
                expected: &stop.expected,
                context,
            };
            self.findings.push(mistakes::explain(&failure));
        }
        self.salvage(context, tokens, stopped)
    }

    /// Whether what the scanner has reported is reason enough that a unit cannot be read.
    pub(super) fn damaged(&self, tokens: Range<usize>) -> bool {
        let tokens = self.tokens.get(tokens).unwrap_or_default();
        let (Some(first), Some(last)) = (tokens.first(), tokens.last()) else { return false };
        let from = self.damage.partition_point(|&d| d < first.start);
        self.damage.get(from).is_some_and(|&d| d < last.end)
    }

    fn shown(&self, token: usize) -> &'a str {
        self.tokens.get(token).and_then(|t| self.text.get(t.range())).unwrap_or_default()
    }

    /// What a bad declaration or head declares, so that its uses are not reported too.
    fn salvage(&mut self, context: Context, tokens: Range<usize>, stopped: usize) -> Option<Built> {
        let ends = match self.word(tokens.start) {
            "section" | "clause" | "policy" => ["{", ""],
            "promise" | "informative" => ["{", ""],
            "data" | "people" | "party" | "parties" | "purpose" | "place" | "channel" | "fact" | "event"
            | "duty" => [";", "{"],
            _ if context == Context::Terms => [";", "{"],
            _ => return None,
        };
        let shortest = tokens.start + 2 - usize::from(context == Context::Terms);
        let block = self.tokens.get(tokens.end).is_some_and(|t| t.kind == Kind::Open);
        let supply = if block { "{" } else { ends.first().copied().unwrap_or(";") };
        for end in [stopped, shortest] {
            if end > tokens.start
                && end <= tokens.end
                && self.piece(tokens.start..end, supply).stop(unit_rule(context)).is_none()
            {
                return self.read(unit_rule(context), self.piece(tokens.start..end, supply)).ok().flatten();
            }
        }
        None
    }
}
