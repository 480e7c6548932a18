//! A service that asks before it does: it sends a newsletter to nobody to whom its policy promised not to.
//!
//! ```sh
//! caveat build policies/clari-resolved -o clari.json
//! cargo run --example service --no-default-features -- clari.json
//! curl -X POST http://127.0.0.1:8080/newsletter/ada
//! ```
//!
//! `--self-test clari.json` starts it on a free port, asks it, and swaps good and bad bundles under it.
//! The library needs nothing of the compiler for this; the HTTP is what the standard library has, so
//! that nothing else is here to be read.

use caveat::bundle::{Bundle, Dimension, Live, LoadError, Offer, Refused};
use caveat::decide::{EventState, Request, Verdict, explain};
use jiff::Timestamp;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// What the service knows of a person, from its own tables.
struct Person {
    name: &'static str,
    signed_up: bool,
    asked_for_deletion: bool,
}

const PEOPLE: [Person; 3] = [
    Person { name: "ada", signed_up: true, asked_for_deletion: false },
    Person { name: "bob", signed_up: false, asked_for_deletion: false },
    Person { name: "cyd", signed_up: true, asked_for_deletion: true },
];

/// The policy in force. Whoever asks keeps the bundle with which it began.
struct Guard(Live);

impl Guard {
    /// Nothing starts without a good bundle.
    fn new(file: &[u8]) -> Result<Guard, LoadError> {
        Ok(Guard(Live::new(Bundle::load(file)?, None, Timestamp::now())))
    }

    /// Takes a further bundle over; where it is not good, the last good one stays.
    fn reload(&self, file: &[u8]) -> Result<Offer, Refused> {
        self.0.offer(file, None, Timestamp::now())
    }

    /// Whether the newsletter may be sent to a person; if not, why. What cannot be asked is not allowed,
    /// nor is anything but `permitted`.
    fn may_send(&self, person: &Person) -> Result<(), String> {
        let bundle = self.0.current();
        let deletion = if person.asked_for_deletion { EventState::AtSomeTime } else { EventState::Never };
        let request = Request::builder(&bundle)
            .action("use")
            .data("Name")
            .term(Dimension::Subject, "SiteVisitor")
            .purpose("Newsletters")
            .fact("signed_up", person.signed_up)
            .event("DeletionRequest", deletion)
            .build()
            .map_err(|error| format!("the policy cannot be asked this: {error}"))?;
        let decision = explain(&bundle, &request);
        match decision.verdict {
            Verdict::Permitted => Ok(()),
            verdict => {
                let by: Vec<&str> =
                    decision.deciding.iter().map(|basis| basis.given.label.as_str()).collect();
                Err(format!("{} by {} ({})", verdict.name(), by.join(", "), decision.bundle))
            }
        }
    }
}

/// The status and the body of an answer.
fn answer(guard: &Guard, line: &str) -> (&'static str, String) {
    let name = line.strip_prefix("POST /newsletter/").and_then(|rest| rest.split(' ').next());
    let person = name.and_then(|name| PEOPLE.iter().find(|person| person.name == name));
    match person.map(|person| guard.may_send(person)) {
        None => ("404 Not Found", "nobody is here".to_owned()),
        Some(Ok(())) => ("200 OK", "sent".to_owned()),
        Some(Err(why)) => ("403 Forbidden", format!("not sent: {why}")),
    }
}

fn serve(guard: &Guard, mut stream: TcpStream) -> std::io::Result<()> {
    const MOST: u64 = 8 << 10;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.set_write_timeout(Some(Duration::from_secs(5)))?;
    let mut head = BufReader::new((&stream).take(MOST));
    let mut line = String::new();
    head.read_line(&mut line)?;
    let mut rest = String::new();
    while head.read_line(&mut rest)? > 2 {
        rest.clear();
    }
    let (status, body) = answer(guard, &line);
    let length = body.len();
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
}

/// Serves until the process ends; what a client does wrong is the client's.
fn run(guard: &Arc<Guard>, listener: &TcpListener) {
    for stream in listener.incoming().flatten() {
        let guard = Arc::clone(guard);
        std::thread::spawn(move || serve(&guard, stream));
    }
}

/// Looks every second whether the bundle has changed.
fn follow(guard: &Guard, path: &str) {
    let mut last = std::fs::read(path).ok();
    loop {
        std::thread::sleep(Duration::from_secs(1));
        let file = std::fs::read(path).ok();
        if file != last {
            let result = file.as_ref().map(|file| guard.reload(file).map_err(|error| error.to_string()));
            eprintln!("the bundle has changed: {result:?}");
            last = file;
        }
    }
}

/// Starts the service on a free port and asks it.
///
/// # Errors
/// The first thing that is not as it should be.
pub fn self_test(file: &[u8]) -> Result<(), Box<dyn std::error::Error>> {
    let guard = Arc::new(Guard::new(file)?);
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let serving = Arc::clone(&guard);
    std::thread::spawn(move || run(&serving, &listener));
    let ask = |name: &str| -> std::io::Result<String> {
        let mut stream = TcpStream::connect(address)?;
        write!(stream, "POST /newsletter/{name} HTTP/1.1\r\nHost: localhost\r\n\r\n")?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        Ok(answer)
    };
    let expect = |when: &str| -> Result<(), Box<dyn std::error::Error>> {
        for (name, status) in [("ada", "200 OK"), ("bob", "403 F"), ("cyd", "403 F"), ("eve", "404 N")] {
            let answer = ask(name)?;
            if !answer.starts_with(&format!("HTTP/1.1 {status}")) {
                return Err(format!("{when}, {name}: {answer}").into());
            }
        }
        Ok(())
    };
    expect("at first")?;
    // Half a bundle, a corrupted one and none at all are refused, and the answers stay.
    let mut corrupted = file.to_vec();
    if let Some(byte) = corrupted.get_mut(file.len() / 2) {
        *byte ^= 1;
    }
    for bad in [file.get(..file.len() / 2).unwrap_or_default(), &corrupted, b""] {
        if guard.reload(bad).is_ok() {
            return Err("a bad bundle was taken".into());
        }
        expect("after a bad bundle")?;
    }
    // A good one is taken over while others ask.
    std::thread::scope(|scope| {
        let asking = scope.spawn(|| (0..50).all(|_| ask("ada").is_ok_and(|answer| answer.ends_with("sent"))));
        let taken = (0..20).all(|_| guard.reload(file).is_ok());
        if taken && asking.join().unwrap_or(false) { Ok(()) } else { Err("an answer was lost".into()) }
    })
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--self-test", path] => {
            self_test(&std::fs::read(path)?)?;
            println!("all as it should be");
            Ok(())
        }
        [path] => {
            let guard = Arc::new(Guard::new(&std::fs::read(path)?)?);
            let listener = TcpListener::bind("127.0.0.1:8080")?;
            let (following, path) = (Arc::clone(&guard), path.to_owned());
            std::thread::spawn(move || follow(&following, &path));
            run(&guard, &listener);
            Ok(())
        }
        _ => Err("say `service BUNDLE` or `service --self-test BUNDLE`".into()),
    }
}
