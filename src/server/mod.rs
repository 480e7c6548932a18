//! The decision server: a bundle behind HTTP, for services that are not written in Rust.
//!
//! | file | what it is about |
//! |---|---|
//! | `listen`, `pace` | connections: where they come in, and when they are cut off |
//! | `routes`, `endpoint`, `work` | from a request to an endpoint and back |
//! | `json`, `reply` | what goes in and out |
//! | `authzen` | the OpenID AuthZEN Authorization API 1.0 |
//! | `native` | the library's own JSON form |
//! | `upkeep`, `metrics`, `log` | what is told of the server and of its decisions |
//! | `current`, `keys`, `watched` | the bundle in use, whose signatures count, and the files of both |
//! | `limits` | what one caller may cost |
//!
//! It decides nothing itself: every answer is the library's. It authenticates nobody, so it listens
//! on the machine itself unless it is told otherwise. `docs/server.md` is the page for people.

mod authzen;
mod current;
mod endpoint;
mod json;
mod keys;
pub mod limits;
mod listen;
pub mod log;
mod metrics;
mod native;
mod pace;
mod reply;
mod routes;
mod upkeep;
mod watched;
mod work;

pub use keys::Trusted;

use current::{Current, Found};
use limits::Limits;
use listen::Listener;
use log::{Log, Target};
use metrics::Metrics;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};

/// The port where nothing else is said.
pub const PORT: u16 = 7411;

/// What whoever runs the server decides.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The bundle's file.
    pub bundle: PathBuf,
    /// Whose signatures count, and the file that holds them; without it, none is asked for.
    pub trusted: Option<Trusted>,
    /// Where it listens by TCP; where nothing is said at all, on the loopback address.
    pub listen: Vec<SocketAddr>,
    /// Where it listens by Unix sockets.
    pub unix: Vec<PathBuf>,
    /// The URL by which callers know it.
    pub public_url: Option<String>,
    /// How often the file is looked at.
    pub look_every: Duration,
    /// Where decisions are logged.
    pub log: Option<Target>,
    /// What one caller may cost.
    pub limits: Limits,
}

/// Who is told what happens to the server itself: nothing that a request says gets there.
pub type Say = Arc<dyn Fn(&str) + Send + Sync>;

/// A server that runs.
struct Server {
    current: Current,
    metrics: Arc<Metrics>,
    log: Option<Log>,
    limits: Limits,
    url: Option<String>,
    leave: watch::Sender<bool>,
    say: Say,
}

impl std::fmt::Debug for Server {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server")
            .field("current", &self.current)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Waits for the server to leave.
struct Leaving(watch::Receiver<bool>);

impl Leaving {
    async fn wait(&mut self) {
        // An error means that the server is gone.
        let _ = self.0.wait_for(|leaves| *leaves).await;
    }
}

impl Server {
    fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }

    fn leaving(&self) -> Leaving {
        Leaving(self.leave.subscribe())
    }

    fn is_leaving(&self) -> bool {
        *self.leave.borrow()
    }

    fn say(&self, words: &str) {
        (self.say)(words);
    }

    /// Looks at the files of the bundle and of the keys, and says what came of it.
    fn look(&self) {
        for found in self.current.look() {
            let bundle = self.current.bundle();
            let digest = bundle.digest();
            self.say(&match found {
                Found::Taken(digest) => format!("bundle {digest} is in use now"),
                Found::Refused(why) => {
                    format!("a changed bundle is refused, and {digest} stays in use: {why}")
                }
                Found::Trusted(ids) => format!("the trusted keys are `{}` now", ids.join("`, `")),
                Found::Waiting(why) => format!(
                    "the trusted keys have changed, and {digest} stays in use until there is a bundle that \
                     they signed: {why}"
                ),
                Found::NoKeys(why) => {
                    format!("the trusted keys cannot be read, and the last good ones count: {why}")
                }
            });
        }
    }
}

/// Serves until the process is told to stop.
///
/// # Errors
/// In words, where it cannot start: the bundle is refused, or a place to listen cannot be had.
pub fn serve(settings: &Settings, say: &Say) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_io().enable_time().build();
    let runtime = runtime.map_err(|why| format!("cannot start: {why}"))?;
    let result = runtime.block_on(run(settings, say));
    // Whoever is still at work past the grace time is not waited for.
    runtime.shutdown_background();
    result
}

