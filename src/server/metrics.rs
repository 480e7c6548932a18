//! What is counted, and its exposition as Prometheus text (format 0.0.4).
//!
//! Every label has a fixed set of values: nothing of a request gets in.

use super::endpoint::Endpoint;
use crate::decide::Verdict;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

/// Upper bounds of the latency histogram, in seconds.
const BOUNDS: [f64; 14] =
    [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5];

/// The statuses that are told apart; others count as `other`.
const STATUSES: [u16; 9] = [200, 400, 404, 405, 408, 413, 415, 500, 503];

const ENDPOINTS: usize = Endpoint::ALL.len();

/// The counters.
#[derive(Debug, Default)]
pub struct Metrics {
    decisions: [[AtomicU64; Verdict::ALL.len() + 1]; ENDPOINTS],
    requests: [[AtomicU64; STATUSES.len() + 1]; ENDPOINTS],
    latencies: [Histogram; ENDPOINTS],
    /// Requests under way, those for upkeep apart.
    pub under_way: AtomicI64,
    /// Connections that are open.
    pub connections: AtomicI64,
    /// Requests that were turned away because too many were under way.
    pub overloaded: AtomicU64,
    /// Lines that could not be written to the decision log.
    pub log_failures: AtomicU64,
}

/// Of times taken.
#[derive(Debug, Default)]
struct Histogram {
    /// By bound, not cumulative; the last holds what is above all bounds.
    buckets: [AtomicU64; BOUNDS.len() + 1],
    nanoseconds: AtomicU64,
}

/// What the exposition says of the bundle in use.
#[derive(Clone, Debug)]
pub struct BundleInfo<'a> {
    /// The policy's name.
    pub policy: &'a str,
    /// The date that its document states.
    pub revised: &'a str,
    /// The content's digest.
    pub digest: &'a str,
    /// The release's revision.
    pub revision: Option<u64>,
    /// When it was taken over, in seconds since 1970.
    pub since: i64,
    /// How many took the place of others while running.
    pub reloads: u64,
    /// How many were refused while running, of keys too.
    pub refusals: u64,
    /// Whether the file holds it, and nothing that was refused.
    pub current: bool,
}

fn position<T: PartialEq>(all: &[T], one: &T) -> usize {
    all.iter().position(|other| other == one).unwrap_or(all.len())
}

