use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use axum::extract::ConnectInfo;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use ipnet::IpNet;

/// Proxies that stand in front of the router, and are believed about whom they speak for.
///
/// None by default: then the peer of the connection is the source, whatever any header says. Behind a proxy that is in
/// this list, the source is the rightmost address of `X-Forwarded-For` that is no such proxy itself; what stands left of it
/// anybody may have written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct TrustedProxies(Vec<IpNet>);

/// A text is no address and no network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[error("a proxy is an IP address or a network, as in 10.0.0.0/8")]
pub struct NetworkError;

/// Whom bounds on unknown callers count by: an IPv4 address, or the /64 that an IPv6 address is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Source(IpAddr);

impl TrustedProxies {
    /// No proxy.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// That address or network as well.
    ///
    /// # Errors
    /// [`NetworkError`].
    pub fn with_network(mut self, network: &str) -> Result<Self, NetworkError> {
        let network = IpNet::from_str(network).or_else(|_| IpAddr::from_str(network).map(IpNet::from));
        self.0.push(network.map_err(|_| NetworkError)?);
        Ok(self)
    }

    /// Whom a request is from.
    fn source(&self, peer: IpAddr, headers: &HeaderMap) -> Source {
        let mut source = peer.to_canonical();
        if !self.trusts(source) {
            return Source::of(source);
        }
        // Several headers are one list (RFC 9110, section 5.3).
        let lines: Vec<_> = headers.get_all("x-forwarded-for").iter().collect();
        let names = lines.iter().rev().flat_map(|line| line.as_bytes().rsplit(|byte| *byte == b','));
        for name in names {
            // What is no address ends the chain: nobody knows who is behind it.
            let Some(address) = std::str::from_utf8(name).ok().and_then(|name| name.trim().parse::<IpAddr>().ok())
            else {
                break;
            };
            source = address.to_canonical();
            if !self.trusts(source) {
                break;
            }
        }
        Source::of(source)
    }

    /// Whom a connection is from; none for a proxy's, which speaks for many.
    pub(crate) fn source_of_connection(&self, peer: IpAddr) -> Option<Source> {
        let peer = peer.to_canonical();
        (!self.trusts(peer)).then(|| Source::of(peer))
    }

    /// Whom a request is from; none when its connection is not known, as without a listener.
    pub(crate) fn source_of_request(&self, request: &Parts) -> Option<Source> {
        let ConnectInfo(peer) = request.extensions.get::<ConnectInfo<SocketAddr>>()?;
        Some(self.source(peer.ip(), &request.headers))
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl Source {
    fn of(address: IpAddr) -> Self {
        match address {
            IpAddr::V4(_) => Self(address),
            IpAddr::V6(address) => {
                let network = u128::from(address) & !u128::from(u64::MAX);
                Self(Ipv6Addr::from(network).into())
            }
        }
    }

    /// Of a request whose connection is not known, as in tests of a router without a listener.
    pub(crate) const UNKNOWN: Self = Self(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
}
