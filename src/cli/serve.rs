//! `caveat serve`: decisions over HTTP. All of it is in `server`; here are its options.

use super::output::Output;
use super::{CLEAN, files};
use crate::server::limits::Limits;
use crate::server::log::Target;
use crate::server::{Say, Settings, Trusted, serve};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What can be said behind `serve`.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "The server speaks the OpenID AuthZEN Authorization API 1.0. It asks nobody who they are: put it\n\
    behind something that does, or leave it on the loopback address.\n\n\
    SIGHUP looks at the bundle and the keys at once and opens the log anew; SIGTERM and SIGINT stop the server when\n\
    the requests under way are answered.\n\n\
    Exit codes:\n  0  stopped as it was told to\n  2  could not start"
)]
pub struct Options {
    /// The bundle; when the file changes, the server takes it over
    #[arg(long, value_name = "FILE")]
    bundle: PathBuf,
    /// A trusted public key, or a set of them (JWK); can be given several times. The bundle must then be
    /// signed by one of them, in FILE.jws, and be of the day, and its revision never goes backwards. When
    /// the files change, the server trusts what they hold then
    #[arg(long = "trusted-key", value_name = "FILE")]
    trusted_keys: Vec<PathBuf>,
    /// Refuse a bundle with a smaller revision, or without one
    #[arg(long, value_name = "REVISION", requires = "trusted_keys")]
    at_least: Option<u64>,
    /// Where to listen by TCP; can be given several times [default: 127.0.0.1:7411, unless --unix is given]
    #[arg(long, value_name = "ADDRESS:PORT")]
    listen: Vec<SocketAddr>,
    /// Where to listen by a Unix socket; can be given several times
    #[arg(long, value_name = "PATH")]
    unix: Vec<PathBuf>,
    /// The URL by which callers know the server, for its metadata: https, except on this machine
    #[arg(long, value_name = "URL", value_parser = url)]
    public_url: Option<String>,
    /// How often to look whether the files of the bundle and of the keys have changed
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "1s")]
    reload_interval: Duration,
    /// Where to log decisions, a line of JSON for each; `-` is standard output
    #[arg(long, value_name = "FILE")]
    decision_log: Option<PathBuf>,
    #[command(flatten)]
    most: Most,
}

/// The limits.
#[derive(clap::Args, Debug)]
#[command(next_help_heading = "Limits")]
struct Most {
    /// Bytes of a request's body
    #[arg(long, value_name = "BYTES", default_value_t = Limits::default().body_bytes)]
    max_body_bytes: usize,
    /// Evaluations in one request
    #[arg(long, value_name = "N", default_value_t = Limits::default().evaluations)]
    max_evaluations: usize,
    /// Results on one page of a search
    #[arg(long, value_name = "N", default_value_t = Limits::default().page)]
    max_page: usize,
    /// Connections at once; further ones wait
    #[arg(long, value_name = "N", default_value_t = Limits::default().connections)]
    max_connections: usize,
    /// Requests under way at once; further ones are answered with 503
    #[arg(long, value_name = "N", default_value_t = Limits::default().requests)]
    max_requests: usize,
    /// Time for a request's head, from its first byte to its last
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "5s")]
    head_timeout: Duration,
    /// How long a connection may stay without a request
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "60s")]
    idle_timeout: Duration,
    /// Time for a request's body
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "5s")]
    body_timeout: Duration,
    /// Time to work on many evaluations or a search
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "2s")]
    work_timeout: Duration,
    /// How long a client may take no byte of its answer
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10s")]
    write_timeout: Duration,
    /// How long to wait for requests under way when told to stop
    #[arg(long, value_name = "TIME", value_parser = time, default_value = "10s")]
    grace_time: Duration,
}

/// Serves until told to stop.
pub fn run(options: &Options, _: &Output) -> Result<u8, String> {
    let Options { bundle, listen, unix, public_url, reload_interval, decision_log, most, .. } = options;
    let settings = Settings {
        bundle: bundle.clone(),
        trusted: options.trusted(),
        listen: listen.clone(),
        unix: unix.clone(),
        public_url: public_url.clone(),
        look_every: *reload_interval,
        log: decision_log.as_ref().map(|path| match path.as_os_str() == "-" {
            true => Target::Standard,
            false => Target::File(path.clone()),
        }),
        limits: most.limits()?,
    };
    let say: Say = Arc::new(eprintln);
    serve(&settings, &say)?;
    Ok(CLEAN)
}