fn add(counters: Option<&[AtomicU64]>, at: usize) {
    if let Some(counter) = counters.and_then(|row| row.get(at)) {
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Metrics {
    /// A decision; none where the question could not be asked.
    pub fn decided(&self, endpoint: Endpoint, verdict: Option<Verdict>) {
        let row = self.decisions.get(endpoint as usize).map(|row| row.as_slice());
        add(row, verdict.map_or(Verdict::ALL.len(), |verdict| position(&Verdict::ALL, &verdict)));
    }

    /// A request that was answered.
    pub fn answered(&self, endpoint: Endpoint, status: u16, took: Duration) {
        let row = self.requests.get(endpoint as usize).map(|row| row.as_slice());
        add(row, position(&STATUSES, &status));
        if let Some(histogram) = self.latencies.get(endpoint as usize) {
            let seconds = took.as_secs_f64();
            let bucket = BOUNDS.iter().position(|bound| seconds <= *bound).unwrap_or(BOUNDS.len());
            add(Some(&histogram.buckets), bucket);
            let nanoseconds = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
            histogram.nanoseconds.fetch_add(nanoseconds, Ordering::Relaxed);
        }
    }

    /// All of it as text.
    pub fn exposition(&self, bundle: &BundleInfo) -> String {
        let mut out = Text(String::with_capacity(8 << 10));
        self.of_decisions(&mut out);
        self.of_requests(&mut out);
        self.of_latencies(&mut out);
        let gauge = |value: &AtomicI64| value.load(Ordering::Relaxed).max(0).to_string();
        let counter = |value: &AtomicU64| value.load(Ordering::Relaxed).to_string();
        out.head(
            "caveat_http_requests_under_way",
            "gauge",
            "Requests being answered, those for upkeep apart.",
        );
        out.line("caveat_http_requests_under_way", &[], &gauge(&self.under_way));
        out.head("caveat_http_connections", "gauge", "Connections that are open.");
        out.line("caveat_http_connections", &[], &gauge(&self.connections));
        out.head(
            "caveat_http_requests_refused_total",
            "counter",
            "Requests turned away: too many under way.",
        );
        out.line("caveat_http_requests_refused_total", &[], &counter(&self.overloaded));
        out.head(
            "caveat_reloads_total",
            "counter",
            "Changed bundle files, taken over (ok) or refused (failed), refused keys among them.",
        );
        out.line("caveat_reloads_total", &[("result", "ok")], &bundle.reloads.to_string());
        out.line("caveat_reloads_total", &[("result", "failed")], &bundle.refusals.to_string());
        out.head("caveat_log_failures_total", "counter", "Lines that the decision log could not take.");
        out.line("caveat_log_failures_total", &[], &counter(&self.log_failures));
        of_bundle(&mut out, bundle);
        out.0
    }

    fn of_decisions(&self, out: &mut Text) {
        out.head(
            "caveat_decisions_total",
            "counter",
            "Decisions by verdict; `error` where the question could not be asked.",
        );
        for (endpoint, row) in Endpoint::ALL.into_iter().zip(&self.decisions) {
            let names = Verdict::ALL.iter().map(|v| v.name()).chain(["error"]);
            for (verdict, count) in names.zip(row) {
                let count = count.load(Ordering::Relaxed);
                let labels = [("endpoint", endpoint.name()), ("verdict", verdict)];
                out.line_unless_zero("caveat_decisions_total", &labels, count);
            }
        }
    }

    fn of_requests(&self, out: &mut Text) {
        out.head("caveat_http_requests_total", "counter", "Requests answered, by status.");
        for (endpoint, row) in Endpoint::ALL.into_iter().zip(&self.requests) {
            let statuses = STATUSES.iter().map(u16::to_string).chain(["other".to_owned()]);
            for (status, count) in statuses.zip(row) {
                let count = count.load(Ordering::Relaxed);
                let labels = [("endpoint", endpoint.name()), ("status", &status)];
                out.line_unless_zero("caveat_http_requests_total", &labels, count);
            }
        }
    }

    fn of_latencies(&self, out: &mut Text) {
        const NAME: &str = "caveat_http_request_duration_seconds";
        out.head(NAME, "histogram", "From the end of a request's head to its answer.");
        for (endpoint, histogram) in Endpoint::ALL.into_iter().zip(&self.latencies) {
            let counts: Vec<u64> = histogram.buckets.iter().map(|b| b.load(Ordering::Relaxed)).collect();
            let all: u64 = counts.iter().sum();
            if all == 0 {
                continue;
            }
            let mut below = 0;
            let bounds = BOUNDS.iter().map(f64::to_string).chain(["+Inf".to_owned()]);
            for (bound, count) in bounds.zip(&counts) {
                below += count;
                let labels = [("endpoint", endpoint.name()), ("le", &bound)];
                out.line(&format!("{NAME}_bucket"), &labels, &below.to_string());
            }
            let labels = [("endpoint", endpoint.name())];
            let seconds = histogram.nanoseconds.load(Ordering::Relaxed) as f64 / 1e9;
            out.line(&format!("{NAME}_sum"), &labels, &seconds.to_string());
            out.line(&format!("{NAME}_count"), &labels, &all.to_string());
        }
    }
}

fn of_bundle(out: &mut Text, bundle: &BundleInfo) {
    out.head("caveat_bundle_info", "gauge", "The bundle in use.");
    let revision = bundle.revision.map_or_else(String::new, |revision| revision.to_string());
    let labels = [
        ("policy", bundle.policy),
        ("revised", bundle.revised),
        ("revision", &revision),
        ("sha256", bundle.digest),
    ];
    out.line("caveat_bundle_info", &labels, "1");
    out.head(
        "caveat_bundle_current",
        "gauge",
        "1 where the file holds the bundle in use; 0 where it, or one of keys, was refused.",
    );
    out.line("caveat_bundle_current", &[], if bundle.current { "1" } else { "0" });
    out.head("caveat_bundle_loaded_timestamp_seconds", "gauge", "When the bundle in use was taken over.");
    out.line("caveat_bundle_loaded_timestamp_seconds", &[], &bundle.since.to_string());
    out.head("caveat_build_info", "gauge", "This program.");
    out.line("caveat_build_info", &[("version", env!("CARGO_PKG_VERSION"))], "1");
}

/// The exposition as it grows. Writing to a string cannot fail.
struct Text(String);

impl Text {
    fn head(&mut self, name: &str, sort: &str, help: &str) {
        let _ = write!(self.0, "# HELP {name} {help}\n# TYPE {name} {sort}\n");
    }

    fn line_unless_zero(&mut self, name: &str, labels: &[(&str, &str)], count: u64) {
        if count > 0 {
            self.line(name, labels, &count.to_string());
        }
    }

    fn line(&mut self, name: &str, labels: &[(&str, &str)], value: &str) {
        self.0.push_str(name);
        let written = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
        let written: Vec<String> = written.collect();
        if !written.is_empty() {
            let _ = write!(self.0, "{{{}}}", written.join(","));
        }
        let _ = writeln!(self.0, " {value}");
    }
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_cumulative_and_labels_escaped() {
        let metrics = Metrics::default();
        for microseconds in [10, 60, 60, 5_000_000] {
            metrics.answered(Endpoint::Evaluation, 200, Duration::from_micros(microseconds));
        }
        metrics.answered(Endpoint::Other, 418, Duration::ZERO);
        metrics.decided(Endpoint::Evaluation, Some(Verdict::Unstated));
        metrics.decided(Endpoint::Evaluation, None);
        let bundle = BundleInfo {
            policy: "a\"b\\",
            revised: "",
            digest: "00",
            revision: Some(7),
            since: 0,
            reloads: 0,
            refusals: 0,
            current: true,
        };
        let text = metrics.exposition(&bundle);
        for line in [
            "caveat_decisions_total{endpoint=\"evaluation\",verdict=\"unstated\"} 1",
            "caveat_decisions_total{endpoint=\"evaluation\",verdict=\"error\"} 1",
            "caveat_http_requests_total{endpoint=\"evaluation\",status=\"200\"} 4",
            "caveat_http_requests_total{endpoint=\"other\",status=\"other\"} 1",
            "caveat_http_request_duration_seconds_bucket{endpoint=\"evaluation\",le=\"0.00005\"} 1",
            "caveat_http_request_duration_seconds_bucket{endpoint=\"evaluation\",le=\"0.0001\"} 3",
            "caveat_http_request_duration_seconds_bucket{endpoint=\"evaluation\",le=\"2.5\"} 3",
            "caveat_http_request_duration_seconds_bucket{endpoint=\"evaluation\",le=\"+Inf\"} 4",
            "caveat_http_request_duration_seconds_sum{endpoint=\"evaluation\"} 5.00013",
            "caveat_bundle_info{policy=\"a\\\"b\\\\\",revised=\"\",revision=\"7\",sha256=\"00\"} 1",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
    }
}