async fn run(settings: &Settings, say: &Say) -> Result<(), String> {
    let signals = Signals::new().map_err(|why| format!("cannot listen to signals: {why}"))?;
    let current = Current::open(&settings.bundle, settings.trusted.as_ref())?;
    let listeners = listeners(settings).await?;
    let metrics = Arc::new(Metrics::default());
    let (log, writer) = match &settings.log {
        Some(target) => {
            let told = Arc::clone(say);
            let opened = Log::open(target, Arc::clone(&metrics), move |words| told(words));
            let (log, writer) = opened.map_err(|why| format!("cannot open the decision log: {why}"))?;
            (Some(log), Some(writer))
        }
        None => (None, None),
    };
    let first = listeners.iter().find_map(Listener::address);
    let url = settings.public_url.clone().or_else(|| first.map(|address| format!("http://{address}")));
    let (leave, _) = watch::channel(false);
    let limits = settings.limits;
    let server = Arc::new(Server { current, metrics, log, limits, url, leave, say: Arc::clone(say) });
    let slots = Arc::new(Semaphore::new(limits.connections));
    server.say(&format!("bundle {} is in use", server.current.bundle().digest()));
    for listener in listeners {
        if listener.address().is_some_and(|address| !address.ip().is_loopback()) {
            server.say("this server asks nobody who they are, and it can be reached from other machines");
        }
        server.say(&format!("listening at {}", listener.name()));
        tokio::spawn(listener.serve(Arc::clone(&server), Arc::clone(&slots)));
    }
    keep(&server, settings.look_every, signals).await;
    finish(server, &slots).await;
    if let Some(writer) = writer
        && !writer.finish(limits.grace_time)
    {
        say("the decision log could not be written to its end");
    }
    Ok(())
}

async fn listeners(settings: &Settings) -> Result<Vec<Listener>, String> {
    let mut listeners = Vec::new();
    let usual = SocketAddr::from((Ipv4Addr::LOCALHOST, PORT));
    let nowhere = settings.listen.is_empty() && settings.unix.is_empty();
    for address in settings.listen.iter().copied().chain(nowhere.then_some(usual)) {
        listeners.push(Listener::tcp(address).await?);
    }
    for path in &settings.unix {
        listeners.push(Listener::unix(path)?);
    }
    Ok(listeners)
}

/// Looks after the bundle until the process is told to stop.
async fn keep(server: &Arc<Server>, every: Duration, mut signals: Signals) {
    let mut tick = tokio::time::interval_at(tokio::time::Instant::now() + every, every);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        let reopen = tokio::select! {
            _ = tick.tick() => false,
            signal = signals.next() => match signal {
                Signal::Reload => true,
                Signal::Stop => return,
            },
        };
        if let Some(log) = server.log.as_ref().filter(|_| reopen) {
            log.reopen().await;
        }
        // Reading and checking a bundle takes its time, which requests must not notice.
        let looked = Arc::clone(server);
        let _ = tokio::task::spawn_blocking(move || looked.look()).await;
    }
}

/// Lets requests under way be answered, for a while.
async fn finish(server: Arc<Server>, slots: &Semaphore) {
    let all = u32::try_from(server.limits.connections).unwrap_or(u32::MAX);
    server.say("stopping: requests under way are answered");
    let end = Instant::now() + server.limits.grace_time;
    let _ = server.leave.send(true);
    let done = tokio::time::timeout_at(end.into(), slots.acquire_many(all)).await;
    match done {
        Ok(_) => server.say("stopped"),
        Err(_) => server.say("stopped; some connections were cut off"),
    }
}

/// What the system tells a server.
enum Signal {
    Reload,
    Stop,
}

/// The signals that a server listens to.
#[cfg(unix)]
struct Signals {
    hangup: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Signals {
            hangup: signal(SignalKind::hangup())?,
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    async fn next(&mut self) -> Signal {
        tokio::select! {
            _ = self.hangup.recv() => Signal::Reload,
            _ = self.interrupt.recv() => Signal::Stop,
            _ = self.terminate.recv() => Signal::Stop,
        }
    }
}

/// The signals that a server listens to.
#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> std::io::Result<Signals> {
        Ok(Signals)
    }

    async fn next(&mut self) -> Signal {
        let _ = tokio::signal::ctrl_c().await;
        Signal::Stop
    }
}
