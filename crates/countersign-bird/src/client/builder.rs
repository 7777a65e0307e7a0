use std::fmt;
use std::num::NonZeroU32;
use std::time::Duration;

use reqwest::{Certificate, redirect, retry};
use rustls::crypto::CryptoProvider;
use url::{Host, Url};

use super::bird::{Bird, Inner};
use super::key::AccessKey;
use super::platforms::Platforms;
use super::rates::Rates;

/// Describes a [`Bird`].
///
/// Nothing is checked before [`build`](Self::build), and no connection is made before the first call.
#[derive(Clone)]
#[must_use = "it does nothing until `build`"]
pub struct BirdBuilder {
    key: AccessKey,
    base_url: String,
    timeout: Duration,
    connect_timeout: Duration,
    retries: usize,
    get_rate: u32,
    post_rate: u32,
    max_idle_connections: usize,
    idle_timeout: Duration,
    root_certificates: Vec<Vec<u8>>,
    platforms: Platforms,
}

/// Why a client could not be built, and what to do. Nothing of a URL or of the key is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BirdSetupError {
    /// Not a URL, or one with more than a host, a port and a path.
    #[error("the base URL is scheme, host, and if need be port and path, as in https://api.bird.com")]
    BaseUrl,
    /// A key that others could read.
    #[error("the key goes over https only, or over http to this machine: write https://")]
    InTheClear,
    /// Times that leave none for the answer.
    #[error("the timeout must be longer than the connect timeout, and that longer than zero")]
    Timeout,
    /// No calls at all.
    #[error("a rate is at least one call a second")]
    Rate,
    /// Not a certificate.
    #[error("a root certificate is a PEM file with at least one certificate of an authority in it")]
    RootCertificate,
    /// The key fits no header, or the system's certificates or resolver cannot be used.
    #[error("the HTTP client cannot be made on this machine: look whether it has root certificates")]
    Client,
}

impl BirdBuilder {
    pub(crate) fn new(key: AccessKey) -> Self {
        Self {
            key,
            base_url: "https://api.bird.com".to_owned(),
            timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(3),
            retries: 2,
            get_rate: 50,
            post_rate: 500,
            max_idle_connections: 64,
            idle_timeout: Duration::from_secs(30),
            root_certificates: Vec::new(),
            platforms: Platforms::new(),
        }
    }

