//! How a transport is described, and what can be wrong with the description.

use std::fmt;
use std::time::Duration;

use countersign::Mailbox;
use countersign_messages::Messages;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;

use crate::pool::Pool;
use crate::server::{Credentials, Host, Password, Security, Server};
use crate::transport::SmtpTransport;

mod error;
mod url;

pub use error::SmtpSetupError;

/// Describes an [`SmtpTransport`].
///
/// Nothing is checked before [`build`](Self::build), and no connection is made before the first message.
#[derive(Clone)]
#[must_use = "it does nothing until `build`"]
pub struct SmtpTransportBuilder {
    host: String,
    encryption: Encryption,
    messages: Messages,
    port: Option<u16>,
    credentials: Option<(String, Password)>,
    sender: Option<Mailbox>,
    ehlo_name: Option<String>,
    root_certificates: Vec<Vec<u8>>,
    timeout: Duration,
    max_connections: usize,
    idle_timeout: Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encryption {
    None,
    StartTls,
    Implicit,
}

impl SmtpTransportBuilder {
    pub(crate) const fn new(host: String, encryption: Encryption, messages: Messages) -> Self {
        Self {
            host,
            encryption,
            messages,
            port: None,
            credentials: None,
            sender: None,
            ehlo_name: None,
            root_certificates: Vec::new(),
            timeout: Duration::from_secs(10),
            max_connections: 4,
            idle_timeout: Duration::from_secs(60),
        }
    }

    pub(crate) fn from_url(text: &str, messages: Messages) -> Result<Self, SmtpSetupError> {
        let parts = url::parse(text)?;
        let mut builder = Self::new(parts.host, parts.encryption, messages);
        builder.port = parts.port;
        builder.credentials = parts.credentials;
        Ok(builder)
    }

    /// The port, unless it is 587 for `STARTTLS`, 465 for implicit TLS, or 25 in the clear.
    pub const fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Authenticates by `AUTH PLAIN`, or `AUTH LOGIN` where that is not offered.
    ///
    /// In the clear that is refused, except to this machine.
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<Password>) -> Self {
        self.credentials = Some((user.into(), password.into()));
        self
    }

    /// Whom messages are from when their channel names nobody. Bounces go there too.
    ///
    /// Its domain must be yours and name your server in its SPF, DKIM and DMARC records, or codes end up as spam.
    pub fn sender(mut self, sender: Mailbox) -> Self {
        self.sender = Some(sender);
        self
    }

    /// The longest that a send may take, waiting for a free connection included: 10 s by default.
    ///
    /// It must be shorter than the policy's [`send_lease`](countersign::Policy::send_lease), 30 s by default, or
    /// another process sends the message again while this one still tries.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The most connections at a time, idle ones included: 4 by default. Further sends wait.
    pub const fn max_connections(mut self, connections: usize) -> Self {
        self.max_connections = connections;
        self
    }

    /// How long a connection may wait for its next message: 60 s by default, below the minutes after which servers
    /// close it. It is closed when the next message comes.
    pub const fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// How the client calls itself in `EHLO`: a host name, or an IP address. `[127.0.0.1]` unless given, which servers
    /// accept from clients that authenticate, and some from no other.
    pub fn ehlo_name(mut self, name: impl Into<String>) -> Self {
        self.ehlo_name = Some(name.into());
        self
    }

    /// Trusts one more authority, in PEM, besides those that the operating system trusts.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.root_certificates.push(pem.as_ref().to_vec());
        self
    }

    /// Builds the transport.
    ///
    /// # Errors
    /// One [`SmtpSetupError`] per rule.
    pub fn build(self) -> Result<SmtpTransport, SmtpSetupError> {
        let host = Host::parse(&self.host).ok_or(SmtpSetupError::Host)?;
        let default_port = match self.encryption {
            Encryption::StartTls => 587,
            Encryption::Implicit => 465,
            Encryption::None => 25,
        };
        let port = self.port.unwrap_or(default_port);
        if port == 0 {
            return Err(SmtpSetupError::Port);
        }
        if self.timeout.is_zero() {
            return Err(SmtpSetupError::Timeout);
        }
        if self.max_connections == 0 || self.max_connections > tokio::sync::Semaphore::MAX_PERMITS {
            return Err(SmtpSetupError::MaxConnections);
        }
        let credentials = self.credentials.map(|(user, password)| Credentials::new(user, password));
        if let Some(credentials) = &credentials {
            if self.encryption == Encryption::None && !host.is_loopback() {
                return Err(SmtpSetupError::CredentialsInTheClear);
            }
            if !credentials.are_tellable() {
                return Err(SmtpSetupError::Credentials);
            }
        }
        let tls = || tls(&host, &self.root_certificates);
        let security = match self.encryption {
            Encryption::None if !self.root_certificates.is_empty() => return Err(SmtpSetupError::UselessCertificate),
            Encryption::None => Security::Plaintext,
            Encryption::StartTls => Security::StartTls(tls()?),
            Encryption::Implicit => Security::ImplicitTls(tls()?),
        };
        let hello = hello(self.ehlo_name.as_deref())?;
        // A third, so that an address or an idle connection that does not answer leaves time for another.
        let patience = self.timeout / 3;
        let server = Server { host, port, security, credentials, hello, patience };
        let pool = Pool::new(server, self.max_connections, self.idle_timeout);
        Ok(SmtpTransport::new(self.messages, self.sender, self.timeout, pool))
    }
}

impl fmt::Debug for SmtpTransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmtpTransportBuilder")
            .field("host", &self.host)
            .field("port", &self.port)
            .field("encryption", &self.encryption)
            .field("authenticates", &self.credentials.is_some())
            .field("sender", &self.sender)
            .finish_non_exhaustive()
    }
}

fn tls(host: &Host, root_certificates: &[Vec<u8>]) -> Result<TlsParameters, SmtpSetupError> {
    let mut tls = TlsParameters::builder(host.as_str().to_owned());
    for pem in root_certificates {
        // lettre takes a file without any certificate for one with none to add.
        let begin = b"-----BEGIN CERTIFICATE-----";
        if !pem.windows(begin.len()).any(|window| window == begin) {
            return Err(SmtpSetupError::RootCertificate);
        }
        tls = tls.add_root_certificate(Certificate::from_pem(pem).map_err(|_| SmtpSetupError::RootCertificate)?);
    }
    tls.build().map_err(|_| SmtpSetupError::RootCertificate)
}

fn hello(name: Option<&str>) -> Result<ClientId, SmtpSetupError> {
    let Some(name) = name else { return Ok(ClientId::default()) };
    let name = Host::parse(name).ok_or(SmtpSetupError::HelloName)?;
    Ok(match name.as_str().parse() {
        Ok(std::net::IpAddr::V4(address)) => ClientId::Ipv4(address),
        Ok(std::net::IpAddr::V6(address)) => ClientId::Ipv6(address),
        Err(_) => ClientId::Domain(name.as_str().to_owned()),
    })
}