/// Nothing is left to say where this fails.
fn eprintln(words: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stderr().lock(), "caveat serve: {words}");
}

impl Options {
    /// Whose signatures count, where somebody's must.
    fn trusted(&self) -> Option<Trusted> {
        let (keys, least) = (self.trusted_keys.clone(), self.at_least);
        (!keys.is_empty()).then(|| Trusted { keys, least, signatures: files::beside(&self.bundle) })
    }
}

impl Most {
    fn limits(&self) -> Result<Limits, String> {
        let numbers = [
            ("--max-body-bytes", self.max_body_bytes),
            ("--max-evaluations", self.max_evaluations),
            ("--max-page", self.max_page),
            ("--max-connections", self.max_connections),
            ("--max-requests", self.max_requests),
        ];
        if let Some((name, _)) = numbers.into_iter().find(|(_, number)| *number == 0) {
            return Err(format!("{name} must be 1 at least"));
        }
        // The semaphore that counts connections takes no more than this.
        let connections = self.max_connections.min(1 << 24);
        Ok(Limits {
            body_bytes: self.max_body_bytes,
            evaluations: self.max_evaluations,
            page: self.max_page,
            connections,
            requests: self.max_requests,
            head_time: self.head_timeout,
            idle_time: self.idle_timeout,
            body_time: self.body_timeout,
            work_time: self.work_timeout,
            write_time: self.write_timeout,
            grace_time: self.grace_time,
        })
    }
}

/// A time as people write it: `500ms`, `5s`, `2m`.
fn time(text: &str) -> Result<Duration, String> {
    let wrong = || format!("`{text}` is no time; write `500ms`, `5s` or `2m`");
    let time: jiff::SignedDuration = text.parse().map_err(|_| wrong())?;
    let time = Duration::try_from(time).map_err(|_| wrong())?;
    let most = Duration::from_secs(24 * 60 * 60);
    match time {
        Duration::ZERO => Err("it must be more than nothing".to_owned()),
        time if time > most => Err("it must not be more than a day".to_owned()),
        time => Ok(time),
    }
}

/// A URL that can stand in the metadata: no query, no fragment, no slash at its end, and `https`
/// unless its host is this machine.
fn url(text: &str) -> Result<String, String> {
    let url = text.trim_end_matches('/');
    let (scheme, rest) = url.split_once("://").ok_or("write it with its scheme: `https://…`")?;
    let host = rest.split('/').next().unwrap_or_default();
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let here = ["localhost", "127.0.0.1", "[::1]"].contains(&name);
    if host.is_empty() || rest.contains(['?', '#', '{', '}', ' ', '"', '\\', '*']) {
        return Err("it must have a host, and no query, fragment or space".to_owned());
    }
    match scheme {
        "https" => Ok(url.to_owned()),
        "http" if here => Ok(url.to_owned()),
        _ => Err("the scheme must be `https`, or `http` on this machine".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_urls_are_read() {
        assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(time("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "5", "-1s", "0s", "2d", "soon"] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
        assert_eq!(url("https://pdp.example.com/"), Ok("https://pdp.example.com".to_owned()));
        assert_eq!(url("https://pdp.example.com/a"), Ok("https://pdp.example.com/a".to_owned()));
        assert!(url("http://127.0.0.1:7411").is_ok());
        for wrong in ["pdp.example.com", "http://pdp.example.com", "https://", "https://a?b", "ftp://a"] {
            assert!(url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_help_says_of_defaults_is_so() {
        use clap::Parser;
        #[derive(Parser)]
        struct Only {
            #[command(flatten)]
            options: Options,
        }
        let only = Only::parse_from(["serve", "--bundle", "x"]);
        assert_eq!(only.options.most.limits(), Ok(Limits::default()));
        assert_eq!(crate::server::PORT, 7411);
    }
}