    /// Where the API is, unless `https://api.bird.com`. It may have a path, for a gateway of the host's own.
    ///
    /// `http` is refused, except to this machine. There no proxy is used either; elsewhere the environment's is
    /// (`HTTPS_PROXY`, `NO_PROXY`).
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
        self
    }

    /// The longest that a call may take, with everything: waiting for the rate, tries, and pauses between them. 10 s by
    /// default.
    ///
    /// It must be shorter than the policy's [`send_lease`](countersign::Policy::send_lease), 30 s by default, or
    /// another process sends a message again while this one still tries.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// The longest that a connection may take to be there, name and TLS included: 3 s by default, less than the
    /// timeout.
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Most further tries of one call, within its timeout: 2 by default, 0 allowed.
    ///
    /// A message is tried again only when Bird certainly does not have it: there was no connection, or it said when to
    /// come back, and that leaves time.
    pub const fn retries(mut self, retries: usize) -> Self {
        self.retries = retries;
        self
    }

    /// Most calls a second that change something, of this client for one workspace: 500 by default, which is Bird's
    /// bound.
    ///
    /// Bird counts all processes of a workspace together: where several send, give each its share.
    pub const fn post_rate(mut self, per_second: u32) -> Self {
        self.post_rate = per_second;
        self
    }

    /// Most calls a second that only read, of this client for one workspace: 50 by default, which is Bird's bound.
    pub const fn get_rate(mut self, per_second: u32) -> Self {
        self.get_rate = per_second;
        self
    }

    /// Most connections that are kept between calls: 64 by default. More are opened when needed, and closed after use.
    pub const fn max_idle_connections(mut self, connections: usize) -> Self {
        self.max_idle_connections = connections;
        self
    }

    /// How long a connection is kept without a call: 30 s by default.
    ///
    /// It should be shorter than the server keeps it: a message written to a connection that is being closed may have
    /// arrived or not, and is sent again.
    pub const fn idle_timeout(mut self, timeout: Duration) -> Self {
        self.idle_timeout = timeout;
        self
    }

    /// Trusts one more authority, in PEM, besides those that the operating system trusts.
    pub fn root_certificate(mut self, pem: impl AsRef<[u8]>) -> Self {
        self.root_certificates.push(pem.as_ref().to_vec());
        self
    }

    /// How platforms are told by `platformId`: by patterns unless given.
    pub fn platforms(mut self, platforms: Platforms) -> Self {
        self.platforms = platforms;
        self
    }

    /// Builds the client.
    ///
    /// When the process has no default provider of cryptography for rustls yet, ring becomes that.
    ///
    /// # Errors
    /// One [`BirdSetupError`] per rule.
    pub fn build(self) -> Result<Bird, BirdSetupError> {
        let (base, on_this_machine) = base_url(&self.base_url)?;
        if self.connect_timeout.is_zero() || self.timeout <= self.connect_timeout {
            return Err(BirdSetupError::Timeout);
        }
        let rate = |per_second| NonZeroU32::new(per_second).ok_or(BirdSetupError::Rate);
        let rates = Rates::new(rate(self.get_rate)?, rate(self.post_rate)?);
        if CryptoProvider::get_default().is_none() {
            // Without one the client panics, even one that never uses TLS. Somebody may set another at this moment.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let mut client = reqwest::Client::builder()
            .user_agent(concat!("countersign-bird/", env!("CARGO_PKG_VERSION")))
            .redirect(redirect::Policy::none())
            // The rules for another try are ours.
            .retry(retry::never())
            .connect_timeout(self.connect_timeout)
            .pool_max_idle_per_host(self.max_idle_connections)
            .pool_idle_timeout(self.idle_timeout)
            .tcp_nodelay(true)
            .https_only(base.scheme() == "https")
            .tls_certs_merge(certificates(&self.root_certificates)?);
        if on_this_machine {
            client = client.no_proxy();
        }
        Ok(Bird::from_inner(Inner {
            client: client.build().map_err(|_| BirdSetupError::Client)?,
            authorization: self.key.header().ok_or(BirdSetupError::Client)?,
            base,
            timeout: self.timeout,
            connect_timeout: self.connect_timeout,
            retries: self.retries,
            max_body: 256 * 1024,
            rates,
            platforms: self.platforms,
        }))
    }
}

impl fmt::Debug for BirdBuilder {
    /// Without the base URL, in which somebody may have written a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BirdBuilder")
            .field("timeout", &self.timeout)
            .field("connect_timeout", &self.connect_timeout)
            .field("retries", &self.retries)
            .finish_non_exhaustive()
    }
}

/// The URL, and whether it is of this machine.
fn base_url(text: &str) -> Result<(Url, bool), BirdSetupError> {
    let url = Url::parse(text).map_err(|_| BirdSetupError::BaseUrl)?;
    let on_this_machine = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(BirdSetupError::BaseUrl),
    };
    let bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    if !bare || url.cannot_be_a_base() {
        return Err(BirdSetupError::BaseUrl);
    }
    match url.scheme() {
        "https" => Ok((url, on_this_machine)),
        "http" if on_this_machine => Ok((url, true)),
        "http" => Err(BirdSetupError::InTheClear),
        _ => Err(BirdSetupError::BaseUrl),
    }
}

fn certificates(pems: &[Vec<u8>]) -> Result<Vec<Certificate>, BirdSetupError> {
    let mut certificates = Vec::new();
    for pem in pems {
        let read = Certificate::from_pem_bundle(pem).map_err(|_| BirdSetupError::RootCertificate)?;
        if read.is_empty() {
            return Err(BirdSetupError::RootCertificate);
        }
        certificates.extend(read);
    }
    Ok(certificates)
}
