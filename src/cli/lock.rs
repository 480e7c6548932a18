//! `caveat lock`: remembers the sentences of a policy's documents, and accepts those that changed.
//!
//! A new citation is accepted by writing it. A cited sentence that changed, moved or vanished stays as
//! the lock has it until somebody says, by the label of the clause, that it was read again.

use super::analyse::several;
use super::load::{self, Loaded};
use super::output::Output;
use super::replace::replace;
use super::{CLEAN, FOUND, documents, today};
use crate::check;
use crate::diagnostic::{Finding, Level, human};
use crate::document::compare::{Change, Kind, renew};
use crate::document::documents::{Documents, Entry, Missing};
use crate::document::lock::{FILE, Line, Lock, Locked, VERSION};
use crate::policy::analysis::Analysis;
use crate::policy::{Date, Policy};
use crate::resolve;
use std::collections::BTreeSet;
use std::path::PathBuf;

/// What can be said behind `lock`.
#[derive(clap::Args, Debug)]
#[command(after_help = "Exit codes:\n  0  the lock is as the document is\n  1  something is still to be \
    accepted, or a citation finds no sentence\n  2  could not run")]
pub struct Options {
    /// The policy: a folder or a file
    #[arg(value_name = "PATH", default_value = ".")]
    path: PathBuf,
    /// Accept what became of the sentences that this clause or section cites
    #[arg(long, value_name = "LABEL")]
    accept: Vec<String>,
    /// Accept what became of all sentences
    #[arg(long)]
    accept_all: bool,
    #[command(flatten)]
    documents: documents::Options,
    #[command(flatten)]
    former: documents::Former,
}

/// The checks that must be silent before there is anything to remember.
const FIRST: &[&str] = &[
    "unreadable-document",
    "missing-heading",
    "citation-not-found",
    "ambiguous-citation",
    "misplaced-citation",
];

/// Compares, accepts and writes.
pub fn run(options: &Options, output: &Output) -> Result<u8, String> {
    output.doing(&format!("reading {}", options.path.display()));
    let failed = |why: load::LoadFailure| why.to_string();
    let mut loaded = load::load_with(&options.path, &options.documents).map_err(failed)?;
    documents::attach_former(&mut loaded, &options.former).map_err(failed)?;
    let (policy, mut findings) = resolve::resolve(&loaded.program, &loaded.sources);
    findings.splice(0..0, loaded.findings.clone());
    findings.retain(|f| f.level == Level::Error);
    let Some(policy) = policy else { return refuse(&findings, &loaded, output) };
    let misconfigured = loaded.misconfigured();
    if !misconfigured.is_empty() {
        return refuse(&misconfigured, &loaded, output);
    }
    let documents = Documents::new(&policy, &loaded.documents, &loaded.sources);
    let own = own(&policy, &documents)?;
    let wrong = unresolved(&loaded, &policy, &documents, today::today(None)?);
    if !wrong.is_empty() {
        return refuse(&wrong, &loaded, output);
    }
    if let Some(Err(broken)) = documents.locks.get(&0).map(|read| &read.lock)
        && !options.accept_all
    {
        return Err(format!(
            "`{FILE}` cannot be read: {}; to write it anew, read all citations again and say --accept-all",
            broken.message
        ));
    }
    known(&policy, &own, &options.accept)?;
    let verdict = Verdict::new(&own, options)?;
    let lock = Lock { version: VERSION, policy: policy.label.clone(), documents: verdict.documents };
    let path = documents::lock_path(&loaded, 0);
    let text = lock.write();
    let unchanged = std::fs::read(&path).is_ok_and(|known| known == text.as_bytes());
    if !unchanged {
        replace(&path, text.as_bytes())
            .map_err(|e| format!("`{}`: cannot be written: {e}", path.display()))?;
    }
    let mut said = String::new();
    for (entry, change) in &verdict.accepted {
        said.push_str(&words("accepted", entry, change, &loaded));
    }
    for (entry, change) in &verdict.pending {
        said.push_str(&words("not accepted", entry, change, &loaded));
    }
    said.push_str(&summary(&lock, &verdict.accepted, &verdict.pending, unchanged));
    output.print(&said)?;
    Ok(if verdict.pending.is_empty() { CLEAN } else { FOUND })
}

/// That the labels are such as something can rest on: of the policy, or of what its lock remembers.
fn known(policy: &Policy, own: &[&Entry<'_>], labels: &[String]) -> Result<(), String> {
    let locked =
        || own.iter().filter_map(|e| e.locked.as_ref()).flat_map(|l| &l.sentences).flat_map(|l| &l.cites);
    let all = || policy.places.iter().map(|p| p.label.as_str()).chain(locked().map(|c| c.by.as_str()));
    let Some(label) = labels.iter().find(|label| all().all(|known| known != label.as_str())) else {
        return Ok(());
    };
    let near = all().map(|known| (strsim::osa_distance(known, label), known)).min();
    let near = near.filter(|(distance, _)| *distance <= 2.max(label.len() / 4));
    Err(match near {
        Some((_, near)) => format!("no section or clause is called `{label}`; did you mean `{near}`?"),
        None => format!("no section or clause is called `{label}`"),
    })
}

/// The lock of a policy that nobody locked before; its documents are at hand.
pub fn anew(policy: &Policy, loaded: &Loaded) -> String {
    let documents = Documents::new(policy, &loaded.documents, &loaded.sources);
    let own = documents.entries.iter().filter(|entry| entry.unit == 0);
    let locked = |entry: &Entry<'_>| Locked {
        label: entry.label.map(str::to_owned),
        path: entry.written.to_owned(),
        sentences: entry.lines(),
    };
    Lock { version: VERSION, policy: policy.label.clone(), documents: own.map(locked).collect() }.write()
}

