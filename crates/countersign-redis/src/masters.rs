//! Which server to write to.

use std::sync::Arc;

use redis::cluster_routing::Slot;
use redis::{Client, ConnectionAddr, ConnectionInfo, ErrorKind, RedisError, RedisResult};

use crate::cluster::Cluster;
use crate::origin::Origin;

/// The master of everything, or the masters of a cluster.
pub(crate) enum Masters {
    One(Arc<Origin>),
    Cluster(Arc<Cluster>),
}

/// The nodes of a cluster: where the first ones are, and how to reach any.
pub(crate) struct Nodes {
    /// How to reach a node, but for its address.
    manner: ConnectionInfo,
    pub(crate) seeds: Vec<Arc<str>>,
}

impl Masters {
    /// Where that slot is written, as far as is known.
    pub(crate) fn of(&self, slot: Slot) -> Arc<str> {
        match self {
            Self::One(_) => "".into(),
            Self::Cluster(cluster) => cluster.master(slot).unwrap_or_else(|| "".into()),
        }
    }

    pub(crate) async fn client(&self, server: &str) -> RedisResult<Client> {
        match self {
            Self::One(origin) => origin.master().await,
            Self::Cluster(cluster) => match cluster.broken(server) {
                Some(error) => Err(error),
                None => cluster.client(server),
            },
        }
    }

    /// A server said where that slot is.
    pub(crate) fn learn(&self, slot: Slot, server: &str) {
        if let Self::Cluster(cluster) = self {
            cluster.moved(slot, server);
        }
    }

    /// A server does not answer, or is no master now.
    pub(crate) fn refresh(&self) {
        if let Self::Cluster(cluster) = self {
            cluster.refresh();
        }
    }

    /// That server could not be reached.
    pub(crate) fn unreachable(&self, server: &str, error: &RedisError) {
        if let Self::Cluster(cluster) = self {
            cluster.set_broken(server, error.clone());
        }
    }
}

impl Nodes {
    pub(crate) fn new(seeds: &[ConnectionInfo]) -> RedisResult<Self> {
        let nameless = || RedisError::from((ErrorKind::InvalidClientConfig, "a cluster's node has a host and a port"));
        let manner = seeds.first().ok_or_else(nameless)?.clone();
        let seeds: Option<Vec<_>> = seeds.iter().map(|seed| address(seed.addr())).collect();
        Ok(Self { manner, seeds: seeds.ok_or_else(nameless)? })
    }

    pub(crate) fn client(&self, server: &str) -> RedisResult<Client> {
        let placed = server.rsplit_once(':').and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
        let (name, number) = placed
            .ok_or_else(|| RedisError::from((ErrorKind::InvalidClientConfig, "a node's address is unreadable")))?;
        let addr = if let ConnectionAddr::TcpTls { insecure, tls_params, .. } = self.manner.addr() {
            ConnectionAddr::TcpTls { host: name, port: number, insecure: *insecure, tls_params: tls_params.clone() }
        } else {
            ConnectionAddr::Tcp(name, number)
        };
        Client::open(self.manner.clone().set_addr(addr))
    }
}

fn address(addr: &ConnectionAddr) -> Option<Arc<str>> {
    let (ConnectionAddr::Tcp(host, port) | ConnectionAddr::TcpTls { host, port, .. }) = addr else { return None };
    Some(format!("{host}:{port}").into())
}
