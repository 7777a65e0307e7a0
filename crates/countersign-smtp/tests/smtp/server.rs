//! The mail server that the tests talk to.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard};
use std::thread;
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use serde::Deserialize;
use serde_json::{Value, json};
use tempfile::TempDir;

/// Long enough for a Python that starts while everything else compiles.
const PATIENCE: Duration = Duration::from_secs(30);
pub const USER: &str = "mailer-7";
pub const PASSWORD: &str = "open sesame";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    Plaintext,
    StartTls,
    Implicit,
}

/// A server of its own, which ends with the test.
pub struct Server {
    child: Child,
    port: u16,
    authority: String,
    // Its certificate and key, while it lives.
    _folder: TempDir,
    talk: Mutex<Talk>,
}

struct Talk {
    stdin: ChildStdin,
    stdout: Receiver<Event>,
    events: Vec<Event>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Event {
    Listening { port: u16 },
    Open { open: usize },
    Close {},
    Command { tls: bool, line: String },
    Auth { mechanism: String, user: String, password: String },
    Message(Box<Mail>),
    Done,
}

/// A message as Python's parser reads it.
#[derive(Debug, Clone, Deserialize)]
pub struct Mail {
    pub session: u32,
    pub mail_from: String,
    pub mail_options: Vec<String>,
    pub rcpt_tos: Vec<String>,
    pub raw: String,
    pub headers: Vec<(String, String)>,
    pub from: Vec<(String, String)>,
    pub to: Vec<(String, String)>,
    pub date: f64,
    pub types: Vec<String>,
    pub charsets: Vec<Option<String>>,
    pub contents: Vec<String>,
    pub defects: Vec<String>,
}

impl Mail {
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let value = &found.next().unwrap_or_else(|| panic!("no {name}")).1;
        assert!(found.next().is_none(), "{name} twice");
        value
    }
}

impl Server {
    pub fn start(mode: Mode) -> Self {
        Self::start_with(mode, false, &[])
    }

    /// A server that takes nothing without the right password.
    pub fn with_auth(mode: Mode) -> Self {
        Self::start_with(mode, true, &[])
    }

    /// A server that shows a certificate for that name alone.
    pub fn certified_for(mode: Mode, name: &str) -> Self {
        Self::start_as(mode, true, &[], &[name])
    }

    pub fn start_with(mode: Mode, auth: bool, without: &[&str]) -> Self {
        Self::start_as(mode, auth, without, &["localhost", "127.0.0.1"])
    }

    fn start_as(mode: Mode, auth: bool, without: &[&str], names: &[&str]) -> Self {
        countersign_testkit::logs::capture();
        let folder = TempDir::new().unwrap();
        let authority = certify(folder.path(), names);
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/server/smtp_server.py");
        let mut child = Command::new("/usr/bin/python3")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("these tests need /usr/bin/python3: install Debian's python3-aiosmtpd");
        let stdin = child.stdin.take().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (tell, told) = channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                let event = serde_json::from_str(&line.unwrap()).unwrap();
                if tell.send(event).is_err() {
                    break;
                }
            }
        });
        let talk = Mutex::new(Talk { stdin, stdout: told, events: Vec::new() });
        let mut server = Self { child, port: 0, authority, _folder: folder, talk };
        let mode = match mode {
            Mode::Plaintext => "plaintext",
            Mode::StartTls => "starttls",
            Mode::Implicit => "implicit",
        };
        let folder = server._folder.path();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let setup = json!({ "mode": mode, "auth": auth, "without": without, "certificate": certificate, "key": key });
        let mut talk = server.lock();
        talk.say(&setup);
        let first = talk.stdout.recv_timeout(PATIENCE);
        drop(talk);
        let Ok(Event::Listening { port }) = first else {
            panic!("the mail server of the tests did not start: install Debian's python3-aiosmtpd ({first:?})");
        };
        server.port = port;
        server
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// The certificate, in PEM, of the authority that vouches for it.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Behaves so from now on: each rule is a phase and what to do there.
    pub fn behave(&self, rules: &[Value]) {
        self.lock().ask(&json!({ "rules": rules }));
    }

    /// Closes every connection.
    pub fn close_all(&self) {
        self.lock().ask(&json!({ "close": true }));
    }

    /// Everything so far, since it was last forgotten.
    pub fn events(&self) -> Vec<Event> {
        let mut talk = self.lock();
        talk.ask(&json!({}));
        talk.events.clone()
    }

    pub fn forget(&self) {
        let mut talk = self.lock();
        talk.ask(&json!({}));
        talk.events.clear();
    }

    pub fn mails(&self) -> Vec<Mail> {
        let mail = |event| match event {
            Event::Message(mail) => Some(*mail),
            _ => None,
        };
        self.events().into_iter().filter_map(mail).collect()
    }

    /// The one message that came.
    pub fn mail(&self) -> Mail {
        let mut mails = self.mails();
        assert_eq!(mails.len(), 1, "one message");
        mails.remove(0)
    }

    /// The verbs that came, in the clear and encrypted, as in `EHLO` and `tls MAIL`.
    pub fn verbs(&self) -> Vec<String> {
        let verb = |event| match event {
            Event::Command { tls, line, .. } => {
                let verb = line.split_whitespace().next().unwrap_or_default().to_owned();
                Some(if tls { format!("tls {verb}") } else { verb })
            }
            _ => None,
        };
        self.events().into_iter().filter_map(verb).collect()
    }

    /// How many connections were made, and the most that there were at a time.
    pub fn connections(&self) -> (usize, usize) {
        let open = |event: &Event| match event {
            Event::Open { open, .. } => Some(*open),
            _ => None,
        };
        let open: Vec<_> = self.events().iter().filter_map(open).collect();
        (open.len(), open.into_iter().max().unwrap_or(0))
    }

    fn lock(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Talk {
    fn say(&mut self, command: &Value) {
        writeln!(self.stdin, "{command}").expect("the mail server of the tests takes commands");
    }

    /// Says it, and waits until it is done; what was told before is then known.
    fn ask(&mut self, command: &Value) {
        self.say(command);
        loop {
            match self.stdout.recv_timeout(PATIENCE).expect("the mail server of the tests answers") {
                Event::Done => return,
                event => self.events.push(event),
            }
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Puts a key and a certificate for the loopback into the folder; gives the authority's own.
fn certify(folder: &Path, names: &[&str]) -> String {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    std::fs::write(folder.join("certificate.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    authority.as_ref().pem()
}
