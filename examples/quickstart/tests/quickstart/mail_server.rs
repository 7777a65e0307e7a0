//! A real mail server on this machine, the one that the tests of `countersign-smtp` talk to.

use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

pub(crate) struct MailServer {
    child: Child,
    told: Lines<BufReader<ChildStdout>>,
    port: u64,
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let script =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/countersign-smtp/tests/server/smtp_server.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("these tests need /usr/bin/python3: install Debian's python3-aiosmtpd");
        let setup = json!({ "mode": "plaintext", "auth": false, "without": [] });
        writeln!(child.stdin.as_mut().expect("its input is piped"), "{setup}").expect("it listens");
        let told = BufReader::new(child.stdout.take().expect("its output is piped")).lines();
        let mut server = Self { child, told, port: 0 };
        server.port = server.next("listening")["port"].as_u64().expect("a port is a number");
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// The next message, as Python's parser reads it.
    pub(crate) fn message(&mut self) -> Value {
        self.next("message")
    }

    fn next(&mut self, wanted: &str) -> Value {
        let lines = self.told.by_ref().map(|line| line.expect("it writes text"));
        let mut events = lines.map(|line| serde_json::from_str::<Value>(&line).expect("it writes JSON"));
        events.find(|event| event["event"] == wanted).unwrap_or_else(|| {
            panic!("no {wanted} from the mail server of the tests: is Debian's python3-aiosmtpd installed?")
        })
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
