//! A real mail server on the loopback, Debian's `aiosmtpd`, that does at each phase of the dialogue what a test wants.
//!
//! It needs `/usr/bin/python3` and Debian's `python3-aiosmtpd`; without them [`MailServer::start`] panics and says so.

use std::fmt;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

mod certificate;
mod event;

pub use event::{Event, Mail};

/// The server itself. It is given to Python as an argument, so that no file has to be found.
const SCRIPT: &str = include_str!("mail_server/smtp_server.py");

/// Long enough for a Python that starts while everything else compiles.
const PATIENCE: Duration = Duration::from_secs(60);

/// A user that the server lets in.
pub const USER: &str = "mailer-7";
/// The one password that the server accepts.
pub const PASSWORD: &str = "open sesame";

/// How a mail server speaks TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Not at all.
    Plaintext,
    /// After `STARTTLS`, which it requires.
    StartTls,
    /// From the first byte.
    Implicit,
}

/// A mail server in a process of its own, which ends when this is dropped.
pub struct MailServer {
    child: Child,
    port: u16,
    authority: String,
    /// Its certificate and key, while it lives.
    folder: TempDir,
    talk: Mutex<Talk>,
}

struct Talk {
    stdin: ChildStdin,
    stdout: Receiver<Event>,
    events: Vec<Event>,
    /// How many messages `next_mail` has returned.
    mails_read: usize,
}

impl fmt::Debug for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailServer").field("port", &self.port).finish_non_exhaustive()
    }
}

impl MailServer {
    /// Starts a server that takes everything.
    ///
    /// # Panics
    /// When Python or its `aiosmtpd` is missing; so do its siblings.
    #[must_use]
    pub fn start(mode: Mode) -> Self {
        Self::start_with(mode, false, &[])
    }

    /// Starts a server that takes nothing without the right [`PASSWORD`].
    #[must_use]
    pub fn with_auth(mode: Mode) -> Self {
        Self::start_with(mode, true, &[])
    }

    /// Starts a server with authentication that shows a certificate for that name alone.
    #[must_use]
    pub fn certified_for(mode: Mode, name: &str) -> Self {
        Self::start_as(mode, true, &[], &[name])
    }

    /// Starts a server that requires authentication or does not, and offers it except by those mechanisms.
    #[must_use]
    pub fn start_with(mode: Mode, auth: bool, without: &[&str]) -> Self {
        Self::start_as(mode, auth, without, &["localhost", "127.0.0.1"])
    }

