//! What takes longer than a second says so: one line on standard error, gone when it is done.
//!
//! Only a person who watches a terminal is shown it: never a pipe, a file or a build server, and nobody
//! who asked for quiet. Whether and what to show is worked out by functions that show nothing.

use std::io::{self, IsTerminal, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// For how long nothing is said.
pub const PATIENCE: Duration = Duration::from_secs(1);

/// How often the line is drawn anew.
const RHYTHM: Duration = Duration::from_millis(200);

/// How wide a terminal is that does not say.
const WIDTH: usize = 80;

/// Erases the line that the cursor is in, and goes to its beginning.
const WIPE: &str = "\r\u{1b}[2K";

/// What decides whether anything is shown.
#[derive(Clone, Copy, Debug)]
pub struct Surroundings<'a> {
    /// Standard error is a terminal.
    pub terminal: bool,
    /// Quiet was asked for.
    pub quiet: bool,
    /// The variable TERM.
    pub term: Option<&'a str>,
    /// The variable CI, which build servers set.
    pub ci: Option<&'a str>,
}

impl Surroundings<'_> {
    /// Whether there is somebody to show it to, on something that can take it back.
    pub fn show(self) -> bool {
        let dumb = self.term == Some("dumb");
        let ci = self.ci.is_some_and(|value| !matches!(value, "" | "0" | "false"));
        self.terminal && !self.quiet && !dumb && !ci
    }
}

/// The line after some time; none as long as that is no time to speak of. It never reaches the last
/// column, where a terminal would begin another line.
pub fn line(doing: &str, elapsed: Duration, width: usize) -> Option<String> {
    if elapsed < PATIENCE {
        return None;
    }
    let time = format!(" ({} s)", elapsed.as_secs());
    let room = width.saturating_sub(time.len() + 2);
    let columns = |c: char| if c.is_ascii() { 1 } else { 2 };
    let mut used = 0;
    let fitting: String = doing
        .chars()
        .filter(|c| !c.is_control())
        .take_while(|c| {
            used += columns(*c);
            used <= room
        })
        .collect();
    let cut = if used > room { "…" } else { "" };
    (room > 0).then(|| format!("{fitting}{cut}{time}"))
}

#[derive(Default)]
struct State {
    /// What is being done, and since when something has been.
    doing: Option<(String, Instant)>,
    drawn: bool,
    over: bool,
}

/// The line, and the thread that draws it once there is something to say.
pub struct Progress {
    show: bool,
    state: Arc<(Mutex<State>, Condvar)>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Progress {
    /// Nothing is drawn yet.
    pub fn new(quiet: bool) -> Progress {
        let variable = |name| std::env::var(name).ok();
        let (term, ci) = (variable("TERM"), variable("CI"));
        let terminal = io::stderr().is_terminal();
        let surroundings = Surroundings { terminal, quiet, term: term.as_deref(), ci: ci.as_deref() };
        Progress { show: surroundings.show(), state: Arc::default(), thread: Mutex::default() }
    }

    /// Something is being done, such as `reading policies/shop`.
    pub fn doing(&self, what: &str) {
        if !self.show {
            return;
        }
        let mut state = lock(&self.state.0);
        let since = state.doing.as_ref().map_or_else(Instant::now, |(_, since)| *since);
        state.doing = Some((what.to_owned(), since));
        drop(state);
        self.state.1.notify_all();
        let mut thread = lock(&self.thread);
        if thread.is_none() {
            let state = Arc::clone(&self.state);
            // without a thread, nothing is shown
            *thread = std::thread::Builder::new().spawn(move || draw(&state)).ok();
        }
    }

    /// It is done, or something else is about to be written.
    pub fn wipe(&self) {
        if self.show {
            let mut state = lock(&self.state.0);
            state.doing = None;
            clear(&mut state);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.wipe();
        lock(&self.state.0).over = true;
        self.state.1.notify_all();
        if let Some(thread) = lock(&self.thread).take() {
            let _ = thread.join();
        }
    }
}

impl std::fmt::Debug for Progress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Progress").field("show", &self.show).finish_non_exhaustive()
    }
}

/// Draws the line until all is over.
fn draw((state, changed): &(Mutex<State>, Condvar)) {
    let mut state = lock(state);
    while !state.over {
        let Some((doing, since)) = &state.doing else {
            state = changed.wait(state).unwrap_or_else(PoisonError::into_inner);
            continue;
        };
        if let Some(line) = line(doing, since.elapsed(), width()) {
            let mut stderr = io::stderr().lock();
            let _ = write!(stderr, "{WIPE}{line}").and_then(|()| stderr.flush());
            state.drawn = true;
        }
        state = changed.wait_timeout(state, RHYTHM).unwrap_or_else(PoisonError::into_inner).0;
    }
}

fn clear(state: &mut State) {
    if std::mem::take(&mut state.drawn) {
        let mut stderr = io::stderr().lock();
        let _ = write!(stderr, "{WIPE}").and_then(|()| stderr.flush());
    }
}

fn width() -> usize {
    terminal_size::terminal_size_of(io::stderr()).map_or(WIDTH, |(width, _)| usize::from(width.0))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    const WATCHED: Surroundings<'_> =
        Surroundings { terminal: true, quiet: false, term: Some("xterm-256color"), ci: None };

    #[test]
    fn only_who_watches_a_terminal_is_shown_it() {
        assert!(WATCHED.show());
        assert!(Surroundings { term: None, ..WATCHED }.show());
        assert!(!Surroundings { terminal: false, ..WATCHED }.show());
        assert!(!Surroundings { quiet: true, ..WATCHED }.show());
        assert!(!Surroundings { term: Some("dumb"), ..WATCHED }.show());
        for (ci, show) in [("true", false), ("1", false), ("woodpecker", false), ("", true), ("false", true)]
        {
            assert_eq!(Surroundings { ci: Some(ci), ..WATCHED }.show(), show, "CI={ci}");
        }
    }

    #[test]
    fn what_is_soon_done_is_not_spoken_of() {
        let line = |milliseconds| line("reading shop", Duration::from_millis(milliseconds), 80);
        assert_eq!(line(0), None);
        assert_eq!(line(999), None);
        assert_eq!(line(1_000).as_deref(), Some("reading shop (1 s)"));
        assert_eq!(line(61_999).as_deref(), Some("reading shop (61 s)"));
    }

    #[test]
    fn it_stays_within_one_line_of_the_terminal() {
        let after = Duration::from_secs(12);
        for width in 0..60 {
            for doing in
                ["checking a/rather/long/name: contradictions", "読み込み中の長い名前", "tab\tand\nline"]
            {
                let Some(line) = line(doing, after, width) else { continue };
                let columns: usize = line.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum();
                assert!(columns <= width + 1, "{width}: {line:?}");
                assert!(!line.chars().any(char::is_control), "{line:?}");
                assert!(line.ends_with(" (12 s)"), "{line:?}");
            }
        }
        assert_eq!(line("checking shop", after, 20).as_deref(), Some("checking sh… (12 s)"));
    }
}
