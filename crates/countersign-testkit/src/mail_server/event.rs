use serde::Deserialize;

/// Something that the mail server saw.
#[derive(Debug, Clone, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
#[non_exhaustive]
pub enum Event {
    /// It listens.
    Listening {
        /// On this port of the loopback.
        port: u16,
    },
    /// A client connected.
    Open {
        /// How many connections there are now.
        open: usize,
    },
    /// A connection ended.
    Close {},
    /// A client gave a command.
    Command {
        /// Whether it came encrypted.
        tls: bool,
        /// The whole line.
        line: String,
    },
    /// A client authenticated.
    Auth {
        /// By `PLAIN` or `LOGIN`.
        mechanism: String,
        /// As whom.
        user: String,
        /// With what.
        password: String,
    },
    /// A client handed over a message, whatever it is answered.
    Offered(Box<Mail>),
    /// A message was taken.
    Message(Box<Mail>),
    /// The latest request to the server was carried out.
    Done,
}

/// A message as Python's parser reads it.
#[derive(Debug, Clone, Deserialize)]
#[non_exhaustive]
pub struct Mail {
    /// The number of its connection, from 1.
    pub session: u32,
    /// The sender of the envelope.
    pub mail_from: String,
    /// What `MAIL` said besides.
    pub mail_options: Vec<String>,
    /// The recipients of the envelope.
    pub rcpt_tos: Vec<String>,
    /// The message as it came, byte by byte as Latin-1.
    pub raw: String,
    /// Its header fields, decoded, in order.
    pub headers: Vec<(String, String)>,
    /// Names and addresses of `From`.
    pub from: Vec<(String, String)>,
    /// Names and addresses of `To`.
    pub to: Vec<(String, String)>,
    /// `Date`, in seconds since 1970.
    pub date: f64,
    /// The content type of each part, containers among them.
    pub types: Vec<String>,
    /// The character set of each part.
    pub charsets: Vec<Option<String>>,
    /// The decoded content of each part that is no container.
    pub contents: Vec<String>,
    /// Whatever the parser found wrong.
    pub defects: Vec<String>,
}

impl Mail {
    /// Returns the one header field of that name.
    ///
    /// # Panics
    /// When there is none, or more than one.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        let value = &found.next().unwrap_or_else(|| panic!("no {name}")).1;
        assert!(found.next().is_none(), "{name} twice");
        value
    }
}
