//! The decision log: a line of JSON for each decision, in a file or on standard output.
//!
//! It is for those who must show what was decided and by which statements, and holds nothing that
//! could be about a person. What stands in a line comes from the bundle, the clock or this program.
//! Of a request it holds only names that the bundle declares, in the bundle's own spelling: no
//! identifiers, no facts, no times of events, no recipient that the policy has never heard of, no
//! header. A request that could not be asked leaves the kind of its mistake.
//!
//! Lines go through a queue to one thread that writes them. Where the queue is full, requests wait:
//! the log is slow, and none of it is lost. Where writing fails, the line is lost and counted.

use super::endpoint::Endpoint;
use super::metrics::Metrics;
use crate::bundle::{Bundle, Dimension};
use crate::decide::{Decision, Undecided, Verdict};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tokio::sync::mpsc;

/// The lines that may wait to be written.
const QUEUE: usize = 4_096;

/// Where the lines go.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// Standard output.
    Standard,
    /// The end of a file, which is opened anew on SIGHUP.
    File(PathBuf),
}

/// One decision, as it is logged.
#[derive(Clone, PartialEq, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Entry {
    /// Which endpoint was asked.
    pub endpoint: &'static str,
    /// What was asked: for each dimension that the request named, terms that the bundle declares.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub asked: BTreeMap<&'static str, Vec<String>>,
    /// The verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// Why it is undetermined.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<Undecided>,
    /// The kind of mistake, where the request could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<&'static str>,
    /// How many results a search gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<usize>,
    /// The labels of the statements that decided, each once.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deciding: Vec<Named>,
    /// Those of the statements that they defeated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub defeated: Vec<Named>,
    /// The duties that came with a yes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub duties: Vec<String>,
    /// The policy's name.
    pub policy: String,
    /// The bundle's digest.
    pub bundle: String,
}

/// A statement.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Named {
    /// The label by which people call it.
    pub label: String,
    /// Where it is written: `file:line`.
    pub place: String,
}

impl Entry {
    /// Of a question of which nothing is known yet.
    pub fn new(endpoint: Endpoint, bundle: &Bundle) -> Entry {
        Entry {
            endpoint: endpoint.name(),
            asked: BTreeMap::new(),
            verdict: None,
            undecided: None,
            error: None,
            results: None,
            deciding: Vec::new(),
            defeated: Vec::new(),
            duties: Vec::new(),
            policy: bundle.policy().name.clone(),
            bundle: bundle.digest().to_owned(),
        }
    }

    /// Of a decision.
    pub fn decided(endpoint: Endpoint, bundle: &Bundle, decision: &Decision) -> Entry {
        let named =
            |given: &crate::decide::Given| Named { label: given.label.clone(), place: given.place.clone() };
        Entry {
            verdict: Some(decision.verdict),
            undecided: decision.undecided,
            deciding: decision.deciding.iter().map(|basis| named(&basis.given)).collect(),
            defeated: decision.defeated.iter().map(|defeat| named(&defeat.given)).collect(),
            duties: decision.duties.clone(),
            ..Entry::new(endpoint, bundle)
        }
    }

    /// Of a request that could not be asked.
    pub fn mistaken(endpoint: Endpoint, bundle: &Bundle, kind: &'static str) -> Entry {
        Entry { error: Some(kind), ..Entry::new(endpoint, bundle) }
    }

    /// Adds names that were asked about, as far as the bundle has them.
    pub fn asked<'n>(&mut self, bundle: &Bundle, dimension: Dimension, names: impl Iterator<Item = &'n str>) {
        let known: Vec<String> = names.filter_map(|name| declared(bundle, dimension, name)).collect();
        if !known.is_empty() {
            self.asked.entry(dimension.name()).or_default().extend(known);
        }
    }
}

/// A name as the bundle has it; none where it does not.
fn declared(bundle: &Bundle, dimension: Dimension, name: &str) -> Option<String> {
    const BUILT_IN: [&str; 3] = ["any", "other any", "the subject"];
    let built_in = BUILT_IN.into_iter().find(|known| *known == name);
    let verbs = crate::bundle::dimension::ACTIONS.into_iter().chain(["delete"]);
    let word = match dimension {
        Dimension::Action => verbs.into_iter().find(|known| *known == name),
        Dimension::Form => crate::bundle::dimension::FORMS.into_iter().find(|known| *known == name),
        _ => None,
    };
    if let Some(word) = built_in.or(word) {
        return Some(word.to_owned());
    }
    match name.strip_prefix("other ") {
        Some(rest) => bundle.term(dimension, rest.trim()).map(|term| format!("other {}", term.name)),
        None => bundle.term(dimension, name).map(|term| term.name.clone()),
    }
}

