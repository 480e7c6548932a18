//! By when data must be erased, and until when it must be kept.
//!
//! What the policy says of keeping and erasing changes only when a clock passes one of the policy's
//! own constants. So the time line falls into periods, and each is decided as any other request is:
//! limits that replace each other, calendar months, the later of two moments and impossible worlds
//! need no rules of their own here. Events that are not given stay unknown, and none is supposed to
//! happen later; facts are taken to stay as they are said. Where the policy says that this cannot come about
//! (`never account_active and …`), the answer says until when it can, and that the rest is open.

use super::answer::decide_at;
use super::budget::Budget;
use super::builder::Builder;
use super::clock::{self, EventState};
use super::error::RequestError;
use super::explain::{Given, given};
use super::known::World;
use super::question::Question;
use super::request::Request;
use super::settle;
use super::split::everything;
use super::verdict::Verdict;
use crate::bundle::Bundle;
use crate::bundle::format::Variable;
use jiff::ToSpan;
use jiff::civil::DateTime;
use serde::{Serialize, Serializer};

/// How many moments at which something may change are looked at.
pub const MAX_MOMENTS: usize = 10_000;

/// By when data must be erased, and until when it must be kept. Times are in UTC.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Retention {
    /// The policy's name.
    pub policy: String,
    /// The bundle's digest.
    pub bundle: String,
    /// The last minute in which it may still be there: keeping it is prohibited from the next on.
    /// Without a time, keeping it is prohibited from the beginning. None: nothing that was said prohibits
    /// it, ever; unless `undetermined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erase_by: Option<Bound>,
    /// The first minute in which it may be erased: erasing it is prohibited in the one before.
    /// Without a time, no end is in sight. None: it may be erased at any time; unless `undetermined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep_until: Option<Bound>,
    /// The last minute in which keeping it is permitted; afterwards it is not promised, or even
    /// prohibited. Without a time, no end is in sight. None: keeping it is never permitted; unless
    /// `undetermined`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permitted_until: Option<Bound>,
    /// Whether there is a time in which it must be neither kept nor erased.
    pub conflict: bool,
    /// Whether some period's verdict hangs on what is not said, or what was said cannot hold in it: then a
    /// time that is missing here says nothing.
    pub undetermined: bool,
    /// The last minute in which what was said can hold: the policy says that it cannot come about afterwards,
    /// so some fact will be another by then, or some event have happened. Ask again with what is so.
    #[serde(serialize_with = "rfc3339", skip_serializing_if = "Option::is_none")]
    pub holds_until: Option<DateTime>,
    /// The facts, events and dimensions that are not known, and that the policy makes something of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// The events that have not happened, and that the policy makes something of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub awaited: Vec<String>,
    /// The time line, from the first event on.
    pub periods: Vec<Period>,
}

/// A moment, and the statements that set it.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Bound {
    /// When: so many minutes after an event as it was given, or the minute before.
    #[serde(serialize_with = "rfc3339", skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime>,
    /// The statements whose time it is: those that decide from then on, or no longer do. Without a time,
    /// those that decide.
    pub by: Vec<Given>,
}

/// A time in which the same holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Period {
    /// Its first minute; without one, it has no beginning.
    #[serde(serialize_with = "rfc3339", skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime>,
    /// The first minute after it; without one, it has no end.
    #[serde(serialize_with = "rfc3339", skip_serializing_if = "Option::is_none")]
    pub until: Option<DateTime>,
    /// Whether it may be kept; none where the policy says that this cannot come about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub keep: Option<Verdict>,
    /// Whether it may be erased; likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub erase: Option<Verdict>,
}

fn rfc3339<S: Serializer>(time: &Option<DateTime>, serializer: S) -> Result<S::Ok, S::Error> {
    time.map(|time| format!("{time}Z")).serialize(serializer)
}