    fn start_as(mode: Mode, auth: bool, without: &[&str], names: &[&str]) -> Self {
        let folder = TempDir::new().expect("a folder for its certificate");
        let authority = certificate::certify(folder.path(), names);
        let mut child = Command::new("/usr/bin/python3")
            .args(["-c", SCRIPT])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("these tests need /usr/bin/python3: install Debian's python3-aiosmtpd");
        let stdin = child.stdin.take().expect("its input is piped");
        let stdout = BufReader::new(child.stdout.take().expect("its output is piped"));
        let (tell, told) = channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                let event = serde_json::from_str(&line.expect("it writes text")).expect("it writes events");
                if tell.send(event).is_err() {
                    break;
                }
            }
        });
        let talk = Mutex::new(Talk { stdin, stdout: told, events: Vec::new(), mails_read: 0 });
        let mut server = Self { child, port: 0, authority, folder, talk };
        let mode = match mode {
            Mode::Plaintext => "plaintext",
            Mode::StartTls => "starttls",
            Mode::Implicit => "implicit",
        };
        let folder = server.folder.path();
        let (certificate, key) = (folder.join("certificate.pem"), folder.join("key.pem"));
        let setup = json!({ "mode": mode, "auth": auth, "without": without, "certificate": certificate, "key": key });
        let mut talk = server.lock();
        talk.say(&setup);
        let first = talk.stdout.recv_timeout(PATIENCE);
        drop(talk);
        let Ok(Event::Listening { port }) = first else {
            panic!("the mail server did not start: install Debian's python3-aiosmtpd ({first:?})");
        };
        server.port = port;
        server
    }

    /// Returns its port on the loopback.
    #[must_use]
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Returns the URL of a server without TLS: `smtp://127.0.0.1:2525?tls=none`.
    #[must_use]
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// Returns the certificate, in PEM, of the authority that vouches for the server.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Sets what the server does from now on. Each rule is an object: `phase` (`greeting`, `ehlo`, `starttls`, `ehlo2`,
    /// `auth`, `mail`, `rcpt`, `data`, `content`, `message`, `rset`), `action` (`reply` or `garbage` with `text`, `delay` with
    /// `seconds`, `close`, `hang`), and `times` if it does so a few times only. A reply's `{to}` and `{content}` are replaced
    /// by what the client said.
    pub fn behave(&self, rules: &[Value]) {
        self.lock().ask(&json!({ "rules": rules }));
    }

    /// Closes every connection.
    pub fn close_all(&self) {
        self.lock().ask(&json!({ "close": true }));
    }

    /// Returns everything that happened so far, or since [`forget`](Self::forget).
    #[must_use]
    pub fn events(&self) -> Vec<Event> {
        let mut talk = self.lock();
        talk.ask(&json!({}));
        talk.events.clone()
    }

    /// Forgets everything that happened so far.
    pub fn forget(&self) {
        let mut talk = self.lock();
        talk.ask(&json!({}));
        talk.events.clear();
        talk.mails_read = 0;
    }

    /// Returns the messages that were taken.
    #[must_use]
    pub fn mails(&self) -> Vec<Mail> {
        self.lock().ask(&json!({}));
        self.lock().mails().cloned().collect()
    }

    /// Waits up to a minute for the next message that is taken, and returns it: the first one the first time.
    ///
    /// # Panics
    /// When none comes.
    #[must_use]
    pub fn next_mail(&self) -> Mail {
        let mut talk = self.lock();
        loop {
            let next = talk.mails().nth(talk.mails_read).cloned();
            if let Some(mail) = next {
                talk.mails_read += 1;
                return mail;
            }
            let event = talk.stdout.recv_timeout(PATIENCE).expect("a message comes");
            talk.events.push(event);
        }
    }

    /// Returns the one message that was taken.
    ///
    /// # Panics
    /// When there is none, or more than one.
    #[must_use]
    pub fn mail(&self) -> Mail {
        let mut mails = self.mails();
        assert_eq!(mails.len(), 1, "one message");
        mails.remove(0)
    }

    /// Returns the verbs of the commands that came, in the clear and encrypted, as in `EHLO` and `tls MAIL`.
    #[must_use]
    pub fn verbs(&self) -> Vec<String> {
        let mut verbs = Vec::new();
        for event in self.events() {
            if let Event::Command { tls, line } = event {
                let verb = line.split_whitespace().next().unwrap_or_default().to_owned();
                verbs.push(if tls { format!("tls {verb}") } else { verb });
            }
        }
        verbs
    }

    /// Returns how many connections were made, and the most that there were at a time.
    #[must_use]
    pub fn connections(&self) -> (usize, usize) {
        let mut made = 0;
        let mut most = 0;
        for event in self.events() {
            if let Event::Open { open } = event {
                made += 1;
                most = most.max(open);
            }
        }
        (made, most)
    }

    fn lock(&self) -> MutexGuard<'_, Talk> {
        self.talk.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Talk {
    fn mails(&self) -> impl Iterator<Item = &Mail> {
        self.events.iter().filter_map(|event| if let Event::Message(mail) = event { Some(&**mail) } else { None })
    }

    fn say(&mut self, command: &Value) {
        writeln!(self.stdin, "{command}").expect("the mail server takes commands");
    }

    /// Says it, and waits until it is done; what was told before is then known.
    fn ask(&mut self, command: &Value) {
        self.say(command);
        loop {
            let event = self.stdout.recv_timeout(PATIENCE).expect("the mail server answers");
            if matches!(event, Event::Done) {
                return;
            }
            self.events.push(event);
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
