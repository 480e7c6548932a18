//! The clients in `examples/`, each against a server of its own. Where an interpreter is not present,
//! that is said, and `.ci/run` says it too.

use super::bundles::Bundles;
use super::server::Server;
use std::path::Path;
use std::process::Command;

/// Runs a client's own test: it asks, and compares what it gets with what it knows.
fn run(interpreter: &str, client: &str) {
    if Command::new(interpreter).arg("--version").output().is_err() {
        eprintln!("not run: there is no `{interpreter}` here");
        return;
    }
    let bundles = Bundles::new();
    let server = Server::start(&bundles.clari(), &[]);
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples").join(client);
    let ask = |url: &str| {
        let ran = Command::new(interpreter).arg(&path).args(["--self-test", url]).output().expect("it runs");
        let said = String::from_utf8_lossy(&[ran.stdout, ran.stderr].concat()).into_owned();
        (ran.status.code(), said)
    };
    let (code, said) = ask(&format!("http://{}", server.address));
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("all as it should be"), "{said}");
    assert!(server.metric("caveat_decisions_total{endpoint=\"evaluation\",verdict=\"permitted\"}") > 0.0);
    // The test can fail: nobody answers here, and what is not answered is not allowed.
    drop(server);
    let (code, said) = ask("http://127.0.0.1:9");
    assert_eq!(code, Some(1), "{said}");
}

#[test]
fn the_python_client() {
    run("python3", "client.py");
}

#[test]
fn the_node_client() {
    run("node", "client.mjs");
}