/// Looks at keeping and erasing over time.
///
/// The builder says what it is about: the data, and where it matters the subject, purpose, place, form and
/// facts; whatever action it has is replaced. `events` has the time (UTC) of the earliest outstanding
/// occurrence of each event, none where it has not happened; of an event that is given several times, the
/// earliest counts.
///
/// # Errors
/// As [`Builder::build`] has them, and where the bundle has no such event or too many moments matter.
pub fn retention<'n>(
    builder: Builder<'_>,
    events: impl IntoIterator<Item = (&'n str, Option<DateTime>)>,
) -> Result<Retention, RequestError> {
    let bundle = builder.bundle();
    let keep = builder.clone().action("retain").build()?;
    let erase = builder.action("erase").build()?;
    let mut world = keep.world(bundle)?;
    let mut started = Vec::new();
    for (name, start) in events {
        world.event(name, EventState::Never)?;
        if let (Some(variable), Some(start)) = (bundle.variable(name), start) {
            match started.iter_mut().find(|(known, _): &&mut (u32, DateTime)| *known == variable) {
                Some((_, earliest)) => *earliest = start.min(*earliest),
                None => started.push((variable, start)),
            }
        }
    }
    let mut line = Line { bundle, keep: &keep, erase: &erase, world, started };
    let periods = line.periods()?;
    line.answer(periods)
}

struct Line<'a> {
    bundle: &'a Bundle,
    keep: &'a Request,
    erase: &'a Request,
    world: World<'a>,
    /// The events that have happened, by number.
    started: Vec<(u32, DateTime)>,
}