/// The log, open.
#[derive(Debug)]
pub struct Log {
    queue: mpsc::Sender<Order>,
    /// What the ids of this run begin with.
    run: u64,
    next: AtomicU64,
}

enum Order {
    Line(Vec<u8>),
    Reopen,
}

/// The thread that writes; it ends when the log is dropped and all lines are written.
#[derive(Debug)]
pub struct Writer(JoinHandle<()>);

impl Writer {
    /// Waits until it has ended, for so long at most; whether it has.
    pub fn finish(self, most: Duration) -> bool {
        let end = std::time::Instant::now() + most;
        while !self.0.is_finished() && std::time::Instant::now() < end {
            std::thread::sleep(Duration::from_millis(5));
        }
        self.0.is_finished() && self.0.join().is_ok()
    }
}

impl Log {
    /// Opens the log and starts its thread.
    ///
    /// # Errors
    /// Where the file cannot be opened for appending.
    pub fn open(
        target: &Target,
        metrics: Arc<Metrics>,
        say: impl Fn(&str) + Send + 'static,
    ) -> io::Result<(Log, Writer)> {
        let (queue, orders) = mpsc::channel(QUEUE);
        let sink = sink(target)?;
        let target = target.clone();
        let writer = std::thread::Builder::new()
            .name("decision-log".to_owned())
            .spawn(move || write(orders, sink, &target, &metrics, &say))?;
        let run = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |t| t.as_micros() as u64);
        Ok((Log { queue, run, next: AtomicU64::new(0) }, Writer(writer)))
    }

    /// The id of the next decision: the same in the answer's header and in the log.
    pub fn id(&self) -> String {
        format!("{:x}-{:x}", self.run, self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Writes the decisions of one request.
    pub async fn write(&self, id: &str, entries: &[Entry], took: Duration) {
        #[derive(Serialize)]
        struct Line<'a> {
            time: String,
            id: &'a str,
            #[serde(skip_serializing_if = "Option::is_none")]
            number: Option<usize>,
            #[serde(flatten)]
            entry: &'a Entry,
            microseconds: u64,
        }
        let time = jiff::Timestamp::now().to_string();
        let microseconds = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        for (number, entry) in entries.iter().enumerate() {
            let number = (entries.len() > 1).then_some(number);
            let line = Line { time: time.clone(), id, number, entry, microseconds };
            if let Ok(mut text) = serde_json::to_vec(&line) {
                text.push(b'\n');
                // The thread outlives every sender.
                let _ = self.queue.send(Order::Line(text)).await;
            }
        }
    }

    /// Opens the file anew, as after it was moved away.
    pub async fn reopen(&self) {
        let _ = self.queue.send(Order::Reopen).await;
    }
}

type Sink = BufWriter<Box<dyn Write + Send>>;

fn sink(target: &Target) -> io::Result<Sink> {
    Ok(BufWriter::new(match target {
        Target::Standard => Box::new(io::stdout()),
        Target::File(path) => {
            let file: File = OpenOptions::new().create(true).append(true).open(path)?;
            Box::new(file)
        }
    }))
}

fn write(
    mut orders: mpsc::Receiver<Order>,
    mut sink: Sink,
    target: &Target,
    metrics: &Metrics,
    say: &dyn Fn(&str),
) {
    let mut failing = false;
    while let Some(order) = orders.blocking_recv() {
        let mut result = obey(order, &mut sink, target);
        // What waits already goes out in one piece.
        while let Ok(order) = orders.try_recv() {
            result = result.and(obey(order, &mut sink, target));
        }
        let result = result.and_then(|()| sink.flush());
        if let Err(why) = &result {
            metrics.log_failures.fetch_add(1, Ordering::Relaxed);
            if !failing {
                say(&format!("the decision log cannot be written: {why}"));
            }
            // What could not be written must not stand in front of what can be.
            if let Ok(fresh) = self::sink(target) {
                let (_, _) = std::mem::replace(&mut sink, fresh).into_parts();
            }
        }
        failing = result.is_err();
    }
}

fn obey(order: Order, sink: &mut Sink, target: &Target) -> io::Result<()> {
    match order {
        Order::Line(line) => sink.write_all(&line),
        Order::Reopen => {
            sink.flush()?;
            *sink = self::sink(target)?;
            Ok(())
        }
    }
}
