//! A whole tour of the API from outside: a client in Python, written from the public documentation alone, walks every
//! call of a running development server. What it found wrong is printed when it fails.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

const PYTHON: &str = "/usr/bin/python3";

/// How long the server may take until it says where it listens. It builds nothing: a second is usual.
const START: Duration = Duration::from_secs(30);

/// The server under test, stopped when it goes out of scope, also by a panic.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, then there is nothing left to stop.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_client_written_from_the_public_documentation_finds_the_api_it_describes() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_countersign-server"))
        .args(["--dev", "--listen", "127.0.0.1:0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let said = child.stdout.take().expect("its output is piped");
    let logged = child.stderr.take().expect("its log is piped");
    let server = Server(child);

    let log = thread::spawn(move || whole(logged));
    let (found, address) = mpsc::channel();
    // Reads to the end: a server whose output nobody takes would stop at a full pipe.
    let output = thread::spawn(move || {
        let mut all = String::new();
        for line in BufReader::new(said).lines().map_while(Result::ok) {
            if let Some(url) = url_in(&line) {
                let _ = found.send(url);
            }
            all.push_str(&line);
            all.push('\n');
        }
        all
    });
    let Ok(url) = address.recv_timeout(START) else {
        drop(server);
        let (output, log) = (output.join().unwrap_or_default(), log.join().unwrap_or_default());
        panic!("the server did not say where it listens\n--- its output\n{output}\n--- its log\n{log}");
    };

    let tour = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tour/tour.py");
    let walked = Command::new(PYTHON).arg(tour).arg(&url).stdin(Stdio::null()).output();
    drop(server);
    let log = log.join().expect("the log was read");
    match walked {
        Ok(walked) => assert!(
            walked.status.success(),
            "the tour failed: {}\n{}\n{}\n--- the server's log\n{log}",
            walked.status,
            String::from_utf8_lossy(&walked.stdout),
            String::from_utf8_lossy(&walked.stderr),
        ),
        Err(error) => {
            panic!("{PYTHON} does not run ({error}): install Python 3.11 or later, e.g. `apt install python3`")
        }
    }
}

/// The first `http://127.0.0.1:PORT` of a line.
fn url_in(line: &str) -> Option<String> {
    let host = "http://127.0.0.1:";
    let from = line.find(host)?;
    let port: String = line[from + host.len()..].chars().take_while(char::is_ascii_digit).collect();
    (!port.is_empty()).then(|| format!("{host}{port}"))
}

fn whole(mut from: impl Read) -> String {
    let mut all = Vec::new();
    // A log that breaks off is still worth reading.
    let _ = from.read_to_end(&mut all);
    String::from_utf8_lossy(&all).into_owned()
}