impl Line<'_> {
    /// Sets the clocks to a time.
    fn go(&mut self, now: DateTime) -> Result<(), RequestError> {
        let mut clocks = self.started.iter();
        clocks.try_for_each(|&(n, start)| self.world.set_event(n, EventState::Happened { start, now }))
    }

    /// The first minutes of times in which nothing changes, in order.
    fn moments(&self) -> Result<Vec<DateTime>, RequestError> {
        let mut moments = Vec::new();
        for (variable, start) in &self.started {
            let Some(Variable::Clock { thresholds, .. }) = self.bundle.variables().get(*variable as usize)
            else {
                continue;
            };
            moments.push(*start);
            for threshold in thresholds {
                let Some(reached) = clock::after(*start, *threshold) else { continue };
                moments.push(reached);
                moments.extend(reached.checked_add(1.minute()));
            }
            if moments.len() > MAX_MOMENTS {
                return Err(RequestError::Budget);
            }
        }
        moments.sort_unstable();
        moments.dedup();
        Ok(moments)
    }

    fn periods(&mut self) -> Result<Vec<Period>, RequestError> {
        let moments = self.moments()?;
        let mut periods: Vec<Period> = Vec::new();
        let starts: Vec<Option<DateTime>> = match moments.is_empty() {
            true => vec![None],
            false => moments.into_iter().map(Some).collect(),
        };
        for from in starts {
            from.map_or(Ok(()), |now| self.go(now))?;
            let verdict = |request: &Request| match decide_at(request, &self.world) {
                Ok(answer) => Ok(Some(answer.verdict)),
                Err(RequestError::NoFlow | RequestError::NoWorld { .. }) => Ok(None),
                Err(error) => Err(error),
            };
            let (keep, erase) = (verdict(self.keep)?, verdict(self.erase)?);
            match periods.last_mut() {
                Some(last) if (last.keep, last.erase) == (keep, erase) => {}
                Some(last) => {
                    last.until = from;
                    periods.push(Period { from, until: None, keep, erase });
                }
                None => periods.push(Period { from, until: None, keep, erase }),
            }
        }
        Ok(periods)
    }

    fn answer(&mut self, periods: Vec<Period>) -> Result<Retention, RequestError> {
        let minute_before = |time: DateTime| time.checked_sub(1.minute()).unwrap_or(time);
        let kept = |period: &&Period| period.keep == Some(Verdict::Prohibited);
        let barred = |period: &&Period| period.erase == Some(Verdict::Prohibited);
        let permitted = |period: &&Period| period.keep == Some(Verdict::Permitted);
        let erase_by = match periods.iter().position(|period| kept(&period)) {
            Some(at) => {
                let from = periods.get(at).and_then(|period| period.from).filter(|_| at > 0);
                let by = self.turning(self.keep, &periods, at, at.checked_sub(1))?;
                Some(Bound { at: from.map(minute_before), by })
            }
            None => None,
        };
        let keep_until = match periods.iter().rposition(|period| barred(&period)) {
            Some(at) => {
                let by = self.turning(self.erase, &periods, at, Some(at + 1))?;
                Some(Bound { at: periods.get(at).and_then(|period| period.until), by })
            }
            None => None,
        };
        let permitted_until = match periods.iter().rfind(permitted) {
            Some(period) => {
                let at = period.until.map(minute_before);
                let by = self.deciding(self.keep, period)?;
                Some(Bound { at, by: self.given(&by) })
            }
            None => None,
        };
        let (mut open, awaited) = self.unsettled();
        for name in self.hanging(&periods)? {
            if !open.contains(&name) {
                open.push(name);
            }
        }
        let undetermined =
            |p: &Period| p.keep.is_none() || [p.keep, p.erase].contains(&Some(Verdict::Undetermined));
        let last = periods.last().filter(|period| period.keep.is_none());
        let holds_until = last.and_then(|period| period.from).map(minute_before);
        Ok(Retention {
            policy: self.bundle.policy().name.clone(),
            bundle: self.bundle.digest().to_owned(),
            erase_by,
            keep_until,
            permitted_until,
            conflict: periods.iter().any(|period| kept(&period) && barred(&period)),
            undetermined: periods.iter().any(undetermined),
            holds_until,
            open,
            awaited,
            periods,
        })
    }

    /// What the undetermined verdicts of some periods hang on.
    fn hanging(&mut self, periods: &[Period]) -> Result<Vec<String>, RequestError> {
        let mut names = Vec::new();
        for period in periods {
            for (request, verdict) in [(self.keep, period.keep), (self.erase, period.erase)] {
                if verdict == Some(Verdict::Undetermined) {
                    period.from.map_or(Ok(()), |now| self.go(now))?;
                    names.extend(settle::open(&Question::new(self.bundle, request, &self.world.bits)));
                }
            }
        }
        Ok(names)
    }

    /// The statements whose time it is that one period is of a verdict and its neighbour is not: those that
    /// decide in this one alone; where there are none, those that decide in the other alone. A prohibition
    /// that hangs on what is not said can decide in both, and then the time is that of a permission
    /// which ends.
    fn turning(
        &mut self,
        request: &Request,
        periods: &[Period],
        here: usize,
        beside: Option<usize>,
    ) -> Result<Vec<Given>, RequestError> {
        let Some(period) = periods.get(here) else { return Ok(Vec::new()) };
        let own = self.deciding(request, period)?;
        let Some(other) = beside.and_then(|at| periods.get(at)) else { return Ok(self.given(&own)) };
        let other = self.deciding(request, other)?;
        let alone = |a: &[u32], b: &[u32]| a.iter().copied().filter(|s| !b.contains(s)).collect::<Vec<u32>>();
        let (gained, lost) = (alone(&own, &other), alone(&other, &own));
        let turning = [gained, lost, own].into_iter().find(|statements| !statements.is_empty());
        Ok(self.given(&turning.unwrap_or_default()))
    }

    /// The statements that decide in a period.
    fn deciding(&mut self, request: &Request, period: &Period) -> Result<Vec<u32>, RequestError> {
        period.from.map_or(Ok(()), |now| self.go(now))?;
        let question = Question::new(self.bundle, request, &self.world.bits);
        let (_, found, _) = everything(&question, &mut Budget::new());
        let mut statements: Vec<u32> =
            found.record.deciding.iter().map(|(_, statement)| *statement).collect();
        statements.dedup();
        Ok(statements)
    }

    fn given(&self, statements: &[u32]) -> Vec<Given> {
        statements.iter().filter_map(|number| given(self.bundle, *number)).collect()
    }

    /// The variables of which nothing is known, and the events that have not happened, as far as a
    /// statement speaks of them.
    fn unsettled(&self) -> (Vec<String>, Vec<String>) {
        let (mut open, mut awaited) = (Vec::new(), Vec::new());
        let mut spoken: Vec<u32> = Vec::new();
        for request in [self.keep, self.erase] {
            let question = Question::new(self.bundle, request, &self.world.bits);
            let mut question = Question { world: None, ..question };
            // Whatever holds now: what is spoken of does not hang on it.
            for (values, variable) in question.values.iter_mut().zip(self.bundle.variables()) {
                *values = vec![(0, variable.values())];
            }
            spoken.extend(settle::variables(&question).into_iter().map(|(variable, _)| variable));
        }
        spoken.sort_unstable();
        spoken.dedup();
        let values = self.world.bits.values(self.bundle);
        for number in spoken {
            let variable = self.bundle.variables().get(number as usize);
            let (Some(variable), Some(values)) = (variable, values.get(number as usize)) else { continue };
            match variable {
                _ if self.started.iter().any(|(started, _)| *started == number) => {}
                Variable::Clock { event, .. } if values.as_slice() == [(0, 1)] => awaited.push(event.clone()),
                _ if crate::bundle::ranges::size(values) > 1 => open.push(variable.name().clone()),
                _ => {}
            }
        }
        (open, awaited)
    }
}
