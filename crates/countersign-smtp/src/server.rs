//! Where mail is handed over, and how.

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication;
use lettre::transport::smtp::client::TlsParameters;
use lettre::transport::smtp::extension::ClientId;
use zeroize::Zeroizing;

/// All that a connection needs to know.
pub(crate) struct Server {
    pub(crate) host: Host,
    pub(crate) port: u16,
    pub(crate) security: Security,
    pub(crate) credentials: Option<Credentials>,
    pub(crate) hello: ClientId,
    /// For one of the host's addresses to take a connection, and for an idle connection to show that it lives.
    pub(crate) patience: Duration,
}

/// How the connection is kept from other eyes.
///
/// There is no "TLS if offered": whoever can read along can also strike out the offer.
pub(crate) enum Security {
    Plaintext,
    StartTls(TlsParameters),
    ImplicitTls(TlsParameters),
}

/// A host name or an IP address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Host(String);

/// The password of an account at a mail server.
///
/// It is redacted in `Debug` and wiped on drop. lettre makes copies of it while it authenticates, which are not wiped.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

#[derive(Clone)]
pub(crate) struct Credentials {
    user: String,
    password: Password,
}

impl Host {
    /// Takes an IP address, without brackets, or a host name in ASCII.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let name = |text: &str| {
            text.len() <= 253
                && text.split('.').all(|label| {
                    (1..=63).contains(&label.len())
                        && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
                })
        };
        (text.parse::<IpAddr>().is_ok() || name(text)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether what is sent there stays on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let named = self.0.eq_ignore_ascii_case("localhost");
        named || self.0.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

impl Password {
    /// Takes it over; the text is not kept anywhere else.
    #[must_use]
    pub fn new(password: String) -> Self {
        Self(Zeroizing::new(password))
    }
}

impl From<String> for Password {
    fn from(password: String) -> Self {
        Self::new(password)
    }
}

impl From<&str> for Password {
    fn from(password: &str) -> Self {
        Self::new(password.to_owned())
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password(redacted)")
    }
}

impl Credentials {
    pub(crate) const fn new(user: String, password: Password) -> Self {
        Self { user, password }
    }

    /// Whether they can be told to a server: `AUTH PLAIN` parts them by NUL (RFC 4616, section 2).
    pub(crate) fn are_tellable(&self) -> bool {
        let tellable = |text: &str| !text.is_empty() && !text.contains(char::is_control);
        tellable(&self.user) && tellable(&self.password.0)
    }

    /// As lettre wants them, made anew for each connection: it does not wipe its copies.
    pub(crate) fn tell(&self) -> authentication::Credentials {
        authentication::Credentials::new(self.user.clone(), self.password.0.as_str().to_owned())
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("host", &self.host.0)
            .field("port", &self.port)
            .field("security", &self.security)
            .field("authenticates", &self.credentials.is_some())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Security {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Plaintext => "Plaintext",
            Self::StartTls(_) => "StartTls",
            Self::ImplicitTls(_) => "ImplicitTls",
        })
    }
}
