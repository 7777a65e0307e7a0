//! schemathesis makes thousands of requests of the description, and holds every answer against it.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// A server that ends with the test, whatever becomes of it.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn started() -> (Server, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign-server"));
    command.args(["--dev", "--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let server = Server(child);
    let line = lines.find(|line| line.contains("http://127.0.0.1:")).expect("a server tells where it listens");
    let url = line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
    // What it says later must go somewhere.
    std::thread::spawn(move || lines.for_each(drop));
    (server, url)
}

#[test]
fn no_request_finds_the_description_and_the_server_apart() {
    let (_server, url) = started();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/schemathesis");
    let run = Command::new(script).arg(&url).output().unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
    assert!(run.status.success(), "{told}");
    // A run that reaches nothing finds nothing.
    assert!(told.contains("API Links:    7 covered / 7 selected"), "{told}");
}
