//! A server of one test.

use super::client::{Client, PATIENCE};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

pub struct Server {
    child: Mutex<Child>,
    pub address: SocketAddr,
    /// What it said on standard error.
    said: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it on a port that the system picks.
    pub fn start(bundle: &Path, options: &[&str]) -> Server {
        Server::start_at(bundle, "127.0.0.1:0", options)
    }

    pub fn start_at(bundle: &Path, address: &str, options: &[&str]) -> Server {
        let mut child = Command::new(env!("CARGO_BIN_EXE_caveat"))
            .args(["serve", "--bundle"])
            .arg(bundle)
            .args(["--listen", address])
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server runs");
        let said = Arc::new(Mutex::new(Vec::new()));
        let lines = BufReader::new(child.stderr.take().expect("its words")).lines();
        let heard = Arc::clone(&said);
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|l| heard.lock().unwrap().push(l)));
        let mut server = Server { child: Mutex::new(child), address: "127.0.0.1:0".parse().unwrap(), said };
        let line = server.hears("listening at http://");
        server.address = line.rsplit_once("http://").unwrap().1.parse().expect("an address");
        server
    }

    /// Waits for a line that holds these words.
    #[track_caller]
    pub fn hears(&self, words: &str) -> String {
        self.wait_for(words, |server| server.words().lines().find(|l| l.contains(words)).map(str::to_owned))
    }

    /// All that it said.
    pub fn words(&self) -> String {
        self.said.lock().unwrap().join("\n")
    }

    /// Waits until something is there.
    #[track_caller]
    pub fn wait_for<T>(&self, what: &str, mut find: impl FnMut(&Server) -> Option<T>) -> T {
        let end = Instant::now() + PATIENCE;
        loop {
            if let Some(found) = find(self) {
                return found;
            }
            assert!(Instant::now() < end, "no `{what}`; the server said:\n{}", self.words());
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    pub fn client(&self) -> Client {
        Client::tcp(self.address)
    }

    pub fn ready(&self) -> Value {
        self.client().get("/readyz").json()
    }

    /// The value of a metric, by its name and labels as they are written; 0 where it is not there.
    pub fn metric(&self, name: &str) -> f64 {
        let text = String::from_utf8(self.client().get("/metrics").body).expect("text");
        let value = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
        value.unwrap_or(0.0)
    }

    pub fn signal(&self, name: &str) {
        let sent =
            Command::new("kill").args(["-s", name, &self.child.lock().unwrap().id().to_string()]).status();
        assert!(sent.expect("kill").success());
    }

    /// Waits for its end.
    #[track_caller]
    pub fn ends(&self) -> ExitStatus {
        self.wait_for("an end", |server| server.child.lock().unwrap().try_wait().expect("a state"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let child = self.child.get_mut().unwrap();
        let _ = child.kill();
        let _ = child.wait();
    }
}
