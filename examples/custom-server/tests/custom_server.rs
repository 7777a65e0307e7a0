//! The program as a process: it validates and serves a configuration that uses its own kind of transport.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

const WORKSPACE: &str = "a0a6d7d3-6f3c-4c9c-9f3a-0d5a2f8b7c11";
const CHANNEL: &str = "5f9c2a57-3f5b-4a53-9f0c-0d4c8b5f1a01";

/// A folder with a configuration, and an access key for its workspace.
struct Configuration {
    folder: TempDir,
    key: String,
}

impl Configuration {
    /// With that text as the transport's keys.
    fn with_transport(keys: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let made = program().arg("key").output().unwrap();
        let made = String::from_utf8(made.stdout).unwrap();
        let value = |name: &str| made.lines().find_map(|line| line.strip_prefix(name)).unwrap().trim().to_owned();
        let (key, hash) = (value("access key"), value("hash"));
        let text = format!(
            r#"listen = "127.0.0.1:0"
store = "memory"

[messages]
brand = "Acme"

[[workspaces]]
id = "{WORKSPACE}"
keys = ["{hash}"]

[transports.gateway]
kind = "acme"
{keys}

[[channels]]
id = "{CHANNEL}"
platform = "sms"
transport = "gateway"
"#
        );
        std::fs::write(folder.path().join("countersign.toml"), text).unwrap();
        Self { folder, key }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("countersign.toml")
    }

    /// The exit code of `--check`, and what it printed to standard error.
    fn check(&self) -> (Option<i32>, String) {
        let checked = program().arg("--check").arg("--config").arg(self.path()).output().unwrap();
        (checked.status.code(), String::from_utf8(checked.stderr).unwrap())
    }
}

/// A server that ends with its test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_countersign-custom-server"));
    for name in ["COUNTERSIGN_CONFIG", "COUNTERSIGN_LISTEN", "COUNTERSIGN_STORE", "COUNTERSIGN_KEY"] {
        command.env_remove(name);
    }
    command.env("ACME_KEY", "correct-horse-battery").env_remove("ACME_NONE").stdin(Stdio::null());
    command
}

const SOUND: &str = "key = \"env:ACME_KEY\"\nspool = \"spool.txt\"";

#[test]
fn a_configuration_with_the_own_kind_is_valid() {
    assert_eq!(Configuration::with_transport(SOUND).check(), (Some(0), String::new()));
}

#[test]
fn faults_of_the_own_kind_are_reported_with_their_path_and_line() {
    let (code, said) = Configuration::with_transport("key = \"correct-horse\"\nspol = \"spool.txt\"").check();
    assert_eq!(code, Some(2));
    for fault in [
        "line 11: transports.gateway: spool is missing: write the path of a file",
        "line 13: transports.gateway.key: secrets are not allowed in this file",
        "line 14: transports.gateway.spol: unknown key: expected one of kind, key, spool",
    ] {
        assert!(said.contains(fault), "{fault}:\n{said}");
    }
    assert_eq!(said.lines().count(), 4, "nothing else is blamed:\n{said}");
    assert!(!said.contains("correct-horse"), "{said}");
    let (_, said) = Configuration::with_transport("key = \"env:ACME_NONE\"\nspool = 7").check();
    assert!(said.contains("line 13: transports.gateway.key: this environment variable is unset or empty"), "{said}");
    assert!(said.contains("line 14: transports.gateway.spool: write a string in quotes"), "{said}");
}

#[test]
fn an_unknown_kind_is_answered_with_all_known_ones() {
    let configuration = Configuration::with_transport(SOUND);
    let text = std::fs::read_to_string(configuration.path()).unwrap().replace("\"acme\"", "\"pigeon\"");
    std::fs::write(configuration.path(), text).unwrap();
    let (code, said) = configuration.check();
    assert_eq!(code, Some(2));
    assert!(said.contains(r#"transports.gateway.kind: write "acme" or "bird" or "smtp""#), "{said}");
}

#[test]
fn messages_leave_by_the_own_transport() {
    let configuration = Configuration::with_transport(SOUND);
    let mut command = program();
    command.arg("--config").arg(configuration.path()).stderr(Stdio::piped());
    let mut server = Server(command.spawn().unwrap());
    let mut lines = BufReader::new(server.0.stderr.take().unwrap()).lines().map_while(Result::ok);
    let listens = lines.find_map(|line| Some(line[line.find("127.0.0.1:")?..].to_owned())).unwrap();
    // What it logs later must go somewhere.
    std::thread::spawn(move || lines.for_each(drop));
    let address: String = listens.chars().take_while(|c| c.is_ascii_digit() || ".:".contains(*c)).collect();

    let body =
        serde_json::json!({ "identifier": { "phonenumber": "+31612345678" }, "steps": [{ "channelId": CHANNEL }] });
    let (body, key) = (body.to_string(), &configuration.key);
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "POST /workspaces/{WORKSPACE}/verify HTTP/1.1\r\nhost: {address}\r\nauthorization: AccessKey {key}\r\n\
         content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.starts_with("HTTP/1.1 202"), "{answer}");
    let started: Value = serde_json::from_str(body).unwrap();
    assert_eq!(started["steps"][0]["attempts"][0]["status"], "accepted");
    let spool = std::fs::read_to_string(configuration.folder.path().join("spool.txt")).unwrap();
    assert!(spool.starts_with("21-byte key, to +31612345678: "), "{spool}");
}