fn refuse(findings: &[Finding], loaded: &Loaded, output: &Output) -> Result<u8, String> {
    output.note(human::render(findings, &loaded.sources, output.error_style()).trim_end());
    output.note("\nnot locked: mend these first");
    Ok(FOUND)
}

/// The documents that the policy itself names, all at hand.
fn own<'a>(policy: &Policy, documents: &'a Documents<'a>) -> Result<Vec<&'a Entry<'a>>, String> {
    let own: Vec<&Entry<'_>> = documents.entries.iter().filter(|e| e.unit == 0).collect();
    if own.is_empty() {
        let label = &policy.label;
        return Err(match documents.entries.first() {
            Some(base) => format!("`{label}` has its document from `{}`: lock that one", base.folder),
            None => format!("the header of `{label}` names no document: `document \"PATH\";`"),
        });
    }
    for entry in &own {
        if let Err(Missing::Absent(why)) = &entry.text {
            return Err(format!("`{}`: {why}; say where it is: `--document PATH`", entry.shown));
        }
    }
    Ok(own)
}

/// The citations of the policy itself that rest on nothing.
fn unresolved(loaded: &Loaded, policy: &Policy, documents: &Documents<'_>, today: Date) -> Vec<Finding> {
    let outcome = check::run_with(&Analysis::new(policy, &loaded.sources, today), documents);
    let own = |f: &Finding| loaded.documents.units.get(&f.primary.span.source) == Some(&0);
    outcome.findings.into_iter().filter(|f| FIRST.contains(&f.check) && own(f)).collect()
}

/// What is accepted, what is not, and what the lock then says.
struct Verdict<'a> {
    accepted: Vec<(&'a Entry<'a>, &'a Change)>,
    pending: Vec<(&'a Entry<'a>, &'a Change)>,
    documents: Vec<Locked>,
}

impl<'a> Verdict<'a> {
    fn new(own: &[&'a Entry<'a>], options: &Options) -> Result<Verdict<'a>, String> {
        let mut verdict = Verdict { accepted: Vec::new(), pending: Vec::new(), documents: Vec::new() };
        let mut used = BTreeSet::new();
        for entry in own {
            let changes = entry.comparison.iter().flat_map(|c| &c.changes);
            let (accepted, pending): (Vec<&Change>, Vec<&Change>) = changes.partition(|change| {
                let labels = labels(entry, change);
                used.extend(labels.iter().filter(|l| options.accept.contains(l)).cloned());
                options.accept_all || labels.iter().all(|l| options.accept.contains(l))
            });
            let lines = match (&entry.locked, &entry.comparison) {
                (Some(locked), Some(comparison)) => renew(entry.lines(), locked, comparison, &pending),
                _ => entry.lines(),
            };
            verdict.documents.push(Locked {
                label: entry.label.map(str::to_owned),
                path: entry.written.to_owned(),
                sentences: lines,
            });
            verdict.accepted.extend(accepted.into_iter().map(|change| (*entry, change)));
            verdict.pending.extend(pending.into_iter().map(|change| (*entry, change)));
        }
        match options.accept.iter().find(|label| !used.contains(*label)) {
            Some(label) => {
                Err(format!("nothing that `{label}` cites has changed, so there is nothing to accept"))
            }
            None => Ok(verdict),
        }
    }
}

/// The labels that rested on a sentence.
fn labels(entry: &Entry<'_>, change: &Change) -> Vec<String> {
    let line = entry.locked.as_ref().and_then(|l| l.sentences.get(change.line));
    let mut labels: Vec<String> = line.iter().flat_map(|l| &l.cites).map(|c| c.by.clone()).collect();
    labels.dedup();
    labels
}

fn words(verdict: &str, entry: &Entry<'_>, change: &Change, loaded: &Loaded) -> String {
    let (what, now) = match change.kind {
        Kind::Changed(at) => ("changed", Some(at)),
        Kind::Moved(at) => ("moved", Some(at)),
        Kind::Vanished(_) | Kind::Unresolved(_) => ("gone", None),
    };
    let labels = labels(entry, change).join(", ");
    let mut out = format!("{verdict}: {labels} ({what})\n");
    let sentence = now.and_then(|at| entry.text.as_ref().ok()?.sentences.get(at));
    if let Some(sentence) = sentence {
        let source = loaded.sources.get(sentence.span.source);
        let line = source.map_or(0, |s| s.position(sentence.span.start as usize).line);
        out.push_str(&format!("  {}:{line}: {}\n", entry.shown, sentence.folded));
    }
    let locked = entry.locked.as_ref().and_then(|l| l.sentences.get(change.line));
    if let Some((_, before)) = locked.and_then(|line| entry.read_before(line)) {
        out.push_str(&format!("  was: {}\n", before.folded));
    }
    out
}

fn summary<T>(lock: &Lock, accepted: &[T], pending: &[T], unchanged: bool) -> String {
    let lines: Vec<&Line> = lock.documents.iter().flat_map(|d| &d.sentences).collect();
    let cited = lines.iter().filter(|l| !l.cites.is_empty()).count();
    let state = if unchanged { "unchanged" } else { "written" };
    let mut out = format!("{FILE}: {state}, {}, {cited} cited", several(lines.len(), "sentence"));
    if !accepted.is_empty() {
        out.push_str(&format!(", {} accepted", accepted.len()));
    }
    if !pending.is_empty() {
        out.push_str(&format!(", {} still to be accepted", pending.len()));
    }
    out.push('\n');
    out
}
